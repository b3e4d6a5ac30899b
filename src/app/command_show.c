/* One entry whole: what it says, what became of it, what it opened and discharged. */
#include "app/commands.h"
#include "app/duty_text.h"
#include "app/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 8 * 1024 * 1024, DUTIES_MOST = 200, ABOUT_MOST = 1000 };

struct whole {
	struct app *app;
	struct reader reader;
	struct entry entry;
	bool withdrawn;
	struct buffer envelope, sentence, about, opened, discharged, out;
	struct writer writer; /* of the list under way */
	struct page page;
	const char *discharged_ids[DUTIES_MOST];
	int discharged_count;
};

/* ------------------------------------------------------------------ what became of it */

static bool tell_about(void *context, const struct entry *entry, bool withdrawn)
{
	struct whole *whole = context;
	char at[INSTANT_TEXT];

	buffer_clear(&whole->sentence);
	sentence_write(&whole->reader, entry, &whole->sentence);
	write_object(&whole->writer);
	write_text_at(&whole->writer, "id", entry->id);
	write_integer_at(&whole->writer, "seq", entry->seq);
	write_text_at(&whole->writer, "kind", entry->kind->name);
	write_text_at(&whole->writer, "at", instant_text(entry->at, at));
	write_text_at(&whole->writer, "author", entry->author);
	write_text_at(&whole->writer, "sentence", whole->sentence.bytes);
	write_bool_at(&whole->writer, "withdrawn", withdrawn);
	write_object_end(&whole->writer);
	page_cell(&whole->page, due_text(entry->at, at));
	page_cell(&whole->page, whole->sentence.bytes);
	return true;
}

/* What corrected, withdrew, approved or erased it, signed it or was issued with it. */
static enum result find_about(struct whole *whole, struct error *error)
{
	const char *reference = arena_print(&whole->app->arena, "entry:%s", whole->entry.id);

	write_start(&whole->writer, &whole->about);
	write_array(&whole->writer);
	ledger_timeline(whole->app->ledger, reference, ABOUT_MOST, tell_about, whole, error);
	write_array_end(&whole->writer);
	return error->result;
}

static void duty_line(struct whole *whole, const char *key, const struct duty *duty)
{
	struct app *app = whole->app;
	const char *subject = duty_subject(app, &app->arena, duty);

	duty_json(app, &whole->writer, duty);
	page_cell(&whole->page, app_text(app, key));
	page_cell(&whole->page,
		arena_print(&app->arena, "%s %s%s%s %s %s (%s)",
			label_duty(&whole->reader.labels, duty->what), subject, *subject ? " " : "",
			duty_holder(app, &app->arena, duty), duty_due(app, &app->arena, duty),
			duty_state(app, duty), duty->id));
}

/* A duty's id is the seq of the entry that opened it and a number from 0. */
static enum result find_opened(struct whole *whole, struct error *error)
{
	struct app *app = whole->app;
	char id[48];

	write_start(&whole->writer, &whole->opened);
	write_array(&whole->writer);
	for (int i = 0; i < DUTIES_MOST; i++) {
		struct error missing = { 0 };
		struct duty duty;
		snprintf(id, sizeof(id), "%" PRId64 ".%d", whole->entry.seq, i);
		enum result result = ledger_duty(app->ledger, &app->arena, id, &duty, &missing);
		if (result == TROUBLE)
			*error = missing;
		if (result != OK)
			break;
		duty_line(whole, "show.opened", &duty);
	}
	write_array_end(&whole->writer);
	return error->result;
}

static bool discharges(void *context, const struct duty *duty)
{
	struct whole *whole = context;

	if (duty->done_seq != whole->entry.seq)
		return true;
	for (int i = 0; i < whole->discharged_count; i++) {
		if (strcmp(whole->discharged_ids[i], duty->id) == 0)
			return true;
	}
	if (whole->discharged_count == DUTIES_MOST)
		return false;
	whole->discharged_ids[whole->discharged_count++] = arena_text(&whole->app->arena, duty->id);
	duty_line(whole, "show.discharged", duty);
	return true;
}

/* What it discharged was held by its author, by a customer's manager, or by a unit of his. */
static enum result find_discharged(struct whole *whole, struct error *error)
{
	struct app *app = whole->app;
	struct view *view = ledger_view(app->ledger);
	int day = instant_day(whole->entry.clock_at);
	const char *author = *whole->entry.author ? whole->entry.author : NULL;
	const char *unit = author ? view_staff_unit(view, author, day) : NULL;
	const char *holders[3] = { 0 };

	if (author)
		holders[0] = arena_print(&app->arena, "staff:%s", author);
	if (unit)
		holders[1] = arena_print(&app->arena, "unit:%s", unit);
	for (const struct field *field = whole->entry.kind->fields; field->name; field++) {
		const char *customer = field->type == FIELD_CUSTOMER
					       ? entry_text(&whole->entry, field->name)
					       : NULL;
		const char *manager =
			customer ? view_manager(view, customer, whole->entry.clock_at) : NULL;
		if (manager && !holders[2])
			holders[2] = arena_print(&app->arena, "staff:%s", manager);
	}
	write_start(&whole->writer, &whole->discharged);
	write_array(&whole->writer);
	for (size_t i = 0; error->result == OK && i < COUNT_OF(holders); i++) {
		if (holders[i])
			ledger_duties(app->ledger, holders[i], day, discharges, whole, error);
	}
	write_array_end(&whole->writer);
	return error->result;
}

/* ------------------------------------------------------------------ what it says */

static void show_fields(struct whole *whole)
{
	const struct entry *entry = &whole->entry;
	struct page page;
	struct buffer value;

	buffer_init(&value, TEXT_BYTES);
	page_start(&page, &whole->app->arena, 2);
	for (const struct field *field = entry->kind->fields; field->name; field++) {
		buffer_clear(&value);
		sentence_value(&whole->reader, entry->kind->name, field,
			json_object_get(entry->body, field->name), &value);
		if (!value.length)
			continue;
		page_cell(
			&page, label_field(&whole->reader.labels, entry->kind->name, field->name));
		page_cell(&page, value.bytes);
	}
	page_print(&page, stdout);
	buffer_release(&value);
}

/* The columns of the table: the kind's, or those of the norm it issues. */
static const struct field *row_fields(const struct whole *whole)
{
	const char *name = entry_text(&whole->entry, "norm");
	const struct norm *norm = name ? ledger_norm(whole->app->ledger, name) : NULL;

	return whole->entry.kind->row ? whole->entry.kind->row : norm ? norm->columns : NULL;
}

static void show_rows(struct whole *whole)
{
	const struct field *fields = row_fields(whole);
	json_t *rows = json_object_get(whole->entry.body, "rows"), *row;
	struct page page;
	struct buffer value;
	size_t i;
	int columns = 0;

	while (fields && fields[columns].name && columns < PAGE_COLUMNS)
		columns++;
	if (!columns || !rows)
		return;
	page_start(&page, &whole->app->arena, columns);
	for (int column = 0; column < columns; column++)
		page_cell(&page, label_field(&whole->reader.labels, whole->entry.kind->name,
					 fields[column].name));
	buffer_init(&value, TEXT_BYTES);
	json_array_foreach(rows, i, row)
	{
		for (int column = 0; column < columns && json_is_array(row); column++) {
			buffer_clear(&value);
			sentence_value(&whole->reader, whole->entry.kind->name, &fields[column],
				json_array_get(row, (size_t)column), &value);
			page_cell(&page, value.length ? value.bytes : "");
		}
	}
	page_print(&page, stdout);
	buffer_release(&value);
}

static void show_words(struct whole *whole)
{
	struct app *app = whole->app;
	const struct entry *entry = &whole->entry;
	char at[DUE_TEXT], seq[INTEGER_TEXT], recorded[DUE_TEXT];

	printf("%s%s\n", whole->sentence.bytes,
		whole->withdrawn ? app_text(app, "timeline.withdrawn") : "");
	show_fields(whole);
	show_rows(whole);
	integer_text(entry->seq, seq);
	app_say(app, "show.record", "seq", seq, "id", entry->id, "kind",
		label_kind(&whole->reader.labels, entry->kind->name), "at", due_text(entry->at, at),
		"recorded", due_text(entry->recorded_at, recorded), "by", entry->recorded_by, NULL);
	page_print(&whole->page, stdout);
}

static void show_json(struct whole *whole)
{
	struct writer *writer = &whole->writer;

	write_start(writer, &whole->out);
	write_object(writer);
	write_key(writer, "envelope");
	write_raw(writer, whole->envelope.bytes);
	write_text_at(writer, "sentence", whole->sentence.bytes);
	write_bool_at(writer, "withdrawn", whole->withdrawn);
	write_key(writer, "about");
	write_raw(writer, whole->about.bytes);
	write_key(writer, "opened");
	write_raw(writer, whole->opened.bytes);
	write_key(writer, "discharged");
	write_raw(writer, whole->discharged.bytes);
	write_object_end(writer);
	app_print(&whole->out);
}

static enum result gather(struct whole *whole, struct error *error)
{
	struct app *app = whole->app;
	const char *id = argument(&app->arguments, "ID");
	int64_t seq = ledger_find(app->ledger, id);

	/* People copy numbers from messages: "第 7 笔". */
	if (!seq)
		text_integer(id, &seq);
	if (ledger_entry(app->ledger, &app->arena, seq, &whole->entry, &whole->withdrawn, error) !=
			OK ||
		ledger_envelope(app->ledger, seq, &whole->envelope, error) != OK ||
		find_about(whole, error) != OK || find_opened(whole, error) != OK ||
		find_discharged(whole, error) != OK)
		return error->result;
	buffer_clear(&whole->sentence);
	sentence_write(&whole->reader, &whole->entry, &whole->sentence);
	return OK;
}

enum result command_show(struct app *app, struct error *error)
{
	struct whole whole = { .app = app };
	struct buffer *buffers[] = { &whole.envelope, &whole.sentence, &whole.about, &whole.opened,
		&whole.discharged, &whole.out };

	if (app_open(app, false, error) != OK)
		return error->result;
	whole.reader = app_reader(app);
	for (size_t i = 0; i < COUNT_OF(buffers); i++)
		buffer_init(buffers[i], OUTPUT_BYTES);
	page_start(&whole.page, &app->arena, 2);
	enum result result = gather(&whole, error);
	if (result == OK && app->json)
		show_json(&whole);
	else if (result == OK)
		show_words(&whole);
	entry_release(&whole.entry);
	page_release(&whole.page);
	for (size_t i = 0; i < COUNT_OF(buffers); i++)
		buffer_release(buffers[i]);
	return result;
}

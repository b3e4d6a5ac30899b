/* Figures, and the entries each of them is made from. */
#include "app/commands.h"
#include "app/page.h"
#include "derive/figure.h"
#include "base/money.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { EVIDENCE_MOST = 5000000 };

/* One row of evidence, kept until the entries' ids are known. */
struct row {
	struct evidence evidence;
	const struct measure *measure;
};

struct measuring {
	struct app *app;
	const char *reference;
	int from, to;
	bool evidence, all;
	struct row *rows;
	size_t count, allocated;
	struct buffer out;
	struct writer writer;
	struct page page;
};

/* ------------------------------------------------------------------ figures */

static void write_figure(
	const struct measuring *measuring, struct writer *writer, const struct figure *figure)
{
	const struct measure *measure = figure->measure;
	struct reader reader = app_reader(measuring->app);
	char value[32];

	integer_text(figure->value, value);
	if (measure->how == RATIO)
		snprintf(value, sizeof(value), "%" PRId64 ".%" PRId64, figure->value / 10,
			figure->value % 10);
	write_object(writer);
	write_text_at(writer, "name", measure->name);
	write_key(writer, "value");
	if (figure->known)
		write_raw(writer, value);
	else
		write_null(writer);
	write_text_at(writer, "unit",
		measure->quantity == MONEY && measure->how != RATIO
			? "分"
			: measure_unit(&reader.labels, measure));
	write_integer_at(writer, "n", figure->n);
	if (!figure->known)
		write_text_at(writer, "reason", app_text(measuring->app, "figure.no_evidence"));
	write_object_end(writer);
}

static const char *value_text(const struct app *app, const struct measure *measure,
	const struct figure *figure, char text[64])
{
	struct reader reader = app_reader(app);
	char money[MONEY_TEXT];

	if (!figure->known)
		return app_text(app, "figure.no_evidence");
	if (measure->how == RATIO)
		snprintf(text, 64, "%" PRId64 ".%" PRId64 "%% (%" PRId64 "/%" PRId64 ")",
			figure->value / 10, figure->value % 10, figure->numerator, figure->n);
	else if (measure->quantity == MONEY)
		snprintf(
			text, 64, "%s", money_show(figure->value, app->language == ENGLISH, money));
	else
		snprintf(text, 64, "%" PRId64 " %s", figure->value,
			measure_unit(&reader.labels, measure));
	return text;
}

static void show_figure(struct measuring *measuring, const struct figure *figure)
{
	struct reader reader = app_reader(measuring->app);
	char text[64], n[INTEGER_TEXT];

	page_cell(&measuring->page, figure->measure->name);
	page_cell(&measuring->page, label_measure(&reader.labels, figure->measure->name));
	integer_text(figure->n, n);
	page_cell(&measuring->page, n);
	page_cell(&measuring->page, value_text(measuring->app, figure->measure, figure, text));
}

/* ------------------------------------------------------------------ evidence */

struct collecting {
	struct measuring *measuring;
	const struct measure *measure;
};

static const char *kept(struct arena *arena, const char *text)
{
	return text ? arena_text(arena, text) : NULL;
}

static bool collect(void *context, const struct evidence *evidence)
{
	const struct collecting *collecting = context;
	struct measuring *measuring = collecting->measuring;
	struct arena *arena = &measuring->app->arena;

	if (measuring->count == measuring->allocated) {
		measuring->allocated = measuring->allocated ? measuring->allocated * 2 : 1024;
		measuring->rows =
			realloc(measuring->rows, measuring->allocated * sizeof(*measuring->rows));
		must(measuring->rows != NULL);
	}
	struct row *row = &measuring->rows[measuring->count++];
	*row = (struct row){ *evidence, collecting->measure };
	row->evidence.customer = kept(arena, evidence->customer);
	row->evidence.staff = kept(arena, evidence->staff);
	row->evidence.unit = kept(arena, evidence->unit);
	row->evidence.item = kept(arena, evidence->item);
	return measuring->count < EVIDENCE_MOST;
}

struct named {
	int64_t seq;
	char id[ID_TEXT];
};

static int by_seq(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* The id of every entry behind the rows, each asked for once. */
static enum result name_entries(
	struct measuring *measuring, struct named **named, size_t *count, struct error *error)
{
	struct named *all = calloc(measuring->count + 1, sizeof(*all));
	struct arena arena;
	size_t kept_count = 0;

	must(all != NULL);
	for (size_t i = 0; i < measuring->count; i++)
		all[i].seq = measuring->rows[i].evidence.seq;
	qsort(all, measuring->count, sizeof(*all), by_seq);
	arena_init(&arena, OUTPUT_BYTES);
	for (size_t i = 0; error->result == OK && i < measuring->count; i++) {
		struct entry entry;
		if (kept_count && all[kept_count - 1].seq == all[i].seq)
			continue;
		arena_reset(&arena);
		if (ledger_entry(measuring->app->ledger, &arena, all[i].seq, &entry, NULL, error) !=
			OK)
			break;
		all[kept_count].seq = entry.seq;
		text_copy(all[kept_count++].id, ID_TEXT, entry.id);
		entry_release(&entry);
	}
	arena_release(&arena);
	*named = all;
	*count = kept_count;
	return error->result;
}

static void write_text_or_null_at(struct writer *writer, const char *key, const char *text)
{
	write_key(writer, key);
	if (text)
		write_text(writer, text);
	else
		write_null(writer);
}

static void write_row(const struct measuring *measuring, const struct row *row, const char *id,
	struct buffer *out)
{
	const struct evidence *evidence = &row->evidence;
	struct writer writer;
	char day[DAY_TEXT];

	write_start(&writer, out);
	write_object(&writer);
	if (measuring->all)
		write_text_at(&writer, "name", row->measure->name);
	write_text_at(&writer, "id", id);
	write_integer_at(&writer, "seq", evidence->seq);
	write_key(&writer, "row");
	if (evidence->row >= 0)
		write_integer(&writer, evidence->row);
	else
		write_null(&writer);
	write_text_at(&writer, "day", day_text(evidence->day, day));
	write_text_or_null_at(&writer, "customer", evidence->customer);
	write_text_or_null_at(&writer, "staff", evidence->staff);
	write_text_or_null_at(&writer, "unit", evidence->unit);
	if (evidence->item)
		write_text_at(&writer, "item", evidence->item);
	write_integer_at(&writer, "value", evidence->value);
	write_object_end(&writer);
}

static const char *reference_name(
	const struct measuring *measuring, const char *type, const char *id)
{
	const char *name = id ? view_name(ledger_view(measuring->app->ledger), type, id) : "";

	return name ? name : id;
}

static void show_row(struct measuring *measuring, const struct row *row)
{
	const struct evidence *evidence = &row->evidence;
	char day[DAY_TEXT], number[48], money[MONEY_TEXT];
	struct page *page = &measuring->page;

	page_cell(page, row->measure->name);
	page_cell(page, day_text(evidence->day, day));
	if (row->measure->quantity == MONEY && row->measure->how != RATIO)
		page_cell(page, money_plain(evidence->value, money));
	else
		page_cell(page, arena_print(page->arena, "%" PRId64, evidence->value));
	page_cell(page, reference_name(measuring, "customer", evidence->customer));
	page_cell(page, reference_name(measuring, "staff", evidence->staff));
	page_cell(page, reference_name(measuring, "unit", evidence->unit));
	if (evidence->row >= 0)
		snprintf(
			number, sizeof(number), "%" PRId64 "#%d", evidence->seq, evidence->row + 1);
	else
		integer_text(evidence->seq, number);
	page_cell(page, number);
	ledger_view_reset(measuring->app->ledger); /* names were copied */
}

static enum result print_evidence(struct measuring *measuring, struct error *error)
{
	struct named *named, wanted;
	size_t count;
	enum result result = name_entries(measuring, &named, &count, error);

	for (size_t i = 0; result == OK && i < measuring->count; i++) {
		const struct row *row = &measuring->rows[i];
		if (!measuring->app->json) {
			show_row(measuring, row);
			continue;
		}
		wanted.seq = row->evidence.seq;
		const struct named *found = bsearch(&wanted, named, count, sizeof(*named), by_seq);
		must(found != NULL);
		buffer_clear(&measuring->out);
		write_row(measuring, row, found->id, &measuring->out);
		app_print(&measuring->out);
	}
	free(named);
	return result;
}

/* ------------------------------------------------------------------ the command */

static enum result take_measure(
	struct measuring *measuring, const struct measure *measure, struct error *error)
{
	struct collecting collecting = { measuring, measure };
	struct figure figure;

	if (ledger_figure(measuring->app->ledger, measure, measuring->reference, measuring->from,
		    measuring->to, &figure, measuring->evidence ? collect : NULL, &collecting,
		    error) != OK)
		return error->result;
	if (measuring->count == EVIDENCE_MOST)
		return error_refuse(error, "refused.evidence_many", "", "max", "5000000", NULL);
	if (measuring->evidence)
		return OK;
	if (measuring->app->json)
		write_figure(measuring, &measuring->writer, &figure);
	else
		show_figure(measuring, &figure);
	return OK;
}

static enum result take_all(struct measuring *measuring, struct error *error)
{
	const struct module *const *module = ledger_modules(measuring->app->ledger);

	write_array(&measuring->writer);
	for (; *module; module++) {
		const struct measure *measure = (*module)->measures;
		for (; measure && measure->name; measure++) {
			if (take_measure(measuring, measure, error) != OK)
				return error->result;
		}
	}
	write_array_end(&measuring->writer);
	return OK;
}

static enum result take_asked(struct measuring *measuring, struct error *error)
{
	const char *name = argument(&measuring->app->arguments, "NAME");
	const struct measure *measure = name ? ledger_measure(measuring->app->ledger, name) : NULL;

	measuring->all = !name;
	if (!name)
		return take_all(measuring, error);
	if (!measure)
		return error_refuse(error, "refused.unknown_measure", "", "value", name, NULL);
	return take_measure(measuring, measure, error);
}

static enum result take_period(struct measuring *measuring, struct error *error)
{
	if (app_day(measuring->app, "--from", 0, &measuring->from, error) != OK)
		return error->result;
	return app_day(measuring->app, "--to", 0, &measuring->to, error);
}

static void page_head(struct measuring *measuring)
{
	static const char *const figures[] = { "figure.name", "figure.label", "figure.n",
		"figure.value", NULL };
	static const char *const evidence[] = { "figure.name", "figure.day", "figure.value",
		"figure.customer", "figure.staff", "figure.unit", "figure.entry", NULL };
	const char *const *keys = measuring->evidence ? evidence : figures;
	int columns =
		measuring->evidence ? (int)COUNT_OF(evidence) - 1 : (int)COUNT_OF(figures) - 1;

	page_start(&measuring->page, &measuring->app->arena, columns);
	measuring->page.right[2] = true;
	for (; *keys; keys++)
		page_cell(&measuring->page, app_text(measuring->app, *keys));
}

enum result command_measure(struct app *app, struct error *error)
{
	struct measuring measuring = { .app = app,
		.reference = argument(&app->arguments, "--for"),
		.evidence = argument(&app->arguments, "--evidence") != NULL };

	if (take_period(&measuring, error) != OK || app_open(app, false, error) != OK)
		return error->result;
	buffer_init(&measuring.out, OUTPUT_BYTES);
	write_start(&measuring.writer, &measuring.out);
	page_head(&measuring);
	enum result result = take_asked(&measuring, error);
	if (result == OK && measuring.evidence)
		result = print_evidence(&measuring, error);
	else if (result == OK && app->json)
		app_print(&measuring.out);
	if (result == OK && !app->json)
		page_print(&measuring.page, stdout);
	page_release(&measuring.page);
	buffer_release(&measuring.out);
	free(measuring.rows);
	return result;
}

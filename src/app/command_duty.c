/* What is to be done by when, and how the when was counted. */
#include "app/commands.h"
#include "app/duty_text.h"
#include "app/page.h"
#include "calendar/explain.h"

#include <string.h>

enum { TEXT_BYTES = 16 * 1024 };

struct listing {
	struct app *app;
	struct buffer out;
	struct writer writer;
	struct page page;
	int count;
};

static bool list(void *context, const struct duty *duty)
{
	struct listing *listing = context;
	struct app *app = listing->app;
	struct reader reader = app_reader(app);
	struct page *page = &listing->page;

	listing->count++;
	if (app->json) {
		duty_json(app, &listing->writer, duty);
		return true;
	}
	page_cell(page, duty_due(app, page->arena, duty));
	page_cell(page, duty_state(app, duty));
	page_cell(page, label_duty(&reader.labels, duty->what));
	page_cell(page, duty_subject(app, page->arena, duty));
	page_cell(page, duty_holder(app, page->arena, duty));
	page_cell(page, duty->id);
	ledger_view_reset(app->ledger); /* names were copied */
	return true;
}

static void head(struct listing *listing)
{
	static const char *const keys[] = { "duties.due", "duties.state", "duties.what",
		"duties.subject", "duties.holder", "duties.id" };

	page_start(&listing->page, &listing->app->arena, (int)COUNT_OF(keys));
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		page_cell(&listing->page, app_text(listing->app, keys[i]));
}

enum result command_duties(struct app *app, struct error *error)
{
	struct listing listing = { .app = app };
	int day;

	if (app_day(app, "--on", instant_day(app->session.now), &day, error) != OK ||
		app_open(app, false, error) != OK)
		return error->result;
	buffer_init(&listing.out, OUTPUT_BYTES);
	head(&listing);
	write_start(&listing.writer, &listing.out);
	write_array(&listing.writer);
	enum result result = ledger_duties(
		app->ledger, argument(&app->arguments, "--for"), day, list, &listing, error);
	write_array_end(&listing.writer);
	if (result == OK && app->json)
		app_print(&listing.out);
	else if (result == OK && listing.count)
		page_print(&listing.page, stdout);
	else if (result == OK)
		app_note(app, "duties.none", NULL);
	page_release(&listing.page);
	buffer_release(&listing.out);
	return result;
}

/* ------------------------------------------------------------------ explain */

/* A duty, its clock where it has one, and its stretches. */
struct explained {
	struct duty duty;
	struct clock clock;
	struct stretch *stretches;
	int count;
	bool counted;
};

static enum result explain(struct app *app, struct explained *explained, struct error *error)
{
	const struct duty *duty = &explained->duty;
	struct error why = { 0 };

	if (ledger_duty(app->ledger, &app->arena, argument(&app->arguments, "ID"), &explained->duty,
		    error) != OK)
		return error->result;
	int64_t until = duty->done_at ? duty->done_at : app->session.now;
	enum result result = ledger_duty_explain(app->ledger, &app->arena, duty, until,
		&explained->clock, &explained->stretches, &explained->count, &why);
	explained->counted = result == OK;
	if (result == OK || strcmp(why.key, "refused.no_clock") == 0)
		return OK;
	*error = why;
	return result;
}

/* The document by which the limit holds; "" where it names none. */
static const char *norm_name(struct app *app, int64_t seq)
{
	struct reader reader = app_reader(app);
	struct buffer text;

	buffer_init(&text, TEXT_BYTES);
	sentence_document(&reader, seq, &text);
	const char *name = arena_text(&app->arena, text.bytes ? text.bytes : "");
	buffer_release(&text);
	return name;
}

static const char *limit_words(struct app *app, const struct explained *explained)
{
	struct buffer text;

	buffer_init(&text, TEXT_BYTES);
	limit_write(app->messages, app->language, explained->clock.limit, &text);
	const char *words = arena_text(&app->arena, text.bytes);
	buffer_release(&text);
	return words;
}

static const char *stretch_words(struct app *app, const struct explained *explained, int index)
{
	struct buffer text;

	buffer_init(&text, TEXT_BYTES);
	stretch_write(app->messages, app->language, &explained->clock, &explained->stretches[index],
		&text);
	const char *words = arena_text(&app->arena, text.bytes);
	buffer_release(&text);
	return words;
}

static void explain_words(struct app *app, const struct explained *explained)
{
	const struct duty *duty = &explained->duty;
	struct reader reader = app_reader(app);
	char from[DUE_TEXT], due[DUE_TEXT], done[DUE_TEXT];
	const char *norm = norm_name(app, duty->norm_seq);

	app_say(app, *duty->subject ? "explain.head" : "explain.head_alone", "what",
		label_duty(&reader.labels, duty->what), "subject",
		duty_subject(app, &app->arena, duty), "holder", duty_holder(app, &app->arena, duty),
		NULL);
	due_text(duty->due, due);
	if (explained->counted) {
		app_say(app, *norm ? "explain.limit_by" : "explain.limit", "limit",
			limit_words(app, explained), "norm", norm, NULL);
		app_say(app, "explain.start", "start", due_text(explained->clock.start, from),
			NULL);
	} else {
		app_say(app, "explain.given", NULL);
	}
	for (int i = 0; i < explained->count; i++)
		printf("  %s\n", stretch_words(app, explained, i));
	app_say(app, "explain.due", "due", *due ? due : app_text(app, "duties.stands_still"),
		"provisional", duty->provisional ? app_text(app, "stretch.provisional") : "", NULL);
	app_say(app, duty->done_at ? "explain.done" : "explain.state", "state",
		duty_state(app, duty), "at", duty->done_at ? due_text(duty->done_at, done) : "",
		NULL);
}

static void write_stretch(
	struct app *app, struct writer *writer, const struct explained *explained, int index)
{
	const struct stretch *stretch = &explained->stretches[index];
	char text[INSTANT_TEXT];

	write_object(writer);
	write_text_at(writer, "from", instant_text(stretch->from, text));
	write_key(writer, "to");
	if (stretch->to == CLOCK_NEVER)
		write_null(writer);
	else
		write_text(writer, instant_text(stretch->to, text));
	write_text_at(writer, "reason", stretch_key(stretch->reason) + strlen("stretch."));
	write_bool_at(writer, "counts", stretch->counts);
	write_integer_at(writer, "counted", stretch->counted);
	write_integer_at(writer, "so_far", stretch->so_far);
	write_text_at(writer, "text", stretch_words(app, explained, index));
	write_object_end(writer);
}

static void explain_json(struct app *app, const struct explained *explained)
{
	struct buffer out;
	struct writer writer;
	char text[INSTANT_TEXT];

	buffer_init(&out, OUTPUT_BYTES);
	write_start(&writer, &out);
	write_object(&writer);
	write_key(&writer, "duty");
	duty_json(app, &writer, &explained->duty);
	if (explained->counted) {
		write_text_at(&writer, "limit", limit_words(app, explained));
		write_text_at(&writer, "norm", norm_name(app, explained->duty.norm_seq));
		write_text_at(&writer, "start", instant_text(explained->clock.start, text));
		write_text_at(&writer, "counted_in",
			limit_counts_days(explained->clock.limit.unit) ? "days" : "milliseconds");
	}
	write_key(&writer, "stretches");
	write_array(&writer);
	for (int i = 0; i < explained->count; i++)
		write_stretch(app, &writer, explained, i);
	write_array_end(&writer);
	write_object_end(&writer);
	app_print(&out);
	buffer_release(&out);
}

enum result command_duty_explain(struct app *app, struct error *error)
{
	struct explained explained = { 0 };

	if (app_open(app, false, error) != OK || explain(app, &explained, error) != OK)
		return error->result;
	if (app->json)
		explain_json(app, &explained);
	else
		explain_words(app, &explained);
	return OK;
}

/* One line of time: what was done about a customer, by a person, within a unit. */
#include "app/commands.h"
#include "app/page.h"

#include <string.h>

enum { LIMIT = 1000, LIMIT_MOST = 1000000, SENTENCE_BYTES = 256 * 1024 };

struct showing {
	struct app *app;
	struct reader reader;
	struct buffer sentence;
	struct buffer out;
	struct writer writer;
	struct page page;
	int count;
};

static void show_json(struct showing *showing, const struct entry *entry, bool withdrawn)
{
	struct writer *writer = &showing->writer;
	char at[INSTANT_TEXT];

	write_object(writer);
	write_text_at(writer, "id", entry->id);
	write_integer_at(writer, "seq", entry->seq);
	write_text_at(writer, "kind", entry->kind->name);
	write_text_at(writer, "at", instant_text(entry->at, at));
	write_text_at(writer, "author", entry->author);
	write_text_at(writer, "sentence", showing->sentence.bytes);
	write_bool_at(writer, "withdrawn", withdrawn);
	write_object_end(writer);
}

static void show_line(struct showing *showing, const struct entry *entry, bool withdrawn)
{
	const struct app *app = showing->app;
	char day[DAY_TEXT];
	struct buffer author;

	buffer_init(&author, 4096);
	if (*entry->author) {
		buffer_print(&author, "staff:%s", entry->author);
		char *reference = arena_text(showing->page.arena, author.bytes);
		buffer_clear(&author);
		sentence_reference(&showing->reader, reference, &author);
	}
	page_cell(&showing->page, day_text(instant_day(entry->at), day));
	page_cell(&showing->page, author.bytes);
	if (withdrawn)
		buffer_text(&showing->sentence, app_text(app, "timeline.withdrawn"));
	page_cell(&showing->page, showing->sentence.bytes);
	buffer_release(&author);
}

static bool show(void *context, const struct entry *entry, bool withdrawn)
{
	struct showing *showing = context;

	buffer_clear(&showing->sentence);
	sentence_write(&showing->reader, entry, &showing->sentence);
	if (showing->app->json)
		show_json(showing, entry, withdrawn);
	else
		show_line(showing, entry, withdrawn);
	showing->count++;
	ledger_view_reset(showing->app->ledger); /* names were copied */
	return true;
}

static enum result take_limit(const struct app *app, int *limit, struct error *error)
{
	const char *text = argument(&app->arguments, "--limit");
	int64_t number = LIMIT;

	if (text && (!text_integer(text, &number) || number < 1 || number > LIMIT_MOST))
		return error_refuse(error, "refused.option_number", "", "option", "--limit", "max",
			"1000000", NULL);
	*limit = (int)number;
	return OK;
}

enum result command_timeline(struct app *app, struct error *error)
{
	const char *reference = argument(&app->arguments, "--for");
	struct showing showing = { .app = app };
	int limit = LIMIT;

	if (take_limit(app, &limit, error) != OK || app_open(app, false, error) != OK)
		return error->result;
	showing.reader = app_reader(app);
	buffer_init(&showing.sentence, SENTENCE_BYTES);
	buffer_init(&showing.out, OUTPUT_BYTES);
	page_start(&showing.page, &app->arena, 3);
	write_start(&showing.writer, &showing.out);
	write_array(&showing.writer);
	enum result result = ledger_timeline(app->ledger, reference, limit, show, &showing, error);
	write_array_end(&showing.writer);
	if (result == OK && app->json)
		app_print(&showing.out);
	else if (result == OK && showing.count)
		page_print(&showing.page, stdout);
	if (result == OK && !showing.count)
		app_note(app, "timeline.empty", NULL);
	else if (result == OK && showing.count == limit && !argument(&app->arguments, "--limit"))
		app_note(app, "timeline.more", NULL);
	page_release(&showing.page);
	buffer_release(&showing.sentence);
	buffer_release(&showing.out);
	return result;
}

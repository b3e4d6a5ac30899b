/* Find by name: what was typed, whatever has a name like it. */
#include "app/commands.h"
#include "app/page.h"
#include "derive/search.h"

#include <string.h>

struct finding {
	struct app *app;
	struct reader reader;
	struct buffer name, detail, out;
	struct writer writer;
	struct page page;
	int count;
};

/* Why it was found, or whose it is; nothing where its name says it all. */
static void tell(struct finding *finding, const struct found *found)
{
	const char *ref = strchr(found->ref, ':');

	buffer_clear(&finding->name);
	buffer_clear(&finding->detail);
	if (!found->merged || !ref) {
		buffer_text(&finding->name, found->name);
	} else {
		sentence_reference(&finding->reader, found->ref, &finding->name);
		app_fill(finding->app, &finding->detail, "find.merged", "name", found->name, "id",
			strchr(found->merged, ':') + 1, NULL);
	}
	if (found->text)
		buffer_print(
			&finding->detail, "%s%s", finding->detail.length ? " " : "", found->text);
	else if (strncmp(found->ref, found->type, strlen(found->type)) != 0)
		sentence_reference(&finding->reader, found->ref, &finding->detail);
}

static void show(void *context, const struct found *found)
{
	struct finding *finding = context;
	struct writer *writer = &finding->writer;

	tell(finding, found);
	finding->count++;
	if (!finding->app->json) {
		page_cell(&finding->page, found->ref);
		page_cell(&finding->page, finding->name.bytes);
		page_cell(&finding->page, finding->detail.bytes);
		return;
	}
	write_object(writer);
	write_text_at(writer, "ref", found->ref);
	write_text_at(writer, "type", found->type);
	write_text_at(writer, "name", finding->name.bytes);
	write_text_at(writer, "detail", finding->detail.bytes);
	if (found->merged)
		write_text_at(writer, "merged", found->merged);
	write_object_end(writer);
}

static enum result find(
	struct finding *finding, const struct question *question, struct error *error)
{
	struct search *search = search_new();
	enum result result =
		search_find(search, finding->app->ledger, question, show, finding, error);

	search_free(search);
	return result;
}

static enum result take_question(
	const struct app *app, struct question *question, struct error *error)
{
	const char *limit = argument(&app->arguments, "--limit");
	int64_t number = 20;

	if (limit && (!text_integer(limit, &number) || number < 1 || number > SEARCH_MOST))
		return error_refuse(
			error, "refused.option_number", "", "option", "--limit", "max", "50", NULL);
	question->text = argument(&app->arguments, "TEXT");
	question->type = argument(&app->arguments, "--type");
	question->limit = (int)number;
	return OK;
}

enum result command_find(struct app *app, struct error *error)
{
	struct finding finding = { .app = app };
	struct question question = { 0 };

	if (take_question(app, &question, error) != OK || app_open(app, false, error) != OK)
		return error->result;
	question.may = sight_may;
	question.context = app->sight;
	if (question.type && !search_has_type(app->ledger, question.type))
		return error_refuse(error, "refused.find_type", "", "value", question.type, NULL);
	finding.reader = app_reader(app);
	buffer_init(&finding.name, OUTPUT_BYTES);
	buffer_init(&finding.detail, OUTPUT_BYTES);
	buffer_init(&finding.out, OUTPUT_BYTES);
	page_start(&finding.page, &app->arena, 3);
	write_start(&finding.writer, &finding.out);
	write_array(&finding.writer);
	enum result result = find(&finding, &question, error);
	write_array_end(&finding.writer);
	if (result == OK && app->json)
		app_print(&finding.out);
	else if (result == OK && finding.count)
		page_print(&finding.page, stdout);
	if (result == OK && !finding.count)
		app_note(app, "find.nothing", NULL);
	else if (result == OK && finding.count == question.limit)
		app_note(app, "find.more", NULL);
	page_release(&finding.page);
	buffer_release(&finding.name);
	buffer_release(&finding.detail);
	buffer_release(&finding.out);
	return result;
}

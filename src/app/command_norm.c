/* Norms: issued from a file, listed, and shown as they were in force on a day. */
#include "app/commands.h"
#include "app/page.h"
#include "base/money.h"
#include "derive/pack.h"

#include <inttypes.h>

enum { ENTRY_MEMORY = 64 * 1024 * 1024 };

/* ------------------------------------------------------------------ issue */

enum result command_norm_issue(struct app *app, struct error *error)
{
	const char *file = argument(&app->arguments, "FILE");
	char count[24];
	int issued;

	if (app_open(app, false, error) != OK ||
		pack_issue(app->ledger, &app->session, file, &issued, error) != OK)
		return error->result;
	snprintf(count, sizeof(count), "%d", issued);
	if (app->json)
		printf("{\"issued\":%d}\n", issued);
	else
		app_say(app, "init.pack", "pack", file, "count", count, NULL);
	return OK;
}

/* ------------------------------------------------------------------ what was issued */

/* Who says so: of the entry that issued a table's first row. */
struct issue {
	const char *effective, *source, *mark, *document;
};

static enum result find_issue(struct app *app, const struct norm_table *table, int row,
	struct issue *issue, struct error *error)
{
	struct reader reader = app_reader(app);
	struct arena arena;
	struct entry entry, paper;
	struct buffer name;

	*issue = (struct issue){ "", "", "", "" };
	arena_init(&arena, ENTRY_MEMORY);
	buffer_init(&name, 4096);
	if (ledger_entry(app->ledger, &arena, norm_seq(table, row), &entry, NULL, error) == OK) {
		const char *source = entry_text(&entry, "source");
		issue->effective = arena_text(&app->arena, entry_text(&entry, "effective"));
		issue->source = arena_text(&app->arena, source ? source : "");
		issue->mark = arena_text(&app->arena, entry_text(&entry, "mark"));
		int64_t seq = ledger_find(app->ledger, entry_text(&entry, "document"));
		if (seq && ledger_entry(app->ledger, &arena, seq, &paper, NULL, error) == OK) {
			sentence_name(&reader, &paper, &name);
			issue->document = arena_text(&app->arena, name.bytes);
			entry_release(&paper);
		}
		entry_release(&entry);
	}
	buffer_release(&name);
	arena_release(&arena);
	return error->result;
}

static const char *number_text(struct app *app, int64_t number)
{
	return arena_print(&app->arena, "%" PRId64, number);
}

/* ------------------------------------------------------------------ list */

struct listing {
	struct app *app;
	struct page page;
	struct writer writer;
	struct buffer out;
	int day;
};

static enum result list_norm(struct listing *listing, const struct norm *norm, struct error *error)
{
	struct app *app = listing->app;
	struct labels labels = { app->messages, app->language };
	const struct norm_table *table =
		view_norm(ledger_view(app->ledger), norm->name, listing->day, 0);
	int rows = table ? norm_rows(table) : 0;
	struct issue issue = { "", "", "", "" };

	if (rows && find_issue(app, table, rows - 1, &issue, error) != OK)
		return error->result;
	if (app->json) {
		write_object(&listing->writer);
		write_text_at(&listing->writer, "norm", norm->name);
		write_text_at(&listing->writer, "label", label_norm(&labels, norm->name));
		write_integer_at(&listing->writer, "rows", rows);
		write_text_at(&listing->writer, "effective", issue.effective);
		write_text_at(&listing->writer, "mark", issue.mark);
		write_text_at(&listing->writer, "source", issue.source);
		write_object_end(&listing->writer);
		return OK;
	}
	page_cell(&listing->page, norm->name);
	page_cell(&listing->page, label_norm(&labels, norm->name));
	page_cell(&listing->page, number_text(app, rows));
	page_cell(&listing->page, issue.effective);
	page_cell(&listing->page, issue.mark);
	page_cell(&listing->page, rows ? issue.source : app_text(app, "norm.none"));
	return OK;
}

static enum result list_all(struct listing *listing, struct error *error)
{
	const struct module *const *module = ledger_modules(listing->app->ledger);

	for (; *module; module++) {
		for (const struct norm *norm = (*module)->norms; norm && norm->name; norm++) {
			if (list_norm(listing, norm, error) != OK)
				return error->result;
		}
	}
	return OK;
}

enum result command_norm_list(struct app *app, struct error *error)
{
	static const char *const headings[] = { "field.norm", "field.name", "field.rows",
		"field.effective", "field.mark", "field.source" };
	struct listing listing = { .app = app, .day = instant_day(app->session.now) };

	if (app_open(app, false, error) != OK)
		return error->result;
	if (app->json) {
		buffer_init(&listing.out, OUTPUT_BYTES);
		write_start(&listing.writer, &listing.out);
		write_array(&listing.writer);
		if (list_all(&listing, error) == OK) {
			write_array_end(&listing.writer);
			app_print(&listing.out);
		}
		buffer_release(&listing.out);
		return error->result;
	}
	page_start(&listing.page, &app->arena, COUNT_OF(headings));
	listing.page.right[2] = true;
	for (size_t i = 0; i < COUNT_OF(headings); i++)
		page_cell(&listing.page, app_text(app, headings[i]));
	if (list_all(&listing, error) == OK)
		page_print(&listing.page, stdout);
	return error->result;
}

/* ------------------------------------------------------------------ show */

static const char *cell_text(struct app *app, const struct norm *norm,
	const struct norm_table *table, int row, const struct field *field)
{
	struct labels labels = { app->messages, app->language };
	int64_t number = norm_integer(table, row, field->name, INT64_MIN);
	const char *text = norm_text(table, row, field->name);
	char money[MONEY_TEXT];

	if (field->type == FIELD_CHOICE && text)
		return label_choice(&labels, norm->name, field->name, text);
	if (number == INT64_MIN)
		return text ? text : "";
	if (field->type == FIELD_BOOL)
		return app_text(app, number ? "value.yes" : "value.no");
	if (field->type == FIELD_MONEY)
		return arena_text(&app->arena, money_show(number, app->language == ENGLISH, money));
	return number_text(app, number);
}

static void show_page(struct app *app, const struct norm *norm, const struct norm_table *table)
{
	struct labels labels = { app->messages, app->language };
	struct page page;
	int columns = 0;

	for (const struct field *field = norm->columns; field->name; field++)
		columns++;
	columns = columns < PAGE_COLUMNS ? columns : PAGE_COLUMNS;
	page_start(&page, &app->arena, columns);
	for (int i = 0; i < columns; i++) {
		const struct field *field = &norm->columns[i];
		page.right[i] = field->type == FIELD_INTEGER || field->type == FIELD_MONEY;
		page_cell(&page, label_field(&labels, norm->name, field->name));
	}
	for (int row = 0; row < norm_rows(table); row++) {
		for (int i = 0; i < columns; i++)
			page_cell(&page, cell_text(app, norm, table, row, &norm->columns[i]));
	}
	page_print(&page, stdout);
}

static void write_row(
	struct writer *writer, const struct norm *norm, const struct norm_table *table, int row)
{
	write_object(writer);
	for (const struct field *field = norm->columns; field->name; field++) {
		int64_t number = norm_integer(table, row, field->name, INT64_MIN);
		const char *text = norm_text(table, row, field->name);
		if (number != INT64_MIN && field->type == FIELD_BOOL)
			write_bool_at(writer, field->name, number != 0);
		else if (number != INT64_MIN)
			write_integer_at(writer, field->name, number);
		else if (text)
			write_text_at(writer, field->name, text);
	}
	write_object_end(writer);
}

static void show_json(
	const struct norm *norm, const struct norm_table *table, const struct issue *issue)
{
	struct buffer out;
	struct writer writer;

	buffer_init(&out, OUTPUT_BYTES);
	write_start(&writer, &out);
	write_object(&writer);
	write_text_at(&writer, "norm", norm->name);
	write_text_at(&writer, "effective", issue->effective);
	write_text_at(&writer, "mark", issue->mark);
	write_text_at(&writer, "source", issue->source);
	write_text_at(&writer, "document", issue->document);
	write_key(&writer, "rows");
	write_array(&writer);
	for (int row = 0; table && row < norm_rows(table); row++)
		write_row(&writer, norm, table, row);
	write_array_end(&writer);
	write_object_end(&writer);
	app_print(&out);
	buffer_release(&out);
}

enum result command_norm_show(struct app *app, struct error *error)
{
	const char *name = argument(&app->arguments, "NAME");
	struct issue issue = { "", "", "", "" };
	int day;

	if (app_day(app, "--on", instant_day(app->session.now), &day, error) != OK ||
		app_open(app, false, error) != OK)
		return error->result;
	const struct norm *norm = ledger_norm(app->ledger, name);
	if (!norm)
		return error_refuse(error, "refused.unknown_norm", "norm", "value", name, NULL);
	const struct norm_table *table = view_norm(ledger_view(app->ledger), name, day, 0);
	if (table && norm_rows(table) &&
		find_issue(app, table, norm_rows(table) - 1, &issue, error) != OK)
		return error->result;
	if (app->json) {
		show_json(norm, table, &issue);
		return OK;
	}
	if (!table || !norm_rows(table)) {
		app_say(app, "norm.none", NULL);
		return OK;
	}
	app_say(app, "norm.issued", "document", issue.document, "effective", issue.effective,
		"mark", issue.mark, "source", *issue.source ? issue.source : issue.document, NULL);
	show_page(app, norm, table);
	return OK;
}

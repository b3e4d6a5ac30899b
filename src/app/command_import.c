/* Importing, the list of imports, and taking one back. */
#include "app/commands.h"
#include "app/page.h"
#include "derive/import.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_BYTES = 64 * 1024, REASONS_SHOWN = 10 };

struct importing {
	struct app *app;
	int64_t refusals;
	bool progressing;
};

/* ------------------------------------------------------------------ on the way */

static void end_progress(struct importing *importing)
{
	if (importing->progressing)
		fputs("\r\033[K", stderr);
	importing->progressing = false;
}

static void say_ignored(void *context, const char *heading)
{
	struct importing *importing = context;

	app_note(importing->app, "import.ignored", "heading", heading, NULL);
}

static void say_guessed(void *context, const char *field, const char *value, const char *name)
{
	struct importing *importing = context;

	app_note(importing->app, "import.guessed", "field", field, "value", value, "name", name,
		NULL);
}

static void say_example(void *context, const char *place)
{
	struct importing *importing = context;

	app_note(importing->app, "import.example", "place", place, NULL);
}

static void say_refusal(void *context, const char *place, const char *reason)
{
	struct importing *importing = context;

	if (importing->refusals++ >= REASONS_SHOWN)
		return;
	end_progress(importing);
	app_note(importing->app, "import.refusal", "place", place, "reason", reason, NULL);
}

static void show_progress(void *context, int64_t done, int64_t all)
{
	struct importing *importing = context;
	char done_text[INTEGER_TEXT], all_text[INTEGER_TEXT];
	struct buffer line;

	if (!isatty(STDERR_FILENO))
		return;
	end_progress(importing);
	if (done == all)
		return;
	importing->progressing = true;
	buffer_init(&line, ANSWER_BYTES);
	app_fill(importing->app, &line, "import.progress", "done", integer_text(done, done_text),
		"all", integer_text(all, all_text), NULL);
	fputs(line.bytes, stderr);
	buffer_release(&line);
}

/* ------------------------------------------------------------------ import */

static int collect(const struct app *app, const char *option, const char **values)
{
	int count = 0, at = 0;

	while (count < ARGUMENTS && (values[count] = argument_next(&app->arguments, option, &at)))
		count++;
	return count;
}

static void say_result(const struct app *app, const struct import_result *result, bool dry_run)
{
	static const char *const keys[2][2] = { { "import.done", "import.would" },
		{ "import.done_apart", "import.would_apart" } };
	char rows[INTEGER_TEXT], taken[INTEGER_TEXT], unchanged[INTEGER_TEXT],
		refused[INTEGER_TEXT], updated[INTEGER_TEXT], added[INTEGER_TEXT];

	if (app->json) {
		printf("{\"import\":\"%s\",\"rows\":%" PRId64 ",\"taken\":%" PRId64
		       ",\"updated\":%" PRId64 ",\"unchanged\":%" PRId64 ",\"refused\":%" PRId64
		       "}\n",
			result->id, result->rows, result->taken, result->updated, result->unchanged,
			result->refused);
		return;
	}
	app_say(app, keys[result->keyed][dry_run], "rows", integer_text(result->rows, rows),
		"taken", integer_text(result->taken, taken), "added",
		integer_text(result->taken - result->updated, added), "updated",
		integer_text(result->updated, updated), "unchanged",
		integer_text(result->unchanged, unchanged), "refused",
		integer_text(result->refused, refused), NULL);
	if (result->taken && !dry_run)
		app_say(app, "import.undo_hint", "id", result->id, NULL);
}

static void say_refused(const struct app *app, const struct importing *importing, const char *out)
{
	char count[INTEGER_TEXT];

	if (importing->refusals > REASONS_SHOWN)
		app_note(app, "import.more", "count",
			integer_text(importing->refusals - REASONS_SHOWN, count), NULL);
	if (importing->refusals && out)
		app_note(app, "import.refused_file", "file", out, NULL);
	else if (importing->refusals)
		app_note(app, "import.refused_hint", NULL);
}

enum result command_import(struct app *app, struct error *error)
{
	const char *maps[ARGUMENTS], *sets[ARGUMENTS];
	struct importing importing = { .app = app };
	struct import_result result;
	struct import_request request = {
		.kind = argument(&app->arguments, "KIND"),
		.path = argument(&app->arguments, "FILE"),
		.sheet = argument(&app->arguments, "--sheet"),
		.maps = maps,
		.map_count = collect(app, "--map", maps),
		.sets = sets,
		.set_count = collect(app, "--set", sets),
		.dry_run = argument(&app->arguments, "--dry-run") != NULL,
		.refused = argument(&app->arguments, "--refused"),
		.labels = { app->messages, app->language },
		.session = &app->session,
		.context = &importing,
		.ignored = say_ignored,
		.guessed = say_guessed,
		.example = say_example,
		.refusal = say_refusal,
		.progress = show_progress,
	};

	if (app_open(app, false, error) != OK)
		return error->result;
	enum result status = import_run(app->ledger, &request, &result, error);
	end_progress(&importing);
	if (status != OK)
		return status;
	say_refused(app, &importing, request.refused);
	say_result(app, &result, request.dry_run);
	return result.refused ? REFUSED : OK;
}

/* ------------------------------------------------------------------ undo */

static void say_replaced(void *context, const struct entry *entry)
{
	struct app *app = context;
	struct reader reader = app_reader(app);
	struct buffer sentence;
	char day[DAY_TEXT];

	buffer_init(&sentence, ANSWER_BYTES);
	sentence_write(&reader, entry, &sentence);
	app_note(app, "import.stays", "entry", sentence.bytes, "day",
		day_text(instant_day(entry->at), day), NULL);
	buffer_release(&sentence);
}

enum result command_import_undo(struct app *app, struct error *error)
{
	const char *id = argument(&app->arguments, "ID");
	char restored[INTEGER_TEXT], remaining[INTEGER_TEXT];
	struct undo_result result;

	if (app_open(app, false, error) != OK || import_undo(app->ledger, &app->session, id,
							 say_replaced, app, &result, error) != OK)
		return error->result;
	if (app->json)
		printf("{\"import\":\"%s\",\"restored\":%" PRId64 ",\"remaining\":%" PRId64 "}\n",
			id, result.restored, result.remaining);
	else
		app_say(app, "import.undone", "restored", integer_text(result.restored, restored),
			"remaining", integer_text(result.remaining, remaining), NULL);
	return OK;
}

/* ------------------------------------------------------------------ list */

struct listing {
	struct app *app;
	struct page page;
	struct writer writer;
	struct buffer out;
};

static void list_json(void *context, const struct import_made *made)
{
	struct listing *listing = context;
	char at[INSTANT_TEXT];

	write_object(&listing->writer);
	write_text_at(&listing->writer, "import", made->id);
	write_text_at(&listing->writer, "kind", made->kind);
	write_text_at(&listing->writer, "file", made->file);
	write_text_at(&listing->writer, "at", instant_text(made->at, at));
	write_integer_at(&listing->writer, "rows", made->rows);
	write_integer_at(&listing->writer, "taken", made->taken);
	write_integer_at(&listing->writer, "unchanged", made->unchanged);
	write_integer_at(&listing->writer, "refused", made->refused);
	write_bool_at(&listing->writer, "undone", made->undone);
	write_object_end(&listing->writer);
}

static void list_line(void *context, const struct import_made *made)
{
	struct listing *listing = context;
	struct labels labels = { listing->app->messages, listing->app->language };
	char text[INSTANT_TEXT];

	text_copy(text, 17, instant_text(made->at, text));
	text[10] = ' ';
	page_cell(&listing->page, made->id);
	page_cell(&listing->page, text);
	page_cell(&listing->page, label_kind(&labels, made->kind));
	const int64_t numbers[] = { made->rows, made->taken, made->unchanged, made->refused };
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		page_cell(&listing->page, integer_text(numbers[i], text));
	page_cell(&listing->page, made->undone ? app_text(listing->app, "import.is_undone") : "");
	page_cell(&listing->page, made->file);
}

enum result command_import_list(struct app *app, struct error *error)
{
	static const char *const headings[] = { "field.id", "field.at", "field.kind", "field.rows",
		"field.taken", "field.unchanged", "field.refused", "field.status", "field.file" };
	struct listing listing = { .app = app };

	if (app_open(app, false, error) != OK)
		return error->result;
	if (app->json) {
		buffer_init(&listing.out, OUTPUT_BYTES);
		write_start(&listing.writer, &listing.out);
		write_array(&listing.writer);
		if (import_list(app->ledger, list_json, &listing, error) == OK) {
			write_array_end(&listing.writer);
			app_print(&listing.out);
		}
		buffer_release(&listing.out);
		return error->result;
	}
	page_start(&listing.page, &app->arena, COUNT_OF(headings));
	for (size_t i = 3; i < 7; i++)
		listing.page.right[i] = true;
	for (size_t i = 0; i < COUNT_OF(headings); i++)
		page_cell(&listing.page, app_text(app, headings[i]));
	if (import_list(app->ledger, list_line, &listing, error) == OK)
		page_print(&listing.page, stdout);
	return error->result;
}

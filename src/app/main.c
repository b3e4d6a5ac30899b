/* Start-up: language, catalogues, arguments, the command, its exit code. */
#include "app/app.h"
#include "app/world.h"
#include "base/asset.h"
#include "base/panic.h"
#include "base/text.h"
#include "store/store.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LINE_BYTES = 64 * 1024,
	ANSWER_BYTES = 1024 * 1024,
	SHOWN_BYTES = 160,
	ARENA_BYTES = 1024 * 1024 * 1024,
};

/* ------------------------------------------------------------------ words */

const char *app_text(const struct app *app, const char *key)
{
	return message_get(app->messages, app->language, key);
}

/* Pairs of texts, name then value. */
enum { PAIRS = 8 };
struct pairs {
	const char *name[PAIRS], *value[PAIRS];
	int count;
};

static struct pairs pairs_take(va_list list)
{
	struct pairs pairs = { 0 };

	for (const char *name; (name = va_arg(list, const char *));) {
		must(pairs.count < PAIRS);
		pairs.name[pairs.count] = name;
		pairs.value[pairs.count++] = va_arg(list, const char *);
	}
	return pairs;
}

static const char *pairs_find(void *context, const char *name)
{
	const struct pairs *pairs = context;

	for (int i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->name[i], name) == 0)
			return pairs->value[i];
	}
	return NULL;
}

void app_fill(const struct app *app, struct buffer *out, const char *key, ...)
{
	va_list list;

	va_start(list, key);
	struct pairs pairs = pairs_take(list);
	va_end(list);
	message_fill(out, app_text(app, key), pairs_find, &pairs);
}

static void line_to(const struct app *app, FILE *file, const char *key, struct pairs *pairs)
{
	struct buffer line;

	buffer_init(&line, LINE_BYTES);
	message_fill(&line, app_text(app, key), pairs_find, pairs);
	fprintf(file, "%s\n", line.bytes);
	buffer_release(&line);
}

void app_say(const struct app *app, const char *key, ...)
{
	va_list list;

	va_start(list, key);
	struct pairs pairs = pairs_take(list);
	va_end(list);
	line_to(app, stdout, key, &pairs);
}

void app_note(const struct app *app, const char *key, ...)
{
	va_list list;

	va_start(list, key);
	struct pairs pairs = pairs_take(list);
	va_end(list);
	line_to(app, stderr, key, &pairs);
}

void app_print(const struct buffer *buffer)
{
	must(!buffer->full);
	fwrite(buffer->bytes, 1, buffer->length, stdout);
	fputc('\n', stdout);
}

struct reader app_reader(const struct app *app)
{
	return (struct reader){ { app->messages, app->language }, app->ledger };
}

/* ------------------------------------------------------------------ options all share */

enum result app_day(
	const struct app *app, const char *option, int otherwise, int *day, struct error *error)
{
	const char *text = argument(&app->arguments, option);

	*day = otherwise;
	if (!text || day_parse(text, day))
		return OK;
	return error_refuse(error, "refused.option_day", "", "option", option, NULL);
}

static enum language language_of(const char *given)
{
	const char *variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *locale = "";

	for (size_t i = 0; !*locale && i < COUNT_OF(variables); i++)
		locale = getenv(variables[i]) ? getenv(variables[i]) : "";
	if (given)
		return strcmp(given, "en") == 0 ? ENGLISH : CHINESE;
	return text_starts(locale, "en") ? ENGLISH : CHINESE;
}

static enum result take_common(struct app *app, struct error *error)
{
	const char *as = argument(&app->arguments, "--as");
	const char *language = argument(&app->arguments, "--lang");
	const char *book = argument(&app->arguments, "--book");
	const char *db = argument(&app->arguments, "--db");

	app->json = argument(&app->arguments, "--json") != NULL;
	app->language = language_of(language);
	if (!db)
		db = getenv("YIBEN_DB");
	app->db = db ? db : "yiben.db";
	char *shown = arena_alloc(&app->arena, SHOWN_BYTES);
	store_shown(app->db, shown, SHOWN_BYTES);
	app->shown = shown;
	app->book = book ? book : "main";
	if (language && strcmp(language, "zh") != 0 && strcmp(language, "en") != 0)
		return error_refuse(error, "refused.language", "", "value", language, NULL);
	if (!*app->db || !*app->book)
		return error_refuse(error, "refused.empty", *app->db ? "book" : "db", NULL);
	if (as && (!text_starts(as, "staff:") || !as[6]))
		return error_refuse(error, "refused.as", "", "value", as, NULL);
	app->session.staff = as ? as + 6 : "";
	return OK;
}

/* ------------------------------------------------------------------ the book */

enum result app_check_file(const char *db, bool create, struct error *error)
{
	struct stat status;

	if (store_is_server(db))
		return OK;
	if (stat(db, &status) == 0) {
		if (S_ISDIR(status.st_mode))
			return error_refuse(error, "refused.folder", "db", "file", db, NULL);
		if (access(db, R_OK) != 0)
			return error_trouble(error, "trouble.cannot_open", "file", db, NULL);
		return OK;
	}
	if (!create)
		return error_refuse(error, "refused.no_such_book", "db", "file", db, NULL);
	const char *slash = strrchr(db, '/');
	char folder[4096];
	text_copy(folder, sizeof(folder), slash && slash > db ? db : ".");
	if (slash && slash > db && slash - db < (ptrdiff_t)sizeof(folder))
		folder[slash - db] = '\0';
	if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
		return error_refuse(
			error, "refused.no_folder", "db", "file", db, "folder", folder, NULL);
	return OK;
}

enum result app_open(struct app *app, bool create, struct error *error)
{
	uint8_t head[DIGEST_BYTES];

	if (app_check_file(app->db, create, error) != OK ||
		ledger_open(&app->ledger, app->db, app->book, create, modules, error) != OK)
		return error->result;
	ledger_head(app->ledger, head);
	chance_place(app->session.chance_state, head);
	if (*app->session.staff &&
		!view_exists(ledger_view(app->ledger), "staff", app->session.staff))
		return error_refuse(
			error, "refused.as_unknown", "", "value", app->session.staff, NULL);
	if (!*app->session.staff)
		return OK;
	if (sight_open(&app->sight, app->ledger, app->session.staff, app->session.now, error) != OK)
		return error->result;
	ledger_look(app->ledger, app->sight);
	return OK;
}

/* ------------------------------------------------------------------ start and end */

static void print_error(const struct app *app, const struct error *error)
{
	struct buffer sentence;

	buffer_init(&sentence, LINE_BYTES);
	message_error(app->messages, app->language, error, &sentence);
	fprintf(stderr, "%s\n", sentence.bytes);
	buffer_release(&sentence);
}

/* A full disk behind standard output is trouble like any other. */
static enum result finish_output(struct error *error)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return OK;
	return error_trouble(error, "trouble.output", "reason", error_reason(errno), NULL);
}

static enum result run(struct app *app, char **words, struct error *error)
{
	char name[] = "help", *help[] = { name, NULL };

	if (words[0] && (strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0))
		words = help;
	enum result result = arguments_read(&app->arguments, words, error);
	if (take_common(app, error) != OK || result != OK)
		return error->result;
	result = app->arguments.command->run(app, error);
	/* A name that could not be read, say: what would be printed may not be whole. */
	if (app->ledger && ledger_trouble(app->ledger, error) != OK)
		result = error->result;
	if (error->result == TROUBLE)
		__fpurge(stdout);
	if (finish_output(error) != OK && result == OK)
		result = error->result;
	return result;
}

int main(int count, char **words)
{
	/* An answer is held back until it is known to be whole. */
	static char answer[ANSWER_BYTES];
	struct app app = { .session = { .login = "cli", .origin = ORIGIN_LIVE } };
	struct error error = { 0 };
	struct chance chance;

	must(count > 0);
	setvbuf(stdout, answer, _IOFBF, sizeof(answer));
	chance_init(&chance);
	arena_init(&app.arena, ARENA_BYTES);
	app.messages = asset_messages();
	app.session.chance = chance_bytes;
	app.session.chance_state = &chance;
	enum result result = world_now(&app.session.now, &error);
	if (result == OK)
		result = run(&app, words + 1, &error);
	else
		app.language = language_of(NULL);
	if (error.result != OK)
		print_error(&app, &error);
	sight_close(app.sight);
	ledger_close(app.ledger);
	messages_free(app.messages);
	arena_release(&app.arena);
	chance_release(&chance);
	return result == OK ? 0 : result == REFUSED ? 2 : 1;
}

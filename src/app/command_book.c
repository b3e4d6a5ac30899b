/* The book as a whole: made, moved on in time, proved, derived again. */
#include "app/commands.h"
#include "derive/pack.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_BYTES = 4096 };

static void write_digest_at(
	struct writer *writer, const char *key, const uint8_t hash[DIGEST_BYTES])
{
	char text[DIGEST_TEXT];

	write_text_at(writer, key, digest_text(hash, text));
}

static void say_book(const struct app *app, bool there, int issued)
{
	const char *pack = argument(&app->arguments, "--pack");
	uint8_t head[DIGEST_BYTES];
	char entries[INTEGER_TEXT], count[INTEGER_TEXT];
	struct buffer out;
	struct writer writer;

	int64_t seq = ledger_head(app->ledger, head);
	if (!app->json) {
		app_say(app, there ? "init.there" : "init.made", "book", app->book, "file",
			app->shown, "entries", integer_text(seq, entries), NULL);
		if (pack)
			app_say(app, "init.pack", "pack", pack, "count",
				integer_text(issued, count), NULL);
		return;
	}
	buffer_init(&out, ANSWER_BYTES);
	write_start(&writer, &out);
	write_object(&writer);
	write_text_at(&writer, "book", app->book);
	write_integer_at(&writer, "entries", seq);
	write_integer_at(&writer, "issued", issued);
	write_object_end(&writer);
	app_print(&out);
	buffer_release(&out);
}

enum result command_init(struct app *app, struct error *error)
{
	const char *pack = argument(&app->arguments, "--pack");
	struct error missing = { 0 };
	int issued = 0;

	/* Without making anything first: what is said depends on whether it was there. */
	bool there = app_open(app, false, &missing) == OK;
	if (!there && app->ledger)
		*error = missing;
	else if (!there)
		app_open(app, true, error);
	if (error->result != OK)
		return error->result;
	if (pack && pack_issue(app->ledger, &app->session, pack, &issued, error) != OK)
		return error->result;
	say_book(app, there, issued);
	return OK;
}

/* ------------------------------------------------------------------ time */

enum result command_tick(struct app *app, struct error *error)
{
	const char *at = argument(&app->arguments, "--at");
	char text[INSTANT_TEXT], count[INTEGER_TEXT];
	int appended = 0;

	if (at && !instant_parse(at, &app->session.now))
		return error_refuse(error, "refused.option_instant", "", "option", "--at", NULL);
	if (app_open(app, false, error) != OK || ledger_begin(app->ledger, error) != OK)
		return error->result;
	if (ledger_tick(app->ledger, &app->session, &appended, error) != OK) {
		ledger_rollback(app->ledger);
		return error->result;
	}
	if (ledger_commit(app->ledger, error) != OK)
		return error->result;
	instant_text(app->session.now, text);
	if (app->json)
		printf("{\"appended\":%d,\"at\":\"%s\"}\n", appended, text);
	else
		app_say(app, "tick.done", "at", text, "count", integer_text(appended, count), NULL);
	return OK;
}

/* ------------------------------------------------------------------ proof */

/* Is `expected` the hash of some entry? A head noted long ago is that of an older one. */
static enum result find_hash(
	struct app *app, const char *expected, bool *found, struct error *error)
{
	uint8_t head[DIGEST_BYTES];
	char wanted[DIGEST_TEXT + 16];
	struct buffer line;
	int64_t seq = ledger_head(app->ledger, head);

	snprintf(wanted, sizeof(wanted), "\"hash\":\"%.64s\"", expected);
	buffer_init(&line, OUTPUT_BYTES);
	for (*found = false; seq > 0 && !*found; seq--) {
		buffer_clear(&line);
		if (ledger_envelope(app->ledger, seq, &line, error) != OK)
			break;
		*found = strstr(line.bytes, wanted) != NULL;
	}
	buffer_release(&line);
	return error->result;
}

static enum result check_expected(struct app *app, struct error *error)
{
	const char *expected = argument(&app->arguments, "--expect");
	bool found;

	if (!expected)
		return OK;
	if (strlen(expected) != DIGEST_TEXT - 1 ||
		strspn(expected, "0123456789abcdef") != DIGEST_TEXT - 1)
		return error_refuse(error, "refused.head", "", "value", expected, NULL);
	if (find_hash(app, expected, &found, error) != OK || found)
		return error->result;
	return error_trouble(error, "trouble.head_missing", "head", expected, NULL);
}

/* The chain breaks: the seq is the answer, and the exit code is that of trouble. */
static enum result say_broken(const struct app *app, int64_t entries, struct error *error)
{
	const char *seq = error_argument(error, "seq");

	if (app->json)
		printf("{\"entries\":%" PRId64 ",\"seq\":%s}\n", entries, seq);
	app_note(app, "refused.chain_broken", "seq", seq, NULL);
	error_clear(error);
	return TROUBLE;
}

static void say_proof(const struct app *app, int64_t entries, const uint8_t *derived)
{
	uint8_t head[DIGEST_BYTES];
	char text[DIGEST_TEXT], count[INTEGER_TEXT];
	struct buffer out;
	struct writer writer;

	ledger_head(app->ledger, head);
	if (!app->json) {
		app_say(app, "proof.entries", "count", integer_text(entries, count), NULL);
		app_say(app, "proof.head", "head", digest_text(head, text), NULL);
		if (derived)
			app_say(app, "proof.derived", "derived", digest_text(derived, text), NULL);
		return;
	}
	buffer_init(&out, ANSWER_BYTES);
	write_start(&writer, &out);
	write_object(&writer);
	write_integer_at(&writer, "entries", entries);
	write_digest_at(&writer, "head", head);
	if (derived)
		write_digest_at(&writer, "derived", derived);
	write_object_end(&writer);
	app_print(&out);
	buffer_release(&out);
}

/* Does the chain hold? Where it does not, that is said. */
static enum result prove(struct app *app, int64_t *entries, struct error *error)
{
	if (ledger_verify(app->ledger, entries, error) == OK)
		return OK;
	return strcmp(error->key, "refused.chain_broken") == 0 ? say_broken(app, *entries, error)
							       : error->result;
}

enum result command_verify(struct app *app, struct error *error)
{
	uint8_t derived[DIGEST_BYTES];
	bool wanted = argument(&app->arguments, "--derived") != NULL;
	int64_t entries;

	if (app_open(app, false, error) != OK)
		return error->result;
	enum result result = prove(app, &entries, error);
	if (result != OK)
		return result;
	if (check_expected(app, error) != OK ||
		(wanted && ledger_derived(app->ledger, derived, error) != OK))
		return error->result;
	say_proof(app, entries, wanted ? derived : NULL);
	return OK;
}

/* ------------------------------------------------------------------ rebuild */

void show_deriving(void *context, int64_t done, int64_t all)
{
	const struct app *app = context;
	char done_text[INTEGER_TEXT], all_text[INTEGER_TEXT];
	struct buffer line;

	if (!isatty(STDERR_FILENO))
		return;
	buffer_init(&line, ANSWER_BYTES);
	app_fill(app, &line, "rebuild.progress", "done", integer_text(done, done_text), "all",
		integer_text(all, all_text), NULL);
	fprintf(stderr, "\r%s%s", line.bytes, done == all ? "\n" : "");
	buffer_release(&line);
}

enum result command_rebuild(struct app *app, struct error *error)
{
	uint8_t derived[DIGEST_BYTES], head[DIGEST_BYTES];
	int64_t entries;

	if (app_open(app, false, error) != OK)
		return error->result;
	/* What was changed behind our back would be derived like the truth. */
	enum result result = prove(app, &entries, error);
	if (result != OK)
		return result;
	if (ledger_rebuild(app->ledger, show_deriving, app, error) != OK ||
		ledger_derived(app->ledger, derived, error) != OK)
		return error->result;
	say_proof(app, ledger_head(app->ledger, head), derived);
	return OK;
}

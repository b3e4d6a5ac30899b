/*
 * Append JSON lines. Lines that are at hand share a commit, and none is answered before it: a
 * pipe gets its answers as soon as it pauses, a file a thousand at a time.
 */
#include "app/commands.h"
#include "app/lines.h"

#include <string.h>

enum {
	BATCH_LINES = 1000,
	BATCH_BYTES = 64 * 1024 * 1024,
	ANSWER_BYTES = 16 * 1024 * 1024, /* of a batch: a thousand of at most some kilobytes */
	ID_SHOWN = 64,
};

struct appending {
	struct app *app;
	struct buffer answers; /* of the batch under way */
	int lines;             /* in the batch, answered ones */
	size_t bytes;
	int64_t number; /* of the line in the file, from 1 */
	bool begun;
	enum result worst;
};

static void write_reason(const struct app *app, struct writer *writer, const struct error *error)
{
	struct buffer reason;

	buffer_init(&reason, 16 * 1024);
	message_error(app->messages, app->language, error, &reason);
	write_text_at(writer, "field", error->field);
	write_text_at(writer, "reason", reason.bytes);
	buffer_release(&reason);
}

static void answer(struct appending *appending, const char *id, const struct answer *answer)
{
	static const char *const words[] = {
		[APPENDED] = "appended", [ALREADY] = "already", [NOT_TAKEN] = "refused"
	};
	struct writer writer;

	write_start(&writer, &appending->answers);
	write_object(&writer);
	write_key(&writer, "id");
	if (id)
		write_text(&writer, id);
	else
		write_null(&writer);
	write_text_at(&writer, "status", words[answer->status]);
	if (answer->status != NOT_TAKEN)
		write_integer_at(&writer, "seq", answer->seq);
	else
		write_reason(appending->app, &writer, &answer->error);
	write_object_end(&writer);
	buffer_char(&appending->answers, '\n');
	appending->lines++;
	if (answer->status == NOT_TAKEN && answer->error.result > appending->worst)
		appending->worst = answer->error.result;
}

/* A line that never reached the ledger. */
static void refuse_line(struct appending *appending, const char *key, int column)
{
	struct answer refused = { .status = NOT_TAKEN };
	char line_text[24], column_text[24];

	snprintf(line_text, sizeof(line_text), "%lld", (long long)appending->number);
	snprintf(column_text, sizeof(column_text), "%d", column);
	error_refuse(&refused.error, key, "", "line", line_text, "column", column_text, NULL);
	answer(appending, NULL, &refused);
}

static const char *fault_key(const json_error_t *fault)
{
	switch (json_error_code(fault)) {
	case json_error_duplicate_key:
		return "refused.said_twice";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "refused.json_nul";
	case json_error_stack_overflow:
		return "refused.json_deep";
	case json_error_invalid_utf8:
		return "refused.json_utf8";
	default:
		return "refused.not_json";
	}
}

static enum result append_line(
	struct appending *appending, const char *line, size_t length, struct error *error)
{
	struct app *app = appending->app;
	struct answer given;
	json_error_t fault;
	char id[ID_SHOWN];

	json_t *envelope =
		json_loadb(line, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
	if (!envelope) {
		refuse_line(appending, fault_key(&fault), fault.column);
		return OK;
	}
	if (!appending->begun && ledger_begin(app->ledger, error) != OK) {
		json_decref(envelope);
		return error->result;
	}
	appending->begun = true;
	enum result result = ledger_append(app->ledger, &app->session, envelope, &given, error);
	if (result == OK) {
		const char *named = json_string_value(json_object_get(envelope, "id"));
		text_copy(id, sizeof(id), named ? named : given.id);
		bool known = named || given.status != NOT_TAKEN;
		answer(appending, known ? id : NULL, &given);
	}
	json_decref(envelope);
	return result;
}

/* Commit, then answer: in this order. */
static enum result finish_batch(struct appending *appending, struct error *error)
{
	if (appending->begun && ledger_commit(appending->app->ledger, error) != OK) {
		appending->begun = false;
		return error->result;
	}
	appending->begun = false;
	must(!appending->answers.full);
	fwrite(appending->answers.bytes, 1, appending->answers.length, stdout);
	fflush(stdout);
	buffer_clear(&appending->answers);
	appending->lines = 0;
	appending->bytes = 0;
	return OK;
}

static bool is_blank(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!strchr(" \t\r", line[i]) || !line[i])
			return false;
	}
	return true;
}

static enum result one_line(
	struct appending *appending, const char *line, size_t length, struct error *error)
{
	static const char mark[] = "\xEF\xBB\xBF";

	appending->number++;
	if (appending->number == 1 && length >= 3 && memcmp(line, mark, 3) == 0) {
		line += 3;
		length -= 3;
	}
	appending->bytes += length;
	return is_blank(line, length) ? OK : append_line(appending, line, length, error);
}

static enum result append_all(struct appending *appending, struct lines *lines, struct error *error)
{
	enum result result = OK;
	enum line state = LINE_READ;
	char *line;
	size_t length;

	while (result == OK && state != LINE_END && state != LINE_FAILED) {
		state = lines_next(lines, appending->lines == 0, &line, &length, error);
		if (state == LINE_READ) {
			result = one_line(appending, line, length, error);
		} else if (state == LINE_LONG) {
			appending->number++;
			refuse_line(appending, "refused.line_long", 0);
		}
		if (result == OK &&
			(state == LINE_WAIT || state == LINE_END ||
				appending->lines >= BATCH_LINES || appending->bytes >= BATCH_BYTES))
			result = finish_batch(appending, error);
	}
	/* What was read before the reading failed is whole lines, and is kept. */
	if (state == LINE_FAILED) {
		struct error also = { 0 };
		finish_batch(appending, &also);
		result = error->result;
	}
	return result;
}

enum result command_append(struct app *app, struct error *error)
{
	struct appending appending = { .app = app };
	struct lines lines;

	if (lines_open(&lines, argument(&app->arguments, "FILE"), error) != OK)
		return error->result;
	buffer_init(&appending.answers, ANSWER_BYTES);
	enum result result = app_open(app, false, error);
	if (result == OK)
		result = append_all(&appending, &lines, error);
	if (appending.begun)
		ledger_rollback(app->ledger);
	buffer_release(&appending.answers);
	lines_close(&lines);
	return result == OK ? appending.worst : result;
}

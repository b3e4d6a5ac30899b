/*
 * Rows of a kind with a table inside wait in a window until they make one entry. A row that
 * the core refuses is taken out and the rest is tried again; where many are, each is tried
 * alone, so that one bad row never sinks its neighbours.
 */
#include "derive/import_parts.h"

#include <string.h>

enum { TRIES = 8 };

/* ------------------------------------------------------------------ the entry */

static json_t *window_body(const struct import *import, json_t *rows)
{
	json_t *body = json_object(), *columns = json_array(), *value;
	const char *key;

	json_object_foreach(import->window_header, key, value)
	{
		if (!json_is_null(value))
			json_object_set(body, key, value);
	}
	for (const struct field *field = import->kind->row; field->name; field++)
		json_array_append_new(columns, json_string(field->name));
	json_object_set_new(body, "columns", columns);
	json_object_set_new(body, "rows", rows);
	return body;
}

static int waiting_count(const struct import *import)
{
	int count = 0;

	for (int i = 0; i < import->window_count; i++)
		count += import->window[i].cells != NULL;
	return count;
}

static json_t *waiting_rows(const struct import *import)
{
	json_t *rows = json_array();

	for (int i = 0; i < import->window_count; i++) {
		if (import->window[i].cells)
			json_array_append(rows, import->window[i].cells);
	}
	return rows;
}

static struct waiting *waiting_at(struct import *import, int64_t index)
{
	for (int i = 0; i < import->window_count; i++) {
		if (import->window[i].cells && !index--)
			return &import->window[i];
	}
	return NULL;
}

static void drop(struct import *import, struct waiting *waiting)
{
	(void)import;
	json_decref(waiting->cells);
	waiting->cells = NULL;
}

static void refuse(struct import *import, struct waiting *waiting, const struct error *reason)
{
	drop(import, waiting);
	waiting->refused = true;
	waiting->error = *reason;
}

static void refuse_all(struct import *import, const struct error *reason)
{
	for (int i = 0; i < import->window_count; i++) {
		if (import->window[i].cells)
			refuse(import, &import->window[i], reason);
	}
}

static enum result append_window(
	struct import *import, bool *taken, struct error *refusal, struct error *error)
{
	json_t *body = window_body(import, waiting_rows(import));
	struct buffer content;
	enum result result = OK;

	buffer_init(&content, IMPORT_BODY_BYTES * 2);
	*taken = false;
	if (!json_canonical(&content, body) || content.full)
		error_refuse(refusal, "refused.too_large", "rows", NULL);
	else
		result = import_append(import, body, import->window_at, import->window_author,
			import->window_first, content.bytes, taken, refusal, error);
	buffer_release(&content);
	json_decref(body);
	return result;
}

/* ------------------------------------------------------------------ finding the bad rows */

/* Try each waiting row as an entry of its own, which is then forgotten. */
static enum result try_alone(struct import *import, bool *found, struct error *error)
{
	char text[INSTANT_TEXT];
	struct answer answer;

	*found = false;
	for (int i = 0; i < import->window_count; i++) {
		struct waiting *waiting = &import->window[i];
		if (!waiting->cells)
			continue;
		json_t *body = window_body(import, json_pack("[O]", waiting->cells));
		json_t *envelope =
			json_pack("{s:s, s:o}", "kind", import->kind->name, "body", body);
		must(envelope != NULL);
		if (import->window_at >= 0)
			json_object_set_new(
				envelope, "at", json_string(instant_text(import->window_at, text)));
		if (import->window_author)
			json_object_set_new(envelope, "author", json_string(import->window_author));
		enum result result =
			ledger_try(import->ledger, &import->session, envelope, &answer, error);
		json_decref(envelope);
		if (result != OK)
			return result;
		if (answer.status != NOT_TAKEN || answer.error.result != REFUSED)
			continue;
		refuse(import, waiting, &answer.error);
		*found = true;
	}
	return OK;
}

/* The row that a refusal names ("#3"), or NULL. */
static struct waiting *refused_row(struct import *import, const struct error *refusal)
{
	int64_t number;

	if (*refusal->place != '#' || !text_integer(refusal->place + 1, &number) || number < 1)
		return NULL;
	return waiting_at(import, number - 1);
}

static enum result settle_window(struct import *import, struct error *error)
{
	bool alone = false;

	for (int tries = 0; waiting_count(import); tries++) {
		struct error refusal = { 0 };
		bool taken, found = false;
		int64_t rows = waiting_count(import);
		if (append_window(import, &taken, &refusal, error) != OK)
			return error->result;
		if (refusal.result == OK) {
			*(taken ? &import->result->taken : &import->result->unchanged) += rows;
			return OK;
		}
		if (refusal.result == TROUBLE) {
			*error = refusal;
			return TROUBLE;
		}
		struct waiting *bad = refused_row(import, &refusal);
		if (bad && tries < TRIES) {
			refuse(import, bad, &refusal);
			continue;
		}
		if (!alone && try_alone(import, &found, error) != OK)
			return error->result;
		alone = true;
		if (!found && bad)
			refuse(import, bad, &refusal);
		else if (!found)
			refuse_all(import, &refusal);
	}
	return OK;
}

/* Rows that are so already need no entry. */
static void drop_unchanged(struct import *import)
{
	if (!waiting_count(import))
		return;
	for (int i = 0; i < import->window_count; i++) {
		struct waiting *waiting = &import->window[i];
		if (!waiting->cells)
			continue;
		json_t *body = window_body(import, json_pack("[O]", waiting->cells));
		if (ledger_unchanged(import->ledger, import->kind, body, 0)) {
			drop(import, waiting);
			import->result->unchanged++;
		}
		json_decref(body);
	}
}

enum result import_window_end(struct import *import, struct error *error)
{
	drop_unchanged(import);
	enum result result = settle_window(import, error);

	for (int i = 0; i < import->window_count; i++) {
		struct waiting *waiting = &import->window[i];
		if (waiting->refused && result == OK) {
			refused_add(import, waiting->number, waiting->line, waiting->texts,
				&waiting->error);
			import->result->refused++;
		}
		json_decref(waiting->cells);
	}
	json_decref(import->window_header);
	import->window_header = NULL;
	import->window_count = 0;
	arena_reset(&import->window_arena);
	return result;
}

/* ------------------------------------------------------------------ rows */

/* What the core would refuse of a row, as far as it can be seen here. */
static enum result check_row(
	const struct import *import, const struct said *said, struct error *error)
{
	size_t i = 0;

	for (const struct field *field = import->kind->row; field->name; field++, i++) {
		const char *text = json_string_value(json_array_get(said->cells, i));
		if ((field->flags & REQUIRED) && text && !*text)
			return error_refuse(error, "refused.required", field->name, NULL);
	}
	return OK;
}

static bool same_entry(const struct import *import, const struct said *said)
{
	const char *author = said->author ? said->author : "";
	const char *own = import->window_author ? import->window_author : "";

	return import->window_header && json_equal(import->window_header, said->body) &&
	       import->window_at == said->at && text_equal(author, own);
}

static struct waiting *window_add(struct import *import, const struct row *row)
{
	if (!import->window)
		import->window = arena_array(&import->arena, struct waiting, IMPORT_TABLE_ROWS);
	struct waiting *waiting = &import->window[import->window_count++];
	*waiting = (struct waiting){ .number = row->number,
		.line = row->cells ? row->cell[0].line : 0,
		.texts = row_texts(import, row, &import->window_arena) };
	return waiting;
}

enum result import_wait_row(struct import *import, const struct row *row, struct error *error)
{
	struct error refusal = { 0 };
	struct said said;
	bool good = import_read_row(import, row, &said, &refusal) == OK &&
		    check_row(import, &said, &refusal) == OK;

	if (!good && refusal.result == TROUBLE) {
		*error = refusal;
		goto out;
	}
	if (import->window_count == IMPORT_TABLE_ROWS ||
		import->window_arena.used > IMPORT_WINDOW_BYTES ||
		(good && import->window_header && !same_entry(import, &said))) {
		if (import_window_end(import, error) != OK)
			goto out;
	}
	struct waiting *waiting = window_add(import, row);
	if (!good) {
		refuse(import, waiting, &refusal);
		goto out;
	}
	if (!import->window_header) {
		import->window_header = json_incref(said.body);
		import->window_at = said.at;
		import->window_author =
			said.author ? arena_text(&import->window_arena, said.author) : NULL;
		import->window_first = row->number;
	}
	waiting->cells = json_incref(said.cells);
out:
	said_release(&said);
	return error->result;
}

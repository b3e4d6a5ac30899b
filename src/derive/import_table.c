/*
 * Rows of a kind with a table inside wait in a window until they make one entry. A row that
 * the core refuses is taken out and the rest is tried again; where many are, each is tried
 * alone, so that one bad row never sinks its neighbours.
 */
#include "derive/import_parts.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 8, GUESS_ROWS = 50 };

/* ------------------------------------------------------------------ the entry */

static void drop(struct waiting *waiting)
{
	json_decref(waiting->cells);
	waiting->cells = NULL;
}

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

static void refuse(struct waiting *waiting, const struct error *reason)
{
	drop(waiting);
	waiting->refused = true;
	waiting->error = *reason;
}

static void refuse_all(struct import *import, const struct error *reason)
{
	for (int i = 0; i < import->window_count; i++) {
		if (import->window[i].cells)
			refuse(&import->window[i], reason);
	}
}

static enum result append_window(
	struct import *import, bool *taken, struct error *refusal, struct error *error)
{
	json_t *body = window_body(import, waiting_rows(import));
	enum result result = import_append(import, import->window_id, body, import->window_at,
		import->window_author, taken, refusal, error);

	json_decref(body);
	return result;
}

/* ------------------------------------------------------------------ imported before */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Take out the rows that an entry made of these rows of this file holds already. */
static enum result drop_known(struct import *import, int64_t seq, struct error *error)
{
	struct buffer envelope;
	char **known, *own;
	size_t count, i, left;
	json_t *row;

	buffer_init(&envelope, IMPORT_BODY_BYTES * 4);
	if (ledger_envelope(import->ledger, seq, &envelope, error) != OK) {
		buffer_release(&envelope);
		return error->result;
	}
	json_t *record = json_loads(envelope.bytes, 0, NULL);
	json_t *rows = json_object_get(json_object_get(record, "body"), "rows");
	count = left = json_array_size(rows);
	known = calloc(count + 1, sizeof(*known));
	must(known != NULL);
	json_array_foreach(rows, i, row) known[i] = json_dumps(row, JSON_COMPACT);
	qsort(known, count, sizeof(*known), by_text);
	for (int w = 0; w < import->window_count && left; w++) {
		struct waiting *waiting = &import->window[w];
		if (!waiting->cells)
			continue;
		own = json_dumps(waiting->cells, JSON_COMPACT);
		char **found = bsearch(&own, known, left, sizeof(*known), by_text);
		free(own);
		if (!found)
			continue;
		/* Each row of the record stands for one of the file. */
		char *used = *found;
		memmove(found, found + 1, (size_t)(known + left - found - 1) * sizeof(*known));
		known[--left] = used;
		drop(waiting);
		import->result->unchanged++;
	}
	for (i = 0; i < count; i++)
		free(known[i]);
	free(known);
	json_decref(record);
	buffer_release(&envelope);
	return OK;
}

/* Earlier imports of this file left entries under ids that follow from the rows' place in it.
 * Rows they hold are done; the others, refused then and good now, go under the next id. */
static enum result find_previous(struct import *import, struct error *error)
{
	struct entry entry;
	bool withdrawn;

	for (int again = 0;; again++) {
		buffer_clear(&import->text);
		buffer_print(&import->text, "%d/%s/", again,
			import->window_author ? import->window_author : "");
		json_canonical(&import->text, import->window_header);
		id_text(import_id(import, import->window_at, import->window[0].number,
				import->text.bytes),
			import->window_id);
		int64_t seq = ledger_find(import->ledger, import->window_id);
		if (!seq)
			return OK;
		if (ledger_entry(import->ledger, &import->window_arena, seq, &entry, &withdrawn,
			    error) != OK)
			return error->result;
		entry_release(&entry);
		if (!withdrawn && drop_known(import, seq, error) != OK)
			return error->result;
	}
}

/* ------------------------------------------------------------------ finding the bad rows */

/* A waiting row as an entry of its own. */
static json_t *row_envelope(const struct import *import, const struct waiting *waiting)
{
	char text[INSTANT_TEXT];
	json_t *body = window_body(import, json_pack("[O]", waiting->cells));
	json_t *envelope = json_pack("{s:s, s:o}", "kind", import->kind->name, "body", body);

	must(envelope != NULL);
	if (import->window_at >= 0)
		json_object_set_new(
			envelope, "at", json_string(instant_text(import->window_at, text)));
	if (import->window_author)
		json_object_set_new(envelope, "author", json_string(import->window_author));
	return envelope;
}

/* Try each waiting row alone; nothing of it stays. */
static enum result try_alone(struct import *import, bool *found, struct error *error)
{
	struct answer answer;

	*found = false;
	for (int i = 0; i < import->window_count; i++) {
		struct waiting *waiting = &import->window[i];
		if (!waiting->cells)
			continue;
		json_t *envelope = row_envelope(import, waiting);
		enum result result =
			ledger_try(import->ledger, &import->session, envelope, &answer, error);
		json_decref(envelope);
		if (result != OK)
			return result;
		if (answer.status != NOT_TAKEN || answer.error.result != REFUSED)
			continue;
		refuse(waiting, &answer.error);
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
			refuse(bad, &refusal);
			continue;
		}
		if (!alone && try_alone(import, &found, error) != OK)
			return error->result;
		alone = true;
		if (!found && bad)
			refuse(bad, &refusal);
		else if (!found)
			refuse_all(import, &refusal);
	}
	return OK;
}

/* ------------------------------------------------------------------ what the rows tell */

/* How many of the first rows the core would take with this choice. */
static enum result count_good(
	struct import *import, const char *choice, int *good, struct error *error)
{
	struct answer answer;
	int tried = 0;

	*good = 0;
	json_object_set_new(import->window_header, import->guess->name, json_string(choice));
	for (int i = 0; i < import->window_count && tried < GUESS_ROWS; i++) {
		if (!import->window[i].cells)
			continue;
		tried++;
		json_t *envelope = row_envelope(import, &import->window[i]);
		enum result result =
			ledger_try(import->ledger, &import->session, envelope, &answer, error);
		json_decref(envelope);
		if (result != OK)
			return result;
		*good += answer.status != NOT_TAKEN;
	}
	return OK;
}

/* The file does not say a choice; where the rows only make sense with one, that is it. */
static enum result guess(struct import *import, struct error *error)
{
	const struct labels *labels = &import->request->labels;
	const char *best = NULL, *kind = import->kind->name;
	int most = 0, good;

	for (const char *const *choice = import->guess->choices; *choice; choice++) {
		if (count_good(import, *choice, &good, error) != OK)
			return error->result;
		if (good == most)
			best = NULL;
		if (good > most)
			best = *choice;
		most = good > most ? good : most;
	}
	if (!best)
		return import_refuse_missing(
			import, label_field(labels, kind, import->guess->name), error);
	struct import_column *column = &import->columns[import->all_count++];
	*column = (struct import_column){ .column = -1,
		.heading = "",
		.part = PART_BODY,
		.field = import->guess,
		.value = json_string(best) };
	json_object_set_new(import->window_header, import->guess->name, json_string(best));
	if (import->request->guessed)
		import->request->guessed(import->request->context,
			label_field(labels, kind, import->guess->name),
			label_choice(labels, kind, import->guess->name, best), import->guess->name);
	import->guess = NULL;
	return OK;
}

/* Rows that are so already need no entry. */
static enum result drop_unchanged(struct import *import, struct error *error)
{
	int count = waiting_count(import), row = 0;
	bool *same = arena_array(&import->window_arena, bool, count + 1);

	if (!count)
		return OK;
	json_t *body = window_body(import, waiting_rows(import));
	enum result result = ledger_unchanged(import->ledger, import->kind, body, same, error);
	json_decref(body);
	for (int i = 0; result == OK && i < import->window_count; i++) {
		struct waiting *waiting = &import->window[i];
		if (!waiting->cells || !same[row++])
			continue;
		drop(waiting);
		import->result->unchanged++;
	}
	return result;
}

enum result import_window_end(struct import *import, struct error *error)
{
	enum result result = OK;

	if (import->guess && waiting_count(import))
		result = guess(import, error);
	if (result == OK && waiting_count(import))
		result = find_previous(import, error);
	if (result == OK)
		result = drop_unchanged(import, error);
	if (result == OK)
		result = settle_window(import, error);

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
	for (const struct field *field = import->kind->fields; field->name; field++) {
		json_t *value = json_object_get(said->body, field->name);
		if ((field->flags & REQUIRED) && field != import->guess &&
			(!value || json_is_null(value)))
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
	const struct field *guessing = import->guess;
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
		if (guessing && !import->guess)
			json_object_set(said.body, guessing->name,
				import->columns[import->all_count - 1].value);
	}
	struct waiting *waiting = window_add(import, row);
	if (!good) {
		refuse(waiting, &refusal);
		goto out;
	}
	if (!import->window_header) {
		import->window_header = json_incref(said.body);
		import->window_at = said.at;
		import->window_author =
			said.author ? arena_text(&import->window_arena, said.author) : NULL;
	}
	waiting->cells = json_incref(said.cells);
out:
	said_release(&said);
	return error->result;
}

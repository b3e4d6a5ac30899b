/* From a row to an entry, or to nothing where the latest version says so already. */
#include "derive/import_parts.h"

#include <stdlib.h>
#include <string.h>

void said_release(struct said *said)
{
	json_decref(said->body);
	json_decref(said->cells);
	*said = (struct said){ .at = -1 };
}

/* ------------------------------------------------------------------ reading */

static enum result take_envelope(
	struct import *import, const struct import_column *column, json_t *value, struct said *said)
{
	if (column->part == PART_AT)
		must(instant_parse(json_string_value(value), &said->at));
	else
		said->author = arena_text(&import->row_arena, json_string_value(value));
	return OK;
}

static void take_value(
	struct import *import, const struct import_column *column, json_t *value, struct said *said)
{
	if (column->part == PART_BODY)
		json_object_set_new(said->body, column->field->name, value ? value : json_null());
	else if (column->part == PART_ROW)
		json_array_set_new(said->cells, (size_t)(column->field - import->kind->row),
			value ? value : json_string(""));
	else if (value) {
		take_envelope(import, column, value, said);
		json_decref(value);
	}
}

bool import_blank(const struct cell *cell)
{
	char trimmed[8];

	if (cell->type == CELL_EMPTY)
		return true;
	text_trim(trimmed, sizeof(trimmed), cell->text);
	return !*trimmed;
}

const struct cell *import_beyond(const struct import *import, const struct row *row)
{
	int last = import->columns[import->column_count - 1].column;

	for (int i = 0; sheet_is_csv(import->sheet) && i < row->cells; i++) {
		if (row->cell[i].column > last && !import_blank(&row->cell[i]))
			return &row->cell[i];
	}
	return NULL;
}

static enum result check_beyond(
	const struct import *import, const struct row *row, struct error *error)
{
	const struct cell *cell = import_beyond(import, row);
	char column[INTEGER_TEXT];

	if (!cell)
		return OK;
	return error_refuse(error, "refused.import_beyond", "", "column",
		integer_text(cell->column + 1, column), "value", cell->text, NULL);
}

/* A customer out of sight is none. */
static enum result check_sight(
	const struct import *import, const struct field *field, json_t *value, struct error *error)
{
	const char *id = field->type == FIELD_CUSTOMER ? json_string_value(value) : NULL;

	if (!id || sight_customer(import->request->sight, id))
		return OK;
	return error_refuse(error, "refused.unknown_customer", field->name, "value", id, NULL);
}

enum result import_read_row(
	struct import *import, const struct row *row, struct said *said, struct error *error)
{
	*said = (struct said){ .body = json_object(), .at = -1 };
	if (import->kind->row) {
		said->cells = json_array();
		for (const struct field *field = import->kind->row; field->name; field++)
			json_array_append_new(said->cells, json_string(""));
	}
	if (check_beyond(import, row, error) != OK)
		return error->result;
	for (int i = 0; i < import->all_count; i++) {
		const struct import_column *column = &import->columns[i];
		json_t *value = NULL;
		if (!column->field)
			continue;
		if (column->column >= 0 &&
			typed_read(&import->typed, column->field, column->unit,
				row_cell(row, column->column), &value, error) != OK)
			return error->result;
		if (!value && column->value)
			value = json_incref(column->value);
		if (check_sight(import, column->field, value, error) != OK) {
			json_decref(value);
			return error->result;
		}
		take_value(import, column, value, said);
	}
	return OK;
}

/* ------------------------------------------------------------------ ids */

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 14695981039346656037U; /* FNV-1a */

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211U;
	return hash;
}

/* Ids of a file's rows rise with its rows, so that they are inserted side by side. */
struct id import_id(const struct import *import, int64_t at, int64_t row, const char *content)
{
	uint8_t chance[ID_CHANCE], hash[DIGEST_BYTES];

	digest_start(import->hash);
	digest_add(import->hash, ledger_book(import->ledger), strlen(ledger_book(import->ledger)));
	digest_add(import->hash, import->kind->name, strlen(import->kind->name));
	digest_add(import->hash, content, strlen(content));
	digest_end(import->hash, hash);
	memcpy(chance, import->digest, 3);
	for (int i = 0; i < 3; i++)
		chance[3 + i] = (uint8_t)(row >> (16 - 8 * i));
	memcpy(chance + 6, hash, 4);
	return id_make(at > 0 ? at : 0, chance);
}

static void seen_grow(struct import *import)
{
	size_t before = import->seen_allocated;
	struct seen *old = import->seen;

	import->seen_allocated = before ? before * 2 : 4096;
	import->seen = calloc(import->seen_allocated, sizeof(*import->seen));
	must(import->seen != NULL);
	for (size_t i = 0; i < before; i++) {
		const struct seen *item = old + i;
		size_t at = item->hash & (import->seen_allocated - 1);
		while (item->count && import->seen[at].count)
			at = (at + 1) & (import->seen_allocated - 1);
		if (item->count)
			import->seen[at] = *item;
	}
	free(old);
}

/* The place of a hash; its count is 0 where it did not come before. */
static struct seen *seen_at(struct import *import, uint64_t hash)
{
	if (import->seen_count * 2 >= import->seen_allocated)
		seen_grow(import);
	size_t at = hash & (import->seen_allocated - 1);
	while (import->seen[at].count && import->seen[at].hash != hash)
		at = (at + 1) & (import->seen_allocated - 1);
	import->seen_count += import->seen[at].count == 0;
	import->seen[at].hash = hash;
	return &import->seen[at];
}

/* ------------------------------------------------------------------ appending */

enum result import_append(struct import *import, const char *id, json_t *body, int64_t at,
	const char *author, bool *taken, struct error *refusal, struct error *error)
{
	char text[INSTANT_TEXT];
	struct answer answer;

	*taken = false;
	json_t *envelope =
		json_pack("{s:s, s:s, s:O}", "id", id, "kind", import->kind->name, "body", body);
	must(envelope != NULL);
	if (at >= 0)
		json_object_set_new(envelope, "at", json_string(instant_text(at, text)));
	if (author)
		json_object_set_new(envelope, "author", json_string(author));
	enum result result =
		ledger_append(import->ledger, &import->session, envelope, &answer, error);
	json_decref(envelope);
	if (result != OK)
		return result;
	if (answer.status == NOT_TAKEN)
		*refusal = answer.error;
	*taken = answer.status == APPENDED;
	return OK;
}

/* An id is the same again for the same content, so what is there already is found; but an
 * entry that was taken back since makes room for a new one. */
static enum result free_id(struct import *import, int64_t at, int64_t row, const char *content,
	char id[ID_TEXT], bool *there, struct error *error)
{
	bool by_content = !import->keyed && at >= 0;

	for (int again = 0;; again++) {
		struct entry entry;
		buffer_clear(&import->text);
		if (again)
			buffer_print(&import->text, "%d/", again);
		if (by_content)
			buffer_print(&import->text, "%s/%s/", ledger_book(import->ledger),
				import->kind->name);
		buffer_text(&import->text, content);
		id_text(by_content ? id_derive(at, import->text.bytes)
				   : import_id(import, at, row, import->text.bytes),
			id);
		int64_t seq = ledger_find(import->ledger, id);
		*there = false;
		if (!seq)
			return OK;
		bool withdrawn;
		if (ledger_entry(import->ledger, &import->row_arena, seq, &entry, &withdrawn,
			    error) != OK)
			return error->result;
		entry_release(&entry);
		if (!withdrawn) {
			*there = true;
			return OK;
		}
	}
}

/* ------------------------------------------------------------------ versions */

/* The latest version with the key of `body`; 0 where there is none. */
static enum result find_latest(struct import *import, json_t *body, int64_t *seq,
	struct entry *latest, uint64_t *key_hash, struct error *error)
{
	struct buffer key;

	*seq = 0;
	*key_hash = 0;
	if (!import->keyed)
		return OK;
	for (const struct field *field = import->kind->fields; field->name; field++) {
		json_t *value = json_object_get(body, field->name);
		if ((field->flags & KEY) && (field->flags & REQUIRED) &&
			(!value || json_is_null(value)))
			return error_refuse(error, "refused.required", field->name, NULL);
	}
	buffer_init(&key, IMPORT_BODY_BYTES);
	entry_key(import->kind, body, &key);
	*seq = ledger_key(import->ledger, import->kind->name, key.bytes ? key.bytes : "");
	*key_hash = hash_of(key.bytes ? key.bytes : "");
	buffer_release(&key);
	if (!*seq)
		return OK;
	return ledger_entry(import->ledger, &import->row_arena, *seq, latest, NULL, error);
}

/* The whole new version: what the file says, over what the latest version says. */
static json_t *merged(const struct kind *kind, json_t *said, json_t *latest)
{
	json_t *body = json_object();

	for (const struct field *field = kind->fields; field->name; field++) {
		json_t *value = json_object_get(said, field->name);
		if (!value)
			value = json_object_get(latest, field->name);
		if (value && !json_is_null(value))
			json_object_set(body, field->name, value);
	}
	return body;
}

static json_t *known_part(const struct kind *kind, json_t *latest)
{
	json_t *nothing = json_object(), *body = merged(kind, nothing, latest);

	json_decref(nothing);
	return body;
}

/* Of an archive out of sight nothing is known, not even that it says the same. */
static bool latest_seen(const struct import *import, const struct entry *latest)
{
	struct entry copy = *latest;

	if (sight_whole(import->request->sight))
		return true;
	copy.body = json_deep_copy(latest->body);
	must(copy.body != NULL);
	bool seen = sight_entry(import->request->sight, &copy);
	json_decref(copy.body);
	return seen;
}

static void learn_name(struct import *import, json_t *body)
{
	const char *id = NULL, *name = NULL;

	if (!import->kind->defines)
		return;
	for (const struct field *field = import->kind->fields; field->name; field++) {
		if (field->flags & DEFINES)
			id = json_string_value(json_object_get(body, field->name));
		if (field->flags & NAME)
			name = json_string_value(json_object_get(body, field->name));
	}
	if (id && name)
		name_index_add(import->names, import->kind->defines, id, name);
}

static enum result take_body(struct import *import, const struct row *row, const struct said *said,
	json_t *body, int64_t before, bool *taken, struct error *refusal, struct error *error)
{
	struct buffer content;

	buffer_init(&content, IMPORT_BODY_BYTES);
	bool whole = json_canonical(&content, body);
	if (said->author)
		buffer_print(&content, "/%s", said->author);
	if (before)
		buffer_print(&content, "/%lld", (long long)before);
	else if (!import->keyed && said->at >= 0)
		buffer_print(&content, "/%u",
			seen_at(import, hash_of(content.bytes) ^ (uint64_t)said->at)->count++);
	char id[ID_TEXT];
	bool there = false;
	enum result result = OK;
	if (!whole || content.full)
		error_refuse(refusal, "refused.too_large", "body", NULL);
	else
		result = free_id(import, said->at, row->number, content.bytes, id, &there, error);
	if (result == OK && refusal->result == OK && !there)
		result = import_append(
			import, id, body, said->at, said->author, taken, refusal, error);
	buffer_release(&content);
	return result;
}

/* A key that the file has twice, with different words: which holds, only people know. */
static bool came_before(
	struct import *import, const struct row *row, uint64_t key_hash, struct error *refusal)
{
	struct seen *seen = seen_at(import, key_hash);
	char first[24];

	if (!seen->count) {
		seen->count = (uint32_t)row->number;
		return false;
	}
	snprintf(first, sizeof(first), "%u", seen->count);
	for (const struct field *field = import->kind->fields; field->name; field++) {
		if (field->flags & KEY) {
			error_refuse(
				refusal, "refused.import_twice", field->name, "row", first, NULL);
			break;
		}
	}
	return true;
}

enum result import_take_row(struct import *import, const struct row *row, struct error *error)
{
	struct error refusal = { 0 };
	struct entry latest = { 0 };
	struct said said;
	int64_t before = 0;
	uint64_t key_hash;
	bool taken = false;
	enum result result = OK;

	if (import_read_row(import, row, &said, &refusal) == OK &&
		find_latest(import, said.body, &before, &latest, &key_hash, &refusal) == OK) {
		bool seen = before && latest_seen(import, &latest);
		json_t *body = merged(import->kind, said.body, seen ? latest.body : NULL);
		json_t *known = seen ? known_part(import->kind, latest.body) : NULL;
		bool same = known && json_equal(body, known);
		if (import->keyed && same)
			seen_at(import, key_hash)->count = (uint32_t)row->number;
		else if (!import->keyed || !came_before(import, row, key_hash, &refusal))
			result = take_body(
				import, row, &said, body, before, &taken, &refusal, error);
		if (taken)
			learn_name(import, body);
		json_decref(known);
		json_decref(body);
	}
	if (before)
		entry_release(&latest);
	said_release(&said);
	if (result != OK)
		return result;
	if (refusal.result == TROUBLE) {
		*error = refusal;
		return TROUBLE;
	}
	if (refusal.result == REFUSED) {
		const char **texts = row_texts(import, row, &import->row_arena);
		refused_add(
			import, row->number, row->cells ? row->cell[0].line : 0, texts, &refusal);
		import->result->refused++;
	}
	import->result->taken += taken;
	import->result->updated += taken && before;
	import->result->unchanged += !taken && refusal.result == OK;
	return OK;
}

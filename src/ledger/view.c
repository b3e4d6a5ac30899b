/* What modules see: their statements, bound by name from the entry at hand. */
#include "ledger/book.h"

#include <string.h>

static struct value integer(int64_t number)
{
	return (struct value){ .type = VALUE_INTEGER, .integer = number };
}

static struct value text(const char *string)
{
	if (!string)
		return (struct value){ .type = VALUE_NULL };
	return (struct value){ .type = VALUE_TEXT, .text = string, .length = strlen(string) };
}

static struct value json_value(const struct field *field, json_t *value)
{
	int64_t instant;

	if (!value || json_is_null(value) || json_is_array(value) || json_is_object(value))
		return (struct value){ .type = VALUE_NULL };
	if (json_is_integer(value))
		return integer(json_integer_value(value));
	if (json_is_boolean(value))
		return integer(json_is_true(value));
	if (!*json_string_value(value))
		return (struct value){ .type = VALUE_NULL };
	if (field && field->type == FIELD_INSTANT &&
		instant_parse(json_string_value(value), &instant))
		return integer(instant);
	return text(json_string_value(value));
}

/* The field `name` of the row the entry stands at, else of its body. */
static json_t *entry_value(const struct entry *entry, const char *name, const struct field **field)
{
	int column = 0;

	if (entry->cells) {
		for (const struct field *cell = entry->kind->row; cell && cell->name;
			cell++, column++) {
			if (strcmp(cell->name, name) != 0)
				continue;
			*field = cell;
			return json_array_get(entry->cells, (size_t)column);
		}
	}
	*field = field_find(entry->kind->fields, name);
	return entry->body ? json_object_get(entry->body, name) : NULL;
}

const char *entry_text(const struct entry *entry, const char *name)
{
	const struct field *field;
	const char *found = json_string_value(entry_value(entry, name, &field));

	return found && *found ? found : NULL;
}

int64_t entry_integer(const struct entry *entry, const char *name, int64_t otherwise)
{
	const struct field *field;
	struct value value = json_value(NULL, entry_value(entry, name, &field));

	return value.type == VALUE_INTEGER ? value.integer : otherwise;
}

bool entry_has(const struct entry *entry, const char *name)
{
	const struct field *field;
	json_t *value = entry_value(entry, name, &field);

	return value && !(json_is_string(value) && !*json_string_value(value));
}

int entry_rows(const struct entry *entry)
{
	return entry->body ? (int)json_array_size(json_object_get(entry->body, "rows")) : 0;
}

struct entry entry_at_row(const struct entry *entry, int row)
{
	struct entry at = *entry;

	at.row = row;
	at.cells = json_array_get(json_object_get(entry->body, "rows"), (size_t)row);
	if (!json_is_array(at.cells))
		at.cells = NULL;
	return at;
}

void entry_row_drop(const struct entry *entry, int row)
{
	json_array_set_new(json_object_get(entry->body, "rows"), (size_t)row, json_null());
}

void entry_row_say(const struct entry *entry, int row, const char *column, int64_t number)
{
	struct entry at = entry_at_row(entry, row);
	size_t i = 0;

	must(at.cells != NULL);
	for (const struct field *cell = entry->kind->row; cell->name; cell++, i++) {
		if (text_equal(cell->name, column))
			json_array_set_new(at.cells, i, json_integer(number));
	}
}

void entry_key(const struct kind *kind, json_t *body, struct buffer *key)
{
	buffer_clear(key);
	for (const struct field *field = kind->fields; field->name; field++) {
		if (!(field->flags & KEY))
			continue;
		if (key->length)
			buffer_char(key, '\x1f');
		json_t *value = json_object_get(body, field->name);
		if (json_is_string(value))
			buffer_text(key, json_string_value(value));
		else if (json_is_integer(value))
			buffer_integer(key, json_integer_value(value));
	}
}

static bool envelope_value(const struct entry *entry, const char *name, struct value *value)
{
	if (strcmp(name, "seq") == 0)
		*value = integer(entry->seq);
	else if (strcmp(name, "id") == 0)
		*value = text(entry->id);
	else if (strcmp(name, "kind") == 0)
		*value = text(entry->kind->name);
	else if (strcmp(name, "at") == 0)
		*value = integer(entry->at);
	else if (strcmp(name, "clock_at") == 0)
		*value = integer(entry->clock_at);
	else if (strcmp(name, "recorded_at") == 0)
		*value = integer(entry->recorded_at);
	else if (strcmp(name, "author") == 0)
		*value = text(*entry->author ? entry->author : NULL);
	else if (strcmp(name, "batch") == 0)
		*value = text(entry->batch);
	else if (strcmp(name, "case") == 0)
		*value = text(entry->case_id);
	else if (strcmp(name, "row") == 0)
		*value = integer(entry->row);
	else
		return false;
	return true;
}

static bool envelope_day(
	struct view *view, const struct entry *entry, const char *name, struct value *value)
{
	char *room = arena_alloc(view->arena, DAY_TEXT);

	if (strcmp(name, "day") == 0)
		*value = text(day_text(instant_day(entry->at), room));
	else if (strcmp(name, "month") == 0)
		*value = text(month_text(day_month(instant_day(entry->at)), room));
	else
		return false;
	return true;
}

/* What module code set wins over the envelope, that over the fields, and a field called day
 * or month over those of the envelope's instant. */
static struct value named(struct view *view, const struct entry *entry, const char *name)
{
	const struct field *field = NULL;
	struct value value;

	if (strcmp(name, "book") == 0)
		return integer(view->ledger->book);
	for (int i = view->set_count; i-- > 0;) {
		if (strcmp(view->sets[i].name, name) == 0)
			return view->sets[i].value;
	}
	if (entry) {
		if (envelope_value(entry, name, &value))
			return value;
		json_t *found = entry_value(entry, name, &field);
		if (field)
			return json_value(field, found);
		if (envelope_day(view, entry, name, &value))
			return value;
	}
	panic("a statement names a parameter that nothing gives", 0, name);
}

static enum result bind_all(
	struct view *view, enum result prepared, const struct entry *entry, struct query **rows)
{
	int count = prepared == OK ? query_parameters(*rows) : 0;

	for (int i = 0; i < count; i++) {
		const char *name = query_parameter(*rows, i);
		query_bind_at(*rows, i, named(view, entry, name));
	}
	view->set_count = 0; /* what was set was for this statement */
	return prepared;
}

enum result view_run(struct view *view, const struct statement *statement,
	const struct entry *entry, struct query **rows, struct error *error)
{
	enum result result = store_query(view->ledger->store, statement, rows, error);

	return bind_all(view, result, entry, rows);
}

enum result view_scan(struct view *view, const struct statement *statement,
	const struct entry *entry, struct query **rows, struct error *error)
{
	enum result result = store_scan(view->ledger->store, statement, rows, error);

	return bind_all(view, result, entry, rows);
}

enum result view_run_all(struct view *view, const struct statement *statement,
	const struct entry *entry, struct error *error)
{
	struct query *rows;
	enum result result = view_run(view, statement, entry, &rows, error);

	return result == OK ? query_run(rows, error) : result;
}

enum result view_exec(struct view *view, int number, const struct entry *entry, struct error *error)
{
	return view_run_all(view, &view->module->sql[number], entry, error);
}

enum result view_query(struct view *view, int number, const struct entry *entry,
	struct query **rows, struct error *error)
{
	return view_run(view, &view->module->sql[number], entry, rows, error);
}

static void set(struct view *view, const char *name, struct value value)
{
	must(view->set_count < VIEW_SETS);
	view->sets[view->set_count++] = (struct set){ name, value };
}

void view_set_text(struct view *view, const char *name, const char *string)
{
	set(view, name, text(string));
}

void view_set_integer(struct view *view, const char *name, int64_t number)
{
	set(view, name, integer(number));
}

void view_set_bytes(struct view *view, const char *name, const void *bytes, size_t length)
{
	set(view, name, (struct value){ .type = VALUE_BYTES, .bytes = bytes, .length = length });
}

bool rows_next(struct query *rows, enum result *result, struct error *error)
{
	bool row = false;

	*result = query_next(rows, &row, error);
	return *result == OK && row;
}

int64_t rows_integer(const struct query *rows, int column)
{
	return query_integer(rows, column);
}

const char *rows_text(const struct query *rows, int column)
{
	return query_text(rows, column);
}

const void *rows_bytes(const struct query *rows, int column, size_t *length)
{
	return query_bytes(rows, column, length);
}

bool rows_null(const struct query *rows, int column)
{
	return query_value(rows, column).type == VALUE_NULL;
}

void rows_end(struct query *rows)
{
	query_end(rows);
}

struct arena *view_arena(struct view *view)
{
	return view->arena;
}

/*
 * From an untrusted body to a canonical one: only declared fields, each of its type, within
 * its bounds, in the form it is written in the record. References are checked to exist.
 */
#include "ledger/book.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 200, CODE_BYTES = 64, LIST_ITEMS = 200, TABLE_ROWS = 5000 };

static const int64_t integer_most = 9007199254740991;

static enum result expected(struct error *error, const struct field *field, const char *key)
{
	return error_refuse(error, key, field->name, NULL);
}

static enum result check_text(const struct field *field, const char *text, struct error *error)
{
	char most[24];
	size_t bytes = (size_t)(field->max_bytes ? field->max_bytes : TEXT_BYTES);

	if (strlen(text) > bytes) {
		snprintf(most, sizeof(most), "%zu", bytes / 3);
		return error_refuse(error, "refused.too_long", field->name, "max", most, NULL);
	}
	char trimmed[8];
	text_trim(trimmed, sizeof(trimmed), text);
	if (!*trimmed)
		return expected(error, field, "refused.empty");
	return OK;
}

static enum result check_code(const struct field *field, const char *text, struct error *error)
{
	size_t length = strlen(text);

	if (!length || length > CODE_BYTES)
		return expected(error, field, "refused.code");
	for (const char *at = text; *at; at++) {
		if ((unsigned char)*at > ' ' && *at != ':' && *at != ',' && *at != '"' &&
			*at != 0x7F)
			continue;
		return expected(error, field, "refused.code");
	}
	return OK;
}

static enum result check_choice(const struct field *field, const char *text, struct error *error)
{
	char all[150] = "";

	for (const char *const *choice = field->choices; *choice; choice++) {
		if (strcmp(*choice, text) == 0)
			return OK;
	}
	for (const char *const *choice = field->choices; *choice; choice++) {
		size_t used = strlen(all);
		snprintf(all + used, sizeof(all) - used, "%s%s", used ? ", " : "", *choice);
	}
	return error_refuse(
		error, "refused.choice", field->name, "value", text, "choices", all, NULL);
}

static enum result check_case(
	struct ledger *ledger, const struct field *field, const char *id, struct error *error)
{
	const char *type;

	if (case_type_of(ledger, id, &type, error) != OK)
		return error->result;
	if (!type || (field->of && strcmp(type, field->of) != 0))
		return error_refuse(error, "refused.unknown_case", field->name, "value", id, NULL);
	return OK;
}

static enum result check_entry(
	struct ledger *ledger, const struct field *field, const char *id, struct error *error)
{
	int64_t seq = ledger_find(ledger, id);
	struct record record;

	bool judged = ledger->writer && !ledger->known;

	if (seq && !field->of && !judged)
		return OK;
	if (seq && chain_read(ledger, &ledger->arena, seq, &record, error) != OK)
		return error->result;
	if (!seq || (judged && !access_sees_entry(ledger, ledger->writer, &record)))
		return error_refuse(error, "refused.unknown_entry", field->name, "value", id, NULL);
	if (field->of && strcmp(record.kind, field->of) != 0)
		return error_refuse(error, "refused.entry_kind", field->name, "value", id, "kind",
			field->of, NULL);
	return OK;
}

static enum result check_reference(
	struct ledger *ledger, const struct field *field, const char *text, struct error *error)
{
	char type[16];
	const char *id = text;

	if (field->type == FIELD_CASE)
		return check_case(ledger, field, text, error);
	if (field->type == FIELD_ENTRY)
		return check_entry(ledger, field, text, error);
	if (field->type == FIELD_OBJECT) {
		if (!reference_split(text, type, &id))
			return expected(error, field, "refused.object");
	} else {
		text_copy(type, sizeof(type), field_reference(field->type));
	}
	if (check_code(field, id, error) != OK)
		return error->result;
	bool hidden = ledger->writer && strcmp(type, "customer") == 0;
	if (ledger->known || (view_exists(&ledger->view, type, id) &&
				     (!hidden || access_sees(ledger, ledger->writer, id))))
		return OK;
	char key[40];
	snprintf(key, sizeof(key), "refused.unknown_%s", type);
	bool named = strcmp(type, "customer") == 0 || strcmp(type, "staff") == 0 ||
		     strcmp(type, "unit") == 0;
	return error_refuse(error, named ? key : "refused.object", field->name, "value", id, NULL);
}

static bool time_valid(const char *text)
{
	return strlen(text) == 5 && text[2] == ':' && text[0] >= '0' && text[0] <= '2' &&
	       text[1] >= '0' && text[1] <= '9' && (text[0] < '2' || text[1] <= '4') &&
	       text[3] >= '0' && text[3] <= '5' && text[4] >= '0' && text[4] <= '9' &&
	       strcmp(text, "24:00") <= 0;
}

static enum result check_string(
	struct ledger *ledger, const struct field *field, const char *text, struct error *error)
{
	int number;
	int64_t instant;

	switch (field->type) {
	case FIELD_TEXT:
		return check_text(field, text, error);
	case FIELD_DAY:
		return day_parse(text, &number) ? OK : expected(error, field, "refused.day");
	case FIELD_MONTH:
		return month_parse(text, &number) ? OK : expected(error, field, "refused.month");
	case FIELD_INSTANT:
		return instant_parse(text, &instant) ? OK
						     : expected(error, field, "refused.instant");
	case FIELD_TIME:
		return time_valid(text) ? OK : expected(error, field, "refused.time");
	case FIELD_CHOICE:
		return check_choice(field, text, error);
	case FIELD_CODE:
		return check_code(field, text, error);
	default:
		return check_reference(ledger, field, text, error);
	}
}

static enum result check_number(const struct field *field, json_t *value, struct error *error)
{
	char low[INTEGER_TEXT], high[INTEGER_TEXT];

	if (!json_is_integer(value))
		return expected(error, field,
			field->type == FIELD_MONEY ? "refused.money" : "refused.integer");
	int64_t number = json_integer_value(value);
	bool bounded = field->min || field->max;
	int64_t min = bounded ? field->min : -integer_most;
	int64_t max = bounded ? field->max : integer_most;
	if (number >= min && number <= max)
		return OK;
	integer_text(min, low);
	integer_text(max, high);
	return error_refuse(error, "refused.range", field->name, "min", low, "max", high, NULL);
}

static enum result check_value(
	struct ledger *ledger, const struct field *field, json_t *value, struct error *error)
{
	if (field->type == FIELD_INTEGER || field->type == FIELD_MONEY)
		return check_number(field, value, error);
	if (field->type == FIELD_BOOL)
		return json_is_boolean(value) ? OK : expected(error, field, "refused.bool");
	if (!json_is_string(value))
		return expected(error, field, "refused.text");
	return check_string(ledger, field, json_string_value(value), error);
}

/* Instants are kept in one form, so that equal instants are equal bytes. */
static json_t *canonical_value(const struct field *field, json_t *value)
{
	char text[INSTANT_TEXT];
	int64_t instant;

	if (field->type == FIELD_INSTANT && instant_parse(json_string_value(value), &instant))
		return json_string(instant_text(instant, text));
	return json_incref(value);
}

static enum result check_list(
	struct ledger *ledger, const struct field *field, json_t *list, struct error *error)
{
	size_t i;
	json_t *value;

	if (!json_is_array(list) || !json_array_size(list) || json_array_size(list) > LIST_ITEMS)
		return expected(error, field, "refused.list");
	json_array_foreach(list, i, value)
	{
		if (check_value(ledger, field, value, error) != OK)
			return error->result;
	}
	return OK;
}

static enum result check_field(
	struct ledger *ledger, const struct field *field, json_t *value, struct error *error)
{
	return field->flags & LIST ? check_list(ledger, field, value, error)
				   : check_value(ledger, field, value, error);
}

enum result validate_row(struct ledger *ledger, const struct field *fields, json_t *row,
	json_t **cells, struct error *error)
{
	*cells = json_array();
	for (const struct field *field = fields; field->name; field++) {
		json_t *value = json_object_get(row, field->name);
		if (!value || (json_is_string(value) && !*json_string_value(value))) {
			if (field->flags & REQUIRED)
				expected(error, field, "refused.required");
			json_array_append_new(*cells, json_string(""));
		} else if (check_field(ledger, field, value, error) == OK) {
			json_array_append_new(*cells, canonical_value(field, value));
		}
		if (error->result != OK)
			break;
	}
	const char *key;
	json_t *value;
	json_object_foreach(row, key, value)
	{
		if (error->result == OK && !field_find(fields, key))
			error_refuse(error, "refused.unknown_field", key, NULL);
	}
	if (error->result != OK) {
		json_decref(*cells);
		*cells = NULL;
	}
	return error->result;
}

/* Rows arrive as arrays by "columns", or as objects; they are kept by the declared columns. */
static json_t *row_object(json_t *columns, json_t *row)
{
	size_t i;
	json_t *name;

	if (json_is_object(row))
		return json_incref(row);
	if (!json_is_array(row) || !json_is_array(columns) ||
		json_array_size(row) != json_array_size(columns))
		return NULL;
	json_t *object = json_object();
	json_array_foreach(columns, i, name)
	{
		if (json_is_string(name))
			json_object_set(object, json_string_value(name), json_array_get(row, i));
	}
	return object;
}

static enum result validate_table(struct ledger *ledger, const struct field *fields, json_t *body,
	json_t *into, struct error *error)
{
	json_t *columns = json_object_get(body, "columns"), *rows = json_object_get(body, "rows");
	json_t *kept = json_array(), *names = json_array(), *row;
	size_t i;

	json_object_set_new(into, "columns", names);
	json_object_set_new(into, "rows", kept);
	for (const struct field *field = fields; field->name; field++)
		json_array_append_new(names, json_string(field->name));
	if (!json_is_array(rows) || !json_array_size(rows) || json_array_size(rows) > TABLE_ROWS)
		return error_refuse(error, "refused.rows", "rows", NULL);
	json_array_foreach(rows, i, row)
	{
		json_t *object = row_object(columns, row), *cells;
		if (!object)
			error_refuse(error, "refused.row", "rows", NULL);
		else if (validate_row(ledger, fields, object, &cells, error) == OK)
			json_array_append_new(kept, cells);
		json_decref(object);
		if (error->result != OK) {
			error_place(error, "#%zu", i + 1);
			return error->result;
		}
	}
	return OK;
}

static enum result validate_fields(struct ledger *ledger, const struct field *fields, json_t *body,
	struct valid *valid, struct error *error)
{
	for (const struct field *field = fields; field->name; field++) {
		json_t *value = json_object_get(body, field->name);
		if (!value || json_is_null(value)) {
			if (field->flags & REQUIRED)
				return expected(error, field, "refused.required");
			continue;
		}
		if (check_field(ledger, field, value, error) != OK)
			return error->result;
		json_t *into = valid->body;
		if (field->flags & PERSONAL) {
			if (!valid->personal)
				valid->personal = json_object();
			into = valid->personal;
		}
		json_object_set_new(into, field->name, canonical_value(field, value));
	}
	return OK;
}

/* The body of entry.corrected holds a body of the kind it corrects. */
static enum result validate_correction(
	struct ledger *ledger, json_t *body, struct valid *valid, struct error *error)
{
	json_t *inner = json_object_get(body, "body"), *row = json_object_get(valid->body, "row");
	int64_t seq = ledger_find(ledger, json_string_value(json_object_get(body, "entry")));
	struct record record;
	struct valid nested = { 0 };
	json_t *cells = NULL;

	if (chain_read(ledger, &ledger->arena, seq, &record, error) != OK)
		return error->result;
	const struct kind_place *place = registry_kind(ledger, record.kind);
	if (!place || place->kind->class != FACT)
		return error_refuse(error, "refused.not_correctable", "entry", NULL);
	if (!json_is_object(inner))
		return error_refuse(error, "refused.required", "body", NULL);
	if (!row) {
		enum result result = validate_body(
			ledger, place->kind, (int)record.version, inner, &nested, error);
		if (result == OK)
			json_object_set(valid->body, "body", nested.body);
		if (result == OK && nested.personal)
			valid->personal = json_pack("{s:O}", "body", nested.personal);
		json_decref(nested.body);
		json_decref(nested.personal);
		return result;
	}
	if (!place->kind->row)
		return error_refuse(error, "refused.no_rows", "row", NULL);
	if (validate_row(ledger, place->kind->row, inner, &cells, error) == OK)
		json_object_set_new(valid->body, "cells", cells);
	return error->result;
}

static bool known_key(const struct ledger *ledger, const struct kind *kind,
	const struct field *fields, json_t *body, const char *key)
{
	if (field_find(fields, key))
		return true;
	if (core_kind(kind) == ENTRY_CORRECTED && (!strcmp(key, "body") || !strcmp(key, "cells")))
		return true;
	bool table = core_kind(kind) == NORM_ISSUED || registry_row(ledger, kind, body);
	return table && (text_equal(key, "columns") || text_equal(key, "rows"));
}

/* A correction as exported holds its row as cells; given back, it is read as a row again. */
static void cells_to_body(struct ledger *ledger, json_t *body)
{
	json_t *cells = json_object_get(body, "cells"), *inner;
	const char *id = json_string_value(json_object_get(body, "entry"));
	int64_t seq = id && cells ? ledger_find(ledger, id) : 0;
	struct error ignored = { 0 };
	struct record record;
	size_t i = 0;

	if (!seq || !json_is_array(cells) || json_object_get(body, "body") ||
		chain_read(ledger, &ledger->arena, seq, &record, &ignored) != OK)
		return;
	const struct kind_place *place = registry_kind(ledger, record.kind);
	if (!place || !place->kind->row)
		return;
	inner = json_object();
	for (const struct field *field = place->kind->row; field->name; field++, i++) {
		json_t *cell = json_array_get(cells, i);
		if (cell && !(json_is_string(cell) && !*json_string_value(cell)))
			json_object_set(inner, field->name, cell);
	}
	json_object_set_new(body, "body", inner);
}

enum result validate_body(struct ledger *ledger, const struct kind *kind, int version, json_t *body,
	struct valid *valid, struct error *error)
{
	const struct field *fields =
		version < kind->version && kind->past ? kind->past[version - 1] : kind->fields;
	const char *key;
	json_t *value;

	*valid = (struct valid){ .body = json_object() };
	if (!json_is_object(body))
		return error_refuse(error, "refused.body", "body", NULL);
	json_object_foreach(body, key, value)
	{
		if (!known_key(ledger, kind, fields, body, key))
			return error_refuse(error, "refused.unknown_field", key, NULL);
	}
	if (validate_fields(ledger, fields, body, valid, error) != OK)
		return error->result;
	if (core_kind(kind) == ENTRY_CORRECTED) {
		cells_to_body(ledger, body);
		return validate_correction(ledger, body, valid, error);
	}
	const struct field *row = registry_row(ledger, kind, body);
	if (core_kind(kind) == NORM_ISSUED && !row)
		return error_refuse(error, "refused.unknown_norm", "norm", "value",
			json_string_value(json_object_get(body, "norm")), NULL);
	return row ? validate_table(ledger, row, body, valid->body, error) : OK;
}

#include "derive/sentence.h"
#include "base/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_BYTES = 200,
	TEXT_BYTES = 64 * 1024,         /* one value in a sentence */
	ARENA_BYTES = 64 * 1024 * 1024, /* of an entry that is named */
	RAW_BYTES = 300,                /* of the body of an unknown kind */
	NAME_DEPTH = 3,                 /* entries that name entries that name entries */
};

/* ------------------------------------------------------------------ labels */

/* The text at "FIRST.SECOND"; NULL where there is none. */
static const char *text_at(const struct labels *labels, const char *first, const char *second)
{
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "%s.%s", first, second);
	return message_find(labels->messages, labels->language, key);
}

const char *label_measure(const struct labels *labels, const char *measure)
{
	const char *label = text_at(labels, "measure", measure);

	return label ? label : measure;
}

const char *label_duty(const struct labels *labels, const char *what)
{
	const char *label = text_at(labels, "duty", what);

	return label ? label : what;
}

/* ------------------------------------------------------------------ values */

void sentence_day(const struct reader *reader, int day, struct buffer *out)
{
	struct civil civil = civil_from_day(day);
	char text[DAY_TEXT];

	if (reader->labels.language == CHINESE)
		buffer_print(out, "%d年%d月%d日", civil.year, civil.month, civil.day);
	else
		buffer_text(out, day_text(day, text));
}

static void write_month(const struct reader *reader, int month, struct buffer *out)
{
	struct civil civil = civil_from_day(month_first_day(month));
	char text[MONTH_TEXT];

	if (reader->labels.language == CHINESE)
		buffer_print(out, "%d年%d月", civil.year, civil.month);
	else
		buffer_text(out, month_text(month, text));
}

static void write_instant(const struct reader *reader, int64_t instant, struct buffer *out)
{
	int day = instant_day(instant);
	int minute = (int)((instant - day_start(day)) / MINUTE_MS);

	sentence_day(reader, day, out);
	buffer_print(out, " %02d:%02d", minute / 60, minute % 60);
}

/* NULL where it has none. */
static const char *name_of(const struct reader *reader, const char *type, const char *id)
{
	if (strcmp(id, SIGHT_HIDDEN) == 0)
		return message_get(
			reader->labels.messages, reader->labels.language, "value.hidden");
	return view_name(ledger_view(reader->ledger), type, id);
}

void sentence_reference(const struct reader *reader, const char *reference, struct buffer *out)
{
	const char *colon = strchr(reference, ':'), *name = NULL;
	char type[16];

	if (colon && colon - reference < (ptrdiff_t)sizeof(type)) {
		text_copy(type, (size_t)(colon - reference) + 1, reference);
		name = name_of(reader, type, colon + 1);
	}
	buffer_text(out, name ? name : reference);
}

static void write_object_name(
	const struct reader *reader, const char *type, const char *id, struct buffer *out)
{
	const char *name = name_of(reader, type, id);

	buffer_text(out, name ? name : id);
}

/* A code may be one that the catalogue names: a norm, a kind, a class. */
static const char *label_code(
	const struct reader *reader, const char *kind, const char *field, const char *code)
{
	const char *label = label_choice(&reader->labels, kind, field, code);

	const char *general = text_at(&reader->labels, field, code);
	return label != code ? label : general ? general : code;
}

static void write_entry_name(
	const struct reader *reader, const char *id, int depth, struct buffer *out);

static void write_text_value(const struct reader *reader, const char *kind,
	const struct field *field, const char *text, int depth, struct buffer *out)
{
	int64_t instant;
	int number;

	if (field->type == FIELD_DAY && day_parse(text, &number))
		sentence_day(reader, number, out);
	else if (field->type == FIELD_MONTH && month_parse(text, &number))
		write_month(reader, number, out);
	else if (field->type == FIELD_INSTANT && instant_parse(text, &instant))
		write_instant(reader, instant, out);
	else if (field->type == FIELD_CHOICE)
		buffer_text(out, label_choice(&reader->labels, kind, field->name, text));
	else if (field->type == FIELD_CODE)
		buffer_text(out, label_code(reader, kind, field->name, text));
	else if (field->type == FIELD_CUSTOMER)
		write_object_name(reader, "customer", text, out);
	else if (field->type == FIELD_STAFF)
		write_object_name(reader, "staff", text, out);
	else if (field->type == FIELD_UNIT)
		write_object_name(reader, "unit", text, out);
	else if (field->type == FIELD_OBJECT)
		sentence_reference(reader, text, out);
	else if (field->type == FIELD_CASE || field->type == FIELD_ENTRY)
		write_entry_name(reader, text, depth + 1, out);
	else if (field->flags & PERSONAL)
		text_mask(out, text);
	else
		buffer_text(out, text);
}

static void write_value(const struct reader *reader, const char *kind, const struct field *field,
	json_t *value, int depth, struct buffer *out)
{
	char money[MONEY_TEXT];
	size_t i;
	json_t *item;

	if (json_is_array(value)) {
		json_array_foreach(value, i, item)
		{
			if (i)
				buffer_text(out, reader->labels.language == CHINESE ? "、" : ", ");
			write_value(reader, kind, field, item, depth, out);
		}
	} else if (json_is_integer(value) && field->type == FIELD_MONEY) {
		buffer_text(out, money_show(json_integer_value(value),
					 reader->labels.language == ENGLISH, money));
	} else if (json_is_integer(value)) {
		buffer_integer(out, json_integer_value(value));
	} else if (json_is_boolean(value)) {
		buffer_text(out, message_get(reader->labels.messages, reader->labels.language,
					 json_is_true(value) ? "value.yes" : "value.no"));
	} else if (json_is_string(value)) {
		write_text_value(reader, kind, field, json_string_value(value), depth, out);
	}
}

void sentence_value(const struct reader *reader, const char *kind, const struct field *field,
	json_t *value, struct buffer *out)
{
	write_value(reader, kind, field, value, 0, out);
}

/* ------------------------------------------------------------------ sentences */

/* One sentence under way. */
struct telling {
	const struct reader *reader;
	const struct entry *entry;
	int depth;
};

static const struct field *find_field(const struct field *fields, const char *name)
{
	for (; fields && fields->name; fields++) {
		if (strcmp(fields->name, name) == 0)
			return fields;
	}
	return NULL;
}

static void write_author(const struct reader *reader, const struct entry *entry, struct buffer *out)
{
	if (*entry->author)
		write_object_name(reader, "staff", entry->author, out);
	else
		buffer_text(out, message_get(reader->labels.messages, reader->labels.language,
					 entry->origin == ORIGIN_SYSTEM ? "author.system"
									: "author.operator"));
}

/* The cell of a row, which is kept in the order of the row's fields. */
static json_t *cell_of(const struct entry *entry, const char *name)
{
	size_t i = 0;

	for (const struct field *field = entry->kind->row; field && field->name; field++, i++) {
		if (strcmp(field->name, name) == 0)
			return json_array_get(entry->cells, i);
	}
	return NULL;
}

/* Rows that were taken back, or are not the reader's to see, are null. */
static int rows_left(const struct entry *entry)
{
	int left = 0;

	for (int row = 0; row < entry_rows(entry); row++)
		left += entry_at_row(entry, row).cells != NULL;
	return left;
}

static void write_slot(const struct telling *telling, const char *name, struct buffer *out)
{
	const struct entry *entry = telling->entry;
	const struct kind *kind = entry->kind;
	const struct field *field = find_field(kind->fields, name), *column = NULL;

	if (entry->row >= 0)
		column = find_field(kind->row, name);
	if (column)
		write_value(telling->reader, kind->name, column, cell_of(entry, name),
			telling->depth, out);
	else if (field)
		write_value(telling->reader, kind->name, field, json_object_get(entry->body, name),
			telling->depth, out);
	else if (strcmp(name, "author") == 0)
		write_author(telling->reader, entry, out);
	else if (strcmp(name, "at") == 0)
		sentence_day(telling->reader, instant_day(entry->at), out);
	else if (strcmp(name, "rows") == 0)
		buffer_print(out, "%d", rows_left(entry));
}

/* Append `text` up to `end`, a bracket that closes, or the end; false where a slot outside of
 * inner brackets is empty. */
static bool tell(const struct telling *telling, const char **text, bool inside, struct buffer *out)
{
	bool whole = true;
	char name[64];

	while (**text && !(inside && **text == ']')) {
		const char *end = **text == '{' ? strchr(*text, '}') : NULL;
		if (**text == '[') {
			struct buffer part;
			buffer_init(&part, TEXT_BYTES);
			++*text;
			if (tell(telling, text, true, &part))
				buffer_add(out, part.bytes, part.length);
			*text += **text == ']';
			buffer_release(&part);
		} else if (end && (size_t)(end - *text) <= sizeof(name)) {
			size_t before = out->length;
			text_copy(name, (size_t)(end - *text), *text + 1);
			write_slot(telling, name, out);
			whole &= out->length > before;
			*text = end + 1;
		} else {
			buffer_char(out, *(*text)++);
		}
	}
	return whole;
}

/* The label and every field that says something. */
static void tell_fields(const struct telling *telling, struct buffer *out)
{
	const struct reader *reader = telling->reader;
	const struct kind *kind = telling->entry->kind;
	bool chinese = reader->labels.language == CHINESE, some = false;

	buffer_text(out, label_kind(&reader->labels, kind->name));
	for (const struct field *field = kind->fields; field && field->name; field++) {
		json_t *value = json_object_get(telling->entry->body, field->name);
		if (!value)
			continue;
		buffer_text(out, some ? (chinese ? "，" : ", ") : chinese ? "：" : ": ");
		buffer_print(out, "%s%s", label_field(&reader->labels, kind->name, field->name),
			chinese ? "" : " ");
		write_value(reader, kind->name, field, value, telling->depth, out);
		some = true;
	}
}

static void tell_raw(const struct entry *entry, struct buffer *out)
{
	char *text = json_dumps(entry->body, JSON_COMPACT | JSON_SORT_KEYS);
	char cut[RAW_BYTES];

	text_copy(cut, sizeof(cut), text ? text : "");
	free(text);
	buffer_print(out, "%s %s", entry->kind->name, cut);
}

static void tell_by(const struct telling *telling, const char *prefix, struct buffer *out)
{
	const char *text = text_at(&telling->reader->labels, prefix, telling->entry->kind->name);

	if (text)
		tell(telling, &text, false, out);
	else if (ledger_kind(telling->reader->ledger, telling->entry->kind->name))
		tell_fields(telling, out);
	else
		tell_raw(telling->entry, out);
}

void sentence_write(const struct reader *reader, const struct entry *entry, struct buffer *out)
{
	struct telling telling = { reader, entry, 0 };

	tell_by(&telling, "sentence", out);
}

static void write_name(
	const struct reader *reader, const struct entry *entry, int depth, struct buffer *out)
{
	struct telling telling = { reader, entry, depth };
	const char *text = text_at(&reader->labels, "name", entry->kind->name);

	if (text && depth < NAME_DEPTH) {
		tell(&telling, &text, false, out);
		return;
	}
	sentence_day(reader, instant_day(entry->at), out);
	buffer_print(out, reader->labels.language == CHINESE ? "的%s" : " %s",
		label_kind(&reader->labels, entry->kind->name));
}

void sentence_name(const struct reader *reader, const struct entry *entry, struct buffer *out)
{
	write_name(reader, entry, 0, out);
}

/* An entry, or the entry that opened a case: the case has its id. */
static void write_entry_name(
	const struct reader *reader, const char *id, int depth, struct buffer *out)
{
	int64_t seq = ledger_find(reader->ledger, id);
	struct error ignored = { 0 };
	struct entry entry;
	struct arena arena;

	arena_init(&arena, ARENA_BYTES);
	if (seq && ledger_entry(reader->ledger, &arena, seq, &entry, NULL, &ignored) == OK) {
		write_name(reader, &entry, depth, out);
		entry_release(&entry);
	} else {
		buffer_text(out, id);
	}
	arena_release(&arena);
}

/* The name of a customer, person or unit says what it is; anything else has its label. */
static void write_cell(const struct reader *reader, const char *kind, const struct field *field,
	json_t *value, struct buffer *out)
{
	bool named = field->type == FIELD_CUSTOMER || field->type == FIELD_STAFF ||
		     field->type == FIELD_UNIT || field->type == FIELD_OBJECT;
	struct buffer text;

	buffer_init(&text, TEXT_BYTES);
	sentence_value(reader, kind, field, value, &text);
	if (text.length) {
		if (out->length)
			buffer_text(out, reader->labels.language == CHINESE ? "，" : ", ");
		if (!named)
			buffer_print(out, "%s ", label_field(&reader->labels, kind, field->name));
		buffer_text(out, text.bytes);
	}
	buffer_release(&text);
}

void sentence_row(const struct reader *reader, const struct entry *entry, struct buffer *out)
{
	size_t i = 0;

	for (const struct field *field = entry->kind->row; field && field->name; field++, i++)
		write_cell(reader, entry->kind->name, field, json_array_get(entry->cells, i), out);
}

void sentence_document(const struct reader *reader, int64_t seq, struct buffer *out)
{
	struct error ignored = { 0 };
	struct arena arena;
	struct entry entry;

	arena_init(&arena, ARENA_BYTES);
	if (seq && ledger_entry(reader->ledger, &arena, seq, &entry, NULL, &ignored) == OK) {
		const struct field *field = find_field(entry.kind->fields, "document");
		if (field)
			sentence_value(reader, entry.kind->name, field,
				json_object_get(entry.body, field->name), out);
		entry_release(&entry);
	}
	arena_release(&arena);
}

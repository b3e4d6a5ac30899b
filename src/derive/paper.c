#include "derive/paper.h"

#include "base/buffer.h"

#include <string.h>

enum { LIST_BYTES = 64 * 1024 };

static const struct field at_field = { "at", FIELD_INSTANT };
static const struct field author_field = { "author", FIELD_STAFF };

/* ------------------------------------------------------------------ layout */

static enum column_style style_of(const struct field *field)
{
	if (field->flags & LIST)
		return STYLE_TEXT;
	switch (field->type) {
	case FIELD_INTEGER:
		return STYLE_INTEGER;
	case FIELD_MONEY:
		return STYLE_MONEY;
	case FIELD_DAY:
		return STYLE_DAY;
	case FIELD_INSTANT:
		return STYLE_INSTANT;
	default:
		return STYLE_TEXT;
	}
}

static void set_choices(
	const struct paper *paper, const struct field *field, struct workbook_column *column)
{
	const struct labels *labels = &paper->labels;
	const char **choices;
	int count = 0;

	if (field->type == FIELD_BOOL) {
		choices = arena_array(paper->arena, const char *, 2);
		choices[0] = message_get(labels->messages, labels->language, "value.yes");
		choices[1] = message_get(labels->messages, labels->language, "value.no");
		count = 2;
	} else if (field->type == FIELD_CHOICE) {
		while (field->choices[count])
			count++;
		choices = arena_array(paper->arena, const char *, count);
		for (int i = 0; i < count; i++)
			choices[i] = label_choice(
				labels, paper->kind->name, field->name, field->choices[i]);
	} else {
		return;
	}
	column->choices = choices;
	column->choice_count = count;
	column->choices_only = true;
}

static void add(struct paper *paper, enum paper_part part, const struct field *field, bool marked)
{
	const struct labels *labels = &paper->labels;

	must(paper->count < PAPER_COLUMNS);
	struct workbook_column *column = &paper->headings[paper->count];
	paper->columns[paper->count].part = part;
	paper->columns[paper->count++].field = field;
	const char *label = label_field(labels, paper->kind->name, field->name);
	const char *unit = field->type == FIELD_MONEY
				   ? message_get(labels->messages, labels->language, "paper.money")
				   : "";
	bool needed = marked && (field->flags & (REQUIRED | KEY));
	*column = (struct workbook_column){ .heading = arena_print(paper->arena, "%s%s%s", label,
						    unit, needed ? "*" : ""),
		.style = style_of(field) };
	set_choices(paper, field, column);
}

void paper_init(struct paper *paper, const struct kind *kind, const struct labels *labels,
	struct arena *arena, bool marked)
{
	*paper = (struct paper){ .kind = kind, .labels = *labels, .arena = arena };
	for (const struct field *field = kind->fields; field->name; field++)
		paper->keyed = paper->keyed || (field->flags & KEY);
	paper->keyed = paper->keyed && !kind->row;
	if (!paper->keyed && !kind->row) {
		add(paper, PAPER_AT, &at_field, marked);
		add(paper, PAPER_AUTHOR, &author_field, marked);
	}
	for (const struct field *field = kind->fields; field->name; field++)
		add(paper, PAPER_BODY, field, marked);
	for (const struct field *field = kind->row; field && field->name; field++)
		add(paper, PAPER_ROW, field, marked);
}

/* ------------------------------------------------------------------ values */

json_t *paper_value(const struct paper *paper, const struct entry *entry, int column)
{
	const struct field *field = paper->columns[column].field;

	if (paper->columns[column].part == PAPER_ROW)
		return json_array_get(entry->cells, (size_t)(field - paper->kind->row));
	return json_object_get(entry->body, field->name);
}

/* A text of more than a cell holds is cut, rather than that the whole export fails. */
static void put_text(struct workbook *workbook, int sheet, int column, const char *text)
{
	struct buffer cut;
	const char *at = text;

	if (strlen(text) <= WORKBOOK_CELL_CHARACTERS) {
		workbook_text(workbook, sheet, column, text);
		return;
	}
	for (int i = 0; i < WORKBOOK_CELL_CHARACTERS / 2 && *at; i++)
		text_next(&at);
	buffer_init(&cut, WORKBOOK_CELL_CHARACTERS * 4);
	buffer_add(&cut, text, (size_t)(at - text));
	workbook_text(workbook, sheet, column, cut.bytes);
	buffer_release(&cut);
}

static const char *text_of(const struct paper *paper, const struct field *field, json_t *value)
{
	const struct labels *labels = &paper->labels;

	if (json_is_boolean(value))
		return message_get(labels->messages, labels->language,
			json_is_true(value) ? "value.yes" : "value.no");
	const char *text = json_string_value(value);
	if (text && field->type == FIELD_CHOICE)
		return label_choice(labels, paper->kind->name, field->name, text);
	return text;
}

static void put_list(const struct paper *paper, struct workbook *workbook, int sheet, int column,
	const struct field *field, json_t *list)
{
	struct buffer all;
	json_t *value;
	size_t i;

	buffer_init(&all, LIST_BYTES);
	json_array_foreach(list, i, value)
	{
		const char *text = text_of(paper, field, value);
		if (i)
			buffer_text(&all, "、");
		if (text)
			buffer_text(&all, text);
		else
			buffer_print(&all, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	}
	if (all.length)
		put_text(workbook, sheet, column, all.bytes);
	buffer_release(&all);
}

static void put_value(const struct paper *paper, struct workbook *workbook, int sheet, int column,
	const struct field *field, json_t *value)
{
	const char *text = text_of(paper, field, value);
	int64_t instant;
	int day;

	if (json_is_array(value))
		put_list(paper, workbook, sheet, column, field, value);
	else if (json_is_integer(value) && field->type == FIELD_MONEY)
		workbook_money(workbook, sheet, column, json_integer_value(value));
	else if (json_is_integer(value))
		workbook_integer(workbook, sheet, column, json_integer_value(value));
	else if (!text || !*text)
		return;
	else if (field->type == FIELD_DAY && day_parse(text, &day))
		workbook_day(workbook, sheet, column, day);
	else if (field->type == FIELD_INSTANT && instant_parse(text, &instant))
		workbook_instant(workbook, sheet, column, instant);
	else
		put_text(workbook, sheet, column, text);
}

void paper_mark(struct paper *paper, const char *mark)
{
	const struct labels *labels = &paper->labels;

	must(paper->count < PAPER_COLUMNS);
	paper->mark = mark;
	paper->columns[paper->count].part = PAPER_MARK;
	paper->headings[paper->count++] = (struct workbook_column){
		.heading = message_get(labels->messages, labels->language, "export.mark"),
		.style = STYLE_TEXT
	};
}

void paper_entry(
	const struct paper *paper, struct workbook *workbook, int sheet, const struct entry *entry)
{
	for (int i = 0; i < paper->count; i++) {
		if (paper->columns[i].part == PAPER_AT)
			workbook_instant(workbook, sheet, i, entry->at);
		else if (paper->columns[i].part == PAPER_AUTHOR && *entry->author)
			workbook_text(workbook, sheet, i, entry->author);
		else if (paper->columns[i].part == PAPER_MARK)
			workbook_text(workbook, sheet, i, paper->mark);
		else if (paper->columns[i].part >= PAPER_BODY)
			put_value(paper, workbook, sheet, i, paper->columns[i].field,
				paper_value(paper, entry, i));
	}
	workbook_row(workbook, sheet);
}

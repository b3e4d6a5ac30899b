/*
 * The example row of a template, left in the file. It is known by the template's own headings,
 * stars and all, and by saying what the example says; a date may have been written another way by
 * the program that saved the file. References are compared as text: nobody need be registered.
 */
#include "derive/example.h"
#include "derive/import_parts.h"
#include "derive/paper.h"

#include <stdlib.h>

struct import_example {
	struct example example;
	struct paper paper;
	const struct import_column *columns[PAPER_COLUMNS]; /* of the file, by the paper's */
};

static const struct import_column *column_headed(const struct import *import, const char *heading)
{
	for (int i = 0; i < import->column_count; i++) {
		if (text_equal(import->columns[i].heading, heading))
			return &import->columns[i];
	}
	return NULL;
}

/* Are the headings the template's, in this language? */
static bool lay_out(struct import *import, struct import_example *example, enum language language)
{
	const struct labels labels = { import->request->labels.messages, language };
	struct paper *paper = &example->paper;

	paper_init(paper, import->kind, &labels, &import->arena, true);
	for (int i = 0; i < paper->count; i++) {
		example->columns[i] = column_headed(import, paper->headings[i].heading);
		if (!example->columns[i])
			return false;
	}
	return true;
}

void import_example_find(struct import *import)
{
	struct import_example *example = calloc(1, sizeof(*example));

	must(example != NULL);
	for (int language = 0; language < LANGUAGES && !import->example; language++) {
		if (lay_out(import, example, (enum language)language) &&
			example_find(import->ledger, import->kind, &example->example))
			import->example = example;
	}
	if (!import->example)
		free(example);
}

void import_example_release(struct import *import)
{
	if (import->example)
		example_release(&import->example->example);
	free(import->example);
}

/* As text where that is what it is; else as the value that the cell has. */
static bool says(struct import *import, const struct field *field,
	const struct import_column *column, const struct cell *cell, json_t *expected)
{
	struct error ignored = { 0 };
	json_t *value = NULL;
	bool plain =
		field->type == FIELD_TEXT || field->type == FIELD_CODE || typed_reference(field);

	if (plain && json_is_string(expected))
		return text_equal(cell->text, json_string_value(expected));
	bool same = typed_read(&import->typed, field, column->unit, cell, &value, &ignored) == OK &&
		    json_equal(value, expected);
	json_decref(value);
	return same;
}

static bool says_at(struct import *import, const struct import_example *example, int column,
	const struct cell *cell)
{
	char text[INSTANT_TEXT];
	json_t *at = json_string(instant_text(example->example.entry.at, text));
	bool same = says(
		import, example->paper.columns[column].field, example->columns[column], cell, at);

	json_decref(at);
	return same;
}

bool import_is_example(struct import *import, const struct row *row)
{
	const struct import_example *example = import->example;
	bool same = example != NULL;

	for (int i = 0; same && i < example->paper.count; i++) {
		const struct cell *cell = row_cell(row, example->columns[i]->column);
		const struct entry *entry = &example->example.entry;
		if (example->paper.columns[i].part == PAPER_AT) {
			same = says_at(import, example, i, cell);
			continue;
		}
		if (example->paper.columns[i].part == PAPER_AUTHOR) {
			same = text_equal(cell->text, entry->author);
			continue;
		}
		json_t *expected = paper_value(&example->paper, entry, i);
		bool nothing =
			!expected || (json_is_string(expected) && !*json_string_value(expected));
		same = nothing ? import_blank(cell)
			       : says(import, example->paper.columns[i].field, example->columns[i],
					 cell, expected);
	}
	return same;
}

/* Which sheet, which row holds the headings, and what each column means. */
#include "derive/headings.h"
#include "derive/import_parts.h"

#include <stdlib.h>
#include <string.h>

enum { HEADING_ROWS = 20, NAMES_BYTES = 150, LOOKS = 200, LOOKS_LEAST = 20, TOLD = 4 };

static const struct field at_field = { "at", FIELD_INSTANT };
static const struct field author_field = { "author", FIELD_STAFF };

/* ------------------------------------------------------------------ one heading */

/* A meaning that a heading may have, and how surely it has it. */
struct meaning {
	enum part_of part;
	const struct field *field;
	int surety;
};

/* Under which name headings that many kinds share are listed ("synonym.import.customer"). */
static const char *shared_name(const struct field *field)
{
	if (field == &at_field || field == &author_field)
		return field->name;
	return typed_reference(field);
}

static int surety_of(const struct import *import, const struct field *field, const char *folded)
{
	const struct labels *labels = &import->request->labels;
	int surety = label_means_field(labels, import->kind->name, field->name, folded);
	const char *shared = shared_name(field);

	if (!surety && shared)
		surety = label_means_field(labels, "import", shared, folded) ? 1 : 0;
	return surety;
}

/* Every field of the kind, its row, and the envelope, in this order. */
static struct meaning meaning_at(const struct import *import, int index)
{
	static const struct meaning none;

	for (const struct field *field = import->kind->fields; field->name; field++) {
		if (!index--)
			return (struct meaning){ PART_BODY, field, 0 };
	}
	for (const struct field *field = import->kind->row; field && field->name; field++) {
		if (!index--)
			return (struct meaning){ PART_ROW, field, 0 };
	}
	if (!index--)
		return (struct meaning){ PART_AT, &at_field, 0 };
	if (!index--)
		return (struct meaning){ PART_AUTHOR, &author_field, 0 };
	return none;
}

static struct meaning best_meaning(const struct import *import, const char *folded)
{
	struct meaning best = { 0 }, one;

	for (int i = 0; *folded && (one = meaning_at(import, i)).field; i++) {
		one.surety = surety_of(import, one.field, folded);
		if (one.surety > best.surety)
			best = one;
	}
	return best;
}

/* The meaning that someone names outright, by a field's name or label. */
static struct meaning named_meaning(const struct import *import, const char *name)
{
	char folded[LABEL_TEXT];
	struct meaning one;

	text_fold(folded, sizeof(folded), name);
	for (int i = 0; (one = meaning_at(import, i)).field; i++) {
		if (text_equal(one.field->name, folded))
			return one;
	}
	return best_meaning(import, folded);
}

/* ------------------------------------------------------------------ the heading row */

/* How many cells of a row look like headings of this kind. */
static int heading_score(const struct import *import, const struct row *row)
{
	int score = 0;

	for (int i = 0; i < row->cells; i++) {
		char folded[LABEL_TEXT];
		if (row->cell[i].type == CELL_EMPTY)
			continue;
		heading_fold(row->cell[i].text, folded);
		if (best_meaning(import, folded).field)
			score += 2;
		for (int j = 0; j < import->request->map_count; j++) {
			const char *map = import->request->maps[j];
			char wanted[LABEL_TEXT], column[LABEL_TEXT];
			text_copy(column, sizeof(column), map);
			if (strrchr(column, '='))
				*strrchr(column, '=') = '\0';
			heading_fold(column, wanted);
			score += text_equal(wanted, folded) ? 2 : 0;
		}
	}
	return score;
}

/* The best of the first rows of the sheet at hand, and the first row with anything in it. */
static enum result score_sheet(const struct import *import, int *score, int64_t *number,
	int64_t *first, struct error *error)
{
	const struct row *row;

	*score = 0;
	*number = *first = 0;
	for (int i = 0; i < HEADING_ROWS; i++) {
		if (sheet_next(import->sheet, &row, error) != OK)
			return error->result;
		if (!row)
			break;
		int own = heading_score(import, row);
		if (!*first)
			*first = row->number;
		if (own > *score) {
			*score = own;
			*number = row->number;
		}
	}
	return OK;
}

static enum result choose_sheet(struct import *import, struct error *error)
{
	const char *wanted = import->request->sheet;
	int best = -1, score, most = -1;
	int64_t number, first;

	if (wanted && sheet_choose_named(import->sheet, wanted, error) != OK)
		return error->result;
	for (int i = 0; i < sheet_count(import->sheet); i++) {
		if (wanted ? strcasecmp(sheet_name(import->sheet, i), wanted) != 0
			   : sheet_hidden(import->sheet, i) && sheet_count(import->sheet) > 1)
			continue;
		if (sheet_choose(import->sheet, i, error) != OK ||
			score_sheet(import, &score, &number, &first, error) != OK)
			return error->result;
		if (score <= most)
			continue;
		most = score;
		best = i;
		import->heading_row = number ? number : first;
	}
	if (best < 0 || !import->heading_row)
		return error_refuse(
			error, "refused.import_empty", "file", "file", import->request->path, NULL);
	import->sheet_index = best;
	return sheet_choose(import->sheet, best, error);
}

/* ------------------------------------------------------------------ columns */

/* 单位：万元, as it stands in the corner above a table. */
static void note_unit(struct import *import, const struct row *row)
{
	static const struct {
		const char *text;
		enum money_unit unit;
	} units[] = { { "单位:万元", UNIT_WAN }, { "单位:亿元", UNIT_YI },
		{ "单位:千元", UNIT_THOUSAND }, { "单位:分", UNIT_FEN }, { "单位:元", UNIT_YUAN } };
	char folded[LABEL_TEXT];

	for (int i = 0; i < row->cells; i++) {
		text_fold(folded, sizeof(folded), row->cell[i].text);
		for (size_t j = 0; j < COUNT_OF(units); j++) {
			if (strstr(folded, units[j].text))
				import->unit = units[j].unit;
		}
	}
}

static enum result read_headings(struct import *import, struct error *error)
{
	const struct row *row;

	for (;;) {
		if (sheet_next(import->sheet, &row, error) != OK)
			return error->result;
		if (!row || row->number >= import->heading_row)
			break;
		note_unit(import, row);
	}
	must(row != NULL);
	import->columns = arena_array(&import->arena, struct import_column, IMPORT_COLUMNS * 2);
	for (int i = 0; i < row->cells; i++) {
		char trimmed[LABEL_TEXT];
		if (row->cell[i].type == CELL_EMPTY)
			continue;
		if (import->column_count == IMPORT_COLUMNS)
			return error_refuse(error, "refused.import_columns", "file", NULL);
		text_trim(trimmed, sizeof(trimmed), row->cell[i].text);
		struct import_column *column = &import->columns[import->column_count++];
		column->column = row->cell[i].column;
		column->heading = arena_text(&import->arena, trimmed);
	}
	import->all_count = import->column_count;
	return OK;
}

static bool is_taken(const struct import *import, const struct meaning *meaning)
{
	for (int i = 0; i < import->column_count; i++) {
		if (import->columns[i].part == meaning->part &&
			import->columns[i].field == meaning->field)
			return true;
	}
	return false;
}

/* The heading's own unit, else that of the whole table. */
static enum money_unit unit_of(
	const struct import *import, const struct import_column *column, enum money_unit own)
{
	return own == UNIT_YUAN && !strstr(column->heading, "元") ? import->unit : own;
}

static void give(struct import_column *column, const struct meaning *meaning, enum money_unit unit)
{
	column->surety = meaning->surety;
	column->part = meaning->part;
	column->field = meaning->field;
	column->unit = unit;
}

/* --map COLUMN=FIELD. `told` notes the columns that were, so that nothing else is guessed. */
static enum result apply_map(
	struct import *import, const char *map, bool *told, struct error *error)
{
	const char *equals = strrchr(map, '=');
	char heading[LABEL_TEXT], wanted[LABEL_TEXT], folded[LABEL_TEXT];
	struct meaning meaning = { 0 };

	if (!equals || equals == map || !equals[1])
		return error_refuse(error, "refused.import_map", "map", "value", map, NULL);
	text_copy(heading, sizeof(heading), map);
	if ((size_t)(equals - map) < sizeof(heading))
		heading[equals - map] = '\0';
	if (!text_equal(equals + 1, "-")) {
		meaning = named_meaning(import, equals + 1);
		if (!meaning.field)
			return error_refuse(error, "refused.import_field", "map", "value",
				equals + 1, "kind", import->kind->name, NULL);
		meaning.surety = TOLD;
	}
	heading_fold(heading, wanted);
	for (int i = 0; i < import->column_count; i++) {
		struct import_column *column = &import->columns[i];
		enum money_unit unit = heading_fold(column->heading, folded);
		if (!text_equal(folded, wanted) || told[i])
			continue;
		if (meaning.field)
			give(column, &meaning, unit_of(import, column, unit));
		told[i] = true;
		return OK;
	}
	return error_refuse(error, "refused.import_heading", "map", "value", heading, NULL);
}

/* The surest headings first; each field belongs to one column. */
static void match_columns(struct import *import, const bool *told)
{
	for (int surety = 3; surety >= 1; surety--) {
		for (int i = 0; i < import->column_count; i++) {
			struct import_column *column = &import->columns[i];
			char folded[LABEL_TEXT];
			struct meaning one;
			if (told[i] || column->field)
				continue;
			enum money_unit unit = heading_fold(column->heading, folded);
			for (int j = 0; *folded && (one = meaning_at(import, j)).field; j++) {
				if (surety_of(import, one.field, folded) != surety ||
					is_taken(import, &one))
					continue;
				one.surety = surety;
				give(column, &one, unit_of(import, column, unit));
				break;
			}
		}
	}
}

/* One heading over two columns, of which one would be taken and the other not. */
static enum result check_twice(const struct import *import, const bool *told, struct error *error)
{
	char first[24], second[24];

	for (int i = 0; i < import->column_count; i++) {
		const struct import_column *one = &import->columns[i];
		for (int j = i + 1; j < import->column_count && one->field && !told[i]; j++) {
			const struct import_column *other = &import->columns[j];
			if (told[j] || !text_equal(one->heading, other->heading))
				continue;
			cell_reference(one->column, import->heading_row, first);
			cell_reference(other->column, import->heading_row, second);
			error_refuse(error, "refused.import_double", "", "heading", one->heading,
				"first", first, "second", second, NULL);
			error_place(error, "%s", sheet_name(import->sheet, import->sheet_index));
			return REFUSED;
		}
	}
	return OK;
}

struct import_column *import_column_of(struct import *import, enum part_of part, const char *name)
{
	for (int i = 0; i < import->all_count; i++) {
		struct import_column *column = &import->columns[i];
		if (column->part == part && text_equal(column->field->name, name))
			return column;
	}
	return NULL;
}

struct import_column *import_column_at_fault(struct import *import, const char *field)
{
	static const enum part_of order[] = { PART_ROW, PART_BODY, PART_AT, PART_AUTHOR };

	for (size_t i = 0; *field && i < COUNT_OF(order); i++) {
		struct import_column *column = import_column_of(import, order[i], field);
		if (column && column->column >= 0)
			return column;
	}
	return NULL;
}

/* --set FIELD=VALUE */
static enum result apply_set(struct import *import, const char *set, struct error *error)
{
	const char *equals = strchr(set, '=');
	char name[LABEL_TEXT];

	if (!equals || equals == set || !equals[1])
		return error_refuse(error, "refused.import_set", "set", "value", set, NULL);
	text_copy(name, sizeof(name), set);
	if ((size_t)(equals - set) < sizeof(name))
		name[equals - set] = '\0';
	struct meaning meaning = named_meaning(import, name);
	if (!meaning.field)
		return error_refuse(error, "refused.import_field", "set", "value", name, "kind",
			import->kind->name, NULL);
	struct import_column *column = import_column_of(import, meaning.part, meaning.field->name);
	if (!column) {
		if (import->all_count == IMPORT_COLUMNS * 2)
			return error_refuse(error, "refused.import_columns", "file", NULL);
		column = &import->columns[import->all_count++];
		column->column = -1;
		column->heading = "";
		give(column, &meaning, UNIT_YUAN);
	}
	struct cell cell = { .type = CELL_TEXT, .text = equals + 1 };
	json_decref(column->value);
	column->value = NULL;
	return typed_read(&import->typed, meaning.field, UNIT_YUAN, &cell, &column->value, error);
}

/* ------------------------------------------------------------------ what is missing */

static bool any(void *context, const struct entry *entry)
{
	(void)entry;
	*(bool *)context = true;
	return false;
}

static void list_add(char names[NAMES_BYTES], const char *name)
{
	size_t used = strlen(names);

	if (used)
		text_copy(names + used, NAMES_BYTES - used, "、");
	used = strlen(names);
	text_copy(names + used, NAMES_BYTES - used, name);
}

static void name_missing(struct import *import, const struct field *fields, enum part_of part,
	unsigned flags, char names[NAMES_BYTES])
{
	for (const struct field *field = fields; field && field->name; field++) {
		if (!(field->flags & flags) || import_column_of(import, part, field->name))
			continue;
		list_add(names,
			label_field(&import->request->labels, import->kind->name, field->name));
	}
}

enum result import_refuse_missing(struct import *import, const char *names, struct error *error)
{
	char found[NAMES_BYTES] = "";

	for (int i = 0; i < import->column_count; i++)
		list_add(found, import->columns[i].heading);
	error_refuse(error, "refused.import_missing", "", "columns", names, "found", found, NULL);
	error_place(error, "%s", sheet_name(import->sheet, import->sheet_index));
	return REFUSED;
}

/* One choice outside the table that nothing says may follow from what the rows hold. */
static bool may_guess(struct import *import)
{
	int missing = 0;

	for (const struct field *field = import->kind->fields; import->kind->row && field->name;
		field++) {
		if (!(field->flags & REQUIRED) || import_column_of(import, PART_BODY, field->name))
			continue;
		missing++;
		import->guess = field->type == FIELD_CHOICE ? field : NULL;
	}
	if (missing != 1)
		import->guess = NULL;
	return import->guess != NULL;
}

/* A file that only updates what is there may leave out columns, but not the key. */
static enum result check_required(struct import *import, struct error *error)
{
	char names[NAMES_BYTES] = "";
	bool there = false;

	if (import->keyed &&
		ledger_each(import->ledger, import->kind->name, any, &there, error) != OK)
		return error->result;
	if (!may_guess(import))
		name_missing(import, import->kind->fields, PART_BODY, there ? KEY : REQUIRED | KEY,
			names);
	name_missing(import, import->kind->row, PART_ROW, REQUIRED, names);
	return *names ? import_refuse_missing(import, names, error) : OK;
}

/* A column that we wrote beside refused rows. */
static bool is_reason(const struct import *import, const char *heading)
{
	for (enum language language = CHINESE; language < LANGUAGES; language++) {
		if (text_starts(heading, message_get(import->request->labels.messages, language,
						 "import.reason")))
			return true;
	}
	return false;
}

enum result import_plan(struct import *import, struct error *error)
{
	bool told[IMPORT_COLUMNS] = { false };

	if (choose_sheet(import, error) != OK || read_headings(import, error) != OK)
		return error->result;
	for (int i = 0; i < import->request->map_count; i++) {
		if (apply_map(import, import->request->maps[i], told, error) != OK)
			return error->result;
	}
	match_columns(import, told);
	if (check_twice(import, told, error) != OK)
		return error->result;
	for (int i = 0; i < import->request->set_count; i++) {
		if (apply_set(import, import->request->sets[i], error) != OK)
			return error->result;
	}
	if (check_required(import, error) != OK)
		return error->result;
	for (int i = 0; i < import->column_count; i++) {
		if (!import->columns[i].field && !told[i] && import->request->ignored &&
			!is_reason(import, import->columns[i].heading))
			import->request->ignored(
				import->request->context, import->columns[i].heading);
	}
	return OK;
}

/* A field that may stay empty, in a column that was only guessed. A reference is doubted only
 * where its heading was of the vaguest: people must hear of units that are not registered. */
static bool is_doubtful(const struct import_column *column)
{
	switch (column->field ? column->field->type : FIELD_TEXT) {
	case FIELD_TEXT:
	case FIELD_CODE:
		return false;
	case FIELD_CUSTOMER:
	case FIELD_STAFF:
	case FIELD_UNIT:
		return column->surety == 1 && !(column->field->flags & REQUIRED);
	default:
		return column->surety < TOLD && !(column->field->flags & REQUIRED);
	}
}

void import_plan_look(struct import *import, const struct row *row)
{
	for (int i = 0; i < import->column_count; i++) {
		struct import_column *column = &import->columns[i];
		const struct cell *cell = row_cell(row, column->column);
		struct error ignored = { 0 };
		json_t *value = NULL;
		if (column->tried == LOOKS || cell->type == CELL_EMPTY || !is_doubtful(column))
			continue;
		bool fits = typed_read(&import->typed, column->field, column->unit, cell, &value,
				    &ignored) == OK;
		column->tried += value || !fits;
		column->fitting += value != NULL;
		json_decref(value);
	}
}

void import_plan_settle(struct import *import)
{
	for (int i = 0; i < import->column_count; i++) {
		struct import_column *column = &import->columns[i];
		if (column->tried < LOOKS_LEAST || column->fitting)
			continue;
		if (import->request->ignored)
			import->request->ignored(import->request->context, column->heading);
		column->field = NULL;
		column->part = PART_NONE;
	}
}

void import_plan_release(struct import *import)
{
	for (int i = 0; i < import->all_count; i++)
		json_decref(import->columns[i].value);
}

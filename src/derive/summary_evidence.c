/* The rows behind every figure: in the appendix as far as paper bears it, whole in a workbook. */
#include "derive/summary_parts.h"

#include "base/money.h"
#include "base/text.h"
#include "office/document.h"
#include "office/workbook.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* On paper a list of names (what a DISTINCT figure counts) is whole up to so many rows, and any
 * other table up to fewer; of a longer one, and of what is only compared with, the foremost
 * rows stand. */
enum { PRINT_NAMES = 200, PRINT_WHOLE = 60, PRINT_SOME = 20, PRINT_BEFORE = 10 };
enum { WORKBOOK_MOST = 1000000 };

enum field_column {
	BY_NUMBER,
	BY_DAY,
	BY_CUSTOMER,
	BY_STAFF,
	BY_UNIT,
	BY_ITEM,
	BY_VALUE,
	BY_ENTRY
};
enum { COLUMNS_ALL = BY_ENTRY + 1 };

static const char *const column_keys[COLUMNS_ALL] = { "summary.column.number", "summary.column.day",
	"summary.column.customer", "summary.column.staff", "summary.column.unit",
	"summary.column.item", "summary.column.amount", "summary.column.entry" };

struct columns {
	enum field_column which[COLUMNS_ALL];
	int count;
};

static bool has_amount(const struct measure *measure)
{
	return measure->how == SUM || measure->how == MEAN || measure->how == MEDIAN;
}

/* Only columns in which some row has something. */
static struct columns columns_of(const struct evidence_set *set)
{
	bool used[COLUMNS_ALL] = { [BY_NUMBER] = true, [BY_ENTRY] = true };
	struct columns columns = { .count = 0 };

	used[BY_VALUE] = has_amount(set->measure) || set->measure->how == RATIO;
	for (size_t i = 0; i < set->count; i++) {
		const struct kept *row = &set->rows[i];
		/* Of a state of the last day every row would say the same. */
		used[BY_DAY] = used[BY_DAY] || (row->day && row->day != set->to) ||
			       set->measure->sense == DURING;
		used[BY_CUSTOMER] = used[BY_CUSTOMER] || row->customer;
		used[BY_STAFF] = used[BY_STAFF] || row->staff;
		used[BY_UNIT] = used[BY_UNIT] || row->unit;
		used[BY_ITEM] =
			used[BY_ITEM] ||
			(row->item && !text_equal(row->item, row->customer ? row->customer : ""));
	}
	for (int i = 0; i < COLUMNS_ALL; i++) {
		if (used[i])
			columns.which[columns.count++] = (enum field_column)i;
	}
	return columns;
}

static const char *column_title(
	struct summary *summary, const struct evidence_set *set, enum field_column column)
{
	if (column == BY_VALUE && set->measure->how == RATIO)
		return say(summary, &summary->arena, "summary.column.met", NULL);
	if (column == BY_VALUE && set->measure->quantity == MONEY)
		return say(summary, &summary->arena, "summary.column.money", NULL);
	return say(summary, &summary->arena, column_keys[column], NULL);
}

static const char *object_text(struct summary *summary, const char *type, const char *id)
{
	return id ? name_of(summary, type, id) : "";
}

/* The value of a row, exact. */
static const char *exact(struct summary *summary, const struct measure *measure, int64_t value)
{
	char text[MONEY_TEXT];

	if (measure->how == RATIO)
		return say(summary, &summary->arena, value ? "summary.met" : "summary.unmet", NULL);
	if (measure->quantity == MONEY)
		return arena_text(&summary->arena, money_plain(value, text));
	return figure_grouped(&summary->arena, value);
}

static const char *row_text(struct summary *summary, const struct evidence_set *set,
	const struct kept *row, enum field_column column, int number)
{
	struct arena *arena = &summary->arena;
	char day[DAY_TEXT];

	switch (column) {
	case BY_NUMBER:
		return arena_print(arena, "%d", number);
	case BY_DAY:
		return row->day ? arena_text(arena, day_text(row->day, day)) : "";
	case BY_CUSTOMER:
		return object_text(summary, "customer", row->customer);
	case BY_STAFF:
		return object_text(summary, "staff", row->staff);
	case BY_UNIT:
		return object_text(summary, "unit", row->unit);
	case BY_ITEM:
		return row->item ? row->item : "";
	case BY_VALUE:
		return exact(summary, set->measure, row->value);
	case BY_ENTRY:
		return row->row < 0 ? arena_print(arena, "%" PRId64, row->seq)
				    : arena_print(arena, "%" PRId64 "-%d", row->seq, row->row + 1);
	}
	impossible("a column of no kind");
}

/* ------------------------------------------------------------------ what a figure is */

static const char *definition(const struct summary *summary, const struct measure *measure)
{
	char key[128];

	snprintf(key, sizeof(key), "measure.%s.definition", measure->name);
	const char *text = message_find(summary->messages, summary->language, key);
	return text ? text : figure_label(summary, measure);
}

static const char *scope_name(struct summary *summary, const struct evidence_set *set)
{
	const char *colon = strchr(set->reference, ':');

	return name_of(summary,
		arena_bytes(&summary->arena, set->reference, (size_t)(colon - set->reference)),
		colon + 1);
}

static const char *as_of(struct summary *summary)
{
	char text[INSTANT_TEXT];

	instant_text(summary->now, text);
	return arena_print(&summary->arena, "%s %.5s",
		day_words(&summary->arena, instant_day(summary->now)), text + 11);
}

static const char *set_words(struct summary *summary, const struct evidence_set *set)
{
	bool last_day = set->measure->sense == ON_LAST_DAY;

	return say(summary, &summary->arena, "summary.evidence.words", "measure",
		figure_label(summary, set->measure), "definition",
		definition(summary, set->measure), "period",
		last_day ? day_words(&summary->arena, set->to)
			 : period_words(&summary->arena, set->from, set->to),
		"scope", scope_name(summary, set), "as_of", as_of(summary), NULL);
}

/* ------------------------------------------------------------------ on paper */

/* What the reader looks for first: the largest amounts, what was not met. */
static int foremost(const void *a, const void *b, void *small_first)
{
	const struct kept *x = *(const struct kept *const *)a, *y = *(const struct kept *const *)b;

	if (x->value != y->value) {
		return (x->value > y->value) == *(const bool *)small_first ? 1 : -1;
	}
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static size_t printed_rows(const struct summary *summary, const struct evidence_set *set)
{
	bool compared = set->to < summary->from;
	size_t whole = compared                        ? PRINT_BEFORE
		       : set->measure->how == DISTINCT ? PRINT_NAMES
						       : PRINT_WHOLE;

	int64_t most;
	const char *head = template_head(&summary->template, "rows");
	if (head && text_integer(head, &most) && most >= 0 && (size_t)most < whole)
		whole = (size_t)most;
	if (set->count <= whole)
		return set->count;
	return whole < PRINT_SOME ? whole : PRINT_SOME;
}

static void print_rows(struct summary *summary, struct document *document,
	const struct evidence_set *set, const struct columns *columns)
{
	const struct kept **rows = calloc(set->count + 1, sizeof(*rows));
	size_t printed = printed_rows(summary, set);
	bool unmet_first = set->measure->how == RATIO;

	must(rows != NULL);
	for (size_t i = 0; i < set->count; i++)
		rows[i] = &set->rows[i];
	if (printed < set->count)
		qsort_r(rows, set->count, sizeof(*rows), foremost, &unmet_first);
	for (size_t i = 0; i < printed; i++) {
		document_row(document);
		for (int column = 0; column < columns->count; column++)
			document_cell(document, row_text(summary, set, rows[i],
							columns->which[column], (int)i + 1));
	}
	free(rows);
	if (printed == set->count)
		return;
	document_paragraph(document, PARAGRAPH_NOTE);
	document_run(document, RUN_PLAIN,
		say(summary, &summary->arena,
			summary->evidence_file ? "summary.evidence.more_in"
					       : "summary.evidence.more",
			"printed", figure_grouped(&summary->arena, (int64_t)printed), "all",
			figure_grouped(&summary->arena, (int64_t)set->count), "file",
			summary->evidence_file, NULL));
}

static void print_set(
	struct summary *summary, struct document *document, const struct evidence_set *set)
{
	struct document_column titles[COLUMNS_ALL];
	struct columns columns = columns_of(set);

	for (int i = 0; i < columns.count; i++)
		titles[i] = (struct document_column){ column_title(summary, set, columns.which[i]),
			columns.which[i] == BY_VALUE && has_amount(set->measure) ? ALIGN_RIGHT
			: columns.which[i] == BY_CUSTOMER || columns.which[i] == BY_UNIT ||
					columns.which[i] == BY_ITEM
				? ALIGN_LEFT
				: ALIGN_CENTRE };
	document_anchor(document, arena_print(&summary->arena, "evidence.%d", set->number));
	document_paragraph(document, PARAGRAPH_NOTE);
	document_run(document, RUN_PLAIN, set_words(summary, set));
	document_table(document,
		say(summary, &summary->arena, "summary.evidence.caption", "measure",
			figure_label(summary, set->measure), "value", set->showing, NULL),
		titles, (size_t)columns.count);
	print_rows(summary, document, set, &columns);
}

enum result evidence_appendices(
	struct summary *summary, struct document *document, struct error *error)
{
	(void)error;
	if (summary->shown)
		document_appendix(
			document, say(summary, &summary->arena, "summary.appendix.evidence", NULL));
	for (int number = 1; number <= summary->shown; number++) {
		for (struct evidence_set *set = summary->sets; set; set = set->next) {
			if (set->number == number)
				print_set(summary, document, set);
		}
	}
	material_rest(summary, document);
	return OK;
}

/* ------------------------------------------------------------------ the workbook */

static enum column_style style_of(const struct evidence_set *set, enum field_column column)
{
	switch (column) {
	case BY_NUMBER:
		return STYLE_INTEGER;
	case BY_DAY:
		return STYLE_DAY;
	case BY_VALUE:
		return !has_amount(set->measure)         ? STYLE_TEXT
		       : set->measure->quantity == MONEY ? STYLE_MONEY
							 : STYLE_INTEGER;
	default:
		return STYLE_TEXT;
	}
}

static void sheet_row(struct summary *summary, struct workbook *workbook, int sheet,
	const struct evidence_set *set, const struct columns *columns, size_t i)
{
	const struct kept *row = &set->rows[i];

	for (int column = 0; column < columns->count; column++) {
		enum field_column which = columns->which[column];
		enum column_style style = style_of(set, which);
		if (which == BY_DAY && row->day)
			workbook_day(workbook, sheet, column, row->day);
		else if (which == BY_NUMBER)
			workbook_integer(workbook, sheet, column, (int64_t)i + 1);
		else if (style == STYLE_MONEY)
			workbook_money(workbook, sheet, column, row->value);
		else if (which == BY_VALUE && style == STYLE_INTEGER)
			workbook_integer(workbook, sheet, column, row->value);
		else if (style == STYLE_TEXT)
			workbook_text(workbook, sheet, column,
				row_text(summary, set, row, which, (int)i + 1));
	}
	workbook_row(workbook, sheet);
}

/* The rows of a set, a sheet for each million. */
static void sheets_write(
	struct summary *summary, struct workbook *workbook, const struct evidence_set *set)
{
	struct workbook_column headings[COLUMNS_ALL] = { 0 };
	struct columns columns = columns_of(set);
	int sheet = 0;

	for (int i = 0; i < columns.count; i++)
		headings[i] = (struct workbook_column){
			.heading = column_title(summary, set, columns.which[i]),
			.style = style_of(set, columns.which[i]),
		};
	for (size_t i = 0; i < set->count; i++) {
		if (i % WORKBOOK_MOST == 0)
			sheet = workbook_sheet(workbook, figure_label(summary, set->measure),
				headings, columns.count);
		sheet_row(summary, workbook, sheet, set, &columns, i);
		if (i % 1000 == 0)
			ledger_view_reset(summary->ledger);
	}
}

static bool is_candidate(const struct summary *summary, const struct evidence_set *set)
{
	for (size_t i = 0; i < summary->candidate_count; i++) {
		if (summary->candidates[i].set == set)
			return true;
	}
	return false;
}

static void list_write(struct summary *summary, struct workbook *workbook, int sheet,
	const struct evidence_set *set)
{
	workbook_text(workbook, sheet, 0, figure_label(summary, set->measure));
	workbook_text(workbook, sheet, 1, figure_text(summary, set));
	workbook_text(workbook, sheet, 2, definition(summary, set->measure));
	workbook_text(workbook, sheet, 3, period_words(&summary->arena, set->from, set->to));
	workbook_text(workbook, sheet, 4, scope_name(summary, set));
	workbook_integer(workbook, sheet, 5, (int64_t)set->count);
	workbook_instant(workbook, sheet, 6, summary->now);
	workbook_text(workbook, sheet, 7, summary->head);
	workbook_row(workbook, sheet);
}

enum result summary_evidence(struct summary *summary, const char *path, struct error *error)
{
	static const char *const keys[] = { "summary.column.measure", "summary.column.value",
		"summary.column.definition", "summary.column.period", "summary.column.scope",
		"summary.column.rows", "summary.column.as_of", "summary.column.head" };
	static const enum column_style styles[] = { STYLE_TEXT, STYLE_TEXT, STYLE_TEXT, STYLE_TEXT,
		STYLE_TEXT, STYLE_INTEGER, STYLE_INSTANT, STYLE_TEXT };
	struct workbook_column headings[COUNT_OF(keys)] = { 0 };
	struct workbook *workbook;

	if (workbook_create(path, WORKBOOK_XLSX, &workbook, error) != OK)
		return error->result;
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		headings[i] = (struct workbook_column){
			.heading = say(summary, &summary->arena, keys[i], NULL), .style = styles[i]
		};
	int list =
		workbook_sheet(workbook, say(summary, &summary->arena, "summary.sheet.list", NULL),
			headings, COUNT_OF(keys));
	for (struct evidence_set *set = summary->sets; set; set = set->next) {
		if (set->number || (set->data && is_candidate(summary, set)))
			list_write(summary, workbook, list, set);
	}
	for (struct evidence_set *set = summary->sets; set; set = set->next) {
		if (set->number || (set->data && is_candidate(summary, set)))
			sheets_write(summary, workbook, set);
	}
	if (ledger_trouble(summary->ledger, error) != OK) {
		workbook_abandon(workbook);
		return error->result;
	}
	return workbook_finish(workbook, error);
}

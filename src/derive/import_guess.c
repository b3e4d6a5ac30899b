/* Which kind a file is, by its headings. */
#include "derive/import_parts.h"

/* A heading that is not understood speaks against a kind as much as one that surely is speaks for
 * it; of two kinds that understand the same, the one is meant that asks for less besides. */
enum { WEIGHT_COLUMN = 100, WEIGHT_MISSING = 1 };

static bool is_said(const struct import *import, enum part_of part, const struct field *field)
{
	for (int i = 0; i < import->column_count; i++) {
		if (import->columns[i].part == part && import->columns[i].field == field)
			return true;
	}
	return false;
}

static int missing(const struct import *import, enum part_of part, const struct field *field)
{
	int count = 0;

	for (; field && field->name; field++)
		count += !is_said(import, part, field);
	return count;
}

static int score_of(const struct import *import)
{
	int score = 0;

	for (int i = 0; i < import->column_count; i++) {
		const struct import_column *column = &import->columns[i];
		score += WEIGHT_COLUMN * (column->field ? column->surety : -1);
	}
	return score - WEIGHT_MISSING * (missing(import, PART_BODY, import->kind->fields) +
						missing(import, PART_ROW, import->kind->row));
}

/* How well the kind understands the sheet; 0 where it cannot take it. */
static enum result try_kind(struct ledger *ledger, const struct import_request *request,
	const struct kind *kind, struct sheet *sheet, int *score, struct error *error)
{
	struct import_request asked = *request;
	struct import_result result = { .rows = 0 };
	struct error refusal = { 0 };
	struct import import = { .ledger = ledger, .request = &asked, .result = &result };

	*score = 0;
	asked.kind = kind->name;
	asked.ignored = NULL;
	import.kind = kind;
	import_open(&import);
	import.sheet = sheet;
	if (import_plan(&import, &refusal) == OK)
		*score = score_of(&import);
	import.sheet = NULL;
	import_close(&import);
	if (refusal.result == TROUBLE)
		*error = refusal;
	return error->result;
}

enum result import_guess(struct ledger *ledger, const struct import_request *request,
	const struct kind **found, struct error *error)
{
	struct sheet *sheet;
	int best = 0, score;

	*found = NULL;
	if (import_sheet(request, &sheet, error) != OK)
		return error->result;
	for (const struct module *const *module = ledger_modules(ledger); *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			if (!kind->imports || error->result != OK)
				continue;
			if (try_kind(ledger, request, kind, sheet, &score, error) == OK &&
				score > best) {
				best = score;
				*found = kind;
			}
		}
	}
	sheet_close(sheet);
	return error->result;
}

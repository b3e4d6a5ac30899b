/*
 * Refused rows. They are kept in a temporary file while it is not yet known which columns are
 * at fault; then their workbook has, beside each of those, a column for the reason.
 */
#include "derive/import_parts.h"

#include "base/buffer.h"
#include "office/workbook.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct refused_rows {
	FILE *spool;
	struct workbook *workbook; /* begun early, so that a bad path is found before writing */
	int64_t count;
};

/* ------------------------------------------------------------------ keeping */

enum result refused_open(struct import *import, struct error *error)
{
	const char *path = import->request->refused;
	enum workbook_form form;

	if (!path)
		return OK;
	if (!workbook_form(path, &form))
		return error_refuse(
			error, "refused.import_out", "refused_rows", "file", path, NULL);
	struct refused_rows *refused = calloc(1, sizeof(*refused));
	must(refused != NULL);
	import->refused = refused;
	refused->spool = tmpfile();
	if (!refused->spool)
		return error_trouble(
			error, "trouble.write", "file", path, "reason", error_reason(errno), NULL);
	return workbook_create(path, form, &refused->workbook, error);
}

void refused_release(struct refused_rows *refused)
{
	if (!refused)
		return;
	if (refused->spool)
		fclose(refused->spool);
	workbook_abandon(refused->workbook);
	free(refused);
}

const char **row_texts(struct import *import, const struct row *row, struct arena *arena)
{
	const char **texts = arena_array(arena, const char *, import->column_count + 1);

	for (int i = 0; i < import->column_count; i++)
		texts[i] = arena_text(arena, row_cell(row, import->columns[i].column)->text);
	return texts;
}

static const char *slot(void *context, const char *name)
{
	const void *const *both = context;
	const struct import *import = both[0];
	const struct error *error = both[1];

	if (!text_equal(name, "field"))
		return error_argument(error, name);
	return label_field(&import->request->labels, import->kind->name, error->field);
}

static void put_text(FILE *file, const char *text)
{
	size_t length = strlen(text);

	fwrite(&length, sizeof(length), 1, file);
	fwrite(text, 1, length, file);
}

void refused_add(struct import *import, int64_t number, int64_t line, const char *const *texts,
	const struct error *reason)
{
	const struct import_request *request = import->request;
	struct import_column *column = import_column_at_fault(import, reason->field);
	const void *both[] = { import, reason };
	char place[SHEET_PLACE], reference[24];
	struct buffer sentence;
	int at = column ? (int)(column - import->columns) : -1;

	buffer_init(&sentence, REASON_BYTES);
	message_fill(&sentence,
		message_get(request->labels.messages, request->labels.language, reason->key), slot,
		both);
	const char *name = sheet_name(import->sheet, import->sheet_index);
	if (sheet_is_csv(import->sheet))
		snprintf(place, sizeof(place), "%.100s:%lld:%d", name, (long long)line,
			column ? column->column + 1 : 1);
	else
		snprintf(place, sizeof(place), "%.100s!%s", name,
			cell_reference(column ? column->column : 0, number, reference));
	if (request->refusal)
		request->refusal(request->context, place, sentence.bytes);
	if (column)
		column->faulty = true;
	if (import->refused) {
		FILE *spool = import->refused->spool;
		import->refused->count++;
		fwrite(&at, sizeof(at), 1, spool);
		put_text(spool, sentence.bytes);
		for (int i = 0; i < import->column_count; i++)
			put_text(spool, texts[i]);
	}
	buffer_release(&sentence);
}

/* ------------------------------------------------------------------ their workbook */

static bool get_text(FILE *file, struct buffer *into)
{
	char block[4096];
	size_t length;

	buffer_clear(into);
	if (fread(&length, sizeof(length), 1, file) != 1)
		return false;
	while (length) {
		size_t part = length < sizeof(block) ? length : sizeof(block);
		if (fread(block, 1, part, file) != part)
			return false;
		buffer_add(into, block, part);
		length -= part;
	}
	return true;
}

/* Where each column of the file, and the reason beside it, go. */
static int lay_out(
	struct import *import, struct workbook_column *columns, int *of_column, int *of_reason)
{
	const struct labels *labels = &import->request->labels;
	const char *reason = message_get(labels->messages, labels->language, "import.reason");
	int count = 0;

	for (int i = 0; i < import->column_count; i++) {
		of_column[i] = count;
		columns[count++] =
			(struct workbook_column){ .heading = import->columns[i].heading };
		of_reason[i] = -1;
		if (!import->columns[i].faulty || count + 2 > WORKBOOK_COLUMNS)
			continue;
		of_reason[i] = count;
		columns[count++] =
			(struct workbook_column){ .heading = arena_print(&import->arena, "%s（%s）",
							  reason, import->columns[i].heading),
				.style = STYLE_REASON,
				.width = 36 };
	}
	of_reason[import->column_count] = count;
	columns[count++] =
		(struct workbook_column){ .heading = reason, .style = STYLE_REASON, .width = 36 };
	return count;
}

enum result refused_write(struct import *import, struct error *error)
{
	struct refused_rows *refused = import->refused;
	struct workbook_column columns[WORKBOOK_COLUMNS];
	int of_column[IMPORT_COLUMNS], of_reason[IMPORT_COLUMNS + 1], at, sheet = -1;
	int64_t in_sheet = 0;
	struct buffer text, reason;

	if (!refused || !refused->count)
		return OK;
	int count = lay_out(import, columns, of_column, of_reason);
	buffer_init(&text, SHEET_CELL_BYTES + 1);
	buffer_init(&reason, REASON_BYTES);
	rewind(refused->spool);
	while (fread(&at, sizeof(at), 1, refused->spool) == 1 &&
		get_text(refused->spool, &reason)) {
		if (sheet < 0 || in_sheet == WORKBOOK_ROWS - 1) {
			sheet = workbook_sheet(refused->workbook,
				sheet_name(import->sheet, import->sheet_index), columns, count);
			in_sheet = 0;
		}
		int beside = at >= 0 && of_reason[at] >= 0 ? at : import->column_count;
		for (int i = 0; i < import->column_count; i++) {
			if (!get_text(refused->spool, &text))
				break;
			workbook_text(refused->workbook, sheet, of_column[i], text.bytes);
			if (beside == i)
				workbook_text(refused->workbook, sheet, of_reason[i], reason.bytes);
		}
		if (beside == import->column_count)
			workbook_text(refused->workbook, sheet, of_reason[beside], reason.bytes);
		workbook_row(refused->workbook, sheet);
		in_sheet++;
	}
	buffer_release(&text);
	buffer_release(&reason);
	bool lost = ferror(refused->spool) != 0;
	struct workbook *workbook = refused->workbook;
	refused->workbook = NULL;
	if (workbook_finish(workbook, error) != OK)
		return error->result;
	return lost ? error_trouble(error, "trouble.write", "file", import->request->refused,
			      "reason", "tmpfile", NULL)
		    : OK;
}

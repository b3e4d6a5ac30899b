#include "base/buffer.h"
#include "base/panic.h"
#include "base/text.h"
#include "office/sheet.h"
#include "office/workbook_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, SHEET_NAME_BYTES = 128, SHEET_NAME_CHARACTERS = 31 };

struct progress {
	char name[SHEET_NAME_BYTES];
	int64_t row;     /* being filled; 0 is the heading */
	int next_column; /* first that may still be set in it */
	int columns;
};

struct workbook {
	const struct workbook_kind *kind;
	enum workbook_form form;
	void *writer;
	char *path, *beside;
	struct progress *progress;
	int sheets;
	struct error failure;
};

bool workbook_form(const char *path, enum workbook_form *form)
{
	const char *dot = strrchr(path, '.');

	if (dot && strcasecmp(dot, ".xlsx") == 0)
		*form = WORKBOOK_XLSX;
	else if (dot && strcasecmp(dot, ".csv") == 0)
		*form = WORKBOOK_CSV;
	else
		return false;
	return true;
}

static void release(struct workbook *workbook)
{
	free(workbook->path);
	free(workbook->beside);
	free(workbook->progress);
	free(workbook);
}

enum result workbook_create(
	const char *path, enum workbook_form form, struct workbook **workbook, struct error *error)
{
	char beside[PATH_BYTES];

	*workbook = NULL;
	int failed =
		snprintf(beside, sizeof(beside), "%s.part", path) >= PATH_BYTES ? ENAMETOOLONG : 0;
	int file = failed ? -1 : open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file < 0)
		return error_refuse(error, "refused.file_unwritable", "out", "file", path, "reason",
			error_reason(failed ? failed : errno), NULL);
	close(file);
	struct workbook *made = calloc(1, sizeof(*made));
	must(made != NULL);
	made->form = form;
	made->kind = form == WORKBOOK_XLSX ? &xlsx_writer : &csv_writer;
	made->path = strdup(path);
	made->beside = strdup(beside);
	made->progress = calloc(WORKBOOK_SHEETS, sizeof(*made->progress));
	must(made->path && made->beside && made->progress);
	made->writer = made->kind->create(beside, error);
	if (!made->writer) {
		unlink(beside);
		release(made);
		return error->result;
	}
	*workbook = made;
	return OK;
}

void workbook_abandon(struct workbook *workbook)
{
	if (!workbook)
		return;
	workbook->kind->abandon(workbook->writer);
	unlink(workbook->beside);
	release(workbook);
}

enum result workbook_finish(struct workbook *workbook, struct error *error)
{
	if (workbook->failure.result != OK) {
		if (error->result == OK)
			*error = workbook->failure;
		workbook_abandon(workbook);
		return error->result;
	}
	workbook->kind->finish(workbook->writer, workbook->beside, &workbook->failure);
	if (workbook->failure.result == OK && rename(workbook->beside, workbook->path))
		error_trouble(&workbook->failure, "trouble.write", "file", workbook->path, "reason",
			error_reason(errno), NULL);
	enum result result = workbook->failure.result;
	if (result != OK) {
		unlink(workbook->beside);
		if (error->result == OK)
			*error = workbook->failure;
	}
	release(workbook);
	return result;
}

enum result workbook_state(const struct workbook *workbook)
{
	return workbook->failure.result;
}

static bool name_taken(const struct workbook *workbook, const char *name)
{
	for (int i = 0; i < workbook->sheets; i++) {
		if (strcasecmp(workbook->progress[i].name, name) == 0)
			return true;
	}
	return false;
}

/* Copy at most `most` UTF-16 units of `from`, as Excel counts, with forbidden characters made
 * underscores. */
static void fit_name(char *to, size_t size, const char *from, int most)
{
	size_t length = 0;

	while (*from) {
		const char *before = from;
		uint32_t point = text_next(&from);
		size_t bytes = (size_t)(from - before);
		most -= point > 0xFFFF ? 2 : 1;
		if (!point || most < 0 || length + bytes >= size)
			break;
		bool forbidden = point < 0x20 || (point < 0x80 && strchr("[]:*?/\\'", (int)point));
		if (forbidden)
			to[length++] = '_';
		else
			memcpy(to + length, before, bytes);
		length += forbidden ? 0 : bytes;
	}
	to[length] = '\0';
}

static void choose_name(
	const struct workbook *workbook, const char *wanted, char name[SHEET_NAME_BYTES])
{
	char tail[16] = "", stem[SHEET_NAME_BYTES];

	for (int i = 2;; i++) {
		fit_name(stem, sizeof(stem) - sizeof(tail), wanted,
			SHEET_NAME_CHARACTERS - (int)strlen(tail));
		snprintf(name, SHEET_NAME_BYTES, "%.*s%s", (int)(sizeof(stem) - sizeof(tail)),
			*stem ? stem : "Sheet", tail);
		if (!name_taken(workbook, name))
			return;
		snprintf(tail, sizeof(tail), " (%d)", i);
	}
}

int workbook_sheet(struct workbook *workbook, const char *name,
	const struct workbook_column *columns, int count)
{
	int sheet = workbook->sheets;

	must(count > 0 && count <= WORKBOOK_COLUMNS && sheet < WORKBOOK_SHEETS);
	if (workbook->form == WORKBOOK_CSV && sheet == 1)
		error_refuse(&workbook->failure, "refused.csv_one_sheet", "out", "file",
			workbook->path, NULL);
	if (workbook->failure.result != OK)
		return sheet;
	struct progress *progress = &workbook->progress[sheet];
	choose_name(workbook, name, progress->name);
	progress->columns = count;
	workbook->sheets++;
	workbook->kind->sheet(workbook->writer, sheet, progress->name, columns, count);
	for (int i = 0; i < count; i++) {
		struct workbook_cell heading = { .style = STYLE_TEXT, .text = columns[i].heading };
		workbook->kind->cell(workbook->writer, sheet, 0, i, &heading, &workbook->failure);
	}
	workbook->kind->row(workbook->writer, sheet, 0);
	progress->row = 1;
	return sheet;
}

static void set_cell(
	struct workbook *workbook, int sheet, int column, const struct workbook_cell *cell)
{
	char most[16], reference[24];

	if (workbook->failure.result != OK)
		return;
	must(sheet >= 0 && sheet < workbook->sheets);
	struct progress *progress = &workbook->progress[sheet];
	must(column >= progress->next_column && column < progress->columns);
	progress->next_column = column + 1;
	if (workbook->form == WORKBOOK_XLSX && progress->row >= WORKBOOK_ROWS) {
		snprintf(most, sizeof(most), "%d", WORKBOOK_ROWS - 1);
		error_refuse(&workbook->failure, "refused.workbook_rows", "out", "sheet",
			progress->name, "max", most, NULL);
		return;
	}
	workbook->kind->cell(
		workbook->writer, sheet, progress->row, column, cell, &workbook->failure);
	error_place(&workbook->failure, "%s!%s", progress->name,
		cell_reference(column, progress->row + 1, reference));
}

void workbook_text(struct workbook *workbook, int sheet, int column, const char *text)
{
	struct workbook_cell cell = { .style = STYLE_TEXT, .text = text };

	set_cell(workbook, sheet, column, &cell);
}

void workbook_integer(struct workbook *workbook, int sheet, int column, int64_t number)
{
	struct workbook_cell cell = { .style = STYLE_INTEGER, .number = number };

	set_cell(workbook, sheet, column, &cell);
}

void workbook_money(struct workbook *workbook, int sheet, int column, int64_t fen)
{
	struct workbook_cell cell = { .style = STYLE_MONEY, .number = fen };

	set_cell(workbook, sheet, column, &cell);
}

void workbook_day(struct workbook *workbook, int sheet, int column, int day)
{
	struct workbook_cell cell = { .style = STYLE_DAY, .number = day };

	set_cell(workbook, sheet, column, &cell);
}

void workbook_instant(struct workbook *workbook, int sheet, int column, int64_t instant)
{
	struct workbook_cell cell = { .style = STYLE_INSTANT, .number = instant };

	set_cell(workbook, sheet, column, &cell);
}

void workbook_percent(
	struct workbook *workbook, int sheet, int column, int64_t numerator, int64_t denominator)
{
	struct workbook_cell cell = {
		.style = STYLE_PERCENT, .number = numerator, .denominator = denominator
	};

	if (denominator)
		set_cell(workbook, sheet, column, &cell);
}

void workbook_row(struct workbook *workbook, int sheet)
{
	if (workbook->failure.result != OK)
		return;
	must(sheet >= 0 && sheet < workbook->sheets);
	struct progress *progress = &workbook->progress[sheet];
	workbook->kind->row(workbook->writer, sheet, progress->row);
	progress->row++;
	progress->next_column = 0;
}

/*
 * Writing tables: an .xlsx workbook of several sheets, or a .csv file (UTF-8 with a byte order
 * mark, CRLF, one sheet). Rows stream out; memory does not grow with them.
 *
 * The file appears whole under its name, by a rename, when workbook_finish succeeds; before
 * that, and after a failure, what was there before is untouched.
 *
 * Text is always written as text. In csv, where a spreadsheet would take a text that begins
 * with = + - @ tab or return for a formula, such a text gets a leading apostrophe unless it is
 * a plain number; office/sheet.h takes the apostrophe off again.
 *
 * A failure is kept: later calls do nothing, and workbook_finish returns it.
 */
#ifndef OFFICE_WORKBOOK_H
#define OFFICE_WORKBOOK_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	WORKBOOK_SHEETS = 256,
	WORKBOOK_COLUMNS = 512,
	WORKBOOK_ROWS = 1048576, /* of one sheet, heading included */
	WORKBOOK_CELL_CHARACTERS = 32767
};

enum column_style {
	STYLE_TEXT, /* formatted as text, so that what is typed there stays as typed */
	STYLE_INTEGER,
	STYLE_MONEY,
	STYLE_DAY,
	STYLE_INSTANT,
	STYLE_PERCENT,
	STYLE_REASON /* text on a coloured ground: why a row was refused */
};

struct workbook_column {
	const char *heading;
	enum column_style style;
	int width;                  /* in characters; 0: from heading and style */
	const char *const *choices; /* values offered in a drop-down below the heading */
	int choice_count;
	bool choices_only; /* any other value is turned down by Excel */
};

struct workbook;

enum workbook_form { WORKBOOK_XLSX, WORKBOOK_CSV };

/* The form that a path's ending asks for; false for any other ending. */
bool workbook_form(const char *path, enum workbook_form *form);
/* Begin to write what will become `path`. A folder that is missing or may not be written to is
 * REFUSED. On failure *workbook is NULL. */
enum result workbook_create(
	const char *path, enum workbook_form form, struct workbook **workbook, struct error *error);
/* Write everything, flush it to the disk, give it its name, and free the workbook: also when
 * the answer is a failure. */
enum result workbook_finish(struct workbook *workbook, struct error *error);
/* Give up: nothing stays, the workbook is freed. NULL does nothing. */
void workbook_abandon(struct workbook *workbook);

/* Add a sheet with its heading row, frozen, and return its number. The name is made fit for
 * Excel (31 characters, none of []:*?/\) and unlike those before it. A csv file has one sheet:
 * a second is a failure. The headings and choices are copied. */
int workbook_sheet(struct workbook *workbook, const char *name,
	const struct workbook_column *columns, int count);

/* Set cells of the current row of `sheet`, from left to right; columns left out stay empty. */
void workbook_text(struct workbook *workbook, int sheet, int column, const char *text);
void workbook_integer(struct workbook *workbook, int sheet, int column, int64_t number);
/* `fen` in 分, shown as 元 with two decimals. */
void workbook_money(struct workbook *workbook, int sheet, int column, int64_t fen);
/* Days since 1970-01-01, milliseconds since then (base/date.h). Local time is +08:00. */
void workbook_day(struct workbook *workbook, int sheet, int column, int day);
void workbook_instant(struct workbook *workbook, int sheet, int column, int64_t instant);
/* A share, as a percentage with two decimals; a denominator of 0 leaves the cell empty. */
void workbook_percent(
	struct workbook *workbook, int sheet, int column, int64_t numerator, int64_t denominator);
/* End the current row of `sheet`. */
void workbook_row(struct workbook *workbook, int sheet);

/* What failed so far. */
enum result workbook_state(const struct workbook *workbook);

#endif

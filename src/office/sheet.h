/*
 * Reading spreadsheets row by row: .xlsx (and .xlsm) workbooks and .csv files.
 *
 * What a file is is decided by its first bytes, never by its name. Memory does not grow with
 * the sheet: one row is held at a time, and a workbook's shared strings, which must be held,
 * have a ceiling. A file that is encrypted, cut short, corrupt or built to exhaust the reader
 * is REFUSED with its cause. Rows already given before a fault in the middle of a file is met
 * stay as they are; whoever takes rows decides whether to keep them.
 *
 * Values are those a person sees in the sheet, in one canonical form (see struct cell). A
 * merged area has its value in its first cell; the reader does not repeat it. A formula gives
 * the value that was saved with it. In csv, every value is text; the apostrophe that guards a
 * text against being taken for a formula is taken off, and ="007" is 007.
 */
#ifndef OFFICE_SHEET_H
#define OFFICE_SHEET_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SHEET_ROWS = 1048576,      /* most rows of a workbook's sheet, Excel's own limit */
	SHEET_COLUMNS = 16384,     /* most columns, in both kinds of file */
	SHEET_CELL_BYTES = 262144, /* longest text of one cell */
	SHEET_ROW_BYTES = 8388608, /* longest row */
	SHEET_CSV_ROWS = 20000000, /* most records of a csv file */
	SHEET_STRINGS_MB = 128,    /* most memory for a workbook's shared strings */
	SHEET_PLACE = 160          /* size of a place with its final NUL */
};

enum cell_type {
	CELL_EMPTY,
	CELL_TEXT,
	CELL_NUMBER,   /* "3.4", "-12", "1.5E+25" only past 21 digits */
	CELL_DATE,     /* "2026-11-24" */
	CELL_DATETIME, /* "2026-11-24T09:00:00", no zone; ".250" where the format shows it */
	CELL_TIME,     /* "09:00:00"; an elapsed time may pass 24 hours: "255:10:10" */
	CELL_BOOL,     /* "TRUE" or "FALSE" */
	CELL_ERROR     /* "#N/A" */
};

struct cell {
	int column; /* 0 is A */
	enum cell_type type;
	const char *text; /* canonical value, UTF-8, never NULL; lives until the next row */
	int64_t line;     /* csv: physical line where the cell begins; otherwise 0 */
};

struct row {
	int64_t number; /* 1-based; a workbook leaves out rows that hold nothing */
	int cells;
	const struct cell *cell; /* in rising columns; cells that hold nothing may be left out */
};

/* An open file and the place reached in one of its sheets. Not shared between threads. */
struct sheet;

/* Open the file and stand before the first row of its first sheet that is not hidden. On failure
 * *sheet is NULL; otherwise the caller closes it. `name` is what messages call the file; the bytes
 * given to sheet_open_memory must outlive the sheet. */
enum result sheet_open(const char *path, struct sheet **sheet, struct error *error);
enum result sheet_open_memory(const char *name, const void *bytes, size_t length,
	struct sheet **sheet, struct error *error);
void sheet_close(struct sheet *sheet);

/* The sheets in the order of their tabs; a csv file has one, called like the file. */
int sheet_count(const struct sheet *sheet);
const char *sheet_name(const struct sheet *sheet, int index);
bool sheet_hidden(const struct sheet *sheet, int index);
bool sheet_is_csv(const struct sheet *sheet);

/* Stand before the first row of another sheet (or again of the same one). An unknown index or
 * name is REFUSED with the names there are; names are compared without regard to ASCII case. */
enum result sheet_choose(struct sheet *sheet, int index, struct error *error);
enum result sheet_choose_named(struct sheet *sheet, const char *name, struct error *error);

/* The next row, or NULL in *row at the end. After a failure the same failure comes again. */
enum result sheet_next(struct sheet *sheet, const struct row **row, struct error *error);

/* The cell of `row` in `column`; an empty one where the row has none. */
const struct cell *row_cell(const struct row *row, int column);

/* Where a cell of the current row stands, for messages: "客户!B7", or "file.csv:7:2" (line and
 * column of the file). */
const char *sheet_place(const struct sheet *sheet, const struct row *row, const struct cell *cell,
	char place[SHEET_PLACE]);
/* "B7" for column 1 and row 7. */
const char *cell_reference(int column, int64_t row, char text[24]);

#endif

/* The two forms behind struct workbook; private to this folder. */
#ifndef OFFICE_WORKBOOK_KIND_H
#define OFFICE_WORKBOOK_KIND_H

#include "office/workbook.h"

#include <stdio.h>

/* A cell's value, in the form its style asks for. */
struct workbook_cell {
	enum column_style style;
	const char *text;            /* TEXT */
	int64_t number, denominator; /* INTEGER, MONEY (分), DAY, INSTANT; PERCENT both */
};

/* `row` counts from 0, the heading. Failures go to `error`. */
struct workbook_kind {
	void *(*create)(const char *path, struct error *error);
	void (*sheet)(void *writer, int sheet, const char *name,
		const struct workbook_column *columns, int count);
	void (*cell)(void *writer, int sheet, int64_t row, int column,
		const struct workbook_cell *cell, struct error *error);
	void (*row)(void *writer, int sheet, int64_t row);
	/* Write out and free; the bytes are on the disk afterwards. */
	void (*finish)(void *writer, const char *path, struct error *error);
	void (*abandon)(void *writer);
};

extern const struct workbook_kind xlsx_writer, csv_writer;

#endif

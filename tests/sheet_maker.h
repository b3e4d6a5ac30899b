/* Small spreadsheets for tests, made part by part, whole and broken. */
#ifndef SHEET_MAKER_H
#define SHEET_MAKER_H

#include "office/sheet.h"

#include <stddef.h>

struct made_part {
	const char *name;
	const char *content;
	size_t length; /* 0: strlen(content) */
};

/* A folder of this test's own; the path of a file in it (a ring of a few buffers). */
const char *made_path(const char *name);
/* Remove the folder and what is in it: a teardown. */
int made_forget(void **state);

/* A file with exactly these bytes. */
const char *made_file(const char *name, const void *bytes, size_t length);
/* A zip archive of these parts; `password`, where not NULL, encrypts them. */
const char *made_package(
	const char *name, const struct made_part *parts, int count, const char *password);

/* A workbook of one sheet, 表一, from the inside of <sheetData>; the others may be NULL: the
 * whole of the shared strings part, the inside of <styleSheet>, attributes of <workbookPr>. */
const char *made_workbook(const char *name, const char *rows, const char *strings,
	const char *styles, const char *properties);

/* Everything the file's sheet says (index −1: as opened), a row a line:
 * "A1 text 客户|B1 number 3.4\n"; or "REFUSED key [place]" where it comes to that. The text
 * lives until the next call. */
const char *made_read(const char *path, int index);
const char *made_read_open(struct sheet *sheet, struct error *error);

#endif

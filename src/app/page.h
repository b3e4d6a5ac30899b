/*
 * A table on the terminal. Cells are measured in columns of the terminal, of which a Chinese
 * character takes two; the last column runs free.
 */
#ifndef APP_PAGE_H
#define APP_PAGE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdio.h>

enum { PAGE_COLUMNS = 16 };

struct page {
	struct arena *arena;
	int columns;
	bool right[PAGE_COLUMNS]; /* numbers stand to the right */
	const char **cells;
	size_t count, allocated;
};

/* A table of so many columns; its texts are copied into `arena`. */
void page_start(struct page *page, struct arena *arena, int columns);
/* Add the next cell, left to right, row by row. A line end in it becomes a space. */
void page_cell(struct page *page, const char *text);
/* Write it, and forget it. */
void page_print(struct page *page, FILE *file);
/* Forget it. */
void page_release(struct page *page);

#endif

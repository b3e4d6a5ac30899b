#include "app/page.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdlib.h>

enum { GAP = 2 };

void page_start(struct page *page, struct arena *arena, int columns)
{
	must(columns > 0 && columns <= PAGE_COLUMNS);
	*page = (struct page){ .arena = arena, .columns = columns };
}

void page_cell(struct page *page, const char *text)
{
	if (page->count == page->allocated) {
		page->allocated = page->allocated ? page->allocated * 2 : 256;
		page->cells = realloc(page->cells, page->allocated * sizeof(*page->cells));
		must(page->cells != NULL);
	}
	char *copy = arena_text(page->arena, text ? text : "");
	for (char *at = copy; *at; at++) {
		if (*at == '\n' || *at == '\r' || *at == '\t')
			*at = ' ';
	}
	page->cells[page->count++] = copy;
}

static void print_cell(const char *text, size_t width, bool right, bool last, FILE *file)
{
	int blanks = (int)(width - text_columns(text));

	fprintf(file, "%*s%s", right ? blanks : 0, "", text);
	if (!last)
		fprintf(file, "%*s", (right ? 0 : blanks) + GAP, "");
}

void page_print(struct page *page, FILE *file)
{
	size_t width[PAGE_COLUMNS] = { 0 }, columns = (size_t)page->columns;

	must(page->count % columns == 0);
	for (size_t i = 0; i < page->count; i++) {
		size_t needed = text_columns(page->cells[i]);
		if (needed > width[i % columns])
			width[i % columns] = needed;
	}
	for (size_t row = 0; row < page->count; row += columns) {
		size_t last = columns - 1; /* nothing stands behind a row's last words */
		while (last > 0 && !*page->cells[row + last])
			last--;
		for (size_t i = 0; i <= last; i++)
			print_cell(page->cells[row + i], width[i], page->right[i], i == last, file);
		fputc('\n', file);
	}
	page_release(page);
}

void page_release(struct page *page)
{
	free(page->cells);
	*page = (struct page){ 0 };
}

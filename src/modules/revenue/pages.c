/* Pages: one month of one segment, as columns of numbers. */
#include "revenue.h"

#include <string.h>

/* Numbers stand in the record least significant byte first, as they do in the memory of every
 * machine this is built for. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied as they are");

int64_t numbers_take(int64_t *into, int64_t most, const void *bytes, size_t length)
{
	int64_t count = (int64_t)(length / sizeof(int64_t));

	if (count > most)
		count = most;
	if (count > 0)
		memcpy(into, bytes, (size_t)count * sizeof(int64_t));
	for (int64_t i = count; i < most; i++)
		into[i] = FIGURE_NONE;
	return count;
}

static void set_month(struct view *view, const char *name, int month)
{
	view_set_text(view, name, month_text(month, arena_alloc(view_arena(view), MONTH_TEXT)));
}

enum result page_load(
	struct view *view, struct page *page, int64_t segment, int month, struct error *error)
{
	struct query *rows;
	enum result result;

	page->segment = segment;
	page->month = month;
	for (int column = 0; column < COLUMNS; column++) {
		page->changed[column] = false;
		numbers_take(page->numbers[column], SEGMENT, NULL, 0);
	}
	view_set_integer(view, "segment", segment);
	set_month(view, "month", month);
	if (view_query(view, PAGE_LOAD, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		int64_t column = rows_integer(rows, 0);
		size_t length;
		const void *bytes = rows_bytes(rows, 1, &length);
		must(column >= 0 && column < COLUMNS);
		numbers_take(page->numbers[column], SEGMENT, bytes, length);
	}
	rows_end(rows);
	return result;
}

void page_set(struct page *page, enum column_of column, int64_t ordinal, int64_t number)
{
	int64_t *at = &page->numbers[column][ordinal % SEGMENT];

	page->changed[column] = page->changed[column] || *at != number;
	*at = number;
}

static enum result column_save(
	struct view *view, const struct page *page, enum column_of column, struct error *error)
{
	const int64_t *numbers = page->numbers[column];
	int used = SEGMENT;

	while (used > 0 && numbers[used - 1] == FIGURE_NONE)
		used--;
	view_set_integer(view, "segment", page->segment);
	set_month(view, "month", page->month);
	view_set_integer(view, "cell", column);
	if (!used)
		return view_exec(view, PAGE_DROP, NULL, error);
	view_set_bytes(view, "numbers", numbers, (size_t)used * sizeof(*numbers));
	return view_exec(view, PAGE_PUT, NULL, error);
}

enum result page_save(struct view *view, struct page *page, struct error *error)
{
	for (int column = 0; column < COLUMNS; column++) {
		if (page->changed[column] &&
			column_save(view, page, (enum column_of)column, error) != OK)
			return error->result;
		page->changed[column] = false;
	}
	return OK;
}

enum result month_load(struct view *view, int month, enum column_of column, int64_t *numbers,
	int64_t count, struct error *error)
{
	struct query *rows;
	enum result result;

	numbers_take(numbers, count, NULL, 0);
	set_month(view, "month", month);
	view_set_integer(view, "cell", column);
	if (view_query(view, MONTH_LOAD, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		int64_t from = rows_integer(rows, 0) * SEGMENT;
		size_t length;
		const void *bytes = rows_bytes(rows, 1, &length);
		must(from < count);
		numbers_take(numbers + from, count - from < SEGMENT ? count - from : SEGMENT, bytes,
			length);
	}
	rows_end(rows);
	return result;
}

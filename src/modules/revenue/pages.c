/* Pages: one month of one segment, as columns of numbers. */
#include "revenue.h"

#include <string.h>

/* Numbers stand in the record least significant byte first, as they do in the memory of every
 * machine this is built for. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied as they are");

/* Nothing is known: the least number of the width stands for it. */
static int64_t none_of(int64_t width)
{
	return -1 - (INT64_MAX >> (64 - 8 * width));
}

static inline void widen(int64_t *into, const char *from, int64_t count, int64_t width)
{
	for (int64_t i = 0; i < count; i++) {
		uint64_t raw = 0;
		memcpy(&raw, from + i * width, (size_t)width);
		into[i] = (int64_t)(raw << (64 - 8 * width)) >> (64 - 8 * width);
		if (into[i] == none_of(width))
			into[i] = FIGURE_NONE;
	}
}

void numbers_forget(int64_t *numbers, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		numbers[i] = FIGURE_NONE;
}

/* One loop for each width, so that the compiler knows it. */
void numbers_take(int64_t *into, int64_t most, const struct query *rows, int column)
{
	int64_t width = rows_integer(rows, column);
	size_t length;
	const void *bytes = rows_bytes(rows, column + 1, &length);

	must(width > 0);
	int64_t count = (int64_t)length / width;
	count = count < most ? count : most;
	switch (width) {
	case 1:
		widen(into, bytes, count, 1);
		break;
	case 2:
		widen(into, bytes, count, 2);
		break;
	case 4:
		widen(into, bytes, count, 4);
		break;
	case 8:
		widen(into, bytes, count, 8);
		break;
	default:
		impossible("width");
	}
	numbers_forget(into + count, most - count);
}

/* The least width that holds them all. */
static int64_t width_of(const int64_t *numbers, int used)
{
	int64_t least = 0, most = 0, width = 1;

	for (int i = 0; i < used; i++) {
		if (numbers[i] == FIGURE_NONE)
			continue;
		least = numbers[i] < least ? numbers[i] : least;
		most = numbers[i] > most ? numbers[i] : most;
	}
	while (least <= none_of(width) || most > -1 - none_of(width))
		width *= 2;
	return width;
}

/* Into `bytes`, which has room for `used` numbers of any width; the width they came to. */
static int64_t narrow(const int64_t *numbers, int used, char *bytes)
{
	int64_t width = width_of(numbers, used);

	for (int i = 0; i < used; i++) {
		int64_t number = numbers[i] == FIGURE_NONE ? none_of(width) : numbers[i];
		memcpy(bytes + i * width, &number, (size_t)width);
	}
	return width;
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
		numbers_forget(page->numbers[column], SEGMENT);
	}
	view_set_integer(view, "segment", segment);
	set_month(view, "month", month);
	if (view_query(view, PAGE_LOAD, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		int64_t column = rows_integer(rows, 0);
		must(column >= 0 && column < COLUMNS);
		numbers_take(page->numbers[column], SEGMENT, rows, 1);
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
	char bytes[sizeof(page->numbers[column])];
	int used = SEGMENT;

	while (used > 0 && numbers[used - 1] == FIGURE_NONE)
		used--;
	view_set_integer(view, "segment", page->segment);
	set_month(view, "month", page->month);
	view_set_integer(view, "cell", column);
	if (!used)
		return view_exec(view, PAGE_DROP, NULL, error);
	int64_t width = narrow(numbers, used, bytes);
	view_set_integer(view, "width", width);
	view_set_bytes(view, "numbers", bytes, (size_t)(used * width));
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

	numbers_forget(numbers, count);
	set_month(view, "month", month);
	view_set_integer(view, "cell", column);
	if (view_query(view, MONTH_LOAD, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		int64_t from = rows_integer(rows, 0) * SEGMENT;
		must(from < count);
		numbers_take(
			numbers + from, count - from < SEGMENT ? count - from : SEGMENT, rows, 1);
	}
	rows_end(rows);
	return result;
}

/*
 * Figures and their evidence. A month's figure belongs to the whole month: it counts in a
 * period that holds all of it, on its last day. A line counts on its own day, as long as its
 * month has no figure.
 */
#include "revenue.h"

#include <string.h>

struct scanning {
	const struct scope *scope;
	struct evidence_sink *sink;
	const char **names;
	int64_t count;
	int64_t *amounts, *places;
	int month;
	bool earners; /* only cells with revenue */
};

static bool holds(const struct scope *scope, int month)
{
	return month_first_day(month) >= scope_from(scope) &&
	       month_last_day(month) <= scope_to(scope);
}

static void emit(
	const struct scanning *scanning, int64_t ordinal, int64_t place, int day, int64_t value)
{
	evidence_add(scanning->sink, &(struct evidence){ .seq = place / ROWS_MOST,
					     .row = (int)(place % ROWS_MOST),
					     .day = day,
					     .customer = scanning->names[ordinal],
					     .value = value });
}

static void scan_figures(const struct scanning *scanning)
{
	for (int64_t i = 0; i < scanning->count; i++) {
		if (scanning->places[i] == FIGURE_NONE ||
			(scanning->earners && scanning->amounts[i] <= 0))
			continue;
		emit(scanning, i, scanning->places[i], month_last_day(scanning->month),
			scanning->amounts[i]);
	}
}

static enum result scan_lines_of(
	struct view *view, const struct entry *entry, void *context, struct error *error)
{
	struct scanning *scanning = context;
	struct posting posting;

	for (int row = 0; row < entry_rows(entry); row++) {
		if (!posting_at(entry, row, &posting) || posting.month != scanning->month ||
			posting.day < scope_from(scanning->scope) ||
			posting.day > scope_to(scanning->scope))
			continue;
		if (ordinal_find(view, posting.customer, &posting.ordinal, error) != OK)
			return error->result;
		int64_t at = posting.ordinal;
		must(at >= 0 && at < scanning->count);
		if (scanning->places[at] != FIGURE_NONE ||
			(scanning->earners && scanning->amounts[at] <= 0))
			continue;
		emit(scanning, at, place_of(posting.seq, row), posting.day, posting.amount);
	}
	return OK;
}

static enum result scan_lines(struct view *view, struct scanning *scanning, struct error *error)
{
	struct query *rows;
	enum result result = OK;
	char month[MONTH_TEXT];

	view_set_text(view, "month", month_text(scanning->month, month));
	if (view_query(view, POSTS_OF_LINES, NULL, &rows, error) != OK)
		return error->result;
	while (result == OK && rows_next(rows, &result, error))
		result = view_entry(view, rows_integer(rows, 0), scan_lines_of, scanning, error);
	rows_end(rows);
	return result;
}

static enum result open_scanning(struct view *view, const struct scope *scope,
	struct evidence_sink *sink, struct scanning *scanning, struct error *error)
{
	struct arena *arena = view_arena(view);

	*scanning = (struct scanning){ .scope = scope, .sink = sink };
	if (names_load(view, &scanning->names, &scanning->count, error) != OK)
		return error->result;
	scanning->amounts = arena_array(arena, int64_t, scanning->count + 1);
	scanning->places = arena_array(arena, int64_t, scanning->count + 1);
	return OK;
}

static enum result scan_months(struct view *view, const struct scope *scope,
	struct evidence_sink *sink, bool earners, struct error *error)
{
	struct scanning scanning;

	if (open_scanning(view, scope, sink, &scanning, error) != OK)
		return error->result;
	scanning.earners = earners;
	for (int month = day_month(scope_from(scope)); month <= day_month(scope_to(scope));
		month++) {
		scanning.month = month;
		if (month_load(view, month, AMOUNT, scanning.amounts, scanning.count, error) !=
				OK ||
			month_load(view, month, POSTED, scanning.places, scanning.count, error) !=
				OK)
			return error->result;
		if (holds(scope, month))
			scan_figures(&scanning);
		if (scan_lines(view, &scanning, error) != OK)
			return error->result;
	}
	return OK;
}

enum result scan_amount(struct view *view, const struct scope *scope, struct evidence_sink *sink,
	struct error *error)
{
	return scan_months(view, scope, sink, false, error);
}

enum result scan_customers(struct view *view, const struct scope *scope, struct evidence_sink *sink,
	struct error *error)
{
	return scan_months(view, scope, sink, true, error);
}

/* Users at the end of the last month that is over by the last day. */
enum result scan_users(struct view *view, const struct scope *scope, struct evidence_sink *sink,
	struct error *error)
{
	struct scanning scanning;
	int month = day_month(scope_to(scope) + 1) - 1;

	if (open_scanning(view, scope, sink, &scanning, error) != OK ||
		month_load(view, month, USERS, scanning.amounts, scanning.count, error) != OK ||
		month_load(view, month, COUNTED, scanning.places, scanning.count, error) != OK)
		return error->result;
	scanning.month = month;
	scan_figures(&scanning);
	return OK;
}

/* ------------------------------------------------------------------ what stands of a table */

/* A month's row stands while its figure is the one that counts, and says the users that are known
 * now; a line stands while its month has no figure. */
static void row_settle(void *context, const struct page *page, const struct posting *posting)
{
	const struct entry *entry = context;
	int64_t at = posting->ordinal % SEGMENT;
	int64_t posted = page->numbers[POSTED][at], users = page->numbers[USERS][at];

	if (posted != (posting->line ? FIGURE_NONE : place_of(posting->seq, posting->row)))
		entry_row_drop(entry, posting->row);
	else if (!posting->line && users != FIGURE_NONE)
		entry_row_say(entry, posting->row, "users", users);
}

enum result revenue_standing(struct view *view, const struct entry *entry, struct error *error)
{
	struct entry settled = *entry;

	return postings_beside(view, entry, row_settle, &settled, error);
}

/* ------------------------------------------------------------------ for other modules */

/* From one column to the next, so that one customer's numbers do not all fall into the same few
 * lines of the processor's cache. */
enum { APART = SEGMENT + 8 };

/* One segment: a column a month of amounts, behind them a column a month of users. */
struct window {
	int from, months;
	int64_t *columns;
	int64_t *customer; /* one customer's number of each column */
};

/* The pages of one segment, asked for segment by segment and in no order: a database that
 * sorted them all would carry every number through its sorter. */
static enum result window_load(
	struct view *view, struct window *window, int64_t segment, struct error *error)
{
	char from[MONTH_TEXT], to[MONTH_TEXT];
	struct query *pages;
	enum result result;
	int month;

	numbers_forget(window->columns, (int64_t)window->months * 2 * APART);
	view_set_integer(view, "segment", segment);
	view_set_text(view, "from", month_text(window->from, from));
	view_set_text(view, "to", month_text(window->from + window->months - 1, to));
	if (view_query(view, MONTHS_LOAD, NULL, &pages, error) != OK)
		return error->result;
	while (rows_next(pages, &result, error)) {
		must(month_parse(rows_text(pages, 0), &month));
		int64_t column = month - window->from;
		if (rows_integer(pages, 1) == USERS)
			column += window->months;
		numbers_take(window->columns + column * APART, SEGMENT, pages, 2);
	}
	rows_end(pages);
	return result;
}

static enum result hand_out(const struct window *window, const char *name, int64_t used,
	struct monthly_sink *sink, struct error *error)
{
	int64_t *customer = window->customer;
	int columns = window->months * 2;

	for (int64_t i = 0; i < used; i++, name += strlen(name) + 1) {
		for (int column = 0; column < columns; column++)
			customer[column] = window->columns[(int64_t)column * APART + i];
		if (sink->each(sink, name, customer, customer + window->months, error) != OK)
			return error->result;
	}
	return OK;
}

static enum result walk(
	struct view *view, struct window *window, struct monthly_sink *sink, struct error *error)
{
	struct query *rows;
	enum result result;

	if (view_query(view, NAMES_ALL, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		size_t length;
		const char *names = rows_bytes(rows, 2, &length);
		result = window_load(view, window, rows_integer(rows, 0), error);
		if (result == OK)
			result = hand_out(window, names, rows_integer(rows, 1), sink, error);
		if (result != OK)
			break;
	}
	rows_end(rows);
	return result;
}

enum result revenue_monthly(
	struct view *view, int from, int to, struct monthly_sink *sink, struct error *error)
{
	struct arena *arena = view_arena(view);
	struct window window = { .from = from, .months = to - from + 1 };

	window.columns = arena_array(arena, int64_t, (int64_t)window.months * 2 * APART);
	window.customer = arena_array(arena, int64_t, window.months * 2);
	return walk(view, &window, sink, error);
}

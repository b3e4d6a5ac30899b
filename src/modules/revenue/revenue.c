/*
 * Revenue 收入: what each customer brought in, month by month, and how many users it has.
 *
 * The figures come from the billing system as tables of up to 5,000 rows. What is derived of
 * them stands in column segments (revenue.h), so that tiering a million customers is a walk
 * over a few hundred runs of bytes; evidence names the entry and the row of every figure.
 */
#include "revenue.h"

#include <stdlib.h>
#include <string.h>

static const char *const bases[] = { "month", "line", NULL };

enum { REASON_BYTES = 1500, USERS_MOST = 100000000 };
/* 一千亿元 in 分: above any figure, and far below where a sum of them could overflow. */
#define AMOUNT_MOST 10000000000000

static const struct field posted[] = {
	{ "basis", FIELD_CHOICE, REQUIRED, .choices = bases },
	{ "source", FIELD_TEXT, SEARCH },
	{ 0 },
};
static const struct field posted_row[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED },
	{ "month", FIELD_MONTH, 0 },
	{ "day", FIELD_DAY, 0 },
	{ "amount", FIELD_MONEY, REQUIRED, .min = -AMOUNT_MOST, .max = AMOUNT_MOST },
	{ "users", FIELD_INTEGER, 0, .min = 0, .max = USERS_MOST },
	{ "reference", FIELD_TEXT, SEARCH, .max_bytes = 120 },
	{ 0 },
};
static const struct field explained[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT },
	{ "month", FIELD_MONTH, REQUIRED },
	{ "reason", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = REASON_BYTES },
	{ 0 },
};

static const struct kind kinds[] = {
	{ "revenue.posted", 1, FACT, NEED_OFFICE, posted, .row = posted_row, .imports = true },
	{ "revenue.explained", 1, FACT, NEED_MANAGER | NEED_LEADER | NEED_OFFICE, explained },
	{ 0 },
};

static const struct field movement_columns[] = {
	{ "percent", FIELD_INTEGER, REQUIRED, .min = 1, .max = 1000 },
	{ "floor", FIELD_MONEY, REQUIRED, .min = 0, .max = AMOUNT_MOST },
	{ 0 },
};
static const struct norm norms[] = {
	{ "revenue.movement", movement_columns, NULL, NORM_REPLACES },
	{ 0 },
};

static const struct column customer_columns[] = { { "customer", COLUMN_TEXT },
	{ "ordinal", COLUMN_INTEGER }, { 0 } };
static const struct column name_columns[] = { { "segment", COLUMN_INTEGER },
	{ "used", COLUMN_INTEGER }, { "names", COLUMN_BYTES }, { 0 } };
static const struct column page_columns[] = { { "segment", COLUMN_INTEGER },
	{ "month", COLUMN_TEXT }, { "cell", COLUMN_INTEGER }, { "width", COLUMN_INTEGER },
	{ "numbers", COLUMN_BYTES }, { 0 } };
static const struct column post_columns[] = { { "month", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ "basis", COLUMN_TEXT }, { "first", COLUMN_INTEGER }, { "last", COLUMN_INTEGER }, { 0 } };
static const struct column movement_row[] = { { "customer", COLUMN_TEXT }, { "month", COLUMN_TEXT },
	{ "seq", COLUMN_INTEGER }, { "row", COLUMN_INTEGER }, { "day", COLUMN_TEXT },
	{ "amount", COLUMN_INTEGER }, { "mean", COLUMN_INTEGER }, { 0 } };
static const struct column explained_row[] = { { "customer", COLUMN_TEXT },
	{ "month", COLUMN_TEXT }, { "seq", COLUMN_INTEGER }, { 0 } };

static const struct table tables[] = {
	{ "d_revenue_customer", customer_columns, "customer" },
	{ "d_revenue_name", name_columns, "segment", .wide = true },
	{ "d_revenue_page", page_columns, "segment, month, cell", .wide = true },
	{ "d_revenue_post", post_columns, "month, seq", { "seq" } },
	{ "d_revenue_movement", movement_row, "customer, month", { "day" } },
	{ "d_revenue_explained", explained_row, "customer, month, seq", { "seq" } },
	{ 0 },
};

static const struct statement sql[] = {
	[FIND_CUSTOMER] = { "SELECT ordinal FROM d_revenue_customer "
			    "WHERE book = $book AND customer = $customer" },
	/* $customers: a JSON array. */
	[FIND_CUSTOMERS] = { "SELECT customer, ordinal FROM d_revenue_customer WHERE book = $book "
			     "AND customer IN (SELECT value FROM json_each($customers))",
		"SELECT customer, ordinal FROM d_revenue_customer WHERE book = $book "
		"AND customer = ANY (ARRAY(SELECT json_array_elements_text("
		"CAST($customers AS JSON))))" },
	[PUT_CUSTOMER] = { "INSERT INTO d_revenue_customer (book, customer, ordinal) "
			   "VALUES ($book, $customer, $ordinal)" },
	[NAMES_LAST] = { "SELECT segment, used, names FROM d_revenue_name WHERE book = $book "
			 "ORDER BY segment DESC LIMIT 1" },
	[NAMES_ALL] = { "SELECT segment, used, names FROM d_revenue_name WHERE book = $book "
			"ORDER BY segment" },
	[NAMES_PUT] = { "INSERT INTO d_revenue_name (book, segment, used, names) "
			"VALUES ($book, $segment, $used, $names) ON CONFLICT (book, segment) "
			"DO UPDATE SET used = excluded.used, names = excluded.names" },
	[PAGE_LOAD] = { "SELECT cell, width, numbers FROM d_revenue_page "
			"WHERE book = $book AND segment = $segment AND month = $month" },
	[PAGE_PUT] = { "INSERT INTO d_revenue_page (book, segment, month, cell, width, numbers) "
		       "VALUES ($book, $segment, $month, $cell, $width, $numbers) "
		       "ON CONFLICT (book, segment, month, cell) DO UPDATE "
		       "SET width = excluded.width, numbers = excluded.numbers" },
	[PAGE_DROP] = { "DELETE FROM d_revenue_page WHERE book = $book AND segment = $segment "
			"AND month = $month AND cell = $cell" },
	[MONTH_LOAD] = { "SELECT segment, width, numbers FROM d_revenue_page WHERE book = $book "
			 "AND month = $month AND cell = $cell ORDER BY segment" },
	[MONTHS_LOAD] = { "SELECT month, cell, width, numbers FROM d_revenue_page "
			  "WHERE book = $book AND segment = $segment "
			  "AND month BETWEEN $from AND $to AND cell IN (0, 3)" },
	[POST_PUT] = { "INSERT INTO d_revenue_post (book, month, seq, basis, first, last) "
		       "VALUES ($book, $month, $seq, $basis, $first, $last)" },
	[POSTS_DROP] = { "DELETE FROM d_revenue_post WHERE book = $book AND seq = $seq" },
	[POSTS_TOUCHING] = { "SELECT seq FROM d_revenue_post WHERE book = $book "
			     "AND month = $month AND first <= $last AND last >= $first "
			     "ORDER BY seq" },
	[POSTS_OF_LINES] = { "SELECT seq FROM d_revenue_post WHERE book = $book "
			     "AND month = $month AND basis = 'line' ORDER BY seq" },
	[MOVEMENTS_FIND] = { "SELECT c.ordinal FROM d_revenue_movement m "
			     "JOIN d_revenue_customer c ON c.book = m.book "
			     "AND c.customer = m.customer WHERE m.book = $book AND m.month = "
			     "$month "
			     "AND m.customer IN (SELECT value FROM json_each($customers))",
		"SELECT c.ordinal FROM d_revenue_movement m "
		"JOIN d_revenue_customer c ON c.book = m.book "
		"AND c.customer = m.customer WHERE m.book = $book AND m.month = $month "
		"AND m.customer = ANY (ARRAY(SELECT json_array_elements_text("
		"CAST($customers AS JSON))))" },
	[MOVEMENT_PUT] = { "INSERT INTO d_revenue_movement (book, customer, month, seq, row, day, "
			   "amount, mean) VALUES ($book, $customer, $month, $seq, $row, $day, "
			   "$amount, $mean) ON CONFLICT (book, customer, month) DO UPDATE "
			   "SET seq = excluded.seq, row = excluded.row, amount = excluded.amount, "
			   "mean = excluded.mean" },
	[MOVEMENT_DROP] = { "DELETE FROM d_revenue_movement WHERE book = $book "
			    "AND customer = $customer AND month = $month" },
	[MOVEMENTS_OPEN] = { "SELECT month FROM d_revenue_movement m WHERE book = $book "
			     "AND customer = $customer AND NOT EXISTS (SELECT 1 "
			     "FROM d_revenue_explained e WHERE e.book = m.book "
			     "AND e.customer = m.customer AND e.month = m.month "
			     "AND e.seq > m.seq)" },
	[EXPLAINED_PUT] = { "INSERT INTO d_revenue_explained (book, customer, month, seq) "
			    "VALUES ($book, $customer, $month, $seq)" },
	[EXPLAINED_DROP] = { "DELETE FROM d_revenue_explained WHERE book = $book AND seq = $seq" },
	[EXPLAINED_LAST] = { "SELECT max(seq) FROM d_revenue_explained WHERE book = $book "
			     "AND customer = $customer" },
	[ROWS_UNUSUAL] = { "SELECT seq, row, day, customer FROM d_revenue_movement "
			   "WHERE book = $book AND day BETWEEN $from AND $to "
			   "ORDER BY day, customer" },
	{ 0 },
};

static const struct measure measures[] = {
	{ "revenue.amount", SUM, MONEY, DURING, .scan = scan_amount },
	{ "revenue.users", SUM, PIECES, ON_LAST_DAY, .scan = scan_users },
	{ "revenue.customers", DISTINCT, PIECES, DURING, .scan = scan_customers },
	{ "revenue.unusual", COUNT, PIECES, DURING, .rows = ROWS_UNUSUAL, .no_direction = true },
	{ "revenue.explained", RATIO, PIECES, DURING, .duty = "revenue.movement" },
	{ 0 },
};

/* ------------------------------------------------------------------ may it be written? */

static enum result check_row(
	const struct entry *at, bool line, const struct posting *posting, struct error *error)
{
	char text[MONTH_TEXT];
	int month;

	if (line && !entry_has(at, "day"))
		return error_refuse(error, "refused.required", "day", NULL);
	if (!line && !entry_has(at, "month"))
		return error_refuse(error, "refused.required", "month", NULL);
	if (!line && entry_has(at, "day"))
		return error_refuse(error, "refused.revenue_day", "day", NULL);
	if (line && entry_has(at, "month") && month_parse(entry_text(at, "month"), &month) &&
		month != posting->month)
		return error_refuse(error, "refused.revenue_line_month", "month", NULL);
	if (posting->month > day_month(instant_day(at->recorded_at)))
		return error_refuse(error, "refused.revenue_future", line ? "day" : "month",
			"month", month_text(posting->month, text), NULL);
	return OK;
}

static int by_cell(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;
	int order = strcmp(x->customer, y->customer);

	if (order)
		return order;
	return x->month != y->month ? x->month - y->month : x->row - y->row;
}

/* One month's figure said twice in one table: which of the two is meant? */
static enum result check_twice(struct posting *postings, int count, struct error *error)
{
	char text[MONTH_TEXT];

	qsort(postings, (size_t)count, sizeof(*postings), by_cell);
	for (int i = 1; i < count; i++) {
		const struct posting *one = &postings[i];
		if (!text_equal(one->customer, one[-1].customer) || one->month != one[-1].month)
			continue;
		error_refuse(error, "refused.revenue_twice", "customer", "value", one->customer,
			"month", month_text(one->month, text), NULL);
		error_place(error, "#%d", one->row + 1);
		return error->result;
	}
	return OK;
}

static enum result check(struct view *view, const struct entry *entry, struct error *error)
{
	if (!entry->kind->row)
		return OK;
	int rows = entry_rows(entry);
	bool line = text_equal(entry_text(entry, "basis"), "line");
	struct posting *postings = arena_array(view_arena(view), struct posting, rows + 1);

	for (int row = 0; row < rows; row++) {
		struct entry at = entry_at_row(entry, row);
		posting_at(entry, row, &postings[row]);
		if (check_row(&at, line, &postings[row], error) != OK) {
			error_place(error, "#%d", row + 1);
			return error->result;
		}
	}
	return line ? OK : check_twice(postings, rows, error);
}

static enum result project(struct view *view, const struct entry *entry, struct error *error)
{
	return entry->kind->row ? posting_project(view, entry, error)
				: movement_explained(view, entry, error);
}

static enum result refold(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error)
{
	return before->kind->row ? posting_refold(view, before, after, error)
				 : movement_reexplained(view, before, after, error);
}

enum { MONTHS_GLANCED = 12 };

/* The amounts of the last twelve months that are over, the oldest first. */
static enum result glance(struct view *view, const char *customer, int day,
	struct glance_sink *sink, struct error *error)
{
	struct page *page = arena_new(view_arena(view), struct page);
	int64_t ordinal;

	if (ordinal_find(view, customer, &ordinal, error) != OK || ordinal < 0)
		return error->result;
	for (int month = day_month(day) - MONTHS_GLANCED; month < day_month(day); month++) {
		if (page_load(view, page, ordinal / SEGMENT, month, error) != OK)
			return error->result;
		glance_add(sink, &(struct glance){ .what = GLANCE_AMOUNT,
					 .month = month,
					 .amount = page->numbers[AMOUNT][ordinal % SEGMENT] });
	}
	return OK;
}

const struct module revenue_module = {
	.name = "revenue",
	.version = 2,
	.kinds = kinds,
	.norms = norms,
	.tables = tables,
	.sql = sql,
	.measures = measures,
	.figures = { .monthly = revenue_monthly },
	.check = check,
	.project = project,
	.refold = refold,
	.unchanged = posting_unchanged,
	.standing = revenue_standing,
	.glance = glance,
};

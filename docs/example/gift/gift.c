/*
 * Gifts 礼品登记: what was given to whom at a customer's, and what it cost.
 * One table, one kind, two measures; a gift that cost something owes its receipt.
 */
#include "module.h"

enum { PUT, ROWS };

static const struct field given[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "item", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = 120 },
	{ "cost", FIELD_MONEY, REQUIRED, .min = 0, .max = 100000000 },
	{ "person", FIELD_TEXT, PERSONAL, .max_bytes = 120 },
	{ "receipt_by", FIELD_DAY, 0 },
	{ 0 },
};
static const struct field receipt[] = {
	{ "gift", FIELD_ENTRY, REQUIRED | ABOUT, .of = "gift.given" },
	{ 0 },
};

static const struct duty_rule on_given[] = {
	{ "gift.receipt", HOLDER_AUTHOR, .until = "gift.receipt", .by = "gift",
		.due_field = "receipt_by", .only_if = "receipt_by" },
	{ 0 },
};
static const int fold_given[] = { PUT, -1 };

static const struct kind kinds[] = {
	{ "gift.given", 1, FACT, NEED_STAFF, given, .duties = on_given, .folds = fold_given,
		.imports = true },
	{ "gift.receipt", 1, FACT, NEED_STAFF, receipt },
	{ 0 },
};

static const struct column columns[] = { { "seq", COLUMN_INTEGER }, { "customer", COLUMN_TEXT },
	{ "staff", COLUMN_TEXT }, { "day", COLUMN_TEXT }, { "cost", COLUMN_INTEGER }, { 0 } };
static const struct table tables[] = {
	{ "d_gift", columns, "seq", { "customer" }, .scope = "customer", .scope_type = "customer" },
	{ 0 },
};

static const struct statement sql[] = {
	[PUT] = { "INSERT INTO d_gift (book, seq, customer, staff, day, cost) "
		  "VALUES ($book, $seq, $customer, $author, $day, $cost)" },
	[ROWS] = { "SELECT seq, day, customer, staff, cost AS value FROM d_gift "
		   "WHERE book = $book AND day BETWEEN $from AND $to ORDER BY seq" },
	{ 0 },
};

static const struct measure measures[] = {
	{ "gift.count", COUNT, PIECES, DURING, ROWS },
	{ "gift.cost", SUM, MONEY, DURING, ROWS, .lower_is_better = true },
	{ 0 },
};

const struct module gift_module = {
	.name = "gift",
	.version = 1,
	.kinds = kinds,
	.tables = tables,
	.sql = sql,
	.measures = measures,
};

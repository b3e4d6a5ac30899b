/*
 * Tiers 分级: the three dimensions by which customers are told apart (category, business, size)
 * and the monthly close that freezes the third.
 *
 * Category is entered with the customer, business follows from its live products, size from
 * revenue and users under the norm tier.thresholds. Only the last is closed by the month: what
 * it entitles to must not change from day to day.
 */
#include "tier.h"

#include <string.h>

const char *const tier_names[] = { "diamond", "gold", "silver", "bronze", NULL };

enum { REASON_BYTES = 600 };
#define AMOUNT_MOST 10000000000000

int tier_number(const char *name)
{
	for (int tier = 0; tier_names[tier]; tier++) {
		if (text_equal(tier_names[tier], name))
			return tier;
	}
	return -1;
}

static const struct field closed[] = {
	{ "month", FIELD_MONTH, REQUIRED },
	{ 0 },
};
static const struct field override[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "tier", FIELD_CHOICE, REQUIRED, .choices = tier_names },
	{ "until", FIELD_DAY, REQUIRED },
	{ "reason", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = REASON_BYTES },
	{ 0 },
};

static const int override_folds[] = { OVERRIDE_PUT, -1 };

static const struct kind kinds[] = {
	{ "tier.closed", 1, MOVE, NEED_OFFICE, closed },
	{ "tier.override", 1, FACT, NEED_LEADER | NEED_OFFICE, override, .folds = override_folds },
	{ 0 },
};

static const struct field threshold_columns[] = {
	{ "tier", FIELD_CHOICE, REQUIRED, .choices = tier_names },
	{ "revenue", FIELD_MONEY, 0, .min = 0, .max = AMOUNT_MOST },
	{ "users", FIELD_INTEGER, 0, .min = 0, .max = 100000000 },
	{ 0 },
};
static const struct field rule_columns[] = {
	{ "months_mean", FIELD_INTEGER, REQUIRED, .min = 1, .max = WINDOW_MOST },
	{ "months_down", FIELD_INTEGER, REQUIRED, .min = 1, .max = WINDOW_MOST },
	{ "close_day", FIELD_INTEGER, REQUIRED, .min = 1, .max = 28 },
	{ 0 },
};
static const struct norm norms[] = {
	{ "tier.thresholds", threshold_columns, "tier", NORM_REPLACES },
	{ "tier.rules", rule_columns, NULL, NORM_REPLACES },
	{ 0 },
};

static const char *const watches[] = { "customer", "customer.merged", "customer.unmerged",
	"customer.product", "customer.product.ended", "day.opened", NULL };

static const struct column customer_columns[] = { { "customer", COLUMN_TEXT },
	{ "category", COLUMN_TEXT }, { "day", COLUMN_TEXT }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column alias_columns[] = { { "customer", COLUMN_TEXT },
	{ "seq", COLUMN_INTEGER }, { 0 } };
static const struct column product_columns[] = { { "customer", COLUMN_TEXT },
	{ "product", COLUMN_TEXT }, { "line", COLUMN_TEXT }, { "from_day", COLUMN_TEXT },
	{ "until_day", COLUMN_TEXT }, { "ended_day", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ 0 } };
static const struct column override_columns[] = { { "customer", COLUMN_TEXT },
	{ "seq", COLUMN_INTEGER }, { "tier", COLUMN_TEXT }, { "from_day", COLUMN_TEXT },
	{ "until_day", COLUMN_TEXT }, { "reason", COLUMN_TEXT }, { 0 } };
static const struct column now_columns[] = { { "customer", COLUMN_TEXT }, { "tier", COLUMN_TEXT },
	{ "below", COLUMN_INTEGER }, { 0 } };
static const struct column change_columns[] = { { "customer", COLUMN_TEXT },
	{ "month", COLUMN_TEXT }, { "day", COLUMN_TEXT }, { "tier", COLUMN_TEXT },
	{ "before", COLUMN_TEXT }, { "change", COLUMN_TEXT }, { "rule", COLUMN_TEXT },
	{ "value", COLUMN_INTEGER }, { "threshold", COLUMN_INTEGER },
	{ "norm_seq", COLUMN_INTEGER }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column close_columns[] = { { "month", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ "norm_seq", COLUMN_INTEGER }, { "rules_seq", COLUMN_INTEGER },
	{ "input_seq", COLUMN_INTEGER }, { "customers", COLUMN_INTEGER }, { "up", COLUMN_INTEGER },
	{ "down", COLUMN_INTEGER }, { 0 } };

/* What a close has decided has no scope: it is frozen, whatever is put right afterwards. */
static const struct table tables[] = {
	{ "d_tier_customer", customer_columns, "customer", .scope = "customer",
		.scope_type = "customer" },
	{ "d_tier_alias", alias_columns, "customer", .scope = "customer",
		.scope_type = "customer" },
	{ "d_tier_product", product_columns, "customer, product", .scope = "customer",
		.scope_type = "customer" },
	{ "d_tier_override", override_columns, "customer, seq", .scope = "customer",
		.scope_type = "customer" },
	{ "d_tier_now", now_columns, "customer", { "tier, customer" } },
	{ "d_tier", change_columns, "customer, day", { "change, day" } },
	{ "d_tier_close", close_columns, "month" },
	{ 0 },
};

#define OVERRIDDEN(day)                                                                            \
	"o.from_day <= " day " AND o.until_day >= " day " AND o.seq = (SELECT max(p.seq) "         \
	"FROM d_tier_override p WHERE p.book = o.book AND p.customer = o.customer "                \
	"AND p.from_day <= " day " AND p.until_day >= " day ")"

/* Of this tier on $to: rated so by the last month that was over, or overridden to be. */
#define OF_TIER(tier)                                                                              \
	"AND t.tier = '" tier "' AND t.day = (SELECT max(u.day) FROM d_tier u "                    \
	"WHERE u.book = t.book AND u.customer = t.customer AND u.day <= $to) "                     \
	"AND NOT EXISTS (SELECT 1 FROM d_tier_override o WHERE o.book = t.book "                   \
	"AND o.customer = t.customer AND " OVERRIDDEN(                                             \
		"$to") ") "                                                                        \
		       "UNION ALL SELECT o.seq, o.customer FROM d_tier_override o WHERE o.book = " \
		       "$book "                                                                    \
		       "AND o.tier = '" tier "' AND " OVERRIDDEN("$to") " ORDER BY customer"

#define LIVE(day)                                                                                  \
	"p.from_day <= " day " AND (p.until_day IS NULL OR p.until_day >= " day ") "               \
	"AND (p.ended_day IS NULL OR p.ended_day > " day ")"

#define NO_ALIAS                                                                                   \
	"NOT EXISTS (SELECT 1 FROM d_tier_alias a WHERE a.book = c.book "                          \
	"AND a.customer = c.customer)"

#define IN_USE                                                                                     \
	"AND p.customer = c.customer AND " LIVE(                                                   \
		"$to") " WHERE c.book = $book AND c.day <= $to AND " NO_ALIAS                      \
		       " GROUP BY c.customer, c.seq HAVING "
#define ONLY(line) "count(DISTINCT p.line) = 1 AND max(p.line) = '" line "'"

static const struct statement sql[] = {
	[CUSTOMER_PUT] = { "INSERT INTO d_tier_customer (book, customer, category, day, seq) "
			   "VALUES ($book, $code, $category, $day, $seq) "
			   "ON CONFLICT (book, customer) DO UPDATE "
			   "SET category = coalesce(excluded.category, d_tier_customer.category), "
			   "seq = excluded.seq" },
	[ALIAS_PUT] = { "INSERT INTO d_tier_alias (book, customer, seq) "
			"VALUES ($book, $customer, $seq) ON CONFLICT (book, customer) "
			"DO UPDATE SET seq = excluded.seq" },
	[ALIAS_DROP] = { "DELETE FROM d_tier_alias WHERE book = $book AND customer = $customer" },
	[PRODUCT_PUT] = { "INSERT INTO d_tier_product (book, customer, product, line, from_day, "
			  "until_day, ended_day, seq) VALUES ($book, $customer, $product, $line, "
			  "coalesce($from, $day), $until, NULL, $seq) "
			  "ON CONFLICT (book, customer, product) DO UPDATE "
			  "SET line = excluded.line, "
			  "from_day = coalesce($from, d_tier_product.from_day), "
			  "until_day = excluded.until_day, ended_day = NULL, seq = excluded.seq" },
	[PRODUCT_END] = { "UPDATE d_tier_product SET ended_day = $day WHERE book = $book "
			  "AND customer = $customer AND product = $product" },
	[OVERRIDE_PUT] = { "INSERT INTO d_tier_override (book, customer, seq, tier, from_day, "
			   "until_day, reason) VALUES ($book, $customer, $seq, $tier, $day, "
			   "$until, $reason)" },
	[OVERRIDES_ENDED] = { "SELECT DISTINCT customer FROM d_tier_override WHERE book = $book "
			      "AND until_day = $yesterday ORDER BY customer" },
	[NOW_COUNT] = { "SELECT count(*) FROM d_tier_now WHERE book = $book" },
	[NOW_ALL] = { "SELECT customer, tier, below FROM d_tier_now WHERE book = $book "
		      "ORDER BY customer" },
	[NOW_PUT] = { "INSERT INTO d_tier_now (book, customer, tier, below) "
		      "VALUES ($book, $customer, $tier, $below) ON CONFLICT (book, customer) "
		      "DO UPDATE SET tier = excluded.tier, below = excluded.below" },
	[CHANGE_PUT] = { "INSERT INTO d_tier (book, customer, month, day, tier, before, change, "
			 "rule, value, threshold, norm_seq, seq) VALUES ($book, $customer, $month, "
			 "$day, $tier, $before, $change, $rule, $value, $threshold, $norm_seq, "
			 "$seq)" },
	[CLOSE_PUT] = { "INSERT INTO d_tier_close (book, month, seq, norm_seq, rules_seq, "
			"input_seq, customers, up, down) VALUES ($book, $month, $seq, $norm_seq, "
			"$rules_seq, $input_seq, $customers, $up, $down)" },
	[CLOSE_LAST] = { "SELECT max(month) FROM d_tier_close WHERE book = $book" },
	[CLASS_OF] = { "SELECT tier FROM (SELECT o.tier AS tier, 1 AS turn FROM d_tier_override o "
		       "WHERE o.book = $book AND o.customer = $customer AND " OVERRIDDEN(
			       "$day") " UNION ALL SELECT n.tier, 2 FROM d_tier_now n WHERE n.book "
				       "= $book "
				       "AND n.customer = $customer AND n.tier IS NOT NULL) AS "
				       "found "
				       "ORDER BY turn" },
	[CLASSES] = { "SELECT n.customer AS customer, n.tier AS class FROM d_tier_now n "
		      "WHERE n.book = $book AND n.tier IS NOT NULL AND NOT EXISTS (SELECT 1 "
		      "FROM d_tier_override o WHERE o.book = n.book "
		      "AND o.customer = n.customer AND " OVERRIDDEN(
			      "$day") ") UNION ALL "
				      "SELECT o.customer, o.tier FROM d_tier_override o WHERE "
				      "o.book = $book "
				      "AND " OVERRIDDEN("$day") " ORDER BY customer" },
	/* None where nobody has one. */
	[CLASS_NAMES] = { "SELECT class FROM (SELECT 1 AS turn, 'diamond' AS class "
			  "UNION ALL SELECT 2, 'gold' UNION ALL SELECT 3, 'silver' "
			  "UNION ALL SELECT 4, 'bronze') AS names "
			  "WHERE EXISTS (SELECT 1 FROM d_tier_now n WHERE n.book = $book) "
			  "OR EXISTS (SELECT 1 FROM d_tier_override o WHERE o.book = $book) "
			  "ORDER BY turn" },
	[CLASS_PAGE] = { "SELECT n.customer AS customer FROM d_tier_now n WHERE n.book = $book "
			 "AND n.tier = $class AND n.customer > $after AND NOT EXISTS (SELECT 1 "
			 "FROM d_tier_override o WHERE o.book = n.book "
			 "AND o.customer = n.customer AND " OVERRIDDEN(
				 "$day") ") UNION ALL "
					 "SELECT o.customer FROM d_tier_override o "
					 "WHERE o.book = $book AND o.tier = $class "
					 "AND o.customer > $after AND " OVERRIDDEN(
						 "$day") " ORDER BY customer LIMIT $count" },
	[WHY_OVERRIDE] = { "SELECT o.tier, o.until_day, o.reason, o.seq FROM d_tier_override o "
			   "WHERE o.book = $book AND o.customer = $customer "
			   "AND " OVERRIDDEN("$day") },
	[WHY_CHANGE] = { "SELECT tier, rule, value, threshold, month, norm_seq, seq FROM d_tier "
			 "WHERE book = $book AND customer = $customer AND day <= $day "
			 "ORDER BY day DESC LIMIT 1" },
	[WHY_NOW] = { "SELECT below FROM d_tier_now WHERE book = $book AND customer = $customer "
		      "AND $day <> ''" },
	[WHY_DIMENSIONS] = { "SELECT c.category, max(p.line), count(DISTINCT p.line), "
			     "count(p.product) FROM d_tier_customer c LEFT JOIN d_tier_product p "
			     "ON p.book = c.book AND p.customer = c.customer AND " LIVE(
				     "$day") " WHERE c.book = $book AND c.customer = $customer "
					     "GROUP BY c.customer, c.category" },
	[ROWS_DIAMOND] = { "SELECT t.seq AS seq, t.customer AS customer FROM d_tier t WHERE t.book "
			   "= $book " OF_TIER("diamond") },
	[ROWS_GOLD] = { "SELECT t.seq AS seq, t.customer AS customer FROM d_tier t WHERE t.book = "
			"$book " OF_TIER("gold") },
	[ROWS_SILVER] = { "SELECT t.seq AS seq, t.customer AS customer FROM d_tier t WHERE t.book "
			  "= $book " OF_TIER("silver") },
	[ROWS_BRONZE] = { "SELECT t.seq AS seq, t.customer AS customer FROM d_tier t WHERE t.book "
			  "= $book " OF_TIER("bronze") },
	[ROWS_UP] = { "SELECT seq, day, customer FROM d_tier WHERE book = $book AND change = 'up' "
		      "AND day BETWEEN $from AND $to ORDER BY day, customer" },
	[ROWS_DOWN] = { "SELECT seq, day, customer FROM d_tier WHERE book = $book AND change = "
			"'down' AND day BETWEEN $from AND $to ORDER BY day, customer" },
	[ROWS_MOBILE] = { "SELECT coalesce(max(p.seq), c.seq) AS seq, c.customer AS customer FROM "
			  "d_tier_customer c LEFT JOIN d_tier_product p ON p.book = c.book " IN_USE
				  ONLY("mobile") },
	[ROWS_FIXED] = { "SELECT coalesce(max(p.seq), c.seq) AS seq, c.customer AS customer FROM "
			 "d_tier_customer c LEFT JOIN d_tier_product p ON p.book = c.book " IN_USE
				 ONLY("fixed") },
	[ROWS_INDUSTRY] = { "SELECT coalesce(max(p.seq), c.seq) AS seq, c.customer AS customer "
			    "FROM d_tier_customer c LEFT JOIN d_tier_product p ON p.book = "
			    "c.book " IN_USE ONLY("industry") },
	[ROWS_MIXED] = { "SELECT coalesce(max(p.seq), c.seq) AS seq, c.customer AS customer FROM "
			 "d_tier_customer c LEFT JOIN d_tier_product p ON p.book = c.book " IN_USE
			 "count(DISTINCT p.line) > 1" },
	[ROWS_IDLE] = { "SELECT coalesce(max(p.seq), c.seq) AS seq, c.customer AS customer FROM "
			"d_tier_customer c LEFT JOIN d_tier_product p ON p.book = c.book " IN_USE
			"count(p.line) = 0" },
	[ROWS_OF_INDUSTRY] = { "SELECT c.seq AS seq, c.customer AS customer FROM d_tier_customer c "
			       "WHERE c.book = $book AND c.category = 'industry' AND c.day <= $to "
			       "AND " NO_ALIAS " ORDER BY c.customer" },
	[ROWS_OF_BUSINESS] = { "SELECT c.seq AS seq, c.customer AS customer FROM d_tier_customer c "
			       "WHERE c.book = $book AND c.category = 'business' AND c.day <= $to "
			       "AND " NO_ALIAS " ORDER BY c.customer" },
	{ 0 },
};

static const struct measure measures[] = {
	{ "tier.diamond", COUNT, PIECES, ON_LAST_DAY, ROWS_DIAMOND },
	{ "tier.gold", COUNT, PIECES, ON_LAST_DAY, ROWS_GOLD },
	{ "tier.silver", COUNT, PIECES, ON_LAST_DAY, ROWS_SILVER, .no_direction = true },
	{ "tier.bronze", COUNT, PIECES, ON_LAST_DAY, ROWS_BRONZE, .no_direction = true },
	{ "tier.up", COUNT, PIECES, DURING, ROWS_UP },
	{ "tier.down", COUNT, PIECES, DURING, ROWS_DOWN, .lower_is_better = true },
	{ "tier.mobile", COUNT, PIECES, ON_LAST_DAY, ROWS_MOBILE, .no_direction = true },
	{ "tier.fixed", COUNT, PIECES, ON_LAST_DAY, ROWS_FIXED, .no_direction = true },
	{ "tier.industry", COUNT, PIECES, ON_LAST_DAY, ROWS_INDUSTRY, .no_direction = true },
	{ "tier.mixed", COUNT, PIECES, ON_LAST_DAY, ROWS_MIXED },
	{ "tier.idle", COUNT, PIECES, ON_LAST_DAY, ROWS_IDLE, .lower_is_better = true },
	{ "tier.category.industry", COUNT, PIECES, ON_LAST_DAY, ROWS_OF_INDUSTRY,
		.no_direction = true },
	{ "tier.category.business", COUNT, PIECES, ON_LAST_DAY, ROWS_OF_BUSINESS,
		.no_direction = true },
	{ 0 },
};

/* ------------------------------------------------------------------ folding */

/* An override that ended yesterday has given way to what the months say. */
static enum result overrides_end(
	struct view *view, int day, const struct entry *entry, struct error *error)
{
	struct query *rows;
	enum result result;
	char yesterday[DAY_TEXT];

	view_set_text(view, "yesterday", day_text(day - 1, yesterday));
	if (view_query(view, OVERRIDES_ENDED, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		const char *customer = arena_text(view_arena(view), rows_text(rows, 0));
		result = view_cadence_changed(view, customer, entry, error);
		if (result != OK)
			break;
	}
	rows_end(rows);
	return result;
}

/* From the norm's day on, the month before is closed by the first day that finds figures. */
static enum result close_by_itself(
	struct view *view, int day, const struct entry *entry, struct error *error)
{
	const struct norm_table *rules = view_norm(view, "tier.rules", day, entry->seq);
	int month = day_month(day) - 1, last;
	bool has;

	if (!rules || civil_from_day(day).day < rule_number(rules, "close_day", 10) ||
		!view_norm(view, "tier.thresholds", month_last_day(month), entry->seq))
		return OK;
	if (closing_last(view, &last, error) != OK || last >= month ||
		closing_has_figures(view, month, &has, error) != OK || !has)
		return error->result;
	return closing_run(view, month, entry, error);
}

static enum result project(struct view *view, const struct entry *entry, struct error *error)
{
	static const struct {
		const char *kind;
		int statement;
	} simple[] = { { "customer", CUSTOMER_PUT }, { "customer.merged", ALIAS_PUT },
		{ "customer.unmerged", ALIAS_DROP }, { "customer.product", PRODUCT_PUT },
		{ "customer.product.ended", PRODUCT_END } };
	const char *kind = entry->kind->name;
	int day, month;

	for (size_t i = 0; i < COUNT_OF(simple); i++) {
		if (text_equal(kind, simple[i].kind))
			return view_exec(view, simple[i].statement, entry, error);
	}
	if (text_equal(kind, "day.opened")) {
		must(day_parse(entry_text(entry, "day"), &day));
		if (overrides_end(view, day, entry, error) != OK)
			return error->result;
		return close_by_itself(view, day, entry, error);
	}
	if (text_equal(kind, "tier.override"))
		return view_cadence_changed(view, entry_text(entry, "customer"), entry, error);
	must(month_parse(entry_text(entry, "month"), &month));
	return closing_run(view, month, entry, error);
}

/* ------------------------------------------------------------------ may it be written? */

static enum result check_close(struct view *view, const struct entry *entry, struct error *error)
{
	char text[MONTH_TEXT];
	int month, last;
	bool has;

	must(month_parse(entry_text(entry, "month"), &month));
	if (month >= day_month(instant_day(entry->recorded_at)))
		return error_refuse(error, "refused.tier_month_open", "month", NULL);
	if (closing_last(view, &last, error) != OK)
		return error->result;
	if (last >= month)
		return error_refuse(error, "refused.tier_closed", "month", "month",
			month_text(last, text), NULL);
	if (!view_norm(view, "tier.thresholds", month_last_day(month), entry->seq))
		return error_refuse(error, "refused.tier_no_norm", "month", NULL);
	if (closing_has_figures(view, month, &has, error) != OK)
		return error->result;
	return has ? OK : error_refuse(error, "refused.tier_no_figures", "month", NULL);
}

static enum result check(struct view *view, const struct entry *entry, struct error *error)
{
	int until;

	if (text_equal(entry->kind->name, "tier.closed"))
		return check_close(view, entry, error);
	must(day_parse(entry_text(entry, "until"), &until));
	return until < instant_day(entry->at)
		       ? error_refuse(error, "refused.tier_until", "until", NULL)
		       : OK;
}

const struct module tier_module = {
	.name = "tier",
	.version = 2,
	.kinds = kinds,
	.norms = norms,
	.tables = tables,
	.sql = sql,
	.measures = measures,
	.watches = watches,
	.directory = { .customer_class = ANSWERS(CLASS_OF),
		.classes = ANSWERS(CLASSES),
		.class_names = ANSWERS(CLASS_NAMES),
		.class_page = ANSWERS(CLASS_PAGE) },
	.check = check,
	.project = project,
	.explain = tier_explain,
};

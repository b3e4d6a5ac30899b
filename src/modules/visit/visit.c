/*
 * Visits 走访: when we mean to see a customer, what we saw, what we promised, what it needs.
 *
 * A visit needs an observation and nothing that would only prove that it took place. One
 * sentence may carry a promise, which is a duty of whoever gave it until it is kept. A need is
 * a case: it belongs to somebody until it is answered.
 */
#include "module.h"

enum { PLANNED, MADE, KEPT, NEED, ANSWERED };

enum {
	PUT_VISIT,
	PUT_NEED,
	PUT_ANSWER,
	PROMISE,
	LAST_VISIT,
	LAST_PROMISE,
	ROWS_VISITS,
	ROWS_ON_SITE,
	ROWS_NEEDS,
	ROWS_NEEDS_ANSWERED,
	ROWS_OPEN_NEEDS,
	ROWS_ANSWER_DAYS,
};

enum { LONG_TEXT = 3000, SHORT_TEXT = 600 };

static const char *const ways[] = { "visit", "phone", "online", NULL };

static const struct field planned[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "day", FIELD_DAY, REQUIRED },
	{ "purpose", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = SHORT_TEXT },
	{ 0 },
};
static const struct field made[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "way", FIELD_CHOICE, .choices = ways },
	{ "with", FIELD_TEXT, PERSONAL },
	{ "observation", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = LONG_TEXT },
	{ "promise", FIELD_TEXT, SEARCH, .max_bytes = SHORT_TEXT },
	{ "promise_due", FIELD_DAY },
	{ 0 },
};
static const struct field kept[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "promise", FIELD_ENTRY, REQUIRED | ABOUT, .of = "visit.made" },
	{ "result", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = LONG_TEXT },
	{ 0 },
};
static const struct field need[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "product", FIELD_TEXT, SEARCH },
	{ "need", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = LONG_TEXT },
	{ "by", FIELD_TEXT, PERSONAL },
	{ 0 },
};
static const struct field answered[] = {
	{ "need", FIELD_CASE, REQUIRED | ABOUT, .of = "need" },
	{ "answer", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = LONG_TEXT },
	{ 0 },
};

static const struct duty_rule on_planned[] = {
	{ "visit.plan", HOLDER_AUTHOR, .until = "visit.made", .by = "customer",
		.due_field = "day" },
	{ 0 },
};
static const struct duty_rule on_made[] = {
	{ "visit.promise", HOLDER_MANAGER, .until = "visit.kept", .by = "promise",
		.due_field = "promise_due", .only_if = "promise" },
	{ 0 },
};
static const struct duty_rule on_need[] = {
	{ "visit.need_answer", HOLDER_CASE_OWNER, .until = "visit.answered", .by = "need" },
	{ 0 },
};

static const int made_folds[] = { PUT_VISIT, -1 };
static const int need_folds[] = { PUT_NEED, -1 };
static const int answered_folds[] = { PUT_ANSWER, -1 };

enum { OWN = NEED_MANAGER | NEED_LEADER | NEED_OFFICE };

static const struct kind kinds[] = {
	[PLANNED] = { "visit.planned", 1, FACT, OWN, planned, .duties = on_planned,
		.imports = true },
	[MADE] = { "visit.made", 1, FACT, OWN, made, .duties = on_made, .folds = made_folds,
		.imports = true },
	/* Whoever gave the promise, also when the customer is another's by now. */
	[KEPT] = { "visit.kept", 1, FACT, NEED_STAFF, kept },
	/* Anybody may hear of a need. */
	[NEED] = { "visit.need", 1, FACT, NEED_STAFF, need, .duties = on_need, .opens_case = "need",
		.folds = need_folds, .imports = true },
	[ANSWERED] = { "visit.answered", 1, MOVE, NEED_OWNER | NEED_LEADER | NEED_OFFICE, answered,
		.folds = answered_folds },
	{ 0 },
};

static const struct move moves[] = {
	{ "open", "visit.answered", NULL, "answered" },
	{ 0 },
};
static const struct case_type cases[] = {
	{ "need", HOLDER_MANAGER, .moves = moves, .ends = "answered" },
	{ 0 },
};

static const struct cadence cadences[] = {
	{ "visit.cadence", "visit.made", "customer" },
	{ 0 },
};

static const struct column visit_columns[] = { { "seq", COLUMN_INTEGER }, { "id", COLUMN_TEXT },
	{ "customer", COLUMN_TEXT }, { "staff", COLUMN_TEXT }, { "day", COLUMN_TEXT },
	{ "way", COLUMN_TEXT }, { "promised", COLUMN_INTEGER }, { 0 } };
static const struct column need_columns[] = { { "id", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ "customer", COLUMN_TEXT }, { "day", COLUMN_TEXT }, { "at", COLUMN_INTEGER }, { 0 } };
/* A move, never folded again: it stays where the need it answers is. */
static const struct column answer_columns[] = { { "need", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ "day", COLUMN_TEXT }, { "at", COLUMN_INTEGER }, { 0 } };

static const struct table tables[] = {
	{ "d_visit", visit_columns, "seq", { "customer", "day", "id" }, "customer", "customer",
		.each = true },
	{ "d_visit_need", need_columns, "id", { "customer", "day" }, "customer", "customer",
		.each = true },
	{ "d_visit_answer", answer_columns, "need", { "day" } },
	{ 0 },
};

static const struct statement sql[] = {
	[PUT_VISIT] = { "INSERT INTO d_visit (book, seq, id, customer, staff, day, way, promised) "
			"VALUES ($book, $seq, $id, $customer, $author, $day, "
			"coalesce($way, 'visit'), CASE WHEN CAST($promise AS TEXT) IS NULL THEN 0 "
			"ELSE 1 END)" },
	[PUT_NEED] = { "INSERT INTO d_visit_need (book, id, seq, customer, day, at) "
		       "VALUES ($book, $id, $seq, $customer, $day, $at)" },
	[PUT_ANSWER] = { "INSERT INTO d_visit_answer (book, need, seq, day, at) "
			 "VALUES ($book, $need, $seq, $day, $at)" },
	[PROMISE] = { "SELECT customer, promised FROM d_visit "
		      "WHERE book = $book AND id = $promise" },
	[ROWS_VISITS] = { "SELECT seq, day, customer, staff FROM d_visit WHERE book = $book "
			  "AND day >= $from AND day <= $to ORDER BY day, seq" },
	[ROWS_ON_SITE] = { "SELECT seq, day, customer, staff FROM d_visit WHERE book = $book "
			   "AND way = 'visit' AND day >= $from AND day <= $to "
			   "ORDER BY day, seq" },
	[LAST_VISIT] = { "SELECT seq FROM d_visit WHERE book = $book AND customer = $customer "
			 "ORDER BY day DESC, seq DESC LIMIT 1" },
	[LAST_PROMISE] = { "SELECT seq FROM d_visit WHERE book = $book AND customer = $customer "
			   "AND promised = 1 ORDER BY day DESC, seq DESC LIMIT 1" },
	[ROWS_NEEDS] = { "SELECT seq, day, customer FROM d_visit_need WHERE book = $book "
			 "AND day >= $from AND day <= $to ORDER BY day, seq" },
	[ROWS_NEEDS_ANSWERED] = { "SELECT n.seq AS seq, n.day AS day, n.customer AS customer, "
				  "CASE WHEN a.seq IS NULL THEN 0 ELSE 1 END AS value "
				  "FROM d_visit_need n LEFT JOIN d_visit_answer a "
				  "ON a.book = n.book AND a.need = n.id AND a.day <= $to "
				  "WHERE n.book = $book AND n.day >= $from AND n.day <= $to "
				  "ORDER BY n.day, n.seq" },
	[ROWS_OPEN_NEEDS] = { "SELECT n.seq AS seq, n.customer AS customer FROM d_visit_need n "
			      "WHERE n.book = $book AND n.day <= $to AND NOT EXISTS (SELECT 1 "
			      "FROM d_visit_answer a WHERE a.book = n.book AND a.need = n.id "
			      "AND a.day <= $to) ORDER BY n.day, n.seq" },
	/* Days begin at 16:00 UTC: eight hours more, and a day is a whole quotient. */
	[ROWS_ANSWER_DAYS] = { "SELECT a.seq AS seq, a.day AS day, n.customer AS customer, "
			       "(a.at + 28800000) / 86400000 - (n.at + 28800000) / 86400000 "
			       "AS value FROM d_visit_answer a JOIN d_visit_need n "
			       "ON n.book = a.book AND n.id = a.need WHERE a.book = $book "
			       "AND a.day >= $from AND a.day <= $to ORDER BY a.day, a.seq" },
	{ 0 },
};

static const struct measure measures[] = {
	{ "visit.count", COUNT, PIECES, DURING, ROWS_VISITS },
	{ "visit.on_site", COUNT, PIECES, DURING, ROWS_ON_SITE },
	{ "visit.customers", DISTINCT, PIECES, DURING, ROWS_VISITS },
	{ "visit.on_time", RATIO, PIECES, DURING, .duty = "visit.cadence" },
	{ "visit.plans_done", RATIO, PIECES, DURING, .duty = "visit.plan" },
	{ "visit.promises_kept", RATIO, PIECES, DURING, .duty = "visit.promise" },
	{ "visit.needs", COUNT, PIECES, DURING, ROWS_NEEDS, .no_direction = true },
	{ "visit.needs_answered", RATIO, PIECES, DURING, ROWS_NEEDS_ANSWERED },
	{ "visit.needs_open", COUNT, PIECES, ON_LAST_DAY, ROWS_OPEN_NEEDS,
		.lower_is_better = true },
	{ "visit.needs_on_time", RATIO, PIECES, DURING, .duty = "visit.need_answer" },
	{ "visit.answer_days", MEDIAN, DAYS, DURING, ROWS_ANSWER_DAYS, .lower_is_better = true },
	{ 0 },
};

/* ------------------------------------------------------------------ may it be written? */

static int day_of(const struct entry *entry, const char *field)
{
	int day;

	must(day_parse(entry_text(entry, field), &day));
	return day;
}

/* A promise has a day, or nobody could say whether it was kept. */
static enum result check_made(const struct entry *entry, struct error *error)
{
	if (!entry_has(entry, "promise") && !entry_has(entry, "promise_due"))
		return OK;
	if (!entry_has(entry, "promise_due"))
		return error_refuse(error, "refused.promise_without_day", "promise_due", NULL);
	if (!entry_has(entry, "promise"))
		return error_refuse(error, "refused.promise_without_text", "promise", NULL);
	if (day_of(entry, "promise_due") < instant_day(entry->at))
		return error_refuse(error, "refused.promise_before_visit", "promise_due", "day",
			entry_text(entry, "promise_due"), NULL);
	return OK;
}

static enum result check_kept(struct view *view, const struct entry *entry, struct error *error)
{
	const char *customer = entry_text(entry, "customer");
	struct query *rows;
	enum result result;
	bool promised = false, same = false;

	if (view_query(view, PROMISE, entry, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error)) {
		same = text_equal(rows_text(rows, 0), customer);
		promised = rows_integer(rows, 1) != 0;
	}
	rows_end(rows);
	if (result != OK || (promised && same))
		return result;
	return error_refuse(error,
		promised ? "refused.promise_of_other" : "refused.nothing_promised",
		promised ? "customer" : "promise", NULL);
}

static enum result check(struct view *view, const struct entry *entry, struct error *error)
{
	switch (entry->kind - kinds) {
	case PLANNED:
		if (day_of(entry, "day") >= instant_day(entry->at))
			return OK;
		return error_refuse(error, "refused.plan_in_past", "day", "day",
			entry_text(entry, "day"), NULL);
	case MADE:
		return check_made(entry, error);
	case KEPT:
		return check_kept(view, entry, error);
	default:
		return OK;
	}
}

static enum result look(struct view *view, int number, const char *customer,
	const struct glance *glance, struct glance_sink *sink, struct error *error)
{
	struct glance found = *glance;
	struct query *rows;
	enum result result;

	view_set_text(view, "customer", customer);
	if (view_query(view, number, NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error)) {
		found.seq = rows_integer(rows, 0);
		glance_add(sink, &found);
	}
	rows_end(rows);
	return result;
}

static enum result glance(struct view *view, const char *customer, int day,
	struct glance_sink *sink, struct error *error)
{
	const struct glance last = { .what = GLANCE_LAST };
	const struct glance promise = { .what = GLANCE_PROMISE, .text = "promise" };

	(void)day;
	if (look(view, LAST_VISIT, customer, &last, sink, error) != OK)
		return error->result;
	return look(view, LAST_PROMISE, customer, &promise, sink, error);
}

const struct module visit_module = {
	.name = "visit",
	.version = 1,
	.kinds = kinds,
	.cases = cases,
	.tables = tables,
	.sql = sql,
	.measures = measures,
	.cadences = cadences,
	.check = check,
	.glance = glance,
};

/*
 * Plans 打算: what somebody means to do better, by when, and whether it was done.
 *
 * A plan that names a measure and a target is judged against a figure that everybody can
 * open; one that does not is judged by its owner's word. Either comes back as done or not done.
 */
#include "module.h"

enum { MADE, JUDGED };

enum { PUT_PLAN, PUT_JUDGEMENT, DROP_PLAN, DROP_JUDGEMENT, OWNER, ROWS_DONE, ROWS_OPEN };

static const struct field made[] = {
	{ "staff", FIELD_STAFF, REQUIRED | ABOUT },
	{ "unit", FIELD_UNIT, ABOUT },
	{ "period", FIELD_TEXT, REQUIRED, .max_bytes = 60 },
	{ "item", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = 600 },
	{ "measure", FIELD_CODE },
	{ "target", FIELD_INTEGER },
	{ "due", FIELD_DAY, REQUIRED },
	{ 0 },
};
static const struct field judged[] = {
	{ "plan", FIELD_ENTRY, REQUIRED | ABOUT, .of = "plan.made" },
	{ "done", FIELD_BOOL, REQUIRED },
	{ "note", FIELD_TEXT, SEARCH, .max_bytes = 600 },
	{ 0 },
};

static const struct duty_rule on_made[] = {
	{ "plan.judge", HOLDER_FIELD, "staff", .until = "plan.judged", .by = "plan",
		.due_field = "due" },
	{ 0 },
};

static const int made_folds[] = { PUT_PLAN, -1 };
static const int judged_folds[] = { PUT_JUDGEMENT, -1 };

static const struct kind kinds[] = {
	[MADE] = { "plan.made", 1, FACT, NEED_STAFF, made, .duties = on_made, .folds = made_folds,
		.imports = true },
	[JUDGED] = { "plan.judged", 1, FACT, NEED_STAFF, judged, .folds = judged_folds },
	{ 0 },
};

static const struct column plan_columns[] = { { "seq", COLUMN_INTEGER }, { "id", COLUMN_TEXT },
	{ "staff", COLUMN_TEXT }, { "unit", COLUMN_TEXT }, { "day", COLUMN_TEXT },
	{ "due_day", COLUMN_TEXT }, { 0 } };
static const struct column judgement_columns[] = { { "plan", COLUMN_TEXT },
	{ "seq", COLUMN_INTEGER }, { "day", COLUMN_TEXT }, { "done", COLUMN_INTEGER }, { 0 } };

/* A judgement names a plan and no person: neither table has a scope, both are folded again by
 * the entry that filled them. */
static const struct table tables[] = {
	{ "d_plan", plan_columns, "seq", { "id", "due_day" } },
	{ "d_plan_judgement", judgement_columns, "plan, seq", { "seq" } },
	{ 0 },
};

static const struct statement sql[] = {
	[PUT_PLAN] = { "INSERT INTO d_plan (book, seq, id, staff, unit, day, due_day) "
		       "VALUES ($book, $seq, $id, $staff, $unit, $day, $due)" },
	[PUT_JUDGEMENT] = { "INSERT INTO d_plan_judgement (book, plan, seq, day, done) "
			    "VALUES ($book, $plan, $seq, $day, $done)" },
	[DROP_PLAN] = { "DELETE FROM d_plan WHERE book = $book AND seq = $seq" },
	[DROP_JUDGEMENT] = { "DELETE FROM d_plan_judgement WHERE book = $book AND seq = $seq" },
	[OWNER] = { "SELECT staff FROM d_plan WHERE book = $book AND id = $plan" },
	/* The newest judgement speaks, also one given after the period: plans are judged when
	 * the year is over. */
	[ROWS_DONE] = { "SELECT j.seq AS seq, p.due_day AS day, p.staff AS staff, p.unit AS unit, "
			"j.done AS value FROM d_plan p JOIN d_plan_judgement j "
			"ON j.book = p.book AND j.plan = p.id WHERE p.book = $book "
			"AND p.due_day >= $from AND p.due_day <= $to AND NOT EXISTS (SELECT 1 "
			"FROM d_plan_judgement n WHERE n.book = j.book AND n.plan = j.plan "
			"AND n.seq > j.seq) ORDER BY p.due_day, p.seq" },
	[ROWS_OPEN] = { "SELECT p.seq AS seq, p.staff AS staff, p.unit AS unit FROM d_plan p "
			"WHERE p.book = $book AND p.day <= $to AND NOT EXISTS (SELECT 1 "
			"FROM d_plan_judgement j WHERE j.book = p.book AND j.plan = p.id "
			"AND j.day <= $to) ORDER BY p.due_day, p.seq" },
	{ 0 },
};

static const struct measure measures[] = {
	{ "plan.done", RATIO, PIECES, DURING, ROWS_DONE },
	{ "plan.open", COUNT, PIECES, ON_LAST_DAY, ROWS_OPEN, .no_direction = true },
	{ 0 },
};

static enum result check_made(struct view *view, const struct entry *entry, struct error *error)
{
	const char *measure = entry_text(entry, "measure"), *staff = entry_text(entry, "staff");
	int due;

	if (*entry->author && !text_equal(entry->author, staff))
		return error_refuse(error, "refused.plan_of_other", "staff", NULL);
	if (measure && !view_has_measure(view, measure))
		return error_refuse(
			error, "refused.plan_measure", "measure", "value", measure, NULL);
	if ((measure != NULL) != entry_has(entry, "target"))
		return error_refuse(
			error, "refused.measure_and_target", measure ? "target" : "measure", NULL);
	must(day_parse(entry_text(entry, "due"), &due));
	if (due < instant_day(entry->at))
		return error_refuse(error, "refused.plan_due_past", "due", "day",
			entry_text(entry, "due"), NULL);
	return OK;
}

static enum result check_judged(struct view *view, const struct entry *entry, struct error *error)
{
	struct query *rows;
	enum result result;
	bool own = false;

	if (!*entry->author)
		return OK;
	if (view_query(view, OWNER, entry, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		own = text_equal(rows_text(rows, 0), entry->author);
	rows_end(rows);
	return own || result != OK ? result
				   : error_refuse(error, "refused.plan_of_other", "plan", NULL);
}

static enum result check(struct view *view, const struct entry *entry, struct error *error)
{
	return entry->kind == &kinds[MADE] ? check_made(view, entry, error)
					   : check_judged(view, entry, error);
}

static enum result refold(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error)
{
	bool plan = before->kind == &kinds[MADE];

	if (view_exec(view, plan ? DROP_PLAN : DROP_JUDGEMENT, before, error) != OK)
		return error->result;
	return after->body ? view_exec(view, plan ? PUT_PLAN : PUT_JUDGEMENT, after, error) : OK;
}

const struct module plan_module = {
	.name = "plan",
	.version = 1,
	.kinds = kinds,
	.tables = tables,
	.sql = sql,
	.measures = measures,
	.check = check,
	.refold = refold,
};

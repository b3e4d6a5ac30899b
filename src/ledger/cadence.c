/*
 * Work that is due again every period. Only the present period's duty exists: it is opened
 * when the period begins, or when a customer begins to need it, and ends with the period.
 *
 * Which customers: those of a class for which the norm names a period, once somebody manages
 * them or a list names them. A class that changes inside a period ends the open duty of the
 * old class and opens the new one's; work already done counts for the new one too.
 */
#include "calendar/period.h"
#include "ledger/book.h"

#include <stdio.h>
#include <string.h>

enum { IN_PERIOD, CANCEL_OPEN };

const struct statement cadence_sql[] = {
	[IN_PERIOD] = { "SELECT count(*) FROM d_duty WHERE book = $book AND subject = $subject "
			"AND what = $what AND due = $due AND period = $period AND state IN "
			"('open', 'paused', 'missed', 'done', 'done_late')" },
	/* What fell due before this instant is the ticker's to call missed. */
	[CANCEL_OPEN] = { "UPDATE d_duty SET state = 'cancelled', ended_seq = $ended_seq "
			  "WHERE book = $book AND subject = $subject AND what = $what "
			  "AND period IS NOT NULL AND period <> $kept AND due >= $now "
			  "AND state IN ('open', 'paused')" },
	{ 0 },
};

static enum result already_open(struct ledger *ledger, const char *what, const char *subject,
	const struct period *period, bool *open, struct error *error)
{
	struct view *view = &ledger->view;
	struct query *rows;
	enum result result;

	view_set_text(view, "what", what);
	view_set_text(view, "subject", subject);
	view_set_text(view, "period", period->text);
	view_set_integer(view, "due", day_start(period->last_day + 1));
	if (view_run(view, &cadence_sql[IN_PERIOD], NULL, &rows, error) != OK)
		return error->result;
	*open = rows_next(rows, &result, error) && rows_integer(rows, 0) > 0;
	query_end(rows);
	return result;
}

/* The norm's row for a class, −1 where it asks for nothing. */
static int norm_row(const struct norm_table *norm, const char *what, const char *class)
{
	int row = norm && class ? norm_find(norm, "what", what, 0) : -1;

	while (row >= 0 && strcmp(norm_text(norm, row, "class"), class) != 0)
		row = norm_find(norm, "what", what, row + 1);
	return row;
}

/* Who needs what on a day, and why. */
struct demand {
	const struct cadence *cadence;
	const char *customer, *subject;
	const struct norm_table *norm;
	int row; /* of the norm */
	int day;
	const struct entry *entry; /* the cause */
};

static struct period demand_period(const struct demand *demand)
{
	const char *kind = norm_text(demand->norm, demand->row, "period");

	return period_of(demand->day, (enum period_kind)period_kind_parse(kind));
}

static const char *holder_of(struct ledger *ledger, const struct demand *demand)
{
	const char *manager = view_manager(&ledger->view, demand->customer, ledger->recorded_at);

	if (manager)
		return arena_print(&ledger->arena, "staff:%s", manager);
	const char *unit = view_customer_unit(&ledger->view, demand->customer);
	return arena_print(&ledger->arena, "unit:%s", unit ? unit : "");
}

static enum result open_period(
	struct ledger *ledger, const struct demand *demand, struct error *error)
{
	struct period period = demand_period(demand);
	const char *id;
	bool open = false;

	if (already_open(ledger, demand->cadence->what, demand->subject, &period, &open, error) !=
			OK ||
		open)
		return error->result;
	struct new_duty duty = { .what = demand->cadence->what,
		.holder = holder_of(ledger, demand),
		.subject = demand->subject,
		.opener = demand->entry->id,
		.clock = "",
		.period = period.text,
		.rule = HOLDER_MANAGER,
		.opened_seq = ledger->fold_seq,
		.opened_at = day_start(demand->day),
		.norm_seq = norm_seq(demand->norm, demand->row),
		.due = day_start(period.last_day + 1),
		.period_from = day_start(period.first_day) };
	int64_t times = norm_integer(demand->norm, demand->row, "times", 1);
	for (int64_t i = 0; i < times; i++) {
		if (duty_insert(ledger, &duty, &id, error) != OK ||
			duty_rematch(ledger, id, error) != OK)
			return error->result;
	}
	return OK;
}

/* End what is open of another period than the one kept ("" for none). */
static enum result cancel_others(
	struct ledger *ledger, const struct demand *demand, const char *kept, struct error *error)
{
	struct view *view = &ledger->view;

	view_set_text(view, "subject", demand->subject);
	view_set_text(view, "what", demand->cadence->what);
	view_set_text(view, "kept", kept);
	view_set_integer(view, "now", ledger->recorded_at);
	view_set_integer(view, "ended_seq", ledger->fold_seq);
	return view_run_all(view, &cadence_sql[CANCEL_OPEN], NULL, error);
}

static bool looked_after(struct ledger *ledger, const char *customer, int day)
{
	return view_manager(&ledger->view, customer, ledger->recorded_at) ||
	       view_listed(&ledger->view, customer, day);
}

/* Every cadence of one customer whose class is `class`; with `changed` what it no longer
 * needs is ended. */
static enum result cadences_of(struct ledger *ledger, const char *customer, const char *class,
	const struct entry *entry, int day, bool changed, struct error *error)
{
	struct demand demand = { .customer = customer, .day = day, .entry = entry };

	demand.subject = arena_print(&ledger->arena, "customer:%s", customer);
	if (class && !looked_after(ledger, customer, day))
		class = NULL;
	for (const struct module **module = ledger->modules; *module; module++) {
		demand.cadence = (*module)->cadences;
		for (; demand.cadence && demand.cadence->what; demand.cadence++) {
			demand.norm =
				view_norm(&ledger->view, "duty.cadence", day, ledger->fold_seq);
			demand.row = norm_row(demand.norm, demand.cadence->what, class);
			struct period kept = { 0 };
			if (demand.row >= 0)
				kept = demand_period(&demand);
			if (changed && cancel_others(ledger, &demand, kept.text, error) != OK)
				return error->result;
			if (demand.row >= 0 && open_period(ledger, &demand, error) != OK)
				return error->result;
		}
	}
	return OK;
}

/* Periods begin on the first of a month, or on Monday: other days open nothing new. */
static bool begins_period(int day)
{
	return civil_from_day(day).day == 1 || day_weekday(day) == 1;
}

enum result cadence_day(
	struct ledger *ledger, const struct entry *entry, int day, struct error *error)
{
	const struct module *module =
		ledger->provider[offsetof(struct directory, classes) / sizeof(int)];
	struct query *rows;
	enum result result;
	char text[DAY_TEXT];

	if (!module || !begins_period(day))
		return OK;
	view_set_text(&ledger->view, "day", day_text(day, text));
	if (view_run(&ledger->view, &module->sql[ledger->directory.classes - 1], NULL, &rows,
		    error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		struct arena_mark mark = arena_mark(&ledger->arena);
		const char *customer = arena_text(&ledger->arena, rows_text(rows, 0));
		const char *class = arena_text(&ledger->arena, rows_text(rows, 1));
		result = cadences_of(ledger, customer, class, entry, day, false, error);
		if (result != OK)
			break;
		arena_rewind(&ledger->arena, mark);
	}
	query_end(rows);
	return error->result;
}

enum result cadence_customer(
	struct ledger *ledger, const char *customer, const struct entry *entry, struct error *error)
{
	int day = instant_day(ledger->recorded_at);

	return cadences_of(ledger, customer, view_customer_class(&ledger->view, customer, day),
		entry, day, true, error);
}

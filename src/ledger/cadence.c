/*
 * Work that is due again every period. Only the present period's duty exists: it is opened
 * when the period begins, or when a customer begins to need it, and ends with the period.
 */
#include "calendar/period.h"
#include "ledger/book.h"

#include <stdio.h>
#include <string.h>

enum { IN_PERIOD, CANCEL_OPEN };

const struct statement cadence_sql[] = {
	[IN_PERIOD] = { "SELECT count(*) FROM d_duty WHERE book = $book AND subject = $subject "
			"AND what = $what AND due = $due AND period = $period AND state <> "
			"'cancelled'" },
	[CANCEL_OPEN] = { "UPDATE d_duty SET state = 'cancelled', ended_seq = $ended_seq "
			  "WHERE book = $book AND subject = $subject AND what = $what "
			  "AND period IS NOT NULL AND state IN ('open', 'paused')" },
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

static enum result open_period(struct ledger *ledger, const struct cadence *cadence,
	const char *subject, const char *class, const struct entry *entry, int day,
	struct error *error)
{
	const struct norm_table *norm = view_norm(&ledger->view, "duty.cadence", day, entry->seq);
	const char *holder, *id;
	bool open = false;
	int row = norm ? norm_find(norm, "what", cadence->what, 0) : -1;

	while (row >= 0 && strcmp(norm_text(norm, row, "class"), class) != 0)
		row = norm_find(norm, "what", cadence->what, row + 1);
	if (row < 0)
		return OK;
	struct period period =
		period_of(day, (enum period_kind)period_kind_parse(norm_text(norm, row, "period")));
	if (already_open(ledger, cadence->what, subject, &period, &open, error) != OK || open)
		return error->result;
	const char *manager =
		view_manager(&ledger->view, subject + strlen("customer:"), entry->recorded_at);
	const char *unit =
		manager ? NULL
			: view_customer_unit(&ledger->view, subject + strlen("customer:"), day);
	holder = manager ? arena_print(&ledger->arena, "staff:%s", manager)
			 : arena_print(&ledger->arena, "unit:%s", unit ? unit : "");
	struct new_duty duty = { .what = cadence->what,
		.holder = holder,
		.subject = subject,
		.opener = entry->id,
		.clock = "",
		.period = period.text,
		.rule = HOLDER_MANAGER,
		.opened_seq = entry->seq,
		.opened_at = day_start(day),
		.norm_seq = norm_seq(norm, row),
		.due = day_start(period.last_day + 1),
		.period_from = day_start(period.first_day) };
	int64_t times = norm_integer(norm, row, "times", 1);
	for (int64_t i = 0; i < times; i++) {
		if (duty_insert(ledger, &duty, &id, error) != OK ||
			duty_rematch(ledger, id, error) != OK)
			return error->result;
	}
	return OK;
}

/* Open what the rows (subject, class) of a statement call for. `any` says there was one. */
static enum result open_rows(struct ledger *ledger, const struct module *module,
	const struct cadence *cadence, int number, const char *customer, const struct entry *entry,
	int day, bool *any, struct error *error)
{
	struct view *view = &ledger->view;
	struct query *rows;
	enum result result;
	char text[DAY_TEXT];

	*any = false;
	view_set_text(view, "day", day_text(day, text));
	view_set_text(view, "subject", customer);
	if (view_run(view, &module->sql[number], NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		const char *subject =
			arena_print(&ledger->arena, "customer:%s", rows_text(rows, 0));
		const char *class = arena_text(&ledger->arena, rows_text(rows, 1));
		*any = true;
		result = open_period(ledger, cadence, subject, class, entry, day, error);
		if (result != OK)
			break;
	}
	query_end(rows);
	return error->result;
}

/* Periods begin on the first of a month, or on Monday: other days open nothing new. */
static bool begins_period(int day)
{
	return civil_from_day(day).day == 1 || day_weekday(day) == 1;
}

enum result cadence_day(
	struct ledger *ledger, const struct entry *entry, int day, struct error *error)
{
	bool any;

	if (!begins_period(day))
		return OK;
	for (const struct module **module = ledger->modules; *module; module++) {
		const struct cadence *cadence = (*module)->cadences;
		for (; cadence && cadence->what; cadence++) {
			if (open_rows(ledger, *module, cadence, cadence->all, NULL, entry, day,
				    &any, error) != OK)
				return error->result;
		}
	}
	return OK;
}

enum result cadence_customer(
	struct ledger *ledger, const char *customer, const struct entry *entry, struct error *error)
{
	int day = instant_day(entry->recorded_at);
	bool any;

	for (const struct module **module = ledger->modules; *module; module++) {
		const struct cadence *cadence = (*module)->cadences;
		for (; cadence && cadence->what; cadence++) {
			if (open_rows(ledger, *module, cadence, cadence->one, customer, entry, day,
				    &any, error) != OK)
				return error->result;
			if (any)
				continue;
			view_set_text(&ledger->view, "subject",
				arena_print(&ledger->arena, "customer:%s", customer));
			view_set_text(&ledger->view, "what", cadence->what);
			view_set_integer(&ledger->view, "ended_seq", ledger->fold_seq);
			if (view_run_all(&ledger->view, &cadence_sql[CANCEL_OPEN], NULL, error) !=
				OK)
				return error->result;
		}
	}
	return OK;
}

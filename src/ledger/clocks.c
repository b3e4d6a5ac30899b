/* Clocks: the calendar from its norms, when a limit is due, pauses, misses, and the days. */
#include "ledger/book.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PAUSES,
	PAUSE_ADD,
	PAUSE_END,
	SET_STATE,
	SET_DUE,
	MISS,
	DUTY_CLOCK,
	TOUCHED,
	DAY_ADD,
	PAUSED
};

const struct statement clocks_sql[] = {
	[PAUSES] = { "SELECT from_at, to_at FROM d_pause WHERE book = $book AND duty = $duty "
		     "ORDER BY from_at" },
	[PAUSE_ADD] = { "INSERT INTO d_pause (book, duty, from_at, to_at, seq) "
			"VALUES ($book, $duty, $clock_at, NULL, $seq) "
			"ON CONFLICT (book, duty, from_at) DO UPDATE SET to_at = NULL" },
	[PAUSE_END] = { "UPDATE d_pause SET to_at = CASE WHEN $clock_at > from_at "
			"THEN $clock_at ELSE from_at END "
			"WHERE book = $book AND duty = $duty AND to_at IS NULL" },
	[SET_STATE] = { "UPDATE d_duty SET state = $state WHERE book = $book AND id = $duty "
			"AND state = $was" },
	[SET_DUE] = { "UPDATE d_duty SET due = $due, provisional = $provisional "
		      "WHERE book = $book AND id = $duty" },
	[MISS] = { "UPDATE d_duty SET state = 'missed', missed_seq = $seq "
		   "WHERE book = $book AND id = $duty AND state = 'open'" },
	[DUTY_CLOCK] = { "SELECT clock, opened_at, state, what, norm_seq, opened_seq, holder "
			 "FROM d_duty "
			 "WHERE book = $book AND id = $duty" },
	[TOUCHED] = { "SELECT id FROM d_duty WHERE book = $book AND (provisional = 1 "
		      "OR (due >= $from_at AND opened_at < $to_at)) "
		      "AND state IN ('open', 'paused') AND clock <> '' ORDER BY id" },
	[DAY_ADD] = { "INSERT INTO d_day (book, day, seq) VALUES ($book, $day, $seq) "
		      "ON CONFLICT DO NOTHING" },
	[PAUSED] = { "SELECT count(*) FROM d_pause WHERE book = $book AND duty = $duty "
		     "AND to_at IS NULL" },
	{ 0 },
};

/* ------------------------------------------------------------------ the calendar */

static int time_ms(const char *text)
{
	int hour = (text[0] - '0') * 10 + text[1] - '0',
	    minute = (text[3] - '0') * 10 + text[4] - '0';

	return hour * HOUR_MS + minute * MINUTE_MS;
}

/* A day's mark from a row of calendar.days. */
static enum result mark(struct calendar *calendar, const char *from, const char *through,
	const char *is, const char *name, int64_t seq, struct error *error)
{
	enum mark_kind kind = strcmp(is, "holiday") == 0 ? MARK_HOLIDAY : MARK_WORKDAY;
	int first, last;

	must(day_parse(from, &first) && day_parse(through, &last));
	return calendar_mark(calendar, first, last, kind, name ? name : "", seq, error);
}

static void calendar_days(struct calendar *calendar, const struct norm_table *days)
{
	for (int row = 0; days && row < norm_rows(days); row++) {
		/* clocks_check met a range that the calendar refuses when it was issued. */
		struct error ignored = { 0 };
		mark(calendar, norm_text(days, row, "day"), norm_text(days, row, "through"),
			norm_text(days, row, "is"), norm_text(days, row, "name"),
			norm_seq(days, row), &ignored);
	}
}

enum result clocks_check(const struct entry *norm, struct error *error)
{
	const char *name = entry_text(norm, "norm");
	struct calendar *calendar = calendar_new();
	bool hours = strcmp(name, "calendar.hours") == 0;
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(norm->body, "rows"), i, row)
	{
		const char *cell[4];
		for (size_t column = 0; column < COUNT_OF(cell); column++)
			cell[column] = json_string_value(json_array_get(row, column));
		if (hours)
			calendar_add_hours(calendar, time_ms(cell[0]), time_ms(cell[1]), error);
		else if (strcmp(name, "calendar.days") == 0)
			mark(calendar, cell[0], cell[1], cell[2], cell[3], 0, error);
		if (error->result == OK)
			continue;
		error_place(error, "#%zu", i + 1);
		break;
	}
	calendar_free(calendar);
	return error->result;
}

/* One calendar for each norm of office hours; all of them know all holidays. */
struct office_calendar {
	struct calendar *calendar;
	int64_t hours_seq;
	struct office_calendar *next;
};

void clocks_forget(struct ledger *ledger)
{
	while (ledger->calendars) {
		struct office_calendar *office = ledger->calendars;
		ledger->calendars = office->next;
		calendar_free(office->calendar);
		free(office);
	}
}

static struct calendar *calendar_build(struct ledger *ledger, const struct norm_table *hours)
{
	struct view *view = &ledger->view;
	struct calendar *calendar = calendar_new();
	int through;

	for (int row = 0; hours && row < norm_rows(hours); row++) {
		struct error ignored = { 0 };
		calendar_add_hours(calendar, time_ms(norm_text(hours, row, "from")),
			time_ms(norm_text(hours, row, "to")), &ignored);
	}
	calendar_days(calendar, view_norm(view, "calendar.days", INT_MAX, 0));
	const struct norm_table *known = view_norm(view, "calendar.known", INT_MAX, 0);
	for (int row = 0; known && row < norm_rows(known); row++) {
		must(day_parse(norm_text(known, row, "through"), &through));
		calendar_know(calendar, through);
	}
	return calendar;
}

/* Before the first hours begin to hold, they are the best there is to count with. */
static const struct norm_table *hours_on(struct ledger *ledger, int day, int64_t seq)
{
	const struct norm_table *hours = view_norm(&ledger->view, "calendar.hours", day, seq);

	return hours ? hours : view_norm(&ledger->view, "calendar.hours", INT_MAX, seq);
}

const struct calendar *clocks_calendar(struct ledger *ledger, int day, int64_t seq)
{
	const struct norm_table *hours = hours_on(ledger, day, seq);
	int64_t hours_seq = hours && norm_rows(hours) ? norm_seq(hours, 0) : 0;
	struct office_calendar *office = ledger->calendars;

	while (office && office->hours_seq != hours_seq)
		office = office->next;
	if (office)
		return office->calendar;
	office = calloc(1, sizeof(*office));
	must(office != NULL);
	*office = (struct office_calendar){ .calendar = calendar_build(ledger, hours),
		.hours_seq = hours_seq,
		.next = ledger->calendars };
	ledger->calendars = office;
	return office->calendar;
}

const struct calendar *ledger_calendar(struct ledger *ledger)
{
	ledger_refresh(ledger);
	return clocks_calendar(ledger, instant_day(ledger->recorded_at), 0);
}

/* ------------------------------------------------------------------ limits */

enum result clocks_due(struct ledger *ledger, const char *what, int64_t start, int day, int64_t seq,
	struct due_for *due, struct error *error)
{
	const struct norm_table *norm = view_norm(&ledger->view, "duty.limits", day, seq);
	int row = norm ? norm_find(norm, "what", what, 0) : -1;

	*due = (struct due_for){ 0 };
	if (row < 0)
		return OK;
	int unit = limit_unit_parse(norm_text(norm, row, "limit"));
	must(unit >= 0);
	due->limit =
		(struct limit){ (enum limit_unit)unit, (int)norm_integer(norm, row, "amount", 0) };
	due->norm_seq = norm_seq(norm, row);
	const struct calendar *calendar = clocks_calendar(ledger, instant_day(start), seq);
	if (limit_check(calendar, due->limit, error) != OK)
		return error->result;
	struct clock clock = { .limit = due->limit, .start = start };
	struct due found = clock_due(calendar, &clock);
	due->limited = true;
	due->due = found.instant;
	due->provisional = found.provisional;
	return OK;
}

struct duty_clock {
	struct clock clock;
	const char *state, *what, *holder;
	int64_t norm_seq, opened_seq;
	bool counted; /* false: its day was given outright */
};

static enum result clock_load(struct ledger *ledger, struct arena *arena, const char *id,
	struct duty_clock *into, struct error *error)
{
	struct query *rows;
	enum result result;
	char unit[32];

	*into = (struct duty_clock){ 0 };
	view_set_text(&ledger->view, "duty", id);
	if (view_run(&ledger->view, &clocks_sql[DUTY_CLOCK], NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error)) {
		const char *clock = rows_text(rows, 0), *colon = strchr(clock, ':');
		int64_t amount = 0;
		into->clock.start = rows_integer(rows, 1);
		into->state = arena_text(arena, rows_text(rows, 2));
		into->what = arena_text(arena, rows_text(rows, 3));
		into->norm_seq = rows_integer(rows, 4);
		into->opened_seq = rows_integer(rows, 5);
		into->holder = arena_text(arena, rows_text(rows, 6));
		into->counted = colon && text_integer(colon + 1, &amount);
		if (into->counted) {
			text_copy(unit, (size_t)(colon - clock) + 1, clock);
			into->clock.limit = (struct limit){ (enum limit_unit)limit_unit_parse(unit),
				(int)amount };
		}
	}
	query_end(rows);
	return result;
}

/* The hours a duty began under are those it is counted by to its end. */
static const struct calendar *duty_calendar(struct ledger *ledger, const struct duty_clock *duty)
{
	return clocks_calendar(ledger, instant_day(duty->clock.start), duty->opened_seq);
}

enum { PAUSES_MOST = 200 };

static enum result pauses_load(struct ledger *ledger, struct arena *arena, const char *id,
	struct clock *clock, struct error *error)
{
	struct pause *pauses = arena_array(arena, struct pause, PAUSES_MOST);
	struct query *rows;
	enum result result;

	view_set_text(&ledger->view, "duty", id);
	if (view_run(&ledger->view, &clocks_sql[PAUSES], NULL, &rows, error) != OK)
		return error->result;
	while (clock->pause_count < PAUSES_MOST && rows_next(rows, &result, error))
		pauses[clock->pause_count++] = (struct pause){ rows_integer(rows, 0),
			rows_null(rows, 1) ? CLOCK_NEVER : rows_integer(rows, 1) };
	query_end(rows);
	clock->pauses = pauses;
	return error->result;
}

enum result clocks_again(struct ledger *ledger, const char *id, struct error *error)
{
	struct duty_clock duty;

	if (clock_load(ledger, &ledger->arena, id, &duty, error) != OK || !duty.counted ||
		pauses_load(ledger, &ledger->arena, id, &duty.clock, error) != OK)
		return error->result;
	struct due due = clock_due(duty_calendar(ledger, &duty), &duty.clock);
	view_set_text(&ledger->view, "duty", id);
	view_set_integer(&ledger->view, "due", due.instant);
	view_set_integer(&ledger->view, "provisional", due.provisional);
	return duty_change(ledger, &clocks_sql[SET_DUE], NULL, NULL, error);
}

enum result clocks_recompute(struct ledger *ledger, const struct entry *norm, struct error *error)
{
	struct collected touched;
	int64_t from_at = INT64_MAX, to_at = INT64_MIN;
	size_t i;
	json_t *row;

	if (strcmp(entry_text(norm, "norm"), "calendar.hours") == 0)
		return OK; /* what runs keeps the hours it began with */
	bool days = strcmp(entry_text(norm, "norm"), "calendar.days") == 0;
	json_array_foreach(json_object_get(norm->body, "rows"), i, row)
	{
		int first, last;
		if (!days)
			break;
		must(day_parse(json_string_value(json_array_get(row, 0)), &first) &&
			day_parse(json_string_value(json_array_get(row, 1)), &last));
		from_at = day_start(first) < from_at ? day_start(first) : from_at;
		to_at = day_start(last + 1) > to_at ? day_start(last + 1) : to_at;
	}
	view_set_integer(&ledger->view, "from_at", from_at);
	view_set_integer(&ledger->view, "to_at", to_at);
	enum result result = collect(ledger, &clocks_sql[TOUCHED], NULL, &touched, error);
	for (size_t found = 0; result == OK && found < touched.count; found++)
		result = clocks_again(ledger, touched.items[found].text, error);
	collected_release(&touched);
	return result;
}

enum result ledger_duty_explain(struct ledger *ledger, struct arena *arena, const struct duty *duty,
	int64_t now, struct clock *clock, struct stretch **stretches, int *count,
	struct error *error)
{
	struct duty_clock found;

	ledger_refresh(ledger);
	if (clock_load(ledger, arena, duty->id, &found, error) != OK)
		return ledger_heard(ledger, error);
	if (!found.counted)
		return error_refuse(error, "refused.no_clock", "duty", "duty", duty->id, NULL);
	if (pauses_load(ledger, arena, duty->id, &found.clock, error) != OK)
		return error->result;
	*clock = found.clock;
	*count = clock_explain(duty_calendar(ledger, &found), clock, now, arena, stretches);
	return ledger_heard(ledger, error);
}

/* ------------------------------------------------------------------ pauses, misses, days */

static enum result set_state(struct ledger *ledger, const char *id, const char *was,
	const char *state, const struct entry *entry, struct error *error)
{
	view_set_text(&ledger->view, "duty", id);
	view_set_text(&ledger->view, "was", was);
	view_set_text(&ledger->view, "state", state);
	return duty_change(ledger, &clocks_sql[SET_STATE], NULL, entry, error);
}

static enum result pause_fold(
	struct ledger *ledger, const struct entry *entry, bool pausing, struct error *error)
{
	const char *id = entry_text(entry, "duty");
	int number = pausing ? PAUSE_ADD : PAUSE_END;

	if (view_run_all(&ledger->view, &clocks_sql[number], entry, error) != OK ||
		set_state(ledger, id, pausing ? "open" : "paused", pausing ? "paused" : "open",
			entry, error) != OK)
		return error->result;
	return clocks_again(ledger, id, error);
}

static enum result missed_fold(
	struct ledger *ledger, const struct entry *entry, struct error *error)
{
	int rows = entry_rows(entry);

	for (int row = 0; row < rows; row++) {
		struct entry at = entry_at_row(entry, row);
		if (duty_change(ledger, &clocks_sql[MISS], NULL, &at, error) != OK)
			return error->result;
	}
	return OK;
}

enum result clocks_fold(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	switch (core_kind(entry->kind)) {
	case DAY_OPENED:
		return view_run_all(&ledger->view, &clocks_sql[DAY_ADD], entry, error);
	case DUTY_MISSED:
		return missed_fold(ledger, entry, error);
	case DUTY_PAUSED:
		return pause_fold(ledger, entry, true, error);
	case DUTY_RESUMED:
		return pause_fold(ledger, entry, false, error);
	default:
		return OK;
	}
}

/* Only what the norm lets pause pauses; only what is open, or paused, changes. */
enum result duty_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error)
{
	enum core_kind kind = core_kind(entry->kind);
	bool pausing = kind == DUTY_PAUSED;
	struct duty_clock duty;

	if (kind != DUTY_PAUSED && kind != DUTY_RESUMED)
		return OK;
	const char *id = entry_text(entry, "duty");
	if (clock_load(ledger, &ledger->arena, id, &duty, error) != OK)
		return error->result;
	if (!duty.state || (*session->staff && !access_sees_duty(ledger, session, id)))
		return error_refuse(error, "refused.unknown_duty", "duty", "duty", id, NULL);
	if (!access_holds(ledger, session, duty.holder))
		return error_refuse(error, "refused.not_your_duty", "duty", "duty", id, NULL);
	if (strcmp(duty.state, pausing ? "open" : "paused") != 0)
		return error_refuse(error,
			pausing ? "refused.duty_not_open" : "refused.duty_not_paused", "duty",
			"duty", id, NULL);
	if (!pausing)
		return OK;
	const struct norm_table *norm = view_norm(
		&ledger->view, "duty.limits", instant_day(duty.clock.start), duty.norm_seq + 1);
	int row = norm ? norm_find(norm, "what", duty.what, 0) : -1;
	if (!duty.counted || row < 0 || !norm_integer(norm, row, "pauses", 0))
		return error_refuse(error, "refused.no_pause", "duty", "duty", id, NULL);
	return OK;
}

/* Unit tests of src/calendar: limits, due instants, their explanation, the guard. */
#include "calendar/clock.h"
#include "base/buffer.h"
#include "base/date.h"
#include "calendar_pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void falls_due(enum limit_unit unit, int amount, const char *start, const char *due)
{
	struct clock clock = { .limit = { unit, amount }, .start = instant_at(start) };
	struct due answer = clock_due(pack, &clock);

	if (answer.instant != instant_at(due)) {
		char text[INSTANT_TEXT];

		fail_msg("%d %s from %s: due %s, not %s", amount, limit_unit_text(unit), start,
			instant_text(answer.instant, text), due);
	}
	assert_false(answer.provisional);
}

static void minutes_and_hours_run_day_and_night(void **state)
{
	(void)state;
	falls_due(LIMIT_MINUTES, 30, "2026-11-27 23:45", "2026-11-28 00:15");
	falls_due(LIMIT_HOURS, 48, "2026-02-13 17:20:01", "2026-02-15 17:20:01");
	falls_due(LIMIT_HOURS, 24, "2026-11-24 00:00", "2026-11-24 24:00");
}

static void working_time_runs_in_office_hours_of_workdays(void **state)
{
	(void)state;
	/* up to closing time, not to the next morning */
	falls_due(LIMIT_WORKING_MINUTES, 40, "2026-11-24 17:20", "2026-11-24 18:00");
	falls_due(LIMIT_WORKING_MINUTES, 40, "2026-11-24 17:20:01", "2026-11-25 09:00:01");
	falls_due(LIMIT_WORKING_MINUTES, 1, "2026-11-24 17:59:59", "2026-11-25 09:00:59");
	falls_due(LIMIT_WORKING_MINUTES, 1, "2026-11-24 18:00", "2026-11-25 09:01");
	falls_due(LIMIT_WORKING_MINUTES, 1, "2026-11-24 18:00:01", "2026-11-25 09:01");
	falls_due(LIMIT_WORKING_MINUTES, 1, "2026-11-24 08:59:59", "2026-11-24 09:01");
	falls_due(LIMIT_WORKING_MINUTES, 1, "2026-11-24 09:00:01", "2026-11-24 09:01:01");
	/* lunch */
	falls_due(LIMIT_WORKING_HOURS, 1, "2026-11-24 11:00", "2026-11-24 12:00");
	falls_due(LIMIT_WORKING_HOURS, 1, "2026-11-24 11:00:01", "2026-11-24 13:30:01");
	falls_due(LIMIT_WORKING_MINUTES, 1, "2026-11-24 12:00", "2026-11-24 13:31");
	falls_due(LIMIT_WORKING_MINUTES, 1, "2026-11-24 13:29:59", "2026-11-24 13:31");
	/* an ordinary weekend */
	falls_due(LIMIT_WORKING_HOURS, 4, "2026-11-27 17:20", "2026-11-30 13:50");
	falls_due(LIMIT_WORKING_HOURS, 1, "2026-11-28 10:00", "2026-11-30 10:00");
	/* a Saturday that is worked, then 春节 */
	falls_due(LIMIT_WORKING_HOURS, 4, "2026-02-13 17:20", "2026-02-14 13:50");
	falls_due(LIMIT_WORKING_HOURS, 8, "2026-02-14 16:00", "2026-02-24 16:30");
	falls_due(LIMIT_WORKING_MINUTES, 1, "2026-02-14 17:59:00", "2026-02-14 18:00");
	falls_due(LIMIT_WORKING_MINUTES, 1, "2026-02-14 17:59:01", "2026-02-24 09:00:01");
}

static void days_count_from_the_next_and_end_at_midnight(void **state)
{
	(void)state;
	falls_due(LIMIT_NATURAL_DAYS, 15, "2026-11-24 00:00", "2026-12-09 24:00");
	falls_due(LIMIT_NATURAL_DAYS, 15, "2026-11-24 23:59:59", "2026-12-09 24:00");
	falls_due(LIMIT_NATURAL_DAYS, 15, "2026-11-24 24:00", "2026-12-10 24:00");
	falls_due(LIMIT_NATURAL_DAYS, 0, "2026-11-24 23:59:59", "2026-11-24 24:00");
	falls_due(LIMIT_NATURAL_DAYS, 0, "2026-11-24 24:00", "2026-11-25 24:00");
	falls_due(LIMIT_WORKDAYS, 1, "2026-11-27 09:00", "2026-11-30 24:00");
	falls_due(LIMIT_WORKDAYS, 1, "2026-11-28 09:00", "2026-11-30 24:00");
	falls_due(LIMIT_WORKDAYS, 1, "2026-02-13 17:20", "2026-02-14 24:00");
	falls_due(LIMIT_WORKDAYS, 5, "2026-02-12 09:00", "2026-02-26 24:00");
	falls_due(LIMIT_WORKDAYS, 1, "2026-02-14 09:00", "2026-02-24 24:00");
}

static void months_end_with_a_shorter_month(void **state)
{
	(void)state;
	falls_due(LIMIT_MONTHS, 6, "2026-08-31 10:00", "2027-02-28 24:00");
	falls_due(LIMIT_MONTHS, 6, "2027-08-31 10:00", "2028-02-29 24:00");
	falls_due(LIMIT_MONTHS, 1, "2026-01-30 23:59:59", "2026-02-28 24:00");
	falls_due(LIMIT_MONTHS, 1, "2026-02-28 00:00", "2026-03-28 24:00");
	falls_due(LIMIT_MONTHS, 12, "2026-11-24 09:00", "2027-11-24 24:00");
}

static void a_due_beyond_the_known_days_is_provisional(void **state)
{
	struct clock clock = { .limit = { LIMIT_WORKDAYS, 1 },
		.start = instant_at("2026-12-30 10:00") };
	struct due due = clock_due(pack, &clock);

	(void)state;
	assert_int_equal(due.instant, instant_at("2026-12-31 24:00"));
	assert_false(due.provisional);
	clock.limit.amount = 2; /* Friday 1 January is 元旦 by law */
	due = clock_due(pack, &clock);
	assert_int_equal(due.instant, instant_at("2027-01-04 24:00"));
	assert_true(due.provisional);
	clock.limit = (struct limit){ LIMIT_WORKING_HOURS, 13 };
	due = clock_due(pack, &clock);
	assert_int_equal(due.instant, instant_at("2026-12-31 17:00"));
	assert_false(due.provisional);
	clock.limit.amount = 15;
	due = clock_due(pack, &clock);
	assert_int_equal(due.instant, instant_at("2027-01-04 10:00"));
	assert_true(due.provisional);
	clock.limit = (struct limit){ LIMIT_NATURAL_DAYS, 30 };
	assert_false(clock_due(pack, &clock).provisional);
}

static void paused_until(
	enum limit_unit unit, int amount, const char *from, const char *to, const char *due)
{
	struct pause pause = { instant_at(from), to ? instant_at(to) : CLOCK_NEVER };
	struct clock clock = { .limit = { unit, amount },
		.start = instant_at("2026-11-23 10:00"),
		.pauses = &pause,
		.pause_count = 1 };

	assert_int_equal(clock_due(pack, &clock).instant, due ? instant_at(due) : CLOCK_NEVER);
}

/* 2026-11-23 is a Monday. */
static void pauses_do_not_count(void **state)
{
	(void)state;
	paused_until(LIMIT_HOURS, 4, "2026-11-23 11:00", "2026-11-23 11:30", "2026-11-23 14:30");
	paused_until(LIMIT_HOURS, 4, "2026-11-23 13:59:59.999", "2026-11-24 00:00",
		"2026-11-24 00:00:00.001");
	paused_until(LIMIT_HOURS, 4, "2026-11-23 14:00", NULL, "2026-11-23 14:00");
	paused_until(LIMIT_HOURS, 4, "2026-11-23 13:59", NULL, NULL);
	paused_until(
		LIMIT_WORKING_HOURS, 4, "2026-11-23 11:30", "2026-11-23 14:00", "2026-11-23 16:30");
	paused_until(
		LIMIT_WORKING_HOURS, 4, "2026-11-23 18:00", "2026-11-24 09:00", "2026-11-23 15:30");
	/* days: each midnight in the pause */
	paused_until(LIMIT_WORKDAYS, 2, "2026-11-23 15:00", "2026-11-23 16:00", "2026-11-25 24:00");
	paused_until(LIMIT_WORKDAYS, 2, "2026-11-23 15:00", "2026-11-24 16:00", "2026-11-25 24:00");
	paused_until(LIMIT_WORKDAYS, 2, "2026-11-24 15:00", "2026-11-24 24:00", "2026-11-26 24:00");
	paused_until(LIMIT_WORKDAYS, 2, "2026-11-24 24:00", "2026-11-25 12:00", "2026-11-25 24:00");
	paused_until(LIMIT_WORKDAYS, 2, "2026-11-25 15:00", "2026-11-30 09:00", "2026-11-30 24:00");
	paused_until(LIMIT_WORKDAYS, 2, "2026-11-25 15:00", NULL, NULL);
	paused_until(
		LIMIT_NATURAL_DAYS, 2, "2026-11-24 15:00", "2026-11-26 09:00", "2026-11-27 24:00");
	paused_until(
		LIMIT_NATURAL_DAYS, 0, "2026-11-23 15:00", "2026-11-25 09:00", "2026-11-25 24:00");
	paused_until(LIMIT_MONTHS, 1, "2026-11-24 15:00", "2026-11-26 09:00", "2026-12-25 24:00");
}

static void dues_are_written_as_people_say_them(void **state)
{
	char text[DUE_TEXT];

	(void)state;
	assert_string_equal(due_text(instant_at("2026-11-24 24:00"), text), "2026-11-24 24:00");
	assert_string_equal(due_text(instant_at("2026-11-24 18:00"), text), "2026-11-24 18:00");
	assert_string_equal(
		due_text(instant_at("2026-11-24 18:00:05"), text), "2026-11-24 18:00:05");
	assert_string_equal(due_text(CLOCK_NEVER, text), "");
	assert_int_equal(due_day(instant_at("2026-11-24 24:00")), day_at("2026-11-24"));
	assert_int_equal(due_day(instant_at("2026-11-25 00:00:01")), day_at("2026-11-25"));
}

static void limits_are_checked(void **state)
{
	static const struct limit good[] = { { LIMIT_NATURAL_DAYS, 0 }, { LIMIT_MONTHS, 120 },
		{ LIMIT_WORKING_HOURS, 4 }, { LIMIT_WORKDAYS, 1 } };
	static const struct limit bad[] = { { LIMIT_WORKDAYS, 0 }, { LIMIT_MONTHS, 121 },
		{ LIMIT_HOURS, -1 }, { LIMIT_NATURAL_DAYS, 4000 } };
	struct calendar *bare = calendar_new();
	struct error error = { 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(limit_check(pack, good[i], &error), OK);
		assert_int_equal(limit_check(pack, bad[i], &error), REFUSED);
		assert_string_equal(error.key, "refused.calendar.limit_amount");
		assert_string_equal(error.field, "amount");
		error_clear(&error);
	}
	assert_int_equal(
		limit_check(bare, (struct limit){ LIMIT_WORKING_HOURS, 1 }, &error), REFUSED);
	assert_string_equal(error.key, "refused.calendar.no_hours");
	error_clear(&error);
	assert_int_equal(calendar_add_hours(bare, 0, 1, &error), OK);
	assert_int_equal(
		limit_check(bare, (struct limit){ LIMIT_WORKING_HOURS, 1 }, &error), REFUSED);
	assert_string_equal(error.key, "refused.calendar.limit_long");
	calendar_free(bare);
	for (int unit = 0; unit < LIMIT_UNITS; unit++)
		assert_int_equal(limit_unit_parse(limit_unit_text((enum limit_unit)unit)), unit);
	assert_int_equal(limit_unit_parse("weeks"), -1);
}

/* One line a stretch: "2026-02-13 17:20 2026-02-13 18:00 stretch.counted 40 40", counted in
 * minutes or days. */
static void explains(const struct clock *clock, int64_t until, const char *expected)
{
	struct arena arena;
	struct buffer lines;
	struct stretch *stretches;
	char from[DUE_TEXT], to[DUE_TEXT];
	int64_t unit = limit_counts_days(clock->limit.unit) ? 1 : MINUTE_MS;
	int count;

	arena_init(&arena, 1 << 22);
	buffer_init(&lines, 1 << 16);
	count = clock_explain(pack, clock, until, &arena, &stretches);
	for (int i = 0; i < count; i++) {
		const struct stretch *stretch = &stretches[i];

		buffer_print(&lines, "%s→%s %s%s%s", due_text(stretch->from, from) + 5,
			stretch->to == CLOCK_NEVER ? "…" : due_text(stretch->to, to) + 5,
			stretch_key(stretch->reason) + 8, *stretch->name ? " " : "", stretch->name);
		if (stretch->pause >= 0)
			buffer_print(&lines, " %d", stretch->pause);
		if (stretch->counts)
			buffer_print(&lines, " +%d", (int)(stretch->counted / unit));
		buffer_print(&lines, " =%d\n", (int)(stretch->so_far / unit));
	}
	assert_string_equal(lines.bytes, expected);
	buffer_release(&lines);
	arena_release(&arena);
}

static void a_friday_evening_before_a_worked_saturday_is_explained(void **state)
{
	struct clock clock = { .limit = { LIMIT_WORKING_HOURS, 9 },
		.start = instant_at("2026-02-13 17:20") };

	(void)state;
	explains(&clock, CLOCK_NEVER,
		"02-13 17:20→02-13 18:00 counted +40 =40\n"
		"02-13 18:00→02-14 09:00 off_hours =40\n"
		"02-14 09:00→02-14 12:00 make_up 春节 +180 =220\n"
		"02-14 12:00→02-14 13:30 lunch =220\n"
		"02-14 13:30→02-14 18:00 make_up 春节 +270 =490\n"
		"02-14 18:00→02-14 24:00 off_hours =490\n"
		"02-14 24:00→02-23 24:00 holiday 春节 =490\n"
		"02-23 24:00→02-24 09:00 off_hours =490\n"
		"02-24 09:00→02-24 09:50 counted +50 =540\n");
	explains(&clock, instant_at("2026-02-14 12:30"),
		"02-13 17:20→02-13 18:00 counted +40 =40\n"
		"02-13 18:00→02-14 09:00 off_hours =40\n"
		"02-14 09:00→02-14 12:00 make_up 春节 +180 =220\n"
		"02-14 12:00→02-14 12:30 lunch =220\n");
}

static void workdays_are_explained_day_by_day(void **state)
{
	struct pause pause = { instant_at("2026-11-26 15:00"), instant_at("2026-11-27 09:00") };
	struct clock clock = { .limit = { LIMIT_WORKDAYS, 5 },
		.start = instant_at("2026-11-23 10:00"),
		.pauses = &pause,
		.pause_count = 1 };

	(void)state;
	explains(&clock, CLOCK_NEVER,
		"11-23 10:00→11-23 24:00 start_day =0\n"
		"11-23 24:00→11-25 24:00 counted +2 =2\n"
		"11-25 24:00→11-26 24:00 paused 0 =2\n"
		"11-26 24:00→11-27 24:00 counted +1 =3\n"
		"11-27 24:00→11-29 24:00 weekend =3\n"
		"11-29 24:00→12-01 24:00 counted +2 =5\n");
	explains(&clock, instant_at("2026-11-25 12:00"),
		"11-23 10:00→11-23 24:00 start_day =0\n"
		"11-23 24:00→11-24 24:00 counted +1 =1\n"
		"11-24 24:00→11-25 12:00 unfinished =1\n");
	explains(&clock, instant_at("2026-11-26 16:00"),
		"11-23 10:00→11-23 24:00 start_day =0\n"
		"11-23 24:00→11-25 24:00 counted +2 =2\n"
		"11-25 24:00→11-26 16:00 paused 0 =2\n");
	pause.to = CLOCK_NEVER;
	explains(&clock, CLOCK_NEVER,
		"11-23 10:00→11-23 24:00 start_day =0\n"
		"11-23 24:00→11-25 24:00 counted +2 =2\n"
		"11-25 24:00→… paused 0 =2\n");
}

static void a_pause_is_one_stretch_over_night_and_weekend(void **state)
{
	struct pause pauses[] = { { instant_at("2026-11-29 12:00"),
					  instant_at("2026-11-30 10:00") },
		{ instant_at("2026-11-27 17:30"), instant_at("2026-11-29 18:00") } };
	struct clock clock = { .limit = { LIMIT_WORKING_MINUTES, 70 },
		.start = instant_at("2026-11-27 17:20"),
		.pauses = pauses,
		.pause_count = 2 };

	(void)state;
	explains(&clock, CLOCK_NEVER,
		"11-27 17:20→11-27 17:30 counted +10 =10\n"
		"11-27 17:30→11-29 18:00 paused 1 =10\n"
		"11-29 18:00→11-30 10:00 paused 0 =10\n"
		"11-30 10:00→11-30 11:00 counted +60 =70\n");
	explains(&clock, clock.start, "");
}

/* Alike for the eye, but said by two notices, or known and not known: never one stretch. */
static void stretches_of_different_authority_stay_apart(void **state)
{
	struct calendar *kept = pack;
	struct error error = { 0 };
	struct clock clock = { .limit = { LIMIT_WORKDAYS, 3 },
		.start = instant_at("2026-11-23 10:00") };
	int day = day_at("2026-11-24");

	(void)state;
	pack = calendar_new();
	assert_int_equal(calendar_mark(pack, day, day, MARK_HOLIDAY, "停工", 1, &error), OK);
	assert_int_equal(
		calendar_mark(pack, day + 1, day + 1, MARK_HOLIDAY, "停工", 2, &error), OK);
	calendar_know(pack, day + 2);
	explains(&clock, CLOCK_NEVER,
		"11-23 10:00→11-23 24:00 start_day =0\n"
		"11-23 24:00→11-24 24:00 holiday 停工 =0\n"
		"11-24 24:00→11-25 24:00 holiday 停工 =0\n"
		"11-25 24:00→11-26 24:00 counted +1 =1\n"
		"11-26 24:00→11-27 24:00 counted +1 =2\n"
		"11-27 24:00→11-29 24:00 weekend =2\n"
		"11-29 24:00→11-30 24:00 counted +1 =3\n");
	calendar_free(pack);
	pack = kept;
}

/* Deterministic chance (xorshift). */
static uint64_t chance_state;

static int chance(int below)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return (int)(chance_state % (uint64_t)below);
}

static bool is_paused(const struct clock *clock, int64_t at)
{
	for (int i = 0; i < clock->pause_count; i++)
		if (at >= clock->pauses[i].from && at < clock->pauses[i].to)
			return true;
	return false;
}

/* The due, minute after minute: written from the words of the header, not from its code. */
static int64_t due_by_minutes(const struct clock *clock)
{
	enum limit_unit unit = clock->limit.unit;
	bool working = unit == LIMIT_WORKING_MINUTES || unit == LIMIT_WORKING_HOURS;
	bool hours = unit == LIMIT_HOURS || unit == LIMIT_WORKING_HOURS;
	int left = clock->limit.amount * (hours ? 60 : 1), first_day = instant_day(clock->start);
	bool days = limit_counts_days(unit);

	if (unit == LIMIT_MONTHS)
		left = day_add_months(first_day, clock->limit.amount) - first_day;
	for (int64_t at = clock->start;; at += MINUTE_MS) {
		int day = instant_day(at), minute = (int)((at - day_start(day)) / MINUTE_MS);
		bool workday = calendar_is_workday(pack, day), counts = !is_paused(clock, at);

		if (working)
			counts &= workday && ((minute >= 540 && minute < 720) ||
						     (minute >= 810 && minute < 1080));
		if (days)
			counts &= minute == 1439 && (day > first_day || !clock->limit.amount);
		if (unit == LIMIT_WORKDAYS)
			counts &= workday;
		if (counts && --left <= 0)
			return at + MINUTE_MS;
	}
}

static struct clock clock_any(struct pause *pauses)
{
	static const int most[LIMIT_UNITS] = { 5000, 200, 4000, 100, 25, 40, 2 };
	struct clock clock = { .pauses = pauses, .pause_count = chance(4) };
	int least;

	clock.limit.unit = (enum limit_unit)chance(LIMIT_UNITS);
	least = clock.limit.unit != LIMIT_NATURAL_DAYS;
	clock.limit.amount = least + chance(most[clock.limit.unit]);
	clock.start =
		day_start(day_at("2025-01-01") + chance(720)) + (int64_t)chance(1440) * MINUTE_MS;
	if (chance(4) == 0) /* on an edge */
		clock.start = day_start(instant_day(clock.start)) +
			      (int64_t)(chance(2) ? 1080 : 720) * MINUTE_MS;
	for (int i = 0; i < clock.pause_count; i++) {
		pauses[i].from = clock.start + (int64_t)(chance(30000) - 3000) * MINUTE_MS;
		pauses[i].to = pauses[i].from + (int64_t)chance(chance(2) ? 300 : 9000) * MINUTE_MS;
		if (chance(5) == 0)
			pauses[i].to = day_start(instant_day(pauses[i].to));
	}
	return clock;
}

static void dues_equal_those_counted_minute_by_minute(void **state)
{
	(void)state;
	chance_state = 20261124;
	for (int i = 0; i < 1500; i++) {
		struct pause pauses[4];
		struct clock clock = clock_any(pauses);
		int64_t counted = due_by_minutes(&clock);

		if (clock_due(pack, &clock).instant != counted)
			fail_msg("trial %d: %d %s", i, clock.limit.amount,
				limit_unit_text(clock.limit.unit));
	}
}

/* The laws of an explanation, whatever the clock. */
static void check_stretches(
	const struct clock *clock, const struct stretch *stretches, int count, int64_t end)
{
	int64_t at = clock->start, sum = 0;

	for (int i = 0; i < count; i++) {
		const struct stretch *stretch = &stretches[i], *next = stretch + 1;

		assert_int_equal(stretch->from, at);
		assert_true(stretch->to > at);
		at = stretch->to;
		sum += stretch->counted;
		assert_int_equal(stretch->so_far, sum);
		assert_true(stretch->counts || stretch->counted == 0);
		assert_int_equal(stretch->counts,
			stretch->reason == STRETCH_COUNTED || stretch->reason == STRETCH_MAKE_UP);
		assert_int_equal(stretch->pause >= 0, stretch->reason == STRETCH_PAUSED);
		if (stretch->counts && !limit_counts_days(clock->limit.unit))
			assert_int_equal(stretch->counted, stretch->to - stretch->from);
		if (i + 1 < count)
			assert_false(stretch->reason == next->reason &&
				     stretch->pause == next->pause &&
				     strcmp(stretch->name, next->name) == 0 &&
				     stretch->norm == next->norm &&
				     stretch->provisional == next->provisional);
	}
	assert_int_equal(at, end);
}

static void stretches_add_up_to_the_limit(void **state)
{
	struct arena arena;
	struct stretch *stretches;

	(void)state;
	arena_init(&arena, 1 << 24);
	chance_state = 7;
	for (int i = 0; i < 3000; i++) {
		struct pause pauses[4];
		struct clock clock = clock_any(pauses);
		int64_t due, until;
		int count;

		for (int j = 0; j < clock.pause_count; j++)
			pauses[j].from += chance(MINUTE_MS); /* off the minute */
		clock.start += chance(MINUTE_MS);
		due = clock_due(pack, &clock).instant;
		count = clock_explain(pack, &clock, CLOCK_NEVER, &arena, &stretches);
		assert_true(count > 0);
		check_stretches(&clock, stretches, count, due);
		assert_int_equal(stretches[count - 1].so_far, clock_target(&clock));
		until = clock.start + chance(INT32_MAX);
		count = clock_explain(pack, &clock, until, &arena, &stretches);
		check_stretches(&clock, stretches, count, until < due ? until : due);
		if (until < due && count)
			assert_true(stretches[count - 1].so_far < clock_target(&clock) ||
				    clock_target(&clock) == 0);
		arena_reset(&arena);
	}
	arena_release(&arena);
}

static void guards(struct limit target, struct limit legal, const char *first, const char *witness)
{
	int64_t start;
	bool exceeds = limit_exceeds(pack, target, legal, day_at(first), &start);
	char text[INSTANT_TEXT];

	assert_int_equal(exceeds, witness != NULL);
	if (exceeds && start != instant_at(witness))
		fail_msg("%s, not %s", instant_text(start, text), witness);
}

static void a_target_looser_than_the_law_is_found(void **state)
{
	(void)state;
	guards((struct limit){ LIMIT_HOURS, 24 }, (struct limit){ LIMIT_HOURS, 48 }, "2024-01-01",
		NULL);
	guards((struct limit){ LIMIT_HOURS, 48 }, (struct limit){ LIMIT_HOURS, 48 }, "2024-01-01",
		NULL);
	guards((struct limit){ LIMIT_HOURS, 49 }, (struct limit){ LIMIT_HOURS, 48 }, "2024-01-01",
		"2024-01-01 00:00");
	/* nine workdays fit into fifteen days except before a long holiday */
	guards((struct limit){ LIMIT_WORKDAYS, 4 }, (struct limit){ LIMIT_NATURAL_DAYS, 15 },
		"2024-01-01", NULL);
	guards((struct limit){ LIMIT_WORKDAYS, 9 }, (struct limit){ LIMIT_NATURAL_DAYS, 15 },
		"2026-01-01", "2026-02-04 00:00");
	/* an evening leaps over the night: 4 working hours are not within 24 hours of Friday */
	guards((struct limit){ LIMIT_WORKING_HOURS, 4 }, (struct limit){ LIMIT_HOURS, 24 },
		"2026-11-24", "2026-11-27 14:00:00.001");
	guards((struct limit){ LIMIT_NATURAL_DAYS, 1 }, (struct limit){ LIMIT_HOURS, 24 },
		"2026-11-24", "2026-11-24 00:00");
	guards((struct limit){ LIMIT_HOURS, 24 }, (struct limit){ LIMIT_NATURAL_DAYS, 1 },
		"2026-11-24", NULL);
	guards((struct limit){ LIMIT_NATURAL_DAYS, 30 }, (struct limit){ LIMIT_MONTHS, 1 },
		"2026-01-01", "2026-01-30 00:00");
	guards((struct limit){ LIMIT_NATURAL_DAYS, 28 }, (struct limit){ LIMIT_MONTHS, 1 },
		"2026-01-01", NULL);
	guards((struct limit){ LIMIT_HOURS, 999 }, (struct limit){ LIMIT_HOURS, 1 }, "2027-01-01",
		NULL); /* nothing known to start from */
}

static int64_t due_from(struct limit limit, int64_t start)
{
	struct clock clock = { .limit = limit, .start = start };

	return clock_due(pack, &clock).instant;
}

/* All limits here are whole tens of minutes, so both dues leap and bend only beside them. */
static bool exceeds_somewhere(struct limit target, struct limit legal, int first_day)
{
	for (int64_t start = day_start(first_day);
		start < day_start(calendar_known_through(pack) + 1); start += 10 * MINUTE_MS)
		for (int near = 0; near <= 2; near++) {
			int64_t at = start + (near == 2 ? 10 * MINUTE_MS - 1 : near);

			if (due_from(target, at) > due_from(legal, at))
				return true;
		}
	return false;
}

static void the_guard_agrees_with_trying_every_start(void **state)
{
	static const int most[LIMIT_UNITS] = { 200, 60, 150, 30, 5, 8, 1 };
	int first_day = day_at("2026-12-14"), found = 0;

	(void)state;
	chance_state = 99;
	for (int i = 0; i < 150; i++) {
		struct limit limits[2];
		int64_t start;
		bool exceeds;

		for (int j = 0; j < 2; j++) {
			limits[j].unit = (enum limit_unit)chance(LIMIT_UNITS);
			limits[j].amount = 1 + chance(most[limits[j].unit]);
			if (limits[j].unit == LIMIT_MINUTES ||
				limits[j].unit == LIMIT_WORKING_MINUTES)
				limits[j].amount *= 10;
		}
		exceeds = limit_exceeds(pack, limits[0], limits[1], first_day, &start);
		if (exceeds)
			assert_true(due_from(limits[0], start) > due_from(limits[1], start));
		else
			assert_false(exceeds_somewhere(limits[0], limits[1], first_day));
		found += exceeds;
	}
	assert_in_range(found, 30, 120);
}

static void the_guard_is_quick(void **state)
{
	int64_t start;
	struct timespec before, after;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_false(limit_exceeds(pack, (struct limit){ LIMIT_WORKING_HOURS, 600 },
		(struct limit){ LIMIT_MONTHS, 6 }, day_at("2024-01-01"), &start));
	clock_gettime(CLOCK_MONOTONIC, &after);
	print_message("three years of starts in %ld µs\n",
		(after.tv_sec - before.tv_sec) * 1000000 + (after.tv_nsec - before.tv_nsec) / 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_and_hours_run_day_and_night),
		cmocka_unit_test(working_time_runs_in_office_hours_of_workdays),
		cmocka_unit_test(days_count_from_the_next_and_end_at_midnight),
		cmocka_unit_test(months_end_with_a_shorter_month),
		cmocka_unit_test(a_due_beyond_the_known_days_is_provisional),
		cmocka_unit_test(pauses_do_not_count),
		cmocka_unit_test(dues_are_written_as_people_say_them),
		cmocka_unit_test(limits_are_checked),
		cmocka_unit_test(a_friday_evening_before_a_worked_saturday_is_explained),
		cmocka_unit_test(workdays_are_explained_day_by_day),
		cmocka_unit_test(a_pause_is_one_stretch_over_night_and_weekend),
		cmocka_unit_test(stretches_of_different_authority_stay_apart),
		cmocka_unit_test(dues_equal_those_counted_minute_by_minute),
		cmocka_unit_test(stretches_add_up_to_the_limit),
		cmocka_unit_test(a_target_looser_than_the_law_is_found),
		cmocka_unit_test(the_guard_agrees_with_trying_every_start),
		cmocka_unit_test(the_guard_is_quick),
	};

	return cmocka_run_group_tests(tests, pack_load, pack_free);
}

/* Unit tests of src/calendar: workdays, the statute, office hours, periods. */
#include "calendar/calendar.h"
#include "base/date.h"
#include "calendar/period.h"
#include "calendar_pack.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static FILE *crosscheck_open(void)
{
	char path[4096];
	const char *data = getenv("YIBEN_DATA"), *source = getenv("YIBEN_SOURCE");

	if (data)
		snprintf(path, sizeof(path), "%s/cn_holidays/workday_crosscheck_2004_2026.csv",
			data);
	else
		snprintf(path, sizeof(path),
			"%s/../shared/data/cn_holidays/workday_crosscheck_2004_2026.csv",
			source ? source : ".");
	return fopen(path, "r");
}

static void every_day_agrees_with_the_published_tables(void **state)
{
	FILE *file = crosscheck_open();
	char line[128];
	int days = 0;

	(void)state;
	if (!file) {
		print_message("skipped: no cn_holidays in YIBEN_DATA\n");
		skip();
	}
	assert_non_null(fgets(line, sizeof(line), file));
	assert_memory_equal(line, "date,iso_weekday,chinese_days,holiday_cn,", 41);
	while (fgets(line, sizeof(line), file)) {
		char date[DAY_TEXT];
		int weekday, length;
		char chinese_days;

		assert_int_equal(
			sscanf(line, "%10[^,],%d,%c,%n", date, &weekday, &chinese_days, &length),
			3);
		int day = day_at(date);
		bool workday = calendar_is_workday(pack, day);

		assert_int_equal(day_weekday(day), weekday);
		if (workday != (chinese_days == '1'))
			fail_msg("%s: a workday here is %d", date, workday);
		if (line[length] != ',' && workday != (line[length] == '1'))
			fail_msg("%s: a workday here is %d", date, workday);
		assert_false(calendar_day(pack, day).provisional);
		days++;
	}
	fclose(file);
	assert_int_equal(days, 8401);
}

static int workdays_of(int year)
{
	int count = 0;

	for (int day = day_from_civil((struct civil){ year, 1, 1 });
		day < day_from_civil((struct civil){ year + 1, 1, 1 }); day++)
		count += calendar_is_workday(pack, day);
	return count;
}

static void the_notice_of_2026_is_read(void **state)
{
	struct calendar_day day = calendar_day(pack, day_at("2026-02-14"));

	(void)state;
	assert_int_equal(day.kind, DAY_MAKE_UP);
	assert_string_equal(day.name, "春节");
	assert_true(day.norm > 0);
	day = calendar_day(pack, day_at("2026-02-22")); /* a Sunday inside the holiday */
	assert_int_equal(day.kind, DAY_HOLIDAY);
	assert_string_equal(day.name, "春节");
	assert_int_equal(calendar_day(pack, day_at("2026-02-24")).kind, DAY_WORKED);
	assert_int_equal(calendar_day(pack, day_at("2026-11-28")).kind, DAY_WEEKEND);
	assert_string_equal(calendar_day(pack, day_at("2026-11-28")).name, "");
	assert_int_equal(calendar_known_through(pack), day_at("2026-12-31"));
	assert_int_equal(workdays_of(2024), 251);
	assert_int_equal(workdays_of(2025), 248);
	assert_int_equal(workdays_of(2026), 248);
}

/* Notices changed after they were issued: the later one holds, and says so. */
static void a_later_notice_replaces_an_earlier_one(void **state)
{
	struct calendar_day revised = calendar_day(pack, day_at("2019-05-01"));
	struct calendar_day first = calendar_day(pack, day_at("2019-04-05"));

	(void)state;
	assert_int_equal(calendar_day(pack, day_at("2020-02-01")).kind, DAY_HOLIDAY);
	assert_int_equal(calendar_day(pack, day_at("2019-05-05")).kind, DAY_MAKE_UP);
	assert_int_equal(revised.kind, DAY_HOLIDAY);
	assert_true(revised.norm > first.norm);
}

static void beyond_the_notices_the_statute_holds_provisionally(void **state)
{
	static const struct {
		const char *day;
		const char *name;
	} days_2027[] = {
		{ "2027-01-01", "元旦" },
		{ "2027-02-05", "春节" },
		{ "2027-02-06", "春节" },
		{ "2027-02-07", "春节" },
		{ "2027-02-08", "春节" },
		{ "2027-04-05", "清明节" },
		{ "2027-05-01", "劳动节" },
		{ "2027-05-02", "劳动节" },
		{ "2027-06-09", "端午节" },
		{ "2027-09-15", "中秋节" },
		{ "2027-10-01", "国庆节" },
		{ "2027-10-02", "国庆节" },
		{ "2027-10-03", "国庆节" },
	};
	size_t next = 0;

	(void)state;
	for (int at = day_at("2027-01-01"); at <= day_at("2027-12-31"); at++) {
		struct calendar_day day = calendar_day(pack, at);

		assert_true(day.provisional);
		assert_int_equal(day.norm, 0);
		if (next < 13 && at == day_at(days_2027[next].day)) {
			assert_int_equal(day.kind, DAY_HOLIDAY);
			assert_string_equal(day.name, days_2027[next++].name);
		} else {
			assert_int_equal(day.kind, day_weekday(at) > 5 ? DAY_WEEKEND : DAY_WORKED);
		}
	}
	assert_int_equal(next, 13);
}

/* What the law alone says was free in every year whose notice we have, under the same name. */
static void the_statute_agrees_with_the_notices(void **state)
{
	static const int days_by_law[][2] = { { 2004, 10 }, { 2008, 11 }, { 2025, 13 } };
	int law = 0;

	(void)state;
	for (int year = 2004; year <= 2026; year++) {
		int count = 0;

		while (law < 2 && days_by_law[law + 1][0] <= year)
			law++;
		for (int at = day_from_civil((struct civil){ year, 1, 1 });
			at < day_from_civil((struct civil){ year + 1, 1, 1 }); at++) {
			const char *name = statutory_day(at);
			struct calendar_day day = calendar_day(pack, at);

			if (!name)
				continue;
			count++;
			assert_int_equal(day.kind, DAY_HOLIDAY);
			assert_non_null(strstr(day.name, name));
		}
		count += year == 2009 || year == 2020; /* 中秋 within the three days of 国庆 */
		assert_int_equal(count, days_by_law[law][1]);
	}
}

/* Days since 1970 in Beijing of the mean new moon nearest to `day`; the true one is at most
 * 15 hours away (Meeus, Astronomical Algorithms, chapter 49). */
static double mean_new_moon(int day)
{
	double first = 2451550.09766 - 2440587.5 + 8.0 / 24, month = 29.530588861;

	return first + month * round((day - first) / month);
}

static void near_new_moon(int day)
{
	assert_true(fabs(mean_new_moon(day) - (day + 0.5)) < 0.5 + 15.0 / 24);
}

static void the_lunar_table_follows_the_moon_and_the_sun(void **state)
{
	(void)state;
	for (int year = 2025; year <= 2100; year++) {
		int spring = 0, boat = 0, autumn = 0, bright = 0;

		for (int day = day_from_civil((struct civil){ year, 10, 31 });
			day >= day_from_civil((struct civil){ year, 1, 1 }); day--) {
			const char *name = statutory_day(day);

			if (name && strcmp(name, "春节") == 0)
				spring = day + 1; /* ends at 除夕 */
			if (name && strcmp(name, "端午节") == 0)
				boat = day;
			if (name && strcmp(name, "中秋节") == 0)
				autumn = day;
			if (name && strcmp(name, "清明节") == 0)
				bright = civil_from_day(day).day;
		}
		near_new_moon(spring);
		near_new_moon(boat - 4);
		if (autumn) /* hidden in some years by 国庆 */
			near_new_moon(autumn - 14);
		assert_in_range(
			civil_from_day(spring).month * 100 + civil_from_day(spring).day, 120, 221);
		assert_in_range(
			boat - spring, 121, 153); /* four months or, with a leap month, five */
		if (year < 2100)
			assert_int_equal(
				bright, (year % 100 * 2422 + 48100) / 10000 - year % 100 / 4);
	}
}

static void an_empty_calendar_knows_only_the_statute(void **state)
{
	struct calendar *calendar = calendar_new();
	int count;

	(void)state;
	assert_int_equal(calendar_known_through(calendar), INT_MIN);
	assert_false(calendar_is_workday(calendar, day_at("2026-10-01")));
	assert_true(calendar_is_workday(calendar, day_at("2026-10-05")));
	assert_true(calendar_day(calendar, day_at("2026-10-05")).provisional);
	calendar_hours(calendar, &count);
	assert_int_equal(count, 0);
	calendar_know(calendar, day_at("2026-12-31"));
	calendar_know(calendar, day_at("2025-12-31"));
	assert_int_equal(calendar_known_through(calendar), day_at("2026-12-31"));
	/* Known and unmarked: an ordinary Thursday, whatever the statute says. */
	assert_true(calendar_is_workday(calendar, day_at("2026-10-01")));
	calendar_free(calendar);
}

static void refused(enum result result, struct error *error, const char *key)
{
	assert_int_equal(result, REFUSED);
	assert_string_equal(error->key, key);
	error_clear(error);
}

static void mistakes_in_a_notice_are_refused(void **state)
{
	struct calendar *calendar = calendar_new();
	struct error error = { 0 };
	char name[CALENDAR_NAME + 2];
	int day = day_at("2026-10-01");

	(void)state;
	refused(calendar_mark(calendar, day, day - 1, MARK_HOLIDAY, "国庆节", 1, &error), &error,
		"refused.calendar.range_reversed");
	refused(calendar_mark(
			calendar, day, day + CALENDAR_RANGE, MARK_HOLIDAY, "国庆节", 1, &error),
		&error, "refused.calendar.range_long");
	refused(calendar_mark(calendar, day_at("2199-12-31"), day_at("2199-12-31") + 1,
			MARK_HOLIDAY, "元旦", 1, &error),
		&error, "refused.calendar.day_outside");
	refused(calendar_mark(calendar, day_at("1900-01-01") - 1, day_at("1900-01-01"),
			MARK_HOLIDAY, "元旦", 1, &error),
		&error, "refused.calendar.day_outside");
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	refused(calendar_mark(calendar, day, day, MARK_HOLIDAY, name, 1, &error), &error,
		"refused.calendar.name_long");
	assert_true(calendar_is_workday(calendar, day - 1));
	assert_int_equal(calendar_mark(calendar, day_at("1900-01-01"), day_at("1900-01-01"),
				 MARK_HOLIDAY, "元旦", 1, &error),
		OK);
	assert_int_equal(calendar_mark(calendar, day_at("2199-12-31"), day_at("2199-12-31"),
				 MARK_HOLIDAY, "", 2, &error),
		OK);
	assert_int_equal(calendar_day(calendar, day_at("2199-12-31")).norm, 2);
	calendar_free(calendar);
}

static void a_calendar_has_a_ceiling(void **state)
{
	struct calendar *calendar = calendar_new();
	struct error error = { 0 };
	char name[CALENDAR_NAME];
	int i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "%d", i % 2);
		if (calendar_mark(calendar, i % 1000, i % 1000, MARK_HOLIDAY, name, i, &error) !=
			OK)
			break;
	}
	assert_in_range(i, 10000, 65535);
	refused(REFUSED, &error, "refused.calendar.marks");
	assert_int_equal(calendar_day(calendar, (i - 1) % 1000).norm, i - 1);
	calendar_free(calendar);
}

static void office_hours_are_checked_and_joined(void **state)
{
	struct calendar *calendar = calendar_new();
	struct error error = { 0 };
	const struct span *spans;
	int count;

	(void)state;
	assert_int_equal(calendar_add_hours(calendar, 9 * HOUR_MS, 11 * HOUR_MS, &error), OK);
	assert_int_equal(calendar_add_hours(calendar, 11 * HOUR_MS, 12 * HOUR_MS, &error), OK);
	refused(calendar_add_hours(calendar, 11 * HOUR_MS, 13 * HOUR_MS, &error), &error,
		"refused.calendar.hours_order");
	refused(calendar_add_hours(calendar, 14 * HOUR_MS, 14 * HOUR_MS, &error), &error,
		"refused.calendar.hours_empty");
	refused(calendar_add_hours(calendar, 14 * HOUR_MS, DAY_MS + 1, &error), &error,
		"refused.calendar.hours_outside");
	spans = calendar_hours(calendar, &count);
	assert_int_equal(count, 1);
	assert_int_equal(spans[0].from_ms, 9 * HOUR_MS);
	assert_int_equal(spans[0].to_ms, 12 * HOUR_MS);
	assert_int_equal(calendar_hours_ms(calendar), 3 * HOUR_MS);
	for (int i = 0; i < CALENDAR_SPANS - 1; i++)
		assert_int_equal(calendar_add_hours(calendar, (13 + i) * HOUR_MS,
					 (13 + i) * HOUR_MS + MINUTE_MS, &error),
			OK);
	refused(calendar_add_hours(calendar, 22 * HOUR_MS, 23 * HOUR_MS, &error), &error,
		"refused.calendar.hours_many");
	calendar_free(calendar);
}

static void periods_have_their_days_and_texts(void **state)
{
	static const struct {
		const char *day;
		enum period_kind kind;
		const char *text, *first, *last;
	} cases[] = {
		{ "2026-11-24", PERIOD_WEEK, "2026W48", "2026-11-23", "2026-11-29" },
		{ "2026-11-24", PERIOD_MONTH, "2026-11", "2026-11-01", "2026-11-30" },
		{ "2026-11-24", PERIOD_QUARTER, "2026Q4", "2026-10-01", "2026-12-31" },
		{ "2026-11-24", PERIOD_HALF_YEAR, "2026H2", "2026-07-01", "2026-12-31" },
		{ "2026-11-24", PERIOD_YEAR, "2026", "2026-01-01", "2026-12-31" },
		{ "2028-02-10", PERIOD_MONTH, "2028-02", "2028-02-01", "2028-02-29" },
		{ "2026-06-30", PERIOD_HALF_YEAR, "2026H1", "2026-01-01", "2026-06-30" },
		{ "2027-01-03", PERIOD_WEEK, "2026W53", "2026-12-28", "2027-01-03" },
		{ "2024-12-30", PERIOD_WEEK, "2025W01", "2024-12-30", "2025-01-05" },
	};
	struct period period;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		period = period_of(day_at(cases[i].day), cases[i].kind);
		assert_string_equal(period.text, cases[i].text);
		assert_int_equal(period.first_day, day_at(cases[i].first));
		assert_int_equal(period.last_day, day_at(cases[i].last));
	}
	period = period_move(period_of(day_at("2026-11-24"), PERIOD_QUARTER), -4);
	assert_string_equal(period.text, "2025Q4");
	period = period_move(period_of(day_at("2026-12-28"), PERIOD_WEEK), 1);
	assert_string_equal(period.text, "2027W01");
}

static void periods_follow_each_other_and_read_back(void **state)
{
	static const char *const bad[] = { "", "202", "20261", "2026-13", "2026-1", "2026Q0",
		"2026Q5", "2026Q", "2026H3", "2026W00", "2026W54", "2025W53", "2026W4x",
		"2026-11-24", "1899", "2026q4", "2026Q44" };
	struct period period, again;

	(void)state;
	for (int kind = 0; kind < PERIOD_KINDS; kind++) {
		period = period_of(day_at("2003-12-30"), (enum period_kind)kind);
		assert_int_equal(period_kind_parse(period_kind_text((enum period_kind)kind)), kind);
		for (int i = 0; i < 1500 && civil_from_day(period.last_day).year < 2150; i++) {
			struct period next = period_move(period, 1);

			assert_int_equal(next.first_day, period.last_day + 1);
			assert_true(period_parse(next.text, &again));
			assert_int_equal(again.kind, kind);
			assert_int_equal(again.first_day, next.first_day);
			assert_int_equal(again.last_day, next.last_day);
			assert_string_equal(period_move(next, -1).text, period.text);
			period = next;
		}
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(period_parse(bad[i], &period));
	assert_int_equal(period_kind_parse("fortnight"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_agrees_with_the_published_tables),
		cmocka_unit_test(the_notice_of_2026_is_read),
		cmocka_unit_test(a_later_notice_replaces_an_earlier_one),
		cmocka_unit_test(beyond_the_notices_the_statute_holds_provisionally),
		cmocka_unit_test(the_statute_agrees_with_the_notices),
		cmocka_unit_test(the_lunar_table_follows_the_moon_and_the_sun),
		cmocka_unit_test(an_empty_calendar_knows_only_the_statute),
		cmocka_unit_test(mistakes_in_a_notice_are_refused),
		cmocka_unit_test(a_calendar_has_a_ceiling),
		cmocka_unit_test(office_hours_are_checked_and_joined),
		cmocka_unit_test(periods_have_their_days_and_texts),
		cmocka_unit_test(periods_follow_each_other_and_read_back),
	};

	return cmocka_run_group_tests(tests, pack_load, pack_free);
}

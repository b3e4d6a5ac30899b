/*
 * Which days are worked, and when the office is open on them.
 *
 * A calendar is built once from norms (a yearly notice of holidays and make-up days, the
 * office hours) and only read after that, so it may be shared between threads.
 *
 * Up to the day it is known through, a day is what the notices say, and an ordinary week
 * (Monday to Friday) where they say nothing. Beyond that no notice exists yet: weekends and
 * the statutory days, which follow by rule, are free, and every answer is provisional
 * (暂定). The make-up days of a coming notice cannot be foretold.
 */
#ifndef CALENDAR_CALENDAR_H
#define CALENDAR_CALENDAR_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct calendar;

/* What CALENDAR_SPANS spans of office hours and CALENDAR_RANGE days of one mark may hold. */
enum { CALENDAR_SPANS = 6, CALENDAR_RANGE = 60, CALENDAR_NAME = 96 };

enum mark_kind { MARK_HOLIDAY, MARK_WORKDAY };

enum day_kind {
	DAY_WORKED,  /* an ordinary workday */
	DAY_MAKE_UP, /* a Saturday or Sunday that is worked (调休上班) */
	DAY_WEEKEND, /* an ordinary Saturday or Sunday */
	DAY_HOLIDAY, /* free by a notice, or by the statute beyond the known days */
};

struct calendar_day {
	enum day_kind kind;
	const char *name; /* of the holiday, also on its make-up days; else "" */
	int64_t norm;     /* seq of the norm entry that says so; 0: the week or the statute */
	bool provisional; /* beyond what is known */
};

/* One stretch of office hours, as milliseconds since the day began: 09:00 is 32400000. */
struct span {
	int from_ms;
	int to_ms;
};

/* An empty calendar: nothing is known, the office has no hours. Never NULL. */
struct calendar *calendar_new(void);
void calendar_free(struct calendar *calendar);

/* Mark the days first_day..last_day (both included). A later mark replaces an earlier one on
 * the same day, as a later notice does. REFUSED where the range is reversed or longer than
 * CALENDAR_RANGE, the name is longer than CALENDAR_NAME bytes, or a day is before 1900 or
 * after 2199. */
enum result calendar_mark(struct calendar *calendar, int first_day, int last_day,
	enum mark_kind kind, const char *name, int64_t norm, struct error *error);
/* The notices cover every day up to `through`; an earlier day than already known is ignored. */
void calendar_know(struct calendar *calendar, int through);
/* Add one span of office hours, in the order of the day. REFUSED where it is empty, outside the
 * day, begins before the span before it has ended, or is one too many. Spans that touch become
 * one. */
enum result calendar_add_hours(
	struct calendar *calendar, int from_ms, int to_ms, struct error *error);

/* The last known day; INT_MIN where nothing is known. */
int calendar_known_through(const struct calendar *calendar);
/* The office hours of a workday; *count is 0 where the calendar has none. */
const struct span *calendar_hours(const struct calendar *calendar, int *count);
/* Milliseconds of office hours in a workday. */
int calendar_hours_ms(const struct calendar *calendar);

/* What `day` is. Any day may be asked for. */
struct calendar_day calendar_day(const struct calendar *calendar, int day);
bool calendar_is_workday(const struct calendar *calendar, int day);

/* The name of the statutory holiday `day` is by law alone, or NULL: the law of 2024 (13 days)
 * from 2025 on, that of 2013 and of 2007 (11 days) before it, that of 1999 (10 days) before
 * 2008. Lunar days and 清明 are known for 2004 to 2100; outside these years only the days of the
 * solar calendar are found. */
const char *statutory_day(int day);

#endif

/*
 * How long a limit runs: when it falls due, and which stretches of time counted.
 *
 * Due is the last instant that is on time: an act at `due` sharp is on time, one a millisecond
 * later is not. A limit of days or months ends at 24:00 of its last day, which is the same
 * instant as 00:00 of the next; due_text() writes it as the day people mean. A limit of
 * working time that is used up at closing time is due at closing time, not the next morning.
 *
 * Minutes and hours run day and night. Working minutes and hours run inside the office hours
 * of workdays. Days count from the day after the start (次日起算), whatever its hour. Months
 * end on the day of the same number, or the last day of a shorter month (31 August + 6 months
 * = 28 February).
 *
 * Pauses do not count. For limits of time they are cut out to the millisecond. A limit of days
 * or months counts a day when it ends, so a day counts unless the clock is paused in its last
 * millisecond; in other words each midnight inside a pause postpones the due day by one. A
 * pause within one day therefore gains nothing, no day is gained twice by two pauses, and a
 * day limit never falls due while its clock stands still; counting only whole paused days
 * would break the last of these. A limit of months is, once started, that many natural days.
 */
#ifndef CALENDAR_CLOCK_H
#define CALENDAR_CLOCK_H

#include "base/arena.h"
#include "base/error.h"
#include "calendar/calendar.h"

#include <stdbool.h>
#include <stdint.h>

/* No instant: the end of a pause that still lasts, and the due of a clock that stands still. */
#define CLOCK_NEVER INT64_MAX

enum limit_unit {
	LIMIT_MINUTES,
	LIMIT_HOURS,
	LIMIT_WORKING_MINUTES,
	LIMIT_WORKING_HOURS,
	LIMIT_WORKDAYS,
	LIMIT_NATURAL_DAYS, /* 0: by 24:00 of the day of the start (当日) */
	LIMIT_MONTHS,
	LIMIT_UNITS,
};

struct limit {
	enum limit_unit unit;
	int amount;
};

/* [from, to); to is CLOCK_NEVER while the pause lasts. */
struct pause {
	int64_t from;
	int64_t to;
};

struct clock {
	struct limit limit;
	int64_t start;              /* instant */
	const struct pause *pauses; /* in any order; they may overlap */
	int pause_count;
};

struct due {
	int64_t instant;  /* CLOCK_NEVER where a lasting pause comes before it */
	bool provisional; /* it depends on days beyond what the calendar knows */
};

/* The unit written "working_hours" and so on, as norms write it; -1 for anything else. */
int limit_unit_parse(const char *text);
const char *limit_unit_text(enum limit_unit unit);
/* The message key of the limit, with the slot {amount}: "limit.working_hours". */
const char *limit_key(enum limit_unit unit);

/* REFUSED where the amount is outside 1 (natural days: 0) to ten years' worth, or the limit is
 * one of working time and the calendar has no office hours. Every function below must be given
 * a limit that has passed. */
enum result limit_check(const struct calendar *calendar, struct limit limit, struct error *error);

struct due clock_due(const struct calendar *calendar, const struct clock *clock);

enum { DUE_TEXT = 24 };
/* "2026-11-24 18:00", with seconds where there are any; midnight is "2026-11-24 24:00", the end
 * of the day before; CLOCK_NEVER is "". */
const char *due_text(int64_t due, char text[DUE_TEXT]);
/* The day whose due list it is on: 24:00 belongs to the day it ends. */
int due_day(int64_t due);

/* Why a stretch counted, or not. */
enum stretch_reason {
	STRETCH_COUNTED,   /* counted */
	STRETCH_MAKE_UP,   /* counted, on a weekend day that is worked */
	STRETCH_START_DAY, /* days count from the day after the start */
	STRETCH_OFF_HOURS, /* outside office hours */
	STRETCH_LUNCH,     /* the gap between office hours at midday */
	STRETCH_WEEKEND,
	STRETCH_HOLIDAY,
	STRETCH_PAUSED,
	STRETCH_UNFINISHED, /* a day that has not ended at the as-of instant */
	STRETCH_REASONS,
};

struct stretch {
	int64_t from;
	int64_t to; /* CLOCK_NEVER for a pause that never ends */
	enum stretch_reason reason;
	bool counts;
	bool provisional;
	const char *name; /* of the holiday or of the make-up day's holiday, else ""; the
			     calendar's memory */
	int64_t norm;     /* seq of the norm entry that made the day so, or 0 */
	int pause;        /* index in the clock's pauses, or -1 */
	int64_t counted;  /* by this stretch: milliseconds, or days for limits of days and months */
	int64_t so_far;   /* by all stretches up to this one's end */
};

/* The message key of a reason: "stretch.lunch". Slots: {name} (holiday, make-up). */
const char *stretch_key(enum stretch_reason reason);
/* What the clock must count in all, in the unit of `counted`. */
int64_t clock_target(const struct clock *clock);
/* Whether it counts days rather than milliseconds. */
bool limit_counts_days(enum limit_unit unit);

/* The stretches from the start to the due instant, or to `until` where that is earlier
 * (CLOCK_NEVER: to the due). They follow each other without gap or overlap, none is empty, and
 * neighbours differ; up to the due their `counted` add up exactly to clock_target(). Returns
 * their number: at most five for each working day, so ten years take two megabytes. */
int clock_explain(const struct calendar *calendar, const struct clock *clock, int64_t until,
	struct arena *arena, struct stretch **stretches);

/* Whether a target could, from some start on first_day..the calendar's known days, fall due
 * later than a legal limit that starts with it. Such a start is put in *witness, the earliest
 * of those examined: the edges of office hours and of the day, and the starts from which a
 * limit falls due on such an edge, each with its two neighbouring milliseconds. Between them
 * both dues move evenly, so when none of these is late, no start is. */
bool limit_exceeds(const struct calendar *calendar, struct limit target, struct limit legal,
	int first_day, int64_t *witness);

#endif

#include "base/date.h"
#include "base/panic.h"
#include "calendar/clock.h"
#include "calendar/limit.h"

#include <stdlib.h>

/*
 * Thousands of starts are tried against two limits, so the workdays are laid out once and a
 * due is found by looking them up instead of walking to it.
 */
struct ruler {
	const struct calendar *calendar;
	int first_day;
	int days;
	int *before;   /* of day first_day + i: workdays of the ruler before it */
	int *workdays; /* the n-th workday */
};

/* Office hours of a day that have passed `offset_ms` after it began. */
static int elapsed_ms(const struct calendar *calendar, int offset_ms)
{
	int count, elapsed = 0;
	const struct span *spans = calendar_hours(calendar, &count);

	for (int i = 0; i < count && spans[i].from_ms < offset_ms; i++)
		elapsed += (offset_ms < spans[i].to_ms ? offset_ms : spans[i].to_ms) -
			   spans[i].from_ms;
	return elapsed;
}

/* The earliest offset at which `elapsed` office hours have passed; the first opening for 0. */
static int offset_of(const struct calendar *calendar, int64_t elapsed)
{
	int count;
	const struct span *spans = calendar_hours(calendar, &count);

	for (int i = 0; i < count; i++) {
		int length = spans[i].to_ms - spans[i].from_ms;

		if (elapsed <= length)
			return spans[i].from_ms + (int)elapsed;
		elapsed -= length;
	}
	impossible("more than a day's office hours");
}

/* Workdays that must lie ahead of any start for `limit` to fall due on the ruler. */
static int64_t workdays_needed(const struct calendar *calendar, struct limit limit)
{
	if (limit_is_working(limit.unit))
		return limit_ms(limit) / calendar_hours_ms(calendar) + 2;
	return limit.unit == LIMIT_WORKDAYS ? limit.amount + 1 : 0;
}

static void ruler_lay(struct ruler *ruler, int last_start, int64_t ahead)
{
	int last_day = last_start, count = 0;

	for (; ahead > 0; last_day++)
		ahead -= calendar_is_workday(ruler->calendar, last_day + 1);
	ruler->days = last_day - ruler->first_day + 1;
	ruler->before = calloc((size_t)ruler->days + 1, sizeof(int));
	ruler->workdays = calloc((size_t)ruler->days + 1, sizeof(int));
	must(ruler->before && ruler->workdays);
	for (int i = 0; i < ruler->days; i++) {
		ruler->before[i] = count;
		if (calendar_is_workday(ruler->calendar, ruler->first_day + i))
			ruler->workdays[count++] = ruler->first_day + i;
	}
	ruler->before[ruler->days] = count;
}

static void ruler_release(struct ruler *ruler)
{
	free(ruler->before);
	free(ruler->workdays);
}

static int64_t working_due(const struct ruler *ruler, int64_t left, int day, int offset_ms)
{
	int64_t total = calendar_hours_ms(ruler->calendar), whole_days;
	int next = ruler->before[day + 1 - ruler->first_day];

	if (calendar_is_workday(ruler->calendar, day)) {
		int elapsed = elapsed_ms(ruler->calendar, offset_ms);

		if (elapsed + left <= total)
			return day_start(day) + offset_of(ruler->calendar, elapsed + left);
		left -= total - elapsed;
	}
	whole_days = (left - 1) / total;
	return day_start(ruler->workdays[next + whole_days]) +
	       offset_of(ruler->calendar, left - whole_days * total);
}

static int64_t ruler_due(const struct ruler *ruler, struct limit limit, int day, int offset_ms)
{
	switch (limit.unit) {
	case LIMIT_WORKING_MINUTES:
	case LIMIT_WORKING_HOURS:
		return working_due(ruler, limit_ms(limit), day, offset_ms);
	case LIMIT_WORKDAYS:
		return day_start(1 + ruler->workdays[ruler->before[day + 1 - ruler->first_day] +
						     limit.amount - 1]);
	case LIMIT_NATURAL_DAYS:
		return day_start(day + limit.amount + 1);
	case LIMIT_MONTHS:
		return day_start(day_add_months(day, limit.amount) + 1);
	default:
		return day_start(day) + offset_ms + limit_ms(limit);
	}
}

/* Instants of a day, as milliseconds since it began. */
enum { OFFSETS = 3 * (2 + 4 * CALENDAR_SPANS) };

struct offsets {
	int ms[OFFSETS];
	int count;
};

static void offsets_add(struct offsets *offsets, int ms)
{
	for (int near = ms - 1; near <= ms + 1; near++)
		if (near >= 0 && near < DAY_MS)
			offsets->ms[offsets->count++] = near;
}

static int offsets_compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/*
 * From these starts `limit` falls due on an edge of the office hours, where its due leaps to the
 * next opening. Every workday has the same hours, so they are the same on each.
 */
static void offsets_add_leaps(
	struct offsets *offsets, const struct calendar *calendar, struct limit limit)
{
	int count;
	int64_t total = calendar_hours_ms(calendar), elapsed = 0;
	const struct span *spans = calendar_hours(calendar, &count);

	if (!limit_is_working(limit.unit))
		return;
	for (int i = 0; i < count; i++) {
		elapsed += spans[i].to_ms - spans[i].from_ms;
		int64_t start = (elapsed - limit_ms(limit)) % total;
		offsets_add(offsets, offset_of(calendar, start < 0 ? start + total : start));
	}
}

static void offsets_collect(struct offsets *offsets, const struct calendar *calendar,
	struct limit target, struct limit legal)
{
	int count;
	const struct span *spans = calendar_hours(calendar, &count);

	offsets_add(offsets, 0);
	offsets_add(offsets, DAY_MS);
	for (int i = 0; i < count; i++) {
		offsets_add(offsets, spans[i].from_ms);
		offsets_add(offsets, spans[i].to_ms);
	}
	offsets_add_leaps(offsets, calendar, target);
	offsets_add_leaps(offsets, calendar, legal);
	qsort(offsets->ms, (size_t)offsets->count, sizeof(offsets->ms[0]), offsets_compare);
}

bool limit_exceeds(const struct calendar *calendar, struct limit target, struct limit legal,
	int first_day, int64_t *witness)
{
	struct ruler ruler = { .calendar = calendar, .first_day = first_day };
	struct offsets offsets = { .count = 0 };
	int last_day = calendar_known_through(calendar);
	int64_t ahead = workdays_needed(calendar, target), other = workdays_needed(calendar, legal);
	bool exceeds = false;

	must(limit_allowed(calendar, target) && limit_allowed(calendar, legal));
	if (first_day > last_day)
		return false;
	offsets_collect(&offsets, calendar, target, legal);
	ruler_lay(&ruler, last_day, ahead > other ? ahead : other);
	for (int day = first_day; day <= last_day && !exceeds; day++)
		for (int i = 0; i < offsets.count && !exceeds; i++) {
			int ms = offsets.ms[i];

			exceeds = ruler_due(&ruler, target, day, ms) >
				  ruler_due(&ruler, legal, day, ms);
			if (exceeds)
				*witness = day_start(day) + ms;
		}
	ruler_release(&ruler);
	return exceeds;
}

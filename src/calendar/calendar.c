#include "calendar/calendar.h"
#include "base/arena.h"
#include "base/date.h"
#include "base/panic.h"
#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1900-01-01 to 2199-12-31, the days that may be written at all. */
enum { FIRST_DAY = -25567, DAYS = 109573 };
enum { MARKS = UINT16_MAX, NAME_BYTES = 1 << 20 };

struct mark {
	enum mark_kind kind;
	const char *name;
	int64_t norm;
};

struct calendar {
	int known_through;
	struct span hours[CALENDAR_SPANS];
	int hours_count;
	int hours_ms;
	struct arena names;
	struct mark *marks; /* one per call of calendar_mark() */
	int marks_count;
	int marks_allocated;
	uint16_t of_day[DAYS]; /* 1 + index into marks; 0 where the week holds */
};

struct calendar *calendar_new(void)
{
	struct calendar *calendar = calloc(1, sizeof(*calendar));

	must(calendar);
	calendar->known_through = INT_MIN;
	arena_init(&calendar->names, NAME_BYTES);
	return calendar;
}

void calendar_free(struct calendar *calendar)
{
	if (!calendar)
		return;
	arena_release(&calendar->names);
	free(calendar->marks);
	free(calendar);
}

static const char *name_keep(struct calendar *calendar, const char *name)
{
	const char *last =
		calendar->marks_count ? calendar->marks[calendar->marks_count - 1].name : "";

	return text_equal(last, name) ? last : arena_text(&calendar->names, name);
}

static void mark_keep(struct calendar *calendar, struct mark mark)
{
	if (calendar->marks_count == calendar->marks_allocated) {
		calendar->marks_allocated = calendar->marks_allocated * 2 + 64;
		calendar->marks = realloc(calendar->marks,
			sizeof(*calendar->marks) * (size_t)calendar->marks_allocated);
		must(calendar->marks);
	}
	calendar->marks[calendar->marks_count++] = mark;
}

enum result calendar_mark(struct calendar *calendar, int first_day, int last_day,
	enum mark_kind kind, const char *name, int64_t norm, struct error *error)
{
	char first[DAY_TEXT], last[DAY_TEXT], most[12];

	if (first_day < FIRST_DAY || last_day < FIRST_DAY || first_day >= FIRST_DAY + DAYS ||
		last_day >= FIRST_DAY + DAYS)
		return error_refuse(error, "refused.calendar.day_outside", "day", NULL);
	if (last_day < first_day)
		return error_refuse(error, "refused.calendar.range_reversed", "through", "day",
			day_text(first_day, first), "through", day_text(last_day, last), NULL);
	snprintf(most, sizeof(most), "%d", CALENDAR_RANGE);
	if (last_day - first_day >= CALENDAR_RANGE)
		return error_refuse(error, "refused.calendar.range_long", "through", "day",
			day_text(first_day, first), "through", day_text(last_day, last), "max",
			most, NULL);
	if (strlen(name) > CALENDAR_NAME)
		return error_refuse(error, "refused.calendar.name_long", "name", NULL);
	if (calendar->marks_count == MARKS || calendar->names.used + CALENDAR_NAME * 2 > NAME_BYTES)
		return error_refuse(error, "refused.calendar.marks", "day", NULL);
	mark_keep(calendar,
		(struct mark){ .kind = kind, .name = name_keep(calendar, name), .norm = norm });
	for (int day = first_day; day <= last_day; day++)
		calendar->of_day[day - FIRST_DAY] = (uint16_t)calendar->marks_count;
	return OK;
}

void calendar_know(struct calendar *calendar, int through)
{
	if (through > calendar->known_through)
		calendar->known_through = through;
}

enum result calendar_add_hours(
	struct calendar *calendar, int from_ms, int to_ms, struct error *error)
{
	int count = calendar->hours_count;
	struct span *last = count ? &calendar->hours[count - 1] : NULL;

	if (from_ms < 0 || to_ms > DAY_MS)
		return error_refuse(error, "refused.calendar.hours_outside", "from", NULL);
	if (from_ms >= to_ms)
		return error_refuse(error, "refused.calendar.hours_empty", "to", NULL);
	if (last && from_ms < last->to_ms)
		return error_refuse(error, "refused.calendar.hours_order", "from", NULL);
	if (count == CALENDAR_SPANS)
		return error_refuse(error, "refused.calendar.hours_many", "from", NULL);
	if (last && from_ms == last->to_ms)
		last->to_ms = to_ms;
	else
		calendar->hours[calendar->hours_count++] = (struct span){ from_ms, to_ms };
	calendar->hours_ms += to_ms - from_ms;
	return OK;
}

int calendar_known_through(const struct calendar *calendar)
{
	return calendar->known_through;
}

const struct span *calendar_hours(const struct calendar *calendar, int *count)
{
	*count = calendar->hours_count;
	return calendar->hours;
}

int calendar_hours_ms(const struct calendar *calendar)
{
	return calendar->hours_ms;
}

static const struct mark *mark_of(const struct calendar *calendar, int day)
{
	int slot;

	if (day < FIRST_DAY || day >= FIRST_DAY + DAYS)
		return NULL;
	slot = calendar->of_day[day - FIRST_DAY];
	return slot ? &calendar->marks[slot - 1] : NULL;
}

struct calendar_day calendar_day(const struct calendar *calendar, int day)
{
	const struct mark *mark = mark_of(calendar, day);
	bool weekend = day_weekday(day) > 5;
	struct calendar_day answer = {
		.kind = weekend ? DAY_WEEKEND : DAY_WORKED,
		.name = "",
		.provisional = day > calendar->known_through,
	};

	if (mark) {
		answer.name = mark->name;
		answer.norm = mark->norm;
		if (mark->kind == MARK_HOLIDAY)
			answer.kind = DAY_HOLIDAY;
		else
			answer.kind = weekend ? DAY_MAKE_UP : DAY_WORKED;
	} else if (answer.provisional) {
		const char *name = statutory_day(day);

		if (name) {
			answer.kind = DAY_HOLIDAY;
			answer.name = name;
		}
	}
	return answer;
}

bool calendar_is_workday(const struct calendar *calendar, int day)
{
	enum day_kind kind = calendar_day(calendar, day).kind;

	return kind == DAY_WORKED || kind == DAY_MAKE_UP;
}

#include "base/date.h"
#include "base/text.h"
#include "calendar/clock.h"
#include "calendar/limit.h"

#include <stdio.h>

/* What a unit is called, and ten years of it. */
struct unit {
	const char *text;
	const char *key;
	int least;
	int most;
	int64_t ms; /* 0 for days and months */
	bool working;
};

enum { WORKING_DAYS_MOST = 3660 };

static const struct unit units[LIMIT_UNITS] = {
	[LIMIT_MINUTES] = { "minutes", "limit.minutes", 1, 5256000, MINUTE_MS, false },
	[LIMIT_HOURS] = { "hours", "limit.hours", 1, 87600, HOUR_MS, false },
	[LIMIT_WORKING_MINUTES] = { "working_minutes", "limit.working_minutes", 1, 1500000,
		MINUTE_MS, true },
	[LIMIT_WORKING_HOURS] = { "working_hours", "limit.working_hours", 1, 25000, HOUR_MS, true },
	[LIMIT_WORKDAYS] = { "workdays", "limit.workdays", 1, 2500, 0, false },
	[LIMIT_NATURAL_DAYS] = { "natural_days", "limit.natural_days", 0, 3660, 0, false },
	[LIMIT_MONTHS] = { "months", "limit.months", 1, 120, 0, false },
};

int limit_unit_parse(const char *text)
{
	for (int unit = 0; unit < LIMIT_UNITS; unit++)
		if (text_equal(units[unit].text, text))
			return unit;
	return -1;
}

const char *limit_unit_text(enum limit_unit unit)
{
	return units[unit].text;
}

const char *limit_key(enum limit_unit unit)
{
	return units[unit].key;
}

bool limit_counts_days(enum limit_unit unit)
{
	return units[unit].ms == 0;
}

bool limit_is_working(enum limit_unit unit)
{
	return units[unit].working;
}

int64_t limit_ms(struct limit limit)
{
	return units[limit.unit].ms * limit.amount;
}

/* Office hours of a few minutes a day would make a limit of hours last for centuries. */
static bool limit_lasts_too_long(const struct calendar *calendar, struct limit limit)
{
	return limit_ms(limit) / calendar_hours_ms(calendar) > WORKING_DAYS_MOST;
}

bool limit_allowed(const struct calendar *calendar, struct limit limit)
{
	const struct unit *unit = &units[limit.unit];

	if (limit.amount < unit->least || limit.amount > unit->most)
		return false;
	return !unit->working ||
	       (calendar_hours_ms(calendar) && !limit_lasts_too_long(calendar, limit));
}

enum result limit_check(const struct calendar *calendar, struct limit limit, struct error *error)
{
	const struct unit *unit = &units[limit.unit];
	char least[12], most[12];

	if (limit_allowed(calendar, limit))
		return OK;
	if (unit->working && !calendar_hours_ms(calendar))
		return error_refuse(error, "refused.calendar.no_hours", "unit", NULL);
	if (limit.amount >= unit->least && limit.amount <= unit->most)
		return error_refuse(error, "refused.calendar.limit_long", "amount", NULL);
	snprintf(least, sizeof(least), "%d", unit->least);
	snprintf(most, sizeof(most), "%d", unit->most);
	return error_refuse(error, "refused.calendar.limit_amount", "amount", "least", least,
		"most", most, NULL);
}

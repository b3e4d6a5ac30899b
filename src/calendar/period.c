#include "calendar/period.h"
#include "base/date.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdio.h>

static const char *const kind_texts[PERIOD_KINDS] = {
	[PERIOD_WEEK] = "week",
	[PERIOD_MONTH] = "month",
	[PERIOD_QUARTER] = "quarter",
	[PERIOD_HALF_YEAR] = "half_year",
	[PERIOD_YEAR] = "year",
};

static const int kind_months[PERIOD_KINDS] = {
	[PERIOD_MONTH] = 1,
	[PERIOD_QUARTER] = 3,
	[PERIOD_HALF_YEAR] = 6,
	[PERIOD_YEAR] = 12,
};

/* ISO 8601: a week belongs to the year that holds its Thursday. */
static struct period week_of(int day)
{
	struct period period = { .kind = PERIOD_WEEK };
	int thursday, year;

	period.first_day = day - day_weekday(day) + 1;
	period.last_day = period.first_day + 6;
	thursday = period.first_day + 3;
	year = civil_from_day(thursday).year;
	snprintf(period.text, sizeof(period.text), "%04uW%02u", (unsigned)year % 10000u,
		(unsigned)(thursday - day_from_civil((struct civil){ year, 1, 1 })) / 7u % 100u +
			1u);
	return period;
}

static void months_text(struct period *period, int first_month)
{
	unsigned year = (unsigned)(first_month / 12) % 10000u;
	int month = first_month % 12;

	switch (period->kind) {
	case PERIOD_MONTH:
		snprintf(period->text, sizeof(period->text), "%04u-%02u", year,
			(unsigned)month % 12u + 1u);
		return;
	case PERIOD_QUARTER:
		snprintf(period->text, sizeof(period->text), "%04uQ%d", year, month / 3 + 1);
		return;
	case PERIOD_HALF_YEAR:
		snprintf(period->text, sizeof(period->text), "%04uH%d", year, month / 6 + 1);
		return;
	case PERIOD_YEAR:
		snprintf(period->text, sizeof(period->text), "%04u", year);
		return;
	default:
		impossible("a week is not made of months");
	}
}

struct period period_of(int day, enum period_kind kind)
{
	struct period period = { .kind = kind };
	int month;

	if (kind == PERIOD_WEEK)
		return week_of(day);
	month = day_month(day);
	month -= month % kind_months[kind];
	period.first_day = month_first_day(month);
	period.last_day = month_last_day(month + kind_months[kind] - 1);
	months_text(&period, month);
	return period;
}

struct period period_move(struct period period, int count)
{
	if (period.kind == PERIOD_WEEK)
		return week_of(period.first_day + 7 * count);
	return period_of(
		day_add_months(period.first_day, count * kind_months[period.kind]), period.kind);
}

/* `count` decimal digits, or -1. */
static int number_at(const char *text, int count)
{
	int number = 0;

	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + text[i] - '0';
	}
	return number;
}

/* A day inside the period that `text` may be; the caller compares what is written for it. */
static bool period_guess(const char *text, enum period_kind *kind, struct civil *civil)
{
	int number;

	*civil = (struct civil){ number_at(text, 4), 1, 1 };
	if (!civil_valid(*civil))
		return false;
	switch (text[4]) {
	case '\0':
		*kind = PERIOD_YEAR;
		return true;
	case '-':
		*kind = PERIOD_MONTH;
		civil->month = number_at(text + 5, 2);
		return civil_valid(*civil);
	case 'Q':
		*kind = PERIOD_QUARTER;
		number = number_at(text + 5, 1);
		civil->month = number * 3;
		return civil_valid(*civil);
	case 'H':
		*kind = PERIOD_HALF_YEAR;
		number = number_at(text + 5, 1);
		civil->month = number * 6;
		return civil_valid(*civil);
	case 'W':
		*kind = PERIOD_WEEK;
		number = number_at(text + 5, 2);
		civil->day = 4; /* always in the first week */
		*civil = civil_from_day(day_from_civil(*civil) + (number - 1) * 7);
		return number >= 1 && number <= 53;
	default:
		return false;
	}
}

bool period_parse(const char *text, struct period *period)
{
	enum period_kind kind;
	struct civil civil;

	if (!period_guess(text, &kind, &civil))
		return false;
	*period = period_of(day_from_civil(civil), kind);
	return text_equal(period->text, text);
}

const char *period_kind_text(enum period_kind kind)
{
	return kind_texts[kind];
}

int period_kind_parse(const char *text)
{
	for (int kind = 0; kind < PERIOD_KINDS; kind++)
		if (text_equal(kind_texts[kind], text))
			return kind;
	return -1;
}

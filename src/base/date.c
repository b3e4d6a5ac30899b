#include "base/date.h"
#include "base/panic.h"

#include <stdio.h>
#include <string.h>

enum { ZONE_MS = 8 * HOUR_MS };

bool civil_valid(struct civil civil)
{
	return civil.year >= 1900 && civil.year <= 2199 && civil.month >= 1 && civil.month <= 12 &&
	       civil.day >= 1 && civil.day <= days_in_month(civil.year, civil.month);
}

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": eras of 400 years from March. */
int day_from_civil(struct civil civil)
{
	int year = civil.month <= 2 ? civil.year - 1 : civil.year;
	int era = (year >= 0 ? year : year - 399) / 400;
	int year_of_era = year - era * 400;
	int month = civil.month > 2 ? civil.month - 3 : civil.month + 9;
	int day_of_year = (153 * month + 2) / 5 + civil.day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

struct civil civil_from_day(int day)
{
	int shifted = day + 719468;
	int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int day_of_era = shifted - era * 146097;
	int year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int month = (5 * day_of_year + 2) / 153;
	struct civil civil = {
		.year = year_of_era + era * 400,
		.month = month < 10 ? month + 3 : month - 9,
		.day = day_of_year - (153 * month + 2) / 5 + 1,
	};

	if (civil.month <= 2)
		civil.year++;
	return civil;
}

int day_weekday(int day)
{
	int weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday */

	return (weekday < 0 ? weekday + 7 : weekday) + 1;
}

int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	must(month >= 1 && month <= 12);
	return month == 2 && leap ? 29 : days[month - 1];
}

int day_month(int day)
{
	struct civil civil = civil_from_day(day);

	return civil.year * 12 + civil.month - 1;
}

int month_first_day(int month)
{
	return day_from_civil((struct civil){ month / 12, month % 12 + 1, 1 });
}

int month_last_day(int month)
{
	return month_first_day(month + 1) - 1;
}

int day_add_months(int day, int months)
{
	struct civil civil = civil_from_day(day);
	int month = day_month(day) + months;
	int most = days_in_month(month / 12, month % 12 + 1);

	civil.year = month / 12;
	civil.month = month % 12 + 1;
	if (civil.day > most)
		civil.day = most;
	return day_from_civil(civil);
}

int instant_day(int64_t instant)
{
	int64_t local = instant + ZONE_MS;

	return (int)(local >= 0 ? local / DAY_MS : (local - (DAY_MS - 1)) / DAY_MS);
}

int64_t day_start(int day)
{
	return (int64_t)day * DAY_MS - ZONE_MS;
}

/* `count` decimal digits at *at; moves *at past them. */
static bool digits(const char **at, int count, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return true;
}

static bool literal(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static bool civil_read(const char **at, struct civil *civil)
{
	return digits(at, 4, &civil->year) && literal(at, '-') && digits(at, 2, &civil->month) &&
	       literal(at, '-') && digits(at, 2, &civil->day) && civil_valid(*civil);
}

bool day_parse(const char *text, int *day)
{
	struct civil civil;

	if (!civil_read(&text, &civil) || *text)
		return false;
	*day = day_from_civil(civil);
	return true;
}

bool month_parse(const char *text, int *month)
{
	struct civil civil = { .day = 1 };

	if (!digits(&text, 4, &civil.year) || !literal(&text, '-') ||
		!digits(&text, 2, &civil.month) || *text || !civil_valid(civil))
		return false;
	*month = civil.year * 12 + civil.month - 1;
	return true;
}

/* Z or ±hh:mm, as milliseconds to subtract. */
static bool zone_read(const char **at, int64_t *zone_ms)
{
	int hours, minutes;

	*zone_ms = 0;
	if (literal(at, 'Z'))
		return true;
	bool west = **at == '-';
	if (!west && **at != '+')
		return false;
	(*at)++;
	if (!digits(at, 2, &hours) || !literal(at, ':') || !digits(at, 2, &minutes) || hours > 23 ||
		minutes > 59)
		return false;
	*zone_ms = (int64_t)hours * HOUR_MS + (int64_t)minutes * MINUTE_MS;
	if (west)
		*zone_ms = -*zone_ms;
	return true;
}

static bool milliseconds_read(const char **at, int *ms)
{
	int scale = 100;

	*ms = 0;
	if (!literal(at, '.'))
		return true;
	for (; **at >= '0' && **at <= '9'; (*at)++, scale /= 10) {
		if (!scale)
			return false;
		*ms += (**at - '0') * scale;
	}
	return scale < 100;
}

bool instant_parse(const char *text, int64_t *instant)
{
	struct civil civil;
	int hour, minute, second = 0, ms = 0;
	int64_t zone_ms;

	if (!civil_read(&text, &civil) || !literal(&text, 'T') || !digits(&text, 2, &hour) ||
		!literal(&text, ':') || !digits(&text, 2, &minute))
		return false;
	if (literal(&text, ':') && (!digits(&text, 2, &second) || !milliseconds_read(&text, &ms)))
		return false;
	if (hour > 23 || minute > 59 || second > 59 || !zone_read(&text, &zone_ms) || *text)
		return false;
	*instant = (int64_t)day_from_civil(civil) * DAY_MS + (int64_t)hour * HOUR_MS +
		   (int64_t)minute * MINUTE_MS + (int64_t)second * SECOND_MS + ms - zone_ms;
	return true;
}

const char *day_text(int day, char text[DAY_TEXT])
{
	struct civil civil = civil_from_day(day);

	snprintf(text, DAY_TEXT, "%04u-%02u-%02u", (unsigned)civil.year % 10000u,
		(unsigned)civil.month % 100u, (unsigned)civil.day % 100u);
	return text;
}

const char *month_text(int month, char text[MONTH_TEXT])
{
	snprintf(text, MONTH_TEXT, "%04u-%02u", (unsigned)(month / 12) % 10000u,
		(unsigned)(month % 12 + 1) % 100u);
	return text;
}

const char *instant_text(int64_t instant, char text[INSTANT_TEXT])
{
	char day[DAY_TEXT];
	int64_t ms = instant - day_start(instant_day(instant));
	int length = snprintf(text, INSTANT_TEXT, "%sT%02d:%02d:%02d",
		day_text(instant_day(instant), day), (int)(ms / HOUR_MS),
		(int)(ms / MINUTE_MS % 60), (int)(ms / SECOND_MS % 60));

	if (ms % SECOND_MS)
		length += snprintf(text + length, INSTANT_TEXT - (size_t)length, ".%03d",
			(int)(ms % SECOND_MS));
	snprintf(text + length, INSTANT_TEXT - (size_t)length, "+08:00");
	return text;
}

/*
 * Days, months and instants.
 *
 * A day is a count of days since 1970-01-01 in the proleptic Gregorian calendar; an instant
 * is milliseconds since 1970-01-01T00:00Z. The book lives in Asia/Shanghai, which has been
 * fixed at +08:00 since 1991, so a day is decided by adding eight hours and never by the
 * machine's zone.
 *
 * In JSON and in tables a day is written "2026-11-24", a month "2026-11", an instant
 * "2026-11-24T09:00:00+08:00" (with ".250" where it has milliseconds). Tables keep instants
 * as integers and days and months as these texts, which sort in time order.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

enum { DAY_MS = 86400000, HOUR_MS = 3600000, MINUTE_MS = 60000, SECOND_MS = 1000 };
enum { DAY_TEXT = 11, MONTH_TEXT = 8, INSTANT_TEXT = 32 }; /* sizes with the final NUL */

struct civil {
	int year;
	int month; /* 1..12 */
	int day;   /* 1..31 */
};

/* Years 1900 to 2199 are accepted everywhere; anything else is a typing mistake. */
bool civil_valid(struct civil civil);
int day_from_civil(struct civil civil);
struct civil civil_from_day(int day);
/* 1 Monday .. 7 Sunday. */
int day_weekday(int day);
int days_in_month(int year, int month);
/* `day` moved by whole months, the day of the month clamped: 31 August + 6 = 28 February. */
int day_add_months(int day, int months);
/* Months since 0000-01: a month as one integer, so that differences are subtraction. */
int day_month(int day);
int month_first_day(int month);
int month_last_day(int month);

int instant_day(int64_t instant);
/* The instant at which `day` begins in Asia/Shanghai; the day ends where the next begins. */
int64_t day_start(int day);

/* Exactly the written form, whole text; false when it is anything else. */
bool day_parse(const char *text, int *day);
bool month_parse(const char *text, int *month);
/* RFC 3339 with a zone (Z or ±hh:mm), seconds optional, at most three decimals. */
bool instant_parse(const char *text, int64_t *instant);

const char *day_text(int day, char text[DAY_TEXT]);
const char *month_text(int month, char text[MONTH_TEXT]);
const char *instant_text(int64_t instant, char text[INSTANT_TEXT]);

#endif

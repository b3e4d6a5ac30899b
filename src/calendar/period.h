/* Weeks, months, quarters, half-years and years. */
#ifndef CALENDAR_PERIOD_H
#define CALENDAR_PERIOD_H

#include <stdbool.h>

enum period_kind {
	PERIOD_WEEK,
	PERIOD_MONTH,
	PERIOD_QUARTER,
	PERIOD_HALF_YEAR,
	PERIOD_YEAR,
	PERIOD_KINDS,
};

enum { PERIOD_TEXT = 12 };

struct period {
	enum period_kind kind;
	int first_day;
	int last_day;           /* included */
	char text[PERIOD_TEXT]; /* "2026W48" (ISO 8601), "2026-11", "2026Q4", "2026H2", "2026" */
};

/* The period that `day` lies in. */
struct period period_of(int day, enum period_kind kind);
/* The one `count` periods later (earlier, where negative). */
struct period period_move(struct period period, int count);
/* Read a text as written above; false on anything else. */
bool period_parse(const char *text, struct period *period);

/* "week", "month", "quarter", "half_year", "year"; parse answers -1 for anything else. */
const char *period_kind_text(enum period_kind kind);
int period_kind_parse(const char *text);

#endif

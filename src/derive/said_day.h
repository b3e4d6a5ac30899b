/*
 * The day that a sentence says, in words or figures: 今天 昨天 后天, 周五 上周五 下周一,
 * 11月3日 2026年11月3日 2026-11-03; today, yesterday, last Friday, Nov 3.
 *
 * A weekday is that of this week, a date without a year of this year; where the sentence tells
 * of what was done (`said_day_past`), the last such day.
 */
#ifndef DERIVE_SAID_DAY_H
#define DERIVE_SAID_DAY_H

#include "derive/pieces.h"

struct said_day {
	bool said;
	int day;
	int back;  /* what it is moved back by where it would lie ahead: days, … */
	bool year; /* … or, where true, one year */
	bool soon; /* no day, but the time to come: 下周, next month; from this piece on: */
	int soon_at;
};

/* The first day that is said. The pieces that say it are used. */
struct said_day said_day_find(struct pieces *pieces, int today);
/* The day, of what was done. */
int said_day_past(const struct said_day *said, int today);

#endif

/* What the clock and the guard share about limits; for src/calendar only. */
#ifndef CALENDAR_LIMIT_H
#define CALENDAR_LIMIT_H

#include "calendar/clock.h"

/* What limit_check() accepts. */
bool limit_allowed(const struct calendar *calendar, struct limit limit);
/* Whether it runs inside office hours only. */
bool limit_is_working(enum limit_unit unit);
/* A limit of time in milliseconds; 0 for days and months. */
int64_t limit_ms(struct limit limit);

#endif

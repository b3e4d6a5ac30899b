/* The calendar that norms/calendar.yaml describes, for tests that stand without the ledger. */
#ifndef TESTS_CALENDAR_PACK_H
#define TESTS_CALENDAR_PACK_H

#include "calendar/calendar.h"

/* Between setup and teardown of the tests. The norm entries have the seqs 1, 2, … in the order of
 * the file. Fails the tests where the file cannot be read. */
extern struct calendar *pack;
int pack_load(void **state);
int pack_free(void **state);
/* A day written "2026-11-24", an instant written "2026-11-24 09:00" with optional seconds and
 * milliseconds; "24:00" is the end of the day. */
int day_at(const char *text);
int64_t instant_at(const char *text);

#endif

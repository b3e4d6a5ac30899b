/*
 * The sample organisation: 清屿省, a telecom operator's province that does not exist, with two
 * years of work. Every name, number and firm is invented; telephone numbers are of a range
 * that nobody was given, and nothing is ever sent.
 *
 * The same size and day give the same entries, the same head and the same derived digest on
 * every machine: chance is seeded, the clock is the story's own, and the little arithmetic
 * with fractions uses only operations that are exact to the last bit everywhere.
 */
#ifndef APP_DEMO_H
#define APP_DEMO_H

#include "ledger/ledger.h"

/* Customers: S 60 (tests), M 2,400 (a province), L forty times M (load). */
enum demo_size { DEMO_S, DEMO_M, DEMO_L };

/* Fill an empty book with the story from 2025-01-01 until `as_of`, norms included. REFUSED
 * where the book is not empty or `as_of` is before 2025-03-01. */
enum result demo_make(struct ledger *ledger, enum demo_size size, int64_t as_of,
	void (*progress)(void *context, int day, int64_t entries), void *context,
	struct error *error);

#endif

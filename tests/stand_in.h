/* Customers and their classes, small enough to stand in for the modules that keep them. */
#ifndef TESTS_STAND_IN_H
#define TESTS_STAND_IN_H

#include "ledger_book.h"

extern const struct module stand_in_module;

/* A class that is refused when the entry is folded, as no module of ours refuses anything. */
#define STAND_IN_LATE "late"

/* An office with a leader over two teams, people z1 … z4, customers C1 … C6. */
void stand_in_open(struct test_book *book, const struct module *const *modules);
/* Issue a norm whose rows are given as JSON, of these columns, in force from this day. */
void stand_in_norm(struct test_book *book, const char *norm, const char *effective,
	const char *columns, const char *rows);
/* How many duties `what` about `subject` ("customer:C1") are in this state, on any day. */
int stand_in_duties(
	struct test_book *book, const char *what, const char *subject, const char *state);

#endif

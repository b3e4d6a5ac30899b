/*
 * A book of two organisations with every role, grown by chance, and who may see what of it by a
 * rule of its own: over what the test itself has put in, and over nothing the ledger derives.
 */
#ifndef TESTS_SIGHT_WORLD_H
#define TESTS_SIGHT_WORLD_H

#include "ledger/sight.h"
#include "ledger_book.h"

enum { UNITS = 6, PEOPLE = 10, CUSTOMERS = 12, TOLD = 4000, NOBODY = -1 };

/* One entry: who wrote it and what it is about, each set a bit mask. */
struct told {
	bool known; /* put in by the test, not by the system */
	int author;
	unsigned customers, people, units;
	bool rows;         /* the customers stand in rows */
	bool paper;        /* for everybody below */
	bool entry_target; /* about another entry alone … */
	int64_t target;
	unsigned first; /* the customers it named when it was written */
	bool document;
	bool apart; /* it stands on no customer's line */
};

struct world {
	struct test_book book;
	bool two_roots;
	int today;
	int unit_of[CUSTOMERS];      /* NOBODY: none */
	int manager[CUSTOMERS];      /* now */
	int next_manager[CUSTOMERS]; /* from tomorrow */
	int deputy[CUSTOMERS];       /* B角 */
	int merged[CUSTOMERS];       /* into; NOBODY */
	int class[CUSTOMERS];        /* 0 … 3, NOBODY */
	int stands_for[PEOPLE];      /* whom he stands in for today; NOBODY */
	struct told told[TOLD];
	int64_t last;
};

extern const char *const world_units[UNITS], *const world_people[PEOPLE];
const char *world_customer(
	int customer); /* "LO00", as no id of an entry can hold, in a ring of a few */

/* Customers a text names, by their codes: names and addresses hold them too. */
unsigned world_named_in(const char *text);

void world_open(struct world *world, bool two_roots, uint64_t seed);
void world_close(struct world *world);
/* One act by chance. */
void world_step(struct world *world);

/* The rule. */
bool rule_unit_led(const struct world *world, int person, int unit);
bool rule_unit_line(const struct world *world, int person, int unit);
bool rule_whole(const struct world *world, int person);
bool rule_looks_after(const struct world *world, int person, int customer);
bool rule_customer(const struct world *world, int person, int customer);
bool rule_person(const struct world *world, int person, int other);
bool rule_entry(struct world *world, int person, int64_t seq);

#endif

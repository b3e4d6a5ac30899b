/* Whose: a reference and what it takes in. */
#ifndef LEDGER_SCOPE_H
#define LEDGER_SCOPE_H

#include "ledger/book.h"

/* The references under one: a unit with those below it and their people; else itself. */
struct references {
	char **items;
	size_t count, allocated;
};

enum result references_of(struct ledger *ledger, const char *reference,
	struct references *references, struct error *error);
void references_release(struct references *references);

/* Whose and when a figure is for. */
struct scope {
	struct ledger *ledger;
	char type[16];
	const char *id;
	int from, to;
	struct references units; /* "unit:…" of a unit and below, sorted */
	struct references own;   /* "customer:…" a person ever looked after, sorted */
	struct arena arena;
};

enum result scope_open(struct scope *scope, struct ledger *ledger, const char *reference, int from,
	int to, struct error *error);
void scope_close(struct scope *scope);
/* The customer that stands for this one since a merge, remembered while the book stays as it is. */
const char *scope_survivor(struct scope *scope, const char *customer);
/* Does this row of evidence belong to it? */
bool scope_takes(struct scope *scope, const struct evidence *evidence);

extern const struct statement scope_sql[];

/* places.c: what the directories answer for rows of evidence, remembered while the book stays as
 * it is: the rows of one summary ask the same about the same customers again and again. */
enum place { PLACE_MANAGER, PLACE_CUSTOMER_UNIT, PLACE_STAFF_UNIT, PLACE_SURVIVOR };
/* Forget what was remembered of another state of the book. */
void places_begin(struct ledger *ledger);
/* The answer for the end of `day` (0 where the day does not matter), until the next call; NULL for
 * none. */
const char *places_get(struct ledger *ledger, enum place place, const char *id, int day);
void places_release(struct ledger *ledger);

#endif

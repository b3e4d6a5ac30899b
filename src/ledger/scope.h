/* Whose: a reference and what it takes in. */
#ifndef LEDGER_SCOPE_H
#define LEDGER_SCOPE_H

#include "ledger/book.h"

/* The statement by which a directory answers; NULL where nobody does. */
#define ANSWER(ledger, question)                                                                   \
	directory_statement((ledger), offsetof(struct directory, question) / sizeof(int))
const struct statement *directory_statement(const struct ledger *ledger, size_t question);

/* The references under one: a unit with those below it and their people; else itself. */
struct references {
	char **items;
	size_t count, allocated;
};

enum result references_of(struct ledger *ledger, const char *reference,
	struct references *references, struct error *error);
void references_release(struct references *references);
void references_add(struct references *references, const char *type, const char *id);
/* In order, each once. */
void references_sort(struct references *references);
/* Of a sorted one. */
bool references_hold(const struct references *references, const char *type, const char *id);
/* Add everybody who works in one of these (sorted) units on `day`. */
enum result people_within(struct ledger *ledger, const struct references *units, int day,
	struct references *people, struct error *error);
/* Refuse a reference to what does not exist; nothing is said of types that have no register. */
enum result reference_refuse(const char *type, const char *id, struct error *error);

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

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
	struct arena arena;
	struct place_cache *places;
};

enum result scope_open(struct scope *scope, struct ledger *ledger, const char *reference, int from,
	int to, struct error *error);
void scope_close(struct scope *scope);
/* The customer that stands for this one since a merge, remembered for the scope's life. */
const char *scope_survivor(struct scope *scope, const char *customer);
/* Does this row of evidence belong to it? */
bool scope_takes(struct scope *scope, const struct evidence *evidence);

extern const struct statement scope_sql[];

#endif

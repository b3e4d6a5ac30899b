/*
 * The example row of a kind's template: the first of its module's samples, and of that the first
 * row of its table.
 */
#ifndef DERIVE_EXAMPLE_H
#define DERIVE_EXAMPLE_H

#include "ledger/ledger.h"

struct example {
	json_t *line; /* of sample.jsonl */
	struct entry entry;
};

/* False, and nothing to release, where there is no sample of the kind. */
bool example_find(struct ledger *ledger, const struct kind *kind, struct example *example);
void example_release(struct example *example);

#endif

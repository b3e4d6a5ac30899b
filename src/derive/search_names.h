/* The names that search looks through, in memory, as the book last said them. */
#ifndef DERIVE_SEARCH_NAMES_H
#define DERIVE_SEARCH_NAMES_H

#include "derive/readings.h"
#include "ledger/ledger.h"

/* One thing with a name. What is looked through for every question stands together, in the order
 * code, folded, folded_texts; texts are compared folded (text_fold). */
struct item {
	bool gone;
	uint32_t characters; /* of the folded name */
	uint32_t letters;    /* the first letters of all its characters' readings, bit 0 for 'a' */
	uint64_t order[2];   /* how its id begins, so that comparing numbers mostly does */
	uint64_t pairs;      /* two letters that may begin what is typed: search_names_pair */
	const char *type;
	char *code;                     /* of an object; "" of what is none */
	char *folded;                   /* the name */
	char *folded_texts;             /* its other fields, a line each; "" for none */
	char *ref, *name, *texts, *key; /* as they are said */
	size_t next;                    /* in its chain; 0 ends it */
};

struct merge {
	const char *customer, *survivor;
};

struct search_names {
	const struct readings *readings;
	int64_t through; /* the newest entry that was heard of */
	struct arena arena;
	struct item *items; /* from 1 */
	size_t count, room, gone;
	size_t *heads;
	size_t head_count; /* a power of two */
	struct arena merge_arena;
	struct merge *merges; /* by customer */
	size_t merge_count, merge_room;
	const struct ledger *ledger; /* while it is asked */
};

void search_names_init(struct search_names *names, const struct readings *readings);
void search_names_release(struct search_names *names);
/* Hear what the book says since it was last asked. */
enum result search_names_follow(
	struct search_names *names, struct ledger *ledger, struct error *error);
/* The id of the customer that stands for `customer`; itself where it is not merged. */
const char *search_names_survivor(const struct search_names *names, const char *customer);
/* The bit for two letters or digits one after the other: `second` within a reading that `first`
 * begins, or beginning one of the next character. Several share a bit. */
uint64_t search_names_pair(uint32_t first, uint32_t second);
/* What search calls the things that a kind names; NULL where it names none. */
const char *search_names_type(const struct kind *kind);

#endif

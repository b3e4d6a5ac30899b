/* The inside of recognising: what its files share. */
#ifndef DERIVE_RECOGNISE_PARTS_H
#define DERIVE_RECOGNISE_PARTS_H

#include "derive/pieces.h"
#include "derive/recognise.h"
#include "derive/said_day.h"

enum { PEOPLE_MOST = 8 };

/* A customer that may be meant, and how surely. */
struct meant {
	const char *id; /* NULL: none yet */
	int rank;       /* twice the weight of what stands in the sentence, and 1 for all of it */
	bool tied;      /* another is meant as well */
	struct run run;
};

/* Somebody whose whole name stands in the sentence. */
struct somebody {
	const char *customer, *name;
	int at, count;
};

struct sentence {
	const struct recognising *recognising;
	struct arena arena;
	struct pieces pieces;
	struct sieve sieve;
	struct said_day day;
	struct meant customer;
	struct somebody people[PEOPLE_MOST];
	int people_count;
	char words[RECOGNISE_BYTES]; /* the sentence, trimmed */
};

/* recognise_names.c: the customer and the people named, whose pieces are used. */
enum result sentence_names(struct sentence *sentence, struct error *error);
/* Is it told surely who is meant? */
bool sentence_customer_sure(const struct sentence *sentence);
/* The person met, as the book or the sentence calls him; NULL where nobody is. */
const char *sentence_person(struct sentence *sentence);

#endif

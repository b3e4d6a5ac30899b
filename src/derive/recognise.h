/*
 * 记一笔: one sentence becomes a form that is filled in.
 *
 * "今天拜访清波精铸 谈专线续约 王总" is a visit of today to the customer 清波精铸, where 王总 was
 * met, and what was seen is the sentence itself. Everything is known from the book: customers
 * and people by their names (a part of a name that begins or ends it, or three characters of
 * it; a code), kinds by the words that their module declares:
 *
 *     word.visit.made = 拜访|走访|上门|去了
 *
 * The word that stands first says the kind, the longer of two. Of kinds that share a word, one
 * that asks for a day is what is yet to be done, and is meant where the day lies ahead. Where no
 * word says it and a customer is named, it is the kind that is due again and again.
 *
 * It never guesses between two: what two could be meant by is left open. Only what the asker may
 * see is known. Nothing is written; what was understood is shown first.
 */
#ifndef DERIVE_RECOGNISE_H
#define DERIVE_RECOGNISE_H

#include "derive/search.h"

#include "base/messages.h"

enum { RECOGNISE_BYTES = 3000 };

struct recognising {
	struct search *search;
	struct ledger *ledger;
	const struct messages *messages;
	const char *text;
	int today;
	/* May the asker see it? NULL: all. As of a question for names. */
	bool (*may)(void *context, const char *type, const char *id);
	void *context;
};

struct recognised {
	const struct kind *kind; /* NULL: not known */
	json_t *body;            /* the fields that are known, by the kind's own names */
	int day;                 /* when it happened, where that is not today; else 0 */
	bool sure;               /* nothing that must be there is missing, or was told by little */
};

/* REFUSED where the text is longer than RECOGNISE_BYTES. Release what was OK. */
enum result recognise(
	const struct recognising *recognising, struct recognised *recognised, struct error *error);
void recognised_release(struct recognised *recognised);

#endif

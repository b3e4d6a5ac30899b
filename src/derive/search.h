/*
 * Search by name, answering while one types.
 *
 * Whatever has a name is found (kinds with a field marked NAME: customers, their persons, staff,
 * units), by any fragment of it, of one character or more; by its pinyin, initials or
 * syllables, of every reading, from any character on (readings.h); by the beginning of its
 * code; and by any fragment of its other fields marked SEARCH (credit code, address). Case,
 * width and white space do not matter. Of several words every one must be found, in any order.
 *
 * The names are kept in memory and looked through from first to last: 100,000 take some
 * milliseconds whatever is asked. An index in the database was slower where it matters, on
 * the fragments that nearly every name has (docs/benchmarks.md). Each question first asks the
 * book for the names that changed since the last (ledger_names): new names, corrections,
 * withdrawals and erasures are followed at once, whoever made them. What is no longer said is
 * overwritten, not only left out.
 *
 * A customer that was merged is found by its old name, and leads to the one that stands for it.
 *
 * A search belongs to one book. It may be shared by threads, each asking with a ledger of its
 * own, outside of a batch. What only a book restored from a backup would tell is not noticed:
 * restoring wants the program stopped.
 */
#ifndef DERIVE_SEARCH_H
#define DERIVE_SEARCH_H

#include "ledger/ledger.h"

enum { SEARCH_MOST = 50, SEARCH_BYTES = 256, SEARCH_WORDS = 8 };

struct search;

struct question {
	const char *text; /* as typed */
	const char *type; /* "customer", "person", …; NULL: any */
	int limit;        /* 1 … SEARCH_MOST */
	/* May the asker see it? Asked of as many as the limit needs, best first; NULL: all. For
	 * a person `id` is that of his customer, for a merged customer that of its survivor. */
	bool (*may)(void *context, const char *type, const char *id);
	void *context;
};

struct found {
	const char *type;   /* of object; of what is none the last part of its kind: "person" */
	const char *ref;    /* where it leads: "customer:C1"; a person's is his customer's */
	const char *name;   /* the name that was found */
	const char *merged; /* "customer:C3", which had this name, merged into `ref`; or NULL */
	const char *text;   /* another field in which a word was found, or NULL */
};

struct search *search_new(void);
void search_free(struct search *search); /* NULL does nothing */
/* Hand out what is found, best first: whose code it is; then by where in the name the words stand,
 * letters as they are before pinyin; then by other fields; then the shorter name; then by
 * id. A blank text finds nothing. REFUSED where it is longer than SEARCH_BYTES, or of
 * more than SEARCH_WORDS words. */
enum result search_find(struct search *search, struct ledger *ledger,
	const struct question *question, void (*each)(void *context, const struct found *found),
	void *context, struct error *error);
/* Hand out every name as the book says it now, in no order, to look through them otherwise. */
struct named {
	const char *type, *ref, *name; /* as of what is found */
};
enum result search_each(struct search *search, struct ledger *ledger,
	void (*each)(void *context, const struct named *named), void *context, struct error *error);
/* Is there a kind of this book that names such things? */
bool search_has_type(const struct ledger *ledger, const char *type);

#endif

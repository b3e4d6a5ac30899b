/*
 * A small book with something of everything in it, copied for each trial, and what must hold of
 * the copy after the world has failed in the middle of something: it verifies, and it stands
 * where it stood before or where it would stand without the failure, down to what is derived.
 */
#ifndef TESTS_FAULT_BOOK_H
#define TESTS_FAULT_BOOK_H

#include "derive/sentence.h"
#include "ledger/ledger.h"

/* Where a book stands. */
struct standing {
	int64_t entries; /* −1: there is no book */
	uint8_t head[DIGEST_BYTES], derived[DIGEST_BYTES];
};

struct trial {
	struct ledger *ledger;
	struct session session;
	uint64_t chance;
	struct messages *messages;
	struct buffer out; /* what a reader would have been answered */
};

extern const char *const trial_path, *const trial_import, *const trial_norms;

/* Make the book, and the files that acts read. */
void trial_prepare(struct trial *trial);
void trial_clean(struct trial *trial);
/* A fresh copy of the book (none where `empty`), the same chance and clock, nothing answered. */
void trial_start(struct trial *trial, bool empty);
/* The same chance and clock again, nothing answered; the book as it is. */
void trial_rewind(struct trial *trial);
/* Open it; `create` makes it. */
enum result trial_open(struct trial *trial, bool create, struct error *error);
void trial_end(struct trial *trial);
/* Where the copy stands: it must verify, and derive what a rebuild derives where `rebuild`. */
struct standing trial_standing(bool rebuild);
bool standing_equal(const struct standing *one, const struct standing *other);
struct reader trial_reader(const struct trial *trial);
/* The id of the import that the book holds. */
const char *trial_imported(void);
/* Append one envelope in the batch under way, and answer it. */
enum result trial_append(struct trial *trial, const char *text, struct error *error);

#endif

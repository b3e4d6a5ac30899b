/*
 * A small book with something of everything in it, copied for each trial, and what must hold of
 * the copy after the world has failed in the middle of something: it verifies, and it stands
 * where it stood before or where it would stand without the failure, down to what is derived.
 */
#ifndef TESTS_FAULT_BOOK_H
#define TESTS_FAULT_BOOK_H

#include "database.h"

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
	struct buffer out;      /* what a reader would have been answered */
	char imported[ID_TEXT]; /* the import that the book holds */
	char path[DATABASE_URL], kept_path[DATABASE_URL]; /* the copy, and the book */
	const char *from;                                 /* what the copy was made of */
	const char *holds; /* what the copy is still one of, as far as is known */
	char import_path[64], norms_path[64]; /* what acts read … */
	char out_path[64], evidence_path[64]; /* … and write */
	char left_path[64];                   /* what is left of the copy when the power goes */
	char older_path[64];                  /* the book before its last import */
	char kept_import_path[64];
};

/* Make the book, and the files that acts read. */
void trial_prepare(struct trial *trial);
void trial_clean(struct trial *trial);
/* A fresh copy of the book at `from` (NULL: none) and nothing else, then trial_rewind. */
void trial_start(struct trial *trial, const char *from);
/* The copy stands where it stood at trial_start, so that it need not be made again. */
void trial_untouched(struct trial *trial);
/* The same chance and clock again, nothing answered; the book as it is. */
void trial_rewind(struct trial *trial);
/* Open it; `create` makes it. */
enum result trial_open(struct trial *trial, bool create, struct error *error);
void trial_end(struct trial *trial);
/* Remove a book and the files of the database beside it. */
void trial_remove(const char *path);
/* Where a book stands: it must verify, and derive what a rebuild derives where `rebuild`. */
struct standing trial_standing(const char *path, bool rebuild);
bool standing_equal(const struct standing *one, const struct standing *other);
struct reader trial_reader(const struct trial *trial);
/* Append one envelope in the batch under way, and answer it. */
enum result trial_append(struct trial *trial, const char *text, struct error *error);

#endif

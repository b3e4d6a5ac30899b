/* What people do with a book, and ask of it: each act on a trial's copy of the small book. */
#ifndef TESTS_FAULT_ACTS_H
#define TESTS_FAULT_ACTS_H

#include "fault_book.h"

enum act_kind {
	CHANGES,
	ASKS,
	OPENS,    /* the opening itself … */
	MAKES,    /* … of a book that is not there yet … */
	DERIVES,  /* … or of one that an older program derived */
	RESTORES, /* over an older copy, not opened before */
	BACKS_UP, /* the book that is kept, to where the copy would be */
	PROVES,   /* a backup, before it is restored */
	MOVES,    /* the book that is kept, to an empty one */
};

struct act {
	const char *name;
	enum act_kind kind;
	/* What a reader would hear goes to trial->out. */
	enum result (*run)(struct trial *trial, struct error *error);
};

enum { ACTS = 23 };
extern const struct act acts[ACTS];

/* Start a trial of this act: a fresh copy of the book, closed, and no files beside it. */
void act_start(struct trial *trial, const struct act *act);
/* Is there a file that the act writes for people? */
bool act_left_a_file(const struct trial *trial);
/* Does the act open what it needs itself, or is the opening what is tried? */
bool act_opens(const struct act *act);
/* Is it one of those that do not open their books by the ledger? … */
bool act_copies(const struct act *act);
/* … or of those that belong to a file … */
bool act_of_files(const struct act *act);
/* … and is it the file beside, whole or not there, that fails? */
bool act_beside(const struct act *act);

#endif

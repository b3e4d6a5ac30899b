/*
 * Moving a book to another database: from a file to a server, back, or between two of a kind.
 *
 * What moves is the record, entry by entry as it stands: ids, numbers, instants, hashes, salts,
 * and personal parts where they have not been erased. The book keeps its name, which every hash
 * covers. What is derived does not move: it is derived again from what arrived, and its digest
 * must be that of the source. Copying it would be faster and prove nothing; so, what the target
 * shows is known to follow from its own entries.
 *
 * The source is read in one snapshot and left as it is; who reads or writes it does not wait. Its
 * chain must hold (TROUBLE otherwise). At the target an empty book of this name is made where there
 * is none, and all of it arrives there in one transaction, which ends when the chain has been
 * walked and the digests compared. Cut off at any moment, the target holds that empty book, or all
 * of it. A target whose book has entries is REFUSED, as is a source or target of a newer program.
 *
 * Memory is bounded: entries come in pieces, and one is in hand at a time.
 */
#ifndef LEDGER_MOVE_H
#define LEDGER_MOVE_H

#include "base/digest.h"
#include "ledger/ledger.h"

struct move_request {
	const char *from, *to; /* URLs */
	const char *book;
	const struct module *const *modules;
	/* Of deriving, which takes longest; may be NULL. */
	void (*progress)(void *context, int64_t done, int64_t all);
	void *context;
};

struct moved {
	int64_t entries;
	uint8_t head[DIGEST_BYTES], derived[DIGEST_BYTES];
	/* False where an older program derived what the source holds: then it may differ, and was
	 * not compared. */
	bool compared;
	int64_t later; /* entries that the source got meanwhile, and the target lacks */
};

enum result ledger_move(const struct move_request *move, struct moved *moved, struct error *error);

#endif

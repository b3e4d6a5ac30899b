/*
 * The rows behind a figure, a page at a time, in the order in which they are looked at: of a share
 * first what is bad news, of amounts the largest first, of anything else the newest.
 *
 * A figure is the fold of its evidence, so a page is found by the scan that makes the figure; it
 * holds no more rows at a time than two pages have. Pages of one state of the book lead into one
 * another; a row that comes meanwhile neither moves nor doubles those that were there.
 */
#ifndef DERIVE_EVIDENCE_H
#define DERIVE_EVIDENCE_H

#include "ledger/ledger.h"

struct evidence_place {
	int64_t value, seq;
	int day, row;
	int nth; /* among rows of which all this is the same; from 1, 0: the start */
};

struct evidence_page {
	struct evidence_place after; /* afterwards the place of the last row */
	int limit;
	bool more; /* afterwards: rows lie beyond */
};

/* Whoever looks (ledger_look) is told what ledger_figure tells him. */
enum result evidence_read(struct ledger *ledger, const struct measure *measure,
	const char *reference, int from, int to, struct evidence_page *page,
	void (*each)(void *context, const struct evidence *evidence), void *context,
	struct error *error);

#endif

/*
 * What several lines will ask of the database, asked at one go before the first of them is
 * appended: which ids are in the record, which objects exist, which duties of their subjects can
 * still be done. A server is a journey away, and whoever asks line by line spends his time on it; a
 * file is asked line by line, which costs less than one large question.
 *
 * It is true while the batch has the book to itself, for what the batch changes is noted here, or
 * forgotten. What is not known here is asked for when it is needed: not to know is never wrong.
 */
#ifndef LEDGER_AHEAD_H
#define LEDGER_AHEAD_H

#include "ledger/book.h"

/* A duty that can still be done, as whoever discharges it must know it. */
struct live {
	const char *what, *id, *holder, *period;
	int64_t due, period_from;
	struct live *next; /* less urgent */
};

/* Ask what these lines will ask. What they are is not known yet: any may be nonsense. */
enum result ahead_ask(
	struct ledger *ledger, const struct offer *offers, int count, struct error *error);
void ahead_forget(struct ledger *ledger);
void ahead_free(struct ledger *ledger);

/* Is it known whether the record has this id? Its seq, 0 where it has not. */
bool ahead_seq(const struct ledger *ledger, const struct id *id, int64_t *seq);
void ahead_recorded(struct ledger *ledger, const struct id *id, int64_t seq);

/* Are the live duties of this subject known? The most urgent, NULL where there is none. */
bool ahead_live(const struct ledger *ledger, const char *subject, struct live **first);
/* This one is done. */
void ahead_done(struct ledger *ledger, const char *subject, const char *duty);
/* The duties of the subject have changed; NULL: those of anybody. */
void ahead_changed(struct ledger *ledger, const char *subject);
extern const struct statement ahead_sql[];

#endif

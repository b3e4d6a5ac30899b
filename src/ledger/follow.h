/*
 * Following a book: wait until it has grown, whoever appended.
 *
 * The seq of the newest entry is the truth and is read each time. PostgreSQL also tells when a
 * batch was committed; a telling that is lost, or that a connection pool does not pass on, costs
 * a second at most. A file is looked at twenty times a second.
 */
#ifndef LEDGER_FOLLOW_H
#define LEDGER_FOLLOW_H

#include "base/error.h"

#include <stdint.h>

struct follow;

/* Of a book that is there; used by one thread at a time. */
enum result follow_open(
	struct follow **follow, const char *url, const char *book, struct error *error);
void follow_close(struct follow *follow);
/* Wait until the book holds more than `after`, and at most so long; it may also come back a
 * second early with nothing new. `seq` is that of the newest entry. TROUBLE where the database
 * cannot be asked; the next call opens it again. */
enum result follow_wait(
	struct follow *follow, int64_t after, int timeout_ms, int64_t *seq, struct error *error);

#endif

/*
 * What keeps strangers from using the server up: deadlines for connections, and rates.
 *
 * The library's own time limit counts only silence, so that a client sending one byte a second
 * would stay for ever; a guard watches every connection and cuts it when its headers, its body
 * or its taking of the answer last too long.
 *
 * Rates are counted per person and per address, in a table of fixed size: under a flood what was
 * counted for somebody may be forgotten, which lets him ask more, never less.
 */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include "http/route.h"

struct guard;
struct guarded; /* a connection */

/* `steady_ms` as in server.h. */
struct guard *guard_new(int64_t (*steady_ms)(void *state), void *state, int rate_times);
void guard_free(struct guard *guard);

struct guarded *guard_add(struct guard *guard, int file);
void guard_remove(struct guard *guard, struct guarded *connection);
/* Cut it in so many milliseconds, unless something else is said before; 0: leave it alone. */
void guard_within(struct guard *guard, struct guarded *connection, int64_t within_ms);

/* May this address, and this person ("" for none), ask once more? REFUSED with the seconds to
 * wait. */
enum result guard_rate(struct guard *guard, enum rate rate, const char *address, const char *staff,
	int *wait_s, struct error *error);

#endif

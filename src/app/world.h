/*
 * The clock and chance, which the rest of the program is given.
 *
 * For tests the environment holds them still: YIBEN_NOW is the present instant, YIBEN_SEED
 * makes what would be chance the same every time.
 */
#ifndef APP_WORLD_H
#define APP_WORLD_H

#include "base/digest.h"
#include "base/error.h"

#include <stdint.h>

/* The present instant; REFUSED where YIBEN_NOW is no instant. */
enum result world_now(int64_t *now, struct error *error);

/* For those who ask again and again: the same, where it is known that YIBEN_NOW is an instant;
 * and CLOCK_MONOTONIC in milliseconds. `state` is not looked at. */
int64_t world_now_again(void *state);
int64_t world_steady_ms(void *state);

struct chance {
	struct digest *digest; /* NULL where chance is the system's */
	const char *seed;
	uint8_t place[DIGEST_BYTES];
	uint64_t count;
};

void chance_init(struct chance *chance);
void chance_release(struct chance *chance);
/* Where a seeded program stands: two runs on one book must not make the same ids, so each is
 * told the head it found. */
void chance_place(struct chance *chance, const uint8_t head[DIGEST_BYTES]);
/* Fill `bytes`; `state` is a struct chance. Fits struct session. */
void chance_bytes(void *state, uint8_t *bytes, size_t length);

#endif

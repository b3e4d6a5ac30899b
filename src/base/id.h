/*
 * ULIDs (github.com/ulid/spec): 48 bits of milliseconds, 80 bits of chance, written as 26
 * characters of Crockford's base 32. As 16 bytes they sort in time order. Time and chance
 * are passed in.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

enum { ID_BYTES = 16, ID_TEXT = 27, ID_CHANCE = 10 };

struct id {
	uint8_t bytes[ID_BYTES];
};

struct id id_make(int64_t instant, const uint8_t chance[ID_CHANCE]);
/* An id for something that must have the same id whoever makes it: the instant, and the
 * first 80 bits of SHA-256 over `name`. */
struct id id_derive(int64_t instant, const char *name);
/* Exactly 26 characters, either case, at most 2^128−1. */
bool id_parse(const char *text, struct id *id);
const char *id_text(struct id id, char text[ID_TEXT]);

#endif

/*
 * Writing JSON. A writer appends to a buffer and keeps count of commas; keys come in the
 * order they are written. Canonical bytes (RFC 8785, restricted to what an entry may hold)
 * come from json_canonical(), which sorts keys.
 *
 * Reading JSON is jansson's work.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buffer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { JSON_DEPTH = 16 };

struct writer {
	struct buffer *out;
	int depth;
	bool comma[JSON_DEPTH + 1]; /* something precedes at this depth */
};

void write_start(struct writer *writer, struct buffer *out);
void write_object(struct writer *writer);
void write_object_end(struct writer *writer);
void write_array(struct writer *writer);
void write_array_end(struct writer *writer);
void write_key(struct writer *writer, const char *key);
void write_text(struct writer *writer, const char *text);
void write_integer(struct writer *writer, int64_t number);
void write_bool(struct writer *writer, bool value);
void write_null(struct writer *writer);
/* Bytes that are JSON already. */
void write_raw(struct writer *writer, const char *text);

/* key and value in one call. */
void write_text_at(struct writer *writer, const char *key, const char *text);
void write_integer_at(struct writer *writer, const char *key, int64_t number);
void write_bool_at(struct writer *writer, const char *key, bool value);

/* A JSON string with its quotes, escaped as RFC 8785 asks. */
void json_escape(struct buffer *out, const char *text);
/* Canonical bytes of `value`: keys sorted by code unit, no white space. False where it holds
 * what an entry may not: a float, a null, an integer beyond ±(2^53−1), or too deep a nest. */
bool json_canonical(struct buffer *out, json_t *value);

#endif

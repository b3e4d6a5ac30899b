/*
 * A growing run of bytes with a ceiling. `bytes` always ends in a NUL that is not counted,
 * so it can be read as text.
 *
 * A buffer that would grow past its ceiling keeps what it has, ignores what follows and is
 * `full`: check once at the end instead of at each append.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
	char *bytes;
	size_t length;
	size_t allocated;
	size_t ceiling;
	bool full;
};

void buffer_init(struct buffer *buffer, size_t ceiling);
void buffer_release(struct buffer *buffer);
/* Empty it, keep its memory. */
void buffer_clear(struct buffer *buffer);

void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_char(struct buffer *buffer, char c);
void buffer_integer(struct buffer *buffer, int64_t number);
void buffer_print(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

/* UTF-8 text. Texts end in NUL and never contain U+0000. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copy as much of `from` as fits, cut at a character boundary. */
void text_copy(char *to, size_t size, const char *from);
/* Well-formed UTF-8: no overlong forms, surrogates, or code points past U+10FFFF. */
bool text_valid(const char *bytes, size_t length);
/* The code point at *at, which is moved past it; 0 at the end. `*at` must be valid. */
uint32_t text_next(const char **at);
/* Characters (code points), not bytes. */
size_t text_characters(const char *text);
/* Columns in a terminal: East Asian wide characters take two. */
size_t text_columns(const char *text);

bool text_equal(const char *a, const char *b);
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
/* Is it white space, the ideographic included? */
bool text_blank(uint32_t point);
/* A copy in `to` without leading and trailing white space, ideographic space included. It may
 * be made in place. */
void text_trim(char *to, size_t size, const char *from);
/* The form by which headings and names are compared: full-width ASCII made half-width, white
 * space removed, ASCII letters lower case, 全角 brackets made ASCII. */
void text_fold(char *to, size_t size, const char *from);
/* Append the text with telephone numbers made unreadable: of seven digits or more, spaces, dots,
 * hyphens and brackets between them not counted, the first three and the last two to four stay. */
struct buffer;
void text_mask(struct buffer *out, const char *text);
/* A whole decimal number; false on anything else, overflow included. */
bool text_integer(const char *text, int64_t *number);
/* The other way. */
enum { INTEGER_TEXT = 21 };
const char *integer_text(int64_t number, char text[INTEGER_TEXT]);

#endif

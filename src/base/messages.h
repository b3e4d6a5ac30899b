/*
 * The catalogue of labels, sentences and messages in two languages, read from the zh.txt and
 * en.txt of the core and of each module, which are inside the binary.
 *
 * A catalogue text is lines `key = text`; `#` begins a comment line; `\n` in a text is a line
 * break; `{name}` is a slot. A key is said once per language.
 */
#ifndef BASE_MESSAGES_H
#define BASE_MESSAGES_H

#include "base/buffer.h"
#include "base/error.h"

enum language { CHINESE, ENGLISH, LANGUAGES };

struct messages;

struct messages *messages_new(void);
void messages_free(struct messages *messages);
/* Add one catalogue; a malformed line or a key said twice is our bug and aborts. */
void messages_add(
	struct messages *messages, enum language language, const char *text, size_t length);

/* The text for `key`, or NULL. It lives as long as `messages`. */
const char *message_find(const struct messages *messages, enum language language, const char *key);
/* The text for `key`; our bug, and an abort, where there is none. */
const char *message_get(const struct messages *messages, enum language language, const char *key);
/* Walk every key in sorted order: NULL first, the last key seen after that; NULL at the end. */
const char *message_next(const struct messages *messages, enum language language, const char *key);

/* Append `sentence` with each {name} replaced by value(context, name); a slot for which it
 * answers NULL is left out. */
void message_fill(struct buffer *out, const char *sentence,
	const char *(*value)(void *context, const char *name), void *context);
/* Append what an error says, with its place and the label of its field: "field.NAME", else that
 * of a kind which has it, "field.KIND.NAME". */
void message_error(const struct messages *messages, enum language language,
	const struct error *error, struct buffer *out);

#endif

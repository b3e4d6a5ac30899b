/*
 * What went wrong, in the one form that every layer passes upwards.
 *
 * REFUSED is the user's mistake: a message key with named arguments, which the edge (CLI,
 * HTTP, a workbook of refused rows) turns into a sentence in the reader's language; it
 * names the field, what was expected and what to do. TROUBLE is the world's: disk, network,
 * database; it may succeed later. Our own mistakes abort (panic.h) and never come here.
 *
 * An error is filled only by the function that fails and is left alone on success. The
 * first failure is kept: filling a filled error changes nothing.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

enum result { OK = 0, REFUSED, TROUBLE };

enum { ERROR_ARGUMENTS = 6 };

struct error {
	enum result result;
	char key[64];    /* message key, "refused.unknown_customer" */
	char field[64];  /* the field at fault, or "" */
	char place[160]; /* "file:line:column" or "sheet!B7", or "" */
	int arguments;
	struct {
		char name[24];
		char text[160]; /* cut at a character boundary where longer */
	} argument[ERROR_ARGUMENTS];
};

/* Fill `error` and return REFUSED (TROUBLE). The trailing arguments are pairs of texts, name
 * then value, closed by NULL: error_refuse(error, "refused.too_long", "name", "max", "120", NULL).
 */
enum result error_refuse(struct error *error, const char *key, const char *field, ...)
	__attribute__((sentinel));
enum result error_trouble(struct error *error, const char *key, ...) __attribute__((sentinel));
/* Say where the failure was found, unless a deeper layer already did. */
void error_place(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void error_clear(struct error *error);
/* For the argument "reason", what the system means by an errno: a message key, which
 * message_error says in the reader's language, or where that is rare the system's own words. */
const char *error_reason(int code);
/* The value of the argument called `name`, or NULL. */
const char *error_argument(const struct error *error, const char *name);

#endif

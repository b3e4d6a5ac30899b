/*
 * An answer under way: its status, its headers, and JSON written by base/json.h.
 *
 * What went wrong is answered as a problem document (RFC 9457): the sentence, the field at
 * fault, the reason and what to do, in the reader's language.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "base/json.h"
#include "base/messages.h"

enum { REPLY_BYTES = 32 * 1024 * 1024, COOKIE_BYTES = 200 };

struct reply {
	int status;
	const char *type; /* NULL: application/json */
	struct buffer body;
	struct writer json;
	char cookie[COOKIE_BYTES]; /* Set-Cookie, or "" */
	int retry_after_s;
	unsigned allowed;      /* with 405: the methods there are */
	struct stream *stream; /* events instead of a body */
	char file[80];         /* what it is called as a file, or "" */
	bool fresh;            /* never kept by the client: what holds a secret */
};

void reply_init(struct reply *reply);
void reply_release(struct reply *reply);
/* The status that an error is answered with. */
int reply_status(const struct error *error);
/* Begin anew, with the problem document of `error`. */
void reply_problem(struct reply *reply, const struct messages *messages, enum language language,
	const struct error *error);
/* The problem document alone, as a value, into `json`. */
void problem_write(struct writer *json, const struct messages *messages, enum language language,
	const struct error *error);
void write_instant_at(struct writer *json, const char *key, int64_t instant);

#endif

/* Whose figures are asked for, and of which days: for=me|staff:x|unit:x|customer:x, from=, to=. */
#ifndef HTTP_ASKED_H
#define HTTP_ASKED_H

#include "http/request.h"

struct asked {
	const char *reference; /* "me" is the person himself */
	int from, to;          /* inclusive */
};

/* REFUSED where a day is missing or is none, or the last is before the first. */
enum result asked_take(const struct request *request, struct asked *asked, struct error *error);

#endif

/* What an entry unmasks, for the one who wrote it. */
#ifndef HTTP_UNMASK_H
#define HTTP_UNMASK_H

#include "base/json.h"
#include "http/request.h"

/* "shown", a list of labels and values, into an object that is open: where the envelope, which is
 * in the record, is of a kind that unmasks; else nothing. */
enum result write_unmasked(
	struct request *request, struct writer *json, json_t *envelope, struct error *error);

#endif

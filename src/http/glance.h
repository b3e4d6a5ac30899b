/* Thirty seconds at the door: what one looks at before going to see a customer. */
#ifndef HTTP_GLANCE_H
#define HTTP_GLANCE_H

#include "http/request.h"
#include "base/json.h"
#include "ledger/sight.h"

/* Write "glance" of a customer who is in sight, with the cases that are open of him. The ledger
 * looks as the request's person (seen_look). */
enum result glance_write(struct writer *json, const struct request *request, struct sight *sight,
	const char *customer, struct error *error);

#endif

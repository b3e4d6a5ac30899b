/*
 * One request on its way: from the first line that arrives, by way of its lane, to the last byte
 * of the answer. libmicrohttpd calls exchange_more for each piece; the lanes call exchange_work.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "http/lane.h"
#include "http/route.h"
#include "http/services.h"

#include <microhttpd.h>

struct exchange;

/* Limits of time, as the server was told. */
struct exchange_limits {
	int header_ms, body_ms, answer_ms;
};

/* What the connections of one daemon share; outlives them. */
struct exchanges {
	struct services *services;
	struct lane *lanes[LANES];
	struct exchange_limits limits;
};

/* Callbacks for libmicrohttpd; `context` is a struct exchanges. */
void *exchange_start(void *context, const char *uri, struct MHD_Connection *connection);
enum MHD_Result exchange_more(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *bytes, size_t *length,
	void **exchange);
void exchange_end(void *context, struct MHD_Connection *connection, void **exchange,
	enum MHD_RequestTerminationCode code);
void exchange_connection(void *context, struct MHD_Connection *connection, void **of_connection,
	enum MHD_ConnectionNotificationCode code);
/* For a lane: answer one; `item` is a struct exchange. */
void exchange_work(void *item);

#endif

/* The inside of an exchange: what its files share. */
#ifndef HTTP_EXCHANGE_PARTS_H
#define HTTP_EXCHANGE_PARTS_H

#include "http/exchange.h"

enum exchange_state { NEW, TAKING, WORKING, DONE, ANSWERED };

struct exchange {
	struct exchanges *of;
	struct MHD_Connection *connection;
	struct guarded *guarded;
	enum exchange_state state;
	char *uri; /* as it came */
	enum method method;
	struct arena arena;
	struct request request;
	struct reply reply;
	struct buffer body;
	const char *if_none_match;
	struct error error; /* what is wrong, found before it is whole */
};

/* parse.c: read the method, the path and the query; REFUSED where they are none. */
enum result parse_line(struct exchange *exchange, const char *method, struct error *error);
/* The headers a handler is told of. */
void parse_headers(struct exchange *exchange);
/* The body, as the route takes it. */
enum result parse_body(struct exchange *exchange, struct error *error);

/* answer.c: hand the reply to the library. */
enum MHD_Result answer_send(struct exchange *exchange);
enum MHD_Result answer_page(struct exchange *exchange);

#endif

/*
 * A request as its handler sees it: read whole, its limits kept, its person known. What it
 * allocates in the arena goes with it.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "http/identity.h"
#include "base/messages.h"
#include "ledger/ledger.h"

struct route;
struct services; /* what all requests share; services.h */

enum {
	REQUEST_ARENA_BYTES = 64 * 1024 * 1024,
	REQUEST_QUERY = 16, /* names in a query; more are refused */
	REQUEST_PARTS = 8,  /* parts of a path */
	PAGE_MOST = 200,    /* items of one page */
};

struct request {
	struct services *services;
	const struct route *route;
	struct arena *arena;
	int64_t now;
	enum language language;
	const char *address;              /* of the client, as the guard counts it */
	const char *device;               /* what the client calls itself, shortened */
	bool secure;                      /* it came by TLS, to us or to the proxy */
	const char *token;                /* of the session, or NULL */
	struct person person;             /* of the session; staff NULL where nobody is signed in */
	const char *parts[REQUEST_PARTS]; /* of the path, decoded */
	int part_count;
	struct {
		const char *name, *value;
	} query[REQUEST_QUERY];
	int query_count;
	const char *last_event; /* the header Last-Event-ID, or NULL */
	json_t *body;           /* an object, or NULL */
	const char *bytes;      /* a body that is no JSON, as it came */
	size_t length;
	const char *file_name; /* the header X-File-Name, decoded; NULL where it says nothing */
	struct ledger *ledger; /* LANE_READ: in a snapshot; elsewhere NULL */
};

/* A value of the query, or of the path's part of that name; NULL where not given. */
const char *request_text(const struct request *request, const char *name);
/* A text of the body; REFUSED where it is missing, empty or no text. */
enum result request_field(
	const struct request *request, const char *name, const char **text, struct error *error);
/* For a handler outside LANE_READ: a ledger in a snapshot, to be given back. */
enum result request_ledger(struct request *request, struct error *error);
void request_ledger_end(struct request *request, const struct error *error);

#endif

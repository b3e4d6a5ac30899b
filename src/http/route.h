/*
 * The table of routes: everything that may be asked of the server stands here as a row, and
 * what does not stand here is refused. Who may ask, how much, how often and in which lane are
 * columns; no handler checks them by hand. OpenAPI and the tests walk the same rows.
 *
 * Every method but GET needs the header "X-Yiben: 1", which another site's page cannot send.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "http/request.h"
#include "http/reply.h"
#include "http/shape.h"

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHODS };

/* Nobody, where a row forgets to say. */
enum who { WHO_NOBODY, WHO_ANYBODY, WHO_PERSON, WHO_OFFICE };

/* Where a request is answered. Each lane has its threads and its room; what finds no room is
 * told to come again. */
enum lane_name {
	LANE_READ = 1, /* with a ledger, in a snapshot */
	LANE_WRITE,    /* waits for the append queue */
	LANE_PASSWORD, /* hashing takes 64 MB and a tenth of a second */
	LANE_IMPORT,   /* a file of many rows takes seconds */
	LANE_EXPORT,   /* and so does writing one */
	LANES,
};

enum rate { RATE_NONE, RATE_READ, RATE_WRITE, RATE_IDENTITY, RATES };

enum parameter_place { PLACE_PATH = 1, PLACE_QUERY };

struct parameter {
	const char *name;
	enum parameter_place place;
	enum shape_type type; /* TEXT INTEGER BOOL DAY REFERENCE */
	bool required;
};

struct route {
	enum method method;
	const char *path; /* "/api/sessions/{id}": a part in braces stands for any text */
	enum who who;
	enum lane_name lane;
	enum rate rate;
	int body_bytes; /* most; 0: none is taken */
	const struct parameter *parameters;
	const struct shape *takes; /* the body */
	int status;                /* where all is well */
	const struct shape *gives; /* NULL: nothing, or `type` */
	const char *type;          /* of an answer that is not JSON, or may not be */
	enum result (*handle)(struct request *request, struct reply *reply, struct error *error);
	const char *takes_type; /* of a body that is not JSON */
};

extern const struct route routes[]; /* ends with a zero */

/* The route of a method and a decoded path's parts; NULL where there is none. `allowed` gets
 * the methods that the path has, as a bit each. */
const struct route *route_find(
	enum method method, const char *const *parts, int count, unsigned *allowed);
/* The part of the path that {name} stands for. */
const char *route_part(const struct route *route, const char *const *parts, const char *name);
const char *method_name(enum method method);

/* Handlers, by the file they are in. session_routes.c */
enum result handle_session_get(struct request *, struct reply *, struct error *);
enum result handle_session_post(struct request *, struct reply *, struct error *);
enum result handle_session_delete(struct request *, struct reply *, struct error *);
enum result handle_sessions_get(struct request *, struct reply *, struct error *);
enum result handle_sessions_delete(struct request *, struct reply *, struct error *);
enum result handle_password_put(struct request *, struct reply *, struct error *);
enum result handle_totp_post(struct request *, struct reply *, struct error *);
enum result handle_totp_put(struct request *, struct reply *, struct error *);
enum result handle_totp_delete(struct request *, struct reply *, struct error *);
/* invitation_routes.c */
enum result handle_invitations_post(struct request *, struct reply *, struct error *);
enum result handle_invitations_get(struct request *, struct reply *, struct error *);
enum result handle_invitations_accept(struct request *, struct reply *, struct error *);
/* entry_routes.c */
enum result handle_entries_post(struct request *, struct reply *, struct error *);
/* kind_routes.c, openapi.c */
enum result handle_kinds_get(struct request *, struct reply *, struct error *);
enum result handle_openapi_get(struct request *, struct reply *, struct error *);
/* line_routes.c */
enum result handle_timeline_get(struct request *, struct reply *, struct error *);
enum result handle_entry_get(struct request *, struct reply *, struct error *);
/* duty_routes.c */
enum result handle_duties_get(struct request *, struct reply *, struct error *);
/* figure_routes.c */
enum result handle_measures_get(struct request *, struct reply *, struct error *);
enum result handle_evidence_get(struct request *, struct reply *, struct error *);
/* summary_routes.c */
enum result handle_summary_get(struct request *, struct reply *, struct error *);
/* clock_routes.c */
enum result handle_clock_get(struct request *, struct reply *, struct error *);
/* customer_routes.c */
enum result handle_customers_get(struct request *, struct reply *, struct error *);
enum result handle_customer_get(struct request *, struct reply *, struct error *);
/* case_routes.c */
enum result handle_cases_get(struct request *, struct reply *, struct error *);
/* export_routes.c */
enum result handle_exports_post(struct request *, struct reply *, struct error *);
/* import_routes.c */
enum result handle_import_post(struct request *, struct reply *, struct error *);
/* recognise_routes.c */
enum result handle_recognise_get(struct request *, struct reply *, struct error *);
/* search_routes.c */
enum result handle_search_get(struct request *, struct reply *, struct error *);
/* events.c */
enum result handle_events_get(struct request *, struct reply *, struct error *);

#endif

/* What the routes of sessions and of invitations share. */
#ifndef HTTP_SESSIONS_H
#define HTTP_SESSIONS_H

#include "http/reply.h"
#include "http/request.h"

/* Who is signed in, as the app wants to know it. */
enum result session_write(struct request *request, struct reply *reply, struct error *error);
/* Open a session for request->person, who was just recognised, and answer with it. */
enum result session_start(struct request *request, struct reply *reply, struct error *error);
/* REFUSED "refused.left" for a person whose last day at work has passed. */
enum result session_staff_here(
	struct ledger *ledger, const char *staff, int day, struct error *error);
/* The name of the cookie: by TLS one that no other host can have set. */
const char *session_cookie(bool secure);

#endif

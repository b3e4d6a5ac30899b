#include "http/exchange_parts.h"
#include "http/sessions.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { BODY_BYTES_A_SECOND = 32 * 1024 };

/* ------------------------------------------------------------------ begin and end */

static struct guarded *guarded_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		->socket_context;
}

void exchange_connection(void *context, struct MHD_Connection *connection, void **of_connection,
	enum MHD_ConnectionNotificationCode code)
{
	struct exchanges *exchanges = context;
	struct guard *guard = exchanges->services->guard;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		int file = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
				   ->connect_fd;
		*of_connection = guard_add(guard, file);
		guard_within(guard, *of_connection, exchanges->limits.header_ms);
	} else if (*of_connection) {
		guard_remove(guard, *of_connection);
		*of_connection = NULL;
	}
}

void *exchange_start(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));

	must(exchange != NULL);
	exchange->of = context;
	exchange->connection = connection;
	exchange->guarded = guarded_of(connection);
	exchange->uri = strdup(uri);
	must(exchange->uri != NULL);
	arena_init(&exchange->arena, REQUEST_ARENA_BYTES);
	reply_init(&exchange->reply);
	exchange->request.services = exchange->of->services;
	exchange->request.arena = &exchange->arena;
	return exchange;
}

void exchange_end(void *context, struct MHD_Connection *connection, void **of,
	enum MHD_RequestTerminationCode code)
{
	struct exchanges *exchanges = context;
	struct exchange *exchange = *of;

	(void)connection;
	(void)code;
	if (!exchange)
		return;
	*of = NULL;
	/* The next request of this connection has as long as the first. */
	guard_within(exchanges->services->guard, exchange->guarded, exchanges->limits.header_ms);
	if (exchange->reply.stream && exchange->state != ANSWERED)
		stream_close(exchange->reply.stream);
	json_decref(exchange->request.body);
	buffer_release(&exchange->body);
	reply_release(&exchange->reply);
	arena_release(&exchange->arena);
	free(exchange->uri);
	free(exchange);
}

/* ------------------------------------------------------------------ in its lane */

static void problem(struct exchange *exchange, const struct error *error)
{
	reply_problem(&exchange->reply, exchange->of->services->messages,
		exchange->request.language, error);
}

static bool office_add(void *context, const char *unit, const char *role)
{
	bool *office = context;

	(void)unit;
	*office = *office || strcmp(role, "office") == 0;
	return !*office;
}

/* Who asks, and may he? The columns of the route decide, and nothing else. */
static enum result admit(struct exchange *exchange, struct error *error)
{
	struct request *request = &exchange->request;
	const struct route *route = request->route;
	int day = instant_day(request->now), wait_s;
	bool office = false;

	if (route->who == WHO_ANYBODY)
		return OK;
	if (!request->token)
		return error_refuse(error, "refused.signed_out", "", NULL);
	if (identity_session(request->services->identity, request->arena, request->token,
		    request->now, &request->person, error) != OK)
		return error->result;
	if (guard_rate(request->services->guard, route->rate, request->address,
		    request->person.staff, &wait_s, error) != OK) {
		exchange->reply.retry_after_s = wait_s;
		return error->result;
	}
	bool mine = !request->ledger;
	if (mine && request_ledger(request, error) != OK)
		return error->result;
	if (session_staff_here(request->ledger, request->person.staff, day, error) == OK &&
		route->who == WHO_OFFICE &&
		ledger_posts(request->ledger, request->person.staff, day, office_add, &office,
			error) == OK &&
		!office)
		error_refuse(error, "refused.office_only", "", NULL);
	if (mine)
		request_ledger_end(request, error);
	return error->result;
}

static void handle(struct exchange *exchange, struct error *error)
{
	struct request *request = &exchange->request;
	const struct route *route = request->route;

	if (route->lane == LANE_READ && request_ledger(request, error) != OK)
		return;
	if (admit(exchange, error) == OK && parse_body(exchange, error) == OK) {
		exchange->reply.status = route->status;
		route->handle(request, &exchange->reply, error);
	}
	/* What a question could not tell of, and would pass for "no". */
	if (request->ledger && error->result == OK)
		ledger_trouble(request->ledger, error);
	if (request->ledger)
		request_ledger_end(request, error);
}

void exchange_work(void *item)
{
	struct exchange *exchange = item;
	struct services *services = exchange->of->services;
	struct error error = { 0 };

	exchange->request.now = services_now(services);
	handle(exchange, &error);
	must(!exchange->reply.body.full);
	if (error.result != OK) {
		if (exchange->reply.stream)
			stream_close(exchange->reply.stream);
		exchange->reply.stream = NULL;
		problem(exchange, &error);
	}
	if (exchange->reply.status >= 500)
		services_problem(services, exchange->request.route->path, &error);
	exchange->state = DONE;
	MHD_resume_connection(exchange->connection);
}

/* ------------------------------------------------------------------ piece by piece */

/* Headers that another site's page cannot make a browser send. */
static enum result check_origin(struct exchange *exchange, struct error *error)
{
	const char *ours =
		MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "X-Yiben");
	const char *site = MHD_lookup_connection_value(
		exchange->connection, MHD_HEADER_KIND, "Sec-Fetch-Site");

	if (exchange->method == METHOD_GET)
		return OK;
	if (!ours || strcmp(ours, "1") != 0 ||
		(site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0))
		return error_refuse(error, "refused.header", "", NULL);
	return OK;
}

static enum result check_length(struct exchange *exchange, struct error *error)
{
	const char *given = MHD_lookup_connection_value(
		exchange->connection, MHD_HEADER_KIND, "Content-Length");
	int64_t length = 0;

	if (given &&
		(!text_integer(given, &length) || length > exchange->request.route->body_bytes))
		return error_refuse(error, "refused.body_too_large", "", NULL);
	return OK;
}

static enum result check_rate(struct exchange *exchange, struct error *error)
{
	int wait_s;

	if (guard_rate(exchange->of->services->guard, exchange->request.route->rate,
		    exchange->request.address, "", &wait_s, error) != OK)
		exchange->reply.retry_after_s = wait_s;
	return error->result;
}

/* The route, and what can be refused before any of the body has come. */
static enum result take_headers(struct exchange *exchange, const char *method, struct error *error)
{
	struct request *request = &exchange->request;
	unsigned allowed = 0;

	parse_headers(exchange);
	if (parse_line(exchange, method, error) != OK)
		return error->result;
	request->route =
		route_find(exchange->method, request->parts, request->part_count, &allowed);
	if (!request->route) {
		exchange->reply.allowed = allowed;
		return error_refuse(
			error, allowed ? "refused.method" : "refused.not_found", "", NULL);
	}
	if (check_origin(exchange, error) != OK || check_length(exchange, error) != OK)
		return error->result;
	if (request->route->who != WHO_ANYBODY && !request->token)
		return error_refuse(error, "refused.signed_out", "", NULL);
	buffer_init(&exchange->body, (size_t)request->route->body_bytes);
	return check_rate(exchange, error);
}

static bool is_page(const struct exchange *exchange)
{
	const struct request *request = &exchange->request;

	return exchange->method == METHOD_GET && request->part_count &&
	       strcmp(request->parts[0], "api") != 0;
}

static enum MHD_Result answer_refused(struct exchange *exchange)
{
	if (strcmp(exchange->error.key, "refused.not_found") == 0 && is_page(exchange))
		return answer_page(exchange);
	problem(exchange, &exchange->error);
	return answer_send(exchange);
}

/* Whoever is refused before his body was read loses the connection with it; where there is no
 * body, the answer waits for the second call, and the connection stays. */
static enum MHD_Result take_first(struct exchange *exchange, const char *method)
{
	const struct exchange_limits *limits = &exchange->of->limits;

	exchange->state = TAKING;
	if (take_headers(exchange, method, &exchange->error) != OK)
		return exchange->method == METHOD_GET ? MHD_YES : answer_refused(exchange);
	guard_within(exchange->of->services->guard, exchange->guarded,
		limits->body_ms + (int64_t)exchange->request.route->body_bytes * SECOND_MS /
					  BODY_BYTES_A_SECOND);
	return MHD_YES;
}

static enum MHD_Result put_in_lane(struct exchange *exchange)
{
	struct lane *lane = exchange->of->lanes[exchange->request.route->lane];
	struct error error = { 0 };

	guard_within(exchange->of->services->guard, exchange->guarded, 0);
	if (exchange->body.full) {
		error_refuse(&error, "refused.body_too_large", "", NULL);
		problem(exchange, &error);
		return answer_send(exchange);
	}
	/* Asleep first: the lane may be done before this returns. */
	exchange->state = WORKING;
	MHD_suspend_connection(exchange->connection);
	if (lane_put(lane, exchange))
		return MHD_YES;
	error_trouble(&error, "trouble.busy", NULL);
	problem(exchange, &error);
	exchange->state = DONE;
	MHD_resume_connection(exchange->connection);
	return MHD_YES;
}

enum MHD_Result exchange_more(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *bytes, size_t *length, void **of)
{
	struct exchange *exchange = *of;

	(void)context;
	(void)connection;
	(void)url;
	(void)version;
	switch (exchange->state) {
	case NEW:
		return take_first(exchange, method);
	case TAKING:
		if (!*length)
			return exchange->error.result != OK ? answer_refused(exchange)
							    : put_in_lane(exchange);
		buffer_add(&exchange->body, bytes, *length);
		*length = 0;
		return MHD_YES;
	case DONE:
		return answer_send(exchange);
	default:
		impossible("a request goes on while it is answered");
	}
}

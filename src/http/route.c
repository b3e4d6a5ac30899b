/* The table of routes, and how a request finds its row. */
#include "http/route.h"
#include "http/shapes.h"
#include "base/text.h"

#include <string.h>

enum { SMALL = 4 * 1024, ENTRIES_BYTES = 8 * 1024 * 1024, IMPORT_BYTES = 24 * 1024 * 1024 };

static const char any_bytes[] = "application/octet-stream", any_file[] = "*/*";

static const struct parameter id_in_path[] = { { "id", PLACE_PATH, SHAPE_TEXT, true }, { 0 } };
static const struct parameter entry_of[] = { { "id", PLACE_PATH, SHAPE_TEXT, true },
	{ "row", PLACE_QUERY, SHAPE_INTEGER, false }, { 0 } };
static const struct parameter token_in_path[] = { { "token", PLACE_PATH, SHAPE_TEXT, true },
	{ 0 } };
static const struct parameter seq_in_query[] = { { "after", PLACE_QUERY, SHAPE_INTEGER, false },
	{ 0 } };

static const struct parameter page_of[] = { { "for", PLACE_QUERY, SHAPE_TEXT, false },
	{ "after", PLACE_QUERY, SHAPE_TEXT, false }, { "limit", PLACE_QUERY, SHAPE_INTEGER, false },
	{ 0 } };
static const struct parameter page_only[] = { { "after", PLACE_QUERY, SHAPE_TEXT, false },
	{ "limit", PLACE_QUERY, SHAPE_INTEGER, false }, { 0 } };

static const struct parameter question[] = { { "q", PLACE_QUERY, SHAPE_TEXT, true },
	{ "limit", PLACE_QUERY, SHAPE_INTEGER, false }, { 0 } };

static const struct parameter sentence_in_query[] = { { "text", PLACE_QUERY, SHAPE_TEXT, true },
	{ 0 } };

static const struct parameter import_in_query[] = { { "dry", PLACE_QUERY, SHAPE_TEXT, false },
	{ "kind", PLACE_QUERY, SHAPE_TEXT, false }, { 0 } };
#define SPAN                                                                                       \
	{ "for", PLACE_QUERY, SHAPE_TEXT, false }, { "from", PLACE_QUERY, SHAPE_DAY, true },       \
	{                                                                                          \
		"to", PLACE_QUERY, SHAPE_DAY, true                                                 \
	}
static const struct parameter span_of[] = { SPAN, { 0 } };
static const struct parameter evidence_of[] = { { "name", PLACE_PATH, SHAPE_TEXT, true }, SPAN,
	{ "after", PLACE_QUERY, SHAPE_TEXT, false }, { "limit", PLACE_QUERY, SHAPE_INTEGER, false },
	{ 0 } };
static const struct parameter summary_of[] = { { "name", PLACE_PATH, SHAPE_TEXT, true }, SPAN,
	{ "format", PLACE_QUERY, SHAPE_TEXT, false }, { 0 } };

const struct route routes[] = {
	{ METHOD_GET, "/api/session", WHO_PERSON, LANE_READ, RATE_READ, 0, NULL, NULL, 200,
		&shape_session, NULL, handle_session_get },
	{ METHOD_POST, "/api/session", WHO_ANYBODY, LANE_PASSWORD, RATE_IDENTITY, SMALL, NULL,
		&shape_sign_in, 200, &shape_session, NULL, handle_session_post },
	{ METHOD_DELETE, "/api/session", WHO_PERSON, LANE_WRITE, RATE_WRITE, 0, NULL, NULL, 204,
		NULL, NULL, handle_session_delete },
	{ METHOD_GET, "/api/sessions", WHO_PERSON, LANE_READ, RATE_READ, 0, NULL, NULL, 200,
		&shape_sessions, NULL, handle_sessions_get },
	{ METHOD_DELETE, "/api/sessions/{id}", WHO_PERSON, LANE_WRITE, RATE_WRITE, 0, id_in_path,
		NULL, 204, NULL, NULL, handle_sessions_delete },
	{ METHOD_PUT, "/api/password", WHO_PERSON, LANE_PASSWORD, RATE_IDENTITY, SMALL, NULL,
		&shape_new_password, 204, NULL, NULL, handle_password_put },
	{ METHOD_POST, "/api/totp", WHO_PERSON, LANE_WRITE, RATE_IDENTITY, 0, NULL, NULL, 200,
		&shape_totp, NULL, handle_totp_post },
	{ METHOD_PUT, "/api/totp", WHO_PERSON, LANE_WRITE, RATE_IDENTITY, SMALL, NULL, &shape_code,
		204, NULL, NULL, handle_totp_put },
	{ METHOD_DELETE, "/api/totp", WHO_PERSON, LANE_WRITE, RATE_IDENTITY, SMALL, NULL,
		&shape_code, 204, NULL, NULL, handle_totp_delete },
	{ METHOD_POST, "/api/invitations", WHO_OFFICE, LANE_WRITE, RATE_IDENTITY, SMALL, NULL,
		&shape_invite, 201, &shape_invited, NULL, handle_invitations_post },
	{ METHOD_GET, "/api/invitations/{token}", WHO_ANYBODY, LANE_READ, RATE_IDENTITY, 0,
		token_in_path, NULL, 200, &shape_invitation, NULL, handle_invitations_get },
	{ METHOD_POST, "/api/invitations/accept", WHO_ANYBODY, LANE_PASSWORD, RATE_IDENTITY, SMALL,
		NULL, &shape_accept, 200, &shape_session, NULL, handle_invitations_accept },
	{ METHOD_POST, "/api/entries", WHO_PERSON, LANE_WRITE, RATE_WRITE, ENTRIES_BYTES, NULL,
		&shape_entries, 200, &shape_answers, NULL, handle_entries_post },
	{ METHOD_GET, "/api/kinds", WHO_PERSON, LANE_READ, RATE_READ, 0, NULL, NULL, 200,
		&shape_kinds, NULL, handle_kinds_get },
	{ METHOD_GET, "/api/openapi.json", WHO_ANYBODY, LANE_READ, RATE_READ, 0, NULL, NULL, 200,
		&shape_any, NULL, handle_openapi_get },
	{ METHOD_GET, "/api/timeline", WHO_PERSON, LANE_READ, RATE_READ, 0, page_of, NULL, 200,
		&shape_line, NULL, handle_timeline_get },
	{ METHOD_GET, "/api/entries/{id}", WHO_PERSON, LANE_READ, RATE_READ, 0, entry_of, NULL, 200,
		&shape_entry_whole, NULL, handle_entry_get },
	{ METHOD_GET, "/api/duties", WHO_PERSON, LANE_READ, RATE_READ, 0, page_of, NULL, 200,
		&shape_duties, NULL, handle_duties_get },
	{ METHOD_GET, "/api/measures", WHO_PERSON, LANE_READ, RATE_READ, 0, span_of, NULL, 200,
		&shape_figures, NULL, handle_measures_get },
	{ METHOD_GET, "/api/measures/{name}/evidence", WHO_PERSON, LANE_READ, RATE_READ, 0,
		evidence_of, NULL, 200, &shape_rows, NULL, handle_evidence_get },
	{ METHOD_GET, "/api/summaries/{name}", WHO_PERSON, LANE_READ, RATE_READ, 0, summary_of,
		NULL, 200, &shape_summary, any_file, handle_summary_get },
	{ METHOD_GET, "/api/duties/{id}/clock", WHO_PERSON, LANE_READ, RATE_READ, 0, id_in_path,
		NULL, 200, &shape_clock, NULL, handle_clock_get },
	{ METHOD_GET, "/api/customers", WHO_PERSON, LANE_READ, RATE_READ, 0, page_only, NULL, 200,
		&shape_customers, NULL, handle_customers_get },
	{ METHOD_GET, "/api/customers/{id}", WHO_PERSON, LANE_READ, RATE_READ, 0, id_in_path, NULL,
		200, &shape_customer, NULL, handle_customer_get },
	{ METHOD_GET, "/api/search", WHO_PERSON, LANE_READ, RATE_READ, 0, question, NULL, 200,
		&shape_found_all, NULL, handle_search_get },
	{ METHOD_GET, "/api/recognise", WHO_PERSON, LANE_READ, RATE_READ, 0, sentence_in_query,
		NULL, 200, &shape_recognised, NULL, handle_recognise_get },
	{ METHOD_GET, "/api/cases", WHO_PERSON, LANE_READ, RATE_READ, 0, page_of, NULL, 200,
		&shape_cases, NULL, handle_cases_get },
	{ METHOD_POST, "/api/exports", WHO_PERSON, LANE_EXPORT, RATE_WRITE, SMALL, NULL,
		&shape_export, 200, NULL, any_file, handle_exports_post },
	{ METHOD_POST, "/api/import", WHO_OFFICE, LANE_IMPORT, RATE_WRITE, IMPORT_BYTES,
		import_in_query, NULL, 200, &shape_imported, NULL, handle_import_post, any_bytes },
	{ METHOD_GET, "/api/events", WHO_PERSON, LANE_READ, RATE_READ, 0, seq_in_query, NULL, 200,
		NULL, "text/event-stream", handle_events_get },
	{ 0 },
};

const char *method_name(enum method method)
{
	static const char *const names[METHODS] = { [METHOD_GET] = "GET",
		[METHOD_POST] = "POST",
		[METHOD_PUT] = "PUT",
		[METHOD_DELETE] = "DELETE" };

	return names[method];
}

/* The next part of a pattern from *at, which is moved behind it; its length, −1 at the end. */
static int next_part(const char **at, const char **part)
{
	if (**at != '/')
		return -1;
	*part = *at + 1;
	size_t length = strcspn(*part, "/");
	*at = *part + length;
	return (int)length;
}

static bool path_fits(const char *pattern, const char *const *parts, int count)
{
	const char *part;
	int length, i = 0;

	while ((length = next_part(&pattern, &part)) >= 0) {
		bool any = *part == '{';
		if (i == count || (!any && (strncmp(part, parts[i], (size_t)length) != 0 ||
						   parts[i][length] != '\0')))
			return false;
		i++;
	}
	return i == count;
}

/* A row that names the path fits before one that takes any text there. */
static bool names_more(const struct route *one, const struct route *other)
{
	return !other || (strchr(other->path, '{') && !strchr(one->path, '{'));
}

const struct route *route_find(
	enum method method, const char *const *parts, int count, unsigned *allowed)
{
	const struct route *found = NULL;

	*allowed = 0;
	for (const struct route *route = routes; route->path; route++) {
		if (!path_fits(route->path, parts, count))
			continue;
		*allowed |= 1u << route->method;
		if (route->method == method && names_more(route, found))
			found = route;
	}
	return found;
}

const char *route_part(const struct route *route, const char *const *parts, const char *name)
{
	const char *pattern = route->path, *part;
	size_t wanted = strlen(name);
	int length;

	for (int i = 0; (length = next_part(&pattern, &part)) >= 0; i++) {
		if (*part == '{' && (size_t)length == wanted + 2 &&
			strncmp(part + 1, name, wanted) == 0)
			return parts[i];
	}
	return NULL;
}

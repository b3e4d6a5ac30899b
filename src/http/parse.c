/* From bytes a stranger sent to a request. */
#include "http/exchange_parts.h"
#include "http/sessions.h"
#include "base/panic.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { ADDRESS_BYTES = 64, TAG_PARTS = 40 };

static const char *header(const struct exchange *exchange, const char *name)
{
	return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

/* ------------------------------------------------------------------ the first line */

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at && (c <= '9' || (c | 0x20) >= 'a') ? (int)(at - digits) : -1;
}

/* `length` bytes with %41 made A and, in a query, + a blank; NULL where they are no text. */
static const char *decoded(struct arena *arena, const char *from, size_t length, bool query)
{
	char *text = arena_alloc(arena, length + 1);
	size_t made = 0;

	for (size_t i = 0; i < length; i++) {
		char c = from[i];
		if (c == '%') {
			int high = i + 2 < length + 0 ? hex_digit(from[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(from[i + 2]) : -1;
			if (low < 0 || (high == 0 && low == 0))
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (query && c == '+') {
			c = ' ';
		}
		text[made++] = c;
	}
	text[made] = '\0';
	return text_valid(text, made) ? text : NULL;
}

static enum result parse_path(
	struct exchange *exchange, const char *path, size_t length, struct error *error)
{
	struct request *request = &exchange->request;

	if (!length || *path != '/')
		return error_refuse(error, "refused.uri", "", NULL);
	for (size_t at = 0; at < length;) {
		size_t part = strcspn(path + at + 1, "/?");
		if (request->part_count == REQUEST_PARTS)
			return error_refuse(error, "refused.not_found", "", NULL);
		const char *text = decoded(&exchange->arena, path + at + 1, part, false);
		if (!text)
			return error_refuse(error, "refused.uri", "", NULL);
		request->parts[request->part_count++] = text;
		at += part + 1;
	}
	return OK;
}

static enum result parse_query(struct exchange *exchange, const char *query, struct error *error)
{
	struct request *request = &exchange->request;

	while (*query) {
		size_t whole = strcspn(query, "&"), name = strcspn(query, "=&");
		size_t value = name < whole ? name + 1 : whole;
		int at = request->query_count;
		if (at == REQUEST_QUERY)
			return error_refuse(error, "refused.uri", "", NULL);
		request->query[at].name = decoded(&exchange->arena, query, name, true);
		request->query[at].value =
			decoded(&exchange->arena, query + value, whole - value, true);
		if (!request->query[at].name || !request->query[at].value)
			return error_refuse(error, "refused.uri", "", NULL);
		request->query_count += whole > 0;
		query += whole + (query[whole] == '&');
	}
	return OK;
}

static enum result parse_method(struct exchange *exchange, const char *name, struct error *error)
{
	/* HEAD is GET of which the library sends no body. */
	if (strcmp(name, "HEAD") == 0)
		name = "GET";
	for (enum method method = 0; method < METHODS; method++) {
		exchange->method = method;
		if (strcmp(method_name(method), name) == 0)
			return OK;
	}
	exchange->method = METHODS;
	return error_refuse(error, "refused.method", "", NULL);
}

enum result parse_line(struct exchange *exchange, const char *method, struct error *error)
{
	const char *uri = exchange->uri;
	size_t path = strcspn(uri, "?");

	if (parse_method(exchange, method, error) != OK ||
		parse_path(exchange, uri, path, error) != OK)
		return error->result;
	return parse_query(exchange, uri + path + (uri[path] == '?'), error);
}

/* ------------------------------------------------------------------ headers */

/* The address a client is counted by: of IPv6 the network, for a client may have all of it. */
static const char *address_counted(struct arena *arena, const struct sockaddr *address)
{
	char text[ADDRESS_BYTES] = "";

	if (address && address->sa_family == AF_INET) {
		const struct sockaddr_in *four = (const void *)address;
		inet_ntop(AF_INET, &four->sin_addr, text, sizeof(text));
	} else if (address && address->sa_family == AF_INET6) {
		struct sockaddr_in6 six = *(const struct sockaddr_in6 *)(const void *)address;
		memset(six.sin6_addr.s6_addr + 8, 0, 8);
		inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof(text));
	}
	return arena_text(arena, text);
}

/* Through a proxy, what it says of its client: the last of the list, which it added itself. */
static const char *address_of(struct exchange *exchange)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const char *forwarded = exchange->of->services->settings.proxied
					? header(exchange, "X-Forwarded-For")
					: NULL;

	if (!forwarded)
		return address_counted(&exchange->arena, info ? info->client_addr : NULL);
	const char *last = strrchr(forwarded, ',');
	char text[ADDRESS_BYTES];
	text_trim(text, sizeof(text), last ? last + 1 : forwarded);
	return arena_text(&exchange->arena, text);
}

static bool is_secure(const struct exchange *exchange)
{
	const struct server_settings *settings = &exchange->of->services->settings;
	const char *protocol = settings->proxied ? header(exchange, "X-Forwarded-Proto") : NULL;

	return settings->certificate || (protocol && strcmp(protocol, "https") == 0);
}

/* English where it is asked for before Chinese. */
static enum language language_of(const char *accepts)
{
	const char *english = accepts ? strstr(accepts, "en") : NULL;
	const char *chinese = accepts ? strstr(accepts, "zh") : NULL;

	return english && (!chinese || english < chinese) ? ENGLISH : CHINESE;
}

/* As much as fits, as text that may be shown. */
static const char *device_of(struct arena *arena, const char *agent)
{
	char text[DEVICE_BYTES + 1] = "";

	if (agent && text_valid(agent, strlen(agent)))
		text_copy(text, sizeof(text), agent);
	return arena_text(arena, text);
}

void parse_headers(struct exchange *exchange)
{
	struct request *request = &exchange->request;

	request->address = address_of(exchange);
	request->secure = is_secure(exchange);
	request->language = language_of(header(exchange, "Accept-Language"));
	request->device = device_of(&exchange->arena, header(exchange, "User-Agent"));
	request->token = MHD_lookup_connection_value(
		exchange->connection, MHD_COOKIE_KIND, session_cookie(request->secure));
	request->last_event = header(exchange, "Last-Event-ID");
	const char *file = header(exchange, "X-File-Name");
	request->file_name = file ? decoded(&exchange->arena, file, strlen(file), false) : NULL;
	exchange->if_none_match = header(exchange, "If-None-Match");
}

/* ------------------------------------------------------------------ the body */

static bool is_json(const char *type)
{
	static const char json[] = "application/json";

	return type && strncasecmp(type, json, strlen(json)) == 0 &&
	       strchr("; ", type[strlen(json)]);
}

enum result parse_body(struct exchange *exchange, struct error *error)
{
	char line[INTEGER_TEXT], column[INTEGER_TEXT];
	json_error_t fault;

	if (exchange->request.route->takes_type) {
		exchange->request.bytes = exchange->body.bytes;
		exchange->request.length = exchange->body.length;
	}
	if (!exchange->request.route->takes)
		return OK;
	if (!is_json(header(exchange, "Content-Type")))
		return error_refuse(error, "refused.content_type", "", NULL);
	exchange->request.body = json_loadb(exchange->body.bytes ? exchange->body.bytes : "",
		exchange->body.length, JSON_REJECT_DUPLICATES, &fault);
	if (json_is_object(exchange->request.body))
		return OK;
	if (exchange->request.body)
		return error_refuse(error, "refused.json", "", "line", "1", "column", "1", NULL);
	return error_refuse(error, "refused.json", "", "line", integer_text(fault.line, line),
		"column", integer_text(fault.column, column), NULL);
}

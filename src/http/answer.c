/* A reply, or a file of the app, as the library wants it. */
#include "http/exchange_parts.h"
#include "http/static.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { SMALL_TEXT = 64 };

/* For every answer. The app needs nothing from elsewhere; a style may stand at an element, which
 * its library of widgets does, and a photo is shown before it is sent. */
static const struct {
	const char *name, *value;
} always[] = {
	{ "Content-Security-Policy",
		"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
		"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
		"manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
		"frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};

static void add(struct MHD_Response *response, const char *name, const char *value)
{
	must(MHD_add_response_header(response, name, value) == MHD_YES);
}

static void add_always(const struct exchange *exchange, struct MHD_Response *response)
{
	for (size_t i = 0; i < COUNT_OF(always); i++)
		add(response, always[i].name, always[i].value);
	if (exchange->request.secure)
		add(response, "Strict-Transport-Security", "max-age=31536000");
}

static enum MHD_Result queue(struct exchange *exchange, int status, struct MHD_Response *response)
{
	guard_within(exchange->of->services->guard, exchange->guarded,
		exchange->reply.stream ? 0 : exchange->of->limits.answer_ms);
	enum MHD_Result result =
		MHD_queue_response(exchange->connection, (unsigned)status, response);
	MHD_destroy_response(response);
	exchange->state = ANSWERED;
	return result;
}

static bool tag_known(const struct exchange *exchange, const char *tag)
{
	const char *known = exchange->if_none_match;

	return known && (strstr(known, tag) || strcmp(known, "*") == 0);
}

/* ------------------------------------------------------------------ the app's files */

enum MHD_Result answer_page(struct exchange *exchange)
{
	const char *accepts = MHD_lookup_connection_value(
		exchange->connection, MHD_HEADER_KIND, "Accept-Encoding");
	char path[1024] = "";
	struct page page;

	for (int i = 0; i < exchange->request.part_count; i++) {
		size_t length = strlen(path);
		snprintf(path + length, sizeof(path) - length, "/%s", exchange->request.parts[i]);
	}
	if (!static_find(path, accepts, &page)) {
		struct error error = { 0 };
		error_refuse(&error, "refused.not_found", "", NULL);
		reply_problem(&exchange->reply, exchange->of->services->messages,
			exchange->request.language, &error);
		return answer_send(exchange);
	}
	bool known = tag_known(exchange, page.tag);
	union {
		const char *constant;
		void *bytes;
	} content = { page.asset->bytes };
	struct MHD_Response *response = MHD_create_response_from_buffer(
		known ? 0 : page.asset->size, content.bytes, MHD_RESPMEM_PERSISTENT);
	must(response != NULL);
	add_always(exchange, response);
	add(response, "Content-Type", page.type);
	add(response, "ETag", page.tag);
	add(response, "Vary", "Accept-Encoding");
	add(response, "Cache-Control",
		page.for_ever ? "public, max-age=31536000, immutable" : "no-cache");
	if (page.encoding)
		add(response, "Content-Encoding", page.encoding);
	return queue(exchange, known ? 304 : 200, response);
}

/* ------------------------------------------------------------------ answers of the API */

static void add_allowed(const struct reply *reply, struct MHD_Response *response)
{
	char text[SMALL_TEXT] = "";

	for (enum method method = 0; method < METHODS; method++) {
		size_t length = strlen(text);
		if (reply->allowed & 1u << method)
			snprintf(text + length, sizeof(text) - length, "%s%s", length ? ", " : "",
				method_name(method));
	}
	if (*text)
		add(response, "Allow", text);
}

/* By its content, so that what has not changed is not sent again. */
static void body_tag(const struct reply *reply, char tag[20])
{
	struct digest *digest = digest_new();
	uint8_t hash[DIGEST_BYTES];
	char text[DIGEST_TEXT];

	digest_start(digest);
	digest_add(digest, reply->body.bytes, reply->body.length);
	digest_end(digest, hash);
	digest_free(digest);
	snprintf(tag, 20, "\"%.16s\"", digest_text(hash, text));
}

static void add_reply(
	const struct exchange *exchange, const char *tag, struct MHD_Response *response)
{
	const struct reply *reply = &exchange->reply;
	char text[SMALL_TEXT], file[SMALL_TEXT + sizeof(reply->file)];

	add_always(exchange, response);
	if (reply->status != 204)
		add(response, "Content-Type", reply->type ? reply->type : "application/json");
	add(response, "Cache-Control", *tag ? "private, no-cache" : "no-store");
	add(response, "Vary", "Accept-Language, Cookie");
	if (*tag)
		add(response, "ETag", tag);
	if (*reply->file) {
		snprintf(file, sizeof(file), "attachment; filename=\"%s\"", reply->file);
		add(response, "Content-Disposition", file);
	}
	if (*reply->cookie)
		add(response, "Set-Cookie", reply->cookie);
	if (reply->retry_after_s) {
		snprintf(text, sizeof(text), "%d", reply->retry_after_s);
		add(response, "Retry-After", text);
	}
	if (reply->allowed)
		add_allowed(reply, response);
}

static enum MHD_Result send_stream(struct exchange *exchange)
{
	struct MHD_Response *response =
		stream_response(exchange->reply.stream, exchange->connection);

	add_always(exchange, response);
	add(response, "Content-Type", "text/event-stream");
	add(response, "Cache-Control", "no-store");
	add(response, "X-Accel-Buffering", "no");
	return queue(exchange, 200, response);
}

enum MHD_Result answer_send(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;
	char tag[20] = "";

	if (reply->stream)
		return send_stream(exchange);
	if (exchange->method == METHOD_GET && reply->status == 200 && !reply->fresh)
		body_tag(reply, tag);
	bool known = *tag && tag_known(exchange, tag);
	size_t length = known ? 0 : reply->body.length;
	/* The response takes the bytes over, and frees them. */
	struct MHD_Response *response =
		MHD_create_response_from_buffer(length, length ? reply->body.bytes : NULL,
			length ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	must(response != NULL);
	if (length)
		reply->body = (struct buffer){ 0 };
	add_reply(exchange, tag, response);
	return queue(exchange, known ? 304 : reply->status, response);
}

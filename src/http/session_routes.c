/* Signing in and out, and what one may do with one's own login. */
#include "http/route.h"
#include "http/seen.h"
#include "http/services.h"
#include "http/sessions.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { ROLES_MOST = 32 };

struct posts {
	const char *unit[ROLES_MOST], *role[ROLES_MOST];
	int count;
	struct arena *arena;
};

static bool post_add(void *context, const char *unit, const char *role)
{
	struct posts *posts = context;

	posts->unit[posts->count] = arena_text(posts->arena, unit);
	posts->role[posts->count] = arena_text(posts->arena, role);
	return ++posts->count < ROLES_MOST;
}

static void write_posts(struct writer *json, const struct posts *posts)
{
	write_key(json, "roles");
	write_array(json);
	for (int i = 0; i < posts->count; i++) {
		bool said = false;
		for (int j = 0; j < i; j++)
			said = said || strcmp(posts->role[i], posts->role[j]) == 0;
		if (!said)
			write_text(json, posts->role[i]);
	}
	write_array_end(json);
	write_key(json, "leads");
	write_array(json);
	for (int i = 0; i < posts->count; i++) {
		if (strcmp(posts->role[i], "leader") == 0)
			write_text(json, posts->unit[i]);
	}
	write_array_end(json);
}

static void write_unit(const struct request *request, struct writer *json, int day)
{
	struct view *view = ledger_view(request->ledger);
	const char *unit = view_staff_unit(view, request->person.staff, day);
	const char *name = unit ? view_name(view, "unit", unit) : NULL;

	write_key(json, "unit");
	if (!unit) {
		write_null(json);
		return;
	}
	write_object(json);
	write_text_at(json, "id", unit);
	write_text_at(json, "name", name ? name : unit);
	write_object_end(json);
}

enum result session_write(struct request *request, struct reply *reply, struct error *error)
{
	int day = instant_day(request->now);
	const char *staff = request->person.staff;
	struct posts posts = { .arena = request->arena };
	struct writer *json = &reply->json;
	uint8_t head[DIGEST_BYTES];
	char text[DAY_TEXT];

	if (ledger_posts(request->ledger, staff, day, post_add, &posts, error) != OK)
		return error->result;
	const char *name = view_name(ledger_view(request->ledger), "staff", staff);
	write_object(json);
	write_text_at(json, "staff", staff);
	write_text_at(json, "name", name ? name : staff);
	write_unit(request, json, day);
	write_posts(json, &posts);
	write_text_at(json, "language", request->language == ENGLISH ? "en" : "zh");
	write_text_at(json, "today", day_text(day, text));
	write_instant_at(json, "now", request->now);
	write_text_at(json, "book", ledger_book(request->ledger));
	write_integer_at(json, "seq", ledger_head(request->ledger, head));
	write_text_at(json, "login", request->person.login);
	write_object_end(json);
	return OK;
}

enum result session_staff_here(
	struct ledger *ledger, const char *staff, int day, struct error *error)
{
	struct view *view = ledger_view(ledger);
	const char *last = view_staff_left(view, staff);
	int last_day;

	if (!view_exists(view, "staff", staff))
		error_refuse(error, "refused.left", "", NULL);
	else if (last && day_parse(last, &last_day) && last_day < day)
		error_refuse(error, "refused.left", "", NULL);
	/* "No" may only mean that the book could not be asked. */
	struct error trouble = { 0 };
	if (ledger_trouble(ledger, &trouble) != OK)
		*error = trouble;
	return error->result;
}

const char *session_cookie(bool secure)
{
	return secure ? "__Host-yiben" : "yiben";
}

static void set_cookie(struct request *request, struct reply *reply, const char *token)
{
	snprintf(reply->cookie, sizeof(reply->cookie),
		"%s=%s; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=%lld",
		session_cookie(request->secure), token, request->secure ? "; Secure" : "",
		*token ? (long long)(SESSION_MOST_MS / SECOND_MS) : 0LL);
	reply->fresh = true;
}

enum result session_start(struct request *request, struct reply *reply, struct error *error)
{
	struct identity *identity = request->services->identity;
	char token[TOKEN_TEXT];

	if (request_ledger(request, error) != OK)
		return error->result;
	if (session_staff_here(request->ledger, request->person.staff, instant_day(request->now),
		    error) == OK &&
		identity_begin(identity, &request->person, request->device, request->now, token,
			error) == OK &&
		session_write(request, reply, error) == OK)
		set_cookie(request, reply, token);
	request_ledger_end(request, error);
	return error->result;
}

/* ------------------------------------------------------------------ routes */

enum result handle_session_get(struct request *request, struct reply *reply, struct error *error)
{
	return session_write(request, reply, error);
}

/* The attempt a body describes; for a change of password by whoever is signed in. */
static enum result take_attempt(
	struct request *request, const char *login, struct attempt *attempt, struct error *error)
{
	*attempt = (struct attempt){ .login = login,
		.code = json_string_value(json_object_get(request->body, "totp")),
		.address = request->address,
		.device = request->device,
		.now = request->now };
	if (attempt->code && !*attempt->code)
		attempt->code = NULL;
	if (!login && request_field(request, "login", &attempt->login, error) != OK)
		return error->result;
	return request_field(request, "password", &attempt->password, error);
}

enum result handle_session_post(struct request *request, struct reply *reply, struct error *error)
{
	struct attempt attempt;

	if (take_attempt(request, NULL, &attempt, error) != OK ||
		identity_check(request->services->identity, request->arena, &attempt,
			&request->person, error) != OK)
		return error->result;
	return session_start(request, reply, error);
}

enum result handle_session_delete(struct request *request, struct reply *reply, struct error *error)
{
	if (identity_end(request->services->identity, &request->person, request->person.session,
		    error) == OK)
		set_cookie(request, reply, "");
	return error->result;
}

static void write_session(void *context, const struct session_seen *session)
{
	const struct listing *listing = context;
	struct writer *json = listing->json;

	write_object(json);
	write_text_at(json, "id", session->id);
	write_text_at(json, "device", session->device);
	write_instant_at(json, "created_at", session->created_at);
	write_instant_at(json, "seen_at", session->seen_at);
	write_bool_at(json, "current", strcmp(session->id, listing->request->person.session) == 0);
	write_object_end(json);
}

enum result handle_sessions_get(struct request *request, struct reply *reply, struct error *error)
{
	struct listing listing = { request, &reply->json };

	list_open(&reply->json);
	identity_sessions(request->services->identity, &request->person, request->now,
		write_session, &listing, error);
	list_close(&reply->json, false, NULL);
	return error->result;
}

enum result handle_sessions_delete(
	struct request *request, struct reply *reply, struct error *error)
{
	(void)reply;
	return identity_end(
		request->services->identity, &request->person, request_text(request, "id"), error);
}

enum result handle_password_put(struct request *request, struct reply *reply, struct error *error)
{
	struct identity *identity = request->services->identity;
	const char *password;
	struct attempt attempt;
	struct person person;

	(void)reply;
	if (take_attempt(request, request->person.login, &attempt, error) != OK ||
		request_field(request, "new_password", &password, error) != OK ||
		identity_try(identity, request->person.staff, attempt.login, password, error) !=
			OK ||
		identity_check(identity, request->arena, &attempt, &person, error) != OK ||
		identity_password(identity, &request->person, password, error) != OK)
		return error->result;
	return identity_end(identity, &request->person, NULL, error);
}

/* ------------------------------------------------------------------ one-time codes */

/* Base 32 (RFC 4648), as every authenticator reads it: 20 bytes are 32 characters. */
static const char *base32(struct arena *arena, const uint8_t secret[TOTP_SECRET_BYTES])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	enum { LETTERS = TOTP_SECRET_BYTES * 8 / 5 };
	char *text = arena_alloc(arena, LETTERS + 1);

	for (int i = 0; i < LETTERS; i++) {
		int bit = i * 5, byte = bit / 8;
		unsigned two = (unsigned)secret[byte] << 8 |
			       (byte + 1 < TOTP_SECRET_BYTES ? secret[byte + 1] : 0u);
		text[i] = letters[two >> (11 - bit % 8) & 31];
	}
	return text;
}

enum result handle_totp_post(struct request *request, struct reply *reply, struct error *error)
{
	uint8_t secret[TOTP_SECRET_BYTES];

	if (identity_totp_begin(request->services->identity, &request->person, secret, error) != OK)
		return error->result;
	const char *text = base32(request->arena, secret);
	write_object(&reply->json);
	write_text_at(&reply->json, "secret", text);
	write_text_at(&reply->json, "uri",
		arena_print(request->arena, "otpauth://totp/Yiben?secret=%s&issuer=Yiben", text));
	write_object_end(&reply->json);
	reply->fresh = true;
	return OK;
}

static enum result with_code(struct request *request,
	enum result (*what)(struct identity *identity, const struct person *person,
		const char *code, int64_t now, struct error *error),
	struct error *error)
{
	const char *code;

	if (request_field(request, "totp", &code, error) != OK)
		return error->result;
	return what(request->services->identity, &request->person, code, request->now, error);
}

enum result handle_totp_put(struct request *request, struct reply *reply, struct error *error)
{
	(void)reply;
	return with_code(request, identity_totp_confirm, error);
}

enum result handle_totp_delete(struct request *request, struct reply *reply, struct error *error)
{
	(void)reply;
	return with_code(request, identity_totp_end, error);
}

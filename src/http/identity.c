/* Signing in, and sessions. */
#include "http/identity_parts.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ failures */

struct counted {
	char who[HASH_TEXT]; /* the hash of what is counted by */
	char id[ID_TEXT];    /* of this attempt */
	int most;
};

static struct counted counted_by(
	struct identity *identity, const char *what, const char *text, int most, int64_t now)
{
	struct counted counted = { .most = most };
	char name[PASSWORD_BYTES];

	snprintf(name, sizeof(name), "%s:%s", what, text);
	identity_hash(name, counted.who);
	identity_id(identity, now, counted.id);
	return counted;
}

static enum result failure_query(struct identity *identity, struct store *store,
	enum identity_statement number, const struct counted *counted, int64_t now,
	struct query **query, struct error *error)
{
	if (identity_query(identity, store, number, query, error) != OK)
		return error->result;
	query_bind_text(*query, "who", counted->who);
	query_bind_text(*query, "id", counted->id);
	query_bind_integer(*query, "now", now);
	query_bind_integer(*query, "since", now - LOCKOUT_MS);
	return OK;
}

static enum result failure_run(struct identity *identity, struct store *store,
	enum identity_statement number, const struct counted *counted, int64_t now,
	struct error *error)
{
	struct query *query;

	if (failure_query(identity, store, number, counted, now, &query, error) != OK)
		return error->result;
	return query_run(query, error);
}

static enum result failure_look(struct identity *identity, struct store *store,
	const struct counted *counted, int64_t now, bool *locked, struct error *error)
{
	struct query *query;
	bool row;

	if (failure_query(identity, store, FAILURE_COUNT, counted, now, &query, error) != OK)
		return error->result;
	if (identity_row(query, &row, error) == OK && row)
		*locked = *locked || query_integer(query, 0) >= counted->most;
	query_end(query);
	return error->result;
}

/* An attempt counts as failed until it has not: of many at once, none is one too many. */
static enum result attempt_begin(struct identity *identity, const struct counted counted[2],
	int64_t now, struct error *error)
{
	struct store *store;
	bool locked = false;

	if (identity_change(identity, &store, error) != OK)
		return error->result;
	failure_run(identity, store, FAILURE_SWEEP, &counted[0], now, error);
	for (int i = 0; error->result == OK && i < 2; i++)
		failure_look(identity, store, &counted[i], now, &locked, error);
	for (int i = 0; error->result == OK && !locked && i < 2; i++)
		failure_run(identity, store, FAILURE_ADD, &counted[i], now, error);
	if (identity_changed(identity, store, error) == OK && locked)
		error_refuse(error, "refused.locked", "login", NULL);
	return error->result;
}

/* What the login failed before is forgotten; the address keeps what others failed. */
static enum result attempt_succeeded(struct identity *identity, const struct counted counted[2],
	int64_t now, struct error *error)
{
	struct store *store;

	if (identity_change(identity, &store, error) != OK)
		return error->result;
	failure_run(identity, store, FAILURE_END_OF, &counted[0], now, error);
	if (error->result == OK)
		failure_run(identity, store, FAILURE_END, &counted[1], now, error);
	return identity_changed(identity, store, error);
}

/* ------------------------------------------------------------------ logins */

struct login {
	bool there;
	const char *staff, *password;
	uint8_t totp[TOTP_SECRET_BYTES];
	bool totp_there, totp_on;
};

static enum result login_find(struct identity *identity, struct arena *arena, const char *login,
	struct login *found, struct error *error)
{
	struct store *store;
	struct query *query;
	size_t length;
	bool row = false;

	*found = (struct login){ .password = identity->nobody };
	if (identity_take(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, LOGIN_FIND, &query, error) == OK) {
		query_bind_text(query, "login", login);
		if (identity_row(query, &row, error) == OK && row) {
			found->there = true;
			found->staff = arena_text(arena, query_text(query, 0));
			found->password = arena_text(arena, query_text(query, 1));
			const void *secret = query_bytes(query, 2, &length);
			found->totp_there = secret && length == TOTP_SECRET_BYTES;
			if (found->totp_there)
				memcpy(found->totp, secret, TOTP_SECRET_BYTES);
			found->totp_on = query_integer(query, 3) != 0;
		}
		query_end(query);
	}
	identity_give(identity, store, error);
	return error->result;
}

/* A code is good once: the step it is of must be later than the last. */
static enum result code_take(struct identity *identity, const struct login *found,
	const char *login, const char *code, int64_t now, struct error *error)
{
	int64_t step = code ? totp_step(found->totp, TOTP_SECRET_BYTES, code, now) : 0;
	struct store *store;
	struct query *query;
	bool row = false;

	if (!step)
		return error_refuse(error, "refused.totp", "totp", NULL);
	if (identity_change(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, LOGIN_TOTP_USED, &query, error) == OK) {
		query_bind_text(query, "login", login);
		query_bind_integer(query, "step", step);
		identity_run(query, &row, error);
	}
	if (identity_changed(identity, store, error) == OK && !row)
		error_refuse(error, "refused.totp", "totp", NULL);
	return error->result;
}

static enum result verify(struct identity *identity, struct arena *arena,
	const struct attempt *attempt, struct person *person, struct error *error)
{
	struct login found;

	if (login_find(identity, arena, attempt->login, &found, error) != OK)
		return error->result;
	bool fits = password_fits(found.password, attempt->password);
	if (!fits || !found.there)
		return error_refuse(error, "refused.sign_in", "", NULL);
	if (found.totp_on && !attempt->code)
		return error_refuse(error, "refused.code_wanted", "totp", NULL);
	if (found.totp_on && code_take(identity, &found, attempt->login, attempt->code,
				     attempt->now, error) != OK)
		return error->result;
	person->staff = found.staff;
	person->login = arena_text(arena, attempt->login);
	return OK;
}

enum result identity_check(struct identity *identity, struct arena *arena,
	const struct attempt *attempt, struct person *person, struct error *error)
{
	int64_t now = attempt->now;
	struct error wrong = { 0 };

	*person = (struct person){ 0 };
	/* What cannot be a login is none, and is not tried. */
	if (strlen(attempt->login) > LOGIN_BYTES || strlen(attempt->password) > PASSWORD_BYTES)
		return error_refuse(error, "refused.sign_in", "", NULL);
	const struct counted counted[2] = { counted_by(identity, "login", attempt->login,
						    LOGIN_FAILURES, now),
		counted_by(identity, "address", attempt->address, ADDRESS_FAILURES, now) };
	if (attempt_begin(identity, counted, now, error) != OK)
		return error->result;
	verify(identity, arena, attempt, person, &wrong);
	/* The password was right, the code is asked for next: nobody failed. */
	bool passed = wrong.result == OK || strcmp(wrong.key, "refused.code_wanted") == 0;
	if (passed && attempt_succeeded(identity, counted, now, error) != OK)
		return error->result;
	if (wrong.result != OK)
		*error = wrong;
	return error->result;
}

/* ------------------------------------------------------------------ sessions */

static void bind_session(
	struct query *query, const struct person *person, const char *session, int64_t now)
{
	query_bind_text(query, "login", person->login);
	query_bind_text(query, "session", session);
	query_bind_integer(query, "now", now);
	query_bind_integer(query, "idle", now - SESSION_IDLE_MS);
	query_bind_integer(query, "most", now - SESSION_MOST_MS);
}

enum result identity_begin(struct identity *identity, struct person *person, const char *device,
	int64_t now, char token[TOKEN_TEXT], struct error *error)
{
	char hash[HASH_TEXT], id[ID_TEXT];
	struct store *store;
	struct query *query;

	identity_token(identity, token);
	identity_id(identity, now, id);
	if (identity_change(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, SESSION_SWEEP, &query, error) == OK) {
		bind_session(query, person, "", now);
		query_run(query, error);
	}
	if (error->result == OK &&
		identity_query(identity, store, SESSION_ADD, &query, error) == OK) {
		bind_session(query, person, "", now);
		query_bind_text(query, "token", identity_hash(token, hash));
		query_bind_text(query, "id", id);
		query_bind_text(query, "device", device);
		query_run(query, error);
	}
	return identity_changed(identity, store, error);
}

static enum result session_seen(
	struct identity *identity, const char *hash, int64_t now, struct error *error)
{
	struct store *store;
	struct query *query;

	if (identity_change(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, SESSION_SEEN, &query, error) == OK) {
		query_bind_text(query, "token", hash);
		query_bind_integer(query, "now", now);
		query_run(query, error);
	}
	return identity_changed(identity, store, error);
}

static enum result session_find(struct identity *identity, struct arena *arena, const char *hash,
	int64_t now, struct person *person, int64_t *seen_at, struct error *error)
{
	struct store *store;
	struct query *query;
	bool row = false;

	if (identity_take(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, SESSION_FIND, &query, error) == OK) {
		bind_session(query, person, "", now);
		query_bind_text(query, "token", hash);
		if (identity_row(query, &row, error) == OK && row) {
			person->staff = arena_text(arena, query_text(query, 0));
			person->login = arena_text(arena, query_text(query, 1));
			person->session = arena_text(arena, query_text(query, 2));
			*seen_at = query_integer(query, 3);
		}
		query_end(query);
	}
	identity_give(identity, store, error);
	if (error->result == OK && !row)
		error_refuse(error, "refused.signed_out", "", NULL);
	return error->result;
}

static enum result look(struct identity *identity, struct arena *arena, const char *token,
	int64_t now, struct person *person, int64_t *seen_at, struct error *error)
{
	char hash[HASH_TEXT];

	*person = (struct person){ 0 };
	if (strlen(token) != TOKEN_TEXT - 1)
		return error_refuse(error, "refused.signed_out", "", NULL);
	return session_find(
		identity, arena, identity_hash(token, hash), now, person, seen_at, error);
}

enum result identity_look(struct identity *identity, struct arena *arena, const char *token,
	int64_t now, struct person *person, struct error *error)
{
	int64_t seen_at;

	return look(identity, arena, token, now, person, &seen_at, error);
}

enum result identity_session(struct identity *identity, struct arena *arena, const char *token,
	int64_t now, struct person *person, struct error *error)
{
	char hash[HASH_TEXT];
	int64_t seen_at = now;

	if (look(identity, arena, token, now, person, &seen_at, error) == OK &&
		now - seen_at >= SEEN_MS)
		session_seen(identity, identity_hash(token, hash), now, error);
	return error->result;
}

enum result identity_end(struct identity *identity, const struct person *person,
	const char *session, struct error *error)
{
	enum identity_statement number = session ? SESSION_END : SESSION_END_OTHERS;
	struct store *store;
	struct query *query;
	bool row = false;

	if (identity_change(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, number, &query, error) == OK) {
		bind_session(query, person, session ? session : person->session, 0);
		identity_run(query, session ? &row : NULL, error);
	}
	if (identity_changed(identity, store, error) == OK && session && !row)
		error_refuse(error, "refused.not_found", "", NULL);
	return error->result;
}

enum result identity_sessions(struct identity *identity, const struct person *person, int64_t now,
	void (*each)(void *context, const struct session_seen *session), void *context,
	struct error *error)
{
	struct store *store;
	struct query *query;
	bool row = true;

	if (identity_take(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, SESSION_LIST, &query, error) == OK) {
		bind_session(query, person, "", now);
		while (identity_row(query, &row, error) == OK && row)
			each(context,
				&(struct session_seen){ query_text(query, 0), query_text(query, 1),
					query_integer(query, 2), query_integer(query, 3) });
		query_end(query);
	}
	identity_give(identity, store, error);
	return error->result;
}

/* ------------------------------------------------------------------ passwords and codes */

enum result identity_password(struct identity *identity, const struct person *person,
	const char *password, struct error *error)
{
	char hash[128];
	struct store *store;
	struct query *query;

	if (password_hash(password, hash, error) != OK ||
		identity_change(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, LOGIN_PASSWORD, &query, error) == OK) {
		query_bind_text(query, "login", person->login);
		query_bind_text(query, "password", hash);
		query_run(query, error);
	}
	return identity_changed(identity, store, error);
}

static enum result totp_set(struct identity *identity, const struct person *person,
	const uint8_t *secret, bool on, int64_t step, struct error *error)
{
	struct store *store;
	struct query *query;

	if (identity_change(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, LOGIN_TOTP, &query, error) == OK) {
		query_bind_text(query, "login", person->login);
		if (secret)
			query_bind_bytes(query, "totp", secret, TOTP_SECRET_BYTES);
		query_bind_integer(query, "on", on);
		query_bind_integer(query, "step", step);
		query_run(query, error);
	}
	return identity_changed(identity, store, error);
}

/* The login with a secret that stands (`on`), or waits to be shown (not `on`). */
static enum result totp_login(struct identity *identity, struct arena *arena,
	const struct person *person, bool on, struct login *found, struct error *error)
{
	if (login_find(identity, arena, person->login, found, error) != OK)
		return error->result;
	if (!found->totp_there || found->totp_on != on)
		return error_refuse(error, "refused.totp_state", "", NULL);
	return OK;
}

enum result identity_totp_begin(struct identity *identity, const struct person *person,
	uint8_t secret[TOTP_SECRET_BYTES], struct error *error)
{
	struct arena arena;
	struct login found;

	arena_init(&arena, 64 * 1024);
	if (login_find(identity, &arena, person->login, &found, error) == OK && found.totp_on)
		error_refuse(error, "refused.totp_state", "", NULL);
	arena_release(&arena);
	if (error->result != OK)
		return error->result;
	identity->settings.chance(identity->settings.chance_state, secret, TOTP_SECRET_BYTES);
	return totp_set(identity, person, secret, false, 0, error);
}

enum result identity_totp_confirm(struct identity *identity, const struct person *person,
	const char *code, int64_t now, struct error *error)
{
	struct arena arena;
	struct login found;
	int64_t step = 0;

	arena_init(&arena, 64 * 1024);
	if (totp_login(identity, &arena, person, false, &found, error) == OK &&
		!(step = totp_step(found.totp, TOTP_SECRET_BYTES, code, now)))
		error_refuse(error, "refused.totp", "totp", NULL);
	arena_release(&arena);
	return error->result == OK ? totp_set(identity, person, found.totp, true, step, error)
				   : error->result;
}

enum result identity_totp_end(struct identity *identity, const struct person *person,
	const char *code, int64_t now, struct error *error)
{
	struct arena arena;
	struct login found;

	arena_init(&arena, 64 * 1024);
	if (totp_login(identity, &arena, person, true, &found, error) == OK)
		code_take(identity, &found, person->login, code, now, error);
	arena_release(&arena);
	return error->result == OK ? totp_set(identity, person, NULL, false, 0, error)
				   : error->result;
}

/* Invitations, and the logins they make. */
#include "http/identity_parts.h"
#include "base/panic.h"
#include "base/text.h"

#include <string.h>

static enum result run_with(struct identity *identity, struct store *store,
	enum identity_statement number, const char *name, const char *text, int64_t now,
	struct error *error)
{
	struct query *query;

	if (identity_query(identity, store, number, &query, error) != OK)
		return error->result;
	query_bind_text(query, name, text);
	query_bind_integer(query, "now", now);
	return query_run(query, error);
}

enum result identity_any(struct identity *identity, bool *any, struct error *error)
{
	struct store *store;
	struct query *query;

	if (identity_take(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, LOGIN_ANY, &query, error) == OK) {
		identity_row(query, any, error);
		query_end(query);
	}
	identity_give(identity, store, error);
	return error->result;
}

enum result identity_invite(struct identity *identity, const char *staff, const char *maker,
	bool first, int64_t now, char token[TOKEN_TEXT], struct error *error)
{
	char hash[HASH_TEXT];
	struct store *store;
	struct query *query;

	identity_token(identity, token);
	if (identity_change(identity, &store, error) != OK)
		return error->result;
	run_with(identity, store, first ? INVITE_END_FIRST : INVITE_SWEEP, "", "", now, error);
	if (error->result == OK &&
		identity_query(identity, store, INVITE_ADD, &query, error) == OK) {
		query_bind_text(query, "token", identity_hash(token, hash));
		query_bind_text(query, "staff", staff);
		query_bind_text(query, "maker", maker);
		query_bind_integer(query, "first", first);
		query_bind_integer(query, "until", now + INVITATION_MS);
		query_run(query, error);
	}
	return identity_changed(identity, store, error);
}

enum result identity_invitation(struct identity *identity, struct arena *arena, const char *token,
	int64_t now, struct invitation *invitation, struct error *error)
{
	char hash[HASH_TEXT];
	struct store *store;
	struct query *query;
	bool row = false;

	if (identity_take(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, INVITE_FIND, &query, error) == OK) {
		query_bind_text(query, "token", identity_hash(token, hash));
		query_bind_integer(query, "now", now);
		if (identity_row(query, &row, error) == OK && row)
			*invitation = (struct invitation){ arena_text(arena, query_text(query, 0)),
				query_integer(query, 1) != 0 };
		query_end(query);
	}
	identity_give(identity, store, error);
	if (error->result == OK && !row)
		error_refuse(error, "refused.invitation", "", NULL);
	return error->result;
}

/* ------------------------------------------------------------------ accepting */

static bool login_good(const char *login)
{
	size_t length = strlen(login);

	if (!length || length > LOGIN_BYTES)
		return false;
	for (const char *at = login; *at; at++) {
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return false;
	}
	return true;
}

enum result identity_try(struct identity *identity, const char *staff, const char *login,
	const char *password, struct error *error)
{
	struct store *store;
	struct query *query;
	bool row = false, own = false;

	if (!login_good(login))
		return error_refuse(error, "refused.login", "login", NULL);
	if (text_characters(password) < PASSWORD_LEAST || strlen(password) > PASSWORD_BYTES ||
		strcmp(password, login) == 0)
		return error_refuse(error, "refused.password", "password", NULL);
	if (identity_take(identity, &store, error) != OK)
		return error->result;
	if (identity_query(identity, store, LOGIN_FIND, &query, error) == OK) {
		query_bind_text(query, "login", login);
		if (identity_row(query, &row, error) == OK && row)
			own = *staff && text_equal(query_text(query, 0), staff);
		query_end(query);
	}
	identity_give(identity, store, error);
	if (error->result == OK && row && !own)
		error_refuse(error, "refused.login_taken", "login", NULL);
	return error->result;
}

static enum result use(struct identity *identity, struct store *store, const char *hash,
	int64_t now, struct error *error)
{
	struct query *query;
	bool row = false;

	if (identity_query(identity, store, INVITE_USE, &query, error) != OK)
		return error->result;
	query_bind_text(query, "token", hash);
	query_bind_integer(query, "now", now);
	if (identity_run(query, &row, error) == OK && !row)
		error_refuse(error, "refused.invitation", "", NULL);
	return error->result;
}

static enum result login_add(struct identity *identity, struct store *store, const char *staff,
	const char *login, const char *password, int64_t now, struct error *error)
{
	struct query *query;
	bool row = false;

	if (run_with(identity, store, SESSION_END_OF, "staff", staff, now, error) != OK ||
		run_with(identity, store, LOGIN_DROP_OF, "staff", staff, now, error) != OK ||
		identity_query(identity, store, LOGIN_ADD, &query, error) != OK)
		return error->result;
	query_bind_text(query, "login", login);
	query_bind_text(query, "staff", staff);
	query_bind_text(query, "password", password);
	query_bind_integer(query, "now", now);
	if (identity_run(query, &row, error) == OK && !row)
		error_refuse(error, "refused.login_taken", "login", NULL);
	return error->result;
}

enum result identity_accept(struct identity *identity, const char *token, const char *staff,
	const char *login, const char *password, int64_t now, struct error *error)
{
	char hash[HASH_TEXT], kept[128];
	struct store *store;

	if (password_hash(password, kept, error) != OK ||
		identity_change(identity, &store, error) != OK)
		return error->result;
	if (use(identity, store, identity_hash(token, hash), now, error) == OK)
		login_add(identity, store, staff, login, kept, now, error);
	return identity_changed(identity, store, error);
}

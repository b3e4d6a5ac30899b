/*
 * Who signs in: logins, sessions, invitations, failures.
 *
 * A person (a member of staff of the book) is not a login; a login belongs to one person, who
 * gets it by an invitation. Nothing here is part of the record: the tables s_… are kept beside
 * it, by book, on either database. Of tokens only the hash is kept, of passwords what argon2id
 * made of them.
 *
 * Whoever tries a password is told the same for a login that is not there, and it takes as
 * long. After LOGIN_FAILURES wrong ones in LOCKOUT_MS the login waits, and after
 * ADDRESS_FAILURES the address, which a whole office may share.
 *
 * Any thread may call; each call has a connection of its own for as long as it lasts.
 */
#ifndef HTTP_IDENTITY_H
#define HTTP_IDENTITY_H

#include "base/arena.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/id.h"
#include "base/table.h"

enum {
	TOKEN_TEXT = 65, /* 32 bytes of chance in hexadecimal */
	LOGIN_BYTES = 64,
	PASSWORD_LEAST = 8, /* characters */
	PASSWORD_BYTES = 512,
	DEVICE_BYTES = 120,
	LOGIN_FAILURES = 5,
	ADDRESS_FAILURES = 20,
	LOCKOUT_MS = 15 * MINUTE_MS,
	SEEN_MS = MINUTE_MS, /* how exactly it is known when a session was last used */
	TOTP_SECRET_BYTES = 20,
};

#define SESSION_IDLE_MS (3 * (int64_t)DAY_MS)  /* over a weekend */
#define SESSION_MOST_MS (90 * (int64_t)DAY_MS) /* then one signs in again */
#define INVITATION_MS (7 * (int64_t)DAY_MS)

struct identity;

struct identity_settings {
	const char *url, *book;
	void (*chance)(void *state, uint8_t *bytes, size_t length); /* any thread */
	void *chance_state;
};

/* Make the tables where they are missing. */
enum result identity_open(
	struct identity **identity, const struct identity_settings *settings, struct error *error);
void identity_close(struct identity *identity);
extern const struct table identity_tables[];
extern const struct statement identity_sql[];

/* Who is signed in, texts in an arena. */
struct person {
	const char *staff; /* id */
	const char *login;
	const char *session; /* id, which is not the token */
};

struct attempt {
	const char *login, *password;
	const char *code; /* TOTP, or NULL */
	const char *address, *device;
	int64_t now;
};

/* See who it is; REFUSED "refused.sign_in", "refused.locked" or, where the password was right
 * and a code is wanted, "refused.code_wanted". No session yet: the person may have left. */
enum result identity_check(struct identity *identity, struct arena *arena,
	const struct attempt *attempt, struct person *person, struct error *error);
/* Open a session; `token` is for the cookie. */
enum result identity_begin(struct identity *identity, struct person *person, const char *device,
	int64_t now, char token[TOKEN_TEXT], struct error *error);
/* Whose session is it? REFUSED "refused.signed_out" where it is none, or has ended. */
enum result identity_session(struct identity *identity, struct arena *arena, const char *token,
	int64_t now, struct person *person, struct error *error);
/* The same, without counting as use: whoever only listens is idle. */
enum result identity_look(struct identity *identity, struct arena *arena, const char *token,
	int64_t now, struct person *person, struct error *error);
/* End one of the login's sessions; all others where `session` is NULL. REFUSED where it is not
 * one of them. */
enum result identity_end(struct identity *identity, const struct person *person,
	const char *session, struct error *error);

struct session_seen {
	const char *id, *device;
	int64_t created_at, seen_at;
};
enum result identity_sessions(struct identity *identity, const struct person *person, int64_t now,
	void (*each)(void *context, const struct session_seen *session), void *context,
	struct error *error);

/* Can anybody sign in? */
enum result identity_any(struct identity *identity, bool *any, struct error *error);
/* A link for `staff`, "" where he is yet to be made; `first` ends whatever first links there
 * were. */
enum result identity_invite(struct identity *identity, const char *staff, const char *maker,
	bool first, int64_t now, char token[TOKEN_TEXT], struct error *error);
struct invitation {
	const char *staff; /* "" where he is yet to be made */
	bool first;
};
/* REFUSED "refused.invitation" where it is none, is over, or has been used. */
enum result identity_invitation(struct identity *identity, struct arena *arena, const char *token,
	int64_t now, struct invitation *invitation, struct error *error);
/* Use it up: the login is made for `staff`. A person who has a login gets this one instead, and
 * the sessions of the old one end. */
enum result identity_accept(struct identity *identity, const char *token, const char *staff,
	const char *login, const char *password, int64_t now, struct error *error);
/* Is the login free, and are it and the password as they must be? */
enum result identity_try(struct identity *identity, const char *staff, const char *login,
	const char *password, struct error *error);

/* Another password. */
enum result identity_password(struct identity *identity, const struct person *person,
	const char *password, struct error *error);
/* A secret for codes, which counts once a code has shown that it arrived. */
enum result identity_totp_begin(struct identity *identity, const struct person *person,
	uint8_t secret[TOTP_SECRET_BYTES], struct error *error);
enum result identity_totp_confirm(struct identity *identity, const struct person *person,
	const char *code, int64_t now, struct error *error);
enum result identity_totp_end(struct identity *identity, const struct person *person,
	const char *code, int64_t now, struct error *error);

#endif

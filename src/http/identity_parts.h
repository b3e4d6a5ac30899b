/* The inside of identity: its connections and statements. */
#ifndef HTTP_IDENTITY_PARTS_H
#define HTTP_IDENTITY_PARTS_H

#include "http/identity.h"
#include "store/store.h"

#include <pthread.h>

enum { IDENTITY_STORES = 3, HASH_TEXT = DIGEST_TEXT };

struct identity {
	struct identity_settings settings;
	int64_t book;
	pthread_mutex_t lock;
	pthread_cond_t free;
	struct {
		struct store *store; /* NULL until first needed, and after trouble */
		bool busy;
	} stores[IDENTITY_STORES];
	char nobody[128]; /* a hash that no password has: what is tried for an unknown login */
};

enum identity_statement {
	IDENTITY_BOOK,
	LOGIN_FIND,
	LOGIN_ANY,
	LOGIN_ADD,
	LOGIN_DROP_OF,
	LOGIN_PASSWORD,
	LOGIN_TOTP,
	LOGIN_TOTP_USED,
	SESSION_ADD,
	SESSION_FIND,
	SESSION_SEEN,
	SESSION_LIST,
	SESSION_END,
	SESSION_END_OTHERS,
	SESSION_END_OF,
	SESSION_SWEEP,
	INVITE_ADD,
	INVITE_FIND,
	INVITE_USE,
	INVITE_END_FIRST,
	INVITE_SWEEP,
	FAILURE_ADD,
	FAILURE_COUNT,
	FAILURE_END,
	FAILURE_END_OF,
	FAILURE_SWEEP,
};

/* A connection, for the calling thread; give it back with what it met. */
enum result identity_take(struct identity *identity, struct store **store, struct error *error);
void identity_give(struct identity *identity, struct store *store, const struct error *error);

/* A statement with the book bound. */
enum result identity_query(struct identity *identity, struct store *store,
	enum identity_statement number, struct query **query, struct error *error);
/* Is there a row? The query stands at it. */
enum result identity_row(struct query *query, bool *row, struct error *error);
/* Run it and end it; `row` (may be NULL) says whether it yielded one. */
enum result identity_run(struct query *query, bool *row, struct error *error);
/* A connection in a transaction; and its end: committed, or undone where `error` is filled. */
enum result identity_change(struct identity *identity, struct store **store, struct error *error);
enum result identity_changed(struct identity *identity, struct store *store, struct error *error);

/* The hash of a token, or of what is counted by: only this is kept. */
const char *identity_hash(const char *text, char hash[HASH_TEXT]);
void identity_token(struct identity *identity, char token[TOKEN_TEXT]);
/* A new id, as text. */
void identity_id(struct identity *identity, int64_t now, char id[ID_TEXT]);

/* password.c */
enum result password_hash(const char *password, char hash[128], struct error *error);
bool password_fits(const char *hash, const char *password);
/* totp.c: the step that the code is of, 0 where it is of none near `now`. */
int64_t totp_step(const uint8_t *secret, size_t length, const char *code, int64_t now);

#endif

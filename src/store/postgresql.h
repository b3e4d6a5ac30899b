/* The inside of the PostgreSQL driver: what its files share. */
#ifndef STORE_POSTGRESQL_H
#define STORE_POSTGRESQL_H

#include "store/driver.h"

#include <libpq-fe.h>

enum {
	PG_SLOTS = 1024,
	PG_PIECE = 1000, /* rows fetched at a time of a statement that may yield many */
	PG_PLACE = 160,
	PG_QUEUE = 200, /* statements sent before their answers are read */
	PG_LOOK = 1000, /* rows changed before the planner looks for the first time */
};

struct pg_query;

struct pg_store {
	struct store store; /* first */
	PGconn *connection; /* in pipeline mode */
	struct pg_query *slots[PG_SLOTS];
	int names;            /* given to prepared statements and cursors so far */
	int queued;           /* statements sent whose results have not been read */
	bool open;            /* a transaction is under way */
	int transaction;      /* counts them */
	int64_t changed;      /* rows, since the store was opened */
	int64_t look_at;      /* the planner looks at the tables after so many */
	struct error fault;   /* what the transaction under way has died of */
	int64_t told;         /* book whose followers are told with the next commit, or 0 */
	bool listens;         /* to the channel of a book */
	bool warned;          /* by the server, of a commit that its standby may not have */
	char place[PG_PLACE]; /* "host:port/database", for messages: the URL may hold a password */
};

/* postgresql.c */
/* Say what went wrong: `result` is the server's answer, NULL where there was none. A fault in
 * a transaction is kept, for PostgreSQL lets nothing more happen in it. */
enum result pg_failed(struct pg_store *store, const PGresult *result, struct error *error);
/* OK, or what the transaction under way has died of. */
enum result pg_alive(struct pg_store *store, struct error *error);
/* The answer to the statement just sent, after those to all that were queued before it. */
PGresult *pg_answer(struct pg_store *store);
/* A statement has been sent whose answer nobody waits for now. */
enum result pg_queued(struct pg_store *store, struct error *error);
enum result pg_settle(struct store *store, struct error *error);
/* In a transaction: let the planner look at the tables that have doubled since it last did, when
 * enough has changed to ask which. */
enum result pg_look(struct pg_store *store, struct error *error);

/* postgresql_connect.c: the connection and its place; false where there is no server, and the
 * connection says why. */
bool pg_connect(struct pg_store *store, const char *url);

/* postgresql_hint.c */
void pg_tell(struct store *store, int64_t book);
/* Send what was to be told, behind a COMMIT just sent; false where there was nothing. */
bool pg_tell_send(struct pg_store *store);
enum result pg_listen(struct store *store, int64_t book, struct error *error);
enum result pg_wait(struct store *store, int *left_ms, struct error *error);

/* postgresql_query.c */
enum result pg_query(struct store *store, const void *key, const char *sql, bool many,
	struct query **query, struct error *error);
int pg_parameters(const struct query *query);
const char *pg_parameter(const struct query *query, int index);
void pg_bind(struct query *query, int index, struct value value);
enum result pg_next(struct query *query, bool *row, struct error *error);
enum result pg_run(struct query *query, struct error *error);
int pg_columns(const struct query *query);
const char *pg_column(const struct query *query, int column);
struct value pg_value(const struct query *query, int column);
void pg_end(struct query *query);
void pg_forget(struct pg_store *store);

/* postgresql_names.c */
struct pg_names {
	char **name;
	int count;
};
/* `sql` with $1 … for its named parameters, to be freed; each name once, in order. */
char *pg_numbered(const char *sql, struct pg_names *names);
void pg_names_release(struct pg_names *names);

#endif

/*
 * The store: one contract over the database that keeps a book.
 *
 * A store is one connection, to a SQLite file or to a PostgreSQL server, used by one thread at
 * a time. Statements are named by the
 * address of their declaration, prepared once and kept. Text is never pasted into SQL:
 * values travel by named parameters.
 *
 * Failures of the world (a full disk, a locked or damaged file) come back as TROUBLE. A
 * statement that the database refuses (a syntax error, a broken constraint) is TROUBLE with
 * the key "trouble.statement": whoever ran it decides whether it may live on. Inside a
 * transaction it may only live on from a savepoint: after any failure PostgreSQL answers every
 * further statement with that same failure, until store_rollback_to or store_rollback.
 *
 * The world's failures are also heard by the store itself, so that none is lost where a caller
 * can only answer yes or no. A transaction in which one was heard takes nothing more (the
 * database may have undone it by itself, and what followed would stand alone) and does not
 * commit; store_trouble tells of it.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/error.h"
#include "base/table.h"

struct store;
struct query;

/* Open the database at `url`: "postgresql://…" (or "postgres://…"), otherwise a file. Nothing
 * is created in it but an empty file. `create` false refuses a file that is not there. */
enum result store_open(struct store **store, const char *url, bool create, struct error *error);
void store_close(struct store *store);
/* Does this URL mean a server, not a file? */
bool store_is_server(const char *url);
/* Is the database a journey away, so that it is better asked once for much than often? */
bool store_far(const struct store *store);
/* What to call the database to a reader: the file, or the URL without password and options. */
void store_shown(const char *url, char *shown, size_t size);

/* Transactions. begin takes SQLite's write lock; in PostgreSQL a writer must lock a row of the
 * book itself (SELECT … FOR UPDATE) before it reads what it writes upon. begin_read holds one
 * snapshot. Savepoints nest inside. Queries begun after a savepoint are ended before it is
 * rolled back to. */
enum result store_begin(struct store *store, struct error *error);
enum result store_begin_read(struct store *store, struct error *error);
/* TROUBLE, and nothing is committed, where a failure of the world was heard since store_begin. */
enum result store_commit(struct store *store, struct error *error);
/* Where the database cannot even do that, the store is lost: what it reads might be what was
 * never committed, so it answers everything with that failure until it is opened again. */
void store_rollback(struct store *store);
enum result store_settle(struct store *store, struct error *error);
enum result store_savepoint(struct store *store, struct error *error);
enum result store_release(struct store *store, struct error *error);
/* TROUBLE where the transaction itself is gone. */
enum result store_rollback_to(struct store *store, struct error *error);

/* Put the world's first failure since the last store_begin or store_trouble_forget in the place
 * of whatever `error` says; OK, and `error` left alone, where there was none. */
enum result store_trouble(const struct store *store, struct error *error);
void store_trouble_forget(struct store *store);

/* Others wait for a book to grow. What they are told is a hint, which may be lost or come for
 * nothing: whoever was woken looks what the book holds.
 *
 * Once the transaction under way is committed, wake who listens to the book. */
void store_tell(struct store *store, int64_t book);
/* Be told of this book from now on, as far as the database tells anything. */
enum result store_listen(struct store *store, int64_t book, struct error *error);
/* Wait, outside a transaction, until something was told or it is time to look again all the same.
 * What that may have taken is taken off `left_ms`. */
enum result store_wait(struct store *store, int *left_ms, struct error *error);

/* A prepared query, with no parameter bound, to be run once and ended. Several of one
 * statement may be under way at a time. */
enum result store_query(struct store *store, const struct statement *statement,
	struct query **query, struct error *error);
/* The same, for more rows than memory should hold: they come piece by piece. */
enum result store_scan(struct store *store, const struct statement *statement, struct query **query,
	struct error *error);
/* The parameters it names, without the '$': 0 … count−1. */
int query_parameters(const struct query *query);
const char *query_parameter(const struct query *query, int index);
/* Bind; a name the statement does not use is ignored. The value is copied. */
void query_bind(struct query *query, const char *name, struct value value);
void query_bind_at(struct query *query, int index, struct value value);
void query_bind_integer(struct query *query, const char *name, int64_t integer);
void query_bind_text(struct query *query, const char *name, const char *text);
void query_bind_bytes(struct query *query, const char *name, const void *bytes, size_t length);

/* Bind first: asking for a row or for the columns runs the query.
 * The next row; `row` is false after the last. */
enum result query_next(struct query *query, bool *row, struct error *error);
int query_columns(const struct query *query);
const char *query_column(const struct query *query, int column);
/* The column called `name`, or −1. */
int query_find(const struct query *query, const char *name);
/* Of the present row; text is NULL for NULL; they live until the next call for the row. */
int64_t query_integer(const struct query *query, int column);
const char *query_text(const struct query *query, int column);
const void *query_bytes(const struct query *query, int column, size_t *length);
struct value query_value(const struct query *query, int column);
/* Give the query back. NULL is fine. */
void query_end(struct query *query);
/* Run a query that yields no row, and end it. Inside a transaction its failure may come only with
 * a later call: store_settle waits for all that was run, and store_commit does. */
enum result query_run(struct query *query, struct error *error);

/* Tables, from their declaration, inside a transaction: until it ends, no other process makes
 * tables in this database. */
enum result store_table_create(struct store *store, const struct table *table, struct error *error);
/* Create it, or, where it lacks a column that is declared, make it again, empty; indexes become
 * those that are declared. A column of another type or another key needs another name. */
enum result store_table_renew(struct store *store, const struct table *table, struct error *error);
/* Delete the book's rows, or only those whose scope column is `scope`. */
enum result store_table_clear(struct store *store, const struct table *table, int64_t book,
	const char *scope, struct error *error);
/* Delete the rows of one entry, in a table that says `each`. */
enum result store_table_drop(struct store *store, const struct table *table, int64_t book,
	const char *scope, int64_t seq, struct error *error);
/* The book's rows in key order, bytewise, all declared columns; end the query. */
enum result store_table_rows(struct store *store, const struct table *table, int64_t book,
	struct query **query, struct error *error);

/* Backups of a file; a server has its own.
 *
 * A copy is one file with nothing beside it, used by nobody else. Open the copy at `path`:
 * with `create` an empty one, whose content is on the disk only once its file is flushed;
 * otherwise one to be read, which is left as it is. */
enum result store_open_copy(
	struct store **store, const char *path, bool create, struct error *error);
/* Make `to` what `from` is at one instant. Who reads or writes `from` meanwhile does not wait
 * for it, and what he writes does not make it begin again. `to` is a copy just created, or a
 * store that is alone: that one has all of it or, where this fails, is as it was. */
enum result store_copy(struct store *from, struct store *to, struct error *error);
/* Keep everybody else out until the store is closed. TROUBLE ("trouble.in_use") where somebody
 * has it open and does not close it within two seconds. */
enum result store_alone(struct store *store, struct error *error);
/* The database's own check of every page and index. */
enum result store_check(struct store *store, struct error *error);

#endif

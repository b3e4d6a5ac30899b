/* What a database must offer to keep a book; store.c adds names, tables and checks. */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include "store/store.h"

struct store {
	const struct store_driver *driver;
	int savepoints;
	bool writes;          /* a transaction that writes has been begun */
	struct error failure; /* of the call at hand */
	struct error heard;   /* the world's first since store_trouble_forget */
	bool under_way;       /* a transaction */
	struct error lost;    /* what a rollback failed with */
};

struct query {
	struct store *store;
};

struct store_driver {
	void (*close)(struct store *store);
	/* One control statement without parameters or rows. */
	enum result (*control)(struct store *store, const char *sql, struct error *error);
	/* `key` is the address under which the prepared form is kept; `many`: its rows are not to
	 * be held in memory all at once. */
	enum result (*query)(struct store *store, const void *key, const char *sql, bool many,
		struct query **query, struct error *error);
	int (*parameters)(const struct query *query);
	const char *(*parameter)(const struct query *query, int index);
	void (*bind)(struct query *query, int index, struct value value);
	enum result (*next)(struct query *query, bool *row, struct error *error);
	/* May be NULL, then `next` is called until there is no row. Run what yields no row. Its
	 * failure may come with any later call, at the latest with `settle`. */
	enum result (*run)(struct query *query, struct error *error);
	/* May be NULL. Wait for everything that was run; the failure of any of it. */
	enum result (*settle)(struct store *store, struct error *error);
	int (*columns)(const struct query *query);
	const char *(*column)(const struct query *query, int column);
	struct value (*value)(const struct query *query, int column);
	void (*end)(struct query *query);
	/* May be NULL. Tell the planner what a full table looks like, for it will be asked before
	 * there is one: a book is all of the table, and an index narrows column by column. */
	enum result (*expect)(struct store *store, const struct table *table, struct error *error);
	/* NULL where nobody is told; see store_tell. */
	void (*tell)(struct store *store, int64_t book);
	enum result (*listen)(struct store *store, int64_t book, struct error *error);
	enum result (*wait)(struct store *store, int *left_ms, struct error *error);
	/* Backups; NULL where the database has its own. */
	enum result (*copy)(struct store *from, struct store *to, struct error *error);
	enum result (*alone)(struct store *store, struct error *error);
	enum result (*check)(struct store *store, struct error *error);
	/* Words of the dialect. `lock_tables`: run, where it is not NULL, before tables are made.
	 */
	const char *begin, *begin_read, *lock_tables;
	const char *writing; /* said once, before the first transaction that writes; or NULL */
	const char *type_integer, *type_text, *type_bytes, *table_suffix;
	bool postgresql;
};

enum result sqlite_open(struct store **store, const char *path, bool create, struct error *error);
enum result sqlite_open_copy(
	struct store **store, const char *path, bool create, struct error *error);

bool postgresql_url(const char *url);
enum result postgresql_open(struct store **store, const char *url, struct error *error);

#endif

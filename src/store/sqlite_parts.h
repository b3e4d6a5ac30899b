/* What the files of the SQLite driver share. */
#ifndef STORE_SQLITE_PARTS_H
#define STORE_SQLITE_PARTS_H

#include "store/driver.h"

#include <sqlite3.h>

enum { SQLITE_BUSY_MS = 10000, SQLITE_PAUSE_MS = 5, SQLITE_SLOTS = 1024 };

struct sqlite_store {
	struct store store; /* first: a store is one of these */
	sqlite3 *handle;
	bool copy; /* made by sqlite_open_copy */
	struct sqlite_query *slots[SQLITE_SLOTS];
};

static inline struct sqlite_store *sqlite_whole(struct store *store)
{
	return (struct sqlite_store *)store;
}

/* Fill `error` with what SQLite answered. */
enum result sqlite_failed(struct sqlite_store *store, int code, struct error *error);

/* sqlite_copy.c */
enum result sqlite_copy(struct store *from, struct store *to, struct error *error);
enum result sqlite_alone(struct store *store, struct error *error);
enum result sqlite_check(struct store *store, struct error *error);

#endif

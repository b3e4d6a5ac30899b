/*
 * The ceiling: a plain loop over the database that inserts the very rows a ledger wrote into the
 * very tables it wrote them to, with the same indexes, the same pragmas and the same batches, from
 * prepared statements and from memory. It validates, hashes and derives nothing.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include "bench.h"

#include <sqlite3.h>

struct bare_table {
	const char *name;
	int columns, seq_column;
	struct value *values; /* row by row */
	int64_t rows, room, next;
	sqlite3_stmt *insert;
	char statement[16]; /* on a server */
};

enum { BARE_TABLES = 64 };

struct bare {
	struct bare_table tables[BARE_TABLES];
	int count;
	int64_t first, last; /* seq of the entries copied */
	struct arena arena;
};

/* Remember all rows of every table with a column `seq` behind `from`, by seq. */
void bare_load(struct bare *bare, const char *path, int64_t from);
/* Insert them into the database at `path`, which holds the tables, `batch` entries a commit. */
void bare_write(struct bare *bare, const char *path, int batch);
/* The same on a server, a batch in one pipeline: bare_server.c. */
void bare_load_server(struct bare *bare, const char *url, int64_t from);
void bare_write_server(struct bare *bare, const char *url, int batch);
struct bare_table *bare_table_add(struct bare *bare, const char *name);
/* Room for one more row. */
struct value *bare_row_add(struct bare_table *table);
void bare_release(struct bare *bare);
/* "entry 50000, d_about 100000 …" */
void bare_describe(const struct bare *bare);

/* A book as it was, what ours made of it behind the entry `from`, and where the loop writes the
 * same again, `batch` entries a commit. A task begins with it; these are phases. */
struct again {
	char base[PATH_TEXT], ours[PATH_TEXT], bare[PATH_TEXT];
	int64_t from;
	int batch;
	int customers; /* in the base */
};
/* Make the base, an organisation with its customers; counts its entries. */
void again_begin(void *context, struct measured *measured);
void again_write(void *context, struct measured *measured);
void again_describe(void *context, struct measured *measured);

/* Open as the store does. */
sqlite3 *bare_open(const char *path);
void bare_run(sqlite3 *handle, const char *sql);
sqlite3_stmt *bare_prepare(sqlite3 *handle, const char *sql);

#endif

/* A PostgreSQL server on this machine, as its owner sees it: how large the database is, and what
 * its processes have cost. */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include "bench.h"

/* Bytes of the database; of the file and its WAL where `url` is none of a server. */
int64_t server_bytes(const char *url);
/* Of the server's processes so far, without those that work for another database, in ns of the
 * processor; 0 for a file. */
int64_t server_work_ns(const char *url);
/* Version and what its answers to COMMIT are worth, on a line; nothing for a file. */
void server_describe(const char *url);

/* The URL of another database of the server. */
const char *server_database(const char *url, const char *name, char other[PATH_TEXT]);
/* Make the database at `to` again, empty or as `from` is; files are copied and deleted. */
void database_make(const char *to);
void database_copy(const char *from, const char *to);
void database_delete(const char *at);

#endif

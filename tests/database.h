/*
 * A database of its own for a test: a file in the present folder, or, where YIBEN_TEST_SERVER
 * holds the URL of a PostgreSQL server (tests/with_postgresql.sh), a schema there.
 */
#ifndef TESTS_DATABASE_H
#define TESTS_DATABASE_H

#include "store/store.h"

enum { DATABASE_URL = 400 };

/* Make an empty one; `name` tells those of one process apart. */
void database_make(char url[DATABASE_URL], const char *name);
void database_delete(const char *url);
/* Divide its tables by book, where YIBEN_TEST_PARTITION asks for it (tools/partition.sql). */
void database_divide(const char *url);
/* Does the statement name the book of every table it reads or writes? */
bool database_names_book(const char *sql);
/* What one statement says, past the ledger: the first column of its first row, "" for none or
 * NULL; valid until the next call. Fails the test where the database refuses it. */
const char *database_ask(const char *url, const char *sql);
/* Run one statement; false where the database refuses it. */
bool database_run(const char *url, const char *sql);

#endif

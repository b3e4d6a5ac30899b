/*
 * A book in one SQLite file: WAL, synchronous=FULL, so that a commit that returned is on the
 * disk; one writer at a time, readers see the last commit.
 */
#include "store/sqlite_parts.h"
#include "base/panic.h"
#include "base/text.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXPECTATION = 160 };

struct sqlite_query {
	struct query query; /* first: a query is one of these */
	const void *key;
	sqlite3_stmt *prepared;
	/* Copies: SQLite looks a name up in a list, and makes the list anew with the schema. */
	char **parameters;
	bool running;
	struct sqlite_query *next; /* in its slot */
};

static const struct sqlite_query *running(const struct query *query)
{
	return (const struct sqlite_query *)query;
}

enum result sqlite_failed(struct sqlite_store *store, int code, struct error *error)
{
	static const struct {
		int code;
		const char *key;
	} known[] = { { SQLITE_BUSY, "trouble.locked" }, { SQLITE_LOCKED, "trouble.locked" },
		{ SQLITE_FULL, "trouble.disk_full" }, { SQLITE_IOERR, "trouble.disk" },
		{ SQLITE_CORRUPT, "trouble.damaged" }, { SQLITE_NOTADB, "trouble.not_a_book" },
		{ SQLITE_PROTOCOL, "trouble.locked" }, { SQLITE_NOMEM, "trouble.memory" },
		{ SQLITE_READONLY, "trouble.read_only" },
		{ SQLITE_CANTOPEN, "trouble.cannot_open" },
		{ SQLITE_PERM, "trouble.cannot_open" } };

	const char *file = sqlite3_db_filename(store->handle, "main");
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		if ((code & 0xFF) == known[i].code)
			return error_trouble(error, known[i].key, "file", file ? file : "", NULL);
	}
	return error_trouble(
		error, "trouble.statement", "reason", sqlite3_errmsg(store->handle), NULL);
}

static void sqlite_close(struct store *store)
{
	struct sqlite_store *sqlite = sqlite_whole(store);

	for (int i = 0; i < SQLITE_SLOTS; i++) {
		for (struct sqlite_query *query = sqlite->slots[i], *next; query; query = next) {
			next = query->next;
			for (int j = sqlite3_bind_parameter_count(query->prepared); j-- > 0;)
				free(query->parameters[j]);
			free(query->parameters);
			sqlite3_finalize(query->prepared);
			free(query);
		}
	}
	sqlite3_close(sqlite->handle);
	free(sqlite);
}

static enum result sqlite_control(struct store *store, const char *sql, struct error *error)
{
	int code = sqlite3_exec(sqlite_whole(store)->handle, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? OK : sqlite_failed(sqlite_whole(store), code, error);
}

static size_t slot_of(const void *key)
{
	return ((uintptr_t)key >> 3) % SQLITE_SLOTS;
}

static char **parameters_copy(sqlite3_stmt *prepared)
{
	int count = sqlite3_bind_parameter_count(prepared);
	char **names = calloc((size_t)count + 1, sizeof(*names));

	must(names != NULL);
	for (int i = 0; i < count; i++) {
		const char *name = sqlite3_bind_parameter_name(prepared, i + 1);
		must(name != NULL && *name == '$');
		names[i] = strdup(name + 1);
		must(names[i] != NULL);
	}
	return names;
}

static enum result sqlite_query(struct store *store, const void *key, const char *sql, bool many,
	struct query **query, struct error *error)
{
	struct sqlite_store *sqlite = sqlite_whole(store);
	struct sqlite_query *found = sqlite->slots[slot_of(key)];

	(void)many; /* a statement yields each row when it is asked for */
	while (found && (found->key != key || found->running))
		found = found->next;
	if (!found) {
		sqlite3_stmt *prepared;
		int code = sqlite3_prepare_v3(
			sqlite->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, NULL);
		if (code != SQLITE_OK)
			return sqlite_failed(sqlite, code, error);
		found = calloc(1, sizeof(*found));
		must(found != NULL);
		*found = (struct sqlite_query){ .query.store = store,
			.key = key,
			.prepared = prepared,
			.parameters = parameters_copy(prepared),
			.next = sqlite->slots[slot_of(key)] };
		sqlite->slots[slot_of(key)] = found;
	}
	found->running = true;
	*query = &found->query;
	return OK;
}

static int sqlite_parameters(const struct query *query)
{
	return sqlite3_bind_parameter_count(running(query)->prepared);
}

static const char *sqlite_parameter(const struct query *query, int index)
{
	return running(query)->parameters[index];
}

static void sqlite_bind(struct query *query, int index, struct value value)
{
	sqlite3_stmt *prepared = running(query)->prepared;
	int code = SQLITE_OK;

	switch (value.type) {
	case VALUE_NULL:
		code = sqlite3_bind_null(prepared, index + 1);
		break;
	case VALUE_INTEGER:
		code = sqlite3_bind_int64(prepared, index + 1, value.integer);
		break;
	case VALUE_TEXT:
		code = sqlite3_bind_text64(prepared, index + 1, value.text, value.length,
			SQLITE_TRANSIENT, SQLITE_UTF8);
		break;
	case VALUE_BYTES:
		code = sqlite3_bind_blob64(
			prepared, index + 1, value.bytes, value.length, SQLITE_TRANSIENT);
		break;
	}
	must(code == SQLITE_OK);
}

static enum result sqlite_next(struct query *query, bool *row, struct error *error)
{
	int code = sqlite3_step(running(query)->prepared);

	*row = code == SQLITE_ROW;
	return code == SQLITE_ROW || code == SQLITE_DONE
		       ? OK
		       : sqlite_failed(sqlite_whole(query->store), code, error);
}

static int sqlite_columns(const struct query *query)
{
	return sqlite3_column_count(running(query)->prepared);
}

static const char *sqlite_column(const struct query *query, int column)
{
	return sqlite3_column_name(running(query)->prepared, column);
}

static struct value sqlite_value(const struct query *query, int column)
{
	sqlite3_stmt *prepared = running(query)->prepared;
	struct value value = { .type = VALUE_NULL };

	if (column < 0)
		return value;
	switch (sqlite3_column_type(prepared, column)) {
	case SQLITE_INTEGER:
		value.type = VALUE_INTEGER;
		value.integer = sqlite3_column_int64(prepared, column);
		break;
	case SQLITE_TEXT:
		value.type = VALUE_TEXT;
		value.text = (const char *)sqlite3_column_text(prepared, column);
		value.length = (size_t)sqlite3_column_bytes(prepared, column);
		break;
	case SQLITE_BLOB:
		value.type = VALUE_BYTES;
		value.bytes = sqlite3_column_blob(prepared, column);
		value.length = (size_t)sqlite3_column_bytes(prepared, column);
		break;
	default:
		break;
	}
	return value;
}

static void sqlite_end(struct query *query)
{
	struct sqlite_query *ended = (struct sqlite_query *)query;

	sqlite3_reset(ended->prepared);
	sqlite3_clear_bindings(ended->prepared);
	ended->running = false;
}

/* "rows, then how many share the first column, the first two, …" as ANALYZE would write it of a
 * million rows in one book; each further column narrows by `step`, down to `least`. */
static void expectation(const char *columns, int step, int least, char text[EXPECTATION])
{
	int count = 1, length = snprintf(text, EXPECTATION, "1000000 1000000");

	for (const char *at = columns; *at; at++)
		count += *at == ',';
	for (int i = 1; i <= count; i++) {
		long share = least;
		for (int j = i; j < count && share < 100000; j++)
			share *= step;
		length += snprintf(text + length, (size_t)(EXPECTATION - length), " %ld", share);
	}
	/* Nor is there anything to skip over: a column left out has too many values. */
	snprintf(text + length, (size_t)(EXPECTATION - length), " noskipscan");
}

static enum result expect_one(struct sqlite_store *sqlite, const char *table, const char *name,
	const char *text, struct error *error)
{
	char *sql = sqlite3_mprintf("DELETE FROM sqlite_stat1 WHERE tbl = %Q AND idx = %Q; "
				    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%Q, %Q, %Q)",
		table, name, table, name, text);

	must(sql != NULL);
	enum result result = sqlite_control(&sqlite->store, sql, error);
	sqlite3_free(sql);
	return result;
}

/* Without statistics the planner takes "book = ?" for a narrow search and walks the table. */
static enum result sqlite_expect(
	struct store *store, const struct table *table, struct error *error)
{
	struct sqlite_store *sqlite = sqlite_whole(store);
	char name[160], text[EXPECTATION];

	/* Of no table at all: makes sqlite_stat1 where it is missing. */
	if (sqlite_control(store, "ANALYZE sqlite_schema", error) != OK)
		return error->result;
	expectation(table->key, 100, 1, text);
	snprintf(name, sizeof(name), table->wide ? "sqlite_autoindex_%s_1" : "%s", table->name);
	if (expect_one(sqlite, table->name, name, text, error) != OK)
		return error->result;
	for (int i = 0; i < TABLE_INDEXES && table->indexes[i]; i++) {
		expectation(table->indexes[i], 10, 10, text);
		snprintf(name, sizeof(name), "%s_%d", table->name, i + 1);
		if (expect_one(sqlite, table->name, name, text, error) != OK)
			return error->result;
	}
	return sqlite_control(store, "ANALYZE sqlite_schema", error);
}

static const struct store_driver driver = {
	.close = sqlite_close,
	.control = sqlite_control,
	.query = sqlite_query,
	.parameters = sqlite_parameters,
	.parameter = sqlite_parameter,
	.bind = sqlite_bind,
	.next = sqlite_next,
	.columns = sqlite_columns,
	.column = sqlite_column,
	.value = sqlite_value,
	.end = sqlite_end,
	.expect = sqlite_expect,
	.copy = sqlite_copy,
	.alone = sqlite_alone,
	.check = sqlite_check,
	.begin = "BEGIN IMMEDIATE",
	.begin_read = "BEGIN",
	/* Indexes that begin with something random are written all over. */
	.writing = "PRAGMA cache_size=-65536",
	.type_integer = "INTEGER",
	.type_text = "TEXT",
	.type_bytes = "BLOB",
	.table_suffix = " WITHOUT ROWID",
};

static pthread_once_t configured = PTHREAD_ONCE_INIT;

/* Heard only before SQLite's first use in the process, and by one thread. */
static void configure(void)
{
	/* Each entry has a savepoint, and a savepoint keeps the pages it changes: in memory, for
	 * speed. A number of bytes instead of -1 would be written out in pieces of that size,
	 * which SQLite cuts short above 128 KiB and takes for a full disk. */
	sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
	/* Nobody asks how much memory it uses, and counting takes a lock for every piece. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Giving a file its log the first time, SQLite does not wait for another that is writing to it:
 * two who make one book at once would meet here. */
static int run_patiently(sqlite3 *handle, const char *sql)
{
	int code, waited_ms = 0;

	while ((code = sqlite3_exec(handle, sql, NULL, NULL, NULL)) != SQLITE_OK &&
		(code & 0xFF) == SQLITE_BUSY && waited_ms < SQLITE_BUSY_MS)
		waited_ms += sqlite3_sleep(SQLITE_PAUSE_MS);
	return code;
}

/* What both kinds of opening share; `pragmas` say how the file is used. */
static enum result connect(struct sqlite_store **opened, const char *path, int flags,
	const char *pragmas, struct error *error)
{
	struct sqlite_store *sqlite = calloc(1, sizeof(*sqlite));

	must(sqlite != NULL);
	pthread_once(&configured, configure);
	sqlite->store.driver = &driver;
	int code = sqlite3_open_v2(
		path, &sqlite->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | flags, NULL);
	if (code == SQLITE_OK) {
		sqlite3_busy_timeout(sqlite->handle, SQLITE_BUSY_MS);
		code = run_patiently(sqlite->handle, pragmas);
	}
	if (code != SQLITE_OK) {
		sqlite_failed(sqlite, code, error);
		if ((code & 0xFF) == SQLITE_CANTOPEN && access(path, F_OK) != 0 &&
			!(flags & SQLITE_OPEN_CREATE)) {
			error_clear(error);
			error_refuse(error, "refused.no_such_book", "db", "file", path, NULL);
		}
		sqlite_close(&sqlite->store);
		return error->result;
	}
	*opened = sqlite;
	return OK;
}

enum result sqlite_open(struct store **store, const char *path, bool create, struct error *error)
{
	/* Reading passes through a small cache: to fill a large one for the first time costs more
	 * than to ask the system again for the few pages met twice. */
	static const char pragmas[] =
		"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096;"
		"PRAGMA foreign_keys=OFF; PRAGMA secure_delete=FAST; PRAGMA trusted_schema=OFF";
	struct sqlite_store *sqlite;

	if (connect(&sqlite, path, create ? SQLITE_OPEN_CREATE : 0, pragmas, error) != OK)
		return error->result;
	sqlite3_db_config(sqlite->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	*store = &sqlite->store;
	return OK;
}

/* What an attempt that was cut off left beside its copy would be taken for the new one's. */
static void remove_beside(const char *path)
{
	static const char *const endings[] = { "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		char *beside = sqlite3_mprintf("%s%s", path, endings[i]);
		must(beside != NULL);
		unlink(beside);
		sqlite3_free(beside);
	}
}

/* Nothing is undone in a copy, and nothing waits for its disk: where making it fails or is cut
 * off, it is thrown away. */
enum result sqlite_open_copy(
	struct store **store, const char *path, bool create, struct error *error)
{
	static const char made[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF;"
				   "PRAGMA synchronous=OFF; PRAGMA trusted_schema=OFF";
	static const char read[] = "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF";
	struct sqlite_store *sqlite;

	if (create)
		remove_beside(path);
	if (connect(&sqlite, path, create ? SQLITE_OPEN_CREATE : 0, create ? made : read, error) !=
		OK)
		return error->result;
	sqlite->copy = create;
	*store = &sqlite->store;
	return OK;
}

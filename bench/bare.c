#include "bare.h"
#include "server.h"

#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

sqlite3 *bare_open(const char *path)
{
	sqlite3 *handle;

	must(sqlite3_open(path, &handle) == SQLITE_OK);
	bare_run(handle, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
			 "PRAGMA cache_size=-65536");
	return handle;
}

void bare_run(sqlite3 *handle, const char *sql)
{
	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK)
		return;
	fprintf(stderr, "bench: %s: %s\n", sqlite3_errmsg(handle), sql);
	exit(1);
}

sqlite3_stmt *bare_prepare(sqlite3 *handle, const char *sql)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
		SQLITE_OK) {
		fprintf(stderr, "bench: %s: %s\n", sqlite3_errmsg(handle), sql);
		exit(1);
	}
	return statement;
}

/* ------------------------------------------------------------------ remembering */

static struct value value_at(struct arena *arena, sqlite3_stmt *row, int column)
{
	struct value value = { .length = (size_t)sqlite3_column_bytes(row, column) };

	switch (sqlite3_column_type(row, column)) {
	case SQLITE_INTEGER:
		value.type = VALUE_INTEGER;
		value.integer = sqlite3_column_int64(row, column);
		break;
	case SQLITE_TEXT:
		value.type = VALUE_TEXT;
		value.text = arena_bytes(arena, sqlite3_column_text(row, column), value.length);
		break;
	case SQLITE_BLOB:
		value.type = VALUE_BYTES;
		value.bytes = arena_bytes(arena, sqlite3_column_blob(row, column), value.length);
		break;
	default:
		break;
	}
	return value;
}

struct value *bare_row_add(struct bare_table *table)
{
	if (table->rows == table->room) {
		table->room = table->room ? table->room * 2 : 1024;
		table->values = realloc(table->values,
			(size_t)table->room * (size_t)table->columns * sizeof(*table->values));
		must(table->values != NULL);
	}
	return table->values + table->rows++ * table->columns;
}

struct bare_table *bare_table_add(struct bare *bare, const char *name)
{
	struct bare_table *table = &bare->tables[bare->count];

	must(bare->count < BARE_TABLES);
	*table = (struct bare_table){ .name = arena_text(&bare->arena, name) };
	return table;
}

static void table_load(struct bare *bare, sqlite3 *handle, struct bare_table *table, int64_t from)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "SELECT * FROM %s WHERE seq > %lld ORDER BY seq", table->name,
		(long long)from);
	sqlite3_stmt *rows = bare_prepare(handle, sql);
	table->columns = sqlite3_column_count(rows);
	for (int i = 0; i < table->columns; i++) {
		if (strcmp(sqlite3_column_name(rows, i), "seq") == 0)
			table->seq_column = i;
	}
	while (sqlite3_step(rows) == SQLITE_ROW) {
		struct value *row = bare_row_add(table);
		for (int i = 0; i < table->columns; i++)
			row[i] = value_at(&bare->arena, rows, i);
	}
	sqlite3_finalize(rows);
}

void bare_load(struct bare *bare, const char *path, int64_t from)
{
	if (store_is_server(path)) {
		bare_load_server(bare, path, from);
		return;
	}
	sqlite3 *handle = bare_open(path);
	sqlite3_stmt *names = bare_prepare(handle,
		"SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
		"WHERE m.type = 'table' AND c.name = 'seq' AND m.name <> 'book' "
		"ORDER BY m.name <> 'entry', m.name");

	*bare = (struct bare){ .first = from + 1, .last = from };
	arena_init(&bare->arena, MEMORY_BYTES);
	while (sqlite3_step(names) == SQLITE_ROW) {
		struct bare_table *table =
			bare_table_add(bare, (const char *)sqlite3_column_text(names, 0));
		table_load(bare, handle, table, from);
		if (table->rows)
			bare->count++;
	}
	sqlite3_finalize(names);
	sqlite3_close(handle);
	must(bare->count > 0 && strcmp(bare->tables[0].name, "entry") == 0);
	bare->last = from + bare->tables[0].rows;
}

void bare_release(struct bare *bare)
{
	for (int i = 0; i < bare->count; i++)
		free(bare->tables[i].values);
	arena_release(&bare->arena);
}

void bare_describe(const struct bare *bare)
{
	fputs("rows:", stdout);
	for (int i = 0; i < bare->count; i++)
		printf(" %s %lld", bare->tables[i].name, (long long)bare->tables[i].rows);
	putchar('\n');
}

/* ------------------------------------------------------------------ writing */

static void bind(sqlite3_stmt *statement, int column, const struct value *value)
{
	switch (value->type) {
	case VALUE_NULL:
		sqlite3_bind_null(statement, column);
		break;
	case VALUE_INTEGER:
		sqlite3_bind_int64(statement, column, value->integer);
		break;
	case VALUE_TEXT:
		sqlite3_bind_text64(
			statement, column, value->text, value->length, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case VALUE_BYTES:
		sqlite3_bind_blob64(statement, column, value->bytes, value->length, SQLITE_STATIC);
		break;
	}
}

static void prepare(struct bare *bare, sqlite3 *handle)
{
	for (int i = 0; i < bare->count; i++) {
		struct bare_table *table = &bare->tables[i];
		struct buffer sql;
		buffer_init(&sql, 4096);
		buffer_print(&sql, "INSERT INTO %s VALUES (?", table->name);
		for (int column = 1; column < table->columns; column++)
			buffer_text(&sql, ", ?");
		buffer_text(&sql, ")");
		table->insert = bare_prepare(handle, sql.bytes);
		buffer_release(&sql);
		table->next = 0;
	}
}

/* The rows of one entry in one table. */
static void table_write(struct bare_table *table, int64_t seq)
{
	for (; table->next < table->rows; table->next++) {
		const struct value *values = table->values + table->next * table->columns;
		if (values[table->seq_column].integer != seq)
			return;
		for (int i = 0; i < table->columns; i++)
			bind(table->insert, i + 1, &values[i]);
		must(sqlite3_step(table->insert) == SQLITE_DONE);
		sqlite3_reset(table->insert);
	}
}

void bare_write(struct bare *bare, const char *path, int batch)
{
	if (store_is_server(path)) {
		bare_write_server(bare, path, batch);
		return;
	}
	sqlite3 *handle = bare_open(path);
	sqlite3_stmt *begin = bare_prepare(handle, "BEGIN IMMEDIATE");
	sqlite3_stmt *commit = bare_prepare(handle, "COMMIT");
	sqlite3_stmt *head = bare_prepare(handle, "UPDATE book SET seq = ?1");

	prepare(bare, handle);
	for (int64_t seq = bare->first; seq <= bare->last;) {
		must(sqlite3_step(begin) == SQLITE_DONE);
		sqlite3_reset(begin);
		for (int i = 0; i < batch && seq <= bare->last; i++, seq++) {
			for (int table = 0; table < bare->count; table++)
				table_write(&bare->tables[table], seq);
		}
		sqlite3_bind_int64(head, 1, seq - 1);
		must(sqlite3_step(head) == SQLITE_DONE);
		sqlite3_reset(head);
		must(sqlite3_step(commit) == SQLITE_DONE);
		sqlite3_reset(commit);
	}
	for (int i = 0; i < bare->count; i++) {
		must(bare->tables[i].next == bare->tables[i].rows);
		sqlite3_finalize(bare->tables[i].insert);
	}
	sqlite3_finalize(begin);
	sqlite3_finalize(commit);
	sqlite3_finalize(head);
	must(sqlite3_close(handle) == SQLITE_OK);
}

/* ------------------------------------------------------------------ phases */

void again_begin(void *context, struct measured *measured)
{
	const struct again *again = context;
	struct bench_book book;
	uint8_t head[DIGEST_BYTES];

	database_make(again->base);
	bench_open(&book, again->base);
	bench_organisation(&book, again->customers);
	measured->count = ledger_head(book.ledger, head);
	bench_close(&book);
}

void again_write(void *context, struct measured *measured)
{
	struct again *again = context;
	struct bare bare;

	bare_load(&bare, again->ours, again->from);
	database_copy(again->base, again->bare);
	int64_t server = server_work_ns(again->bare);
	bench_start(measured);
	bare_write(&bare, again->bare, again->batch);
	bench_stop(measured, bare.tables[0].rows);
	measured->work_ns += server_work_ns(again->bare) - server;
	bare_release(&bare);
}

void again_describe(void *context, struct measured *measured)
{
	struct again *again = context;
	struct bare bare;

	(void)measured;
	bare_load(&bare, again->ours, again->from);
	bare_describe(&bare);
	bare_release(&bare);
}

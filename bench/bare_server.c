/* The bare loop on a PostgreSQL server: prepared INSERTs, a batch of them in one pipeline between
 * BEGIN and COMMIT, waited for once. */
#include "bare.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OID_BYTEA = 17, OID_INT8 = 20, COLUMNS = 32, NUMBER = 24, SQL_BYTES = 4096 };

static void must_be(const PGconn *connection, const PGresult *result, ExecStatusType status)
{
	if (PQresultStatus(result) == status)
		return;
	fprintf(stderr, "bench: %s\n", PQerrorMessage(connection));
	exit(1);
}

static void run(PGconn *connection, const char *sql)
{
	PGresult *result = PQexec(connection, sql);

	must_be(connection, result, PGRES_COMMAND_OK);
	PQclear(result);
}

/* ------------------------------------------------------------------ remembering */

static struct value value_at(struct arena *arena, const PGresult *rows, int row, int column)
{
	const char *bytes = PQgetvalue(rows, row, column);
	struct value value = { .length = (size_t)PQgetlength(rows, row, column) };
	uint64_t number = 0;

	if (PQgetisnull(rows, row, column))
		return value;
	if (PQftype(rows, column) == OID_INT8) {
		for (int i = 0; i < 8; i++)
			number = number << 8 | (uint8_t)bytes[i];
		value.type = VALUE_INTEGER;
		value.integer = (int64_t)number;
	} else if (PQftype(rows, column) == OID_BYTEA) {
		value.type = VALUE_BYTES;
		value.bytes = arena_bytes(arena, bytes, value.length);
	} else {
		value.type = VALUE_TEXT;
		value.text = arena_text(arena, bytes);
	}
	return value;
}

static void table_load(
	struct bare *bare, PGconn *connection, struct bare_table *table, int64_t from)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "SELECT * FROM %s WHERE seq > %" PRId64 " ORDER BY seq",
		table->name, from);
	PGresult *rows = PQexecParams(connection, sql, 0, NULL, NULL, NULL, NULL, 1);
	must_be(connection, rows, PGRES_TUPLES_OK);
	table->columns = PQnfields(rows);
	table->seq_column = PQfnumber(rows, "seq");
	must(table->columns <= COLUMNS);
	for (int row = 0; row < PQntuples(rows); row++) {
		struct value *values = bare_row_add(table);
		for (int i = 0; i < table->columns; i++)
			values[i] = value_at(&bare->arena, rows, row, i);
	}
	PQclear(rows);
}

void bare_load_server(struct bare *bare, const char *url, int64_t from)
{
	PGconn *connection = PQconnectdb(url);
	PGresult *names = PQexec(connection,
		"SELECT table_name FROM information_schema.columns WHERE column_name = 'seq' "
		"AND table_schema = current_schema() AND table_name <> 'book' "
		"ORDER BY table_name <> 'entry', table_name");

	must_be(connection, names, PGRES_TUPLES_OK);
	*bare = (struct bare){ .first = from + 1, .last = from };
	arena_init(&bare->arena, MEMORY_BYTES);
	for (int i = 0; i < PQntuples(names); i++) {
		struct bare_table *table = bare_table_add(bare, PQgetvalue(names, i, 0));
		table_load(bare, connection, table, from);
		if (table->rows)
			bare->count++;
	}
	PQclear(names);
	PQfinish(connection);
	must(bare->count > 0 && strcmp(bare->tables[0].name, "entry") == 0);
	bare->last = from + bare->tables[0].rows;
}

/* ------------------------------------------------------------------ writing */

static void prepare(struct bare *bare, PGconn *connection)
{
	for (int i = 0; i < bare->count; i++) {
		struct bare_table *table = &bare->tables[i];
		struct buffer sql;
		buffer_init(&sql, SQL_BYTES);
		buffer_print(&sql, "INSERT INTO %s VALUES ($1", table->name);
		for (int column = 1; column < table->columns; column++)
			buffer_print(&sql, ", $%d", column + 1);
		buffer_text(&sql, ")");
		snprintf(table->statement, sizeof(table->statement), "t%d", i);
		PGresult *result = PQprepare(connection, table->statement, sql.bytes, 0, NULL);
		must_be(connection, result, PGRES_COMMAND_OK);
		PQclear(result);
		buffer_release(&sql);
		table->next = 0;
	}
}

static void send(PGconn *connection, const struct bare_table *table, const struct value *row)
{
	char numbers[COLUMNS][NUMBER];
	const char *values[COLUMNS];
	int lengths[COLUMNS], formats[COLUMNS];

	for (int i = 0; i < table->columns; i++) {
		const struct value *value = &row[i];
		lengths[i] = (int)value->length;
		formats[i] = value->type == VALUE_BYTES;
		values[i] = value->type == VALUE_TEXT ? value->text : value->bytes;
		if (value->type == VALUE_NULL)
			values[i] = NULL;
		if (value->type != VALUE_INTEGER)
			continue;
		snprintf(numbers[i], NUMBER, "%" PRId64, value->integer);
		values[i] = numbers[i];
	}
	must(PQsendQueryPrepared(connection, table->statement, table->columns, values, lengths,
		     formats, 0) == 1);
}

/* Every answer up to the end of the pipeline. */
static void answers(PGconn *connection)
{
	bool ended = false;

	must(PQpipelineSync(connection) == 1);
	while (!ended) {
		PGresult *result = PQgetResult(connection);
		ended = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
		if (result && !ended)
			must_be(connection, result, PGRES_COMMAND_OK);
		PQclear(result);
	}
}

static void say(PGconn *connection, const char *sql)
{
	must(PQsendQueryParams(connection, sql, 0, NULL, NULL, NULL, NULL, 0) == 1);
}

void bare_write_server(struct bare *bare, const char *url, int batch)
{
	PGconn *connection = PQconnectdb(url);
	char head[100];

	run(connection, "SET synchronous_commit = on");
	prepare(bare, connection);
	must(PQenterPipelineMode(connection) == 1);
	for (int64_t seq = bare->first; seq <= bare->last;) {
		say(connection, "BEGIN");
		for (int i = 0; i < batch && seq <= bare->last; i++, seq++) {
			for (int t = 0; t < bare->count; t++) {
				struct bare_table *table = &bare->tables[t];
				for (; table->next < table->rows; table->next++) {
					const struct value *row =
						table->values + table->next * table->columns;
					if (row[table->seq_column].integer != seq)
						break;
					send(connection, table, row);
				}
			}
		}
		snprintf(head, sizeof(head), "UPDATE book SET seq = %" PRId64, seq - 1);
		say(connection, head);
		say(connection, "COMMIT");
		answers(connection);
	}
	for (int i = 0; i < bare->count; i++)
		must(bare->tables[i].next == bare->tables[i].rows);
	PQfinish(connection);
}

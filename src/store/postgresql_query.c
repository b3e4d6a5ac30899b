/*
 * Statements of the PostgreSQL driver: prepared once under their key and kept. What a
 * statement yields is held whole; one that may yield many rows is read through a cursor, piece
 * by piece, for other statements run in between.
 */
#include "store/postgresql.h"
#include "base/panic.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	COMMAND_BYTES = 200,
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_NUMERIC = 1700
};

/* A parameter on its way: numbers and text as text, bytes as they are. */
struct pg_bound {
	char *bytes;
	size_t room;
};

struct pg_query {
	struct query query; /* first: a query is one of these */
	const void *key;
	char name[24]; /* of the prepared statement, and of its cursor */
	struct pg_names names;
	struct pg_bound *bound;
	const char **values;
	int *lengths, *formats;
	bool many, held; /* read through a cursor; one that needs no transaction */
	bool begins;     /* a transaction */
	bool running, started;
	int transaction; /* in which the cursor was opened */
	PGresult *rows;
	int row;
	struct error fault;    /* of the start, for whoever asks for the first row */
	struct pg_query *next; /* in its slot */
};

/* Asking for the columns of a query starts it. */
static struct pg_query *running(const struct query *query)
{
	return (struct pg_query *)(uintptr_t)query;
}

static struct pg_store *store_of(const struct pg_query *query)
{
	return (struct pg_store *)query->query.store;
}

static bool idle(const struct pg_store *store)
{
	return !store->open;
}

/* ------------------------------------------------------------------ preparing */

static size_t slot_of(const void *key)
{
	return ((uintptr_t)key >> 3) % PG_SLOTS;
}

static void query_free(struct pg_query *query)
{
	for (int i = 0; i < query->names.count; i++)
		free(query->bound[i].bytes);
	pg_names_release(&query->names);
	free(query->bound);
	free(query->values);
	free(query->lengths);
	free(query->formats);
	PQclear(query->rows);
	free(query);
}

static void *zeros(int count, size_t size)
{
	void *made = calloc((size_t)count + 1, size);

	must(made != NULL);
	return made;
}

static struct pg_query *query_new(struct pg_store *store, const char *sql, bool many, char **text)
{
	struct pg_query *query = zeros(1, sizeof(*query));
	char *numbered = pg_numbered(sql, &query->names);
	int count = query->names.count;

	query->query.store = &store->store;
	query->many = many;
	query->held = many && idle(store);
	query->begins = text_starts(sql, "BEGIN");
	query->bound = zeros(count, sizeof(*query->bound));
	query->values = zeros(count, sizeof(*query->values));
	query->lengths = zeros(count, sizeof(*query->lengths));
	query->formats = zeros(count, sizeof(*query->formats));
	snprintf(query->name, sizeof(query->name), "q%d", ++store->names);
	*text = numbered;
	if (many) {
		must(asprintf(text, "DECLARE %s NO SCROLL CURSOR %s HOLD FOR %s", query->name,
			     query->held ? "WITH" : "WITHOUT", numbered) > 0);
		free(numbered);
	}
	return query;
}

/* Integers have 64 bits: a parameter beside a small number ("$to_at - 1") would else be taken for
 * one of 32. True where a type was widened. */
static bool widen(const PGresult *described, Oid *types)
{
	bool widened = false;

	for (int i = 0; i < PQnparams(described); i++) {
		bool narrow = PQparamtype(described, i) == OID_INT4;
		types[i] = narrow ? OID_INT8 : 0;
		widened = widened || narrow;
	}
	return widened;
}

static PGresult *prepare_typed(
	struct pg_store *store, const struct pg_query *query, const char *text)
{
	PGconn *connection = store->connection;
	char command[COMMAND_BYTES];

	PQsendPrepare(connection, query->name, text, 0, NULL);
	PGresult *answer = pg_answer(store);
	if (PQresultStatus(answer) != PGRES_COMMAND_OK || !query->names.count)
		return answer;
	PQsendDescribePrepared(connection, query->name);
	PGresult *described = pg_answer(store);
	Oid *types = zeros(query->names.count, sizeof(*types));
	if (widen(described, types)) {
		PQclear(answer);
		snprintf(command, sizeof(command), "DEALLOCATE %s", query->name);
		PQsendQueryParams(connection, command, 0, NULL, NULL, NULL, NULL, 0);
		PQclear(pg_answer(store));
		PQsendPrepare(connection, query->name, text, query->names.count, types);
		answer = pg_answer(store);
	}
	PQclear(described);
	free(types);
	return answer;
}

static enum result prepare(struct pg_store *store, const char *sql, bool many,
	struct pg_query **prepared, struct error *error)
{
	char *text;
	enum result result = pg_settle(&store->store, error);

	if (result != OK)
		return result;
	struct pg_query *query = query_new(store, sql, many, &text);
	PGresult *answer = prepare_typed(store, query, text);
	if (PQresultStatus(answer) == PGRES_COMMAND_OK) {
		*prepared = query;
	} else {
		result = pg_failed(store, answer, error);
		query_free(query);
	}
	PQclear(answer);
	free(text);
	return result;
}

enum result pg_query(struct store *store, const void *key, const char *sql, bool many,
	struct query **query, struct error *error)
{
	struct pg_store *pg = (struct pg_store *)store;
	struct pg_query *found = pg->slots[slot_of(key)];

	while (found && (found->key != key || found->running || found->many != many ||
				(many && found->held != idle(pg))))
		found = found->next;
	if (!found) {
		if (prepare(pg, sql, many, &found, error) != OK)
			return error->result;
		found->key = key;
		found->next = pg->slots[slot_of(key)];
		pg->slots[slot_of(key)] = found;
	}
	found->running = true;
	*query = &found->query;
	return OK;
}

void pg_forget(struct pg_store *store)
{
	for (int i = 0; i < PG_SLOTS; i++) {
		for (struct pg_query *query = store->slots[i], *next; query; query = next) {
			next = query->next;
			query_free(query);
		}
	}
}

/* ------------------------------------------------------------------ parameters */

int pg_parameters(const struct query *query)
{
	return running(query)->names.count;
}

const char *pg_parameter(const struct query *query, int index)
{
	return running(query)->names.name[index];
}

void pg_bind(struct query *query, int index, struct value value)
{
	struct pg_query *pg = running(query);
	struct pg_bound *bound = &pg->bound[index];
	char number[24];

	must(!pg->started);
	if (value.type == VALUE_NULL) {
		pg->values[index] = NULL;
		return;
	}
	if (value.type == VALUE_INTEGER) {
		value.length = (size_t)snprintf(number, sizeof(number), "%" PRId64, value.integer);
		value.text = number;
	}
	if (bound->room < value.length + 1) {
		bound->room = value.length + 1 > 32 ? value.length + 1 : 32;
		bound->bytes = realloc(bound->bytes, bound->room);
		must(bound->bytes != NULL);
	}
	if (value.length)
		memcpy(bound->bytes, value.type == VALUE_BYTES ? value.bytes : value.text,
			value.length);
	bound->bytes[value.length] = '\0';
	pg->values[index] = bound->bytes;
	pg->lengths[index] = (int)value.length;
	pg->formats[index] = value.type == VALUE_BYTES;
}

/* ------------------------------------------------------------------ rows */

static enum result take(struct pg_query *query, PGresult *answer, struct error *error)
{
	ExecStatusType status = PQresultStatus(answer);

	PQclear(query->rows);
	query->rows = NULL;
	query->row = -1;
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		pg_failed(store_of(query), answer, error);
		PQclear(answer);
		return error->result;
	}
	query->rows = answer;
	return OK;
}

static enum result fetch(struct pg_query *query, struct error *error)
{
	char command[COMMAND_BYTES];

	snprintf(command, sizeof(command), "FETCH %d FROM %s", PG_PIECE, query->name);
	PQsendQueryParams(store_of(query)->connection, command, 0, NULL, NULL, NULL, NULL, 1);
	return take(query, pg_answer(store_of(query)), error);
}

static void send(struct pg_query *query)
{
	query->started = true;
	query->transaction = store_of(query)->transaction;
	PQsendQueryPrepared(store_of(query)->connection, query->name, query->names.count,
		query->values, query->lengths, query->formats, 1);
}

static void start(struct pg_query *query)
{
	struct pg_store *store = store_of(query);

	error_clear(&query->fault);
	if (pg_alive(store, &query->fault) != OK)
		return;
	send(query);
	if (take(query, pg_answer(store), &query->fault) == OK && query->many)
		fetch(query, &query->fault);
}

/* A transaction is begun by a statement that is sent like any other. */
enum result pg_run(struct query *query, struct error *error)
{
	struct pg_query *pg = running(query);
	struct pg_store *store = store_of(pg);

	if (pg_alive(store, error) != OK)
		return error->result;
	if (pg->begins) {
		store->open = true;
		store->transaction++;
	}
	send(pg);
	if (pg_queued(store, error) != OK)
		return error->result;
	return store->open ? pg_look(store, error) : OK;
}

enum result pg_next(struct query *query, bool *row, struct error *error)
{
	struct pg_query *pg = running(query);

	*row = false;
	if (!pg->started)
		start(pg);
	if (pg->fault.result != OK) {
		*error = error->result == OK ? pg->fault : *error;
		return error->result;
	}
	if (++pg->row == PG_PIECE && pg->many) {
		if (pg_alive(store_of(pg), error) != OK || fetch(pg, error) != OK)
			return error->result;
		pg->row = 0;
	}
	*row = pg->row < PQntuples(pg->rows);
	return OK;
}

int pg_columns(const struct query *query)
{
	struct pg_query *pg = running(query);

	if (!pg->started)
		start(pg);
	return pg->rows ? PQnfields(pg->rows) : 0;
}

const char *pg_column(const struct query *query, int column)
{
	return PQfname(running(query)->rows, column);
}

static uint64_t big_endian(const char *bytes, int count)
{
	uint64_t number = 0;

	for (int i = 0; i < count; i++)
		number = number << 8 | (uint8_t)bytes[i];
	return number;
}

/* A sum of bigints comes as a numeric: count of digits, weight of the first, sign, scale, and
 * the digits, base 10000. What stands behind the point is cut off. */
static int64_t numeric(const char *bytes)
{
	int digits = (int)big_endian(bytes, 2), weight = (int16_t)big_endian(bytes + 2, 2);
	int64_t number = 0;

	for (int i = 0; i <= weight; i++) {
		int64_t digit = i < digits ? (int64_t)big_endian(bytes + 8 + i * 2, 2) : 0;
		must(!__builtin_mul_overflow(number, 10000, &number));
		must(!__builtin_add_overflow(number, digit, &number));
	}
	return big_endian(bytes + 4, 2) == 0x4000 ? -number : number;
}

struct value pg_value(const struct query *query, int column)
{
	const struct pg_query *pg = running(query);
	struct value value = { .type = VALUE_NULL };

	if (column < 0 || PQgetisnull(pg->rows, pg->row, column))
		return value;
	const char *bytes = PQgetvalue(pg->rows, pg->row, column);
	value.type = VALUE_INTEGER;
	switch (PQftype(pg->rows, column)) {
	case OID_INT8:
		value.integer = (int64_t)big_endian(bytes, 8);
		break;
	case OID_INT4:
		value.integer = (int32_t)big_endian(bytes, 4);
		break;
	case OID_INT2:
		value.integer = (int16_t)big_endian(bytes, 2);
		break;
	case OID_BOOL:
		value.integer = bytes[0] != 0;
		break;
	case OID_NUMERIC:
		value.integer = numeric(bytes);
		break;
	case OID_BYTEA:
		value.type = VALUE_BYTES;
		value.bytes = bytes;
		value.length = (size_t)PQgetlength(pg->rows, pg->row, column);
		break;
	default:
		value.type = VALUE_TEXT;
		value.text = bytes;
		value.length = (size_t)PQgetlength(pg->rows, pg->row, column);
		break;
	}
	return value;
}

/* A cursor goes with the transaction it was opened in; one that is held must be closed, or, if
 * it cannot be now, never be opened under that name again. */
static void cursor_close(struct pg_query *query)
{
	struct pg_store *store = store_of(query);
	struct error ignored = { 0 };
	char command[COMMAND_BYTES];

	if (!query->held && query->transaction != store->transaction)
		return;
	if (pg_alive(store, &ignored) != OK) {
		query->key = query->held ? NULL : query->key;
		return;
	}
	snprintf(command, sizeof(command), "CLOSE %s", query->name);
	PQsendQueryParams(store->connection, command, 0, NULL, NULL, NULL, NULL, 0);
	pg_queued(store, &ignored);
}

void pg_end(struct query *query)
{
	struct pg_query *pg = running(query);

	if (pg->many && pg->started && pg->fault.result == OK)
		cursor_close(pg);
	PQclear(pg->rows);
	pg->rows = NULL;
	for (int i = 0; i < pg->names.count; i++)
		pg->values[i] = NULL;
	pg->running = pg->started = false;
}

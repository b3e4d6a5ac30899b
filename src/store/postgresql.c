/*
 * A book in a PostgreSQL database, by libpq.
 *
 * Writers of one book wait for each other at its head row; readers see the last commit. A
 * statement that fails inside a transaction ends it for everything but a rollback, to the
 * savepoint or altogether: until then every further statement answers with that same failure.
 *
 * Statements that yield no row are sent and not waited for (the pipeline mode of libpq): a way
 * to the server and back for every row written would cost more than writing it. Their answers
 * are read before that of the next statement that is waited for.
 */
#include "store/postgresql.h"
#include "base/buffer.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_BYTES = 64 * 1024 };

static struct pg_store *whole(struct store *store)
{
	return (struct pg_store *)store;
}

/* ------------------------------------------------------------------ what went wrong */

/* By SQLSTATE, or its class where two characters stand. */
static const struct {
	const char *state, *key;
} known[] = {
	{ "53100", "trouble.server_disk_full" },
	{ "53300", "trouble.too_many_connections" },
	{ "53", "trouble.server_overloaded" },
	{ "55P03", "trouble.server_locked" },
	{ "57014", "trouble.server_locked" },
	{ "40", "trouble.server_locked" },
	{ "25006", "trouble.server_read_only" },
	{ "42501", "trouble.server_denied" },
	{ "3D000", "trouble.no_database" },
	{ "3F000", "trouble.no_database" },
	{ "28", "trouble.password" },
	{ "57P", "trouble.server_stopped" },
	{ "08", "trouble.server_lost" },
	{ "58", "trouble.server_disk" },
	{ "XX001", "trouble.server_damaged" },
	{ "XX002", "trouble.server_damaged" },
};

static const char *key_of(const char *state)
{
	for (size_t i = 0; state && i < COUNT_OF(known); i++) {
		if (text_starts(state, known[i].state))
			return known[i].key;
	}
	return NULL;
}

enum result pg_failed(struct pg_store *store, const PGresult *result, struct error *error)
{
	const char *reason = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	const char *key = key_of(result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL);
	struct error fault = { 0 };

	if (!key && PQstatus(store->connection) == CONNECTION_BAD)
		key = "trouble.server_lost";
	if (key)
		error_trouble(&fault, key, "file", store->place, NULL);
	else
		error_trouble(&fault, "trouble.statement", "reason",
			reason ? reason : PQerrorMessage(store->connection), NULL);
	if (store->open && store->fault.result == OK)
		store->fault = fault;
	if (error->result == OK)
		*error = store->open ? store->fault : fault;
	return error->result;
}

enum result pg_alive(struct pg_store *store, struct error *error)
{
	if (store->fault.result != OK && error->result == OK)
		*error = store->fault;
	return store->fault.result;
}

/* ------------------------------------------------------------------ the pipeline */

/* One answer of the pipeline; NULL where the connection is gone. */
static PGresult *answer_next(struct pg_store *store)
{
	PGresult *answer = PQgetResult(store->connection);

	if (answer && PQresultStatus(answer) != PGRES_PIPELINE_SYNC)
		PQclear(PQgetResult(store->connection)); /* the NULL that ends it */
	return answer;
}

static bool went_well(const PGresult *answer)
{
	ExecStatusType status = PQresultStatus(answer);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static void queued_answers(struct pg_store *store)
{
	struct error kept = { 0 };

	PQpipelineSync(store->connection);
	for (; store->queued; store->queued--) {
		PGresult *answer = answer_next(store);
		int64_t rows = 0;
		if (!went_well(answer))
			pg_failed(store, answer, &kept);
		else if (text_integer(PQcmdTuples(answer), &rows))
			store->changed += rows;
		PQclear(answer);
	}
}

PGresult *pg_answer(struct pg_store *store)
{
	queued_answers(store);
	PGresult *answer = answer_next(store);
	PQclear(PQgetResult(store->connection)); /* the end of the pipeline */
	return answer;
}

enum result pg_settle(struct store *store, struct error *error)
{
	struct pg_store *pg = whole(store);

	if (pg->queued) {
		queued_answers(pg);
		PQclear(PQgetResult(pg->connection));
	}
	return pg_alive(pg, error);
}

/* Outside a transaction nobody would ask for the answer later. */
enum result pg_queued(struct pg_store *store, struct error *error)
{
	if (store->open && ++store->queued < PG_QUEUE)
		return OK;
	if (store->open)
		return pg_settle(&store->store, error);
	PGresult *answer = pg_answer(store);
	enum result result = went_well(answer) ? OK : pg_failed(store, answer, error);
	PQclear(answer);
	return result;
}

/* ------------------------------------------------------------------ control */

static PGresult *command(struct pg_store *store, const char *sql)
{
	PQsendQueryParams(store->connection, sql, 0, NULL, NULL, NULL, NULL, 0);
	return pg_answer(store);
}

/* Sent behind all that was queued: where any of that fails, the server does not come to it. */
static PGresult *commit(struct pg_store *store)
{
	store->warned = false;
	PQsendQueryParams(store->connection, "COMMIT", 0, NULL, NULL, NULL, NULL, 0);
	bool told = pg_tell_send(store);
	queued_answers(store);
	PGresult *answer = answer_next(store);
	if (told)
		PQclear(answer_next(store)); /* only a hint */
	PQclear(PQgetResult(store->connection));
	return answer;
}

static enum result pg_control(struct store *store, const char *sql, struct error *error)
{
	struct pg_store *pg = whole(store);
	bool back = text_starts(sql, "ROLLBACK"), ends = text_equal(sql, "ROLLBACK");
	bool commits = text_equal(sql, "COMMIT");

	struct error before = { 0 };

	if ((commits ? pg_alive(pg, &before) : pg_settle(store, &before)) != OK && !back) {
		*error = before;
		return error->result;
	}
	error_clear(&pg->fault);
	PGresult *answer = commits ? commit(pg) : command(pg, sql);
	enum result result = went_well(answer) ? OK : pg_failed(pg, answer, error);
	PQclear(answer);
	pg->told = 0; /* of a transaction that is over, or dead */
	if (text_starts(sql, "BEGIN")) {
		pg->open = result == OK;
		pg->transaction++;
	} else if (ends || commits) {
		pg->open = pg->open && result != OK;
	}
	/* It stands on this server, and may be gone when the standby takes over. */
	if (result == OK && commits && pg->warned)
		return error_trouble(error, "trouble.server_unconfirmed", "file", pg->place, NULL);
	return result;
}

/* ------------------------------------------------------------------ the planner */

/* What it thinks of a table it learns by looking, and plans are made when tables are empty. The
 * server looks by itself, but not into a transaction. Here, those that have doubled since. */
static enum result tables_grown(struct pg_store *store, struct buffer *list, struct error *error)
{
	PGresult *answer = command(store,
		"SELECT string_agg(quote_ident(relname), ', ') FROM pg_class "
		"WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' "
		"AND pg_relation_size(oid) > 2 * greatest(relpages, 1)::bigint * "
		"current_setting('block_size')::bigint AND pg_has_role(relowner, 'USAGE')");
	enum result result = went_well(answer) ? OK : pg_failed(store, answer, error);

	if (result == OK && PQntuples(answer) == 1 && !PQgetisnull(answer, 0, 0))
		buffer_print(list, "ANALYZE (SKIP_LOCKED) %s", PQgetvalue(answer, 0, 0));
	PQclear(answer);
	return result;
}

enum result pg_look(struct pg_store *store, struct error *error)
{
	struct buffer list;

	if (store->changed < store->look_at || pg_alive(store, error) != OK)
		return error->result;
	buffer_init(&list, LIST_BYTES);
	store->look_at = store->changed + PG_LOOK + store->changed / 10;
	enum result result = tables_grown(store, &list, error);
	if (result == OK && list.length && !list.full) {
		PGresult *answer = command(store, list.bytes);
		result = went_well(answer) ? OK : pg_failed(store, answer, error);
		PQclear(answer);
	}
	buffer_release(&list);
	return result;
}

/* ------------------------------------------------------------------ opening */

/* "… FATAL:  3D000": the last word, where it is a SQLSTATE. */
static const char *refusal(const char *message, char state[6])
{
	size_t length = strlen(message);

	while (length && (message[length - 1] == '\n' || message[length - 1] == ' '))
		length--;
	if (length < 6 || message[length - 6] != ' ')
		return NULL;
	memcpy(state, message + length - 5, 5);
	state[5] = '\0';
	return state;
}

static enum result unopened(struct pg_store *pg, struct error *error)
{
	const char *message = PQerrorMessage(pg->connection);
	char line[PG_PLACE], state[6];
	const char *key = key_of(refusal(message, state));

	text_copy(line, sizeof(line), message);
	line[strcspn(line, "\n")] = '\0';
	if (!*line)
		text_copy(line, sizeof(line), "timeout");
	return error_trouble(
		error, key ? key : "trouble.no_server", "file", pg->place, "reason", line, NULL);
}

/* All that is heard is a plain warning, which beside a COMMIT means one thing: who cancelled the
 * wait for the standby made the server say "committed" of what only this server has. */
static void hear_notice(void *context, const PGresult *notice)
{
	struct pg_store *pg = context;
	const char *state = PQresultErrorField(notice, PG_DIAG_SQLSTATE);

	pg->warned = pg->warned || (state && text_equal(state, "01000"));
}

static void pg_close(struct store *store)
{
	struct pg_store *pg = whole(store);

	pg_forget(pg);
	PQfinish(pg->connection);
	free(pg);
}

static const struct store_driver driver = {
	.close = pg_close,
	.control = pg_control,
	.query = pg_query,
	.parameters = pg_parameters,
	.parameter = pg_parameter,
	.bind = pg_bind,
	.next = pg_next,
	.run = pg_run,
	.settle = pg_settle,
	.columns = pg_columns,
	.column = pg_column,
	.value = pg_value,
	.end = pg_end,
	.tell = pg_tell,
	.listen = pg_listen,
	.wait = pg_wait,
	.begin = "BEGIN ISOLATION LEVEL READ COMMITTED",
	.begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	/* Two that create one table at once would both find it missing. */
	.lock_tables = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.yiben'))",
	.type_integer = "BIGINT",
	.type_text = "TEXT COLLATE \"C\"",
	.type_bytes = "BYTEA",
	.table_suffix = "",
	.postgresql = true,
};

/* Who waits says so as soon as with SQLite. No table is walked that has an index: a plan is
 * kept, and may have been made when the table was empty. */
static enum result session_set(struct pg_store *pg, struct error *error)
{
	PGresult *answer = PQexec(pg->connection,
		"SET lock_timeout = '10s'; SET standard_conforming_strings = on; SET jit = off; "
		"SET enable_seqscan = off");
	enum result result = went_well(answer) ? OK : pg_failed(pg, answer, error);

	PQclear(answer);
	must(result != OK || PQenterPipelineMode(pg->connection));
	pg->look_at = PG_LOOK;
	return result;
}

bool postgresql_url(const char *url)
{
	return text_starts(url, "postgresql://") || text_starts(url, "postgres://");
}

enum result postgresql_open(struct store **store, const char *url, struct error *error)
{
	struct pg_store *pg = calloc(1, sizeof(*pg));

	must(pg != NULL);
	pg->store.driver = &driver;
	if (!pg_connect(pg, url)) {
		unopened(pg, error);
		pg_close(&pg->store);
		return error->result;
	}
	PQsetNoticeReceiver(pg->connection, hear_notice, pg);
	const char *encoding = PQparameterStatus(pg->connection, "server_encoding");
	if (!encoding || !text_equal(encoding, "UTF8")) {
		error_trouble(error, "trouble.server_encoding", "file", pg->place, NULL);
		pg_close(&pg->store);
		return error->result;
	}
	if (session_set(pg, error) != OK) {
		pg_close(&pg->store);
		return error->result;
	}
	*store = &pg->store;
	return OK;
}

/*
 * The hint that a book has grown: NOTIFY, sent on the same way to the server as COMMIT but as a
 * transaction of its own. Inside the batch it would hold a lock that all of the server's NOTIFY
 * share until that batch is on the disk, and a batch of one book would wait for those of others.
 */
#include "store/postgresql.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

/* Where nobody tells, or the telling is lost, asking again after so long has to do. */
enum { LISTENING_MS = 1000, ASKING_MS = 100, CHANNEL_BYTES = 80 };

/* A book is a number in a schema; a clash of hashes would only wake somebody for nothing. */
#define CHANNEL "'yiben/' || hashtext(current_schema()) || '/' || $1"

void pg_tell(struct store *store, int64_t book)
{
	((struct pg_store *)store)->told = book;
}

/* Nothing is written by it, so nothing has to reach a disk. */
bool pg_tell_send(struct pg_store *store)
{
	char number[24];
	const char *const values[] = { number };

	if (!store->told)
		return false;
	snprintf(number, sizeof(number), "%" PRId64, store->told);
	store->told = 0;
	return PQsendQueryParams(store->connection,
		"SELECT set_config('synchronous_commit', 'off', true), pg_notify(" CHANNEL ", '')",
		1, NULL, values, NULL, NULL, 0);
}

enum result pg_listen(struct store *store, int64_t book, struct error *error)
{
	struct pg_store *pg = (struct pg_store *)store;
	char number[24], command[CHANNEL_BYTES + 8] = "";
	const char *const values[] = { number };

	if (pg_settle(store, error) != OK)
		return error->result;
	snprintf(number, sizeof(number), "%" PRId64, book);
	PQsendQueryParams(
		pg->connection, "SELECT quote_ident(" CHANNEL ")", 1, NULL, values, NULL, NULL, 0);
	PGresult *answer = pg_answer(pg);
	if (PQresultStatus(answer) == PGRES_TUPLES_OK) {
		snprintf(command, sizeof(command), "LISTEN %s", PQgetvalue(answer, 0, 0));
		PQclear(answer);
		PQsendQueryParams(pg->connection, command, 0, NULL, NULL, NULL, NULL, 0);
		answer = pg_answer(pg);
	}
	pg->listens = PQresultStatus(answer) == PGRES_COMMAND_OK;
	enum result result = pg->listens ? OK : pg_failed(pg, answer, error);
	PQclear(answer);
	return result;
}

/* Take in what the server has said by itself: was there a NOTIFY? */
static bool notified(struct pg_store *store, bool *alive)
{
	bool any = false;

	*alive = PQconsumeInput(store->connection);
	for (PGnotify *one; (one = PQnotifies(store->connection)); any = true)
		PQfreemem(one);
	return any;
}

enum result pg_wait(struct store *store, int *left_ms, struct error *error)
{
	struct pg_store *pg = (struct pg_store *)store;
	int most_ms = pg->listens ? LISTENING_MS : ASKING_MS;
	int piece_ms = *left_ms < most_ms ? *left_ms : most_ms;
	struct pollfd wait = { .fd = PQsocket(pg->connection), .events = POLLIN };
	bool alive, told = notified(pg, &alive);

	if (alive && !told) {
		*left_ms -= piece_ms;
		poll(&wait, 1, piece_ms);
		notified(pg, &alive);
	}
	return alive ? OK : pg_failed(pg, NULL, error);
}

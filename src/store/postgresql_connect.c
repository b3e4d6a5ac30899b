/*
 * Connecting to PostgreSQL: one host after the other, each only for so long. libpq goes on to the
 * next host of a URL by itself when it is told "no", but not, step by step as it is used here,
 * when it is told nothing; and a server that lost its power says nothing.
 */
#include "store/postgresql.h"
#include "base/panic.h"
#include "base/text.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_S = 10, /* of connecting, where the URL has no connect_timeout */ HOST_TEXT = 300 };

struct hosts {
	char host[HOST_TEXT], port[HOST_TEXT]; /* lists, with commas; "" where the URL has none */
};

static void hosts_take(struct hosts *hosts, const char *url)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);

	*hosts = (struct hosts){ 0 };
	for (PQconninfoOption *option = options; option && option->keyword; option++) {
		if (!option->val)
			continue;
		if (text_equal(option->keyword, "host"))
			text_copy(hosts->host, sizeof(hosts->host), option->val);
		if (text_equal(option->keyword, "port"))
			text_copy(hosts->port, sizeof(hosts->port), option->val);
	}
	PQconninfoFree(options);
}

static int listed(const char *list)
{
	int count = 1;

	for (; *list; list++)
		count += *list == ',';
	return count;
}

/* The one at `index`; that of a shorter list is its only one. */
static void nth(const char *list, int index, char out[HOST_TEXT])
{
	for (; index && strchr(list, ','); index--)
		list = strchr(list, ',') + 1;
	text_copy(out, HOST_TEXT, list);
	out[strcspn(out, ",")] = '\0';
}

static PGconn *begun(const char *url, const char *host, const char *port)
{
	/* What stands before the URL is what holds where the URL says nothing: a server that went
	 * without a word (its power, its network) is given up after 15 seconds, not two hours. */
	const char *const names[] = { "keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", "dbname", "client_encoding", "fallback_application_name",
		host ? "host" : NULL, "port", NULL };
	const char *const values[] = { "5", "5", "2", "15000", url, "UTF8", "yiben", host, port,
		NULL };
	PGconn *connection = PQconnectStartParams(names, values, 1);

	must(connection != NULL);
	return connection;
}

static int step_ms(PGconn *connection)
{
	PQconninfoOption *options = PQconninfo(connection);
	int64_t seconds = STEP_S;

	for (PQconninfoOption *option = options; option && option->keyword; option++) {
		if (text_equal(option->keyword, "connect_timeout") && option->val)
			text_integer(option->val, &seconds);
	}
	PQconninfoFree(options);
	return seconds > 0 && seconds < 3600 ? (int)seconds * 1000 : STEP_S * 1000;
}

/* Step by step, because only so can the server's refusal be asked for as a SQLSTATE: its text
 * is in the language of the server. */
static bool connect_in_time(PGconn *connection)
{
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;
	int most_ms = step_ms(connection);

	if (PQstatus(connection) == CONNECTION_BAD)
		return false;
	PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE);
	while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
		struct pollfd wait = { .fd = PQsocket(connection),
			.events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT };
		int ready = poll(&wait, 1, most_ms);
		if (ready == 0)
			return false;
		if (ready > 0)
			state = PQconnectPoll(connection);
	}
	PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
	return state == PGRES_POLLING_OK;
}

static void place_take(struct pg_store *pg)
{
	const char *host = PQhost(pg->connection), *database = PQdb(pg->connection);
	const char *port = PQport(pg->connection);

	snprintf(pg->place, sizeof(pg->place), "%s:%s/%s", host ? host : "", port ? port : "",
		database ? database : "");
}

bool pg_connect(struct pg_store *store, const char *url)
{
	struct hosts hosts;
	char host[HOST_TEXT], port[HOST_TEXT];
	bool connected = false;

	hosts_take(&hosts, url);
	int count = listed(hosts.host);
	for (int i = 0; i < count && !connected; i++) {
		nth(hosts.host, i, host);
		nth(hosts.port, i, port);
		PQfinish(store->connection);
		store->connection = begun(url, count > 1 ? host : NULL, port);
		place_take(store);
		connected = connect_in_time(store->connection);
	}
	return connected;
}

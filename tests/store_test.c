/* The store: what a savepoint does when much changes inside it, how a long scan is read, and what
 * a refused statement leaves behind. On a server, also what the server does to us. */
#include "database.h"

#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROWS = 4000, ADD = 0, CHANGE, SCAN, WRONG, SUM };

static const struct column columns[] = { { "number", COLUMN_INTEGER }, { "text", COLUMN_TEXT },
	{ 0 } };
static const struct table table = { "d_much", columns, "number", .wide = true };
static const struct statement sql[] = {
	[ADD] = { "INSERT INTO d_much (book, number, text) VALUES ($book, $number, $text)" },
	[CHANGE] = { "UPDATE d_much SET text = text || 'x' WHERE book = $book" },
	[SCAN] = { "SELECT number, text FROM d_much WHERE book = $book ORDER BY text" },
	[WRONG] = { "INSERT INTO d_much (book, number, text) SELECT book, number, text "
		    "FROM d_much WHERE book = $book" },
	[SUM] = { "SELECT sum(length(text)) FROM d_much WHERE book = $book" },
	{ 0 },
};

static void run(struct store *store, int number, int64_t value)
{
	char text[2001];
	struct error error = { 0 };
	struct query *query;

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(store_query(store, &sql[number], &query, &error), OK);
	query_bind_integer(query, "book", 1);
	query_bind_integer(query, "number", value);
	query_bind_text(query, "text", text);
	if (query_run(query, &error) != OK)
		fail_msg("%s", error.key);
}

static int64_t sum(struct store *store)
{
	struct error error = { 0 };
	struct query *query;
	bool row;

	assert_int_equal(store_query(store, &sql[SUM], &query, &error), OK);
	query_bind_integer(query, "book", 1);
	assert_int_equal(query_next(query, &row, &error), OK);
	int64_t total = query_integer(query, 0);
	query_end(query);
	return total;
}

/* Eight megabytes changed under one savepoint, and under one inside it, come back whole. */
static void a_savepoint_holds_whatever_changes_in_it(void **state)
{
	struct error error = { 0 };
	struct store *store;
	char path[DATABASE_URL];

	(void)state;
	database_make(path, "store_test");
	assert_int_equal(store_open(&store, path, true, &error), OK);
	assert_int_equal(store_begin(store, &error), OK);
	assert_int_equal(store_table_create(store, &table, &error), OK);
	for (int i = 0; i < ROWS; i++)
		run(store, ADD, i);
	assert_int_equal(store_savepoint(store, &error), OK);
	run(store, CHANGE, 0);
	assert_int_equal(store_savepoint(store, &error), OK);
	run(store, CHANGE, 0);
	assert_int_equal(sum(store), (int64_t)ROWS * 2002);
	assert_int_equal(store_rollback_to(store, &error), OK);
	assert_int_equal(sum(store), (int64_t)ROWS * 2001);
	assert_int_equal(store_rollback_to(store, &error), OK);
	assert_int_equal(sum(store), (int64_t)ROWS * 2000);
	assert_int_equal(store_savepoint(store, &error), OK);
	run(store, CHANGE, 0);
	assert_int_equal(store_release(store, &error), OK);
	assert_int_equal(store_commit(store, &error), OK);
	assert_int_equal(sum(store), (int64_t)ROWS * 2001);
	store_close(store);
	database_delete(path);
}

static struct store *filled(char path[DATABASE_URL], int rows)
{
	struct error error = { 0 };
	struct store *store;

	database_make(path, "store_test");
	assert_int_equal(store_open(&store, path, true, &error), OK);
	assert_int_equal(store_begin(store, &error), OK);
	assert_int_equal(store_table_create(store, &table, &error), OK);
	for (int i = 0; i < rows; i++)
		run(store, ADD, i);
	return store;
}

/* How many rows of a scan come, `until` at most; each asks another question, and begins and
 * leaves another scan by the same statement. */
static int scanned(struct store *store, int until)
{
	struct error error = { 0 };
	struct query *rows, *other;
	bool row = true, other_row;
	int count = 0;

	assert_int_equal(store_scan(store, &sql[SCAN], &rows, &error), OK);
	query_bind_integer(rows, "book", 1);
	assert_int_equal(query_find(rows, "text"), 1);
	while (count < until && query_next(rows, &row, &error) == OK && row) {
		count++;
		if (count % 500)
			continue;
		assert_int_equal(store_scan(store, &sql[SCAN], &other, &error), OK);
		query_bind_integer(other, "book", 1);
		assert_int_equal(query_next(other, &other_row, &error), OK);
		assert_true(other_row && sum(store) > 0);
		query_end(other);
		assert_int_equal(query_value(rows, 1).length, 2000);
	}
	query_end(rows);
	assert_int_equal(error.result, OK);
	return count;
}

static void a_long_scan_lets_others_ask_in_between(void **state)
{
	struct error error = { 0 };
	char path[DATABASE_URL];
	struct store *store = filled(path, ROWS);

	(void)state;
	assert_int_equal(scanned(store, ROWS + 1), ROWS);
	assert_int_equal(scanned(store, 1000), 1000);
	assert_int_equal(scanned(store, 1001), 1001);
	assert_int_equal(store_commit(store, &error), OK);
	assert_int_equal(scanned(store, ROWS + 1), ROWS);
	assert_int_equal(scanned(store, 700), 700);
	assert_int_equal(store_begin_read(store, &error), OK);
	assert_int_equal(scanned(store, ROWS + 1), ROWS);
	store_rollback(store);
	store_close(store);
	database_delete(path);
}

/* A statement that is refused is known before its savepoint is released, and hurts nothing that
 * was done before it. */
static void a_refused_statement_takes_its_savepoint_along(void **state)
{
	struct error error = { 0 };
	char path[DATABASE_URL];
	struct store *store = filled(path, 10);
	struct query *query;

	(void)state;
	assert_int_equal(store_savepoint(store, &error), OK);
	run(store, ADD, 10);
	assert_int_equal(store_query(store, &sql[WRONG], &query, &error), OK);
	query_bind_integer(query, "book", 1);
	if (query_run(query, &error) == OK)
		store_settle(store, &error);
	assert_string_equal(error.key, "trouble.statement");
	assert_int_equal(store_rollback_to(store, &error), OK);
	assert_int_equal(sum(store), 10 * 2000);
	error_clear(&error);
	assert_int_equal(store_commit(store, &error), OK);
	assert_int_equal(sum(store), 10 * 2000);
	store_close(store);
	database_delete(path);
}

/* ------------------------------------------------------------------ a server */

static void assert_unopened(const char *url, const char *key)
{
	struct error error = { 0 };
	struct store *store;

	assert_int_equal(store_open(&store, url, true, &error), TROUBLE);
	assert_string_equal(error.key, key);
}

static void a_server_that_cannot_be_had_is_named(void **state)
{
	const char *server = getenv("YIBEN_TEST_SERVER");
	char url[DATABASE_URL], shown[DATABASE_URL];

	(void)state;
	store_shown("postgres://li:geheim@10.0.0.1:5433/yiben?sslmode=require", shown, 60);
	assert_string_equal(shown, "postgres://li@10.0.0.1:5433/yiben");
	if (!server)
		skip();
	assert_unopened("postgresql:///yiben?host=/nowhere", "trouble.no_server");
	snprintf(url, sizeof(url), "postgresql:///nothing%s", strchr(server, '?'));
	assert_unopened(url, "trouble.no_database");
	snprintf(url, sizeof(url), "%s&user=nobody_at_all", server);
	assert_unopened(url, "trouble.password");
}

/* Somebody to whom one can connect, and who never says a word. */
static int silent_port(int *listener)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);

	*listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(*listener, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(*listener, 5), 0);
	assert_int_equal(getsockname(*listener, (struct sockaddr *)&address, &length), 0);
	return ntohs(address.sin_port);
}

static void a_silent_host_is_passed_over(void **state)
{
	const char *server = getenv("YIBEN_TEST_SERVER");
	const char *folder = server ? strstr(server, "?host=") : NULL;
	char url[DATABASE_URL];
	struct error error = { 0 };
	struct store *store;
	int listener;

	(void)state;
	if (!folder)
		skip();
	int port = silent_port(&listener);
	snprintf(url, sizeof(url),
		"postgresql:///postgres?port=%d,5432&connect_timeout=1&host=127.0.0.1,%s", port,
		folder + 6);
	time_t begun = time(NULL);
	assert_int_equal(store_open(&store, url, false, &error), OK);
	assert_in_range(time(NULL) - begun, 1, 6);
	store_close(store);
	snprintf(url, sizeof(url), "postgresql://127.0.0.1:%d/postgres?connect_timeout=1", port);
	assert_unopened(url, "trouble.no_server");
	close(listener);
}

static void what_a_server_does_to_a_batch_is_trouble(void **state)
{
	char url[DATABASE_URL], kill[100];
	struct error error = { 0 };
	struct store *store;
	struct query *query;
	bool row;
	static const struct statement pid = { "SELECT pg_backend_pid()" };

	(void)state;
	if (!getenv("YIBEN_TEST_SERVER"))
		skip();
	store = filled(url, 10);
	assert_int_equal(store_query(store, &pid, &query, &error), OK);
	assert_int_equal(query_next(query, &row, &error), OK);
	snprintf(kill, sizeof(kill), "SELECT pg_terminate_backend(%d, 5000)",
		(int)query_integer(query, 0));
	query_end(query);
	assert_true(database_run(url, kill));
	run(store, ADD, 11);
	assert_int_equal(store_commit(store, &error), TROUBLE);
	assert_string_equal(error.key, "trouble.server_stopped");
	store_rollback(store);
	store_close(store);
	error_clear(&error);
	char reading[DATABASE_URL * 2];
	snprintf(reading, sizeof(reading), "%s%%20-cdefault_transaction_read_only%%3Don", url);
	assert_int_equal(store_open(&store, reading, true, &error), OK);
	assert_int_equal(store_begin(store, &error), OK);
	assert_int_equal(store_table_create(store, &table, &error), TROUBLE);
	assert_string_equal(error.key, "trouble.server_read_only");
	store_rollback(store);
	store_close(store);
	database_delete(url);
}

/* Write to a file that has no log yet, as the first of several makers does, for a while. */
static void *hold(void *handle)
{
	usleep(300000);
	sqlite3_exec(handle, "COMMIT", NULL, NULL, NULL);
	return NULL;
}

static void a_file_that_another_is_making_is_waited_for(void **state)
{
	struct error error = { 0 };
	char path[DATABASE_URL];
	struct store *store;
	sqlite3 *other;
	pthread_t thread;

	(void)state;
	if (getenv("YIBEN_TEST_SERVER"))
		skip();
	database_make(path, "store_test");
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(pthread_create(&thread, NULL, hold, other), 0);
	if (store_open(&store, path, true, &error) != OK)
		fail_msg("%s", error.key);
	store_close(store);
	assert_int_equal(pthread_join(thread, NULL), 0);
	sqlite3_close(other);
	database_delete(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_savepoint_holds_whatever_changes_in_it),
		cmocka_unit_test(a_long_scan_lets_others_ask_in_between),
		cmocka_unit_test(a_refused_statement_takes_its_savepoint_along),
		cmocka_unit_test(a_file_that_another_is_making_is_waited_for),
		cmocka_unit_test(a_server_that_cannot_be_had_is_named),
		cmocka_unit_test(a_silent_host_is_passed_over),
		cmocka_unit_test(what_a_server_does_to_a_batch_is_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

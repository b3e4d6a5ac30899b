/* The store: what a savepoint does when much changes inside it. */
#include "database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 4000, ADD = 0, CHANGE, SUM };

static const struct column columns[] = { { "number", COLUMN_INTEGER }, { "text", COLUMN_TEXT },
	{ 0 } };
static const struct table table = { "d_much", columns, "number", .wide = true };
static const struct statement sql[] = {
	[ADD] = { "INSERT INTO d_much (book, number, text) VALUES ($book, $number, $text)" },
	[CHANGE] = { "UPDATE d_much SET text = text || 'x' WHERE book = $book" },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_savepoint_holds_whatever_changes_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

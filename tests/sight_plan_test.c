/*
 * How the database goes about the pages of what is in sight, in a book with a history.
 */
#include "sight_world.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct world world;

/* How SQLite would go about a statement in the book as it is. */
static void check_plan(sqlite3 *handle, const char *sql)
{
	static const char *const whole[] = { "entry", " e ", "d_about", "d_duty", "d_case" };
	char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
	sqlite3_stmt *plan;

	assert_int_equal(sqlite3_prepare_v2(handle, explain, -1, &plan, NULL), SQLITE_OK);
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(plan, 3);
		if (!strstr(step, "(book=?)") && !strstr(step, "SCAN "))
			continue;
		for (size_t i = 0; i < COUNT_OF(whole); i++) {
			if (strstr(step, whole[i]))
				fail_msg("%s\n%s", step, sql);
		}
	}
	sqlite3_finalize(plan);
	sqlite3_free(explain);
}

/* A page costs the same in a book of a million entries: no list begins with all of a table. */
static void no_page_reads_a_whole_table(void **state)
{
	const struct statement *const tables[] = { sight_read_sql, sight_list_sql };
	sqlite3 *handle;

	(void)state;
	if (getenv("YIBEN_TEST_SERVER"))
		skip();
	world_open(&world, false, 1);
	assert_int_equal(sqlite3_open(world.book.path, &handle), SQLITE_OK);
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		for (const struct statement *one = tables[i]; one->sql; one++)
			check_plan(handle, one->sql);
	}
	sqlite3_close(handle);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_page_reads_a_whole_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

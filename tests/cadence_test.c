/* What a day asks, what putting right asks, and what is not asked again. */
#include "stand_in.h"

#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

extern const struct module org_module, roster_module, visit_module;

/* Work that is done by the very entry that may ask for it: to say a customer's class. */
static const struct cadence cadences[] = { { "classing", "class", "customer" }, { 0 } };
static const struct module classing_module = {
	.name = "classing", .version = 1, .cadences = cadences
};

static const struct module *const modules_used[] = { &org_module, &stand_in_module, &roster_module,
	&visit_module, &classing_module, NULL };

/* Names the linker gives (--wrap): the store's own, and what counts before it. */
enum result __real_store_query(struct store *store, const struct statement *statement,
	struct query **query, struct error *error);
enum result __wrap_store_query(struct store *store, const struct statement *statement,
	struct query **query, struct error *error);
enum result __real_store_scan(struct store *store, const struct statement *statement,
	struct query **query, struct error *error);
enum result __wrap_store_scan(struct store *store, const struct statement *statement,
	struct query **query, struct error *error);

static int statements;

enum result __wrap_store_query(struct store *store, const struct statement *statement,
	struct query **query, struct error *error)
{
	statements++;
	return __real_store_query(store, statement, query, error);
}

enum result __wrap_store_scan(struct store *store, const struct statement *statement,
	struct query **query, struct error *error)
{
	statements++;
	return __real_store_scan(store, statement, query, error);
}

/* So many customers with a manager and a class, and as many with a class alone. */
static void open_book(struct test_book *book, int managed)
{
	stand_in_open(book, modules_used);
	stand_in_norm(book, "duty.cadence", "2026-01-01", "\"what\",\"class\",\"times\",\"period\"",
		"[\"visit.cadence\",\"gold\",1,\"month\"]");
	for (int i = 0; i < 2 * managed; i++) {
		int code = 100 + i;
		test_put(book,
			"{\"kind\":\"customer\",\"body\":{\"code\":\"C%d\",\"name\":\"客户%d\"}}",
			code, code);
		test_put(book,
			"{\"kind\":\"class\",\"body\":{\"customer\":\"C%d\",\"class\":\"gold\"}}",
			code);
		if (i < managed)
			test_put(book,
				"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C%d\","
				"\"staff\":\"z1\",\"role\":\"principal\",\"from\":\"2026-01-01\"}}",
				code);
	}
}

static int tick(struct test_book *book, const char *instant)
{
	test_clock(book, instant);
	statements = 0;
	test_tick(book);
	return statements;
}

enum { TUESDAY, MONDAY, FIRST, KINDS_OF_DAY, FEW = 2, MANY = 20 };

/* What a plain day, one on which a week begins and the first of a month cost. */
static void costs(int managed, int cost[KINDS_OF_DAY])
{
	struct test_book book;

	open_book(&book, managed);
	tick(&book, "2026-01-12T00:00:00+08:00");
	cost[TUESDAY] = tick(&book, "2026-01-13T00:00:00+08:00");
	tick(&book, "2026-01-18T00:00:00+08:00");
	cost[MONDAY] = tick(&book, "2026-01-19T00:00:00+08:00");
	tick(&book, "2026-01-31T00:00:00+08:00");
	cost[FIRST] = tick(&book, "2026-02-01T00:00:01+08:00");
	assert_int_equal(stand_in_duties(&book, "visit.cadence", "customer:C100", "open"), 1);
	assert_int_equal(stand_in_duties(&book, "visit.cadence", "customer:C100", "missed"), 1);
	test_book_close(&book);
}

/* A duty that begins, like one that is missed, is one statement more. */
static void only_what_becomes_due_costs_statements(void **state)
{
	int few[KINDS_OF_DAY], many[KINDS_OF_DAY];

	(void)state;
	costs(FEW, few);
	costs(MANY, many);
	assert_int_equal(many[TUESDAY], few[TUESDAY]);
	assert_int_equal(many[MONDAY], few[MONDAY]);
	assert_int_equal(many[FIRST] - few[FIRST], 2 * (MANY - FEW));
}

static void an_entry_that_asks_for_work_twice_has_done_it_once(void **state)
{
	struct test_book book;

	(void)state;
	stand_in_open(&book, modules_used);
	stand_in_norm(&book, "duty.cadence", "2026-01-01",
		"\"what\",\"class\",\"times\",\"period\"", "[\"classing\",\"gold\",2,\"month\"]");
	test_put(&book, "{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C1\",\"staff\":"
			"\"z1\",\"role\":\"principal\",\"from\":\"2026-01-01\"}}");
	test_put(&book, "{\"kind\":\"class\",\"body\":{\"customer\":\"C1\",\"class\":\"gold\"}}");
	assert_int_equal(stand_in_duties(&book, "classing", "customer:C1", "done"), 1);
	assert_int_equal(stand_in_duties(&book, "classing", "customer:C1", "open"), 1);
	test_book_holds(&book);
	test_book_close(&book);
}

/* What putting one visit right costs among so many of its customer. */
static int correction_cost(int visits)
{
	struct test_book book;
	char id[ID_TEXT] = "";

	open_book(&book, 1);
	for (int i = 0; i < visits; i++)
		text_copy(id, sizeof(id),
			test_put(&book, "{\"kind\":\"visit.made\",\"author\":\"z1\",\"body\":{"
					"\"customer\":\"C100\",\"observation\":\"情况\"}}"));
	statements = 0;
	test_correct(&book, id, "{\"customer\":\"C100\",\"observation\":\"属实\"}");
	int cost = statements;
	test_book_holds(&book);
	test_book_close(&book);
	return cost;
}

static void a_correction_does_not_fold_what_stands_beside_it(void **state)
{
	(void)state;
	assert_int_equal(correction_cost(MANY), correction_cost(FEW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_becomes_due_costs_statements),
		cmocka_unit_test(an_entry_that_asks_for_work_twice_has_done_it_once),
		cmocka_unit_test(a_correction_does_not_fold_what_stands_beside_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

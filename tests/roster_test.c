/* The roster: one principal at every instant, lists in force by day, who waits. */
#include "stand_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const struct module org_module, roster_module;

static const struct module *const modules_used[] = { &org_module, &stand_in_module, &roster_module,
	NULL };

#define ASSIGN(customer, staff, from, more)                                                        \
	"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"" customer "\",\"staff\":\"" staff \
	"\",\"role\":\"principal\",\"from\":\"" from "\"" more "}}"
#define UNTIL(day) ",\"until\":\"" day "\""
#define LIST(list, level, grade, version, effective, rows)                                         \
	"{\"kind\":\"roster.listed\",\"body\":{\"list\":\"" list                                   \
	"\",\"name\":\"名单\",\"level\":\"" level "\",\"grade\":\"" grade                          \
	"\",\"version\":" version ",\"effective\":\"" effective                                    \
	"\",\"columns\":[\"customer\"],\"rows\":[" rows "]}}"

static void open_roster(struct test_book *book)
{
	stand_in_open(book, modules_used);
	stand_in_norm(book, "duty.limits", "2026-01-01", "\"what\",\"amount\",\"limit\"",
		"[\"roster.assign\",3,\"natural_days\"]");
}

static const char *manager_on(struct test_book *book, const char *customer, const char *day)
{
	int number;

	assert_true(day_parse(day, &number));
	const char *manager =
		view_manager(ledger_view(book->ledger), customer, day_start(number) + HOUR_MS);
	return manager ? manager : "";
}

static void a_second_principal_is_refused_by_name(void **state)
{
	struct test_book book;

	(void)state;
	open_roster(&book);
	test_put(&book, ASSIGN("C1", "z1", "2026-01-05", ""));
	test_refused(&book, "refused.manager_present", ASSIGN("C1", "z2", "2026-03-01", ""));
	test_refused(&book, "refused.manager_present", ASSIGN("C1", "z2", "2025-12-01", ""));
	/* Earlier years may be added, with their end. */
	test_put(&book, ASSIGN("C1", "z2", "2025-01-01", UNTIL("2026-01-04")));
	assert_string_equal(manager_on(&book, "C1", "2026-01-04"), "z2");
	assert_string_equal(manager_on(&book, "C1", "2026-01-05"), "z1");
	assert_string_equal(manager_on(&book, "C1", "2024-12-31"), "");
	/* The same assignment again, with an end, replaces it. */
	test_put(&book, ASSIGN("C1", "z1", "2026-01-05", UNTIL("2026-02-28")));
	assert_string_equal(manager_on(&book, "C1", "2026-03-01"), "");
	test_put(&book, ASSIGN("C1", "z3", "2026-03-01", ""));
	test_refused(&book, "refused.assigned_until",
		ASSIGN("C2", "z3", "2026-03-01", UNTIL("2026-02-01")));
	test_refused(&book, "refused.deputy_is_principal",
		"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C1\",\"staff\":\"z3\","
		"\"role\":\"deputy\",\"from\":\"2026-04-01\"}}");
	test_put(&book, "{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C1\",\"staff\":"
			"\"z4\",\"role\":\"deputy\",\"from\":\"2026-03-01\"}}");
	assert_string_equal(manager_on(&book, "C1", "2026-03-02"), "z3");
	assert_string_equal(view_deputy(ledger_view(book.ledger), "C1",
				    book.session.now + 90 * (int64_t)DAY_MS),
		"z4");
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_handover_moves_and_a_leaver_is_blocked(void **state)
{
	struct test_book book;

	(void)state;
	open_roster(&book);
	test_put(&book, ASSIGN("C1", "z1", "2026-01-01", ""));
	test_put(&book, ASSIGN("C2", "z1", "2026-01-01", ""));
	test_put(&book, ASSIGN("C3", "z1", "2026-01-01", ""));
	test_refused(&book, "refused.left_with_customers",
		"{\"kind\":\"org.left\",\"body\":{\"staff\":\"z1\",\"day\":\"2026-01-31\"}}");
	test_refused(&book, "refused.nobody_hands_over",
		"{\"kind\":\"roster.handed_over\",\"body\":{\"customer\":\"C4\",\"to\":\"z2\","
		"\"day\":\"2026-02-01\"}}");
	test_refused(&book, "refused.other_manager",
		"{\"kind\":\"roster.handed_over\",\"body\":{\"customer\":\"C1\",\"from_staff\":"
		"\"z3\",\"to\":\"z2\",\"day\":\"2026-02-01\"}}");
	test_refused(&book, "refused.manager_already",
		"{\"kind\":\"roster.handed_over\",\"body\":{\"customer\":\"C1\",\"to\":\"z1\","
		"\"day\":\"2026-02-01\"}}");
	test_put(&book, "{\"kind\":\"roster.handed_over\",\"body\":{\"customer\":\"C1\",\"to\":"
			"\"z2\",\"day\":\"2026-02-01\",\"contacts\":true,\"promises\":true,"
			"\"contracts\":true}}");
	assert_string_equal(manager_on(&book, "C1", "2026-01-31"), "z1");
	assert_string_equal(manager_on(&book, "C1", "2026-02-01"), "z2");
	test_refused(&book, "refused.other_manager",
		"{\"kind\":\"roster.batch_handed_over\",\"body\":{\"staff\":\"z1\",\"to\":\"z3\","
		"\"day\":\"2026-02-01\",\"customers\":[\"C2\",\"C1\"]}}");
	test_put(&book, "{\"kind\":\"roster.batch_handed_over\",\"body\":{\"staff\":\"z1\",\"to\":"
			"\"z3\",\"day\":\"2026-02-01\",\"customers\":[\"C2\",\"C3\"],"
			"\"contacts\":true}}");
	test_put(&book,
		"{\"kind\":\"org.left\",\"body\":{\"staff\":\"z1\",\"day\":\"2026-01-31\"}}");
	assert_int_equal(
		test_figure(&book, "roster.handed_over", "unit:9901", "2026-02-01", "2026-02-28"),
		3);
	assert_int_equal(test_figure(&book, "roster.handover_complete", "unit:9900", "2026-02-01",
				 "2026-02-28"),
		333);
	assert_int_equal(
		test_figure(&book, "roster.managed", "staff:z3", "2026-02-01", "2026-02-28"), 2);
	assert_int_equal(
		test_figure(&book, "roster.managed", "staff:z1", "2026-02-01", "2026-02-28"), 0);
	test_put(&book, "{\"kind\":\"roster.released\",\"body\":{\"customer\":\"C3\",\"day\":"
			"\"2026-02-10\",\"reason\":\"组织调整\"}}");
	test_refused(&book, "refused.nobody_to_release",
		"{\"kind\":\"roster.released\",\"body\":{\"customer\":\"C3\",\"day\":"
		"\"2026-02-11\",\"reason\":\"组织调整\"}}");
	assert_string_equal(manager_on(&book, "C3", "2026-02-10"), "");
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_report_over_march_uses_the_list_of_march(void **state)
{
	struct test_book book;

	(void)state;
	open_roster(&book);
	test_put(&book,
		LIST("p", "province", "major", "1", "2026-01-01", "[\"C1\"],[\"C2\"],[\"C3\"]"));
	test_put(&book, LIST("c", "city", "core", "1", "2026-01-01", "[\"C1\"],[\"C4\"]"));
	test_clock(&book, "2026-06-05T09:00:00+08:00");
	test_put(&book, LIST("p", "province", "major", "2", "2026-06-01", "[\"C1\"],[\"C5\"]"));
	/* The rest of a long list: the same version. */
	test_put(&book, LIST("p", "province", "major", "2", "2026-06-01", "[\"C6\"]"));
	static const struct {
		const char *name, *from, *to;
		int64_t value;
	} figures[] = { { "roster.province", "2026-03-01", "2026-03-31", 3 },
		{ "roster.province", "2026-06-01", "2026-06-30", 3 },
		{ "roster.listed", "2026-03-01", "2026-03-31", 4 },
		{ "roster.listed", "2026-05-01", "2026-05-31", 4 },
		{ "roster.listed", "2026-06-01", "2026-06-30", 4 },
		{ "roster.listed", "2025-12-01", "2025-12-31", 0 },
		{ "roster.city", "2026-06-01", "2026-06-30", 2 },
		{ "roster.core", "2026-06-01", "2026-06-30", 2 },
		{ "roster.major", "2026-06-01", "2026-06-30", 3 },
		{ "roster.entered", "2026-01-01", "2026-05-31", 0 },
		{ "roster.entered", "2026-06-01", "2026-06-30", 2 },
		{ "roster.left", "2026-06-01", "2026-06-30", 2 } };
	for (size_t i = 0; i < COUNT_OF(figures); i++)
		assert_int_equal(test_figure(&book, figures[i].name, "unit:9900", figures[i].from,
					 figures[i].to),
			figures[i].value);
	assert_int_equal(
		test_figure(&book, "roster.province", "unit:9902", "2026-06-01", "2026-06-30"), 2);
	test_book_holds(&book);
	test_book_close(&book);
}

struct named {
	char customer[8];
	int day, count;
};

static bool name_it(void *context, const struct evidence *evidence)
{
	struct named *named = context;

	text_copy(named->customer, sizeof(named->customer), evidence->customer);
	named->day = evidence->day;
	named->count++;
	return true;
}

static void who_was_without_a_manager_is_named(void **state)
{
	struct test_book book;
	struct error error = { 0 };
	struct named named = { 0 };
	struct figure figure;
	char day[DAY_TEXT];

	(void)state;
	open_roster(&book);
	test_put(&book, ASSIGN("C1", "z1", "2026-01-01", ""));
	test_put(&book, ASSIGN("C2", "z1", "2026-01-01", UNTIL("2026-03-09")));
	test_put(&book, ASSIGN("C2", "z2", "2026-03-11", ""));
	test_put(&book, LIST("p", "province", "major", "1", "2026-01-01", "[\"C1\"],[\"C2\"]"));
	test_put(&book, LIST("c", "city", "major", "1", "2026-01-01", "[\"C2\"]"));
	assert_int_equal(
		test_figure(&book, "roster.covered", "unit:9900", "2026-03-01", "2026-03-31"),
		1000);
	assert_int_equal(
		test_figure(&book, "roster.covered", "unit:9900", "2026-03-01", "2026-03-10"), 500);
	int from = day_from_civil((struct civil){ 2026, 3, 1 });
	assert_int_equal(
		ledger_figure(book.ledger, ledger_measure(book.ledger, "roster.uncovered_days"),
			"unit:9900", from, from + 30, &figure, name_it, &named, &error),
		OK);
	assert_int_equal(named.count, 1);
	assert_string_equal(named.customer, "C2");
	assert_string_equal(day_text(named.day, day), "2026-03-10");
	assert_int_equal(test_figure(&book, "roster.uncovered_days", "unit:9900", "2026-03-11",
				 "2026-03-31"),
		0);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_listed_customer_waits_until_it_is_assigned(void **state)
{
	struct test_book book;
	char list[ID_TEXT], assigned[ID_TEXT];

	(void)state;
	open_roster(&book);
	test_tick(&book);
	book.session.staff = "";
	text_copy(list, sizeof(list),
		test_put(&book,
			LIST("p", "province", "major", "1", "2026-01-01", "[\"C1\"],[\"C2\"]")));
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C1", "open"), 1);
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C3", "open"), 0);
	test_clock(&book, "2026-01-03T09:00:00+08:00");
	test_tick(&book);
	text_copy(
		assigned, sizeof(assigned), test_put(&book, ASSIGN("C1", "z1", "2026-01-03", "")));
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C1", "done"), 1);
	test_clock(&book, "2026-01-08T09:00:00+08:00");
	test_tick(&book);
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C2", "missed"), 1);
	/* One of two in time. */
	assert_int_equal(test_figure(&book, "roster.assigned_on_time", "unit:9901", "2026-01-01",
				 "2026-01-31"),
		500);
	/* Taken back: open again, and by now too late. */
	test_withdraw(&book, assigned);
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C1", "open"), 1);
	assert_string_equal(manager_on(&book, "C1", "2026-01-08"), "");
	test_put(&book, ASSIGN("C1", "z2", "2026-01-08", ""));
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C1", "done_late"), 1);
	/* Released on a day to come: waits from that day on. */
	test_put(&book, "{\"kind\":\"roster.released\",\"body\":{\"customer\":\"C1\",\"day\":"
			"\"2026-01-10\",\"reason\":\"调整\"}}");
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C1", "open"), 0);
	test_clock(&book, "2026-01-10T09:00:00+08:00");
	test_tick(&book);
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C1", "open"), 1);
	/* Struck from the list: nothing to wait for. */
	test_put(&book, LIST("p", "province", "major", "2", "2026-01-10", "[\"C2\"]"));
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C1", "open"), 0);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_list_has_effect_when_another_person_approves(void **state)
{
	struct test_book book;
	char list[ID_TEXT];

	(void)state;
	open_roster(&book);
	text_copy(list, sizeof(list),
		test_put(&book,
			"{\"kind\":\"roster.listed\",\"author\":\"boss\",\"body\":{\"list\":"
			"\"p\",\"name\":\"名单\",\"level\":\"province\",\"grade\":\"major\","
			"\"version\":1,\"effective\":\"2026-01-01\",\"columns\":[\"customer\"],"
			"\"rows\":[[\"C1\"],[\"C2\"]]}}"));
	assert_int_equal(
		test_figure(&book, "roster.listed", "unit:9900", "2026-01-01", "2026-01-31"), 0);
	test_put(&book, "{\"kind\":\"entry.approved\",\"body\":{\"entry\":\"%s\"}}", list);
	assert_int_equal(
		test_figure(&book, "roster.listed", "unit:9900", "2026-01-01", "2026-01-31"), 2);
	/* A row put right, a row taken back, all taken back. */
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"row\":1,\"body\":"
		"{\"customer\":\"C5\"},\"reason\":\"抄错\"}}",
		list);
	assert_int_equal(
		test_figure(&book, "roster.listed", "unit:9902", "2026-01-01", "2026-01-31"), 1);
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C2", "open"), 0);
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C5", "open"), 1);
	test_put(&book,
		"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"row\":0,\"reason\":"
		"\"重复\"}}",
		list);
	assert_int_equal(
		test_figure(&book, "roster.listed", "unit:9900", "2026-01-01", "2026-01-31"), 1);
	test_withdraw(&book, list);
	assert_int_equal(
		test_figure(&book, "roster.listed", "unit:9900", "2026-01-01", "2026-01-31"), 0);
	assert_int_equal(stand_in_duties(&book, "roster.assign", "customer:C5", "open"), 0);
	test_book_holds(&book);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_principal_is_refused_by_name),
		cmocka_unit_test(a_handover_moves_and_a_leaver_is_blocked),
		cmocka_unit_test(a_report_over_march_uses_the_list_of_march),
		cmocka_unit_test(who_was_without_a_manager_is_named),
		cmocka_unit_test(a_listed_customer_waits_until_it_is_assigned),
		cmocka_unit_test(a_list_has_effect_when_another_person_approves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

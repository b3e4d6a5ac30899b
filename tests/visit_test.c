/* Visits: cadence by class, promises, plans, needs; and what people mean to do. */
#include "ledger/sight.h"
#include "stand_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const struct module org_module, roster_module, visit_module, plan_module;

static const struct module *const modules_used[] = { &org_module, &stand_in_module, &roster_module,
	&visit_module, &plan_module, NULL };

static void open_visits(struct test_book *book)
{
	stand_in_open(book, modules_used);
	stand_in_norm(book, "duty.limits", "2026-01-01", "\"what\",\"amount\",\"limit\"",
		"[\"visit.need_answer\",5,\"natural_days\"]");
	stand_in_norm(book, "duty.cadence", "2026-01-01", "\"what\",\"class\",\"times\",\"period\"",
		"[\"visit.cadence\",\"gold\",1,\"month\"],[\"visit.cadence\",\"twice\",2,\"month\"]"
		","
		"[\"visit.cadence\",\"silver\",1,\"quarter\"]");
}

static void assign(struct test_book *book, const char *customer, const char *staff)
{
	test_put(book,
		"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"%s\",\"staff\":\"%s\","
		"\"role\":\"principal\",\"from\":\"2026-01-01\"}}",
		customer, staff);
}

static void classify(struct test_book *book, const char *customer, const char *class)
{
	test_put(book, "{\"kind\":\"class\",\"body\":{\"customer\":\"%s\",\"class\":\"%s\"}}",
		customer, class);
}

static void pass(struct test_book *book, const char *instant)
{
	test_clock(book, instant);
	test_tick(book);
}

static const char *visit(struct test_book *book, const char *customer, const char *more)
{
	return test_put(book,
		"{\"kind\":\"visit.made\",\"author\":\"z1\",\"body\":{\"customer\":\"%s\","
		"\"with\":\"许知远\",\"observation\":\"看到的情况\"%s}}",
		customer, more);
}

static int cadences(struct test_book *book, const char *state)
{
	return stand_in_duties(book, "visit.cadence", "customer:C1", state);
}

struct listed {
	int count;
	char period[8], state[8]; /* of the most urgent */
};

static bool list(void *context, const struct duty *duty)
{
	struct listed *listed = context;

	if (listed->count++ == 0) {
		text_copy(listed->period, sizeof(listed->period), duty->period);
		text_copy(listed->state, sizeof(listed->state), duty->state);
	}
	return true;
}

static struct listed listed_on(struct test_book *book, const char *day_text)
{
	struct listed listed = { 0 };
	struct error error = { 0 };
	int day;

	assert_true(day_parse(day_text, &day));
	assert_int_equal(ledger_duties(book->ledger, "staff:z1", day, list, &listed, &error), OK);
	return listed;
}

/* Last month cannot be visited any more: it is in the figures, and asks nobody for anything. */
static void a_period_that_is_over_asks_for_nothing(void **state)
{
	static const char *const references[] = { "staff:z1", "customer:C1" };
	struct test_book book;

	(void)state;
	open_visits(&book);
	classify(&book, "C1", "gold");
	assign(&book, "C1", "z1");
	pass(&book, "2026-02-01T00:00:01+08:00");
	assert_int_equal(cadences(&book, "missed"), 1);
	struct listed listed = listed_on(&book, "2026-02-01");
	assert_int_equal(listed.count, 1);
	assert_string_equal(listed.period, "2026-02");
	assert_string_equal(listed_on(&book, "2026-01-31").period, "2026-01");
	for (size_t i = 0; i < COUNT_OF(references); i++) {
		struct duty_page page = { .limit = 10 };
		struct error error = { 0 };
		listed.count = 0;
		assert_int_equal(sight_duties(book.ledger, NULL, references[i], &page, list,
					 &listed, &error),
			OK);
		assert_int_equal(listed.count, 1);
		assert_string_equal(listed.state, "open");
	}
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_visit_counts_for_its_period_and_not_the_next(void **state)
{
	struct test_book book;
	char second[ID_TEXT];

	(void)state;
	open_visits(&book);
	classify(&book, "C1", "gold");
	assert_int_equal(cadences(&book, "open"), 0); /* nobody manages it, no list names it */
	assign(&book, "C1", "z1");
	assert_int_equal(cadences(&book, "open"), 1);
	pass(&book, "2026-01-28T16:00:00+08:00");
	visit(&book, "C1", "");
	text_copy(second, sizeof(second), visit(&book, "C1", ""));
	assert_int_equal(cadences(&book, "done"), 1);
	pass(&book, "2026-02-01T00:00:00+08:00");
	assert_int_equal(cadences(&book, "open"), 1);
	pass(&book, "2026-03-01T00:00:01+08:00");
	assert_int_equal(cadences(&book, "missed"), 1);
	assert_int_equal(
		test_figure(&book, "visit.on_time", "staff:z1", "2026-01-01", "2026-01-31"), 1000);
	assert_int_equal(
		test_figure(&book, "visit.on_time", "unit:9900", "2026-01-01", "2026-02-28"), 500);
	assert_int_equal(
		test_figure(&book, "visit.on_time", "unit:9902", "2026-01-01", "2026-02-28"), -1);
	assert_int_equal(
		test_figure(&book, "visit.on_time", "unit:9900", "2026-03-01", "2026-03-31"), -1);
	test_withdraw(&book, second); /* the first still counts */
	assert_int_equal(cadences(&book, "done"), 1);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_class_that_changes_asks_anew_and_work_done_counts(void **state)
{
	struct test_book book;
	char made[ID_TEXT];

	(void)state;
	open_visits(&book);
	assign(&book, "C1", "z1");
	classify(&book, "C1", "silver");
	assert_int_equal(cadences(&book, "open"), 1);
	classify(&book, "C1", "gold"); /* the quarter's gives way to the month's */
	assert_int_equal(cadences(&book, "cancelled"), 1);
	assert_int_equal(cadences(&book, "open"), 1);
	test_clock(&book, "2026-01-05T10:00:00+08:00");
	text_copy(made, sizeof(made), visit(&book, "C1", ""));
	assert_int_equal(cadences(&book, "done"), 1);
	classify(&book, "C1", "silver"); /* the same visit does for the quarter */
	assert_int_equal(cadences(&book, "done"), 2);
	assert_int_equal(cadences(&book, "open"), 0);
	test_withdraw(&book, made);
	assert_int_equal(cadences(&book, "done"), 0);
	test_put(&book, "{\"kind\":\"roster.released\",\"body\":{\"customer\":\"C1\",\"day\":"
			"\"2026-01-05\",\"reason\":\"调整\"}}");
	assert_int_equal(cadences(&book, "open"), 0);
	test_book_holds(&book);
	test_book_close(&book);
}

/* Whoever opens days comes late; or an instant is put right to one that is still to come. */
static void what_was_done_before_a_period_was_opened_counts(void **state)
{
	struct test_book book;
	char made[ID_TEXT];

	(void)state;
	open_visits(&book);
	assign(&book, "C1", "z1");
	classify(&book, "C1", "gold");
	pass(&book, "2026-01-31T23:00:00+08:00");
	assert_int_equal(cadences(&book, "open"), 1);
	test_clock(&book, "2026-02-01T00:30:00+08:00");
	visit(&book, "C1", "");
	pass(&book, "2026-02-01T01:00:00+08:00");
	assert_int_equal(cadences(&book, "done"), 1);
	assert_int_equal(cadences(&book, "missed"), 1);
	pass(&book, "2026-02-28T23:58:00+08:00");
	text_copy(made, sizeof(made), visit(&book, "C1", ""));
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"误\","
		"\"at\":\"2026-03-01T00:01:00+08:00\",\"body\":{\"customer\":\"C1\","
		"\"with\":\"许知远\",\"observation\":\"看到的情况\"}}}",
		made);
	pass(&book, "2026-03-01T00:02:00+08:00");
	assert_int_equal(cadences(&book, "done"), 2);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_promise_is_kept_by_naming_it(void **state)
{
	static const char promise[] = ",\"promise\":\"送方案\",\"promise_due\":\"2026-01-12\"";
	struct test_book book;
	char made[ID_TEXT], plain[ID_TEXT], kept[ID_TEXT];

	(void)state;
	open_visits(&book);
	test_clock(&book, "2026-01-05T10:00:00+08:00");
	test_refused(&book, "refused.promise_without_day",
		"{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\",\"observation\":\"看\","
		"\"promise\":\"送方案\"}}");
	test_refused(&book, "refused.promise_without_text",
		"{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\",\"observation\":\"看\","
		"\"promise_due\":\"2026-01-12\"}}");
	test_refused(&book, "refused.promise_before_visit",
		"{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\",\"observation\":\"看\","
		"\"promise\":\"送方案\",\"promise_due\":\"2026-01-04\"}}");
	test_refused(&book, "refused.required",
		"{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\"}}");
	text_copy(plain, sizeof(plain), visit(&book, "C1", ""));
	text_copy(made, sizeof(made), visit(&book, "C1", promise));
	assert_int_equal(stand_in_duties(&book, "visit.promise", "customer:C1", "open"), 1);
	test_refused(&book, "refused.nothing_promised",
		"{\"kind\":\"visit.kept\",\"author\":\"z1\",\"body\":{\"customer\":\"C1\","
		"\"promise\":\"%s\",\"result\":\"办了\"}}",
		plain);
	test_refused(&book, "refused.promise_of_other",
		"{\"kind\":\"visit.kept\",\"author\":\"z1\",\"body\":{\"customer\":\"C2\","
		"\"promise\":\"%s\",\"result\":\"办了\"}}",
		made);
	text_copy(kept, sizeof(kept),
		test_put(&book,
			"{\"kind\":\"visit.kept\",\"author\":\"z1\",\"body\":{\"customer\":\"C1\","
			"\"promise\":\"%s\",\"result\":\"办了\"}}",
			made));
	assert_int_equal(stand_in_duties(&book, "visit.promise", "customer:C1", "done"), 1);
	/* The visit put right: its promise is still kept. */
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"错字\","
		"\"body\":{\"customer\":\"C1\",\"observation\":\"看到\"%s}}}",
		made, promise);
	assert_int_equal(stand_in_duties(&book, "visit.promise", "customer:C1", "done"), 1);
	assert_int_equal(test_figure(&book, "visit.promises_kept", "customer:C1", "2026-01-01",
				 "2026-01-31"),
		1000);
	test_withdraw(&book, kept);
	assert_int_equal(stand_in_duties(&book, "visit.promise", "customer:C1", "open"), 1);
	pass(&book, "2026-01-13T09:00:00+08:00");
	assert_int_equal(test_figure(&book, "visit.promises_kept", "customer:C1", "2026-01-01",
				 "2026-01-31"),
		0);
	test_book_holds(&book);
	test_book_close(&book);
}

static int plans(struct test_book *book, const char *state)
{
	return stand_in_duties(book, "visit.plan", "customer:C1", state);
}

static void one_visit_ends_one_plan(void **state)
{
	struct test_book book;
	char first[ID_TEXT], made[ID_TEXT];

	(void)state;
	open_visits(&book);
	test_clock(&book, "2026-01-05T10:00:00+08:00");
	test_refused(&book, "refused.plan_in_past",
		"{\"kind\":\"visit.planned\",\"body\":{\"customer\":\"C1\",\"day\":\"2026-01-04\","
		"\"purpose\":\"谈扩容\"}}");
	text_copy(first, sizeof(first),
		test_put(&book,
			"{\"kind\":\"visit.planned\",\"author\":\"z1\",\"body\":"
			"{\"customer\":\"C1\",\"day\":\"2026-01-06\",\"purpose\":\"谈扩容\"}}"));
	test_put(&book,
		"{\"kind\":\"visit.planned\",\"author\":\"z1\",\"body\":{\"customer\":\"C1\","
		"\"day\":\"2026-01-20\",\"purpose\":\"看进度\"}}");
	text_copy(made, sizeof(made), visit(&book, "C1", ""));
	assert_int_equal(plans(&book, "done"), 1);
	/* Put right, the visit is still one visit. */
	test_correct(
		&book, made, "{\"customer\":\"C1\",\"way\":\"phone\",\"observation\":\"看到\"}");
	assert_int_equal(plans(&book, "done"), 1);
	assert_int_equal(plans(&book, "open"), 1);
	assert_int_equal(
		test_figure(&book, "visit.on_site", "staff:z1", "2026-01-01", "2026-01-31"), 0);
	/* The other day's plan dropped. */
	test_withdraw(&book, first);
	assert_int_equal(plans(&book, "done"), 0);
	pass(&book, "2026-01-21T09:00:00+08:00");
	assert_int_equal(
		test_figure(&book, "visit.plans_done", "unit:9901", "2026-01-01", "2026-01-31"), 0);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_need_belongs_to_somebody_until_it_is_answered(void **state)
{
	static const char need[] = "{\"kind\":\"visit.need\",\"author\":\"z2\",\"body\":{"
				   "\"customer\":\"%s\",\"product\":\"专线\",\"need\":\"扩容\","
				   "\"by\":\"许知远\"}}";
	static const char answer[] = "{\"kind\":\"visit.answered\",\"author\":\"%s\",\"body\":{"
				     "\"need\":\"%s\",\"answer\":\"可以\"}}";
	struct test_book book;
	char mine[ID_TEXT], late[ID_TEXT];

	(void)state;
	open_visits(&book);
	assign(&book, "C1", "z1");
	test_clock(&book, "2026-01-05T10:00:00+08:00");
	text_copy(mine, sizeof(mine), test_put(&book, need, "C1"));
	text_copy(late, sizeof(late), test_put(&book, need, "C2"));
	test_clock(&book, "2026-01-08T09:00:00+08:00");
	book.session.staff = "z2";
	test_refused(&book, "refused.not_allowed", answer, "z2", mine);
	book.session.staff = "z1";
	test_put(&book, answer, "z1", mine);
	test_refused(&book, "refused.case_state", answer, "z1", mine);
	book.session.staff = "";
	pass(&book, "2026-02-02T09:00:00+08:00");
	static const struct {
		const char *name, *to;
		int64_t value;
	} figures[] = { { "visit.needs", "2026-01-31", 2 },
		{ "visit.needs_answered", "2026-01-31", 500 },
		{ "visit.needs_open", "2026-01-31", 1 }, { "visit.needs_open", "2026-01-07", 2 },
		{ "visit.answer_days", "2026-01-31", 3 },
		{ "visit.needs_on_time", "2026-01-31", 500 } };
	for (size_t i = 0; i < COUNT_OF(figures); i++)
		assert_int_equal(test_figure(&book, figures[i].name, "unit:9901", "2026-01-01",
					 figures[i].to),
			figures[i].value);
	assert_int_equal(
		test_figure(&book, "visit.answer_days", "staff:z1", "2026-01-01", "2026-01-31"), 3);
	/* What was asked is put right after it was answered: the answer stays. */
	test_correct(&book, mine, "{\"customer\":\"C1\",\"need\":\"扩到千兆\"}");
	assert_int_equal(
		test_figure(&book, "visit.needs_answered", "unit:9901", "2026-01-01", "2026-01-31"),
		500);
	assert_int_equal(
		test_figure(&book, "visit.needs_on_time", "unit:9901", "2026-01-01", "2026-01-31"),
		500);
	test_withdraw(&book, late);
	assert_int_equal(
		test_figure(&book, "visit.needs", "unit:9901", "2026-01-01", "2026-01-31"), 1);
	test_book_holds(&book);
	test_book_close(&book);
}

#define PLAN(staff, more)                                                                          \
	"{\"kind\":\"plan.made\",\"author\":\"z1\",\"body\":{\"staff\":\"" staff                   \
	"\",\"period\":\"2026年\",\"item\":\"多走访\"," more "\"due\":\"2026-06-30\"}}"

static void a_plan_comes_back_done_or_not(void **state)
{
	static const char judged[] = "{\"kind\":\"plan.judged\",\"author\":\"%s\",\"body\":{"
				     "\"plan\":\"%s\",\"done\":%s}}";
	struct test_book book;
	char plan[ID_TEXT], word[ID_TEXT];

	(void)state;
	open_visits(&book);
	test_refused(&book, "refused.plan_of_other", PLAN("z2", ""));
	test_refused(
		&book, "refused.plan_measure", PLAN("z1", "\"measure\":\"no.such\",\"target\":1,"));
	test_refused(&book, "refused.measure_and_target",
		PLAN("z1", "\"measure\":\"visit.customers\","));
	test_refused(&book, "refused.measure_and_target", PLAN("z1", "\"target\":1,"));
	text_copy(plan, sizeof(plan),
		test_put(&book, PLAN("z1", "\"measure\":\"visit.customers\",\"target\":20,")));
	test_put(&book, PLAN("z1", "\"unit\":\"9902\","));
	assert_int_equal(
		test_figure(&book, "plan.open", "staff:z1", "2026-01-01", "2026-01-31"), 2);
	test_clock(&book, "2026-06-29T09:00:00+08:00");
	test_refused(&book, "refused.plan_of_other", judged, "z2", plan, "true");
	test_put(&book, judged, "z1", plan, "false");
	text_copy(word, sizeof(word), test_put(&book, judged, "z1", plan, "true"));
	assert_int_equal(stand_in_duties(&book, "plan.judge", "staff:z1", "done"), 1);
	assert_int_equal(
		test_figure(&book, "plan.done", "unit:9901", "2026-01-01", "2026-06-30"), 1000);
	assert_int_equal(
		test_figure(&book, "plan.open", "staff:z1", "2026-01-01", "2026-06-30"), 1);
	test_withdraw(&book, word); /* the word before speaks again */
	assert_int_equal(
		test_figure(&book, "plan.done", "unit:9901", "2026-01-01", "2026-06-30"), 0);
	assert_int_equal(stand_in_duties(&book, "plan.judge", "staff:z1", "done"), 1);
	test_withdraw(&book, plan);
	assert_int_equal(
		test_figure(&book, "plan.done", "unit:9901", "2026-01-01", "2026-06-30"), -1);
	test_book_holds(&book);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_visit_counts_for_its_period_and_not_the_next),
		cmocka_unit_test(a_period_that_is_over_asks_for_nothing),
		cmocka_unit_test(a_class_that_changes_asks_anew_and_work_done_counts),
		cmocka_unit_test(what_was_done_before_a_period_was_opened_counts),
		cmocka_unit_test(a_promise_is_kept_by_naming_it),
		cmocka_unit_test(one_visit_ends_one_plan),
		cmocka_unit_test(a_need_belongs_to_somebody_until_it_is_answered),
		cmocka_unit_test(a_plan_comes_back_done_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

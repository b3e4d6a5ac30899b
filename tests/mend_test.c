/*
 * What went wrong once, or could: putting right what was put right before, clocks that run on,
 * cases that change hands, doors that stood open.
 */
#include "little_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void put_visit(struct test_book *book, char id[ID_TEXT], const char *more)
{
	text_copy(id, ID_TEXT,
		test_put(book,
			"{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
			"{\"customer\":\"C1\",\"note\":\"一\",\"minutes\":30%s}}",
			more));
}

static void put_problem(struct test_book *book, char id[ID_TEXT])
{
	text_copy(id, ID_TEXT,
		test_put(book, "{\"kind\":\"little.problem\",\"author\":\"zhou\",\"body\":"
			       "{\"customer\":\"C1\",\"matter\":\"断网\"}}"));
}

static void ends(struct test_book *book)
{
	test_book_holds(book);
	test_book_close(book);
}

/* ------------------------------------------------------------------ corrections */

static void a_row_that_is_null_is_no_row(void **state)
{
	struct test_book book;
	char figures[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(figures, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.figures\",\"body\":{\"rows\":["
				"{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":100}]}}"));
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"row\":null,"
		"\"reason\":\"r\",\"body\":{\"rows\":[{\"customer\":\"C1\","
		"\"month\":\"2026-01\",\"amount\":7}]}}}",
		figures);
	assert_answer(&book, "SELECT amount FROM d_little_figure", "7");
	ends(&book);
}

static void a_new_body_replaces_the_rows_corrected_before(void **state)
{
	struct test_book book;
	char figures[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(figures, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.figures\",\"body\":{\"rows\":["
				"{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":100}]}}"));
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"row\":0,"
		"\"reason\":\"r\",\"body\":{\"customer\":\"C1\",\"month\":\"2026-01\","
		"\"amount\":40}}}",
		figures);
	test_correct(&book, figures,
		"{\"rows\":[{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":7},{\"customer\":"
		"\"C2\",\"month\":\"2026-01\",\"amount\":3}]}");
	assert_answer(&book, "SELECT sum(amount) FROM d_little_figure", "10");
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"row\":1,"
		"\"reason\":\"r\",\"body\":{\"customer\":\"C2\",\"month\":\"2026-01\","
		"\"amount\":5}}}",
		figures);
	assert_answer(&book, "SELECT sum(amount) FROM d_little_figure", "12");
	ends(&book);
}

static void a_corrected_instant_stays_corrected(void **state)
{
	struct test_book book;
	char visit[ID_TEXT];

	(void)state;
	little_book_open(&book);
	put_visit(&book, visit, "");
	test_refused(&book, "refused.future",
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\","
		"\"at\":\"2026-03-03T10:00:00+08:00\",\"body\":{\"customer\":\"C1\","
		"\"note\":\"一\"}}}",
		visit);
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\","
		"\"at\":\"2026-02-27T10:00:00+08:00\",\"body\":{\"customer\":\"C1\","
		"\"note\":\"一\"}}}",
		visit);
	test_correct(&book, visit, "{\"customer\":\"C1\",\"note\":\"二\"}");
	assert_answer(&book, "SELECT day FROM d_little_visit", "2026-02-27");
	ends(&book);
}

/* A great import about one customer: its rows are folded again once, not once for each. */
static void a_great_import_is_undone_at_once(void **state)
{
	struct test_book book;
	struct error error = { 0 };
	struct answer answer;

	(void)state;
	little_book_open(&book);
	book.session.origin = ORIGIN_IMPORT;
	book.session.batch = "01J00000000000000000000ABC";
	assert_int_equal(ledger_begin(book.ledger, &error), OK);
	for (int i = 0; i < 3000; i++) {
		json_t *envelope = json_pack("{s:s, s:{s:s, s:s, s:i}}", "kind", "little.visit",
			"body", "customer", i % 3 ? "C1" : "C2", "note", "n", "minutes", i % 90);
		assert_int_equal(
			ledger_append(book.ledger, &book.session, envelope, &answer, &error), OK);
		assert_int_equal(answer.status, APPENDED);
		json_decref(envelope);
	}
	assert_int_equal(ledger_commit(book.ledger, &error), OK);
	book.session.origin = ORIGIN_LIVE;
	book.session.batch = NULL;
	test_put(&book, "{\"kind\":\"import.undone\",\"body\":{\"import\":"
			"\"01J00000000000000000000ABC\"}}");
	assert_answer(&book, "SELECT count(*) FROM d_little_visit", "0");
	assert_answer(&book,
		"SELECT count(*) FROM d_about WHERE live = 1 "
		"AND kind = 'little.visit'",
		"0");
	ends(&book);
}

/* ------------------------------------------------------------------ erasure */

static void every_correction_is_erased_too(void **state)
{
	static const char *const people[] = { "李总", "赵总" };

	(void)state;
	for (int withdrawn = 0; withdrawn <= 1; withdrawn++) {
		struct test_book book;
		char visit[ID_TEXT];
		little_book_open(&book);
		put_visit(&book, visit, ",\"person\":\"王总\"");
		for (size_t i = 0; i < COUNT_OF(people); i++)
			test_put(&book,
				"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\","
				"\"reason\":\"r\",\"body\":{\"customer\":\"C1\",\"note\":\"一\","
				"\"person\":\"%s\"}}}",
				visit, people[i]);
		if (withdrawn)
			test_withdraw(&book, visit);
		test_erase(&book, visit);
		assert_answer(&book, "SELECT count(*) FROM entry WHERE personal IS NOT NULL", "0");
		ends(&book);
	}
}

static void a_correction_is_erased_with_what_it_corrects(void **state)
{
	struct test_book book;
	char visit[ID_TEXT], correction[ID_TEXT];

	(void)state;
	little_book_open(&book);
	put_visit(&book, visit, ",\"person\":\"王总\"");
	text_copy(correction, ID_TEXT,
		test_correct(
			&book, visit, "{\"customer\":\"C1\",\"note\":\"一\",\"person\":\"李总\"}"));
	test_refused(&book, "refused.erase_original",
		"{\"kind\":\"entry.erased\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\"}}",
		correction);
	ends(&book);
}

static void an_erased_name_is_nowhere(void **state)
{
	struct test_book book;
	char contact[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(contact, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.contact\",\"body\":{\"contact\":\"K1\","
				"\"name\":\"王总\"}}"));
	assert_answer(&book, "SELECT name FROM d_object WHERE id = 'K1'", "王总");
	test_erase(&book, contact);
	assert_answer(&book, "SELECT name FROM d_object WHERE id = 'K1'", "K1");
	assert_answer(&book, "SELECT name FROM d_little_contact WHERE contact = 'K1'", "");
	ends(&book);
}

/* ------------------------------------------------------------------ approval */

static void what_waits_can_be_put_right(void **state)
{
	struct test_book book;
	char first[ID_TEXT], second[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(first, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.listed\",\"author\":\"zhou\","
				"\"body\":{\"customer\":\"C1\"}}"));
	text_copy(second, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.listed\",\"author\":\"zhou\","
				"\"body\":{\"customer\":\"C2\"}}"));
	test_correct(&book, first, "{\"customer\":\"C3\"}");
	test_withdraw(&book, second);
	assert_answer(&book, "SELECT count(*) FROM d_little_listed", "0");
	test_put(&book,
		"{\"kind\":\"entry.approved\",\"author\":\"chen\",\"body\":{\"entry\":\"%s\"}}",
		first);
	assert_answer(&book, "SELECT group_concat(customer) FROM d_little_listed", "C3");
	test_refused(&book, "refused.already_withdrawn",
		"{\"kind\":\"entry.approved\",\"author\":\"chen\",\"body\":{\"entry\":\"%s\"}}",
		second);
	test_put(&book,
		"{\"kind\":\"little.manager\",\"body\":{\"customer\":\"C1\",\"staff\":\"zhou\"}}");
	book.session.staff = "zhou";
	test_refused(&book, "refused.own_approval",
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\","
		"\"body\":{\"customer\":\"C1\"}}}",
		first);
	test_withdraw(&book, first);
	assert_answer(&book, "SELECT count(*) FROM d_little_listed", "0");
	ends(&book);
}

static void a_leader_approves_within_his_unit(void **state)
{
	struct test_book book;
	char inside[ID_TEXT], outside[ID_TEXT];

	(void)state;
	little_book_open(&book);
	test_put(&book, "{\"kind\":\"little.staff\",\"body\":{\"staff\":\"lead\",\"name\":\"L\"}}");
	text_copy(inside, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.listed\",\"author\":\"zhou\","
				"\"body\":{\"customer\":\"C1\"}}"));
	text_copy(outside, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.listed\",\"author\":\"zhou\","
				"\"body\":{\"customer\":\"C3\"}}"));
	book.session.staff = "lead"; /* of V; C3 belongs to U, above it: he does not see it */
	test_refused(&book, "refused.unknown_entry",
		"{\"kind\":\"entry.approved\",\"body\":{\"entry\":\"%s\"}}", outside);
	test_refused(&book, "refused.unknown_entry",
		"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\"}}",
		outside);
	test_put(&book, "{\"kind\":\"entry.approved\",\"body\":{\"entry\":\"%s\"}}", inside);
	ends(&book);
}

/* ------------------------------------------------------------------ duties and clocks */

static void a_duty_that_fell_away_stays_away(void **state)
{
	struct test_book book;
	char visit[ID_TEXT], kept[ID_TEXT];

	(void)state;
	little_book_open(&book);
	put_visit(&book, visit, ",\"promise_due\":\"2026-03-05\"");
	text_copy(kept, ID_TEXT,
		test_put(&book,
			"{\"kind\":\"little.kept\",\"author\":\"zhou\",\"body\":{\"promise\":"
			"\"%s\"}}",
			visit));
	test_withdraw(&book, visit);
	test_withdraw(&book, kept);
	assert_answer(&book, "SELECT group_concat(state) FROM d_duty", "cancelled");
	ends(&book);
}

/* A word put right in what opened a duty does not begin its clock anew. */
static void a_corrected_opener_keeps_its_duty(void **state)
{
	struct test_book book;
	char problem[ID_TEXT], due[64];

	(void)state;
	little_book_open(&book);
	test_clock(&book, "2026-03-06T17:20:00+08:00");
	put_problem(&book, problem);
	test_clock(&book, "2026-03-09T09:30:00+08:00");
	test_put(&book, "{\"kind\":\"duty.paused\",\"body\":{\"duty\":\"12.0\",\"reason\":\"r\"}}");
	test_clock(&book, "2026-03-09T11:30:00+08:00");
	test_put(&book, "{\"kind\":\"duty.resumed\",\"body\":{\"duty\":\"12.0\"}}");
	text_copy(due, sizeof(due), test_ask(&book, "SELECT due FROM d_duty WHERE id = '12.0'"));
	test_correct(&book, problem, "{\"customer\":\"C2\",\"matter\":\"断网两次\"}");
	assert_answer(&book, "SELECT group_concat(id || state || subject) FROM d_duty",
		"12.0opencustomer:C2");
	assert_answer(&book, "SELECT due FROM d_duty WHERE id = '12.0'", due);
	ends(&book);
}

static void a_miss_stays_a_miss_and_a_new_day_a_new_day(void **state)
{
	struct test_book book;
	char visit[ID_TEXT];

	(void)state;
	little_book_open(&book);
	put_visit(&book, visit, ",\"promise_due\":\"2026-03-05\"");
	test_clock(&book, "2026-03-08T09:00:00+08:00");
	test_tick(&book);
	for (int i = 0; i < 4; i++) {
		bool first = i == 0;
		test_put(&book,
			"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\","
			"\"reason\":\"r\",\"body\":{\"customer\":\"C1\",\"note\":\"%d\","
			"\"promise_due\":\"%s\"}}}",
			visit, i, first || i == 2 ? "2026-03-05" : "2026-03-06");
		assert_answer(
			&book, "SELECT group_concat(state) FROM d_duty", first ? "missed" : "open");
		if (!first)
			assert_int_equal(test_tick(&book), 1);
	}
	assert_answer(&book, "SELECT group_concat(state) FROM d_duty", "missed");
	ends(&book);
}

static void a_running_clock_keeps_the_hours_it_began_with(void **state)
{
	struct test_book book;
	char problem[ID_TEXT], document[ID_TEXT], due[64];

	(void)state;
	little_book_open(&book);
	put_problem(&book, problem);
	text_copy(due, sizeof(due), test_ask(&book, "SELECT due FROM d_duty WHERE id = '12.0'"));
	text_copy(document, ID_TEXT,
		test_put(&book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"t\","
				"\"effective\":\"2026-03-02\"}}"));
	test_put(&book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"calendar.hours\",\"document\":"
		"\"%s\",\"effective\":\"2026-06-01\",\"mark\":\"D\",\"rows\":[{\"from\":\"08:00\","
		"\"to\":\"12:00\"}]}}",
		document);
	test_put(&book, "{\"kind\":\"duty.paused\",\"body\":{\"duty\":\"12.0\",\"reason\":\"r\"}}");
	test_put(&book, "{\"kind\":\"duty.resumed\",\"body\":{\"duty\":\"12.0\"}}");
	assert_answer(&book, "SELECT due FROM d_duty WHERE id = '12.0'", due);
	/* Summer hours hold for what begins in summer. */
	put_problem(&book, problem);
	assert_answer(
		&book, "SELECT due FROM d_duty WHERE what = 'little.solve' AND id <> '12.0'", due);
	ends(&book);
}

static void a_notice_reaches_into_days_thought_known(void **state)
{
	struct test_book book;
	struct error error = { 0 };
	struct arena arena;
	struct duty duty;
	char problem[ID_TEXT], document[ID_TEXT], text[INSTANT_TEXT];

	(void)state;
	little_book_open(&book);
	arena_init(&arena, 1 << 20);
	test_clock(&book, "2026-12-30T09:00:00+08:00");
	test_tick(&book);
	put_problem(&book, problem);
	text_copy(document, ID_TEXT,
		test_put(&book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"t\","
				"\"effective\":\"2026-12-31\"}}"));
	test_put(&book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"calendar.days\",\"document\":"
		"\"%s\",\"effective\":\"2026-12-30\",\"mark\":\"V\",\"rows\":[{\"day\":"
		"\"2026-12-31\",\"through\":\"2027-01-03\",\"is\":\"holiday\",\"name\":\"元旦\"}]}"
		"}",
		document);
	const char *id = test_ask(&book, "SELECT id FROM d_duty WHERE what = 'little.solve'");
	assert_int_equal(ledger_duty(book.ledger, &arena, id, &duty, &error), OK);
	assert_string_equal(instant_text(duty.due, text), "2027-01-04T09:30:00+08:00");
	arena_release(&arena);
	ends(&book);
}

static void a_calendar_that_contradicts_itself_is_refused(void **state)
{
	static const char *const bad[] = {
		"\"calendar.days\",\"rows\":[{\"day\":\"2026-10-07\",\"through\":\"2026-10-01\","
		"\"is\":\"holiday\"}]",
		"\"calendar.days\",\"rows\":[{\"day\":\"2026-01-01\",\"through\":\"2026-12-01\","
		"\"is\":\"holiday\"}]",
		"\"calendar.hours\",\"rows\":[{\"from\":\"09:00\",\"to\":\"12:00\"},"
		"{\"from\":\"11:00\",\"to\":\"18:00\"}]",
	};
	struct test_book book;

	(void)state;
	little_book_open(&book);
	const char *document = test_put(&book, "{\"id\":\"01J00000000000000000000001\",\"kind\":"
					       "\"document.issued\",\"body\":{\"title\":\"t\","
					       "\"effective\":\"2026-03-02\"}}");
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct error error = { 0 };
		struct answer answer;
		char text[1024];
		snprintf(text, sizeof(text),
			"{\"kind\":\"norm.issued\",\"body\":{\"document\":\"%s\",\"effective\":"
			"\"2026-03-02\",\"mark\":\"D\",\"norm\":%s}}",
			document, bad[i]);
		json_t *envelope = json_loads(text, 0, NULL);
		assert_non_null(envelope);
		assert_int_equal(ledger_begin(book.ledger, &error), OK);
		ledger_append(book.ledger, &book.session, envelope, &answer, &error);
		assert_int_equal(answer.status, NOT_TAKEN);
		assert_string_equal(answer.error.place, i == 2 ? "#2" : "#1");
		assert_int_equal(ledger_commit(book.ledger, &error), OK);
		json_decref(envelope);
	}
	ends(&book);
}

/* ------------------------------------------------------------------ cases */

static void what_is_due_in_a_case_goes_with_the_case(void **state)
{
	struct test_book book;
	char problem[ID_TEXT];

	(void)state;
	little_book_open(&book);
	put_problem(&book, problem);
	test_put(&book,
		"{\"kind\":\"case.offered\",\"author\":\"zhou\",\"body\":{\"case\":\"%s\","
		"\"to\":\"chen\"}}",
		problem);
	/* Taken over on a phone whose clock was behind: at no instant were there two. */
	test_put(&book,
		"{\"kind\":\"case.accepted\",\"author\":\"chen\",\"origin\":\"offline\","
		"\"at\":\"2026-03-02T08:00:00+08:00\",\"body\":{\"case\":\"%s\"}}",
		problem);
	assert_answer(&book, "SELECT holder FROM d_duty WHERE id = '12.0'", "staff:chen");
	assert_answer(&book,
		"SELECT count(*) FROM d_case_owner a JOIN d_case_owner b ON a.id = b.id "
		"WHERE a.seq < b.seq AND a.since > b.since",
		"0");
	test_put(&book,
		"{\"kind\":\"little.solved\",\"author\":\"chen\",\"body\":{\"problem\":\"%s\","
		"\"satisfied\":false,\"call_by\":\"2026-03-04\"}}",
		problem);
	assert_answer(&book, "SELECT count(*) FROM d_duty WHERE state = 'open'", "1");
	test_withdraw(&book, problem);
	assert_answer(&book, "SELECT count(*) FROM d_duty WHERE state = 'open'", "0");
	ends(&book);
}

static void a_case_follows_its_corrected_customer(void **state)
{
	struct test_book book;
	char problem[ID_TEXT];

	(void)state;
	little_book_open(&book);
	put_problem(&book, problem);
	test_put(&book,
		"{\"kind\":\"little.solved\",\"author\":\"zhou\",\"body\":{\"problem\":\"%s\","
		"\"satisfied\":false}}",
		problem);
	test_correct(&book, problem, "{\"customer\":\"C2\",\"matter\":\"m\"}");
	assert_answer(&book, "SELECT customer FROM d_case", "C2");
	assert_answer(&book,
		"SELECT group_concat(ref) FROM d_about WHERE kind = 'little.solved' "
		"AND ref LIKE 'customer:%'",
		"customer:C2");
	ends(&book);
}

static void a_case_of_another_type_is_no_case_of_this(void **state)
{
	struct test_book book;
	char wish[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(wish, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.wish\",\"author\":\"zhou\","
				"\"body\":{\"customer\":\"C1\"}}"));
	test_refused(&book, "refused.unknown_case",
		"{\"kind\":\"little.solved\",\"author\":\"zhou\",\"body\":{\"problem\":\"%s\","
		"\"satisfied\":true}}",
		wish);
	ends(&book);
}

/* ------------------------------------------------------------------ doors */

static void only_who_holds_a_duty_stops_its_clock(void **state)
{
	struct test_book book;
	char problem[ID_TEXT];

	(void)state;
	little_book_open(&book);
	put_problem(&book, problem);
	book.session.staff = "chen";
	test_refused(&book, "refused.unknown_duty",
		"{\"kind\":\"duty.paused\",\"body\":{\"duty\":\"12.0\",\"reason\":\"r\"}}");
	book.session.staff = "zhou";
	test_put(&book, "{\"kind\":\"duty.paused\",\"body\":{\"duty\":\"12.0\",\"reason\":\"r\"}}");
	book.session.staff = "ghost";
	test_refused(&book, "refused.unknown_staff",
		"{\"kind\":\"little.visit\",\"body\":{\"customer\":\"C1\",\"note\":\"n\"}}");
	ends(&book);
}

static enum status send(struct test_book *book, const char *text)
{
	struct error error = { 0 };
	struct answer answer;
	json_t *envelope = json_loads(text, 0, NULL);

	assert_non_null(envelope);
	assert_int_equal(ledger_begin(book->ledger, &error), OK);
	assert_int_equal(
		ledger_append(book->ledger, &book->session, envelope, &answer, &error), OK);
	assert_int_equal(ledger_commit(book->ledger, &error), OK);
	json_decref(envelope);
	return answer.status;
}

static void what_was_acknowledged_is_known_for_ever(void **state)
{
	static const char named[] =
		"{\"id\":\"01J00000000000000000000001\",\"kind\":\"little.visit\","
		"\"body\":{\"customer\":\"C9\",\"note\":\"n\"}}";
	static const char ahead[] =
		"{\"kind\":\"little.visit\",\"at\":\"2026-03-02T09:04:00+08:00\","
		"\"body\":{\"customer\":\"C1\",\"note\":\"n\"}}";
	struct test_book book;
	char customer[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(customer, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.customer\",\"body\":{\"code\":\"C9\","
				"\"name\":\"九\"}}"));
	assert_int_equal(send(&book, named), APPENDED);
	test_withdraw(&book, customer);
	assert_int_equal(send(&book, named), ALREADY);
	assert_int_equal(send(&book, ahead), APPENDED);
	test_clock(&book, "2026-03-02T10:00:00+08:00");
	assert_int_equal(send(&book, ahead), ALREADY);
	ends(&book);
}

static void an_import_goes_by_one_name(void **state)
{
	struct test_book book;
	char visit[ID_TEXT];

	(void)state;
	little_book_open(&book);
	book.session.origin = ORIGIN_IMPORT;
	book.session.batch = "01j00000000000000000000abc";
	put_visit(&book, visit, "");
	book.session.origin = ORIGIN_LIVE;
	book.session.batch = NULL;
	test_put(&book, "{\"kind\":\"import.undone\",\"body\":{\"import\":"
			"\"01J00000000000000000000ABC\"}}");
	assert_answer(&book, "SELECT count(*) FROM d_little_visit", "0");
	ends(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_that_is_null_is_no_row),
		cmocka_unit_test(a_new_body_replaces_the_rows_corrected_before),
		cmocka_unit_test(a_corrected_instant_stays_corrected),
		cmocka_unit_test(a_great_import_is_undone_at_once),
		cmocka_unit_test(every_correction_is_erased_too),
		cmocka_unit_test(a_correction_is_erased_with_what_it_corrects),
		cmocka_unit_test(an_erased_name_is_nowhere),
		cmocka_unit_test(what_waits_can_be_put_right),
		cmocka_unit_test(a_leader_approves_within_his_unit),
		cmocka_unit_test(a_duty_that_fell_away_stays_away),
		cmocka_unit_test(a_corrected_opener_keeps_its_duty),
		cmocka_unit_test(a_miss_stays_a_miss_and_a_new_day_a_new_day),
		cmocka_unit_test(a_running_clock_keeps_the_hours_it_began_with),
		cmocka_unit_test(a_notice_reaches_into_days_thought_known),
		cmocka_unit_test(a_calendar_that_contradicts_itself_is_refused),
		cmocka_unit_test(what_is_due_in_a_case_goes_with_the_case),
		cmocka_unit_test(a_case_follows_its_corrected_customer),
		cmocka_unit_test(a_case_of_another_type_is_no_case_of_this),
		cmocka_unit_test(only_who_holds_a_duty_stops_its_clock),
		cmocka_unit_test(what_was_acknowledged_is_known_for_ever),
		cmocka_unit_test(an_import_goes_by_one_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

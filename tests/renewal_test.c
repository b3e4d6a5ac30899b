/* Contracts that end soon, and random histories of customers: replay equals live. */
#include "ledger_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const struct module org_module, customer_module;

static const struct module *const with_customers[] = { &org_module, &customer_module, NULL };

static void open_customers(struct test_book *book)
{
	char document[ID_TEXT];

	test_book_open(book, with_customers);
	test_put(book, "{\"kind\":\"org.unit\",\"body\":{\"unit\":\"99\",\"name\":\"清屿省\","
		       "\"level\":\"province\"}}");
	for (int i = 1; i <= 4; i++)
		test_put(book,
			"{\"kind\":\"customer\",\"body\":{\"code\":\"C%d\",\"name\":\"客户%d\"}}",
			i, i);
	memcpy(document,
		test_put(book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"续约提醒\","
			       "\"effective\":\"2026-01-01\"}}"),
		ID_TEXT);
	test_put(book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"customer.renewal\","
		"\"document\":\"%s\",\"effective\":\"2026-01-01\",\"mark\":\"D\","
		"\"rows\":[{\"days\":30}]}}",
		document);
}

static const char *product(struct test_book *book, const char *name, const char *until)
{
	return test_put(book,
		"{\"kind\":\"customer.product\",\"body\":{\"customer\":\"C1\",\"product\":\"%s\","
		"\"line\":\"fixed\",\"monthly\":1000,\"until\":\"%s\"}}",
		name, until);
}

static void tick(struct test_book *book, const char *instant)
{
	test_clock(book, instant);
	test_tick(book);
}

struct seen {
	int live, ended; /* how many; then the last of each */
	char live_state[16], ended_state[16];
	int64_t live_due, ended_due;
};

static bool see(void *context, const struct duty *duty)
{
	struct seen *seen = context;
	bool ended = text_starts(duty->state, "done");

	if (strcmp(duty->what, "customer.renewal") != 0)
		return true;
	text_copy(ended ? seen->ended_state : seen->live_state, 16, duty->state);
	*(ended ? &seen->ended_due : &seen->live_due) = duty->due;
	seen->live += !ended;
	seen->ended += ended;
	return true;
}

static struct seen seen_on(struct test_book *book, const char *on)
{
	struct seen seen = { 0 };
	struct error error = { 0 };
	int day;

	assert_true(day_parse(on, &day));
	assert_int_equal(ledger_duties(book->ledger, "unit:99", day, see, &seen, &error), OK);
	return seen;
}

static int64_t end_of(const char *name)
{
	int day;

	assert_true(day_parse(name, &day));
	return day_start(day + 1);
}

/* The root has one duty to see to on the day, due at the end of `due`; NULL: none. */
static void assert_open(struct test_book *book, const char *on, const char *due)
{
	struct seen seen = seen_on(book, on);

	assert_int_equal(seen.live, due != NULL);
	if (!due)
		return;
	assert_string_equal(seen.live_state, "open");
	assert_int_equal(seen.live_due, end_of(due));
}

static void assert_done(struct test_book *book, const char *on, const char *state, const char *due)
{
	struct seen seen = seen_on(book, on);

	assert_int_equal(seen.live, 0);
	assert_true(seen.ended > 0);
	assert_string_equal(seen.ended_state, state);
	assert_int_equal(seen.ended_due, end_of(due));
}

static void one_duty_at_a_time_for_the_earliest_end(void **state)
{
	struct test_book book;
	char id[ID_TEXT];

	(void)state;
	open_customers(&book);
	product(&book, "P1", "2026-03-20");
	product(&book, "P2", "2026-03-25");
	product(&book, "P3", "2026-12-31");
	assert_open(&book, "2026-03-02", NULL);
	tick(&book, "2026-03-03T09:00:00+08:00");
	assert_open(&book, "2026-03-03", "2026-03-20");
	memcpy(id, product(&book, "P1", "2027-03-20"), ID_TEXT);
	assert_open(&book, "2026-03-03", "2026-03-25");
	test_book_holds(&book);
	test_withdraw(&book, product(&book, "P2", "2027-03-25"));
	assert_open(&book, "2026-03-03", "2026-03-25");
	product(&book, "P2", "2027-04-01");
	assert_open(&book, "2026-03-03", NULL);
	tick(&book, "2026-03-04T09:00:00+08:00");
	assert_open(&book, "2026-03-04", NULL);
	test_book_holds(&book);
	test_withdraw(&book, id);
	assert_open(&book, "2026-03-04", "2026-03-20");
	test_book_holds(&book);
	test_book_close(&book);
}

static void another_contract_does_not_renew_this_one(void **state)
{
	struct test_book book;

	(void)state;
	open_customers(&book);
	product(&book, "P1", "2026-03-20");
	product(&book, "P2", "2026-03-25");
	tick(&book, "2026-03-03T09:00:00+08:00");
	product(&book, "P2", "2027-03-25");
	product(&book, "P9", "2028-01-01");
	assert_open(&book, "2026-03-03", "2026-03-20");
	/* The same end again is no renewal; an earlier one is another reading of it. */
	product(&book, "P1", "2026-03-20");
	assert_open(&book, "2026-03-03", "2026-03-20");
	product(&book, "P1", "2026-03-15");
	assert_open(&book, "2026-03-03", NULL);
	tick(&book, "2026-03-04T09:00:00+08:00");
	assert_open(&book, "2026-03-04", "2026-03-15");
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_late_renewal_counts_as_late(void **state)
{
	struct test_book book;

	(void)state;
	open_customers(&book);
	product(&book, "P1", "2026-03-20");
	tick(&book, "2026-03-03T09:00:00+08:00");
	assert_int_equal(
		test_figure(&book, "customer.renewed", "unit:99", "2026-03-01", "2026-03-31"), -1);
	tick(&book, "2026-03-23T09:00:00+08:00");
	assert_int_equal(
		test_figure(&book, "customer.renewed", "unit:99", "2026-03-01", "2026-03-31"), 0);
	product(&book, "P1", "2027-03-20");
	assert_done(&book, "2026-03-23", "done_late", "2026-03-20");
	assert_int_equal(
		test_figure(&book, "customer.renewed", "unit:99", "2026-03-01", "2026-03-31"), 0);
	product(&book, "P2", "2026-04-10");
	tick(&book, "2026-03-24T09:00:00+08:00");
	assert_open(&book, "2026-03-24", "2026-04-10");
	test_put(&book, "{\"kind\":\"customer.product.ended\",\"body\":{\"customer\":\"C1\","
			"\"product\":\"P2\",\"day\":\"2026-03-24\"}}");
	assert_done(&book, "2026-03-24", "done", "2026-04-10");
	assert_int_equal(
		test_figure(&book, "customer.renewed", "unit:99", "2026-03-01", "2026-04-30"), 500);
	assert_int_equal(test_figure(&book, "customer.contracts_ending", "unit:99", "2026-04-01",
				 "2026-04-30"),
		0);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_contract_put_right_takes_its_duty_along(void **state)
{
	struct test_book book;
	char id[ID_TEXT], ended[ID_TEXT];

	(void)state;
	open_customers(&book);
	memcpy(id, product(&book, "P1", "2026-03-20"), ID_TEXT);
	tick(&book, "2026-03-03T09:00:00+08:00");
	test_correct(&book, id,
		"{\"customer\":\"C1\",\"product\":\"P1\",\"line\":\"fixed\",\"monthly\":2000,"
		"\"until\":\"2026-03-20\"}");
	assert_open(&book, "2026-03-03", "2026-03-20");
	memcpy(ended,
		test_put(&book,
			"{\"kind\":\"customer.product.ended\",\"body\":{\"customer\":\"C1\","
			"\"product\":\"P1\",\"day\":\"2026-03-03\"}}"),
		ID_TEXT);
	test_correct(
		&book, ended, "{\"customer\":\"C1\",\"product\":\"P1\",\"day\":\"2026-03-02\"}");
	assert_done(&book, "2026-03-03", "done", "2026-03-20");
	test_book_holds(&book);
	test_withdraw(&book, ended);
	assert_open(&book, "2026-03-03", "2026-03-20");
	test_correct(&book, id,
		"{\"customer\":\"C1\",\"product\":\"P1\",\"line\":\"fixed\",\"monthly\":2000,"
		"\"until\":\"2027-03-20\"}");
	assert_open(&book, "2026-03-03", NULL);
	test_book_holds(&book);
	test_book_close(&book);
}

/* ------------------------------------------------------------------ erasure and random work */

/* How many of the derived rows of persons still hold a name or a phone. */
static int persons_readable(struct test_book *book)
{
	return (int)test_count(book, "SELECT count(*) FROM d_customer_person WHERE book > 0 "
				     "AND (name IS NOT NULL OR phone IS NOT NULL)");
}

static void an_erased_person_is_gone_and_still_counted(void **state)
{
	struct test_book book;
	char id[ID_TEXT];

	(void)state;
	open_customers(&book);
	memcpy(id,
		test_put(&book, "{\"kind\":\"customer.person\",\"body\":{\"customer\":\"C1\","
				"\"person\":\"K1\",\"name\":\"许知远\",\"phone\":\"19900001234\","
				"\"role\":\"decider\",\"consent\":true}}"),
		ID_TEXT);
	assert_int_equal(persons_readable(&book), 1);
	test_put(&book, "{\"kind\":\"customer.unmasked\",\"body\":{\"customer\":\"C1\","
			"\"person\":\"K1\",\"reason\":\"约访\"}}");
	test_refused(&book, "refused.unknown_person",
		"{\"kind\":\"customer.unmasked\",\"body\":{\"customer\":\"C2\","
		"\"person\":\"K1\",\"reason\":\"约访\"}}");
	test_book_holds(&book);
	test_erase(&book, id);
	assert_int_equal(persons_readable(&book), 0);
	assert_int_equal(
		test_figure(&book, "customer.deciders", "unit:99", "2026-03-01", "2026-03-31"), 1);
	assert_int_equal(
		test_figure(&book, "customer.unmaskings", "unit:99", "2026-03-01", "2026-03-31"),
		1);
	test_book_holds(&book);
	test_book_close(&book);
}

enum { KEPT = 64 };

struct history {
	struct test_book book;
	char ids[KEPT][ID_TEXT]; /* facts that may be corrected */
	char people[KEPT][ID_TEXT];
	int kept, persons;
	int64_t now;
};

static void remember(struct history *history, const char *id)
{
	memcpy(history->ids[history->kept++ % KEPT], id, ID_TEXT);
}

/* Append whatever it is; what the state does not allow is refused, which is right too. */
static void may_put(struct history *history, const char *text)
{
	struct error error = { 0 };
	struct answer answer;
	json_t *envelope = json_loads(text, 0, NULL);

	assert_non_null(envelope);
	assert_int_equal(ledger_begin(history->book.ledger, &error), OK);
	assert_int_equal(ledger_append(history->book.ledger, &history->book.session, envelope,
				 &answer, &error),
		OK);
	assert_int_equal(ledger_commit(history->book.ledger, &error), OK);
	json_decref(envelope);
}

static void random_body(struct history *history, char body[256])
{
	int product_number = test_below(&history->book, 3), days = test_below(&history->book, 120);
	char until[DAY_TEXT];

	day_text(instant_day(history->now) - 10 + days, until);
	snprintf(body, 256,
		"{\"customer\":\"C%d\",\"product\":\"P%d\",\"line\":\"mobile\","
		"\"monthly\":%d,\"until\":\"%s\"}",
		1 + test_below(&history->book, 4), product_number, 100 * days, until);
}

static void random_amendment(struct history *history)
{
	int number = history->kept < KEPT ? history->kept : KEPT;
	char body[256], text[512];

	if (!number)
		return;
	random_body(history, body);
	const char *id = history->ids[test_below(&history->book, number)];
	if (test_below(&history->book, 2))
		snprintf(text, sizeof(text),
			"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\","
			"\"reason\":\"r\",\"body\":%s}}",
			id, body);
	else
		snprintf(text, sizeof(text),
			"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"reason\":"
			"\"r\"}}",
			id);
	may_put(history, text);
}

static void random_merge(struct history *history)
{
	char text[256];

	if (test_below(&history->book, 2))
		snprintf(text, sizeof(text),
			"{\"kind\":\"customer.merged\",\"body\":{\"customer\":\"C%d\","
			"\"into\":\"C%d\",\"reason\":\"r\"}}",
			1 + test_below(&history->book, 4), 1 + test_below(&history->book, 4));
	else
		snprintf(text, sizeof(text),
			"{\"kind\":\"customer.unmerged\",\"body\":{\"customer\":\"C%d\","
			"\"reason\":\"r\"}}",
			1 + test_below(&history->book, 4));
	may_put(history, text);
}

static void random_person(struct history *history)
{
	char text[256];

	if (history->persons && test_below(&history->book, 3) == 0) {
		snprintf(text, sizeof(text),
			"{\"kind\":\"entry.erased\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\"}}",
			history->people[test_below(&history->book,
				history->persons < KEPT ? history->persons : KEPT)]);
		may_put(history, text);
		return;
	}
	memcpy(history->people[history->persons++ % KEPT],
		test_put(&history->book,
			"{\"kind\":\"customer.person\",\"body\":{\"customer\":\"C%d\","
			"\"person\":\"K%d\",\"name\":\"名%d\",\"phone\":\"1990000%d\"}}",
			1 + test_below(&history->book, 4), test_below(&history->book, 3),
			test_below(&history->book, 99), 1000 + test_below(&history->book, 9000)),
		ID_TEXT);
}

static void random_step(struct history *history)
{
	char body[256];

	history->now += (int64_t)test_below(&history->book, 30) * HOUR_MS / 2;
	history->book.session.now = history->now;
	switch (test_below(&history->book, 8)) {
	case 0:
	case 1:
		random_body(history, body);
		remember(history, test_put(&history->book,
					  "{\"kind\":\"customer.product\",\"body\":%s}", body));
		break;
	case 2:
		snprintf(body, sizeof(body),
			"{\"kind\":\"customer.product.ended\",\"body\":{\"customer\":\"C%d\","
			"\"product\":\"P%d\",\"day\":\"2026-03-%02d\"}}",
			1 + test_below(&history->book, 4), test_below(&history->book, 3),
			1 + test_below(&history->book, 28));
		may_put(history, body);
		break;
	case 3:
		random_amendment(history);
		break;
	case 4:
		random_merge(history);
		break;
	case 5:
		random_person(history);
		break;
	default:
		test_tick(&history->book);
	}
}

static void replay_equals_live_over_random_histories(void **state)
{
	(void)state;
	for (uint64_t run = 1; run <= 12; run++) {
		struct history history = { 0 };
		open_customers(&history.book);
		history.book.chance = run * 7919;
		history.now = history.book.session.now;
		for (int step = 0; step < 150; step++)
			random_step(&history);
		test_book_holds(&history.book);
		test_book_close(&history.book);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_duty_at_a_time_for_the_earliest_end),
		cmocka_unit_test(another_contract_does_not_renew_this_one),
		cmocka_unit_test(a_late_renewal_counts_as_late),
		cmocka_unit_test(a_contract_put_right_takes_its_duty_along),
		cmocka_unit_test(an_erased_person_is_gone_and_still_counted),
		cmocka_unit_test(replay_equals_live_over_random_histories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

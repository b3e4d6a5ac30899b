/* The laws over random histories: replay equals live, evidence adds up, the chain verifies. */
#include "little_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { VISITS = 200, PROBLEMS = 50 };

/* What a history has written so far. */
struct history {
	struct test_book book;
	char visits[VISITS][ID_TEXT], problems[PROBLEMS][ID_TEXT];
	int visit_count, problem_count;
};

static unsigned below(struct history *history, unsigned most)
{
	return (unsigned)(test_chance(&history->book) % most);
}

static const char *someone(struct history *history)
{
	return below(history, 2) ? "zhou" : "chen";
}

/* Append what may well be refused: whether it is must not matter to the laws. */
static void attempt(struct history *history, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void attempt(struct history *history, const char *format, ...)
{
	struct error error = { 0 };
	struct answer answer;
	char text[2048];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	json_t *envelope = json_loads(text, 0, NULL);
	assert_non_null(envelope);
	assert_int_equal(ledger_begin(history->book.ledger, &error), OK);
	ledger_append(history->book.ledger, &history->book.session, envelope, &answer, &error);
	assert_int_equal(error.result, OK);
	assert_int_equal(ledger_commit(history->book.ledger, &error), OK);
	json_decref(envelope);
}

static void visit(struct history *history, const char *at)
{
	if (history->visit_count == VISITS)
		return;
	text_copy(history->visits[history->visit_count++], ID_TEXT,
		test_put(&history->book,
			"{\"kind\":\"little.visit\",\"author\":\"%s\",\"at\":\"%s\",\"origin\":\"%"
			"s\","
			"\"body\":{\"customer\":\"C%u\",\"note\":\"n\",\"minutes\":%u,"
			"\"person\":\"王\"%s}}",
			someone(history), at, below(history, 2) ? "offline" : "live",
			below(history, 3) + 1, below(history, 90),
			below(history, 2) ? ",\"promise_due\":\"2026-03-20\"" : ""));
}

static void put_right(struct history *history, const char *target, const char *at)
{
	if (below(history, 3))
		attempt(history,
			"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\","
			"\"at\":\"%s\",\"body\":{\"customer\":\"C%u\",\"note\":\"m\","
			"\"minutes\":%u,\"person\":\"李\"}}}",
			target, at, below(history, 3) + 1, below(history, 90));
	else
		attempt(history,
			"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\","
			"\"reason\":\"r\"}}",
			target);
}

static void open_problem(struct history *history)
{
	if (history->problem_count == PROBLEMS)
		return;
	text_copy(history->problems[history->problem_count++], ID_TEXT,
		test_put(&history->book,
			"{\"kind\":\"little.problem\",\"author\":\"%s\",\"body\":"
			"{\"customer\":\"C%u\",\"matter\":\"m\"}}",
			someone(history), below(history, 3) + 1));
}

/* One act; every kind of putting right among them. */
static void act(struct history *history)
{
	struct test_book *book = &history->book;
	char at[INSTANT_TEXT];

	book->session.now += (int64_t)below(history, 9 * HOUR_MS);
	instant_text(book->session.now - (int64_t)below(history, 3 * DAY_MS), at);
	const char *target =
		history->visit_count
			? history->visits[below(history, (unsigned)history->visit_count)]
			: NULL;
	unsigned choice = below(history, 9);
	if (choice <= 2)
		visit(history, at);
	else if (choice == 3 && target)
		attempt(history,
			"{\"kind\":\"little.kept\",\"author\":\"%s\",\"body\":{\"promise\":\"%s\"}"
			"}",
			someone(history), target);
	else if (choice <= 5 && target)
		put_right(history, target, at);
	else if (choice == 6 && target)
		attempt(history,
			"{\"kind\":\"entry.erased\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\"}}",
			target);
	else if (choice == 7)
		open_problem(history);
	else
		test_tick(book);
	if (below(history, 8) == 0)
		attempt(history,
			"{\"kind\":\"little.manager\",\"body\":{\"customer\":\"C%u\","
			"\"staff\":\"%s\"}}",
			below(history, 3) + 1, someone(history));
}

static int64_t minutes_of(struct history *history, const char *reference)
{
	int64_t value = test_figure(
		&history->book, "little.minutes", reference, "2026-01-01", "2027-12-31");

	return value < 0 ? 0 : value;
}

static void random_histories_replay_and_add_up(void **state)
{
	struct history *history = malloc(sizeof(*history));
	char reference[32];

	(void)state;
	assert_non_null(history);
	for (uint64_t seed = 1; seed <= 12; seed++) {
		history->visit_count = history->problem_count = 0;
		little_book_open(&history->book);
		history->book.chance = seed;
		for (int step = 0; step < 120; step++)
			act(history);
		int64_t all = 0;
		for (int i = 1; i <= 3; i++) {
			snprintf(reference, sizeof(reference), "customer:C%d", i);
			all += minutes_of(history, reference);
		}
		assert_int_equal(all, minutes_of(history, "unit:U"));
		test_book_holds(&history->book);
		test_book_close(&history->book);
	}
	free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_histories_replay_and_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

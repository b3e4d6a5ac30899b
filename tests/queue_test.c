/* The append queue: threads and processes on one book, and a world that
 * fails in between. Threads only note what they saw; the test judges it when they have ended. */
#include "fault_store.h"
#include "ledger/follow.h"
#include "queue_book.h"

#include "base/panic.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { THREADS = 8, CALLS = 30, LINES = 4, SEEN = THREADS * CALLS };

/* ------------------------------------------------------------------ many threads */

struct caller {
	struct queue *queue;
	int process, thread, calls;
	int appended, already, refused, wrong;
	struct error trouble;
};

/* A good line, one that is not, one that the thread beside sends too, and a good one. */
static void call_once(struct caller *caller, int number)
{
	struct answer answers[LINES];
	json_t *lines[LINES] = { visit(caller->process, caller->thread, number * 2),
		json_pack("{s:s, s:{s:s, s:s}}", "kind", "little.visit", "body", "customer",
			"nobody", "note", "-"),
		visit(caller->process, 100 + caller->thread / 2, number),
		visit(caller->process, caller->thread, number * 2 + 1) };

	if (queue_append(caller->queue, &queue_session, lines, LINES, answers, &caller->trouble) ==
		OK) {
		caller->appended += answers[0].status == APPENDED;
		caller->appended += answers[2].status == APPENDED;
		caller->appended += answers[3].status == APPENDED;
		caller->already += answers[2].status == ALREADY;
		caller->refused += answers[1].status == NOT_TAKEN &&
				   strcmp(answers[1].error.key, "refused.unknown_customer") == 0;
		for (int i = 0; i < LINES; i++)
			caller->wrong += i != 1 && answers[i].seq <= 0;
	}
	for (int i = 0; i < LINES; i++)
		json_decref(lines[i]);
}

static void *call_often(void *context)
{
	struct caller *caller = context;

	for (int i = 0; i < caller->calls && caller->trouble.result == OK; i++)
		call_once(caller, i);
	return NULL;
}

/* Sums in the first. */
static struct caller call_all(struct queue *queue, int process, int calls,
	void (*meanwhile)(void *context), void *context)
{
	struct caller callers[THREADS];
	pthread_t threads[THREADS];
	struct caller sum = { .process = process };

	for (int i = 0; i < THREADS; i++) {
		callers[i] = (struct caller){
			.queue = queue, .process = process, .thread = i, .calls = calls
		};
		must(pthread_create(&threads[i], NULL, call_often, &callers[i]) == 0);
	}
	if (meanwhile)
		meanwhile(context);
	for (int i = 0; i < THREADS; i++) {
		must(pthread_join(threads[i], NULL) == 0);
		sum.appended += callers[i].appended;
		sum.already += callers[i].already;
		sum.refused += callers[i].refused;
		sum.wrong += callers[i].wrong;
		if (callers[i].trouble.result != OK)
			sum.trouble = callers[i].trouble;
	}
	return sum;
}

/* Two lines of each call are the thread's own, one is sent by two. */
static int expected_visits(int calls)
{
	return THREADS * calls * 2 + THREADS / 2 * calls;
}

static void assert_called(const struct caller *sum, int calls)
{
	assert_string_equal(sum->trouble.key, "");
	assert_int_equal(sum->appended, expected_visits(calls));
	assert_int_equal(sum->already, THREADS / 2 * calls);
	assert_int_equal(sum->refused, THREADS * calls);
	assert_int_equal(sum->wrong, 0);
}

static void threads_make_one_chain(void **state)
{
	struct test_book book;

	(void)state;
	little_book_open(&book);
	struct queue_settings settings = queue_settings_of(book.path);
	struct queue *queue = queue_made(&settings);
	struct caller sum = call_all(queue, 0, CALLS, NULL, NULL);
	struct queue_counts counts = queue_counts(queue);
	queue_close(queue);
	assert_called(&sum, CALLS);
	assert_int_equal(counts.lines, SEEN * LINES);
	assert_int_equal(counts.failed, 0);
	assert_int_equal(counts.waiting, 0);
	assert_in_range(counts.batches, 1, SEEN - 1); /* some waited together */
	assert_queue_book(&book, expected_visits(CALLS));
	test_book_close(&book);
}

/* An entry without an id gets one that its caller hears of. */
static void an_entry_without_id_is_given_one(void **state)
{
	struct error error = { 0 };
	struct test_book book;
	struct answer answer;

	(void)state;
	little_book_open(&book);
	struct queue_settings settings = queue_settings_of(book.path);
	struct queue *queue = queue_made(&settings);
	json_t *line = json_pack("{s:s, s:{s:s, s:s}}", "kind", "little.visit", "body", "customer",
		"C1", "note", "-");
	assert_int_equal(queue_append(queue, &queue_session, &line, 1, &answer, &error), OK);
	assert_int_equal(answer.status, APPENDED);
	assert_string_equal(answer.id, json_string_value(json_object_get(line, "id")));
	assert_int_equal(queue_append(queue, &queue_session, &line, 1, &answer, &error), OK);
	assert_int_equal(answer.status, ALREADY);
	json_decref(line);
	queue_close(queue);
	test_book_close(&book);
}

/* ------------------------------------------------------------------ processes */

static int child(const char *url, int process)
{
	struct queue_settings settings = queue_settings_of(url);
	struct error error = { 0 };
	struct queue *queue;
	int appended = 0, sum = -1;

	if (queue_open(&queue, &settings, &error) != OK)
		return 1;
	struct caller seen = call_all(queue, process, CALLS, NULL, NULL);
	for (int i = 0; i < 3; i++)
		sum = queue_tick(queue, &appended, &error);
	queue_close(queue);
	return seen.appended == expected_visits(CALLS) && seen.wrong == 0 &&
			       seen.trouble.result == OK && sum == OK && appended == 0
		       ? 0
		       : 1;
}

static void processes_make_one_chain(void **state)
{
	struct error error = { 0 };
	struct test_book book;
	struct follow *follow;
	int64_t seq = 0, before;
	int status, bad = 0;

	(void)state;
	little_book_open(&book);
	before = ledger_head(book.ledger, (uint8_t[DIGEST_BYTES]){ 0 });
	ledger_close(book.ledger);
	for (int process = 1; process <= 2; process++) {
		if (fork() == 0)
			_exit(child(book.path, process));
	}
	assert_int_equal(follow_open(&follow, book.path, "main", &error), OK);
	int64_t expected = before + 2 * expected_visits(CALLS), until = now_ms() + 60000;
	while (seq < expected && now_ms() < until)
		assert_int_equal(follow_wait(follow, seq, 1000, &seq, &error), OK);
	follow_close(follow);
	while (wait(&status) > 0)
		bad += status != 0;
	assert_int_equal(bad, 0);
	assert_true(seq >= expected);
	/* However many tick, a day is opened once. */
	assert_string_equal(
		database_ask(book.path, "SELECT count(*) FROM entry WHERE kind = 'day.opened'"),
		"1");
	book.ledger = NULL;
	assert_queue_book(&book, 2 * expected_visits(CALLS));
	database_delete(book.path);
}

/* ------------------------------------------------------------------ time that passes */

struct ticker {
	struct queue *queue;
	int appended;
	struct error error;
};

static void *tick_often(void *context)
{
	struct ticker *ticker = context;

	for (int i = 0; i < 10 && ticker->error.result == OK; i++) {
		int appended;
		queue_tick(ticker->queue, &appended, &ticker->error);
		ticker->appended += appended;
	}
	return NULL;
}

static int ticks(struct queue *one, struct queue *other)
{
	struct ticker tickers[4] = { { one }, { other }, { one }, { other } };
	pthread_t threads[4];
	int appended = 0;

	for (int i = 0; i < 4; i++)
		must(pthread_create(&threads[i], NULL, tick_often, &tickers[i]) == 0);
	for (int i = 0; i < 4; i++) {
		must(pthread_join(threads[i], NULL) == 0);
		assert_string_equal(tickers[i].error.key, "");
		appended += tickers[i].appended;
	}
	return appended;
}

static void what_time_brings_is_written_once(void **state)
{
	struct test_book book;
	int64_t opened, missed;

	(void)state;
	little_book_open(&book);
	test_put(&book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":{\"customer\":"
			"\"C1\",\"note\":\"-\",\"promise_due\":\"2026-03-04\"}}");
	struct queue_settings settings = queue_settings_of(book.path);
	assert_int_equal(test_tick(&book), 1);
	must(instant_parse("2026-03-12T10:00:00+08:00", &queue_present));
	struct queue *one = queue_made(&settings), *other = queue_made(&settings);
	int appended = ticks(one, other);
	queue_close(one);
	queue_close(other);
	opened = test_count(&book, "SELECT count(*) FROM entry WHERE kind = 'day.opened'");
	missed = test_count(&book, "SELECT count(*) FROM entry WHERE kind = 'duty.missed'");
	assert_int_equal(opened, 11);
	assert_true(missed >= 1);
	assert_int_equal(appended, opened - 1 + missed);
	assert_answer(&book,
		"SELECT count(*) FROM d_duty WHERE what = 'little.promise' AND state = 'missed'",
		"1");
	assert_queue_book(&book, 1);
	test_book_close(&book);
}

/* ------------------------------------------------------------------ full, late, closing */

static void wait_for_lines(struct queue *queue, int writing, int waiting)
{
	int64_t until = now_ms() + 20000;
	struct queue_counts counts = queue_counts(queue);

	for (; now_ms() < until && (counts.writing != writing || counts.waiting != waiting);
		counts = queue_counts(queue))
		sleep_ms(1);
	assert_int_equal(counts.writing, writing);
	assert_int_equal(counts.waiting, waiting);
}

/* Who is told of trouble sends the same again. */
static void call_until_answered(struct single *single, struct queue *queue, int thread)
{
	int tries = 0;

	do
		pthread_join(single_start(single, queue, thread), NULL);
	while (single->result != OK && tries++ < 20);
	assert_string_equal(single->error.key, "");
}

/* While somebody else holds the book: one line is in the writer's hands, one waits, and a third
 * finds no room. Those whose time limit passes are told so; sent again, each is there once. */
static void a_queue_has_bounds(void **state)
{
	struct error error = { 0 };
	struct single first, second, third;
	struct test_book book;

	(void)state;
	little_book_open(&book);
	struct queue_settings settings = queue_settings_of(book.path);
	settings.room_lines = 1;
	settings.busy_ms = 100;
	settings.answer_ms = 1500;
	struct queue *queue = queue_made(&settings);
	assert_int_equal(ledger_begin(book.ledger, &error), OK);
	pthread_t a = single_start(&first, queue, 1);
	wait_for_lines(queue, 1, 0);
	pthread_t b = single_start(&second, queue, 2);
	wait_for_lines(queue, 1, 1);
	pthread_t c = single_start(&third, queue, 3);
	pthread_join(c, NULL);
	assert_int_equal(third.result, TROUBLE);
	assert_string_equal(third.error.key, "trouble.queue_full");
	assert_in_range(third.took_ms, 90, 1900);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert_string_equal(first.error.key, "trouble.queue_late");
	assert_string_equal(second.error.key, "trouble.queue_late");
	assert_int_equal(strlen(second.answer.id), ID_TEXT - 1);
	ledger_rollback(book.ledger);
	call_until_answered(&first, queue, 1);
	call_until_answered(&second, queue, 2);
	assert_true(first.answer.status != NOT_TAKEN && second.answer.status != NOT_TAKEN);
	queue_close(queue);
	assert_queue_book(&book, 2);
	test_book_close(&book);
}

static void *let_go(void *context)
{
	sleep_ms(200);
	ledger_rollback(((struct test_book *)context)->ledger);
	return NULL;
}

static void closing_answers_who_waits(void **state)
{
	struct error error = { 0 };
	struct single singles[THREADS];
	pthread_t threads[THREADS], holder;
	struct test_book book;

	(void)state;
	little_book_open(&book);
	struct queue_settings settings = queue_settings_of(book.path);
	struct queue *queue = queue_made(&settings);
	assert_int_equal(ledger_begin(book.ledger, &error), OK);
	threads[0] = single_start(&singles[0], queue, 0);
	wait_for_lines(queue, 1, 0);
	for (int i = 1; i < THREADS; i++)
		threads[i] = single_start(&singles[i], queue, i);
	wait_for_lines(queue, 1, THREADS - 1);
	must(pthread_create(&holder, NULL, let_go, &book) == 0);
	queue_close(queue);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_string_equal(singles[i].error.key, "");
		assert_int_equal(singles[i].answer.status, APPENDED);
	}
	pthread_join(holder, NULL);
	assert_queue_book(&book, THREADS);
	test_book_close(&book);
}

/* ------------------------------------------------------------------ the world fails */

/* Each call to the store fails once, or is done and said to have failed; on a server, the
 * connection is cut before it. The caller sees nothing of it. */
static void whatever_fails_is_tried_again(void **state)
{
	struct error error = { 0 };
	struct test_book book;
	struct answer answer;
	int sent = 0;

	(void)state;
	little_book_open(&book);
	bool cut = store_is_server(book.path);
	enum fault_trouble trouble = cut ? FAULT_CUT : FAULT_DISK;
	struct queue_settings settings = queue_settings_of(book.path);
	fault_set(0, trouble, false, false);
	struct queue *queue = queue_made(&settings);
	for (int after = 0; after <= !cut; after++) {
		for (int64_t at = 1; !sent || at == 1 || fault.met; at++, sent++) {
			json_t *line = visit(0, after, (int)at);
			fault_set(at, trouble, after, false);
			enum result result =
				queue_append(queue, &queue_session, &line, 1, &answer, &error);
			json_decref(line);
			if (result != OK || answer.status != APPENDED)
				fail_msg("call %d, %s: %s", (int)at, after ? "after" : "before",
					error.key);
		}
	}
	fault_set(0, trouble, false, false);
	struct queue_counts counts = queue_counts(queue);
	queue_close(queue);
	fault_clear();
	assert_in_range(counts.failed, 20, sent);
	assert_int_equal(counts.lines, sent);
	assert_queue_book(&book, sent);
	test_book_close(&book);
}

/* How many calls to the store one line takes, the last of them the commit. */
static int64_t calls_of_a_line(struct queue *queue, enum fault_trouble trouble)
{
	struct single single;

	for (int i = 0; i < 2; i++) {
		fault_set(0, trouble, false, false);
		pthread_join(single_start(&single, queue, 10 + i), NULL);
		assert_string_equal(single.error.key, "");
	}
	return fault.calls;
}

/* The commit of the first fails while the second, who sends the same, waits; then the second is
 * first. The entry gets the seq that the first had been given, and yet is only one's. */
static void one_of_two_who_send_the_same_has_appended_it(void **state)
{
	struct error error = { 0 };
	struct single first, second;
	struct test_book book;

	(void)state;
	little_book_open(&book);
	enum fault_trouble trouble = store_is_server(book.path) ? FAULT_CUT : FAULT_DISK;
	struct queue_settings settings = queue_settings_of(book.path);
	fault_set(0, trouble, false, false);
	struct queue *queue = queue_made(&settings);
	int64_t commit = calls_of_a_line(queue, trouble);
	assert_int_equal(ledger_begin(book.ledger, &error), OK);
	fault_set(commit, trouble, false, false);
	pthread_t a = single_start(&first, queue, 1);
	wait_for_lines(queue, 1, 0);
	pthread_t b = single_start(&second, queue, 1);
	wait_for_lines(queue, 1, 1);
	ledger_rollback(book.ledger);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	assert_int_equal(queue_counts(queue).failed, 1);
	queue_close(queue);
	fault_clear();
	assert_int_equal(second.answer.status, APPENDED);
	assert_int_equal(first.answer.status, ALREADY);
	assert_int_equal(first.answer.seq, second.answer.seq);
	assert_queue_book(&book, 3);
	test_book_close(&book);
}

static void cut_connections(void *context)
{
	for (int i = 0; i < 8; i++) {
		sleep_ms(40);
		queue_on_ours(context, "pg_terminate_backend");
	}
}

static void cut_connections_lose_and_double_nothing(void **state)
{
	char url[DATABASE_URL * 2];
	struct test_book book;

	(void)state;
	if (!getenv("YIBEN_TEST_SERVER"))
		skip();
	little_book_open(&book);
	queue_named_url(&book, url);
	struct queue_settings settings = queue_settings_of(url);
	struct queue *queue = queue_made(&settings);
	struct caller sum = call_all(queue, 0, CALLS * 2, cut_connections, &book);
	struct queue_counts counts = queue_counts(queue);
	queue_close(queue);
	assert_true(counts.failed > 0);
	assert_called(&sum, CALLS * 2);
	assert_queue_book(&book, expected_visits(CALLS * 2));
	test_book_close(&book);
}

/* A line that the world fails whenever it is tried does so alone. */
static void what_fails_for_ever_holds_nobody_up(void **state)
{
	struct error error = { 0 };
	struct single singles[4];
	pthread_t threads[4];
	struct test_book book;

	(void)state;
	if (!getenv("YIBEN_TEST_SERVER"))
		skip();
	little_book_open(&book);
	assert_true(database_run(book.path,
		"CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
		"$$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$"));
	assert_true(database_run(book.path,
		"CREATE TRIGGER no_room BEFORE INSERT ON entry FOR EACH ROW "
		"WHEN (NEW.body LIKE '%0-2-0%') EXECUTE FUNCTION no_room()"));
	struct queue_settings settings = queue_settings_of(book.path);
	settings.answer_ms = 3000;
	struct queue *queue = queue_made(&settings);
	assert_int_equal(ledger_begin(book.ledger, &error), OK);
	for (int i = 0; i < 4; i++) {
		threads[i] = single_start(&singles[i], queue, i);
		wait_for_lines(queue, 1, i); /* the first is being written, the others wait */
	}
	ledger_rollback(book.ledger);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(singles[i].result, i == 2 ? TROUBLE : OK);
		assert_int_equal(singles[i].answer.status, i == 2 ? NOT_TAKEN : APPENDED);
	}
	assert_string_equal(singles[2].error.key, "trouble.server_disk_full");
	queue_close(queue);
	assert_queue_book(&book, 3);
	test_book_close(&book);
}

/* A commit that a standby has not confirmed is no commit, even if somebody cancels the waiting:
 * the server then warns, and says that it has committed. */
static void what_the_standby_lacks_is_not_acknowledged(void **state)
{
	char url[DATABASE_URL * 2 + 40];
	struct test_book book;
	struct single single;

	(void)state;
	const char *server = getenv("YIBEN_TEST_SERVER");
	if (!server || !database_run(server, "ALTER SYSTEM RESET synchronous_standby_names"))
		skip();
	little_book_open(&book);
	queue_named_url(&book, url);
	char *options = strstr(url, "-csearch_path");
	assert_non_null(options);
	memmove(options + 28, options, strlen(options) + 1);
	memcpy(options, "-csynchronous_commit%3Don%20", 28);
	struct queue_settings settings = queue_settings_of(url);
	struct queue *queue = queue_made(&settings);
	database_run(book.path, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
	database_ask(book.path, "SELECT pg_reload_conf()::text");
	for (int64_t until = now_ms() + 20000; now_ms() < until; sleep_ms(50)) {
		if (strcmp(database_ask(book.path, "SHOW synchronous_standby_names"), "nobody") ==
			0)
			break;
	}
	sleep_ms(300); /* the other connections hear of it a little later */
	pthread_t thread = single_start(&single, queue, 1);
	for (int64_t until = now_ms() + 20000; queue_counts(queue).failed < 2 && now_ms() < until;
		sleep_ms(100))
		queue_on_ours(&book, "pg_cancel_backend");
	struct queue_counts counts = queue_counts(queue);
	database_run(book.path, "ALTER SYSTEM RESET synchronous_standby_names");
	database_ask(book.path, "SELECT pg_reload_conf()::text");
	pthread_join(thread, NULL);
	queue_close(queue);
	assert_true(counts.failed >= 2);
	assert_int_equal(counts.lines, 0);
	assert_int_equal(single.result, OK);
	assert_int_equal(single.answer.status, APPENDED);
	assert_queue_book(&book, 1);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_make_one_chain),
		cmocka_unit_test(an_entry_without_id_is_given_one),
		cmocka_unit_test(processes_make_one_chain),
		cmocka_unit_test(what_time_brings_is_written_once),
		cmocka_unit_test(a_queue_has_bounds),
		cmocka_unit_test(closing_answers_who_waits),
		cmocka_unit_test(whatever_fails_is_tried_again),
		cmocka_unit_test(one_of_two_who_send_the_same_has_appended_it),
		cmocka_unit_test(cut_connections_lose_and_double_nothing),
		cmocka_unit_test(what_fails_for_ever_holds_nobody_up),
		cmocka_unit_test(what_the_standby_lacks_is_not_acknowledged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Following a book: it wakes whoever waits, and comes back when it was cut off. */
#include "ledger/follow.h"
#include "queue_book.h"

#include "base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void *append_soon(void *context)
{
	sleep_ms(30);
	return single_call(context);
}

static void a_follower_wakes(void **state)
{
	struct error error = { 0 };
	struct test_book book;
	struct follow *follow;
	pthread_t thread;
	int64_t seq = 0, again;

	(void)state;
	little_book_open(&book);
	struct queue_settings settings = queue_settings_of(book.path);
	struct queue *queue = queue_made(&settings);
	assert_int_equal(follow_open(&follow, book.path, "main", &error), OK);
	assert_int_equal(follow_wait(follow, 0, 0, &seq, &error), OK);
	assert_int_equal(seq, ledger_head(book.ledger, (uint8_t[DIGEST_BYTES]){ 0 }));
	assert_int_equal(follow_wait(follow, seq, 120, &again, &error), OK);
	assert_int_equal(again, seq);
	int64_t start_ms = now_ms();
	for (int i = 0; i < 10; i++) {
		struct single single = { .queue = queue, .thread = i };
		must(pthread_create(&thread, NULL, append_soon, &single) == 0);
		follow_wait(follow, seq, 10000, &again, &error);
		pthread_join(thread, NULL);
		assert_string_equal(error.key, "");
		assert_int_equal(again, seq + 1);
		assert_int_equal(again, single.answer.seq);
		seq = again;
	}
	/* Were it not told, it would look once a second. */
	assert_in_range(now_ms() - start_ms, 300, 5000);
	follow_close(follow);
	queue_close(queue);
	test_book_close(&book);
}

/* Cut off, it says so, and finds the book again. */
static void a_follower_comes_back(void **state)
{
	char url[DATABASE_URL * 2];
	struct error error = { 0 };
	struct test_book book;
	struct follow *follow;
	int64_t seq = 0;

	(void)state;
	assert_int_not_equal(follow_open(&follow, "nothing.db", "main", &error), OK);
	if (!getenv("YIBEN_TEST_SERVER"))
		return;
	little_book_open(&book);
	queue_named_url(&book, url);
	error_clear(&error);
	assert_int_equal(follow_open(&follow, url, "other", &error), REFUSED);
	assert_string_equal(error.key, "refused.no_book");
	error_clear(&error);
	assert_int_equal(follow_open(&follow, url, "main", &error), OK);
	queue_on_ours(&book, "pg_terminate_backend");
	assert_int_equal(follow_wait(follow, 1000, 1000, &seq, &error), TROUBLE);
	error_clear(&error);
	assert_int_equal(follow_wait(follow, 0, 1000, &seq, &error), OK);
	assert_int_equal(seq, ledger_head(book.ledger, (uint8_t[DIGEST_BYTES]){ 0 }));
	follow_close(follow);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_follower_wakes),
		cmocka_unit_test(a_follower_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

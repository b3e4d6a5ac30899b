/* What the world does to a book: a full disk, a second process, a newer program. */
#include "little_book.h"
#include "little_module.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void a_full_disk_loses_nothing_acknowledged(void **state)
{
	struct test_book book;
	struct rlimit whole, little;
	struct error error = { 0 };
	struct answer answer;
	int64_t entries, before;

	(void)state;
	if (getenv("YIBEN_TEST_SERVER"))
		skip(); /* a server has its own disk */
	little_book_open(&book);
	before = ledger_head(book.ledger, (uint8_t[DIGEST_BYTES]){ 0 });
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
	little = whole;
	little.rlim_cur = 6 << 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(ledger_begin(book.ledger, &error), OK);
	/* More than the cache holds, so that it spills into a disk that is full. */
	char *note = malloc(6001);
	assert_non_null(note);
	memset(note, 'n', 6000);
	note[6000] = '\0';
	enum result result = OK;
	for (int i = 0; result == OK && i < 30000; i++) {
		json_t *envelope = json_pack("{s:s, s:{s:s, s:s, s:s}}", "kind", "little.visit",
			"body", "customer", "C1", "note", "n", "long", note);
		result = ledger_append(book.ledger, &book.session, envelope, &answer, &error);
		json_decref(envelope);
	}
	assert_int_equal(result, TROUBLE);
	struct error again = { 0 };
	json_t *envelope = json_pack("{s:s, s:{s:s, s:s}}", "kind", "little.visit", "body",
		"customer", "C1", "note", "n");
	assert_int_equal(
		ledger_append(book.ledger, &book.session, envelope, &answer, &again), TROUBLE);
	json_decref(envelope);
	assert_int_equal(ledger_commit(book.ledger, &again), TROUBLE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &whole), 0);
	free(note);
	error_clear(&error);
	assert_int_equal(ledger_verify(book.ledger, &entries, &error), OK);
	assert_int_equal(entries, before);
	test_put(&book, "{\"kind\":\"little.visit\",\"body\":{\"customer\":\"C1\","
			"\"note\":\"n\"}}");
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_second_process_is_heard(void **state)
{
	static const struct module *const modules[] = { &little_module, NULL };
	struct test_book book, other;
	struct error error = { 0 };
	char document[ID_TEXT];

	(void)state;
	little_book_open(&book);
	other = book;
	assert_int_equal(ledger_open(&other.ledger, book.path, "main", false, modules, &error), OK);
	assert_int_equal(calendar_known_through(ledger_calendar(book.ledger)),
		calendar_known_through(ledger_calendar(other.ledger)));
	text_copy(document, ID_TEXT,
		test_put(&book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"t\","
				"\"effective\":\"2026-01-01\"}}"));
	for (int i = 0; i < 4; i++) {
		struct test_book *one = i % 2 ? &other : &book, *two = i % 2 ? &book : &other;
		test_put(one,
			"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"calendar.known\","
			"\"document\":\"%s\",\"effective\":\"2026-03-02\",\"mark\":\"V\",\"rows\":"
			"[{\"through\":\"202%d-12-31\"}]}}",
			document, 7 + i % 3);
		assert_int_equal(calendar_known_through(ledger_calendar(one->ledger)),
			calendar_known_through(ledger_calendar(two->ledger)));
	}
	ledger_close(other.ledger);
	test_book_holds(&book);
	test_book_close(&book);
}

enum { PROCESSES = 4, BATCHES = 12 };

/* One of several processes: make the book, unless another was faster, and append to it. */
static void work_beside_others(
	struct test_book *book, const struct module *const *modules, int number)
{
	struct error error = { 0 };

	book->chance = (uint64_t)number + 2;
	if (ledger_open(&book->ledger, book->path, "main", true, modules, &error) != OK) {
		fprintf(stderr, "%s\n", error.key);
		_exit(1);
	}
	for (int i = 0; i < BATCHES; i++)
		test_put(book,
			"{\"kind\":\"little.unit\",\"body\":{\"unit\":\"U%d\",\"name\":\"单位%d\"}"
			"}",
			number * 100 + i, i);
	ledger_close(book->ledger);
	_exit(0);
}

static void processes_make_one_book_and_one_chain(void **state)
{
	static const struct module *const modules[] = { &little_module, NULL };
	struct test_book book;
	struct error error = { 0 };
	int ended;

	(void)state;
	test_book_open(&book, modules); /* for its clock and chance; made anew by the others */
	test_book_close(&book);
	database_make(book.path, "ledger_test");
	fflush(stdout);
	for (int i = 0; i < PROCESSES; i++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			work_beside_others(&book, modules, i);
	}
	for (int i = 0; i < PROCESSES; i++) {
		assert_true(wait(&ended) > 0);
		assert_int_equal(ended, 0);
	}
	assert_int_equal(ledger_open(&book.ledger, book.path, "main", false, modules, &error), OK);
	assert_int_equal(
		ledger_head(book.ledger, (uint8_t[DIGEST_BYTES]){ 0 }), PROCESSES * BATCHES);
	assert_answer(&book, "SELECT count(*) FROM book", "1");
	test_book_holds(&book);
	test_book_close(&book);
}

/* A module that keeps more of what it derives than it used to. */
static void a_new_version_derives_anew(void **state)
{
	static const struct column wider[] = { { "seq", COLUMN_INTEGER },
		{ "customer", COLUMN_TEXT }, { "staff", COLUMN_TEXT }, { "day", COLUMN_TEXT },
		{ "minutes", COLUMN_INTEGER }, { "person", COLUMN_TEXT, true },
		{ "mood", COLUMN_TEXT }, { 0 } };
	struct table tables[16];
	struct module newer = little_module;
	const struct module *modules[] = { &newer, NULL };
	struct test_book book;
	struct error error = { 0 };
	size_t count = 0;

	(void)state;
	little_book_open(&book);
	test_put(
		&book, "{\"kind\":\"little.visit\",\"body\":{\"customer\":\"C1\",\"note\":\"n\"}}");
	ledger_close(book.ledger);
	for (; little_module.tables[count].name; count++) {
		assert_true(count + 1 < COUNT_OF(tables));
		tables[count] = little_module.tables[count];
		if (text_equal(tables[count].name, "d_little_visit"))
			tables[count].columns = wider;
	}
	tables[count] = (struct table){ 0 };
	newer.tables = tables;
	newer.version++;
	assert_int_equal(ledger_open(&book.ledger, book.path, "main", false, modules, &error), OK);
	assert_answer(&book, "SELECT count(*) FROM d_little_visit WHERE mood IS NULL", "1");
	test_book_holds(&book);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_loses_nothing_acknowledged),
		cmocka_unit_test(a_second_process_is_heard),
		cmocka_unit_test(processes_make_one_book_and_one_chain),
		cmocka_unit_test(a_new_version_derives_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

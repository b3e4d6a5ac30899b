/* A book in a temporary database for tests, with a pinned clock and reproducible chance. */
#ifndef TESTS_LEDGER_BOOK_H
#define TESTS_LEDGER_BOOK_H

#include "database.h"
#include "ledger/ledger.h"

struct test_book {
	struct ledger *ledger;
	struct session session;
	uint64_t chance; /* state of a small generator (splitmix64) */
	char path[DATABASE_URL];
};

void test_book_open(struct test_book *book, const struct module *const *modules);
void test_book_close(struct test_book *book);
uint64_t test_chance(struct test_book *book);
/* By chance one of 0 … below−1. */
int test_below(struct test_book *book, int below);
/* A day's text, in a ring of a few. */
const char *test_day(int day);
/* Move the clock to an instant written in RFC 3339. */
void test_clock(struct test_book *book, const char *instant);
/* Append one envelope (JSON, printf-like) in a batch of its own; the answer is asserted to be
 * APPENDED and its id returned, valid until the next call. */
const char *test_put(struct test_book *book, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Put the entry right, take it back, erase what is personal in it; the id of the entry that does.
 */
const char *test_correct(struct test_book *book, const char *entry, const char *body);
const char *test_withdraw(struct test_book *book, const char *entry);
const char *test_erase(struct test_book *book, const char *entry);
/* The same where it may be refused: NULL then. */
const char *test_try(struct test_book *book, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* As test_put, asserting that it is refused with this message key. */
void test_refused(struct test_book *book, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A question to its database, past the ledger, as database_ask. */
const char *test_ask(struct test_book *book, const char *question);
int64_t test_count(struct test_book *book, const char *question);
#define assert_answer(book, question, expected)                                                    \
	assert_string_equal(test_ask(book, question), expected)
int test_tick(struct test_book *book);
/* The figure of a measure; −1 where it is not known. */
int64_t test_figure(struct test_book *book, const char *measure, const char *reference,
	const char *from, const char *to);
/* Derived digest equals that after a rebuild, the chain verifies, and evidence adds up. */
void test_book_holds(struct test_book *book);

#endif

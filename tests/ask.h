/* Questions to the file of a book, past the ledger. */
#ifndef TESTS_ASK_H
#define TESTS_ASK_H

#include "ledger_book.h"

/* The first column of the first row that a statement yields; "" for none. Valid until the next
 * call. */
const char *test_ask(struct test_book *book, const char *question);

#define assert_answer(book, question, expected)                                                    \
	assert_string_equal(test_ask(book, question), expected)

#endif

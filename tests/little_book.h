/* A book of the little module: two units, two people, three customers, and the norms that tests
 * of the core need. */
#ifndef TESTS_LITTLE_BOOK_H
#define TESTS_LITTLE_BOOK_H

#include "ledger_book.h"

void little_book_open(struct test_book *book);

#endif

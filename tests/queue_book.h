/* What tests of the append queue share: a queue on the little book, and callers. */
#ifndef TESTS_QUEUE_BOOK_H
#define TESTS_QUEUE_BOOK_H

#include "ledger/queue.h"
#include "ledger_book.h"
#include "little_book.h"

#include <pthread.h>

extern const struct session queue_session;
extern int64_t queue_present; /* the instant at which the clock stands */

int64_t now_ms(void);
void sleep_ms(int ms);
/* The clock at ten in the morning of the day of the book, and chance as it comes. */
struct queue_settings queue_settings_of(const char *url);
struct queue *queue_made(const struct queue_settings *settings);
/* A visit; its id tells who sent it. */
json_t *visit(int process, int thread, int number);
/* The book as it is now: chain, what is derived, and so many visits, no id twice. */
void assert_queue_book(struct test_book *book, int64_t expected);

/* One call of one line, in a thread of its own. */
struct single {
	struct queue *queue;
	int thread;
	enum result result;
	struct answer answer;
	struct error error;
	int64_t took_ms;
};

void *single_call(void *single);
pthread_t single_start(struct single *single, struct queue *queue, int thread);

/* The book's URL with a name by which the server knows our connections; do something to them. */
void queue_named_url(const struct test_book *book, char url[DATABASE_URL * 2]);
void queue_on_ours(const struct test_book *book, const char *act);

#endif

/*
 * A store that fails when it is told to. A test that is linked with --wrap=store_open gets every
 * store wrapped: `fault` chooses which of its calls fails, and how the world failed it. What
 * yields no result (binding, ending, closing) is no call.
 */
#ifndef TESTS_FAULT_STORE_H
#define TESTS_FAULT_STORE_H

#include <stdbool.h>
#include <stdint.h>

enum fault_trouble {
	FAULT_FULL,
	FAULT_DISK,
	FAULT_LOCKED,
	FAULT_TROUBLES,
	/* Of a server: before the call, the process there that serves the store is ended. */
	FAULT_CUT = FAULT_TROUBLES,
};

struct fault {
	int64_t at;    /* which call fails, from 1; 0: none */
	int64_t calls; /* how many there have been */
	bool after;    /* the call is done, and its answer lost on the way back */
	bool sticky;   /* the connection is gone: every later call fails as well */
	bool met;      /* a call has failed */
	enum fault_trouble trouble;
};

extern struct fault fault;

/* Wrap stores opened from now on, and let call `at` be the first to fail. */
void fault_set(int64_t at, enum fault_trouble trouble, bool after, bool sticky);
/* Nothing fails any more, and stores are opened as they are. */
void fault_clear(void);
/* Is this what a call was failed with, by its message key? */
bool fault_said(const char *key);
/* The message key of a trouble that is only said. */
const char *fault_key(enum fault_trouble trouble);

#endif

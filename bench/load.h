/*
 * Browsers for a benchmark: connections to a server on this machine that stay open, each asking
 * again as soon as it was answered. One thread serves them all, so that asking costs as little as
 * it can; it still shares the processor with the server, and does so with the ceiling's.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stddef.h>
#include <stdint.h>

enum { REQUEST_BYTES = 4096, CONNECTIONS_MOST = 64, ANSWERS_MOST = 10000000 };

/* Write the whole request `number` of `connection` into `text`; its length. */
typedef size_t load_request(void *context, int connection, int number, char text[REQUEST_BYTES]);

struct load {
	int port, connections;
	int64_t time_ns; /* for so long; what is asked then is still waited for */
	load_request *request;
	const char *expected; /* what every answer says */
	void *context;
};

struct loaded {
	int64_t count, time_ns, bytes;
	double p50_ms, p99_ms;
};

/* Ask. An answer that is not of the 2xx, or says something else, ends the benchmark and is shown.
 */
void load_run(const struct load *load, struct loaded *loaded);
/* Ask once; the answer's body into `answer`, cut to fit, and its cookie into `cookie`
 * ("name=value", may be NULL). Returns the status, 0 where nobody listens. */
int load_ask(int port, const char *request, char *answer, size_t room, char cookie[256]);
/* "name   12345 requests/s   p50 0.12 ms  p99 0.50 ms" */
void load_tell(const char *name, const struct loaded *loaded);

#endif

/* Clients of the append queue: a queue on a book, and what they send. */
#ifndef BENCH_CLIENTS_H
#define BENCH_CLIENTS_H

#include "bench.h"

#include "ledger/queue.h"

/* What a queue is given: the clock stands at 2026-11-24T09:00:00+08:00. */
struct clients_clock {
	int64_t present;
	uint64_t chance;
};

struct queue *clients_queue(struct clients_clock *clock, const char *url);
/* Send one line and wait for its answer, which is that it was appended. */
void clients_send(struct queue *queue, const char *line);
int64_t clients_steady_ns(void);

#endif

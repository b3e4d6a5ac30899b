/* What the files of the queue share: queue.c is the callers' side, queue_writer.c the writer's. */
#ifndef LEDGER_QUEUE_PARTS_H
#define LEDGER_QUEUE_PARTS_H

#include "ledger/queue.h"

#include <pthread.h>

struct line {
	json_t *envelope;
	struct answer answer;
	int64_t claimed; /* seq under which an attempt that failed had appended it, or 0 */
};

/* What one caller handed over. It belongs to the writer until `done`, then to the caller; where
 * the caller has left by then, the writer frees it. */
struct request {
	struct request *next;
	struct session session;
	char *staff, *login, *batch; /* the session's texts */
	struct line *lines;
	int count;
	bool ticks; /* has no lines: appends what time has brought */
	int ticked;
	int64_t until_ms;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t answered;
	bool done, left;
	struct error failure; /* of the last attempt */
};

struct queue {
	struct queue_settings settings; /* with texts of its own */
	char *url, *book;
	struct ledger *ledger; /* the writer's; NULL until it is opened again */
	int failures;          /* in a row; the writer's */
	pthread_t writer;
	pthread_mutex_t chance_lock;
	pthread_mutex_t lock; /* of what follows; before that of a request */
	pthread_cond_t work, room, gone;
	struct request *first, **end;
	int pressing; /* callers that wait for room */
	bool idle;    /* the writer waits for work */
	bool closing;
	struct queue_counts counts;
};

void queue_chance(void *queue, uint8_t *bytes, size_t length);
void queue_lock(pthread_mutex_t *lock);
void queue_unlock(pthread_mutex_t *lock);
/* At the end of what waits; under the queue's lock. */
void queue_put(struct queue *queue, struct request *request);
void request_free(struct request *request);
/* The writer's thread; `context` is the queue. */
void *queue_write(void *context);

#endif

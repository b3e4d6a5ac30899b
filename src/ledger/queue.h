/*
 * The append queue: many threads write to one book by one connection.
 *
 * A caller hands over its lines and waits. One thread of the queue's own takes what waits, puts
 * it into one batch and answers when that is committed; meanwhile the next batch gathers by
 * itself. So an answer means what it means after ledger_commit, a line that is refused leaves the
 * others alone, and the cost of a commit is shared by all who waited for it. Several processes
 * may each have a queue on one book: the database lets one batch at a time in.
 *
 * When the world fails (a connection cut, another server taking over, a lock not given) the queue
 * opens the book again and tries again by itself, for as long as the callers wait. That is safe:
 * an entry has its id before the first attempt, so one whose commit was done but never heard of
 * is found again, and its caller is told APPENDED with its seq all the same. What makes a batch
 * fail twice is tried alone, so that it cannot hold the others up.
 *
 * Whoever gets TROUBLE may send the same lines again, with the ids found in his answers: what had
 * been written answers ALREADY.
 */
#ifndef LEDGER_QUEUE_H
#define LEDGER_QUEUE_H

#include "ledger/ledger.h"

struct queue;

struct queue_settings {
	const char *url, *book; /* of a book that is there */
	const struct module *const *modules;
	/* The present instant, asked at every attempt; any thread may ask. */
	int64_t (*now)(void *state);
	/* CLOCK_MONOTONIC in milliseconds: what time limits are counted by. */
	int64_t (*steady_ms)(void *state);
	void *clock_state;
	/* Asked by one thread at a time. */
	void (*chance)(void *state, uint8_t *bytes, size_t length);
	void *chance_state;
	int room_lines; /* how many may wait; 0: 4096 */
	int busy_ms;    /* how long a caller waits for room; 0: 2 seconds */
	int answer_ms;  /* how long for his answer, once there was room; 0: 30 seconds */
};

/* Open the book and begin to wait for lines. TROUBLE or REFUSED where it cannot be opened now. */
enum result queue_open(
	struct queue **queue, const struct queue_settings *settings, struct error *error);
/* Answer all who wait, then close the book. Nobody may call any more; who is still waiting for
 * room is told "trouble.queue_closed". Takes as long as the callers' limits at most. */
void queue_close(struct queue *queue);

/* Append `count` envelopes, from any thread; `answers` gets one for each. The session is copied;
 * its clock and chance are the queue's. An envelope without id and instant is given an id. They
 * may be read meanwhile, and released afterwards, but not changed until all this has an answer.
 *
 * TROUBLE, with the ids in the answers, where there was no room in time ("trouble.queue_full"),
 * and nothing was written; or where the time limit passed: what the database last failed with, or
 * "trouble.queue_late" where it said nothing. Then the lines may be written or not, even later. */
enum result queue_append(struct queue *queue, const struct session *session,
	json_t *const *envelopes, int count, struct answer *answers, struct error *error);
/* ledger_tick, as a batch of its own in the same line. */
enum result queue_tick(struct queue *queue, int *appended, struct error *error);

/* Since it was opened. */
struct queue_counts {
	int64_t lines;   /* answered */
	int64_t batches; /* committed */
	int64_t failed;  /* attempts that the world undid or left unanswered */
	int waiting;     /* lines that nobody has begun with, now */
	int writing;     /* lines in the batch under way */
};
struct queue_counts queue_counts(struct queue *queue);

#endif

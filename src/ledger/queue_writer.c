#include "ledger/queue_parts.h"

#include "base/panic.h"

#include <poll.h>
#include <stdlib.h>

enum {
	BATCH_LINES = 1000,
	REST_MS = 20,     /* after a failure, twice as long after each further one … */
	REST_DOUBLED = 5, /* … so many times */
	ALONE_AFTER = 2,  /* failures in a row, requests are tried one by one */
};

/* ------------------------------------------------------------------ taking */

static bool has_left(struct request *request)
{
	queue_lock(&request->lock);
	bool left = request->left;
	queue_unlock(&request->lock);
	return left;
}

static struct request *pop(struct queue *queue)
{
	struct request *request = queue->first;

	queue->first = request->next;
	if (!queue->first)
		queue->end = &queue->first;
	queue->counts.waiting -= request->count;
	request->next = NULL;
	return request;
}

/* Does the next one go into a batch of so many lines? Time that passes has a batch of its own. */
static bool fits(const struct queue *queue, const struct request *batch, int lines)
{
	const struct request *next = queue->first;

	if (!next || !batch)
		return next != NULL;
	return queue->failures < ALONE_AFTER && !next->ticks && !batch->ticks &&
	       lines + next->count <= BATCH_LINES;
}

/* What waits, as far as it fits into a batch; NULL where the queue closes and nothing waits. */
static struct request *take(struct queue *queue)
{
	struct request *batch = NULL, **end = &batch;
	int lines = 0;

	queue_lock(&queue->lock);
	while (!batch && (queue->first || !queue->closing)) {
		while (!queue->first && !queue->closing) {
			queue->idle = true;
			must(pthread_cond_wait(&queue->work, &queue->lock) == 0);
		}
		queue->idle = false;
		while (fits(queue, batch, lines)) {
			struct request *request = pop(queue);
			if (has_left(request)) {
				request_free(request);
				continue;
			}
			*end = request;
			end = &request->next;
			lines += request->count;
		}
		queue->counts.writing = lines;
		if (queue->pressing)
			must(pthread_cond_broadcast(&queue->room) == 0);
	}
	queue_unlock(&queue->lock);
	return batch;
}

/* ------------------------------------------------------------------ one attempt */

/* An attempt whose commit was never heard of may have been done: the caller who is told so by
 * the next one is the one who appended it. */
static void claim(struct line *line)
{
	struct answer *answer = &line->answer;

	if (answer->status == ALREADY && answer->seq == line->claimed)
		answer->status = APPENDED;
	if (answer->status == APPENDED)
		line->claimed = answer->seq;
}

static void forget_beyond(struct request *requests, int64_t head)
{
	for (struct request *request = requests; request; request = request->next) {
		for (int i = 0; i < request->count; i++) {
			if (request->lines[i].claimed > head)
				request->lines[i].claimed = 0;
		}
	}
}

/* What the book does not reach was undone, and its seq is given out again, perhaps to the same
 * entry sent by somebody else. */
static void forget_undone(struct queue *queue, struct request *batch)
{
	int64_t head = ledger_head(queue->ledger, (uint8_t[DIGEST_BYTES]){ 0 });

	queue_lock(&queue->lock);
	forget_beyond(batch, head);
	forget_beyond(queue->first, head);
	queue_unlock(&queue->lock);
}

static enum result append_lines(struct queue *queue, struct request *batch, struct error *error)
{
	int count = 0, lines = 0;

	for (const struct request *request = batch; request; request = request->next)
		lines += request->count;
	struct offer *offers = calloc((size_t)lines + 1, sizeof(*offers));
	must(offers != NULL);
	for (struct request *request = batch; request; request = request->next) {
		for (int i = 0; i < request->count; i++)
			offers[count++] = (struct offer){ &request->session,
				request->lines[i].envelope, &request->lines[i].answer };
	}
	enum result result = ledger_append_all(queue->ledger, offers, count, error);
	free(offers);
	for (struct request *request = batch; request && result == OK; request = request->next) {
		for (int i = 0; i < request->count; i++)
			claim(&request->lines[i]);
	}
	return result;
}

/* Time that passes is alone in its batch. */
static enum result append_all(struct queue *queue, struct request *batch, struct error *error)
{
	int64_t now = queue->settings.now(queue->settings.clock_state);

	if (queue->failures)
		forget_undone(queue, batch);
	for (struct request *request = batch; request; request = request->next)
		request->session.now = now;
	if (batch->ticks)
		return ledger_tick(queue->ledger, &batch->session, &batch->ticked, error);
	return append_lines(queue, batch, error);
}

static enum result attempt(struct queue *queue, struct request *batch, struct error *error)
{
	const struct queue_settings *settings = &queue->settings;

	if (!queue->ledger && ledger_open(&queue->ledger, settings->url, settings->book, false,
				      settings->modules, error) != OK) {
		queue->ledger = NULL;
		return error->result;
	}
	/* A batch in which everything was known already commits too: with a standby, that is what
	 * waits until the standby has what is answered. */
	if (ledger_begin(queue->ledger, error) == OK && append_all(queue, batch, error) == OK &&
		ledger_commit(queue->ledger, error) == OK)
		return OK;
	/* Whatever it was, a new connection knows nothing of it; it may even be another server. */
	ledger_close(queue->ledger);
	queue->ledger = NULL;
	return error->result;
}

/* ------------------------------------------------------------------ what became of it */

static void answer(struct request *request)
{
	queue_lock(&request->lock);
	request->done = !request->left;
	bool left = request->left;
	if (!left)
		must(pthread_cond_signal(&request->answered) == 0);
	queue_unlock(&request->lock);
	if (left)
		request_free(request);
}

static void answer_all(struct queue *queue, struct request *batch)
{
	int lines = 0;

	queue->failures = 0;
	for (struct request *request = batch; request; request = request->next)
		lines += request->count;
	queue_lock(&queue->lock);
	queue->counts.writing = 0;
	queue->counts.batches++;
	queue->counts.lines += lines;
	queue_unlock(&queue->lock);
	for (struct request *request = batch, *next; request; request = next) {
		next = request->next;
		answer(request);
	}
}

/* Back to the end of the line, so that one that fails for ever lets the others pass. */
static void put_back(struct queue *queue, struct request *batch, const struct error *failure)
{
	queue->failures++;
	queue_lock(&queue->lock);
	queue->counts.writing = 0;
	queue->counts.failed++;
	for (struct request *request = batch, *next; request; request = next) {
		next = request->next;
		queue_lock(&request->lock);
		request->failure = *failure;
		queue_unlock(&request->lock);
		queue_put(queue, request);
	}
	queue_unlock(&queue->lock);
}

static void rest(const struct queue *queue)
{
	int doubled = queue->failures - 1 < REST_DOUBLED ? queue->failures - 1 : REST_DOUBLED;

	poll(NULL, 0, REST_MS << doubled);
}

void *queue_write(void *context)
{
	struct queue *queue = context;

	for (struct request *batch; (batch = take(queue));) {
		struct error error = { 0 };
		if (attempt(queue, batch, &error) == OK) {
			answer_all(queue, batch);
		} else {
			put_back(queue, batch, &error);
			rest(queue);
		}
	}
	return NULL;
}

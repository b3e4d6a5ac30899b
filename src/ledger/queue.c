#include "ledger/queue_parts.h"

#include "base/panic.h"
#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROOM_LINES = 4096, BUSY_MS = 2000, ANSWER_MS = 30000, NUMBER_TEXT = 24 };

void queue_lock(pthread_mutex_t *lock)
{
	must(pthread_mutex_lock(lock) == 0);
}

void queue_unlock(pthread_mutex_t *lock)
{
	must(pthread_mutex_unlock(lock) == 0);
}

void queue_chance(void *context, uint8_t *bytes, size_t length)
{
	struct queue *queue = context;

	queue_lock(&queue->chance_lock);
	queue->settings.chance(queue->settings.chance_state, bytes, length);
	queue_unlock(&queue->chance_lock);
}

static int64_t steady_ms(struct queue *queue)
{
	return queue->settings.steady_ms(queue->settings.clock_state);
}

/* ------------------------------------------------------------------ waiting */

static void condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t steady;

	must(pthread_condattr_init(&steady) == 0);
	must(pthread_condattr_setclock(&steady, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(condition, &steady) == 0);
	pthread_condattr_destroy(&steady);
}

/* False where the instant has passed. */
static bool wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t until_ms)
{
	struct timespec until = { until_ms / 1000, until_ms % 1000 * 1000000 };
	int code = pthread_cond_timedwait(condition, lock, &until);

	must(code == 0 || code == ETIMEDOUT);
	return code == 0;
}

/* ------------------------------------------------------------------ requests */

static char *copied(const char *text)
{
	char *copy = text ? strdup(text) : NULL;

	must(!text || copy);
	return copy;
}

static struct request *request_new(struct queue *queue, const struct session *session, int count)
{
	struct request *request = calloc(1, sizeof(*request));

	must(request != NULL);
	request->session = *session;
	request->session.staff = request->staff = copied(session->staff);
	request->session.login = request->login = copied(session->login);
	request->session.batch = request->batch = copied(session->batch);
	request->session.chance = queue_chance;
	request->session.chance_state = queue;
	request->lines = calloc((size_t)count + 1, sizeof(*request->lines));
	must(request->lines != NULL);
	request->count = count;
	must(pthread_mutex_init(&request->lock, NULL) == 0);
	condition_init(&request->answered);
	return request;
}

void request_free(struct request *request)
{
	for (int i = 0; i < request->count; i++)
		json_decref(request->lines[i].envelope);
	pthread_cond_destroy(&request->answered);
	pthread_mutex_destroy(&request->lock);
	free(request->lines);
	free(request->staff);
	free(request->login);
	free(request->batch);
	free(request);
}

/* Where the ledger would make an id from chance, it is made now: one attempt and the next must
 * mean the same entry. An id made from what the entry says is the same by itself. */
static void identify(struct queue *queue, json_t *envelope)
{
	uint8_t chance[ID_CHANCE];
	char text[ID_TEXT];

	if (!json_is_object(envelope) || json_object_get(envelope, "id") ||
		json_object_get(envelope, "at"))
		return;
	queue_chance(queue, chance, sizeof(chance));
	int64_t now = queue->settings.now(queue->settings.clock_state);
	must(json_object_set_new(
		     envelope, "id", json_string(id_text(id_make(now, chance), text))) == 0);
}

/* ------------------------------------------------------------------ handing over */

static bool has_room(const struct queue *queue, int count)
{
	return !queue->counts.waiting ||
	       queue->counts.waiting + count <= queue->settings.room_lines;
}

void queue_put(struct queue *queue, struct request *request)
{
	request->next = NULL;
	*queue->end = request;
	queue->end = &request->next;
	queue->counts.waiting += request->count;
}

/* Under the queue's lock. */
static enum result wait_for_room(struct queue *queue, int count, struct error *error)
{
	int64_t until_ms = steady_ms(queue) + queue->settings.busy_ms;
	bool in_time = true;

	while (in_time && !queue->closing && !has_room(queue, count)) {
		queue->pressing++;
		in_time = wait_until(&queue->room, &queue->lock, until_ms);
		queue->pressing--;
	}
	if (queue->closing) {
		must(pthread_cond_signal(&queue->gone) == 0);
		return error_trouble(error, "trouble.queue_closed", NULL);
	}
	return has_room(queue, count) ? OK : error_trouble(error, "trouble.queue_full", NULL);
}

static enum result hand_over(struct queue *queue, struct request *request, struct error *error)
{
	queue_lock(&queue->lock);
	enum result result = wait_for_room(queue, request->count, error);
	if (result == OK) {
		request->until_ms = steady_ms(queue) + queue->settings.answer_ms;
		queue_put(queue, request);
		if (queue->idle)
			must(pthread_cond_signal(&queue->work) == 0);
		queue->idle = false;
	}
	queue_unlock(&queue->lock);
	return result;
}

/* Wait for the answer; false where the time limit has passed and the request is the writer's to
 * free. `limit_ms` is what the caller is told of it. */
static bool await(struct request *request, int limit_ms, struct error *error)
{
	char seconds[NUMBER_TEXT];
	bool in_time = true;

	snprintf(seconds, sizeof(seconds), "%d", limit_ms / 1000);
	queue_lock(&request->lock);
	while (in_time && !request->done)
		in_time = wait_until(&request->answered, &request->lock, request->until_ms);
	bool done = request->done;
	request->left = !done;
	if (!done && request->failure.result != OK)
		*error = request->failure;
	else if (!done)
		error_trouble(error, "trouble.queue_late", "seconds", seconds, NULL);
	queue_unlock(&request->lock);
	return done;
}

static void unanswered(json_t *const *envelopes, int count, struct answer *answers)
{
	for (int i = 0; i < count; i++) {
		const char *id = json_string_value(json_object_get(envelopes[i], "id"));
		answers[i] = (struct answer){ .status = NOT_TAKEN };
		text_copy(answers[i].id, sizeof(answers[i].id), id ? id : "");
	}
}

enum result queue_append(struct queue *queue, const struct session *session,
	json_t *const *envelopes, int count, struct answer *answers, struct error *error)
{
	struct request *request = request_new(queue, session, count);
	int limit_ms = queue->settings.answer_ms;

	for (int i = 0; i < count; i++) {
		identify(queue, envelopes[i]);
		request->lines[i].envelope = json_incref(envelopes[i]);
	}
	unanswered(envelopes, count, answers);
	if (hand_over(queue, request, error) != OK) {
		request_free(request);
		return error->result;
	}
	if (!await(request, limit_ms, error))
		return error->result;
	for (int i = 0; i < count; i++)
		answers[i] = request->lines[i].answer;
	request_free(request);
	return OK;
}

enum result queue_tick(struct queue *queue, int *appended, struct error *error)
{
	struct session session = { .staff = "", .login = "system", .origin = ORIGIN_SYSTEM };
	struct request *request = request_new(queue, &session, 0);
	int limit_ms = queue->settings.answer_ms;

	*appended = 0;
	request->ticks = true;
	if (hand_over(queue, request, error) != OK) {
		request_free(request);
		return error->result;
	}
	if (!await(request, limit_ms, error))
		return error->result;
	*appended = request->ticked;
	request_free(request);
	return OK;
}

struct queue_counts queue_counts(struct queue *queue)
{
	queue_lock(&queue->lock);
	struct queue_counts counts = queue->counts;
	queue_unlock(&queue->lock);
	return counts;
}

/* ------------------------------------------------------------------ opening and closing */

static void queue_free(struct queue *queue)
{
	ledger_close(queue->ledger);
	free(queue->url);
	free(queue->book);
	free(queue);
}

/* Signals are for the threads that the program knows of. */
static void writer_start(struct queue *queue)
{
	sigset_t all, before;

	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	must(pthread_create(&queue->writer, NULL, queue_write, queue) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

enum result queue_open(
	struct queue **opened, const struct queue_settings *settings, struct error *error)
{
	struct queue *queue = calloc(1, sizeof(*queue));

	must(queue != NULL);
	queue->settings = *settings;
	queue->settings.url = queue->url = copied(settings->url);
	queue->settings.book = queue->book = copied(settings->book);
	queue->settings.room_lines = settings->room_lines ? settings->room_lines : ROOM_LINES;
	queue->settings.busy_ms = settings->busy_ms ? settings->busy_ms : BUSY_MS;
	queue->settings.answer_ms = settings->answer_ms ? settings->answer_ms : ANSWER_MS;
	queue->end = &queue->first;
	if (ledger_open(&queue->ledger, queue->url, queue->book, false, settings->modules, error) !=
		OK) {
		queue_free(queue);
		return error->result;
	}
	must(pthread_mutex_init(&queue->lock, NULL) == 0);
	must(pthread_mutex_init(&queue->chance_lock, NULL) == 0);
	condition_init(&queue->work);
	condition_init(&queue->room);
	condition_init(&queue->gone);
	writer_start(queue);
	*opened = queue;
	return OK;
}

void queue_close(struct queue *queue)
{
	if (!queue)
		return;
	queue_lock(&queue->lock);
	queue->closing = true;
	must(pthread_cond_signal(&queue->work) == 0);
	must(pthread_cond_broadcast(&queue->room) == 0);
	while (queue->pressing)
		must(pthread_cond_wait(&queue->gone, &queue->lock) == 0);
	queue_unlock(&queue->lock);
	must(pthread_join(queue->writer, NULL) == 0);
	pthread_cond_destroy(&queue->work);
	pthread_cond_destroy(&queue->room);
	pthread_cond_destroy(&queue->gone);
	pthread_mutex_destroy(&queue->chance_lock);
	pthread_mutex_destroy(&queue->lock);
	queue_free(queue);
}

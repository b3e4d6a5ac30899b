#include "http/lane.h"
#include "base/panic.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct lane {
	pthread_mutex_t lock;
	pthread_cond_t more;
	void (*work)(void *item);
	void **items; /* a ring */
	int room, first, count;
	bool closing;
	int threads;
	pthread_t *thread;
};

static void *take(struct lane *lane)
{
	void *item = NULL;

	must(pthread_mutex_lock(&lane->lock) == 0);
	while (!lane->count && !lane->closing)
		must(pthread_cond_wait(&lane->more, &lane->lock) == 0);
	if (lane->count) {
		item = lane->items[lane->first];
		lane->first = (lane->first + 1) % lane->room;
		lane->count--;
	}
	must(pthread_mutex_unlock(&lane->lock) == 0);
	return item;
}

static void *run(void *context)
{
	struct lane *lane = context;

	for (void *item; (item = take(lane));)
		lane->work(item);
	return NULL;
}

struct lane *lane_new(int threads, int room, void (*work)(void *item))
{
	struct lane *lane = calloc(1, sizeof(*lane));
	sigset_t all, before;

	must(lane != NULL);
	lane->work = work;
	lane->room = room;
	lane->threads = threads;
	lane->items = calloc((size_t)room, sizeof(*lane->items));
	lane->thread = calloc((size_t)threads, sizeof(*lane->thread));
	must(lane->items && lane->thread);
	must(pthread_mutex_init(&lane->lock, NULL) == 0);
	must(pthread_cond_init(&lane->more, NULL) == 0);
	/* Signals are for whoever started the server. */
	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	for (int i = 0; i < threads; i++)
		must(pthread_create(&lane->thread[i], NULL, run, lane) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	return lane;
}

bool lane_put(struct lane *lane, void *item)
{
	must(pthread_mutex_lock(&lane->lock) == 0);
	bool fits = lane->count < lane->room && !lane->closing;
	if (fits) {
		lane->items[(lane->first + lane->count++) % lane->room] = item;
		must(pthread_cond_signal(&lane->more) == 0);
	}
	must(pthread_mutex_unlock(&lane->lock) == 0);
	return fits;
}

void lane_end(struct lane *lane)
{
	if (!lane)
		return;
	must(pthread_mutex_lock(&lane->lock) == 0);
	lane->closing = true;
	must(pthread_cond_broadcast(&lane->more) == 0);
	must(pthread_mutex_unlock(&lane->lock) == 0);
	for (int i = 0; i < lane->threads; i++)
		must(pthread_join(lane->thread[i], NULL) == 0);
}

void lane_free(struct lane *lane)
{
	if (!lane)
		return;
	pthread_cond_destroy(&lane->more);
	pthread_mutex_destroy(&lane->lock);
	free(lane->items);
	free(lane->thread);
	free(lane);
}

#include "http/guard.h"
#include "base/panic.h"
#include "base/text.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { LOOK_MS = 100, BUCKETS = 4096, WAYS = 4, WHO_BYTES = 80, MINUTE_S = 60 };

/* What one person and one address may ask in a minute; as many may come at once. An address may
 * be a whole office. */
static const struct {
	int person, address;
} allowed[RATES] = {
	[RATE_READ] = { 1200, 12000 },
	[RATE_WRITE] = { 600, 6000 },
	[RATE_IDENTITY] = { 30, 120 },
};

struct guarded {
	int file;
	int64_t until_ms; /* 0: no limit now */
	struct guarded *next, **link;
};

struct bucket {
	char who[WHO_BYTES];
	int64_t seen_ms;
	int64_t left; /* thousandths of a request */
};

struct guard {
	int64_t (*steady_ms)(void *state);
	void *state;
	int rate_times;
	pthread_mutex_t lock;
	pthread_cond_t ending;
	bool closing;
	pthread_t thread;
	struct guarded *connections;
	struct bucket *buckets;
};

/* ------------------------------------------------------------------ connections */

/* Reading and writing both fail from now on; the library closes it. */
static void cut_late(struct guard *guard, int64_t now_ms)
{
	for (struct guarded *one = guard->connections; one; one = one->next) {
		if (one->until_ms && one->until_ms <= now_ms) {
			shutdown(one->file, SHUT_RDWR);
			one->until_ms = 0;
		}
	}
}

static void *look(void *context)
{
	struct guard *guard = context;

	must(pthread_mutex_lock(&guard->lock) == 0);
	while (!guard->closing) {
		int64_t now_ms = guard->steady_ms(guard->state), until_ms = now_ms + LOOK_MS;
		struct timespec until = { until_ms / 1000, until_ms % 1000 * 1000000 };
		cut_late(guard, now_ms);
		pthread_cond_timedwait(&guard->ending, &guard->lock, &until);
	}
	must(pthread_mutex_unlock(&guard->lock) == 0);
	return NULL;
}

struct guard *guard_new(int64_t (*steady_ms)(void *state), void *state, int rate_times)
{
	struct guard *guard = calloc(1, sizeof(*guard));
	pthread_condattr_t steady;
	sigset_t all, before;

	must(guard != NULL);
	guard->steady_ms = steady_ms;
	guard->state = state;
	guard->rate_times = rate_times ? rate_times : 1;
	guard->buckets = calloc(BUCKETS, sizeof(*guard->buckets));
	must(guard->buckets != NULL);
	must(pthread_mutex_init(&guard->lock, NULL) == 0);
	must(pthread_condattr_init(&steady) == 0);
	must(pthread_condattr_setclock(&steady, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&guard->ending, &steady) == 0);
	pthread_condattr_destroy(&steady);
	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	must(pthread_create(&guard->thread, NULL, look, guard) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	return guard;
}

void guard_free(struct guard *guard)
{
	if (!guard)
		return;
	must(pthread_mutex_lock(&guard->lock) == 0);
	guard->closing = true;
	must(pthread_cond_signal(&guard->ending) == 0);
	must(pthread_mutex_unlock(&guard->lock) == 0);
	must(pthread_join(guard->thread, NULL) == 0);
	must(!guard->connections);
	pthread_cond_destroy(&guard->ending);
	pthread_mutex_destroy(&guard->lock);
	free(guard->buckets);
	free(guard);
}

struct guarded *guard_add(struct guard *guard, int file)
{
	struct guarded *connection = calloc(1, sizeof(*connection));

	must(connection != NULL);
	connection->file = file;
	must(pthread_mutex_lock(&guard->lock) == 0);
	connection->next = guard->connections;
	connection->link = &guard->connections;
	if (connection->next)
		connection->next->link = &connection->next;
	guard->connections = connection;
	must(pthread_mutex_unlock(&guard->lock) == 0);
	return connection;
}

void guard_remove(struct guard *guard, struct guarded *connection)
{
	must(pthread_mutex_lock(&guard->lock) == 0);
	*connection->link = connection->next;
	if (connection->next)
		connection->next->link = connection->link;
	must(pthread_mutex_unlock(&guard->lock) == 0);
	free(connection);
}

void guard_within(struct guard *guard, struct guarded *connection, int64_t within_ms)
{
	must(pthread_mutex_lock(&guard->lock) == 0);
	connection->until_ms = within_ms ? guard->steady_ms(guard->state) + within_ms : 0;
	must(pthread_mutex_unlock(&guard->lock) == 0);
}

/* ------------------------------------------------------------------ rates */

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 14695981039346656037u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return hash ^ hash >> 29;
}

/* Whose bucket it is, or the one longest unused of the few it may stand in. */
static struct bucket *bucket_of(struct guard *guard, const char *who, int64_t full, int64_t now_ms)
{
	struct bucket *row = &guard->buckets[hash_of(who) % (BUCKETS / WAYS) * WAYS];
	struct bucket *oldest = row;

	for (struct bucket *one = row; one < row + WAYS; one++) {
		if (strcmp(one->who, who) == 0)
			return one;
		if (one->seen_ms < oldest->seen_ms)
			oldest = one;
	}
	text_copy(oldest->who, sizeof(oldest->who), who);
	oldest->seen_ms = now_ms;
	oldest->left = full;
	return oldest;
}

/* It fills evenly; a request takes 1000. The seconds to wait where there is no more in it. */
static int take(struct guard *guard, const char *who, int64_t a_minute)
{
	int64_t now_ms = guard->steady_ms(guard->state), full = a_minute * 1000;
	struct bucket *bucket = bucket_of(guard, who, full, now_ms);
	int64_t idle_ms = now_ms - bucket->seen_ms;

	bucket->seen_ms = now_ms;
	bucket->left += idle_ms > 60000 ? full : idle_ms * a_minute / MINUTE_S;
	if (bucket->left > full)
		bucket->left = full;
	if (bucket->left < 1000)
		return (int)((1000 - bucket->left) * MINUTE_S / full) + 1;
	bucket->left -= 1000;
	return 0;
}

enum result guard_rate(struct guard *guard, enum rate rate, const char *address, const char *staff,
	int *wait_s, struct error *error)
{
	char who[WHO_BYTES];
	int wait = 0;

	*wait_s = 0;
	if (rate == RATE_NONE)
		return OK;
	must(pthread_mutex_lock(&guard->lock) == 0);
	if (*staff) {
		snprintf(who, sizeof(who), "%d staff %s", rate, staff);
		wait = take(guard, who, (int64_t)allowed[rate].person * guard->rate_times);
	} else {
		snprintf(who, sizeof(who), "%d %s", rate, address);
		wait = take(guard, who, (int64_t)allowed[rate].address * guard->rate_times);
	}
	must(pthread_mutex_unlock(&guard->lock) == 0);
	*wait_s = wait;
	return wait ? error_refuse(error, "refused.rate", "", NULL) : OK;
}

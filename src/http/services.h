/* What all requests share. */
#ifndef HTTP_SERVICES_H
#define HTTP_SERVICES_H

#include "http/events.h"
#include "http/guard.h"
#include "http/identity.h"
#include "http/pool.h"
#include "http/server.h"
#include "derive/search.h"
#include "ledger/queue.h"

#include <pthread.h>

struct services {
	struct server_settings settings;
	struct messages *messages;
	struct identity *identity;
	struct pool *pool;
	struct queue *queue;
	struct guard *guard;
	struct events *events;
	struct search *search;
	pthread_mutex_t chance_lock;
};

int64_t services_now(struct services *services);
/* Chance, one thread at a time; `state` is a struct services. */
void services_chance(void *state, uint8_t *bytes, size_t length);
/* One line about what went wrong where; NULL for what is not known. */
void services_problem(struct services *services, const char *where, const struct error *error);

#endif

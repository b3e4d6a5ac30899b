#include "http/pool.h"
#include "base/panic.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct pool {
	char *url, *book;
	const struct module *const *modules;
	pthread_mutex_t lock;
	pthread_cond_t free;
	int most;
	struct lent {
		struct ledger *ledger; /* NULL until first needed, and after trouble */
		bool busy;
	} * lent;
};

struct pool *pool_new(
	const char *url, const char *book, const struct module *const *modules, int most)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	must(pool != NULL);
	pool->url = strdup(url);
	pool->book = strdup(book);
	pool->modules = modules;
	pool->most = most;
	pool->lent = calloc((size_t)most, sizeof(*pool->lent));
	must(pool->url && pool->book && pool->lent);
	must(pthread_mutex_init(&pool->lock, NULL) == 0);
	must(pthread_cond_init(&pool->free, NULL) == 0);
	return pool;
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	for (int i = 0; i < pool->most; i++) {
		must(!pool->lent[i].busy);
		ledger_close(pool->lent[i].ledger);
	}
	pthread_cond_destroy(&pool->free);
	pthread_mutex_destroy(&pool->lock);
	free(pool->lent);
	free(pool->url);
	free(pool->book);
	free(pool);
}

/* One that is open is taken before one that would have to be opened. */
static struct lent *find_free(struct pool *pool)
{
	struct lent *found = NULL;

	for (int i = 0; i < pool->most; i++) {
		struct lent *lent = &pool->lent[i];
		if (!lent->busy && (!found || (lent->ledger && !found->ledger)))
			found = lent;
	}
	return found;
}

static void put_back(struct pool *pool, struct lent *lent)
{
	must(pthread_mutex_lock(&pool->lock) == 0);
	lent->busy = false;
	must(pthread_cond_signal(&pool->free) == 0);
	must(pthread_mutex_unlock(&pool->lock) == 0);
}

enum result pool_take(struct pool *pool, struct ledger **ledger, struct error *error)
{
	struct lent *lent;

	must(pthread_mutex_lock(&pool->lock) == 0);
	while (!(lent = find_free(pool)))
		must(pthread_cond_wait(&pool->free, &pool->lock) == 0);
	lent->busy = true;
	must(pthread_mutex_unlock(&pool->lock) == 0);
	/* Ours alone while it is busy. */
	if ((lent->ledger || ledger_open(&lent->ledger, pool->url, pool->book, false, pool->modules,
				     error) == OK) &&
		ledger_snapshot(lent->ledger, error) == OK) {
		*ledger = lent->ledger;
		return OK;
	}
	ledger_close(lent->ledger);
	lent->ledger = NULL;
	put_back(pool, lent);
	return error->result;
}

void pool_give(struct pool *pool, struct ledger *ledger, bool broken)
{
	struct lent *lent = NULL;

	for (int i = 0; !lent && i < pool->most; i++)
		lent = pool->lent[i].ledger == ledger ? &pool->lent[i] : NULL;
	must(lent && lent->busy);
	ledger_snapshot_end(ledger);
	ledger_view_reset(ledger);
	if (broken) {
		ledger_close(ledger);
		lent->ledger = NULL;
	}
	put_back(pool, lent);
}

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

/* Pointers are written only under the lock, for others look through all of them; and one is
 * forgotten before it is closed, for a new ledger may come to stand at its address. */
static void put_back(struct pool *pool, struct lent *lent, struct ledger *ledger)
{
	must(pthread_mutex_lock(&pool->lock) == 0);
	lent->ledger = ledger;
	lent->busy = false;
	must(pthread_cond_signal(&pool->free) == 0);
	must(pthread_mutex_unlock(&pool->lock) == 0);
}

static void note(struct pool *pool, struct lent *lent, struct ledger *ledger)
{
	must(pthread_mutex_lock(&pool->lock) == 0);
	lent->ledger = ledger;
	must(pthread_mutex_unlock(&pool->lock) == 0);
}

static struct lent *take_free(struct pool *pool, struct ledger **ledger)
{
	struct lent *lent;

	must(pthread_mutex_lock(&pool->lock) == 0);
	while (!(lent = find_free(pool)))
		must(pthread_cond_wait(&pool->free, &pool->lock) == 0);
	lent->busy = true;
	*ledger = lent->ledger;
	must(pthread_mutex_unlock(&pool->lock) == 0);
	return lent;
}

enum result pool_take(struct pool *pool, struct ledger **ledger, struct error *error)
{
	struct ledger *mine;
	struct lent *lent = take_free(pool, &mine);

	if ((mine ||
		    ledger_open(&mine, pool->url, pool->book, false, pool->modules, error) == OK) &&
		ledger_snapshot(mine, error) == OK) {
		note(pool, lent, mine);
		*ledger = mine;
		return OK;
	}
	put_back(pool, lent, NULL);
	ledger_close(mine);
	return error->result;
}

static struct lent *lent_as(struct pool *pool, const struct ledger *ledger)
{
	struct lent *lent = NULL;

	must(pthread_mutex_lock(&pool->lock) == 0);
	for (int i = 0; !lent && i < pool->most; i++)
		lent = pool->lent[i].ledger == ledger ? &pool->lent[i] : NULL;
	must(lent && lent->busy);
	must(pthread_mutex_unlock(&pool->lock) == 0);
	return lent;
}

void pool_give(struct pool *pool, struct ledger *ledger, bool broken)
{
	struct lent *lent = lent_as(pool, ledger);

	ledger_snapshot_end(ledger);
	ledger_view_reset(ledger);
	put_back(pool, lent, broken ? NULL : ledger);
	if (broken)
		ledger_close(ledger);
}

/* Ledgers to read with: so many, opened when first needed, each in a snapshot while it is lent. */
#ifndef HTTP_POOL_H
#define HTTP_POOL_H

#include "ledger/ledger.h"

struct pool;

struct pool *pool_new(
	const char *url, const char *book, const struct module *const *modules, int most);
void pool_free(struct pool *pool);
/* Waits until one is free. TROUBLE where the book cannot be opened. */
enum result pool_take(struct pool *pool, struct ledger **ledger, struct error *error);
/* `broken`: the world failed; it is closed, and opened anew when it is needed. */
void pool_give(struct pool *pool, struct ledger *ledger, bool broken);

#endif

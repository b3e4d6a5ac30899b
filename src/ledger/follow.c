#include "ledger/follow.h"
#include "ledger/book.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD };

const struct statement follow_sql[] = {
	[HEAD] = { "SELECT book, seq FROM book WHERE name = $name" },
	{ 0 },
};

struct follow {
	char *url, *name;
	struct store *store; /* NULL until it is opened again */
};

static enum result head(struct follow *follow, int64_t *book, int64_t *seq, struct error *error)
{
	struct query *query;
	bool row;

	if (store_query(follow->store, &follow_sql[HEAD], &query, error) != OK)
		return error->result;
	query_bind_text(query, "name", follow->name);
	if (query_next(query, &row, error) == OK && !row)
		error_refuse(error, "refused.no_book", "book", "book", follow->name, NULL);
	if (error->result == OK) {
		*book = query_integer(query, 0);
		*seq = query_integer(query, 1);
	}
	query_end(query);
	return error->result;
}

static void forget(struct follow *follow)
{
	store_close(follow->store);
	follow->store = NULL;
}

/* A server that does not let us listen (a standby, say) can still be asked. */
static enum result look(struct follow *follow, int64_t *seq, struct error *error)
{
	struct error deaf = { 0 };
	bool opens = !follow->store;
	int64_t book = 0;

	if (opens && store_open(&follow->store, follow->url, false, error) != OK) {
		follow->store = NULL;
		return error->result;
	}
	if (head(follow, &book, seq, error) == OK && opens) {
		store_listen(follow->store, book, &deaf);
		head(follow, &book, seq, error); /* what came before it listened */
	}
	if (error->result != OK)
		forget(follow);
	return error->result;
}

enum result follow_open(
	struct follow **opened, const char *url, const char *book, struct error *error)
{
	struct follow *follow = calloc(1, sizeof(*follow));
	int64_t seq;

	must(follow != NULL);
	follow->url = strdup(url);
	follow->name = strdup(book);
	must(follow->url && follow->name);
	if (look(follow, &seq, error) != OK) {
		follow_close(follow);
		return error->result;
	}
	*opened = follow;
	return OK;
}

void follow_close(struct follow *follow)
{
	if (!follow)
		return;
	store_close(follow->store);
	free(follow->url);
	free(follow->name);
	free(follow);
}

enum result follow_wait(
	struct follow *follow, int64_t after, int timeout_ms, int64_t *seq, struct error *error)
{
	while (look(follow, seq, error) == OK && *seq <= after && timeout_ms > 0) {
		if (store_wait(follow->store, &timeout_ms, error) != OK) {
			forget(follow);
			return error->result;
		}
	}
	return error->result;
}

/* Connections and statements of identity. */
#include "http/identity_parts.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum result identity_take(struct identity *identity, struct store **store, struct error *error)
{
	int mine = -1;

	must(pthread_mutex_lock(&identity->lock) == 0);
	while (mine < 0) {
		for (int i = 0; mine < 0 && i < IDENTITY_STORES; i++)
			mine = identity->stores[i].busy ? -1 : i;
		if (mine < 0)
			must(pthread_cond_wait(&identity->free, &identity->lock) == 0);
	}
	identity->stores[mine].busy = true;
	*store = identity->stores[mine].store;
	must(pthread_mutex_unlock(&identity->lock) == 0);
	if (*store || store_open(store, identity->settings.url, false, error) == OK) {
		/* Under the lock, for others look through all of them. */
		must(pthread_mutex_lock(&identity->lock) == 0);
		identity->stores[mine].store = *store;
		must(pthread_mutex_unlock(&identity->lock) == 0);
		return OK;
	}
	*store = NULL;
	must(pthread_mutex_lock(&identity->lock) == 0);
	identity->stores[mine].busy = false;
	must(pthread_cond_signal(&identity->free) == 0);
	must(pthread_mutex_unlock(&identity->lock) == 0);
	return error->result;
}

void identity_give(struct identity *identity, struct store *store, const struct error *error)
{
	bool broken = error->result == TROUBLE;

	must(pthread_mutex_lock(&identity->lock) == 0);
	for (int i = 0; i < IDENTITY_STORES; i++) {
		if (identity->stores[i].store != store)
			continue;
		identity->stores[i].busy = false;
		if (broken)
			identity->stores[i].store = NULL;
	}
	must(pthread_cond_signal(&identity->free) == 0);
	must(pthread_mutex_unlock(&identity->lock) == 0);
	if (broken)
		store_close(store);
}

enum result identity_query(struct identity *identity, struct store *store,
	enum identity_statement number, struct query **query, struct error *error)
{
	if (store_query(store, &identity_sql[number], query, error) != OK)
		return error->result;
	query_bind_integer(*query, "book", identity->book);
	return OK;
}

enum result identity_row(struct query *query, bool *row, struct error *error)
{
	*row = false;
	return query_next(query, row, error);
}

enum result identity_run(struct query *query, bool *row, struct error *error)
{
	bool found = false;

	if (!row)
		return query_run(query, error);
	if (identity_row(query, &found, error) == OK)
		*row = found;
	/* To its end: only then is it done. */
	while (error->result == OK && found)
		identity_row(query, &found, error);
	query_end(query);
	return error->result;
}

enum result identity_change(struct identity *identity, struct store **store, struct error *error)
{
	if (identity_take(identity, store, error) != OK)
		return error->result;
	if (store_begin(*store, error) == OK)
		return OK;
	identity_give(identity, *store, error);
	return error->result;
}

enum result identity_changed(struct identity *identity, struct store *store, struct error *error)
{
	if (error->result != OK || store_commit(store, error) != OK)
		store_rollback(store);
	identity_give(identity, store, error);
	return error->result;
}

const char *identity_hash(const char *text, char hash[HASH_TEXT])
{
	struct digest *digest = digest_new();
	uint8_t bytes[DIGEST_BYTES];

	digest_start(digest);
	digest_add(digest, text, strlen(text));
	digest_end(digest, bytes);
	digest_free(digest);
	return digest_text(bytes, hash);
}

void identity_token(struct identity *identity, char token[TOKEN_TEXT])
{
	uint8_t bytes[DIGEST_BYTES];

	identity->settings.chance(identity->settings.chance_state, bytes, sizeof(bytes));
	digest_text(bytes, token);
}

void identity_id(struct identity *identity, int64_t now, char id[ID_TEXT])
{
	uint8_t chance[ID_CHANCE];

	identity->settings.chance(identity->settings.chance_state, chance, sizeof(chance));
	id_text(id_make(now, chance), id);
}

/* ------------------------------------------------------------------ opening */

static enum result make_tables(struct store *store, struct error *error)
{
	if (store_begin(store, error) != OK)
		return error->result;
	for (const struct table *table = identity_tables; table->name; table++) {
		if (store_table_create(store, table, error) != OK)
			break;
	}
	if (error->result == OK && store_commit(store, error) == OK)
		return OK;
	store_rollback(store);
	return error->result;
}

static enum result find_book(struct identity *identity, struct store *store, struct error *error)
{
	struct query *query;
	bool row;

	if (store_query(store, &identity_sql[IDENTITY_BOOK], &query, error) != OK)
		return error->result;
	query_bind_text(query, "name", identity->settings.book);
	if (identity_row(query, &row, error) == OK && !row)
		error_refuse(
			error, "refused.no_book", "book", "book", identity->settings.book, NULL);
	if (error->result == OK)
		identity->book = query_integer(query, 0);
	query_end(query);
	return error->result;
}

enum result identity_open(
	struct identity **opened, const struct identity_settings *settings, struct error *error)
{
	struct identity *identity = calloc(1, sizeof(*identity));
	char token[TOKEN_TEXT];
	struct store *store;

	must(identity != NULL);
	identity->settings = *settings;
	must(pthread_mutex_init(&identity->lock, NULL) == 0);
	must(pthread_cond_init(&identity->free, NULL) == 0);
	identity_token(identity, token);
	if (password_hash(token, identity->nobody, error) == OK &&
		identity_take(identity, &store, error) == OK) {
		if (make_tables(store, error) == OK)
			find_book(identity, store, error);
		identity_give(identity, store, error);
	}
	if (error->result != OK) {
		identity_close(identity);
		return error->result;
	}
	*opened = identity;
	return OK;
}

void identity_close(struct identity *identity)
{
	if (!identity)
		return;
	for (int i = 0; i < IDENTITY_STORES; i++) {
		must(!identity->stores[i].busy);
		store_close(identity->stores[i].store);
	}
	pthread_cond_destroy(&identity->free);
	pthread_mutex_destroy(&identity->lock);
	free(identity);
}

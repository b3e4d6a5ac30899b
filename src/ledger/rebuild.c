/* Deriving everything again, and the digest that says it came out the same. */
#include "ledger/book.h"

#include <string.h>

static enum result clear(struct ledger *ledger, struct error *error)
{
	for (const struct module **module = ledger->modules; *module; module++) {
		for (const struct table *table = (*module)->tables; table && table->name; table++) {
			if (store_table_renew(ledger->store, table, error) != OK ||
				store_table_clear(
					ledger->store, table, ledger->book, NULL, error) != OK)
				return error->result;
		}
	}
	return OK;
}

static enum result replay(struct ledger *ledger, int64_t seq, struct error *error)
{
	struct record record;
	struct entry entry;

	arena_reset(&ledger->arena);
	ledger->view.set_count = 0;
	if (chain_read(ledger, &ledger->arena, seq, &record, error) != OK ||
		load_record(ledger, &ledger->arena, &record, &entry, error) != OK)
		return error->result;
	enum result result = OK;
	ledger->recorded_at = entry.recorded_at; /* as it was when this entry was appended */
	if (registry_kind(ledger, record.kind))
		result = fold_entry(ledger, &entry, error);
	entry_release(&entry);
	return result;
}

enum result derive_all(struct ledger *ledger,
	void (*progress)(void *context, int64_t done, int64_t all), void *context,
	struct error *error)
{
	enum result result = OK;
	int64_t all = ledger->seq;

	ledger->last_batch[0] = '\0';
	ledger->view.arena = &ledger->arena;
	norm_forget(ledger);
	objects_forget(ledger);
	for (int64_t seq = 1; result == OK && seq <= all; seq++) {
		result = replay(ledger, seq, error);
		if (progress && (seq % 1000 == 0 || seq == all))
			progress(context, seq, all);
	}
	return result == OK ? chain_derived_save(ledger, error) : result;
}

enum result ledger_rebuild(struct ledger *ledger,
	void (*progress)(void *context, int64_t done, int64_t all), void *context,
	struct error *error)
{
	if (ledger_begin(ledger, error) != OK)
		return error->result;
	enum result result = clear(ledger, error);
	if (result == OK)
		result = derive_all(ledger, progress, context, error);
	if (result == OK)
		return ledger_commit(ledger, error);
	ledger_rollback(ledger);
	return result;
}

/* ------------------------------------------------------------------ the digest */

static void digest_value(struct digest *digest, struct value value)
{
	uint8_t head[9] = { (uint8_t)value.type };
	uint64_t number = value.type == VALUE_INTEGER ? (uint64_t)value.integer : value.length;

	if (value.type == VALUE_NULL)
		number = 0;
	for (int i = 0; i < 8; i++)
		head[1 + i] = (uint8_t)(number >> (8 * i));
	digest_add(digest, head, sizeof(head));
	if (value.type == VALUE_TEXT)
		digest_add(digest, value.text, value.length);
	if (value.type == VALUE_BYTES && value.length)
		digest_add(digest, value.bytes, value.length);
}

static enum result digest_table(
	struct ledger *ledger, const struct table *table, struct error *error)
{
	struct query *rows;
	bool row;

	digest_add(ledger->digest, table->name, strlen(table->name) + 1);
	if (store_table_rows(ledger->store, table, ledger->book, &rows, error) != OK)
		return error->result;
	int columns = query_columns(rows);
	while (query_next(rows, &row, error) == OK && row) {
		for (int i = 0; i < columns; i++)
			digest_value(ledger->digest, query_value(rows, i));
	}
	query_end(rows);
	return error->result;
}

enum result derived_digest(struct ledger *ledger, uint8_t hash[DIGEST_BYTES], struct error *error)
{
	digest_start(ledger->digest);
	for (const struct module **module = ledger->modules; *module; module++) {
		for (const struct table *table = (*module)->tables; table && table->name; table++) {
			if (digest_table(ledger, table, error) != OK)
				break;
		}
	}
	digest_end(ledger->digest, hash);
	return ledger_heard(ledger, error);
}

enum result ledger_derived(struct ledger *ledger, uint8_t hash[DIGEST_BYTES], struct error *error)
{
	if (store_begin_read(ledger->store, error) != OK)
		return error->result;
	derived_digest(ledger, hash, error);
	store_rollback(ledger->store);
	return ledger_heard(ledger, error);
}

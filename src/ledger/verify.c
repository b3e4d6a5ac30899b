/* Walking the chain: is every entry what was hashed, and is every one there? */
#include "ledger/book.h"

#include <stdlib.h>
#include <string.h>

enum { OUTSIDE };

const struct statement verify_sql[] = {
	[OUTSIDE] = { "SELECT seq FROM entry WHERE book = $book AND (seq < 1 OR seq > $head) "
		      "ORDER BY seq LIMIT 1" },
	{ 0 },
};

/* Is this record what was hashed? A missing personal part counts as erased; the caller asks
 * for the entry that erased it. */
static bool record_holds(
	struct ledger *ledger, const uint8_t before[DIGEST_BYTES], const struct record *record)
{
	uint8_t hash[DIGEST_BYTES];

	if (record->damaged || !record->hash ||
		(record->personal && (!record->salt || !record->personal_hash)) ||
		(!record->personal && record->salt))
		return false;
	if (record->personal) {
		chain_personal_hash(ledger, record, hash);
		if (memcmp(hash, record->personal_hash, DIGEST_BYTES) != 0)
			return false;
	}
	chain_hash(ledger, before, record, hash);
	return memcmp(hash, record->hash, DIGEST_BYTES) == 0;
}

/* Entries whose personal part is gone, until the entry that says so is met. */
struct gone {
	int64_t *seqs;
	size_t count, allocated;
};

static void gone_add(struct gone *gone, int64_t seq)
{
	if (gone->count == gone->allocated) {
		gone->allocated = gone->allocated ? gone->allocated * 2 : 64;
		gone->seqs = realloc(gone->seqs, gone->allocated * sizeof(*gone->seqs));
		must(gone->seqs != NULL);
	}
	gone->seqs[gone->count++] = seq;
}

/* `record` erased an entry: strike it, and the corrections of it, from the list. */
static void gone_strike(struct ledger *ledger, struct gone *gone, const struct record *erasure)
{
	json_t *body = json_loads(erasure->body, JSON_REJECT_DUPLICATES, NULL);
	const char *id = json_string_value(json_object_get(body, "entry"));
	int64_t target = id ? ledger_find(ledger, id) : 0;
	size_t kept = 0;

	for (size_t i = 0; i < gone->count; i++) {
		struct record record;
		struct error ignored = { 0 };
		bool struck = gone->seqs[i] == target;
		if (!struck &&
			chain_read(ledger, &ledger->arena, gone->seqs[i], &record, &ignored) ==
				OK &&
			strcmp(record.kind, "entry.corrected") == 0 && id &&
			strstr(record.body, id))
			struck = true;
		if (!struck)
			gone->seqs[kept++] = gone->seqs[i];
	}
	gone->count = kept;
	json_decref(body);
}

enum result verify_broken(int64_t seq, struct error *error)
{
	char number[INTEGER_TEXT];

	integer_text(seq, number);
	return error_refuse(error, "refused.chain_broken", "entry", "seq", number, NULL);
}

/* Rows that stand in the table but not between the ends of the chain. */
static enum result outside(struct ledger *ledger, struct error *error)
{
	struct query *query;
	bool row;

	if (store_query(ledger->store, &verify_sql[OUTSIDE], &query, error) != OK)
		return error->result;
	query_bind_integer(query, "book", ledger->book);
	query_bind_integer(query, "head", ledger->seq);
	if (query_next(query, &row, error) == OK && row)
		verify_broken(query_integer(query, 0), error);
	query_end(query);
	return error->result;
}

/* What has been walked so far. */
struct walked {
	uint8_t hash[DIGEST_BYTES]; /* of the last entry */
	int64_t recorded_at, entries;
	struct gone gone;
};

static bool walk_entry(struct ledger *ledger, struct walked *walked, const struct record *record)
{
	if (record->seq != walked->entries + 1 || !record_holds(ledger, walked->hash, record))
		return false;
	memcpy(walked->hash, record->hash, DIGEST_BYTES);
	walked->recorded_at = record->recorded_at;
	if (record->personal_hash && !record->personal)
		gone_add(&walked->gone, record->seq);
	if (strcmp(record->kind, "entry.erased") == 0)
		gone_strike(ledger, &walked->gone, record);
	walked->entries++;
	return true;
}

static enum result walk(struct ledger *ledger, struct walked *walked, struct error *error)
{
	struct record record;
	struct query *rows;

	if (chain_walk(ledger, &rows, error) != OK)
		return error->result;
	do
		arena_reset(&ledger->arena);
	while (chain_next(rows, &ledger->arena, &record, error) &&
		walk_entry(ledger, walked, &record));
	query_end(rows);
	if (error->result == OK && walked->entries < ledger->seq)
		verify_broken(walked->entries + 1, error);
	return error->result;
}

enum result verify_chain(struct ledger *ledger, int64_t *entries, struct error *error)
{
	struct walked walked = { 0 };

	if (chain_head_load(ledger, error) == OK && walk(ledger, &walked, error) == OK) {
		if (memcmp(walked.hash, ledger->head, DIGEST_BYTES) != 0 ||
			walked.recorded_at != ledger->recorded_at)
			verify_broken(ledger->seq, error);
		else if (outside(ledger, error) == OK && walked.gone.count)
			verify_broken(walked.gone.seqs[0], error);
	}
	*entries = walked.entries;
	free(walked.gone.seqs);
	return ledger_heard(ledger, error);
}

enum result ledger_verify(struct ledger *ledger, int64_t *entries, struct error *error)
{
	*entries = 0;
	if (store_begin_read(ledger->store, error) != OK)
		return error->result;
	verify_chain(ledger, entries, error);
	store_rollback(ledger->store);
	return ledger_heard(ledger, error);
}

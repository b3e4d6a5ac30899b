#include "ledger/move.h"
#include "ledger/book.h"

#include <string.h>

enum { SHOWN_BYTES = 160 };

/* What one run works on. */
struct moving {
	const struct move_request *move;
	struct moved *moved;
	struct ledger *source, *target;
	char from[SHOWN_BYTES], to[SHOWN_BYTES]; /* as messages name them */
};

/* Is there no book that would have to be made or found first? */
static bool no_book(const struct error *error)
{
	return strcmp(error->key, "refused.no_such_book") == 0 ||
	       strcmp(error->key, "trouble.statement") == 0;
}

static enum result broken(const struct moving *moving, const char *where, const struct error *found,
	struct error *error)
{
	const char *seq = error_argument(found, "seq");

	if (found->result != REFUSED) {
		*error = *found;
		return error->result;
	}
	return error_trouble(error, "trouble.move_broken", "file", where, "book",
		moving->move->book, "seq", seq ? seq : "", NULL);
}

/* ------------------------------------------------------------------ the source */

/* A ledger that derives nothing when it is opened: the source stays as it is. Its snapshot
 * begins here. */
static enum result source_open(struct moving *moving, struct error *error)
{
	struct ledger *source = ledger_new(moving->move->book, moving->move->modules);
	struct error missing = { 0 };
	bool found = false, stale = false;

	moving->source = source;
	if (store_open(&source->store, moving->move->from, false, error) != OK ||
		store_begin_read(source->store, error) != OK)
		return error->result;
	if (chain_find(source, &found, &stale, &missing) != OK && !no_book(&missing)) {
		*error = missing;
		return error->result;
	}
	if (!found)
		return error_refuse(error, "refused.move_no_book", "book", "file", moving->from,
			"book", moving->move->book, NULL);
	moving->moved->compared = !stale;
	return OK;
}

static enum result source_prove(struct moving *moving, struct error *error)
{
	struct moved *moved = moving->moved;
	struct error found = { 0 };

	if (verify_chain(moving->source, &moved->entries, &found) != OK)
		return broken(moving, moving->from, &found, error);
	memcpy(moved->head, moving->source->head, DIGEST_BYTES);
	if (moved->compared)
		return derived_digest(moving->source, moved->derived, error);
	return OK;
}

/* What was written to the source since its snapshot, which is over. */
static enum result source_later(struct moving *moving, struct error *error)
{
	if (chain_head_load(moving->source, error) == OK)
		moving->moved->later = moving->source->seq - moving->moved->entries;
	return error->result;
}

/* ------------------------------------------------------------------ the target */

static enum result must_be_empty(
	const struct moving *moving, const struct ledger *target, struct error *error)
{
	char count[INTEGER_TEXT];

	if (!target->seq)
		return OK;
	return error_refuse(error, "refused.move_there", "book", "file", moving->to, "book",
		moving->move->book, "count", integer_text(target->seq, count), NULL);
}

/* Before anything is made there, and before the long work. */
static enum result target_look(const struct moving *moving, struct error *error)
{
	struct ledger *target = ledger_new(moving->move->book, moving->move->modules);
	struct error missing = { 0 };
	bool found = false, stale;

	if (store_open(&target->store, moving->move->to, false, &missing) == OK)
		chain_find(target, &found, &stale, &missing);
	if (missing.result != OK && !no_book(&missing))
		*error = missing;
	else if (found)
		must_be_empty(moving, target, error);
	ledger_close(target);
	return error->result;
}

static enum result copy(struct moving *moving, struct error *error)
{
	struct ledger *source = moving->source;
	struct record record;
	struct query *rows;

	if (chain_walk(source, &rows, error) != OK)
		return error->result;
	do
		arena_reset(&source->arena);
	while (chain_next(rows, &source->arena, &record, error) &&
		chain_copy(moving->target, &record, error) == OK);
	query_end(rows);
	/* Nothing more is read of it, and a snapshot makes its database keep what was. */
	store_rollback(source->store);
	return error->result;
}

/* Is what the target holds what the source held? */
static enum result prove(struct moving *moving, struct error *error)
{
	struct moved *moved = moving->moved;
	struct error found = { 0 };
	int64_t entries;

	if (verify_chain(moving->target, &entries, &found) == OK &&
		(entries != moved->entries ||
			memcmp(moving->target->head, moved->head, DIGEST_BYTES) != 0))
		verify_broken(entries, &found);
	return found.result == OK ? OK : broken(moving, moving->to, &found, error);
}

static enum result derive(struct moving *moving, struct error *error)
{
	const struct move_request *move = moving->move;
	struct moved *moved = moving->moved;
	uint8_t derived[DIGEST_BYTES];

	if (derive_all(moving->target, move->progress, move->context, error) != OK ||
		derived_digest(moving->target, derived, error) != OK)
		return error->result;
	if (moved->compared && memcmp(derived, moved->derived, DIGEST_BYTES) != 0)
		return error_trouble(error, "trouble.move_derived", "file", moving->from, NULL);
	memcpy(moved->derived, derived, DIGEST_BYTES);
	return OK;
}

/* All that happens at the target, in one transaction. */
static enum result arrive(struct moving *moving, struct error *error)
{
	struct ledger *target = moving->target;

	if (ledger_begin(target, error) != OK)
		return error->result;
	if (must_be_empty(moving, target, error) == OK && copy(moving, error) == OK &&
		chain_head_save(target, error) == OK && prove(moving, error) == OK &&
		derive(moving, error) == OK && source_later(moving, error) == OK)
		return ledger_commit(target, error);
	/* What a question could not answer for the world's trouble is no damage. */
	ledger_heard(moving->source, error);
	ledger_heard(target, error);
	ledger_rollback(target);
	return error->result;
}

enum result ledger_move(const struct move_request *move, struct moved *moved, struct error *error)
{
	struct moving moving = { .move = move, .moved = moved };

	*moved = (struct moved){ 0 };
	store_shown(move->from, moving.from, sizeof(moving.from));
	store_shown(move->to, moving.to, sizeof(moving.to));
	if (source_open(&moving, error) == OK && target_look(&moving, error) == OK &&
		source_prove(&moving, error) == OK &&
		ledger_open(&moving.target, move->to, move->book, true, move->modules, error) == OK)
		arrive(&moving, error);
	ledger_close(moving.source);
	ledger_close(moving.target);
	return error->result;
}

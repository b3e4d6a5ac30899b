/*
 * Putting right. A correction, a withdrawal, an erasure and the undoing of an import change
 * what an entry says; approval changes when it begins to count. Each is followed by the same
 * steps: what the entry was noted about, its names and its duties are undone and done again,
 * and the scope it folds into is dropped and folded from its entries.
 */
#include "ledger/book.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	AMEND,
	ROWS_REPLACED,
	KEY_ENTRIES,
	PENDING_FIND,
	PENDING_SET,
	BATCH_FIND,
	BATCH_UNDONE,
	BATCH_ENTRIES,
	NOT_LIVE,
	CORRECTIONS
};

const struct statement correct_sql[] = {
	[AMEND] = { "INSERT INTO d_amended (book, seq, row, by_seq, withdrawn, at) "
		    "VALUES ($book, $target, $target_row, $seq, $withdrawn, $happened) "
		    "ON CONFLICT (book, seq, row) DO UPDATE "
		    "SET by_seq = excluded.by_seq, withdrawn = excluded.withdrawn, "
		    "at = coalesce(excluded.at, d_amended.at)" },
	[ROWS_REPLACED] = { "DELETE FROM d_amended WHERE book = $book AND seq = $target "
			    "AND row >= 0" },
	[KEY_ENTRIES] = { "SELECT seq FROM d_about WHERE book = $book AND ref = $ref "
			  "AND kind = $kind AND live = 1 ORDER BY seq DESC" },
	[PENDING_FIND] = { "SELECT state FROM d_pending WHERE book = $book AND seq = $target" },
	[PENDING_SET] = { "UPDATE d_pending SET state = $state, by_seq = $seq "
			  "WHERE book = $book AND seq = $target" },
	[BATCH_FIND] = { "SELECT first_seq, last_seq, undone_seq FROM d_batch "
			 "WHERE book = $book AND batch = $import" },
	[BATCH_UNDONE] = { "UPDATE d_batch SET undone_seq = $seq "
			   "WHERE book = $book AND batch = $import" },
	[BATCH_ENTRIES] = { "SELECT seq FROM entry WHERE book = $book AND seq BETWEEN $first "
			    "AND $last AND batch = $batch_id ORDER BY seq" },
	[NOT_LIVE] = { "SELECT withdrawn FROM d_amended WHERE book = $book AND seq = $target "
		       "AND row = -1" },
	[CORRECTIONS] = { "SELECT seq FROM d_about WHERE book = $book AND ref = $ref "
			  "AND kind = 'entry.corrected' ORDER BY seq" },
	{ 0 },
};

bool correct_awaits(struct ledger *ledger, int64_t seq, struct error *error)
{
	struct query *rows;
	enum result result;
	bool waiting = false;

	view_set_integer(&ledger->view, "target", seq);
	if (view_run(&ledger->view, &correct_sql[PENDING_FIND], NULL, &rows, error) != OK)
		return false;
	if (rows_next(rows, &result, error))
		waiting = strcmp(rows_text(rows, 0), "approved") != 0;
	rows_end(rows);
	return waiting;
}

/* ------------------------------------------------------------------ names and keys */

/* The newest live entry with the key of `entry` names the object again; none: it is gone. */
static enum result names_again(
	struct ledger *ledger, const struct entry *entry, struct error *error)
{
	struct buffer wanted, key;
	struct query *rows;
	enum result result = OK;
	const char *reference = names_reference(ledger, entry);
	bool found = false, withdrawn;
	struct entry other;

	buffer_init(&wanted, ENTRY_BYTES);
	buffer_init(&key, ENTRY_BYTES);
	entry_key(entry->kind, entry->body, &wanted);
	if (!wanted.length || !reference)
		goto out;
	view_set_text(&ledger->view, "ref", reference);
	result = view_run(&ledger->view, &correct_sql[KEY_ENTRIES], entry, &rows, error);
	if (result != OK)
		goto out;
	while (!found && rows_next(rows, &result, error)) {
		result = load_entry(
			ledger, &ledger->arena, rows_integer(rows, 0), &other, &withdrawn, error);
		if (result != OK)
			break;
		entry_key(other.kind, other.body, &key);
		found = !withdrawn && strcmp(key.bytes, wanted.bytes) == 0 &&
			!correct_awaits(ledger, other.seq, error);
		if (found)
			result = names_put(ledger, &other, error);
		entry_release(&other);
	}
	rows_end(rows);
	if (result == OK && !found)
		result = names_drop(ledger, entry, wanted.bytes, error);
out:
	buffer_release(&wanted);
	buffer_release(&key);
	return result;
}

/* ------------------------------------------------------------------ one entry changed */

static enum result module_refold(struct ledger *ledger, const struct entry *before,
	const struct entry *after, struct error *error)
{
	const struct kind_place *place = registry_kind(ledger, before->kind->name);

	if (!place || !place->module->refold)
		return OK;
	ledger->view.module = place->module;
	return place->module->refold(&ledger->view, before, after, error);
}

/* `before` became `after` (body NULL: withdrawn) by `cause`. */
static enum result changed(struct ledger *ledger, struct entry *before, struct entry *after,
	const struct entry *cause, struct error *error)
{
	bool gone = after->body == NULL;

	if (fold_unabout(ledger, before, error) != OK ||
		fold_about(ledger, gone ? before : after, !gone, error) != OK ||
		names_again(ledger, before, error) != OK ||
		(!gone && names_again(ledger, after, error) != OK) ||
		duty_undo(ledger, before, error) != OK)
		return error->result;
	if (gone ? case_withdraw(ledger, before, error) != OK
		 : case_correct(ledger, before, after, error) != OK)
		return error->result;
	if (module_refold(ledger, before, after, error) != OK ||
		refold_scope(ledger, before, cause, error) != OK)
		return error->result;
	if (gone)
		return OK;
	if (before->kind->opens_case)
		after->case_id = after->id;
	if (!refold_same(before, after) && refold_scope(ledger, after, cause, error) != OK)
		return error->result;
	return duty_fold(ledger, after, error);
}

static enum result amend(struct ledger *ledger, int64_t target, int row, bool withdrawn,
	const struct entry *cause, struct error *error)
{
	struct view *view = &ledger->view;
	const char *at = row < 0 && !withdrawn ? entry_text(cause, "at") : NULL;
	int64_t instant;

	view_set_integer(view, "target", target);
	view_set_integer(view, "target_row", row);
	view_set_integer(view, "withdrawn", withdrawn);
	if (at && instant_parse(at, &instant))
		view_set_integer(view, "happened", instant);
	else
		view_set_text(view, "happened", NULL);
	if (view_run_all(view, &correct_sql[AMEND], cause, error) != OK || row >= 0 || withdrawn)
		return error->result;
	/* A whole new body takes the place of the rows that were put right one by one. */
	view_set_integer(view, "target", target);
	return view_run_all(view, &correct_sql[ROWS_REPLACED], cause, error);
}

/* What waits for approval has no effect yet that could change. */
static enum result noted_again(struct ledger *ledger, const struct entry *before,
	const struct entry *after, struct error *error)
{
	bool gone = after->body == NULL;

	if (fold_unabout(ledger, before, error) != OK)
		return error->result;
	return fold_about(ledger, gone ? before : after, !gone, error);
}

static enum result amended(struct ledger *ledger, int64_t target, int row, bool withdraw,
	const struct entry *cause, struct error *error)
{
	struct entry before, after;
	bool was_withdrawn, is_withdrawn;

	if (load_entry(ledger, &ledger->arena, target, &before, &was_withdrawn, error) != OK)
		return error->result;
	enum result result = OK;
	if (was_withdrawn || before.kind->class != FACT ||
		!registry_kind(ledger, before.kind->name))
		goto out;
	bool waits = correct_awaits(ledger, target, error);
	if (error->result != OK || amend(ledger, target, row, withdraw, cause, error) != OK ||
		load_entry(ledger, &ledger->arena, target, &after, &is_withdrawn, error) != OK) {
		result = error->result;
		goto out;
	}
	json_t *body = after.body;
	if (is_withdrawn)
		after.body = NULL;
	result = waits ? noted_again(ledger, &before, &after, error)
		       : changed(ledger, &before, &after, cause, error);
	json_decref(body);
out:
	entry_release(&before);
	return result;
}

static int64_t target_of(struct ledger *ledger, const struct entry *entry)
{
	return ledger_find(ledger, entry_text(entry, "entry"));
}

/* ------------------------------------------------------------------ approval */

static enum result approval_fold(
	struct ledger *ledger, const struct entry *entry, bool approved, struct error *error)
{
	int64_t target = target_of(ledger, entry);
	struct entry waiting;
	bool withdrawn;

	if (!correct_awaits(ledger, target, error))
		return error->result;
	view_set_integer(&ledger->view, "target", target);
	view_set_text(&ledger->view, "state", approved ? "approved" : "rejected");
	if (view_run_all(&ledger->view, &correct_sql[PENDING_SET], entry, error) != OK || !approved)
		return error->result;
	if (load_entry(ledger, &ledger->arena, target, &waiting, &withdrawn, error) != OK)
		return error->result;
	enum result result = withdrawn ? OK : fold_effects(ledger, &waiting, error);
	entry_release(&waiting);
	return result;
}

/* ------------------------------------------------------------------ erasure */

/* Erase the entry and everything that ever corrected it. */
static enum result parts_erase(
	struct ledger *ledger, int64_t target, const char *id, struct error *error)
{
	struct query *rows;
	enum result result = OK;

	if (chain_erase(ledger, target, error) != OK)
		return error->result;
	view_set_text(&ledger->view, "ref", arena_print(&ledger->arena, "entry:%s", id));
	if (view_run(&ledger->view, &correct_sql[CORRECTIONS], NULL, &rows, error) != OK)
		return error->result;
	while (result == OK && rows_next(rows, &result, error))
		result = chain_erase(ledger, rows_integer(rows, 0), error);
	rows_end(rows);
	return result;
}

/* Then fold again what copied its personal values: names, and the module's rows. */
static enum result erase_fold(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	int64_t target = target_of(ledger, entry);
	struct entry before, erased;
	bool withdrawn;

	if (load_entry(ledger, &ledger->arena, target, &before, &withdrawn, error) != OK)
		return error->result;
	enum result result = parts_erase(ledger, target, before.id, error);
	if (result != OK ||
		load_entry(ledger, &ledger->arena, target, &erased, &withdrawn, error) != OK)
		goto out;
	bool counts = !withdrawn && !correct_awaits(ledger, target, error) &&
		      registry_kind(ledger, erased.kind->name);
	if (error->result == OK && counts)
		names_again(ledger, &erased, error);
	if (error->result == OK && counts && erased.kind->class == FACT)
		module_refold(ledger, &before, &erased, error);
	if (error->result == OK)
		refold_scope(ledger, &erased, entry, error);
	entry_release(&erased);
out:
	entry_release(&before);
	return error->result;
}

/* ------------------------------------------------------------------ undoing an import */

static enum result undo_range(struct ledger *ledger, const struct entry *entry, int64_t first,
	int64_t last, struct error *error)
{
	const char *import = entry_text(entry, "import");
	struct query *rows;
	enum result result = OK;
	struct id id;

	if (!id_parse(import, &id))
		return OK;
	view_set_integer(&ledger->view, "first", first);
	view_set_integer(&ledger->view, "last", last);
	view_set_bytes(&ledger->view, "batch_id", id.bytes, ID_BYTES);
	if (view_run(&ledger->view, &correct_sql[BATCH_ENTRIES], NULL, &rows, error) != OK)
		return error->result;
	struct refolds *later = refold_later(ledger);
	while (result == OK && rows_next(rows, &result, error)) {
		struct arena_mark mark = arena_mark(&ledger->arena);
		result = amended(ledger, rows_integer(rows, 0), -1, true, entry, error);
		arena_rewind(&ledger->arena, mark);
	}
	rows_end(rows);
	return refold_now(ledger, later, entry, error);
}

static enum result undo_fold(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	struct query *rows;
	enum result result;
	int64_t first = 0, last = 0;
	bool undone = true;

	if (view_run(&ledger->view, &correct_sql[BATCH_FIND], entry, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error)) {
		first = rows_integer(rows, 0);
		last = rows_null(rows, 1) ? entry->seq : rows_integer(rows, 1);
		undone = !rows_null(rows, 2);
	}
	rows_end(rows);
	if (result != OK || undone)
		return result;
	if (view_run_all(&ledger->view, &correct_sql[BATCH_UNDONE], entry, error) != OK)
		return error->result;
	return undo_range(ledger, entry, first, last, error);
}

enum result correct_fold(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	int row = (int)entry_integer(entry, "row", -1);

	switch (core_kind(entry->kind)) {
	case ENTRY_CORRECTED:
		return amended(ledger, target_of(ledger, entry), row, false, entry, error);
	case ENTRY_WITHDRAWN:
		return amended(ledger, target_of(ledger, entry), row, true, entry, error);
	case ENTRY_APPROVED:
		return approval_fold(ledger, entry, true, error);
	case ENTRY_REJECTED:
		return approval_fold(ledger, entry, false, error);
	case ENTRY_ERASED:
		return erase_fold(ledger, entry, error);
	case IMPORT_UNDONE:
		return undo_fold(ledger, entry, error);
	default:
		return OK;
	}
}

/* ------------------------------------------------------------------ may it be written? */

static enum result withdrawn_check(struct ledger *ledger, int64_t seq, struct error *error)
{
	struct query *rows;
	enum result result;
	bool withdrawn = false;

	view_set_integer(&ledger->view, "target", seq);
	if (view_run(&ledger->view, &correct_sql[NOT_LIVE], NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		withdrawn = rows_integer(rows, 0) != 0;
	rows_end(rows);
	return withdrawn ? error_refuse(error, "refused.already_withdrawn", "entry", NULL) : result;
}

static enum result approval_check(struct ledger *ledger, const struct entry *entry,
	const struct record *target, struct error *error)
{
	if (!correct_awaits(ledger, target->seq, error))
		return error->result == OK
			       ? error_refuse(error, "refused.not_waiting", "entry", NULL)
			       : error->result;
	if (*entry->author && strcmp(entry->author, target->author) == 0)
		return error_refuse(error, "refused.own_approval", "entry", NULL);
	return withdrawn_check(ledger, target->seq, error);
}

/* The row and the instant that a correction names, against the entry as it stands now. */
static enum result amendment_check(
	const struct entry *entry, const struct entry *target, struct error *error)
{
	int64_t row = entry_integer(entry, "row", -1), instant;
	const char *at = core_kind(entry->kind) == ENTRY_CORRECTED ? entry_text(entry, "at") : NULL;

	if (row >= entry_rows(target))
		return error_refuse(error, "refused.no_rows", "row", NULL);
	if (at && instant_parse(at, &instant) && instant > entry->recorded_at + FUTURE_MS)
		return error_refuse(error, "refused.future", "at", "at", at, NULL);
	return OK;
}

/* An author puts right what he wrote, but not alone what another person has approved. */
static enum result amend_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, const struct record *record, struct error *error)
{
	struct entry target;
	bool withdrawn;

	if (load_entry(ledger, &ledger->arena, record->seq, &target, &withdrawn, error) != OK)
		return error->result;
	bool own = strcmp(session->staff, target.author) == 0;
	if (!registry_kind(ledger, record->kind) || target.kind->class != FACT)
		error_refuse(error, "refused.not_correctable", "entry", NULL);
	else if (!own && !access_over(ledger, session, &target))
		error_refuse(error, "refused.not_yours", "entry", NULL);
	else if (own && *session->staff && target.kind->approval &&
		 core_kind(entry->kind) == ENTRY_CORRECTED &&
		 !correct_awaits(ledger, target.seq, error))
		error_refuse(error, "refused.own_approval", "entry", NULL);
	else if (withdrawn)
		error_refuse(error, "refused.already_withdrawn", "entry", NULL);
	else
		amendment_check(entry, &target, error);
	entry_release(&target);
	return error->result;
}

static enum result erase_check(const struct record *target, struct error *error)
{
	if (strcmp(target->kind, "entry.corrected") != 0)
		return OK;
	return error_refuse(error, "refused.erase_original", "entry", NULL);
}

static enum result undo_check(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	struct query *rows;
	enum result result;
	bool known = false, undone = false;

	if (view_run(&ledger->view, &correct_sql[BATCH_FIND], entry, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error)) {
		known = true;
		undone = !rows_null(rows, 2);
	}
	rows_end(rows);
	if (result != OK)
		return result;
	if (!known)
		return error_refuse(error, "refused.unknown_import", "import", "value",
			entry_text(entry, "import"), NULL);
	return undone ? error_refuse(error, "refused.already_undone", "import", NULL) : OK;
}

enum result correct_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error)
{
	enum core_kind kind = core_kind(entry->kind);
	struct record target;

	if (kind == IMPORT_UNDONE)
		return undo_check(ledger, entry, error);
	if (kind < ENTRY_CORRECTED || kind > ENTRY_ERASED)
		return OK;
	if (chain_read(ledger, &ledger->arena, target_of(ledger, entry), &target, error) != OK)
		return error->result;
	if (kind == ENTRY_APPROVED || kind == ENTRY_REJECTED)
		return approval_check(ledger, entry, &target, error);
	if (kind == ENTRY_ERASED)
		return erase_check(&target, error);
	return amend_check(ledger, session, entry, &target, error);
}

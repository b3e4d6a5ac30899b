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
	SCOPE_ENTRIES,
	KEY_ENTRIES,
	KEY_PUT,
	KEY_DROP,
	OBJECT_DROP,
	OBJECT_PUT,
	PENDING_FIND,
	PENDING_SET,
	BATCH_FIND,
	BATCH_UNDONE,
	BATCH_ENTRIES,
	NOT_LIVE,
	CORRECTIONS
};

const struct statement correct_sql[] = {
	[AMEND] = { "INSERT INTO d_amended (book, seq, row, by_seq, withdrawn) "
		    "VALUES ($book, $target, $target_row, $seq, $withdrawn) "
		    "ON CONFLICT (book, seq, row) DO UPDATE "
		    "SET by_seq = excluded.by_seq, withdrawn = excluded.withdrawn" },
	[SCOPE_ENTRIES] = { "SELECT seq, kind FROM d_about WHERE book = $book AND ref = $ref "
			    "AND live = 1 ORDER BY seq" },
	[KEY_ENTRIES] = { "SELECT seq FROM d_about WHERE book = $book AND ref = $ref "
			  "AND kind = $kind AND live = 1 ORDER BY seq DESC" },
	[KEY_PUT] = { "INSERT INTO d_key (book, kind, key, seq) VALUES ($book, $kind, $key, "
		      "$found) "
		      "ON CONFLICT (book, kind, key) DO UPDATE SET seq = excluded.seq" },
	[KEY_DROP] = { "DELETE FROM d_key WHERE book = $book AND kind = $kind AND key = $key" },
	[OBJECT_DROP] = { "DELETE FROM d_object WHERE book = $book AND type = $type AND id = "
			  "$object" },
	[OBJECT_PUT] = { "INSERT INTO d_object (book, type, id, name, seq) "
			 "VALUES ($book, $type, $object, $name, $found) "
			 "ON CONFLICT (book, type, id) DO UPDATE "
			 "SET name = excluded.name, seq = excluded.seq" },
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
	[CORRECTIONS] = { "SELECT by_seq FROM d_amended WHERE book = $book AND seq = $target "
			  "AND withdrawn = 0" },
	{ 0 },
};

/* ------------------------------------------------------------------ folding a scope again */

/* The id by which an entry folds: its SCOPE field, or NULL. */
static const char *scope_of(const struct entry *entry, const char **type)
{
	for (const struct field *field = entry->kind->fields; field->name; field++) {
		if (!(field->flags & SCOPE))
			continue;
		*type = field->flags & DEFINES ? entry->kind->defines
					       : field_reference(field->type);
		return entry_text(entry, field->name);
	}
	return NULL;
}

static bool awaits(struct ledger *ledger, int64_t seq, struct error *error)
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

static enum result fold_if_in_scope(struct ledger *ledger, const struct module *module,
	const char *type, const char *id, int64_t seq, struct error *error)
{
	struct entry entry;
	bool withdrawn;
	const char *own_type = NULL;

	if (load_entry(ledger, &ledger->arena, seq, &entry, &withdrawn, error) != OK)
		return error->result;
	const char *own = scope_of(&entry, &own_type);
	enum result result = OK;
	if (!withdrawn && own && own_type && strcmp(own, id) == 0 && strcmp(own_type, type) == 0 &&
		!awaits(ledger, seq, error)) {
		if (entry.kind->opens_case)
			entry.case_id = entry.id;
		result = fold_module(ledger, module, &entry, error);
	}
	entry_release(&entry);
	return result;
}

/* Drop a module's rows of one reference and fold its entries about it again, in order. */
static enum result refold_module(struct ledger *ledger, const struct module *module,
	const char *type, const char *id, struct error *error)
{
	struct query *rows;
	enum result result = OK;
	bool scoped = false;

	for (const struct table *table = module->tables; table && table->name; table++) {
		if (!table->scope || strcmp(table->scope_type, type) != 0)
			continue;
		scoped = true;
		if (store_table_clear(ledger->store, table, ledger->book, id, error) != OK)
			return error->result;
	}
	if (!scoped)
		return OK;
	view_set_text(&ledger->view, "ref", arena_print(&ledger->arena, "%s:%s", type, id));
	if (view_run(&ledger->view, &correct_sql[SCOPE_ENTRIES], NULL, &rows, error) != OK)
		return error->result;
	while (result == OK && rows_next(rows, &result, error)) {
		const struct kind_place *place = registry_kind(ledger, rows_text(rows, 1));
		if (place && (place->module == module || module_watches(module, place->kind)))
			result = fold_if_in_scope(
				ledger, module, type, id, rows_integer(rows, 0), error);
	}
	rows_end(rows);
	return result;
}

static enum result refold_scope(struct ledger *ledger, const struct entry *of,
	const struct entry *cause, struct error *error)
{
	const char *type = NULL, *id = scope_of(of, &type);
	const struct kind_place *place = registry_kind(ledger, of->kind->name);

	if (!id || !type || !place)
		return OK;
	ledger->view.refolding = true;
	for (const struct module **module = ledger->modules; *module; module++) {
		if (*module != place->module && !module_watches(*module, of->kind))
			continue;
		if (refold_module(ledger, *module, type, id, error) != OK)
			break;
	}
	ledger->view.refolding = false;
	if (error->result != OK || strcmp(type, "customer") != 0)
		return error->result;
	if (duty_follow(ledger, id, cause->recorded_at, error) != OK)
		return error->result;
	return cadence_customer(ledger, id, cause, error);
}

/* ------------------------------------------------------------------ names and keys */

static const char *key_reference(struct ledger *ledger, const struct entry *entry)
{
	for (const struct field *field = entry->kind->fields; field->name; field++) {
		const char *type = field->flags & DEFINES ? entry->kind->defines
							  : field_reference(field->type);
		if (type && (field->flags & (ABOUT | DEFINES)) && !(field->flags & LIST) &&
			entry_has(entry, field->name))
			return arena_print(
				&ledger->arena, "%s:%s", type, entry_text(entry, field->name));
	}
	return NULL;
}

static enum result name_put(
	struct ledger *ledger, const struct entry *entry, const char *key, struct error *error)
{
	struct view *view = &ledger->view;
	const char *object = NULL, *name = NULL;

	for (const struct field *field = entry->kind->fields; field->name; field++) {
		if (field->flags & DEFINES)
			object = entry_text(entry, field->name);
		if (field->flags & NAME)
			name = entry_text(entry, field->name);
	}
	if (object) {
		view_set_text(view, "type", entry->kind->defines);
		view_set_text(view, "object", object);
		view_set_text(view, "name", name ? name : object);
		view_set_integer(view, "found", entry->seq);
		if (view_run_all(view, &correct_sql[OBJECT_PUT], NULL, error) != OK)
			return error->result;
	}
	view_set_text(view, "kind", entry->kind->name);
	view_set_text(view, "key", key);
	view_set_integer(view, "found", entry->seq);
	return view_run_all(view, &correct_sql[KEY_PUT], NULL, error);
}

static enum result name_drop(
	struct ledger *ledger, const struct entry *entry, const char *key, struct error *error)
{
	struct view *view = &ledger->view;

	for (const struct field *field = entry->kind->fields; field->name; field++) {
		if (!(field->flags & DEFINES))
			continue;
		view_set_text(view, "type", entry->kind->defines);
		view_set_text(view, "object", entry_text(entry, field->name));
		if (view_run_all(view, &correct_sql[OBJECT_DROP], NULL, error) != OK)
			return error->result;
	}
	view_set_text(view, "kind", entry->kind->name);
	view_set_text(view, "key", key);
	return view_run_all(view, &correct_sql[KEY_DROP], NULL, error);
}

/* The newest live entry with the key of `entry` names the object again; none: it is gone. */
static enum result names_again(
	struct ledger *ledger, const struct entry *entry, struct error *error)
{
	struct buffer wanted, key;
	struct query *rows;
	enum result result = OK;
	const char *reference = key_reference(ledger, entry);
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
		found = !withdrawn && strcmp(key.bytes, wanted.bytes) == 0;
		if (found)
			result = name_put(ledger, &other, wanted.bytes, error);
		entry_release(&other);
	}
	rows_end(rows);
	if (result == OK && !found)
		result = name_drop(ledger, entry, wanted.bytes, error);
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
	if (gone && case_withdraw(ledger, before, error) != OK)
		return error->result;
	if (module_refold(ledger, before, after, error) != OK ||
		refold_scope(ledger, before, cause, error) != OK)
		return error->result;
	if (gone)
		return OK;
	if (before->kind->opens_case)
		after->case_id = after->id;
	if (refold_scope(ledger, after, cause, error) != OK)
		return error->result;
	return duty_fold(ledger, after, error);
}

static enum result amend(struct ledger *ledger, int64_t target, int row, bool withdrawn,
	const struct entry *cause, struct error *error)
{
	view_set_integer(&ledger->view, "target", target);
	view_set_integer(&ledger->view, "target_row", row);
	view_set_integer(&ledger->view, "withdrawn", withdrawn);
	return view_run_all(&ledger->view, &correct_sql[AMEND], cause, error);
}

static enum result amended(struct ledger *ledger, int64_t target, int row, bool withdraw,
	const struct entry *cause, struct error *error)
{
	struct entry before, after;
	bool was_withdrawn, is_withdrawn;

	if (load_entry(ledger, &ledger->arena, target, &before, &was_withdrawn, error) != OK)
		return error->result;
	enum result result = OK;
	if (was_withdrawn || before.kind->class != FACT || awaits(ledger, target, error) ||
		!registry_kind(ledger, before.kind->name))
		goto out;
	if (amend(ledger, target, row, withdraw, cause, error) != OK ||
		load_entry(ledger, &ledger->arena, target, &after, &is_withdrawn, error) != OK) {
		result = error->result;
		goto out;
	}
	json_t *body = after.body;
	if (is_withdrawn)
		after.body = NULL;
	result = changed(ledger, &before, &after, cause, error);
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

	if (!awaits(ledger, target, error))
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

/* Erase the entry and what corrected it, then fold what copied its personal values. */
static enum result erase_fold(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	int64_t target = target_of(ledger, entry);
	struct query *rows;
	enum result result;
	struct entry erased;
	bool withdrawn;

	if (chain_erase(ledger, target, error) != OK)
		return error->result;
	view_set_integer(&ledger->view, "target", target);
	if (view_run(&ledger->view, &correct_sql[CORRECTIONS], NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		result = chain_erase(ledger, rows_integer(rows, 0), error);
		if (result != OK)
			break;
	}
	rows_end(rows);
	if (error->result != OK ||
		load_entry(ledger, &ledger->arena, target, &erased, &withdrawn, error) != OK)
		return error->result;
	result = refold_scope(ledger, &erased, entry, error);
	entry_release(&erased);
	return result;
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
	while (result == OK && rows_next(rows, &result, error))
		result = amended(ledger, rows_integer(rows, 0), -1, true, entry, error);
	rows_end(rows);
	return result;
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

static enum result approval_check(struct ledger *ledger, const struct entry *entry,
	const struct record *target, struct error *error)
{
	if (!awaits(ledger, target->seq, error))
		return error->result == OK
			       ? error_refuse(error, "refused.not_waiting", "entry", NULL)
			       : error->result;
	if (*entry->author && strcmp(entry->author, target->author) == 0)
		return error_refuse(error, "refused.own_approval", "entry", NULL);
	return OK;
}

static enum result amend_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, const struct record *target, struct error *error)
{
	const struct kind_place *place = registry_kind(ledger, target->kind);
	struct query *rows;
	enum result result;
	bool withdrawn = false;

	if (!place || place->kind->class != FACT)
		return error_refuse(error, "refused.not_correctable", "entry", NULL);
	if (strcmp(session->staff, target->author) != 0 && !access_approver(ledger, session))
		return error_refuse(error, "refused.not_yours", "entry", NULL);
	int64_t row = entry_integer(entry, "row", -1);
	if (row >= 0) {
		json_t *body = json_loads(target->body, 0, NULL);
		size_t count = json_array_size(json_object_get(body, "rows"));
		json_decref(body);
		if ((size_t)row >= count)
			return error_refuse(error, "refused.no_rows", "row", NULL);
	}
	view_set_integer(&ledger->view, "target", target->seq);
	if (view_run(&ledger->view, &correct_sql[NOT_LIVE], NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		withdrawn = rows_integer(rows, 0) != 0;
	rows_end(rows);
	return withdrawn ? error_refuse(error, "refused.already_withdrawn", "entry", NULL) : result;
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
	return kind == ENTRY_ERASED ? OK : amend_check(ledger, session, entry, &target, error);
}

/*
 * What an entry does, in one fixed order: it is noted about what it names, takes effect (or
 * waits for approval), gives objects their names, moves its case, is folded by the core, by
 * its module and by those that watch it, and discharges and opens duties.
 */
#include "ledger/book.h"

#include <stdio.h>
#include <string.h>

enum { ABOUT_ADD, ABOUT_REMOVE, PENDING_ADD, BATCH_FIRST, BATCH_LAST };

const struct statement fold_sql[] = {
	[ABOUT_ADD] = { "INSERT INTO d_about (book, ref, at, seq, kind, live) "
			"VALUES ($book, $ref, $at, $seq, $kind, $live) ON CONFLICT DO NOTHING" },
	[ABOUT_REMOVE] = { "DELETE FROM d_about "
			   "WHERE book = $book AND ref = $ref AND at = $at AND seq = $seq" },
	[PENDING_ADD] = { "INSERT INTO d_pending (book, seq, state, by_seq) "
			  "VALUES ($book, $seq, 'waiting', NULL)" },
	[BATCH_FIRST] = { "INSERT INTO d_batch (book, batch, kind, first_seq, last_seq, "
			  "undone_seq) "
			  "VALUES ($book, $batch, $kind, $seq, NULL, NULL) ON CONFLICT DO "
			  "NOTHING" },
	[BATCH_LAST] = { "UPDATE d_batch SET last_seq = $seq WHERE book = $book AND batch = "
			 "$import" },
	{ 0 },
};

static enum result reference_each(struct ledger *ledger, const struct entry *entry,
	const struct field *field, json_t *value,
	enum result (*each)(
		struct ledger *, const struct entry *, const char *, void *, struct error *),
	void *context, struct error *error)
{
	const char *type =
		field->flags & DEFINES ? entry->kind->defines : field_reference(field->type);
	const char *id = json_string_value(value);
	const char *owner, *first, *customer = NULL;

	if (!id || !*id)
		return OK;
	const char *reference = type ? arena_print(&ledger->arena, "%s:%s", type, id) : id;
	if (each(ledger, entry, reference, context, error) != OK)
		return error->result;
	if (field->type != FIELD_CASE)
		return OK;
	if (case_owners(ledger, id, &owner, &first, &customer, error) != OK)
		return error->result;
	if (!customer)
		return OK;
	return each(ledger, entry, arena_print(&ledger->arena, "customer:%s", customer), context,
		error);
}

enum result fold_references(struct ledger *ledger, const struct entry *entry,
	enum result (*each)(struct ledger *ledger, const struct entry *entry, const char *reference,
		void *context, struct error *error),
	void *context, struct error *error)
{
	enum result result = OK;
	size_t i;
	json_t *item;

	if (*entry->author)
		result = each(ledger, entry, arena_print(&ledger->arena, "staff:%s", entry->author),
			context, error);
	for (const struct field *field = entry->kind->fields; result == OK && field->name;
		field++) {
		json_t *value = json_object_get(entry->body, field->name);
		if (!value || !(field->flags & (ABOUT | DEFINES)))
			continue;
		if (!(field->flags & LIST)) {
			result = reference_each(ledger, entry, field, value, each, context, error);
			continue;
		}
		json_array_foreach(value, i, item)
		{
			if (result == OK)
				result = reference_each(
					ledger, entry, field, item, each, context, error);
		}
	}
	return result;
}

static enum result about_add(struct ledger *ledger, const struct entry *entry,
	const char *reference, void *context, struct error *error)
{
	view_set_text(&ledger->view, "ref", reference);
	view_set_integer(&ledger->view, "live", *(const bool *)context);
	return view_run_all(&ledger->view, &fold_sql[ABOUT_ADD], entry, error);
}

static enum result about_remove(struct ledger *ledger, const struct entry *entry,
	const char *reference, void *context, struct error *error)
{
	(void)context;
	view_set_text(&ledger->view, "ref", reference);
	return view_run_all(&ledger->view, &fold_sql[ABOUT_REMOVE], entry, error);
}

enum result fold_about(
	struct ledger *ledger, const struct entry *entry, bool live, struct error *error)
{
	return fold_references(ledger, entry, about_add, &live, error);
}

enum result fold_unabout(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	return fold_references(ledger, entry, about_remove, NULL, error);
}

static enum result fold_statements(struct ledger *ledger, const struct module *module,
	const struct entry *entry, struct error *error)
{
	ledger->view.module = module;
	for (const int *number = entry->kind->folds; number && *number >= 0; number++) {
		if (view_exec(&ledger->view, *number, entry, error) != OK)
			return error->result;
	}
	return OK;
}

enum result fold_module(struct ledger *ledger, const struct module *module,
	const struct entry *entry, struct error *error)
{
	bool own = registry_kind(ledger, entry->kind->name)->module == module;
	int rows = entry->kind->row ? entry_rows(entry) : 0;

	if (own && !entry->kind->row && fold_statements(ledger, module, entry, error) != OK)
		return error->result;
	for (int row = 0; own && row < rows && entry->kind->folds; row++) {
		struct entry at = entry_at_row(entry, row);
		if (at.cells && fold_statements(ledger, module, &at, error) != OK)
			return error->result;
	}
	ledger->view.module = module;
	return module->project ? module->project(&ledger->view, entry, error) : OK;
}

static enum result fold_core(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	int day;

	switch (core_kind(entry->kind)) {
	case NORM_ISSUED:
		return norm_fold(ledger, entry, error);
	case ENTRY_CORRECTED:
	case ENTRY_WITHDRAWN:
	case ENTRY_APPROVED:
	case ENTRY_REJECTED:
	case ENTRY_ERASED:
	case IMPORT_UNDONE:
		return correct_fold(ledger, entry, error);
	case DAY_OPENED:
		must(day_parse(entry_text(entry, "day"), &day));
		if (clocks_fold(ledger, entry, error) != OK)
			return error->result;
		return cadence_day(ledger, entry, day, error);
	case DUTY_MISSED:
	case DUTY_PAUSED:
	case DUTY_RESUMED:
		return clocks_fold(ledger, entry, error);
	case IMPORT_MADE:
		return view_run_all(&ledger->view, &fold_sql[BATCH_LAST], entry, error);
	default:
		return OK;
	}
}

enum result fold_effects(struct ledger *ledger, struct entry *entry, struct error *error)
{
	if (names_put(ledger, entry, error) != OK || case_fold(ledger, entry, error) != OK ||
		fold_core(ledger, entry, error) != OK)
		return error->result;
	const struct kind_place *place = registry_kind(ledger, entry->kind->name);
	if (place && fold_module(ledger, place->module, entry, error) != OK)
		return error->result;
	for (const struct module **module = ledger->modules; place && *module; module++) {
		if (module_watches(*module, entry->kind) &&
			fold_module(ledger, *module, entry, error) != OK)
			return error->result;
	}
	return duty_fold(ledger, entry, error);
}

/* The operator's imports are the office's own paper: they need no second signature. */
static bool waits_for_approval(const struct entry *entry)
{
	return entry->kind->approval && entry->origin != ORIGIN_IMPORT && *entry->author;
}

static enum result note_batch(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	if (!entry->batch || strcmp(entry->batch, ledger->last_batch) == 0)
		return OK;
	text_copy(ledger->last_batch, sizeof(ledger->last_batch), entry->batch);
	return view_run_all(&ledger->view, &fold_sql[BATCH_FIRST], entry, error);
}

enum result fold_entry(struct ledger *ledger, struct entry *entry, struct error *error)
{
	ledger->fold_seq = entry->seq;
	ledger->duty_index = 0;
	ledger->settled = false;
	ledger->view.refolding = false;
	if (fold_about(ledger, entry, true, error) != OK || note_batch(ledger, entry, error) != OK)
		return error->result;
	if (waits_for_approval(entry))
		return view_run_all(&ledger->view, &fold_sql[PENDING_ADD], entry, error);
	return fold_effects(ledger, entry, error);
}

/*
 * Folding a scope again: the rows that a module derived of one customer, person or unit are
 * dropped and derived anew from the entries about it, in order. Where many entries change at
 * once, each scope waits until all of them have, and is folded again once. Where rows follow from
 * one entry each, only those of the entry that changed are.
 */
#include "ledger/book.h"

#include <stdlib.h>
#include <string.h>

enum { SCOPE_ENTRIES };

const struct statement refold_sql[] = {
	[SCOPE_ENTRIES] = { "SELECT seq, kind FROM d_about WHERE book = $book AND ref = $ref "
			    "AND live = 1 ORDER BY seq" },
	{ 0 },
};

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
		!correct_awaits(ledger, seq, error)) {
		if (entry.kind->opens_case)
			entry.case_id = entry.id;
		result = fold_module(ledger, module, &entry, error);
	}
	entry_release(&entry);
	return result;
}

/* The tables whose rows belong to references of this type. */
static const struct table *scoped_next(const struct table *table, const char *type)
{
	while (table && table->name && (!table->scope || strcmp(table->scope_type, type) != 0))
		table++;
	return table && table->name ? table : NULL;
}

/* Do the rows of such a reference each follow from one entry? */
static bool entry_by_entry(const struct module *module, const char *type)
{
	const struct table *table = scoped_next(module->tables, type);
	bool each = table != NULL;

	for (; table; table = scoped_next(table + 1, type))
		each = each && table->each;
	return each;
}

/* Drop a module's rows of one entry and fold it again. */
static enum result refold_entry(struct ledger *ledger, const struct module *module,
	const char *type, const char *id, int64_t seq, struct error *error)
{
	const struct table *table = scoped_next(module->tables, type);

	for (; table; table = scoped_next(table + 1, type)) {
		if (store_table_drop(ledger->store, table, ledger->book, id, seq, error) != OK)
			return error->result;
	}
	return fold_if_in_scope(ledger, module, type, id, seq, error);
}

/* Drop a module's rows of one reference and fold its entries about it again, in order. */
static enum result refold_module(struct ledger *ledger, const struct module *module,
	const char *type, const char *id, struct error *error)
{
	const struct table *table = scoped_next(module->tables, type);
	struct query *rows;
	enum result result = OK;

	if (!table)
		return OK;
	for (; table; table = scoped_next(table + 1, type)) {
		if (store_table_clear(ledger->store, table, ledger->book, id, error) != OK)
			return error->result;
	}
	view_set_text(&ledger->view, "ref", arena_print(&ledger->arena, "%s:%s", type, id));
	if (view_run(&ledger->view, &refold_sql[SCOPE_ENTRIES], NULL, &rows, error) != OK)
		return error->result;
	while (result == OK && rows_next(rows, &result, error)) {
		const struct kind_place *place = registry_kind(ledger, rows_text(rows, 1));
		struct arena_mark mark = arena_mark(&ledger->arena);
		if (place && (place->module == module || module_watches(module, place->kind)))
			result = fold_if_in_scope(
				ledger, module, type, id, rows_integer(rows, 0), error);
		arena_rewind(&ledger->arena, mark);
	}
	rows_end(rows);
	return result;
}

bool refold_same(const struct entry *one, const struct entry *other)
{
	const char *type = NULL, *other_type = NULL;
	const char *id = scope_of(one, &type), *other_id = scope_of(other, &other_type);

	return id && other_id && strcmp(id, other_id) == 0;
}

static bool concerned(const struct module *module, const struct kind_place *place)
{
	return module == place->module || module_watches(module, place->kind);
}

/* Modules that derive entry by entry: of this one alone. */
static enum result refold_alone(struct ledger *ledger, const struct kind_place *place,
	const char *type, const char *id, int64_t seq, struct error *error)
{
	ledger->view.refolding = true;
	for (const struct module **module = ledger->modules; *module; module++) {
		if (concerned(*module, place) && entry_by_entry(*module, type) &&
			refold_entry(ledger, *module, type, id, seq, error) != OK)
			break;
	}
	ledger->view.refolding = false;
	return error->result;
}

/* The others: of the whole reference. */
static enum result refold_one(struct ledger *ledger, const struct kind_place *place,
	const char *type, const char *id, const struct entry *cause, struct error *error)
{
	ledger->view.refolding = true;
	for (const struct module **module = ledger->modules; *module; module++) {
		if (concerned(*module, place) && !entry_by_entry(*module, type) &&
			refold_module(ledger, *module, type, id, error) != OK)
			break;
	}
	ledger->view.refolding = false;
	if (error->result != OK || strcmp(type, "customer") != 0)
		return error->result;
	if (duty_follow(ledger, id, cause->recorded_at, error) != OK)
		return error->result;
	return cadence_customer(ledger, id, cause, error);
}

/* ------------------------------------------------------------------ many at once */

struct refold {
	const struct kind_place *place;
	const char *type;
	char *id;
};

struct refolds {
	struct refold *items;
	size_t count, room;
};

struct refolds *refold_later(struct ledger *ledger)
{
	must(ledger->later == NULL);
	ledger->later = calloc(1, sizeof(*ledger->later));
	must(ledger->later != NULL);
	return ledger->later;
}

static enum result defer(
	struct refolds *later, const struct kind_place *place, const char *type, const char *id)
{
	if (later->count == later->room) {
		later->room = later->room ? later->room * 2 : 64;
		later->items = realloc(later->items, later->room * sizeof(*later->items));
		must(later->items != NULL);
	}
	struct refold *refold = &later->items[later->count++];
	*refold = (struct refold){ place, type, strdup(id) };
	must(refold->id != NULL);
	return OK;
}

static int by_scope(const void *a, const void *b)
{
	const struct refold *x = a, *y = b;
	int order = strcmp(x->place->kind->name, y->place->kind->name);

	if (order == 0)
		order = strcmp(x->type, y->type);
	return order ? order : strcmp(x->id, y->id);
}

enum result refold_now(struct ledger *ledger, struct refolds *later, const struct entry *cause,
	struct error *error)
{
	ledger->later = NULL;
	if (later->count)
		qsort(later->items, later->count, sizeof(*later->items), by_scope);
	for (size_t i = 0; error->result == OK && i < later->count; i++) {
		const struct refold *refold = &later->items[i];
		struct arena_mark mark = arena_mark(&ledger->arena);
		if (i && by_scope(refold - 1, refold) == 0)
			continue;
		refold_one(ledger, refold->place, refold->type, refold->id, cause, error);
		arena_rewind(&ledger->arena, mark);
	}
	for (size_t i = 0; i < later->count; i++)
		free(later->items[i].id);
	free(later->items);
	free(later);
	return error->result;
}

enum result refold_scope(struct ledger *ledger, const struct entry *of, const struct entry *cause,
	struct error *error)
{
	const char *type = NULL, *id = scope_of(of, &type);
	const struct kind_place *place = registry_kind(ledger, of->kind->name);

	if (!id || !type || !place)
		return OK;
	if (refold_alone(ledger, place, type, id, of->seq, error) != OK)
		return error->result;
	return ledger->later ? defer(ledger->later, place, type, id)
			     : refold_one(ledger, place, type, id, cause, error);
}

/*
 * What things are called: objects and their names, natural keys and the entry that counts for
 * each, and the texts by which a named thing is searched. Folding an entry says them; putting
 * right says them again for whatever entry counts then.
 */
#include "ledger/book.h"

#include <stddef.h>
#include <string.h>

enum { OBJECT_PUT, OBJECT_DROP, KEY_PUT, KEY_DROP, NAME_PUT, NAME_DROP, NAMES_SINCE };

const struct statement names_sql[] = {
	[OBJECT_PUT] = { "INSERT INTO d_object (book, type, id, name, seq) "
			 "VALUES ($book, $type, $object, $name, $found) "
			 "ON CONFLICT (book, type, id) DO UPDATE "
			 "SET name = excluded.name, seq = excluded.seq" },
	[OBJECT_DROP] = { "DELETE FROM d_object WHERE book = $book AND type = $type AND id = "
			  "$object" },
	[KEY_PUT] = { "INSERT INTO d_key (book, kind, key, seq) VALUES ($book, $kind, $key, "
		      "$found) "
		      "ON CONFLICT (book, kind, key) DO UPDATE SET seq = excluded.seq" },
	[KEY_DROP] = { "DELETE FROM d_key WHERE book = $book AND kind = $kind AND key = $key" },
	[NAME_PUT] = { "INSERT INTO d_name (book, kind, key, ref, name, texts, seq) "
		       "VALUES ($book, $kind, $key, $ref, $name, $texts, $folding) "
		       "ON CONFLICT (book, kind, key) DO UPDATE SET ref = excluded.ref, "
		       "name = excluded.name, texts = excluded.texts, seq = excluded.seq" },
	/* The row stays: whoever follows the changes must hear that the name is gone. */
	[NAME_DROP] = { "UPDATE d_name SET name = NULL, texts = NULL, seq = $folding "
			"WHERE book = $book AND kind = $kind AND key = $key" },
	[NAMES_SINCE] = { "SELECT seq, kind, key, ref, name, texts FROM d_name "
			  "WHERE book = $book AND seq > $after ORDER BY seq, kind, key" },
	{ 0 },
};

/* What the fields of an entry say of its name. */
struct naming {
	const char *object; /* the id of what the kind defines */
	const char *name;
	bool named; /* the kind names something, also where this entry does not say how */
	bool keyed;
};

static struct naming naming_of(const struct entry *entry)
{
	struct naming naming = { 0 };

	for (const struct field *field = entry->kind->fields; field->name; field++) {
		if (field->flags & DEFINES)
			naming.object = entry_text(entry, field->name);
		if (field->flags & NAME) {
			naming.named = true;
			naming.name = entry_text(entry, field->name);
		}
		naming.keyed = naming.keyed || (field->flags & KEY);
	}
	return naming;
}

const char *names_reference(struct ledger *ledger, const struct entry *entry)
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

/* What it is searched by besides its name, a line each; NULL where there is nothing. */
static const char *texts_of(struct ledger *ledger, const struct entry *entry)
{
	const char *texts = NULL;

	for (const struct field *field = entry->kind->fields; field->name; field++) {
		const char *text = (field->flags & (SEARCH | NAME)) == SEARCH
					   ? entry_text(entry, field->name)
					   : NULL;
		if (text)
			texts = arena_print(&ledger->arena, "%s%s%s", texts ? texts : "",
				texts ? "\n" : "", text);
	}
	return texts;
}

static void set_key(struct view *view, const struct entry *entry, const char *key)
{
	view_set_text(view, "kind", entry->kind->name);
	view_set_text(view, "key", key);
}

/* A kind that names something says so once more where search reads it. */
static enum result search_put(struct ledger *ledger, const struct entry *entry, const char *name,
	const char *key, struct error *error)
{
	struct view *view = &ledger->view;

	set_key(view, entry, key);
	view_set_text(view, "ref", names_reference(ledger, entry));
	view_set_text(view, "name", name);
	view_set_text(view, "texts", texts_of(ledger, entry));
	view_set_integer(view, "folding", ledger->fold_seq);
	return view_run_all(view, &names_sql[NAME_PUT], NULL, error);
}

static enum result keyed_put(struct ledger *ledger, const struct entry *entry,
	const struct naming *naming, const char *key, struct error *error)
{
	struct view *view = &ledger->view;

	set_key(view, entry, key);
	view_set_integer(view, "found", entry->seq);
	if (view_run_all(view, &names_sql[KEY_PUT], NULL, error) != OK || !naming->named)
		return error->result;
	return search_put(ledger, entry, naming->name, key, error);
}

enum result names_put(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	struct view *view = &ledger->view;
	struct naming naming = naming_of(entry);
	struct buffer key;

	if (naming.object) {
		view_set_text(view, "type", entry->kind->defines);
		view_set_text(view, "object", naming.object);
		view_set_text(view, "name", naming.name ? naming.name : naming.object);
		view_set_integer(view, "found", entry->seq);
		if (view_run_all(view, &names_sql[OBJECT_PUT], NULL, error) != OK)
			return error->result;
	}
	if (!naming.keyed)
		return OK;
	buffer_init(&key, ENTRY_BYTES);
	entry_key(entry->kind, entry->body, &key);
	enum result result = keyed_put(ledger, entry, &naming, key.bytes, error);
	buffer_release(&key);
	return result;
}

enum result names_drop(
	struct ledger *ledger, const struct entry *entry, const char *key, struct error *error)
{
	struct view *view = &ledger->view;
	struct naming naming = naming_of(entry);

	objects_forget(ledger);
	if (naming.object) {
		view_set_text(view, "type", entry->kind->defines);
		view_set_text(view, "object", naming.object);
		if (view_run_all(view, &names_sql[OBJECT_DROP], NULL, error) != OK)
			return error->result;
	}
	set_key(view, entry, key);
	if (view_run_all(view, &names_sql[KEY_DROP], NULL, error) != OK || !naming.named)
		return error->result;
	set_key(view, entry, key);
	view_set_integer(view, "folding", ledger->fold_seq);
	return view_run_all(view, &names_sql[NAME_DROP], NULL, error);
}

/* ------------------------------------------------------------------ for search */

enum result ledger_names(struct ledger *ledger, int64_t *through,
	void (*each)(void *context, const struct called *called), void *context,
	struct error *error)
{
	struct view *view = ledger_view(ledger);
	int64_t after = *through;
	enum result result;
	struct query *rows;

	must(!ledger->in_batch);
	ledger_refresh(ledger);
	if (ledger->seq <= after)
		return ledger_heard(ledger, error);
	view_set_integer(view, "after", after);
	if (view_scan(view, &names_sql[NAMES_SINCE], NULL, &rows, error) != OK)
		return ledger_heard(ledger, error);
	while (rows_next(rows, &result, error)) {
		const struct called called = { .seq = rows_integer(rows, 0),
			.kind = rows_text(rows, 1),
			.key = rows_text(rows, 2),
			.ref = rows_text(rows, 3),
			.name = rows_text(rows, 4),
			.texts = rows_text(rows, 5) };
		each(context, &called);
	}
	rows_end(rows);
	if (result == OK)
		*through = ledger->seq;
	return ledger_heard(ledger, error);
}

enum result ledger_merged(struct ledger *ledger,
	void (*each)(void *context, const char *customer, const char *survivor), void *context,
	struct error *error)
{
	const struct module *module =
		ledger->provider[offsetof(struct directory, merged) / sizeof(int)];
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;

	if (!module)
		return OK;
	if (view_run(view, &module->sql[ledger->directory.merged - 1], NULL, &rows, error) != OK)
		return ledger_heard(ledger, error);
	while (rows_next(rows, &result, error))
		each(context, rows_text(rows, 0), rows_text(rows, 1));
	rows_end(rows);
	return ledger_heard(ledger, error);
}

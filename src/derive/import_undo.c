/* Taking an import back, and the list of imports. */
#include "derive/import.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 4 * 1024 * 1024, LIST_MEMORY = 64 * 1024 * 1024 };

/* ------------------------------------------------------------------ list */

struct listing {
	struct arena arena;
	struct import_made *items;
	size_t count, allocated;
};

static bool list_made(void *context, const struct entry *entry)
{
	struct listing *listing = context;

	if (listing->count == listing->allocated) {
		listing->allocated = listing->allocated ? listing->allocated * 2 : 64;
		listing->items =
			realloc(listing->items, listing->allocated * sizeof(*listing->items));
		must(listing->items != NULL);
	}
	listing->items[listing->count++] = (struct import_made){
		.id = arena_text(&listing->arena, entry_text(entry, "import")),
		.kind = arena_text(&listing->arena, entry_text(entry, "kind")),
		.file = arena_text(&listing->arena, entry_text(entry, "file")),
		.at = entry->recorded_at,
		.rows = entry_integer(entry, "rows", 0),
		.taken = entry_integer(entry, "taken", 0),
		.unchanged = entry_integer(entry, "unchanged", 0),
		.refused = entry_integer(entry, "refused", 0),
	};
	return true;
}

static bool list_undone(void *context, const struct entry *entry)
{
	struct listing *listing = context;

	for (size_t i = 0; i < listing->count; i++) {
		if (text_equal(listing->items[i].id, entry_text(entry, "import")))
			listing->items[i].undone = true;
	}
	return true;
}

static enum result list_load(struct ledger *ledger, struct listing *listing, struct error *error)
{
	*listing = (struct listing){ .items = NULL };
	arena_init(&listing->arena, LIST_MEMORY);
	if (ledger_each(ledger, "import.made", list_made, listing, error) != OK)
		return error->result;
	return ledger_each(ledger, "import.undone", list_undone, listing, error);
}

static void list_release(struct listing *listing)
{
	arena_release(&listing->arena);
	free(listing->items);
}

enum result import_list(struct ledger *ledger,
	void (*each)(void *context, const struct import_made *made), void *context,
	struct error *error)
{
	struct listing listing;
	enum result result = list_load(ledger, &listing, error);

	for (size_t i = 0; result == OK && i < listing.count; i++)
		each(context, &listing.items[i]);
	list_release(&listing);
	return result;
}

/* ------------------------------------------------------------------ undo */

struct undoing {
	struct ledger *ledger;
	const char *id;
	struct undo_result *result;
	struct buffer key;
	void (*replaced)(void *context, const struct entry *entry);
	void *context;
	struct error *error;
};

static void report(struct undoing *undoing, int64_t seq)
{
	struct entry newer;
	struct arena arena;

	if (!undoing->replaced)
		return;
	arena_init(&arena, KEY_BYTES * 4);
	if (ledger_entry(undoing->ledger, &arena, seq, &newer, NULL, undoing->error) == OK) {
		undoing->replaced(undoing->context, &newer);
		entry_release(&newer);
	}
	arena_release(&arena);
}

static bool is_keyed(const struct kind *kind)
{
	for (const struct field *field = kind->fields; field->name; field++) {
		if (field->flags & KEY)
			return true;
	}
	return false;
}

/* What undoing will do to an entry of the import: a fact is taken back, and where it was the
 * latest version of its key, the version before it counts again. */
static bool weigh(void *context, const struct entry *entry)
{
	struct undoing *undoing = context;
	int64_t pieces = entry->kind->row ? entry_rows(entry) : 1, newest = 0;

	if (!entry->batch || !text_equal(entry->batch, undoing->id) ||
		text_equal(entry->kind->name, "import.made"))
		return true;
	if (entry->kind->class != FACT) {
		undoing->result->remaining += pieces;
		return true;
	}
	if (is_keyed(entry->kind)) {
		entry_key(entry->kind, entry->body, &undoing->key);
		newest = ledger_key(undoing->ledger, entry->kind->name,
			undoing->key.bytes ? undoing->key.bytes : "");
	}
	if (newest > entry->seq) {
		undoing->result->remaining += pieces;
		report(undoing, newest);
	} else {
		undoing->result->restored += pieces;
	}
	return undoing->error->result == OK;
}

static enum result append_undone(
	struct ledger *ledger, const struct session *session, const char *id, struct error *error)
{
	struct answer answer;
	json_t *envelope =
		json_pack("{s:s, s:{s:s}}", "kind", "import.undone", "body", "import", id);

	must(envelope != NULL);
	enum result result = ledger_begin(ledger, error);
	if (result == OK) {
		result = ledger_append(ledger, session, envelope, &answer, error);
		if (result == OK && answer.status == NOT_TAKEN) {
			*error = answer.error;
			result = error->result;
		}
		if (result == OK)
			result = ledger_commit(ledger, error);
		else
			ledger_rollback(ledger);
	}
	json_decref(envelope);
	return result;
}

enum result import_undo(struct ledger *ledger, const struct session *session, const char *id,
	void (*replaced)(void *context, const struct entry *entry), void *context,
	struct undo_result *result, struct error *error)
{
	struct undoing undoing = { ledger, id, result, .replaced = replaced, .context = context,
		.error = error };
	const char *kind = NULL;
	struct listing listing;
	struct id parsed;

	*result = (struct undo_result){ .restored = 0 };
	if (!id_parse(id, &parsed))
		return error_refuse(error, "refused.unknown_import", "import", "value", id, NULL);
	buffer_init(&undoing.key, KEY_BYTES);
	if (list_load(ledger, &listing, error) == OK) {
		/* One that was cut off has no last line; its entries are looked for everywhere. */
		for (size_t i = 0; i < listing.count; i++) {
			if (text_equal(listing.items[i].id, id))
				kind = listing.items[i].kind;
		}
		if (ledger_each(ledger, kind, weigh, &undoing, error) == OK)
			append_undone(ledger, session, id, error);
	}
	list_release(&listing);
	buffer_release(&undoing.key);
	return error->result;
}

/*
 * Sentences changed by hand. They are kept apart from what the template says, each under the
 * sentence it was made of with its figures as {key}: so figures go on moving in them, and a
 * sentence that the template does not say any more is not missed.
 */
#include "derive/summary_parts.h"

#include "base/text.h"

#include <string.h>

enum { KEY_BYTES = 1024 };

/* The newest entry with this key; 0 for none. */
static int64_t edits_seq(const struct summary *summary, const struct kind *kind)
{
	char from[DAY_TEXT];
	struct buffer key;
	json_t *body = json_pack("{s:s, s:s, s:s}", "template", summary->name, "for",
		summary->reference, "from", day_text(summary->from, from));

	must(body != NULL);
	buffer_init(&key, KEY_BYTES);
	entry_key(kind, body, &key);
	int64_t seq = ledger_key(summary->ledger, kind->name, key.bytes);
	json_decref(body);
	buffer_release(&key);
	return seq;
}

enum result edits_load(struct summary *summary, struct error *error)
{
	const struct kind *kind = ledger_kind(summary->ledger, "summary.edited");
	int64_t seq = summary->edited || !kind ? 0 : edits_seq(summary, kind);
	struct error hidden = { 0 };
	struct entry entry;
	bool withdrawn;

	if (!seq)
		return ledger_trouble(summary->ledger, error);
	if (ledger_entry(summary->ledger, &summary->arena, seq, &entry, &withdrawn, &hidden) ==
		OK) {
		summary->edits_id = entry.id;
		if (!withdrawn)
			summary->edits = json_incref(json_object_get(entry.body, "rows"));
		entry_release(&entry);
	} else if (hidden.result == TROUBLE) {
		*error = hidden;
	}
	return error->result;
}

/* A row of the table, by its columns; an empty cell is "". */
struct edit {
	const char *what, *was, *now;
};

static struct edit edit_at(json_t *row)
{
	return (struct edit){ json_string_value(json_array_get(row, 0)),
		json_string_value(json_array_get(row, 1)),
		json_string_value(json_array_get(row, 2)) };
}

void edits_pin(struct summary *summary)
{
	size_t index;
	json_t *row;

	json_array_foreach(summary->edits, index, row)
	{
		const struct edit edit = edit_at(row);
		for (size_t i = 0; edit.what && i < summary->candidate_count; i++) {
			struct candidate *candidate = &summary->candidates[i];
			if (text_equal(edit.what, "sentence") ||
				!text_equal(candidate->fact.name, edit.was))
				continue;
			candidate->fact.pin = text_equal(edit.what, "in") ? PIN_IN : PIN_OUT;
			candidate->reason =
				say(summary, &summary->arena, "summary.by_writer", NULL);
		}
	}
}

/* The last row that speaks of this sentence; false where none does. */
static bool edit_find(const struct summary *summary, const char *was, struct edit *found)
{
	bool any = false;
	size_t index;
	json_t *row;

	json_array_foreach(summary->edits, index, row)
	{
		const struct edit edit = edit_at(row);
		if (edit.what && text_equal(edit.what, "sentence") && text_equal(edit.was, was)) {
			*found = edit;
			any = true;
		}
	}
	return any;
}

static void remove_told(struct summary *summary, struct told **at)
{
	struct told *told = *at;

	*at = told->next;
	told->next = NULL;
	*summary->last_removed = told;
	summary->last_removed = &told->next;
}

/* A figure in it may have no data any more: then what the template says stands. */
static enum result change(
	struct summary *summary, struct told *told, const char *now, struct error *error)
{
	struct error why = { 0 };
	struct phrases phrases;

	if (fill_edited(summary, now, &phrases, &why)) {
		told->phrases = phrases;
		told->edited = true;
	} else if (why.result == TROUBLE) {
		*error = why;
	} else {
		note_add(summary, &summary->last_note,
			say(summary, &summary->arena, "summary.note.edit", "text", now, NULL));
	}
	return error->result;
}

enum result edits_apply(struct summary *summary, struct error *error)
{
	struct edit edit;

	if (!summary->edits)
		return OK;
	for (struct item *item = summary->items; item && error->result == OK; item = item->next) {
		for (struct told **at = &item->told; *at && error->result == OK;) {
			struct told *told = *at;
			if (!edit_find(summary, told->was, &edit)) {
				at = &told->next;
			} else if (!edit.now || !*edit.now) {
				remove_told(summary, at);
			} else {
				if (!text_equal(edit.now, told->was))
					change(summary, told, edit.now, error);
				at = &told->next;
			}
		}
	}
	told_join(summary);
	return error->result;
}

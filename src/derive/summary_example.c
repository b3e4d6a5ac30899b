#include "derive/summary_example.h"

#include "base/text.h"
#include "derive/sentence.h"

#include <stdlib.h>
#include <string.h>

enum { SENTENCE_BYTES = 64 * 1024, SENTENCE_MOST = 80 };

static bool names_somebody(const struct kept *row)
{
	return row->day && (row->customer || row->staff);
}

/* Is `row` the better example? */
static bool better(
	const struct measure *measure, bool bad, const struct kept *row, const struct kept *best)
{
	if (measure->how == RATIO && (row->value == 0) != (best->value == 0))
		return (row->value == 0) == bad;
	if (measure->how == SUM && row->value != best->value)
		return row->value > best->value;
	if (row->day != best->day)
		return row->day > best->day;
	return row->seq > best->seq;
}

const struct kept *example_row(const struct evidence_set *set, bool bad)
{
	const struct kept *best = NULL;

	for (size_t i = 0; i < set->count; i++) {
		const struct kept *row = &set->rows[i];
		if (names_somebody(row) && (!best || better(set->measure, bad, row, best)))
			best = row;
	}
	return best;
}

/* A summary goes to many: whom one met is not said in it. */
static void leave_out_personal(struct entry *entry)
{
	for (const struct field *field = entry->kind->fields; field->name; field++) {
		if (field->flags & PERSONAL)
			json_object_del(entry->body, field->name);
	}
}

/* The sentence of the entry, where the row is an entry of its own; NULL otherwise. */
static const char *entry_words(struct summary *summary, const struct kept *row)
{
	struct reader reader = { { summary->messages, summary->language }, summary->ledger };
	struct error ignored = { 0 };
	struct entry entry;
	struct buffer text;
	const char *words = NULL;

	if (row->row >= 0 || ledger_entry(summary->ledger, &summary->arena, row->seq, &entry, NULL,
				     &ignored) != OK)
		return NULL;
	buffer_init(&text, SENTENCE_BYTES);
	/* What is being registered has a name, which says enough; the system's own entries
	 * speak of duties, not of customers. */
	if (entry.kind && !entry.kind->defines && entry.origin != ORIGIN_SYSTEM) {
		leave_out_personal(&entry);
		sentence_write(&reader, &entry, &text);
	}
	if (text.length && text_characters(text.bytes) <= SENTENCE_MOST)
		words = arena_text(&summary->arena, text.bytes);
	buffer_release(&text);
	entry_release(&entry);
	return words;
}

static const char *example_key(
	const struct evidence_set *set, bool unmet, bool amount, bool sentence)
{
	if (set->measure->sense == ON_LAST_DAY)
		return "summary.example.state";
	if (amount)
		return "summary.example.amount";
	if (unmet)
		return "summary.example.unmet";
	return sentence ? "summary.example.entry" : "summary.example";
}

const char *example_words(
	struct summary *summary, const struct evidence_set *set, const struct kept *row)
{
	struct arena *arena = &summary->arena;
	struct civil civil = civil_from_day(row->day);
	bool amount = set->measure->how == SUM || set->measure->how == MEAN;
	/* The entry behind what was not met may be what was done too late: it would mislead. */
	bool unmet = set->measure->how == RATIO && row->value == 0;
	const char *sentence = amount || unmet ? NULL : entry_words(summary, row);
	const char *name = row->customer ? name_of(summary, "customer", row->customer)
					 : name_of(summary, "staff", row->staff);
	const char *key = example_key(set, unmet, amount, sentence != NULL);

	return say(summary, arena, key, "name", name, "month",
		arena_print(arena, "%d", civil.month), "day", arena_print(arena, "%d", civil.day),
		"value", amount ? figure_value(summary, set->measure, row->value) : "", "sentence",
		sentence, NULL);
}

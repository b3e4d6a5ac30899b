/*
 * {plans NAME}: what was planned. Where NAME is a share its rows are the plans that are over,
 * each told as 做到 or 没做到; otherwise they are plans still to be done, which are listed. The
 * words of a plan are the searchable text of its entry, or of the entry that it judges.
 */
#include "derive/summary_parts.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { PLANS_MOST = 6 };

struct plans {
	struct summary *summary;
	struct evidence_set *set;
	struct item *item;
	const struct kept *rows[PLANS_MOST];
	const char *words[PLANS_MOST];
	int count;
};

/* The words without the full stop they may end in. */
static const char *unended(struct arena *arena, const char *text)
{
	size_t length = strlen(text), stop = strlen("。");

	if (length > stop && text_equal(text + length - stop, "。"))
		length -= stop;
	return arena_bytes(arena, text, length);
}

static enum result words_of(struct summary *summary, int64_t seq, int row, bool follow,
	const char **words, struct error *error)
{
	struct entry entry;
	int64_t judged = 0;

	*words = NULL;
	if (ledger_entry(summary->ledger, &summary->arena, seq, &entry, NULL, error) != OK)
		return error->result;
	entry.row = row;
	for (const struct field *field = entry.kind ? entry.kind->fields : NULL;
		field && field->name; field++) {
		if (!entry_has(&entry, field->name) || field->flags & (PERSONAL | LIST))
			continue;
		if (field->type == FIELD_ENTRY)
			judged = ledger_find(summary->ledger, entry_text(&entry, field->name));
		if (field->type == FIELD_TEXT && field->flags & SEARCH && !*words)
			*words = unended(&summary->arena, entry_text(&entry, field->name));
	}
	entry_release(&entry);
	return follow && judged ? words_of(summary, judged, -1, false, words, error) : OK;
}

/* A unit's own plans come before those of its people, what was not kept before what was. */
static int order_of(const struct plans *plans, const struct kept *row)
{
	bool unit = text_starts(plans->summary->reference, "unit:");
	bool own = !unit || (row->unit && text_equal(row->unit, plans->summary->reference + 5));

	return (own ? 0 : 2) + (plans->set->measure->how == RATIO && row->value != 0);
}

static enum result plans_take(struct plans *plans, struct error *error)
{
	for (int order = 0; order < 4; order++) {
		for (size_t i = 0; i < plans->set->count && plans->count < PLANS_MOST; i++) {
			const struct kept *row = &plans->set->rows[i];
			const char *words;
			if (order_of(plans, row) != order)
				continue;
			if (words_of(plans->summary, row->seq, row->row, true, &words, error) != OK)
				return error->result;
			plans->rows[plans->count] = row;
			plans->words[plans->count] = words;
			plans->count += words != NULL;
		}
	}
	return OK;
}

static void said(struct plans *plans, const char *key, const char *plan)
{
	phrases_add(plans->summary, &plans->item->phrases, PHRASE_TEXT,
		say(plans->summary, &plans->summary->arena, key, "plan", plan, NULL));
}

static void counted(struct plans *plans, const char *which, int64_t count)
{
	struct summary *summary = plans->summary;

	phrases_figure(summary, &plans->item->phrases, plans->set,
		arena_print(&summary->arena, "%s:%s", plans->set->measure->name, which),
		figure_grouped(&summary->arena, count));
	plans->set->showing = figure_text(summary, plans->set);
}

static void plans_judged(struct plans *plans)
{
	said(plans, "summary.plans.made", NULL);
	counted(plans, "all", plans->set->figure.n);
	said(plans, "summary.plans.kept", NULL);
	counted(plans, "met", plans->set->figure.numerator);
	said(plans, plans->count ? "summary.plans.namely" : "summary.plans.stop", NULL);
	for (int i = 0; i < plans->count; i++) {
		said(plans, plans->rows[i]->value ? "summary.plan.kept" : "summary.plan.not_kept",
			plans->words[i]);
		said(plans, i + 1 < plans->count ? "summary.plan.next" : "summary.stop", NULL);
	}
}

static void plans_ahead(struct plans *plans)
{
	said(plans, "summary.plans.ahead", NULL);
	counted(plans, "all", plans->set->figure.n);
	said(plans, plans->count ? "summary.plans.namely" : "summary.plans.stop", NULL);
	for (int i = 0; i < plans->count; i++) {
		said(plans, "summary.plan.ahead", plans->words[i]);
		said(plans, i + 1 < plans->count ? "summary.plan.next" : "summary.stop", NULL);
	}
}

enum result plans_build(struct summary *summary, const struct block *block, struct error *error)
{
	const char *words[3];
	int count = template_words(&summary->arena, block->text, words, 3);
	struct plans plans = { .summary = summary };

	if (count != 2)
		return template_refuse(&summary->template, block->line, "refused.summary_slot",
			block->text, error);
	if (figure_named(summary, words[1], false, &plans.set, error) != OK)
		return error->result;
	if (!plans.set || !plans.set->data)
		return OK;
	if (plans_take(&plans, error) != OK)
		return error->result;
	plans.item = item_add(summary, ITEM_PARAGRAPH);
	if (plans.set->measure->how == RATIO)
		plans_judged(&plans);
	else
		plans_ahead(&plans);
	material_written(summary, words[1]);
	return OK;
}

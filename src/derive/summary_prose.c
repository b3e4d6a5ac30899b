/* Selected facts as prose: the foremost at length, the next a line each, the rest in a table. */
#include "derive/summary_parts.h"

#include "base/text.h"
#include "derive/summary_example.h"
#include "office/document.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ one fact */

/* Words of English stand apart; those of Chinese do not. */
static void gap(struct summary *summary, struct item *item)
{
	if (summary->language == ENGLISH && item->phrases.first)
		phrases_add(summary, &item->phrases, PHRASE_TEXT, " ");
}

/* "，比上年同期增加12次（8.3%）" */
static void change_add(struct summary *summary, struct item *item, struct candidate *candidate)
{
	struct evidence_set *set = candidate->set, *before = candidate->before;

	if (!before || !before->data)
		return;
	phrases_add(summary, &item->phrases, PHRASE_TEXT,
		say(summary, &summary->arena, "summary.fact.than", "before",
			message_get(summary->messages, summary->language, summary->before.key),
			NULL));
	gap(summary, item);
	phrases_figure(summary, &item->phrases, set,
		arena_print(&summary->arena, "%s:change", set->measure->name),
		figure_change(summary, set, before));
	figure_show(summary, before, figure_text(summary, before));
}

static void peers_add(struct summary *summary, struct item *item, struct candidate *candidate)
{
	const struct measure *measure = candidate->set->measure;
	int64_t value = candidate->set->figure.value;

	if (!candidate->peers)
		return;
	const char *key = value > candidate->peer_median   ? "summary.fact.above"
			  : value < candidate->peer_median ? "summary.fact.below"
							   : "summary.fact.level";
	phrases_add(summary, &item->phrases, PHRASE_TEXT,
		say(summary, &summary->arena, key, "median",
			figure_value(summary, measure, candidate->peer_median), "count",
			figure_grouped(&summary->arena, candidate->peers), NULL));
}

static void breach_add(struct summary *summary, struct item *item, struct candidate *candidate)
{
	if (!candidate->fact.breach)
		return;
	phrases_add(summary, &item->phrases, PHRASE_TEXT,
		say(summary, &summary->arena, "summary.fact.breach", "threshold",
			candidate->threshold, NULL));
}

static void fact_paragraph(
	struct summary *summary, struct candidate *candidate, const char *lead, bool at_length)
{
	struct item *item = item_add(summary, ITEM_PARAGRAPH);
	struct evidence_set *set = candidate->set;
	/* Of how things stand on the last day only what is wrong is worth an example. */
	bool telling = set->measure->sense == DURING || candidate->bad;
	const struct kept *row = at_length && telling ? example_row(set, candidate->bad) : NULL;

	phrases_add(summary, &item->phrases, PHRASE_TEXT, lead);
	gap(summary, item);
	phrases_add(summary, &item->phrases, PHRASE_TEXT, figure_label(summary, set->measure));
	gap(summary, item);
	phrases_figure(summary, &item->phrases, set, set->measure->name, figure_text(summary, set));
	set->showing = figure_text(summary, set);
	change_add(summary, item, candidate);
	if (at_length)
		peers_add(summary, item, candidate);
	breach_add(summary, item, candidate);
	phrases_add(summary, &item->phrases, PHRASE_TEXT,
		say(summary, &summary->arena, "summary.stop", NULL));
	if (row) {
		gap(summary, item);
		phrases_add(summary, &item->phrases, PHRASE_TEXT, example_words(summary, set, row));
	}
	candidate->written = true;
}

/* ------------------------------------------------------------------ a section */

static int by_rank(const void *a, const void *b)
{
	const struct candidate *x = *(struct candidate *const *)a;
	const struct candidate *y = *(struct candidate *const *)b;

	return x->fact.rank - y->fact.rank;
}

/* The candidates of a section that have this place, in their order. */
static size_t of_section(
	struct summary *summary, int section, enum fact_place place, struct candidate **out)
{
	size_t count = 0;

	for (size_t i = 0; i < summary->candidate_count; i++) {
		struct candidate *candidate = &summary->candidates[i];
		if (candidate->fact.section == section && candidate->fact.place == place)
			out[count++] = candidate;
	}
	qsort(out, count, sizeof(struct candidate *), by_rank);
	return count;
}

enum result material_build(struct summary *summary, const struct block *block, struct error *error)
{
	static const char *const ordinals[] = { "一", "二", "三" };
	struct candidate **chosen =
		arena_array(&summary->arena, struct candidate *, summary->candidate_count + 1);
	size_t keys = of_section(summary, block->line, PLACE_KEY, chosen);

	(void)error;
	for (size_t i = 0; i < keys; i++) {
		/* A pinned breach may make a fourth; it goes without a number. */
		const char *lead = keys > 1 && i < COUNT_OF(ordinals)
					   ? say(summary, &summary->arena, "summary.fact.lead",
						     "ordinal", ordinals[i], NULL)
					   : "";
		fact_paragraph(summary, chosen[i], lead, true);
	}
	size_t lines = of_section(summary, block->line, PLACE_LINE, chosen);
	for (size_t i = 0; i < lines; i++) {
		/* A line would only repeat a sentence of the template, which does not say of a
		 * breach that it is one. */
		if (!chosen[i]->written || chosen[i]->fact.breach)
			fact_paragraph(summary, chosen[i], "", false);
	}
	return OK;
}

/* ------------------------------------------------------------------ drafts */

static struct candidate *candidate_find(struct summary *summary, const char *key)
{
	size_t length = strcspn(key, ":");

	for (size_t i = 0; i < summary->candidate_count; i++) {
		const char *name = summary->candidates[i].fact.name;
		if (strlen(name) == length && strncmp(name, key, length) == 0)
			return &summary->candidates[i];
	}
	return NULL;
}

void material_written(struct summary *summary, const char *key)
{
	struct candidate *candidate = candidate_find(summary, key);

	if (candidate)
		candidate->written = true;
}

/* A paragraph is about the fact whose figure it names first. */
bool material_removed(
	struct summary *summary, const struct block *region, const struct block *paragraph)
{
	if (!text_starts(region->text, "material ") || !paragraph->lines)
		return false;
	for (const struct piece *piece = paragraph->lines->pieces; piece; piece = piece->next) {
		if (piece->kind != PIECE_FIGURE)
			continue;
		const struct candidate *candidate = candidate_find(summary, piece->key);
		return candidate && candidate->fact.pin == PIN_OUT;
	}
	return false;
}

enum result material_pinned(
	struct summary *summary, const struct block *region, struct error *error)
{
	(void)error;
	for (size_t i = 0; i < summary->candidate_count; i++) {
		struct candidate *candidate = &summary->candidates[i];
		if (candidate->fact.section == region->line && !candidate->written &&
			candidate->fact.pin == PIN_IN)
			fact_paragraph(summary, candidate, "", candidate->fact.concrete);
	}
	return OK;
}

/* ------------------------------------------------------------------ the rest */

static const char *pin_words(struct summary *summary, const struct candidate *candidate)
{
	if (!candidate->reason)
		return "";
	return say(summary, &summary->arena,
		candidate->fact.pin == PIN_IN ? "summary.pinned" : "summary.unpinned", "reason",
		candidate->reason, NULL);
}

void material_rest(struct summary *summary, struct document *document)
{
	const struct document_column columns[] = {
		{ say(summary, &summary->arena, "summary.column.measure", NULL), ALIGN_LEFT },
		{ say(summary, &summary->arena, "summary.column.value", NULL), ALIGN_RIGHT },
		{ say(summary, &summary->arena, "summary.column.before", NULL), ALIGN_RIGHT },
		{ say(summary, &summary->arena, "summary.column.reason", NULL), ALIGN_LEFT }
	};
	bool any = false;

	for (size_t i = 0; i < summary->candidate_count; i++) {
		struct candidate *candidate = &summary->candidates[i];
		if (candidate->written && !candidate->reason)
			continue;
		if (!any) {
			document_appendix(document,
				say(summary, &summary->arena, "summary.appendix.rest", NULL));
			document_table(document, NULL, columns, COUNT_OF(columns));
			any = true;
		}
		document_row(document);
		document_cell(document, figure_label(summary, candidate->set->measure));
		document_cell(document, figure_text(summary, candidate->set));
		document_cell(
			document, candidate->before && candidate->before->data
					  ? figure_text(summary, candidate->before)
					  : say(summary, &summary->arena, "summary.no_data", NULL));
		document_cell(document, pin_words(summary, candidate));
	}
}

/* A summary from beginning to end: read, gather, compose, prune. */
#include "derive/summary_parts.h"

#include "base/asset.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUMMARY_ARENA = 1 << 30 };

/* ------------------------------------------------------------------ templates inside the program
 */

const char *summary_template(const char *name, size_t *length)
{
	char path[200];

	snprintf(path, sizeof(path), "summaries/%s.md", name);
	const struct asset *asset = asset_find(path);
	*length = asset ? asset->size : 0;
	return asset ? asset->bytes : NULL;
}

void summary_templates(char *names, size_t size)
{
	const struct asset *asset = NULL;
	size_t used = 0;

	names[0] = '\0';
	while ((asset = asset_next(asset, "summaries/", ".md"))) {
		int length = (int)(strlen(asset->name) - strlen("summaries/.md"));
		if (used < size)
			used += (size_t)snprintf(names + used, size - used, "%s%.*s",
				used ? " " : "", length, asset->name + strlen("summaries/"));
	}
}

/* ------------------------------------------------------------------ small things */

struct pairs {
	const char *name[8], *value[8];
	int count;
};

static const char *pair_value(void *context, const char *name)
{
	const struct pairs *pairs = context;

	for (int i = 0; i < pairs->count; i++) {
		if (text_equal(pairs->name[i], name))
			return pairs->value[i];
	}
	return NULL;
}

const char *say(const struct summary *summary, struct arena *arena, const char *key, ...)
{
	struct pairs pairs = { .count = 0 };
	struct buffer text;
	va_list arguments;

	va_start(arguments, key);
	for (const char *name; pairs.count < 8 && (name = va_arg(arguments, const char *));) {
		pairs.name[pairs.count] = name;
		pairs.value[pairs.count++] = va_arg(arguments, const char *);
	}
	va_end(arguments);
	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	message_fill(
		&text, message_get(summary->messages, summary->language, key), pair_value, &pairs);
	const char *answer = arena_text(arena, text.bytes ? text.bytes : "");
	buffer_release(&text);
	return answer;
}

void note_add(struct summary *summary, struct note ***last, const char *text)
{
	struct note *note = arena_new(&summary->arena, struct note);

	note->text = text;
	**last = note;
	*last = &note->next;
}

struct item *item_add(struct summary *summary, enum item_kind kind)
{
	struct item *item = arena_new(&summary->arena, struct item);

	item->kind = kind;
	phrases_init(&item->phrases);
	*summary->last = item;
	summary->last = &item->next;
	return item;
}

const char *name_of(struct summary *summary, const char *type, const char *id)
{
	const char *name = view_name(ledger_view(summary->ledger), type, id);

	return arena_text(&summary->arena, name && *name ? name : id);
}

/* ------------------------------------------------------------------ composing */

static enum result paragraph_build(
	struct summary *summary, const struct block *block, struct error *error)
{
	struct phrases phrases;

	phrases_init(&phrases);
	if (fill_block(summary, block, &phrases, error) != OK)
		return error->result;
	if (!phrases.first)
		return OK;
	struct item *item =
		item_add(summary, block->kind == BLOCK_HEADING ? ITEM_HEADING : ITEM_PARAGRAPH);
	item->level = block->level;
	item->phrases = phrases;
	return OK;
}

static enum result slot_build(
	struct summary *summary, const struct block *block, struct error *error)
{
	struct item *region = item_add(summary, ITEM_REGION);
	enum result result;

	region->text = block->text;
	if (text_starts(block->text, "table "))
		result = table_build(summary, block, error);
	else if (text_starts(block->text, "chart "))
		result = chart_build(summary, block, error);
	else if (text_starts(block->text, "material "))
		result = material_build(summary, block, error);
	else
		result = plans_build(summary, block, error);
	item_add(summary, ITEM_REGION_END);
	return result;
}

/* A region of a draft: tables and charts are made again, prose is kept as it was edited. */
static enum result region_build(
	struct summary *summary, const struct block **block, struct error *error)
{
	const struct block *region = *block;
	bool again = text_starts(region->text, "table ") || text_starts(region->text, "chart ");
	enum result result = OK;

	if (again)
		result = slot_build(summary, region, error);
	else
		item_add(summary, ITEM_REGION)->text = region->text;
	for (*block = region->next; *block && (*block)->kind != BLOCK_REGION_END && result == OK;
		*block = (*block)->next) {
		if (again)
			continue;
		if ((*block)->kind == BLOCK_PIN)
			item_add(summary, ITEM_PIN)->text = (*block)->text;
		else if (!material_removed(summary, region, *block))
			result = paragraph_build(summary, *block, error);
	}
	if (result == OK && !*block)
		return template_refuse(&summary->template, region->line,
			"refused.summary_region_open", region->text, error);
	if (result == OK && !again) {
		result = material_pinned(summary, region, error);
		item_add(summary, ITEM_REGION_END);
	}
	return result;
}

static enum result compose(struct summary *summary, struct error *error)
{
	enum result result = OK;

	for (const struct block *block = summary->template.blocks; block && result == OK;
		block = block ? block->next : NULL) {
		switch (block->kind) {
		case BLOCK_HEADING:
		case BLOCK_PARAGRAPH:
			result = paragraph_build(summary, block, error);
			break;
		case BLOCK_SLOT:
			result = slot_build(summary, block, error);
			break;
		case BLOCK_REGION:
			result = region_build(summary, &block, error);
			break;
		case BLOCK_REGION_END:
		case BLOCK_PIN:
			break;
		}
	}
	return result;
}

/* ------------------------------------------------------------------ pruning */

static bool is_content(const struct item *item)
{
	return item->kind == ITEM_TABLE || item->kind == ITEM_CHART ||
	       (item->kind == ITEM_PARAGRAPH && item->phrases.first);
}

/* Does anything stand below this heading? */
static bool heading_used(const struct item *heading)
{
	for (const struct item *item = heading->next; item; item = item->next) {
		if (item->kind == ITEM_HEADING && item->level <= heading->level)
			return false;
		if (is_content(item))
			return true;
	}
	return false;
}

static const char *item_text(struct summary *summary, const struct item *item)
{
	struct buffer text;

	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	for (const struct phrase *phrase = item->phrases.first; phrase; phrase = phrase->next)
		buffer_text(&text, phrase->text);
	const char *copy = arena_text(&summary->arena, text.bytes ? text.bytes : "");
	buffer_release(&text);
	return copy;
}

static void prune(struct summary *summary)
{
	struct item **at = &summary->items;

	while (*at) {
		struct item *item = *at;
		bool empty = item->kind == ITEM_PARAGRAPH && !item->phrases.first;
		bool empty_region = item->kind == ITEM_REGION && item->next &&
				    item->next->kind == ITEM_REGION_END;
		if (empty) {
			*at = item->next;
		} else if (empty_region) {
			*at = item->next->next;
		} else if (item->kind == ITEM_HEADING && !heading_used(item)) {
			note_add(summary, &summary->last_note,
				say(summary, &summary->arena, "summary.note.section", "section",
					item_text(summary, item), NULL));
			*at = item->next;
		} else {
			at = &item->next;
		}
	}
	summary->last = at;
}

/* ------------------------------------------------------------------ making */

static enum result head_day(struct summary *summary, const char *key, int *day, struct error *error)
{
	const char *text = template_head(&summary->template, key);

	if (!text || !day_parse(text, day))
		return error_refuse(error, "refused.summary_draft_head", "edit", "key", key, NULL);
	return OK;
}

/* Whose and when: asked for, or in the head of a draft. */
static enum result whose(
	struct summary *summary, const struct summary_request *request, struct error *error)
{
	const char *reference = request->reference;

	summary->from = request->from;
	summary->to = request->to;
	if (request->edited) {
		reference = template_head(&summary->template, "for");
		if (!reference)
			return error_refuse(
				error, "refused.summary_draft_head", "edit", "key", "for", NULL);
		if (head_day(summary, "from", &summary->from, error) != OK ||
			head_day(summary, "to", &summary->to, error) != OK)
			return error->result;
	}
	if (summary->from > summary->to)
		return error_refuse(error, "refused.summary_period", "from", NULL);
	summary->reference = arena_text(&summary->arena, reference);
	const char *colon = strchr(reference, ':');
	const char *type =
		colon ? arena_bytes(&summary->arena, reference, (size_t)(colon - reference)) : "";
	if ((!text_equal(type, "unit") && !text_equal(type, "staff")) ||
		!view_exists(ledger_view(summary->ledger), type, colon + 1))
		return error_refuse(error, "refused.summary_for", "for", "value", reference, NULL);
	return OK;
}

static enum result front(
	struct summary *summary, const struct summary_request *request, struct error *error)
{
	uint8_t hash[DIGEST_BYTES];
	const char *purpose = template_head(&summary->template, "purpose");

	if (whose(summary, request, error) != OK)
		return error->result;
	summary->before = figure_before_now(summary->from, summary->to, instant_day(summary->now));
	if (request->purpose)
		purpose = arena_text(&summary->arena, request->purpose);
	summary->purpose = purpose ? purpose : "述职";
	summary->head_seq = ledger_head(summary->ledger, hash);
	digest_text(hash, summary->head);
	summary->title = fill_head(summary, "title", error);
	if (error->result == OK)
		summary->subtitle = fill_head(summary, "subtitle", error);
	if (error->result == OK)
		summary->signature = fill_head(summary, "signature", error);
	if (error->result == OK && !summary->title)
		return error_refuse(error, "refused.summary_title", "template", "template",
			summary->name, NULL);
	return error->result;
}

enum result summary_make(struct summary **made, struct ledger *ledger,
	const struct summary_request *request, struct error *error)
{
	struct summary *summary = calloc(1, sizeof(*summary));
	enum result result;

	must(summary != NULL);
	arena_init(&summary->arena, SUMMARY_ARENA);
	summary->ledger = ledger;
	summary->messages = request->messages;
	summary->language = request->language;
	summary->edited = request->edited;
	summary->now = request->now;
	summary->name = arena_text(&summary->arena, request->name);
	if (request->evidence)
		summary->evidence_file = arena_text(&summary->arena, request->evidence);
	if (request->mark)
		summary->mark = arena_text(&summary->arena, request->mark);
	summary->last = &summary->items;
	summary->last_set = &summary->sets;
	summary->last_note = &summary->notes;
	summary->last_claim = &summary->claims;
	summary->last_removed = &summary->removed;
	result = template_read(&summary->template, &summary->arena, request, error);
	if (result == OK)
		result = front(summary, request, error);
	if (result == OK)
		result = edits_load(summary, error);
	if (result == OK)
		result = material_gather(summary, error);
	if (result == OK)
		compose(summary, error);
	if (ledger_trouble(ledger, error) == OK) {
		told_split(summary);
		if (edits_apply(summary, error) == OK) {
			prune(summary);
			*made = summary;
			return OK;
		}
	}
	summary_free(summary);
	*made = NULL;
	return error->result;
}

const char *summary_title(const struct summary *summary)
{
	return summary->title;
}

void summary_free(struct summary *summary)
{
	if (!summary)
		return;
	for (struct evidence_set *set = summary->sets; set; set = set->next)
		free(set->rows);
	free(summary->candidates);
	json_decref(summary->edits);
	arena_release(&summary->arena);
	free(summary);
}

/* ------------------------------------------------------------------ final */

enum result summary_final(const struct summary *summary,
	void (*each)(void *context, const char *sentence), void *context, struct error *error)
{
	char count[16];
	int claims = 0;

	for (const struct note *claim = summary->claims; claim; claim = claim->next) {
		each(context, claim->text);
		claims++;
	}
	for (size_t i = 0; i < summary->candidate_count; i++) {
		const struct candidate *candidate = &summary->candidates[i];
		if (candidate->fact.breach && !candidate->written)
			return error_refuse(error, "refused.summary_breach", "edit", "measure",
				figure_label(summary, candidate->set->measure), "threshold",
				candidate->threshold, NULL);
	}
	if (!claims)
		return OK;
	snprintf(count, sizeof(count), "%d", claims);
	return error_refuse(error, "refused.summary_claims", "final", "count", count, NULL);
}

/* Was anything asked about the span itself, and did any of it have an answer? */
static bool found(const struct summary *summary)
{
	bool asked = false;

	for (const struct evidence_set *set = summary->sets; set; set = set->next) {
		if (set->measure->sense != DURING || set->from != summary->from ||
			set->to != summary->to || !text_equal(set->reference, summary->reference))
			continue;
		if (set->data)
			return true;
		asked = true;
	}
	return !asked;
}

const char *summary_nothing(struct summary *summary)
{
	const char *type = text_starts(summary->reference, "staff:") ? "staff" : "unit";

	if (found(summary))
		return NULL;
	return say(summary, &summary->arena, "summary.nothing", "period",
		period_words(&summary->arena, summary->from, summary->to), "name",
		name_of(summary, type, strchr(summary->reference, ':') + 1), NULL);
}

void summary_notes(
	const struct summary *summary, void (*each)(void *context, const char *line), void *context)
{
	for (const struct note *note = summary->notes; note; note = note->next)
		each(context, note->text);
}

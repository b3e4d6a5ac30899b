/*
 * Material: every measure of a section is a fact; its distance from peers or from the span
 * before, what it touches and what the summary is for decide its place (summary_select.h).
 *
 *     {material 服务 of visit.* roster.coverage}
 *
 * A head line `threshold: roster.coverage >= 100%` makes a value on the wrong side a breach.
 */
#include "derive/summary_parts.h"

#include "base/text.h"
#include "derive/summary_example.h"

#include <stdlib.h>
#include <string.h>

enum { MATERIAL_WORDS = 40, PEERS_MOST = 200, PEERS_LEAST = 4, DISTINCT_UNKNOWN = 100 };

/* How well good news, bad news and plain figures suit a purpose. */
static const struct suits {
	const char *purpose;
	int good, bad, plain;
} purposes[] = {
	{ "述职", 1000, 800, 500 },
	{ "经验交流", 1000, 300, 400 },
	{ "检查汇报", 500, 1000, 600 },
	{ "个人总结", 900, 900, 600 },
};

static const struct suits *suits_find(const char *purpose)
{
	for (size_t i = 0; i < COUNT_OF(purposes); i++) {
		if (text_equal(purposes[i].purpose, purpose))
			return &purposes[i];
	}
	return NULL;
}

/* ------------------------------------------------------------------ peers */

struct peers {
	struct summary *summary;
	const char *ids[PEERS_MOST];
	int count;
	const char *type, *own; /* of the scope */
	const char *group;      /* the parent of a unit, the unit of a person */
};

static const char *group_of(struct peers *peers, const char *id)
{
	struct view *view = ledger_view(peers->summary->ledger);

	return text_equal(peers->type, "unit") ? view_unit_parent(view, id)
					       : view_staff_unit(view, id, peers->summary->to);
}

struct objects {
	struct arena *arena;
	const char **ids;
	size_t count, allocated;
};

static bool object_keep(void *context, const char *id, const char *name)
{
	struct objects *objects = context;

	(void)name;
	if (objects->count == objects->allocated) {
		objects->allocated = objects->allocated ? objects->allocated * 2 : 256;
		objects->ids = realloc(objects->ids, objects->allocated * sizeof(*objects->ids));
		must(objects->ids != NULL);
	}
	objects->ids[objects->count++] = arena_text(objects->arena, id);
	return true;
}

/* Those beside the scope: units of the same parent, people of the same unit. */
static enum result peers_find(struct peers *peers, struct summary *summary, struct error *error)
{
	struct objects objects = { .arena = &summary->arena };
	const char *colon = strchr(summary->reference, ':');

	*peers = (struct peers){ .summary = summary,
		.type = text_starts(summary->reference, "unit:") ? "unit" : "staff",
		.own = colon + 1 };
	ledger_view_reset(summary->ledger);
	const char *group = group_of(peers, peers->own);
	if (!group)
		return OK;
	peers->group = arena_text(&summary->arena, group);
	enum result result =
		ledger_objects(summary->ledger, peers->type, object_keep, &objects, error);
	for (size_t i = 0; result == OK && i < objects.count && peers->count < PEERS_MOST; i++) {
		ledger_view_reset(summary->ledger);
		const char *its = text_equal(objects.ids[i], peers->own)
					  ? NULL
					  : group_of(peers, objects.ids[i]);
		if (its && text_equal(its, peers->group))
			peers->ids[peers->count++] = objects.ids[i];
	}
	free(objects.ids);
	return result;
}

/* Totals of units differ by their size; only what is free of size compares between them. */
static bool comparable(const struct peers *peers, const struct measure *measure)
{
	bool sized = measure->how == SUM || measure->how == COUNT || measure->how == DISTINCT;

	return peers->count >= PEERS_LEAST && (!sized || text_equal(peers->type, "staff"));
}

static enum result peers_weigh(
	const struct peers *peers, struct candidate *candidate, bool *weighed, struct error *error)
{
	const struct measure *measure = candidate->set->measure;
	int64_t values[PEERS_MOST];
	size_t count = 0;

	*weighed = false;
	for (int i = 0; comparable(peers, measure) && i < peers->count; i++) {
		struct figure figure;
		const char *reference =
			arena_print(&peers->summary->arena, "%s:%s", peers->type, peers->ids[i]);
		ledger_view_reset(peers->summary->ledger);
		if (ledger_figure(peers->summary->ledger, measure, reference, candidate->set->from,
			    candidate->set->to, &figure, NULL, NULL, error) != OK)
			return error->result;
		if (figure.known && figure.n > 0)
			values[count++] = figure.value;
	}
	if (count < PEERS_LEAST)
		return OK;
	candidate->peers = (int)count;
	candidate->fact.distinct = fact_distinct_peers(
		candidate->set->figure.value, values, count, &candidate->peer_median);
	*weighed = true;
	return OK;
}

/* ------------------------------------------------------------------ weighing */

static bool threshold_met(const char *operator, int64_t value, int64_t wanted)
{
	if (text_equal(operator, ">="))
		return value >= wanted;
	if (text_equal(operator, "<="))
		return value <= wanted;
	return value == wanted;
}

static enum result threshold_check(
	struct summary *summary, struct candidate *candidate, struct error *error)
{
	for (const struct head *head = summary->template.heads; head; head = head->next) {
		const char *words[4];
		int64_t wanted;
		if (!text_equal(head->key, "threshold"))
			continue;
		int count = template_words(&summary->arena, head->value, words, 4);
		const struct measure *measure =
			count == 3 ? ledger_measure(summary->ledger, words[0]) : NULL;
		bool operator=
			count == 3 &&(text_equal(words[1], ">=") || text_equal(words[1], "<=") ||
				      text_equal(words[1], "="));
		if (!operator||(measure && !threshold_parse(measure, words[2], &wanted)))
			return template_refuse(&summary->template, head->line,
				"refused.summary_threshold", head->value, error);
		if (measure != candidate->set->measure)
			continue;
		candidate->threshold = say(summary, &summary->arena,
			text_equal(words[1], ">=")   ? "summary.at_least"
			: text_equal(words[1], "<=") ? "summary.at_most"
						     : "summary.exactly",
			"value", words[2], NULL);
		candidate->fact.breach =
			!threshold_met(words[1], candidate->set->figure.value, wanted);
	}
	return OK;
}

/* Better or worse than the span before, or else than the peers; 0 for neither. */
static int direction(const struct candidate *candidate)
{
	const struct measure *measure = candidate->set->measure;
	int64_t against = candidate->peer_median, value = candidate->set->figure.value;

	if (candidate->fact.breach)
		return -1;
	if (measure->no_direction)
		return 0;
	if (candidate->before && candidate->before->data)
		against = candidate->before->figure.value;
	else if (!candidate->peers)
		return 0;
	if (value == against)
		return 0;
	return (value > against) == measure->lower_is_better ? -1 : 1;
}

static int64_t customers_of_scope(struct summary *summary, struct error *error)
{
	struct objects objects = { .arena = &summary->arena };
	struct view *view = ledger_view(summary->ledger);
	bool unit = text_starts(summary->reference, "unit:");
	int64_t count = 0;

	ledger_view_reset(summary->ledger);
	if (!unit)
		return view_manages(view, summary->reference + 6, day_start(summary->to + 1) - 1);
	if (ledger_objects(summary->ledger, "customer", object_keep, &objects, error) != OK)
		return 0;
	for (size_t i = 0; i < objects.count; i++) {
		ledger_view_reset(summary->ledger);
		const char *its = view_customer_unit(view, objects.ids[i]);
		count += its && view_unit_within(view, its, summary->reference + 5);
	}
	free(objects.ids);
	return count;
}

static enum result weigh(struct summary *summary, const struct peers *peers, int64_t customers,
	struct candidate *candidate, struct error *error)
{
	const struct suits *suits = suits_find(summary->purpose);
	const struct evidence_set *set = candidate->set, *before = candidate->before;
	bool weighed;

	if (peers_weigh(peers, candidate, &weighed, error) != OK)
		return error->result;
	if (!weighed && before && before->data)
		candidate->fact.distinct = fact_distinct_before(
			set->figure.value, before->figure.value, set->measure->how == RATIO);
	else if (!weighed)
		candidate->fact.distinct = DISTINCT_UNKNOWN;
	candidate->fact.common = fact_common(set->customers, customers, set->entries);
	if (threshold_check(summary, candidate, error) != OK)
		return error->result;
	int better = direction(candidate);
	candidate->bad = better < 0;
	candidate->fact.fit = better > 0 ? suits->good : better < 0 ? suits->bad : suits->plain;
	const struct kept *example = example_row(set, candidate->bad);
	candidate->fact.concrete = example != NULL;
	candidate->fact.example = example && set->measure->sense == DURING ? example->seq : 0;
	return OK;
}

/* ------------------------------------------------------------------ gathering */

static bool name_fits(const char *pattern, const char *name)
{
	size_t length = strlen(pattern);

	if (length && pattern[length - 1] == '*')
		return strncmp(pattern, name, length - 1) == 0;
	return text_equal(pattern, name);
}

static bool gathered(const struct summary *summary, const struct measure *measure)
{
	for (size_t i = 0; i < summary->candidate_count; i++) {
		if (summary->candidates[i].set->measure == measure)
			return true;
	}
	return false;
}

static enum result candidate_add(
	struct summary *summary, const struct measure *measure, int section, struct error *error)
{
	struct evidence_set *set, *before;

	if (gathered(summary, measure))
		return OK;
	if (figure_named(summary, measure->name, false, &set, error) != OK ||
		figure_named(summary, measure->name, true, &before, error) != OK)
		return error->result;
	if (!set->data)
		return OK;
	if (summary->candidate_count == summary->candidate_allocated) {
		size_t more = summary->candidate_allocated ? summary->candidate_allocated * 2 : 32;
		summary->candidates =
			realloc(summary->candidates, more * sizeof(*summary->candidates));
		must(summary->candidates != NULL);
		summary->candidate_allocated = more;
	}
	summary->candidates[summary->candidate_count++] = (struct candidate){
		.fact = { .name = measure->name, .section = section },
		.set = set,
		.before = before,
	};
	return OK;
}

static enum result section_gather(
	struct summary *summary, const struct block *block, struct error *error)
{
	const char *words[MATERIAL_WORDS];
	int count = template_words(&summary->arena, block->text, words, MATERIAL_WORDS);

	if (count < 4 || !text_equal(words[2], "of"))
		return template_refuse(&summary->template, block->line, "refused.summary_slot",
			block->text, error);
	for (const struct module *const *module = ledger_modules(summary->ledger); *module;
		module++) {
		for (const struct measure *measure = (*module)->measures; measure && measure->name;
			measure++) {
			bool fits = false;
			for (int i = 3; i < count; i++)
				fits = fits || name_fits(words[i], measure->name);
			if (fits && candidate_add(summary, measure, block->line, error) != OK)
				return error->result;
		}
	}
	return OK;
}

/* `pin NAME: reason`, `unpin NAME: reason`: a writer's choice is kept with its reason. */
static enum result pin(struct summary *summary, const struct block *block, struct error *error)
{
	const char *text = strchr(block->text, ' ') + 1, *colon = strchr(text, ':');
	const char *name;

	if (!colon || !colon[1])
		return template_refuse(
			&summary->template, block->line, "refused.summary_pin", block->text, error);
	name = template_trimmed(&summary->arena, text, (size_t)(colon - text));
	for (size_t i = 0; i < summary->candidate_count; i++) {
		struct candidate *candidate = &summary->candidates[i];
		if (!text_equal(candidate->fact.name, name))
			continue;
		candidate->fact.pin = block->text[0] == 'p' ? PIN_IN : PIN_OUT;
		candidate->reason = colon + 1 + strspn(colon + 1, " ");
		if (candidate->fact.pin == PIN_OUT && candidate->fact.breach)
			return template_refuse(&summary->template, block->line,
				"refused.summary_unpin_breach",
				figure_label(summary, candidate->set->measure), error);
		return OK;
	}
	return template_refuse(
		&summary->template, block->line, "refused.summary_pin_unknown", name, error);
}

enum result material_gather(struct summary *summary, struct error *error)
{
	struct peers peers;
	int sections = 0;

	if (!suits_find(summary->purpose))
		return error_refuse(error, "refused.summary_purpose", "purpose", "value",
			summary->purpose, NULL);
	for (const struct block *block = summary->template.blocks; block; block = block->next) {
		bool makes = block->kind == BLOCK_SLOT || block->kind == BLOCK_REGION;
		if (!makes || !text_starts(block->text, "material "))
			continue;
		sections++;
		if (section_gather(summary, block, error) != OK)
			return error->result;
	}
	if (!sections)
		return OK;
	if (peers_find(&peers, summary, error) != OK)
		return error->result;
	int64_t customers = customers_of_scope(summary, error);
	struct fact **facts =
		arena_array(&summary->arena, struct fact *, summary->candidate_count + 1);
	for (size_t i = 0; i < summary->candidate_count && error->result == OK; i++) {
		facts[i] = &summary->candidates[i].fact;
		weigh(summary, &peers, customers, &summary->candidates[i], error);
	}
	for (const struct block *block = summary->template.blocks; block && error->result == OK;
		block = block->next) {
		if (block->kind == BLOCK_PIN)
			pin(summary, block, error);
	}
	edits_pin(summary);
	if (error->result == OK)
		facts_select(facts, summary->candidate_count);
	return error->result;
}

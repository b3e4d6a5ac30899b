/* Figures: computed once, remembered with their rows, and put into words. */
#include "derive/summary_parts.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct keeping {
	struct summary *summary;
	struct evidence_set *set;
	bool full;
};

static const char *copied(struct keeping *keeping, const char *text)
{
	return text && *text ? arena_text(&keeping->summary->arena, text) : NULL;
}

static bool keep_row(void *context, const struct evidence *evidence)
{
	struct keeping *keeping = context;
	struct evidence_set *set = keeping->set;

	if (set->count == SUMMARY_ROWS) {
		keeping->full = true;
		return false;
	}
	if (set->count == set->allocated) {
		set->allocated = set->allocated ? set->allocated * 2 : 64;
		set->rows = realloc(set->rows, set->allocated * sizeof(*set->rows));
		must(set->rows != NULL);
	}
	set->rows[set->count++] =
		(struct kept){ evidence->seq, evidence->value, evidence->row, evidence->day,
			copied(keeping, evidence->customer), copied(keeping, evidence->staff),
			copied(keeping, evidence->unit), copied(keeping, evidence->item) };
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_seq(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void count_distinct(struct evidence_set *set)
{
	const char **customers = calloc(set->count + 1, sizeof(*customers));
	int64_t *entries = calloc(set->count + 1, sizeof(*entries));
	size_t named = 0;

	must(customers != NULL && entries != NULL);
	for (size_t i = 0; i < set->count; i++) {
		entries[i] = set->rows[i].seq;
		if (set->rows[i].customer)
			customers[named++] = set->rows[i].customer;
	}
	qsort(customers, named, sizeof(*customers), by_text);
	qsort(entries, set->count, sizeof(*entries), by_seq);
	for (size_t i = 0; i < named; i++)
		set->customers += i == 0 || strcmp(customers[i - 1], customers[i]) != 0;
	for (size_t i = 0; i < set->count; i++)
		set->entries += i == 0 || entries[i - 1] != entries[i];
	free(customers);
	free(entries);
}

enum result figure_get(struct summary *summary, const struct measure *measure,
	const char *reference, int from, int to, struct evidence_set **set, struct error *error)
{
	for (*set = summary->sets; *set; *set = (*set)->next) {
		if ((*set)->measure == measure && (*set)->from == from && (*set)->to == to &&
			text_equal((*set)->reference, reference))
			return OK;
	}
	*set = arena_new(&summary->arena, struct evidence_set);
	**set = (struct evidence_set){ .measure = measure,
		.reference = arena_text(&summary->arena, reference),
		.from = from,
		.to = to };
	*summary->last_set = *set;
	summary->last_set = &(*set)->next;
	struct keeping keeping = { summary, *set, false };
	ledger_view_reset(summary->ledger);
	if (ledger_figure(summary->ledger, measure, reference, from, to, &(*set)->figure, keep_row,
		    &keeping, error) != OK)
		return error->result;
	if (keeping.full)
		return error_refuse(error, "refused.summary_rows", "from", "measure",
			figure_label(summary, measure), NULL);
	count_distinct(*set);
	(*set)->data = (*set)->figure.known && (*set)->count > 0;
	return OK;
}

enum result figure_named(struct summary *summary, const char *name, bool before,
	struct evidence_set **set, struct error *error)
{
	const struct measure *measure = ledger_measure(summary->ledger, name);

	*set = NULL;
	if (!measure)
		return OK;
	return figure_get(summary, measure, summary->reference,
		before ? summary->before.from : summary->from,
		before ? summary->before.to : summary->to, set, error);
}

/* ------------------------------------------------------------------ words */

static struct labels labels_of(const struct summary *summary)
{
	return (struct labels){ summary->messages, summary->language };
}

const char *figure_label(const struct summary *summary, const struct measure *measure)
{
	const struct labels labels = labels_of(summary);

	return label_measure(&labels, measure->name);
}

const char *figure_unit(const struct summary *summary, const struct measure *measure)
{
	const struct labels labels = labels_of(summary);

	return measure_unit(&labels, measure);
}

const char *figure_value(struct summary *summary, const struct measure *measure, int64_t value)
{
	const struct labels labels = labels_of(summary);

	return measure_value(&labels, &summary->arena, measure, value);
}

const char *figure_text(struct summary *summary, const struct evidence_set *set)
{
	const struct labels labels = labels_of(summary);

	return measure_figure(&labels, &summary->arena, &set->figure);
}

static const char *tenths(struct arena *arena, int64_t value, const char *unit)
{
	return arena_print(arena, "%" PRId64 ".%" PRId64 "%s", value / 10, value % 10, unit);
}

static const char *change_key(const struct measure *measure, int64_t change)
{
	if (change == 0)
		return "summary.change.same";
	if (measure->how == RATIO || measure->how == MEAN || measure->how == MEDIAN)
		return change > 0 ? "summary.change.higher" : "summary.change.lower";
	return change > 0 ? "summary.change.more" : "summary.change.less";
}

const char *figure_change(
	struct summary *summary, const struct evidence_set *now, const struct evidence_set *before)
{
	struct arena *arena = &summary->arena;
	const struct measure *measure = now->measure;
	int64_t change = now->figure.value - before->figure.value;
	int64_t size = change < 0 ? -change : change, base = before->figure.value;
	const char *words =
		measure->how == RATIO
			? tenths(arena, size, say(summary, arena, "summary.points", NULL))
			: figure_value(summary, measure, size);

	if (measure->how != RATIO && base > 0 && size < INT64_MAX / 2000)
		words = say(summary, arena, "summary.change.share", "value", words, "share",
			tenths(arena, (size * 2000 + base) / (base * 2), "%"), NULL);
	return say(summary, arena, change_key(measure, change), "value", words, NULL);
}

const char *figure_show(struct summary *summary, struct evidence_set *set, const char *text)
{
	if (!set->number) {
		set->number = ++summary->shown;
		set->showing = text;
	}
	return arena_print(&summary->arena, "evidence.%d", set->number);
}

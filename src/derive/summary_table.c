/*
 * Tables and charts of a template:
 *
 *     {table 各市情况 | roster.coverage visit.made by unit}    the units below, and the whole
 *     {table 主要数据 | visit.* by measure}                    this span, the one before, change
 *     {table 分级结构 | tier.listed by item}                   what the rows' items are
 *     {chart revenue.total}                                    the year's months
 *
 * A cell without data says 无数据; a whole row or column without any is left out.
 */
#include "derive/summary_parts.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 40, MEASURES_MOST = 40, ITEMS_MOST = 60 };

struct table_work {
	struct summary *summary;
	const struct block *block;
	const struct measure *measures[MEASURES_MOST];
	int measure_count;
	const char *caption, *by;
	struct item *item; /* once there is something to show */
	struct error *error;
};

static bool name_fits(const char *pattern, const char *name)
{
	size_t length = strlen(pattern);

	return length && pattern[length - 1] == '*' ? strncmp(pattern, name, length - 1) == 0
						    : text_equal(pattern, name);
}

static void measures_add(struct table_work *work, const char *pattern)
{
	for (const struct module *const *module = ledger_modules(work->summary->ledger); *module;
		module++) {
		for (const struct measure *measure = (*module)->measures; measure && measure->name;
			measure++) {
			if (name_fits(pattern, measure->name) &&
				work->measure_count < MEASURES_MOST)
				work->measures[work->measure_count++] = measure;
		}
	}
}

static void table_open(struct table_work *work)
{
	if (work->item)
		return;
	work->item = item_add(work->summary, ITEM_TABLE);
	work->item->text = work->caption;
	work->item->table.cells =
		arena_array(&work->summary->arena, struct cell, TABLE_COLUMNS * TABLE_ROWS);
}

static void title(struct table_work *work, const char *text, bool right)
{
	struct item *item = work->item;

	must(item->table.columns < TABLE_COLUMNS);
	item->table.titles[item->table.columns] = text;
	item->table.right[item->table.columns++] = right;
}

static struct cell *row_open(struct table_work *work)
{
	struct item *item = work->item;

	if (item->table.rows == TABLE_ROWS)
		return NULL;
	return &item->table.cells[item->table.rows++ * item->table.columns];
}

static const char *said(struct table_work *work, const char *key)
{
	return say(work->summary, &work->summary->arena, key, NULL);
}

static struct cell figure_cell(struct table_work *work, struct evidence_set *set, bool linked)
{
	if (!set || !set->data)
		return (struct cell){ said(work, "summary.no_data"), NULL };
	const char *text = figure_text(work->summary, set);
	return (struct cell){ text, linked ? figure_show(work->summary, set, text) : NULL };
}

/* ------------------------------------------------------------------ by measure */

static bool counts(const struct evidence_set *set)
{
	return set->measure->how == COUNT || set->measure->how == DISTINCT;
}

/* Nothing counted in this span, where the one before had something, is news: a 0. That the
 * one before had nothing may only mean that nobody wrote it down yet. */
static bool counts_nothing(const struct evidence_set *now, const struct evidence_set *before)
{
	return counts(now) && !now->data && before->data;
}

static enum result by_measure(struct table_work *work)
{
	struct summary *summary = work->summary;

	for (int i = 0; i < work->measure_count; i++) {
		struct evidence_set *now, *before;
		const char *name = work->measures[i]->name;
		if (figure_named(summary, name, false, &now, work->error) != OK ||
			figure_named(summary, name, true, &before, work->error) != OK)
			return work->error->result;
		if (!now->data && !before->data)
			continue;
		if (!work->item) {
			table_open(work);
			title(work, said(work, "summary.column.measure"), false);
			title(work, said(work, "summary.column.now"), true);
			title(work,
				message_get(
					summary->messages, summary->language, summary->before.key),
				true);
			title(work, said(work, "summary.column.change"), true);
		}
		struct cell *row = row_open(work);
		if (!row)
			break;
		row[0] = (struct cell){ figure_label(summary, work->measures[i]), NULL };
		bool nothing = counts_nothing(now, before);
		row[1] = nothing ? (struct cell){ figure_text(summary, now), NULL }
				 : figure_cell(work, now, true);
		row[2] = figure_cell(work, before, before->data);
		row[3].text = (now->data || nothing) && before->data
				      ? figure_change(summary, now, before)
				      : "—";
		if (now->data)
			material_written(summary, name);
	}
	return OK;
}

/* ------------------------------------------------------------------ by unit */

struct children {
	struct table_work *work;
	const char *ids[TABLE_ROWS];
	int count;
};

static bool child_keep(void *context, const char *id, const char *name)
{
	struct children *children = context;

	(void)name;
	if (children->count < TABLE_ROWS - 1)
		children->ids[children->count++] = arena_text(&children->work->summary->arena, id);
	return true;
}

static enum result unit_row(
	struct table_work *work, const char *name, const char *reference, bool total)
{
	struct summary *summary = work->summary;
	struct evidence_set *sets[MEASURES_MOST];
	bool any = false;

	for (int i = 0; i < work->measure_count; i++) {
		if (figure_get(summary, work->measures[i], reference, summary->from, summary->to,
			    &sets[i], work->error) != OK)
			return work->error->result;
		any = any || sets[i]->data;
	}
	struct cell *row = any || total ? row_open(work) : NULL;
	if (!row)
		return OK;
	row[0].text = name;
	/* The whole has data: a unit in which nothing was counted has none of it. */
	for (int i = 0; i < work->measure_count; i++)
		row[i + 1] = counts(sets[i]) && !sets[i]->data
				     ? (struct cell){ figure_text(summary, sets[i]), NULL }
				     : figure_cell(work, sets[i], total && sets[i]->data);
	return OK;
}

/* Keep the measures of which the whole scope has data, as many as fit. */
static enum result keep_measures(struct table_work *work)
{
	int kept = 0;

	for (int i = 0; i < work->measure_count && kept < TABLE_COLUMNS - 1; i++) {
		struct evidence_set *set;
		if (figure_named(
			    work->summary, work->measures[i]->name, false, &set, work->error) != OK)
			return work->error->result;
		if (set->data)
			work->measures[kept++] = work->measures[i];
	}
	work->measure_count = kept;
	return OK;
}

static enum result by_unit(struct table_work *work)
{
	struct summary *summary = work->summary;
	struct children children = { .work = work };
	int below = 0;

	if (!text_starts(summary->reference, "unit:") || keep_measures(work) != OK ||
		!work->measure_count)
		return work->error->result;
	if (ledger_objects(summary->ledger, "unit", child_keep, &children, work->error) != OK)
		return work->error->result;
	for (int i = 0; i < children.count; i++) {
		ledger_view_reset(summary->ledger);
		const char *parent =
			view_unit_parent(ledger_view(summary->ledger), children.ids[i]);
		if (parent && text_equal(parent, summary->reference + 5))
			children.ids[below++] = children.ids[i];
	}
	if (!below)
		return OK;
	table_open(work);
	title(work, said(work, "summary.column.unit"), false);
	for (int i = 0; i < work->measure_count; i++)
		title(work, figure_label(summary, work->measures[i]), true);
	for (int i = 0; i < below; i++) {
		const char *reference = arena_print(&summary->arena, "unit:%s", children.ids[i]);
		if (unit_row(work, name_of(summary, "unit", children.ids[i]), reference, false) !=
			OK)
			return work->error->result;
	}
	return unit_row(work, said(work, "summary.total"), summary->reference, true);
}

/* ------------------------------------------------------------------ by item */

struct tally {
	const char *item;
	int64_t value, rows;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tally *)a)->item, ((const struct tally *)b)->item);
}

/* "item.MEASURE.VALUE" or "item.VALUE" of the catalogue, else the item itself. */
static const char *item_label(
	struct summary *summary, const struct measure *measure, const char *item)
{
	char key[200];

	snprintf(key, sizeof(key), "item.%s.%s", measure->name, item);
	const char *text = message_find(summary->messages, summary->language, key);
	if (!text) {
		snprintf(key, sizeof(key), "item.%s", item);
		text = message_find(summary->messages, summary->language, key);
	}
	return text ? text : item;
}

static int tally_rows(const struct evidence_set *set, struct tally *tallies)
{
	int count = 0;

	for (size_t i = 0; i < set->count; i++) {
		const char *item = set->rows[i].item ? set->rows[i].item : "";
		int at = 0;
		while (at < count && !text_equal(tallies[at].item, item))
			at++;
		if (at == ITEMS_MOST)
			continue;
		if (at == count)
			tallies[count++] = (struct tally){ .item = item };
		tallies[at].value += set->rows[i].value;
		tallies[at].rows++;
	}
	qsort(tallies, (size_t)count, sizeof(*tallies), by_name);
	return count;
}

static enum result by_item(struct table_work *work)
{
	struct summary *summary = work->summary;
	const struct measure *measure = work->measures[0];
	struct tally tallies[ITEMS_MOST];
	struct evidence_set *set;

	if (figure_named(summary, measure->name, false, &set, work->error) != OK)
		return work->error->result;
	if (!set->data)
		return OK;
	int count = tally_rows(set, tallies);
	table_open(work);
	title(work, said(work, "summary.column.item"), false);
	title(work, figure_label(summary, measure), true);
	for (int i = 0; i < count; i++) {
		struct cell *row = row_open(work);
		row[0].text = item_label(summary, measure, tallies[i].item);
		row[1].text = figure_value(
			summary, measure, measure->how == SUM ? tallies[i].value : tallies[i].rows);
	}
	struct cell *row = row_open(work);
	row[0].text = said(work, "summary.total");
	row[1] = figure_cell(work, set, true);
	return OK;
}

/* ------------------------------------------------------------------ the slot */

enum result table_build(struct summary *summary, const struct block *block, struct error *error)
{
	struct table_work work = { .summary = summary, .block = block, .error = error };
	const char *bar = strchr(block->text, '|'), *words[WORDS];

	if (bar)
		work.caption = template_trimmed(
			&summary->arena, block->text + 6, (size_t)(bar - block->text) - 6);
	int count = template_words(&summary->arena, bar ? bar + 1 : block->text + 6, words, WORDS);
	if (count < 3 || !text_equal(words[count - 2], "by"))
		return template_refuse(&summary->template, block->line, "refused.summary_slot",
			block->text, error);
	for (int i = 0; i < count - 2; i++)
		measures_add(&work, words[i]);
	work.by = words[count - 1];
	if (text_equal(work.by, "measure"))
		return by_measure(&work);
	if (text_equal(work.by, "unit"))
		return by_unit(&work);
	if (text_equal(work.by, "item"))
		return work.measure_count ? by_item(&work) : OK;
	return template_refuse(
		&summary->template, block->line, "refused.summary_slot", block->text, error);
}

/* ------------------------------------------------------------------ charts */

static enum result month_value(struct summary *summary, const struct measure *measure, int month,
	int64_t *value, bool *is_missing, struct error *error)
{
	int from = month_first_day(month), to = month_last_day(month);
	struct figure figure;

	if (from < summary->from && month == day_month(summary->from))
		from = summary->from;
	if (to > summary->to && month == day_month(summary->to))
		to = summary->to;
	ledger_view_reset(summary->ledger);
	if (ledger_figure(summary->ledger, measure, summary->reference, from, to, &figure, NULL,
		    NULL, error) != OK)
		return error->result;
	*value = figure.value;
	*is_missing = !figure.known || figure.n == 0;
	return OK;
}

static enum result chart_values(
	struct summary *summary, struct item *item, int first, int *known, struct error *error)
{
	for (int i = 0; i < item->chart.points; i++) {
		if (month_value(summary, item->chart.measure, first + i, &item->chart.now[i],
			    &item->chart.now_missing[i], error) != OK ||
			month_value(summary, item->chart.measure, first + i - 12,
				&item->chart.before[i], &item->chart.before_missing[i],
				error) != OK)
			return error->result;
		*known += !item->chart.now_missing[i];
		item->chart.compared = item->chart.compared || !item->chart.before_missing[i];
		item->chart.labels[i] = arena_print(
			&summary->arena, "%d月", civil_from_day(month_first_day(first + i)).month);
	}
	return OK;
}

enum result chart_build(struct summary *summary, const struct block *block, struct error *error)
{
	const char *words[3];
	int count = template_words(&summary->arena, block->text, words, 3);
	const struct measure *measure =
		count == 2 ? ledger_measure(summary->ledger, words[1]) : NULL;
	struct civil last = civil_from_day(summary->to);
	int first = day_month(day_from_civil((struct civil){ last.year, 1, 1 })), known = 0;
	struct evidence_set *set;

	if (count != 2)
		return template_refuse(&summary->template, block->line, "refused.summary_slot",
			block->text, error);
	if (!measure || last.month < 2)
		return OK;
	struct item *item = arena_new(&summary->arena, struct item);
	*item = (struct item){ .kind = ITEM_CHART };
	phrases_init(&item->phrases);
	item->chart.measure = measure;
	item->chart.points = last.month;
	if (chart_values(summary, item, first, &known, error) != OK ||
		figure_named(summary, words[1], false, &set, error) != OK)
		return error->result;
	if (known < 2)
		return OK;
	item->text = say(summary, &summary->arena, "summary.chart.caption", "year",
		arena_print(&summary->arena, "%d", last.year), "measure",
		figure_label(summary, measure), NULL);
	item->chart.now_name = arena_print(&summary->arena, "%d年", last.year);
	item->chart.before_name = arena_print(&summary->arena, "%d年", last.year - 1);
	item->chart.description = say(
		summary, &summary->arena, "summary.chart.description", "caption", item->text, NULL);
	if (set->data)
		figure_show(summary, set, figure_text(summary, set));
	*summary->last = item;
	summary->last = &item->next;
	return OK;
}

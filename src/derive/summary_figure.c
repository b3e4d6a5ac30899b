/* Figures: computed once, remembered with their rows, and put into words. */
#include "derive/summary_parts.h"

#include "base/money.h"
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

/* ------------------------------------------------------------------ phrases of time */

static bool whole_months(int from, int to)
{
	return civil_from_day(from).day == 1 && civil_from_day(to + 1).day == 1;
}

struct earlier figure_before(int from, int to)
{
	int days = to - from + 1, months = day_month(to) - day_month(from) + 1;

	if (days <= 7)
		return (struct earlier){ from - 7, to - 7,
			days == 7 ? "summary.before.week" : "summary.before.day" };
	if (whole_months(from, to) && months == 1)
		return (struct earlier){ day_add_months(from, -1), from - 1,
			"summary.before.month" };
	if (months == 1)
		return (struct earlier){ day_add_months(from, -1), day_add_months(to, -1),
			"summary.before.days" };
	if (whole_months(from, to))
		return (struct earlier){ day_add_months(from, -12), day_add_months(to + 1, -12) - 1,
			"summary.before.year" };
	return (struct earlier){ day_add_months(from, -12), day_add_months(to, -12),
		"summary.before.year" };
}

const char *day_words(struct arena *arena, int day)
{
	struct civil civil = civil_from_day(day);

	return arena_print(arena, "%d年%d月%d日", civil.year, civil.month, civil.day);
}

const char *period_words(struct arena *arena, int from, int to)
{
	struct civil first = civil_from_day(from), last = civil_from_day(to);

	if (!whole_months(from, to)) {
		if (first.year == last.year)
			return arena_print(arena, "%d年%d月%d日至%d月%d日", first.year, first.month,
				first.day, last.month, last.day);
		return arena_print(arena, "%s至%s", day_words(arena, from), day_words(arena, to));
	}
	if (first.year != last.year)
		return arena_print(arena, "%d年%d月至%d年%d月", first.year, first.month, last.year,
			last.month);
	if (first.month == 1 && last.month == 12)
		return arena_print(arena, "%d年", first.year);
	if (first.month == last.month)
		return arena_print(arena, "%d年%d月", first.year, first.month);
	return arena_print(arena, "%d年%d—%d月", first.year, first.month, last.month);
}

/* ------------------------------------------------------------------ words */

static const char *measure_text(const struct summary *summary, const struct measure *measure,
	const char *tail, const char *otherwise)
{
	char key[128];

	snprintf(key, sizeof(key), "measure.%s%s", measure->name, tail);
	const char *text = message_find(summary->messages, summary->language, key);
	return text ? text : otherwise;
}

const char *figure_label(const struct summary *summary, const struct measure *measure)
{
	return measure_text(summary, measure, "", measure->name);
}

const char *figure_unit(const struct summary *summary, const struct measure *measure)
{
	static const char *const keys[] = { [PIECES] = "summary.unit.pieces",
		[MONEY] = "summary.unit.money",
		[DAYS] = "summary.unit.days",
		[MINUTES] = "summary.unit.minutes",
		[POINTS] = "summary.unit.points" };

	return measure_text(summary, measure, ".unit",
		message_get(summary->messages, summary->language, keys[measure->quantity]));
}

const char *figure_grouped(struct arena *arena, int64_t number)
{
	char digits[24], text[40];
	size_t length, at = 0;

	snprintf(digits, sizeof(digits), "%" PRId64, number < 0 ? -number : number);
	length = strlen(digits);
	if (number < 0)
		text[at++] = '-';
	for (size_t i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return arena_text(arena, text);
}

/* "12.34万元": in running Chinese no blank stands between a number and its unit. */
static const char *money_words(struct summary *summary, int64_t fen)
{
	char text[MONEY_TEXT], *to = text;

	money_show(fen, summary->language == ENGLISH, text);
	if (summary->language == CHINESE) {
		for (const char *from = text; *from; from++) {
			if (*from != ' ')
				*to++ = *from;
		}
		*to = '\0';
	}
	return arena_text(&summary->arena, text);
}

static const char *tenths(struct arena *arena, int64_t value, const char *unit)
{
	int64_t whole = value < 0 ? -value : value;

	return arena_print(arena, "%s%" PRId64 ".%" PRId64 "%s", value < 0 ? "-" : "", whole / 10,
		whole % 10, unit);
}

const char *figure_value(struct summary *summary, const struct measure *measure, int64_t value)
{
	struct arena *arena = &summary->arena;

	if (measure->how == RATIO)
		return tenths(arena, value, "%");
	if (measure->quantity == MONEY)
		return money_words(summary, value);
	return arena_print(arena, summary->language == CHINESE ? "%s%s" : "%s %s",
		figure_grouped(arena, value), figure_unit(summary, measure));
}

const char *figure_text(struct summary *summary, const struct evidence_set *set)
{
	struct arena *arena = &summary->arena;
	const char *value = figure_value(summary, set->measure, set->figure.value);

	if (set->measure->how != RATIO)
		return value;
	return say(summary, arena, "summary.ratio", "value", value, "met",
		figure_grouped(arena, set->figure.numerator), "all",
		figure_grouped(arena, set->figure.n), NULL);
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

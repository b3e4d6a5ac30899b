/* Measures: a figure is the fold of its evidence. */
#include "ledger/sight_parts.h"

#include <stdlib.h>
#include <string.h>

enum { DUTIES_ENDED };

const struct statement measure_sql[] = {
	/* What is due at the end of a day is due at the instant at which the next begins. */
	[DUTIES_ENDED] = { "SELECT coalesce(done_seq, missed_seq) AS seq, due - 1 AS at, subject, "
			   "holder, CASE WHEN state = 'done' THEN 1 ELSE 0 END AS value, id "
			   "FROM d_duty WHERE book = $book AND what = $what "
			   "AND due > $from_at AND due <= $to_at "
			   "AND state IN ('done', 'done_late', 'missed') ORDER BY due, id" },
	{ 0 },
};

struct evidence_sink {
	struct scope *scope;
	struct sight *sight;
	const struct measure *measure;
	bool (*each)(void *context, const struct evidence *evidence);
	void *context;
	bool stopped;
	int64_t sum, met, n;
	int64_t *values; /* MEDIAN */
	size_t value_count, value_allocated;
	char **items; /* DISTINCT */
	size_t item_count, item_allocated;
};

static void keep_value(struct evidence_sink *sink, int64_t value)
{
	if (sink->value_count == sink->value_allocated) {
		sink->value_allocated = sink->value_allocated ? sink->value_allocated * 2 : 256;
		sink->values = realloc(sink->values, sink->value_allocated * sizeof(*sink->values));
		must(sink->values != NULL);
	}
	sink->values[sink->value_count++] = value;
}

static void keep_item(struct evidence_sink *sink, const char *item)
{
	if (sink->item_count == sink->item_allocated) {
		sink->item_allocated = sink->item_allocated ? sink->item_allocated * 2 : 256;
		sink->items = realloc(sink->items, sink->item_allocated * sizeof(*sink->items));
		must(sink->items != NULL);
	}
	sink->items[sink->item_count] = strdup(item ? item : "");
	must(sink->items[sink->item_count++] != NULL);
}

void evidence_add(struct evidence_sink *sink, const struct evidence *evidence)
{
	if (sink->stopped || !scope_takes(sink->scope, evidence) ||
		!sight_counts(sink->sight, evidence))
		return;
	sink->n++;
	sink->sum += evidence->value;
	sink->met += evidence->value != 0;
	if (sink->measure->how == MEDIAN)
		keep_value(sink, evidence->value);
	/* Customers that a merge made one are counted as one. */
	if (sink->measure->how == DISTINCT && evidence->item)
		keep_item(sink, evidence->item);
	else if (sink->measure->how == DISTINCT && evidence->customer)
		keep_item(sink, scope_survivor(sink->scope, evidence->customer));
	struct evidence shown = *evidence;
	sight_evidence(sink->sight, &shown);
	if (sink->each && !sink->each(sink->context, &shown))
		sink->stopped = true;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int by_item(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Half up, away from zero for negatives: the one rounding a figure has. */
static int64_t divide(int64_t numerator, int64_t denominator)
{
	int64_t twice = numerator * 2 + (numerator < 0 ? -denominator : denominator);

	return twice / (denominator * 2);
}

static int64_t median(struct evidence_sink *sink)
{
	size_t middle = sink->value_count / 2;

	qsort(sink->values, sink->value_count, sizeof(*sink->values), by_value);
	if (sink->value_count % 2)
		return sink->values[middle];
	return divide(sink->values[middle - 1] + sink->values[middle], 2);
}

static int64_t distinct(struct evidence_sink *sink)
{
	int64_t count = 0;

	if (!sink->item_count)
		return 0;
	qsort(sink->items, sink->item_count, sizeof(*sink->items), by_item);
	for (size_t i = 0; i < sink->item_count; i++)
		count += i == 0 || strcmp(sink->items[i - 1], sink->items[i]) != 0;
	return count;
}

/* A count of nothing is 0 and known; a sum, share or mean of nothing is no figure. */
static void figure_of(struct evidence_sink *sink, struct figure *figure)
{
	*figure = (struct figure){ .measure = sink->measure, .n = sink->n, .known = sink->n > 0 };
	switch (sink->measure->how) {
	case COUNT:
		figure->value = sink->n;
		figure->known = true;
		break;
	case DISTINCT:
		figure->value = figure->n = distinct(sink);
		figure->known = true;
		break;
	case SUM:
		figure->value = sink->sum;
		break;
	case RATIO:
		figure->numerator = sink->met;
		figure->value = sink->n ? divide(sink->met * 1000, sink->n) : 0;
		break;
	case MEAN:
		figure->numerator = sink->sum;
		figure->value = sink->n ? divide(sink->sum, sink->n) : 0;
		break;
	case MEDIAN:
		figure->value = sink->n ? median(sink) : 0;
		break;
	}
}

static void row_evidence(
	const struct query *rows, const int column[9], int day, struct evidence *evidence)
{
	const char *text = query_text(rows, column[2]);

	*evidence = (struct evidence){ .seq = query_integer(rows, column[0]),
		.row = column[1] < 0 || query_value(rows, column[1]).type == VALUE_NULL
			       ? -1
			       : (int)query_integer(rows, column[1]),
		.day = day,
		.customer = query_text(rows, column[3]),
		.staff = query_text(rows, column[4]),
		.unit = query_text(rows, column[5]),
		.item = query_text(rows, column[6]),
		.value = column[7] < 0 ? 1 : query_integer(rows, column[7]) };
	if (text)
		must(day_parse(text, &evidence->day));
	else if (column[8] >= 0)
		evidence->day = instant_day(query_integer(rows, column[8]));
}

static enum result scan_rows(struct ledger *ledger, const struct module *module,
	const struct measure *measure, struct scope *scope, struct evidence_sink *sink,
	struct error *error)
{
	static const char *const names[9] = { "seq", "row", "day", "customer", "staff", "unit",
		"item", "value", "at" };
	struct view *view = &ledger->view;
	char from[DAY_TEXT], to[DAY_TEXT];
	struct query *rows;
	enum result result;
	int column[9];

	view_set_text(view, "from", day_text(scope->from, from));
	view_set_text(view, "to", day_text(scope->to, to));
	view_set_integer(view, "from_at", day_start(scope->from));
	view_set_integer(view, "to_at", day_start(scope->to + 1));
	if (view_scan(view, &module->sql[measure->rows], NULL, &rows, error) != OK)
		return error->result;
	for (int i = 0; i < 9; i++)
		column[i] = query_find(rows, names[i]);
	while (!sink->stopped && rows_next(rows, &result, error)) {
		struct evidence evidence;
		row_evidence(rows, column, scope->to, &evidence);
		evidence_add(sink, &evidence);
	}
	rows_end(rows);
	return error->result;
}

/* The id in a reference of this type, or NULL. */
static const char *id_in(const char *reference, const char *type)
{
	size_t length = strlen(type);

	if (!text_starts(reference, type) || reference[length] != ':' || !reference[length + 1])
		return NULL;
	return reference + length + 1;
}

static enum result scan_duties(struct ledger *ledger, const struct measure *measure,
	struct scope *scope, struct evidence_sink *sink, struct error *error)
{
	struct view *view = &ledger->view;
	struct query *rows;
	enum result result;

	view_set_text(view, "what", measure->duty);
	view_set_integer(view, "from_at", day_start(scope->from));
	view_set_integer(view, "to_at", day_start(scope->to + 1));
	if (view_scan(view, &measure_sql[DUTIES_ENDED], NULL, &rows, error) != OK)
		return error->result;
	while (!sink->stopped && rows_next(rows, &result, error)) {
		const char *subject = rows_text(rows, 2), *holder = rows_text(rows, 3);
		struct evidence evidence = { .seq = rows_integer(rows, 0),
			.row = -1,
			.day = instant_day(rows_integer(rows, 1)),
			.customer = id_in(subject, "customer"),
			.staff = id_in(holder, "staff"),
			.value = rows_integer(rows, 4),
			.duty = rows_text(rows, 5) };
		if (!evidence.customer)
			evidence.unit = id_in(holder, "unit");
		evidence_add(sink, &evidence);
	}
	rows_end(rows);
	return error->result;
}

static enum result scan(struct ledger *ledger, const struct module *module,
	const struct measure *measure, struct scope *scope, struct evidence_sink *sink,
	struct error *error)
{
	if (measure->duty)
		return scan_duties(ledger, measure, scope, sink, error);
	if (measure->scan)
		return measure->scan(&ledger->view, scope, sink, error);
	return scan_rows(ledger, module, measure, scope, sink, error);
}

static const struct module *measure_module(
	const struct ledger *ledger, const struct measure *measure)
{
	for (const struct module **module = ledger->modules; *module; module++) {
		for (const struct measure *one = (*module)->measures; one && one->name; one++) {
			if (one == measure)
				return *module;
		}
	}
	impossible("a measure of no module");
}

enum result ledger_figure(struct ledger *ledger, const struct measure *measure,
	const char *reference, int from, int to, struct figure *figure,
	bool (*each)(void *context, const struct evidence *evidence), void *context,
	struct error *error)
{
	return sight_figure(ledger, looking(ledger), measure, reference, from, to, figure, each,
		context, error);
}

enum result sight_figure(struct ledger *ledger, struct sight *sight, const struct measure *measure,
	const char *reference, int from, int to, struct figure *figure,
	bool (*each)(void *context, const struct evidence *evidence), void *context,
	struct error *error)
{
	const struct module *module = measure_module(ledger, measure);
	struct view *view = ledger_view(ledger);
	struct scope scope;
	struct evidence_sink sink = { .scope = &scope,
		.sight = sight,
		.measure = measure,
		.each = each,
		.context = context };

	if (sight_figures(sight, reference, error) != OK)
		return error->result;
	if (scope_open(&scope, ledger, reference, from, to, error) == OK) {
		view->module = module;
		if (scan(ledger, module, measure, &scope, &sink, error) == OK)
			figure_of(&sink, figure);
	}
	for (size_t i = 0; i < sink.item_count; i++)
		free(sink.items[i]);
	free(sink.items);
	free(sink.values);
	scope_close(&scope);
	return ledger_heard(ledger, error);
}

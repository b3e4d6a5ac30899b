/*
 * Figures by month of every customer, asked by one module and answered by another, with merged
 * customers counted as their survivors; entries for the module they belong to; and why what a
 * module derives is as it is.
 */
#include "ledger/sight_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MERGES = 16 };

/* A customer that takes part in a merge: what it gathers is handed out at the end. */
struct gathered {
	const char *customer, *survivor;
	int64_t *amounts, *users; /* of a survivor */
	bool seen;
};

struct gathering {
	struct monthly_sink sink; /* first: what the answering module is given */
	struct monthly_sink *out;
	struct view *view;
	const struct module *asks, *answers;
	struct gathered *members;
	size_t count;
	int months;
};

static int by_customer(const void *a, const void *b)
{
	return strcmp(
		((const struct gathered *)a)->customer, ((const struct gathered *)b)->customer);
}

static struct gathered *member(const struct gathering *gathering, const char *customer)
{
	struct gathered wanted = { .customer = customer };

	return gathering->count ? bsearch(&wanted, gathering->members, gathering->count,
					  sizeof(wanted), by_customer)
				: NULL;
}

/* Merges may follow one another: the last survivor is meant. */
static const char *last_survivor(struct view *view, const char *customer)
{
	for (int i = 0; i < MERGES; i++) {
		const char *next = view_survivor(view, customer);
		if (strcmp(next, customer) == 0)
			break;
		customer = next;
	}
	return customer;
}

static void gather_add(struct gathering *gathering, const char *customer)
{
	struct arena *arena = gathering->view->arena;
	struct gathered *now = &gathering->members[gathering->count];

	for (size_t i = 0; i < gathering->count; i++) {
		if (strcmp(gathering->members[i].customer, customer) == 0)
			return;
	}
	*now = (struct gathered){ .customer = customer,
		.survivor = last_survivor(gathering->view, customer),
		.amounts = arena_array(arena, int64_t, gathering->months),
		.users = arena_array(arena, int64_t, gathering->months) };
	for (int i = 0; i < gathering->months; i++)
		now->amounts[i] = now->users[i] = FIGURE_NONE;
	gathering->count++;
}

static enum result members_load(struct gathering *gathering, struct error *error)
{
	struct view *view = gathering->view;
	struct ledger *ledger = view->ledger;
	const struct module *module =
		ledger->provider[offsetof(struct directory, merged) / sizeof(int)];
	const char **names = NULL;
	size_t count = 0;
	enum result result = OK;
	struct query *rows;

	if (!module)
		return OK;
	const struct statement *merged = &module->sql[ledger->directory.merged - 1];
	if (view_run(view, merged, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		names = realloc(names, (count + 2) * sizeof(*names));
		must(names != NULL);
		for (int i = 0; i < 2; i++)
			names[count++] = arena_text(view->arena, rows_text(rows, i));
	}
	rows_end(rows);
	gathering->members = arena_array(view->arena, struct gathered, count + 1);
	for (size_t i = 0; i < count; i++)
		gather_add(gathering, names[i]);
	free(names);
	if (gathering->count)
		qsort(gathering->members, gathering->count, sizeof(*gathering->members),
			by_customer);
	return result;
}

static void add_up(int64_t *into, const int64_t *values, int months)
{
	for (int i = 0; i < months; i++) {
		if (values[i] != FIGURE_NONE)
			into[i] = (into[i] == FIGURE_NONE ? 0 : into[i]) + values[i];
	}
}

static enum result hand_on(struct gathering *gathering, const char *customer,
	const int64_t *amounts, const int64_t *users, struct error *error)
{
	gathering->view->module = gathering->asks;
	enum result result = gathering->out->each(gathering->out, customer, amounts, users, error);
	gathering->view->module = gathering->answers;
	return result;
}

static enum result gather(struct monthly_sink *sink, const char *customer, const int64_t *amounts,
	const int64_t *users, struct error *error)
{
	struct gathering *gathering = (struct gathering *)sink;
	struct gathered *own = member(gathering, customer);

	if (!own)
		return hand_on(gathering, customer, amounts, users, error);
	struct gathered *survivor = member(gathering, own->survivor);
	must(survivor != NULL);
	survivor->seen = true;
	add_up(survivor->amounts, amounts, gathering->months);
	add_up(survivor->users, users, gathering->months);
	return OK;
}

static const struct module *figures_module(const struct ledger *ledger)
{
	const struct module *found = NULL;

	for (const struct module **module = ledger->modules; *module; module++) {
		must(!found || !(*module)->figures.monthly);
		found = (*module)->figures.monthly ? *module : found;
	}
	return found;
}

enum result view_monthly(
	struct view *view, int from, int to, struct monthly_sink *sink, struct error *error)
{
	struct gathering gathering = { .sink.each = gather,
		.out = sink,
		.view = view,
		.asks = view->module,
		.answers = figures_module(view->ledger),
		.months = to - from + 1 };

	must(from <= to);
	if (!gathering.answers)
		return OK;
	if (members_load(&gathering, error) != OK)
		return error->result;
	view->module = gathering.answers;
	enum result result =
		gathering.answers->figures.monthly(view, from, to, &gathering.sink, error);
	for (size_t i = 0; result == OK && i < gathering.count; i++) {
		const struct gathered *one = &gathering.members[i];
		if (one->seen)
			result =
				hand_on(&gathering, one->customer, one->amounts, one->users, error);
	}
	view->module = gathering.asks;
	return result;
}

enum result view_entry(struct view *view, int64_t seq,
	enum result (*each)(
		struct view *view, const struct entry *entry, void *context, struct error *error),
	void *context, struct error *error)
{
	struct entry entry;
	struct arena arena;
	bool withdrawn;

	arena_init(&arena, WORK_BYTES);
	enum result result = load_entry(view->ledger, &arena, seq, &entry, &withdrawn, error);
	if (result == OK) {
		must(registry_kind(view->ledger, entry.kind->name)->module == view->module);
		if (!withdrawn)
			result = each(view, &entry, context, error);
		entry_release(&entry);
	}
	arena_release(&arena);
	return result;
}

/* ------------------------------------------------------------------ why it is so */

struct reason_sink {
	bool (*each)(void *context, const struct reason *reason);
	void *context;
	bool stopped;
};

void reason_add(struct reason_sink *sink, const struct reason *reason)
{
	if (!sink->stopped)
		sink->stopped = !sink->each(sink->context, reason);
}

enum result ledger_explain(struct ledger *ledger, const struct module *module,
	const char *reference, int day, bool (*each)(void *context, const struct reason *reason),
	void *context, struct error *error)
{
	struct reason_sink sink = { .each = each, .context = context };
	struct view *view = ledger_view(ledger);
	char type[16], key[40];
	const char *id;

	ledger_refresh(ledger);
	if (!reference_split(reference, type, &id))
		return error_refuse(error, "refused.object", "for", NULL);
	snprintf(key, sizeof(key), "refused.unknown_%s", type);
	if (!view_exists(view, type, id)) {
		bool named = text_equal(type, "customer") || text_equal(type, "staff") ||
			     text_equal(type, "unit");
		error_refuse(error, named ? key : "refused.object", "for", "value", id, NULL);
		return ledger_heard(ledger, error);
	}
	if (sight_require(looking(ledger), reference, error) != OK)
		return error->result;
	view->module = module;
	if (module->explain)
		module->explain(view, type, id, day, &sink, error);
	return ledger_heard(ledger, error);
}

#include "ledger/scope.h"

#include <stdlib.h>
#include <string.h>

enum { STAFF_ALL };

const struct statement scope_sql[] = {
	[STAFF_ALL] = { "SELECT id FROM d_object WHERE book = $book AND type = 'staff' ORDER BY "
			"id" },
	{ 0 },
};

const struct statement *directory_statement(const struct ledger *ledger, size_t question)
{
	int answers[sizeof(struct directory) / sizeof(int)];

	memcpy(answers, &ledger->directory, sizeof(answers));
	return answers[question] ? &ledger->provider[question]->sql[answers[question] - 1] : NULL;
}

void references_add(struct references *references, const char *type, const char *id)
{
	char reference[REFERENCE_TEXT];

	if (references->count == references->allocated) {
		references->allocated = references->allocated ? references->allocated * 2 : 64;
		references->items = realloc(
			references->items, references->allocated * sizeof(*references->items));
		must(references->items != NULL);
	}
	snprintf(reference, sizeof(reference), "%.15s:%.78s", type, id);
	references->items[references->count] = strdup(reference);
	must(references->items[references->count++] != NULL);
}

void references_release(struct references *references)
{
	for (size_t i = 0; i < references->count; i++)
		free(references->items[i]);
	free(references->items);
	*references = (struct references){ 0 };
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void references_sort(struct references *references)
{
	size_t kept = 0;

	if (references->count)
		qsort(references->items, references->count, sizeof(*references->items), by_text);
	for (size_t i = 0; i < references->count; i++) {
		if (kept && strcmp(references->items[kept - 1], references->items[i]) == 0)
			free(references->items[i]);
		else
			references->items[kept++] = references->items[i];
	}
	references->count = kept;
}

bool references_hold(const struct references *references, const char *type, const char *id)
{
	char reference[REFERENCE_TEXT], *key = reference;

	snprintf(reference, sizeof(reference), "%.15s:%.78s", type, id);
	return references->count && bsearch(&key, references->items, references->count,
					    sizeof(*references->items), by_text) != NULL;
}

/* All units, then repeatedly those whose parent is taken: the tree is shallow and small. */
static enum result units_of(
	struct ledger *ledger, const char *unit, struct references *references, struct error *error)
{
	const struct module *module =
		ledger->provider[offsetof(struct directory, units) / sizeof(int)];
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;
	size_t before = 0;

	references_add(references, "unit", unit);
	while (module && before != references->count) {
		before = references->count;
		qsort(references->items, before, sizeof(*references->items), by_text);
		struct references known = { references->items, before, before };
		if (view_run(view, &module->sql[ledger->directory.units - 1], NULL, &rows, error) !=
			OK)
			return error->result;
		struct references found = { 0 };
		while (rows_next(rows, &result, error)) {
			if (!rows_null(rows, 1) &&
				references_hold(&known, "unit", rows_text(rows, 1)) &&
				!references_hold(&known, "unit", rows_text(rows, 0)))
				references_add(&found, "unit", rows_text(rows, 0));
		}
		rows_end(rows);
		for (size_t i = 0; i < found.count; i++)
			references_add(references, "unit", found.items[i] + 5);
		references_release(&found);
	}
	references_sort(references);
	return error->result;
}

/* Where nobody says who is where in one answer, each is asked for. */
static enum result people_each(struct ledger *ledger, const struct references *units,
	struct references *people, struct error *error)
{
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;

	if (view_run(view, &scope_sql[STAFF_ALL], NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		const char *staff = arena_text(view->arena, rows_text(rows, 0));
		const char *unit = view_staff_unit(view, staff, instant_day(ledger->recorded_at));
		if (unit && references_hold(units, "unit", unit))
			references_add(people, "staff", staff);
	}
	rows_end(rows);
	return result;
}

enum result people_within(struct ledger *ledger, const struct references *units, int day,
	struct references *people, struct error *error)
{
	const struct module *module =
		ledger->provider[offsetof(struct directory, people) / sizeof(int)];
	struct view *view = ledger_view(ledger);
	char text[DAY_TEXT];
	enum result result;
	struct query *rows;

	if (!module)
		return people_each(ledger, units, people, error);
	view_set_text(view, "day", day_text(day, text));
	if (view_run(view, &module->sql[ledger->directory.people - 1], NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		if (references_hold(units, "unit", rows_text(rows, 1)))
			references_add(people, "staff", rows_text(rows, 0));
	}
	rows_end(rows);
	return result;
}

static enum result people_of(
	struct ledger *ledger, struct references *references, struct error *error)
{
	struct references units = { references->items, references->count, references->count };
	struct references people = { 0 };
	enum result result =
		people_within(ledger, &units, instant_day(ledger->recorded_at), &people, error);

	for (size_t i = 0; i < people.count; i++)
		references_add(references, "staff", people.items[i] + strlen("staff:"));
	references_release(&people);
	return result;
}

enum result reference_refuse(const char *type, const char *id, struct error *error)
{
	char key[40];

	if (strcmp(type, "customer") && strcmp(type, "staff") && strcmp(type, "unit"))
		return OK;
	snprintf(key, sizeof(key), "refused.unknown_%s", type);
	return error_refuse(error, key, "for", "value", id, NULL);
}

static enum result reference_check(struct ledger *ledger, const char *reference, char type[16],
	const char **id, struct error *error)
{
	ledger_refresh(ledger);
	if (!reference_split(reference, type, id))
		return error_refuse(error, "refused.object", "for", "value", reference, NULL);
	if (view_exists(ledger_view(ledger), type, *id))
		return OK;
	return reference_refuse(type, *id, error);
}

enum result references_of(struct ledger *ledger, const char *reference,
	struct references *references, struct error *error)
{
	char type[16];
	const char *id;

	*references = (struct references){ 0 };
	if (reference_check(ledger, reference, type, &id, error) != OK)
		return error->result;
	if (strcmp(type, "unit") != 0) {
		references_add(references, type, id);
		return OK;
	}
	if (units_of(ledger, id, references, error) != OK)
		return error->result;
	return people_of(ledger, references, error);
}

/* ------------------------------------------------------------------ figures */

int scope_from(const struct scope *scope)
{
	return scope->from;
}

int scope_to(const struct scope *scope)
{
	return scope->to;
}

/* Whoever asks for one person's figure meets every customer's rows, and hardly any is his. */
static enum result customers_ever(
	struct ledger *ledger, const char *staff, struct references *own, struct error *error)
{
	const struct module *module =
		ledger->provider[offsetof(struct directory, customers_ever) / sizeof(int)];
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;

	if (!module)
		return OK;
	view_set_text(view, "staff", staff);
	if (view_run(view, &module->sql[ledger->directory.customers_ever - 1], NULL, &rows,
		    error) != OK)
		return error->result;
	while (rows_next(rows, &result, error))
		references_add(own, "customer", rows_text(rows, 0));
	rows_end(rows);
	references_sort(own);
	return result;
}

static bool may_be_own(const struct scope *scope, const char *customer)
{
	return !scope->ledger->directory.customers_ever ||
	       references_hold(&scope->own, "customer", customer);
}

enum result scope_open(struct scope *scope, struct ledger *ledger, const char *reference, int from,
	int to, struct error *error)
{
	*scope = (struct scope){ .ledger = ledger, .from = from, .to = to };
	arena_init(&scope->arena, WORK_BYTES);
	if (from > to)
		return error_refuse(error, "refused.period", "from", NULL);
	if (reference_check(ledger, reference, scope->type, &scope->id, error) != OK)
		return error->result;
	scope->id = arena_text(&scope->arena, scope->id);
	places_begin(ledger);
	if (strcmp(scope->type, "unit") == 0)
		return units_of(ledger, scope->id, &scope->units, error);
	if (strcmp(scope->type, "staff") == 0)
		return customers_ever(ledger, scope->id, &scope->own, error);
	return OK;
}

void scope_close(struct scope *scope)
{
	references_release(&scope->units);
	references_release(&scope->own);
	arena_release(&scope->arena);
}

const char *scope_survivor(struct scope *scope, const char *customer)
{
	return places_get(scope->ledger, PLACE_SURVIVOR, customer, 0);
}

bool scope_takes(struct scope *scope, const struct evidence *evidence)
{
	int day = evidence->day;

	if (strcmp(scope->type, "customer") == 0)
		return evidence->customer &&
		       (strcmp(evidence->customer, scope->id) == 0 ||
			       strcmp(scope_survivor(scope, evidence->customer), scope->id) == 0);
	if (strcmp(scope->type, "staff") == 0) {
		if (evidence->staff)
			return strcmp(evidence->staff, scope->id) == 0;
		if (!evidence->customer || !may_be_own(scope, evidence->customer))
			return false;
		const char *manager =
			places_get(scope->ledger, PLACE_MANAGER, evidence->customer, day);
		return manager && strcmp(manager, scope->id) == 0;
	}
	const char *unit = evidence->unit;
	if (!unit && evidence->customer)
		unit = places_get(scope->ledger, PLACE_CUSTOMER_UNIT, evidence->customer, 0);
	if (!unit && evidence->staff)
		unit = places_get(scope->ledger, PLACE_STAFF_UNIT, evidence->staff, day);
	if (!unit && !evidence->customer && !evidence->staff)
		unit = places_get(scope->ledger, PLACE_CUSTOMER_UNIT, "", 0); /* the root */
	return unit && references_hold(&scope->units, "unit", unit);
}

#include "ledger/scope.h"

#include <stdlib.h>
#include <string.h>

enum { STAFF_ALL };

const struct statement scope_sql[] = {
	[STAFF_ALL] = { "SELECT id FROM d_object WHERE book = $book AND type = 'staff' ORDER BY "
			"id" },
	{ 0 },
};

static void add(struct references *references, const char *type, const char *id)
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

static bool holds(const struct references *references, const char *type, const char *id)
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

	add(references, "unit", unit);
	while (module && before != references->count) {
		before = references->count;
		qsort(references->items, before, sizeof(*references->items), by_text);
		struct references known = { references->items, before, before };
		if (view_run(view, &module->sql[ledger->directory.units - 1], NULL, &rows, error) !=
			OK)
			return error->result;
		struct references found = { 0 };
		while (rows_next(rows, &result, error)) {
			if (!rows_null(rows, 1) && holds(&known, "unit", rows_text(rows, 1)) &&
				!holds(&known, "unit", rows_text(rows, 0)))
				add(&found, "unit", rows_text(rows, 0));
		}
		rows_end(rows);
		for (size_t i = 0; i < found.count; i++)
			add(references, "unit", found.items[i] + 5);
		references_release(&found);
	}
	qsort(references->items, references->count, sizeof(*references->items), by_text);
	return error->result;
}

static enum result people_of(
	struct ledger *ledger, struct references *references, struct error *error)
{
	struct view *view = ledger_view(ledger);
	struct references units = { references->items, references->count, references->count };
	struct references people = { 0 };
	enum result result;
	struct query *rows;

	if (view_run(view, &scope_sql[STAFF_ALL], NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		const char *staff = arena_text(view->arena, rows_text(rows, 0));
		const char *unit = view_staff_unit(view, staff, instant_day(ledger->recorded_at));
		if (unit && holds(&units, "unit", unit))
			add(&people, "staff", staff);
	}
	rows_end(rows);
	for (size_t i = 0; i < people.count; i++)
		add(references, "staff", people.items[i] + 6);
	references_release(&people);
	return result;
}

static enum result reference_check(struct ledger *ledger, const char *reference, char type[16],
	const char **id, struct error *error)
{
	char key[40];

	ledger_refresh(ledger);
	if (!reference_split(reference, type, id))
		return error_refuse(error, "refused.object", "for", "value", reference, NULL);
	if (strcmp(type, "customer") && strcmp(type, "staff") && strcmp(type, "unit"))
		return OK;
	snprintf(key, sizeof(key), "refused.unknown_%s", type);
	if (!view_exists(ledger_view(ledger), type, *id))
		return error_refuse(error, key, "for", "value", *id, NULL);
	return OK;
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
		add(references, type, id);
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
	if (strcmp(scope->type, "unit") == 0)
		return units_of(ledger, scope->id, &scope->units, error);
	return OK;
}

/* Where customers belong, asked once each: rows of one customer come in runs. */
enum { PLACES = 4096 };

struct place {
	const char *what;
	const char *id;
	int day;
	const char *answer;
};

struct place_cache {
	struct place slots[PLACES];
	struct arena arena;
};

/* Questions about a million customers are forgotten once they fill this. */
enum { PLACES_BYTES = 64 * 1024 * 1024 };

void scope_close(struct scope *scope)
{
	references_release(&scope->units);
	arena_release(&scope->arena);
	if (scope->places)
		arena_release(&scope->places->arena);
	free(scope->places);
	scope->places = NULL;
}

static const char *manager_on(struct view *view, const char *customer, int day)
{
	return view_manager(view, customer, day_start(day + 1) - 1);
}

/* An answer of a directory, remembered for the customer and day. */
static const char *remembered(struct scope *scope, const char *what, const char *id, int day,
	const char *(*question)(struct view *view, const char *id, int day))
{
	size_t slot = (size_t)what[0] * 31 + (size_t)day * 7;

	if (!scope->places) {
		scope->places = calloc(1, sizeof(*scope->places));
		must(scope->places != NULL);
		arena_init(&scope->places->arena, WORK_BYTES);
	}
	struct arena *arena = &scope->places->arena;
	if (arena->used > PLACES_BYTES) {
		arena_reset(arena);
		memset(scope->places->slots, 0, sizeof(scope->places->slots));
	}
	for (const char *at = id; *at; at++)
		slot = slot * 131 + (unsigned char)*at;
	struct place *place = &scope->places->slots[slot % PLACES];
	if (!place->id || place->day != day || strcmp(place->what, what) != 0 ||
		strcmp(place->id, id) != 0) {
		struct view *view = &scope->ledger->view;
		struct arena *before = view->arena;
		/* An answer may be the id asked about: it is that of the copy. */
		const char *kept = arena_text(arena, id);
		view->arena = arena;
		*place = (struct place){ what, kept, day, question(view, kept, day) };
		view->arena = before;
	}
	return place->answer;
}

static const char *survivor_on(struct view *view, const char *customer, int day)
{
	(void)day;
	return view_survivor(view, customer);
}

const char *scope_survivor(struct scope *scope, const char *customer)
{
	return remembered(scope, "survivor", customer, 0, survivor_on);
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
		const char *manager =
			evidence->customer
				? remembered(scope, "manager", evidence->customer, day, manager_on)
				: NULL;
		return manager && strcmp(manager, scope->id) == 0;
	}
	const char *unit = evidence->unit;
	if (!unit && evidence->customer)
		unit = remembered(scope, "customer", evidence->customer, day, view_customer_unit);
	if (!unit && evidence->staff)
		unit = remembered(scope, "staff", evidence->staff, day, view_staff_unit);
	if (!unit && !evidence->customer && !evidence->staff)
		unit = remembered(scope, "customer", "", day, view_customer_unit); /* the root */
	return unit && holds(&scope->units, "unit", unit);
}

/* Opening a sight: which units, people and customers are whose. */
#include "ledger/sight_parts.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ units */

/* The tree is small: it is read whole. */
struct tree {
	struct tree_unit {
		const char *id, *parent; /* parent NULL: a top */
	} * items;
	size_t count, room;
};

static enum result tree_read(struct sight *sight, struct tree *tree, struct error *error)
{
	const struct statement *statement = ANSWER(sight->ledger, units);
	enum result result;
	struct query *rows;

	if (!statement)
		return OK;
	if (view_run(ledger_view(sight->ledger), statement, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		if (tree->count == tree->room) {
			tree->room = tree->room ? tree->room * 2 : 64;
			tree->items = realloc(tree->items, tree->room * sizeof(*tree->items));
			must(tree->items != NULL);
		}
		tree->items[tree->count++] = (struct tree_unit){ arena_text(&sight->arena,
									 rows_text(rows, 0)),
			rows_null(rows, 1) ? NULL : arena_text(&sight->arena, rows_text(rows, 1)) };
	}
	rows_end(rows);
	return result;
}

/* Level by level, until a pass over the tree finds nothing more. */
static void take_below(struct sight *sight, const struct tree *tree)
{
	size_t before;

	for (size_t i = 0; i < sight->seats.count; i++)
		references_add(&sight->units, "unit", sight->seats.items[i] + strlen("unit:"));
	references_sort(&sight->units);
	do {
		struct references found = { 0 };
		before = sight->units.count;
		for (size_t i = 0; before && i < tree->count; i++) {
			const struct tree_unit *unit = &tree->items[i];
			if (unit->parent && references_hold(&sight->units, "unit", unit->parent) &&
				!references_hold(&sight->units, "unit", unit->id))
				references_add(&found, "unit", unit->id);
		}
		for (size_t i = 0; i < found.count; i++)
			references_add(&sight->units, "unit", found.items[i] + strlen("unit:"));
		references_release(&found);
		references_sort(&sight->units);
	} while (before != sight->units.count);
	sight->whole = tree->count > 0;
	for (size_t i = 0; i < tree->count; i++)
		sight->whole &= references_hold(&sight->units, "unit", tree->items[i].id);
}

static const char *parent_of(const struct tree *tree, const char *unit)
{
	for (size_t i = 0; i < tree->count; i++) {
		if (strcmp(tree->items[i].id, unit) == 0)
			return tree->items[i].parent;
	}
	return NULL;
}

/* A tree that holds a circle ends where it began. */
static void take_line(struct sight *sight, const struct tree *tree, const char *unit)
{
	for (; unit && !references_hold(&sight->line, "unit", unit); unit = parent_of(tree, unit)) {
		references_add(&sight->line, "unit", unit);
		references_sort(&sight->line);
	}
}

/* A question about the person on the day; no rows where nobody answers it. */
static enum result ask_of_day(struct sight *sight, const struct statement *statement,
	struct query **rows, struct error *error)
{
	struct view *view = ledger_view(sight->ledger);
	char day[DAY_TEXT];

	*rows = NULL;
	if (!statement)
		return OK;
	view_set_text(view, "staff", sight->staff);
	view_set_text(view, "day", day_text(sight->day, day));
	return view_run(view, statement, NULL, rows, error);
}

static enum result posts_read(struct sight *sight, const char **unit, struct error *error)
{
	enum result result;
	struct query *rows;

	*unit = NULL;
	if (ask_of_day(sight, ANSWER(sight->ledger, staff_roles), &rows, error) != OK || !rows)
		return error->result;
	while (rows_next(rows, &result, error)) {
		const char *role = rows_text(rows, 1);
		*unit = arena_text(&sight->arena, rows_text(rows, 0));
		if (strcmp(role, "leader") == 0 || strcmp(role, "office") == 0)
			references_add(&sight->seats, "unit", *unit);
	}
	rows_end(rows);
	references_sort(&sight->seats);
	return result;
}

static enum result units_read(struct sight *sight, struct error *error)
{
	struct tree tree = { 0 };
	const char *unit;

	if (tree_read(sight, &tree, error) == OK && posts_read(sight, &unit, error) == OK) {
		take_below(sight, &tree);
		take_line(sight, &tree, unit);
	}
	free(tree.items);
	return error->result;
}

/* ------------------------------------------------------------------ people and customers */

static enum result people_read(struct sight *sight, struct error *error)
{
	struct references people = { 0 };

	references_add(&people, "staff", sight->staff);
	if (sight->units.count)
		people_within(sight->ledger, &sight->units, sight->day, &people, error);
	references_sort(&people);
	sight->people = people;
	return error->result;
}

static enum result stands_read(struct sight *sight, struct error *error)
{
	enum result result;
	struct query *rows;

	if (ask_of_day(sight, ANSWER(sight->ledger, deputies), &rows, error) != OK || !rows)
		return error->result;
	while (rows_next(rows, &result, error))
		references_add(&sight->stands, "staff", rows_text(rows, 0));
	rows_end(rows);
	references_sort(&sight->stands);
	return result;
}

static enum result customers_read(struct sight *sight, const struct statement *statement,
	const char *staff, struct error *error)
{
	struct view *view = ledger_view(sight->ledger);
	enum result result;
	struct query *rows;

	if (!statement)
		return OK;
	view_set_text(view, "staff", staff);
	view_set_integer(view, "instant", sight->instant);
	if (view_run(view, statement, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error))
		references_add(&sight->own, "customer", rows_text(rows, 0));
	rows_end(rows);
	return result;
}

/* Whoever looks after a customer sees what was merged into it. */
static enum result aliases_read(struct sight *sight, struct error *error)
{
	const struct statement *statement = ANSWER(sight->ledger, merged);
	struct references aliases = { 0 };
	enum result result;
	struct query *rows;

	if (!statement || !sight->own.count)
		return OK;
	if (view_run(ledger_view(sight->ledger), statement, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		if (references_hold(&sight->own, "customer", rows_text(rows, 1)))
			references_add(&aliases, "customer", rows_text(rows, 0));
	}
	rows_end(rows);
	for (size_t i = 0; i < aliases.count; i++)
		references_add(&sight->own, "customer", aliases.items[i] + strlen("customer:"));
	references_release(&aliases);
	references_sort(&sight->own);
	return result;
}

static enum result own_read(struct sight *sight, struct error *error)
{
	const struct statement *principal = ANSWER(sight->ledger, customers_of);

	if (customers_read(sight, principal, sight->staff, error) != OK ||
		customers_read(sight, ANSWER(sight->ledger, deputy_of), sight->staff, error) != OK)
		return error->result;
	for (size_t i = 0; i < sight->stands.count; i++) {
		const char *staff = sight->stands.items[i] + strlen("staff:");
		if (customers_read(sight, principal, staff, error) != OK)
			return error->result;
	}
	references_sort(&sight->own);
	return aliases_read(sight, error);
}

enum result sight_open(struct sight **opened, struct ledger *ledger, const char *staff,
	int64_t instant, struct error *error)
{
	struct sight *sight = calloc(1, sizeof(*sight));

	must(sight != NULL);
	arena_init(&sight->arena, WORK_BYTES);
	sight->ledger = ledger;
	sight->staff = arena_text(&sight->arena, staff);
	sight->instant = instant;
	sight->day = instant_day(instant);
	ledger_refresh(ledger);
	places_begin(ledger);
	if (units_read(sight, error) != OK || people_read(sight, error) != OK ||
		stands_read(sight, error) != OK || own_read(sight, error) != OK ||
		ledger_heard(ledger, error) != OK) {
		sight_close(sight);
		return error->result;
	}
	*opened = sight;
	return OK;
}

void sight_close(struct sight *sight)
{
	if (!sight)
		return;
	references_release(&sight->seats);
	references_release(&sight->units);
	references_release(&sight->line);
	references_release(&sight->people);
	references_release(&sight->stands);
	references_release(&sight->own);
	arena_release(&sight->arena);
	free(sight);
}

/* ------------------------------------------------------------------ asking */

void ledger_look(struct ledger *ledger, struct sight *sight)
{
	ledger->sight = sight;
}

struct sight *looking(const struct ledger *ledger)
{
	return ledger->in_batch ? NULL : ledger->sight;
}

const char *sight_of(const struct sight *sight)
{
	return sight ? sight->staff : "";
}

bool sight_whole(const struct sight *sight)
{
	return !sight || sight->whole;
}

bool sees_customer(const struct sight *sight, const char *id)
{
	if (sight->whole || references_hold(&sight->own, "customer", id))
		return true;
	if (!sight->units.count)
		return false;
	const char *unit = places_get(sight->ledger, PLACE_CUSTOMER_UNIT, id, 0);
	return unit && references_hold(&sight->units, "unit", unit);
}

bool sees_staff(const struct sight *sight, const char *id)
{
	return sight->whole || references_hold(&sight->people, "staff", id);
}

bool sees_unit(const struct sight *sight, const char *id)
{
	return sight->whole || references_hold(&sight->units, "unit", id);
}

bool sees_object(const struct sight *sight, const char *type, const char *id)
{
	if (!sight)
		return true;
	if (strcmp(type, "customer") == 0)
		return sees_customer(sight, id);
	if (strcmp(type, "staff") == 0)
		return sees_staff(sight, id);
	return strcmp(type, "unit") != 0 || sees_unit(sight, id) ||
	       references_hold(&sight->line, "unit", id);
}

bool sight_may(void *sight, const char *type, const char *id)
{
	return sees_object(sight, strcmp(type, "person") == 0 ? "customer" : type, id);
}

bool sees_holder(const struct sight *sight, const char *reference)
{
	if (text_starts(reference, "staff:")) {
		const char *staff = reference + strlen("staff:");
		return sees_staff(sight, staff) || references_hold(&sight->stands, "staff", staff);
	}
	return text_starts(reference, "unit:") && sees_unit(sight, reference + strlen("unit:"));
}

static bool exists(const struct sight *sight, const char *type, const char *id)
{
	return view_exists(ledger_view(sight->ledger), type, id);
}

bool sight_customer(struct sight *sight, const char *id)
{
	return !sight || (exists(sight, "customer", id) && sees_customer(sight, id));
}

bool sight_staff(struct sight *sight, const char *id)
{
	return !sight || (exists(sight, "staff", id) && sees_staff(sight, id));
}

bool sight_unit(struct sight *sight, const char *id)
{
	return !sight ||
	       (exists(sight, "unit", id) &&
		       (sees_unit(sight, id) || references_hold(&sight->line, "unit", id)));
}

enum result sight_require(struct sight *sight, const char *reference, struct error *error)
{
	char type[16];
	const char *id;

	if (!reference_split(reference, type, &id))
		return error_refuse(error, "refused.object", "for", "value", reference, NULL);
	bool seen = strcmp(type, "customer") == 0 ? sight_customer(sight, id)
		    : strcmp(type, "staff") == 0  ? sight_staff(sight, id)
		    : strcmp(type, "unit") == 0   ? sight_unit(sight, id)
						  : true;
	return seen ? OK : reference_refuse(type, id, error);
}

enum result sight_figures(struct sight *sight, const char *reference, struct error *error)
{
	if (sight_require(sight, reference, error) != OK)
		return error->result;
	if (!sight || !text_starts(reference, "unit:") ||
		sees_unit(sight, reference + strlen("unit:")))
		return OK;
	return reference_refuse("unit", reference + strlen("unit:"), error);
}

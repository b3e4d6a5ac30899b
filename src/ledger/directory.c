/* The directories: questions the core and modules ask, answered by the module that knows. */
#include "ledger/book.h"

#include <stdio.h>
#include <string.h>

enum { OBJECT_EXISTS, OBJECT_NAME };

const struct statement read_sql[] = {
	[OBJECT_EXISTS] = { "SELECT 1 FROM d_object WHERE book = $book AND type = $type AND id = "
			    "$object" },
	[OBJECT_NAME] = { "SELECT name FROM d_object WHERE book = $book AND type = $type AND id = "
			  "$object" },
	{ 0 },
};

#define PROVIDER(ledger, question)                                                                 \
	((ledger)->provider[offsetof(struct directory, question) / sizeof(int)])

/* The first column of the first row, in the arena. What was set for the statement is used up
 * even where nobody answers. */
static const char *ask(struct view *view, const struct statement *statement)
{
	struct error ignored = { 0 };
	enum result result;
	struct query *rows;
	const char *answer = NULL;

	if (!statement) {
		view->set_count = 0;
		return NULL;
	}
	if (view_run(view, statement, NULL, &rows, &ignored) != OK)
		return NULL;
	if (rows_next(rows, &result, &ignored) && !rows_null(rows, 0)) {
		const char *text = rows_text(rows, 0);
		answer = arena_text(view->arena, text ? text : "");
	}
	rows_end(rows);
	return answer;
}

static const struct statement *answering(const struct module *module, int number)
{
	return module ? &module->sql[number - 1] : NULL;
}

static void set_day(struct view *view, const char *name, int day)
{
	view_set_text(view, name, day_text(day, arena_alloc(view->arena, DAY_TEXT)));
}

/* So many are remembered; a list of a million customers names each a dozen times. */
enum { OBJECTS_MOST = 1 << 18 };

void objects_forget(struct ledger *ledger)
{
	map_clear(&ledger->objects);
}

/* "type:id", its length; 0 where it is longer than what is remembered. */
static size_t reference_of(const char *type, const char *id, char reference[REFERENCE_TEXT])
{
	int length = snprintf(reference, REFERENCE_TEXT, "%s:%s", type, id);

	return length > 0 && length < REFERENCE_TEXT ? (size_t)length : 0;
}

bool objects_know(const struct ledger *ledger, const char *type, const char *id)
{
	char reference[REFERENCE_TEXT];
	size_t length = reference_of(type, id, reference);

	return length && map_find(&ledger->objects, reference, length, NULL);
}

void objects_note(struct ledger *ledger, const char *reference)
{
	struct map *objects = &ledger->objects;
	size_t length = strlen(reference);

	if (objects->count >= OBJECTS_MOST)
		map_clear(objects);
	if (length < REFERENCE_TEXT && !map_find(objects, reference, length, NULL))
		map_add(objects, reference, length, NULL);
}

/* Only that one exists is remembered: any entry may make one. */
bool view_exists(struct view *view, const char *type, const char *id)
{
	char reference[REFERENCE_TEXT];

	if (objects_know(view->ledger, type, id))
		return true;
	view_set_text(view, "type", type);
	view_set_text(view, "object", id);
	if (!ask(view, &read_sql[OBJECT_EXISTS]))
		return false;
	if (reference_of(type, id, reference))
		objects_note(view->ledger, reference);
	return true;
}

const char *view_name(struct view *view, const char *type, const char *id)
{
	view_set_text(view, "type", type);
	view_set_text(view, "object", id);
	return ask(view, &read_sql[OBJECT_NAME]);
}

bool view_has_measure(const struct view *view, const char *measure)
{
	return ledger_measure(view->ledger, measure) != NULL;
}

/* The unit tree is small: it is read afresh for a question, parent by parent. */
const char *view_unit_parent(struct view *view, const char *unit)
{
	struct ledger *ledger = view->ledger;
	const struct module *module = PROVIDER(ledger, units);
	struct error ignored = { 0 };
	enum result result;
	struct query *rows;
	const char *parent = NULL;

	if (!module || view_run(view, answering(module, ledger->directory.units), NULL, &rows,
			       &ignored) != OK)
		return NULL;
	while (rows_next(rows, &result, &ignored)) {
		if (strcmp(rows_text(rows, 0), unit) != 0 || rows_null(rows, 1))
			continue;
		parent = arena_text(view->arena, rows_text(rows, 1));
		break;
	}
	rows_end(rows);
	return parent;
}

enum { TREE_DEPTH = 16 };

bool view_unit_within(struct view *view, const char *unit, const char *ancestor)
{
	for (int depth = 0; unit && depth < TREE_DEPTH; depth++) {
		if (strcmp(unit, ancestor) == 0)
			return true;
		unit = view_unit_parent(view, unit);
	}
	return false;
}

const char *view_staff_unit(struct view *view, const char *staff, int day)
{
	if (!staff)
		return NULL;
	view_set_text(view, "staff", staff);
	set_day(view, "day", day);
	return ask(view,
		answering(PROVIDER(view->ledger, staff_unit), view->ledger->directory.staff_unit));
}

const char *view_staff_left(struct view *view, const char *staff)
{
	view_set_text(view, "staff", staff);
	return ask(view,
		answering(PROVIDER(view->ledger, staff_left), view->ledger->directory.staff_left));
}

/* The top of the tree: the unit without parent, the lowest code where several have none. */
const char *directory_root(struct view *view)
{
	struct ledger *ledger = view->ledger;
	const struct module *module = PROVIDER(ledger, units);
	struct error ignored = { 0 };
	enum result result;
	struct query *rows;
	const char *root = NULL;

	if (!module || view_run(view, answering(module, ledger->directory.units), NULL, &rows,
			       &ignored) != OK)
		return NULL;
	while (rows_next(rows, &result, &ignored)) {
		const char *unit = rows_text(rows, 0);
		if (rows_null(rows, 1) && (!root || strcmp(unit, root) < 0))
			root = arena_text(view->arena, unit);
	}
	rows_end(rows);
	return root;
}

const char *view_customer_unit(struct view *view, const char *customer)
{
	view_set_text(view, "customer", customer);
	const char *unit = ask(view, answering(PROVIDER(view->ledger, customer_unit),
					     view->ledger->directory.customer_unit));
	return unit ? unit : directory_root(view);
}

const char *view_manager(struct view *view, const char *customer, int64_t instant)
{
	view_set_text(view, "customer", customer);
	view_set_integer(view, "instant", instant);
	return ask(
		view, answering(PROVIDER(view->ledger, manager), view->ledger->directory.manager));
}

const char *view_deputy(struct view *view, const char *customer, int64_t instant)
{
	view_set_text(view, "customer", customer);
	view_set_integer(view, "instant", instant);
	return ask(view, answering(PROVIDER(view->ledger, deputy), view->ledger->directory.deputy));
}

bool view_listed(struct view *view, const char *customer, int day)
{
	view_set_text(view, "customer", customer);
	set_day(view, "day", day);
	return ask(view, answering(PROVIDER(view->ledger, listed),
				 view->ledger->directory.listed)) != NULL;
}

int view_manages(struct view *view, const char *staff, int64_t instant)
{
	const struct module *module = PROVIDER(view->ledger, customers_of);
	struct error ignored = { 0 };
	enum result result;
	struct query *rows;
	int count = 0;

	if (!module)
		return 0;
	view_set_text(view, "staff", staff);
	view_set_integer(view, "instant", instant);
	if (view_run(view, answering(module, view->ledger->directory.customers_of), NULL, &rows,
		    &ignored) != OK)
		return 0;
	while (rows_next(rows, &result, &ignored))
		count++;
	rows_end(rows);
	return count;
}

const char *view_survivor(struct view *view, const char *customer)
{
	view_set_text(view, "customer", customer);
	const char *survivor = ask(view,
		answering(PROVIDER(view->ledger, survivor), view->ledger->directory.survivor));
	return survivor ? survivor : customer;
}

const char *view_customer_class(struct view *view, const char *customer, int day)
{
	view_set_text(view, "customer", customer);
	set_day(view, "day", day);
	return ask(view, answering(PROVIDER(view->ledger, customer_class),
				 view->ledger->directory.customer_class));
}

enum result view_manager_changed(struct view *view, const char *customer, struct error *error)
{
	if (view->refolding)
		return OK;
	return duty_follow(view->ledger, customer, view->ledger->recorded_at, error);
}

enum result view_cadence_changed(
	struct view *view, const char *customer, const struct entry *entry, struct error *error)
{
	return view->refolding ? OK : cadence_customer(view->ledger, customer, entry, error);
}

enum result view_duty_open(struct view *view, const char *what, enum holder holder,
	const char *subject, int64_t due, const struct entry *entry, struct error *error)
{
	if (view->refolding)
		return OK;
	return duty_open(view->ledger, what, holder, NULL, subject, due, entry, error);
}

enum result view_duty_cancel(struct view *view, const char *what, const char *subject,
	const struct entry *entry, struct error *error)
{
	return view->refolding ? OK : duty_cancel(view->ledger, what, subject, entry, error);
}

enum result view_duty_done(struct view *view, const char *what, const char *subject,
	const struct entry *entry, struct error *error)
{
	return view->refolding ? OK : duty_done(view->ledger, what, subject, entry, error);
}

int64_t view_present(const struct view *view)
{
	return view->ledger->recorded_at;
}

/* ------------------------------------------------------------------ posts */

enum result ledger_posts(struct ledger *ledger, const char *staff, int day,
	bool (*each)(void *context, const char *unit, const char *role), void *context,
	struct error *error)
{
	const struct module *module = PROVIDER(ledger, staff_roles);
	struct view *view = ledger_view(ledger);
	char text[DAY_TEXT];
	enum result result;
	struct query *rows;

	if (!module)
		return OK;
	view_set_text(view, "staff", staff);
	view_set_text(view, "day", day_text(day, text));
	if (view_run(view, &module->sql[ledger->directory.staff_roles - 1], NULL, &rows, error) !=
		OK)
		return error->result;
	while (rows_next(rows, &result, error) &&
		each(context, rows_text(rows, 0), rows_text(rows, 1)))
		;
	rows_end(rows);
	return ledger_heard(ledger, error);
}

const char *ledger_office(struct ledger *ledger, int day)
{
	struct view *view = ledger_view(ledger);
	const char *root = directory_root(view);
	char text[DAY_TEXT];

	if (!root || !PROVIDER(ledger, unit_office))
		return NULL;
	view_set_text(view, "unit", root);
	view_set_text(view, "day", day_text(day, text));
	return ask(view, answering(PROVIDER(ledger, unit_office), ledger->directory.unit_office));
}

/*
 * Work that is due again every period. Only the present period's duty exists: it is opened
 * when the period begins, or when a customer begins to need it, and ends with the period.
 *
 * Which customers: those of a class for which the norm names a period, once somebody manages
 * them or a list names them. A class that changes inside a period ends the open duty of the
 * old class and opens the new one's; work already done counts for the new one too.
 */
#include "calendar/period.h"
#include "ledger/book.h"

#include <stdlib.h>
#include <string.h>

enum { IN_PERIOD, ALL_IN_PERIOD, CANCEL_OPEN };

const struct statement cadence_sql[] = {
	[IN_PERIOD] = { "SELECT count(*) FROM d_duty WHERE book = $book AND subject = $subject "
			"AND what = $what AND due = $due AND period = $period AND state IN "
			"('open', 'paused', 'missed', 'done', 'done_late')" },
	[ALL_IN_PERIOD] = { "SELECT subject FROM d_duty WHERE book = $book AND what = $what "
			    "AND due = $due AND period = $period AND state IN "
			    "('open', 'paused', 'missed', 'done', 'done_late')" },
	/* What fell due before this instant is the ticker's to call missed. */
	[CANCEL_OPEN] = { "UPDATE d_duty SET state = 'cancelled', ended_seq = $ended_seq "
			  "WHERE book = $book AND subject = $subject AND what = $what "
			  "AND period IS NOT NULL AND period <> $kept AND due >= $now "
			  "AND state IN ('open', 'paused')" },
	{ 0 },
};

/*
 * What a day asks of every customer is asked once for all: who manages whom, whom lists name, who
 * has the period's duty already, and whether anybody can have done it before it was opened. One
 * customer at a time asks for himself.
 */
struct opened {
	struct opened *next;
	const char *what;
	char period[PERIOD_TEXT];
	struct map subjects; /* a set */
	bool looked, perhaps_done;
};

struct cadence_day {
	struct map managers, listed; /* customer → staff; a set of customers */
	bool has_managers, has_listed;
	struct opened *opened;
};

/* The first column of the rows as keys, the second, where there is one, as what they lead to. */
static enum result map_load(struct ledger *ledger, const struct statement *statement,
	struct map *map, struct error *error)
{
	struct query *rows;
	enum result result;

	if (view_scan(&ledger->view, statement, NULL, &rows, error) != OK)
		return error->result;
	bool pairs = query_columns(rows) > 1;
	while (rows_next(rows, &result, error)) {
		const char *key = rows_text(rows, 0);
		if (!map_find(map, key, strlen(key), NULL))
			map_add(map, key, strlen(key),
				pairs ? arena_text(&map->arena, rows_text(rows, 1)) : NULL);
	}
	query_end(rows);
	return result;
}

static void whole_release(struct cadence_day *whole)
{
	map_release(&whole->managers);
	map_release(&whole->listed);
	for (struct opened *opened = whole->opened, *next; opened; opened = next) {
		next = opened->next;
		map_release(&opened->subjects);
		free(opened);
	}
}

static enum result whole_load(
	struct ledger *ledger, struct cadence_day *whole, int day, struct error *error)
{
	const struct directory *directory = &ledger->directory;
	const struct module *managers =
		ledger->provider[offsetof(struct directory, managers) / sizeof(int)];
	const struct module *lists =
		ledger->provider[offsetof(struct directory, on_lists) / sizeof(int)];
	char text[DAY_TEXT];

	map_init(&whole->managers, WORK_BYTES);
	map_init(&whole->listed, WORK_BYTES);
	whole->has_managers = managers != NULL;
	whole->has_listed = lists != NULL;
	if (managers) {
		view_set_integer(&ledger->view, "instant", ledger->recorded_at);
		map_load(ledger, &managers->sql[directory->managers - 1], &whole->managers, error);
	}
	if (lists && error->result == OK) {
		view_set_text(&ledger->view, "day", day_text(day, text));
		map_load(ledger, &lists->sql[directory->on_lists - 1], &whole->listed, error);
	}
	return error->result;
}

static void set_period(struct view *view, const char *what, const struct period *period)
{
	view_set_text(view, "what", what);
	view_set_text(view, "period", period->text);
	view_set_integer(view, "due", day_start(period->last_day + 1));
}

/* Who had the duty of this period before the day began. */
static enum result opened_get(struct ledger *ledger, struct cadence_day *whole, const char *what,
	const struct period *period, struct opened **opened, struct error *error)
{
	for (*opened = whole->opened; *opened; *opened = (*opened)->next) {
		if ((*opened)->what == what && strcmp((*opened)->period, period->text) == 0)
			return OK;
	}
	*opened = calloc(1, sizeof(**opened));
	must(*opened != NULL);
	**opened = (struct opened){ .next = whole->opened, .what = what };
	map_init(&(*opened)->subjects, WORK_BYTES);
	text_copy((*opened)->period, sizeof((*opened)->period), period->text);
	whole->opened = *opened;
	set_period(&ledger->view, what, period);
	return map_load(ledger, &cadence_sql[ALL_IN_PERIOD], &(*opened)->subjects, error);
}

static enum result already_open(struct ledger *ledger, const char *what, const char *subject,
	const struct period *period, bool *open, struct error *error)
{
	struct view *view = &ledger->view;
	struct query *rows;
	enum result result;

	view_set_text(view, "subject", subject);
	set_period(view, what, period);
	if (view_run(view, &cadence_sql[IN_PERIOD], NULL, &rows, error) != OK)
		return error->result;
	*open = rows_next(rows, &result, error) && rows_integer(rows, 0) > 0;
	query_end(rows);
	return result;
}

/* The norm's row for a class, −1 where it asks for nothing. */
static int norm_row(const struct norm_table *norm, const char *what, const char *class)
{
	int row = norm && class ? norm_find(norm, "what", what, 0) : -1;

	while (row >= 0 && strcmp(norm_text(norm, row, "class"), class) != 0)
		row = norm_find(norm, "what", what, row + 1);
	return row;
}

/* Who needs what on a day, and why. */
struct demand {
	const struct cadence *cadence;
	const char *customer, *subject;
	const struct norm_table *norm;
	int row; /* of the norm */
	int day;
	const struct entry *entry; /* the cause */
	const char *manager;       /* NULL for none */
	struct cadence_day *whole; /* of the day that asks all, or NULL */
};

static struct period demand_period(const struct demand *demand)
{
	const char *kind = norm_text(demand->norm, demand->row, "period");

	return period_of(demand->day, (enum period_kind)period_kind_parse(kind));
}

static const char *holder_of(struct ledger *ledger, const struct demand *demand)
{
	if (demand->manager)
		return arena_print(&ledger->arena, "staff:%s", demand->manager);
	const char *unit = view_customer_unit(&ledger->view, demand->customer);
	return arena_print(&ledger->arena, "unit:%s", unit ? unit : "");
}

/* Has he the period's duty already; and if not, may he have done it before it is opened? */
static enum result is_open(struct ledger *ledger, const struct demand *demand,
	const struct period *period, bool *open, bool *perhaps_done, struct error *error)
{
	const char *what = demand->cadence->what;
	struct opened *opened;

	*perhaps_done = true;
	if (!demand->whole)
		return already_open(ledger, what, demand->subject, period, open, error);
	if (opened_get(ledger, demand->whole, what, period, &opened, error) != OK)
		return error->result;
	*open = map_find(&opened->subjects, demand->subject, strlen(demand->subject), NULL);
	if (!*open && !opened->looked)
		duty_perhaps_done(
			ledger, what, day_start(period->first_day), &opened->perhaps_done, error);
	opened->looked = opened->looked || !*open;
	*perhaps_done = opened->perhaps_done;
	return error->result;
}

static enum result open_period(
	struct ledger *ledger, const struct demand *demand, struct error *error)
{
	struct period period = demand_period(demand);
	const char *id;
	bool open = false, perhaps_done;

	if (is_open(ledger, demand, &period, &open, &perhaps_done, error) != OK || open)
		return error->result;
	struct new_duty duty = { .what = demand->cadence->what,
		.holder = holder_of(ledger, demand),
		.subject = demand->subject,
		.opener = demand->entry->id,
		.clock = "",
		.period = period.text,
		.rule = HOLDER_MANAGER,
		.opened_seq = ledger->fold_seq,
		.opened_at = day_start(demand->day),
		.norm_seq = norm_seq(demand->norm, demand->row),
		.due = day_start(period.last_day + 1),
		.period_from = day_start(period.first_day) };
	int64_t times = norm_integer(demand->norm, demand->row, "times", 1);
	for (int64_t i = 0; i < times; i++) {
		if (duty_insert(ledger, &duty, &id, error) != OK ||
			(perhaps_done && duty_rematch(ledger, id, error) != OK))
			return error->result;
	}
	return OK;
}

/* End what is open of another period than the one kept ("" for none). */
static enum result cancel_others(
	struct ledger *ledger, const struct demand *demand, const char *kept, struct error *error)
{
	struct view *view = &ledger->view;

	view_set_text(view, "subject", demand->subject);
	view_set_text(view, "what", demand->cadence->what);
	view_set_text(view, "kept", kept);
	view_set_integer(view, "now", ledger->recorded_at);
	view_set_integer(view, "ended_seq", ledger->fold_seq);
	return duty_change(ledger, &cadence_sql[CANCEL_OPEN], demand->subject, NULL, error);
}

static const char *manager_of(struct ledger *ledger, const struct demand *demand)
{
	const void *manager = NULL;

	if (!demand->whole || !demand->whole->has_managers)
		return view_manager(&ledger->view, demand->customer, ledger->recorded_at);
	map_find(&demand->whole->managers, demand->customer, strlen(demand->customer), &manager);
	return manager;
}

static bool is_listed(struct ledger *ledger, const struct demand *demand)
{
	if (!demand->whole || !demand->whole->has_listed)
		return view_listed(&ledger->view, demand->customer, demand->day);
	return map_find(&demand->whole->listed, demand->customer, strlen(demand->customer), NULL);
}

/* Every cadence of one customer whose class is `class`; where it is asked alone, for something
 * about it has changed, what it no longer needs is ended. */
static enum result cadences_of(struct ledger *ledger, const char *customer, const char *class,
	const struct entry *entry, int day, struct cadence_day *whole, struct error *error)
{
	struct demand demand = { .customer = customer, .day = day, .entry = entry, .whole = whole };

	demand.subject = arena_print(&ledger->arena, "customer:%s", customer);
	demand.manager = class ? manager_of(ledger, &demand) : NULL;
	if (class && !demand.manager && !is_listed(ledger, &demand))
		class = NULL;
	for (const struct module **module = ledger->modules; *module; module++) {
		demand.cadence = (*module)->cadences;
		for (; demand.cadence && demand.cadence->what; demand.cadence++) {
			demand.norm =
				view_norm(&ledger->view, "duty.cadence", day, ledger->fold_seq);
			demand.row = norm_row(demand.norm, demand.cadence->what, class);
			struct period kept = { 0 };
			if (demand.row >= 0)
				kept = demand_period(&demand);
			if (!whole && cancel_others(ledger, &demand, kept.text, error) != OK)
				return error->result;
			if (demand.row >= 0 && open_period(ledger, &demand, error) != OK)
				return error->result;
		}
	}
	return OK;
}

/* Periods begin on the first of a month, or on Monday: other days open nothing new. */
static bool begins_period(int day)
{
	return civil_from_day(day).day == 1 || day_weekday(day) == 1;
}

static enum result whole_open(struct ledger *ledger, struct cadence_day *whole,
	const struct entry *entry, int day, struct error *error)
{
	const struct module *module =
		ledger->provider[offsetof(struct directory, classes) / sizeof(int)];
	struct query *rows;
	enum result result;
	char text[DAY_TEXT];

	if (!module || whole_load(ledger, whole, day, error) != OK)
		return error->result;
	view_set_text(&ledger->view, "day", day_text(day, text));
	if (view_run(&ledger->view, &module->sql[ledger->directory.classes - 1], NULL, &rows,
		    error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		struct arena_mark mark = arena_mark(&ledger->arena);
		const char *customer = arena_text(&ledger->arena, rows_text(rows, 0));
		const char *class = arena_text(&ledger->arena, rows_text(rows, 1));
		if (cadences_of(ledger, customer, class, entry, day, whole, error) != OK)
			break;
		arena_rewind(&ledger->arena, mark);
	}
	query_end(rows);
	return error->result;
}

enum result cadence_day(
	struct ledger *ledger, const struct entry *entry, int day, struct error *error)
{
	struct cadence_day whole = { 0 };

	if (begins_period(day))
		whole_open(ledger, &whole, entry, day, error);
	whole_release(&whole);
	return error->result;
}

enum result cadence_customer(
	struct ledger *ledger, const char *customer, const struct entry *entry, struct error *error)
{
	int day = instant_day(ledger->recorded_at);

	return cadences_of(ledger, customer, view_customer_class(&ledger->view, customer, day),
		entry, day, NULL, error);
}

/* Customers by class, and cases that are not over, as far as they are in sight. */
#include "ledger/sight_parts.h"

#include <stdlib.h>
#include <string.h>

enum { OWNED_CASES, CUSTOMER_CASES, OBJECTS_AFTER };

enum { ROUNDS = 8 };

static const char no_class[] = "-";

#define CASE_COLUMNS "id, type, state, owner, customer, opened_seq, opened_at"

const struct statement sight_list_sql[] = {
	[OWNED_CASES] = { "SELECT " CASE_COLUMNS " FROM d_case WHERE book = $book "
			  "AND owner = $ref AND ended_at IS NULL AND opened_seq > $seq "
			  "ORDER BY opened_seq LIMIT $count" },
	[CUSTOMER_CASES] = { "SELECT " CASE_COLUMNS " FROM d_case WHERE book = $book "
			     "AND customer = $ref AND ended_at IS NULL AND opened_seq > $seq "
			     "ORDER BY opened_seq LIMIT $count" },
	[OBJECTS_AFTER] = { "SELECT id FROM d_object WHERE book = $book AND type = 'customer' "
			    "AND id > $after ORDER BY id LIMIT $count" },
	{ 0 },
};

/* ------------------------------------------------------------------ customers */

/* Customers are few or many: those one person looks after are put in order in memory, those of
 * units are met class by class in the order of the directory. */
struct listing {
	struct ledger *ledger;
	struct sight *sight;
	int64_t instant;
	struct customer_page *page;
	bool (*each)(void *context, const struct customer_seen *customer);
	void *context;
	int given;
	bool full;
	struct arena arena;
};

/* The classes in order, and `no_class` behind them; in the arena, ends with NULL. */
static enum result classes_read(
	struct ledger *ledger, struct arena *arena, const char ***classes, struct error *error)
{
	const struct statement *statement = ANSWER(ledger, class_names);
	enum { MOST = 64 };
	enum result result = OK;
	struct query *rows;
	int count = 0;

	*classes = arena_array(arena, const char *, MOST + 2);
	if (statement) {
		if (view_run(ledger_view(ledger), statement, NULL, &rows, error) != OK)
			return error->result;
		while (count < MOST && rows_next(rows, &result, error))
			(*classes)[count++] = arena_text(arena, rows_text(rows, 0));
		rows_end(rows);
	}
	(*classes)[count++] = no_class;
	return error->result;
}

static const char *class_of(const struct listing *listing, const char *id)
{
	const char *now = view_customer_class(
		ledger_view(listing->ledger), id, instant_day(listing->instant));

	return now ? now : no_class;
}

/* What was merged into another is not a customer of its own any more. */
static bool is_listed(const struct listing *listing, const char *id)
{
	return (!listing->sight || sees_customer(listing->sight, id)) &&
	       strcmp(places_get(listing->ledger, PLACE_SURVIVOR, id, 0), id) == 0;
}

/* False where the page has no room for it. */
static bool list_one(struct listing *listing, const char *class, const char *id)
{
	struct customer_page *page = listing->page;
	struct view *view = ledger_view(listing->ledger);

	if (listing->given == page->limit || listing->full) {
		page->more = true;
		return false;
	}
	text_copy(page->class, sizeof(page->class), class);
	text_copy(page->id, sizeof(page->id), id);
	if (!is_listed(listing, id))
		return true;
	struct customer_seen customer = { .id = id,
		.name = view_name(view, "customer", id),
		.class = class == no_class ? NULL : class,
		.manager = view_manager(view, id, listing->instant),
		.unit = view_customer_unit(view, id) };
	listing->full = !listing->each(listing->context, &customer);
	listing->given++;
	return true;
}

/* The next ids of a class after the place, in the listing's arena. */
static enum result ids_after(struct listing *listing, const char *class, const char *after,
	struct references *ids, struct error *error)
{
	bool classless = class == no_class;
	struct view *view = ledger_view(listing->ledger);
	char day[DAY_TEXT];
	enum result result;
	struct query *rows;

	if (!classless) {
		view_set_text(view, "class", class);
		view_set_text(view, "day", day_text(instant_day(listing->instant), day));
	}
	view_set_text(view, "after", after);
	view_set_integer(view, "count", SIGHT_PAGE);
	if (view_run(view,
		    classless ? &sight_list_sql[OBJECTS_AFTER]
			      : ANSWER(listing->ledger, class_page),
		    NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error))
		references_add(ids, "customer", rows_text(rows, 0));
	rows_end(rows);
	return result;
}

/* One round of one class; `rest` says whether the class may have more. */
static enum result list_round(struct listing *listing, const char *class, const char *after,
	bool *rest, struct error *error)
{
	struct references ids = { 0 };
	enum result result = ids_after(listing, class, after, &ids, error);

	*rest = ids.count == SIGHT_PAGE;
	for (size_t i = 0; result == OK && i < ids.count; i++) {
		const char *id = ids.items[i] + strlen("customer:");
		if (class == no_class && strcmp(class_of(listing, id), class) != 0) {
			text_copy(listing->page->class, sizeof(listing->page->class), class);
			text_copy(listing->page->id, sizeof(listing->page->id), id);
		} else if (!list_one(listing, class, id)) {
			break;
		}
	}
	references_release(&ids);
	return result;
}

static enum result list_many(
	struct listing *listing, const char *const *classes, struct error *error)
{
	struct customer_page *page = listing->page;
	bool found = !*page->class;
	int rounds = 0;

	for (; *classes; classes++) {
		char after[sizeof(page->id)] = "";
		bool rest = true;
		if (!found && strcmp(*classes, page->class) != 0)
			continue;
		if (!found)
			text_copy(after, sizeof(after), page->id);
		found = true;
		while (rest) {
			if (rounds++ == ROUNDS) {
				page->more = true;
				return OK;
			}
			if (list_round(listing, *classes, after, &rest, error) != OK)
				return error->result;
			if (page->more)
				return OK;
			text_copy(after, sizeof(after), page->id);
		}
	}
	return OK;
}

/* Looked after by one person: each is asked for its class. */
static enum result list_few(
	struct listing *listing, const char *const *classes, struct error *error)
{
	const struct references *own = &listing->sight->own;
	const char **known = arena_array(&listing->arena, const char *, own->count + 1);
	struct customer_page *page = listing->page;
	bool found = !*page->class;

	for (size_t i = 0; i < own->count; i++)
		known[i] = arena_text(
			&listing->arena, class_of(listing, own->items[i] + strlen("customer:")));
	for (; *classes && !page->more; classes++) {
		bool here = !found && strcmp(*classes, page->class) == 0;
		if (!found && !here)
			continue;
		found = true;
		for (size_t i = 0; i < own->count && !page->more; i++) {
			const char *id = own->items[i] + strlen("customer:");
			if ((!here || strcmp(id, page->id) > 0) && strcmp(known[i], *classes) == 0)
				list_one(listing, *classes, id);
		}
	}
	return ledger_heard(listing->ledger, error);
}

enum result sight_customers(struct ledger *ledger, struct sight *sight, int64_t instant,
	struct customer_page *page,
	bool (*each)(void *context, const struct customer_seen *customer), void *context,
	struct error *error)
{
	struct listing listing = { ledger, sight, instant, page, each, context, 0, false, { 0 } };
	const char **classes;

	must(page->limit > 0 && page->limit <= SIGHT_PAGE);
	page->more = false;
	arena_init(&listing.arena, WORK_BYTES);
	ledger_refresh(ledger);
	places_begin(ledger);
	if (classes_read(ledger, &listing.arena, &classes, error) == OK) {
		if (!sight || sight->units.count)
			list_many(&listing, classes, error);
		else
			list_few(&listing, classes, error);
	}
	arena_release(&listing.arena);
	return ledger_heard(ledger, error);
}

/* ------------------------------------------------------------------ cases */

struct case_rows {
	struct case_seen *items;
	size_t count, allocated;
	int64_t surely; /* beyond it some may be missing; 0: none is */
	struct arena arena;
};

static int oldest_first(const void *a, const void *b)
{
	const struct case_seen *x = a, *y = b;

	return (x->opened_seq > y->opened_seq) - (x->opened_seq < y->opened_seq);
}

static void case_put(struct case_rows *list, const struct query *rows)
{
	const char *customer = rows_text(rows, 4);

	if (list->count == list->allocated) {
		list->allocated = list->allocated ? list->allocated * 2 : 64;
		list->items = realloc(list->items, list->allocated * sizeof(*list->items));
		must(list->items != NULL);
	}
	list->items[list->count++] = (struct case_seen){
		.id = arena_text(&list->arena, rows_text(rows, 0)),
		.type = arena_text(&list->arena, rows_text(rows, 1)),
		.state = arena_text(&list->arena, rows_text(rows, 2)),
		.owner = arena_text(&list->arena, rows_text(rows, 3)),
		.customer = customer ? arena_text(&list->arena, customer) : NULL,
		.opened_seq = rows_integer(rows, 5),
		.opened_at = rows_integer(rows, 6),
	};
}

static enum result cases_read(struct ledger *ledger, const char *reference,
	const struct case_page *page, struct case_rows *list, struct error *error)
{
	bool customer = text_starts(reference, "customer:");
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;
	int count = 0;

	view_set_text(view, "ref", customer ? reference + strlen("customer:") : reference);
	view_set_integer(view, "seq", page->seq);
	view_set_integer(view, "count", page->limit);
	if (view_run(view, &sight_list_sql[customer ? CUSTOMER_CASES : OWNED_CASES], NULL, &rows,
		    error) != OK)
		return error->result;
	for (; rows_next(rows, &result, error); count++)
		case_put(list, rows);
	rows_end(rows);
	if (count == page->limit) {
		int64_t last = list->items[list->count - 1].opened_seq;
		if (!list->surely || last < list->surely)
			list->surely = last;
	}
	return result;
}

static bool case_in_sight(const struct sight *sight, struct case_seen *one)
{
	if (!sight || sight->whole)
		return true;
	bool customer = one->customer && sees_customer(sight, one->customer);
	if (!customer && !sees_holder(sight, one->owner))
		return false;
	if (one->customer && !customer)
		one->customer = SIGHT_HIDDEN;
	return true;
}

static void hand_cases(const struct sight *sight, struct case_page *page,
	const struct case_rows *list, bool (*each)(void *context, const struct case_seen *one),
	void *context)
{
	int given = 0;
	bool on = true;

	page->more = true;
	for (size_t i = 0; i < list->count; i++) {
		struct case_seen one = list->items[i];
		if (list->surely && one.opened_seq > list->surely)
			return;
		if (i && one.opened_seq == list->items[i - 1].opened_seq)
			continue;
		if (given == page->limit || !on)
			return;
		page->seq = one.opened_seq;
		if (!case_in_sight(sight, &one))
			continue;
		on = each(context, &one);
		given++;
	}
	page->more = list->surely != 0;
}

enum result sight_cases(struct ledger *ledger, struct sight *sight, const char *reference,
	struct case_page *page, bool (*each)(void *context, const struct case_seen *one),
	void *context, struct error *error)
{
	struct case_rows list = { 0 };
	struct references sources;
	enum result result = sight_sources(ledger, sight, reference, &sources, error);

	must(page->limit > 0 && page->limit <= SIGHT_PAGE);
	page->more = false;
	arena_init(&list.arena, WORK_BYTES);
	for (size_t i = 0; result == OK && i < sources.count; i++)
		result = cases_read(ledger, sources.items[i], page, &list, error);
	if (list.count)
		qsort(list.items, list.count, sizeof(*list.items), oldest_first);
	if (result == OK)
		hand_cases(sight, page, &list, each, context);
	free(list.items);
	arena_release(&list.arena);
	references_release(&sources);
	return ledger_heard(ledger, error);
}

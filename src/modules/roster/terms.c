/* The terms of one customer: who manages it when, and when nobody does. */
#include "roster.h"

#include <string.h>

enum { TERMS_MOST = 100000 };

static void term_add(struct arena *arena, struct terms *terms, int *room, struct term term)
{
	if (terms->count == *room) {
		struct term *before = terms->items;
		*room = *room ? *room * 2 : 8;
		must(*room < TERMS_MOST);
		terms->items = arena_array(arena, struct term, (size_t)*room);
		if (terms->count)
			memcpy(terms->items, before, (size_t)terms->count * sizeof(term));
	}
	terms->items[terms->count++] = term;
}

enum result roster_terms(
	struct view *view, const char *customer, struct terms *terms, struct error *error)
{
	struct arena *arena = view_arena(view);
	struct query *rows;
	enum result result;
	int room = 0;

	*terms = (struct terms){ 0 };
	view_set_text(view, "customer", customer);
	if (view_query(view, TERMS_OF, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		const char *staff = rows_null(rows, 2) ? NULL : rows_text(rows, 2);
		term_add(arena, terms, &room,
			(struct term){ rows_integer(rows, 0), rows_integer(rows, 1),
				staff ? arena_text(arena, staff) : NULL });
	}
	rows_end(rows);
	return result;
}

const char *roster_principal(const struct terms *terms, int64_t instant)
{
	for (int i = 0; i < terms->count; i++) {
		const struct term *term = &terms->items[i];
		if (term->from_at <= instant && term->until_at > instant)
			return term->staff;
	}
	return NULL;
}

/* The next instant after `instant` at which another term may speak. */
static int64_t next_boundary(const struct terms *terms, int64_t instant)
{
	int64_t next = FOR_EVER;

	for (int i = 0; i < terms->count; i++) {
		const struct term *term = &terms->items[i];
		if (term->from_at > instant && term->from_at < next)
			next = term->from_at;
		if (term->until_at > instant && term->until_at < next)
			next = term->until_at;
	}
	return next;
}

const char *roster_other(
	const struct terms *terms, const char *staff, int64_t from, int64_t until, int64_t *since)
{
	for (int64_t at = from; at < until; at = next_boundary(terms, at)) {
		const char *principal = roster_principal(terms, at);
		*since = at;
		if (principal && strcmp(principal, staff) != 0)
			return principal;
	}
	return NULL;
}

/* The first day from `from` to `to` that begins without a principal; −1 for none. */
static int first_uncovered(const struct terms *terms, int from, int to)
{
	int64_t end = day_start(to + 1);

	for (int64_t at = day_start(from); at < end; at = next_boundary(terms, at)) {
		if (!roster_principal(terms, at))
			return instant_day(at);
	}
	return -1;
}

/* One listing of a customer, cut to the scope's days. */
static int listing_uncovered(
	const struct query *rows, const struct terms *terms, const struct scope *scope)
{
	int from, until;

	must(day_parse(rows_text(rows, 3), &from) && day_parse(rows_text(rows, 4), &until));
	if (from < scope_from(scope))
		from = scope_from(scope);
	if (until > scope_to(scope) + 1)
		until = scope_to(scope) + 1;
	return first_uncovered(terms, from, until - 1);
}

enum result roster_uncovered(struct view *view, const struct scope *scope,
	struct evidence_sink *sink, struct error *error)
{
	char from[DAY_TEXT], to[DAY_TEXT];
	const char *customer = "";
	struct terms terms = { 0 };
	struct query *rows;
	enum result result;
	bool found = false;

	view_set_text(view, "from", day_text(scope_from(scope), from));
	view_set_text(view, "to", day_text(scope_to(scope), to));
	if (view_query(view, LISTINGS, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		if (strcmp(rows_text(rows, 2), customer) != 0) {
			customer = arena_text(view_arena(view), rows_text(rows, 2));
			found = false;
			if (roster_terms(view, customer, &terms, error) != OK)
				break;
		}
		int day = found ? -1 : listing_uncovered(rows, &terms, scope);
		if (day < 0)
			continue;
		found = true;
		evidence_add(sink, &(struct evidence){ .seq = rows_integer(rows, 0),
					   .row = (int)rows_integer(rows, 1),
					   .day = day,
					   .customer = customer,
					   .value = 1 });
	}
	rows_end(rows);
	return error->result;
}

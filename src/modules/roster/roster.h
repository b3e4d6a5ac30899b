/* The inside of the roster: its statements, and the terms of one customer. */
#ifndef MODULES_ROSTER_ROSTER_H
#define MODULES_ROSTER_ROSTER_H

#include "module.h"

enum {
	PUT_LIST,
	PUT_MEMBER,
	SET_UNTIL,
	DROP_LIST,
	DROP_MEMBERS,
	OF_LIST,
	LISTS_OF_DAY,
	SAME_MEMBER,
	LISTED_ON,
	ON_LISTS,
	PUT_TERM,
	SET_REPLACED,
	DROP_TERM,
	TERMS_OF,
	TERMS_OF_DAY,
	WAITING,
	MANAGER,
	MANAGERS,
	DEPUTY,
	DEPUTY_OF,
	CUSTOMERS_OF,
	CUSTOMERS_EVER,
	ROWS_LISTED,
	ROWS_PROVINCE,
	ROWS_CITY,
	ROWS_MAJOR,
	ROWS_CORE,
	ROWS_ENTERED,
	ROWS_LEFT,
	ROWS_MANAGED,
	ROWS_COVERED,
	ROWS_HANDED_OVER,
	LISTINGS,
};

extern const struct statement roster_sql[];

/* The end of a term that has none. */
#define FOR_EVER INT64_MAX

/* The principal terms of one customer, newest first. */
struct term {
	int64_t from_at, until_at; /* the last exclusive */
	const char *staff;         /* NULL: nobody */
};

struct terms {
	struct term *items;
	int count;
};

/* Load the terms of a customer into the view's arena. */
enum result roster_terms(
	struct view *view, const char *customer, struct terms *terms, struct error *error);
/* Who is principal at the instant; NULL for nobody. */
const char *roster_principal(const struct terms *terms, int64_t instant);
/* Who but `staff` is principal at some instant from `from` until before `until`, and from when
 * within that; NULL for nobody. */
const char *roster_other(
	const struct terms *terms, const char *staff, int64_t from, int64_t until, int64_t *since);

/* The customers that were listed and without a principal on some day of the scope, each with
 * its listing and the first such day. */
enum result roster_uncovered(struct view *view, const struct scope *scope,
	struct evidence_sink *sink, struct error *error);

#endif

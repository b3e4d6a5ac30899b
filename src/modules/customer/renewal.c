/*
 * Contracts that end soon 续约提醒.
 *
 * Every day that opens notes the contracts that end within the days of the norm
 * "customer.renewal". The customer's manager has one duty at a time, due at the end of the
 * earliest of them; it is done by the entry that renews that contract or ends the product,
 * and the next one follows. What was noted is kept here, apart from the customer's rows, so
 * that folding those again does not forget it.
 */
#include "customer.h"

#include <string.h>

static const char what[] = "customer.renewal";

static const char *subject_of(struct view *view, const char *customer)
{
	return arena_print(view_arena(view), "customer:%s", customer);
}

static enum result open_duty(struct view *view, const char *customer, const char *until,
	const struct entry *entry, struct error *error)
{
	int day;

	must(day_parse(until, &day));
	return view_duty_open(view, what, HOLDER_MANAGER, subject_of(view, customer),
		day_start(day + 1), entry, error);
}

enum result renewal_day(struct view *view, const struct entry *entry, struct error *error)
{
	char horizon[DAY_TEXT];
	struct query *rows;
	enum result result;
	int day;

	must(day_parse(entry_text(entry, "day"), &day));
	const struct norm_table *norm = view_norm(view, what, day, entry->seq);
	if (!norm || !norm_rows(norm))
		return OK;
	day_text(day + (int)norm_integer(norm, 0, "days", 0), horizon);
	view_set_text(view, "horizon", horizon);
	if (view_exec(view, RENEWAL_NOTE, entry, error) != OK ||
		view_query(view, RENEWALS_NOTED, entry, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		const char *customer = arena_text(view_arena(view), rows_text(rows, 0));
		result = open_duty(view, customer, rows_text(rows, 1), entry, error);
		if (result != OK)
			break;
	}
	rows_end(rows);
	return error->result;
}

/* A contract that was noted. */
struct noted {
	const char *product, *until;
	int64_t seq; /* the entry it was read from */
	struct noted *next;
};

/* Those of a customer that nothing has answered yet, the earliest end first. */
static enum result noted_read(
	struct view *view, const char *customer, struct noted **first, struct error *error)
{
	struct noted **end = first;
	struct query *rows;
	enum result result;

	*first = NULL;
	view_set_text(view, "customer", customer);
	if (view_query(view, RENEWALS_OPEN, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		struct noted *noted = arena_new(view_arena(view), struct noted);
		*noted = (struct noted){ arena_text(view_arena(view), rows_text(rows, 0)),
			arena_text(view_arena(view), rows_text(rows, 1)), rows_integer(rows, 2),
			NULL };
		*end = noted;
		end = &noted->next;
	}
	rows_end(rows);
	return result;
}

/* The duty follows the earliest that is left. */
static enum result open_next(
	struct view *view, const char *customer, const struct entry *entry, struct error *error)
{
	struct noted *first;

	if (noted_read(view, customer, &first, error) != OK || !first)
		return error->result;
	return open_duty(view, customer, first->until, entry, error);
}

static enum result change(struct view *view, int number, const char *customer,
	const struct noted *noted, const struct entry *entry, struct error *error)
{
	view_set_text(view, "customer", customer);
	view_set_text(view, "product", noted->product);
	view_set_text(view, "until", noted->until);
	return view_exec(view, number, entry, error);
}

enum result renewal_answer(struct view *view, const struct entry *entry, struct error *error)
{
	bool ends = entry->kind == &customer_kinds[PRODUCT_ENDED], done = false, moved = false;
	const char *customer = entry_text(entry, "customer");
	const char *until = ends ? NULL : entry_text(entry, "until");
	struct noted *first;

	if (noted_read(view, customer, &first, error) != OK)
		return error->result;
	for (struct noted *noted = first; noted; noted = noted->next) {
		int order = until ? strcmp(until, noted->until) : 1;
		if (strcmp(noted->product, entry_text(entry, "product")) != 0 ||
			noted->seq >= entry->seq || order == 0)
			continue;
		/* An earlier end is another reading of the same contract, not its renewal. */
		if (change(view, order > 0 ? RENEWAL_DONE : RENEWAL_DROP, customer, noted, entry,
			    error) != OK)
			return error->result;
		done = done || (noted == first && order > 0);
		moved = moved || (noted == first && order < 0);
	}
	if (done && view_duty_done(view, what, subject_of(view, customer), entry, error) != OK)
		return error->result;
	if (moved && view_duty_cancel(view, what, subject_of(view, customer), entry, error) != OK)
		return error->result;
	return done || moved ? open_next(view, customer, entry, error) : OK;
}

static bool same_contract(const struct entry *before, const struct entry *after)
{
	static const char *const fields[] = { "customer", "product", "until" };

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const char *old = entry_text(before, fields[i]),
			   *new = entry_text(after, fields[i]);
		if ((old || new) && (!old || !new || strcmp(old, new) != 0))
			return false;
	}
	return true;
}

/* Forget what was noted from an entry that no longer says so. */
static enum result forget(struct view *view, const struct entry *before, struct error *error)
{
	const char *customer = entry_text(before, "customer");
	struct noted *first;

	if (noted_read(view, customer, &first, error) != OK)
		return error->result;
	for (struct noted *noted = first; noted; noted = noted->next) {
		if (noted->seq != before->seq)
			continue;
		if (change(view, RENEWAL_DROP, customer, noted, before, error) != OK)
			return error->result;
		if (noted == first && (view_duty_cancel(view, what, subject_of(view, customer),
					       before, error) != OK ||
					      open_next(view, customer, before, error) != OK))
			return error->result;
	}
	return OK;
}

enum result renewal_refold(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error)
{
	bool gone = !after->body;

	/* What it answered is unanswered again; its duty is open again already. */
	if (view_exec(view, RENEWAL_REOPEN, before, error) != OK)
		return error->result;
	if ((gone || !same_contract(before, after)) && forget(view, before, error) != OK)
		return error->result;
	return gone ? OK : renewal_answer(view, after, error);
}

/*
 * The monthly close: every customer rated at once, the tiers of the month frozen.
 *
 * Up at once; down only when a number of closes one after another would have it lower. Only
 * customers for whom something changes are written.
 */
#include "tier.h"

#include <string.h>

/* A customer's tier as the close before left it. */
struct standing {
	const char *customer;
	int tier; /* −1: none any more */
	int below;
	bool seen;
};

struct closing {
	struct monthly_sink sink; /* first: what the walk is given */
	struct view *view;
	const struct entry *entry;
	const struct norm_table *thresholds;
	char month[MONTH_TEXT], day[DAY_TEXT];
	int months, months_down;
	struct standing *standings;
	int64_t standing_count;
	int64_t *slots; /* numbers of standings + 1, by the customer's hash */
	uint64_t slot_mask;
	const char **changed; /* customers whose tier is another now */
	int64_t changed_count, changed_most;
	int64_t customers, up, down;
};

int64_t rule_number(const struct norm_table *rules, const char *column, int64_t otherwise)
{
	return rules && norm_rows(rules) ? norm_integer(rules, 0, column, otherwise) : otherwise;
}

/* ------------------------------------------------------------------ standings */

/* FNV-1a. */
static uint64_t hash_of(const char *text)
{
	uint64_t hash = 14695981039346656037u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return hash ^ (hash >> 32);
}

static int64_t *slot_of(const struct closing *closing, const char *customer)
{
	uint64_t at = hash_of(customer) & closing->slot_mask;

	while (closing->slots[at] &&
		strcmp(closing->standings[closing->slots[at] - 1].customer, customer) != 0)
		at = (at + 1) & closing->slot_mask;
	return &closing->slots[at];
}

static enum result standings_room(struct closing *closing, struct error *error)
{
	struct arena *arena = view_arena(closing->view);
	struct query *rows;
	enum result result;
	int64_t count = 0;
	uint64_t slots = 64;

	if (view_query(closing->view, NOW_COUNT, NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		count = rows_integer(rows, 0);
	rows_end(rows);
	while (slots < (uint64_t)count * 2)
		slots *= 2;
	closing->standings = arena_array(arena, struct standing, count + 1);
	closing->slots = arena_array(arena, int64_t, slots);
	closing->slot_mask = slots - 1;
	return result;
}

static enum result standings_load(struct closing *closing, struct error *error)
{
	struct arena *arena = view_arena(closing->view);
	struct query *rows;
	enum result result;

	if (standings_room(closing, error) != OK ||
		view_query(closing->view, NOW_ALL, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		struct standing *standing = &closing->standings[closing->standing_count++];
		*standing = (struct standing){ .customer = arena_text(arena, rows_text(rows, 0)),
			.tier = rows_null(rows, 1) ? -1 : tier_number(rows_text(rows, 1)),
			.below = (int)rows_integer(rows, 2) };
		*slot_of(closing, standing->customer) = closing->standing_count;
	}
	rows_end(rows);
	return result;
}

/* ------------------------------------------------------------------ what changes */

static const char *name_or_none(int tier)
{
	return tier < 0 ? NULL : tier_names[tier];
}

static enum result put_now(
	struct closing *closing, const char *customer, int tier, int below, struct error *error)
{
	view_set_text(closing->view, "customer", customer);
	view_set_text(closing->view, "tier", name_or_none(tier));
	view_set_integer(closing->view, "below", below);
	return view_exec(closing->view, NOW_PUT, NULL, error);
}

static void changed_add(struct closing *closing, const char *customer)
{
	struct arena *arena = view_arena(closing->view);

	if (closing->changed_count == closing->changed_most) {
		int64_t most = closing->changed_most ? closing->changed_most * 2 : 256;
		const char **larger = arena_array(arena, const char *, most);
		if (closing->changed_count)
			memcpy(larger, closing->changed,
				(size_t)closing->changed_count * sizeof(*larger));
		closing->changed = larger;
		closing->changed_most = most;
	}
	closing->changed[closing->changed_count++] = arena_text(arena, customer);
}

static void set_figure(struct view *view, const char *name, int64_t figure)
{
	if (figure == FIGURE_NONE)
		view_set_text(view, name, NULL);
	else
		view_set_integer(view, name, figure);
}

/* A tier begins, changes or ends (rating NULL). */
static enum result put_change(struct closing *closing, const char *customer, int before,
	const struct rating *rating, struct error *error)
{
	struct view *view = closing->view;
	const char *change = !rating                 ? "ended"
			     : before < 0            ? "new"
			     : rating->tier < before ? "up"
						     : "down";

	closing->up += text_equal(change, "up");
	closing->down += text_equal(change, "down");
	view_set_text(view, "customer", customer);
	view_set_text(view, "month", closing->month);
	view_set_text(view, "day", closing->day);
	view_set_text(view, "tier", rating ? tier_names[rating->tier] : NULL);
	view_set_text(view, "before", name_or_none(before));
	view_set_text(view, "change", change);
	view_set_text(view, "rule", rating ? rule_names[rating->rule] : NULL);
	set_figure(view, "value", rating ? rating->value : FIGURE_NONE);
	set_figure(view, "threshold", rating ? rating->threshold : FIGURE_NONE);
	view_set_integer(view, "norm_seq", norm_seq(closing->thresholds, 0));
	if (view_exec(view, CHANGE_PUT, closing->entry, error) != OK)
		return error->result;
	changed_add(closing, customer);
	return put_now(closing, customer, rating ? rating->tier : -1, 0, error);
}

static enum result rate(struct monthly_sink *sink, const char *customer, const int64_t *amounts,
	const int64_t *users, struct error *error)
{
	struct closing *closing = (struct closing *)sink;
	struct rating rating = rating_of(closing->thresholds, amounts, users, closing->months);
	int64_t slot = *slot_of(closing, customer);
	struct standing *standing = slot ? &closing->standings[slot - 1] : NULL;

	if (!standing || standing->tier < 0) {
		/* Nobody is rated by months of which nothing is known. */
		if (rating.rule == RULE_NONE)
			return OK;
		closing->customers++;
		if (standing)
			standing->seen = true;
		return put_change(closing, customer, -1, &rating, error);
	}
	standing->seen = true;
	closing->customers++;
	int below = rating.tier > standing->tier ? standing->below + 1 : 0;
	if (rating.tier < standing->tier || below >= closing->months_down)
		return put_change(closing, customer, standing->tier, &rating, error);
	return below == standing->below ? OK
					: put_now(closing, customer, standing->tier, below, error);
}

/* Whoever has become another customer's alias has no tier of his own any more. */
static enum result end_unseen(struct closing *closing, struct error *error)
{
	for (int64_t i = 0; i < closing->standing_count; i++) {
		const struct standing *standing = &closing->standings[i];
		if (!standing->seen && standing->tier >= 0 &&
			put_change(closing, standing->customer, standing->tier, NULL, error) != OK)
			return error->result;
	}
	return OK;
}

static enum result put_close(struct closing *closing, int64_t rules_seq, struct error *error)
{
	struct view *view = closing->view;

	view_set_text(view, "month", closing->month);
	view_set_integer(view, "norm_seq", norm_seq(closing->thresholds, 0));
	view_set_integer(view, "rules_seq", rules_seq);
	view_set_integer(view, "input_seq", closing->entry->seq - 1);
	view_set_integer(view, "customers", closing->customers);
	view_set_integer(view, "up", closing->up);
	view_set_integer(view, "down", closing->down);
	return view_exec(view, CLOSE_PUT, closing->entry, error);
}

enum result closing_run(
	struct view *view, int month, const struct entry *entry, struct error *error)
{
	int last = month_last_day(month);
	const struct norm_table *rules = view_norm(view, "tier.rules", last, entry->seq);
	struct closing closing = { .sink.each = rate,
		.view = view,
		.entry = entry,
		.thresholds = view_norm(view, "tier.thresholds", last, entry->seq),
		.months = (int)rule_number(rules, "months_mean", 3),
		.months_down = (int)rule_number(rules, "months_down", 3) };

	must(closing.months >= 1 && closing.months <= WINDOW_MOST);
	if (!closing.thresholds || !norm_rows(closing.thresholds))
		return OK;
	month_text(month, closing.month);
	day_text(last, closing.day);
	if (standings_load(&closing, error) != OK ||
		view_monthly(view, month - closing.months + 1, month, &closing.sink, error) != OK ||
		end_unseen(&closing, error) != OK ||
		put_close(&closing, rules ? norm_seq(rules, 0) : 0, error) != OK)
		return error->result;
	for (int64_t i = 0; i < closing.changed_count; i++) {
		if (view_cadence_changed(view, closing.changed[i], entry, error) != OK)
			return error->result;
	}
	return OK;
}

/* ------------------------------------------------------------------ may it be closed? */

enum result closing_last(struct view *view, int *month, struct error *error)
{
	struct query *rows;
	enum result result;

	*month = 0;
	if (view_query(view, CLOSE_LAST, NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error) && !rows_null(rows, 0))
		must(month_parse(rows_text(rows, 0), month));
	rows_end(rows);
	return result;
}

static enum result look(struct monthly_sink *sink, const char *customer, const int64_t *amounts,
	const int64_t *users, struct error *error)
{
	bool *has = sink->context;

	(void)customer;
	*has = *has || amounts[0] != FIGURE_NONE || users[0] != FIGURE_NONE;
	return error->result;
}

enum result closing_has_figures(struct view *view, int month, bool *has, struct error *error)
{
	struct monthly_sink sink = { .each = look, .context = has };

	*has = false;
	return view_monthly(view, month, month, &sink, error);
}

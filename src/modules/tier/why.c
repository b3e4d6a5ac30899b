/* Why a customer is of its tier, in sentences. */
#include "tier.h"

#include <string.h>

struct asking {
	struct view *view;
	const char *customer;
	int day;
	struct reason_sink *sink;
};

static struct slot text_slot(const char *name, enum slot_type type, const char *text)
{
	return (struct slot){ .name = name, .type = type, .text = text };
}

static struct slot number_slot(const char *name, enum slot_type type, int64_t number)
{
	return (struct slot){ .name = name, .type = type, .number = number };
}

static struct slot tier_slot(const struct asking *asking, const char *name, const char *tier)
{
	return text_slot(
		name, SLOT_MESSAGE, arena_print(view_arena(asking->view), "choice.tier.%s", tier));
}

static const char *kept(const struct asking *asking, const struct query *rows, int column)
{
	return arena_text(view_arena(asking->view), rows_text(rows, column));
}

static enum result ask(
	struct asking *asking, int statement, struct query **rows, struct error *error)
{
	char *day = arena_alloc(view_arena(asking->view), DAY_TEXT);

	view_set_text(asking->view, "customer", asking->customer);
	view_set_text(asking->view, "day", day_text(asking->day, day));
	return view_query(asking->view, statement, NULL, rows, error);
}

static enum result say_override(struct asking *asking, struct error *error)
{
	struct query *rows;
	enum result result;

	if (ask(asking, WHY_OVERRIDE, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		reason_add(asking->sink,
			&(struct reason){ "tier.reason.override",
				{ tier_slot(asking, "tier", rows_text(rows, 0)),
					text_slot("until", SLOT_DAY, kept(asking, rows, 1)),
					text_slot("reason", SLOT_TEXT, kept(asking, rows, 2)),
					number_slot(
						"entry", SLOT_ENTRY, rows_integer(rows, 3)) } });
	rows_end(rows);
	return result;
}

/* Columns: tier, rule, value, threshold, month, norm_seq, seq. */
static void say_rating(struct asking *asking, const struct query *rows)
{
	const char *rule = rows_text(rows, 1);
	bool money = !text_equal(rule, "users");
	enum slot_type type = money ? SLOT_MONEY : SLOT_NUMBER;
	struct reason reason = { 0 };

	reason.message = arena_print(view_arena(asking->view), "tier.reason.%s", rule);
	reason.slots[0] = tier_slot(asking, "tier", rows_text(rows, 0));
	reason.slots[1] = text_slot("month", SLOT_MONTH, kept(asking, rows, 4));
	reason.slots[2] = number_slot("norm", SLOT_ENTRY, rows_integer(rows, 5));
	reason.slots[3] = number_slot("entry", SLOT_ENTRY, rows_integer(rows, 6));
	if (!rows_null(rows, 2))
		reason.slots[4] = number_slot("value", type, rows_integer(rows, 2));
	if (!rows_null(rows, 3))
		reason.slots[5] = number_slot("threshold", type, rows_integer(rows, 3));
	reason_add(asking->sink, &reason);
}

static enum result say_change(struct asking *asking, struct error *error)
{
	struct query *rows;
	enum result result;

	if (ask(asking, WHY_CHANGE, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error) && !rows_null(rows, 0))
		say_rating(asking, rows);
	else if (result == OK)
		reason_add(asking->sink, &(struct reason){ "tier.reason.unrated", { { 0 } } });
	rows_end(rows);
	return result;
}

/* Protected: rated lower of late, but not for long enough. */
static enum result say_protection(struct asking *asking, struct error *error)
{
	const struct norm_table *rules = view_norm(asking->view, "tier.rules", asking->day, 0);
	struct query *rows;
	enum result result;

	if (ask(asking, WHY_NOW, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error) && rows_integer(rows, 0) > 0)
		reason_add(asking->sink,
			&(struct reason){ "tier.reason.protected",
				{ number_slot("closes", SLOT_NUMBER, rows_integer(rows, 0)),
					number_slot("months", SLOT_NUMBER,
						rule_number(rules, "months_down", 3)) } });
	rows_end(rows);
	return result;
}

static enum result say_dimensions(struct asking *asking, struct error *error)
{
	struct arena *arena = view_arena(asking->view);
	struct query *rows;
	enum result result;

	if (ask(asking, WHY_DIMENSIONS, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error)) {
		int64_t lines = rows_integer(rows, 2);
		const char *only = rows_text(rows, 1);
		reason_add(asking->sink,
			&(struct reason){ "tier.reason.business",
				{ text_slot("business", SLOT_MESSAGE,
					  lines > 1 ? "tier.business.mixed"
					  : only    ? arena_print(arena, "tier.business.%s", only)
						    : "tier.business.idle"),
					number_slot("products", SLOT_NUMBER,
						rows_integer(rows, 3)) } });
		if (!rows_null(rows, 0))
			reason_add(
				asking->sink, &(struct reason){ "tier.reason.category",
						      { text_slot("category", SLOT_MESSAGE,
							      arena_print(arena, "tier.category.%s",
								      rows_text(rows, 0))) } });
	}
	rows_end(rows);
	return result;
}

enum result tier_explain(struct view *view, const char *type, const char *id, int day,
	struct reason_sink *sink, struct error *error)
{
	struct asking asking = { view, id, day, sink };

	if (!text_equal(type, "customer"))
		return OK;
	if (say_override(&asking, error) != OK || say_change(&asking, error) != OK ||
		say_protection(&asking, error) != OK)
		return error->result;
	return say_dimensions(&asking, error);
}

/* Customers by ordinal: the order in which the record first gave them a figure. */
#include "revenue.h"

#include <string.h>

enum { NAME_BYTES = 80 };

void roll_open(struct roll *roll)
{
	*roll = (struct roll){ .segment = -1 };
	buffer_init(&roll->names, (size_t)SEGMENT * NAME_BYTES);
}

void roll_close(struct roll *roll)
{
	buffer_release(&roll->names);
}

enum result ordinal_find(
	struct view *view, const char *customer, int64_t *ordinal, struct error *error)
{
	struct query *rows;
	enum result result;

	*ordinal = -1;
	view_set_text(view, "customer", customer);
	if (view_query(view, FIND_CUSTOMER, NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		*ordinal = rows_integer(rows, 0);
	rows_end(rows);
	return result;
}

/* The last segment's names: a new customer's come behind them. */
static enum result roll_load(struct view *view, struct roll *roll, struct error *error)
{
	struct query *rows;
	enum result result;

	roll->segment = 0;
	if (view_query(view, NAMES_LAST, NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error)) {
		size_t length;
		const void *bytes = rows_bytes(rows, 2, &length);
		roll->segment = rows_integer(rows, 0);
		roll->count = roll->segment * SEGMENT + rows_integer(rows, 1);
		buffer_add(&roll->names, bytes, length);
	}
	rows_end(rows);
	return result;
}

enum result roll_save(struct view *view, struct roll *roll, struct error *error)
{
	if (!roll->changed)
		return OK;
	must(!roll->names.full);
	roll->changed = false;
	view_set_integer(view, "segment", roll->segment);
	view_set_integer(view, "used", roll->count - roll->segment * SEGMENT);
	view_set_bytes(view, "names", roll->names.bytes, roll->names.length);
	return view_exec(view, NAMES_PUT, NULL, error);
}

enum result roll_ordinal(struct view *view, struct roll *roll, const char *customer,
	int64_t *ordinal, struct error *error)
{
	if (ordinal_find(view, customer, ordinal, error) != OK || *ordinal >= 0)
		return error->result;
	if (roll->segment < 0 && roll_load(view, roll, error) != OK)
		return error->result;
	if (roll->count == (roll->segment + 1) * SEGMENT) {
		if (roll_save(view, roll, error) != OK)
			return error->result;
		roll->segment++;
		buffer_clear(&roll->names);
	}
	*ordinal = roll->count++;
	buffer_add(&roll->names, customer, strlen(customer) + 1);
	roll->changed = true;
	view_set_text(view, "customer", customer);
	view_set_integer(view, "ordinal", *ordinal);
	return view_exec(view, PUT_CUSTOMER, NULL, error);
}

enum result names_load(struct view *view, const char ***names, int64_t *count, struct error *error)
{
	struct arena *arena = view_arena(view);
	struct query *rows;
	enum result result;
	int64_t known = 0;

	if (view_query(view, NAMES_LAST, NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		known = rows_integer(rows, 0) * SEGMENT + rows_integer(rows, 1);
	rows_end(rows);
	*names = arena_array(arena, const char *, known + 1);
	*count = 0;
	if (result != OK || view_query(view, NAMES_ALL, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		size_t length;
		const void *bytes = rows_bytes(rows, 2, &length);
		const char *at = arena_bytes(arena, bytes, length);
		for (int64_t i = rows_integer(rows, 1); i > 0; i--, at += strlen(at) + 1)
			(*names)[(*count)++] = at;
	}
	rows_end(rows);
	return result;
}

/* Customers by ordinal: the order in which the record first gave them a figure. */
#include "revenue.h"

#include <stdlib.h>
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

void set_customers(struct view *view, const struct posting *postings, int count)
{
	json_t *customers = json_array();

	for (int i = 0; i < count; i++)
		json_array_append_new(customers, json_string(postings[i].customer));
	char *text = json_dumps(customers, JSON_COMPACT);
	must(text != NULL);
	view_set_text(view, "customers", arena_text(view_arena(view), text));
	free(text);
	json_decref(customers);
}

static int by_customer(const void *a, const void *b)
{
	const struct posting *const *x = a, *const *y = b;

	return strcmp((*x)->customer, (*y)->customer);
}

static struct posting **sorted(struct view *view, struct posting *postings, int count)
{
	struct posting **all = arena_array(view_arena(view), struct posting *, count + 1);

	for (int i = 0; i < count; i++)
		all[i] = &postings[i];
	qsort(all, (size_t)count, sizeof(struct posting *), by_customer);
	return all;
}

/* A customer may have several postings. */
static void ordinal_set(struct posting **all, int count, const char *customer, int64_t ordinal)
{
	int first = 0;

	for (int end = count; first < end;) {
		int middle = first + (end - first) / 2;
		if (strcmp(all[middle]->customer, customer) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	for (int i = first; i < count && strcmp(all[i]->customer, customer) == 0; i++)
		all[i]->ordinal = ordinal;
}

static enum result ordinals_load(
	struct view *view, struct posting **all, int count, struct error *error)
{
	struct query *rows;
	enum result result;

	if (view_query(view, FIND_CUSTOMERS, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error))
		ordinal_set(all, count, rows_text(rows, 0), rows_integer(rows, 1));
	rows_end(rows);
	return result;
}

enum result ordinals_find(
	struct view *view, struct posting *postings, int count, struct error *error)
{
	for (int i = 0; i < count; i++)
		postings[i].ordinal = -1;
	if (!count)
		return OK;
	set_customers(view, postings, count);
	return ordinals_load(view, sorted(view, postings, count), count, error);
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

static enum result roll_add(struct view *view, struct roll *roll, const char *customer,
	int64_t *ordinal, struct error *error)
{
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

enum result roll_ordinals(struct view *view, struct roll *roll, struct posting *postings, int count,
	struct error *error)
{
	enum result result = ordinals_find(view, postings, count, error);
	struct posting **all = sorted(view, postings, count);

	for (int i = 0; result == OK && i < count; i++) {
		struct posting *posting = &postings[i];
		if (posting->ordinal >= 0)
			continue;
		result = roll_add(view, roll, posting->customer, &posting->ordinal, error);
		ordinal_set(all, count, posting->customer, posting->ordinal);
	}
	return result;
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

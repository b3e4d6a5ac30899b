#include "fault_store.h"

#include "base/panic.h"
#include "store/driver.h"

#include <stdlib.h>

struct fault_store {
	struct store store; /* first */
	struct store_driver driver;
	struct store *inner;
};

struct fault_query {
	struct query query; /* first */
	struct query *inner;
};

struct fault fault;
static bool wrapping;

static const char *const keys[FAULT_TROUBLES] = {
	[FAULT_FULL] = "trouble.disk_full",
	[FAULT_DISK] = "trouble.disk",
	[FAULT_LOCKED] = "trouble.locked",
};

void fault_set(int64_t at, enum fault_trouble trouble, bool after, bool sticky)
{
	fault = (struct fault){ .at = at, .trouble = trouble, .after = after, .sticky = sticky };
	wrapping = true;
}

void fault_clear(void)
{
	fault = (struct fault){ .at = 0 };
	wrapping = false;
}

const char *fault_key(void)
{
	return keys[fault.trouble];
}

/* Is it the turn of this call to fail? */
static bool fails(void)
{
	fault.calls++;
	bool now = fault.at && (fault.calls == fault.at || (fault.sticky && fault.met));
	fault.met = fault.met || now;
	return now;
}

static enum result failed(struct error *error)
{
	return error_trouble(error, fault_key(), "file", "fault", NULL);
}

static struct store *inner_store(struct store *store)
{
	return ((struct fault_store *)store)->inner;
}

static struct query *inner_query(const struct query *query)
{
	return ((const struct fault_query *)query)->inner;
}

static void fault_close(struct store *store)
{
	store_close(inner_store(store));
	free(store);
}

static enum result fault_control(struct store *store, const char *sql, struct error *error)
{
	struct store *inner = inner_store(store);
	bool now = fails();
	struct error lost = { 0 };

	if (!now)
		return inner->driver->control(inner, sql, error);
	if (fault.after)
		inner->driver->control(inner, sql, &lost);
	return failed(error);
}

static enum result fault_query(struct store *store, const void *key, const char *sql, bool many,
	struct query **query, struct error *error)
{
	struct store *inner = inner_store(store);
	struct query *found;

	if (fails())
		return failed(error);
	if (inner->driver->query(inner, key, sql, many, &found, error) != OK)
		return error->result;
	struct fault_query *wrapped = malloc(sizeof(*wrapped));
	must(wrapped != NULL);
	*wrapped = (struct fault_query){ { store }, found };
	*query = &wrapped->query;
	return OK;
}

static int fault_parameters(const struct query *query)
{
	return query_parameters(inner_query(query));
}

static const char *fault_parameter(const struct query *query, int index)
{
	return query_parameter(inner_query(query), index);
}

static void fault_bind(struct query *query, int index, struct value value)
{
	query_bind_at(inner_query(query), index, value);
}

static enum result fault_next(struct query *query, bool *row, struct error *error)
{
	struct query *inner = inner_query(query);
	bool now = fails();
	struct error lost = { 0 };

	if (!now)
		return inner->store->driver->next(inner, row, error);
	if (fault.after)
		inner->store->driver->next(inner, row, &lost);
	*row = false;
	return failed(error);
}

static int fault_columns(const struct query *query)
{
	return query_columns(inner_query(query));
}

static const char *fault_column(const struct query *query, int column)
{
	return query_column(inner_query(query), column);
}

static struct value fault_value(const struct query *query, int column)
{
	return query_value(inner_query(query), column);
}

static void fault_end(struct query *query)
{
	query_end(inner_query(query));
	free(query);
}

static enum result fault_expect(struct store *store, const struct table *table, struct error *error)
{
	struct store *inner = inner_store(store);

	return fails() ? failed(error) : inner->driver->expect(inner, table, error);
}

/* Names the linker gives (--wrap): the store's own, and what takes its place. */
enum result __real_store_open(
	struct store **store, const char *url, bool create, struct error *error);
enum result __wrap_store_open(
	struct store **store, const char *url, bool create, struct error *error);

enum result __wrap_store_open(
	struct store **store, const char *url, bool create, struct error *error)
{
	struct store *inner;

	if (!wrapping)
		return __real_store_open(store, url, create, error);
	if (fails())
		return failed(error);
	if (__real_store_open(&inner, url, create, error) != OK)
		return error->result;
	struct fault_store *wrapped = malloc(sizeof(*wrapped));
	must(wrapped != NULL);
	*wrapped = (struct fault_store){ .driver = *inner->driver, .inner = inner };
	wrapped->store.driver = &wrapped->driver;
	wrapped->driver.copy = NULL; /* backups open their stores otherwise */
	wrapped->driver.alone = wrapped->driver.check = NULL;
	wrapped->driver.close = fault_close;
	wrapped->driver.control = fault_control;
	wrapped->driver.query = fault_query;
	wrapped->driver.parameters = fault_parameters;
	wrapped->driver.parameter = fault_parameter;
	wrapped->driver.bind = fault_bind;
	wrapped->driver.next = fault_next;
	wrapped->driver.run = NULL; /* each statement fails where it stands */
	wrapped->driver.settle = NULL;
	wrapped->driver.columns = fault_columns;
	wrapped->driver.column = fault_column;
	wrapped->driver.value = fault_value;
	wrapped->driver.end = fault_end;
	if (inner->driver->expect)
		wrapped->driver.expect = fault_expect;
	*store = &wrapped->store;
	return OK;
}

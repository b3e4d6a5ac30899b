#include "fault_store.h"

#include "base/panic.h"
#include "base/text.h"
#include "store/driver.h"

#include <stdio.h>
#include <stdlib.h>

struct fault_store {
	struct store store; /* first */
	struct store_driver driver;
	struct store *inner;
	int64_t process; /* of the server */
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

const char *fault_key(enum fault_trouble trouble)
{
	return keys[trouble];
}

bool fault_said(const char *key)
{
	return fault.trouble == FAULT_CUT ? text_starts(key, "trouble.server_")
					  : text_equal(key, keys[fault.trouble]);
}

/* Names the linker gives (--wrap): the store's own, and what takes its place. */
enum result __real_store_open(
	struct store **store, const char *url, bool create, struct error *error);
enum result __wrap_store_open(
	struct store **store, const char *url, bool create, struct error *error);

static int64_t ask_number(struct store *store, const char *sql)
{
	struct statement statement = { sql };
	struct error error = { 0 };
	struct query *query;
	bool row = false;

	must(store_query(store, &statement, &query, &error) == OK);
	must(query_next(query, &row, &error) == OK && row);
	int64_t number = query_integer(query, 0);
	query_end(query);
	return number;
}

static void end_process(int64_t process)
{
	struct error error = { 0 };
	struct store *other;
	char sql[100];

	snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%d, 5000)::int::bigint",
		(int)process);
	must(__real_store_open(&other, getenv("YIBEN_TEST_SERVER"), false, &error) == OK);
	must(ask_number(other, sql) == 1);
	store_close(other);
}

/* Is it the turn of this call to fail? */
static bool fails(struct store *store)
{
	struct fault_store *wrapped = (struct fault_store *)store;

	fault.calls++;
	bool now = fault.at && (fault.calls == fault.at || (fault.sticky && fault.met));
	fault.met = fault.met || now;
	if (!now || fault.trouble != FAULT_CUT)
		return now;
	if (wrapped)
		end_process(wrapped->process);
	return false; /* it fails by itself, this call or a later one */
}

static enum result failed(struct error *error)
{
	return error_trouble(error, keys[fault.trouble], "file", "fault", NULL);
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
	bool now = fails(store);
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

	if (fails(store))
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
	bool now = fails(query->store);
	struct error lost = { 0 };

	if (!now)
		return inner->store->driver->next(inner, row, error);
	if (fault.after)
		inner->store->driver->next(inner, row, &lost);
	*row = false;
	return failed(error);
}

static enum result fault_run(struct query *query, struct error *error)
{
	struct query *inner = inner_query(query);

	fails(query->store);
	return inner->store->driver->run(inner, error);
}

static enum result fault_settle(struct store *store, struct error *error)
{
	struct store *inner = inner_store(store);

	fails(store);
	return inner->driver->settle(inner, error);
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

	return fails(store) ? failed(error) : inner->driver->expect(inner, table, error);
}

enum result __wrap_store_open(
	struct store **store, const char *url, bool create, struct error *error)
{
	struct store *inner;

	if (!wrapping)
		return __real_store_open(store, url, create, error);
	if (fails(NULL))
		return failed(error);
	if (__real_store_open(&inner, url, create, error) != OK)
		return error->result;
	struct fault_store *wrapped = malloc(sizeof(*wrapped));
	must(wrapped != NULL);
	*wrapped = (struct fault_store){ .driver = *inner->driver, .inner = inner };
	wrapped->store.driver = &wrapped->driver;
	wrapped->driver.copy = NULL; /* backups open their stores otherwise */
	wrapped->driver.alone = wrapped->driver.check = NULL;
	wrapped->driver.tell = NULL; /* a hint, which may be lost */
	wrapped->driver.listen = NULL;
	wrapped->driver.wait = NULL;
	wrapped->driver.close = fault_close;
	wrapped->driver.control = fault_control;
	wrapped->driver.query = fault_query;
	wrapped->driver.parameters = fault_parameters;
	wrapped->driver.parameter = fault_parameter;
	wrapped->driver.bind = fault_bind;
	wrapped->driver.next = fault_next;
	bool cut = fault.trouble == FAULT_CUT;
	if (cut)
		wrapped->process = ask_number(inner, "SELECT pg_backend_pid()::bigint");
	/* Otherwise each statement fails where it stands. */
	wrapped->driver.run = cut && inner->driver->run ? fault_run : NULL;
	wrapped->driver.settle = cut && inner->driver->settle ? fault_settle : NULL;
	wrapped->driver.columns = fault_columns;
	wrapped->driver.column = fault_column;
	wrapped->driver.value = fault_value;
	wrapped->driver.end = fault_end;
	if (inner->driver->expect)
		wrapped->driver.expect = fault_expect;
	*store = &wrapped->store;
	return OK;
}

#include "store/driver.h"
#include "base/buffer.h"
#include "base/panic.h"
#include "base/text.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { SQL_BYTES = 16 * 1024 };

enum result store_open(struct store **store, const char *url, bool create, struct error *error)
{
	return postgresql_url(url) ? postgresql_open(store, url, error)
				   : sqlite_open(store, url, create, error);
}

bool store_is_server(const char *url)
{
	return postgresql_url(url);
}

bool store_far(const struct store *store)
{
	return store->driver->postgresql;
}

void store_shown(const char *url, char *shown, size_t size)
{
	text_copy(shown, size, url);
	if (!store_is_server(url))
		return;
	shown[strcspn(shown, "?")] = '\0';
	char *user = strstr(shown, "://") + 3, *at = strrchr(user, '@');
	char *password = memchr(user, ':', at ? (size_t)(at - user) : 0);
	if (password)
		memmove(password, at, strlen(at) + 1);
}

void store_close(struct store *store)
{
	if (store)
		store->driver->close(store);
}

/* ------------------------------------------------------------------ calls, and what they met */

static bool of_the_world(const struct error *error)
{
	return strcmp(error->key, "trouble.statement") != 0;
}

/* A call of the driver failed, and says so in `failure`: pass it on, and remember it. */
static enum result failed(struct store *store, struct error *error)
{
	if (store->heard.result == OK && of_the_world(&store->failure))
		store->heard = store->failure;
	if (error->result == OK)
		*error = store->failure;
	error_clear(&store->failure);
	return error->result;
}

/* Is there nothing more to be asked of the store, or of the transaction under way? */
static bool over(const struct store *store, struct error *error)
{
	if (store->lost.result == OK && (!store->under_way || store->heard.result == OK))
		return false;
	if (error->result == OK)
		*error = store->lost.result != OK ? store->lost : store->heard;
	return true;
}

static enum result control(struct store *store, const char *sql, struct error *error)
{
	if (over(store, error))
		return error->result;
	return store->driver->control(store, sql, &store->failure) == OK ? OK
									 : failed(store, error);
}

static enum result prepare(struct store *store, const void *key, const char *sql, bool many,
	struct query **query, struct error *error)
{
	if (over(store, error))
		return error->result;
	return store->driver->query(store, key, sql, many, query, &store->failure) == OK
		       ? OK
		       : failed(store, error);
}

enum result store_trouble(const struct store *store, struct error *error)
{
	if (store->heard.result != OK)
		*error = store->heard;
	return store->heard.result;
}

void store_trouble_forget(struct store *store)
{
	error_clear(&store->heard);
}

/* ------------------------------------------------------------------ transactions */

/* A control statement of every entry or batch: prepared once, and kept under its address. */
static enum result control_kept(struct store *store, const char *sql, struct error *error)
{
	struct query *query;

	if (prepare(store, sql, sql, false, &query, error) != OK)
		return error->result;
	return query_run(query, error);
}

enum result store_begin(struct store *store, struct error *error)
{
	const char *writing = store->writes ? NULL : store->driver->writing;

	store->savepoints = 0;
	store_trouble_forget(store);
	if (writing && control(store, writing, error) != OK)
		return error->result;
	store->writes = true;
	if (control_kept(store, store->driver->begin, error) != OK)
		return error->result;
	store->under_way = true;
	return OK;
}

enum result store_begin_read(struct store *store, struct error *error)
{
	store->savepoints = 0;
	if (control(store, store->driver->begin_read, error) != OK)
		return error->result;
	store->under_way = true;
	return OK;
}

enum result store_commit(struct store *store, struct error *error)
{
	must(store->savepoints == 0);
	if (control(store, "COMMIT", error) != OK)
		return error->result;
	store->under_way = false;
	return OK;
}

void store_rollback(struct store *store)
{
	struct error error = { 0 };

	store->savepoints = 0;
	store->under_way = false;
	/* A statement error says that nothing is under way. */
	if (control(store, "ROLLBACK", &error) != OK && of_the_world(&error))
		store->lost = error;
}

enum result store_settle(struct store *store, struct error *error)
{
	if (!store->driver->settle)
		return OK;
	if (over(store, error))
		return error->result;
	return store->driver->settle(store, &store->failure) == OK ? OK : failed(store, error);
}

/* Savepoints nest by name: the innermost of one name is meant. */
static const char savepoint[] = "SAVEPOINT entry", release[] = "RELEASE SAVEPOINT entry";

enum result store_savepoint(struct store *store, struct error *error)
{
	enum result result = control_kept(store, savepoint, error);

	if (result == OK)
		store->savepoints++;
	return result;
}

enum result store_release(struct store *store, struct error *error)
{
	must(store->savepoints > 0);
	store->savepoints--;
	return control_kept(store, release, error);
}

enum result store_rollback_to(struct store *store, struct error *error)
{
	must(store->savepoints > 0);
	store->savepoints--;
	if (control(store, "ROLLBACK TO SAVEPOINT entry", error) != OK)
		return error->result;
	return control(store, "RELEASE SAVEPOINT entry", error);
}

/* ------------------------------------------------------------------ waiting for others */

/* A file is looked at again so often; a look costs some microseconds. */
enum { LOOK_MS = 50 };

void store_tell(struct store *store, int64_t book)
{
	if (store->driver->tell)
		store->driver->tell(store, book);
}

enum result store_listen(struct store *store, int64_t book, struct error *error)
{
	if (!store->driver->listen || store->driver->listen(store, book, &store->failure) == OK)
		return OK;
	return failed(store, error);
}

enum result store_wait(struct store *store, int *left_ms, struct error *error)
{
	int piece_ms = *left_ms < LOOK_MS ? *left_ms : LOOK_MS;

	if (!store->driver->wait) {
		poll(NULL, 0, piece_ms);
		*left_ms -= piece_ms;
		return OK;
	}
	return store->driver->wait(store, left_ms, &store->failure) == OK ? OK
									  : failed(store, error);
}

/* ------------------------------------------------------------------ queries */

static const char *own_sql(const struct store *store, const struct statement *statement)
{
	return store->driver->postgresql && statement->postgresql ? statement->postgresql
								  : statement->sql;
}

enum result store_query(struct store *store, const struct statement *statement,
	struct query **query, struct error *error)
{
	return prepare(store, statement, own_sql(store, statement), false, query, error);
}

enum result store_scan(struct store *store, const struct statement *statement, struct query **query,
	struct error *error)
{
	return prepare(store, statement, own_sql(store, statement), true, query, error);
}

int query_parameters(const struct query *query)
{
	return query->store->driver->parameters(query);
}

const char *query_parameter(const struct query *query, int index)
{
	return query->store->driver->parameter(query, index);
}

void query_bind(struct query *query, const char *name, struct value value)
{
	int count = query_parameters(query);

	for (int i = 0; i < count; i++) {
		if (strcmp(query_parameter(query, i), name) == 0)
			query->store->driver->bind(query, i, value);
	}
}

void query_bind_at(struct query *query, int index, struct value value)
{
	query->store->driver->bind(query, index, value);
}

void query_bind_integer(struct query *query, const char *name, int64_t integer)
{
	query_bind(query, name, (struct value){ .type = VALUE_INTEGER, .integer = integer });
}

void query_bind_text(struct query *query, const char *name, const char *text)
{
	struct value value = { .type = text ? VALUE_TEXT : VALUE_NULL, .text = text };

	value.length = text ? strlen(text) : 0;
	query_bind(query, name, value);
}

void query_bind_bytes(struct query *query, const char *name, const void *bytes, size_t length)
{
	struct value value = {
		.type = bytes ? VALUE_BYTES : VALUE_NULL, .bytes = bytes, .length = length
	};

	query_bind(query, name, value);
}

enum result query_next(struct query *query, bool *row, struct error *error)
{
	struct store *store = query->store;

	*row = false;
	if (over(store, error))
		return error->result;
	return store->driver->next(query, row, &store->failure) == OK ? OK : failed(store, error);
}

int query_columns(const struct query *query)
{
	return query->store->driver->columns(query);
}

const char *query_column(const struct query *query, int column)
{
	return query->store->driver->column(query, column);
}

int query_find(const struct query *query, const char *name)
{
	int count = query_columns(query);

	for (int i = 0; i < count; i++) {
		if (strcmp(query_column(query, i), name) == 0)
			return i;
	}
	return -1;
}

struct value query_value(const struct query *query, int column)
{
	return query->store->driver->value(query, column);
}

int64_t query_integer(const struct query *query, int column)
{
	return query_value(query, column).integer;
}

const char *query_text(const struct query *query, int column)
{
	return query_value(query, column).text;
}

const void *query_bytes(const struct query *query, int column, size_t *length)
{
	struct value value = query_value(query, column);

	*length = value.length;
	return value.bytes;
}

void query_end(struct query *query)
{
	if (query)
		query->store->driver->end(query);
}

enum result query_run(struct query *query, struct error *error)
{
	struct store *store = query->store;
	bool row = true;
	enum result result = OK;

	if (store->driver->run && over(store, error))
		result = error->result;
	else if (store->driver->run && store->driver->run(query, &store->failure) != OK)
		result = failed(store, error);
	while (!store->driver->run && result == OK && row)
		result = query_next(query, &row, error);
	query_end(query);
	return result;
}

/* Tables. Their SQL is put together here alone, from const declarations. */

static const char *type_name(const struct store *store, enum column_type type)
{
	switch (type) {
	case COLUMN_INTEGER:
		return store->driver->type_integer;
	case COLUMN_TEXT:
		return store->driver->type_text;
	case COLUMN_BYTES:
		return store->driver->type_bytes;
	}
	impossible("column type");
}

static enum result control_made(struct store *store, struct buffer *sql, struct error *error)
{
	must(!sql->full);
	enum result result = control(store, sql->bytes, error);
	buffer_release(sql);
	return result;
}

static enum result index_create(
	struct store *store, const struct table *table, int number, struct error *error)
{
	struct buffer sql;

	buffer_init(&sql, SQL_BYTES);
	/* PostgreSQL locks the table before it finds that there is nothing to do, and then it may
	 * stand in the way of a batch that stands in its own. */
	if (store->driver->postgresql)
		buffer_print(&sql, "DO $$ BEGIN IF to_regclass('%s_%d') IS NULL THEN ", table->name,
			number + 1);
	buffer_print(&sql, "CREATE INDEX IF NOT EXISTS %s_%d ON %s (book, %s)", table->name,
		number + 1, table->name, table->indexes[number]);
	if (store->driver->postgresql)
		buffer_text(&sql, "; END IF; END $$");
	return control_made(store, &sql, error);
}

enum result store_table_create(struct store *store, const struct table *table, struct error *error)
{
	struct buffer sql;

	if (store->driver->lock_tables && control(store, store->driver->lock_tables, error) != OK)
		return error->result;
	buffer_init(&sql, SQL_BYTES);
	buffer_print(&sql, "CREATE TABLE IF NOT EXISTS %s (book %s NOT NULL", table->name,
		store->driver->type_integer);
	for (const struct column *column = table->columns; column->name; column++)
		buffer_print(&sql, ", %s %s", column->name, type_name(store, column->type));
	buffer_print(&sql, ", PRIMARY KEY (book, %s))%s", table->key,
		table->wide ? "" : store->driver->table_suffix);
	enum result result = control_made(store, &sql, error);
	for (int i = 0; result == OK && i < TABLE_INDEXES && table->indexes[i]; i++)
		result = index_create(store, table, i, error);
	if (result == OK && store->driver->expect &&
		store->driver->expect(store, table, &store->failure) != OK)
		result = failed(store, error);
	return result;
}

/* Can every declared column be read? A savepoint, for asking in vain may end a transaction. */
static enum result table_fits(
	struct store *store, const struct table *table, bool *fits, struct error *error)
{
	struct buffer sql;
	struct error failure = { 0 };

	if (store_savepoint(store, error) != OK)
		return error->result;
	buffer_init(&sql, SQL_BYTES);
	buffer_text(&sql, "SELECT book");
	for (const struct column *column = table->columns; column->name; column++)
		buffer_print(&sql, ", %s", column->name);
	buffer_print(&sql, " FROM %s LIMIT 0", table->name);
	*fits = control_made(store, &sql, &failure) == OK;
	if (*fits || !of_the_world(&failure))
		return store_rollback_to(store, error);
	*error = failure;
	return error->result;
}

/* Drop an index that is not, or no longer, declared like this. Both databases end its definition
 * with the columns. */
static enum result index_renew(
	struct store *store, const struct table *table, int number, struct error *error)
{
	static const struct statement defined = {
		"SELECT sql FROM sqlite_schema WHERE type = 'index' "
		"AND name = $name",
		"SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() "
		"AND indexname = $name"
	};
	char name[160], columns[200] = "";
	struct query *query;
	bool row, stands = true;

	snprintf(name, sizeof(name), "%s_%d", table->name, number + 1);
	if (table->indexes[number])
		snprintf(columns, sizeof(columns), "(book, %s)", table->indexes[number]);
	if (store_query(store, &defined, &query, error) != OK)
		return error->result;
	query_bind_text(query, "name", name);
	if (query_next(query, &row, error) == OK && row)
		stands = *columns && text_ends(query_text(query, 0), columns);
	query_end(query);
	if (error->result != OK || stands)
		return error->result;
	struct buffer sql;
	buffer_init(&sql, SQL_BYTES);
	buffer_print(&sql, "DROP INDEX %s", name);
	return control_made(store, &sql, error);
}

enum result store_table_renew(struct store *store, const struct table *table, struct error *error)
{
	struct buffer sql;
	bool fits;

	if (table_fits(store, table, &fits, error) != OK)
		return error->result;
	if (!fits) {
		buffer_init(&sql, SQL_BYTES);
		buffer_print(&sql, "DROP TABLE IF EXISTS %s", table->name);
		if (control_made(store, &sql, error) != OK)
			return error->result;
	}
	for (int i = 0; fits && i < TABLE_INDEXES; i++) {
		if (index_renew(store, table, i, error) != OK)
			return error->result;
	}
	return store_table_create(store, table, error);
}

/* Statements made from a declaration are kept under an address inside it. */
static enum result table_query(struct store *store, const void *key, struct buffer *sql, bool many,
	int64_t book, const char *scope, struct query **query, struct error *error)
{
	must(!sql->full);
	enum result result = prepare(store, key, sql->bytes, many, query, error);
	buffer_release(sql);
	if (result == OK) {
		query_bind_integer(*query, "book", book);
		query_bind_text(*query, "scope", scope);
	}
	return result;
}

enum result store_table_clear(struct store *store, const struct table *table, int64_t book,
	const char *scope, struct error *error)
{
	struct buffer sql;
	struct query *query;

	buffer_init(&sql, SQL_BYTES);
	buffer_print(&sql, "DELETE FROM %s WHERE book = $book", table->name);
	if (scope)
		buffer_print(&sql, " AND %s = $scope", table->scope);
	enum result result = table_query(store, scope ? &table->scope : &table->name, &sql, false,
		book, scope, &query, error);
	return result == OK ? query_run(query, error) : result;
}

enum result store_table_drop(struct store *store, const struct table *table, int64_t book,
	const char *scope, int64_t seq, struct error *error)
{
	struct buffer sql;
	struct query *query;

	must(table->each);
	buffer_init(&sql, SQL_BYTES);
	buffer_print(&sql, "DELETE FROM %s WHERE book = $book AND %s = $scope AND seq = $seq",
		table->name, table->scope);
	if (table_query(store, &table->each, &sql, false, book, scope, &query, error) != OK)
		return error->result;
	query_bind_integer(query, "seq", seq);
	return query_run(query, error);
}

enum result store_table_rows(struct store *store, const struct table *table, int64_t book,
	struct query **query, struct error *error)
{
	struct buffer sql;
	const char *comma = "";

	buffer_init(&sql, SQL_BYTES);
	buffer_text(&sql, "SELECT ");
	for (const struct column *column = table->columns; column->name; column++) {
		buffer_print(&sql, "%s%s", comma, column->name);
		comma = ", ";
	}
	buffer_print(&sql, " FROM %s WHERE book = $book ORDER BY %s", table->name, table->key);
	return table_query(store, &table->columns, &sql, true, book, NULL, query, error);
}

/* Backups: of what sqlite_open_copy opened, and of files. */

enum result store_open_copy(
	struct store **store, const char *path, bool create, struct error *error)
{
	return sqlite_open_copy(store, path, create, error);
}

enum result store_copy(struct store *from, struct store *to, struct error *error)
{
	must(from->driver->copy && from->driver == to->driver);
	return to->driver->copy(from, to, &to->failure) == OK ? OK : failed(to, error);
}

enum result store_alone(struct store *store, struct error *error)
{
	must(store->driver->alone != NULL);
	return store->driver->alone(store, &store->failure) == OK ? OK : failed(store, error);
}

enum result store_check(struct store *store, struct error *error)
{
	must(store->driver->check != NULL);
	return store->driver->check(store, &store->failure) == OK ? OK : failed(store, error);
}

#include "database.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/panic.h"
#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct store *opened(const char *url)
{
	struct error error = { 0 };
	struct store *store = NULL;

	if (store_open(&store, url, true, &error) != OK)
		fail_msg("%s %s", error.key, error_argument(&error, "reason"));
	return store;
}

/* "group_concat(x)" as PostgreSQL says it; NULL where the question has none. */
static const char *joined(const char *sql)
{
	static char text[1000];
	static const char word[] = "group_concat(";
	const char *at = strstr(sql, word), *from = at ? at + strlen(word) : sql, *end = from;

	if (!at)
		return NULL;
	for (int depth = 1; depth; end++)
		depth += *end == '(' ? 1 : *end == ')' ? -1 : 0;
	snprintf(text, sizeof(text), "%.*sstring_agg(%.*s, ',')%s", (int)(at - sql), sql,
		(int)(end - 1 - from), from, end);
	return text;
}

static enum result first(
	struct store *store, const char *sql, char *answer, size_t size, struct error *error)
{
	struct statement statement = { sql, joined(sql) };
	struct query *query;
	bool row;

	*answer = '\0';
	if (store_query(store, &statement, &query, error) != OK)
		return error->result;
	if (query_next(query, &row, error) == OK && row) {
		struct value value = query_value(query, 0);
		if (value.type == VALUE_INTEGER)
			snprintf(answer, size, "%" PRId64, value.integer);
		else if (value.type == VALUE_TEXT)
			text_copy(answer, size, value.text);
	}
	query_end(query);
	return error->result;
}

const char *database_ask(const char *url, const char *sql)
{
	static char answer[256];
	struct error error = { 0 };
	struct store *store = opened(url);

	if (first(store, sql, answer, sizeof(answer), &error) != OK)
		fail_msg("%s: %s", error_argument(&error, "reason"), sql);
	store_close(store);
	return answer;
}

bool database_run(const char *url, const char *sql)
{
	char answer[8];
	struct error error = { 0 };
	struct store *store = opened(url);
	enum result result = first(store, sql, answer, sizeof(answer), &error);

	store_close(store);
	return result == OK;
}

static void file_delete(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char beside[DATABASE_URL + 8];

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		snprintf(beside, sizeof(beside), "%s%s", path, ends[i]);
		unlink(beside);
	}
}

/* Is this place in `sql` the word, whole? */
static bool word_at(const char *sql, const char *at, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(at, word, length) != 0)
		return false;
	char before = at == sql ? ' ' : at[-1], after = at[length];
	return !isalnum((unsigned char)before) && !strchr("_$", before) &&
	       !isalnum((unsigned char)after) && after != '_';
}

/* Each table after FROM, JOIN, INTO and UPDATE wants its own; chains and the like made inside the
 * statement do not. */
bool database_names_book(const char *sql)
{
	static const char *const verbs[] = { "FROM ", "JOIN ", "INTO ", "UPDATE " };
	int tables = 0, named = 0;

	for (const char *at = sql; *at; at++) {
		named += word_at(sql, at, "book");
		for (size_t i = 0; i < COUNT_OF(verbs); i++) {
			const char *table = at + strlen(verbs[i]);
			if (strncmp(at, verbs[i], strlen(verbs[i])) == 0 &&
				(text_starts(table, "d_") || word_at(sql, table, "entry")))
				tables++;
		}
	}
	return named >= tables && (tables || named);
}

/* The schema is the last word of its URL. */
static void schema_run(const char *url, const char *sql, const char *after)
{
	const char *server = getenv("YIBEN_TEST_SERVER");
	char text[200];

	const char *schema = strstr(url, "%3D") + 3;
	snprintf(text, sizeof(text), "%s %.*s%s", sql, (int)strcspn(schema, "%"), schema, after);
	if (!database_run(server, text))
		fail_msg("%s", text);
}

void database_make(char url[DATABASE_URL], const char *name)
{
	const char *server = getenv("YIBEN_TEST_SERVER");

	if (!server || !*server) {
		snprintf(url, DATABASE_URL, "%s_%d.db", name, (int)getpid());
		file_delete(url);
		return;
	}
	int length = snprintf(url, DATABASE_URL, "%s%coptions=-csearch_path%%3D%s_%d", server,
		strchr(server, '?') ? '&' : '?', name, (int)getpid());
	assert_in_range(length, 1, DATABASE_URL - 1);
	schema_run(url, "DROP SCHEMA IF EXISTS", " CASCADE"); /* of a test that failed */
	schema_run(url, "CREATE SCHEMA", "");
}

void database_divide(const char *url)
{
	struct error error = { 0 };
	struct buffer text;
	char path[400];

	if (!store_is_server(url) || !getenv("YIBEN_TEST_PARTITION"))
		return;
	snprintf(path, sizeof(path), "%s/tools/partition.sql", getenv("YIBEN_SOURCE"));
	buffer_init(&text, 1 << 16);
	assert_int_equal(file_read(path, &text, &error), OK);
	char *end = strrchr(text.bytes, ';');
	assert_non_null(end);
	*end = '\0';
	database_ask(url, strstr(text.bytes, "DO $$"));
	assert_string_equal(database_ask(url, "SELECT relkind::text FROM pg_class WHERE oid = "
					      "'entry'::regclass"),
		"p");
	buffer_release(&text);
}

void database_delete(const char *url)
{
	if (store_is_server(url))
		schema_run(url, "DROP SCHEMA", " CASCADE");
	else
		file_delete(url);
}

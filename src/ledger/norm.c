/* Norms: dated tables, issued by entries, found by the day and the entry they are asked for. */
#include "ledger/book.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADD, ISSUES };

const struct statement norm_sql[] = {
	[ADD] = { "INSERT INTO d_norm (book, norm, effective, seq) "
		  "VALUES ($book, $norm, $effective, $seq)" },
	[ISSUES] = { "SELECT effective, seq FROM d_norm WHERE book = $book AND norm = $norm "
		     "ORDER BY effective, seq" },
	{ 0 },
};

struct issue {
	int effective;
	int64_t seq;
};

/* Rows in force, for the issues from `first` on that were asked for. */
struct norm_table {
	const struct norm *norm;
	json_t **rows;
	int64_t *seqs;
	int count;
	int64_t newest; /* the issue or, where issues add up, … */
	int issues;     /* … how many of them */
	json_t *bodies; /* what the rows point into */
	struct norm_table *next;
};

struct norm_cache {
	const struct norm *norm;
	struct issue *issues;
	int issue_count;
	struct norm_table *tables;
	struct norm_cache *next;
};

void norm_forget(struct ledger *ledger)
{
	clocks_forget(ledger); /* calendars are made of norms */
	while (ledger->norms) {
		struct norm_cache *cache = ledger->norms;
		ledger->norms = cache->next;
		while (cache->tables) {
			struct norm_table *table = cache->tables;
			cache->tables = table->next;
			json_decref(table->bodies);
			free(table->rows);
			free(table->seqs);
			free(table);
		}
		free(cache->issues);
		free(cache);
	}
}

static struct norm_cache *cache_load(struct ledger *ledger, const struct norm *norm)
{
	struct error ignored = { 0 };
	struct query *rows;
	enum result result = OK;
	struct norm_cache *cache = calloc(1, sizeof(*cache));

	must(cache != NULL);
	cache->norm = norm;
	cache->next = ledger->norms;
	ledger->norms = cache;
	if (store_query(ledger->store, &norm_sql[ISSUES], &rows, &ignored) != OK)
		return cache;
	query_bind_integer(rows, "book", ledger->book);
	query_bind_text(rows, "norm", norm->name);
	while (rows_next(rows, &result, &ignored)) {
		cache->issues = realloc(
			cache->issues, (size_t)(cache->issue_count + 1) * sizeof(*cache->issues));
		must(cache->issues != NULL);
		struct issue *issue = &cache->issues[cache->issue_count++];
		issue->seq = rows_integer(rows, 1);
		must(day_parse(rows_text(rows, 0), &issue->effective));
	}
	query_end(rows);
	return cache;
}

static struct norm_cache *cache_of(struct ledger *ledger, const char *name)
{
	for (struct norm_cache *cache = ledger->norms; cache; cache = cache->next) {
		if (strcmp(cache->norm->name, name) == 0)
			return cache;
	}
	const struct norm *norm = ledger_norm(ledger, name);
	if (!norm)
		panic("a norm that no module declares", 0, name);
	return cache_load(ledger, norm);
}

static void table_add(struct norm_table *table, json_t *row, int64_t seq)
{
	table->rows = realloc(table->rows, (size_t)(table->count + 1) * sizeof(*table->rows));
	table->seqs = realloc(table->seqs, (size_t)(table->count + 1) * sizeof(*table->seqs));
	must(table->rows && table->seqs);
	table->rows[table->count] = row;
	table->seqs[table->count++] = seq;
}

/* Where issues add up, a row with the key of an earlier one takes its place. */
static void table_put(struct norm_table *table, json_t *row, int64_t seq)
{
	int column = 0;
	const char *key = table->norm->key;

	if (table->norm->growth != NORM_ADDS || !key) {
		table_add(table, row, seq);
		return;
	}
	for (const struct field *field = table->norm->columns; strcmp(field->name, key); field++)
		column++;
	json_t *value = json_array_get(row, (size_t)column);
	for (int i = 0; i < table->count; i++) {
		if (!json_equal(json_array_get(table->rows[i], (size_t)column), value))
			continue;
		table->rows[i] = row;
		table->seqs[i] = seq;
		return;
	}
	table_add(table, row, seq);
}

static void table_issue(struct ledger *ledger, struct norm_table *table, int64_t seq)
{
	struct record record;
	struct error ignored = { 0 };
	struct arena arena;
	size_t i;
	json_t *row;

	arena_init(&arena, ENTRY_BYTES * 2);
	if (chain_read(ledger, &arena, seq, &record, &ignored) == OK) {
		json_t *body = json_loads(record.body, 0, NULL);
		json_array_foreach(json_object_get(body, "rows"), i, row)
			table_put(table, row, seq);
		json_array_append_new(table->bodies, body);
	}
	arena_release(&arena);
}

const struct norm_table *view_norm(struct view *view, const char *norm, int day, int64_t seq)
{
	struct norm_cache *cache = cache_of(view->ledger, norm);
	bool adds = cache->norm->growth == NORM_ADDS;
	int64_t newest = 0;
	int issues = 0;

	for (int i = 0; i < cache->issue_count; i++) {
		const struct issue *issue = &cache->issues[i];
		if (issue->effective > day || (seq && issue->seq >= seq))
			continue;
		issues++;
		newest = adds && newest > issue->seq ? newest : issue->seq;
	}
	if (!issues)
		return NULL;
	for (struct norm_table *table = cache->tables; table; table = table->next) {
		if (table->newest == newest && (!adds || table->issues == issues))
			return table;
	}
	struct norm_table *table = calloc(1, sizeof(*table));
	must(table != NULL);
	*table = (struct norm_table){ .norm = cache->norm,
		.newest = newest,
		.issues = issues,
		.bodies = json_array(),
		.next = cache->tables };
	cache->tables = table;
	for (int i = 0; i < cache->issue_count; i++) {
		const struct issue *issue = &cache->issues[i];
		bool taken = adds ? issue->effective <= day && (!seq || issue->seq < seq)
				  : issue->seq == newest;
		if (taken)
			table_issue(view->ledger, table, issue->seq);
	}
	return table;
}

int norm_rows(const struct norm_table *norm)
{
	return norm->count;
}

static json_t *cell(const struct norm_table *norm, int row, const char *column)
{
	size_t i = 0;

	must(row >= 0 && row < norm->count);
	for (const struct field *field = norm->norm->columns; field->name; field++, i++) {
		if (strcmp(field->name, column) == 0)
			return json_array_get(norm->rows[row], i);
	}
	panic("a norm has no such column", 0, column);
}

int norm_find(const struct norm_table *norm, const char *column, const char *text, int start)
{
	for (int row = start; row < norm->count; row++) {
		const char *found = json_string_value(cell(norm, row, column));
		if (found && strcmp(found, text) == 0)
			return row;
	}
	return -1;
}

const char *norm_text(const struct norm_table *norm, int row, const char *column)
{
	const char *text = json_string_value(cell(norm, row, column));

	return text && *text ? text : NULL;
}

int64_t norm_integer(const struct norm_table *norm, int row, const char *column, int64_t otherwise)
{
	json_t *value = cell(norm, row, column);

	if (json_is_boolean(value))
		return json_is_true(value);
	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

int64_t norm_seq(const struct norm_table *norm, int row)
{
	must(row >= 0 && row < norm->count);
	return norm->seqs[row];
}

/* ------------------------------------------------------------------ issuing */

static struct limit limit_of(json_t *row)
{
	struct limit limit = { .amount = (int)json_integer_value(json_array_get(row, 1)) };
	int unit = limit_unit_parse(json_string_value(json_array_get(row, 2)));

	must(unit >= 0);
	limit.unit = (enum limit_unit)unit;
	return limit;
}

/* An internal limit that could fall due later than the law's, from any start, is refused. */
static enum result guard_row(struct ledger *ledger, json_t *row, const struct norm_table *law,
	int effective, struct error *error)
{
	const struct calendar *calendar = clocks_calendar(ledger, effective, 0);
	const char *what = json_string_value(json_array_get(row, 0));
	struct limit target = limit_of(row);
	int64_t witness;
	char start[INSTANT_TEXT];

	if (limit_check(calendar, target, error) != OK)
		return error->result;
	int at = law ? norm_find(law, "what", what, 0) : -1;
	if (at < 0)
		return OK;
	struct limit legal = { .amount = (int)norm_integer(law, at, "amount", 0),
		.unit = (enum limit_unit)limit_unit_parse(norm_text(law, at, "limit")) };
	if (!limit_exceeds(calendar, target, legal, effective, &witness))
		return OK;
	return error_refuse(error, "refused.looser_than_law", "amount", "what", what, "start",
		instant_text(witness, start), NULL);
}

static enum result guard(
	struct ledger *ledger, const struct entry *entry, int effective, struct error *error)
{
	const struct norm_table *law =
		view_norm(&ledger->view, "law.limits", effective, entry->seq);
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(entry->body, "rows"), i, row)
	{
		if (guard_row(ledger, row, law, effective, error) != OK) {
			error_place(error, "#%zu", i + 1);
			return error->result;
		}
	}
	return OK;
}

enum result norm_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error)
{
	int effective;

	if (core_kind(entry->kind) != NORM_ISSUED)
		return OK;
	must(day_parse(entry_text(entry, "effective"), &effective));
	if (*session->staff && effective < instant_day(entry->recorded_at))
		return error_refuse(error, "refused.backdated", "effective", NULL);
	if (text_starts(entry_text(entry, "norm"), "calendar."))
		return clocks_check(entry, error);
	if (strcmp(entry_text(entry, "norm"), "duty.limits") != 0)
		return OK;
	return guard(ledger, entry, effective, error);
}

enum result norm_fold(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	if (view_run_all(&ledger->view, &norm_sql[ADD], entry, error) != OK)
		return error->result;
	norm_forget(ledger);
	return text_starts(entry_text(entry, "norm"), "calendar.")
		       ? clocks_recompute(ledger, entry, error)
		       : OK;
}

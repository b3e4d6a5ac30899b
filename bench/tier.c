/*
 * Tiering: a million customers and twelve months, from column segments. The tables of the module
 * revenue are filled as it fills them, but without entries; what is measured is what reads them.
 */
#include "bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMERS = 1000000, MONTHS = 12, SEGMENT = 4096, AMOUNT = 0, USERS = 3, NAME_ROOM = 16 };

struct task {
	char path[PATH_TEXT], before[PATH_TEXT];
	const char *month; /* that is closed */
};

/* The number of the first month, November 2025. */
static int first_month(void)
{
	int month;

	must(month_parse("2025-11", &month));
	return month;
}

/* Most are small; every month some rise and some fall over a threshold. */
static int64_t amount_at(int64_t customer, int month)
{
	uint64_t state = (uint64_t)customer;
	int64_t steady = 10000 + (int64_t)(bench_chance(&state) % 1000000);
	int64_t size = (int64_t)(bench_chance(&state) % 100);

	steady *= size == 0 ? 40 : size < 10 ? 8 : 1;
	state += (uint64_t)month * 977;
	return steady + steady * ((int64_t)(bench_chance(&state) % 11) - 5) / 100;
}

/* ------------------------------------------------------------------ filling */

static void put_names(sqlite3_stmt *insert, int64_t segment, int64_t used)
{
	char *names = malloc((size_t)SEGMENT * NAME_ROOM);
	int length = 0;

	must(names != NULL);
	for (int64_t i = 0; i < used; i++)
		length += snprintf(names + length, NAME_ROOM, "C%07lld",
				  (long long)(segment * SEGMENT + i)) +
			  1;
	sqlite3_bind_int64(insert, 1, segment);
	sqlite3_bind_int64(insert, 2, used);
	sqlite3_bind_blob(insert, 3, names, length, free);
	must(sqlite3_step(insert) == SQLITE_DONE);
	sqlite3_reset(insert);
}

static void put_page(sqlite3_stmt *insert, int64_t segment, int month, int cell, int64_t width,
	const void *numbers, int64_t used)
{
	char text[MONTH_TEXT];

	sqlite3_bind_int64(insert, 1, segment);
	sqlite3_bind_text(insert, 2, month_text(first_month() + month, text), -1, SQLITE_TRANSIENT);
	sqlite3_bind_int(insert, 3, cell);
	sqlite3_bind_int64(insert, 4, width);
	sqlite3_bind_blob(insert, 5, numbers, (int)(used * width), SQLITE_TRANSIENT);
	must(sqlite3_step(insert) == SQLITE_DONE);
	sqlite3_reset(insert);
}

static void fill_months(sqlite3 *handle, int from, int to)
{
	sqlite3_stmt *insert =
		bare_prepare(handle, "INSERT INTO d_revenue_page VALUES (1, ?, ?, ?, ?, ?)");
	static int32_t amounts[SEGMENT];
	static int16_t users[SEGMENT];

	for (int64_t segment = 0; segment * SEGMENT < CUSTOMERS; segment++) {
		int64_t first = segment * SEGMENT;
		int64_t used = CUSTOMERS - first < SEGMENT ? CUSTOMERS - first : SEGMENT;
		for (int month = from; month < to; month++) {
			for (int64_t i = 0; i < used; i++) {
				amounts[i] = (int32_t)amount_at(first + i, month);
				users[i] = (int16_t)(i ? (first + i) % 89 : 300);
			}
			put_page(insert, segment, month, AMOUNT, sizeof(*amounts), amounts, used);
			put_page(insert, segment, month, USERS, sizeof(*users), users, used);
		}
	}
	sqlite3_finalize(insert);
}

static void fill_names(sqlite3 *handle)
{
	sqlite3_stmt *insert =
		bare_prepare(handle, "INSERT INTO d_revenue_name VALUES (1, ?, ?, ?)");

	for (int64_t segment = 0; segment * SEGMENT < CUSTOMERS; segment++) {
		int64_t left = CUSTOMERS - segment * SEGMENT;
		put_names(insert, segment, left < SEGMENT ? left : SEGMENT);
	}
	sqlite3_finalize(insert);
}

static void fill(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;

	bench_delete(task->path);
	bench_open(&book, task->path);
	bench_organisation(&book, 0);
	bench_norms(&book);
	bench_close(&book);
	sqlite3 *handle = bare_open(task->path);
	bench_start(measured);
	bare_run(handle, "BEGIN");
	fill_names(handle);
	fill_months(handle, 0, MONTHS - 1);
	bare_run(handle, "COMMIT");
	bench_stop(measured, CUSTOMERS);
	sqlite3_close(handle);
}

/* One more month is known. */
static void fill_last(void *context, struct measured *measured)
{
	struct task *task = context;
	sqlite3 *handle = bare_open(task->path);

	(void)measured;
	bare_run(handle, "BEGIN");
	fill_months(handle, MONTHS - 1, MONTHS);
	bare_run(handle, "COMMIT");
	sqlite3_close(handle);
}

/* ------------------------------------------------------------------ scanning */

/* The work of one customer: its year, and which of four steps it reaches. */
static int step_of(const int64_t *amounts, int months)
{
	static const int64_t steps[] = { 10000000, 3000000, 500000 };
	int64_t sum = 0;
	int step = 0;

	for (int i = 0; i < months; i++)
		sum += amounts[i] == FIGURE_NONE ? 0 : amounts[i];
	while (step < 3 && sum < steps[step] * months)
		step++;
	return step;
}

struct counting {
	struct monthly_sink sink;
	int64_t steps[4];
};

static enum result count_one(struct monthly_sink *sink, const char *customer,
	const int64_t *amounts, const int64_t *users, struct error *error)
{
	struct counting *counting = (struct counting *)sink;

	(void)customer;
	(void)users;
	counting->steps[step_of(amounts, MONTHS)]++;
	return error->result;
}

static int64_t folded(const int64_t steps[4])
{
	return steps[0] + steps[1] * 1000003 + steps[2] * 10007 + steps[3];
}

static void scan_ours(void *context, struct measured *measured)
{
	struct task *task = context;
	struct counting counting = { .sink.each = count_one };
	struct error error = { 0 };
	struct bench_book book;

	bench_open(&book, task->path);
	bench_start(measured);
	view_monthly(ledger_view(book.ledger), first_month(), first_month() + MONTHS - 1,
		&counting.sink, &error);
	bench_stop(measured, CUSTOMERS);
	bench_must(&error);
	bench_close(&book);
	measured->extra = folded(counting.steps);
}

/* The same numbers in memory, customer by customer. */
static void scan_memory(void *context, struct measured *measured)
{
	int64_t *amounts = malloc((size_t)CUSTOMERS * MONTHS * sizeof(*amounts));
	int64_t steps[4] = { 0 };

	(void)context;
	must(amounts != NULL);
	for (int64_t i = 0; i < CUSTOMERS; i++) {
		for (int month = 0; month < MONTHS; month++)
			amounts[i * MONTHS + month] = amount_at(i, month);
	}
	bench_start(measured);
	for (int64_t i = 0; i < CUSTOMERS; i++)
		steps[step_of(amounts + i * MONTHS, MONTHS)]++;
	bench_stop(measured, CUSTOMERS);
	measured->extra = folded(steps);
	free(amounts);
}

/* SQLite alone: every page read in the order of the table, and nothing made of it. */
static void scan_bare(void *context, struct measured *measured)
{
	struct task *task = context;
	sqlite3 *handle = bare_open(task->path);

	bare_run(handle, "PRAGMA cache_size=-4096"); /* as ours reads */
	bench_start(measured);
	sqlite3_stmt *rows = bare_prepare(handle, "SELECT numbers FROM d_revenue_page");
	while (sqlite3_step(rows) == SQLITE_ROW)
		must(sqlite3_column_blob(rows, 0) != NULL);
	sqlite3_finalize(rows);
	bench_stop(measured, CUSTOMERS);
	sqlite3_close(handle);
}

/* ------------------------------------------------------------------ closing */

static void close_month(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;

	bench_delete(task->before);
	bench_copy(task->path, task->before);
	bench_open(&book, task->path);
	bench_start(measured);
	bench_begin(&book);
	bench_put(&book, "{\"kind\":\"tier.closed\",\"body\":{\"month\":\"%s\"}}", task->month);
	bench_commit(&book);
	bench_stop(measured, CUSTOMERS);
	bench_close(&book);
}

/* How many rows of a table are not as they were. */
static int64_t changed_rows(const struct task *task, const char *table)
{
	char sql[PATH_TEXT + 40];
	sqlite3 *handle = bare_open(task->path);

	snprintf(sql, sizeof(sql), "ATTACH '%s' AS before", task->before);
	bare_run(handle, sql);
	snprintf(sql, sizeof(sql),
		"SELECT count(*) FROM (SELECT * FROM main.%s EXCEPT SELECT * FROM before.%s)",
		table, table);
	sqlite3_stmt *count = bare_prepare(handle, sql);
	must(sqlite3_step(count) == SQLITE_ROW);
	int64_t rows = sqlite3_column_int64(count, 0);
	sqlite3_finalize(count);
	sqlite3_close(handle);
	return rows;
}

static void count_changes(void *context, struct measured *measured)
{
	static const char *const tables[] = { "d_tier_now", "d_tier", "d_tier_close",
		"d_revenue_page", "d_duty" };
	const struct task *task = context;

	(void)measured;
	fputs("rows written:", stdout);
	for (size_t i = 0; i < COUNT_OF(tables); i++)
		printf(" %s %lld", tables[i], (long long)changed_rows(task, tables[i]));
	putchar('\n');
}

static void close_and_tell(struct task *task, const char *name, const char *month)
{
	task->month = month;
	struct measured measured = bench_phase(close_month, task);
	bench_rate(name, &measured, "customers");
	bench_phase(count_changes, task);
}

int main(int count, char **words)
{
	const char *folder = bench_folder(count, words);
	struct measured ours, bare, memory;
	struct task task;

	bench_path(folder, "tier.db", task.path);
	bench_path(folder, "tier-before.db", task.before);
	bench_machine(folder);
	bench_title("tiering: 1,000,000 customers × 12 months");
	bench_phase(fill, &task);
	close_and_tell(&task, "first close, 11 months known", "2026-09");
	bench_phase(fill_last, &task);
	close_and_tell(&task, "close of the month after", "2026-10");
	bench_pair(scan_ours, scan_bare, &task, &ours, &bare);
	memory = bench_phase(scan_memory, &task);
	must(ours.extra == memory.extra);
	bench_rate("scan through view_monthly", &ours, "customers");
	bench_rate("  SQLite reads the pages", &bare, "customers");
	bench_ratio(&ours, &bare, 0);
	bench_rate("  a loop over memory", &memory, "customers");
	bench_ratio(&ours, &memory, 0);
	printf("aim: a scan under 0.1 s\n");
	bench_delete(task.path);
	bench_delete(task.before);
	return 0;
}

/*
 * Import: a list of customers, then a year of revenue by the month, from csv files as an office
 * delivers them. Two ceilings: the very rows in the very tables (bare.h), and the rows of the
 * file in one plain table of ten columns with two indexes that begin with time.
 */
#include "bare.h"

#include "base/asset.h"
#include "derive/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMERS = 100000, MONTHS = 12, BATCH = 1000, TEXT_ROOM = 128 };

struct task {
	struct again again; /* first; of the customers */
	char revenue[PATH_TEXT], list[PATH_TEXT], months[MONTHS][PATH_TEXT];
};

/* ------------------------------------------------------------------ what the files say */

struct client {
	char code[16], name[TEXT_ROOM], credit_code[24], address[TEXT_ROOM], since[DAY_TEXT];
	char section[2];
};

/* A credit code with its right last place (GB 32100). */
static void credit_code(int number, char code[24])
{
	static const char places[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weights[] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30,
		28 };
	int sum = 0;

	snprintf(code, 24, "91350200MA%07d", number);
	for (int i = 0; i < 17; i++)
		sum += (int)(strchr(places, code[i]) - places) * weights[i];
	code[17] = places[(31 - sum % 31) % 31];
	code[18] = '\0';
}

static void client_at(int number, struct client *client)
{
	uint64_t state = (uint64_t)number, chance = bench_chance(&state);

	snprintf(client->code, sizeof(client->code), "C%06d", number);
	snprintf(client->name, sizeof(client->name), "清屿望溪%06d电子科技有限公司", number);
	credit_code(number, client->credit_code);
	snprintf(client->section, sizeof(client->section), "%c", 'A' + (int)(chance % 20));
	snprintf(client->address, sizeof(client->address), "清屿省望溪市软件园%d路%d号",
		(int)(chance % 300), (int)(chance / 300 % 900));
	snprintf(client->since, sizeof(client->since), "20%02d-%02d-%02d",
		10 + (int)(chance / 7 % 15), 1 + (int)(chance / 11 % 12),
		1 + (int)(chance / 13 % 28));
}

/* Steady, with some drift: 500 … 200,000 元 a month. */
static int64_t amount_at(int customer, int month)
{
	uint64_t state = (uint64_t)customer;
	int64_t steady = 50000 + (int64_t)(bench_chance(&state) % 20000000);

	state += (uint64_t)month * 977;
	return steady + steady * ((int64_t)(bench_chance(&state) % 21) - 10) / 100;
}

static int users_at(int customer)
{
	uint64_t state = (uint64_t)customer + 77;

	return (int)(bench_chance(&state) % 600);
}

/* The months from November 2025 on. */
static void month_at(int month, char text[MONTH_TEXT])
{
	int first;

	must(month_parse("2025-11", &first));
	month_text(first + month, text);
}

static void write_files(void *context, struct measured *measured)
{
	struct task *task = context;
	FILE *list = fopen(task->list, "w");
	struct client client;
	char text[MONTH_TEXT];

	(void)measured;
	must(list != NULL);
	fputs("客户编号,客户名称,统一社会信用代码,客户类别,行业门类,管理单位,地址,建立合作日期\n",
		list);
	for (int i = 0; i < CUSTOMERS; i++) {
		client_at(i, &client);
		fprintf(list, "%s,%s,%s,industry,%s,9901,%s,%s\n", client.code, client.name,
			client.credit_code, client.section, client.address, client.since);
	}
	must(fclose(list) == 0);
	for (int month = 0; month < MONTHS; month++) {
		FILE *file = fopen(task->months[month], "w");
		must(file != NULL);
		month_at(month, text);
		fputs("客户编号,账期,收入（元）,用户数\n", file);
		for (int i = 0; i < CUSTOMERS; i++) {
			int64_t amount = amount_at(i, month);
			fprintf(file, "C%06d,%s,%lld.%02lld,%d\n", i, text,
				(long long)(amount / 100), (long long)(amount % 100), users_at(i));
		}
		must(fclose(file) == 0);
	}
}

/* ------------------------------------------------------------------ ours */

static void refusal(void *context, const char *place, const char *reason)
{
	(void)context;
	fprintf(stderr, "bench: %s %s\n", place, reason);
	exit(1);
}

static int64_t import_file(struct bench_book *book, struct messages *messages, const char *kind,
	const char *path, const char *const *sets, int set_count)
{
	struct error error = { 0 };
	struct import_result result;
	struct import_request request = { .kind = kind,
		.path = path,
		.sets = sets,
		.set_count = set_count,
		.labels = { messages, CHINESE },
		.session = &book->session,
		.refusal = refusal };

	import_run(book->ledger, &request, &result, &error);
	bench_must(&error);
	must(result.taken == CUSTOMERS);
	return result.taken;
}

static void import_customers(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	struct messages *messages = asset_messages();

	bench_delete(task->again.ours);
	bench_copy(task->again.base, task->again.ours);
	bench_open(&book, task->again.ours);
	bench_start(measured);
	int64_t taken = import_file(&book, messages, "customer", task->list, NULL, 0);
	bench_stop(measured, taken);
	bench_close(&book);
	messages_free(messages);
}

static void import_revenue(void *context, struct measured *measured)
{
	static const char *const sets[] = { "basis=month" };
	struct task *task = context;
	struct bench_book book;
	struct messages *messages = asset_messages();
	int64_t taken = 0;

	bench_delete(task->revenue);
	bench_copy(task->again.ours, task->revenue);
	bench_open(&book, task->revenue);
	bench_start(measured);
	for (int i = 0; i < MONTHS; i++)
		taken += import_file(&book, messages, "revenue.posted", task->months[i], sets, 1);
	bench_stop(measured, taken);
	bench_close(&book);
	messages_free(messages);
}

static void make_base(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	uint8_t head[DIGEST_BYTES];

	bench_delete(task->again.base);
	bench_open(&book, task->again.base);
	bench_organisation(&book, 0);
	bench_norms(&book);
	measured->count = ledger_head(book.ledger, head);
	bench_close(&book);
}

/* ------------------------------------------------------------------ ceilings */

static sqlite3 *flat_open(struct task *task, const char *columns)
{
	char sql[600];

	bench_delete(task->again.bare);
	sqlite3 *handle = bare_open(task->again.bare);
	snprintf(sql, sizeof(sql),
		"CREATE TABLE flat (book INTEGER, seq INTEGER, at INTEGER, %s); "
		"CREATE INDEX flat_seq ON flat (book, seq); "
		"CREATE INDEX flat_at ON flat (book, at, seq)",
		columns);
	bare_run(handle, sql);
	return handle;
}

static void flat_row(sqlite3 *handle, sqlite3_stmt *insert, int64_t seq)
{
	if (seq % BATCH == 1)
		bare_run(handle, "BEGIN IMMEDIATE");
	sqlite3_bind_int(insert, 1, 1);
	sqlite3_bind_int64(insert, 2, seq);
	sqlite3_bind_int64(insert, 3, 1790000000000 + seq);
	must(sqlite3_step(insert) == SQLITE_DONE);
	sqlite3_reset(insert);
	if (seq % BATCH == 0)
		bare_run(handle, "COMMIT");
}

static void flat_customers(void *context, struct measured *measured)
{
	struct client *clients = calloc(CUSTOMERS, sizeof(*clients));
	sqlite3 *handle =
		flat_open(context, "code TEXT, name TEXT, credit_code TEXT, category TEXT, "
				   "section TEXT, unit TEXT, address TEXT, since TEXT");

	must(clients != NULL);
	for (int i = 0; i < CUSTOMERS; i++)
		client_at(i, &clients[i]);
	bench_start(measured);
	sqlite3_stmt *insert = bare_prepare(
		handle, "INSERT INTO flat VALUES (?, ?, ?, ?, ?, ?, 'industry', ?, '9901', ?, ?)");
	for (int i = 0; i < CUSTOMERS; i++) {
		const char *texts[] = { clients[i].code, clients[i].name, clients[i].credit_code,
			clients[i].section, clients[i].address, clients[i].since };
		for (int j = 0; j < 6; j++)
			sqlite3_bind_text(insert, 4 + j, texts[j], -1, SQLITE_STATIC);
		flat_row(handle, insert, i + 1);
	}
	sqlite3_finalize(insert);
	bench_stop(measured, CUSTOMERS);
	sqlite3_close(handle);
	free(clients);
}

static void flat_revenue(void *context, struct measured *measured)
{
	sqlite3 *handle = flat_open(context, "row INTEGER, customer TEXT, month TEXT, "
					     "amount INTEGER, users INTEGER, reference TEXT");
	char(*codes)[16] = calloc(CUSTOMERS, sizeof(*codes));
	int64_t *amounts = calloc((size_t)CUSTOMERS * MONTHS, sizeof(*amounts));
	char month[MONTH_TEXT];

	must(codes && amounts);
	for (int i = 0; i < CUSTOMERS * MONTHS; i++)
		amounts[i] = amount_at(i % CUSTOMERS, i / CUSTOMERS);
	for (int i = 0; i < CUSTOMERS; i++)
		snprintf(codes[i], sizeof(codes[i]), "C%06d", i);
	bench_start(measured);
	sqlite3_stmt *insert =
		bare_prepare(handle, "INSERT INTO flat VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)");
	for (int i = 0; i < CUSTOMERS * MONTHS; i++) {
		if (i % CUSTOMERS == 0)
			month_at(i / CUSTOMERS, month);
		sqlite3_bind_int(insert, 4, i % IMPORT_TABLE_ROWS);
		sqlite3_bind_text(insert, 5, codes[i % CUSTOMERS], -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 6, month, -1, SQLITE_STATIC);
		sqlite3_bind_int64(insert, 7, amounts[i]);
		sqlite3_bind_int(insert, 8, 100);
		flat_row(handle, insert, i + 1);
	}
	sqlite3_finalize(insert);
	bench_stop(measured, (int64_t)CUSTOMERS * MONTHS);
	sqlite3_close(handle);
	free(codes);
	free(amounts);
}

int main(int count, char **words)
{
	const char *folder = bench_folder(count, words);
	struct measured ours, ceiling;
	struct task task;
	char name[40];

	bench_path(folder, "import-base.db", task.again.base);
	bench_path(folder, "import-customers.db", task.again.ours);
	bench_path(folder, "import.db", task.revenue);
	bench_path(folder, "import-bare.db", task.again.bare);
	bench_path(folder, "customers.csv", task.list);
	for (int i = 0; i < MONTHS; i++) {
		snprintf(name, sizeof(name), "revenue-%02d.csv", i);
		bench_path(folder, name, task.months[i]);
	}
	bench_machine(folder);
	bench_phase(write_files, &task);
	task.again.batch = BATCH;
	task.again.from = bench_phase(make_base, &task).count;
	bench_title("import: 100,000 customers from csv");
	bench_pair(import_customers, again_write, &task, &ours, &ceiling);
	bench_rate("import customer", &ours, "rows");
	bench_rate("  bare loop, same rows, tables, indexes", &ceiling, "rows");
	bench_ratio(&ours, &ceiling, 50);
	bench_phase(again_describe, &task);
	ceiling = bench_phase(flat_customers, &task);
	bench_rate("  one table, indexes in time order", &ceiling, "rows");
	bench_ratio(&ours, &ceiling, 50);
	bench_title("import: 12 months of revenue of 100,000 customers from csv");
	ours = bench_phase(import_revenue, &task);
	bench_rate("import revenue.posted", &ours, "rows");
	ceiling = bench_phase(flat_revenue, &task);
	bench_rate("  one table, indexes in time order", &ceiling, "rows");
	bench_ratio(&ours, &ceiling, 50);
	bench_delete(task.again.base);
	bench_delete(task.again.ours);
	bench_delete(task.revenue);
	bench_delete(task.again.bare);
	remove(task.list);
	for (int i = 0; i < MONTHS; i++)
		remove(task.months[i]);
	return 0;
}

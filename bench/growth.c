/*
 * Growth: a province writes for years (province.h). At each size: how fast a month of its work is
 * appended, how long a midnight takes, and how long people wait for a timeline and for a list
 * of duties. What these were at the first size is the ceiling: a book that has grown should cost
 * no more. At the last size everything is derived again, beside a plain walk over the entries.
 *
 *     bench_growth FOLDER [--database URL] [--keep] [--no-rebuild] [ENTRIES]...
 *
 * With --keep the book stays, and is taken up again where it was left.
 */
#include "province.h"
#include "server.h"

#include "store/store.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
	SIZES = 8,
	TRIES = 3,
	SAMPLES = 500,
	BATCH = 1000,
	SINGLES = 500,
	PIECE = 10000,
	LIMIT = 50
};
/* What is measured at each size. */
enum {
	APPEND,
	APPEND_WORK,
	SINGLE,
	SINGLE_WORK,
	MIDNIGHT,
	MIDNIGHT_LONGEST,
	QUESTIONS, /* the first of questions[] */
};

struct question {
	const char *name;
	char type;       /* of whom: c customer, m manager, T team, U city, P province */
	int first, last; /* a customer's rank */
	bool duties;
	int samples;
};

static const struct question questions[] = {
	{ "timeline, a customer often visited", 'c', 0, 2, false, SAMPLES },
	{ "timeline, a customer hardly visited", 'c', 20, 24, false, SAMPLES },
	{ "timeline, a manager", 'm', 0, 0, false, SAMPLES },
	{ "timeline, a team", 'T', 0, 0, false, 200 },
	{ "timeline, a city", 'U', 0, 0, false, 100 },
	{ "duties, a manager", 'm', 0, 0, true, SAMPLES },
	{ "duties, a team", 'T', 0, 0, true, 200 },
	{ "duties, a city", 'U', 0, 0, true, 100 },
};

/* Two lines for each: by the clock, and of the processor. */
enum { MEASURES = QUESTIONS + 2 * (int)COUNT_OF(questions) };

static const char *const names[QUESTIONS] = { "append a month, 1,000 a commit, µs each",
	"append a month, processor, µs each", "append singles, µs each",
	"append singles, processor, µs each", "a midnight, ms", "the longest midnight, ms" };

/* Shared with the process that measures. */
struct task {
	char url[PATH_TEXT], state[PATH_TEXT];
	int managers;
	int64_t target;
	int batch, question;
	int64_t last_day;
	struct midnights midnights;
	double p50_ms, p99_ms, rows;
};

struct point {
	int64_t entries;
	double value[MEASURES];
};

/* ------------------------------------------------------------------ writing */

static void take_up(struct task *task, struct bench_book *book, struct province *province)
{
	bench_open(book, task->url);
	if (province_load(province, task->state))
		return;
	province_found(province, book, task->managers);
	province_save(province, task->state);
}

static void leave(struct task *task, struct bench_book *book, struct province *province)
{
	province_save(province, task->state);
	province_release(province);
	bench_close(book);
}

/* Until the book has `target` entries; a piece at a time, so that little is lost. */
static void fill(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	struct province province;
	uint8_t head[DIGEST_BYTES];

	take_up(task, &book, &province);
	int64_t had = ledger_head(book.ledger, head), first = had;
	int64_t server = server_work_ns(task->url);
	bench_start(measured);
	while (had < task->target) {
		int64_t next = had + PIECE < task->target ? had + PIECE : task->target;
		province_work(&province, &book, next, BATCH, &task->midnights);
		province_save(&province, task->state);
		had = ledger_head(book.ledger, head);
	}
	bench_stop(measured, had - first);
	measured->work_ns += server_work_ns(task->url) - server;
	leave(task, &book, &province);
}

/* `target` entries more. */
static void append(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	struct province province;
	uint8_t head[DIGEST_BYTES];

	take_up(task, &book, &province);
	int64_t had = ledger_head(book.ledger, head), server = server_work_ns(task->url);
	bench_start(measured);
	province_work(&province, &book, had + task->target, task->batch, &task->midnights);
	bench_stop(measured, ledger_head(book.ledger, head) - had);
	measured->work_ns += server_work_ns(task->url) - server;
	leave(task, &book, &province);
}

/* ------------------------------------------------------------------ reading */

static bool count_entry(void *context, const struct entry *entry, bool withdrawn)
{
	(void)entry;
	(void)withdrawn;
	++*(int64_t *)context;
	return true;
}

static bool count_duty(void *context, const struct duty *duty)
{
	(void)duty;
	++*(int64_t *)context;
	return true;
}

static void whom(const struct province *province, const struct question *question, uint64_t *chance,
	char reference[40])
{
	int manager = (int)(bench_chance(chance) % (uint64_t)province->managers);
	int ranks = question->last - question->first + 1;
	int rank = question->first + (int)(bench_chance(chance) % (uint64_t)ranks);
	char unit[16];

	if (question->type == 'c')
		snprintf(reference, 40, "customer:C%06d",
			province->own[manager * OWN_CUSTOMERS + rank]);
	else if (question->type == 'm')
		snprintf(reference, 40, "staff:m%d", manager);
	else
		snprintf(reference, 40, "unit:%s",
			province_unit(unit, question->type,
				question->type == 'T' ? manager / TEAM : manager / TEAM / TEAMS));
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t now_ns(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void ask(void *context, struct measured *measured)
{
	struct task *task = context;
	const struct question *question = &questions[task->question];
	int64_t took[SAMPLES], rows = 0;
	struct error error = { 0 };
	struct bench_book book;
	struct province province;
	uint64_t chance = 11;
	char reference[40];

	take_up(task, &book, &province);
	int64_t server = server_work_ns(task->url);
	bench_start(measured);
	for (int i = 0; i < question->samples; i++) {
		whom(&province, question, &chance, reference);
		took[i] = -now_ns();
		if (question->duties)
			ledger_duties(
				book.ledger, reference, province.day, count_duty, &rows, &error);
		else
			ledger_timeline(book.ledger, reference, LIMIT, count_entry, &rows, &error);
		took[i] += now_ns();
		bench_must(&error);
		ledger_view_reset(book.ledger);
	}
	bench_stop(measured, question->samples);
	measured->work_ns += server_work_ns(task->url) - server;
	qsort(took, (size_t)question->samples, sizeof(*took), by_number);
	task->p50_ms = (double)took[question->samples / 2] / 1e6;
	task->p99_ms = (double)took[question->samples * 99 / 100] / 1e6;
	task->rows = (double)rows / question->samples;
	province_release(&province);
	bench_close(&book);
}

/* ------------------------------------------------------------------ deriving again */

static void rebuild(void *context, struct measured *measured)
{
	struct task *task = context;
	struct error error = { 0 };
	struct bench_book book;
	uint8_t head[DIGEST_BYTES];

	bench_open(&book, task->url);
	int64_t server = server_work_ns(task->url);
	bench_start(measured);
	ledger_rebuild(book.ledger, NULL, NULL, &error);
	bench_must(&error);
	bench_stop(measured, ledger_head(book.ledger, head));
	measured->work_ns += server_work_ns(task->url) - server;
	bench_close(&book);
}

static int64_t walk_file(const char *path)
{
	sqlite3 *handle;
	sqlite3_stmt *rows;
	int64_t entries = 0, bytes = 0;

	must(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
	must(sqlite3_prepare_v2(handle, "SELECT * FROM entry WHERE book = 1 ORDER BY seq", -1,
		     &rows, NULL) == SQLITE_OK);
	int columns = sqlite3_column_count(rows);
	for (; sqlite3_step(rows) == SQLITE_ROW; entries++) {
		for (int i = 0; i < columns; i++)
			bytes += sqlite3_column_bytes(rows, i);
	}
	must(bytes > entries);
	sqlite3_finalize(rows);
	sqlite3_close(handle);
	return entries;
}

static int64_t walk_server(const char *url)
{
	PGconn *connection = PQconnectdb(url);
	int64_t entries = 0, bytes = 0;
	int got;

	PQclear(PQexec(connection, "BEGIN; SET enable_seqscan = off; "
				   "DECLARE walk NO SCROLL CURSOR FOR SELECT * FROM entry WHERE "
				   "book = 1 ORDER BY seq"));
	do {
		PGresult *rows = PQexecParams(
			connection, "FETCH 1000 FROM walk", 0, NULL, NULL, NULL, NULL, 1);
		must(PQresultStatus(rows) == PGRES_TUPLES_OK);
		got = PQntuples(rows);
		for (int row = 0; row < got; row++) {
			for (int i = 0; i < PQnfields(rows); i++)
				bytes += PQgetlength(rows, row, i);
		}
		entries += got;
		PQclear(rows);
	} while (got);
	must(bytes > entries);
	PQfinish(connection);
	return entries;
}

static void walk(void *context, struct measured *measured)
{
	struct task *task = context;
	int64_t server = server_work_ns(task->url);

	bench_start(measured);
	int64_t entries =
		store_is_server(task->url) ? walk_server(task->url) : walk_file(task->url);
	bench_stop(measured, entries);
	measured->work_ns += server_work_ns(task->url) - server;
}

/* ------------------------------------------------------------------ one size */

static double each_us(int64_t ns, int64_t count)
{
	return (double)ns / 1e3 / (double)count;
}

static void measure_append(struct task *task, struct point *point)
{
	struct measured measured;

	task->target = (int64_t)task->managers * YEARLY / 12;
	task->batch = BATCH;
	measured = bench_phase(append, task);
	bench_rate("append a month, 1,000 a commit", &measured, "entries");
	point->value[APPEND] = each_us(measured.time_ns, measured.count);
	point->value[APPEND_WORK] = each_us(measured.work_ns, measured.count);
	if (task->midnights.count) {
		point->value[MIDNIGHT] =
			(double)task->midnights.total_ns / 1e6 / (double)task->midnights.count;
		point->value[MIDNIGHT_LONGEST] = (double)task->midnights.longest_ns / 1e6;
	}
	printf("  of it %" PRId64 " midnights, each %.1f ms, the longest %.1f ms\n",
		task->midnights.count, point->value[MIDNIGHT], point->value[MIDNIGHT_LONGEST]);
	task->target = SINGLES;
	task->batch = 1;
	measured = bench_phase(append, task);
	bench_rate("append singles", &measured, "entries");
	point->value[SINGLE] = each_us(measured.time_ns, measured.count);
	point->value[SINGLE_WORK] = each_us(measured.work_ns, measured.count);
}

/* The middle one of three rounds: others use the machine too. */
static void measure_question(struct task *task, int number, struct point *point)
{
	double p99[TRIES], best_p50 = 0;
	struct measured measured;

	task->question = number;
	for (int i = 0; i < TRIES; i++) {
		measured = bench_phase(ask, task);
		p99[i] = task->p99_ms;
		if (!i || task->p50_ms < best_p50)
			best_p50 = task->p50_ms;
	}
	for (int i = 1; i < TRIES; i++) {
		for (int j = i; j > 0 && p99[j] < p99[j - 1]; j--) {
			double kept = p99[j];
			p99[j] = p99[j - 1];
			p99[j - 1] = kept;
		}
	}
	double work_ms = (double)measured.work_ns / 1e6 / (double)measured.count;
	point->value[QUESTIONS + 2 * number] = p99[TRIES / 2];
	point->value[QUESTIONS + 2 * number + 1] = work_ms;
	printf("%-40s p50 %8.2f ms  p99 %8.2f ms  processor %8.2f ms  %7.1f rows  peak %" PRId64
	       " MB\n",
		questions[number].name, best_p50, p99[TRIES / 2], work_ms, task->rows,
		measured.peak_kb / 1024);
}

static void measure_rebuild(struct task *task)
{
	struct measured ours, ceiling;

	ceiling = bench_phase(walk, task);
	ours = bench_phase(rebuild, task);
	bench_rate("rebuild", &ours, "entries");
	bench_rate("  a walk over the entries", &ceiling, "entries");
	bench_ratio(&ours, &ceiling, 0);
}

static void measure(struct task *task, int64_t entries, struct point *point)
{
	char title[100];

	*point = (struct point){ .entries = entries };
	task->target = entries;
	struct measured measured = bench_phase(fill, task);
	snprintf(title, sizeof(title), "growth: %" PRId64 " entries, %d managers, %d customers",
		entries, task->managers, task->managers * OWN_CUSTOMERS);
	bench_title(title);
	if (measured.count)
		bench_rate("filled until here", &measured, "entries");
	for (int i = 0; i < (int)COUNT_OF(questions); i++)
		measure_question(task, i, point);
	measure_append(task, point);
	printf("the book: %" PRId64 " MB\n", server_bytes(task->url) / 1000000);
	fflush(stdout);
}

/* ------------------------------------------------------------------ all of them */

static void compare(const struct point *points, int count)
{
	bench_title("growth: beside the first size");
	printf("%-54s", "entries");
	for (int i = 0; i < count; i++)
		printf(" %18" PRId64, points[i].entries);
	putchar('\n');
	for (int i = 0; i < MEASURES; i++) {
		char name[80];
		if (i < QUESTIONS)
			text_copy(name, sizeof(name), names[i]);
		else
			snprintf(name, sizeof(name), "%s, %s", questions[(i - QUESTIONS) / 2].name,
				(i - QUESTIONS) % 2 ? "processor, ms" : "p99, ms");
		printf("%-54s", name);
		for (int j = 0; j < count; j++)
			printf(" %10.2f %6.2f×", points[j].value[i],
				points[j].value[i] / points[0].value[i]);
		putchar('\n');
	}
}

/* As many as write the first size in a year; those of the province that is taken up again. */
static int managers(const struct task *task, int64_t entries)
{
	struct province province;
	int count = (int)(entries / YEARLY / TEAM) * TEAM;

	if (!province_load(&province, task->state))
		return count ? count : TEAM;
	count = province.managers;
	province_release(&province);
	return count;
}

static void forget(const struct task *task)
{
	if (!store_is_server(task->url))
		bench_delete(task->url);
	unlink(task->state);
}

int main(int count, char **words)
{
	static const int64_t small[] = { 30000, 100000, 300000 };
	struct task *task = mmap(
		NULL, sizeof(*task), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const char *folder = bench_folder(count, words);
	struct point points[SIZES];
	int64_t sizes[SIZES];
	int given = 0;
	bool keep = false, derive = true;

	must(task != MAP_FAILED);
	bench_path(folder, "growth.db", task->url);
	bench_path(folder, "growth.state", task->state);
	for (int i = 2; i < count; i++) {
		if (strcmp(words[i], "--database") == 0 && i + 1 < count)
			text_copy(task->url, sizeof(task->url), words[++i]);
		else if (strcmp(words[i], "--keep") == 0)
			keep = true;
		else if (strcmp(words[i], "--no-rebuild") == 0)
			derive = false;
		else if (given < SIZES)
			must((sizes[given++] = strtoll(words[i], NULL, 10)) > 0);
	}
	for (size_t i = 0, none = !given; none && i < COUNT_OF(small); i++)
		sizes[given++] = small[i];
	if (!keep)
		forget(task);
	task->managers = managers(task, sizes[0]);
	bench_machine(folder);
	server_describe(task->url);
	for (int i = 0; i < given; i++)
		measure(task, sizes[i], &points[i]);
	compare(points, given);
	if (derive)
		measure_rebuild(task);
	if (!keep)
		forget(task);
	return 0;
}

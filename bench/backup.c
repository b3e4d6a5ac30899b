/*
 * Backing up while another process appends without pause, one entry a commit: how long the
 * longest of its appends took, beside the longest of the same time with nothing else at work
 * and with a plain copy of as many bytes, flushed.
 */
#include "bench.h"
#include "ledger/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CUSTOMERS = 20000, ENTRIES = 300000, BATCH = 1000, BACKUPS = 5, QUIET_S = 8, LATE = 3 };

static const int late_ms[LATE] = { 20, 50, 100 };

/* What the writer tells: how long its appends took. */
struct waits {
	int64_t appends, longest_ns, total_ns;
	int64_t late[LATE]; /* longer than late_ms */
};

struct task {
	char book[PATH_TEXT];
	char copies[BACKUPS][PATH_TEXT]; /* deleted in between: that is not what is measured */
};

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

static int64_t now_ns(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void visit(struct bench_book *book, int64_t number)
{
	bench_put(book,
		"{\"kind\":\"visit.made\",\"author\":\"m%d\",\"at\":\"2026-01-05T09:00:00+08:00\","
		"\"body\":{\"customer\":\"C%06d\",\"way\":\"visit\",\"observation\":"
		"\"机房已扩容，新楼二月启用；第 %" PRId64 " 次来访。\"}}",
		(int)(number % 10), (int)(number * 7919 % CUSTOMERS), number);
}

static void fill(const char *path)
{
	struct bench_book book;

	bench_delete(path);
	bench_open(&book, path);
	bench_organisation(&book, CUSTOMERS);
	for (int64_t i = CUSTOMERS; i < ENTRIES; i += BATCH) {
		bench_begin(&book);
		for (int64_t j = i; j < i + BATCH; j++)
			visit(&book, j);
		bench_commit(&book);
	}
	bench_close(&book);
}

/* ------------------------------------------------------------------ the writer */

static void append_one(struct bench_book *book, int64_t number, struct waits *waits)
{
	int64_t start = now_ns();

	bench_begin(book);
	visit(book, number);
	bench_commit(book);
	int64_t took = now_ns() - start;
	waits->appends++;
	waits->total_ns += took;
	if (took > waits->longest_ns)
		waits->longest_ns = took;
	for (int i = 0; i < LATE; i++)
		waits->late[i] += took > (int64_t)late_ms[i] * 1000000;
}

static void write_until_told(const char *path, int tell)
{
	struct waits waits = { 0 };
	struct bench_book book;

	must(signal(SIGTERM, stop) != SIG_ERR);
	bench_open(&book, path);
	int64_t number = ledger_head(book.ledger, (uint8_t[DIGEST_BYTES]){ 0 });
	while (!stopping)
		append_one(&book, ++number, &waits);
	bench_close(&book);
	must(write(tell, &waits, sizeof(waits)) == sizeof(waits));
	_exit(0);
}

/* Let a writer append for as long as `meanwhile` takes. */
static struct waits beside(void (*meanwhile)(struct task *task), struct task *task)
{
	struct waits waits;
	int ends[2], status;

	fflush(stdout);
	must(pipe(ends) == 0);
	pid_t writer = fork();
	must(writer >= 0);
	if (!writer)
		write_until_told(task->book, ends[1]);
	close(ends[1]);
	usleep(500000);
	meanwhile(task);
	must(kill(writer, SIGTERM) == 0);
	must(read(ends[0], &waits, sizeof(waits)) == sizeof(waits));
	close(ends[0]);
	must(waitpid(writer, &status, 0) == writer && status == 0);
	return waits;
}

static void delete_copies(const struct task *task)
{
	for (int i = 0; i < BACKUPS; i++)
		bench_delete(task->copies[i]);
}

/* ------------------------------------------------------------------ what goes on meanwhile */

static void nothing(struct task *task)
{
	(void)task;
	sleep(QUIET_S);
}

static void copy_plainly(struct task *task)
{
	for (int i = 0; i < BACKUPS; i++) {
		bench_copy(task->book, task->copies[i]);
		int file = open(task->copies[i], O_RDWR | O_CLOEXEC);
		must(file >= 0 && fsync(file) == 0);
		close(file);
	}
}

static void count_entries(void *context, const struct backed_up *book)
{
	*(int64_t *)context = book->entries;
}

static void back_up(struct task *task)
{
	for (int i = 0; i < BACKUPS; i++) {
		struct error error = { 0 };
		int64_t entries = 0, start = now_ns();
		ledger_backup(task->book, task->copies[i], count_entries, &entries, &error);
		bench_must(&error);
		printf("backup of %" PRId64 " entries, proved: %.3f s\n", entries,
			(double)(now_ns() - start) / 1e9);
	}
}

static void report(const char *name, const struct waits *waits)
{
	printf("%-28s %6" PRId64 " appends, mean %6.2f ms, longest %7.2f ms", name, waits->appends,
		(double)waits->total_ns / 1e6 / (double)waits->appends,
		(double)waits->longest_ns / 1e6);
	for (int i = 0; i < LATE; i++)
		printf(", %" PRId64 " over %d ms", waits->late[i], late_ms[i]);
	printf("\n");
}

int main(int count, char **words)
{
	const char *folder = bench_folder(count, words);
	struct waits waits;
	struct task task;

	bench_path(folder, "backup-book.db", task.book);
	for (int i = 0; i < BACKUPS; i++) {
		char name[] = "backup-0.db";
		name[7] = (char)('0' + i);
		bench_path(folder, name, task.copies[i]);
	}
	bench_machine(folder);
	bench_title("backup: 300,000 entries, another process appends one a commit");
	fill(task.book);
	waits = beside(nothing, &task);
	report("nothing else", &waits);
	waits = beside(copy_plainly, &task);
	delete_copies(&task);
	report("beside plain copies, flushed", &waits);
	waits = beside(back_up, &task);
	delete_copies(&task);
	report("beside backups", &waits);
	bench_delete(task.book);
	return 0;
}

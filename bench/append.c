/* Appending: visits to customers that exist, a thousand a commit and one a commit. */
#include "bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMERS = 20000, VISITS = 50000, SINGLES = 1000, BATCH = 1000 };

struct task {
	struct again again; /* first */
	int visits;
};

static void append_ours(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	uint64_t chance = 7;
	char(*lines)[LINE_BYTES] = calloc((size_t)task->visits, sizeof(*lines));

	must(lines != NULL);
	for (int i = 0; i < task->visits; i++)
		bench_visit(&chance, i, (int)(bench_chance(&chance) % CUSTOMERS), lines[i]);
	bench_delete(task->again.ours);
	bench_copy(task->again.base, task->again.ours);
	bench_open(&book, task->again.ours);
	bench_start(measured);
	for (int i = 0; i < task->visits; i += task->again.batch) {
		bench_begin(&book);
		for (int j = i; j < i + task->again.batch; j++)
			bench_append(&book, lines[j], strlen(lines[j]));
		bench_commit(&book);
	}
	bench_stop(measured, task->visits);
	bench_close(&book);
	free(lines);
}

static void compare(struct task *task, int visits, int batch, const char *name, int aim_percent)
{
	struct measured ours, bare;

	task->visits = visits;
	task->again.batch = batch;
	bench_pair(append_ours, again_write, task, &ours, &bare);
	bench_rate(name, &ours, "entries");
	bench_rate("  bare loop, same rows and indexes", &bare, "entries");
	bench_ratio(&ours, &bare, aim_percent);
	bench_phase(again_describe, task);
}

int main(int count, char **words)
{
	const char *folder = bench_folder(count, words);
	struct task task;

	bench_path(folder, "append-base.db", task.again.base);
	bench_path(folder, "append.db", task.again.ours);
	bench_path(folder, "append-bare.db", task.again.bare);
	task.again.customers = CUSTOMERS;
	bench_machine(folder);
	task.again.from = bench_phase(again_begin, &task).count;
	bench_title("append: visit.made, 20,000 customers");
	compare(&task, VISITS, BATCH, "batches of 1,000", 50);
	compare(&task, SINGLES, 1, "single entries, one commit each", 0);
	bench_delete(task.again.base);
	bench_delete(task.again.ours);
	bench_delete(task.again.bare);
	return 0;
}

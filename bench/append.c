/* Appending: visits to customers that exist, a thousand a commit and one a commit. */
#include "bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMERS = 20000, VISITS = 50000, SINGLES = 1000, BATCH = 1000, LINE_BYTES = 1024 };

struct task {
	struct again again; /* first */
	int visits;
};

/* What a phone would send: an id of its own, when, who, and two sentences. */
static void visit_line(uint64_t *chance, int number, char line[LINE_BYTES])
{
	char at_text[INSTANT_TEXT], id[ID_TEXT];
	uint8_t random[ID_CHANCE];
	int64_t at;

	must(instant_parse("2026-01-05T09:00:00+08:00", &at));
	at += (int64_t)number * MINUTE_MS * 6;
	for (int i = 0; i < ID_CHANCE; i++)
		random[i] = (uint8_t)bench_chance(chance);
	snprintf(line, LINE_BYTES,
		"{\"id\":\"%s\",\"kind\":\"visit.made\",\"at\":\"%s\",\"author\":\"m%d\",\"body\":"
		"{\"customer\":\"C%06d\",\"way\":\"visit\",\"observation\":"
		"\"机房已扩容，新楼二月启用；专线带宽白天用满，客户问能否错峰。"
		"联系人换成信息科，约定下月再谈续约。\"}}",
		id_text(id_make(at, random), id), instant_text(at, at_text),
		(int)(bench_chance(chance) % 10), (int)(bench_chance(chance) % CUSTOMERS));
}

static void append_ours(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	uint64_t chance = 7;
	char(*lines)[LINE_BYTES] = calloc((size_t)task->visits, sizeof(*lines));

	must(lines != NULL);
	for (int i = 0; i < task->visits; i++)
		visit_line(&chance, i, lines[i]);
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

static void make_base(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	uint8_t head[DIGEST_BYTES];

	bench_delete(task->again.base);
	bench_open(&book, task->again.base);
	bench_organisation(&book, CUSTOMERS);
	measured->count = ledger_head(book.ledger, head);
	bench_close(&book);
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
	bench_machine(folder);
	task.again.from = bench_phase(make_base, &task).count;
	bench_title("append: visit.made, 20,000 customers");
	compare(&task, VISITS, BATCH, "batches of 1,000", 50);
	compare(&task, SINGLES, 1, "single entries, one commit each", 0);
	bench_delete(task.again.base);
	bench_delete(task.again.ours);
	bench_delete(task.again.bare);
	return 0;
}

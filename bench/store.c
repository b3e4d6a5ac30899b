/*
 * Durable appends from 1, 16 and 64 clients through the append queue, one entry a call, each
 * client waiting for its answer. The ceiling: the same rows by a bare loop on the same database, in
 * batches as large as the queue's were on the average.
 *
 *     bench_store FOLDER [URL]      URL: of a PostgreSQL server; a file without it
 */
#include "bare.h"
#include "clients.h"
#include "server.h"

#include "store/store.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CUSTOMERS = 20000, CLIENTS_MOST = 64 };

static const struct {
	int clients, lines; /* of each */
} runs[] = { { 1, 2000 }, { 16, 750 }, { 64, 400 } };

/* Shared with the processes that measure. */
struct task {
	struct again again; /* first */
	int clients, lines;
	double batch; /* lines a batch, on the average */
};

struct client {
	pthread_t thread;
	struct queue *queue;
	uint64_t chance;
	int lines;
};

static void *send_all(void *context)
{
	struct client *client = context;
	char line[LINE_BYTES];

	for (int i = 0; i < client->lines; i++) {
		int customer = (int)(bench_chance(&client->chance) % CUSTOMERS);
		bench_visit(&client->chance, i, customer, line);
		clients_send(client->queue, line);
	}
	return NULL;
}

static void append_ours(void *context, struct measured *measured)
{
	struct task *task = context;
	struct client clients[CLIENTS_MOST];
	struct queue *queue;
	struct clients_clock clock;

	database_copy(task->again.base, task->again.ours);
	queue = clients_queue(&clock, task->again.ours);
	int64_t server = server_work_ns(task->again.ours);
	bench_start(measured);
	for (int i = 0; i < task->clients; i++) {
		clients[i] = (struct client){
			.queue = queue, .chance = (uint64_t)i * 1000003 + 17, .lines = task->lines
		};
		must(pthread_create(&clients[i].thread, NULL, send_all, &clients[i]) == 0);
	}
	for (int i = 0; i < task->clients; i++)
		must(pthread_join(clients[i].thread, NULL) == 0);
	bench_stop(measured, (int64_t)task->clients * task->lines);
	measured->work_ns += server_work_ns(task->again.ours) - server;
	struct queue_counts counts = queue_counts(queue);
	must(counts.lines == measured->count && !counts.failed);
	task->batch = (double)counts.lines / (double)counts.batches;
	task->again.batch = (int)(task->batch + 0.5);
	queue_close(queue);
}

static void compare(struct task *task, int clients, int lines)
{
	struct measured ours, bare;
	char name[80];

	task->clients = clients;
	task->lines = lines;
	bench_pair(append_ours, again_write, task, &ours, &bare);
	snprintf(name, sizeof(name), "%d client%s, one entry a call", clients,
		clients > 1 ? "s" : "");
	bench_rate(name, &ours, "entries");
	snprintf(name, sizeof(name), "  bare loop, %d a commit", task->again.batch);
	bench_rate(name, &bare, "entries");
	bench_ratio(&ours, &bare, 60);
	fflush(stdout);
}

int main(int count, char **words)
{
	const char *folder = bench_folder(count, words);
	const char *url = count > 2 ? words[2] : NULL;
	struct task *task = mmap(
		NULL, sizeof(*task), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(task != MAP_FAILED);
	if (url) {
		server_database(url, "bench_base", task->again.base);
		server_database(url, "bench_ours", task->again.ours);
		server_database(url, "bench_bare", task->again.bare);
	} else {
		bench_path(folder, "store-base.db", task->again.base);
		bench_path(folder, "store.db", task->again.ours);
		bench_path(folder, "store-bare.db", task->again.bare);
	}
	task->again.customers = CUSTOMERS;
	bench_machine(folder);
	if (url)
		server_describe(url);
	task->again.from = bench_phase(again_begin, task).count;
	bench_title(url ? "store: visit.made, 20,000 customers, a server"
			: "store: visit.made, 20,000 customers, a file");
	for (size_t i = 0; i < COUNT_OF(runs); i++)
		compare(task, runs[i].clients, runs[i].lines);
	bench_phase(again_describe, task);
	database_delete(task->again.base);
	database_delete(task->again.ours);
	database_delete(task->again.bare);
	return 0;
}

/*
 * Half load for half an hour: as many clients write through the append queue as it takes, at half
 * of what they reached at full speed just before, while others read timelines and duties. Memory
 * and file descriptors are sampled; at the end it says whether they stood still and whether
 * anything failed.
 *
 *     bench_soak FOLDER MINUTES [URL]
 */
#include "clients.h"
#include "server.h"

#include "store/store.h"

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CUSTOMERS = 20000,
	WRITERS = 16,
	READERS = 2,
	FULL_S = 15,
	SAMPLE_S = 5,
	SAMPLES_MOST = 100000,
	LINES_SHOWN = 12,
	READ_PAUSE_US = 20000,
	LIMIT = 50,
	SLACK_KB = 4096,
};

struct soak {
	char url[PATH_TEXT];
	struct queue *queue;
	_Atomic int64_t every_ns; /* from one line of a writer to its next; 0: at full speed */
	atomic_bool over;
	_Atomic int64_t sent, asked, longest_ns;
	_Atomic int64_t failed;
};

struct member {
	pthread_t thread;
	struct soak *soak;
	uint64_t chance;
};

struct sample {
	int64_t at_ms, memory_kb, files, sent, asked, longest_ns;
};

/* ------------------------------------------------------------------ writers */

static void note_longest(struct soak *soak, int64_t took)
{
	int64_t longest = atomic_load(&soak->longest_ns);

	while (took > longest && !atomic_compare_exchange_weak(&soak->longest_ns, &longest, took))
		;
}

/* One line; what goes wrong is told and counted. */
static void send(struct soak *soak, const char *line)
{
	static const struct session session = {
		.staff = "", .login = "soak", .origin = ORIGIN_LIVE
	};
	struct error error = { 0 };
	struct answer answer;
	json_t *envelope = json_loads(line, 0, NULL);

	must(envelope != NULL);
	int64_t start = clients_steady_ns();
	queue_append(soak->queue, &session, &envelope, 1, &answer, &error);
	note_longest(soak, clients_steady_ns() - start);
	json_decref(envelope);
	if (error.result == OK && answer.status == APPENDED) {
		atomic_fetch_add(&soak->sent, 1);
		return;
	}
	fprintf(stderr, "soak: %s %s\n", error.result == OK ? answer.error.key : error.key,
		error.result == OK ? answer.error.field : error.field);
	atomic_fetch_add(&soak->failed, 1);
}

/* Now and then a plan, and next the visit that does it: its duty is opened and ended, so that
 * lists stay as long as they are. */
static void *write_on(void *context)
{
	struct member *member = context;
	struct soak *soak = member->soak;
	int64_t next = clients_steady_ns();
	char line[LINE_BYTES];
	int customer = 0;

	for (int i = 0; !atomic_load(&soak->over); i++) {
		int64_t every = atomic_load(&soak->every_ns), now = clients_steady_ns();
		if (every && next > now)
			usleep((useconds_t)((next - now) / 1000));
		next = (next < now - every * 10 ? now : next) + every;
		if (i % 8 != 1)
			customer = (int)(bench_chance(&member->chance) % CUSTOMERS);
		if (i % 8)
			bench_visit(&member->chance, i, customer, line);
		else
			snprintf(line, sizeof(line),
				"{\"kind\":\"visit.planned\",\"at\":\"2026-11-24T09:00:00+08:00\","
				"\"author\":\"m%d\",\"body\":{\"customer\":\"C%06d\",\"day\":"
				"\"2026-12-01\",\"purpose\":\"%" PRIx64 "\"}}",
				i % 10, customer, bench_chance(&member->chance));
		send(soak, line);
	}
	return NULL;
}

/* ------------------------------------------------------------------ readers */

static bool take_entry(void *context, const struct entry *entry, bool withdrawn)
{
	(void)withdrawn;
	*(int64_t *)context += entry->seq;
	return true;
}

static bool take_duty(void *context, const struct duty *duty)
{
	*(int64_t *)context += duty->due;
	return --((int64_t *)context)[1] > 0;
}

static void *read_on(void *context)
{
	struct member *member = context;
	struct soak *soak = member->soak;
	struct bench_book book;
	char reference[40];

	bench_open(&book, soak->url);
	while (!atomic_load(&soak->over)) {
		struct error error = { 0 };
		int64_t sum[2] = { 0, LIMIT };
		snprintf(reference, sizeof(reference), "customer:C%06d",
			(int)(bench_chance(&member->chance) % CUSTOMERS));
		ledger_timeline(book.ledger, reference, LIMIT, take_entry, sum, &error);
		snprintf(reference, sizeof(reference), "staff:m%d",
			(int)(bench_chance(&member->chance) % 10));
		if (error.result == OK)
			ledger_duties(book.ledger, reference, instant_day(book.session.now) + 1,
				take_duty, sum, &error);
		ledger_view_reset(book.ledger);
		atomic_fetch_add(error.result == OK ? &soak->asked : &soak->failed, 1);
		if (error.result != OK)
			fprintf(stderr, "soak: reading: %s\n", error.key);
		usleep(READ_PAUSE_US);
	}
	bench_close(&book);
	return NULL;
}

/* ------------------------------------------------------------------ samples */

static int64_t memory_kb(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long long pages = 0;

	must(file && fscanf(file, "%*d %lld", &pages) == 1);
	fclose(file);
	return pages * sysconf(_SC_PAGESIZE) / 1024;
}

static int64_t files_open(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int64_t count = -3; /* ".", ".." and this one */

	must(folder != NULL);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static struct sample sample_take(struct soak *soak, int64_t start_ns)
{
	return (struct sample){ .at_ms = (clients_steady_ns() - start_ns) / 1000000,
		.memory_kb = memory_kb(),
		.files = files_open(),
		.sent = atomic_load(&soak->sent),
		.asked = atomic_load(&soak->asked),
		.longest_ns = atomic_exchange(&soak->longest_ns, 0) };
}

static void table_print(const struct sample *samples, int count)
{
	int step = count / LINES_SHOWN ? count / LINES_SHOWN : 1;

	printf("%8s %10s %6s %12s %12s %14s\n", "minute", "memory", "files", "entries/s",
		"questions/s", "longest answer");
	for (int i = step; i < count; i += step) {
		const struct sample *now = &samples[i], *before = &samples[i - step];
		double seconds = (double)(now->at_ms - before->at_ms) / 1e3;
		int64_t longest = 0;
		for (int j = i - step + 1; j <= i; j++)
			longest = samples[j].longest_ns > longest ? samples[j].longest_ns : longest;
		printf("%8.1f %7" PRId64 " kB %6" PRId64 " %12.0f %12.0f %11.1f ms\n",
			(double)now->at_ms / 60000, now->memory_kb, now->files,
			(double)(now->sent - before->sent) / seconds,
			(double)(now->asked - before->asked) / seconds, (double)longest / 1e6);
	}
}

static void spread(const struct sample *samples, int from, int to, int64_t *memory, int64_t *files)
{
	*memory = *files = 0;
	for (int i = from; i < to; i++) {
		*memory = samples[i].memory_kb > *memory ? samples[i].memory_kb : *memory;
		*files = samples[i].files > *files ? samples[i].files : *files;
	}
}

/* The most of the second quarter of the time, in which everything was warm, and of the last. */
static bool judge(const struct sample *samples, int count, int64_t failed)
{
	int64_t memory[2], files[2];

	spread(samples, count / 4, count / 2, &memory[0], &files[0]);
	spread(samples, count * 3 / 4, count, &memory[1], &files[1]);
	bool flat = memory[1] <= memory[0] + memory[0] / 20 + SLACK_KB && files[1] <= files[0];
	printf("memory: at most %" PRId64 " kB in the second quarter, %" PRId64 " kB in the last\n",
		memory[0], memory[1]);
	printf("files: at most %" PRId64 ", %" PRId64 "\n", files[0], files[1]);
	printf("failed: %" PRId64 "\n", failed);
	printf("%s\n", flat && !failed ? "stood still" : "DID NOT STAND STILL");
	return flat && !failed;
}

/* ------------------------------------------------------------------ all of it */

static void start(struct soak *soak, struct member *members)
{
	for (int i = 0; i < WRITERS + READERS; i++) {
		members[i] = (struct member){ .soak = soak, .chance = (uint64_t)i * 1000003 + 17 };
		must(pthread_create(&members[i].thread, NULL, i < WRITERS ? write_on : read_on,
			     &members[i]) == 0);
	}
}

/* At full speed first, then at half of that. */
static int64_t half_speed(struct soak *soak)
{
	sleep(FULL_S);
	int64_t full = atomic_load(&soak->sent) / FULL_S;

	must(full > 1);
	atomic_store(&soak->every_ns, (int64_t)WRITERS * 1000000000 / (full / 2));
	return full;
}

int main(int count, char **words)
{
	static struct sample samples[SAMPLES_MOST];
	static struct member members[WRITERS + READERS];
	const char *folder = bench_folder(count, words);
	double minutes = count > 2 ? strtod(words[2], NULL) : 30;
	struct soak soak = { 0 };
	struct clients_clock clock;
	struct bench_book book;
	int taken = 0;

	if (count > 3)
		server_database(words[3], "bench_soak", soak.url);
	else
		bench_path(folder, "soak.db", soak.url);
	bench_machine(folder);
	server_describe(count > 3 ? words[3] : "");
	database_make(soak.url);
	bench_open(&book, soak.url);
	bench_organisation(&book, CUSTOMERS);
	bench_close(&book);
	soak.queue = clients_queue(&clock, soak.url);
	start(&soak, members);
	int64_t full = half_speed(&soak), begin = clients_steady_ns();
	printf("\n== soak: %d clients, full speed %" PRId64
	       " entries/s, half of it for %.0f minutes\n",
		WRITERS, full, minutes);
	fflush(stdout);
	samples[taken++] = sample_take(&soak, begin);
	while (taken < SAMPLES_MOST && (double)samples[taken - 1].at_ms < minutes * 60000) {
		sleep(SAMPLE_S);
		samples[taken++] = sample_take(&soak, begin);
	}
	atomic_store(&soak.over, true);
	for (int i = 0; i < WRITERS + READERS; i++)
		must(pthread_join(members[i].thread, NULL) == 0);
	struct queue_counts counts = queue_counts(soak.queue);
	queue_close(soak.queue);
	table_print(samples, taken);
	printf("the book: %" PRId64 " entries, %" PRId64 " MB; %" PRId64 " batches, %" PRId64
	       " attempts undone\n",
		counts.lines, server_bytes(soak.url) / 1000000, counts.batches, counts.failed);
	bool good = judge(samples, taken, atomic_load(&soak.failed) + counts.failed);
	database_delete(soak.url);
	return good ? 0 : 1;
}

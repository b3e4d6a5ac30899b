/*
 * A process that appends by the queue from many threads, for tests/failover.sh:
 *
 *     failover_writer write URL FOLDER THREADS   until SIGTERM, or until it is killed
 *     failover_writer check URL FILE             are all these entries there, under their seq?
 *
 * What was acknowledged goes to FOLDER/acknowledged.PID, a line "id seq" with one write before
 * the next entry is begun; a process that is killed loses nothing of what it wrote. How the calls
 * went stands in FOLDER/counts.PID, which is written again and again.
 */
#include "base/panic.h"
#include "base/text.h"
#include "ledger/queue.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { MOST_THREADS = 100, CUSTOMERS = 1000, LINE_TEXT = 80, OPEN_TRIES = 300 };

extern const struct module *const modules[];

static const struct session session = { .staff = "", .login = "writer", .origin = ORIGIN_LIVE };
static volatile sig_atomic_t stopping;

static struct {
	struct queue *queue;
	int acknowledged; /* the file */
	_Atomic int64_t entries, again, refused, longest_ms;
} run;

static int64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	must(clock_gettime(clock, &now) == 0);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t now(void *state)
{
	(void)state;
	return clock_ms(CLOCK_REALTIME);
}

static int64_t steady_ms(void *state)
{
	(void)state;
	return clock_ms(CLOCK_MONOTONIC);
}

static void chance(void *state, uint8_t *bytes, size_t length)
{
	(void)state;
	must(getrandom(bytes, length, 0) == (ssize_t)length);
}

/* ------------------------------------------------------------------ writing */

static void longest(int64_t took_ms)
{
	int64_t before = run.longest_ms;

	while (took_ms > before && !atomic_compare_exchange_weak(&run.longest_ms, &before, took_ms))
		continue;
}

static void acknowledge(const struct answer *answer)
{
	char line[LINE_TEXT];
	int length = snprintf(line, sizeof(line), "%s %" PRId64 "\n", answer->id, answer->seq);

	must(write(run.acknowledged, line, (size_t)length) == length);
	run.entries++;
}

/* Whoever is told of trouble sends the same again. */
static void append(json_t *line)
{
	struct answer answer;
	int64_t begun_ms = steady_ms(NULL);

	for (;;) {
		struct error error = { 0 };
		if (queue_append(run.queue, &session, &line, 1, &answer, &error) == OK)
			break;
		fprintf(stderr, "%d: %s\n", (int)getpid(), error.key);
		run.again++;
	}
	longest(steady_ms(NULL) - begun_ms);
	if (answer.status != NOT_TAKEN) {
		acknowledge(&answer);
		return;
	}
	fprintf(stderr, "%d: refused: %s %s\n", (int)getpid(), answer.error.key,
		answer.error.arguments ? answer.error.argument[0].text : "");
	run.refused++;
}

static void *write_visits(void *context)
{
	unsigned number;

	(void)context;
	while (!stopping) {
		char customer[LINE_TEXT];
		chance(NULL, (uint8_t *)&number, sizeof(number));
		snprintf(customer, sizeof(customer), "C%u", number % CUSTOMERS);
		json_t *line = json_pack("{s:s, s:s, s:{s:s, s:s, s:s}}", "kind", "visit.made",
			"author", "zhou", "body", "customer", customer, "way", "phone",
			"observation", "机房已扩容");
		append(line);
		json_decref(line);
	}
	return NULL;
}

static void write_counts(int file)
{
	struct queue_counts counts = queue_counts(run.queue);
	char line[LINE_TEXT * 2];
	int length = snprintf(line, sizeof(line),
		"%12" PRId64 " %12" PRId64 " %12" PRId64 " %12" PRId64 " %12" PRId64 " %12" PRId64
		"\n",
		run.entries, run.again, run.refused, run.longest_ms, counts.batches, counts.failed);

	must(pwrite(file, line, (size_t)length, 0) == length);
}

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

static int opened(const char *folder, const char *name)
{
	char path[LINE_TEXT * 4];

	snprintf(path, sizeof(path), "%s/%s.%d", folder, name, (int)getpid());
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	must(file >= 0);
	return file;
}

/* A server that starts while the database changes hands waits for it. */
static bool queue_opened(const char *url)
{
	struct queue_settings settings = { .url = url,
		.book = "main",
		.modules = modules,
		.now = now,
		.steady_ms = steady_ms,
		.chance = chance };
	struct error error = { 0 };

	for (int i = 0; i < OPEN_TRIES && !stopping; i++) {
		error_clear(&error);
		if (queue_open(&run.queue, &settings, &error) == OK)
			return true;
		usleep(200000);
	}
	fprintf(stderr, "%d: %s\n", (int)getpid(), error.key);
	return false;
}

static int write_all(const char *url, const char *folder, int threads)
{
	struct sigaction ends = { .sa_handler = stop };
	pthread_t started[MOST_THREADS];

	must(sigaction(SIGTERM, &ends, NULL) == 0);
	run.acknowledged = opened(folder, "acknowledged");
	int counts = opened(folder, "counts");
	must(fcntl(counts, F_SETFL, 0) == 0); /* each time from its beginning */
	if (!queue_opened(url))
		return stopping ? 0 : 1;
	for (int i = 0; i < threads; i++)
		must(pthread_create(&started[i], NULL, write_visits, NULL) == 0);
	while (!stopping) {
		usleep(200000);
		write_counts(counts);
	}
	for (int i = 0; i < threads; i++)
		must(pthread_join(started[i], NULL) == 0);
	write_counts(counts);
	queue_close(run.queue);
	return 0;
}

/* ------------------------------------------------------------------ checking */

static int check_all(const char *url, const char *path)
{
	struct error error = { 0 };
	struct ledger *ledger;
	char id[LINE_TEXT];
	int64_t seq, checked = 0, lost = 0;
	FILE *file = fopen(path, "r");

	must(file != NULL);
	if (ledger_open(&ledger, url, "main", false, modules, &error) != OK) {
		printf("%s\n", error.key);
		return 1;
	}
	for (; fscanf(file, "%79s %" SCNd64, id, &seq) == 2; checked++) {
		int64_t found = ledger_find(ledger, id);
		if (found != seq && lost++ < 10)
			printf("%s acknowledged as %" PRId64 ", found as %" PRId64 "\n", id, seq,
				found);
	}
	bool asked = ledger_trouble(ledger, &error) == OK;
	ledger_close(ledger);
	fclose(file);
	printf("%" PRId64 " checked, %" PRId64 " lost\n", checked, lost);
	return asked && checked && !lost ? 0 : 1;
}

int main(int count, char **words)
{
	int64_t threads = 0;

	if (count == 5 && text_equal(words[1], "write") && text_integer(words[4], &threads) &&
		threads > 0 && threads <= MOST_THREADS)
		return write_all(words[2], words[3], (int)threads);
	if (count == 4 && text_equal(words[1], "check"))
		return check_all(words[2], words[3]);
	fputs("failover_writer write URL FOLDER THREADS | check URL FILE\n", stderr);
	return 2;
}

#include "clients.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t present(void *state)
{
	return ((const struct clients_clock *)state)->present;
}

int64_t clients_steady_ns(void)
{
	struct timespec time;

	must(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t steady_ms(void *state)
{
	(void)state;
	return clients_steady_ns() / 1000000;
}

struct queue *clients_queue(struct clients_clock *clock, const char *url)
{
	struct queue_settings settings = { .url = url,
		.book = "main",
		.modules = modules,
		.now = present,
		.steady_ms = steady_ms,
		.clock_state = clock,
		.chance = bench_chance_bytes,
		.chance_state = &clock->chance };
	struct error error = { 0 };
	struct queue *queue;

	must(instant_parse("2026-11-24T09:00:00+08:00", &clock->present));
	clock->chance = 3;
	queue_open(&queue, &settings, &error);
	bench_must(&error);
	return queue;
}

void clients_send(struct queue *queue, const char *line)
{
	static const struct session session = {
		.staff = "", .login = "bench", .origin = ORIGIN_LIVE
	};
	struct error error = { 0 };
	struct answer answer;
	json_t *envelope = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	must(envelope != NULL);
	queue_append(queue, &session, &envelope, 1, &answer, &error);
	bench_must(&error);
	bench_must(&answer.error);
	must(answer.status == APPENDED);
	json_decref(envelope);
}

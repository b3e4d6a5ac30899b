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

static void chance_of(void *state, uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)bench_chance(state);
}

struct queue *clients_queue(struct clients_clock *clock, const char *url)
{
	struct queue_settings settings = { .url = url,
		.book = "main",
		.modules = modules,
		.now = present,
		.steady_ms = steady_ms,
		.clock_state = clock,
		.chance = chance_of,
		.chance_state = &clock->chance };
	struct error error = { 0 };
	struct queue *queue;

	must(instant_parse("2026-11-24T09:00:00+08:00", &clock->present));
	clock->chance = 3;
	queue_open(&queue, &settings, &error);
	bench_must(&error);
	return queue;
}

void clients_visit(uint64_t *chance, int number, int customer, char line[LINE_BYTES])
{
	char at_text[INSTANT_TEXT], id[ID_TEXT];
	uint8_t random[ID_CHANCE];
	int64_t at;

	must(instant_parse("2026-01-05T09:00:00+08:00", &at));
	at += (int64_t)number * MINUTE_MS * 6;
	chance_of(chance, random, sizeof(random));
	snprintf(line, LINE_BYTES,
		"{\"id\":\"%s\",\"kind\":\"visit.made\",\"at\":\"%s\",\"author\":\"m%d\",\"body\":"
		"{\"customer\":\"C%06d\",\"way\":\"visit\",\"observation\":"
		"\"机房已扩容，新楼二月启用；专线带宽白天用满，客户问能否错峰。"
		"联系人换成信息科，约定下月再谈续约。\"}}",
		id_text(id_make(at, random), id), instant_text(at, at_text),
		(int)(bench_chance(chance) % 10), customer);
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

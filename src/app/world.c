#include "app/world.h"
#include "base/date.h"
#include "base/panic.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum result world_now(int64_t *now, struct error *error)
{
	const char *given = getenv("YIBEN_NOW");
	struct timespec clock;

	if (given && *given) {
		if (!instant_parse(given, now))
			return error_refuse(error, "refused.now", "", "value", given, NULL);
		return OK;
	}
	must(clock_gettime(CLOCK_REALTIME, &clock) == 0);
	*now = (int64_t)clock.tv_sec * SECOND_MS + clock.tv_nsec / 1000000;
	return OK;
}

int64_t world_now_again(void *state)
{
	struct error error = { 0 };
	int64_t now;

	(void)state;
	must(world_now(&now, &error) == OK);
	return now;
}

int64_t world_steady_ms(void *state)
{
	struct timespec clock;

	(void)state;
	must(clock_gettime(CLOCK_MONOTONIC, &clock) == 0);
	return (int64_t)clock.tv_sec * SECOND_MS + clock.tv_nsec / 1000000;
}

void chance_init(struct chance *chance)
{
	const char *seed = getenv("YIBEN_SEED");

	*chance = (struct chance){ .seed = seed };
	if (seed && *seed)
		chance->digest = digest_new();
}

void chance_release(struct chance *chance)
{
	if (chance->digest)
		digest_free(chance->digest);
}

void chance_place(struct chance *chance, const uint8_t head[DIGEST_BYTES])
{
	memcpy(chance->place, head, DIGEST_BYTES);
}

void chance_bytes(void *state, uint8_t *bytes, size_t length)
{
	struct chance *chance = state;
	uint8_t hash[DIGEST_BYTES];

	must(chance->digest || getrandom(bytes, length, 0) == (ssize_t)length);
	for (size_t done = 0; chance->digest && done < length; done += DIGEST_BYTES) {
		digest_start(chance->digest);
		digest_add(chance->digest, chance->seed, strlen(chance->seed));
		digest_add(chance->digest, chance->place, sizeof(chance->place));
		digest_add(chance->digest, &chance->count, sizeof(chance->count));
		digest_end(chance->digest, hash);
		chance->count++;
		memcpy(bytes + done, hash,
			length - done < DIGEST_BYTES ? length - done : DIGEST_BYTES);
	}
}

/*
 * The door of the core, on any bytes: each line is an envelope, "+N" lets N hours pass and the
 * clock tick, "=ID" says who writes from here on. Whatever is given, what is refused leaves the
 * head where it was, the chain verifies, and replay equals live.
 */
#include "ledger/ledger.h"

#include "../tests/little_module.h"

#include <stdlib.h>
#include <string.h>

enum { INPUT_BYTES = 16384, HOURS_MOST = 2000, LINES = 60 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct module *const modules[] = { &little_module, NULL };

/* What the envelopes of the seeds speak of. */
static const char *const setting[] = {
	"{\"kind\":\"little.unit\",\"body\":{\"unit\":\"U\",\"name\":\"U\"}}",
	"{\"kind\":\"little.unit\",\"body\":{\"unit\":\"V\",\"name\":\"V\",\"parent\":\"U\"}}",
	"{\"kind\":\"little.staff\",\"body\":{\"staff\":\"zhou\",\"name\":\"Z\"}}",
	"{\"kind\":\"little.staff\",\"body\":{\"staff\":\"chen\",\"name\":\"C\"}}",
	"{\"kind\":\"little.customer\",\"body\":{\"code\":\"C1\",\"name\":\"1\",\"unit\":\"V\"}}",
	"{\"kind\":\"little.customer\",\"body\":{\"code\":\"C2\",\"name\":\"2\"}}",
	"{\"id\":\"01J0000000000000000000000D\",\"kind\":\"document.issued\",\"body\":"
	"{\"title\":\"D\",\"effective\":\"2026-01-01\",\"recipients\":[\"zhou\",\"chen\"]}}",
	"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"calendar.hours\",\"document\":"
	"\"01J0000000000000000000000D\",\"effective\":\"2020-01-01\",\"mark\":\"D\",\"rows\":"
	"[{\"from\":\"09:00\",\"to\":\"18:00\"}]}}",
	"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"duty.limits\",\"document\":"
	"\"01J0000000000000000000000D\",\"effective\":\"2020-01-01\",\"mark\":\"D\",\"rows\":"
	"[{\"what\":\"little.solve\",\"amount\":8,\"limit\":\"working_hours\",\"pauses\":true}]}}",
};

static void chance(void *state, uint8_t *into, size_t length)
{
	uint8_t *next = state;

	for (size_t i = 0; i < length; i++)
		into[i] = (*next)++;
}

static void put(struct ledger *ledger, const struct session *session, const char *line)
{
	uint8_t before[DIGEST_BYTES], after[DIGEST_BYTES];
	int64_t seq = ledger_head(ledger, before);
	struct error error = { 0 };
	struct answer answer;
	json_t *envelope = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	if (!envelope)
		return;
	must(ledger_begin(ledger, &error) == OK);
	must(ledger_append(ledger, session, envelope, &answer, &error) == OK);
	must(ledger_commit(ledger, &error) == OK);
	must(ledger_head(ledger, after) == seq + (answer.status == APPENDED));
	must((memcmp(before, after, DIGEST_BYTES) == 0) == (answer.status != APPENDED));
	json_decref(envelope);
}

static void tick(struct ledger *ledger, struct session *session, const char *line)
{
	struct error error = { 0 };
	int appended;
	long hours = strtol(line, NULL, 10);

	session->now += (hours < 0 ? 0 : hours > HOURS_MOST ? HOURS_MOST : hours) * HOUR_MS;
	must(ledger_begin(ledger, &error) == OK);
	must(ledger_tick(ledger, session, &appended, &error) == OK);
	must(ledger_commit(ledger, &error) == OK);
}

static void holds(struct ledger *ledger)
{
	uint8_t before[DIGEST_BYTES], after[DIGEST_BYTES];
	struct error error = { 0 };
	int64_t entries;

	must(ledger_verify(ledger, &entries, &error) == OK);
	must(entries == ledger_head(ledger, after));
	must(ledger_derived(ledger, before, &error) == OK);
	must(ledger_rebuild(ledger, NULL, NULL, &error) == OK);
	must(ledger_derived(ledger, after, &error) == OK);
	must(memcmp(before, after, DIGEST_BYTES) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char text[INPUT_BYTES + 1], staff[65] = "", *rest = text;
	uint8_t next = 0;
	struct error error = { 0 };
	struct ledger *ledger;
	struct session session = {
		.staff = staff, .login = "fuzz", .chance = chance, .chance_state = &next
	};

	if (size > INPUT_BYTES)
		return 0;
	memcpy(text, bytes, size);
	text[size] = '\0';
	must(instant_parse("2026-03-02T09:00:00+08:00", &session.now));
	must(ledger_open(&ledger, ":memory:", "main", true, modules, &error) == OK);
	for (size_t i = 0; i < COUNT_OF(setting); i++)
		put(ledger, &session, setting[i]);
	for (int i = 0; i < LINES && rest; i++) {
		char *line = strsep(&rest, "\n");
		if (*line == '+')
			tick(ledger, &session, line + 1);
		else if (*line == '=')
			text_copy(staff, sizeof(staff), line + 1);
		else
			put(ledger, &session, line);
	}
	holds(ledger);
	ledger_close(ledger);
	return 0;
}

/*
 * Templates and drafts of summaries, on any bytes: what is refused says so, and what is taken
 * becomes a document and a draft, of which the draft is taken again.
 */
#include "base/asset.h"
#include "derive/summary.h"

#include "../tests/little_module.h"

#include <stdlib.h>
#include <string.h>

enum { INPUT_BYTES = 32768 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct module *const little[] = { &little_module, NULL };
static struct ledger *ledger;
static struct messages *messages;
static struct session session;

static void chance(void *state, uint8_t *into, size_t length)
{
	uint8_t *next = state;

	for (size_t i = 0; i < length; i++)
		into[i] = (*next)++;
}

static void put(const char *text)
{
	struct error error = { 0 };
	struct answer answer;
	json_t *envelope = json_loads(text, 0, NULL);

	must(envelope && ledger_append(ledger, &session, envelope, &answer, &error) == OK);
	must(answer.status == APPENDED);
	json_decref(envelope);
}

/* One book for every input: it is only read. */
static void book_open(void)
{
	static uint8_t next;
	struct error error = { 0 };

	messages = asset_messages();
	session = (struct session){
		.staff = "", .login = "fuzz", .chance = chance, .chance_state = &next
	};
	must(instant_parse("2026-11-24T09:00:00+08:00", &session.now));
	must(ledger_open(&ledger, ":memory:", "main", true, little, &error) == OK);
	must(ledger_begin(ledger, &error) == OK);
	put("{\"kind\":\"little.unit\",\"body\":{\"unit\":\"U\",\"name\":\"U\"}}");
	put("{\"kind\":\"little.customer\",\"body\":{\"code\":\"C1\",\"name\":\"C\",\"unit\":"
	    "\"U\"}}");
	must(ledger_commit(ledger, &error) == OK);
}

/* Make it; the draft it becomes is in `draft`. False where it was refused. */
static bool make(const char *text, size_t length, bool edited, struct buffer *draft)
{
	struct summary_request request = { .name = "fuzz.md",
		.text = text,
		.length = length,
		.edited = edited,
		.reference = "unit:U",
		.now = session.now,
		.messages = messages };
	struct error error = { 0 };
	struct summary *summary;
	struct buffer page;

	must(day_parse("2026-01-01", &request.from) && day_parse("2026-11-24", &request.to));
	if (summary_make(&summary, ledger, &request, &error) != OK) {
		must(error.result == REFUSED && message_find(messages, CHINESE, error.key));
		return false;
	}
	buffer_init(&page, SUMMARY_BYTES);
	error_clear(&error);
	must(summary_write(summary, SUMMARY_HTML, &page, &error) == OK);
	must(summary_write(summary, SUMMARY_DRAFT, draft, &error) == OK);
	buffer_release(&page);
	summary_free(summary);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct buffer draft, again;

	if (size > INPUT_BYTES)
		return 0;
	if (!ledger)
		book_open();
	buffer_init(&draft, SUMMARY_BYTES);
	buffer_init(&again, SUMMARY_BYTES);
	char *text = malloc(size + 1);
	must(text != NULL);
	memcpy(text, bytes, size);
	text[size] = '\0';
	if (make(text, size, false, &draft))
		make(draft.bytes, draft.length, true, &again);
	make(text, size, true, &again);
	buffer_release(&draft);
	buffer_release(&again);
	free(text);
	return 0;
}

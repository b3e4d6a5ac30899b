/* The readers of base, on any bytes: what they accept, written again, reads the same. */
#include "base/buffer.h"
#include "base/date.h"
#include "base/id.h"
#include "base/json.h"
#include "base/money.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { INPUT_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void dates(const char *text)
{
	char day_again[DAY_TEXT], month_again[MONTH_TEXT], instant_again[INSTANT_TEXT];
	int day, month;
	int64_t instant, same;

	if (day_parse(text, &day))
		must(text_equal(day_text(day, day_again), text));
	if (month_parse(text, &month))
		must(text_equal(month_text(month, month_again), text));
	if (instant_parse(text, &instant)) {
		must(instant_parse(instant_text(instant, instant_again), &same));
		must(same == instant);
	}
}

static void money(const char *text)
{
	char plain[MONEY_TEXT], shown[MONEY_TEXT];
	int64_t fen, same;

	if (!money_parse(text, &fen))
		return;
	must(money_parse(money_plain(fen, plain), &same));
	must(same == fen);
	money_show(fen, false, shown);
	money_show(fen, true, shown);
}

static void ids(const char *text)
{
	char again[ID_TEXT];
	struct id id, same;

	if (!id_parse(text, &id))
		return;
	must(id_parse(id_text(id, again), &same));
	must(memcmp(&id, &same, sizeof(id)) == 0);
}

static void folds(const char *text)
{
	char once[INPUT_BYTES + 1], twice[INPUT_BYTES + 1], cut[8];

	text_fold(once, sizeof(once), text);
	text_fold(twice, sizeof(twice), once);
	must(text_equal(once, twice));
	text_trim(once, sizeof(once), text);
	text_trim(twice, sizeof(twice), once);
	must(text_equal(once, twice));
	text_copy(cut, sizeof(cut), text);
	must(text_valid(cut, strlen(cut)));
	must(text_columns(text) <= 2 * text_characters(text));
}

/* Canonical bytes of what jansson reads are read by it, and are canonical already. */
static void canonical(const char *text, size_t length)
{
	json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL), *again;
	struct buffer once, twice;

	if (!value)
		return;
	buffer_init(&once, INPUT_BYTES * 8);
	buffer_init(&twice, INPUT_BYTES * 8);
	if (json_canonical(&once, value)) {
		again = json_loadb(once.bytes, once.length, JSON_REJECT_DUPLICATES, NULL);
		must(again != NULL && json_canonical(&twice, again));
		must(text_equal(once.bytes, twice.bytes));
		json_decref(again);
	}
	buffer_release(&once);
	buffer_release(&twice);
	json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char text[INPUT_BYTES + 1];

	if (size > INPUT_BYTES || memchr(bytes, 0, size))
		return 0;
	if (size)
		memcpy(text, bytes, size);
	text[size] = '\0';
	if (!text_valid(text, size))
		return 0;
	dates(text);
	money(text);
	ids(text);
	folds(text);
	canonical(text, size);
	return 0;
}

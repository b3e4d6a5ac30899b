#include "calendar_pack.h"

#include "base/date.h"

#include <libfyaml.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int day_at(const char *text)
{
	int day;

	if (!day_parse(text, &day))
		fail_msg("not a day: %s", text);
	return day;
}

int64_t instant_at(const char *text)
{
	char day[DAY_TEXT];
	int hour, minute, second = 0, ms = 0;

	snprintf(day, sizeof(day), "%.10s", text);
	if (sscanf(text + 10, " %d:%d:%d.%d", &hour, &minute, &second, &ms) < 2)
		fail_msg("not an instant: %s", text);
	return day_start(day_at(day)) + (int64_t)hour * HOUR_MS + (int64_t)minute * MINUTE_MS +
	       (int64_t)second * SECOND_MS + ms;
}

static const char *item_text(struct fy_node *row, int index)
{
	const char *text = fy_node_get_scalar0(fy_node_sequence_get_by_index(row, index));

	assert_non_null(text);
	return text;
}

static int time_ms(const char *text)
{
	int hour, minute;

	assert_int_equal(sscanf(text, "%d:%d", &hour, &minute), 2);
	return hour * HOUR_MS + minute * MINUTE_MS;
}

static void row_add(struct calendar *calendar, const char *norm, struct fy_node *row, int64_t seq)
{
	struct error error = { 0 };
	enum mark_kind kind;

	if (strcmp(norm, "calendar.days") == 0) {
		kind = strcmp(item_text(row, 2), "workday") == 0 ? MARK_WORKDAY : MARK_HOLIDAY;
		assert_int_equal(
			calendar_mark(calendar, day_at(item_text(row, 0)),
				day_at(item_text(row, 1)), kind, item_text(row, 3), seq, &error),
			OK);
	} else if (strcmp(norm, "calendar.hours") == 0) {
		assert_int_equal(calendar_add_hours(calendar, time_ms(item_text(row, 0)),
					 time_ms(item_text(row, 1)), &error),
			OK);
	} else {
		assert_string_equal(norm, "calendar.known");
		calendar_know(calendar, day_at(item_text(row, 0)));
	}
}

static struct fy_node *sequence_of(struct fy_node *mapping, const char *key)
{
	struct fy_node *node = fy_node_mapping_lookup_by_string(mapping, key, FY_NT);

	assert_true(fy_node_is_sequence(node));
	return node;
}

struct calendar *pack;

int pack_load(void **state)
{
	struct fy_document *file;
	struct fy_node *documents, *document, *norms, *norm, *rows, *row;
	char path[4096];
	const char *source = getenv("YIBEN_SOURCE");
	int64_t seq = 0;

	(void)state;
	pack = calendar_new();
	snprintf(path, sizeof(path), "%s/norms/calendar.yaml", source ? source : ".");
	file = fy_document_build_from_file(NULL, path);
	assert_non_null(file);
	documents = sequence_of(fy_document_root(file), "documents");
	for (void *i = NULL; (document = fy_node_sequence_iterate(documents, &i));) {
		norms = sequence_of(document, "norms");
		for (void *j = NULL; (norm = fy_node_sequence_iterate(norms, &j));) {
			struct fy_node *name =
				fy_node_mapping_lookup_by_string(norm, "norm", FY_NT);

			seq++;
			rows = sequence_of(norm, "rows");
			for (void *k = NULL; (row = fy_node_sequence_iterate(rows, &k));)
				row_add(pack, fy_node_get_scalar0(name), row, seq);
		}
	}
	fy_document_destroy(file);
	return 0;
}

int pack_free(void **state)
{
	(void)state;
	calendar_free(pack);
	return 0;
}

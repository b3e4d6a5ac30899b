#include "derive/summary_select.h"

#include "base/panic.h"

#include <stdlib.h>
#include <string.h>

enum { FULL = 1000, DEVIATIONS_FULL = 3, ENTRIES_HALF = 20, POINTS_FULL = 100 };
/* A product below this is a minor fact: 400 in each of the three. */
enum { WORTH_TELLING = 400 * 400 * 400 };

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

static int capped(int64_t share)
{
	return share > FULL ? FULL : share < 0 ? 0 : (int)share;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t middle(int64_t *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_value);
	if (count % 2)
		return values[count / 2];
	return values[count / 2 - 1] + distance(values[count / 2], values[count / 2 - 1]) / 2;
}

int fact_distinct_peers(int64_t value, const int64_t *peers, size_t count, int64_t *median)
{
	int64_t *values = calloc(count, sizeof(*values));

	must(values != NULL && count > 0);
	memcpy(values, peers, count * sizeof(*values));
	*median = middle(values, count);
	for (size_t i = 0; i < count; i++)
		values[i] = distance(peers[i], *median);
	/* 1.4826 times the median distance estimates a standard deviation. */
	int64_t deviation = middle(values, count) * 14826 / 10000, far = distance(value, *median);
	free(values);
	if (deviation == 0)
		return far == 0 ? 0 : FULL;
	return far / deviation >= DEVIATIONS_FULL
		       ? FULL
		       : capped(far * FULL / (deviation * DEVIATIONS_FULL));
}

int fact_distinct_before(int64_t value, int64_t before, bool share)
{
	int64_t change = distance(value, before), base = before < 0 ? -before : before;

	if (share)
		return capped(change * FULL / POINTS_FULL);
	if (base == 0)
		return change == 0 ? 0 : FULL;
	return change >= base ? FULL : capped(change * 2 * FULL / base);
}

int fact_common(int64_t customers, int64_t all_customers, int64_t entries)
{
	int64_t by_customers = all_customers > 0 ? customers * FULL / all_customers : 0;
	int64_t others = entries > 1 ? entries - 1 : 0;
	int64_t by_entries = others * FULL / (others + ENTRIES_HALF);

	return capped(by_customers > by_entries ? by_customers : by_entries);
}

/* ------------------------------------------------------------------ placing */

/* Pinned first, then by the product; ties by name, so that the order never wavers. */
static int by_rank(const void *a, const void *b)
{
	const struct fact *x = *(struct fact *const *)a, *y = *(struct fact *const *)b;
	bool x_in = x->pin == PIN_IN, y_in = y->pin == PIN_IN;

	if (x_in != y_in)
		return x_in ? -1 : 1;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return strcmp(x->name, y->name);
}

struct room {
	struct fact **facts;
	size_t count;
	int all;
};

static int placed(const struct room *room, int section, enum fact_place place)
{
	int count = 0;

	for (size_t i = 0; i < room->count; i++)
		count += room->facts[i]->section == section && room->facts[i]->place == place;
	return count;
}

static bool left_out(const struct fact *fact)
{
	return fact->pin == PIN_OUT && !fact->breach;
}

static bool may_be_key(const struct fact *fact)
{
	return fact->concrete && !left_out(fact) &&
	       (fact->score >= WORTH_TELLING || fact->pin == PIN_IN);
}

static bool case_told(const struct room *room, const struct fact *fact)
{
	for (size_t i = 0; fact->example && i < room->count; i++) {
		const struct fact *other = room->facts[i];
		if (other->place == PLACE_KEY && other->section == fact->section &&
			other->example == fact->example)
			return true;
	}
	return false;
}

static void place_keys(struct room *room)
{
	for (size_t i = 0; i < room->count && room->all < KEY_FACTS_ALL; i++) {
		struct fact *fact = room->facts[i];
		if (fact->place == PLACE_KEY || !may_be_key(fact) ||
			(case_told(room, fact) && fact->pin != PIN_IN) ||
			placed(room, fact->section, PLACE_KEY) >= KEY_FACTS_SECTION)
			continue;
		fact->place = PLACE_KEY;
		room->all++;
	}
}

/* The strongest concrete breach has its place before anything else is placed. */
static void place_breach(struct room *room)
{
	for (size_t i = 0; i < room->count; i++) {
		struct fact *fact = room->facts[i];
		if (!fact->breach || !fact->concrete)
			continue;
		fact->place = PLACE_KEY;
		room->all++;
		return;
	}
}

static void place_lines(struct room *room)
{
	for (size_t i = 0; i < room->count; i++) {
		struct fact *fact = room->facts[i];
		if (fact->place == PLACE_KEY || left_out(fact))
			continue;
		bool worth = fact->score >= WORTH_TELLING || fact->pin == PIN_IN;
		if (fact->breach ||
			(worth && placed(room, fact->section, PLACE_LINE) < LINE_FACTS_SECTION))
			fact->place = PLACE_LINE;
	}
}

void facts_select(struct fact *const *facts, size_t count)
{
	struct room room = { calloc(count + 1, sizeof(*room.facts)), count, 0 };

	must(room.facts != NULL);
	for (size_t i = 0; i < count; i++) {
		room.facts[i] = facts[i];
		facts[i]->score = (int64_t)facts[i]->distinct * facts[i]->common * facts[i]->fit;
		facts[i]->place = PLACE_APPENDIX;
	}
	qsort(room.facts, count, sizeof(*room.facts), by_rank);
	for (size_t i = 0; i < count; i++)
		room.facts[i]->rank = (int)i + 1;
	place_breach(&room);
	place_keys(&room);
	place_lines(&room);
	free(room.facts);
}

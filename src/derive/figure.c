#include "derive/figure.h"

#include "base/money.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIGURE_BYTES = 1024 };

/* ------------------------------------------------------------------ values */

const char *measure_unit(const struct labels *labels, const struct measure *measure)
{
	static const char *const keys[] = { [PIECES] = "summary.unit.pieces",
		[MONEY] = "summary.unit.money",
		[DAYS] = "summary.unit.days",
		[MINUTES] = "summary.unit.minutes",
		[POINTS] = "summary.unit.points" };
	char key[128];

	if (measure->how == RATIO)
		return "%";
	snprintf(key, sizeof(key), "measure.%s.unit", measure->name);
	const char *own = message_find(labels->messages, labels->language, key);
	return own ? own : message_get(labels->messages, labels->language, keys[measure->quantity]);
}

const char *figure_grouped(struct arena *arena, int64_t number)
{
	char digits[24], text[40];
	size_t length, at = 0;

	snprintf(digits, sizeof(digits), "%" PRId64, number < 0 ? -number : number);
	length = strlen(digits);
	if (number < 0)
		text[at++] = '-';
	for (size_t i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return arena_text(arena, text);
}

/* "12.34万元": in running Chinese no blank stands between a number and its unit. */
static const char *money_words(const struct labels *labels, struct arena *arena, int64_t fen)
{
	char text[MONEY_TEXT], *to = text;

	money_show(fen, labels->language == ENGLISH, text);
	if (labels->language == CHINESE) {
		for (const char *from = text; *from; from++) {
			if (*from != ' ')
				*to++ = *from;
		}
		*to = '\0';
	}
	return arena_text(arena, text);
}

const char *measure_value(const struct labels *labels, struct arena *arena,
	const struct measure *measure, int64_t value)
{
	if (measure->how == RATIO)
		return arena_print(arena, "%" PRId64 ".%" PRId64 "%%", value / 10, value % 10);
	if (measure->quantity == MONEY)
		return money_words(labels, arena, value);
	return arena_print(arena, labels->language == CHINESE ? "%s%s" : "%s %s",
		figure_grouped(arena, value), measure_unit(labels, measure));
}

struct parts {
	const char *value, *met, *all;
};

static const char *part(void *context, const char *name)
{
	const struct parts *parts = context;

	return strcmp(name, "value") == 0 ? parts->value
	       : strcmp(name, "met") == 0 ? parts->met
					  : parts->all;
}

const char *measure_figure(
	const struct labels *labels, struct arena *arena, const struct figure *figure)
{
	const char *value = measure_value(labels, arena, figure->measure, figure->value);
	struct buffer text;

	if (figure->measure->how != RATIO)
		return value;
	struct parts parts = { value, figure_grouped(arena, figure->numerator),
		figure_grouped(arena, figure->n) };
	buffer_init(&text, FIGURE_BYTES);
	message_fill(&text, message_get(labels->messages, labels->language, "summary.ratio"), part,
		&parts);
	value = arena_text(arena, text.bytes);
	buffer_release(&text);
	return value;
}

/* ------------------------------------------------------------------ spans */

static bool whole_months(int from, int to)
{
	return civil_from_day(from).day == 1 && civil_from_day(to + 1).day == 1;
}

struct earlier figure_before(int from, int to)
{
	int days = to - from + 1, months = day_month(to) - day_month(from) + 1;

	if (days <= 7)
		return (struct earlier){ from - 7, to - 7,
			days == 7 ? "summary.before.week" : "summary.before.day" };
	if (whole_months(from, to) && months == 1)
		return (struct earlier){ day_add_months(from, -1), from - 1,
			"summary.before.month" };
	if (months == 1)
		return (struct earlier){ day_add_months(from, -1), day_add_months(to, -1),
			"summary.before.days" };
	if (whole_months(from, to))
		return (struct earlier){ day_add_months(from, -12), day_add_months(to + 1, -12) - 1,
			"summary.before.year" };
	return (struct earlier){ day_add_months(from, -12), day_add_months(to, -12),
		"summary.before.year" };
}

struct earlier figure_before_now(int from, int to, int today)
{
	return figure_before(from, today >= from && today < to ? today : to);
}

const char *day_words(struct arena *arena, int day)
{
	struct civil civil = civil_from_day(day);

	return arena_print(arena, "%d年%d月%d日", civil.year, civil.month, civil.day);
}

const char *period_words(struct arena *arena, int from, int to)
{
	struct civil first = civil_from_day(from), last = civil_from_day(to);

	if (!whole_months(from, to)) {
		if (first.year == last.year)
			return arena_print(arena, "%d年%d月%d日至%d月%d日", first.year, first.month,
				first.day, last.month, last.day);
		return arena_print(arena, "%s至%s", day_words(arena, from), day_words(arena, to));
	}
	if (first.year != last.year)
		return arena_print(arena, "%d年%d月至%d年%d月", first.year, first.month, last.year,
			last.month);
	if (first.month == 1 && last.month == 12)
		return arena_print(arena, "%d年", first.year);
	if (first.month == last.month)
		return arena_print(arena, "%d年%d月", first.year, first.month);
	return arena_print(arena, "%d年%d—%d月", first.year, first.month, last.month);
}

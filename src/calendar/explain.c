#include "calendar/explain.h"
#include "base/date.h"

#include <stdio.h>
#include <string.h>

enum { PART_BYTES = 256 };

/* Names and texts for the slots of a sentence. */
struct slots {
	const char *name[4];
	const char *text[4];
};

static const char *slot_text(void *context, const char *name)
{
	const struct slots *slots = context;

	for (int i = 0; i < 4 && slots->name[i]; i++)
		if (strcmp(slots->name[i], name) == 0)
			return slots->text[i];
	return NULL;
}

/* Where the words come from and go to. */
struct page {
	const struct messages *messages;
	enum language language;
	struct buffer *out;
};

static void page_say(const struct page *page, const char *key, struct slots slots)
{
	message_fill(
		page->out, message_get(page->messages, page->language, key), slot_text, &slots);
}

static void page_number(const struct page *page, const char *key, const char *number)
{
	page_say(page, key, (struct slots){ { "amount" }, { number } });
}

void limit_write(const struct messages *messages, enum language language, struct limit limit,
	struct buffer *out)
{
	struct page page = { messages, language, out };
	char number[16];

	snprintf(number, sizeof(number), "%d", limit.amount);
	page_number(&page, limit_key(limit.unit), number);
}

static void duration_write(const struct page *page, int64_t ms)
{
	static const struct {
		const char *key;
		int64_t ms;
	} units[] = { { "duration.hours", HOUR_MS }, { "duration.minutes", MINUTE_MS } };
	char number[24];
	bool some = false;

	for (int i = 0; i < 2; i++) {
		if (ms / units[i].ms == 0)
			continue;
		snprintf(number, sizeof(number), "%lld", (long long)(ms / units[i].ms));
		if (some && page->language == ENGLISH)
			buffer_char(page->out, ' ');
		page_number(page, units[i].key, number);
		ms %= units[i].ms;
		some = true;
	}
	if (ms == 0 && some)
		return;
	if (some && page->language == ENGLISH)
		buffer_char(page->out, ' ');
	if (ms % SECOND_MS)
		snprintf(number, sizeof(number), "%d.%03d", (int)(ms / SECOND_MS),
			(int)(ms % SECOND_MS));
	else
		snprintf(number, sizeof(number), "%d", (int)(ms / SECOND_MS));
	page_number(page, "duration.seconds", number);
}

void counted_write(const struct messages *messages, enum language language, enum limit_unit unit,
	int64_t counted, struct buffer *out)
{
	struct page page = { messages, language, out };
	char number[24];

	if (!limit_counts_days(unit)) {
		duration_write(&page, counted);
		return;
	}
	snprintf(number, sizeof(number), "%lld", (long long)counted);
	page_number(&page, unit == LIMIT_WORKDAYS ? "duration.workdays" : "duration.days", number);
}

static void day_write(const struct page *page, int day, int year)
{
	char text[DAY_TEXT], key[16];

	day_text(day, text);
	snprintf(key, sizeof(key), "weekday.%d", day_weekday(day));
	buffer_print(page->out, "%s %s", civil_from_day(day).year == year ? text + 5 : text,
		message_get(page->messages, page->language, key));
}

/* An instant within `day`, whose end is 24:00. */
static void time_write(struct buffer *out, int day, int64_t at)
{
	int64_t ms = at - day_start(day);

	buffer_print(out, "%02d:%02d", (int)(ms / HOUR_MS), (int)(ms / MINUTE_MS % 60));
	if (ms % MINUTE_MS)
		buffer_print(out, ":%02d", (int)(ms / SECOND_MS % 60));
	if (ms % SECOND_MS)
		buffer_print(out, ".%03d", (int)(ms % SECOND_MS));
}

/* "02-13 周五 17:20 至 18:00", "11-24 周二 至 11-25 周三", "11-24 周二" */
static void span_write(const struct page *page, const struct stretch *stretch, int year)
{
	int first_day = instant_day(stretch->from);
	bool open = stretch->to == CLOCK_NEVER;
	int last_day = open ? first_day : due_day(stretch->to);
	bool whole = !open && stretch->from == day_start(first_day) &&
		     stretch->to == day_start(last_day + 1);

	day_write(page, first_day, year);
	if (!whole) {
		buffer_char(page->out, ' ');
		time_write(page->out, first_day, stretch->from);
	} else if (first_day == last_day) {
		return;
	}
	buffer_print(page->out, open ? " %s" : " %s ",
		message_get(
			page->messages, page->language, open ? "stretch.onwards" : "stretch.to"));
	if (open)
		return;
	if (first_day != last_day) {
		day_write(page, last_day, year);
		if (!whole)
			buffer_char(page->out, ' ');
	}
	if (!whole)
		time_write(page->out, last_day, stretch->to);
}

void stretch_why_write(const struct messages *messages, enum language language,
	const struct clock *clock, const struct stretch *stretch, struct buffer *out)
{
	struct buffer reason, counted, so_far;
	struct page page = { messages, language, &reason };

	buffer_init(&reason, PART_BYTES);
	buffer_init(&counted, PART_BYTES);
	buffer_init(&so_far, PART_BYTES);
	page_say(&page, stretch_key(stretch->reason),
		(struct slots){ { "name" }, { stretch->name } });
	counted_write(messages, language, clock->limit.unit, stretch->counted, &counted);
	counted_write(messages, language, clock->limit.unit, stretch->so_far, &so_far);
	page.out = out;
	page_say(&page, stretch->counts ? "stretch.why_counted" : "stretch.why",
		(struct slots){ { "reason", "counted", "so_far" },
			{ reason.bytes, counted.bytes, so_far.bytes } });
	if (stretch->provisional)
		buffer_print(out, "%s%s", language == ENGLISH ? " " : "",
			message_get(messages, language, "stretch.provisional"));
	buffer_release(&reason);
	buffer_release(&counted);
	buffer_release(&so_far);
}

void stretch_write(const struct messages *messages, enum language language,
	const struct clock *clock, const struct stretch *stretch, struct buffer *out)
{
	struct buffer span, why;
	struct page page = { messages, language, &span };

	buffer_init(&span, PART_BYTES);
	buffer_init(&why, 4 * PART_BYTES);
	span_write(&page, stretch, civil_from_day(instant_day(clock->start)).year);
	stretch_why_write(messages, language, clock, stretch, &why);
	page.out = out;
	page_say(&page, "stretch.line",
		(struct slots){ { "span", "why" }, { span.bytes, why.bytes } });
	buffer_release(&span);
	buffer_release(&why);
}

/* Unit tests of src/calendar: the words in which a clock is explained. */
#include "calendar/explain.h"
#include "base/date.h"
#include "calendar_pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct messages *messages;

static void read_catalogue(enum language language, const char *name)
{
	char path[4096], text[16384];
	const char *source = getenv("YIBEN_SOURCE");
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "%s/src/calendar/%s", source ? source : ".", name);
	file = fopen(path, "r");
	assert_non_null(file);
	length = fread(text, 1, sizeof(text), file);
	assert_in_range(length, 100, sizeof(text) - 1);
	fclose(file);
	messages_add(messages, language, text, length);
}

static void limits_and_reasons_have_labels(void **state)
{
	(void)state;
	for (int language = 0; language < LANGUAGES; language++) {
		for (int unit = 0; unit < LIMIT_UNITS; unit++)
			assert_non_null(strstr(message_get(messages, (enum language)language,
						       limit_key((enum limit_unit)unit)),
				"{amount}"));
		for (int reason = 0; reason < STRETCH_REASONS; reason++)
			assert_non_null(message_find(messages, (enum language)language,
				stretch_key((enum stretch_reason)reason)));
	}
}

static int words_load(void **state)
{
	pack_load(state);
	messages = messages_new();
	read_catalogue(CHINESE, "zh.txt");
	read_catalogue(ENGLISH, "en.txt");
	return 0;
}

static int words_free(void **state)
{
	pack_free(state);
	messages_free(messages);
	return 0;
}

static void reads(const struct clock *clock, enum language language, const char *expected)
{
	struct arena arena;
	struct buffer lines;
	struct stretch *stretches;
	int count;

	arena_init(&arena, 1 << 20);
	buffer_init(&lines, 1 << 16);
	count = clock_explain(pack, clock, CLOCK_NEVER, &arena, &stretches);
	for (int i = 0; i < count; i++) {
		stretch_write(messages, language, clock, &stretches[i], &lines);
		buffer_char(&lines, '\n');
	}
	assert_string_equal(lines.bytes, expected);
	buffer_release(&lines);
	arena_release(&arena);
}

static void a_worked_saturday_reads_well(void **state)
{
	struct clock clock = { .limit = { LIMIT_WORKING_HOURS, 4 },
		.start = instant_at("2026-02-13 17:20:13.250") };

	(void)state;
	reads(&clock, CHINESE,
		"02-13 周五 17:20:13.250 至 18:00　计时，39分46.750秒，累计39分46.750秒\n"
		"02-13 周五 18:00 至 02-14 周六 09:00　非工作时间\n"
		"02-14 周六 09:00 至 12:00　计时（春节调休上班），3小时，累计3小时39分46.750秒\n"
		"02-14 周六 12:00 至 13:30　午休\n"
		"02-14 周六 13:30 至 "
		"13:50:13.250　计时（春节调休上班），20分13.250秒，累计4小时\n");
	clock.start = instant_at("2026-02-14 17:20");
	clock.limit.amount = 1;
	reads(&clock, ENGLISH,
		"02-14 Sat 17:20 to 18:00: counted (make-up workday for 春节), 40 min, 40 min in "
		"all\n"
		"02-14 Sat 18:00 to 24:00: outside office hours\n"
		"02-15 Sun to 02-23 Mon: holiday: 春节\n"
		"02-24 Tue 00:00 to 09:00: outside office hours\n"
		"02-24 Tue 09:00 to 09:20: counted, 20 min, 1 h in all\n");
}

static void days_read_well(void **state)
{
	struct pause pause = { instant_at("2026-12-29 15:00"), instant_at("2026-12-30 09:00") };
	struct clock clock = { .limit = { LIMIT_WORKDAYS, 4 },
		.start = instant_at("2026-12-25 10:00"),
		.pauses = &pause,
		.pause_count = 1 };

	(void)state;
	reads(&clock, CHINESE,
		"12-25 周五 10:00 至 24:00　起算当天，从次日起计\n"
		"12-26 周六 至 12-27 周日　周末\n"
		"12-28 周一　计时，1个工作日，累计1个工作日\n"
		"12-29 周二　暂停\n"
		"12-30 周三 至 12-31 周四　计时，2个工作日，累计3个工作日\n"
		"2027-01-01 周五　元旦放假（暂定，待放假通知）\n"
		"2027-01-02 周六 至 2027-01-03 周日　周末（暂定，待放假通知）\n"
		"2027-01-04 周一　计时，1个工作日，累计4个工作日（暂定，待放假通知）\n");
	pause.to = CLOCK_NEVER;
	clock.limit = (struct limit){ LIMIT_NATURAL_DAYS, 4 };
	reads(&clock, ENGLISH,
		"12-25 Fri 10:00 to 24:00: the day of the start; days count from the next\n"
		"12-26 Sat to 12-28 Mon: counted, 3 d, 3 d in all\n"
		"12-29 Tue 00:00 onwards: paused\n");
}

static void amounts_read_well(void **state)
{
	static const struct {
		enum limit_unit unit;
		int64_t counted;
		const char *zh, *en;
	} cases[] = {
		{ LIMIT_HOURS, 0, "0秒", "0 s" },
		{ LIMIT_HOURS, 5, "0.005秒", "0.005 s" },
		{ LIMIT_HOURS, HOUR_MS + SECOND_MS, "1小时1秒", "1 h 1 s" },
		{ LIMIT_WORKING_MINUTES, 100 * HOUR_MS, "100小时", "100 h" },
		{ LIMIT_MONTHS, 181, "181天", "181 d" },
		{ LIMIT_WORKDAYS, 5, "5个工作日", "5 workdays" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int language = 0; language < LANGUAGES; language++) {
			struct buffer out;

			buffer_init(&out, 256);
			counted_write(messages, (enum language)language, cases[i].unit,
				cases[i].counted, &out);
			assert_string_equal(
				out.bytes, language == CHINESE ? cases[i].zh : cases[i].en);
			buffer_clear(&out);
			limit_write(messages, (enum language)language,
				(struct limit){ LIMIT_WORKING_HOURS, 4 }, &out);
			assert_string_equal(
				out.bytes, language == CHINESE ? "4个工作小时" : "4 working hours");
			buffer_release(&out);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_and_reasons_have_labels),
		cmocka_unit_test(a_worked_saturday_reads_well),
		cmocka_unit_test(days_read_well),
		cmocka_unit_test(amounts_read_well),
	};

	return cmocka_run_group_tests(tests, words_load, words_free);
}

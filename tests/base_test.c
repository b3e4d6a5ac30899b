/* Unit tests of src/base: dates, ids, text, money, JSON, messages. */
#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"
#include "base/id.h"
#include "base/json.h"
#include "base/map.h"
#include "base/messages.h"
#include "base/money.h"
#include "base/text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void days_agree_with_the_c_library(void **state)
{
	(void)state;
	for (int day = -25000; day < 84000; day++) {
		time_t seconds = (time_t)day * 86400;
		struct tm tm;
		gmtime_r(&seconds, &tm);
		struct civil civil = civil_from_day(day);
		assert_int_equal(civil.year, tm.tm_year + 1900);
		assert_int_equal(civil.month, tm.tm_mon + 1);
		assert_int_equal(civil.day, tm.tm_mday);
		assert_int_equal(day_from_civil(civil), day);
		assert_int_equal(day_weekday(day) % 7, tm.tm_wday);
	}
}

static void months_clamp_at_their_end(void **state)
{
	int day, expected;

	(void)state;
	assert_true(day_parse("2026-08-31", &day));
	assert_true(day_parse("2027-02-28", &expected));
	assert_int_equal(day_add_months(day, 6), expected);
	assert_true(day_parse("2028-02-29", &expected));
	assert_int_equal(day_add_months(day, 18), expected);
}

static void instants_read_and_write(void **state)
{
	static const char *const good[][2] = {
		{ "2026-11-24T09:00:00+08:00", "2026-11-24T09:00:00+08:00" },
		{ "2026-11-24T01:00Z", "2026-11-24T09:00:00+08:00" },
		{ "2026-11-23T23:30:00.5-01:30", "2026-11-24T09:00:00.500+08:00" },
	};
	static const char *const bad[] = { "2026-11-24", "2026-11-24T24:00Z", "2026-13-01T00:00Z",
		"2026-02-29T00:00Z", "2026-11-24T09:00:00", "2026-11-24T09:00:00.1234Z",
		"2026-11-24T09:00:00Zx", "1899-12-31T00:00Z", "" };
	char text[INSTANT_TEXT];
	int64_t instant;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(instant_parse(good[i][0], &instant));
		assert_string_equal(instant_text(instant, text), good[i][1]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(instant_parse(bad[i], &instant));
	assert_true(instant_parse("2026-11-23T23:59:59.999+08:00", &instant));
	assert_int_equal(instant_day(instant) + 1, instant_day(instant + 1));
	assert_int_equal(day_start(instant_day(instant + 1)), instant + 1);
}

static void ids_round_trip_and_sort_by_time(void **state)
{
	static const uint8_t chance[ID_CHANCE] = { 255, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct id a = id_make(1000, chance), b = id_make(1001, chance), back;
	char text[ID_TEXT];

	(void)state;
	assert_true(memcmp(&a, &b, sizeof(a)) < 0);
	assert_true(id_parse(id_text(a, text), &back));
	assert_memory_equal(&a, &back, sizeof(a));
	assert_true(id_parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", &back));
	assert_string_equal(id_text(back, text), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
	assert_false(id_parse("8ZZZZZZZZZZZZZZZZZZZZZZZZZ", &back));
	assert_false(id_parse("7ZZZZZZZZZZZZZZZZZZZZZZZZ", &back));
	assert_false(id_parse("7ZZZZZZZZZZZZZZZZZZZZZZZZU", &back));
	a = id_derive(5, "main/tick/1");
	b = id_derive(5, "main/tick/1");
	assert_memory_equal(&a, &b, sizeof(a));
}

static void money_reads_what_people_type(void **state)
{
	static const struct {
		const char *text;
		int64_t fen;
	} good[] = { { "12.4万元", 12400000 }, { "¥1,234.50", 123450 }, { "-80", -8000 },
		{ "１２元", 1200 }, { "1.02亿", 10200000000 }, { "0.005", 1 },
		{ "3.4000000001", 340 }, { " 7 元 ", 700 }, { "0.1", 10 }, { "￥-5.5", -550 } };
	static const char *const bad[] = { "", "元", "12.3.4", "abc", "1e5", "--5", "5 块" };
	char text[MONEY_TEXT];
	int64_t fen;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(money_parse(good[i].text, &fen));
		assert_int_equal(fen, good[i].fen);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(money_parse(bad[i], &fen));
	assert_string_equal(money_show(864050, false, text), "8,640.50 元");
	assert_string_equal(money_show(12340000, false, text), "12.34 万元");
	assert_string_equal(money_show(-10200000000, false, text), "-1.02 亿元");
	assert_string_equal(money_show(12345678901, true, text), "123,456,789.01 yuan");
}

static void text_is_checked_and_folded(void **state)
{
	char to[64];

	(void)state;
	assert_true(text_valid("清波精铸", 12));
	assert_false(text_valid("\xE6\xB8", 2));
	assert_false(text_valid("\xC0\x80", 2));
	assert_false(text_valid("\xED\xA0\x80", 3));
	text_fold(to, sizeof(to), "　客户 名称（ＡＢ）\t");
	assert_string_equal(to, "客户名称(ab)");
	text_trim(to, sizeof(to), "　 王 总 　");
	assert_string_equal(to, "王 总");
	text_copy(to, 5, "清波");
	assert_string_equal(to, "清");
	assert_int_equal(text_columns("a清"), 3);
}

static void integers_are_written_as_the_c_library_writes_them(void **state)
{
	static const int64_t some[] = { 0, 1, -1, 9, 10, -10, 99, 100, 4096, -9007199254740991,
		9007199254740991, INT64_MAX, INT64_MIN };
	char text[INTEGER_TEXT], expected[32];

	(void)state;
	for (size_t i = 0; i < sizeof(some) / sizeof(*some); i++) {
		int64_t back;
		snprintf(expected, sizeof(expected), "%" PRId64, some[i]);
		assert_string_equal(integer_text(some[i], text), expected);
		assert_true(text_integer(text, &back));
		assert_true(back == some[i]);
	}
}

static void canonical_json_sorts_and_refuses(void **state)
{
	static const char *const refused[] = { "{\"a\":1.5}", "{\"a\":null}",
		"{\"a\":9007199254740992}", "{\"é\":1}" };
	struct buffer out;
	json_t *value = json_loads("{\"b\":[1,true,\"x\\u0001\\n\"],\"a\":\"清\"}", 0, NULL);

	(void)state;
	buffer_init(&out, 4096);
	assert_true(json_canonical(&out, value));
	assert_string_equal(out.bytes, "{\"a\":\"清\",\"b\":[1,true,\"x\\u0001\\n\"]}");
	json_decref(value);
	for (size_t i = 0; i < 4; i++) {
		value = json_loads(refused[i], 0, NULL);
		assert_false(json_canonical(&out, value));
		json_decref(value);
	}
	buffer_release(&out);
}

static void messages_name_the_field(void **state)
{
	static const char zh[] =
		"refused.too_long = {field}太长：最多{max}个字\nfield.name = 名称\n";
	struct messages *messages = messages_new();
	struct error error = { 0 };
	struct buffer out;

	(void)state;
	buffer_init(&out, 4096);
	messages_add(messages, CHINESE, zh, strlen(zh));
	error_refuse(&error, "refused.too_long", "name", "max", "120", NULL);
	error_place(&error, "客户!B%d", 7);
	message_error(messages, CHINESE, &error, &out);
	assert_string_equal(out.bytes, "客户!B7：名称太长：最多120个字");
	buffer_release(&out);
	messages_free(messages);
}

/* Keys of any bytes, some a part of others, through every size it grows to. */
static void a_map_finds_what_was_put(void **state)
{
	enum { MOST = 5000 };
	static int values[MOST];
	struct map map;
	const void *value;
	char key[16];

	(void)state;
	map_init(&map, 1 << 20);
	assert_false(map_find(&map, "", 0, &value));
	for (int i = 0; i < MOST; i++) {
		size_t length = (size_t)snprintf(key, sizeof(key), "%c%x", 0, (unsigned)i);
		assert_false(map_find(&map, key, length, NULL));
		map_add(&map, key, length, &values[i]);
	}
	memset(key, 'x', sizeof(key)); /* it keeps keys of its own */
	assert_int_equal(map.count, MOST);
	for (int i = 0; i < MOST; i++) {
		size_t length = (size_t)snprintf(key, sizeof(key), "%c%x", 0, (unsigned)i);
		assert_true(map_find(&map, key, length, &value));
		assert_ptr_equal(value, &values[i]);
	}
	map_clear(&map);
	assert_false(map_find(&map, key, 2, NULL));
	map_release(&map);
}

static void a_full_buffer_says_so(void **state)
{
	struct buffer out;

	(void)state;
	buffer_init(&out, 5);
	buffer_text(&out, "12345");
	assert_false(out.full);
	buffer_char(&out, '6');
	assert_true(out.full);
	assert_string_equal(out.bytes, "12345");
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_agree_with_the_c_library),
		cmocka_unit_test(months_clamp_at_their_end),
		cmocka_unit_test(instants_read_and_write),
		cmocka_unit_test(ids_round_trip_and_sort_by_time),
		cmocka_unit_test(money_reads_what_people_type),
		cmocka_unit_test(text_is_checked_and_folded),
		cmocka_unit_test(integers_are_written_as_the_c_library_writes_them),
		cmocka_unit_test(canonical_json_sorts_and_refuses),
		cmocka_unit_test(messages_name_the_field),
		cmocka_unit_test(a_map_finds_what_was_put),
		cmocka_unit_test(a_full_buffer_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

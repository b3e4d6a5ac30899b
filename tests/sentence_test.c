/* Entries in words, by a catalogue of this test's own. */
#include "little_book.h"

#include "base/asset.h"
#include "derive/sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char chinese[] =
	"kind.little.visit = 走访\n"
	"kind.little.figures = 收入\n"
	"field.little.figures.source = 出处\n"
	"sentence.little.visit = 走访{customer}[（见到{person}）]：{note}[，用时{minutes}分钟]"
	"[，答应的事{promise_due}前办好[，由{nobody}督办]]\n"
	"sentence.little.kept = {author}做到了{promise}\n"
	"name.little.visit = {at}对{customer}的走访\n"
	"sentence.little.solved = {problem}已解决，满意：{satisfied}\n";
static const char english[] = "sentence.little.visit = Visited {customer}[ until {promise_due}]\n";

struct words {
	struct test_book book;
	struct reader reader;
	struct messages *messages;
};

static int setup(void **state)
{
	static struct words words;

	little_book_open(&words.book);
	words.messages = asset_messages();
	messages_add(words.messages, CHINESE, chinese, strlen(chinese));
	messages_add(words.messages, ENGLISH, english, strlen(english));
	words.reader = (struct reader){ { words.messages, CHINESE }, words.book.ledger };
	*state = &words;
	return 0;
}

static int teardown(void **state)
{
	struct words *words = *state;

	messages_free(words->messages);
	test_book_close(&words->book);
	return 0;
}

static void assert_sentence(struct words *words, const char *id, const char *expected)
{
	struct error error = { 0 };
	struct buffer out;
	struct arena arena;
	struct entry entry;

	arena_init(&arena, 1 << 20);
	buffer_init(&out, 1 << 16);
	assert_int_equal(ledger_entry(words->book.ledger, &arena,
				 ledger_find(words->book.ledger, id), &entry, NULL, &error),
		OK);
	sentence_write(&words->reader, &entry, &out);
	assert_string_equal(out.bytes, expected);
	entry_release(&entry);
	buffer_release(&out);
	arena_release(&arena);
}

static void what_was_not_said_is_left_out(void **state)
{
	struct words *words = *state;

	assert_sentence(words,
		test_put(&words->book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
				       "{\"customer\":\"C1\",\"note\":\"机房搬迁\"}}"),
		"走访客户1：机房搬迁");
	assert_sentence(words,
		test_put(&words->book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
				       "{\"customer\":\"C1\",\"note\":\"机房搬迁\",\"minutes\":40,"
				       "\"promise_due\":\"2026-03-09\"}}"),
		"走访客户1：机房搬迁，用时40分钟，答应的事2026年3月9日前办好");
}

static void persons_are_masked(void **state)
{
	struct words *words = *state;

	assert_sentence(words,
		test_put(&words->book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
				       "{\"customer\":\"C2\",\"note\":\"13800001234\","
				       "\"person\":\"王工13800001234，分机8801，0551-6677889\"}}"),
		"走访客户2（见到王工138****1234，分机8801，055*-***7889）：13800001234");
}

static void entries_and_cases_are_called_by_name(void **state)
{
	struct words *words = *state;
	char id[ID_TEXT], text[ID_TEXT + 200];

	text_copy(id, sizeof(id),
		test_put(&words->book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
				       "{\"customer\":\"C1\",\"note\":\"x\","
				       "\"promise_due\":\"2027-03-09\"}}"));
	struct error error = { 0 };
	struct arena arena;
	struct entry entry;
	struct buffer day;

	arena_init(&arena, 1 << 20);
	buffer_init(&day, 100);
	assert_int_equal(ledger_entry(words->book.ledger, &arena,
				 ledger_find(words->book.ledger, id), &entry, NULL, &error),
		OK);
	sentence_day(&words->reader, instant_day(entry.at), &day);
	snprintf(text, sizeof(text), "周岚做到了%s对客户1的走访", day.bytes);
	assert_sentence(words,
		test_put(&words->book,
			"{\"kind\":\"little.kept\",\"author\":\"zhou\","
			"\"body\":{\"promise\":\"%s\"}}",
			id),
		text);
	text_copy(id, sizeof(id),
		test_put(&words->book, "{\"kind\":\"little.problem\",\"author\":\"zhou\",\"body\":"
				       "{\"customer\":\"C1\",\"matter\":\"断线\"}}"));
	snprintf(text, sizeof(text), "%s的little.problem已解决，满意：否", day.bytes);
	assert_sentence(words,
		test_put(&words->book,
			"{\"kind\":\"little.solved\",\"author\":\"zhou\","
			"\"body\":{\"problem\":\"%s\",\"satisfied\":false}}",
			id),
		text);
	entry_release(&entry);
	buffer_release(&day);
	arena_release(&arena);
}

static void a_kind_without_a_sentence_is_told_by_its_fields(void **state)
{
	struct words *words = *state;

	assert_sentence(words,
		test_put(&words->book, "{\"kind\":\"little.figures\",\"author\":\"zhou\",\"body\":"
				       "{\"source\":\"BOSS\",\"rows\":[{\"customer\":\"C1\","
				       "\"month\":\"2026-01\",\"amount\":123450}]}}"),
		"收入：出处BOSS");
}

static void a_language_of_its_own(void **state)
{
	struct words *words = *state;
	const char *id = test_put(&words->book,
		"{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":{\"customer\":\"C3\","
		"\"note\":\"x\",\"promise_due\":\"2026-03-09\"}}");

	words->reader.labels.language = ENGLISH;
	assert_sentence(words, id, "Visited 客户3 until 2026-03-09");
	words->reader.labels.language = CHINESE;
}

static void values_as_people_write_them(void **state)
{
	static const struct {
		struct field field;
		const char *value, *expected;
	} values[] = {
		{ { "amount", FIELD_MONEY }, "123450", "1,234.50 元" },
		{ { "month", FIELD_MONTH }, "\"2026-03\"", "2026年3月" },
		{ { "at", FIELD_INSTANT }, "\"2026-03-01T09:05:00+08:00\"", "2026年3月1日 09:05" },
		{ { "period", FIELD_CHOICE }, "\"half_year\"", "半年" },
		{ { "norm", FIELD_CODE }, "\"duty.limits\"", "时限标准" },
		{ { "norm", FIELD_CODE }, "\"no.such\"", "no.such" },
		{ { "ref", FIELD_OBJECT }, "\"unit:V\"", "澜州" },
		{ { "ref", FIELD_OBJECT }, "\"unit:none\"", "unit:none" },
		{ { "staff", FIELD_STAFF, LIST }, "[\"zhou\",\"chen\"]", "周岚、陈恕" },
		{ { "flag", FIELD_BOOL }, "true", "是" },
	};
	struct words *words = *state;

	for (size_t i = 0; i < COUNT_OF(values); i++) {
		struct buffer out;
		json_t *value = json_loads(values[i].value, JSON_DECODE_ANY, NULL);
		buffer_init(&out, 1000);
		sentence_value(&words->reader, "little.x", &values[i].field, value, &out);
		assert_string_equal(out.bytes, values[i].expected);
		buffer_release(&out);
		json_decref(value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_said_is_left_out),
		cmocka_unit_test(persons_are_masked),
		cmocka_unit_test(entries_and_cases_are_called_by_name),
		cmocka_unit_test(a_kind_without_a_sentence_is_told_by_its_fields),
		cmocka_unit_test(a_language_of_its_own),
		cmocka_unit_test(values_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

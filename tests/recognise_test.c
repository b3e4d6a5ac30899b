/*
 * One sentence becomes a form: by the table of sentences that the app's own recogniser is held
 * against too, and by sentences put together by chance from parts whose meaning is known.
 */
#include "ledger_book.h"

#include "base/asset.h"
#include "base/file.h"
#include "derive/recognise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const struct module *const modules[];

enum { TABLE_BYTES = 256 * 1024, SENTENCES = 3000, LONG = 4000 };

static struct test_book book;
static struct search *search;
static struct messages *messages;
static json_t *table;

static const char *member(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static int set_up(void **state)
{
	const char *source = getenv("YIBEN_SOURCE");
	struct error error = { 0 };
	struct buffer bytes;
	char path[1000];
	size_t i;
	json_t *one;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/recognise.json", source ? source : ".");
	buffer_init(&bytes, TABLE_BYTES);
	assert_int_equal(file_read(path, &bytes, &error), OK);
	table = json_loads(bytes.bytes, 0, NULL);
	buffer_release(&bytes);
	messages = asset_messages();
	search = search_new();
	test_book_open(&book, modules);
	json_array_foreach(json_object_get(table, "customers"), i, one) test_put(&book,
		"{\"kind\":\"customer\",\"body\":{\"code\":\"%s\",\"name\":\"%s\"}}",
		member(one, "code"), member(one, "name"));
	json_array_foreach(json_object_get(table, "persons"), i, one) test_put(&book,
		"{\"kind\":\"customer.person\",\"body\":{\"customer\":\"%s\","
		"\"person\":\"%s\",\"name\":\"%s\"}}",
		member(one, "customer"), member(one, "person"), member(one, "name"));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	search_free(search);
	messages_free(messages);
	test_book_close(&book);
	json_decref(table);
	return 0;
}

static struct recognising asking(const char *text)
{
	int today;

	assert_true(day_parse(member(table, "today"), &today));
	return (struct recognising){ .search = search,
		.ledger = book.ledger,
		.messages = messages,
		.text = text,
		.today = today };
}

static struct recognised understood(const struct recognising *recognising)
{
	struct recognised recognised;
	struct error error = { 0 };

	assert_int_equal(recognise(recognising, &recognised, &error), OK);
	return recognised;
}

/* ------------------------------------------------------------------ the table */

/* What is said of a field, under the name that the table gives it: "" for nothing. */
static const char *said_of(const struct recognised *recognised, const char *what)
{
	static const struct {
		const char *what, *fields[2];
	} names[] = { { "customer", { "customer" } }, { "who", { "with", "by" } },
		{ "due", { "day", "due" } }, { "way", { "way" } } };
	const char *text = NULL;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		for (int k = 0; k < 2 && strcmp(names[i].what, what) == 0; k++) {
			const char *field = names[i].fields[k];
			text = text || !field ? text : member(recognised->body, field);
		}
	}
	return text ? text : "";
}

static bool as_expected(const struct recognised *recognised, json_t *row)
{
	static const char *const fields[] = { "customer", "who", "due", "way" };
	const char *kind = member(row, "kind"), *day = member(row, "day");
	char text[DAY_TEXT] = "";
	bool right = true;

	if (recognised->day)
		day_text(recognised->day, text);
	right = right &&
		strcmp(kind ? kind : "", recognised->kind ? recognised->kind->name : "") == 0;
	right = right && strcmp(day ? day : "", text) == 0;
	right = right && recognised->sure == json_is_true(json_object_get(row, "sure"));
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const char *expected = member(row, fields[i]);
		right = right &&
			strcmp(expected ? expected : "", said_of(recognised, fields[i])) == 0;
	}
	return right;
}

static void sentences_mean_what_the_table_says(void **state)
{
	size_t i;
	json_t *row;
	int wrong = 0;

	(void)state;
	json_array_foreach(json_object_get(table, "sentences"), i, row)
	{
		struct recognising one = asking(member(row, "text"));
		struct recognised recognised = understood(&one);
		if (!as_expected(&recognised, row)) {
			char *body = json_dumps(recognised.body, JSON_SORT_KEYS);
			print_message("%s: %s %s day %d%s\n", one.text,
				recognised.kind ? recognised.kind->name : "-", body, recognised.day,
				recognised.sure ? " sure" : "");
			free(body);
			wrong++;
		}
		recognised_release(&recognised);
	}
	assert_true(i >= 40);
	assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------ by chance */

static const struct {
	const char *word, *kind;
} verbs[] = { { "拜访", "visit.made" }, { "走访了", "visit.made" }, { "去了", "visit.made" },
	{ "visited ", "visit.made" }, { "打电话给", "visit.made" } };
static const struct {
	const char *word;
	int days;
} days[] = { { "今天", 0 }, { "昨天", -1 }, { "前天", -2 }, { "yesterday ", -1 }, { "", 0 } };
static const char *const talk[] = { "，一切都好", "，设备正常，无投诉", " 问了报价", "",
	"，他们在忙搬家", ", all is well" };
static const char *const met[] = { "王总", "李主任", "张建国经理", "" };

/* Whatever customer, day, word and person are put together, they are found again. */
static void parts_put_together_are_found_again(void **state)
{
	char text[600];
	json_t *customers = json_object_get(table, "customers");

	(void)state;
	for (int i = 0; i < SENTENCES; i++) {
		json_t *customer = json_array_get(
			customers, (size_t)test_below(&book, (int)json_array_size(customers)));
		int verb = test_below(&book, COUNT_OF(verbs)),
		    day = test_below(&book, COUNT_OF(days));
		const char *who = met[test_below(&book, COUNT_OF(met))];
		snprintf(text, sizeof(text), "%s%s%s%s%s%s", days[day].word, verbs[verb].word,
			member(customer, "name"), talk[test_below(&book, COUNT_OF(talk))],
			*who ? "，" : "", who);
		struct recognising one = asking(text);
		struct recognised got = understood(&one);
		if (!got.kind || strcmp(got.kind->name, verbs[verb].kind) != 0 || !got.sure ||
			strcmp(said_of(&got, "customer"), member(customer, "code")) != 0 ||
			strcmp(said_of(&got, "who"), who) != 0 ||
			got.day != (days[day].days ? one.today + days[day].days : 0))
			fail_msg("%s: %s", text, json_dumps(got.body, 0));
		assert_string_equal(member(got.body, "observation"), text);
		recognised_release(&got);
	}
}

/* Nothing that is typed makes it fail, and what it answers could be written. */
static void any_text_is_borne(void **state)
{
	static const char *const parts[] = { "拜访", "今天", "11月", "3日", "清波", "王", "总",
		"99", "年", "周", "五", "上", "  ", "，", "é", "😀", "next", "week", "Mr",
		"KH-00012", "-", "日", "\xEF\xBC\xA1", "有限公司", "2026-11-", "31" };
	char text[400];

	(void)state;
	for (int i = 0; i < SENTENCES; i++) {
		size_t length = 0;
		for (int k = test_below(&book, 12); k >= 0; k--)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s",
				parts[test_below(&book, COUNT_OF(parts))]);
		struct recognising one = asking(text);
		struct recognised got = understood(&one);
		assert_true(!got.sure || (got.kind && json_object_size(got.body) > 0));
		assert_true(!got.day || got.day < one.today);
		recognised_release(&got);
	}
}

static void a_long_text_is_refused(void **state)
{
	char text[LONG + 1];
	struct recognised recognised;
	struct error error = { 0 };

	(void)state;
	memset(text, 'a', LONG);
	text[LONG] = '\0';
	struct recognising one = asking(text);
	assert_int_equal(recognise(&one, &recognised, &error), REFUSED);
}

/* ------------------------------------------------------------------ who asks */

static bool only_c2(void *context, const char *type, const char *id)
{
	(void)context;
	(void)type;
	return strcmp(id, "C2") == 0;
}

/* What is out of sight is not there: it is not found, and does not make another doubtful. */
static void what_is_not_seen_is_not_meant(void **state)
{
	static const struct {
		const char *text, *customer;
	} cases[] = { { "今天拜访清波", "C2" }, { "今天拜访清波精铸", "C2" }, { "见到王建国", "" },
		{ "拜访KH-00012", "" }, { "拜访临湖中学", "" } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct recognising one = asking(cases[i].text);
		one.may = only_c2;
		struct recognised got = understood(&one);
		assert_string_equal(said_of(&got, "customer"), cases[i].customer);
		recognised_release(&got);
	}
}

/* A merged customer is meant by its old name, and leads to the one that stands for it. */
static void a_merged_customer_leads_on(void **state)
{
	(void)state;
	test_put(&book, "{\"kind\":\"customer\",\"body\":{\"code\":\"M1\",\"name\":\"青禾纺织\"}}");
	test_put(&book,
		"{\"kind\":\"customer\",\"body\":{\"code\":\"M2\",\"name\":\"青禾纺织厂\"}}");
	test_put(&book,
		"{\"kind\":\"customer.merged\",\"body\":{\"customer\":\"M1\",\"into\":\"M2\","
		"\"reason\":\"一家\"}}");
	struct recognising one = asking("今天拜访青禾纺织");
	struct recognised got = understood(&one);
	assert_string_equal(said_of(&got, "customer"), "M2");
	recognised_release(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_mean_what_the_table_says),
		cmocka_unit_test(parts_put_together_are_found_again),
		cmocka_unit_test(any_text_is_borne),
		cmocka_unit_test(a_long_text_is_refused),
		cmocka_unit_test(what_is_not_seen_is_not_meant),
		cmocka_unit_test(a_merged_customer_leads_on),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

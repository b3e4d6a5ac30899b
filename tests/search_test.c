/*
 * Search by name against looking at every name with other means: the readings taken from the
 * text of their table, the order from sorting; and following a book against reading it anew.
 */
#include "ledger_book.h"

#include "app/demo_names.h"
#include "base/asset.h"
#include "derive/readings.h"
#include "derive/search.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const struct module *const modules[];

enum { FIRMS = 180, GIVEN_BYTES = 64 * 1024, ROUNDS = 120 };

__attribute__((format(printf, 3, 4))) static void add(
	char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list values;

	va_start(values, format);
	vsnprintf(text + used, size - used, format, values);
	va_end(values);
}

/* What a question gave, a line each: "customer:C1", "person customer:C1 王总". */
struct given {
	char text[GIVEN_BYTES];
};

static void note(void *context, const struct found *found)
{
	struct given *given = context;
	bool person = text_equal(found->type, "person");

	add(given->text, sizeof(given->text), "%s%s%s%s%s%s%s%s\n", person ? "person " : "",
		found->ref, person ? " " : "", person ? found->name : "",
		found->merged ? " was " : "", found->merged ? found->merged : "",
		found->text ? " by " : "", found->text ? found->text : "");
}

static const char *asked(struct test_book *book, struct search *search, struct question question)
{
	static struct given given;
	struct error error = { 0 };

	given = (struct given){ 0 };
	if (!question.limit)
		question.limit = SEARCH_MOST;
	search_find(search, book->ledger, &question, note, &given, &error);
	assert_int_equal(error.result, OK);
	return given.text;
}

#define assert_finds(book, search, what, expected)                                                 \
	assert_string_equal(asked(book, search, (struct question){ .text = (what) }), expected)

/* ------------------------------------------------------------------ other means */

static struct {
	char code[16], name[DEMO_NAME];
} firms[FIRMS];

/* Every syllable of a character, from the table's text: " chang zhang ". */
static const char *syllables_of(const char *character, size_t bytes)
{
	static struct {
		char character[8], syllables[80];
	} known[2048];
	const char *table = asset_find("derive/readings.txt")->bytes;
	int i = 0;

	for (; *known[i].character; i++) {
		if (strlen(known[i].character) == bytes &&
			memcmp(known[i].character, character, bytes) == 0)
			return known[i].syllables;
	}
	must(i + 1 < (int)COUNT_OF(known));
	memcpy(known[i].character, character, bytes);
	add(known[i].syllables, sizeof(known[i].syllables), " ");
	for (const char *line = table; *line; line = strchr(line, '\n') + 1) {
		char *copy = strndup(line, strcspn(line, "\n"));
		char *space = strchr(copy, ' ');
		if (*copy != '#' && strstr(space, known[i].character)) {
			*space = '\0';
			add(known[i].syllables, sizeof(known[i].syllables), "%s ", copy);
		}
		free(copy);
	}
	return known[i].syllables;
}

/* One character after another takes the beginning of one of its syllables. */
static bool reads(const char *typed, const char *name)
{
	const char *after = name;

	if (!*typed)
		return true;
	if (!text_next(&after))
		return false;
	if ((size_t)(after - name) == 1)
		return *typed == *name && reads(typed + 1, after);
	const char *syllables = syllables_of(name, (size_t)(after - name));
	for (size_t taken = 1; taken <= strlen(typed) && taken <= 6; taken++) {
		char wanted[12];
		snprintf(wanted, sizeof(wanted), " %.*s", (int)taken, typed);
		if (strstr(syllables, wanted) && reads(typed + taken, after))
			return true;
	}
	return false;
}

struct place {
	int at, length; /* twice the characters before it, one more for pinyin */
	const char *code;
};

static int by_place(const void *a, const void *b)
{
	const struct place *one = a, *other = b;

	if (one->at != other->at)
		return one->at - other->at;
	if (one->length != other->length)
		return one->length - other->length;
	return strcmp(one->code, other->code);
}

static int place_in(const char *name, const char *text)
{
	int place = 0;

	for (const char *at = name; *at; place += 2) {
		if (strncmp(at, text, strlen(text)) == 0)
			return place;
		if ((unsigned char)*text < 0x80 && reads(text, at))
			return place + 1;
		text_next(&at);
	}
	return -1;
}

static const char *expected(const char *text)
{
	static char lines[GIVEN_BYTES];
	struct place places[FIRMS];
	int count = 0;

	for (int i = 0; i < FIRMS; i++) {
		int at = place_in(firms[i].name, text);
		if (at >= 0)
			places[count++] = (struct place){ at, (int)text_characters(firms[i].name),
				firms[i].code };
	}
	qsort(places, (size_t)count, sizeof(*places), by_place);
	*lines = '\0';
	for (int i = 0; i < count && i < SEARCH_MOST; i++)
		add(lines, sizeof(lines), "customer:%s\n", places[i].code);
	return lines;
}

/* ------------------------------------------------------------------ the book of firms */

static void append(struct test_book *book, json_t *envelope)
{
	struct error error = { 0 };
	struct answer answer;

	must(envelope != NULL);
	assert_int_equal(
		ledger_append(book->ledger, &book->session, envelope, &answer, &error), OK);
	assert_int_equal(answer.status, APPENDED);
	json_decref(envelope);
}

static void open_firms(struct test_book *book)
{
	static const char *const cities[] = { "望溪", "清屿", "长沙", "厦门" };
	struct error error = { 0 };
	char section[2];

	test_book_open(book, modules);
	assert_int_equal(ledger_begin(book->ledger, &error), OK);
	for (int i = 0; i < FIRMS; i++) {
		snprintf(firms[i].code, sizeof(firms[i].code), "%05d", i * 7 % FIRMS);
		demo_firm(i, cities[i % 4], i % 9 == 0, firms[i].name, section);
		json_t *envelope = json_pack("{s:s, s:{s:s, s:s}}", "kind", "customer", "body",
			"code", firms[i].code, "name", firms[i].name);
		append(book, envelope);
	}
	assert_int_equal(ledger_commit(book->ledger, &error), OK);
}

static void every_fragment_of_two_characters(void **state)
{
	struct test_book book;
	struct search *search = search_new();
	char fragment[12];

	(void)state;
	open_firms(&book);
	for (int i = 0; i < FIRMS; i++) {
		for (const char *at = firms[i].name, *next; *at; at = next) {
			next = at;
			text_next(&next);
			const char *end = next;
			if (!text_next(&end))
				break;
			snprintf(fragment, sizeof(fragment), "%.*s", (int)(end - at), at);
			assert_finds(&book, search, fragment, expected(fragment));
		}
	}
	search_free(search);
	test_book_close(&book);
}

/* Letters by chance, and letters that read a piece of some name. */
static void random_pinyin(void **state)
{
	struct test_book book;
	struct search *search = search_new();
	int found = 0;

	(void)state;
	open_firms(&book);
	for (int round = 0; round < 1000; round++) {
		const char *at = firms[test_below(&book, FIRMS)].name, *next;
		char typed[40] = "";
		for (int skip = test_below(&book, 5); skip > 0; skip--)
			text_next(&at);
		for (int i = 1 + test_below(&book, 4); i > 0 && *at; i--, at = next) {
			next = at;
			text_next(&next);
			const char *syllables = syllables_of(at, (size_t)(next - at)) + 1;
			if (test_below(&book, 2) && strchr(syllables, ' '))
				syllables = *(strchr(syllables, ' ') + 1)
						    ? strchr(syllables, ' ') + 1
						    : syllables;
			int length = (int)strcspn(syllables, " ");
			if (length)
				add(typed, sizeof(typed), "%.*s", 1 + test_below(&book, length),
					syllables);
		}
		if (!*typed || test_below(&book, 8) == 0)
			snprintf(typed, sizeof(typed), "%c%c", 'a' + test_below(&book, 26),
				'a' + test_below(&book, 26));
		found += *expected(typed) != '\0';
		assert_finds(&book, search, typed, expected(typed));
	}
	assert_in_range(found, 700, 1000);
	search_free(search);
	test_book_close(&book);
}

/* ------------------------------------------------------------------ readings */

static void every_reading_counts(void **state)
{
	static const struct {
		const char *typed, *name;
		bool reads;
	} cases[] = { { "cs", "长沙", true }, { "zs", "长沙", true }, { "yh", "银行", true },
		{ "yx", "银行", true }, { "xs", "长沙", false }, { "changsha", "长沙", true },
		{ "changs", "长沙", true }, { "csha", "长沙", true }, { "chansha", "长沙", true },
		{ "changshan", "长沙", false }, { "lv", "绿", true }, { "lu", "绿", true },
		{ "xm", "厦门", true }, { "tz", "台州", true }, { "laz", "六安站", true },
		{ "d1z", "第1中学", true }, { "d2z", "第1中学", false }, { "c", "", false },
		{ "zgibm", "中国ibm", true }, { "zgibn", "中国ibm", false } };
	struct readings *readings = readings_new();
	char typed[READ_LETTERS + 2] = "", name[400] = "";

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (readings_begin(readings, cases[i].typed, cases[i].name) != cases[i].reads)
			fail_msg("%s %s", cases[i].typed, cases[i].name);
	}
	/* As many letters as can be taken, and one more. */
	for (int i = 0; i < READ_LETTERS; i++) {
		add(typed, sizeof(typed), "n");
		add(name, sizeof(name), "嗯");
	}
	assert_true(readings_begin(readings, typed, name));
	typed[READ_LETTERS - 1] = 'x';
	assert_false(readings_begin(readings, typed, name));
	typed[READ_LETTERS - 1] = 'n';
	typed[READ_LETTERS] = 'n';
	assert_false(readings_begin(readings, typed, name));
	readings_free(readings);
}

/* ------------------------------------------------------------------ what is found by what */

#define CUSTOMER(code, name, more)                                                                 \
	"{\"kind\":\"customer\",\"body\":{\"code\":\"" code "\",\"name\":\"" name "\"" more "}}"
#define PERSON(customer, person, name)                                                             \
	"{\"kind\":\"customer.person\",\"body\":{\"customer\":\"" customer                         \
	"\",\"person\":\"" person "\",\"name\":\"" name "\"}}"

static void open_small(struct test_book *book)
{
	test_book_open(book, modules);
	test_put(book, "{\"kind\":\"org.unit\",\"body\":{\"unit\":\"U\",\"name\":\"清屿省公司\","
		       "\"level\":\"province\"}}");
	test_put(
		book, "{\"kind\":\"org.staff\",\"body\":{\"staff\":\"zhou\",\"name\":\"周望舒\"}}");
	test_put(book, CUSTOMER("C1", "清波第一医院", ",\"address\":\"望溪市湖滨路1号\""));
	test_put(book, CUSTOMER("C2", "清波银行", ",\"credit_code\":\"91330100MA27ABCD1X\""));
	test_put(book, CUSTOMER("C10", "望溪清波（IBM）专线有限公司", ""));
}

static void names_codes_and_other_fields(void **state)
{
	struct test_book book;
	struct search *search = search_new();

	(void)state;
	open_small(&book);
	assert_finds(&book, search, "清波", "customer:C2\ncustomer:C1\ncustomer:C10\n");
	assert_finds(&book, search, "qb", "customer:C2\ncustomer:C1\ncustomer:C10\n");
	assert_finds(&book, search, "清", "customer:C2\nunit:U\ncustomer:C1\ncustomer:C10\n");
	assert_finds(&book, search, "c1", "customer:C1\ncustomer:C10\n");
	assert_finds(&book, search, "c", "customer:C2\ncustomer:C1\ncustomer:C10\n");
	assert_finds(&book, search, "yx", "unit:U\ncustomer:C2\ncustomer:C10\n");
	assert_finds(&book, search, "清波 专线", "customer:C10\n");
	assert_finds(&book, search, "　专线　 ｑｂ", "customer:C10\n");
	assert_finds(&book, search, "（ｉｂｍ）", "customer:C10\n");
	assert_finds(&book, search, "清波 没有", "");
	assert_finds(&book, search, "9133", "customer:C2 by 91330100MA27ABCD1X\n");
	assert_finds(&book, search, "湖滨 清波", "customer:C1 by 望溪市湖滨路1号\n");
	assert_finds(&book, search, "望溪", "customer:C10\ncustomer:C1 by 望溪市湖滨路1号\n");
	assert_finds(&book, search, "zws", "staff:zhou\n");
	test_put(&book, CUSTOMER("C100", "清波", ""));
	assert_finds(&book, search, "c10", "customer:C10\ncustomer:C100\n");
	assert_finds(&book, search, "zhou", "staff:zhou\n");
	assert_finds(&book, search, " 　", "");
	assert_string_equal(asked(&book, search, (struct question){ .text = "清", .type = "unit" }),
		"unit:U\n");
	search_free(search);
	test_book_close(&book);
}

static bool not_second(void *context, const char *type, const char *id)
{
	(*(int *)context)++;
	return !(text_equal(type, "customer") && text_equal(id, "C2"));
}

static void what_may_not_be_seen_takes_no_place(void **state)
{
	struct test_book book;
	struct search *search = search_new();
	int times = 0;

	(void)state;
	open_small(&book);
	assert_string_equal(
		asked(&book, search,
			(struct question){
				.text = "清波", .limit = 1, .may = not_second, .context = &times }),
		"customer:C1\n");
	assert_int_equal(times, 2);
	search_free(search);
	test_book_close(&book);
}

static void too_much_is_refused(void **state)
{
	struct test_book book;
	struct search *search = search_new();
	struct given given = { 0 };
	struct error error = { 0 };
	char text[SEARCH_BYTES + 1];

	(void)state;
	open_small(&book);
	memset(text, 'c', SEARCH_BYTES);
	text[SEARCH_BYTES] = '\0';
	struct question question = { .text = text, .limit = 1 };
	assert_int_equal(
		search_find(search, book.ledger, &question, note, &given, &error), REFUSED);
	error_clear(&error);
	text[SEARCH_BYTES - 1] = '\0';
	assert_finds(&book, search, text, "");
	question.text = "1 2 3 4 5 6 7 8 9";
	assert_int_equal(
		search_find(search, book.ledger, &question, note, &given, &error), REFUSED);
	error_clear(&error);
	assert_finds(&book, search, "1 2 3 4 5 6 7 8", "");
	search_free(search);
	test_book_close(&book);
}

/* ------------------------------------------------------------------ following */

static void names_are_followed(void **state)
{
	struct test_book book;
	struct search *search = search_new();
	char entry[ID_TEXT], person[ID_TEXT], second[ID_TEXT];

	(void)state;
	open_small(&book);
	assert_finds(&book, search, "澜州", "");
	text_copy(entry, ID_TEXT, test_put(&book, CUSTOMER("C3", "澜州港务", "")));
	assert_finds(&book, search, "澜州", "customer:C3\n");
	test_correct(&book, entry, "{\"code\":\"C3\",\"name\":\"砚城港务\"}");
	assert_finds(&book, search, "澜州", "");
	assert_finds(&book, search, "ycgw", "customer:C3\n");
	text_copy(second, ID_TEXT, test_put(&book, CUSTOMER("C3", "松浦港务", "")));
	assert_finds(&book, search, "港务", "customer:C3\n");
	test_withdraw(&book, second);
	assert_finds(&book, search, "松浦", "");
	assert_finds(&book, search, "砚城", "customer:C3\n");
	test_withdraw(&book, entry);
	assert_finds(&book, search, "港务", "");
	text_copy(person, ID_TEXT, test_put(&book, PERSON("C1", "a", "王知远")));
	test_put(&book, PERSON("C2", "a", "王若水"));
	assert_finds(&book, search, "王", "person customer:C1 王知远\nperson customer:C2 王若水\n");
	assert_finds(&book, search, "c1", "customer:C1\ncustomer:C10\n");
	test_erase(&book, person);
	assert_finds(&book, search, "王", "person customer:C2 王若水\n");
	assert_answer(&book, "SELECT count(*) FROM d_name WHERE name = '王知远'", "0");
	test_book_holds(&book);
	search_free(search);
	test_book_close(&book);
}

static void a_merged_customer_leads_to_the_other(void **state)
{
	struct test_book book;
	struct search *search = search_new();

	(void)state;
	open_small(&book);
	test_put(&book, PERSON("C2", "a", "王若水"));
	assert_finds(&book, search, "银行", "customer:C2\n");
	test_put(&book, "{\"kind\":\"customer.merged\",\"body\":{\"customer\":\"C2\","
			"\"into\":\"C1\",\"reason\":\"r\"}}");
	assert_finds(&book, search, "银行", "customer:C1 was customer:C2\n");
	assert_finds(&book, search, "清波", "customer:C1 was customer:C2\ncustomer:C10\n");
	assert_finds(&book, search, "若水", "person customer:C1 王若水 was customer:C2\n");
	test_put(&book, "{\"kind\":\"customer.merged\",\"body\":{\"customer\":\"C1\","
			"\"into\":\"C10\",\"reason\":\"r\"}}");
	assert_finds(&book, search, "银行", "customer:C10 was customer:C2\n");
	test_put(&book, "{\"kind\":\"customer.unmerged\",\"body\":{\"customer\":\"C2\","
			"\"reason\":\"r\"}}");
	assert_finds(&book, search, "银行", "customer:C2\n");
	search_free(search);
	test_book_close(&book);
}

static void write_something(struct test_book *book, char ids[ROUNDS][ID_TEXT], int round)
{
	static const char *const names[] = { "清波", "澜州港务", "长沙银行", "清屿医院", "松浦" };
	const char *name = names[test_below(book, COUNT_OF(names))];
	int number = test_below(book, 6), target = round ? test_below(book, round) : 0;
	const char *id;

	if (round < 6)
		id = test_put(book,
			"{\"kind\":\"customer\",\"body\":{\"code\":\"K%d\",\"name\":\"%s%d\"}}",
			round, name, round);
	else if (test_below(book, 3) == 0)
		id = test_put(book,
			"{\"kind\":\"customer\",\"body\":{\"code\":\"K%d\",\"name\":\"%s\"}}",
			number, name);
	else
		id = test_put(book,
			"{\"kind\":\"customer.person\",\"body\":{\"customer\":\"K0\","
			"\"person\":\"p%d\",\"name\":\"王%s\"}}",
			number, name);
	text_copy(ids[round], ID_TEXT, id);
	if (round < 12 || !*ids[target] || target == 0)
		return;
	switch (test_below(book, 5)) {
	case 0:
		test_withdraw(book, ids[target]);
		*ids[target] = '\0';
		break;
	case 1:
		test_erase(book, ids[target]);
		break;
	default:
		break;
	}
}

/* Whoever followed every change knows what one knows who reads the book for the first time. */
static void following_is_reading_anew(void **state)
{
	static const char *const questions[] = { "清", "qb", "zs", "cs", "港务", "王", "k", "wang",
		"王 长沙", "sp", "医院" };
	static char ids[ROUNDS][ID_TEXT];
	struct test_book book;
	struct search *search = search_new();

	(void)state;
	open_small(&book);
	for (int round = 0; round < ROUNDS; round++) {
		write_something(&book, ids, round);
		const char *question = questions[round % (int)COUNT_OF(questions)];
		struct search *anew = search_new();
		char *once = strdup(asked(&book, anew, (struct question){ .text = question }));
		assert_finds(&book, search, question, once);
		free(once);
		search_free(anew);
	}
	test_book_holds(&book);
	for (size_t i = 0; i < COUNT_OF(questions); i++) {
		struct search *anew = search_new();
		char *once = strdup(asked(&book, anew, (struct question){ .text = questions[i] }));
		assert_finds(&book, search, questions[i], once);
		free(once);
		search_free(anew);
	}
	search_free(search);
	test_book_close(&book);
}

/* ------------------------------------------------------------------ threads */

enum { ASKERS = 3, CUSTOMERS = 30 };

struct asker {
	pthread_t thread;
	struct search *search; /* one for all */
	const char *path;
	bool whole; /* heard of every customer, one more at a time */
};

static void count(void *context, const struct found *found)
{
	(void)found;
	(*(int *)context)++;
}

static void *keep_asking(void *context)
{
	struct asker *asker = context;
	struct ledger *ledger;
	struct error error = { 0 };
	int heard = 0, before = 0;

	must(ledger_open(&ledger, asker->path, "main", false, modules, &error) == OK);
	while (heard < CUSTOMERS && heard >= before) {
		struct question question = { .text = "新来", .limit = SEARCH_MOST };
		before = heard;
		heard = 0;
		must(search_find(asker->search, ledger, &question, count, &heard, &error) == OK);
	}
	asker->whole = heard == CUSTOMERS;
	ledger_close(ledger);
	return NULL;
}

static void threads_share_one(void **state)
{
	struct asker askers[ASKERS];
	struct test_book book;
	struct search *search = search_new();

	(void)state;
	open_small(&book);
	for (int i = 0; i < ASKERS; i++) {
		askers[i] = (struct asker){ .search = search, .path = book.path };
		must(pthread_create(&askers[i].thread, NULL, keep_asking, &askers[i]) == 0);
	}
	for (int i = 0; i < CUSTOMERS; i++)
		test_put(&book,
			"{\"kind\":\"customer\",\"body\":{\"code\":\"N%d\",\"name\":\"新来%d\"}}",
			i, i);
	for (int i = 0; i < ASKERS; i++) {
		must(pthread_join(askers[i].thread, NULL) == 0);
		assert_true(askers[i].whole);
	}
	search_free(search);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fragment_of_two_characters),
		cmocka_unit_test(random_pinyin),
		cmocka_unit_test(every_reading_counts),
		cmocka_unit_test(names_codes_and_other_fields),
		cmocka_unit_test(what_may_not_be_seen_takes_no_place),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(names_are_followed),
		cmocka_unit_test(a_merged_customer_leads_to_the_other),
		cmocka_unit_test(following_is_reading_anew),
		cmocka_unit_test(threads_share_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

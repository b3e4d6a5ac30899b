/* Work summaries on a small book: what is said, what is not, and what may be changed by hand. */
#include "ledger_book.h"

#include "base/asset.h"
#include "derive/summary_parts.h"
#include "office/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

extern const struct module org_module, customer_module, roster_module;

static const struct module *const modules_used[] = { &org_module, &customer_module, &roster_module,
	NULL };

/* Every feature of the program. */
extern const struct module *const modules[];

enum { CUSTOMERS = 12, TEXT_BYTES = 1 << 20 };

struct work {
	struct test_book book;
	struct messages *messages;
	struct summary *summary;
	struct error error;
	struct buffer text;
};

static void put_people(struct test_book *book)
{
	test_put(book, "{\"kind\":\"org.unit\",\"body\":{\"unit\":\"99\",\"name\":\"清屿省分公司\","
		       "\"level\":\"province\"}}");
	for (int i = 1; i <= 2; i++) {
		test_put(book,
			"{\"kind\":\"org.unit\",\"body\":{\"unit\":\"990%d\",\"name\":\"%s支行\","
			"\"level\":\"branch\",\"parent\":\"99\"}}",
			i, i == 1 ? "砚城" : "望溪");
		test_put(book,
			"{\"kind\":\"org.staff\",\"body\":{\"staff\":\"s%d\",\"name\":\"%s\"}}", i,
			i == 1 ? "林叙" : "周岚");
		test_put(book,
			"{\"kind\":\"org.post\",\"body\":{\"staff\":\"s%d\",\"unit\":\"9901\","
			"\"role\":\"manager\",\"from\":\"2025-01-01\"}}",
			i);
	}
	test_put(book, "{\"kind\":\"org.post\",\"body\":{\"staff\":\"s1\",\"unit\":\"9902\","
		       "\"role\":\"manager\",\"from\":\"2026-02-02\"}}");
}

static void assign(struct test_book *book, int customer, const char *staff, const char *from)
{
	test_put(book,
		"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C%d\",\"staff\":\"%s\","
		"\"role\":\"principal\",\"from\":\"%s\"}}",
		customer, staff, from);
}

/* Twelve customers, ten of them on the list of the province, all with a manager since the
 * list began, but two of them only since 12 March. */
static void work_open(struct work *work)
{
	char rows[256] = "";
	struct test_book *book = &work->book;

	*work = (struct work){ .messages = asset_messages() };
	buffer_init(&work->text, TEXT_BYTES);
	test_book_open(book, modules_used);
	put_people(book);
	for (int i = 1; i <= CUSTOMERS; i++) {
		test_put(book,
			"{\"kind\":\"customer\",\"body\":{\"code\":\"C%d\",\"name\":\"云帆%d号\","
			"\"category\":\"%s\",\"unit\":\"990%d\",\"since\":\"202%d-01-15\"}}",
			i, i, i % 3 ? "business" : "industry", i % 2 + 1, i > 8 ? 6 : 5);
		if (i <= 10)
			snprintf(rows + strlen(rows), sizeof(rows) - strlen(rows), "%s[\"C%d\"]",
				i > 1 ? "," : "", i);
		assign(book, i, i % 2 ? "s1" : "s2",
			i == 3 || i == 4 ? "2026-03-12" : "2026-01-01");
	}
	test_put(book,
		"{\"kind\":\"roster.listed\",\"body\":{\"list\":\"p\",\"name\":\"省级大客户名单\","
		"\"level\":\"province\",\"grade\":\"major\",\"version\":1,\"effective\":"
		"\"2026-03-01\",\"columns\":[\"customer\"],\"rows\":[%s]}}",
		rows);
	test_clock(book, "2026-11-24T09:00:00+08:00");
}

static void work_close(struct work *work)
{
	summary_free(work->summary);
	messages_free(work->messages);
	buffer_release(&work->text);
	test_book_close(&work->book);
}

static enum result make_for(
	struct work *work, const char *text, bool edited, const char *whose, const char *purpose)
{
	struct summary_request request = { .name = "test.md",
		.text = text,
		.length = strlen(text),
		.edited = edited,
		.reference = whose,
		.purpose = purpose,
		.now = work->book.session.now,
		.messages = work->messages,
		.language = CHINESE };

	assert_true(day_parse("2026-01-01", &request.from) && day_parse("2026-11-24", &request.to));
	summary_free(work->summary);
	work->summary = NULL;
	error_clear(&work->error);
	return summary_make(&work->summary, work->book.ledger, &request, &work->error);
}

/* The draft that a template makes for the province. */
static const char *drafted(struct work *work, const char *text)
{
	if (make_for(work, text, false, "unit:99", NULL) != OK)
		fail_msg("%s: %s", work->error.key, work->error.place);
	buffer_clear(&work->text);
	assert_int_equal(
		summary_write(work->summary, SUMMARY_DRAFT, &work->text, &work->error), OK);
	return work->text.bytes;
}

static void says(const char *text, const char *what)
{
	must(text != NULL);
	if (!strstr(text, what))
		fail_msg("\"%s\" is not in:\n%s", what, text);
}

static void says_not(const char *text, const char *what)
{
	must(text != NULL);
	if (strstr(text, what))
		fail_msg("\"%s\" is in:\n%s", what, text);
}

static void collect(void *context, const char *line)
{
	buffer_print(context, "%s\n", line);
}

static const char *notes(struct work *work)
{
	buffer_clear(&work->text);
	summary_notes(work->summary, collect, &work->text);
	return work->text.bytes ? work->text.bytes : "";
}

static enum result final(struct work *work)
{
	buffer_clear(&work->text);
	error_clear(&work->error);
	return summary_final(work->summary, collect, &work->text, &work->error);
}

static void refused_at(struct work *work, const char *text, const char *key, const char *place)
{
	assert_int_equal(make_for(work, text, false, "unit:99", NULL), REFUSED);
	assert_string_equal(work->error.key, key);
	assert_string_equal(work->error.place, place);
}

#define HEAD "title: {year}年{unit}工作总结\n\n"
#define COVERAGE                                                                                   \
	HEAD "? roster.covered = 100% | 对{measure roster.province}省级集团客户单位，"   \
	     "做到每一个集团客户都有指定的客户经理。\n"                         \
	     ": roster.covered | {measure roster.covered met}/{measure roster.covered all}家，"  \
	     "未覆盖：{list roster.covered 10 unmet}。\n"                                     \
	     "? roster.uncovered_days > 0 | 曾无人管户：{list roster.uncovered_days dated}。\n"

static void the_coverage_sentence_is_honest(void **state)
{
	struct work work;

	(void)state;
	work_open(&work);
	const char *text = drafted(&work, COVERAGE);
	says(text, "对[10家](evidence:roster.province \"10家\")省级集团客户单位，做到每一个");
	says(text, "云帆3号（3月1日）、云帆4号（3月1日）");
	says_not(text, "未覆盖");
	test_put(&work.book, "{\"kind\":\"roster.released\",\"body\":{\"customer\":\"C5\",\"day\":"
			     "\"2026-11-24\",\"reason\":\"调岗\"}}");
	text = drafted(&work, COVERAGE);
	says_not(text, "做到每一个");
	says(text, "[9](evidence:roster.covered:met \"9\")/"
		   "[10](evidence:roster.covered:all \"10\")家，未覆盖："
		   "[云帆5号](evidence:roster.covered:list-unmet-10 \"云帆5号\")");
	work_close(&work);
}

static void what_has_no_data_is_left_out_and_told(void **state)
{
	struct work work;

	(void)state;
	work_open(&work);
	const char *text = drafted(&work,
		HEAD "有{measure customer.count}。走访{measure no.such}。到期合同{measure "
		     "customer.renewed}。\n\n"
		     "# 空的一节\n\n到期{measure customer.renewed}。\n\n# 有的一节\n\n"
		     "新增{measure customer.new}[，比上年{measure no.such change}]。\n");
	says(text, "有[12家]");
	says(text, "# 有的一节");
	says(text, "新增[4家](evidence:customer.new \"4家\")。");
	says_not(text, "走访");
	says_not(text, "到期");
	says_not(text, "空的一节");
	says_not(text, "比上年");
	says_not(text, "无数据");
	text = notes(&work);
	says(text, "走访{measure no.such}");
	says(text, "合同按期续约率无数据");
	says(text, "空的一节");
	work_close(&work);
}

static void a_claim_wants_a_figure(void **state)
{
	struct work work;

	(void)state;
	work_open(&work);
	drafted(&work, HEAD "服务水平显著提高。及时率另见。客户显著增加，达到{measure "
			    "customer.count}。\n我第一时间上门（个人体会）。\n");
	assert_int_equal(final(&work), REFUSED);
	assert_string_equal(work.error.key, "refused.summary_claims");
	assert_string_equal(work.text.bytes, "服务水平显著提高。\n");
	const struct phrase *phrase = work.summary->items->phrases.first;
	assert_int_equal(phrase->next->kind, PHRASE_CLAIM);
	assert_string_equal(phrase->next->text, "显著提高");
	drafted(&work, HEAD "客户显著增加，达到{measure customer.count}。\n");
	assert_int_equal(final(&work), OK);
	work_close(&work);
}

static void a_draft_comes_back_edited(void **state)
{
	struct work work;

	(void)state;
	work_open(&work);
	char *draft = strdup(drafted(&work, HEAD "管户{measure roster.covered}，共{measure "
						 "customer.count}。\n\n{table 情况 | customer.* by "
						 "measure}\n\n{chart customer.new}\n"));
	assert_int_equal(make_for(&work, draft, true, NULL, NULL), OK);
	assert_string_equal(work.summary->reference, "unit:99");
	char *shared = strstr(draft, "，共");
	memcpy(shared, "，有", strlen("，有"));
	assert_int_equal(make_for(&work, draft, true, NULL, NULL), OK);
	buffer_clear(&work.text);
	assert_int_equal(summary_write(work.summary, SUMMARY_DRAFT, &work.text, &work.error), OK);
	says(work.text.bytes, "，有[12家]");
	says(work.text.bytes, "| 集团客户数 | 12家 |");
	/* The book moves on: the figure follows, and it is said. */
	test_put(&work.book, "{\"kind\":\"customer\",\"body\":{\"code\":\"C13\",\"name\":\"新户\","
			     "\"since\":\"2026-05-01\"}}");
	assert_int_equal(make_for(&work, draft, true, NULL, NULL), OK);
	says(notes(&work), "customer.count 由12家变为13家");
	/* A number changed by hand is refused, with the way to change it. */
	memcpy(strstr(draft, "[12家]"), "[99家]", strlen("[99家]"));
	assert_int_equal(make_for(&work, draft, true, NULL, NULL), REFUSED);
	assert_string_equal(work.error.key, "refused.summary_figure_changed");
	assert_string_equal(error_argument(&work.error, "figure"), "customer.count");
	assert_string_equal(error_argument(&work.error, "became"), "99家");
	free(draft);
	work_close(&work);
}

#define MATERIAL                                                                                   \
	"threshold: roster.uncovered_days <= 0\n" HEAD                                             \
	"# 情况\n\n{material 名单 of roster.uncovered_days roster.covered customer.*}\n"

static void a_breach_cannot_be_taken_out(void **state)
{
	struct work work;

	(void)state;
	work_open(&work);
	const char *text = drafted(&work, MATERIAL);
	says(text, "未达到0以内的要求");
	assert_int_equal(final(&work), OK);
	char *draft = strdup(drafted(&work, MATERIAL));
	char *from = strstr(draft, "of roster.uncovered_days");
	char *paragraph = strstr(from, "\n\n"), *end = strstr(paragraph, "<!-- end");
	memmove(paragraph + 2, end, strlen(end) + 1);
	assert_int_equal(make_for(&work, draft, true, NULL, NULL), OK);
	assert_int_equal(final(&work), REFUSED);
	assert_string_equal(work.error.key, "refused.summary_breach");
	free(draft);
	assert_int_equal(
		make_for(&work, MATERIAL "\n<!-- unpin roster.uncovered_days: 不好看 -->\n", false,
			"unit:99", NULL),
		REFUSED);
	assert_string_equal(work.error.key, "refused.summary_unpin_breach");
	work_close(&work);
}

static const struct candidate *candidate(const struct work *work, const char *name)
{
	for (size_t i = 0; i < work->summary->candidate_count; i++) {
		if (strcmp(work->summary->candidates[i].fact.name, name) == 0)
			return &work->summary->candidates[i];
	}
	fail_msg("no candidate %s", name);
	return NULL;
}

static void a_writer_pins_with_a_reason(void **state)
{
	struct work work;

	(void)state;
	work_open(&work);
	drafted(&work, MATERIAL);
	assert_true(candidate(&work, "customer.business")->fact.place != PLACE_KEY);
	drafted(&work, MATERIAL "\n<!-- pin customer.business: 今年的重点 -->\n"
				"<!-- unpin customer.new: 口径要改 -->\n");
	assert_int_equal(candidate(&work, "customer.business")->fact.place, PLACE_KEY);
	assert_string_equal(candidate(&work, "customer.business")->reason, "今年的重点");
	assert_int_equal(candidate(&work, "customer.new")->fact.place, PLACE_APPENDIX);
	refused_at(&work, MATERIAL "\n<!-- pin customer.business -->\n", "refused.summary_pin",
		"test.md:8");
	work_close(&work);
}

static bool first_of_two(struct work *work, const char *purpose)
{
	static const char text[] = "threshold: customer.new >= 10\n" HEAD
				   "{material 客户 of customer.new customer.business}\n";

	assert_int_equal(make_for(work, text, false, "unit:99", purpose), OK);
	return candidate(work, "customer.new")->fact.rank <
	       candidate(work, "customer.business")->fact.rank;
}

static void the_purpose_changes_the_order(void **state)
{
	struct work work;

	(void)state;
	work_open(&work);
	assert_false(first_of_two(&work, "经验交流"));
	assert_true(first_of_two(&work, "检查汇报"));
	assert_int_equal(make_for(&work, MATERIAL, false, "unit:99", "表扬"), REFUSED);
	assert_string_equal(work.error.key, "refused.summary_purpose");
	work_close(&work);
}

static void every_figure_is_its_evidence(void **state)
{
	struct work work;
	int shown = 0;

	(void)state;
	work_open(&work);
	drafted(&work, MATERIAL "\n{table 各支行 | customer.count roster.covered by unit}\n");
	for (const struct evidence_set *set = work.summary->sets; set; set = set->next) {
		int64_t met = 0;
		for (size_t i = 0; i < set->count; i++)
			met += set->rows[i].value != 0;
		if (set->measure->how == COUNT)
			assert_int_equal(set->figure.value, set->count);
		if (set->measure->how == RATIO)
			assert_int_equal(set->figure.numerator, met);
		shown += set->number > 0;
	}
	for (size_t i = 0; i < work.summary->candidate_count; i++) {
		const struct candidate *it = &work.summary->candidates[i];
		if (it->fact.place == PLACE_KEY)
			assert_true(it->set->number > 0 && it->fact.concrete);
	}
	assert_int_equal(shown, work.summary->shown);
	/* A document whose figure leads nowhere aborts, so writing it proves the rest. */
	buffer_clear(&work.text);
	assert_int_equal(summary_write(work.summary, SUMMARY_HTML, &work.text, &work.error), OK);
	says(work.text.bytes, "望溪支行");
	says(work.text.bytes, "账本头");
	assert_int_equal(summary_evidence(work.summary, "summary_test.xlsx", &work.error), OK);
	assert_int_equal(access("summary_test.xlsx", R_OK), 0);
	unlink("summary_test.xlsx");
	work_close(&work);
}

static void a_change_of_post_is_told(void **state)
{
	static const char text[] =
		HEAD "? moved | 今年{moved month}从{moved from}调到{moved to}。\n"
		     ": 没有调动。\n";
	struct work work;

	(void)state;
	work_open(&work);
	assert_int_equal(make_for(&work, text, false, "staff:s1", NULL), OK);
	buffer_clear(&work.text);
	assert_int_equal(summary_write(work.summary, SUMMARY_DRAFT, &work.text, &work.error), OK);
	says(work.text.bytes, "今年2月从砚城支行调到望溪支行。");
	assert_int_equal(make_for(&work, text, false, "staff:s2", NULL), OK);
	buffer_clear(&work.text);
	assert_int_equal(summary_write(work.summary, SUMMARY_DRAFT, &work.text, &work.error), OK);
	says(work.text.bytes, "没有调动。");
	work_close(&work);
}

static void a_mistake_in_a_template_has_its_line(void **state)
{
	struct work work;

	(void)state;
	work_open(&work);
	refused_at(&work, HEAD "有{measure customer.count。\n", "refused.summary_slot_open",
		"test.md:3");
	refused_at(&work, HEAD "a\n\n有{measures customer.count}。\n", "refused.summary_slot",
		"test.md:5");
	refused_at(
		&work, HEAD "? customer.count 有\n", "refused.summary_condition_open", "test.md:3");
	refused_at(&work, HEAD "? customer.count >> 3 | 有。\n", "refused.summary_condition",
		"test.md:3");
	refused_at(&work, HEAD "有{measure customer.count most}。\n", "refused.summary_option",
		"test.md:3");
	refused_at(&work, "threshold: customer.count\n" HEAD "{material a of customer.*}\n",
		"refused.summary_threshold", "test.md:1");
	refused_at(&work, HEAD "##### 五级\n", "refused.summary_heading", "test.md:3");
	refused_at(&work, "没有标题。\n", "refused.summary_title", "");
	refused_at(&work, "title: {person}\n\n有。\n", "refused.summary_head", "test.md:1");
	assert_int_equal(make_for(&work, HEAD "有。\n", false, "unit:none", NULL), REFUSED);
	assert_string_equal(work.error.key, "refused.summary_for");
	work_close(&work);
}

static int day(const char *text)
{
	int number;

	assert_true(day_parse(text, &number));
	return number;
}

static void spans_compare_with_those_before(
	const char *from, const char *to, const char *from_then, const char *to_then)
{
	struct earlier earlier = figure_before(day(from), day(to));
	char text[DAY_TEXT];

	assert_string_equal(day_text(earlier.from, text), from_then);
	assert_string_equal(day_text(earlier.to, text), to_then);
}

static void a_year_under_way_compares_with_as_much(void **state)
{
	struct summary_request request = { .name = "test.md",
		.text = HEAD "有。\n",
		.length = strlen(HEAD "有。\n"),
		.reference = "unit:99",
		.from = day("2026-01-01"),
		.to = day("2026-12-31") };
	struct work work;
	char text[DAY_TEXT];

	(void)state;
	work_open(&work);
	request.now = work.book.session.now;
	request.messages = work.messages;
	assert_int_equal(summary_make(&work.summary, work.book.ledger, &request, &work.error), OK);
	assert_string_equal(day_text(work.summary->before.from, text), "2025-01-01");
	assert_string_equal(day_text(work.summary->before.to, text), "2025-11-24");
	work_close(&work);
}

static void spans_of_time(void **state)
{
	struct arena arena;

	(void)state;
	spans_compare_with_those_before("2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31");
	spans_compare_with_those_before("2025-01-01", "2025-02-28", "2024-01-01", "2024-02-29");
	spans_compare_with_those_before("2026-01-01", "2026-11-24", "2025-01-01", "2025-11-24");
	spans_compare_with_those_before("2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28");
	spans_compare_with_those_before("2026-03-01", "2026-03-20", "2026-02-01", "2026-02-20");
	spans_compare_with_those_before("2026-11-16", "2026-11-22", "2026-11-09", "2026-11-15");
	arena_init(&arena, 4096);
	assert_string_equal(period_words(&arena, day("2026-01-01"), day("2026-12-31")), "2026年");
	assert_string_equal(
		period_words(&arena, day("2026-01-01"), day("2026-11-30")), "2026年1—11月");
	assert_string_equal(
		period_words(&arena, day("2026-11-01"), day("2026-11-30")), "2026年11月");
	assert_string_equal(period_words(&arena, day("2026-01-01"), day("2026-11-24")),
		"2026年1月1日至11月24日");
	assert_string_equal(figure_grouped(&arena, 0), "0");
	assert_string_equal(figure_grouped(&arena, 999), "999");
	assert_string_equal(figure_grouped(&arena, -1234567), "-1,234,567");
	arena_release(&arena);
}

static bool some_measure(const struct ledger *ledger, const char *name, size_t length, bool all)
{
	for (const struct module *const *module = ledger_modules(ledger); *module; module++) {
		for (const struct measure *measure = (*module)->measures; measure && measure->name;
			measure++) {
			if (strncmp(measure->name, name, length) == 0 &&
				(all || !measure->name[length]))
				return true;
		}
	}
	return false;
}

/* What looks like a name with a dot in it is one, and some module shows its evidence. */
static void templates_name_measures_that_exist(void **state)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_.";
	const struct asset *asset = NULL;
	struct test_book book;
	int names = 0;

	(void)state;
	test_book_open(&book, modules);
	while ((asset = asset_next(asset, "summaries/", ".md"))) {
		for (const char *at = asset->bytes; *at;) {
			size_t length = strspn(at, letters);
			if (length && memchr(at, '.', length)) {
				if (!some_measure(book.ledger, at, length, at[length] == '*'))
					fail_msg("%s: %.*s", asset->name, (int)length, at);
				names++;
			}
			at += length ? length : 1;
		}
	}
	assert_true(names > 50);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_coverage_sentence_is_honest),
		cmocka_unit_test(what_has_no_data_is_left_out_and_told),
		cmocka_unit_test(a_claim_wants_a_figure),
		cmocka_unit_test(a_draft_comes_back_edited),
		cmocka_unit_test(a_breach_cannot_be_taken_out),
		cmocka_unit_test(a_writer_pins_with_a_reason),
		cmocka_unit_test(the_purpose_changes_the_order),
		cmocka_unit_test(every_figure_is_its_evidence),
		cmocka_unit_test(a_change_of_post_is_told),
		cmocka_unit_test(a_mistake_in_a_template_has_its_line),
		cmocka_unit_test(spans_of_time),
		cmocka_unit_test(a_year_under_way_compares_with_as_much),
		cmocka_unit_test(templates_name_measures_that_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

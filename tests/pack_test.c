/* Norm packs: ours load, twice is once, and every mistake is found where it stands. */
#include "derive/pack.h"
#include "ledger_book.h"
#include "little_module.h"
#include "office/workbook.h"
#include "sheet_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct module *const modules[] = { &little_module, NULL };

static int issue(struct test_book *book, const char *name)
{
	struct error error = { 0 };
	int issued;

	if (pack_issue(book->ledger, &book->session, name, &issued, &error) != OK)
		fail_msg("%s %s: %s %s", error.place, error.key, error.field,
			error.arguments ? error.argument[0].text : "");
	return issued;
}

static void our_calendar_loads_once(void **state)
{
	struct test_book book;
	uint8_t before[DIGEST_BYTES], after[DIGEST_BYTES];

	(void)state;
	test_book_open(&book, modules);
	int issued = issue(&book, "calendar");
	assert_true(issued > 40);
	int64_t seq = ledger_head(book.ledger, before);
	assert_int_equal(issue(&book, "calendar"), 0);
	assert_int_equal(ledger_head(book.ledger, after), seq);
	assert_memory_equal(before, after, DIGEST_BYTES);
	const struct calendar *calendar = ledger_calendar(book.ledger);
	assert_non_null(calendar);
	test_book_holds(&book);
	test_book_close(&book);
}

/* What a YAML text is refused with, "PLACE KEY FIELD"; nothing is written. */
static const char *refused(struct test_book *book, const char *text)
{
	static char said[400];
	struct error error = { 0 };
	uint8_t hash[DIGEST_BYTES];
	int issued;
	int64_t before = ledger_head(book->ledger, hash);
	const char *path = made_file("p.yaml", text, strlen(text));

	if (pack_issue(book->ledger, &book->session, path, &issued, &error) == OK)
		return "taken";
	assert_int_equal(error.result, REFUSED);
	assert_int_equal(ledger_head(book->ledger, hash), before);
	const char *place = strrchr(error.place, '/');
	snprintf(said, sizeof(said), "%s %s %s", place ? place + 1 : error.place, error.key,
		error.field);
	return said;
}

#define HEAD "documents:\n- title: t\n  effective: 2026-01-01\n  norms:\n"
#define LIMITS                                                                                     \
	HEAD "  - norm: duty.limits\n    mark: D\n    columns: [what, amount, limit]\n    rows:\n"

static void mistakes_are_found_where_they_stand(void **state)
{
	static const struct {
		const char *text, *said;
	} mistakes[] = {
		{ "documents: [1, 2\nx: 3", "p.yaml:3:1 refused.pack_syntax " },
		{ "", "p.yaml:1:1 refused.pack_syntax " },
		{ "a", "p.yaml:1:1 refused.pack_shape documents" },
		{ "documents:\n- title: t\n  colour: red\n", "p.yaml:3:3 refused.pack_key " },
		{ "needs: [nothing]\ndocuments: []", " refused.unknown_pack pack" },
		{ "documents:\n- title: t\n", "p.yaml:2:3 refused.required effective" },
		{ "documents:\n- title: t\n  effective: 2026-02-30\n",
			"p.yaml:3:14 refused.day effective" },
		{ HEAD "  - norm: no.such\n    columns: []\n    rows: []\n",
			"p.yaml:5:11 refused.unknown_norm norm" },
		{ HEAD "  - norm: duty.limits\n    columns: [what, colour]\n    rows: []\n",
			"p.yaml:6:21 refused.pack_column duty.limits" },
		{ HEAD "  - norm: duty.limits\n    columns: [what]\n    rows:\n    - [a]\n",
			"p.yaml:5:5 refused.required mark" },
		{ LIMITS "    - [a, 1, days]\n", "p.yaml:9:14 refused.choice limit" },
		{ LIMITS "    - [a, 1, hours]\n    - [b, two, hours]\n",
			"p.yaml:10:11 refused.integer amount" },
		{ LIMITS "    - [a, 1]\n", "p.yaml:9:8 refused.pack_row rows" },
		{ LIMITS "    - [a, '', hours]\n", "p.yaml:9:12 refused.required amount" },
		{ LIMITS "    - [a, [1], hours]\n", "p.yaml:9:12 refused.pack_cell amount" },
		{ LIMITS "    - &x [a, 1, hours]\n    - *x\n",
			"p.yaml:10:8 refused.pack_row rows" },
	};
	struct test_book book;

	(void)state;
	test_book_open(&book, modules);
	for (size_t i = 0; i < COUNT_OF(mistakes); i++)
		assert_string_equal(refused(&book, mistakes[i].text), mistakes[i].said);
	test_book_close(&book);
}

/* Law first, whatever the order in the file, and a looser target never. */
static void the_law_is_checked(void **state)
{
	static const char loose[] =
		LIMITS "    - [fine, 10, hours]\n    - [fault.repair, 49, hours]\n"
		       "  - norm: law.limits\n    mark: V\n    columns: [what, amount, limit]\n"
		       "    rows:\n    - [fault.repair, 48, hours]\n";
	struct test_book book;

	(void)state;
	test_book_open(&book, modules);
	issue(&book, "calendar");
	assert_string_equal(refused(&book, loose), "p.yaml:10:22 refused.looser_than_law amount");
	test_book_close(&book);
}

static const char *office_paper(const char *effective, const char *amount)
{
	static const struct workbook_column two[] = { { .heading = "项目" },
		{ .heading = "内容" } };
	static const struct workbook_column three[] = { { .heading = "事项*" },
		{ .heading = "数额" }, { .heading = "计时方式" } };
	static const char *const cells[][2] = { { "标题", "服务时限规定" },
		{ "文号", "清信〔2026〕7号" }, { "生效日期", NULL }, { "说明", "不认识的行" } };
	const char *path = made_path("paper.xlsx");
	struct workbook *workbook;
	struct error error = { 0 };

	assert_int_equal(workbook_create(path, WORKBOOK_XLSX, &workbook, &error), OK);
	int sheet = workbook_sheet(workbook, "文件", two, 2);
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		workbook_text(workbook, sheet, 0, cells[i][0]);
		workbook_text(workbook, sheet, 1, cells[i][1] ? cells[i][1] : effective);
		workbook_row(workbook, sheet);
	}
	sheet = workbook_sheet(workbook, "时限标准", three, 3);
	workbook_text(workbook, sheet, 0, "document.sign");
	workbook_text(workbook, sheet, 1, amount);
	workbook_text(workbook, sheet, 2, "工作日");
	workbook_row(workbook, sheet);
	assert_int_equal(workbook_finish(workbook, &error), OK);
	return path;
}

static void an_office_issues_a_workbook(void **state)
{
	struct test_book book;
	struct error error = { 0 };
	int issued, day;

	(void)state;
	test_book_open(&book, modules);
	assert_int_equal(issue(&book, office_paper("2026年4月1日", "3")), 1);
	assert_int_equal(issue(&book, office_paper("2026-04-01", "3")), 0);
	assert_true(day_parse("2026-04-01", &day));
	const struct norm_table *norm = view_norm(ledger_view(book.ledger), "duty.limits", day, 0);
	assert_non_null(norm);
	assert_int_equal(norm_integer(norm, 0, "amount", 0), 3);
	assert_string_equal(norm_text(norm, 0, "limit"), "workdays");
	assert_null(view_norm(ledger_view(book.ledger), "duty.limits", day - 1, 0));
	assert_int_equal(pack_issue(book.ledger, &book.session, office_paper("4月1日", "3"),
				 &issued, &error),
		REFUSED);
	assert_string_equal(error.key, "refused.cell_year");
	assert_string_equal(error.place, "文件!B4");
	error_clear(&error);
	assert_int_equal(pack_issue(book.ledger, &book.session, office_paper("2026-04-01", "三"),
				 &issued, &error),
		REFUSED);
	assert_string_equal(error.key, "refused.cell_integer");
	assert_string_equal(error.place, "时限标准!B2");
	error_clear(&error);
	assert_int_equal(pack_issue(book.ledger, &book.session,
				 office_paper("2026-04-01", "200000"), &issued, &error),
		REFUSED);
	assert_string_equal(error.key, "refused.range");
	assert_string_equal(error.place, "时限标准!B2");
	test_book_holds(&book);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_calendar_loads_once),
		cmocka_unit_test(mistakes_are_found_where_they_stand),
		cmocka_unit_test(the_law_is_checked),
		cmocka_unit_test(an_office_issues_a_workbook),
	};

	return cmocka_run_group_tests(tests, NULL, made_forget);
}

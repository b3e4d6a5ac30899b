/* Unit tests of writing tables: what is written is read back, and nothing half-written stays. */
#include "base/buffer.h"
#include "base/date.h"
#include "base/file.h"
#include "base/panic.h"
#include "office/workbook.h"
#include "sheet_maker.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

#include <cmocka.h>

/* libxlsxwriter 1.1.4 loses its copy of the formula that names a drop-down's cells. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:lxw_strdup\n";
}

static const char *const tiers[] = { "金牌", "银牌", "铜牌" };

static const struct workbook_column columns[] = {
	{ .heading = "客户" },
	{ .heading = "户数", .style = STYLE_INTEGER },
	{ .heading = "收入", .style = STYLE_MONEY },
	{ .heading = "签约日", .style = STYLE_DAY },
	{ .heading = "时间", .style = STYLE_INSTANT },
	{ .heading = "占比", .style = STYLE_PERCENT },
	{ .heading = "级别", .choices = tiers, .choice_count = 3, .choices_only = true },
	{ .heading = "原因", .style = STYLE_REASON },
};

static void write_row(struct workbook *workbook, int sheet, const char *name)
{
	int64_t instant;
	int day;

	assert_true(day_parse("2026-11-24", &day));
	assert_true(instant_parse("2026-11-24T09:00:00+08:00", &instant));
	workbook_text(workbook, sheet, 0, name);
	workbook_integer(workbook, sheet, 1, 128);
	workbook_money(workbook, sheet, 2, 123456789);
	workbook_day(workbook, sheet, 3, day);
	workbook_instant(workbook, sheet, 4, instant);
	workbook_percent(workbook, sheet, 5, 964, 1000);
	workbook_text(workbook, sheet, 7, "缺少客户编号");
	workbook_row(workbook, sheet);
}

static const char *write_file(const char *name, enum workbook_form form, const char *text)
{
	const char *path = made_path(name);
	struct error error = { 0 };
	struct workbook *workbook;

	assert_int_equal(workbook_create(path, form, &workbook, &error), OK);
	int sheet = workbook_sheet(workbook, "客户", columns, COUNT_OF(columns));
	write_row(workbook, sheet, text);
	assert_int_equal(workbook_finish(workbook, &error), OK);
	return path;
}

static void a_workbook_is_read_back(void **state)
{
	(void)state;
	assert_string_equal(made_read(write_file("a.xlsx", WORKBOOK_XLSX, "清屿银行"), -1),
		"A1 text 客户|B1 text 户数|C1 text 收入|D1 text 签约日|E1 text 时间|F1 text 占比|"
		"G1 text 级别|H1 text 原因\n"
		"A2 text 清屿银行|B2 number 128|C2 number 1234567.89|D2 date 2026-11-24|"
		"E2 datetime 2026-11-24T09:00:00|F2 number 0.964|H2 text 缺少客户编号\n");
	assert_int_not_equal(access(made_path("a.xlsx.part"), F_OK), 0);
}

static void text_survives_as_text(void **state)
{
	static const char *const texts[] = { "=1+1", "@SUM(A1)", "-", "+8613800000000", "007",
		"_x000D_", "a_x0041_b", "_x005F_", "a\nb", " x ", "<&>\"'", "😀", "_x_",
		"http://a.b/c", "\x01", "TRUE", "2026-11-24" };
	char expected[256];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		snprintf(expected, sizeof(expected), "\nA2 text %s|B2 number", texts[i]);
		const char *said = made_read(write_file("text.xlsx", WORKBOOK_XLSX, texts[i]), -1);
		assert_non_null(strstr(said, expected));
	}
}

static void numbers_past_excels_digits_are_text(void **state)
{
	static const struct workbook_column two[] = { { .heading = "a", .style = STYLE_INTEGER },
		{ .heading = "b", .style = STYLE_MONEY } };
	const char *path = made_path("digits.xlsx");
	struct error error = { 0 };
	struct workbook *workbook;

	(void)state;
	assert_int_equal(workbook_create(path, WORKBOOK_XLSX, &workbook, &error), OK);
	int sheet = workbook_sheet(workbook, "x", two, 2);
	workbook_integer(workbook, sheet, 0, 999999999999999);
	workbook_money(workbook, sheet, 1, 99999999999999);
	workbook_row(workbook, sheet);
	workbook_integer(workbook, sheet, 0, 1234567890123456789);
	workbook_money(workbook, sheet, 1, -1234567890123456789);
	workbook_row(workbook, sheet);
	assert_int_equal(workbook_finish(workbook, &error), OK);
	assert_string_equal(made_read(path, -1),
		"A1 text a|B1 text b\nA2 number 999999999999999|B2 number 999999999999.99\n"
		"A3 text 1234567890123456789|B3 text -12345678901234567.89\n");
}

static void sheets_fill_side_by_side(void **state)
{
	const char *path = made_path("many.xlsx"), *many[3000];
	char names[3000][16], expected[64];
	struct workbook_column list = { .heading = "项", .choices = many, .choice_count = 3000 };
	struct error error = { 0 };
	struct workbook *workbook;
	struct sheet *sheet;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(names[i], sizeof(names[i]), "第%d项", i);
		many[i] = names[i];
	}
	assert_int_equal(workbook_create(path, WORKBOOK_XLSX, &workbook, &error), OK);
	int first = workbook_sheet(workbook, "明细/2026:[甲]", &list, 1);
	int second = workbook_sheet(workbook, "明细?2026*(甲]", &list, 1);
	int third = workbook_sheet(workbook, "明细_2026__甲_", &list, 1);
	for (int i = 0; i < 500; i++) {
		workbook_text(workbook, first, 0, names[i]);
		workbook_row(workbook, first);
		workbook_integer(workbook, third, 0, i);
		workbook_row(workbook, third);
	}
	workbook_text(workbook, second, 0, "一");
	workbook_row(workbook, second);
	assert_int_equal(workbook_finish(workbook, &error), OK);
	assert_int_equal(sheet_open(path, &sheet, &error), OK);
	assert_int_equal(sheet_count(sheet), 4);
	assert_string_equal(sheet_name(sheet, 0), "明细_2026__甲_");
	assert_string_equal(sheet_name(sheet, 1), "明细_2026_(甲_");
	assert_string_equal(sheet_name(sheet, 2), "明细_2026__甲_ (2)");
	assert_false(sheet_hidden(sheet, 2));
	assert_true(sheet_hidden(sheet, 3));
	assert_int_equal(sheet_choose(sheet, 3, &error), OK);
	const char *said = made_read_open(sheet, &error);
	snprintf(expected, sizeof(expected), "\nA3000 text %s|B3000 text ", names[2999]);
	assert_non_null(strstr(said, expected));
	sheet_close(sheet);
	assert_non_null(strstr(made_read(path, 0), "\nA501 text 第499项\n"));
	assert_non_null(strstr(made_read(path, 2), "\nA501 number 499\n"));
}

/* A part of the package as text. */
static void part_text(const char *path, const char *part, struct buffer *text)
{
	char bytes[4096];
	zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);

	assert_non_null(zip);
	zip_file_t *file = zip_fopen(zip, part, 0);
	assert_non_null(file);
	buffer_init(text, 1 << 20);
	for (zip_int64_t size; (size = zip_fread(file, bytes, sizeof(bytes))) > 0;)
		buffer_add(text, bytes, (size_t)size);
	zip_fclose(file);
	zip_discard(zip);
}

static void drop_downs_freeze_and_formats_are_there(void **state)
{
	struct buffer text;

	(void)state;
	write_file("dropdown.xlsx", WORKBOOK_XLSX, "x");
	part_text(made_path("dropdown.xlsx"), "xl/worksheets/sheet1.xml", &text);
	assert_non_null(strstr(text.bytes, "sqref=\"G2:G1048576\""));
	assert_non_null(strstr(text.bytes, "金牌,银牌,铜牌"));
	assert_non_null(strstr(text.bytes, "state=\"frozen\""));
	buffer_release(&text);
	part_text(made_path("dropdown.xlsx"), "xl/styles.xml", &text);
	assert_non_null(strstr(text.bytes, "FFFFF2CC"));
	buffer_release(&text);
}

static void csv_is_exact_and_safe(void **state)
{
	static const char expected[] = "\xEF\xBB\xBF客户,户数,收入,签约日,时间,占比,级别,原因\r\n"
				       "\"'=1+1\",128,1234567.89,2026-11-24,"
				       "2026-11-24T09:00:00+08:00,96.40%,,缺少客户编号\r\n";
	static const char *const cells[][2] = { { "-12.5", "-12.5" }, { "+3", "+3" },
		{ "-1+1", "\"'-1+1\"" }, { "@x", "\"'@x\"" }, { "\tx", "\"'\tx\"" },
		{ "\rx", "\"'\rx\"" }, { "a,\"b\"", "\"a,\"\"b\"\"\"" }, { "-", "\"'-\"" },
		{ "+86 138", "\"'+86 138\"" }, { "a=b", "a=b" }, { "a\nb", "\"a\nb\"" } };
	struct workbook_column one = { .heading = "a" };
	struct buffer text;

	(void)state;
	buffer_init(&text, 1 << 16);
	struct error error = { 0 };
	assert_int_equal(file_read(write_file("a.csv", WORKBOOK_CSV, "=1+1"), &text, &error), OK);
	assert_string_equal(text.bytes, expected);
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		const char *path = made_path("cell.csv");
		struct workbook *workbook;
		char line[64];
		assert_int_equal(workbook_create(path, WORKBOOK_CSV, &workbook, &error), OK);
		workbook_sheet(workbook, "x", &one, 1);
		workbook_text(workbook, 0, 0, cells[i][0]);
		workbook_row(workbook, 0);
		assert_int_equal(workbook_finish(workbook, &error), OK);
		buffer_clear(&text);
		assert_int_equal(file_read(path, &text, &error), OK);
		snprintf(line, sizeof(line),
			"\xEF\xBB\xBF"
			"a\r\n%s\r\n",
			cells[i][1]);
		assert_string_equal(text.bytes, line);
	}
	buffer_release(&text);
}

static void csv_is_read_back(void **state)
{
	static const char *const texts[] = { "=1+1", "'=1+1", "''-x", "-12.5", "'-12.5", "'a", "@x",
		"\tx", "+86 138", "'", "-", "a,\"b\"\r\nc" };
	struct workbook_column one = { .heading = "a" };
	struct error error = { 0 };
	struct workbook *workbook;
	const char *path = made_path("round.csv");
	char expected[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		assert_int_equal(workbook_create(path, WORKBOOK_CSV, &workbook, &error), OK);
		workbook_sheet(workbook, "x", &one, 1);
		workbook_text(workbook, 0, 0, texts[i]);
		workbook_row(workbook, 0);
		assert_int_equal(workbook_finish(workbook, &error), OK);
		snprintf(expected, sizeof(expected), "A1 text a\nA2 text %s\n", texts[i]);
		assert_string_equal(made_read(path, -1), expected);
	}
}

static void failures_leave_the_old_file(void **state)
{
	static char long_text[WORKBOOK_CELL_CHARACTERS + 2];
	const char *path = made_file("kept.xlsx", "old", 3);
	struct error error = { 0 };
	struct workbook *workbook;
	struct buffer text;

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	assert_int_equal(workbook_create(path, WORKBOOK_XLSX, &workbook, &error), OK);
	workbook_sheet(workbook, "客户", columns, COUNT_OF(columns));
	write_row(workbook, 0, long_text);
	write_row(workbook, 0, "x");
	assert_int_equal(workbook_state(workbook), REFUSED);
	assert_int_equal(workbook_finish(workbook, &error), REFUSED);
	assert_string_equal(error.key, "refused.workbook_cell_too_long");
	assert_string_equal(error.place, "客户!A2");
	error_clear(&error);
	assert_int_equal(workbook_create(path, WORKBOOK_XLSX, &workbook, &error), OK);
	workbook_sheet(workbook, "客户", columns, COUNT_OF(columns));
	workbook_abandon(workbook);
	assert_int_equal(workbook_create(path, WORKBOOK_CSV, &workbook, &error), OK);
	workbook_sheet(workbook, "a", columns, COUNT_OF(columns));
	workbook_sheet(workbook, "b", columns, COUNT_OF(columns));
	assert_int_equal(workbook_finish(workbook, &error), REFUSED);
	assert_string_equal(error.key, "refused.csv_one_sheet");
	buffer_init(&text, 64);
	error_clear(&error);
	assert_int_equal(file_read(path, &text, &error), OK);
	assert_string_equal(text.bytes, "old");
	buffer_release(&text);
	assert_int_not_equal(access(made_path("kept.xlsx.part"), F_OK), 0);
	assert_int_equal(
		workbook_create(made_path("none/x.xlsx"), WORKBOOK_XLSX, &workbook, &error),
		REFUSED);
	assert_null(workbook);
}

/* Write 20,000 rows in a process whose files may not pass `most` bytes; what it answers. */
static enum result write_limited(const char *path, enum workbook_form form, rlim_t most)
{
	static const struct workbook_column one = { .heading = "a" };
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit limit = { most, most };
		struct error error = { 0 };
		struct workbook *workbook;
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		if (!freopen("/dev/null", "w", stderr) ||
			workbook_create(path, form, &workbook, &error) != OK)
			_exit(99);
		workbook_sheet(workbook, "x", &one, 1);
		for (int i = 0; i < 20000; i++) {
			workbook_text(workbook, 0, 0, "清屿省集团客户部的一行文字");
			workbook_row(workbook, 0);
		}
		_exit((int)workbook_finish(workbook, &error));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return (enum result)WEXITSTATUS(status);
}

/* Wherever the disk fills, in the file or in a temporary one, it is said and nothing is left. */
static void full_disks_are_trouble(void **state)
{
	static const rlim_t limits[] = { 0, 100, 3000, 65536, 100000, 500000 };
	const char *xlsx = made_path("full.xlsx"), *csv = made_path("full.csv");

	(void)state;
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		assert_int_equal(write_limited(xlsx, WORKBOOK_XLSX, limits[i]), TROUBLE);
		assert_int_not_equal(access(xlsx, F_OK), 0);
		assert_int_not_equal(access(made_path("full.xlsx.part"), F_OK), 0);
		assert_int_equal(write_limited(csv, WORKBOOK_CSV, limits[i]), TROUBLE);
		assert_int_not_equal(access(csv, F_OK), 0);
	}
	assert_int_equal(write_limited(xlsx, WORKBOOK_XLSX, RLIM_INFINITY), OK);
	assert_int_equal(write_limited(csv, WORKBOOK_CSV, RLIM_INFINITY), OK);
}

static void paths_choose_the_form(void **state)
{
	enum workbook_form form;

	(void)state;
	assert_true(workbook_form("a.b/C.XLSX", &form));
	assert_int_equal(form, WORKBOOK_XLSX);
	assert_true(workbook_form("名单.csv", &form));
	assert_int_equal(form, WORKBOOK_CSV);
	assert_false(workbook_form("a.xls", &form));
	assert_false(workbook_form("csv", &form));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_workbook_is_read_back),
		cmocka_unit_test(text_survives_as_text),
		cmocka_unit_test(numbers_past_excels_digits_are_text),
		cmocka_unit_test(sheets_fill_side_by_side),
		cmocka_unit_test(drop_downs_freeze_and_formats_are_there),
		cmocka_unit_test(csv_is_exact_and_safe),
		cmocka_unit_test(csv_is_read_back),
		cmocka_unit_test(failures_leave_the_old_file),
		cmocka_unit_test(full_disks_are_trouble),
		cmocka_unit_test(paths_choose_the_form),
	};

	return cmocka_run_group_tests(tests, NULL, made_forget);
}

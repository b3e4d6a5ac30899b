/* Cells as people type them, and what they mean for each type of field. */
#include "base/asset.h"
#include "derive/headings.h"
#include "little_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const colours[] = { "holiday", "workday", NULL };
static const struct field text = { "name", FIELD_TEXT };
static const struct field integer = { "amount", FIELD_INTEGER };
static const struct field money = { "amount", FIELD_MONEY };
static const struct field boolean = { "pauses", FIELD_BOOL };
static const struct field day = { "day", FIELD_DAY };
static const struct field month = { "month", FIELD_MONTH };
static const struct field instant = { "at", FIELD_INSTANT };
static const struct field time_of_day = { "from", FIELD_TIME };
static const struct field choice = { "is", FIELD_CHOICE, .choices = colours };
static const struct field code = { "code", FIELD_CODE };
static const struct field customer = { "customer", FIELD_CUSTOMER };
static const struct field people = { "recipients", FIELD_STAFF, LIST };

static const struct {
	const struct field *field;
	enum money_unit unit;
	const char *typed, *means; /* JSON, a message key, or NULL for nothing */
} cells[] = {
	{ &text, 0, " 清屿　", "\"清屿\"" },
	{ &text, 0, "　", NULL },
	{ &text, 0, "ＡＢ１", "\"ＡＢ１\"" },
	{ &code, 0, "Ｃ１ ", "\"C1\"" },
	{ &integer, 0, "1,234", "1234" },
	{ &integer, 0, "１２", "12" },
	{ &integer, 0, "12.00", "12" },
	{ &integer, 0, "85%", "85" },
	{ &integer, 0, "-3", "-3" },
	{ &integer, 0, "12.5", "refused.cell_integer" },
	{ &integer, 0, "9999999999999999999999", "refused.cell_integer" },
	{ &money, UNIT_YUAN, "1,234.50", "123450" },
	{ &money, UNIT_YUAN, "3.4000000001", "340" },
	{ &money, UNIT_YUAN, "￥80", "8000" },
	{ &money, UNIT_YUAN, "(80.5)", "-8050" },
	{ &money, UNIT_WAN, "12.4", "12400000" },
	{ &money, UNIT_WAN, "12.4元", "1240" },
	{ &money, UNIT_THOUSAND, "1.2345", "123450" },
	{ &money, UNIT_FEN, "99", "99" },
	{ &money, UNIT_YI, "1.02", "10200000000" },
	{ &money, UNIT_YUAN, "十二", "refused.cell_money" },
	{ &boolean, 0, "是", "true" },
	{ &boolean, 0, "√", "true" },
	{ &boolean, 0, "N", "false" },
	{ &boolean, 0, "FALSE", "false" },
	{ &boolean, 0, "也许", "refused.cell_bool" },
	{ &day, 0, "2026-11-24", "\"2026-11-24\"" },
	{ &day, 0, "2026/11/4", "\"2026-11-04\"" },
	{ &day, 0, "2026.1.4", "\"2026-01-04\"" },
	{ &day, 0, "2026年11月24日", "\"2026-11-24\"" },
	{ &day, 0, "２０２６年１月４号", "\"2026-01-04\"" },
	{ &day, 0, "20261124", "\"2026-11-24\"" },
	{ &day, 0, "46350", "\"2026-11-24\"" },
	{ &day, 0, "2026-11-24 09:00:00", "\"2026-11-24\"" },
	{ &day, 0, "2026-11-24T09:00:00", "\"2026-11-24\"" },
	{ &day, 0, "11月24日", "refused.cell_year" },
	{ &day, 0, "11/24", "refused.cell_year" },
	{ &day, 0, "2026-02-30", "refused.cell_day" },
	{ &day, 0, "2026-11/24", "refused.cell_day" },
	{ &day, 0, "2026-11", "refused.cell_day" },
	{ &day, 0, "26-11-24", "refused.cell_day" },
	{ &day, 0, "7", "refused.cell_day" },
	{ &month, 0, "2026-11", "\"2026-11\"" },
	{ &month, 0, "202611", "\"2026-11\"" },
	{ &month, 0, "2026年1月", "\"2026-01\"" },
	{ &month, 0, "2026-11-24", "\"2026-11\"" },
	{ &month, 0, "2026-13", "refused.cell_month" },
	{ &month, 0, "11月", "refused.cell_year" },
	{ &instant, 0, "2026-11-24 09:30", "\"2026-11-24T09:30:00+08:00\"" },
	{ &instant, 0, "2026-11-24T01:30:00Z", "\"2026-11-24T09:30:00+08:00\"" },
	{ &instant, 0, "2026年11月24日 9时30分", "\"2026-11-24T09:30:00+08:00\"" },
	{ &instant, 0, "2026-11-24 25:00", "refused.cell_instant" },
	{ &time_of_day, 0, "9:05", "\"09:05\"" },
	{ &time_of_day, 0, "09:00:00", "\"09:00\"" },
	{ &time_of_day, 0, "9", "refused.time" },
	{ &choice, 0, "放假", "\"holiday\"" },
	{ &choice, 0, "workday", "\"workday\"" },
	{ &choice, 0, "上班", "refused.choice" },
	{ &customer, 0, "C1", "\"C1\"" },
	{ &customer, 0, "C1.0", "\"C1\"" },
	{ &customer, 0, " 客户 2", "\"C2\"" },
	{ &customer, 0, "同名", "refused.cell_name" },
	{ &customer, 0, "C9", "refused.unknown_customer" },
	{ &people, 0, "zhou、陈恕", "[\"zhou\",\"chen\"]" },
	{ &people, 0, "zhou; chen;", "[\"zhou\",\"chen\"]" },
	{ &people, 0, "zhou，谁", "refused.unknown_staff" },
};

static void cells_mean_what_people_typed(void **state)
{
	struct test_book book;
	struct messages *messages = asset_messages();
	struct labels labels = { messages, CHINESE };

	(void)state;
	little_book_open(&book);
	test_put(&book,
		"{\"kind\":\"little.customer\",\"body\":{\"code\":\"S1\",\"name\":\"同名\"}}");
	test_put(&book,
		"{\"kind\":\"little.customer\",\"body\":{\"code\":\"S2\",\"name\":\"同 名\"}}");
	struct name_index *names = name_index_new(book.ledger, NULL);
	struct typed typed = { book.ledger, &labels, names, "calendar.days" };
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		struct cell cell = { .type = CELL_TEXT, .text = cells[i].typed };
		struct error error = { 0 };
		json_t *value;
		char said[200] = "";
		if (typed_read(&typed, cells[i].field, cells[i].unit, &cell, &value, &error) !=
			OK) {
			text_copy(said, sizeof(said), error.key);
			assert_string_equal(error.field, cells[i].field->name);
		} else if (value) {
			char *json = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
			text_copy(said, sizeof(said), json);
			free(json);
			json_decref(value);
		}
		if (strcmp(said, cells[i].means ? cells[i].means : "") != 0)
			fail_msg("“%s” of a %s: %s", cells[i].typed, cells[i].field->name, said);
	}
	name_index_free(names);
	messages_free(messages);
	test_book_close(&book);
}

static void headings_name_their_unit(void **state)
{
	static const struct {
		const char *heading, *folded;
		enum money_unit unit;
	} headings[] = {
		{ "月收入（万元）", "月收入", UNIT_WAN },
		{ "月 收 入(元) *", "月收入", UNIT_YUAN },
		{ "*收入（千元）（必填）", "收入", UNIT_THOUSAND },
		{ "Amount (yuan)", "amount", UNIT_YUAN },
		{ "收入/万元", "收入", UNIT_WAN },
		{ "收入（分）", "收入", UNIT_FEN },
		{ "元", "元", UNIT_YUAN },
		{ "", "", UNIT_YUAN },
	};
	char folded[LABEL_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(headings); i++) {
		assert_int_equal(heading_fold(headings[i].heading, folded), headings[i].unit);
		assert_string_equal(folded, headings[i].folded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_mean_what_people_typed),
		cmocka_unit_test(headings_name_their_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

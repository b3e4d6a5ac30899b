/* Customers: identity, merging and back, contracts that end, and what may be erased. */
#include "ledger_book.h"

#include "modules/customer/customer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

extern const struct module org_module, customer_module;

static const struct module *const with_customers[] = { &org_module, &customer_module, NULL };

#define CUSTOMER(code, name, more)                                                                 \
	"{\"kind\":\"customer\",\"body\":{\"code\":\"" code "\",\"name\":\"" name "\"" more "}}"
#define PRODUCT(customer, product, until)                                                          \
	"{\"kind\":\"customer.product\",\"body\":{\"customer\":\"" customer                        \
	"\",\"product\":\"" product "\",\"line\":\"fixed\",\"monthly\":100000,\"until\":\"" until  \
	"\"}}"
#define MERGE(customer, into)                                                                      \
	"{\"kind\":\"customer.merged\",\"body\":{\"customer\":\"" customer "\",\"into\":\"" into   \
	"\",\"reason\":\"重复\"}}"
#define UNMERGE(customer)                                                                          \
	"{\"kind\":\"customer.unmerged\",\"body\":{\"customer\":\"" customer                       \
	"\",\"reason\":\"不是一家\"}}"

static void open_customers(struct test_book *book)
{
	test_book_open(book, with_customers);
	test_put(book, "{\"kind\":\"org.unit\",\"body\":{\"unit\":\"99\",\"name\":\"清屿省\","
		       "\"level\":\"province\"}}");
	test_put(book, "{\"kind\":\"org.unit\",\"body\":{\"unit\":\"9901\",\"name\":\"澜州市\","
		       "\"level\":\"city\",\"parent\":\"99\"}}");
	test_put(book, CUSTOMER("C1", "清屿第一医院", ",\"unit\":\"9901\""));
	test_put(book, CUSTOMER("C2", "云帆物流有限公司", ",\"category\":\"business\""));
	test_put(book, CUSTOMER("C3", "云帆物流（有限责任公司）", ""));
}

static int64_t count(struct test_book *book, const char *measure)
{
	return test_figure(book, measure, "unit:99", "2026-01-01", "2026-12-31");
}

static void assert_name(const char *name, const char *expected)
{
	char folded[IDENTITY_TEXT];

	identity_name(folded, sizeof(folded), name);
	assert_string_equal(folded, expected);
}

static void names_are_compared_without_their_form(void **state)
{
	(void)state;
	assert_name("云帆物流 有限公司", "云帆物流");
	assert_name("云帆物流（有限责任公司）", "云帆物流");
	assert_name("清屿（集团）股份有限公司", "清屿集团");
	assert_name("Ａｃｍｅ Co., Ltd.", "acme");
	assert_name("Incheon Trading", "incheontrading");
	assert_name("清屿【总】公司", "清屿");
	assert_name("客户·1", "客户1"); /* 户 ends in a byte that is also in the dot */
	/* A name that is nothing but a form stays what it is. */
	assert_name("有限公司", "有限公司");
	assert_name("(公司)", "(公司)");
}

static void credit_codes_are_doubted_by_the_standard(void **state)
{
	static const char *const good[] = { "91350100M000100Y43", "91512081MA62K0260E",
		"11320000MB151840XJ", "91990101MADM00019F", "12990301MBDM00047X" };
	char code[IDENTITY_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_null(identity_doubt(good[i]));
	assert_string_equal(identity_doubt("91350100M000100Y4Z"), "characters");
	assert_string_equal(identity_doubt("91350100M000100Y44"), "check");
	assert_string_equal(identity_doubt("91350100M000100Y4"), "length");
	assert_string_equal(identity_doubt("91350100M000100Y4三"), "characters");
	identity_code(code, sizeof(code), " 91350100m000100y43 ");
	assert_string_equal(code, "91350100M000100Y43");
	/* Any one character exchanged for another of the alphabet is noticed. */
	for (int i = 0; i < 18; i++) {
		text_copy(code, sizeof(code), good[0]);
		code[i] = code[i] == '7' ? '8' : '7';
		assert_non_null(identity_doubt(code));
	}
}

static void likeness_is_counted_and_never_refused(void **state)
{
	struct test_book book;

	(void)state;
	open_customers(&book);
	assert_int_equal(count(&book, "customer.count"), 3);
	assert_int_equal(count(&book, "customer.duplicates"), 1);
	assert_int_equal(test_figure(&book, "customer.duplicates", "customer:C3", "2026-03-01",
				 "2026-03-31"),
		1);
	test_put(&book, CUSTOMER("C4", "别名科技", ",\"credit_code\":\"91350100m000100y43\""));
	test_put(&book, CUSTOMER("C5", "本名科技", ",\"credit_code\":\"91350100M000100Y43\""));
	test_put(&book, CUSTOMER("C6", "云帆物流公司", ",\"credit_code\":\"91350100M000100Y43\""));
	assert_int_equal(count(&book, "customer.duplicates"), 3);
	assert_int_equal(count(&book, "customer.code_doubtful"), 0);
	test_put(&book, CUSTOMER("C5", "本名科技", ",\"credit_code\":\"913501\""));
	assert_int_equal(count(&book, "customer.code_doubtful"), 1);
	assert_int_equal(count(&book, "customer.duplicates"), 2);
	/* Without a unit of his own a customer is the root's. */
	assert_int_equal(
		test_figure(&book, "customer.count", "unit:9901", "2026-01-01", "2026-12-31"), 1);
	assert_int_equal(count(&book, "customer.business"), 1);
	test_book_holds(&book);
	test_book_close(&book);
}

static const char *survivor(struct test_book *book, const char *customer)
{
	return view_survivor(ledger_view(book->ledger), customer);
}

static void merges_chain_and_come_apart(void **state)
{
	struct test_book book;
	int day;

	(void)state;
	open_customers(&book);
	assert_true(day_parse("2026-03-02", &day));
	test_refused(&book, "refused.merge_self", MERGE("C2", "C2"));
	test_refused(&book, "refused.not_merged", UNMERGE("C2"));
	test_put(&book, MERGE("C3", "C2"));
	assert_string_equal(survivor(&book, "C3"), "C2");
	assert_int_equal(count(&book, "customer.count"), 2);
	assert_int_equal(count(&book, "customer.duplicates"), 0);
	test_refused(&book, "refused.merge_cycle", MERGE("C2", "C3"));
	test_refused(&book, "refused.merged_already", MERGE("C3", "C1"));
	test_put(&book, MERGE("C2", "C1"));
	assert_string_equal(survivor(&book, "C3"), "C1");
	assert_string_equal(survivor(&book, "C1"), "C1");
	test_refused(&book, "refused.merge_cycle", MERGE("C1", "C3"));
	assert_string_equal(view_customer_unit(ledger_view(book.ledger), "C3"), "9901");
	assert_int_equal(count(&book, "customer.count"), 1);
	/* Before the merge there were three of them, and the figure still says so. */
	assert_int_equal(
		test_figure(&book, "customer.count", "unit:99", "2026-01-01", "2026-03-01"), 0);
	test_book_holds(&book);
	test_clock(&book, "2026-04-01T09:00:00+08:00");
	test_put(&book, UNMERGE("C2"));
	assert_string_equal(survivor(&book, "C3"), "C2");
	assert_int_equal(count(&book, "customer.count"), 2);
	assert_int_equal(
		test_figure(&book, "customer.count", "unit:99", "2026-03-01", "2026-03-31"), 1);
	test_refused(&book, "refused.merge_cycle", MERGE("C2", "C3"));
	test_put(&book, UNMERGE("C3"));
	test_put(&book, MERGE("C2", "C3"));
	assert_string_equal(survivor(&book, "C2"), "C3");
	test_book_holds(&book);
	test_book_close(&book);
}

/* A merge survives the folding of its customer's rows after a correction, and so does its end. */
static void corrections_keep_merges(void **state)
{
	struct test_book book;
	char id[ID_TEXT];

	(void)state;
	open_customers(&book);
	memcpy(id, test_put(&book, CUSTOMER("C7", "写错的名称", "")), ID_TEXT);
	test_put(&book, MERGE("C7", "C1"));
	test_put(&book, UNMERGE("C7"));
	test_put(&book, MERGE("C7", "C2"));
	test_correct(&book, id, "{\"code\":\"C7\",\"name\":\"云帆物流\"}");
	assert_string_equal(survivor(&book, "C7"), "C2");
	test_book_holds(&book);
	test_put(&book, UNMERGE("C7"));
	assert_int_equal(count(&book, "customer.duplicates"), 2);
	test_withdraw(&book, id);
	assert_int_equal(count(&book, "customer.duplicates"), 1);
	assert_int_equal(count(&book, "customer.count"), 3);
	test_book_holds(&book);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_compared_without_their_form),
		cmocka_unit_test(credit_codes_are_doubted_by_the_standard),
		cmocka_unit_test(likeness_is_counted_and_never_refused),
		cmocka_unit_test(merges_chain_and_come_apart),
		cmocka_unit_test(corrections_keep_merges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

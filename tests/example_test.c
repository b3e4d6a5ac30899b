/* The worked example of docs/modules.md, built and put through what its page promises. */
#include "ledger_book.h"
#include "little_module.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

extern const struct module gift_module;

static void gifts_are_recorded_counted_and_put_right(void **state)
{
	static const struct module *const modules[] = { &little_module, &gift_module, NULL };
	struct test_book book;
	char gift[ID_TEXT];

	(void)state;
	test_book_open(&book, modules);
	test_put(&book, "{\"kind\":\"little.unit\",\"body\":{\"unit\":\"U\",\"name\":\"省公司\"}}");
	test_put(&book,
		"{\"kind\":\"little.staff\",\"body\":{\"staff\":\"zhou\",\"name\":\"周岚\"}}");
	test_put(&book,
		"{\"kind\":\"little.customer\",\"body\":{\"code\":\"C1\",\"name\":\"清波精铸\","
		"\"unit\":\"U\"}}");
	test_put(&book,
		"{\"kind\":\"gift.given\",\"author\":\"zhou\",\"body\":{\"customer\":\"C1\","
		"\"item\":\"台历\",\"cost\":3000,\"person\":\"王总\"}}");
	text_copy(gift, sizeof(gift),
		test_put(&book, "{\"kind\":\"gift.given\",\"author\":\"zhou\",\"body\":"
				"{\"customer\":\"C1\",\"item\":\"茶叶\",\"cost\":20000,"
				"\"receipt_by\":\"2026-03-10\"}}"));
	assert_int_equal(
		test_figure(&book, "gift.count", "staff:zhou", "2026-03-01", "2026-03-31"), 2);
	assert_int_equal(
		test_figure(&book, "gift.cost", "unit:U", "2026-03-01", "2026-03-31"), 23000);
	test_put(&book,
		"{\"kind\":\"gift.receipt\",\"author\":\"zhou\",\"body\":{\"gift\":\"%s\"}}", gift);
	test_correct(&book, gift,
		"{\"customer\":\"C1\",\"item\":\"茶叶\",\"cost\":2000,\"receipt_by\":\"2026-03-"
		"10\"}");
	assert_int_equal(
		test_figure(&book, "gift.cost", "customer:C1", "2026-03-01", "2026-03-31"), 5000);
	test_withdraw(&book, gift);
	assert_int_equal(
		test_figure(&book, "gift.cost", "customer:C1", "2026-03-01", "2026-03-31"), 3000);
	test_book_holds(&book);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gifts_are_recorded_counted_and_put_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

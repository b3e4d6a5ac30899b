/* What a file is, by its headings: every kind's own template, and headings as people write them. */
#include "ledger_book.h"

#include "base/asset.h"
#include "derive/export.h"
#include "derive/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

extern const struct module *const modules[];

static struct test_book book;
static struct messages *messages;

static int set_up(void **state)
{
	(void)state;
	messages = asset_messages();
	test_book_open(&book, modules);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	messages_free(messages);
	test_book_close(&book);
	return 0;
}

/* The kind's name; "" for none. */
static const char *guessed(struct import_request request)
{
	struct error error = { 0 };
	const struct kind *kind;

	request.labels = (struct labels){ messages, CHINESE };
	request.session = &book.session;
	assert_int_equal(import_guess(book.ledger, &request, &kind, &error), OK);
	return kind ? kind->name : "";
}

static void a_template_says_what_it_is(void **state)
{
	char path[] = "/tmp/yiben-template-XXXXXX.xlsx";

	(void)state;
	close(mkstemps(path, (int)strlen(".xlsx")));
	for (const struct module *const *module = modules; *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			for (enum language i = CHINESE; kind->imports && i < LANGUAGES; i++) {
				const struct labels labels = { messages, i };
				struct error error = { 0 };
				assert_int_equal(template_write(book.ledger, &labels, kind->name,
							 path, &error),
					OK);
				assert_string_equal(
					guessed((struct import_request){ .path = path }),
					kind->name);
			}
		}
	}
	unlink(path);
}

static void headings_say_what_they_are(void **state)
{
	static const struct {
		const char *headings, *kind;
	} cases[] = { { "客户编号,客户名称,客户类别", "customer" },
		{ "客户编号,客户名称,备注", "customer" }, { "集团编号,集团名称,行业", "customer" },
		{ "客户编号,月份,收入", "revenue.posted" },
		{ "客户编号,月份,收入（万元）,用户数", "revenue.posted" },
		{ "客户编号,联系人编号,姓名,电话", "customer.person" },
		{ "客户编号,走访人,日期,走访情况", "visit.made" },
		{ "机构编码,机构名称,层级,上级", "org.unit" }, { "工号,姓名", "org.staff" },
		{ "您好，请尽快回电", "" }, { "a,b,c", "" }, { "", "" } };
	char bytes[400];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		snprintf(bytes, sizeof(bytes), "%s\n1,2,3\n", cases[i].headings);
		const char *kind = guessed((struct import_request){
			.path = "a.csv", .bytes = bytes, .length = strlen(bytes) });
		if (strcmp(kind, cases[i].kind) != 0)
			fail_msg("%s: %s", cases[i].headings, kind);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_template_says_what_it_is),
		cmocka_unit_test(headings_say_what_they_are),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

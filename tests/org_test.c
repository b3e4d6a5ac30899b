/* The organisation: which post holds on which day, and what is refused. */
#include "ledger_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

extern const struct module org_module;

/* Whoever is named in an entry manages one customer from then on, or none. */
static const struct field managed[] = {
	{ "staff", FIELD_STAFF, REQUIRED | KEY | ABOUT | SCOPE },
	{ "customers", FIELD_BOOL, REQUIRED },
	{ 0 },
};
static const int managed_folds[] = { 0, -1 };
static const struct kind managing_kinds[] = {
	{ "managing", 1, FACT, NEED_STAFF, managed, .folds = managed_folds },
	{ 0 },
};
static const struct column managing_columns[] = { { "staff", COLUMN_TEXT },
	{ "customers", COLUMN_INTEGER }, { 0 } };
static const struct table managing_tables[] = {
	{ "d_managing", managing_columns, "staff", .scope = "staff", .scope_type = "staff" },
	{ 0 },
};
static const struct statement managing_sql[] = {
	{ "INSERT INTO d_managing (book, staff, customers) VALUES ($book, $staff, $customers) "
	  "ON CONFLICT (book, staff) DO UPDATE SET customers = excluded.customers" },
	{ "SELECT staff FROM d_managing WHERE book = $book AND staff = $staff AND customers = 1" },
	{ 0 },
};
static const struct module managing_module = {
	.name = "managing",
	.version = 1,
	.kinds = managing_kinds,
	.tables = managing_tables,
	.sql = managing_sql,
	.directory = { .customers_of = ANSWERS(1) },
};

static const struct module *const with_org[] = { &org_module, &managing_module, NULL };

#define UNIT(id, level, parent)                                                                    \
	"{\"kind\":\"org.unit\",\"body\":{\"unit\":\"" id "\",\"name\":\"单位" id                  \
	"\",\"level\":\"" level "\"" parent "}}"
#define UNDER(id) ",\"parent\":\"" id "\""
#define STAFF(id, name)                                                                            \
	"{\"kind\":\"org.staff\",\"body\":{\"staff\":\"" id "\",\"name\":\"" name "\"}}"
#define POST(staff, unit, role, from, more)                                                        \
	"{\"kind\":\"org.post\",\"body\":{\"staff\":\"" staff "\",\"unit\":\"" unit                \
	"\",\"role\":\"" role "\",\"from\":\"" from "\"" more "}}"

static void open_org(struct test_book *book)
{
	test_book_open(book, with_org);
	test_put(book, UNIT("99", "province", ""));
	test_put(book, UNIT("9901", "city", UNDER("99")));
	test_put(book, UNIT("9902", "city", UNDER("99")));
	test_put(book, UNIT("990101", "team", UNDER("9901")));
	test_put(book, STAFF("zhou", "周望舒"));
	test_put(book, STAFF("lin", "林叙"));
}

static const char *unit_on(struct test_book *book, const char *staff, const char *day_name)
{
	int day;

	assert_true(day_parse(day_name, &day));
	return view_staff_unit(ledger_view(book->ledger), staff, day);
}

static void a_newer_post_holds_and_an_older_one_comes_back(void **state)
{
	struct test_book book;

	(void)state;
	open_org(&book);
	test_put(&book, POST("zhou", "9901", "manager", "2026-01-01", ""));
	test_put(&book, POST("zhou", "9902", "manager", "2026-02-01", ",\"until\":\"2026-02-28\""));
	assert_null(unit_on(&book, "zhou", "2025-12-31"));
	assert_string_equal(unit_on(&book, "zhou", "2026-01-31"), "9901");
	assert_string_equal(unit_on(&book, "zhou", "2026-02-01"), "9902");
	assert_string_equal(unit_on(&book, "zhou", "2026-02-28"), "9902");
	assert_string_equal(unit_on(&book, "zhou", "2026-03-01"), "9901");
	assert_int_equal(
		test_figure(&book, "org.post.changes", "unit:99", "2026-01-01", "2026-02-28"), 1);
	assert_int_equal(
		test_figure(&book, "org.post.changes", "staff:zhou", "2026-02-02", "2026-02-28"),
		0);
	assert_int_equal(
		test_figure(&book, "org.staff.count", "unit:9901", "2026-02-01", "2026-02-10"), 0);
	assert_int_equal(
		test_figure(&book, "org.managers", "unit:9901", "2026-02-01", "2026-03-02"), 1);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_post_put_right_moves_every_figure(void **state)
{
	struct test_book book;
	char id[ID_TEXT];

	(void)state;
	open_org(&book);
	test_put(&book, POST("lin", "9901", "office", "2026-01-01", ""));
	memcpy(id, test_put(&book, POST("lin", "9902", "office", "2026-02-01", "")), ID_TEXT);
	assert_string_equal(unit_on(&book, "lin", "2026-02-10"), "9902");
	test_correct(&book, id,
		"{\"staff\":\"lin\",\"unit\":\"990101\",\"role\":\"leader\",\"from\":\"2026-02-"
		"15\"}");
	assert_string_equal(unit_on(&book, "lin", "2026-02-10"), "9901");
	assert_string_equal(unit_on(&book, "lin", "2026-02-15"), "990101");
	test_book_holds(&book);
	test_withdraw(&book, id);
	assert_string_equal(unit_on(&book, "lin", "2026-02-20"), "9901");
	assert_int_equal(
		test_figure(&book, "org.post.changes", "unit:99", "2026-01-01", "2026-12-31"), 0);
	test_book_holds(&book);
	test_book_close(&book);
}

static void nobody_leaves_while_he_has_customers(void **state)
{
	struct test_book book;

	(void)state;
	open_org(&book);
	test_put(&book, POST("zhou", "9901", "manager", "2026-01-01", ""));
	test_put(&book, "{\"kind\":\"managing\",\"body\":{\"staff\":\"zhou\",\"customers\":true}}");
	test_refused(&book, "refused.left_with_customers",
		"{\"kind\":\"org.left\",\"body\":{\"staff\":\"zhou\",\"day\":\"2026-03-31\"}}");
	test_put(
		&book, "{\"kind\":\"managing\",\"body\":{\"staff\":\"zhou\",\"customers\":false}}");
	test_put(&book,
		"{\"kind\":\"org.left\",\"body\":{\"staff\":\"zhou\",\"day\":\"2026-03-31\"}}");
	assert_string_equal(unit_on(&book, "zhou", "2026-03-31"), "9901");
	assert_null(unit_on(&book, "zhou", "2026-04-01"));
	assert_int_equal(
		test_figure(&book, "org.left.count", "unit:9901", "2026-03-01", "2026-03-31"), 1);
	test_refused(&book, "refused.left_already",
		"{\"kind\":\"org.left\",\"body\":{\"staff\":\"zhou\",\"day\":\"2026-05-31\"}}");
	test_refused(&book, "refused.returned_before_left",
		"{\"kind\":\"org.returned\",\"body\":{\"staff\":\"zhou\",\"day\":\"2026-03-31\"}}");
	test_put(&book,
		"{\"kind\":\"org.returned\",\"body\":{\"staff\":\"zhou\",\"day\":\"2026-04-10\"}}");
	assert_null(unit_on(&book, "zhou", "2026-04-09"));
	assert_string_equal(unit_on(&book, "zhou", "2026-04-10"), "9901");
	test_refused(&book, "refused.not_left",
		"{\"kind\":\"org.returned\",\"body\":{\"staff\":\"zhou\",\"day\":\"2026-05-10\"}}");
	test_book_holds(&book);
	test_book_close(&book);
}

/* A scope folded again must come out the same after moves, whatever was corrected since. */
static void a_correction_keeps_a_leaving(void **state)
{
	struct test_book book;
	char id[ID_TEXT];

	(void)state;
	open_org(&book);
	memcpy(id, test_put(&book, POST("lin", "9901", "office", "2026-01-01", "")), ID_TEXT);
	test_put(&book,
		"{\"kind\":\"org.left\",\"body\":{\"staff\":\"lin\",\"day\":\"2026-02-01\"}}");
	test_correct(&book, id,
		"{\"staff\":\"lin\",\"unit\":\"9901\",\"role\":\"office\",\"title\":\"内勤\","
		"\"from\":\"2026-01-01\"}");
	assert_string_equal(unit_on(&book, "lin", "2026-02-01"), "9901");
	assert_null(unit_on(&book, "lin", "2026-02-02"));
	test_book_holds(&book);
	test_book_close(&book);
}

static void what_is_wrong_in_itself_is_refused(void **state)
{
	struct test_book book;

	(void)state;
	open_org(&book);
	test_refused(&book, "refused.unit_cycle", UNIT("99", "province", UNDER("990101")));
	test_refused(&book, "refused.unit_cycle", UNIT("9901", "city", UNDER("9901")));
	test_refused(&book, "refused.unknown_unit", UNIT("98", "city", UNDER("97")));
	test_refused(&book, "refused.until_before_from",
		POST("lin", "9901", "office", "2026-03-01", ",\"until\":\"2026-02-28\""));
	test_refused(&book, "refused.own_deputy",
		"{\"kind\":\"org.deputy\",\"body\":{\"staff\":\"lin\",\"deputy\":\"lin\","
		"\"from\":\"2026-03-01\",\"until\":\"2026-03-07\"}}");
	test_refused(&book, "refused.until_before_from",
		"{\"kind\":\"org.deputy\",\"body\":{\"staff\":\"lin\",\"deputy\":\"zhou\","
		"\"from\":\"2026-03-08\",\"until\":\"2026-03-07\"}}");
	test_book_holds(&book);
	test_book_close(&book);
}

/* The office and the leader are found by their posts: what they may do shows it. */
static void roles_and_deputies_decide_what_is_allowed(void **state)
{
	struct test_book book;

	(void)state;
	open_org(&book);
	test_put(&book, STAFF("song", "宋知行"));
	test_put(&book, POST("lin", "99", "office", "2026-01-01", ""));
	test_put(&book, POST("song", "9901", "leader", "2026-01-01", ""));
	test_put(&book, POST("zhou", "990101", "manager", "2026-01-01", ""));
	book.session.staff = "zhou";
	test_refused(&book, "refused.not_allowed", STAFF("wang", "王一"));
	book.session.staff = "song";
	test_refused(&book, "refused.not_allowed", STAFF("wang", "王一"));
	test_put(&book, "{\"kind\":\"org.deputy\",\"body\":{\"staff\":\"zhou\",\"deputy\":\"song\","
			"\"from\":\"2026-03-01\",\"until\":\"2026-03-07\"}}");
	test_refused(&book, "refused.not_allowed",
		"{\"kind\":\"org.deputy\",\"body\":{\"staff\":\"lin\",\"deputy\":\"song\","
		"\"from\":\"2026-03-01\",\"until\":\"2026-03-07\"}}");
	book.session.staff = "lin";
	test_put(&book, STAFF("wang", "王一"));
	book.session.staff = "";
	test_put(&book,
		"{\"kind\":\"org.left\",\"body\":{\"staff\":\"lin\",\"day\":\"2026-03-01\"}}");
	book.session.staff = "lin";
	test_refused(&book, "refused.not_allowed", STAFF("yang", "杨二"));
	book.session.staff = "";
	test_book_holds(&book);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_newer_post_holds_and_an_older_one_comes_back),
		cmocka_unit_test(a_post_put_right_moves_every_figure),
		cmocka_unit_test(nobody_leaves_while_he_has_customers),
		cmocka_unit_test(a_correction_keeps_a_leaving),
		cmocka_unit_test(what_is_wrong_in_itself_is_refused),
		cmocka_unit_test(roles_and_deputies_decide_what_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

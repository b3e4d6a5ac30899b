#include "stand_in.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PUT_CUSTOMER, PUT_CLASS, CUSTOMER_UNIT, CLASS_OF, CLASSES };

static const struct field customer[] = {
	{ "code", FIELD_CODE, REQUIRED | KEY | DEFINES | SCOPE },
	{ "name", FIELD_TEXT, REQUIRED | NAME | SEARCH },
	{ "unit", FIELD_UNIT },
	{ 0 },
};
static const struct field class[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | KEY | ABOUT | SCOPE },
	{ "class", FIELD_CODE },
	{ 0 },
};
static const int customer_folds[] = { PUT_CUSTOMER, -1 };
static const int class_folds[] = { PUT_CLASS, -1 };
static const struct kind kinds[] = {
	{ "customer", 1, FACT, NEED_STAFF, customer, .defines = "customer",
		.folds = customer_folds },
	{ "class", 1, FACT, NEED_STAFF, class, .folds = class_folds },
	{ 0 },
};
static const struct column customer_columns[] = { { "customer", COLUMN_TEXT },
	{ "unit", COLUMN_TEXT }, { 0 } };
static const struct column class_columns[] = { { "customer", COLUMN_TEXT },
	{ "class", COLUMN_TEXT }, { 0 } };
static const struct table tables[] = {
	{ "d_customer", customer_columns, "customer", .scope = "customer",
		.scope_type = "customer" },
	{ "d_class", class_columns, "customer", .scope = "customer", .scope_type = "customer" },
	{ 0 },
};
static const struct statement sql[] = {
	[PUT_CUSTOMER] = { "INSERT INTO d_customer (book, customer, unit) VALUES ($book, $code, "
			   "$unit) ON CONFLICT (book, customer) DO UPDATE SET unit = "
			   "excluded.unit" },
	[PUT_CLASS] = { "INSERT INTO d_class (book, customer, class) VALUES ($book, $customer, "
			"$class) ON CONFLICT (book, customer) DO UPDATE SET class = "
			"excluded.class" },
	[CUSTOMER_UNIT] = { "SELECT unit FROM d_customer WHERE book = $book "
			    "AND customer = $customer" },
	[CLASS_OF] = { "SELECT class FROM d_class WHERE book = $book AND customer = $customer "
		       "AND class IS NOT NULL AND $day <> ''" },
	[CLASSES] = { "SELECT customer, class FROM d_class WHERE book = $book "
		      "AND class IS NOT NULL AND $day <> '' ORDER BY customer" },
	{ 0 },
};

static enum result project(struct view *view, const struct entry *entry, struct error *error)
{
	if (!text_equal(entry->kind->name, "class"))
		return OK;
	if (text_equal(entry_text(entry, "class"), STAND_IN_LATE))
		return error_refuse(error, "refused.code", "class", NULL);
	return view_cadence_changed(view, entry_text(entry, "customer"), entry, error);
}

const struct module stand_in_module = {
	.name = "stand_in",
	.version = 1,
	.kinds = kinds,
	.tables = tables,
	.sql = sql,
	.directory = { .customer_unit = ANSWERS(CUSTOMER_UNIT),
		.customer_class = ANSWERS(CLASS_OF),
		.classes = ANSWERS(CLASSES) },
	.project = project,
};

void stand_in_open(struct test_book *book, const struct module *const *modules)
{
	static const char *const units[] = { "9900\",\"level\":\"province",
		"9901\",\"level\":\"city\",\"parent\":\"9900",
		"9902\",\"level\":\"city\",\"parent\":\"9900" };
	static const char *const people[] = { "z1", "z2", "z3", "z4", "boss" };

	test_book_open(book, modules);
	test_clock(book, "2026-01-01T08:00:00+08:00");
	for (size_t i = 0; i < COUNT_OF(units); i++)
		test_put(book,
			"{\"kind\":\"org.unit\",\"body\":{\"name\":\"单位\",\"unit\":\"%s\"}}",
			units[i]);
	for (size_t i = 0; i < COUNT_OF(people); i++) {
		test_put(book,
			"{\"kind\":\"org.staff\",\"body\":{\"staff\":\"%s\",\"name\":\"%s\"}}",
			people[i], people[i]);
		test_put(book,
			"{\"kind\":\"org.post\",\"body\":{\"staff\":\"%s\",\"unit\":\"%s\","
			"\"role\":\"%s\",\"from\":\"2025-01-01\"}}",
			people[i], i == 4 ? "9900" : "9901", i == 4 ? "leader" : "manager");
	}
	for (int i = 1; i <= 6; i++)
		test_put(book,
			"{\"kind\":\"customer\",\"body\":{\"code\":\"C%d\",\"name\":\"客户%d\","
			"\"unit\":\"%s\"}}",
			i, i, i < 5 ? "9901" : "9902");
}

void stand_in_norm(struct test_book *book, const char *norm, const char *effective,
	const char *columns, const char *rows)
{
	char document[ID_TEXT];

	text_copy(document, sizeof(document),
		test_put(book,
			"{\"kind\":\"document.issued\",\"body\":{\"title\":\"%s\","
			"\"effective\":\"%s\"}}",
			norm, effective));
	test_put(book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"%s\",\"document\":\"%s\","
		"\"effective\":\"%s\",\"mark\":\"D\",\"columns\":[%s],\"rows\":[%s]}}",
		norm, document, effective, columns, rows);
}

int stand_in_duties(
	struct test_book *book, const char *what, const char *subject, const char *state)
{
	char question[400];

	snprintf(question, sizeof(question),
		"SELECT count(*) FROM d_duty WHERE what = '%s' AND subject = '%s' AND state = '%s'",
		what, subject, state);
	return (int)test_count(book, question);
}

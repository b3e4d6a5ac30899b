/*
 * The rule book finds what it should: for every rule, small trees that break it, and for all
 * of them one tree that breaks none.
 */
#include "tidy.h"

#include "base/panic.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FILES = 6 };

struct sample {
	const char *rule;
	int findings;
	struct {
		const char *path;
		const char *text;
	} files[FILES];
};

#define GUARD(name, body) "/* What for. */\n#ifndef " name "\n#define " name "\n" body "#endif\n"

static const struct sample bad[] = {
	{ "include-direction", 1, { { "src/base/a.c", "#include \"store/store.h\"\n" } } },
	{ "include-direction", 1, { { "src/base/a.c", "#  include \"module.h\"\n" } } },
	{ "include-direction", 1, { { "src/store/a.c", "#include \"calendar/a.h\"\n" } } },
	{ "include-direction", 1, { { "src/module.h", "#include \"ledger/book.h\"\n" } } },
	{ "include-direction", 1, { { "src/ledger/a.c", "#include \"derive/a.h\"\n" } } },
	{ "include-direction", 1, { { "src/derive/a.c", "#include \"store/store.h\"\n" } } },
	{ "include-direction", 1, { { "src/modules/x/x.c", "#include \"base/text.h\"\n" } } },
	{ "include-direction", 1,
		{ { "src/modules/x/x.c", "#include \"y.h\"\n" }, { "src/modules/y/y.h", "" } } },
	{ "include-direction", 1,
		{ { "src/modules/x/x.c", "#include \"modules/y/y.h\"\n" },
			{ "src/modules/y/y.h", "" } } },
	{ "library-direction", 1, { { "src/ledger/a.c", "#include <sqlite3.h>\n" } } },
	{ "banned-call", 1, { { "tests/a.c", "void f(void)\n{\n\tstrcpy (a, b);\n}\n" } } },
	{ "banned-call", 1, { { "src/ledger/a.c", "long t = time(NULL);\n" } } },
	{ "banned-call", 2, { { "src/app/a.c", "int t = atoi(a) + rand();\n" } } },
	{ "typedef", 1, { { "src/a.h", "typedef struct thing {\n\tint a;\n} thing;\n" } } },
	{ "typedef", 1, { { "src/a.h", "typedef\nenum { A } thing;\n" } } },
	{ "line-comment", 2, { { "src/a.c", "int a; // one\n// two\n" } } },
	{ "header-guard", 1, { { "src/base/a.h", "/* What for. */\n#pragma once\n" } } },
	{ "header-guard", 1, { { "src/base/a.h", GUARD("BASE_B_H", "") } } },
	{ "header-guard", 1,
		{ { "src/base/a.h", GUARD("A_H", "") }, { "src/store/a.h", GUARD("A_H", "") } } },
	{ "header-comment", 1, { { "src/a.h", "#ifndef A_H\n#define A_H\n#endif\n" } } },
	{ "line-length", 1, { { "src/a.c", "\t\t\t\t\t\t\t\t\t\t\tint twelve_tabs_take_96;\n" } } },
	{ "line-length", 1,
		{ { "src/a.c", "/* 四十八个汉字共占九十六栏四十八个汉字共占九十六栏"
			       "四十八个汉字共占九十六栏四十八个汉字共占九十六栏 */\n" } } },
	{ "line-length", 1, { { "src/a.c", "char a[] = \"not \xff text\";\n" } } },
	{ "white-space", 1, { { "docs/a.md", "one \ntwo\n" } } },
	{ "white-space", 2, { { "src/a.c", "int a;\r\nint b;\t\n" } } },
	{ "white-space", 1, { { "src/a.c", "int a;" } } },
	{ "white-space", 1, { { "src/a.c", "int a;\n\n" } } },
	{ "leftover", 1, { { "src/a.c", "/* TODO: later */\n" } } },
	{ "leftover", 1, { { "docs/a.md", "FIXME\n" } } },
	{ "module-files", 7, { { "src/modules/x/y.h", "" } } },
	{ "module-files", 1,
		{ { "src/modules/x/x.c", "" }, { "src/modules/x/zh.txt", "" },
			{ "src/modules/x/en.txt", "" }, { "src/modules/x/why.md", "" },
			{ "src/modules/x/x.test", "" },
			{ "src/modules/meson.build", "modules = ['x']\n" } } },
	{ "test-listed", 1, { { "tests/a_test.c", "" }, { "tests/meson.build", "'b_test.c'\n" } } },
	{ "test-listed", 1, { { "fuzz/a_fuzz.c", "" }, { "fuzz/meson.build", "['b', x]\n" } } },
	{ "sql-place", 1,
		{ { "src/ledger/a.c", "run(\"SELECT seq FROM entry WHERE book = 1\");\n" } } },
	{ "sql-place", 1,
		{ { "src/modules/x/x.c", "static const struct statement sql[] = {\n"
					 "\t{ \"SELECT 1 FROM a WHERE book = $book\", NULL },\n};\n"
					 "const char *more = \"DELETE FROM a\";\n" } } },
	{ "sql-place", 1,
		{ { "src/ledger/a.c",
			"const struct statement one = { \"UPDATE a SET b = 1\" };\n" } } },
	{ "sql-book", 1,
		{ { "src/ledger/a.c",
			"const struct statement sql[] = {\n"
			"\t[ONE] = { \"SELECT a FROM b \" \"WHERE book = $book\" },\n"
			"\t[TWO] = { .sql = \"SELECT a \"\n\t\t\"FROM b\" },\n};\n" } } },
	{ "sql-book", 1,
		{ { "src/ledger/a.c", "const struct statement sql[2] = {\n"
				      "\t{ \"DELETE FROM b WHERE book = $book\",\n"
				      "\t\t\"DELETE FROM b\" },\n};\n" } } },
	{ "catalogue-form", 3,
		{ { "src/base/zh.txt", "# 注释\n\na = 甲\nb: 乙\nc d = 丙\ne = {f\n" } } },
	{ "catalogue-languages", 2,
		{ { "src/base/zh.txt", "a = 甲\nb = 乙\n" },
			{ "src/base/en.txt", "a = A\nc = C\n" } } },
	{ "catalogue-languages", 1, { { "src/base/en.txt", "a = A\n" } } },
	{ "catalogue-slots", 2,
		{ { "src/base/zh.txt", "a = {x}甲{y}\n" },
			{ "src/base/en.txt", "a = A {x} {z}\n" } } },
	{ "catalogue-once", 1, { { "src/base/zh.txt", "a = 甲\nb = 乙\na = 丙\n" } } },
	{ "catalogue-once", 1,
		{ { "src/base/zh.txt", "a = 甲\n" }, { "src/store/zh.txt", "a = 甲\n" } } },
	{ "message-known", 1,
		{ { "src/base/zh.txt", "refused.a = 甲\n" },
			{ "src/base/a.c",
				"return error_refuse(error, \"refused.b\", \"x\", NULL);\n" } } },
	{ "message-known", 1,
		{ { "src/base/a.c", "return error_trouble(\n\terror, \"trouble.b\", NULL);\n" } } },
	{ "message-arguments", 1,
		{ { "src/base/zh.txt", "refused.a = {field}{max}{file}\n" },
			{ "src/base/a.c", "return error_refuse(error, \"refused.a\", \"x\",\n"
					  "\t\"max\", text(a, b), NULL);\n" } } },
	{ "message-arguments", 1,
		{ { "src/base/zh.txt", "trouble.a = {reason}\n" },
			{ "src/base/a.c",
				"error_trouble(error, \"trouble.a\", \"file\", \"reason\", "
				"NULL);\n" } } },
};

/* Near misses of every rule. */
static const struct sample good = { NULL, 0,
	{ { "src/modules/x/x.c",
		  "#include \"module.h\"\n#include \"x.h\"\n#include <string.h>\n\n"
		  "/* strcpy(a, b), \"SELECT 1\" and http://example.test are no code. */\n"
		  "static const struct statement sql[] = {\n"
		  "\t[A] = { \"WITH a AS (SELECT 1 FROM t WHERE book = $book) \"\n"
		  "\t\t\"SELECT 1 FROM a\", NULL },\n};\n\n"
		  "int f(void)\n{\n\tint many = runtime(1) + clock->time(2) + '\"' + it.rand();\n"
		  "\treturn error_refuse(error, \"refused.a\", \"x\", \"max\", \"9\", "
		  "NULL);\n}\n" },
		{ "src/modules/x/x.h", GUARD("X_H", "int f(void);\n") },
		{ "src/modules/x/zh.txt", "# 标点\nrefused.a = {field}太长：最多{max}\n" },
		{ "src/modules/x/en.txt", "# marks\nrefused.a = {field}: at most {max}\n" },
		{ "src/app/main.c", "#include \"http/server.h\"\n\nlong now(void)\n{\n"
				    "\treturn time(NULL);\n}\n" },
		{ "tests/a.c", "char *sql = \"SELECT 1\"; /* the word TODOS is none */\n" } } };

static int run(const struct sample *sample, const char *name)
{
	struct tree tree;
	int findings = 0;

	tree_init(&tree);
	for (int i = 0; i < FILES && sample->files[i].path; i++)
		tree_add(&tree, sample->files[i].path, sample->files[i].text,
			strlen(sample->files[i].text));
	for (size_t i = 0; i < rule_count; i++)
		if (text_equal(rules[i].name, name))
			findings += rule_run(&rules[i], &tree, stdout);
	tree_release(&tree);
	return findings;
}

static void every_bad_sample_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		int found = run(&bad[i], bad[i].rule);
		if (found != bad[i].findings)
			fail_msg("sample %zu, %s: %d findings, expected %d", i, bad[i].rule, found,
				bad[i].findings);
	}
}

/* Samples too long to be written out. */
static const char *many_lines(struct arena *arena, const char *before, int lines, const char *after)
{
	char *text = arena_alloc(arena, 16 * 1024);
	size_t length = 0;

	length += (size_t)snprintf(text, 16 * 1024, "%s", before);
	for (int i = 0; i < lines; i++)
		length += (size_t)snprintf(text + length, 16 * 1024 - length, "\ta++;\n");
	snprintf(text + length, 16 * 1024 - length, "%s", after);
	return text;
}

static void lengths_have_their_limits(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (int more = 0; more < 2; more++) {
		struct sample function = {
			.files = { { "src/a.c",
				many_lines(&arena, "void f(void)\n{\n", 68 + more, "}\n") } }
		};
		struct sample file = {
			.files = { { "src/a.c", many_lines(&arena, "", 700 + more, "") } }
		};
		assert_int_equal(run(&function, "function-length"), more);
		assert_int_equal(run(&file, "file-length"), more);
	}
	arena_release(&arena);
}

static void near_misses_are_left_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < rule_count; i++)
		if (!text_equal(rules[i].name, "module-files"))
			assert_int_equal(run(&good, rules[i].name), 0);
}

static void every_rule_has_a_bad_sample(void **state)
{
	static const char *const elsewhere[] = { "function-length", "file-length" };

	(void)state;
	for (size_t i = 0; i < rule_count; i++) {
		bool has = false;
		for (size_t j = 0; j < COUNT_OF(bad); j++)
			has |= text_equal(bad[j].rule, rules[i].name);
		for (size_t j = 0; j < COUNT_OF(elsewhere); j++)
			has |= text_equal(elsewhere[j], rules[i].name);
		if (!has)
			fail_msg("no bad sample breaks the rule %s", rules[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bad_sample_is_found),
		cmocka_unit_test(lengths_have_their_limits),
		cmocka_unit_test(near_misses_are_left_alone),
		cmocka_unit_test(every_rule_has_a_bad_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

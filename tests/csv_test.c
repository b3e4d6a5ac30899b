/* Unit tests of csv: reading every encoding and form, refusals with their line, and writing. */
#include "base/buffer.h"
#include "base/panic.h"
#include "sheet_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *read_text(const char *text)
{
	return made_read(made_file("a.csv", text, strlen(text)), -1);
}

static const char *read_bytes(const char *bytes, size_t length)
{
	return made_read(made_file("a.csv", bytes, length), -1);
}

#define READ_BYTES(bytes) read_bytes(bytes, sizeof(bytes) - 1)

static void quotes_and_line_ends(void **state)
{
	(void)state;
	assert_string_equal(read_text("a,\"b \"\"c\"\"\nd\",e\r\nf,,\"\"\rg"),
		"A1 text a|B1 text b \"c\"\nd|C1 text e\nA2 text f|B2 empty|C2 empty\nA3 text g\n");
	assert_string_equal(read_text("a 5\" b,c\n\n x ,\n"),
		"A1 text a 5\" b|B1 text c\nA2 empty\nA3 text  x |B3 empty\n");
	assert_string_equal(read_text("=\"007\",'=1,\"=\"\"8\"\"\",=\"\",=\"a\"b\""),
		"A1 text 007|B1 text =1|C1 text 8|D1 empty|E1 text =\"a\"b\"\n");
	assert_string_equal(read_text(""), "");
	assert_string_equal(read_text("\n"), "A1 empty\n");
	assert_string_equal(read_text("a"), "A1 text a\n");
	assert_string_equal(read_text("\"\""), "A1 empty\n");
}

static void delimiters_are_found(void **state)
{
	(void)state;
	assert_string_equal(
		read_text("a;b\n1,5;2\n"), "A1 text a|B1 text b\nA2 text 1,5|B2 text 2\n");
	assert_string_equal(
		read_text("a\tb, c\n1\t2\n"), "A1 text a|B1 text b, c\nA2 text 1|B2 text 2\n");
	assert_string_equal(read_text("2026年客户表\na;b\nc;d\n"),
		"A1 text 2026年客户表\nA2 text a|B2 text b\nA3 text c|B3 text d\n");
	assert_string_equal(read_text("\"a;a;a\",b\n\"c;\n;;\",d\n"),
		"A1 text a;a;a|B1 text b\nA2 text c;\n;;|B2 text d\n");
	assert_string_equal(read_text("sep=;\r\na,b;c\n"), "A1 text a,b|B1 text c\n");
}

static void encodings_are_found(void **state)
{
	static const char said[] = "A1 text 客户|B1 text 省\n";

	(void)state;
	assert_string_equal(read_text("客户,省\n"), said);
	assert_string_equal(READ_BYTES("\xEF\xBB\xBF客户,省\n"), said);
	assert_string_equal(READ_BYTES("\xBF\xCD\xBB\xA7,\xCA\xA1\n"), said);
	assert_string_equal(READ_BYTES("\x84\x31\x95\x33\xBF\xCD\xBB\xA7,\xCA\xA1\n"), said);
	assert_string_equal(READ_BYTES("\xFF\xFE\xA2\x5B\x37\x62,\0\x01\x77\n\0"), said);
	assert_string_equal(READ_BYTES("\xFE\xFF\x5B\xA2\x62\x37\0,\x77\x01\0\n"), said);
	assert_string_equal(READ_BYTES("\xA2\x5B\x37\x62,\0\x01\x77\n\0"), said);
	assert_string_equal(READ_BYTES("\x5B\xA2\x62\x37\0,\x77\x01\0\n"), said);
	/* four bytes: U+20000, which GBK lacks */
	assert_string_equal(READ_BYTES("\xBF\xCD\xBB\xA7\x95\x32\x82\x36\n"), "A1 text 客户𠀀\n");
}

static void bad_bytes_are_refused_with_their_line(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *key, *line;
	} cases[] = {
		{ "a\nb\0c\n", 6, "refused.csv_nul", "2" },
		{ "ab\nb\0\n\0\0\0", 9, "refused.csv_nul", "2" },
		{ "a\r\nb\r\n\xFF\n", 8, "refused.csv_encoding", "3" },
		{ "\xEF\xBB\xBF甲\n\xED\xA0\x80\n", 11, "refused.csv_encoding", "2" },
		{ "\xBF\xCD\n\xBF\xCD\n\xBB", 7, "refused.csv_cut_character", "3" },
		{ "\xE5\xAE\xA2\n\xE6\x88", 6, "refused.csv_cut_character", "2" },
		{ "premi\xE8re,x\n", 10, "refused.csv_encoding", "1" },
		{ "\xFF\xFE\x00\xD8\n\0", 6, "refused.csv_encoding", "1" },
		{ "\xFF\xFE"
		  "a\0\0\0",
			6, "refused.csv_nul", "1" },
		{ "a\0,\0\x05\xD8", 6, "refused.csv_nul", "1" },
		{ "a,b\nc,\"d\ne\n", 11, "refused.csv_quote_open", "2" },
		{ "a,b\nc,\"d\ne\"f\n", 13, "refused.csv_quote_tail", "3" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error error = { 0 };
		struct sheet *sheet;
		if (sheet_open_memory("a.csv", cases[i].bytes, cases[i].length, &sheet, &error) ==
			OK) {
			made_read_open(sheet, &error);
			sheet_close(sheet);
		}
		assert_int_equal(error.result, REFUSED);
		assert_string_equal(error.key, cases[i].key);
		assert_string_equal(error_argument(&error, "line"), cases[i].line);
		assert_int_equal(strncmp(error.place, "a.csv", 5), 0);
	}
}

static void cells_and_rows_have_ceilings(void **state)
{
	struct buffer text;

	(void)state;
	buffer_init(&text, 1 << 26);
	for (int i = 0; i <= SHEET_CELL_BYTES; i++)
		buffer_char(&text, 'x');
	assert_string_equal(read_bytes(text.bytes, text.length),
		"REFUSED refused.sheet_cell_too_long a.csv:1:1");
	buffer_clear(&text);
	for (int i = 0; i <= SHEET_COLUMNS; i++)
		buffer_text(&text, i ? ",x" : "x");
	assert_string_equal(read_bytes(text.bytes, text.length),
		"REFUSED refused.sheet_too_many_columns a.csv:1:16385");
	buffer_clear(&text);
	for (int i = 0; i <= SHEET_ROW_BYTES / 1024; i++)
		buffer_print(&text, "%s%01024d", i ? "," : "", i);
	assert_non_null(strstr(read_bytes(text.bytes, text.length),
		"REFUSED refused.sheet_row_too_long a.csv:1:"));
	buffer_release(&text);
}

static void places_are_line_and_column(void **state)
{
	static const char text[] = "a,b\r\n\"c\r\nd\",e\r\n";
	char place[SHEET_PLACE];
	struct error error = { 0 };
	const struct row *row;
	struct sheet *sheet;

	(void)state;
	assert_int_equal(sheet_open_memory("客户.csv", text, strlen(text), &sheet, &error), OK);
	assert_int_equal(sheet_next(sheet, &row, &error), OK);
	assert_string_equal(sheet_place(sheet, row, &row->cell[1], place), "客户.csv:1:2");
	assert_int_equal(sheet_next(sheet, &row, &error), OK);
	assert_int_equal(row->number, 2);
	assert_string_equal(sheet_place(sheet, row, &row->cell[0], place), "客户.csv:2:1");
	assert_string_equal(sheet_place(sheet, row, &row->cell[1], place), "客户.csv:3:2");
	assert_true(sheet_is_csv(sheet));
	sheet_close(sheet);
}

/* Pieces are cut anywhere: a character, a quote pair and a line end across their border. */
static void long_files_are_seamless(void **state)
{
	struct buffer text, expected;

	(void)state;
	for (int shift = 0; shift < 7; shift++) {
		buffer_init(&text, 1 << 24);
		buffer_init(&expected, 1 << 24);
		for (int i = 0; i < shift; i++)
			buffer_char(&text, 'x');
		buffer_text(&text, ",\r\n");
		buffer_print(&expected, "A1 %s%.*s|B1 empty\n", shift ? "text " : "empty", shift,
			"xxxxxx");
		for (int i = 2; i < 20000; i++) {
			buffer_print(&text, "客户%d,\"引\"\"号\"\r\n", i);
			buffer_print(&expected, "A%d text 客户%d|B%d text 引\"号\n", i, i, i);
		}
		assert_string_equal(read_bytes(text.bytes, text.length), expected.bytes);
		buffer_release(&text);
		buffer_release(&expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_and_line_ends),
		cmocka_unit_test(delimiters_are_found),
		cmocka_unit_test(encodings_are_found),
		cmocka_unit_test(bad_bytes_are_refused_with_their_line),
		cmocka_unit_test(cells_and_rows_have_ceilings),
		cmocka_unit_test(places_are_line_and_column),
		cmocka_unit_test(long_files_are_seamless),
	};

	return cmocka_run_group_tests(tests, NULL, made_forget);
}

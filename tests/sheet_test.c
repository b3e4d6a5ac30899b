/* Unit tests of reading workbooks: values, the many ways of writing them, and refusals. */
#include "base/buffer.h"
#include "base/file.h"
#include "base/panic.h"
#include "office/serial.h"
#include "sheet_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define CELLS(inside) "<row r=\"1\">" inside "</row>"

static void numbers_show_fifteen_digits(void **state)
{
	static const char *const pairs[][2] = { { "3.3999999999999999", "3.4" }, { "0", "0" },
		{ "-0", "0" }, { "0.30000000000000004", "0.3" }, { "1E-3", "0.001" },
		{ "1.2345000000000001E-5", "0.000012345" }, { "0.1", "0.1" },
		{ "1.10101199001011E+17", "110101199001011000" },
		{ "1e20", "100000000000000000000" }, { "1.5E+25", "1.5E+25" },
		{ "-2.5E-12", "-2.5E-12" }, { "12345678901234567", "12345678901234567" },
		{ " 42 ", "42" }, { "007", "7" }, { "1234567.891", "1234567.891" },
		{ "-1E3", "-1000" }, { "1.25E15", "1250000000000000" } };
	static const char *const bad[] = { "", "abc", "0x10", "1,5", "inf", "nan", "1e999", "1 2",
		"--1", "1e" };
	char text[NUMBER_TEXT];
	double value;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		assert_true(number_read(pairs[i][0], &value, text));
		assert_string_equal(text, pairs[i][1]);
		assert_true(value == strtod(pairs[i][0], NULL));
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(number_read(bad[i], &value, text));
}

static void format_codes_are_understood(void **state)
{
	static const struct {
		const char *code;
		enum format_kind kind;
	} codes[] = { { "General", FORMAT_NUMBER }, { "GENERAL", FORMAT_NUMBER },
		{ "#,##0.00", FORMAT_NUMBER }, { "0.00E+00", FORMAT_NUMBER },
		{ "0\"days\"", FORMAT_NUMBER }, { "[Red]0.0_);\\(0.0\\)", FORMAT_NUMBER },
		{ "\"$\"#,##0_);[Red]\\(\"$\"#,##0\\)", FORMAT_NUMBER },
		{ "[>=100000]0.000\\ \\<", FORMAT_NUMBER }, { "@", FORMAT_NUMBER },
		{ "[DBNum1][$-804]General", FORMAT_NUMBER }, { "yyyy-mm-dd", FORMAT_DATE },
		{ "yyyy\"年\"m\"月\"d\"日\"", FORMAT_DATE }, { "yyyy年m月", FORMAT_DATE },
		{ "[$-804]aaaa", FORMAT_DATE }, { "[$-411]ggge\"年\"m\"月\"", FORMAT_DATE },
		{ "mmm", FORMAT_DATE }, { "[$-F800]dddd, mmmm dd, yyyy", FORMAT_DATE },
		{ "yyyy/m/d h:mm;@", FORMAT_DATETIME }, { "m/d/yy h:mm AM/PM", FORMAT_DATETIME },
		{ "h:mm AM/PM", FORMAT_TIME }, { "mm:ss.0", FORMAT_TIME },
		{ "上午/下午h\"时\"mm\"分\"", FORMAT_TIME }, { "[h]:mm:ss", FORMAT_ELAPSED },
		{ "[hh]:mm", FORMAT_ELAPSED }, { "[mm]:ss", FORMAT_ELAPSED },
		{ "\"yyyy\"", FORMAT_NUMBER }, { "", FORMAT_NUMBER }, { "[", FORMAT_NUMBER },
		{ "\"", FORMAT_NUMBER }, { "\\", FORMAT_NUMBER } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		assert_int_equal(format_read(codes[i].code).kind, codes[i].kind);
}

static const char *const styles =
	"<numFmts><numFmt numFmtId=\"180\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
	"<numFmt numFmtId=\"181\" formatCode=\"hh:mm:ss.000\"/></numFmts>"
	"<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
	"<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/>"
	"<xf numFmtId=\"21\"/><xf numFmtId=\"46\"/><xf numFmtId=\"180\"/><xf numFmtId=\"31\"/>"
	"<xf numFmtId=\"58\"/><xf numFmtId=\"55\"/><xf numFmtId=\"181\"/></cellXfs>";

static void dates_come_by_style(void **state)
{
	const char *path = made_workbook("dates.xlsx",
		"<row><c s='1'><v>46350</v></c><c s='2'><v>46350.375</v></c><c "
		"s='3'><v>0.375</v></c>"
		"<c s='4'><v>10.6320601851852</v></c><c s='5'><v>46327</v></c><c s='6'><v>1</v></c>"
		"<c s='7'><v>59</v></c><c s='1'><v>60</v></c><c s='1'><v>61</v></c></row>"
		"<row><c s='8'><v>46350</v></c><c s='8'><v>0.5</v></c><c "
		"s='9'><v>0.0000028935</v></c>"
		"<c s='1'><v>-1</v></c><c s='1'><v>2958465</v></c><c s='1'><v>2958466</v></c>"
		"<c s='0'><v>46350</v></c><c s='99'><v>46350</v></c><c s='1'><v>0</v></c>"
		"<c s='2'><v>46349.9999999</v></c></row>",
		NULL, styles, NULL);

	(void)state;
	assert_string_equal(made_read(path, -1),
		"A1 date 2026-11-24|B1 datetime 2026-11-24T09:00:00|C1 time 09:00:00|"
		"D1 time 255:10:10|E1 date 2026-11-01|F1 date 1900-01-01|G1 date 1900-02-28|"
		"H1 date 1900-02-29|I1 date 1900-03-01\n"
		"A2 date 2026-11-24|B2 time 12:00:00|C2 time 00:00:00.250|D2 number -1|"
		"E2 date 9999-12-31|F2 number 2958466|G2 number 46350|H2 number 46350|I2 number 0|"
		"J2 datetime 2026-11-24T00:00:00\n");
	path = made_workbook("1904.xlsx",
		"<row><c s='1'><v>44888</v></c><c s='1'><v>0</v></c><c "
		"s='2'><v>44888.375</v></c></row>",
		NULL, styles, "date1904='1'");
	assert_string_equal(made_read(path, -1),
		"A1 date 2026-11-24|B1 date 1904-01-01|C1 datetime 2026-11-24T09:00:00\n");
	path = made_workbook("iso.xlsx",
		"<row><c t='d'><v>2026-11-24</v></c><c t='d'><v>2026-11-24T09:00:00</v></c>"
		"<c t='d'><v>09:00:00.25</v></c><c t='d'><v>2026-02-30</v></c>"
		"<c t='d'><v>2026-11-24T09:00:00Z</v></c></row>",
		NULL, NULL, NULL);
	assert_string_equal(made_read(path, -1),
		"A1 date 2026-11-24|B1 datetime 2026-11-24T09:00:00|C1 time 09:00:00.250|"
		"D1 text 2026-02-30|E1 datetime 2026-11-24T09:00:00\n");
}

static void strings_come_in_every_form(void **state)
{
	const char *path = made_workbook("strings.xlsx",
		"<row r='2'><c r='B2' t='s'><v>0</v></c><c t='s'><v> 1 </v></c><c "
		"t='s'><v>2</v></c>"
		"<c r='E2' "
		"t='inlineStr'><is><r><t>丙</t></r><rPh><t>bing</t></rPh><r><t>丁</t></r></is>"
		"</c><c t='str'><f>A1&amp;B1</f><v>戊&amp;_x000D_</v></c><c t='b'><v>1</v></c>"
		"<c t='b'><v>0</v></c><c t='e'><v>#N/A</v></c><c t='s'><v>3</v></c><c s='1'/>"
		"<c t='n'><v>x</v></c><c t='inlineStr'><is><t> 空 格 </t></is></c></row>"
		"<row><c><f>1+1</f><v>2</v></c><c><f>A1</f></c></row><row/>",
		"<sst count='999' uniqueCount='1'><si><t>甲</t></si><si><r><t>乙</t></r><rPh "
		"sb='0'>"
		"<t>yi</t></rPh><r><t xml:space='preserve'> 二</t></r></si>"
		"<si><t>_x0041__x005F_x0041__xD83D__xDE00__x0000__xD83D_</t></si><si/></sst>",
		NULL, NULL);

	(void)state;
	assert_string_equal(made_read(path, 0),
		"B2 text 甲|C2 text 乙 二|D2 text A_x0041_😀_x0000__xD83D_|E2 text 丙丁|"
		"F2 text 戊&\r|G2 bool TRUE|H2 bool FALSE|I2 error #N/A|L2 text x|M2 text  空 格 \n"
		"A3 number 2\n");
}

static const char strict_rels[] =
	"<p:Relationships xmlns:p='http://schemas.openxmlformats.org/package/2006/relationships'>"
	"<p:Relationship Id='a' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/"
	"worksheet' Target='/Book/Sheets/./one.xml'/>"
	"<p:Relationship Id='b' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/"
	"worksheet' Target='../BOOK/sheets/Two.xml'/>"
	"<p:Relationship Id='c' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/"
	"chartsheet' Target='chart.xml'/></p:Relationships>";

static void unusual_packages_are_read(void **state)
{
	static const char utf16[] =
		"\xFF\xFE<\0w\0>\0<\0s\0h\0e\0e\0t\0D\0a\0t\0a\0>\0<\0r\0o\0w\0>\0<\0c\0>\0<\0v\0>"
		"\0"
		"7\0<\0/\0v\0>\0<\0/\0c\0>\0<\0/\0r\0o\0w\0>\0<\0/\0s\0h\0e\0e\0t\0D\0a\0t\0a\0>\0"
		"<\0/\0w\0>";
	static const struct made_part parts[] = {
		{ "_rels\\.rels",
			"<Relationships><Relationship Id='x' Type='a/officeDocument' "
			"Target='book/workbook.xml'/></Relationships>",
			0 },
		{ "book\\Workbook.xml",
			"<z:workbook xmlns:z='http://purl.oclc.org/ooxml/spreadsheetml/main' "
			"xmlns:q='q'><z:sheets><z:sheet name='藏' state='veryHidden' q:id='a'/>"
			"<z:sheet name='图' q:id='c'/><z:sheet name='Two' q:id='b'/></z:sheets>"
			"</z:workbook>",
			0 },
		{ "book/_rels/workbook.xml.rels", strict_rels, 0 },
		{ "book/sheets/one.xml",
			"<z:w xmlns:z='z'><z:sheetData><z:row><z:c "
			"t='inlineStr'><z:is><z:t>一</z:t>"
			"</z:is></z:c></z:row></z:sheetData></z:w>",
			0 },
		{ "book/sheets/two.xml", utf16, sizeof(utf16) },
	};
	const char *path = made_package("unusual.xlsx", parts, COUNT_OF(parts), NULL);
	struct error error = { 0 };
	struct sheet *sheet;

	(void)state;
	assert_string_equal(made_read(path, -1), "A1 number 7\n");
	assert_string_equal(made_read(path, 0), "A1 text 一\n");
	assert_string_equal(made_read(path, 2), "REFUSED refused.sheet_unknown");
	assert_int_equal(sheet_open(path, &sheet, &error), OK);
	assert_int_equal(sheet_count(sheet), 2);
	assert_string_equal(sheet_name(sheet, 0), "藏");
	assert_true(sheet_hidden(sheet, 0));
	assert_false(sheet_hidden(sheet, 1));
	assert_int_equal(sheet_choose_named(sheet, "TWO", &error), OK);
	assert_string_equal(made_read_open(sheet, &error), "A1 number 7\n");
	assert_int_equal(sheet_choose_named(sheet, "三", &error), REFUSED);
	assert_string_equal(error_argument(&error, "sheets"), "藏、Two");
	sheet_close(sheet);
}

static void places_name_sheet_and_cell(void **state)
{
	const char *path = made_workbook(
		"place.xlsx", "<row r='7'><c r='XFD7'><v>1</v></c></row>", NULL, NULL, NULL);
	char place[SHEET_PLACE], reference[24];
	struct error error = { 0 };
	const struct row *row;
	struct sheet *sheet;

	(void)state;
	assert_int_equal(sheet_open(path, &sheet, &error), OK);
	assert_int_equal(sheet_next(sheet, &row, &error), OK);
	assert_string_equal(sheet_place(sheet, row, &row->cell[0], place), "表一!XFD7");
	assert_int_equal(row_cell(row, SHEET_COLUMNS - 1)->type, CELL_NUMBER);
	assert_int_equal(row_cell(row, 3)->type, CELL_EMPTY);
	assert_string_equal(row_cell(row, 3)->text, "");
	assert_string_equal(cell_reference(26, 3, reference), "AA3");
	assert_string_equal(cell_reference(701, 3, reference), "ZZ3");
	assert_string_equal(cell_reference(702, 3, reference), "AAA3");
	sheet_close(sheet);
}

static void damaged_rows_are_refused_with_their_cell(void **state)
{
	static const char *const cases[][2] = {
		{ CELLS("<c t='s'><v>5</v></c>"), "REFUSED refused.sheet_string_unknown 表一!A1" },
		{ CELLS("<c t='s'><v>-1</v></c>"), "REFUSED refused.sheet_string_unknown 表一!A1" },
		{ CELLS("<c r='B1'><v>1</v></c><c r='A1'><v>1</v></c>"),
			"REFUSED refused.sheet_rows_disordered 表一!A1" },
		{ "<row r='0'/>", "REFUSED refused.sheet_rows_disordered 表一!A0" },
		{ "<row r='x'/>", "REFUSED refused.sheet_rows_disordered 表一!A0" },
		{ "<row r='1048577'/>", "REFUSED refused.sheet_too_many_rows 表一!A1048577" },
		{ CELLS("<c r='XFE1'><v>1</v></c>"),
			"REFUSED refused.sheet_too_many_columns 表一!1" },
		{ CELLS("<c><v>1</c></v>"), "REFUSED refused.sheet_damaged" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *path = made_workbook("damaged.xlsx", cases[i][0], "<sst/>", NULL, NULL);
		assert_string_equal(made_read(path, -1), cases[i][1]);
	}
}

static void doctypes_are_refused(void **state)
{
	static const char *const sst[] = {
		"<!DOCTYPE s [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c "
		"'&b;&b;&b;&b;'>]><sst><si><t>&c;</t></si></sst>",
		"<!DOCTYPE s [<!ENTITY x SYSTEM "
		"'file:///etc/passwd'>]><sst><si><t>&x;</t></si></sst>",
		"<!DOCTYPE s SYSTEM 'http://127.0.0.1/x.dtd'><sst><si><t>&x;</t></si></sst>",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sst); i++) {
		const char *path = made_workbook(
			"doctype.xlsx", CELLS("<c t='s'><v>0</v></c>"), sst[i], NULL, NULL);
		assert_string_equal(made_read(path, -1), "REFUSED refused.sheet_doctype");
	}
}

/* Read in a process of its own and hold it to 2 s and 200 MB. */
static void refused_cheaply(const char *path, const char *expected)
{
	struct rusage usage;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(strcmp(made_read(path, -1), expected) == 0 ? 0 : 1);
	assert_int_equal(wait4(child, &status, 0, &usage), child);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		print_error("%s: %s, not %s\n", path, made_read(path, -1), expected);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	double seconds = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
			 (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
#if !defined(__SANITIZE_ADDRESS__)
	assert_true(usage.ru_maxrss < 200 * 1024);
	assert_true(seconds < 2);
#endif
	print_message(
		"  %-16s %.2f s %ld MB\n", strrchr(path, '/') + 1, seconds, usage.ru_maxrss / 1024);
}

/* `count` repetitions of `unit`, in which %d is their number. */
static char *repeated(const char *head, const char *unit, int count, const char *tail)
{
	struct buffer text;

	buffer_init(&text, 1 << 29);
	buffer_text(&text, head);
	for (int i = 0; i < count; i++) {
		const char *slot = strchr(unit, '#');
		if (slot)
			buffer_print(&text, "%.*s%d%s", (int)(slot - unit), unit, i, slot + 1);
		else
			buffer_text(&text, unit);
	}
	buffer_text(&text, tail);
	assert_false(text.full);
	return text.bytes; /* freed by the caller */
}

/* Make every part of the archive claim to unpack to 100 bytes. */
static void understate_sizes(const char *path)
{
	static const unsigned char claim[4] = { 100, 0, 0, 0 };
	struct error error = { 0 };
	struct buffer bytes;

	buffer_init(&bytes, 1 << 24);
	assert_int_equal(file_read(path, &bytes, &error), OK);
	for (size_t i = 0; i + 30 < bytes.length; i++) {
		if (memcmp(bytes.bytes + i, "PK\1\2", 4) == 0)
			memcpy(bytes.bytes + i + 24, claim, sizeof(claim));
		else if (memcmp(bytes.bytes + i, "PK\3\4", 4) == 0)
			memcpy(bytes.bytes + i + 22, claim, sizeof(claim));
	}
	made_file(strrchr(path, '/') + 1, bytes.bytes, bytes.length);
	buffer_release(&bytes);
}

static void bombs_are_refused_cheaply(void **state)
{
	static char row[128];

	snprintf(row, sizeof(row), "<row/>%100s", "");
	char *rows = repeated("", row, 1500000, "");
	const char *path = made_workbook("zipbomb.xlsx", rows, NULL, NULL, NULL);

	(void)state;
	free(rows);
	refused_cheaply(path, "REFUSED refused.sheet_bomb");
	understate_sizes(path);
	refused_cheaply(path, "REFUSED refused.sheet_bomb");
	char *sst = repeated(
		"<sst>", "<si><t>                              </t></si>", 1500000, "</sst>");
	path = made_workbook("strings.xlsx", "", sst, NULL, NULL);
	free(sst);
	refused_cheaply(path, "REFUSED refused.sheet_bomb");
	rows = repeated("", "<a>", 3000000, "");
	path = made_workbook("deep.xlsx", rows, NULL, NULL, NULL);
	free(rows);
	refused_cheaply(path, "REFUSED refused.sheet_too_complex");
	rows = repeated("", "<a#/>", 2000000, "");
	path = made_workbook("names.xlsx", rows, NULL, NULL, NULL);
	free(rows);
	refused_cheaply(path, "REFUSED refused.sheet_too_complex");
	rows = repeated("<row a='", "#", 2000000, "'/>");
	path = made_workbook("longtag.xlsx", rows, NULL, NULL, NULL);
	free(rows);
	refused_cheaply(path, "REFUSED refused.sheet_too_complex");
	rows = repeated("<row><c t='inlineStr'><is><t>", "#", 200000, "</t></is></c></row>");
	path = made_workbook("longcell.xlsx", rows, NULL, NULL, NULL);
	free(rows);
	refused_cheaply(path, "REFUSED refused.sheet_cell_too_long 表一!A1");
}

static void archives_of_many_files_are_refused(void **state)
{
	enum { COUNT = 10001 };
	struct made_part *parts = calloc(COUNT, sizeof(*parts));
	char(*names)[16] = calloc(COUNT, sizeof(*names));

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		snprintf(names[i], sizeof(names[i]), "%d", i);
		parts[i] = (struct made_part){ names[i], "x", 0 };
	}
	const char *path = made_package("manyfiles.xlsx", parts, COUNT, NULL);
	free(parts);
	free(names);
	refused_cheaply(path, "REFUSED refused.sheet_too_complex");
}

static void strings_have_a_ceiling(void **state)
{
	static char line[800];
	char unit[1000];

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	snprintf(unit, sizeof(unit), "<si><t>#%s</t></si>", line);
	char *sst = repeated("<sst>", unit, 180000, "</sst>");
	const char *path = made_workbook("manystrings.xlsx", "", sst, NULL, NULL);
	free(sst);
	refused_cheaply(path, "REFUSED refused.sheet_strings_too_large");
}

static void broken_files_are_refused(void **state)
{
	const char *good = made_workbook("good.xlsx", CELLS("<c><v>1</v></c>"), NULL, NULL, NULL);
	char bytes[8192];
	FILE *file = fopen(good, "rb");
	size_t length = fread(bytes, 1, sizeof(bytes), file);

	(void)state;
	fclose(file);
	assert_string_equal(made_read(good, -1), "A1 number 1\n");
	for (size_t cut = 4; cut < length; cut += 7)
		assert_non_null(strstr(made_read(made_file("cut.xlsx", bytes, cut), -1),
			"REFUSED refused.sheet_incomplete"));
	for (size_t at = 4; at < length; at++) {
		char changed[sizeof(bytes)];
		memcpy(changed, bytes, length);
		changed[at] ^= 0x55;
		const char *said = made_read(made_file("changed.xlsx", changed, length), -1);
		assert_true(strncmp(said, "REFUSED refused.sheet_", 22) == 0 ||
			    strcmp(said, "A1 number 1\n") == 0 ||
			    strstr(said, "\nREFUSED refused.sheet_"));
	}
}

static void other_files_are_refused_by_kind(void **state)
{
	static const char old[1024] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
	static const struct made_part word = { "word/document.xml", "<w/>", 0 };
	static const struct made_part binary[] = {
		{ "_rels/.rels",
			"<Relationships><Relationship Id='x' Type='a/officeDocument' "
			"Target='xl/workbook.bin'/></Relationships>",
			0 },
		{ "xl/workbook.bin", "?", 0 }
	};
	static const char *const page = "\xEF\xBB\xBF <html><table></table></html>";
	char *locked = calloc(1, 200000);

	(void)state;
	memcpy(locked, old, 8);
	memcpy(locked + 65530, name, sizeof(name));
	assert_string_equal(made_read(made_file("old.xlsx", old, sizeof(old)), -1),
		"REFUSED refused.sheet_old_xls");
	assert_string_equal(made_read(made_file("locked.xlsx", locked, 200000), -1),
		"REFUSED refused.sheet_encrypted");
	free(locked);
	assert_string_equal(made_read(made_package("word.xlsx", &word, 1, NULL), -1),
		"REFUSED refused.sheet_not_workbook");
	assert_string_equal(made_read(made_package("binary.xlsx", binary, 2, NULL), -1),
		"REFUSED refused.sheet_xlsb");
	assert_string_equal(made_read(made_file("page.xls", page, strlen(page)), -1),
		"REFUSED refused.sheet_markup");
	static const struct made_part secret = { "xl/workbook.xml", "<workbook/>", 0 };
	assert_string_equal(made_read(made_package("aes.xlsx", &secret, 1, "pass"), -1),
		"REFUSED refused.sheet_encrypted");
	assert_string_equal(
		made_read(made_path("absent.xlsx"), -1), "REFUSED refused.file_unreadable");
	assert_string_equal(made_read(made_path(""), -1), "REFUSED refused.file_unreadable");
}

static void memory_is_one_way_in(void **state)
{
	static const char text[] = "甲,乙\n1,2\n";
	struct error error = { 0 };
	struct sheet *sheet;

	(void)state;
	assert_int_equal(sheet_open_memory("名单.csv", text, strlen(text), &sheet, &error), OK);
	assert_string_equal(
		made_read_open(sheet, &error), "A1 text 甲|B1 text 乙\nA2 text 1|B2 text 2\n");
	assert_int_equal(sheet_choose(sheet, 0, &error), OK);
	assert_string_equal(
		made_read_open(sheet, &error), "A1 text 甲|B1 text 乙\nA2 text 1|B2 text 2\n");
	sheet_close(sheet);
	assert_int_equal(sheet_open_memory("x", "", 0, &sheet, &error), OK);
	assert_string_equal(made_read_open(sheet, &error), "");
	sheet_close(sheet);
	assert_int_equal(sheet_open_memory("x", "PK\3\4", 4, &sheet, &error), REFUSED);
	assert_null(sheet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_show_fifteen_digits),
		cmocka_unit_test(format_codes_are_understood),
		cmocka_unit_test(dates_come_by_style),
		cmocka_unit_test(strings_come_in_every_form),
		cmocka_unit_test(unusual_packages_are_read),
		cmocka_unit_test(places_name_sheet_and_cell),
		cmocka_unit_test(damaged_rows_are_refused_with_their_cell),
		cmocka_unit_test(doctypes_are_refused),
		cmocka_unit_test(bombs_are_refused_cheaply),
		cmocka_unit_test(archives_of_many_files_are_refused),
		cmocka_unit_test(strings_have_a_ceiling),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(other_files_are_refused_by_kind),
		cmocka_unit_test(memory_is_one_way_in),
	};

	return cmocka_run_group_tests(tests, NULL, made_forget);
}

/*
 * Workbooks and csv files from public test suites, read and compared with what two other
 * readers see in them: cell by cell where there is such a view, and with the refusals expected
 * of the rest. Each file is read in a process of its own, held to 200 MB.
 *
 * The folder is named by YIBEN_DATA (default: ../shared/data beside the source).
 */
#include "base/buffer.h"
#include "base/date.h"
#include "base/file.h"
#include "base/panic.h"
#include "base/text.h"
#include "office/sheet.h"

#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH = 1024, WORKBOOKS = 54 };

static char root[PATH];

static const struct {
	const char *file, *key;
} refusals[] = {
	{ "cal__pass_protected.xlsx", "refused.sheet_encrypted" },
	{ "poi__protected_passtika.xlsx", "refused.sheet_encrypted" },
	{ "xl__encryptSHA1.xlsx", "refused.sheet_encrypted" },
	{ "poi__poc-xmlbomb.xlsx", "refused.sheet_doctype" },
	{ "poi__poc-shared-strings.xlsx", "refused.sheet_cell_too_long" },
	{ "poi__duplicate-filename.xlsx", "refused.sheet_part_twice" },
	{ "poi__xlsx-corrupted.xlsx", "refused.sheet_damaged" },
	{ "DERIVED_gb18030_truncated_midchar.csv", "refused.csv_cut_character" },
	{ "DERIVED_mixed_gbk_then_utf8.csv", "refused.csv_encoding" },
	{ "encoding.iso88591.csv", "refused.csv_encoding" },
	{ "premiere.win1252.csv", "refused.csv_encoding" },
	{ "encoding.utf32be.csv", "refused.csv_nul" },
	{ "encoding.utf32le.csv", "refused.csv_nul" },
	{ "line_break_escaped_32le.csv", "refused.csv_nul" },
	{ "premiere.utf32be.csv", "refused.csv_nul" },
	{ "premiere.utf32bebom.csv", "refused.csv_nul" },
	{ "premiere.utf32le.csv", "refused.csv_nul" },
	{ "premiere.utf32lebom.csv", "refused.csv_nul" },
	{ "bad-missing-quote.csv", "refused.csv_quote_open" },
	{ "bad-quotes-with-unescaped-quote.csv", "refused.csv_quote_tail" },
};

/* The key expected of the file, "" where it is to be read. */
static const char *expected_key(const char *file)
{
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		if (strcmp(refusals[i].file, file) == 0)
			return refusals[i].key;
	}
	return "";
}

/* One view has another telephone number than its csv file. */
static int expected_differences(const char *file)
{
	return strcmp(file, "location_coordinates.csv") == 0 ? 1 : 0;
}

struct outcome {
	char key[64];
	int cells, npm, excel, different;
};

/* The serial that a date, time or both was made from. */
static double serial_of(const struct cell *cell, bool since_1904)
{
	int day = 0, hour = 0, minute = 0;
	double second = 0;
	char day_part[DAY_TEXT];
	const char *clock = cell->text;

	if (cell->type != CELL_TIME) {
		text_copy(day_part, sizeof(day_part), cell->text);
		if (!day_parse(day_part, &day))
			return NAN;
		day -= day_from_civil((struct civil){ 1899, 12, 30 });
		day -= since_1904 ? 1462 : 0;
		clock = cell->text[10] ? cell->text + 11 : "";
	}
	if (*clock && sscanf(clock, "%d:%d:%lf", &hour, &minute, &second) != 3)
		return NAN;
	return day + (hour * 60 + minute) / 1440.0 + second / 86400;
}

/* Does a format code show days or times, judged by its commonest letters? */
static bool shows_time(const char *code)
{
	return strstr(code, "yy") || strstr(code, "m/d") || strstr(code, "h:mm") ||
	       strstr(code, "mmm");
}

static bool same_number(const struct cell *cell, json_t *oracle, bool since_1904)
{
	json_t *value = json_object_get(oracle, "v");
	const char *shown = json_string_value(json_object_get(oracle, "w"));
	const char *code = json_string_value(json_object_get(oracle, "z"));
	char number[2][40];
	int day;

	if (code && shows_time(code) && cell->type == CELL_NUMBER)
		return json_number_value(value) == 0; /* 1900-01-00: Excel's, not a day */
	if (cell->type == CELL_DATE && shown && day_parse(shown, &day))
		return strcmp(cell->text, shown) == 0;
	if (json_is_null(value)) /* the other reader cannot read an ISO time alone */
		return cell->type == CELL_TIME;
	double wanted = json_number_value(value);
	if (cell->type == CELL_DATE || cell->type == CELL_DATETIME || cell->type == CELL_TIME) {
		if (cell->type == CELL_DATE)
			wanted = floor(wanted);
		else if (cell->type == CELL_TIME && (!code || !strchr(code, '[')))
			wanted -= floor(wanted);
		return fabs(serial_of(cell, since_1904) - wanted) < 0.6 / 86400;
	}
	snprintf(number[0], sizeof(number[0]), "%.15g", strtod(cell->text, NULL));
	snprintf(number[1], sizeof(number[1]), "%.15g", wanted);
	return cell->type == CELL_NUMBER && strcmp(number[0], number[1]) == 0;
}

/* Alike but for carriage returns: the other reader does not make line ends one character, as
 * XML asks. */
static bool same_lines(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, "\r");
		b += strspn(b, "\r");
		if (*a != *b || !*a)
			return *a == *b;
	}
}

static bool same(const struct cell *cell, json_t *oracle, bool since_1904)
{
	const char *type = json_string_value(json_object_get(oracle, "t"));
	const char *value = json_string_value(json_object_get(oracle, "v"));
	const char *shown = json_string_value(json_object_get(oracle, "w"));

	switch (*type) {
	case 's':
		return cell->type == CELL_TEXT && value && same_lines(cell->text, value);
	case 'b':
		return cell->type == CELL_BOOL && shown && strcmp(cell->text, shown) == 0;
	case 'e':
		return cell->type == CELL_ERROR && shown && strcmp(cell->text, shown) == 0;
	default:
		return same_number(cell, oracle, since_1904);
	}
}

/* What Excel wrote into its csv for a text, where everything but ASCII became "_". */
static void as_excel_csv(const char *text, struct buffer *out)
{
	buffer_clear(out);
	for (const char *before = text; *before; before = text) {
		uint32_t point = text_next(&text);
		if (point < 0x80)
			buffer_add(out, before, 1);
		else
			buffer_text(out, point > 0xFFFF ? "__" : "_");
	}
}

/* The rows of a csv file, all of them in memory; where `ascii`, other bytes made "_". */
struct grid {
	char *cell[512][32];
	int rows;
};

static struct grid *grid_read(const char *path, bool ascii)
{
	struct error error = { 0 };
	struct buffer text;
	const struct row *row;
	struct sheet *sheet;

	buffer_init(&text, 1 << 24);
	if (file_read(path, &text, &error) != OK) {
		buffer_release(&text);
		return NULL;
	}
	for (size_t i = 0; ascii && i < text.length; i++)
		text.bytes[i] = text.bytes[i] & 0x80 ? '_' : text.bytes[i];
	struct grid *grid = calloc(1, sizeof(*grid));
	assert_non_null(grid);
	assert_int_equal(sheet_open_memory("x", text.bytes, text.length, &sheet, &error), OK);
	while (sheet_next(sheet, &row, &error) == OK && row && grid->rows < 512) {
		for (int i = 0; i < row->cells && i < 32; i++)
			grid->cell[grid->rows][i] = strdup(row->cell[i].text);
		grid->rows++;
	}
	sheet_close(sheet);
	buffer_release(&text);
	return grid;
}

static void grid_free(struct grid *grid)
{
	for (int i = 0; grid && i < 512 * 32; i++)
		free(grid->cell[i / 32][i % 32]);
	free(grid);
}

/* Excel's own view of the sheet: the newest csv it wrote. */
static struct grid *excel_view(const char *file, int sheet)
{
	static const char *const year[] = { "2016", "2011" };
	char path[PATH * 2];

	if (!text_starts(file, "sjs__"))
		return NULL;
	for (size_t i = 0; i < COUNT_OF(year); i++) {
		snprintf(path, sizeof(path), "%s/xlsx_corpus/oracle_sheetjs/%s__%s.%d.csv", root,
			year[i], file + 5, sheet);
		struct grid *grid = grid_read(path, true);
		if (grid)
			return grid;
	}
	return NULL;
}

static bool excel_agrees(
	const struct grid *grid, const struct row *row, const struct cell *cell, json_t *oracle)
{
	const char *shown = json_string_value(json_object_get(oracle, "w"));
	struct buffer text;

	if (!grid || !shown || row->number > grid->rows || cell->column >= 32 ||
		!grid->cell[row->number - 1][cell->column])
		return false;
	buffer_init(&text, 1 << 20);
	as_excel_csv(shown, &text);
	bool agrees = strcmp(text.bytes, grid->cell[row->number - 1][cell->column]) == 0;
	buffer_release(&text);
	return agrees;
}

/* Cells in the other reader's view that hold something. */
static int filled(json_t *cells)
{
	const char *reference;
	json_t *cell;
	int count = 0;

	json_object_foreach(cells, reference, cell)
	{
		const char *type = json_string_value(json_object_get(cell, "t"));
		const char *value = json_string_value(json_object_get(cell, "v"));
		count += *type != 's' || (value && *value);
	}
	return count;
}

static void compare_sheet(struct sheet *sheet, const char *file, int index, json_t *workbook,
	struct outcome *outcome, struct error *error)
{
	json_t *view = json_array_get(json_object_get(workbook, "sheets"), (size_t)index);
	json_t *cells = json_object_get(view, "cells");
	bool whole = cells && json_integer_value(json_object_get(view, "cell_count")) ==
				      (json_int_t)json_object_size(cells);
	bool since_1904 = json_is_true(json_object_get(workbook, "date1904"));
	struct grid *grid = excel_view(file, index);
	const struct row *row;
	char reference[24];
	int met = 0;

	while (sheet_next(sheet, &row, error) == OK && row) {
		for (int i = 0; i < row->cells; i++) {
			const struct cell *cell = &row->cell[i];
			cell_reference(cell->column, row->number, reference);
			json_t *oracle = json_object_get(cells, reference);
			outcome->cells++;
			met += oracle != NULL;
			if (oracle ? same(cell, oracle, since_1904) : !whole) {
				outcome->npm += oracle != NULL;
				outcome->excel += excel_agrees(grid, row, cell, oracle);
				continue;
			}
			outcome->different++;
			printf("    %s %d!%s: %.60s\n", file, index, reference, cell->text);
		}
	}
	if (error->result == OK && cells && met != filled(cells)) {
		outcome->different++;
		printf("    %s %d: %d of %d cells\n", file, index, met, filled(cells));
	}
	grid_free(grid);
}

static void read_workbook(const char *path, const char *file, struct outcome *outcome)
{
	struct error error = { 0 };
	char json_path[PATH * 2];
	struct sheet *sheet;

	snprintf(
		json_path, sizeof(json_path), "%s/xlsx_corpus/oracle_npm_xlsx/%s.json", root, file);
	json_t *workbook = json_load_file(json_path, 0, NULL);
	if (sheet_open(path, &sheet, &error) == OK) {
		json_t *sheets = json_object_get(workbook, "sheets");
		outcome->different +=
			workbook && (int)json_array_size(sheets) != sheet_count(sheet);
		for (int i = 0; i < sheet_count(sheet) && error.result == OK; i++) {
			json_t *view = json_array_get(sheets, (size_t)i);
			const char *name = json_string_value(json_object_get(view, "name"));
			bool hidden = json_integer_value(json_object_get(view, "hidden")) != 0;
			outcome->different +=
				workbook && (!name || strcmp(name, sheet_name(sheet, i)) != 0 ||
						    hidden != sheet_hidden(sheet, i));
			if (sheet_choose(sheet, i, &error) == OK)
				compare_sheet(sheet, file, i, workbook, outcome, &error);
		}
		sheet_close(sheet);
	}
	json_decref(workbook);
	text_copy(outcome->key, sizeof(outcome->key), error.key);
}

static bool same_text(const struct cell *cell, json_t *value)
{
	return json_is_string(value) && strcmp(cell->text, json_string_value(value)) == 0;
}

/* The view of a csv file: a list of rows, each a list or an object keyed by the first row. */
static void read_csv(const char *path, const char *json_path, struct outcome *outcome)
{
	struct error error = { 0 };
	char *heading[64] = { 0 };
	const struct row *row;
	struct sheet *sheet;
	json_t *view = json_load_file(json_path, 0, NULL);
	bool keyed = json_is_object(view) || json_is_object(json_array_get(view, 0)) ||
		     strstr(path, "/header-");

	if (sheet_open(path, &sheet, &error) != OK)
		goto out;
	while (sheet_next(sheet, &row, &error) == OK && row) {
		json_t *wanted = json_is_object(view)
					 ? view
					 : json_array_get(view, (size_t)row->number - keyed - 1);
		outcome->cells += row->cells;
		if (view && keyed && row->number == 1) {
			for (int i = 0; i < row->cells && i < 64; i++)
				heading[i] = strdup(row->cell[i].text);
			continue;
		}
		for (int i = 0; view && i < row->cells; i++) {
			json_t *value = json_is_array(wanted) ? json_array_get(wanted, (size_t)i)
							      : json_object_get(wanted, heading[i]);
			outcome->npm += same_text(&row->cell[i], value);
			outcome->different += !same_text(&row->cell[i], value);
		}
		outcome->different +=
			json_is_array(wanted) && (int)json_array_size(wanted) != row->cells;
	}
	sheet_close(sheet);
out:
	for (int i = 0; i < 64; i++)
		free(heading[i]);
	json_decref(view);
	text_copy(outcome->key, sizeof(outcome->key), error.key);
}

/* Run the reading of one file in a process of its own and judge its outcome. */
static int judge(const char *path, const char *json_path)
{
	const char *file = strrchr(path, '/') + 1;
	struct outcome outcome = { 0 };
	struct rusage usage;
	int status, tube[2];

	fflush(stdout);
	assert_int_equal(pipe(tube), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (json_path)
			read_csv(path, json_path, &outcome);
		else
			read_workbook(path, file, &outcome);
		fflush(stdout);
		_exit(write(tube[1], &outcome, sizeof(outcome)) != sizeof(outcome));
	}
	close(tube[1]);
	bool told = read(tube[0], &outcome, sizeof(outcome)) == sizeof(outcome);
	close(tube[0]);
	assert_int_equal(wait4(child, &status, 0, &usage), child);
	bool good = told && WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
		    outcome.different == expected_differences(file) &&
		    strcmp(outcome.key, expected_key(file)) == 0;
#if !defined(__SANITIZE_ADDRESS__)
	good = good && usage.ru_maxrss < 200 * 1024;
#endif
	if (outcome.key[0])
		printf("%s %-52s %s\n", good ? "  " : "!!", file, outcome.key);
	else
		printf("%s %-52s ok %5d cells, %5d as the other reader, %4d also as Excel\n",
			good ? "  " : "!!", file, outcome.cells, outcome.npm, outcome.excel);
	return good ? 0 : 1;
}

static bool absent(const char *folder)
{
	char path[PATH * 2];

	snprintf(path, sizeof(path), "%s/%s", root, folder);
	if (access(path, R_OK) == 0)
		return false;
	printf("skipped: no folder %s (set YIBEN_DATA)\n", folder);
	return true;
}

/* Judge every file of the folder with this ending; the number judged goes to *count. */
static int judge_folder(const char *folder, const char *ending, const char *views, int *count)
{
	char path[PATH * 2], json_path[PATH * 2], view_folder[PATH * 2];
	struct dirent **entry;
	int failed = 0;

	snprintf(path, sizeof(path), "%s/%s", root, folder);
	snprintf(view_folder, sizeof(view_folder), "%s/%s", root, views ? views : "");
	int entries = scandir(path, &entry, NULL, alphasort);
	for (int i = 0; i < entries; i++) {
		const char *name = entry[i]->d_name, *dot = strrchr(name, '.');
		if (dot && strcmp(dot, ending) == 0) {
			snprintf(path, sizeof(path), "%s/%s/%s", root, folder, name);
			snprintf(json_path, sizeof(json_path), "%.1000s/%.*s.json", view_folder,
				(int)(dot - name), name);
			failed += judge(path, views ? json_path : NULL);
			++*count;
		}
		free(entry[i]);
	}
	free(entry);
	return failed;
}

static void every_workbook_is_right_or_refused(void **state)
{
	int count = 0;

	(void)state;
	if (absent("xlsx_corpus"))
		return;
	assert_int_equal(judge_folder("xlsx_corpus", ".xlsx", NULL, &count), 0);
	assert_int_equal(count, WORKBOOKS);
}

static void every_csv_is_right_or_refused(void **state)
{
	int count = 0, failed = 0;

	(void)state;
	if (absent("csv_suite"))
		return;
	failed += judge_folder(
		"csv_suite/csv-spectrum/csvs", ".csv", "csv_suite/csv-spectrum/json", &count);
	failed +=
		judge_folder("csv_suite/sineemore/csv", ".csv", "csv_suite/sineemore/json", &count);
	failed += judge_folder("csv_suite/phpspreadsheet", ".csv", "csv_suite/none", &count);
	failed += judge_folder("csv_suite/zh_encodings", ".csv", "csv_suite/none", &count);
	assert_int_equal(failed, 0);
	assert_true(count > 80);
}

static void same_grids(const char *a, const char *b)
{
	char path[2][PATH * 2];

	snprintf(path[0], sizeof(path[0]), "%s/csv_suite/%s", root, a);
	snprintf(path[1], sizeof(path[1]), "%s/csv_suite/%s", root, b);
	struct grid *one = grid_read(path[0], false), *two = grid_read(path[1], false);
	assert_true(one && two && one->rows > 0);
	assert_int_equal(one->rows, two->rows);
	for (int i = 0; i < 512 * 32; i++) {
		const char *left = one->cell[i / 32][i % 32], *right = two->cell[i / 32][i % 32];
		assert_int_equal(left == NULL, right == NULL);
		assert_true(!left || strcmp(left, right) == 0);
	}
	grid_free(one);
	grid_free(two);
}

static void encodings_of_one_text_read_alike(void **state)
{
	static const char *const pairs[][2] = {
		{ "zh_encodings/DERIVED_REFERENCE_utf8.csv", "zh_encodings/DERIVED_utf8_bom.csv" },
		{ "zh_encodings/DERIVED_REFERENCE_utf8.csv",
			"zh_encodings/DERIVED_gb18030_nobom.csv" },
		{ "zh_encodings/DERIVED_REFERENCE_utf8.csv",
			"zh_encodings/DERIVED_gb18030_bom.csv" },
		{ "phpspreadsheet/premiere.utf8.csv", "phpspreadsheet/premiere.utf8bom.csv" },
		{ "phpspreadsheet/premiere.utf8.csv", "phpspreadsheet/premiere.utf16bebom.csv" },
		{ "phpspreadsheet/premiere.utf8.csv", "phpspreadsheet/premiere.utf16lebom.csv" },
		{ "phpspreadsheet/premiere.utf8.csv", "phpspreadsheet/premiere.utf16be.csv" },
		{ "phpspreadsheet/linend.unix.csv", "phpspreadsheet/linend.mac.csv" },
		{ "phpspreadsheet/linend.unix.csv", "phpspreadsheet/linend.win.csv" },
	};

	(void)state;
	if (absent("csv_suite"))
		return;
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		same_grids(pairs[i][0], pairs[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_workbook_is_right_or_refused),
		cmocka_unit_test(every_csv_is_right_or_refused),
		cmocka_unit_test(encodings_of_one_text_read_alike),
	};
	const char *data = getenv("YIBEN_DATA"), *source = getenv("YIBEN_SOURCE");

	if (data)
		text_copy(root, sizeof(root), data);
	else
		snprintf(root, sizeof(root), "%.900s/../shared/data", source ? source : ".");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

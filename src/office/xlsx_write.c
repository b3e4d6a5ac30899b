/* The xlsx form of a workbook, by libxlsxwriter in constant memory: it writes each row out as
 * the next begins. */
#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/money.h"
#include "base/panic.h"
#include "base/text.h"
#include "office/sheet.h"
#include "office/workbook_kind.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum {
	CHOICE_LISTS = 256,
	CHOICE_INLINE_BYTES = 200, /* Excel: 255 with the commas */
	CHOICE_BYTES = 67108864,
	EXACT_INTEGER_DIGITS = 15 /* what Excel keeps of a number */
};

/* A list too long to stand in its column; it is written on a hidden sheet at the end. */
struct choice_list {
	const char **item;
	int count;
};

struct xlsx_out {
	char *path;
	lxw_workbook *workbook;
	lxw_worksheet *sheet[WORKBOOK_SHEETS];
	lxw_format *heading, *format[STYLE_REASON + 1];
	unsigned char *style[WORKBOOK_SHEETS]; /* of each column */
	int64_t cells[WORKBOOK_SHEETS];        /* written so far */
	int sheets;
	struct arena arena;
	struct choice_list list[CHOICE_LISTS];
	int lists;
};

static const char *const choice_sheet = "选项";

static lxw_format *new_format(lxw_workbook *workbook, const char *code)
{
	lxw_format *format = workbook_add_format(workbook);

	must(format != NULL);
	if (code)
		format_set_num_format(format, code);
	format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
	return format;
}

static void make_formats(struct xlsx_out *out)
{
	static const char *const code[] = { "@", "0", "#,##0.00", "yyyy-mm-dd",
		"yyyy-mm-dd hh:mm:ss", "0.00%", "@" };

	for (size_t i = 0; i < COUNT_OF(code); i++)
		out->format[i] = new_format(out->workbook, code[i]);
	format_set_bg_color(out->format[STYLE_REASON], 0xFFF2CC);
	format_set_font_color(out->format[STYLE_REASON], 0xC00000);
	out->heading = new_format(out->workbook, "@");
	format_set_bold(out->heading);
	format_set_bg_color(out->heading, 0xDDEBF7);
	format_set_bottom(out->heading, LXW_BORDER_THIN);
}

static void *xlsx_create(const char *path, struct error *error)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	struct xlsx_out *out = calloc(1, sizeof(*out));

	must(out != NULL);
	out->path = strdup(path);
	must(out->path != NULL);
	out->workbook = workbook_new_opt(path, &options);
	if (!out->workbook) {
		error_trouble(
			error, "trouble.write", "file", path, "reason", error_reason(errno), NULL);
		free(out->path);
		free(out);
		return NULL;
	}
	arena_init(&out->arena, CHOICE_BYTES);
	make_formats(out);
	return out;
}

static int column_width(const struct workbook_column *column)
{
	static const int usual[] = { 14, 10, 14, 12, 20, 10, 40 };
	int wide = (int)text_columns(column->heading) + 4;

	if (column->width)
		return column->width;
	return wide > usual[column->style] ? wide : usual[column->style];
}

/* Can the list stand in the validation itself? Items there are parted by commas. Excel counts
 * characters, but libxlsxwriter 1.1.4 has room for as many bytes. */
static bool fits_inline(const struct workbook_column *column)
{
	size_t bytes = 0;

	for (int i = 0; i < column->choice_count; i++) {
		bytes += strlen(column->choices[i]) + 1;
		if (strchr(column->choices[i], ','))
			return false;
	}
	return bytes <= CHOICE_INLINE_BYTES;
}

/* Keep the list for the hidden sheet and write the formula that names its cells. */
static void keep_list(struct xlsx_out *out, const struct workbook_column *column, char formula[64])
{
	struct choice_list *list = &out->list[out->lists];
	char letters[LXW_MAX_COL_NAME_LENGTH];

	must(out->lists < CHOICE_LISTS && column->choice_count < WORKBOOK_ROWS);
	list->count = column->choice_count;
	list->item = arena_array(&out->arena, const char *, list->count);
	for (int i = 0; i < list->count; i++)
		list->item[i] = arena_text(&out->arena, column->choices[i]);
	lxw_col_to_name(letters, (lxw_col_t)out->lists, LXW_TRUE);
	snprintf(formula, 64, "='%s'!%s$1:%s$%d", choice_sheet, letters, letters, list->count);
	out->lists++;
}

static void add_choices(
	struct xlsx_out *out, lxw_worksheet *sheet, int index, const struct workbook_column *column)
{
	lxw_data_validation validation = { .ignore_blank = LXW_VALIDATION_ON,
		.dropdown = LXW_VALIDATION_ON,
		.show_input = LXW_VALIDATION_ON,
		.show_error = column->choices_only ? LXW_VALIDATION_ON : LXW_VALIDATION_OFF };
	char formula[64];

	if (fits_inline(column)) {
		char **items = arena_array(&out->arena, char *, column->choice_count + 1);
		for (int i = 0; i < column->choice_count; i++)
			items[i] = arena_text(&out->arena, column->choices[i]);
		validation.validate = LXW_VALIDATION_TYPE_LIST;
		validation.value_list = (void *)items; /* const or not, by the library's version */
	} else {
		keep_list(out, column, formula);
		validation.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
		validation.value_formula = formula;
	}
	worksheet_data_validation_range(
		sheet, 1, (lxw_col_t)index, WORKBOOK_ROWS - 1, (lxw_col_t)index, &validation);
}

static void xlsx_sheet(
	void *writer, int index, const char *name, const struct workbook_column *columns, int count)
{
	struct xlsx_out *out = writer;
	lxw_worksheet *sheet = workbook_add_worksheet(out->workbook, name);

	must(sheet != NULL);
	out->sheet[index] = sheet;
	out->style[index] = arena_alloc(&out->arena, (size_t)count);
	out->sheets = index + 1;
	for (int i = 0; i < count; i++) {
		out->style[index][i] = (unsigned char)columns[i].style;
		worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, column_width(&columns[i]),
			out->format[columns[i].style]);
		if (columns[i].choice_count)
			add_choices(out, sheet, i, &columns[i]);
	}
	worksheet_freeze_panes(sheet, 1, 0);
	worksheet_set_row(sheet, 0, 20, out->heading);
}

/* "_x000D_" in a text would be read back as a carriage return: its underscore is escaped. */
static const char *escape(const char *text, struct arena *arena)
{
	const char *at = strstr(text, "_x");

	if (!at)
		return text;
	struct buffer escaped;
	buffer_init(&escaped, strlen(text) * 7);
	for (; *text; text++) {
		bool hex = text[0] == '_' && text[1] == 'x';
		for (int i = 2; hex && i < 6; i++)
			hex = isxdigit((unsigned char)text[i]);
		if (hex && text[6] == '_')
			buffer_text(&escaped, "_x005F");
		buffer_char(&escaped, *text);
	}
	char *copy = arena_text(arena, escaped.bytes);
	buffer_release(&escaped);
	return copy;
}

static lxw_error put_text(
	lxw_worksheet *sheet, int64_t row, int column, const char *text, lxw_format *format)
{
	struct arena arena;

	arena_init(&arena, CHOICE_BYTES);
	lxw_error failed = worksheet_write_string(
		sheet, (lxw_row_t)row, (lxw_col_t)column, escape(text, &arena), format);
	arena_release(&arena);
	return failed;
}

static bool exact(int64_t number)
{
	int64_t most = 1;

	for (int i = 0; i < EXACT_INTEGER_DIGITS; i++)
		most *= 10;
	return number > -most && number < most;
}

/* Days since 1899-12-30: Excel's count for every day after its false 1900-02-29. */
static double serial(int64_t local_ms)
{
	static const struct civil origin = { 1899, 12, 30 };

	return (double)local_ms / DAY_MS - day_from_civil(origin);
}

static bool as_number(const struct workbook_cell *cell, double *number)
{
	static const struct civil first = { 1900, 3, 1 };

	switch (cell->style) {
	case STYLE_INTEGER:
		*number = (double)cell->number;
		return exact(cell->number);
	case STYLE_MONEY:
		*number = (double)cell->number / 100;
		return exact(cell->number);
	case STYLE_DAY:
		*number = serial(cell->number * DAY_MS);
		return cell->number >= day_from_civil(first);
	case STYLE_INSTANT:
		*number = serial(cell->number + 8 * HOUR_MS);
		return cell->number >= day_start(day_from_civil(first));
	case STYLE_PERCENT:
		*number = (double)cell->number / (double)cell->denominator;
		return true;
	default:
		return false;
	}
}

/* What Excel could not hold as a number without losing something, as text. */
static const char *as_text(const struct workbook_cell *cell, char text[INSTANT_TEXT])
{
	switch (cell->style) {
	case STYLE_INTEGER:
		snprintf(text, INSTANT_TEXT, "%lld", (long long)cell->number);
		return text;
	case STYLE_MONEY:
		return money_plain(cell->number, text);
	case STYLE_DAY:
		return day_text((int)cell->number, text);
	case STYLE_INSTANT:
		return instant_text(cell->number, text);
	default:
		return cell->text;
	}
}

static void xlsx_cell(void *writer, int sheet, int64_t row, int column,
	const struct workbook_cell *cell, struct error *error)
{
	struct xlsx_out *out = writer;
	enum column_style of_column = out->style[sheet][column];
	bool is_text = cell->style == STYLE_TEXT;
	lxw_format *format =
		row == 0 ? out->heading : out->format[is_text ? of_column : cell->style];
	lxw_error failed;
	char text[INSTANT_TEXT], most[16];
	double number;

	if (is_text && !*cell->text)
		return;
	out->cells[sheet]++;
	if (as_number(cell, &number))
		failed = worksheet_write_number(
			out->sheet[sheet], (lxw_row_t)row, (lxw_col_t)column, number, format);
	else
		failed = put_text(out->sheet[sheet], row, column, as_text(cell, text), format);
	if (failed == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED) {
		snprintf(most, sizeof(most), "%d", WORKBOOK_CELL_CHARACTERS);
		error_refuse(error, "refused.workbook_cell_too_long", "out", "max", most, NULL);
	} else if (failed != LXW_NO_ERROR) {
		error_trouble(error, "trouble.write", "file", out->path, "reason",
			lxw_strerror(failed), NULL);
	}
}

static void xlsx_row(void *writer, int sheet, int64_t row)
{
	(void)writer, (void)sheet, (void)row;
}

static void write_lists(struct xlsx_out *out)
{
	int longest = 0;

	if (!out->lists)
		return;
	lxw_worksheet *sheet = workbook_add_worksheet(out->workbook, choice_sheet);
	must(sheet != NULL);
	for (int i = 0; i < out->lists; i++)
		longest = out->list[i].count > longest ? out->list[i].count : longest;
	for (int row = 0; row < longest; row++) {
		for (int i = 0; i < out->lists; i++) {
			if (row < out->list[i].count)
				put_text(sheet, row, i, out->list[i].item[row],
					out->format[STYLE_TEXT]);
		}
	}
	worksheet_hide(sheet);
}

/* The library does not look whether its temporary files took what it wrote to them, and closes
 * a workbook cut short by a full disk as if it were whole: read it back and count. */
static void read_back(const struct xlsx_out *out, const char *path, struct error *error)
{
	struct error found = { 0 };
	const struct row *row;
	struct sheet *sheet;
	bool whole = sheet_open(path, &sheet, &found) == OK;

	for (int i = 0; whole && i < out->sheets; i++) {
		int64_t cells = 0;
		sheet_choose(sheet, i, &found);
		while (found.result == OK && sheet_next(sheet, &row, &found) == OK && row)
			cells += row->cells;
		whole = found.result == OK && cells == out->cells[i];
	}
	sheet_close(sheet);
	if (!whole)
		error_trouble(error, "trouble.workbook_incomplete", "file", path, NULL);
}

static void release(struct xlsx_out *out)
{
	arena_release(&out->arena);
	free(out->path);
	free(out);
}

static void xlsx_finish(void *writer, const char *path, struct error *error)
{
	struct xlsx_out *out = writer;
	lxw_error failed;
	int reached = -1;

	write_lists(out);
	errno = 0;
	failed = workbook_close(out->workbook);
	if (failed != LXW_NO_ERROR)
		error_trouble(error, "trouble.write", "file", path, "reason",
			errno ? error_reason(errno) : lxw_strerror(failed), NULL);
	else if ((reached = open(path, O_RDONLY | O_CLOEXEC)) < 0 || fsync(reached))
		error_trouble(
			error, "trouble.write", "file", path, "reason", error_reason(errno), NULL);
	if (reached >= 0)
		close(reached);
	if (error->result == OK)
		read_back(out, path, error);
	release(out);
}

static void xlsx_abandon(void *writer)
{
	struct xlsx_out *out = writer;

	lxw_workbook_free(out->workbook);
	release(out);
}

const struct workbook_kind xlsx_writer = { xlsx_create, xlsx_sheet, xlsx_cell, xlsx_row,
	xlsx_finish, xlsx_abandon };

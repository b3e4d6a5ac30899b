/* Rows of a workbook's sheet. The parser is stopped at the end of each row and goes on with the
 * next call, so one row is in memory at a time. */
#include "base/buffer.h"
#include "base/panic.h"
#include "base/text.h"
#include "office/outline.h"
#include "office/part.h"
#include "office/serial.h"
#include "office/sheet_kind.h"
#include "office/shared_strings.h"
#include "office/styles.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t sheet_bytes = 8ull << 30; /* most bytes of one sheet's part */

/* What a cell's element says before its value comes. */
struct pending {
	int column;
	size_t style;
	char type; /* of t=: 'n' number, 's' shared, 'i' inline, 't' formula text, 'b', 'e', 'd' */
	size_t start; /* where its text begins in the row's text */
	bool value;   /* an element that holds a value was there */
};

struct xlsx {
	struct package *package;
	struct outline outline;
	struct strings *strings;
	struct styles *styles;
	int sheet;
	struct part *part;
	bool ended;

	bool in_data, in_row, in_cell, in_inline, collecting, row_done;
	int phonetic;
	int next_column;
	int64_t number; /* of the row being read or given last */
	struct pending pending;
	struct buffer text;
	struct cell *cell;
	size_t *offset; /* of each cell's text; SIZE_MAX where it points to a shared string */
	int cells, allocated;
	struct row row;
};

/* Refuse because of the cell being read. */
static void refuse_cell(struct xlsx *xlsx, const char *key, long most)
{
	char reference[24], number[24], name[120];
	struct error *error = part_fail(xlsx->part);

	snprintf(number, sizeof(number), "%ld", most);
	error_refuse(error, key, "file", "file", package_name(xlsx->package), "max", number, "part",
		xlsx->outline.sheet[xlsx->sheet].path, NULL);
	text_copy(name, sizeof(name), xlsx->outline.sheet[xlsx->sheet].name);
	error_place(error, "%s!%s", name,
		cell_reference(xlsx->pending.column, xlsx->number, reference));
}

/* "BC12" or "bc": the column, or −1. */
static int column_read(const char *reference)
{
	int column = 0;

	for (; (*reference | 32) >= 'a' && (*reference | 32) <= 'z'; reference++) {
		column = column * 26 + (*reference | 32) - 'a' + 1;
		if (column > SHEET_COLUMNS)
			return -1;
	}
	return column - 1;
}

static void row_begin(struct xlsx *xlsx, const char *const *attributes)
{
	const char *given = part_attribute(attributes, "r");
	int64_t number = xlsx->number + 1;

	xlsx->in_row = true;
	xlsx->cells = 0;
	xlsx->next_column = 0;
	xlsx->pending.column = 0;
	buffer_clear(&xlsx->text);
	if (given && !text_integer(given, &number))
		number = 0;
	int64_t before = xlsx->number;
	xlsx->number = number;
	if (number > SHEET_ROWS)
		refuse_cell(xlsx, "refused.sheet_too_many_rows", SHEET_ROWS);
	else if (number <= before)
		refuse_cell(xlsx, "refused.sheet_rows_disordered", 0);
}

static void cell_begin(struct xlsx *xlsx, const char *const *attributes)
{
	const char *reference = part_attribute(attributes, "r");
	const char *style = part_attribute(attributes, "s");
	const char *type = part_attribute(attributes, "t");
	int64_t number = 0;
	int column = reference && *reference ? column_read(reference) : xlsx->next_column;

	xlsx->in_cell = true;
	xlsx->in_inline = xlsx->collecting = false;
	xlsx->phonetic = 0;
	xlsx->pending = (struct pending){
		.column = column, .start = xlsx->text.length, .type = type ? *type : 'n'
	};
	if (type && strcmp(type, "str") == 0)
		xlsx->pending.type = 't';
	if (style && text_integer(style, &number) && number >= 0)
		xlsx->pending.style = (size_t)number;
	if (column < 0 || column >= SHEET_COLUMNS)
		refuse_cell(xlsx, "refused.sheet_too_many_columns", SHEET_COLUMNS);
	xlsx->next_column = column + 1;
}

static void on_start(void *context, const char *name, const char *const *attributes)
{
	struct xlsx *xlsx = context;

	if (!xlsx->in_data) {
		xlsx->in_data = strcmp(name, "sheetData") == 0;
	} else if (!xlsx->in_row) {
		if (strcmp(name, "row") == 0)
			row_begin(xlsx, attributes);
	} else if (!xlsx->in_cell) {
		if (strcmp(name, "c") == 0)
			cell_begin(xlsx, attributes);
	} else if (strcmp(name, "v") == 0 && xlsx->pending.type != 'i') {
		xlsx->collecting = xlsx->pending.value = true;
	} else if (strcmp(name, "is") == 0 && xlsx->pending.type == 'i') {
		xlsx->in_inline = xlsx->pending.value = true;
	} else if (strcmp(name, "rPh") == 0) {
		xlsx->phonetic++;
	} else if (strcmp(name, "t") == 0) {
		xlsx->collecting = xlsx->in_inline && !xlsx->phonetic;
	}
}

static void on_text(void *context, const char *bytes, size_t length)
{
	struct xlsx *xlsx = context;

	if (!xlsx->collecting)
		return;
	if (xlsx->text.length - xlsx->pending.start + length > SHEET_CELL_BYTES) {
		refuse_cell(xlsx, "refused.sheet_cell_too_long", SHEET_CELL_BYTES / 1024);
		return;
	}
	buffer_add(&xlsx->text, bytes, length);
	if (xlsx->text.full)
		refuse_cell(xlsx, "refused.sheet_row_too_long", SHEET_ROW_BYTES / 1048576);
}

/* Replace the raw value of the pending cell by `text`. */
static void set_text(struct xlsx *xlsx, const char *text)
{
	xlsx->text.length = xlsx->pending.start;
	buffer_text(&xlsx->text, text);
}

static enum cell_type number_cell(struct xlsx *xlsx, const char *raw)
{
	struct number_format format = styles_format(xlsx->styles, xlsx->pending.style);
	char number[NUMBER_TEXT], serial[SERIAL_TEXT];
	double value;

	if (!number_read(raw, &value, number))
		return CELL_TEXT;
	if (format.kind != FORMAT_NUMBER) {
		enum cell_type type = serial_text(value, format, xlsx->outline.since_1904, serial);
		if (type != CELL_NUMBER) {
			set_text(xlsx, serial);
			return type;
		}
	}
	set_text(xlsx, number);
	return CELL_NUMBER;
}

static enum cell_type date_cell(struct xlsx *xlsx, const char *raw)
{
	char text[SERIAL_TEXT];
	enum cell_type type = iso_text(raw, text);

	if (type != CELL_TEXT)
		set_text(xlsx, text);
	return type;
}

/* The shared string of the pending cell; refused when there is none. */
static const char *shared_cell(struct xlsx *xlsx, const char *raw)
{
	int64_t index;
	char trimmed[32];

	text_trim(trimmed, sizeof(trimmed), raw);
	const char *text = text_integer(trimmed, &index) && index >= 0
				   ? strings_get(xlsx->strings, (size_t)index)
				   : NULL;
	if (!text)
		refuse_cell(xlsx, "refused.sheet_string_unknown", 0);
	return text;
}

static void keep_cell(struct xlsx *xlsx, enum cell_type type, const char *shared)
{
	int column = xlsx->pending.column;

	if (xlsx->cells == xlsx->allocated) {
		xlsx->allocated = xlsx->allocated ? xlsx->allocated * 2 : 64;
		size_t count = (size_t)xlsx->allocated;
		xlsx->cell = realloc(xlsx->cell, count * sizeof(*xlsx->cell));
		xlsx->offset = realloc(xlsx->offset, count * sizeof(*xlsx->offset));
		must(xlsx->cell && xlsx->offset);
	}
	if (xlsx->cells && column <= xlsx->cell[xlsx->cells - 1].column) {
		refuse_cell(xlsx, "refused.sheet_rows_disordered", 0);
		return;
	}
	xlsx->offset[xlsx->cells] = shared ? SIZE_MAX : xlsx->pending.start;
	xlsx->cell[xlsx->cells++] = (struct cell){ .column = column, .type = type, .text = shared };
}

static void cell_end(struct xlsx *xlsx)
{
	enum cell_type type = CELL_TEXT;
	const char *raw = xlsx->text.bytes + xlsx->pending.start, *shared = NULL;
	size_t length = xlsx->text.length - xlsx->pending.start;

	xlsx->in_cell = xlsx->in_inline = xlsx->collecting = false;
	if (!xlsx->pending.value || !length)
		return;
	switch (xlsx->pending.type) {
	case 's':
		shared = shared_cell(xlsx, raw);
		if (!shared)
			return;
		break;
	case 'i':
	case 't':
		length = escapes_undo(xlsx->text.bytes + xlsx->pending.start, length);
		xlsx->text.length = xlsx->pending.start + length;
		break;
	case 'b':
		type = CELL_BOOL;
		set_text(
			xlsx, strcmp(raw, "1") == 0 || strcmp(raw, "true") == 0 ? "TRUE" : "FALSE");
		break;
	case 'e':
		type = CELL_ERROR;
		break;
	case 'd':
		type = date_cell(xlsx, raw);
		break;
	default:
		type = number_cell(xlsx, raw);
	}
	if (shared && !*shared) {
		xlsx->text.length = xlsx->pending.start;
		return;
	}
	keep_cell(xlsx, type, shared);
	if (shared)
		xlsx->text.length = xlsx->pending.start;
	else
		buffer_add(&xlsx->text, "", 1);
	if (xlsx->text.full)
		refuse_cell(xlsx, "refused.sheet_row_too_long", SHEET_ROW_BYTES / 1048576);
}

static void on_end(void *context, const char *name)
{
	struct xlsx *xlsx = context;

	if (xlsx->in_cell) {
		if (strcmp(name, "c") == 0)
			cell_end(xlsx);
		else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
			xlsx->collecting = false;
		else if (strcmp(name, "is") == 0)
			xlsx->in_inline = false;
		else if (strcmp(name, "rPh") == 0)
			xlsx->phonetic--;
	} else if (xlsx->in_row) {
		if (strcmp(name, "row") == 0) {
			xlsx->in_row = false;
			xlsx->row_done = xlsx->cells > 0;
			if (xlsx->row_done)
				part_pause(xlsx->part);
		}
	} else if (xlsx->in_data && strcmp(name, "sheetData") == 0) {
		xlsx->in_data = false;
	}
}

static int xlsx_count(const void *reader)
{
	return ((const struct xlsx *)reader)->outline.sheets;
}

static const char *xlsx_name(const void *reader, int index)
{
	return ((const struct xlsx *)reader)->outline.sheet[index].name;
}

static bool xlsx_hidden(const void *reader, int index)
{
	return ((const struct xlsx *)reader)->outline.sheet[index].hidden;
}

static enum result xlsx_choose(void *reader, int index, struct error *error)
{
	static const struct part_events events = { on_start, on_end, on_text };
	struct xlsx *xlsx = reader;

	part_close(xlsx->part);
	xlsx->part = NULL;
	xlsx->sheet = index;
	xlsx->number = 0;
	xlsx->ended = xlsx->in_data = xlsx->in_row = xlsx->in_cell = xlsx->collecting = false;
	return part_open(xlsx->package, xlsx->outline.sheet[index].path, sheet_bytes, &events, xlsx,
		&xlsx->part, error);
}

static enum result xlsx_next(void *reader, const struct row **row, struct error *error)
{
	struct xlsx *xlsx = reader;
	enum result result = OK;

	*row = NULL;
	xlsx->row_done = false;
	while (result == OK && !xlsx->ended && !xlsx->row_done)
		result = part_read(xlsx->part, &xlsx->ended, error);
	if (result != OK || !xlsx->row_done)
		return result;
	for (int i = 0; i < xlsx->cells; i++) {
		if (xlsx->offset[i] != SIZE_MAX)
			xlsx->cell[i].text = xlsx->text.bytes + xlsx->offset[i];
	}
	xlsx->row = (struct row){ xlsx->number, xlsx->cells, xlsx->cell };
	*row = &xlsx->row;
	return OK;
}

static void xlsx_close(void *reader)
{
	struct xlsx *xlsx = reader;

	part_close(xlsx->part);
	strings_free(xlsx->strings);
	styles_free(xlsx->styles);
	outline_release(&xlsx->outline);
	package_close(xlsx->package);
	buffer_release(&xlsx->text);
	free(xlsx->cell);
	free(xlsx->offset);
	free(xlsx);
}

enum result xlsx_open(struct source *source, void **reader, struct error *error)
{
	struct xlsx *xlsx = calloc(1, sizeof(*xlsx));

	must(xlsx != NULL);
	buffer_init(&xlsx->text, SHEET_ROW_BYTES);
	enum result result = package_open(source, &xlsx->package, error);
	if (result == OK)
		result = outline_read(xlsx->package, &xlsx->outline, error);
	if (result == OK && xlsx->outline.strings[0])
		result = strings_read(xlsx->package, xlsx->outline.strings, &xlsx->strings, error);
	if (result == OK && xlsx->outline.styles[0])
		result = styles_read(xlsx->package, xlsx->outline.styles, &xlsx->styles, error);
	if (result == OK)
		result = xlsx_choose(xlsx, 0, error);
	if (result != OK) {
		xlsx_close(xlsx);
		xlsx = NULL;
	}
	*reader = xlsx;
	return result;
}

const struct sheet_kind xlsx_kind = { xlsx_count, xlsx_name, xlsx_hidden, xlsx_choose, xlsx_next,
	xlsx_close };

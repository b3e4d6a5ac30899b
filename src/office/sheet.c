#include "base/buffer.h"
#include "base/panic.h"
#include "base/text.h"
#include "office/sheet_kind.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

struct sheet {
	const struct sheet_kind *kind;
	void *reader;
	int index;
	struct error failure; /* the first, given again */
};

enum { LOOK_BYTES = 512 };

static size_t first_bytes(struct source *source, char *bytes, size_t size)
{
	if (source->file) {
		size_t length = fread(bytes, 1, size, source->file);
		rewind(source->file);
		return length;
	}
	size_t length = source->length < size ? source->length : size;
	if (length)
		memcpy(bytes, source->bytes, length);
	return length;
}

/* Does the old container hold an encrypted workbook? Its directory, anywhere in the file, then
 * has an entry of this name in UTF-16. */
static bool holds_encrypted(struct source *source)
{
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
	enum { NAME = sizeof(name) - 1, BLOCK = 65536 };
	char *block = malloc(BLOCK);
	size_t held = 0, length;
	bool found = false;

	if (!source->file) {
		free(block);
		return memmem(source->bytes, source->length, name, NAME) != NULL;
	}
	must(block != NULL);
	while (!found && (length = fread(block + held, 1, BLOCK - held, source->file))) {
		held += length;
		found = memmem(block, held, name, NAME) != NULL;
		size_t keep = held < NAME ? held : NAME;
		memmove(block, block + held - keep, keep);
		held = keep;
	}
	free(block);
	return found;
}

/* Web pages and XML under the name .xls are what many systems "export to Excel". */
static bool is_markup(const char *bytes, size_t length)
{
	static const char *const start[] = { "<html", "<!doctype", "<?xml", "<table", "<meta" };
	size_t at = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (at < length && bytes[at] && strchr(" \t\r\n", bytes[at]))
		at++;
	for (size_t i = 0; i < COUNT_OF(start); i++) {
		size_t size = strlen(start[i]);
		if (length - at >= size && strncasecmp(bytes + at, start[i], size) == 0)
			return true;
	}
	return false;
}

static enum result open_reader(struct source *source, struct sheet *sheet, struct error *error)
{
	char look[LOOK_BYTES];
	size_t length = first_bytes(source, look, sizeof(look));

	if (length >= 4 && memcmp(look, "PK\3\4", 4) == 0) {
		sheet->kind = &xlsx_kind;
		return xlsx_open(source, &sheet->reader, error);
	}
	if (length >= 8 && memcmp(look, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
		return error_refuse(error,
			holds_encrypted(source) ? "refused.sheet_encrypted"
						: "refused.sheet_old_xls",
			"file", "file", source->name, NULL);
	if (is_markup(look, length))
		return error_refuse(
			error, "refused.sheet_markup", "file", "file", source->name, NULL);
	sheet->kind = &csv_kind;
	return csv_open(source, &sheet->reader, error);
}

static int first_visible(const struct sheet *sheet)
{
	int count = sheet_count(sheet);

	for (int i = 0; i < count; i++) {
		if (!sheet_hidden(sheet, i))
			return i;
	}
	return 0;
}

static enum result open_source(struct source *source, struct sheet **sheet, struct error *error)
{
	struct sheet *made = calloc(1, sizeof(*made));

	must(made != NULL);
	enum result result = open_reader(source, made, error);
	if (source->file)
		fclose(source->file);
	if (result == OK && first_visible(made) != 0)
		result = sheet_choose(made, first_visible(made), error);
	if (result != OK) {
		sheet_close(made);
		made = NULL;
	}
	*sheet = made;
	return result;
}

static enum result unreadable(const char *path, int code, struct error *error)
{
	return error_refuse(error, "refused.file_unreadable", "file", "file", path, "reason",
		error_reason(code), NULL);
}

enum result sheet_open(const char *path, struct sheet **sheet, struct error *error)
{
	const char *slash = strrchr(path, '/');
	struct source source = { .name = slash ? slash + 1 : path };
	struct stat status;

	*sheet = NULL;
	source.file = fopen(path, "rbe");
	if (!source.file)
		return unreadable(path, errno, error);
	if (fstat(fileno(source.file), &status) || !S_ISREG(status.st_mode)) {
		int code = S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
		fclose(source.file);
		return unreadable(path, code, error);
	}
	return open_source(&source, sheet, error);
}

enum result sheet_open_memory(const char *name, const void *bytes, size_t length,
	struct sheet **sheet, struct error *error)
{
	struct source source = { .name = name, .bytes = length ? bytes : "", .length = length };

	return open_source(&source, sheet, error);
}

void sheet_close(struct sheet *sheet)
{
	if (!sheet)
		return;
	if (sheet->reader)
		sheet->kind->close(sheet->reader);
	free(sheet);
}

int sheet_count(const struct sheet *sheet)
{
	return sheet->kind->count(sheet->reader);
}

const char *sheet_name(const struct sheet *sheet, int index)
{
	must(index >= 0 && index < sheet_count(sheet));
	return sheet->kind->name(sheet->reader, index);
}

bool sheet_hidden(const struct sheet *sheet, int index)
{
	must(index >= 0 && index < sheet_count(sheet));
	return sheet->kind->hidden(sheet->reader, index);
}

bool sheet_is_csv(const struct sheet *sheet)
{
	return sheet->kind == &csv_kind;
}

static enum result refuse_choice(const struct sheet *sheet, const char *wanted, struct error *error)
{
	struct buffer names;

	buffer_init(&names, 4096);
	for (int i = 0; i < sheet_count(sheet); i++)
		buffer_print(&names, "%s%s", i ? "、" : "", sheet_name(sheet, i));
	error_refuse(error, "refused.sheet_unknown", "sheet", "sheet", wanted, "sheets",
		names.bytes, NULL);
	buffer_release(&names);
	return error->result;
}

enum result sheet_choose(struct sheet *sheet, int index, struct error *error)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", index + 1);
	if (index < 0 || index >= sheet_count(sheet))
		return refuse_choice(sheet, number, error);
	error_clear(&sheet->failure);
	sheet->index = index;
	enum result result = sheet->kind->choose(sheet->reader, index, &sheet->failure);
	if (result != OK && error->result == OK)
		*error = sheet->failure;
	return result;
}

enum result sheet_choose_named(struct sheet *sheet, const char *name, struct error *error)
{
	for (int i = 0; i < sheet_count(sheet); i++) {
		if (strcasecmp(sheet_name(sheet, i), name) == 0)
			return sheet_choose(sheet, i, error);
	}
	return refuse_choice(sheet, name, error);
}

enum result sheet_next(struct sheet *sheet, const struct row **row, struct error *error)
{
	*row = NULL;
	if (sheet->failure.result == OK)
		sheet->kind->next(sheet->reader, row, &sheet->failure);
	if (sheet->failure.result != OK && error->result == OK)
		*error = sheet->failure;
	return sheet->failure.result;
}

const struct cell *row_cell(const struct row *row, int column)
{
	static const struct cell empty = { .type = CELL_EMPTY, .text = "" };
	int low = 0, high = row->cells;

	while (low < high) {
		int middle = (low + high) / 2;
		if (row->cell[middle].column < column)
			low = middle + 1;
		else
			high = middle;
	}
	return low < row->cells && row->cell[low].column == column ? &row->cell[low] : &empty;
}

const char *cell_reference(int column, int64_t row, char text[24])
{
	char letters[8];
	int at = sizeof(letters) - 1;

	letters[at] = '\0';
	for (int rest = column + 1; rest > 0 && at > 0; rest = (rest - 1) / 26)
		letters[--at] = (char)('A' + (rest - 1) % 26);
	snprintf(text, 24, "%s%lld", letters + at, (long long)(row % 1000000000));
	return text;
}

const char *sheet_place(const struct sheet *sheet, const struct row *row, const struct cell *cell,
	char place[SHEET_PLACE])
{
	char name[SHEET_PLACE - 30], reference[24];

	text_copy(name, sizeof(name), sheet_name(sheet, sheet->index));
	if (sheet_is_csv(sheet))
		snprintf(place, SHEET_PLACE, "%s:%lld:%d", name, (long long)cell->line,
			cell->column + 1);
	else
		snprintf(place, SHEET_PLACE, "%s!%s", name,
			cell_reference(cell->column, row->number, reference));
	return place;
}

/*
 * Any bytes as a workbook. An input that begins like a zip archive is taken as it is; any other
 * is the texts of a workbook's parts, parted by NUL: sheet, shared strings, styles, workbook,
 * relationships; those left out are plain ones. That reaches what a checksum would hide.
 */
#include "base/panic.h"
#include "base/text.h"
#include "office/sheet.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void read_rows(struct sheet *sheet)
{
	struct error error = { 0 };
	const struct row *row;
	char place[SHEET_PLACE];
	int64_t before = 0;

	while (sheet_next(sheet, &row, &error) == OK && row) {
		must(row->number > before && row->number <= SHEET_ROWS && row->cells > 0);
		before = row->number;
		for (int i = 0; i < row->cells; i++) {
			const struct cell *cell = &row->cell[i];
			must(cell->column >= 0 && cell->column < SHEET_COLUMNS);
			must(i == 0 || cell->column > row->cell[i - 1].column);
			must(text_valid(cell->text, strlen(cell->text)));
			must(row_cell(row, cell->column) == cell);
			must(*sheet_place(sheet, row, cell, place));
		}
	}
	must(error.result != TROUBLE);
}

static void read_workbook(const void *bytes, size_t size)
{
	struct error error = { 0 };
	struct sheet *sheet;

	if (sheet_open_memory("a.xlsx", bytes, size, &sheet, &error) != OK) {
		must(error.result == REFUSED && !sheet);
		return;
	}
	read_rows(sheet);
	for (int i = 0; i < sheet_count(sheet) && i < 8; i++) {
		error_clear(&error);
		must(text_valid(sheet_name(sheet, i), strlen(sheet_name(sheet, i))));
		if (sheet_choose(sheet, i, &error) == OK)
			read_rows(sheet);
	}
	sheet_close(sheet);
}

enum { PARTS = 5 };

static const char *const name[PARTS] = { "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
	"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels" };
static const char *const plain[PARTS] = { "<w/>", "<sst/>", "<s/>",
	"<w xmlns:r='r'><sheet name='a' r:id='1'/></w>",
	"<R><Relationship Id='1' Type='/worksheet' Target='worksheets/sheet1.xml'/>"
	"<Relationship Id='2' Type='/sharedStrings' Target='sharedStrings.xml'/>"
	"<Relationship Id='3' Type='/styles' Target='styles.xml'/></R>" };

static void add_part(zip_t *zip, int part, const void *bytes, size_t size)
{
	zip_source_t *source = zip_source_buffer(zip, bytes, size, 0);

	must(source != NULL);
	zip_int64_t index = zip_file_add(zip, name[part], source, 0);
	must(index >= 0);
	zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	zip_error_t error;
	zip_stat_t stat;

	if (size >= 4 && memcmp(bytes, "PK\3\4", 4) == 0) {
		read_workbook(bytes, size);
		return 0;
	}
	zip_error_init(&error);
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
	zip_t *zip = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error);
	must(source && zip);
	zip_source_keep(source);
	for (int part = 0; part < PARTS; part++) {
		const uint8_t *end = size ? memchr(bytes, 0, size) : NULL;
		size_t length = end ? (size_t)(end - bytes) : size;
		if (length)
			add_part(zip, part, bytes, length);
		else
			add_part(zip, part, plain[part], strlen(plain[part]));
		bytes += length + (end != NULL);
		size -= length + (end != NULL);
	}
	must(zip_close(zip) == 0);
	must(zip_source_stat(source, &stat) == 0 && zip_source_open(source) == 0);
	void *packed = malloc(stat.size);
	must(packed && zip_source_read(source, packed, stat.size) == (zip_int64_t)stat.size);
	zip_source_close(source);
	zip_source_free(source);
	zip_error_fini(&error);
	read_workbook(packed, stat.size);
	free(packed);
	return 0;
}

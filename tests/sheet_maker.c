#include "sheet_maker.h"
#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <dirent.h>
#include <zip.h>

#include <cmocka.h>

static char folder[200];
static bool made;

const char *made_path(const char *name)
{
	static char ring[8][512];
	static int next;
	char *path = ring[next++ % 8];

	if (!made) {
		const char *where = getenv("TMPDIR");
		snprintf(folder, sizeof(folder), "%.150s/sheet_test_XXXXXX",
			where && *where ? where : P_tmpdir);
		assert_non_null(mkdtemp(folder));
	}
	made = true;
	snprintf(path, sizeof(ring[0]), "%s/%s", folder, name);
	return path;
}

int made_forget(void **state)
{
	char path[512];

	(void)state;
	if (!made)
		return 0;
	DIR *entries = opendir(folder);
	for (struct dirent *entry; entries && (entry = readdir(entries));) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (entries)
		closedir(entries);
	rmdir(folder);
	return 0;
}

const char *made_file(const char *name, const void *bytes, size_t length)
{
	const char *path = made_path(name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	return path;
}

const char *made_package(
	const char *name, const struct made_part *parts, int count, const char *password)
{
	const char *path = made_path(name);
	int code;
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);

	assert_non_null(zip);
	for (int i = 0; i < count; i++) {
		size_t length = parts[i].length ? parts[i].length : strlen(parts[i].content);
		zip_source_t *source = zip_source_buffer(zip, parts[i].content, length, 0);
		zip_int64_t index = zip_file_add(zip, parts[i].name, source, ZIP_FL_ENC_UTF_8);
		assert_true(index >= 0);
		if (password)
			assert_int_equal(zip_file_set_encryption(zip, (zip_uint64_t)index,
						 ZIP_EM_AES_256, password),
				0);
	}
	assert_int_equal(zip_close(zip), 0);
	return path;
}

const char *made_workbook(const char *name, const char *rows, const char *strings,
	const char *styles, const char *properties)
{
	static const char relation[] = "<Relationship Id=\"r%d\" Type=\"http://schemas."
				       "openxmlformats.org/officeDocument/2006/relationships/%s\" "
				       "Target=\"%s\"/>";
	struct buffer text[3];
	struct made_part parts[6];
	int count = 0;

	for (int i = 0; i < 3; i++)
		buffer_init(&text[i], 1 << 28);
	buffer_print(&text[0],
		"<workbook xmlns:r=\"r\"><workbookPr %s/><sheets><sheet name=\"表一\" "
		"sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
		properties ? properties : "");
	buffer_text(&text[1], "<worksheet><sheetData>");
	buffer_text(&text[1], rows);
	buffer_text(&text[1], "</sheetData></worksheet>");
	buffer_text(&text[2], "<Relationships>");
	buffer_print(&text[2], relation, 1, "worksheet", "worksheets/sheet1.xml");
	parts[count++] = (struct made_part){ "xl/workbook.xml", text[0].bytes, 0 };
	parts[count++] = (struct made_part){ "xl/worksheets/sheet1.xml", text[1].bytes, 0 };
	if (strings) {
		buffer_print(&text[2], relation, 2, "sharedStrings", "sharedStrings.xml");
		parts[count++] = (struct made_part){ "xl/sharedStrings.xml", strings, 0 };
	}
	struct buffer sheet_styles;
	buffer_init(&sheet_styles, 1 << 20);
	if (styles) {
		buffer_print(&sheet_styles, "<styleSheet>%s</styleSheet>", styles);
		buffer_print(&text[2], relation, 3, "styles", "styles.xml");
		parts[count++] = (struct made_part){ "xl/styles.xml", sheet_styles.bytes, 0 };
	}
	buffer_text(&text[2], "</Relationships>");
	parts[count++] = (struct made_part){ "xl/_rels/workbook.xml.rels", text[2].bytes, 0 };
	const char *path = made_package(name, parts, count, NULL);
	for (int i = 0; i < 3; i++)
		buffer_release(&text[i]);
	buffer_release(&sheet_styles);
	return path;
}

static void say_row(struct buffer *out, const struct row *row)
{
	static const char *const type[] = { "empty", "text", "number", "date", "datetime", "time",
		"bool", "error" };
	char reference[24];

	for (int i = 0; i < row->cells; i++)
		buffer_print(out, "%s%s %s%s%s", i ? "|" : "",
			cell_reference(row->cell[i].column, row->number, reference),
			type[row->cell[i].type], *row->cell[i].text ? " " : "", row->cell[i].text);
	buffer_char(out, '\n');
}

static struct buffer said;

static const char *say_failure(const struct error *error)
{
	buffer_print(&said, "%s %s", error->result == REFUSED ? "REFUSED" : "TROUBLE", error->key);
	if (error->place[0])
		buffer_print(&said, " %s", error->place);
	return said.bytes;
}

static void begin(void)
{
	if (!said.ceiling)
		buffer_init(&said, 1 << 26);
	buffer_clear(&said);
}

const char *made_read_open(struct sheet *sheet, struct error *error)
{
	const struct row *row;

	begin();
	while (sheet_next(sheet, &row, error) == OK && row)
		say_row(&said, row);
	return error->result == OK ? said.bytes : say_failure(error);
}

const char *made_read(const char *path, int index)
{
	struct error error = { 0 };
	struct sheet *sheet;

	begin();
	if (sheet_open(path, &sheet, &error) != OK)
		return say_failure(&error);
	if (index >= 0 && sheet_choose(sheet, index, &error) != OK)
		say_failure(&error);
	else
		made_read_open(sheet, &error);
	sheet_close(sheet);
	return said.bytes;
}

/* Any bytes as a csv file: refused or read, every text valid. */
#include "base/panic.h"
#include "base/text.h"
#include "office/sheet.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct error error = { 0 };
	const struct row *row;
	struct sheet *sheet;
	char place[SHEET_PLACE];
	int64_t before = 0;

	if (size >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
		return 0; /* the other target's */
	if (sheet_open_memory("a.csv", bytes, size, &sheet, &error) != OK) {
		must(error.result == REFUSED && !sheet);
		return 0;
	}
	while (sheet_next(sheet, &row, &error) == OK && row) {
		must(row->number == ++before && row->cells > 0);
		for (int i = 0; i < row->cells; i++) {
			must(row->cell[i].column == i && row->cell[i].line > 0);
			must(text_valid(row->cell[i].text, strlen(row->cell[i].text)));
			must((row->cell[i].type == CELL_EMPTY) == !*row->cell[i].text);
			must(*sheet_place(sheet, row, &row->cell[i], place));
		}
	}
	must(error.result != TROUBLE);
	sheet_close(sheet);
	return 0;
}

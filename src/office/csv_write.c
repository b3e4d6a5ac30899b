/* The csv form of a workbook. */
#include "base/date.h"
#include "base/money.h"
#include "base/panic.h"
#include "office/csv_guard.h"
#include "office/workbook_kind.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct csv_out {
	FILE *file;
	int columns;
	int next; /* column after the last one written in this row */
};

static void *csv_create(const char *path, struct error *error)
{
	FILE *file = fopen(path, "wbe");

	if (!file) {
		error_trouble(
			error, "trouble.write", "file", path, "reason", error_reason(errno), NULL);
		return NULL;
	}
	struct csv_out *out = calloc(1, sizeof(*out));
	must(out != NULL);
	out->file = file;
	fputs("\xEF\xBB\xBF", file);
	return out;
}

static void csv_sheet(
	void *writer, int sheet, const char *name, const struct workbook_column *columns, int count)
{
	(void)sheet, (void)name, (void)columns;
	((struct csv_out *)writer)->columns = count;
}

static void put_field(FILE *file, const char *text)
{
	bool formula = csv_guarded(text);
	bool quoted = formula || text[strcspn(text, ",;\t\"\r\n")] || *text == ' ' ||
		      (*text && text[strlen(text) - 1] == ' ');

	if (!quoted) {
		fputs(text, file);
		return;
	}
	fputc('"', file);
	if (formula)
		fputc('\'', file);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', file);
		fputc(*text, file);
	}
	fputc('"', file);
}

static void put_percent(FILE *file, int64_t numerator, int64_t denominator)
{
	long long hundredths = llround((double)numerator / (double)denominator * 10000);

	fprintf(file, "%s%lld.%02lld%%", hundredths < 0 ? "-" : "", llabs(hundredths) / 100,
		llabs(hundredths) % 100);
}

static void csv_cell(void *writer, int sheet, int64_t row, int column,
	const struct workbook_cell *cell, struct error *error)
{
	struct csv_out *out = writer;
	char day[DAY_TEXT], instant[INSTANT_TEXT], money[MONEY_TEXT];

	(void)sheet, (void)row, (void)error;
	for (; out->next < column; out->next++)
		fputc(',', out->file);
	switch (cell->style) {
	case STYLE_INTEGER:
		fprintf(out->file, "%lld", (long long)cell->number);
		break;
	case STYLE_MONEY:
		fputs(money_plain(cell->number, money), out->file);
		break;
	case STYLE_DAY:
		fputs(day_text((int)cell->number, day), out->file);
		break;
	case STYLE_INSTANT:
		fputs(instant_text(cell->number, instant), out->file);
		break;
	case STYLE_PERCENT:
		put_percent(out->file, cell->number, cell->denominator);
		break;
	default:
		put_field(out->file, cell->text);
	}
}

static void csv_row(void *writer, int sheet, int64_t row)
{
	struct csv_out *out = writer;

	(void)sheet, (void)row;
	for (; out->next < out->columns - 1; out->next++)
		fputc(',', out->file);
	fputs("\r\n", out->file);
	out->next = 0;
}

static void csv_finish(void *writer, const char *path, struct error *error)
{
	struct csv_out *out = writer;
	int failed = 0;

	if (ferror(out->file) || fflush(out->file) || fsync(fileno(out->file)))
		failed = errno ? errno : EIO;
	if (fclose(out->file) && !failed)
		failed = errno;
	if (failed)
		error_trouble(
			error, "trouble.write", "file", path, "reason", error_reason(failed), NULL);
	free(out);
}

static void csv_abandon(void *writer)
{
	struct csv_out *out = writer;

	fclose(out->file);
	free(out);
}

const struct workbook_kind csv_writer = { csv_create, csv_sheet, csv_cell, csv_row, csv_finish,
	csv_abandon };

/* Rows of a csv file: RFC 4180, and what Excel makes of the rest. A quote inside a field that
 * did not begin with one is an ordinary character. */
#include "base/buffer.h"
#include "base/panic.h"
#include "base/text.h"
#include "office/csv_guard.h"
#include "office/decode.h"
#include "office/sheet_kind.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { END = -1, FAILED = -2 };

struct csv {
	char *name;
	FILE *file;
	enum encoding encoding;
	int mark;
	char delimiter;

	struct decoder *decoder;
	bool started;
	size_t at;         /* in the decoder's piece */
	int64_t line;      /* of the next character */
	bool after_return; /* a line feed that comes now belongs to the return before it */
	int64_t number;    /* records so far */

	struct buffer text;
	struct cell *cell;
	size_t *offset;
	int cells, allocated;
	struct row row;
	struct error *error; /* the caller's, while a row is read */
};

static int peek(struct csv *csv)
{
	if (csv->at < csv->decoder->length)
		return (unsigned char)csv->decoder->out[csv->at];
	csv->at = 0;
	if (decoder_read(csv->decoder, csv->error) != OK)
		return FAILED;
	return csv->decoder->length ? (unsigned char)csv->decoder->out[0] : END;
}

static int take(struct csv *csv)
{
	int c = peek(csv);

	if (c < 0)
		return c;
	csv->at++;
	csv->line += c == '\r' || (c == '\n' && !csv->after_return);
	csv->after_return = c == '\r';
	return c;
}

/* The line end behind a return that was taken. */
static void take_feed(struct csv *csv, int c)
{
	if (c == '\r' && peek(csv) == '\n')
		take(csv);
}

static enum result refuse(struct csv *csv, const char *key, int64_t line, long most)
{
	char line_text[24], most_text[24], name[120];

	snprintf(line_text, sizeof(line_text), "%lld", (long long)line);
	snprintf(most_text, sizeof(most_text), "%ld", most);
	error_refuse(csv->error, key, "file", "line", line_text, "max", most_text, NULL);
	text_copy(name, sizeof(name), csv->name);
	error_place(csv->error, "%s:%lld:%d", name, (long long)line, csv->cells + 1);
	return csv->error->result;
}

static enum result cell_begin(struct csv *csv)
{
	if (csv->cells == SHEET_COLUMNS)
		return refuse(csv, "refused.sheet_too_many_columns", csv->line, SHEET_COLUMNS);
	if (csv->cells == csv->allocated) {
		csv->allocated = csv->allocated ? csv->allocated * 2 : 64;
		size_t count = (size_t)csv->allocated;
		csv->cell = realloc(csv->cell, count * sizeof(*csv->cell));
		csv->offset = realloc(csv->offset, count * sizeof(*csv->offset));
		must(csv->cell && csv->offset);
	}
	csv->offset[csv->cells] = csv->text.length;
	csv->cell[csv->cells] =
		(struct cell){ .column = csv->cells, .type = CELL_TEXT, .line = csv->line };
	return OK;
}

static enum result cell_add(struct csv *csv, int c)
{
	buffer_char(&csv->text, (char)c);
	if (csv->text.length - csv->offset[csv->cells] > SHEET_CELL_BYTES)
		return refuse(csv, "refused.sheet_cell_too_long", csv->cell[csv->cells].line,
			SHEET_CELL_BYTES / 1024);
	if (csv->text.full)
		return refuse(
			csv, "refused.sheet_row_too_long", csv->line, SHEET_ROW_BYTES / 1048576);
	return OK;
}

/* What a spreadsheet shows for the field: without the apostrophe that keeps it from being a
 * formula, and of the formula ="007", by which systems keep leading zeros, the text. */
static void shown_text(struct buffer *text, size_t start)
{
	char *field = text->bytes + start;
	size_t length = text->length - start;

	if (*field == '\'' && csv_guarded(field)) {
		memmove(field, field + 1, length);
		text->length--;
	} else if (length >= 3 && memcmp(field, "=\"", 2) == 0 &&
		   strchr(field + 2, '"') == field + length - 1) {
		memmove(field, field + 2, length - 3);
		text->length -= 3;
		text->bytes[text->length] = '\0';
	}
}

static void cell_end(struct csv *csv)
{
	shown_text(&csv->text, csv->offset[csv->cells]);
	if (csv->text.length == csv->offset[csv->cells])
		csv->cell[csv->cells].type = CELL_EMPTY;
	buffer_add(&csv->text, "", 1);
	csv->cells++;
}

/* The quoted text after its first quote, which stood on `line`. */
static enum result read_quoted(struct csv *csv, int64_t line)
{
	enum result result = OK;
	int c;

	while (result == OK && (c = take(csv)) >= 0) {
		if (c == '"' && peek(csv) != '"')
			break;
		if (c == '"')
			take(csv);
		result = cell_add(csv, c);
	}
	if (result != OK || c == FAILED)
		return csv->error->result;
	if (c == END)
		return refuse(csv, "refused.csv_quote_open", line, 0);
	c = peek(csv);
	if (c == FAILED)
		return csv->error->result;
	if (c != END && c != '\r' && c != '\n' && c != csv->delimiter)
		return refuse(csv, "refused.csv_quote_tail", csv->line, 0);
	return OK;
}

/* One cell and what ends it, which goes to *ending: delimiter, line end or END. */
static enum result read_cell(struct csv *csv, int *ending)
{
	int64_t line = csv->line;
	enum result result = cell_begin(csv);

	if (result == OK && peek(csv) == '"') {
		take(csv);
		result = read_quoted(csv, line);
	}
	while (result == OK) {
		*ending = take(csv);
		if (*ending == FAILED)
			return csv->error->result;
		if (*ending == END || *ending == csv->delimiter || *ending == '\r' ||
			*ending == '\n')
			break;
		result = cell_add(csv, *ending);
	}
	take_feed(csv, result == OK ? *ending : 0);
	if (result == OK)
		cell_end(csv);
	return csv->error->result == OK ? result : csv->error->result;
}

/* Which of the delimiters is used: the one found in most of the first records, then the most
 * frequent; a title line above the table has none. */
static char find_delimiter(const char *text, size_t length)
{
	static const char candidate[] = { ',', '\t', ';' };
	int records[3] = { 0 }, total[3] = { 0 }, here[3] = { 0 }, seen = 0, best = 0;
	bool quoted = false;
	char before = '\n';

	for (size_t i = 0; i <= length && seen < 20; i++) {
		char c = i < length ? text[i] : '\n';
		if (c == '"' && (quoted || strchr("\r\n,;\t", before)))
			quoted = !quoted;
		else if (!quoted && (c == '\n' || c == '\r')) {
			for (int k = 0; k < 3; k++) {
				records[k] += here[k] > 0;
				total[k] += here[k];
				here[k] = 0;
			}
			seen++;
		}
		for (int k = 0; k < 3 && !quoted; k++)
			here[k] += c == candidate[k];
		before = c;
	}
	for (int k = 1; k < 3; k++) {
		if (records[k] > records[best] ||
			(records[k] == records[best] && total[k] > total[best]))
			best = k;
	}
	return candidate[best];
}

/* Excel's own way to name the delimiter: a first line "sep=;". Skips it. */
static bool named_delimiter(struct csv *csv)
{
	const char *text = csv->decoder->out;
	size_t length = csv->decoder->length;

	if (length < 5 || strncasecmp(text, "sep=", 4) != 0 || (unsigned char)text[4] >= 0x80 ||
		text[4] == '"' || (length > 5 && text[5] != '\r' && text[5] != '\n'))
		return false;
	csv->delimiter = text[4];
	for (int i = 0; i < 5; i++)
		take(csv);
	take_feed(csv, take(csv));
	return true;
}

static void stop(struct csv *csv)
{
	if (csv->started)
		decoder_release(csv->decoder);
	csv->started = false;
}

static enum result csv_choose(void *reader, int index, struct error *error)
{
	struct csv *csv = reader;

	(void)index;
	stop(csv);
	decoder_start(csv->decoder, csv->name, csv->file, csv->encoding, csv->mark);
	csv->started = true;
	csv->at = 0;
	csv->line = 1;
	csv->number = 0;
	csv->after_return = false;
	csv->error = error;
	if (peek(csv) == FAILED)
		return error->result;
	if (!named_delimiter(csv))
		csv->delimiter = find_delimiter(csv->decoder->out, csv->decoder->length);
	return OK;
}

static enum result csv_next(void *reader, const struct row **row, struct error *error)
{
	struct csv *csv = reader;
	enum result result = OK;
	int ending;

	*row = NULL;
	csv->error = error;
	csv->cells = 0;
	buffer_clear(&csv->text);
	int first = peek(csv);
	if (first == END)
		return OK;
	if (first == FAILED) {
		error_place(error, "%s", csv->name);
		return error->result;
	}
	if (csv->number == SHEET_CSV_ROWS)
		return refuse(csv, "refused.sheet_too_many_rows", csv->line, SHEET_CSV_ROWS);
	do
		result = read_cell(csv, &ending);
	while (result == OK && ending == csv->delimiter);
	error_place(error, "%s", csv->name);
	if (result != OK)
		return result;
	for (int i = 0; i < csv->cells; i++)
		csv->cell[i].text = csv->text.bytes + csv->offset[i];
	csv->row = (struct row){ ++csv->number, csv->cells, csv->cell };
	*row = &csv->row;
	return OK;
}

static int csv_count(const void *reader)
{
	(void)reader;
	return 1;
}

static const char *csv_name(const void *reader, int index)
{
	(void)index;
	return ((const struct csv *)reader)->name;
}

static bool csv_hidden(const void *reader, int index)
{
	(void)reader, (void)index;
	return false;
}

static void csv_close(void *reader)
{
	struct csv *csv = reader;

	stop(csv);
	if (csv->file)
		fclose(csv->file);
	free(csv->decoder);
	free(csv->name);
	free(csv->cell);
	free(csv->offset);
	buffer_release(&csv->text);
	free(csv);
}

enum result csv_open(struct source *source, void **reader, struct error *error)
{
	struct csv *csv = calloc(1, sizeof(*csv));

	must(csv != NULL);
	csv->file = source->file;
	source->file = NULL;
	if (!csv->file)
		csv->file = fmemopen((void *)(uintptr_t)source->bytes, source->length, "rb");
	must(csv->file != NULL);
	csv->name = strdup(source->name);
	csv->decoder = malloc(sizeof(*csv->decoder));
	must(csv->name && csv->decoder);
	buffer_init(&csv->text, SHEET_ROW_BYTES);
	enum result result = encoding_find(csv->name, csv->file, &csv->encoding, &csv->mark, error);
	if (result == OK)
		result = csv_choose(csv, 0, error);
	if (result != OK) {
		error_place(error, "%s", csv->name);
		csv_close(csv);
		csv = NULL;
	}
	*reader = csv;
	return result;
}

const struct sheet_kind csv_kind = { csv_count, csv_name, csv_hidden, csv_choose, csv_next,
	csv_close };

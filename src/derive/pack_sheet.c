/* A pack that an office writes as a workbook: 文件, and a sheet for each 附表. */
#include "derive/headings.h"
#include "derive/pack_parts.h"

#include "base/asset.h"

#include <string.h>

enum { FILE_ROWS = 200, HEADING_ROWS = 20 };

struct reading {
	struct pack *pack;
	struct sheet *sheet;
	struct labels labels;
	struct error *error;
};

static enum result refuse_at(struct reading *reading, int sheet, struct spot spot)
{
	pack_place(reading->pack, sheet_name(reading->sheet, sheet), spot, reading->error);
	return REFUSED;
}

/* ------------------------------------------------------------------ the document */

/* What an office may say about its paper; the last two are of its norms. */
static const struct field paper[] = { { "number", FIELD_TEXT }, { "title", FIELD_TEXT, REQUIRED },
	{ "issuer", FIELD_TEXT }, { "effective", FIELD_DAY, REQUIRED }, { "text", FIELD_TEXT },
	{ "recipients", FIELD_STAFF, LIST }, { "source", FIELD_TEXT }, { "mark", FIELD_CHOICE },
	{ 0 } };

static enum result paper_value(struct reading *reading, const struct field *field,
	const struct row *row, const struct cell *cell, json_t *body)
{
	const struct field *declared = field;
	const struct kind *norm = ledger_kind(reading->pack->ledger, "norm.issued");
	struct typed typed = { reading->pack->ledger, &reading->labels, NULL, "document.issued" };
	json_t *value;

	for (const struct field *of = norm->fields; of->name; of++) {
		if (field->type == FIELD_CHOICE && text_equal(of->name, field->name))
			declared = of;
	}
	if (typed_read(&typed, declared, UNIT_YUAN, cell, &value, reading->error) != OK)
		return refuse_at(reading, 0, (struct spot){ row->number, cell->column });
	if (value)
		json_object_set_new(body, field->name, value);
	return OK;
}

/* Rows "label | value"; a text may go on in the rows below it, under an empty label. */
static enum result paper_row(struct reading *reading, struct pack_document *document,
	const struct row *row, json_t *said)
{
	char folded[LABEL_TEXT];
	int at = 0;

	while (at < row->cells && row->cell[at].type == CELL_EMPTY)
		at++;
	if (at == row->cells)
		return OK;
	heading_fold(row->cell[at].text, folded);
	const struct field *field =
		heading_field(&reading->labels, "document.issued", paper, folded, NULL);
	if (!field)
		return OK; /* a heading, a remark: not for us */
	while (++at < row->cells && row->cell[at].type == CELL_EMPTY)
		;
	if (at >= row->cells)
		return OK;
	struct spot spot = { row->number, row->cell[at].column };
	pack_field_spot(document, field->name, spot);
	return paper_value(reading, field, row, &row->cell[at], said);
}

static enum result paper_read(struct reading *reading, json_t *said)
{
	struct pack *pack = reading->pack;
	const struct row *row;
	struct pack_document *document =
		pack_document_add(pack, (struct spot){ 1, 0 }, reading->error);

	for (int i = 0; i < FILE_ROWS; i++) {
		if (sheet_next(reading->sheet, &row, reading->error) != OK)
			return reading->error->result;
		if (!row)
			break;
		if (paper_row(reading, document, row, said) != OK)
			return REFUSED;
	}
	for (const struct field *field = paper; !text_equal(field->name, "source"); field++) {
		json_t *value = json_object_get(said, field->name);
		if (value)
			json_object_set(document->body, field->name, value);
	}
	return OK;
}

/* ------------------------------------------------------------------ tables */

/* One sheet's columns: which field of the norm each is. */
struct table_columns {
	struct {
		int column;
		const struct field *field;
		enum money_unit unit;
	} items[64];
	int count;
};

static int columns_match(struct reading *reading, const struct norm *norm, const struct row *row,
	struct table_columns *columns)
{
	columns->count = 0;
	for (int i = 0; i < row->cells && columns->count < 64; i++) {
		char folded[LABEL_TEXT];
		if (row->cell[i].type == CELL_EMPTY)
			continue;
		enum money_unit unit = heading_fold(row->cell[i].text, folded);
		const struct field *field =
			heading_field(&reading->labels, norm->name, norm->columns, folded, NULL);
		if (!field)
			continue;
		columns->items[columns->count].column = row->cell[i].column;
		columns->items[columns->count].unit = unit;
		columns->items[columns->count++].field = field;
	}
	return columns->count;
}

/* Past titles to the row of headings; a cell in it that means no column is a mistake. */
static enum result find_columns(struct reading *reading, int index, const struct norm *norm,
	struct table_columns *columns, int64_t *heading)
{
	const struct row *row;

	for (int i = 0; i < HEADING_ROWS; i++) {
		if (sheet_next(reading->sheet, &row, reading->error) != OK)
			return reading->error->result;
		if (!row)
			break;
		int filled = 0;
		for (int j = 0; j < row->cells; j++)
			filled += row->cell[j].type != CELL_EMPTY;
		int matched = columns_match(reading, norm, row, columns);
		if (!matched || matched * 2 < filled)
			continue;
		*heading = row->number;
		for (int j = 0; matched < filled && j < row->cells; j++) {
			char folded[LABEL_TEXT];
			heading_fold(row->cell[j].text, folded);
			if (row->cell[j].type == CELL_EMPTY ||
				heading_field(
					&reading->labels, norm->name, norm->columns, folded, NULL))
				continue;
			error_refuse(reading->error, "refused.pack_column", norm->name, "value",
				row->cell[j].text, NULL);
			return refuse_at(
				reading, index, (struct spot){ row->number, row->cell[j].column });
		}
		return OK;
	}
	error_refuse(reading->error, "refused.pack_no_columns", norm->name, NULL);
	return refuse_at(reading, index, (struct spot){ 1, 0 });
}

static enum result table_row(struct reading *reading, int index, struct pack_norm *table,
	const struct table_columns *columns, const struct row *row, json_t *rows)
{
	struct typed typed = { reading->pack->ledger, &reading->labels, NULL, table->norm->name };
	struct spot *cells = pack_row_add(table, reading->error);
	json_t *into;

	if (!cells)
		return refuse_at(reading, index, (struct spot){ row->number, 0 });
	into = json_object();
	cells[0] = (struct spot){ row->number, columns->items[0].column };
	for (int i = 0; i < columns->count; i++) {
		const struct cell *cell = row_cell(row, columns->items[i].column);
		json_t *value;
		cells[i + 1] = (struct spot){ row->number, columns->items[i].column };
		if (typed_read(&typed, columns->items[i].field, columns->items[i].unit, cell,
			    &value, reading->error) != OK) {
			json_decref(into);
			return refuse_at(reading, index, cells[i + 1]);
		}
		if (value)
			json_object_set_new(into, columns->items[i].field->name, value);
	}
	if (json_object_size(into))
		json_array_append(rows, into);
	else
		table->row_count--; /* nothing in the table's own columns */
	json_decref(into);
	return OK;
}

static enum result table_read(
	struct reading *reading, int index, const struct norm *norm, json_t *said)
{
	struct table_columns columns = { .count = 0 };
	const struct row *row;
	int64_t heading = 1;

	if (sheet_choose(reading->sheet, index, reading->error) != OK ||
		find_columns(reading, index, norm, &columns, &heading) != OK)
		return reading->error->result;
	struct pack_norm *table = pack_norm_add(reading->pack, norm,
		(struct spot){ heading, columns.items[0].column }, columns.count, reading->error);
	if (!table)
		return refuse_at(reading, index, (struct spot){ 1, 0 });
	table->sheet = sheet_name(reading->sheet, index);
	for (int i = 0; i < columns.count; i++)
		table->columns[i] = columns.items[i].field->name;
	json_t *rows = json_array(), *mark = json_object_get(said, "mark");
	json_object_set_new(table->body, "rows", rows);
	json_object_set_new(table->body, "norm", json_string(norm->name));
	json_object_set(table->body, "effective", json_object_get(said, "effective"));
	json_object_set(table->body, "source", json_object_get(said, "source"));
	/* The paper that an office issues is itself the source of what it lays down. */
	json_object_set_new(table->body, "mark", mark ? json_incref(mark) : json_string("V"));
	while (sheet_next(reading->sheet, &row, reading->error) == OK && row) {
		if (table_row(reading, index, table, &columns, row, rows) != OK)
			return REFUSED;
	}
	return reading->error->result;
}

static const struct norm *norm_called(struct reading *reading, const char *name)
{
	char folded[LABEL_TEXT];
	const struct module *const *module = ledger_modules(reading->pack->ledger);

	text_fold(folded, sizeof(folded), name);
	for (; *module; module++) {
		for (const struct norm *norm = (*module)->norms; norm && norm->name; norm++) {
			if (label_means_norm(&reading->labels, norm->name, folded))
				return norm;
		}
	}
	return NULL;
}

/* Every sheet behind the first that holds anything is a norm's table, or a mistake. */
static enum result tables_read(struct reading *reading, json_t *said)
{
	const struct row *row;

	for (int i = 1; i < sheet_count(reading->sheet); i++) {
		const struct norm *norm = norm_called(reading, sheet_name(reading->sheet, i));
		if (sheet_hidden(reading->sheet, i))
			continue;
		if (norm) {
			if (table_read(reading, i, norm, said) != OK)
				return reading->error->result;
			continue;
		}
		if (sheet_choose(reading->sheet, i, reading->error) != OK ||
			sheet_next(reading->sheet, &row, reading->error) != OK)
			return reading->error->result;
		if (!row)
			continue;
		error_refuse(reading->error, "refused.unknown_norm", "norm", "value",
			sheet_name(reading->sheet, i), NULL);
		return refuse_at(reading, i, (struct spot){ row->number, 0 });
	}
	return OK;
}

enum result pack_read_workbook(
	struct pack *pack, const char *bytes, size_t length, struct error *error)
{
	struct reading reading = { .pack = pack, .error = error };
	json_t *said = json_object();
	struct messages *messages = asset_messages();
	enum result result;

	reading.labels = (struct labels){ messages, CHINESE };
	result = sheet_open_memory(pack->file, bytes, length, &reading.sheet, error);
	if (result == OK)
		result = sheet_choose(reading.sheet, 0, error);
	if (result == OK) {
		pack->sheet = arena_text(&pack->arena, sheet_name(reading.sheet, 0));
		result = paper_read(&reading, said);
	}
	if (result == OK)
		result = tables_read(&reading, said);
	for (int i = 0; i < pack->norm_count; i++)
		pack->norms[i].sheet = arena_text(&pack->arena, pack->norms[i].sheet);
	if (reading.sheet)
		sheet_close(reading.sheet);
	json_decref(said);
	messages_free(messages);
	return result;
}

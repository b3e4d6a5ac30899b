/* Templates: a workbook to fill in and import. */
#include "base/asset.h"
#include "base/buffer.h"
#include "derive/export.h"
#include "derive/paper.h"

#include <stdio.h>
#include <string.h>

enum { PAPER_MEMORY = 16 * 1024 * 1024, NOTE_BYTES = 4096 };

/* ------------------------------------------------------------------ the example */

/* The first line of the module's samples that is of this kind. */
static json_t *find_sample(struct ledger *ledger, const char *kind)
{
	const struct module *module = ledger_kind_module(ledger, kind);
	char name[160];

	snprintf(name, sizeof(name), "modules/%s/sample.jsonl", module->name);
	const struct asset *samples = asset_find(name);
	const char *at = samples ? samples->bytes : "";
	while (*at) {
		size_t length = strcspn(at, "\n");
		json_t *line = json_loadb(at, length, 0, NULL);
		const char *own = json_string_value(json_object_get(line, "kind"));
		if (own && text_equal(own, kind) && json_object_get(line, "body"))
			return line;
		json_decref(line);
		at += length + (at[length] == '\n');
	}
	return NULL;
}

/* The first row of a sample's table, by the declared columns. */
static json_t *sample_cells(const struct kind *kind, json_t *body)
{
	json_t *row = json_array_get(json_object_get(body, "rows"), 0), *name;
	json_t *cells = json_array(), *columns = json_object_get(body, "columns");
	size_t i;

	for (const struct field *field = kind->row; field->name; field++) {
		json_t *value = json_object_get(row, field->name);
		json_array_foreach(columns, i, name)
		{
			if (text_equal(json_string_value(name), field->name))
				value = json_array_get(row, i);
		}
		json_array_append(cells, value);
		if (!value)
			json_array_append_new(cells, json_string(""));
	}
	return cells;
}

static void write_example(
	struct ledger *ledger, const struct paper *paper, struct workbook *workbook, int sheet)
{
	json_t *sample = find_sample(ledger, paper->kind->name);
	const char *author = json_string_value(json_object_get(sample, "author"));
	const char *at = json_string_value(json_object_get(sample, "at"));
	struct entry entry = { .kind = paper->kind, .row = -1, .author = "" };

	if (!sample)
		return;
	entry.body = json_object_get(sample, "body");
	entry.author = author ? author : "";
	if (at)
		instant_parse(at, &entry.at);
	if (paper->kind->row)
		entry.cells = sample_cells(paper->kind, entry.body);
	paper_entry(paper, workbook, sheet, &entry);
	if (paper->kind->row)
		json_decref(entry.cells);
	json_decref(sample);
}

/* ------------------------------------------------------------------ what goes where */

static const char *type_key(enum field_type type)
{
	static const char *const keys[] = { [FIELD_TEXT] = "template.text",
		[FIELD_INTEGER] = "template.integer",
		[FIELD_MONEY] = "template.money",
		[FIELD_BOOL] = "template.choice",
		[FIELD_DAY] = "template.day",
		[FIELD_MONTH] = "template.month",
		[FIELD_INSTANT] = "template.instant",
		[FIELD_TIME] = "template.time",
		[FIELD_CHOICE] = "template.choice",
		[FIELD_CODE] = "template.code",
		[FIELD_CUSTOMER] = "template.reference",
		[FIELD_STAFF] = "template.reference",
		[FIELD_UNIT] = "template.reference",
		[FIELD_OBJECT] = "template.code",
		[FIELD_CASE] = "template.code",
		[FIELD_ENTRY] = "template.code" };

	must((size_t)type < COUNT_OF(keys) && keys[type]);
	return keys[type];
}

static const char *say(const struct paper *paper, const char *key)
{
	return message_get(paper->labels.messages, paper->labels.language, key);
}

static void write_notes(const struct paper *paper, struct workbook *workbook)
{
	const struct workbook_column columns[] = { { .heading = say(paper, "template.column"),
							   .width = 24 },
		{ .heading = say(paper, "template.needed"), .width = 12 },
		{ .heading = say(paper, "template.how"), .width = 80 } };
	int sheet = workbook_sheet(workbook, say(paper, "template.notes"), columns, 3);

	for (int i = 0; i < paper->count; i++) {
		const struct field *field = paper->columns[i].field;
		struct buffer how;
		buffer_init(&how, NOTE_BYTES);
		buffer_text(&how, say(paper, type_key(field->type)));
		for (int j = 0; j < paper->headings[i].choice_count; j++)
			buffer_print(&how, "%s%s", j ? "、" : "", paper->headings[i].choices[j]);
		if (field->flags & LIST)
			buffer_text(&how, say(paper, "template.list"));
		workbook_text(workbook, sheet, 0, paper->headings[i].heading);
		if (field->flags & (REQUIRED | KEY))
			workbook_text(workbook, sheet, 1, say(paper, "value.yes"));
		workbook_text(workbook, sheet, 2, how.bytes);
		workbook_row(workbook, sheet);
		buffer_release(&how);
	}
}

enum result template_write(struct ledger *ledger, const struct labels *labels, const char *kind,
	const char *path, struct error *error)
{
	const struct kind *declared = ledger_kind(ledger, kind);
	struct workbook *workbook;
	enum workbook_form form;
	struct paper paper;
	struct arena arena;

	if (!declared || !declared->imports)
		return error_refuse(error, "refused.import_kind", "kind", "value", kind, NULL);
	if (!workbook_form(path, &form))
		return error_refuse(error, "refused.import_out", "out", "file", path, NULL);
	if (workbook_create(path, form, &workbook, error) != OK)
		return error->result;
	arena_init(&arena, PAPER_MEMORY);
	paper_init(&paper, declared, labels, &arena, true);
	int sheet = workbook_sheet(
		workbook, label_kind(labels, declared->name), paper.headings, paper.count);
	write_example(ledger, &paper, workbook, sheet);
	if (form == WORKBOOK_XLSX)
		write_notes(&paper, workbook);
	arena_release(&arena);
	return workbook_finish(workbook, error);
}

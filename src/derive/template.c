/* Templates: a workbook to fill in and import. */
#include "base/buffer.h"
#include "derive/example.h"
#include "derive/export.h"
#include "derive/paper.h"

enum { PAPER_MEMORY = 16 * 1024 * 1024, NOTE_BYTES = 4096 };

static void write_example(
	struct ledger *ledger, const struct paper *paper, struct workbook *workbook, int sheet)
{
	struct example example;

	if (!example_find(ledger, paper->kind, &example))
		return;
	paper_entry(paper, workbook, sheet, &example.entry);
	example_release(&example);
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

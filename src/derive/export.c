#include "derive/export.h"

#include "base/buffer.h"
#include "derive/paper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	PAPER_MEMORY = 16 * 1024 * 1024,
	ENTRY_MEMORY = 64 * 1024 * 1024,
	LINE_BYTES = 32 * 1024 * 1024,
	KEY_BYTES = 4 * 1024 * 1024
};

/* ------------------------------------------------------------------ .jsonl */

static enum result write_lines(
	struct ledger *ledger, const char *kind, FILE *file, int64_t *rows, struct error *error)
{
	uint8_t head[DIGEST_BYTES];
	int64_t last = ledger_head(ledger, head);
	struct buffer line;
	struct arena arena;
	struct entry entry;
	bool all = text_equal(kind, "all");

	buffer_init(&line, LINE_BYTES);
	arena_init(&arena, ENTRY_MEMORY);
	for (int64_t seq = 1; seq <= last && error->result == OK; seq++) {
		bool wanted = all;
		arena_reset(&arena);
		if (!all && ledger_entry(ledger, &arena, seq, &entry, NULL, error) == OK) {
			wanted = text_equal(entry.kind->name, kind);
			entry_release(&entry);
		}
		buffer_clear(&line);
		bool written = wanted && ledger_envelope(ledger, seq, &line, error) == OK;
		/* What is not his to see is passed over. */
		if (error->result == REFUSED)
			error_clear(error);
		if (!written)
			continue;
		must(!line.full);
		fwrite(line.bytes, 1, line.length, file);
		fputc('\n', file);
		++*rows;
	}
	buffer_release(&line);
	arena_release(&arena);
	return error->result;
}

static enum result trouble(const char *path, struct error *error)
{
	return error_trouble(
		error, "trouble.write", "file", path, "reason", error_reason(errno), NULL);
}

/* Beside its name, to the disk, then in its place. */
static enum result export_lines(struct ledger *ledger, const char *kind, const char *path,
	int64_t *rows, struct error *error)
{
	struct buffer beside;
	FILE *file;

	buffer_init(&beside, 64 * 1024);
	buffer_print(&beside, "%s.part", path);
	if (beside.full || !(file = fopen(beside.bytes, "wb"))) {
		error_refuse(error, "refused.file_unwritable", "out", "file", path, "reason",
			error_reason(errno), NULL);
		buffer_release(&beside);
		return REFUSED;
	}
	if (write_lines(ledger, kind, file, rows, error) == OK &&
		(fflush(file) != 0 || ferror(file) || fsync(fileno(file)) != 0))
		trouble(path, error);
	if (fclose(file) != 0 && error->result == OK)
		trouble(path, error);
	if (error->result == OK && rename(beside.bytes, path) != 0)
		trouble(path, error);
	if (error->result != OK)
		unlink(beside.bytes);
	buffer_release(&beside);
	return error->result;
}

/* ------------------------------------------------------------------ .xlsx and .csv */

struct exporting {
	struct ledger *ledger;
	struct paper paper;
	struct workbook *workbook;
	enum workbook_form form;
	int sheet, sheets;
	int64_t in_sheet, *rows;
	struct buffer key;
	struct error *error;
};

static void put_row(struct exporting *exporting, const struct entry *entry)
{
	struct paper *paper = &exporting->paper;

	if (!exporting->sheets ||
		(exporting->form == WORKBOOK_XLSX && exporting->in_sheet == WORKBOOK_ROWS - 1)) {
		exporting->sheet = workbook_sheet(exporting->workbook,
			label_kind(&paper->labels, paper->kind->name), paper->headings,
			paper->count);
		exporting->sheets++;
		exporting->in_sheet = 0;
	}
	if (!entry)
		return;
	paper_entry(paper, exporting->workbook, exporting->sheet, entry);
	exporting->in_sheet++;
	++*exporting->rows;
}

/* Only the newest version of what has a key is what is so now. */
static bool is_latest(struct exporting *exporting, const struct entry *entry)
{
	if (!exporting->paper.keyed)
		return true;
	entry_key(entry->kind, entry->body, &exporting->key);
	return ledger_key(exporting->ledger, entry->kind->name,
		       exporting->key.bytes ? exporting->key.bytes : "") == entry->seq;
}

static bool export_entry(void *context, const struct entry *entry)
{
	struct exporting *exporting = context;

	if (!entry->kind->row) {
		if (is_latest(exporting, entry))
			put_row(exporting, entry);
	} else {
		ledger_view_reset(exporting->ledger);
		if (ledger_standing(exporting->ledger, entry, exporting->error) != OK)
			return false;
		for (int row = 0; row < entry_rows(entry); row++) {
			struct entry at = entry_at_row(entry, row);
			if (at.cells)
				put_row(exporting, &at);
		}
	}
	return workbook_state(exporting->workbook) == OK;
}

static enum result export_table(
	struct exporting *exporting, const struct kind *kind, const char *path, struct error *error)
{
	if (workbook_create(path, exporting->form, &exporting->workbook, error) != OK)
		return error->result;
	buffer_init(&exporting->key, KEY_BYTES);
	put_row(exporting, NULL);
	ledger_each(exporting->ledger, kind->name, export_entry, exporting, error);
	buffer_release(&exporting->key);
	if (error->result != OK) {
		workbook_abandon(exporting->workbook);
		return error->result;
	}
	return workbook_finish(exporting->workbook, error);
}

enum result export_run(struct ledger *ledger, const struct labels *labels, const char *kind,
	const char *path, int64_t *rows, struct error *error)
{
	return export_marked(ledger, labels, kind, path, NULL, rows, error);
}

enum result export_marked(struct ledger *ledger, const struct labels *labels, const char *kind,
	const char *path, const char *mark, int64_t *rows, struct error *error)
{
	struct exporting exporting = { .ledger = ledger, .rows = rows, .error = error };
	const struct kind *declared = ledger_kind(ledger, kind);
	const char *dot = strrchr(path, '.');
	struct arena arena;

	*rows = 0;
	if (!declared && !text_equal(kind, "all"))
		return error_refuse(error, "refused.unknown_kind", "kind", "value", kind, NULL);
	if (dot && text_equal(dot, ".jsonl"))
		return export_lines(ledger, kind, path, rows, error);
	if (!workbook_form(path, &exporting.form))
		return error_refuse(error, "refused.export_form", "out", "file", path, NULL);
	if (!declared)
		return error_refuse(error, "refused.export_all", "out", "file", path, NULL);
	arena_init(&arena, PAPER_MEMORY);
	paper_init(&exporting.paper, declared, labels, &arena, false);
	if (mark)
		paper_mark(&exporting.paper, mark);
	export_table(&exporting, declared, path, error);
	arena_release(&arena);
	return error->result;
}

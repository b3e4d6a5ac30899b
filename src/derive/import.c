/* An import from its first look at the file to its last line in the record. */
#include "derive/import_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PLAN_MEMORY = 64 * 1024 * 1024, BLOCK_BYTES = 65536 };

/* ------------------------------------------------------------------ before */

static enum result digest_file(struct import *import, struct error *error)
{
	static char block[BLOCK_BYTES];
	const struct import_request *request = import->request;
	const char *path = request->path;
	size_t read;

	if (request->bytes) {
		digest_start(import->hash);
		digest_add(import->hash, request->bytes, request->length);
		digest_end(import->hash, import->digest);
		return OK;
	}
	FILE *file = fopen(path, "rb");
	if (!file)
		return error_refuse(error, "refused.file_unreadable", "file", "file", path,
			"reason", error_reason(errno), NULL);
	digest_start(import->hash);
	while ((read = fread(block, 1, sizeof(block), file)))
		digest_add(import->hash, block, read);
	int failure = ferror(file) ? errno : 0;
	digest_end(import->hash, import->digest);
	fclose(file);
	if (failure == EISDIR)
		return error_refuse(error, "refused.file_unreadable", "file", "file", path,
			"reason", error_reason(failure), NULL);
	return failure ? error_trouble(error, "trouble.read", "file", path, "reason",
				 error_reason(failure), NULL)
		       : OK;
}

enum result import_sheet(
	const struct import_request *request, struct sheet **sheet, struct error *error)
{
	if (request->bytes)
		return sheet_open_memory(
			request->path, request->bytes, request->length, sheet, error);
	return sheet_open(request->path, sheet, error);
}

/* A row that says nothing in any of the file's columns, or beyond them, is no row. */
static bool is_blank(const struct import *import, const struct row *row)
{
	for (int i = 0; i < import->column_count; i++) {
		if (!import_blank(row_cell(row, import->columns[i].column)))
			return false;
	}
	return !import_beyond(import, row);
}

static void say_example(const struct import *import, const struct row *row)
{
	char place[SHEET_PLACE];

	sheet_place(import->sheet, row, row_cell(row, import->columns[0].column), place);
	if (import->request->example)
		import->request->example(import->request->context, place);
}

/* Read the file once through, so that what is damaged is known before anything is written. */
static enum result count_rows(struct import *import, struct error *error)
{
	const struct row *row;

	import_example_find(import);
	for (;;) {
		if (sheet_next(import->sheet, &row, error) != OK)
			return error->result;
		if (!row)
			break;
		if (is_blank(import, row))
			continue;
		if (import_is_example(import, row)) {
			say_example(import, row);
			continue;
		}
		import->all_rows++;
		import_plan_look(import, row);
	}
	import_plan_settle(import);
	if (!import->all_rows)
		return error_refuse(
			error, "refused.import_empty", "file", "file", import->request->path, NULL);
	if (sheet_choose(import->sheet, import->sheet_index, error) != OK)
		return error->result;
	do {
		if (sheet_next(import->sheet, &row, error) != OK)
			return error->result;
	} while (row && row->number < import->heading_row);
	return OK;
}

/* ------------------------------------------------------------------ the entry of the import */

static enum result note_made(struct import *import, bool keep, struct error *error)
{
	const struct import_result *result = import->result;
	const char *slash = strrchr(import->request->path, '/');
	char digest[DIGEST_TEXT], file[300];
	struct answer answer;

	text_copy(file, sizeof(file), slash ? slash + 1 : import->request->path);
	json_t *envelope = json_pack("{s:s, s:{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I}}", "kind",
		"import.made", "body", "import", result->id, "kind", import->kind->name, "file",
		file, "digest", digest_text(import->digest, digest), "rows",
		(json_int_t)result->rows, "taken", (json_int_t)result->taken, "unchanged",
		(json_int_t)result->unchanged, "refused", (json_int_t)result->refused);
	if (!envelope)
		return error_refuse(error, "refused.import_name", "file", NULL);
	enum result status = (keep ? ledger_append : ledger_try)(
		import->ledger, &import->session, envelope, &answer, error);
	json_decref(envelope);
	if (status == OK && answer.status == NOT_TAKEN) {
		*error = answer.error;
		status = error->result;
	}
	return status;
}

/* ------------------------------------------------------------------ rows */

static enum result commit(struct import *import, struct error *error)
{
	const struct import_request *request = import->request;

	import->since_commit = 0;
	if (request->progress)
		request->progress(request->context, import->done_rows, import->all_rows);
	if (request->dry_run && import->done_rows - import->dry_from < IMPORT_DRY_ROWS)
		return OK;
	if (request->dry_run)
		ledger_rollback(import->ledger);
	else if (ledger_commit(import->ledger, error) != OK)
		return error->result;
	import->dry_from = import->done_rows;
	if (request->between)
		request->between(request->context);
	return ledger_begin(import->ledger, error);
}

static enum result take_rows(struct import *import, struct error *error)
{
	const struct row *row;

	for (;;) {
		arena_reset(&import->row_arena);
		if (sheet_next(import->sheet, &row, error) != OK)
			return error->result;
		if (!row)
			break;
		if (is_blank(import, row) || import_is_example(import, row))
			continue;
		import->done_rows++;
		if ((import->kind->row ? import_wait_row : import_take_row)(import, row, error) !=
			OK)
			return error->result;
		if (++import->since_commit >= IMPORT_COMMIT_ROWS && !import->window_count &&
			commit(import, error) != OK)
			return error->result;
		if (import->since_commit >= 2 * IMPORT_TABLE_ROWS && commit(import, error) != OK)
			return error->result;
	}
	return import->window_count ? import_window_end(import, error) : OK;
}

static enum result run(struct import *import, struct error *error)
{
	struct import_result *result = import->result;

	if (ledger_begin(import->ledger, error) != OK)
		return error->result;
	/* Whoever may not import is told before, not behind, his rows. */
	if (note_made(import, false, error) != OK || take_rows(import, error) != OK) {
		ledger_trouble(import->ledger, error);
		ledger_rollback(import->ledger);
		return error->result;
	}
	result->rows = result->taken + result->unchanged + result->refused;
	must(result->rows == import->all_rows);
	if (import->request->progress)
		import->request->progress(import->request->context, result->rows, result->rows);
	if (import->request->dry_run) {
		ledger_trouble(import->ledger, error);
		ledger_rollback(import->ledger);
		return error->result;
	}
	if (result->taken && note_made(import, true, error) != OK) {
		ledger_rollback(import->ledger);
		return error->result;
	}
	return ledger_commit(import->ledger, error);
}

/* ------------------------------------------------------------------ all of it */

void import_open(struct import *import)
{
	const struct session *session = import->request->session;
	uint8_t chance[ID_CHANCE];

	for (const struct field *field = import->kind->fields; field->name; field++)
		import->keyed = import->keyed || (field->flags & KEY);
	import->keyed = import->keyed && !import->kind->row;
	arena_init(&import->arena, PLAN_MEMORY);
	arena_init(&import->row_arena, IMPORT_ROW_MEMORY);
	arena_init(&import->window_arena, IMPORT_ROW_MEMORY);
	buffer_init(&import->text, IMPORT_BODY_BYTES * 2);
	import->hash = digest_new();
	import->names = name_index_new(import->ledger, import->request->sight);
	import->typed = (struct typed){ import->ledger, &import->request->labels, import->names,
		import->request->kind, import->choices };
	import->session = *session;
	session->chance(session->chance_state, chance, sizeof(chance));
	id_text(id_make(session->now, chance), import->result->id);
	import->session.origin = ORIGIN_IMPORT;
	import->session.batch = import->result->id;
}

void import_close(struct import *import)
{
	import_plan_release(import);
	import_example_release(import);
	for (int i = 0; i < import->window_count; i++)
		json_decref(import->window[i].cells);
	json_decref(import->window_header);
	free(import->seen);
	refused_release(import->refused);
	name_index_free(import->names);
	digest_free(import->hash);
	buffer_release(&import->text);
	arena_release(&import->arena);
	arena_release(&import->row_arena);
	arena_release(&import->window_arena);
	if (import->sheet)
		sheet_close(import->sheet);
}

enum result import_run(struct ledger *ledger, const struct import_request *request,
	struct import_result *result, struct error *error)
{
	struct import import = { .ledger = ledger, .request = request, .result = result };

	*result = (struct import_result){ .rows = 0 };
	import.kind = ledger_kind(ledger, request->kind);
	if (!import.kind || !import.kind->imports)
		return error_refuse(
			error, "refused.import_kind", "kind", "value", request->kind, NULL);
	import_open(&import);
	result->keyed = import.keyed;
	if (digest_file(&import, error) == OK &&
		import_sheet(request, &import.sheet, error) == OK &&
		import_plan(&import, error) == OK && count_rows(&import, error) == OK &&
		refused_open(&import, error) == OK && run(&import, error) == OK)
		refused_write(&import, error);
	import_close(&import);
	return error->result;
}

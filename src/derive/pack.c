/* Issuing a pack: documents first, then norms in the order in which they check one another. */
#include "derive/pack_parts.h"

#include "base/asset.h"
#include "base/file.h"
#include "office/sheet.h"

#include <stdlib.h>
#include <string.h>

enum { PACK_MEMORY = 64 * 1024 * 1024, NEEDS_DEEP = 4 };

/* ------------------------------------------------------------------ building */

struct pack_document *pack_document_add(struct pack *pack, struct spot spot, struct error *error)
{
	if (pack->document_count == PACK_DOCUMENTS) {
		error_refuse(error, "refused.pack_large", "documents", NULL);
		return NULL;
	}
	struct pack_document *document = &pack->documents[pack->document_count++];
	document->body = json_object();
	document->spot = spot;
	return document;
}

struct pack_norm *pack_norm_add(struct pack *pack, const struct norm *norm, struct spot spot,
	int column_count, struct error *error)
{
	if (pack->norm_count == PACK_NORMS) {
		error_refuse(error, "refused.pack_large", "norms", NULL);
		return NULL;
	}
	struct pack_norm *table = &pack->norms[pack->norm_count++];
	*table = (struct pack_norm){ .document = pack->document_count - 1,
		.norm = norm,
		.body = json_object(),
		.spot = spot,
		.column_count = column_count };
	table->columns = arena_array(&pack->arena, const char *, column_count + 1);
	return table;
}

struct spot *pack_row_add(struct pack_norm *table, struct error *error)
{
	size_t width = (size_t)table->column_count + 1;

	if (table->row_count == PACK_ROWS) {
		error_refuse(error, "refused.pack_large", "rows", NULL);
		return NULL;
	}
	if (table->row_count == table->allocated_rows) {
		table->allocated_rows = table->allocated_rows ? table->allocated_rows * 2 : 32;
		table->cells = realloc(table->cells,
			(size_t)table->allocated_rows * width * sizeof(*table->cells));
		must(table->cells != NULL);
	}
	struct spot *spots = table->cells + (size_t)table->row_count++ * width;
	memset(spots, 0, width * sizeof(*spots));
	return spots;
}

void pack_field_spot(struct pack_document *document, const char *field, struct spot spot)
{
	if (document->field_count == (int)COUNT_OF(document->fields))
		return;
	document->fields[document->field_count].field = field;
	document->fields[document->field_count++].spot = spot;
}

void pack_place(const struct pack *pack, const char *sheet, struct spot spot, struct error *error)
{
	char cell[24];

	error->place[0] = '\0'; /* what the core says ("#3") is made into a place people find */
	if (sheet)
		error_place(error, "%s!%s", sheet, cell_reference(spot.column, spot.line, cell));
	else
		error_place(error, "%s:%lld:%d", pack->file, (long long)spot.line, spot.column);
}

const struct field *pack_column(const struct norm *norm, const char *name)
{
	for (const struct field *field = norm->columns; field->name; field++) {
		if (text_equal(field->name, name))
			return field;
	}
	return NULL;
}

/* ------------------------------------------------------------------ issuing */

/* A limit is checked against the calendar and the law, which must be in force by then. */
static int rank(const char *norm)
{
	if (text_starts(norm, "calendar."))
		return 0;
	if (text_equal(norm, "law.limits"))
		return 1;
	return text_equal(norm, "duty.limits") ? 3 : 2;
}

static enum result issue(struct ledger *ledger, const struct session *session, const char *kind,
	json_t *body, int64_t instant, char id[ID_TEXT], bool *fresh, struct error *error)
{
	struct buffer name;
	struct answer answer;

	buffer_init(&name, PACK_BYTES * 2);
	buffer_print(&name, "%s/%s/", ledger_book(ledger), kind);
	bool whole = json_canonical(&name, body) && !name.full;
	id_text(id_derive(instant, name.bytes), id);
	buffer_release(&name);
	if (!whole)
		return error_refuse(error, "refused.body", "body", NULL);
	*fresh = ledger_find(ledger, id) == 0;
	if (!*fresh)
		return OK;
	json_t *envelope = json_pack("{s:s, s:s, s:O}", "id", id, "kind", kind, "body", body);
	must(envelope != NULL);
	enum result result = ledger_append(ledger, session, envelope, &answer, error);
	json_decref(envelope);
	if (result == OK && answer.status == NOT_TAKEN) {
		*error = answer.error;
		result = error->result;
	}
	return result;
}

/* Entries are named by the day they take effect; a day that is none is refused on append. */
static int64_t effective_at(json_t *body)
{
	const char *text = json_string_value(json_object_get(body, "effective"));
	int day;

	return text && day_parse(text, &day) && day >= 0 ? day_start(day) + 8 * HOUR_MS : 0;
}

static struct spot document_spot(const struct pack_document *document, const char *field)
{
	for (int i = 0; i < document->field_count; i++) {
		if (text_equal(document->fields[i].field, field))
			return document->fields[i].spot;
	}
	return document->spot;
}

/* The core counts rows ("#3") and names the column: the cell is where they meet. */
static struct spot norm_spot(const struct pack_norm *table, const struct error *error)
{
	int64_t row = 0;
	int column = -1;

	if (*error->place != '#' || !text_integer(error->place + 1, &row) || row < 1 ||
		row > table->row_count)
		return table->spot;
	for (int i = 0; i < table->column_count; i++) {
		if (text_equal(table->columns[i], error->field))
			column = i;
	}
	struct spot spot = table->cells[(row - 1) * (table->column_count + 1) + column + 1];
	return spot.line ? spot : table->cells[(row - 1) * (table->column_count + 1)];
}

static enum result issue_documents(
	struct pack *pack, const struct session *session, struct error *error)
{
	bool fresh;

	for (int i = 0; i < pack->document_count; i++) {
		struct pack_document *document = &pack->documents[i];
		enum result result = issue(pack->ledger, session, "document.issued", document->body,
			effective_at(document->body), document->id, &fresh, error);
		if (result == REFUSED)
			pack_place(pack, pack->sheet, document_spot(document, error->field), error);
		if (result != OK)
			return result;
	}
	return OK;
}

static enum result issue_norm(struct pack *pack, const struct session *session,
	const struct pack_norm *table, int *issued, struct error *error)
{
	char id[ID_TEXT];
	bool fresh = false;

	json_object_set_new(
		table->body, "document", json_string(pack->documents[table->document].id));
	enum result result = issue(pack->ledger, session, "norm.issued", table->body,
		effective_at(table->body), id, &fresh, error);
	*issued += result == OK && fresh;
	if (result == REFUSED)
		pack_place(pack, table->sheet, norm_spot(table, error), error);
	return result;
}

static enum result issue_pack(
	struct pack *pack, const struct session *session, int *issued, struct error *error)
{
	if (issue_documents(pack, session, error) != OK)
		return error->result;
	for (int turn = 0; turn <= 3; turn++) {
		for (int i = 0; i < pack->norm_count; i++) {
			if (rank(pack->norms[i].norm->name) != turn)
				continue;
			if (issue_norm(pack, session, &pack->norms[i], issued, error) != OK)
				return error->result;
		}
	}
	return OK;
}

/* ------------------------------------------------------------------ finding */

static enum result pack_load(
	struct pack *pack, const char *name_or_path, struct buffer *file, struct error *error)
{
	const char *asset_name = arena_print(&pack->arena, "norms/%s.yaml", name_or_path);
	const struct asset *asset = asset_find(asset_name);

	if (!strpbrk(name_or_path, "./")) {
		if (!asset)
			return error_refuse(
				error, "refused.unknown_pack", "pack", "value", name_or_path, NULL);
		pack->file = asset_name;
		return pack_read_yaml(pack, asset->bytes, asset->size, error);
	}
	pack->file = arena_text(&pack->arena, name_or_path);
	if (file_read(name_or_path, file, error) != OK)
		return error->result;
	if (file->length > 2 && memcmp(file->bytes, "PK", 2) == 0)
		return pack_read_workbook(pack, file->bytes, file->length, error);
	return pack_read_yaml(pack, file->bytes, file->length, error);
}

static void pack_release(struct pack *pack)
{
	for (int i = 0; i < pack->document_count; i++)
		json_decref(pack->documents[i].body);
	for (int i = 0; i < pack->norm_count; i++) {
		json_decref(pack->norms[i].body);
		free(pack->norms[i].cells);
	}
	arena_release(&pack->arena);
}

static enum result issue_named(struct ledger *ledger, const struct session *session,
	const char *name_or_path, int depth, int *issued, struct error *error)
{
	struct pack pack = { .ledger = ledger };
	struct buffer file;
	enum result result;

	arena_init(&pack.arena, PACK_MEMORY);
	buffer_init(&file, PACK_BYTES);
	pack.documents = arena_array(&pack.arena, struct pack_document, PACK_DOCUMENTS);
	pack.norms = arena_array(&pack.arena, struct pack_norm, PACK_NORMS);
	if (depth == NEEDS_DEEP)
		result = error_refuse(
			error, "refused.pack_circle", "needs", "value", name_or_path, NULL);
	else
		result = pack_load(&pack, name_or_path, &file, error);
	for (int i = 0; result == OK && i < pack.need_count; i++)
		result = issue_named(ledger, session, pack.needs[i], depth + 1, issued, error);
	if (result == OK)
		result = issue_pack(&pack, session, issued, error);
	buffer_release(&file);
	pack_release(&pack);
	return result;
}

enum result pack_issue(struct ledger *ledger, const struct session *session,
	const char *name_or_path, int *issued, struct error *error)
{
	*issued = 0;
	if (ledger_begin(ledger, error) != OK)
		return error->result;
	if (issue_named(ledger, session, name_or_path, 0, issued, error) == OK)
		return ledger_commit(ledger, error);
	ledger_trouble(ledger, error);
	ledger_rollback(ledger);
	*issued = 0;
	return error->result;
}

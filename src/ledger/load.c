/* From the record to an entry as it stands now: corrections applied, personal part joined. */
#include "ledger/sight_parts.h"

#include <string.h>

enum { AMENDMENTS };

const struct statement load_sql[] = {
	[AMENDMENTS] = { "SELECT row, by_seq, withdrawn, at FROM d_amended "
			 "WHERE book = $book AND seq = $seq ORDER BY by_seq" },
	{ 0 },
};

static json_t *joined_body(const struct record *record)
{
	json_t *body = json_loads(record->body, JSON_REJECT_DUPLICATES, NULL);
	json_t *personal = record->personal ? json_loads(record->personal, 0, NULL) : NULL;

	if (body && personal)
		json_object_update_recursive(body, personal);
	json_decref(personal);
	return body;
}

/* Live and offline entries keep `at` for clocks within the grace; imports without. */
int64_t load_clock(struct ledger *ledger, const struct entry *entry)
{
	int64_t grace_ms = GRACE_MS;

	if (entry->origin == ORIGIN_IMPORT || entry->origin == ORIGIN_SYSTEM ||
		entry->at >= entry->recorded_at)
		return entry->at;
	const struct norm_table *norm = view_norm(
		&ledger->view, "clock.grace", instant_day(entry->recorded_at), entry->seq);
	if (norm && norm_rows(norm))
		grace_ms = norm_integer(norm, 0, "hours", 24) * HOUR_MS;
	return entry->recorded_at - entry->at <= grace_ms ? entry->at : entry->recorded_at;
}

enum result load_record(struct ledger *ledger, struct arena *arena, const struct record *record,
	struct entry *entry, struct error *error)
{
	const struct kind_place *place = registry_kind(ledger, record->kind);
	char text[ID_TEXT];
	struct id batch;

	*entry = (struct entry){ .seq = record->seq,
		.version = (int)record->version,
		.at = record->at,
		.recorded_at = record->recorded_at,
		.author = record->author,
		.recorded_by = record->recorded_by,
		.row = -1 };
	entry->id = arena_text(arena, id_text(record->id, text));
	if (!origin_parse(record->origin, &entry->origin))
		return error_trouble(error, "trouble.record", "id", entry->id, NULL);
	if (record->batch) {
		memcpy(batch.bytes, record->batch, ID_BYTES);
		entry->batch = arena_text(arena, id_text(batch, text));
	}
	entry->body = joined_body(record);
	if (!entry->body)
		return error_trouble(error, "trouble.record", "id", entry->id, NULL);
	if (place) {
		entry->kind = place->kind;
	} else {
		/* A kind whose module is gone: kept, shown raw, without effect. */
		struct kind *unknown = arena_new(arena, struct kind);
		struct field *none = arena_new(arena, struct field);
		*unknown = (struct kind){ .name = record->kind, .class = FACT, .fields = none };
		entry->kind = unknown;
	}
	entry->clock_at = load_clock(ledger, entry);
	return OK;
}

/* Put one correction's body or row in place. */
static enum result amend(struct ledger *ledger, struct arena *arena, struct entry *entry, int row,
	int64_t by_seq, struct error *error)
{
	struct record record;

	if (chain_read(ledger, arena, by_seq, &record, error) != OK)
		return error->result;
	json_t *correction = joined_body(&record);
	if (!correction)
		return error_trouble(error, "trouble.record", "id", entry->id, NULL);
	json_t *rows = json_object_get(entry->body, "rows");
	if (row >= 0) {
		json_array_set(rows, (size_t)row, json_object_get(correction, "cells"));
	} else {
		json_t *columns = json_object_get(entry->body, "columns");
		json_t *body = json_deep_copy(json_object_get(correction, "body"));
		if (rows && !json_object_get(body, "rows")) {
			json_object_set(body, "rows", rows);
			json_object_set(body, "columns", columns);
		}
		json_decref(entry->body);
		entry->body = body;
	}
	json_decref(correction);
	return OK;
}

enum result load_entry(struct ledger *ledger, struct arena *arena, int64_t seq, struct entry *entry,
	bool *withdrawn, struct error *error)
{
	struct record record;
	struct query *rows;
	enum result result = chain_read(ledger, arena, seq, &record, error);

	*withdrawn = false;
	if (result != OK || load_record(ledger, arena, &record, entry, error) != OK)
		return error->result;
	if (store_query(ledger->store, &load_sql[AMENDMENTS], &rows, error) != OK) {
		entry_release(entry);
		return error->result;
	}
	query_bind_integer(rows, "book", ledger->book);
	query_bind_integer(rows, "seq", seq);
	while (result == OK && rows_next(rows, &result, error)) {
		int row = (int)rows_integer(rows, 0);
		if (!rows_null(rows, 3)) {
			entry->at = rows_integer(rows, 3);
			entry->clock_at = load_clock(ledger, entry);
		}
		entry->corrected |= row < 0 && !rows_integer(rows, 2);
		if (!rows_integer(rows, 2))
			result = amend(ledger, arena, entry, row, rows_integer(rows, 1), error);
		else if (row < 0)
			*withdrawn = true;
		else
			json_array_set_new(
				json_object_get(entry->body, "rows"), (size_t)row, json_null());
	}
	query_end(rows);
	if (result != OK)
		entry_release(entry);
	return result;
}

void entry_release(struct entry *entry)
{
	json_decref(entry->body);
	entry->body = NULL;
}

enum result ledger_entry(struct ledger *ledger, struct arena *arena, int64_t seq,
	struct entry *entry, bool *withdrawn, struct error *error)
{
	return sight_entry_get(ledger, looking(ledger), arena, seq, entry, withdrawn, error);
}

/* The line: what was done, newest first, and one entry of it. */
#include "http/route.h"
#include "http/seen.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCE_BYTES = 256 * 1024, PLACE_BYTES = 64 };

/* ------------------------------------------------------------------ an entry */

/* What a field marked ABOUT names, as a reference; NULL where that is out of sight. */
static const char *about_reference(
	const struct request *request, const struct field *field, const char *id)
{
	static const char *const types[FIELD_ENTRY + 1] = {
		[FIELD_CUSTOMER] = "customer", [FIELD_STAFF] = "staff", [FIELD_UNIT] = "unit"
	};

	if (!id || *id == *SIGHT_HIDDEN)
		return NULL;
	if (field->type == FIELD_OBJECT)
		return id;
	return types[field->type] ? arena_print(request->arena, "%s:%s", types[field->type], id)
				  : NULL;
}

static void write_about_one(struct writer *json, const struct request *request,
	const struct field *field, json_t *value)
{
	const char *reference = about_reference(request, field, json_string_value(value));

	if (reference)
		write_reference(json, request, reference);
}

static void write_about(
	struct writer *json, const struct request *request, const struct entry *entry)
{
	const struct field *field = entry->kind->fields;
	size_t index;
	json_t *one;

	write_key(json, "about");
	write_array(json);
	for (; field && field->name; field++) {
		json_t *value = json_object_get(entry->body, field->name);
		if (!(field->flags & ABOUT) || !value)
			continue;
		if (!(field->flags & LIST)) {
			write_about_one(json, request, field, value);
			continue;
		}
		json_array_foreach(value, index, one) write_about_one(json, request, field, one);
	}
	write_array_end(json);
}

static const char *origin_word(enum origin origin)
{
	static const char *const words[] = { [ORIGIN_LIVE] = "live",
		[ORIGIN_OFFLINE] = "offline",
		[ORIGIN_IMPORT] = "import",
		[ORIGIN_SYSTEM] = "system" };

	return words[origin];
}

void write_entry(struct writer *json, const struct request *request, const struct entry *entry,
	bool withdrawn)
{
	const struct reader reader = seen_reader(request);
	bool mine = strcmp(entry->author, request->person.staff) == 0;
	struct buffer sentence;

	buffer_init(&sentence, SENTENCE_BYTES);
	sentence_write(&reader, entry, &sentence);
	write_integer_at(json, "seq", entry->seq);
	write_text_at(json, "id", entry->id);
	write_text_at(json, "kind", entry->kind->name);
	write_text_at(json, "title", label_kind(&reader.labels, entry->kind->name));
	write_text_at(json, "sentence", sentence.length ? sentence.bytes : "");
	write_instant_at(json, "at", entry->at);
	write_instant_at(json, "recorded_at", entry->recorded_at);
	write_named_id(json, "author", request, "staff", entry->author);
	write_about(json, request, entry);
	write_text_at(json, "origin", origin_word(entry->origin));
	write_bool_at(json, "withdrawn", withdrawn);
	write_bool_at(json, "corrected", entry->corrected);
	write_bool_at(json, "mine", mine);
	/* One's own facts can be taken back; a move only by an opposite one. */
	write_bool_at(json, "undo", mine && !withdrawn && entry->kind->class == FACT);
	buffer_release(&sentence);
}

/* ------------------------------------------------------------------ the line */

static bool write_line(void *context, const struct entry *entry, bool withdrawn)
{
	const struct listing *lines = context;

	write_object(lines->json);
	write_entry(lines->json, lines->request, entry, withdrawn);
	write_object_end(lines->json);
	return true;
}

/* "AT-SEQ", as write_next gave it. */
static enum result take_place(
	const struct request *request, struct line_page *page, struct error *error)
{
	const char *after = request_text(request, "after");
	char end;

	if (!after || sscanf(after, "%" SCNd64 "-%" SCNd64 "%c", &page->at, &page->seq, &end) == 2)
		return OK;
	return error_refuse(error, "refused.place", "after", NULL);
}

enum result handle_timeline_get(struct request *request, struct reply *reply, struct error *error)
{
	struct listing lines = { request, &reply->json };
	struct line_page page = { .limit = 0 };
	char place[PLACE_BYTES];
	struct sight *sight;

	if (take_place(request, &page, error) != OK ||
		seen_limit(request, PAGE_USUAL, PAGE_MOST, &page.limit, error) != OK ||
		seen_open(request, &sight, error) != OK)
		return error->result;
	list_open(&reply->json);
	sight_timeline(request->ledger, sight, seen_for(request), &page, write_line, &lines, error);
	snprintf(place, sizeof(place), "%" PRId64 "-%" PRId64, page.at, page.seq);
	list_close(&reply->json, page.more, place);
	sight_close(sight);
	return error->result;
}

/* ------------------------------------------------------------------ one entry */

enum { ROWS_SHOWN = 50 };

static void write_cells(
	struct writer *json, const struct request *request, const struct entry *entry)
{
	const struct reader reader = seen_reader(request);
	const char *kind = entry->kind->name;
	struct buffer value;
	size_t i = 0;

	buffer_init(&value, SENTENCE_BYTES);
	for (const struct field *field = entry->kind->row; field && field->name; field++, i++) {
		buffer_clear(&value);
		sentence_value(&reader, kind, field, json_array_get(entry->cells, i), &value);
		if (!value.length)
			continue;
		write_object(json);
		write_text_at(json, "label", label_field(&reader.labels, kind, field->name));
		write_text_at(json, "value", value.bytes);
		write_object_end(json);
	}
	buffer_release(&value);
}

/* Of its table the rows from `first` on, and the row to go on from. */
static void write_rows(struct writer *json, const struct request *request,
	const struct entry *entry, int64_t first)
{
	int all = entry_rows(entry), written = 0;
	int64_t row = first;

	write_key(json, "rows");
	write_array(json);
	for (; row < all && written < ROWS_SHOWN; row++) {
		const struct entry at = entry_at_row(entry, (int)row);
		if (!at.cells)
			continue; /* taken back, or another's */
		write_object(json);
		write_integer_at(json, "row", row);
		write_key(json, "fields");
		write_array(json);
		write_cells(json, request, &at);
		write_array_end(json);
		write_object_end(json);
		written++;
	}
	write_array_end(json);
	write_key(json, "next");
	row < all ? write_integer(json, row) : write_null(json);
}

static enum result row_take(const struct request *request, int64_t *row, struct error *error)
{
	const char *text = request_text(request, "row");

	*row = 0;
	if (!text || (text_integer(text, row) && *row >= 0 && *row < INT_MAX))
		return OK;
	return error_refuse(error, "refused.place", "row", NULL);
}

enum result handle_entry_get(struct request *request, struct reply *reply, struct error *error)
{
	int64_t seq = ledger_find(request->ledger, request_text(request, "id"));
	struct error hidden = { 0 };
	struct sight *sight;
	struct entry entry;
	bool withdrawn;
	int64_t row;

	if (row_take(request, &row, error) != OK)
		return error->result;
	if (!seq)
		return error_refuse(error, "refused.not_found", "", NULL);
	if (seen_open(request, &sight, error) != OK)
		return error->result;
	if (sight_entry_get(request->ledger, sight, request->arena, seq, &entry, &withdrawn,
		    &hidden) == OK) {
		write_object(&reply->json);
		write_entry(&reply->json, request, &entry, withdrawn);
		write_fields(&reply->json, "fields", request, &entry, 0);
		if (entry.kind->row)
			write_rows(&reply->json, request, &entry, row);
		write_object_end(&reply->json);
		entry_release(&entry);
	} else if (hidden.result == REFUSED) {
		error_refuse(error, "refused.not_found", "", NULL);
	} else {
		*error = hidden;
	}
	sight_close(sight);
	return error->result;
}

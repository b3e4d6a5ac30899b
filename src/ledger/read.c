/* Reading: envelopes, timelines, entries of a kind, duties. */
#include "ledger/sight_parts.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT_HELD = 1000 }; /* rows that memory may hold at once */

enum { KEY_SEQ, ABOUT_REF, ALL_SEQ, KIND_SEQ, DUTIES_OF, DUTY_ONE, OBJECTS };

const struct statement reading_sql[] = {
	[KEY_SEQ] = { "SELECT seq FROM d_key WHERE book = $book AND kind = $kind AND key = $key" },
	[ABOUT_REF] = { "SELECT at, seq FROM d_about WHERE book = $book AND ref = $ref "
			"ORDER BY at DESC, seq DESC LIMIT $limit" },
	[ALL_SEQ] = { "SELECT seq FROM entry WHERE book = $book ORDER BY seq" },
	[KIND_SEQ] = { "SELECT seq FROM entry WHERE book = $book AND kind = $kind ORDER BY seq" },
	/* Apart, so that what was done years ago is not walked over. What was missed in a period
	 * that is over can be done no more. */
	[DUTIES_OF] = { "SELECT " DUTY_COLUMNS " FROM d_duty WHERE book = $book "
			"AND holder = $holder AND state IN ('open', 'paused') "
			"AND opened_at < $end "
			"UNION ALL SELECT " DUTY_COLUMNS " FROM d_duty WHERE book = $book "
			"AND holder = $holder AND state = 'missed' AND opened_at < $end "
			"AND (period IS NULL OR due > $start) "
			"UNION ALL SELECT " DUTY_COLUMNS " FROM d_duty WHERE book = $book "
			"AND holder = $holder AND state IN ('done', 'done_late') "
			"AND done_at >= $start AND opened_at < $end" },
	[DUTY_ONE] = { "SELECT " DUTY_COLUMNS " FROM d_duty WHERE book = $book AND id = $duty" },
	[OBJECTS] = { "SELECT id, name FROM d_object WHERE book = $book AND type = $type ORDER BY "
		      "id" },
	{ 0 },
};

struct view *ledger_view(struct ledger *ledger)
{
	ledger->view.arena = ledger->in_batch ? &ledger->arena : &ledger->view_arena;
	return &ledger->view;
}

void ledger_view_reset(struct ledger *ledger)
{
	arena_reset(&ledger->view_arena);
}

enum result ledger_snapshot(struct ledger *ledger, struct error *error)
{
	must(!ledger->in_batch && !ledger->in_snapshot);
	store_trouble_forget(ledger->store);
	if (store_begin_read(ledger->store, error) != OK)
		return error->result;
	if (chain_head_load(ledger, error) != OK) {
		store_rollback(ledger->store);
		return error->result;
	}
	ledger->in_snapshot = true;
	return OK;
}

void ledger_snapshot_end(struct ledger *ledger)
{
	must(ledger->in_snapshot);
	store_rollback(ledger->store);
	ledger->in_snapshot = false;
}

int64_t ledger_key(struct ledger *ledger, const char *kind, const char *key)
{
	struct view *view = ledger_view(ledger);
	struct error ignored = { 0 };
	enum result result;
	struct query *rows;
	int64_t seq = 0;

	view_set_text(view, "kind", kind);
	view_set_text(view, "key", key);
	if (view_run(view, &reading_sql[KEY_SEQ], NULL, &rows, &ignored) != OK)
		return 0;
	if (rows_next(rows, &result, &ignored))
		seq = rows_integer(rows, 0);
	rows_end(rows);
	return seq;
}

enum result ledger_unchanged(struct ledger *ledger, const struct kind *kind, json_t *body,
	bool *same, struct error *error)
{
	const struct kind_place *place = registry_kind(ledger, kind->name);
	struct entry entry = { .seq = ledger->seq + 1,
		.id = "",
		.kind = kind,
		.version = kind->version,
		.at = ledger->recorded_at,
		.clock_at = ledger->recorded_at,
		.recorded_at = ledger->recorded_at,
		.author = "",
		.recorded_by = "",
		.origin = ORIGIN_IMPORT,
		.row = -1,
		.body = body };

	if (!place || !place->module->unchanged)
		return OK;
	struct view *view = ledger_view(ledger);
	view->module = place->module;
	return place->module->unchanged(view, &entry, same, error);
}

enum result ledger_standing(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	const struct kind_place *place = registry_kind(ledger, entry->kind->name);

	if (!place || !place->module->standing || !entry->kind->row)
		return OK;
	struct view *view = ledger_view(ledger);
	view->module = place->module;
	return place->module->standing(view, entry, error);
}

enum result ledger_objects(struct ledger *ledger, const char *type,
	bool (*each)(void *context, const char *id, const char *name), void *context,
	struct error *error)
{
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;

	view_set_text(view, "type", type);
	if (view_scan(view, &reading_sql[OBJECTS], NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		if (sees_object(looking(ledger), type, rows_text(rows, 0)) &&
			!each(context, rows_text(rows, 0), rows_text(rows, 1)))
			break;
	}
	rows_end(rows);
	return ledger_heard(ledger, error);
}

/* ------------------------------------------------------------------ envelopes */

void envelope_write(struct ledger *ledger, const struct record *record, json_t *body, bool whole,
	struct buffer *out)
{
	struct writer writer;
	char text[INSTANT_TEXT], hash[DIGEST_TEXT];
	struct buffer canonical;
	struct id batch;

	buffer_init(&canonical, ENTRY_BYTES * 2);
	json_canonical(&canonical, body);
	write_start(&writer, out);
	write_object(&writer);
	write_text_at(&writer, "id", id_text(record->id, text));
	write_text_at(&writer, "kind", record->kind);
	write_integer_at(&writer, "v", record->version);
	write_text_at(&writer, "at", instant_text(record->at, text));
	write_text_at(&writer, "author", record->author);
	write_key(&writer, "body");
	write_raw(&writer, canonical.bytes);
	write_text_at(&writer, "book", ledger->book_name);
	write_integer_at(&writer, "seq", record->seq);
	write_text_at(&writer, "recorded_at", instant_text(record->recorded_at, text));
	write_text_at(&writer, "recorded_by", record->recorded_by);
	write_text_at(&writer, "origin", record->origin);
	if (record->batch) {
		memcpy(batch.bytes, record->batch, ID_BYTES);
		write_text_at(&writer, "batch", id_text(batch, text));
	}
	if (record->hash && whole)
		write_text_at(&writer, "hash", digest_text(record->hash, hash));
	write_object_end(&writer);
	buffer_release(&canonical);
}

enum result ledger_envelope(
	struct ledger *ledger, int64_t seq, struct buffer *out, struct error *error)
{
	struct record record;

	if (looking(ledger))
		return sight_envelope(ledger, looking(ledger), seq, out, error);
	arena_reset(&ledger->view_arena);
	if (chain_read(ledger, &ledger->view_arena, seq, &record, error) != OK)
		return ledger_heard(ledger, error);
	json_t *body = json_loads(record.body, 0, NULL);
	json_t *personal = record.personal ? json_loads(record.personal, 0, NULL) : NULL;
	if (personal)
		json_object_update_recursive(body, personal);
	envelope_write(ledger, &record, body, true, out);
	json_decref(body);
	json_decref(personal);
	return OK;
}

/* ------------------------------------------------------------------ timelines */

struct point {
	int64_t at, seq;
};

struct points {
	struct point *items;
	size_t count, allocated;
};

static int newest_first(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	return x->seq < y->seq ? 1 : x->seq > y->seq ? -1 : 0;
}

static enum result points_add(struct ledger *ledger, const char *reference, int limit,
	struct points *points, struct error *error)
{
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;

	view_set_text(view, "ref", reference);
	view_set_integer(view, "limit", limit);
	if (limit > LIMIT_HELD)
		view_scan(view, &reading_sql[ABOUT_REF], NULL, &rows, error);
	else
		view_run(view, &reading_sql[ABOUT_REF], NULL, &rows, error);
	if (error->result != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		if (points->count == points->allocated) {
			points->allocated = points->allocated ? points->allocated * 2 : 256;
			points->items =
				realloc(points->items, points->allocated * sizeof(*points->items));
			must(points->items != NULL);
		}
		points->items[points->count++] =
			(struct point){ rows_integer(rows, 0), rows_integer(rows, 1) };
	}
	rows_end(rows);
	return error->result;
}

static enum result hand_out(struct ledger *ledger, const struct points *points, int limit,
	bool (*each)(void *context, const struct entry *entry, bool withdrawn), void *context,
	struct error *error)
{
	int given = 0;
	bool more = true, withdrawn;
	struct arena arena;

	arena_init(&arena, WORK_BYTES);
	for (size_t i = 0; more && given < limit && i < points->count; i++) {
		struct entry entry;
		if (i && points->items[i].seq == points->items[i - 1].seq)
			continue;
		arena_reset(&arena);
		if (load_entry(ledger, &arena, points->items[i].seq, &entry, &withdrawn, error) !=
			OK)
			break;
		if (sight_entry(looking(ledger), &entry)) {
			more = each(context, &entry, withdrawn);
			given++;
		}
		entry_release(&entry);
	}
	arena_release(&arena);
	return error->result;
}

enum result ledger_timeline(struct ledger *ledger, const char *reference, int limit,
	bool (*each)(void *context, const struct entry *entry, bool withdrawn), void *context,
	struct error *error)
{
	struct points points = { 0 };
	struct references references;
	enum result result = sight_sources(ledger, looking(ledger), reference, &references, error);

	for (size_t i = 0; result == OK && i < references.count; i++)
		result = points_add(ledger, references.items[i], limit, &points, error);
	if (points.count)
		qsort(points.items, points.count, sizeof(*points.items), newest_first);
	if (result == OK)
		hand_out(ledger, &points, limit, each, context, error);
	free(points.items);
	references_release(&references);
	return ledger_heard(ledger, error);
}

enum result ledger_each(struct ledger *ledger, const char *kind,
	bool (*each)(void *context, const struct entry *entry), void *context, struct error *error)
{
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;
	struct arena arena;
	struct entry entry;
	bool more = true, withdrawn;

	view_set_text(view, "kind", kind);
	if (view_scan(view, &reading_sql[kind ? KIND_SEQ : ALL_SEQ], NULL, &rows, error) != OK)
		return error->result;
	arena_init(&arena, WORK_BYTES);
	while (more && rows_next(rows, &result, error)) {
		arena_reset(&arena);
		if (load_entry(ledger, &arena, rows_integer(rows, 0), &entry, &withdrawn, error) !=
			OK)
			break;
		if (!withdrawn && sight_entry(looking(ledger), &entry))
			more = each(context, &entry);
		entry_release(&entry);
	}
	rows_end(rows);
	arena_release(&arena);
	return ledger_heard(ledger, error);
}

/* ------------------------------------------------------------------ duties */

static const char *text_at(struct arena *arena, const struct query *rows, int column)
{
	const char *text = rows_text(rows, column);

	return text ? arena_text(arena, text) : NULL;
}

struct duty duty_at(struct arena *arena, const struct query *rows)
{
	return (struct duty){ .id = text_at(arena, rows, 0),
		.what = text_at(arena, rows, 1),
		.holder = text_at(arena, rows, 2),
		.subject = text_at(arena, rows, 3),
		.case_id = text_at(arena, rows, 4),
		.opened_seq = rows_integer(rows, 5),
		.opened_at = rows_integer(rows, 6),
		.due = rows_integer(rows, 7),
		.done_seq = rows_integer(rows, 8),
		.done_at = rows_integer(rows, 9),
		.missed_seq = rows_integer(rows, 10),
		.norm_seq = rows_integer(rows, 11),
		.state = text_at(arena, rows, 12),
		.period = text_at(arena, rows, 13),
		.provisional = rows_integer(rows, 14) != 0,
		.limit = text_at(arena, rows, 15) };
}

struct duty_list {
	struct duty *items;
	size_t count, allocated;
};

/* Open before done, by due instant; ids break ties in the order they were opened. */
static int most_urgent_first(const void *a, const void *b)
{
	const struct duty *x = a, *y = b;
	bool x_done = text_starts(x->state, "done"), y_done = text_starts(y->state, "done");

	if (x_done != y_done)
		return x_done ? 1 : -1;
	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	return strcmp(x->id, y->id);
}

static enum result duties_add(struct ledger *ledger, struct arena *arena, const char *holder,
	int day, struct duty_list *list, struct error *error)
{
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;

	view_set_text(view, "holder", holder);
	view_set_integer(view, "start", day_start(day));
	view_set_integer(view, "end", day_start(day + 1));
	if (view_run(view, &reading_sql[DUTIES_OF], NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		if (list->count == list->allocated) {
			list->allocated = list->allocated ? list->allocated * 2 : 256;
			list->items = realloc(list->items, list->allocated * sizeof(*list->items));
			must(list->items != NULL);
		}
		list->items[list->count++] = duty_at(arena, rows);
	}
	rows_end(rows);
	return result;
}

enum result ledger_duties(struct ledger *ledger, const char *holder, int day,
	bool (*each)(void *context, const struct duty *duty), void *context, struct error *error)
{
	struct duty_list list = { 0 };
	struct references references;
	struct arena arena;
	enum result result = sight_sources(ledger, looking(ledger), holder, &references, error);

	arena_init(&arena, WORK_BYTES);
	for (size_t i = 0; result == OK && i < references.count; i++)
		result = duties_add(ledger, &arena, references.items[i], day, &list, error);
	if (list.count)
		qsort(list.items, list.count, sizeof(*list.items), most_urgent_first);
	for (size_t i = 0; result == OK && i < list.count; i++) {
		if (sight_duty(looking(ledger), &list.items[i]) && !each(context, &list.items[i]))
			break;
	}
	free(list.items);
	arena_release(&arena);
	references_release(&references);
	return ledger_heard(ledger, error);
}

enum result duty_find(struct ledger *ledger, struct arena *arena, const char *id, struct duty *duty,
	struct error *error)
{
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;
	bool found = false;

	view_set_text(view, "duty", id);
	if (view_run(view, &reading_sql[DUTY_ONE], NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error)) {
		*duty = duty_at(arena, rows);
		found = true;
	}
	rows_end(rows);
	if (result == OK && !found)
		error_refuse(error, "refused.unknown_duty", "duty", "duty", id, NULL);
	return error->result;
}

enum result ledger_duty(struct ledger *ledger, struct arena *arena, const char *id,
	struct duty *duty, struct error *error)
{
	return sight_duty_get(ledger, looking(ledger), arena, id, duty, error);
}

/*
 * Pages of what is in sight: from each source as many as the page may hold, found by a range
 * scan after the place, then put in order and looked at one by one.
 */
#include "ledger/sight_parts.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BACK, LINE_ON, PAPERS_BACK, PAPERS_ON, HELD, ABOUT_SUBJECT };

enum { ROUNDS = 8 }; /* of a page's length that are looked at for one page */

/* By what the holder has open, and not by what all have due after the place: + keeps SQLite from
 * the index that begins with that. */
#define NEXT_DUE "AND +due >= $due AND (+due > $due OR id > $id) ORDER BY +due, id LIMIT $count"

const struct statement sight_read_sql[] = {
	[LINE_BACK] = { "SELECT at, seq FROM d_about WHERE book = $book AND ref = $ref "
			"AND (at, seq) < ($at, $seq) ORDER BY at DESC, seq DESC LIMIT $count" },
	[LINE_ON] = { "SELECT at, seq FROM d_about WHERE book = $book AND ref = $ref "
		      "AND (at, seq) > ($at, $seq) ORDER BY at, seq LIMIT $count" },
	/* Papers are few, entries are not: CROSS keeps SQLite from beginning with them. A move
	 * keeps the instant it was recorded with. */
	[PAPERS_BACK] = { "SELECT e.at AS at, e.seq AS seq FROM d_document d CROSS JOIN entry e "
			  "WHERE d.book = $book AND e.book = d.book AND e.seq = d.seq "
			  "AND (e.at, e.seq) < ($at, $seq) ORDER BY at DESC, seq DESC "
			  "LIMIT $count" },
	[PAPERS_ON] = { "SELECT e.at AS at, e.seq AS seq FROM d_document d CROSS JOIN entry e "
			"WHERE d.book = $book AND e.book = d.book AND e.seq = d.seq "
			"AND (e.at, e.seq) > ($at, $seq) ORDER BY at, seq LIMIT $count" },
	/* State by state, as the index has them. What was missed in a period, which is over then,
	 * can be done no more. */
	[HELD] = { "SELECT * FROM (SELECT " DUTY_COLUMNS
		   " FROM d_duty WHERE book = $book AND holder = $ref AND state = 'open' " NEXT_DUE
		   ") AS ones UNION ALL "
		   "SELECT * FROM (SELECT " DUTY_COLUMNS
		   " FROM d_duty WHERE book = $book AND holder = $ref AND state = "
		   "'paused' " NEXT_DUE ") AS others UNION ALL "
		   "SELECT * FROM (SELECT " DUTY_COLUMNS
		   " FROM d_duty WHERE book = $book AND holder = $ref AND state = "
		   "'missed' AND period IS NULL " NEXT_DUE
		   ") AS late ORDER BY due, id LIMIT $count" },
	[ABOUT_SUBJECT] = { "SELECT " DUTY_COLUMNS " FROM d_duty WHERE book = $book AND subject = "
			    "$ref AND (state IN ('open', 'paused') OR (state = 'missed' "
			    "AND period IS NULL)) " NEXT_DUE },
	{ 0 },
};

void references_add_all(struct references *to, const struct references *from)
{
	for (size_t i = 0; i < from->count; i++) {
		char type[16];
		const char *id;
		must(reference_split(from->items[i], type, &id));
		references_add(to, type, id);
	}
}

/* Whose line it is: a reference with what belongs to it, or the sight's own. */
enum result sight_sources(struct ledger *ledger, struct sight *sight, const char *reference,
	struct references *sources, struct error *error)
{
	*sources = (struct references){ 0 };
	if (!reference) {
		must(sight != NULL);
		references_add_all(sources, &sight->people);
		references_add_all(sources, &sight->units);
		references_add_all(sources, &sight->own);
		references_sort(sources);
		return OK;
	}
	if (sight_require(sight, reference, error) != OK)
		return error->result;
	/* Of a unit that is only in his line, what is about the unit itself. */
	if (sight && text_starts(reference, "unit:") &&
		!sees_unit(sight, reference + strlen("unit:"))) {
		references_add(sources, "unit", reference + strlen("unit:"));
		return OK;
	}
	return references_of(ledger, reference, sources, error);
}

static int limit_of(int limit)
{
	must(limit > 0 && limit <= SIGHT_PAGE);
	return limit;
}

/* ------------------------------------------------------------------ timelines */

struct point {
	int64_t at, seq;
};

struct points {
	struct point *items;
	size_t count, allocated;
	bool upwards;
	bool cut;            /* a source had more, … */
	struct point surely; /* … and beyond this something of it may be missing */
};

static int in_time(struct point a, struct point b)
{
	if (a.at != b.at)
		return a.at < b.at ? -1 : 1;
	return (a.seq > b.seq) - (a.seq < b.seq);
}

static int oldest_first(const void *a, const void *b)
{
	return in_time(*(const struct point *)a, *(const struct point *)b);
}

static int newest_first(const void *a, const void *b)
{
	return in_time(*(const struct point *)b, *(const struct point *)a);
}

static bool beyond(const struct points *points, struct point a, struct point b)
{
	return points->upwards ? in_time(a, b) > 0 : in_time(a, b) < 0;
}

static void points_put(struct points *points, struct point point)
{
	if (points->count == points->allocated) {
		points->allocated = points->allocated ? points->allocated * 2 : 256;
		points->items = realloc(points->items, points->allocated * sizeof(*points->items));
		must(points->items != NULL);
	}
	points->items[points->count++] = point;
}

/* The next of one source; `reference` NULL: papers. */
static enum result points_read(struct ledger *ledger, const char *reference,
	const struct line_page *page, struct points *points, struct error *error)
{
	struct view *view = ledger_view(ledger);
	struct point last = { 0 };
	enum result result;
	struct query *rows;
	int count = 0, statement = reference ? LINE_BACK : PAPERS_BACK;
	bool placed = page->seq != 0;

	if (reference)
		view_set_text(view, "ref", reference);
	view_set_integer(view, "at", placed ? page->at : page->upwards ? INT64_MIN : INT64_MAX);
	view_set_integer(view, "seq", placed ? page->seq : page->upwards ? 0 : INT64_MAX);
	view_set_integer(view, "count", page->limit);
	if (view_run(view, &sight_read_sql[statement + page->upwards], NULL, &rows, error) != OK)
		return error->result;
	for (; rows_next(rows, &result, error); count++) {
		last = (struct point){ rows_integer(rows, 0), rows_integer(rows, 1) };
		points_put(points, last);
	}
	rows_end(rows);
	if (count == page->limit && (!points->cut || beyond(points, points->surely, last)))
		points->surely = last;
	points->cut |= count == page->limit;
	return result;
}

struct handing {
	struct ledger *ledger;
	struct sight *sight;
	struct line_page *page;
	bool (*each)(void *context, const struct entry *entry, bool withdrawn);
	void *context;
	int given;
	bool stopped;
};

static enum result hand_one(struct handing *handing, int64_t seq, struct error *error)
{
	struct arena arena;
	struct entry entry;
	bool withdrawn;

	arena_init(&arena, WORK_BYTES);
	if (load_entry(handing->ledger, &arena, seq, &entry, &withdrawn, error) == OK) {
		if (sight_entry(handing->sight, &entry)) {
			handing->stopped = !handing->each(handing->context, &entry, withdrawn);
			handing->given++;
		}
		entry_release(&entry);
	}
	arena_release(&arena);
	return error->result;
}

/* Look at what surely comes next, in order, until the page is full. */
static enum result hand_points(struct handing *handing, struct points *points, struct error *error)
{
	struct line_page *page = handing->page;

	if (points->count)
		qsort(points->items, points->count, sizeof(*points->items),
			page->upwards ? oldest_first : newest_first);
	for (size_t i = 0; i < points->count; i++) {
		struct point point = points->items[i];
		if (points->cut && beyond(points, point, points->surely))
			break;
		if (page->seq && !beyond(points, point, (struct point){ page->at, page->seq }))
			continue; /* another source gave it already */
		if (handing->given == page->limit || handing->stopped) {
			page->more = true;
			return OK;
		}
		page->at = point.at;
		page->seq = point.seq;
		if (hand_one(handing, point.seq, error) != OK)
			return error->result;
	}
	page->more = points->cut;
	return OK;
}

static enum result line_round(
	struct handing *handing, const struct references *sources, bool papers, struct error *error)
{
	struct points points = { .upwards = handing->page->upwards };
	enum result result = OK;

	for (size_t i = 0; result == OK && i < sources->count; i++)
		result = points_read(
			handing->ledger, sources->items[i], handing->page, &points, error);
	if (result == OK && papers)
		result = points_read(handing->ledger, NULL, handing->page, &points, error);
	if (result == OK)
		result = hand_points(handing, &points, error);
	free(points.items);
	return result;
}

enum result sight_timeline(struct ledger *ledger, struct sight *sight, const char *reference,
	struct line_page *page,
	bool (*each)(void *context, const struct entry *entry, bool withdrawn), void *context,
	struct error *error)
{
	struct handing handing = { ledger, sight, page, each, context, 0, false };
	struct references sources;
	enum result result = sight_sources(ledger, sight, reference, &sources, error);

	limit_of(page->limit);
	page->more = result == OK;
	for (int round = 0; result == OK && page->more && round < ROUNDS; round++) {
		if (handing.given == page->limit || handing.stopped)
			break;
		result = line_round(&handing, &sources, !reference, error);
	}
	references_release(&sources);
	return ledger_heard(ledger, error);
}

/* ------------------------------------------------------------------ duties */

struct duty_rows {
	struct duty *items;
	size_t count, allocated;
	const struct duty *surely; /* where a holder had more: beyond it some may be missing */
	struct arena arena;
};

static int most_urgent_first(const void *a, const void *b)
{
	const struct duty *x = a, *y = b;

	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	return strcmp(x->id, y->id);
}

static enum result duties_read(struct ledger *ledger, const char *reference,
	const struct duty_page *page, struct duty_rows *list, struct error *error)
{
	struct view *view = ledger_view(ledger);
	enum result result;
	struct query *rows;
	int count = 0;

	view_set_text(view, "ref", reference);
	view_set_integer(view, "due", *page->id ? page->due : INT64_MIN);
	view_set_text(view, "id", page->id);
	view_set_integer(view, "count", page->limit);
	bool subject = text_starts(reference, "customer:");
	if (view_run(view, &sight_read_sql[subject ? ABOUT_SUBJECT : HELD], NULL, &rows, error) !=
		OK)
		return error->result;
	for (; rows_next(rows, &result, error); count++) {
		if (list->count == list->allocated) {
			list->allocated = list->allocated ? list->allocated * 2 : 64;
			list->items = realloc(list->items, list->allocated * sizeof(*list->items));
			must(list->items != NULL);
		}
		list->items[list->count++] = duty_at(&list->arena, rows);
	}
	rows_end(rows);
	if (count == page->limit) {
		struct duty *last = arena_new(&list->arena, struct duty);
		*last = list->items[list->count - 1];
		if (!list->surely || most_urgent_first(last, list->surely) < 0)
			list->surely = last;
	}
	return result;
}

static bool hand_duty(struct sight *sight, struct duty duty,
	bool (*each)(void *context, const struct duty *duty), void *context, int *given)
{
	if (!sight_duty(sight, &duty))
		return true;
	++*given;
	return each(context, &duty);
}

static void hand_duties(struct sight *sight, struct duty_page *page, const struct duty_rows *list,
	bool (*each)(void *context, const struct duty *duty), void *context)
{
	int given = 0;
	bool on = true;

	page->more = true;
	for (size_t i = 0; i < list->count; i++) {
		const struct duty *duty = &list->items[i];
		if (list->surely && most_urgent_first(duty, list->surely) > 0)
			return;
		if (i && strcmp(duty->id, list->items[i - 1].id) == 0)
			continue;
		if (given == page->limit || !on)
			return;
		page->due = duty->due;
		text_copy(page->id, sizeof(page->id), duty->id);
		on = hand_duty(sight, *duty, each, context, &given);
	}
	page->more = list->surely != NULL;
}

/* Own duties are not those of all one's people: a leader is shown these folded, by person. */
static enum result holders_of(struct ledger *ledger, struct sight *sight, const char *reference,
	struct references *holders, struct error *error)
{
	if (reference)
		return sight_sources(ledger, sight, reference, holders, error);
	must(sight != NULL);
	*holders = (struct references){ 0 };
	references_add(holders, "staff", sight->staff);
	references_add_all(holders, &sight->stands);
	references_add_all(holders, &sight->seats);
	references_sort(holders);
	return OK;
}

enum result sight_duties(struct ledger *ledger, struct sight *sight, const char *reference,
	struct duty_page *page, bool (*each)(void *context, const struct duty *duty), void *context,
	struct error *error)
{
	struct duty_rows list = { 0 };
	struct references holders;
	enum result result = holders_of(ledger, sight, reference, &holders, error);

	limit_of(page->limit);
	page->more = false;
	arena_init(&list.arena, WORK_BYTES);
	for (size_t i = 0; result == OK && i < holders.count; i++)
		result = duties_read(ledger, holders.items[i], page, &list, error);
	if (list.count)
		qsort(list.items, list.count, sizeof(*list.items), most_urgent_first);
	if (result == OK)
		hand_duties(sight, page, &list, each, context);
	free(list.items);
	arena_release(&list.arena);
	references_release(&holders);
	return ledger_heard(ledger, error);
}

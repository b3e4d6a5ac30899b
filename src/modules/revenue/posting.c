/*
 * Postings: from rows of entries to cells of pages.
 *
 * A cell (customer, month) holds the newest month's figure; without one, the sum of its lines: a
 * line is never taken for another, whatever its reference. Users are as last said. Folding an entry
 * adds its rows; putting one right makes the touched cells anew from every entry of that month,
 * oldest first, by the same steps.
 */
#include "revenue.h"

#include <stdlib.h>
#include <string.h>

bool posting_at(const struct entry *entry, int row, struct posting *posting)
{
	struct entry at = entry_at_row(entry, row);
	const char *month, *day;

	if (!at.cells)
		return false;
	*posting = (struct posting){ .customer = entry_text(&at, "customer"),
		.seq = entry->seq,
		.amount = entry_integer(&at, "amount", 0),
		.users = entry_integer(&at, "users", FIGURE_NONE),
		.row = row,
		.line = text_equal(entry_text(entry, "basis"), "line") };
	if (posting->line) {
		day = entry_text(&at, "day");
		if (!day || !day_parse(day, &posting->day))
			return false;
		posting->month = day_month(posting->day);
		return true;
	}
	month = entry_text(&at, "month");
	if (!month || !month_parse(month, &posting->month))
		return false;
	posting->day = month_last_day(posting->month);
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;
	int64_t x_segment = x->ordinal / SEGMENT, y_segment = y->ordinal / SEGMENT;

	if (x_segment != y_segment)
		return x_segment < y_segment ? -1 : 1;
	if (x->month != y->month)
		return x->month < y->month ? -1 : 1;
	return x->row - y->row;
}

static bool same_page(const struct posting *a, const struct posting *b)
{
	return a->month == b->month && a->ordinal / SEGMENT == b->ordinal / SEGMENT;
}

/* Rows of `entry` (those that differ from `other`, where that is given, are touched), added to
 * the list, whose room the caller has seen to. */
static enum result postings_add(struct view *view, struct roll *roll, const struct entry *entry,
	const struct entry *other, bool all, struct posting *postings, int *count,
	struct error *error)
{
	bool other_rows = entry->body && other && other->body &&
			  text_equal(entry_text(entry, "basis"), entry_text(other, "basis"));
	int had = *count;

	for (int row = 0; row < entry_rows(entry); row++) {
		struct posting *posting = &postings[*count];
		struct entry theirs = { 0 };
		if (!posting_at(entry, row, posting))
			continue;
		struct entry ours = entry_at_row(entry, row);
		if (other_rows && row < entry_rows(other))
			theirs = entry_at_row(other, row);
		posting->touched = !theirs.cells || !json_equal(ours.cells, theirs.cells);
		*count += all || posting->touched;
	}
	return roll_ordinals(view, roll, postings + had, *count - had, error);
}

static void set_month(struct view *view, int month)
{
	view_set_text(view, "month", month_text(month, arena_alloc(view_arena(view), MONTH_TEXT)));
}

static int by_month(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;

	return x->month != y->month ? x->month - y->month
				    : (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

/* Note which months the entry speaks of, and of which customers at most. */
static enum result posts_note(struct view *view, const struct entry *entry,
	struct posting *postings, int count, struct error *error)
{
	qsort(postings, (size_t)count, sizeof(*postings), by_month);
	for (int i = 0; i < count;) {
		int next = i;
		while (next < count && postings[next].month == postings[i].month)
			next++;
		set_month(view, postings[i].month);
		view_set_integer(view, "first", postings[i].ordinal);
		view_set_integer(view, "last", postings[next - 1].ordinal);
		if (view_exec(view, POST_PUT, entry, error) != OK)
			return error->result;
		i = next;
	}
	return OK;
}

/* ------------------------------------------------------------------ cells */

static void cell_apply(struct page *page, const struct posting *posting)
{
	int64_t at = posting->ordinal % SEGMENT;
	int64_t place = place_of(posting->seq, posting->row);
	int64_t sum = page->numbers[LINES][at];

	if (posting->users != FIGURE_NONE) {
		page_set(page, USERS, at, posting->users);
		page_set(page, COUNTED, at, place);
	}
	if (!posting->line) {
		page_set(page, AMOUNT, at, posting->amount);
		page_set(page, POSTED, at, place);
		return;
	}
	sum = (sum == FIGURE_NONE ? 0 : sum) + posting->amount;
	page_set(page, LINES, at, sum);
	if (page->numbers[POSTED][at] == FIGURE_NONE)
		page_set(page, AMOUNT, at, sum);
}

/* ------------------------------------------------------------------ making cells anew */

struct anew {
	struct page *page;
	bool wanted[SEGMENT];
	int64_t first, last;
};

static enum result anew_entry(
	struct view *view, const struct entry *entry, void *context, struct error *error)
{
	struct anew *anew = context;
	struct posting posting;

	for (int row = 0; row < entry_rows(entry); row++) {
		if (!posting_at(entry, row, &posting) || posting.month != anew->page->month)
			continue;
		if (ordinal_find(view, posting.customer, &posting.ordinal, error) != OK)
			return error->result;
		if (posting.ordinal / SEGMENT == anew->page->segment &&
			anew->wanted[posting.ordinal % SEGMENT])
			cell_apply(anew->page, &posting);
	}
	return OK;
}

/* Empty a touched cell. */
static void cell_clear(struct anew *anew, int64_t ordinal)
{
	struct page *page = anew->page;

	if (anew->wanted[ordinal % SEGMENT])
		return;
	anew->wanted[ordinal % SEGMENT] = true;
	anew->first = anew->first < 0 || ordinal < anew->first ? ordinal : anew->first;
	anew->last = ordinal > anew->last ? ordinal : anew->last;
	for (int column = 0; column < COLUMNS; column++)
		page_set(page, (enum column_of)column, ordinal, FIGURE_NONE);
}

static enum result cells_anew(struct view *view, struct page *page, const struct posting *postings,
	int count, struct error *error)
{
	struct anew *anew = arena_new(view_arena(view), struct anew);
	struct query *rows;
	enum result result = OK;

	*anew = (struct anew){ .page = page, .first = -1, .last = -1 };
	for (int i = 0; i < count; i++) {
		if (postings[i].touched)
			cell_clear(anew, postings[i].ordinal);
	}
	if (anew->first < 0)
		return OK;
	set_month(view, page->month);
	view_set_integer(view, "first", anew->first);
	view_set_integer(view, "last", anew->last);
	if (view_query(view, POSTS_TOUCHING, NULL, &rows, error) != OK)
		return error->result;
	while (result == OK && rows_next(rows, &result, error))
		result = view_entry(view, rows_integer(rows, 0), anew_entry, anew, error);
	rows_end(rows);
	return result;
}

/* ------------------------------------------------------------------ folding */

/* Cells of one page: added to, or made anew; then judged. */
static enum result page_fold(struct view *view, struct page *page, struct movements *movements,
	const struct posting *postings, int count, bool refold, struct error *error)
{
	const struct entry *entry = movements->entry;
	bool touched = !refold || movement_recent(entry, postings->month);

	for (int i = 0; i < count; i++)
		touched = touched || postings[i].touched;
	if (!touched)
		return OK;
	if (page_load(view, page, postings->ordinal / SEGMENT, postings->month, error) != OK)
		return error->result;
	if (refold && cells_anew(view, page, postings, count, error) != OK)
		return error->result;
	for (int i = 0; !refold && i < count; i++)
		cell_apply(page, &postings[i]);
	if (page_save(view, page, error) != OK)
		return error->result;
	return movements_judge(view, movements, page, postings, count, error);
}

static enum result postings_fold(struct view *view, const struct entry *entry,
	struct posting *postings, int count, bool refold, struct error *error)
{
	struct arena *arena = view_arena(view);
	struct page *page = arena_new(arena, struct page);
	struct movements movements = { .entry = entry };

	movements.norm =
		view_norm(view, "revenue.movement", instant_day(entry->recorded_at), entry->seq);
	for (int i = 0; i < MOVEMENT_MONTHS; i++)
		movements.before[i] = arena_new(arena, struct page);
	qsort(postings, (size_t)count, sizeof(*postings), by_place);
	for (int i = 0; i < count;) {
		int next = i;
		while (next < count && same_page(&postings[next], &postings[i]))
			next++;
		if (page_fold(view, page, &movements, &postings[i], next - i, refold, error) != OK)
			return error->result;
		i = next;
	}
	return OK;
}

enum result posting_project(struct view *view, const struct entry *entry, struct error *error)
{
	struct posting *postings =
		arena_array(view_arena(view), struct posting, entry_rows(entry) + 1);
	int count = 0;
	struct roll roll;

	roll_open(&roll);
	if (postings_add(view, &roll, entry, NULL, true, postings, &count, error) == OK &&
		roll_save(view, &roll, error) == OK &&
		posts_note(view, entry, postings, count, error) == OK)
		postings_fold(view, entry, postings, count, false, error);
	roll_close(&roll);
	return error->result;
}

/* What `before` said and what `after` says; only rows that differ touch their cells, but what
 * `after` opened has fallen away with `before`, so all of it is judged again. */
enum result posting_refold(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error)
{
	int room = entry_rows(before) + entry_rows(after) + 1, count = 0, now;
	struct posting *postings = arena_array(view_arena(view), struct posting, room);
	struct roll roll;

	roll_open(&roll);
	if (view_exec(view, POSTS_DROP, before, error) != OK ||
		postings_add(view, &roll, after, before, true, postings, &count, error) != OK ||
		posts_note(view, after, postings, count, error) != OK)
		goto out;
	now = count;
	if (postings_add(view, &roll, before, after, false, postings, &count, error) != OK ||
		roll_save(view, &roll, error) != OK)
		goto out;
	must(now <= count && count < room);
	postings_fold(view, after, postings, count, true, error);
out:
	roll_close(&roll);
	return error->result;
}

/* ------------------------------------------------------------------ an import again */

static bool cell_says(const struct page *page, const struct posting *posting)
{
	int64_t at = posting->ordinal % SEGMENT;

	return page->numbers[POSTED][at] != FIGURE_NONE &&
	       page->numbers[AMOUNT][at] == posting->amount &&
	       (posting->users == FIGURE_NONE || page->numbers[USERS][at] == posting->users);
}

enum result postings_beside(struct view *view, const struct entry *entry,
	void (*each)(void *context, const struct page *page, const struct posting *posting),
	void *context, struct error *error)
{
	struct posting *postings =
		arena_array(view_arena(view), struct posting, entry_rows(entry) + 1);
	struct page *page = arena_new(view_arena(view), struct page);
	int count = 0, known = 0;

	for (int row = 0; row < entry_rows(entry); row++) {
		count += posting_at(entry, row, &postings[count]);
	}
	if (ordinals_find(view, postings, count, error) != OK)
		return error->result;
	for (int i = 0; i < count; i++) {
		if (postings[i].ordinal >= 0)
			postings[known++] = postings[i];
	}
	count = known;
	qsort(postings, (size_t)count, sizeof(*postings), by_place);
	for (int i = 0; i < count; i++) {
		const struct posting *posting = &postings[i];
		if ((!i || !same_page(posting, &postings[i - 1])) &&
			page_load(view, page, posting->ordinal / SEGMENT, posting->month, error) !=
				OK)
			return error->result;
		each(context, page, posting);
	}
	return OK;
}

/* A line may be a second one like the first: it is never the same. */
static void note_same(void *context, const struct page *page, const struct posting *posting)
{
	bool *same = context;

	same[posting->row] = !posting->line && cell_says(page, posting);
}

enum result posting_unchanged(
	struct view *view, const struct entry *entry, bool *same, struct error *error)
{
	return postings_beside(view, entry, note_same, same, error);
}

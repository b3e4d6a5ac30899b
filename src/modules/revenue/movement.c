/*
 * Unusual movement: a month that differs from the mean of the three before it by more than the
 * norm allows asks the customer's manager for a reason. He is done when every month that was
 * unusual has been explained after the posting that made it so.
 */
#include "revenue.h"

#include <string.h>

bool movement_recent(const struct entry *entry, int month)
{
	return month >= day_month(instant_day(entry->recorded_at)) - 1;
}

static enum result load_before(struct view *view, struct movements *movements,
	const struct page *page, struct error *error)
{
	for (int i = 0; i < MOVEMENT_MONTHS; i++) {
		if (page_load(view, movements->before[i], page->segment, page->month - 1 - i,
			    error) != OK)
			return error->result;
	}
	return OK;
}

/* The sum of the months before; false where one is not known. */
static bool sum_before(const struct movements *movements, int64_t at, int64_t *sum)
{
	*sum = 0;
	for (int i = 0; i < MOVEMENT_MONTHS; i++) {
		int64_t amount = movements->before[i]->numbers[AMOUNT][at];
		if (amount == FIGURE_NONE)
			return false;
		*sum += amount;
	}
	return true;
}

/* Without its sign, and at most what a thousand percent of can be taken. */
static int64_t magnitude(int64_t amount)
{
	const int64_t most = INT64_MAX / 1024;

	amount = amount < 0 ? -amount : amount;
	return amount < most ? amount : most;
}

static bool unusual(const struct norm_table *norm, int64_t amount, int64_t sum)
{
	int64_t difference = magnitude(amount * MOVEMENT_MONTHS - sum), base = magnitude(sum);

	return difference * 100 > base * norm_integer(norm, 0, "percent", 0) &&
	       difference > MOVEMENT_MONTHS * norm_integer(norm, 0, "floor", 0);
}

struct finding {
	struct movements *movements;
	const struct posting *posting;
	int64_t amount, mean, place;
};

static void set_cell(struct view *view, const struct posting *posting)
{
	char *month = arena_alloc(view_arena(view), MONTH_TEXT);

	view_set_text(view, "customer", posting->customer);
	view_set_text(view, "month", month_text(posting->month, month));
}

static const char *subject(struct view *view, const char *customer)
{
	return arena_print(view_arena(view), "customer:%s", customer);
}

/* Is there an unusual month that nobody has explained? */
static enum result unexplained(
	struct view *view, const char *customer, bool *any, struct error *error)
{
	struct query *rows;
	enum result result;

	view_set_text(view, "customer", customer);
	if (view_query(view, MOVEMENTS_OPEN, NULL, &rows, error) != OK)
		return error->result;
	*any = rows_next(rows, &result, error);
	rows_end(rows);
	return result;
}

static enum result explains(
	struct view *view, const struct entry *entry, void *context, struct error *error)
{
	return view_duty_done(view, "revenue.movement", subject(view, context), entry, error);
}

/* Where all is explained, the last explanation has done the duty. */
static enum result settle(struct view *view, const char *customer, struct error *error)
{
	char *kept = arena_text(view_arena(view), customer);
	struct query *rows;
	enum result result;
	int64_t seq = 0;
	bool any = true;

	if (unexplained(view, customer, &any, error) != OK || any)
		return error->result;
	view_set_text(view, "customer", customer);
	if (view_query(view, EXPLAINED_LAST, NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		seq = rows_integer(rows, 0);
	rows_end(rows);
	return result == OK && seq ? view_entry(view, seq, explains, kept, error) : result;
}

enum result movement_explained(struct view *view, const struct entry *entry, struct error *error)
{
	if (view_exec(view, EXPLAINED_PUT, entry, error) != OK)
		return error->result;
	return settle(view, entry_text(entry, "customer"), error);
}

enum result movement_reexplained(struct view *view, const struct entry *before,
	const struct entry *after, struct error *error)
{
	if (view_exec(view, EXPLAINED_DROP, before, error) != OK ||
		(after->body && view_exec(view, EXPLAINED_PUT, after, error) != OK) ||
		settle(view, entry_text(before, "customer"), error) != OK)
		return error->result;
	return after->body ? settle(view, entry_text(after, "customer"), error) : OK;
}

/* Which customers of these postings, all of one page, are noted in its month already. */
static enum result load_noted(struct view *view, struct movements *movements,
	const struct page *page, const struct posting *postings, int count, struct error *error)
{
	char *month = arena_alloc(view_arena(view), MONTH_TEXT);
	struct query *rows;
	enum result result;

	memset(movements->noted, 0, sizeof(movements->noted));
	set_customers(view, postings, count);
	view_set_text(view, "month", month_text(page->month, month));
	if (view_query(view, MOVEMENTS_FIND, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error))
		movements->noted[rows_integer(rows, 0) % SEGMENT] = true;
	rows_end(rows);
	return result;
}

static bool *noted_of(struct movements *movements, const struct posting *posting)
{
	return &movements->noted[posting->ordinal % SEGMENT];
}

/* `entry` holds the row that counts. Months of the past ask nobody anything; what was asked
 * already goes on with the new figure. */
static enum result open_duty(
	struct view *view, const struct entry *entry, void *context, struct error *error)
{
	const struct finding *finding = context;
	bool recent = movement_recent(entry, finding->posting->month);
	bool *noted = noted_of(finding->movements, finding->posting);
	char *day = arena_alloc(view_arena(view), DAY_TEXT);

	if (!recent && !*noted)
		return OK;
	*noted = true;
	set_cell(view, finding->posting);
	view_set_integer(view, "seq", entry->seq);
	view_set_integer(view, "row", finding->place % ROWS_MOST);
	view_set_text(view, "day", day_text(month_last_day(finding->posting->month), day));
	view_set_integer(view, "amount", finding->amount);
	view_set_integer(view, "mean", finding->mean);
	if (view_exec(view, MOVEMENT_PUT, NULL, error) != OK || !recent)
		return error->result;
	if (view_duty_open(view, "revenue.movement", HOLDER_MANAGER,
		    subject(view, finding->posting->customer), 0, entry, error) != OK)
		return error->result;
	return settle(view, finding->posting->customer, error);
}

/* The month is no longer unusual: nobody has to explain it, unless another one is. */
static enum result take_back(struct view *view, struct movements *movements,
	const struct posting *posting, struct error *error)
{
	bool *noted = noted_of(movements, posting), others = false;

	if (!*noted)
		return OK;
	*noted = false;
	set_cell(view, posting);
	if (view_exec(view, MOVEMENT_DROP, NULL, error) != OK ||
		unexplained(view, posting->customer, &others, error) != OK || others)
		return error->result;
	return view_duty_cancel(view, "revenue.movement", subject(view, posting->customer),
		movements->entry, error);
}

static enum result judge(struct view *view, struct movements *movements, const struct page *page,
	const struct posting *posting, struct error *error)
{
	const struct entry *entry = movements->entry;
	int64_t at = posting->ordinal % SEGMENT, sum;
	int64_t amount = page->numbers[AMOUNT][at], place = page->numbers[POSTED][at];

	if (amount == FIGURE_NONE || !sum_before(movements, at, &sum) ||
		!unusual(movements->norm, amount, sum))
		return take_back(view, movements, posting, error);
	struct finding finding = { .movements = movements,
		.posting = posting,
		.amount = amount,
		.mean = sum / MOVEMENT_MONTHS,
		.place = place };
	if (place == FIGURE_NONE)
		finding.place = place_of(entry->seq, posting->row);
	int64_t seq = finding.place / ROWS_MOST;
	if (seq != entry->seq)
		return view_entry(view, seq, open_duty, &finding, error);
	return entry->body ? open_duty(view, entry, &finding, error) : OK;
}

enum result movements_judge(struct view *view, struct movements *movements, const struct page *page,
	const struct posting *postings, int count, struct error *error)
{
	bool recent = movement_recent(movements->entry, page->month), loaded = false;

	if (!movements->norm)
		return OK;
	if (load_noted(view, movements, page, postings, count, error) != OK)
		return error->result;
	for (int i = 0; i < count; i++) {
		if (!recent && !*noted_of(movements, &postings[i]))
			continue;
		if (!loaded && load_before(view, movements, page, error) != OK)
			return error->result;
		loaded = true;
		if (judge(view, movements, page, &postings[i], error) != OK)
			return error->result;
	}
	return OK;
}

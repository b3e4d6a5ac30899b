/*
 * The inside of the module revenue.
 *
 * Every customer that ever had a figure has an ordinal, in order of first appearance. 4,096
 * consecutive ordinals are a segment. What is known of one segment in one month stands in a
 * page: one column of numbers per thing known, each stored as one run of bytes up to its last
 * known number, in the least width (1, 2, 4 or 8 bytes) that holds all of them. FIGURE_NONE
 * stands where nothing is known.
 */
#ifndef REVENUE_REVENUE_H
#define REVENUE_REVENUE_H

#include "module.h"

enum { SEGMENT = 4096, ROWS_MOST = 8192, MOVEMENT_MONTHS = 3 };

enum column_of {
	AMOUNT,  /* what counts: the month's figure, else the sum of its lines */
	POSTED,  /* place of the month's figure */
	LINES,   /* sum of the lines */
	USERS,   /* users, as last said */
	COUNTED, /* place where they were said */
	COLUMNS
};

enum revenue_statement {
	FIND_CUSTOMER,
	FIND_CUSTOMERS,
	PUT_CUSTOMER,
	NAMES_LAST,
	NAMES_ALL,
	NAMES_PUT,
	PAGE_LOAD,
	PAGE_PUT,
	PAGE_DROP,
	MONTH_LOAD,
	MONTHS_LOAD,
	POST_PUT,
	POSTS_DROP,
	POSTS_TOUCHING,
	POSTS_OF_LINES,
	MOVEMENTS_FIND,
	MOVEMENT_PUT,
	MOVEMENT_DROP,
	MOVEMENTS_OPEN,
	EXPLAINED_PUT,
	EXPLAINED_DROP,
	EXPLAINED_LAST,
	ROWS_UNUSUAL,
};

struct page {
	int64_t segment;
	int month;
	int64_t numbers[COLUMNS][SEGMENT];
	bool changed[COLUMNS];
};

/* What one row says, and where it stands. */
struct posting {
	const char *customer;
	int64_t ordinal;
	int64_t seq, amount, users;
	int row, month, day;
	bool line;
	bool touched; /* its cell is to be made anew */
};

/* A row's place as one number. */
static inline int64_t place_of(int64_t seq, int row)
{
	return seq * ROWS_MOST + row;
}

/* roll.c: customers and their ordinals. */
struct roll {
	int64_t count;
	int64_t segment; /* of the last names; −1 before they were read */
	struct buffer names;
	bool changed;
};
void roll_open(struct roll *roll);
/* The ordinal of each posting's customer; a new one where it has none. */
enum result roll_ordinals(struct view *view, struct roll *roll, struct posting *postings, int count,
	struct error *error);
/* Write what is new; the roll may be closed by roll_close alone after a failure. */
enum result roll_save(struct view *view, struct roll *roll, struct error *error);
void roll_close(struct roll *roll);
/* −1 where the customer has never had a figure. */
enum result ordinal_find(
	struct view *view, const char *customer, int64_t *ordinal, struct error *error);
/* The same of each posting's customer, asked at one go. */
enum result ordinals_find(
	struct view *view, struct posting *postings, int count, struct error *error);
/* Let $customers name the customers of these postings, for the next statement. */
void set_customers(struct view *view, const struct posting *postings, int count);
/* Every customer by ordinal, in the view's arena. */
enum result names_load(struct view *view, const char ***names, int64_t *count, struct error *error);

/* pages.c */
enum result page_load(
	struct view *view, struct page *page, int64_t segment, int month, struct error *error);
enum result page_save(struct view *view, struct page *page, struct error *error);
void page_set(struct page *page, enum column_of column, int64_t ordinal, int64_t number);
/* Nothing is known of `count` numbers. */
void numbers_forget(int64_t *numbers, int64_t count);
/* The numbers of a row that has their width in `column` and their bytes in the next into `into`,
 * which has room for `most`. */
void numbers_take(int64_t *into, int64_t most, const struct query *rows, int column);
/* One column of a whole month; `numbers` has `count` places, one an ordinal. */
enum result month_load(struct view *view, int month, enum column_of column, int64_t *numbers,
	int64_t count, struct error *error);

/* posting.c */
bool posting_at(const struct entry *entry, int row, struct posting *posting);
enum result posting_project(struct view *view, const struct entry *entry, struct error *error);
enum result posting_refold(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error);
/* Hand every row of a table whose customer has figures to `each`, beside the page of its cell. */
enum result postings_beside(struct view *view, const struct entry *entry,
	void (*each)(void *context, const struct page *page, const struct posting *posting),
	void *context, struct error *error);
enum result posting_unchanged(
	struct view *view, const struct entry *entry, bool *same, struct error *error);

/* movement.c */
struct movements {
	const struct norm_table *norm;
	const struct entry *entry;
	struct page *before[MOVEMENT_MONTHS]; /* of the months before, newest first */
	bool noted[SEGMENT];                  /* as unusual already, in the page at hand */
};
/* Is the month one that is still being posted when the entry is recorded? */
bool movement_recent(const struct entry *entry, int month);
/* Open or take back the duty for the cells of `page` that these postings name. */
enum result movements_judge(struct view *view, struct movements *movements, const struct page *page,
	const struct posting *postings, int count, struct error *error);

/* Fold an explanation; fold it again after it was put right or taken back. */
enum result movement_explained(struct view *view, const struct entry *entry, struct error *error);
enum result movement_reexplained(struct view *view, const struct entry *before,
	const struct entry *after, struct error *error);

/* evidence.c */
enum result scan_amount(struct view *view, const struct scope *scope, struct evidence_sink *sink,
	struct error *error);
enum result scan_customers(struct view *view, const struct scope *scope, struct evidence_sink *sink,
	struct error *error);
enum result scan_users(struct view *view, const struct scope *scope, struct evidence_sink *sink,
	struct error *error);
enum result revenue_standing(struct view *view, const struct entry *entry, struct error *error);
enum result revenue_monthly(
	struct view *view, int from, int to, struct monthly_sink *sink, struct error *error);

#endif

/*
 * A province over the years, to fill a book with.
 *
 * Every manager looks after 25 customers and writes five entries a working day: visits with what
 * is promised and asked for, plans, contacts, contracts, now and then a correction. The office
 * posts the month's revenue of every customer, makes lists and hands customers over. Time passes
 * with it: days open, duties fall due, tiers are closed. What is done is done in good time as a
 * rule, so that a manager's customers and open duties stay as many while the entries grow.
 *
 * The same beginning makes the same entries. All that is still to come stands in the province,
 * which can be kept in a file beside the book and taken up again.
 */
#ifndef BENCH_PROVINCE_H
#define BENCH_PROVINCE_H

#include "bench.h"

enum {
	OWN_CUSTOMERS = 25, /* of one manager: rank 0 is visited most, rank 24 hardly */
	DAILY = 5,          /* entries of a manager on a working day */
	YEARLY = 1300,      /* and about that many in a year, the office's share included */
	TEAM = 10,          /* managers */
	TEAMS = 8,          /* of a city */
	CONTRACTS = 3,
};

struct province_customer {
	int manager, rank;
	int promise_day, need_day, plan_day, explain_day; /* when it will be done; 0: nothing is */
	int need_owner, explain_month;
	int until[CONTRACTS];
	char promise[ID_TEXT], need[ID_TEXT], visit[ID_TEXT]; /* "" for none */
};

struct province {
	uint64_t chance;
	int managers, day;
	int done, work; /* entries of the day */
	struct province_customer *customers;
	int *own; /* customers of the managers, by rank */
};

/* Time that went into opening days, by itself. */
struct midnights {
	int64_t count, total_ns, longest_ns;
};

/* Norms, units, people, customers with their managers and contracts: all before the first day. */
void province_found(struct province *province, struct bench_book *book, int managers);
/* Go on until the book has `entries`, `batch` a commit. Each midnight and each paper of the office
 * is a batch of its own. */
void province_work(struct province *province, struct bench_book *book, int64_t entries, int batch,
	struct midnights *midnights);
void province_save(const struct province *province, const char *path);
/* False where there is no such file. */
bool province_load(struct province *province, const char *path);
void province_release(struct province *province);

/* The name of "C000123". */
enum { PROVINCE_NAME = 96 };
void province_customer_name(int number, char name[PROVINCE_NAME]);
/* "C000123", "m12"; the team of a manager, its city. */
int province_customers(const struct province *province);
const char *province_unit(char text[16], char letter, int number);

#endif

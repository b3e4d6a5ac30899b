/* What the parts of the sample organisation's story share. */
#ifndef APP_DEMO_STORY_H
#define APP_DEMO_STORY_H

#include "app/demo.h"
#include "app/demo_dice.h"
#include "app/demo_names.h"

enum { DEMO_CITIES = 6, DEMO_LATER = 40, DEMO_CODE = 24 };

enum demo_tier { DIAMOND, GOLD, SILVER, BRONZE };

struct demo_customer {
	char code[DEMO_CODE];
	int city;
	bool industry;    /* 行业客户; else 商企客户 */
	int64_t base_fen; /* a month's revenue at the beginning of 2025 */
	int users;
	enum demo_tier tier;
	int manager;        /* index of a person */
	int joined, left;   /* days; left INT_MAX while a customer */
	int visited_period; /* last period for which a visit was decided */
	bool listed;        /* on the province's list */
	int contract_until; /* last day of its contracts */
	unsigned products;  /* which of the catalogue it has, a bit each */
	int firm;           /* number of its name … */
	bool state;         /* … among organisations of the state, or firms */
};

struct demo_person_row {
	char id[DEMO_CODE];
	char name[DEMO_NAME];
	int city; /* −1: the province */
	bool manager, industry;
};

/* An act that follows from an earlier one, on a later day. */
struct demo_later {
	int day;
	int64_t at;
	const char *kind, *author;
	json_t *body;
};

struct story {
	struct ledger *ledger;
	struct session session;
	struct dice dice; /* of the story; salts have their own */
	struct dice salts;
	int64_t as_of;
	int first_day;
	struct demo_customer *customers;
	int customer_count;
	struct demo_person_row *people;
	int people_count, office, first_manager, manager_count, known;
	struct demo_later *later; /* unsorted: those of a day are taken out on it */
	int later_count, later_allocated;
	int64_t entries;
};

/* Append one entry by `author` ("" the operator) at `at`; takes the body. A refusal is a fault
 * of the story and comes back as REFUSED. `id` may be NULL. */
enum result story_put(struct story *story, const char *kind, const char *author, int64_t at,
	json_t *body, char id[ID_TEXT], struct error *error);
/* Keep an act for a later day; takes the body. */
void story_later(struct story *story, int day, const char *kind, const char *author, int64_t at,
	json_t *body);
/* An instant in working hours of a day, different at each call. */
int64_t story_instant(struct story *story, int day);
bool story_workday(struct story *story, int day);
/* A first workday on or after `day`. */
int story_next_workday(struct story *story, int day);

const char *demo_city_unit(int city);
const char *demo_city_name(int city);
const char *demo_tier_code(enum demo_tier tier);

/* demo_people.c */
enum result demo_organise(struct story *story, enum demo_size size, struct error *error);
/* demo_products.c */
void demo_products_plan(struct story *story, struct demo_customer *customer);
/* Enter the customer's contracts, until its contract_until: signing one on moves its end. */
enum result demo_products_put(
	struct story *story, const struct demo_customer *customer, int64_t at, struct error *error);
/* demo_customers.c */
void demo_customers_plan(struct story *story, enum demo_size size);
enum result demo_customer_open(struct story *story, int index, int day, struct error *error);
enum result demo_lists(struct story *story, int day, struct error *error);
enum result demo_revenue(struct story *story, int day, struct error *error);
/* demo_work.c */
enum result demo_work_day(struct story *story, int day, struct error *error);

#endif

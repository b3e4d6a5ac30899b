/*
 * The inside of the module tier: its statements, and what a close decides.
 */
#ifndef TIER_TIER_H
#define TIER_TIER_H

#include "module.h"

/* Best first, as the choices are. */
enum { DIAMOND, GOLD, SILVER, BRONZE, TIERS };
enum { WINDOW_MOST = 12 };
extern const char *const tier_names[]; /* ends with NULL */

enum tier_statement {
	CUSTOMER_PUT,
	ALIAS_PUT,
	ALIAS_DROP,
	PRODUCT_PUT,
	PRODUCT_END,
	OVERRIDE_PUT,
	OVERRIDES_ENDED,
	NOW_COUNT,
	NOW_ALL,
	NOW_PUT,
	CHANGE_PUT,
	CLOSE_PUT,
	CLOSE_LAST,
	CLASS_OF,
	CLASSES,
	CLASS_NAMES,
	CLASS_PAGE,
	WHY_OVERRIDE,
	WHY_CHANGE,
	WHY_NOW,
	WHY_DIMENSIONS,
	ROWS_DIAMOND,
	ROWS_GOLD,
	ROWS_SILVER,
	ROWS_BRONZE,
	ROWS_UP,
	ROWS_DOWN,
	ROWS_MOBILE,
	ROWS_FIXED,
	ROWS_INDUSTRY,
	ROWS_MIXED,
	ROWS_IDLE,
	ROWS_OF_INDUSTRY,
	ROWS_OF_BUSINESS,
};

/* The number of a tier by its name; −1 where there is none. */
int tier_number(const char *name);

/* rating.c: from a window of months to a tier, and the parts of why. */
enum rule { RULE_REVENUE, RULE_USERS, RULE_REST, RULE_NONE };
extern const char *const rule_names[];
struct rating {
	int tier;
	enum rule rule;
	int64_t value;     /* mean revenue a month, or users; FIGURE_NONE where nothing is known */
	int64_t threshold; /* what it reached, or FIGURE_NONE */
};
/* `months` figures, the last of the month that is closed. */
struct rating rating_of(const struct norm_table *thresholds, const int64_t *amounts,
	const int64_t *users, int months);

/* closing.c */
/* The month closed last; 0 where none has been. */
enum result closing_last(struct view *view, int *month, struct error *error);
/* Has anybody a figure in this month? */
enum result closing_has_figures(struct view *view, int month, bool *has, struct error *error);
/* Rate every customer for `month`; `entry` is the cause. */
enum result closing_run(
	struct view *view, int month, const struct entry *entry, struct error *error);
/* The norm's number, or what holds where no norm says. */
int64_t rule_number(const struct norm_table *rules, const char *column, int64_t otherwise);

/* why.c */
enum result tier_explain(struct view *view, const char *type, const char *id, int day,
	struct reason_sink *sink, struct error *error);

#endif

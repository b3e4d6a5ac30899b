/* One customer's tier from its figures: the better of the revenue rule and the users rule. */
#include "tier.h"

const char *const rule_names[] = { "revenue", "users", "rest", "none", NULL };

struct window {
	int64_t sum, known; /* revenue, and months that have it */
	int64_t users;      /* the newest said */
};

static struct window window_of(const int64_t *amounts, const int64_t *users, int months)
{
	struct window window = { .users = FIGURE_NONE };

	for (int i = 0; i < months; i++) {
		if (amounts[i] != FIGURE_NONE) {
			window.sum += amounts[i];
			window.known++;
		}
		if (users[i] != FIGURE_NONE)
			window.users = users[i];
	}
	return window;
}

/* Rounded down, so that what is shown never reaches a threshold that was not reached. */
static int64_t mean(const struct window *window)
{
	if (!window->known)
		return FIGURE_NONE;
	int64_t quotient = window->sum / window->known;

	return quotient - (window->sum % window->known < 0);
}

struct rating rating_of(const struct norm_table *thresholds, const int64_t *amounts,
	const int64_t *users, int months)
{
	struct window window = window_of(amounts, users, months);
	struct rating rating = { .value = mean(&window) };

	for (int tier = DIAMOND; tier < TIERS; tier++) {
		int row = norm_find(thresholds, "tier", tier_names[tier], 0);
		if (row < 0)
			continue;
		int64_t least = norm_integer(thresholds, row, "revenue", FIGURE_NONE);
		int64_t heads = norm_integer(thresholds, row, "users", FIGURE_NONE);
		rating.tier = tier;
		rating.rule = RULE_REVENUE;
		rating.threshold = least;
		if (least != FIGURE_NONE && window.known && window.sum >= least * window.known)
			return rating;
		if (heads != FIGURE_NONE && window.users != FIGURE_NONE && window.users >= heads)
			return (struct rating){ tier, RULE_USERS, window.users, heads };
	}
	rating.tier = BRONZE;
	rating.rule = window.known ? RULE_REST : RULE_NONE;
	rating.threshold = FIGURE_NONE;
	return rating;
}

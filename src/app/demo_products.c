/* What a customer buys: 纯移动 41 %, 纯数固 27 %, 纯行业应用 6 %, 综合 26 %. */
#include "app/demo_story.h"

#include <stdio.h>

static const struct {
	const char *product, *line;
	int permille; /* of the customer's revenue */
} catalogue[] = { { "group-mobile", "mobile", 400 }, { "leased-line", "fixed", 400 },
	{ "cloud-monitoring", "industry", 200 } };

void demo_products_plan(struct story *story, struct demo_customer *customer)
{
	int place = dice_below(&story->dice, 100);

	customer->products = place < 41 ? 1u : place < 68 ? 2u : place < 74 ? 4u : 3u;
	if (place >= 90)
		customer->products = 7u;
}

enum result demo_products_put(
	struct story *story, const struct demo_customer *customer, int64_t at, struct error *error)
{
	char from[DAY_TEXT], until[DAY_TEXT], contract[64];
	enum result result = OK;

	day_text(customer->joined - 200, from);
	day_text(customer->contract_until, until);
	for (size_t i = 0; result == OK && i < COUNT_OF(catalogue); i++) {
		if (!(customer->products >> i & 1))
			continue;
		snprintf(contract, sizeof(contract), "%s-%zu-%d", customer->code, i + 1,
			civil_from_day(customer->joined).year);
		result = story_put(story, "customer.product", story->people[customer->manager].id,
			at + (int64_t)i * MINUTE_MS,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "customer", customer->code,
				"product", catalogue[i].product, "line", catalogue[i].line,
				"contract", contract, "from", from, "until", until, "monthly",
				(json_int_t)(customer->base_fen * catalogue[i].permille / 1000)),
			NULL, error);
	}
	return result;
}

/* Customers, their products and contacts, the lists, and a month's revenue. */
#include "app/demo_story.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POST_ROWS = 2000 };

const char *demo_tier_code(enum demo_tier tier)
{
	static const char *const codes[] = { "diamond", "gold", "silver", "bronze" };

	return codes[tier];
}

static int city_of(struct story *story)
{
	static const int upto[DEMO_CITIES] = { 34, 54, 70, 82, 92, 100 };
	int place = dice_below(&story->dice, 100), city = 0;

	while (place >= upto[city])
		city++;
	return city;
}

/* A manager of the customer's city and line, the least loaded first by turns. */
static int manager_of(struct story *story, int city, bool industry, int *turn)
{
	for (int tries = 0; tries < story->manager_count; tries++) {
		int index = story->first_manager + (*turn)++ % story->manager_count;
		const struct demo_person_row *person = &story->people[index];
		if (person->city == city && person->industry == industry)
			return index;
	}
	return story->first_manager + city % story->manager_count;
}

/* Revenue by the quantiles of a log-normal (median 2,585 元, σ 1.7), shuffled: the tiers then
 * come out as a province's do, whatever the seed. */
static void revenues(struct story *story)
{
	int count = story->customer_count;

	for (int i = 0; i < count; i++) {
		double z = normal_quantile((i + 0.5) / count);
		story->customers[i].base_fen = (int64_t)(258500.0 * exact_exp(1.7 * z));
		story->customers[i].base_fen = story->customers[i].base_fen / 100 * 100;
	}
	for (int i = count - 1; i > 0; i--) {
		int other = dice_below(&story->dice, i + 1);
		int64_t kept = story->customers[i].base_fen;
		story->customers[i].base_fen = story->customers[other].base_fen;
		story->customers[other].base_fen = kept;
	}
}

static enum demo_tier tier_of(int64_t fen)
{
	return fen >= 10000000 ? DIAMOND : fen >= 3000000 ? GOLD : fen >= 500000 ? SILVER : BRONZE;
}

void demo_customers_plan(struct story *story, enum demo_size size)
{
	static const int counts[] = { 60, 2400, 96000 };
	int turns[DEMO_CITIES * 2] = { 0 }, state = 0, firms = 0;

	story->customer_count = counts[size];
	story->customers = calloc((size_t)counts[size], sizeof(*story->customers));
	must(story->customers != NULL);
	revenues(story);
	for (int i = 0; i < story->customer_count; i++) {
		struct demo_customer *customer = &story->customers[i];
		snprintf(customer->code, sizeof(customer->code), "QY%06d", i + 1);
		customer->city = city_of(story);
		customer->industry = dice_of(&story->dice, 258);
		customer->tier = tier_of(customer->base_fen);
		customer->users = (int)(customer->base_fen / 6000) + dice_below(&story->dice, 12);
		customer->joined = dice_of(&story->dice, 60)
					   ? story->first_day + 30 + dice_below(&story->dice, 600)
					   : story->first_day;
		customer->left = dice_of(&story->dice, 45) && customer->tier == BRONZE
					 ? customer->joined + 60 + dice_below(&story->dice, 700)
					 : INT_MAX;
		customer->manager = manager_of(story, customer->city, customer->industry,
			&turns[customer->city * 2 + customer->industry]);
		customer->visited_period = -1;
		customer->state = customer->industry && dice_of(&story->dice, 600);
		customer->firm = customer->state ? state++ : firms++;
		demo_products_plan(story, customer);
		customer->contract_until = customer->joined + 120 + dice_below(&story->dice, 900);
	}
}

/* ------------------------------------------------------------------ opening one */

static enum result contacts_put(struct story *story, const struct demo_customer *customer, int day,
	int index, struct error *error)
{
	static const char *const posts[] = { "分管副总", "信息科长", "行政主管", "财务经理" };
	static const char *const roles[] = { "decider", "technical", "contact", "finance" };
	char name[DEMO_NAME], phone[24], person[16];
	int count = customer->tier <= GOLD ? 3 : 1;

	for (int i = 0; i < count; i++) {
		demo_person(index * 7 + i * 131 + 400, name);
		snprintf(phone, sizeof(phone), "1990000%04d", (index * 3 + i) % 10000);
		snprintf(person, sizeof(person), "P%d", i + 1);
		if (story_put(story, "customer.person", story->people[customer->manager].id,
			    day_start(day) + 11 * HOUR_MS + dice_below(&story->dice, 3600000),
			    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "customer",
				    customer->code, "person", person, "name", name, "phone", phone,
				    "post", posts[i], "role", roles[i], "consent", 1),
			    NULL, error) != OK)
			return error->result;
	}
	return OK;
}

enum result demo_customer_open(struct story *story, int index, int day, struct error *error)
{
	const struct demo_customer *customer = &story->customers[index];
	char name[DEMO_NAME], section[2], since[DAY_TEXT], from[DAY_TEXT];
	int64_t at = day_start(day) + 9 * HOUR_MS + dice_below(&story->dice, 3600000);

	demo_firm(customer->firm, demo_city_name(customer->city), customer->state, name, section);
	if (story_put(story, "customer", story->people[story->office].id, at,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "code", customer->code, "name",
			    name, "category", customer->industry ? "industry" : "business",
			    "section", section, "unit", demo_city_unit(customer->city), "since",
			    day_text(customer->joined - dice_below(&story->dice, 2500), since)),
		    NULL, error) != OK)
		return error->result;
	if (story_put(story, "roster.assigned", story->people[story->office].id, at + 1,
		    json_pack("{s:s, s:s, s:s, s:s}", "customer", customer->code, "staff",
			    story->people[customer->manager].id, "role", "principal", "from",
			    day_text(day, from)),
		    NULL, error) != OK)
		return error->result;
	if (demo_products_put(story, customer, at + HOUR_MS, error) != OK)
		return error->result;
	return customer->tier == BRONZE && !dice_of(&story->dice, 300)
		       ? OK
		       : contacts_put(story, customer, day, index, error);
}

/* ------------------------------------------------------------------ lists */

static const struct demo_customer *sort_base;

static int richest_first(const void *a, const void *b)
{
	const struct demo_customer *x = &sort_base[*(const int *)a],
				   *y = &sort_base[*(const int *)b];

	if (x->base_fen != y->base_fen)
		return x->base_fen < y->base_fen ? 1 : -1;
	return *(const int *)a - *(const int *)b;
}

static enum result list_put(struct story *story, int day, const char *list, const char *level,
	const char *grade, const char *name, const int *order, int count, struct error *error)
{
	char effective[DAY_TEXT], id[ID_TEXT];
	json_t *rows = json_array();
	int64_t at = day_start(day) + 14 * HOUR_MS + dice_below(&story->dice, 600000);
	int year = civil_from_day(day).year;

	for (int i = 0; i < count; i++)
		json_array_append_new(rows, json_pack("[s]", story->customers[order[i]].code));
	if (story_put(story, "roster.listed", story->people[story->office].id, at,
		    json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:[s], s:o}", "list", list, "level",
			    level, "grade", grade, "name", name, "version", year - 2024,
			    "effective", day_text(day, effective), "columns", "customer", "rows",
			    rows),
		    id, error) != OK)
		return error->result;
	return story_put(story, "entry.approved", story->people[0].id, at + HOUR_MS,
		json_pack("{s:s}", "entry", id), NULL, error);
}

/* A city lists its own diamonds and golds, some of them on the province's list too. */
static enum result city_list(
	struct story *story, int day, int city, const int *order, int count, struct error *error)
{
	int *members = calloc((size_t)count + 1, sizeof(*members)), taken = 0;
	char name[DEMO_NAME], list[40];

	must(members != NULL);
	for (int i = 0; i < count && taken < POST_ROWS; i++) {
		const struct demo_customer *customer = &story->customers[order[i]];
		if (customer->city == city && customer->tier <= GOLD)
			members[taken++] = order[i];
	}
	snprintf(name, sizeof(name), "%d年%s市级大客户名单", civil_from_day(day).year,
		demo_city_name(city));
	snprintf(list, sizeof(list), "city.%s", demo_city_unit(city));
	enum result result =
		taken ? list_put(story, day, list, "city", "major", name, members, taken, error)
		      : OK;
	free(members);
	return result;
}

/* The richest, but for a few that give way to the next each year, so that a list changes. */
enum result demo_lists(struct story *story, int day, struct error *error)
{
	int year = civil_from_day(day).year, listed, core, taken = 0;
	int *order = calloc((size_t)story->customer_count, sizeof(*order));
	char name[DEMO_NAME];

	must(order != NULL);
	for (int i = 0; i < story->customer_count; i++)
		order[i] = i;
	sort_base = story->customers;
	qsort(order, (size_t)story->customer_count, sizeof(*order), richest_first);
	for (int i = 0; i < story->customer_count; i++) {
		const struct demo_customer *customer = &story->customers[order[i]];
		story->customers[order[i]].listed = false;
		if (customer->joined > story->first_day || customer->left != INT_MAX ||
			(year > 2025 && i % 41 == 40))
			continue;
		order[taken++] = order[i];
	}
	listed = story->customer_count >= 2400 ? 128 * (story->customer_count / 2400)
					       : story->customer_count / 5;
	core = listed * 60 / 128;
	for (int i = 0; i < listed; i++)
		story->customers[order[i]].listed = true;
	snprintf(name, sizeof(name), "%d年省级大客户名单", year);
	enum result result = OK;
	if (listed <= 5000)
		result = list_put(story, day, "province.major", "province", "major", name, order,
			listed, error);
	snprintf(name, sizeof(name), "%d年省级核心客户名单", year);
	if (result == OK && core <= 5000)
		result = list_put(
			story, day, "province.core", "province", "core", name, order, core, error);
	for (int city = 0; result == OK && city < DEMO_CITIES; city++)
		result = city_list(story, day, city, order, taken, error);
	free(order);
	return result;
}

/* ------------------------------------------------------------------ revenue */

static void explain_later(
	struct story *story, const struct demo_customer *customer, int month, bool less)
{
	char text[MONTH_TEXT];
	int day =
		story_next_workday(story, month_last_day(month) + 7 + dice_below(&story->dice, 5));

	if (dice_of(&story->dice, 140))
		return;
	story_later(story, day, "revenue.explained", story->people[customer->manager].id, 0,
		json_pack("{s:s, s:s, s:s}", "customer", customer->code, "month",
			month_text(month, text), "reason",
			less ? "分厂停产检修，专线降速，下月恢复" : "补收上季度流量费，一次性"));
}

static int64_t revenue_of(struct story *story, const struct demo_customer *customer, int month)
{
	static const int season[] = { 94, 86, 102, 99, 100, 101, 98, 99, 103, 97, 106, 115 };
	int years = month / 12 - 2025;
	int noise = 900 + dice_below(&story->dice, 201);
	int64_t fen = customer->base_fen;

	/* One in three hundred has a month out of the ordinary; most are explained. */
	if (dice_of(&story->dice, 3)) {
		bool less = dice_of(&story->dice, 500);
		noise = less ? 420 : 1900;
		explain_later(story, customer, month, less);
	}
	for (int i = 0; i < years; i++)
		fen = fen * 105 / 100;
	return fen * season[month % 12] / 100 * noise / 1000;
}

/* The month before `day`, in tables of at most POST_ROWS. */
enum result demo_revenue(struct story *story, int day, struct error *error)
{
	int month = day_month(day) - 1, part = 0;
	char text[MONTH_TEXT];
	json_t *rows = json_array();
	enum result result = OK;

	month_text(month, text);
	for (int i = 0; result == OK && i <= story->customer_count; i++) {
		const struct demo_customer *customer = &story->customers[i];
		bool last = i == story->customer_count;
		if (!last && customer->joined <= month_last_day(month) &&
			customer->left > month_first_day(month))
			json_array_append_new(
				rows, json_pack("[s, s, I, i]", customer->code, text,
					      (json_int_t)revenue_of(story, customer, month),
					      customer->users));
		if (!json_array_size(rows) || (!last && json_array_size(rows) < POST_ROWS))
			continue;
		result = story_put(story, "revenue.posted", story->people[story->office].id,
			day_start(day) + 15 * HOUR_MS + part++ * MINUTE_MS,
			json_pack("{s:s, s:s, s:[s, s, s, s], s:o}", "basis", "month", "source",
				"出账系统", "columns", "customer", "month", "amount", "users",
				"rows", rows),
			NULL, error);
		rows = json_array();
	}
	json_decref(rows);
	return result;
}

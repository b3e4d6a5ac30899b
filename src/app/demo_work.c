/* A day's work: visits with what they lead to, handovers, corrections, plans. */
#include "app/demo_story.h"
#include "calendar/period.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------ visits */

static struct period period_for(const struct demo_customer *customer, int day)
{
	static const enum period_kind kinds[] = { PERIOD_MONTH, PERIOD_MONTH, PERIOD_QUARTER,
		PERIOD_HALF_YEAR };

	return period_of(day, kinds[customer->tier]);
}

/* On which day of the period the visit is made; 0 where it is not. Two in five fall in the last
 * week, as they do. */
static int visit_day(
	struct story *story, const struct demo_customer *customer, const struct period *period)
{
	static const int done[] = { 930, 880, 810, 700 };
	int length = period->last_day - period->first_day + 1, day;

	if (!dice_of(&story->dice, done[customer->tier]))
		return 0;
	if (dice_of(&story->dice, 400))
		day = period->last_day - dice_below(&story->dice, 7);
	else
		day = period->first_day + dice_below(&story->dice, length);
	day = story_next_workday(story, day);
	if (day > period->last_day)
		day = period->last_day;
	while (day >= period->first_day && !story_workday(story, day))
		day--;
	return day < period->first_day ? 0 : day;
}

static void need_later(
	struct story *story, const struct demo_customer *customer, int day, struct error *error)
{
	const char *author = story->people[customer->manager].id;
	char id[ID_TEXT];

	if (story_put(story, "visit.need", author, story_instant(story, day),
		    json_pack("{s:s, s:s}", "customer", customer->code, "need",
			    demo_need(&story->dice)),
		    id, error) != OK ||
		dice_of(&story->dice, 70))
		return;
	int answered = story_next_workday(
		story, day + 1 + dice_below(&story->dice, dice_of(&story->dice, 900) ? 5 : 20));
	story_later(story, answered, "visit.answered", author, 0,
		json_pack("{s:s, s:s}", "need", id, "answer", demo_answer(&story->dice)));
}

static enum result visit_put(
	struct story *story, const struct demo_customer *customer, int day, struct error *error)
{
	static const char *const ways[] = { "visit", "visit", "visit", "phone", "online" };
	const char *author = story->people[customer->manager].id;
	bool promises = dice_of(&story->dice, 250);
	char id[ID_TEXT], due[DAY_TEXT];
	json_t *body = json_pack("{s:s, s:s, s:s}", "customer", customer->code, "observation",
		demo_observation(&story->dice), "way", ways[dice_below(&story->dice, 5)]);
	int until = day + 3 + dice_below(&story->dice, 13);

	if (promises) {
		json_object_set_new(body, "promise", json_string(demo_promise(&story->dice)));
		json_object_set_new(body, "promise_due", json_string(day_text(until, due)));
	}
	if (story_put(story, "visit.made", author, story_instant(story, day), body, id, error) !=
		OK)
		return error->result;
	if (promises && !dice_of(&story->dice, 50)) {
		bool late = dice_of(&story->dice, 75);
		int kept = late ? until + 1 + dice_below(&story->dice, 4)
				: day + 1 + dice_below(&story->dice, until - day);
		story_later(story, kept, "visit.kept", author, 0,
			json_pack("{s:s, s:s, s:s}", "customer", customer->code, "promise", id,
				"result", "已办好，客户确认"));
	}
	if (dice_of(&story->dice, 120))
		need_later(story, customer, day, error);
	return error->result;
}

/* At the beginning of its period each customer's visit is decided and put off to its day. */
static enum result visits(struct story *story, int day, struct error *error)
{
	for (int i = 0; i < story->customer_count; i++) {
		struct demo_customer *customer = &story->customers[i];
		if (customer->joined > day || customer->left <= day)
			continue;
		struct period period = period_for(customer, day);
		if (customer->visited_period != period.first_day) {
			customer->visited_period = period.first_day;
			int chosen = visit_day(story, customer, &period);
			if (chosen >= day)
				story_later(story, chosen, "visit.made", NULL, i, NULL);
		}
	}
	return error->result;
}

/* ------------------------------------------------------------------ the odd things */

/* Two customers of the province's list without a manager for one day in March 2026. */
static enum result unassigned(struct story *story, int day, struct error *error)
{
	struct civil civil = civil_from_day(day);
	const char *office = story->people[story->office].id;
	char text[DAY_TEXT];
	int found = 0;

	if (civil.year != 2026 || civil.month != 3 || (civil.day != 17 && civil.day != 18))
		return OK;
	for (int i = 0; found < 2 && i < story->customer_count; i++) {
		const struct demo_customer *customer = &story->customers[i];
		if (!customer->listed || customer->left != INT_MAX)
			continue;
		found++;
		day_text(day, text);
		json_t *body =
			civil.day == 17
				? json_pack("{s:s, s:s, s:s}", "customer", customer->code, "day",
					  text, "reason", "原客户经理调岗，接手人未定")
				: json_pack("{s:s, s:s, s:s, s:s}", "customer", customer->code,
					  "staff", story->people[customer->manager].id, "role",
					  "principal", "from", text);
		if (story_put(story, civil.day == 17 ? "roster.released" : "roster.assigned",
			    office, story_instant(story, day), body, NULL, error) != OK)
			return error->result;
	}
	return OK;
}

static enum result hand_over(
	struct story *story, struct demo_customer *customer, int to, int day, struct error *error)
{
	char text[DAY_TEXT];

	customer->manager = to;
	return story_put(story, "roster.handed_over", story->people[story->office].id,
		story_instant(story, day),
		json_pack("{s:s, s:s, s:s, s:b, s:b, s:b}", "customer", customer->code, "to",
			story->people[to].id, "day", day_text(day, text), "contacts", 1, "promises",
			1, "contracts", 1),
		NULL, error);
}

/* 周岚 moves from 砚城 to 望溪 in February 2026; a colleague takes her customers over, and she
 * takes over some of 望溪's. */
static enum result post_change(struct story *story, int day, struct error *error)
{
	struct civil civil = civil_from_day(day);
	const char *office = story->people[story->office].id;
	char text[DAY_TEXT];
	int from = -1, heir = -1, taken = 0;

	if (civil.year != 2026 || civil.month != 2 || civil.day != 9)
		return OK;
	for (int i = story->first_manager; i < story->first_manager + story->manager_count; i++) {
		const struct demo_person_row *person = &story->people[i];
		if (strcmp(person->id, "zhou") == 0)
			from = i;
		else if (from >= 0 && heir < 0 && person->city == story->people[from].city)
			heir = i;
	}
	if (from < 0 || heir < 0)
		return OK;
	day_text(day, text);
	for (int i = 0; i < story->customer_count; i++) {
		struct demo_customer *customer = &story->customers[i];
		int to = customer->manager == from ? heir : from;
		bool moves = customer->manager == from ||
			     (customer->city == 2 && customer->industry && taken < 26 && i % 2);
		if (!moves || customer->joined > day || customer->left <= day)
			continue;
		taken += to == from;
		if (hand_over(story, customer, to, day, error) != OK)
			return error->result;
	}
	story->people[from].city = 2;
	return story_put(story, "org.post", office, story_instant(story, day),
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "staff", "zhou", "unit", demo_city_unit(2),
			"role", "manager", "title", "商企客户经理", "from", text),
		NULL, error);
}

/* Contracts that end are renewed, most of them, some weeks before. */
static enum result renewals(struct story *story, int day, struct error *error)
{
	for (int i = 0; i < story->customer_count; i++) {
		struct demo_customer *customer = &story->customers[i];
		if (customer->contract_until - 20 != day || customer->left <= day ||
			customer->joined > day || !dice_of(&story->dice, 880))
			continue;
		customer->contract_until += 365;
		if (demo_products_put(story, customer, story_instant(story, day), error) != OK)
			return error->result;
	}
	return OK;
}

struct demo_plan {
	const char *item, *measure;
	int target, done;
	const char *note;
};

/* A plan for the coming year by `staff`, for the province where `unit`; judged in November. */
static enum result plan_put(struct story *story, int day, const char *staff, bool unit,
	const struct demo_plan *plan, struct error *error)
{
	char id[ID_TEXT], due[DAY_TEXT], period[16];
	int year = civil_from_day(day).year + 1;
	int end = day_from_civil((struct civil){ year, 11, 20 });

	snprintf(period, sizeof(period), "%d年", year);
	json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s}", "staff", staff, "period", period,
		"item", plan->item, "measure", plan->measure, "target", plan->target, "due",
		day_text(end, due));
	if (unit)
		json_object_set_new(body, "unit", json_string("9900"));
	if (story_put(story, "plan.made", staff, story_instant(story, day), body, id, error) == OK)
		story_later(story, end - 2, "plan.judged", staff, 0,
			json_pack("{s:s, s:b, s:s}", "plan", id, "done", plan->done, "note",
				plan->note));
	return error->result;
}

/* Plans for the coming year, and what became of last year's. */
static enum result plans(struct story *story, int day, struct error *error)
{
	static const struct demo_plan office[] = {
		{ "省级名单客户年内走访不漏户", "visit.customers", 1800, 1, "按月核对，已做到" },
		{ "对客户的承诺按期兑现率达到九成", "visit.promises_kept", 900, 0,
			"年中人员变动，两个地市低于九成" },
		{ "客户需求五个工作日内有答复，不再拖到下月", "visit.needs_on_time", 850, 1,
			"每周一清理一次，已做到" }
	};
	static const struct demo_plan own[] = { { "所管客户半年内全部走访一遍", "visit.customers",
							20, 1, "已走访一遍" },
		{ "答应客户的事当天记下，不再漏", "visit.promises_kept", 950, 0,
			"有几项晚了几天，明年改" } };
	static const char *const people[] = { "zhou", "chen" };
	struct civil civil = civil_from_day(day);

	if (civil.month != 12 || civil.day != 26)
		return OK;
	for (size_t i = 0; i < COUNT_OF(office); i++) {
		if (plan_put(story, day, story->people[0].id, true, &office[i], error) != OK)
			return error->result;
	}
	for (size_t i = 0; i < COUNT_OF(people) * COUNT_OF(own); i++) {
		if (plan_put(story, day, people[i / COUNT_OF(own)], false, &own[i % COUNT_OF(own)],
			    error) != OK)
			return error->result;
	}
	return OK;
}

/* The office's papers of 2026, to be signed for by every manager. */
static enum result documents(struct story *story, int day, struct error *error)
{
	static const struct {
		int month, day;
		const char *number, *title, *text;
	} papers[] = { { 1, 15, "清屿通信集客〔2026〕3号", "集团客户分级服务规范指导意见",
			       "按客户类别、业务、规模三个维度分级，明确各级走访频次和响应时限。" },
		{ 3, 20, "清屿通信集客〔2026〕11号", "集团客户服务联动机制管理办法",
			"跨部门事项随时有且只有一个负责人，移交以接手人确认为准。" } };
	struct civil civil = civil_from_day(day);
	char text[DAY_TEXT], id[ID_TEXT];

	for (size_t i = 0; civil.year == 2026 && i < COUNT_OF(papers); i++) {
		if (papers[i].month != civil.month || papers[i].day != civil.day)
			continue;
		json_t *recipients = json_array();
		for (int j = 0; j < story->manager_count && j < 200; j++)
			json_array_append_new(recipients,
				json_string(story->people[story->first_manager + j].id));
		if (story_put(story, "document.issued", story->people[story->office].id,
			    story_instant(story, day),
			    json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "number", papers[i].number,
				    "title", papers[i].title, "issuer", "清屿通信省分公司",
				    "effective", day_text(day, text), "text", papers[i].text,
				    "recipients", recipients),
			    id, error) != OK)
			return error->result;
		for (int j = 0; j < story->manager_count && j < 200; j++)
			story_later(story, day + (dice_of(&story->dice, 960) ? 1 : 6),
				"document.signed", story->people[story->first_manager + j].id, 0,
				json_pack("{s:s}", "document", id));
	}
	return OK;
}

static enum result later_put(struct story *story, const struct demo_later *act, struct error *error)
{
	if (act->body)
		return story_put(story, act->kind, act->author, story_instant(story, act->day),
			act->body, NULL, error);
	const struct demo_customer *customer = &story->customers[act->at];
	return customer->left <= act->day ? OK : visit_put(story, customer, act->day, error);
}

static enum result put_off(struct story *story, int day, struct error *error)
{
	int kept = 0, count = story->later_count;

	for (int i = 0; i < count; i++) {
		struct demo_later act = story->later[i];
		if (act.day > day || error->result != OK)
			continue;
		story->later[i].day = -1; /* taken; what it puts off goes to the end */
		later_put(story, &act, error);
	}
	for (int i = 0; i < story->later_count; i++) {
		if (story->later[i].day >= 0)
			story->later[kept++] = story->later[i];
	}
	story->later_count = kept;
	return error->result;
}

enum result demo_work_day(struct story *story, int day, struct error *error)
{
	struct civil civil = civil_from_day(day);

	for (int i = 0; i < story->customer_count; i++) {
		if (story->customers[i].joined == day && day > story->first_day &&
			demo_customer_open(story, i, day, error) != OK)
			return error->result;
	}
	if (civil.day == 5 && demo_revenue(story, day, error) != OK)
		return error->result;
	if (civil.month == 1 && civil.day == 10 && demo_lists(story, day, error) != OK)
		return error->result;
	if (unassigned(story, day, error) != OK || post_change(story, day, error) != OK ||
		renewals(story, day, error) != OK || plans(story, day, error) != OK ||
		documents(story, day, error) != OK || visits(story, day, error) != OK)
		return error->result;
	return put_off(story, day, error);
}

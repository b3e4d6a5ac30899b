/* Units, people and their posts. */
#include "app/demo_story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *unit, *name, *team;
	int weight; /* of a hundred customers */
} cities[DEMO_CITIES] = { { "9901", "澜州", "9901A", 34 }, { "9902", "砚城", "9902A", 20 },
	{ "9903", "望溪", "9903A", 16 }, { "9904", "松浦", "9904A", 12 },
	{ "9905", "云岫", "9905A", 10 }, { "9906", "霁川", "9906A", 8 } };

const char *demo_city_unit(int city)
{
	return cities[city].team;
}

const char *demo_city_name(int city)
{
	return cities[city].name;
}

static enum result unit_put(struct story *story, const char *unit, const char *name,
	const char *level, const char *parent, struct error *error)
{
	json_t *body = json_pack("{s:s, s:s, s:s}", "unit", unit, "name", name, "level", level);

	if (parent)
		json_object_set_new(body, "parent", json_string(parent));
	return story_put(story, "org.unit", "", day_start(story->first_day) + 8 * HOUR_MS, body,
		NULL, error);
}

static enum result units(struct story *story, struct error *error)
{
	char name[DEMO_NAME];

	if (unit_put(story, "9900", "清屿通信省分公司", "province", NULL, error) != OK)
		return error->result;
	for (int city = 0; city < DEMO_CITIES; city++) {
		snprintf(name, sizeof(name), "%s市分公司", cities[city].name);
		if (unit_put(story, cities[city].unit, name, "city", "9900", error) != OK)
			return error->result;
		snprintf(name, sizeof(name), "%s集团客户部", cities[city].name);
		if (unit_put(story, cities[city].team, name, "team", cities[city].unit, error) !=
			OK)
			return error->result;
	}
	return OK;
}

static enum result person_put(struct story *story, const char *unit, int city, const char *role,
	const char *title, bool industry, struct error *error)
{
	static const char *const known[][2] = { { "zhou", "周岚" }, { "chen", "陈恕" },
		{ "linxu", "林叙" } };
	int number = story->people_count++;
	struct demo_person_row *person = &story->people[number];
	int64_t at = day_start(story->first_day) + 8 * HOUR_MS + MINUTE_MS;
	char from[DAY_TEXT];

	*person = (struct demo_person_row){ .city = city, .industry = industry };
	person->manager = strcmp(role, "manager") == 0;
	snprintf(person->id, sizeof(person->id), "s%03d", number + 1);
	demo_person(number, person->name);
	/* Three people of 砚城 whose names the documentation speaks of. */
	if (person->manager && city == 1 && story->known < 3) {
		text_copy(person->id, sizeof(person->id), known[story->known][0]);
		text_copy(person->name, sizeof(person->name), known[story->known++][1]);
	}
	if (story_put(story, "org.staff", "", at,
		    json_pack("{s:s, s:s}", "staff", person->id, "name", person->name), NULL,
		    error) != OK)
		return error->result;
	int since = story->first_day - 400 - dice_below(&story->dice, 3000);
	return story_put(story, "org.post", "", at,
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "staff", person->id, "unit", unit, "role",
			role, "title", title, "from", day_text(since, from)),
		NULL, error);
}

/* As many as the size asks, spread over the cities by weight, the remainder to the first. */
static enum result spread(struct story *story, int count, const char *role, const char *title,
	bool industry, struct error *error)
{
	int given = 0;

	for (int city = 0; city < DEMO_CITIES; city++) {
		int share = count * cities[city].weight / 100;
		share = share ? share : 1;
		for (int i = 0; i < share && given < count; i++, given++) {
			if (person_put(story, cities[city].team, city, role, title, industry,
				    error) != OK)
				return error->result;
		}
	}
	for (; given < count; given++) {
		if (person_put(story, cities[0].team, 0, role, title, industry, error) != OK)
			return error->result;
	}
	return OK;
}

/* The province's office, the cities' leaders, and the managers of industry and business. */
enum result demo_organise(struct story *story, enum demo_size size, struct error *error)
{
	static const int office[] = { 3, 18, 18 }, industry[] = { 4, 26, 1040 },
			 business[] = { 4, 48, 1920 }, support[] = { 6, 116, 4640 };

	story->people = calloc(
		(size_t)(office[size] + 6 + industry[size] + business[size] + support[size] + 8),
		sizeof(*story->people));
	must(story->people != NULL);
	if (units(story, error) != OK)
		return error->result;
	for (int i = 0; i < office[size]; i++) {
		if (person_put(story, "9900", -1, i ? "office" : "leader",
			    i ? "省集团客户部主管" : "省集团客户部总经理", false, error) != OK)
			return error->result;
	}
	story->office = 1;
	for (int city = 0; city < DEMO_CITIES; city++) {
		if (person_put(story, cities[city].unit, city, "leader", "市集团客户部经理", false,
			    error) != OK)
			return error->result;
	}
	story->first_manager = story->people_count;
	if (spread(story, industry[size], "manager", "行业客户经理", true, error) != OK ||
		spread(story, business[size], "manager", "商企客户经理", false, error) != OK)
		return error->result;
	story->manager_count = story->people_count - story->first_manager;
	return spread(story, support[size], "support", "网络保障与热线", false, error);
}

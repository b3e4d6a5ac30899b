#include "app/demo_story.h"
#include "derive/pack.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum result story_put(struct story *story, const char *kind, const char *author, int64_t at,
	json_t *body, char id[ID_TEXT], struct error *error)
{
	struct answer answer;
	char instant[INSTANT_TEXT];

	must(body != NULL);
	story->session.now = at > story->session.now ? at : story->session.now;
	json_t *envelope = json_pack("{s:s, s:s, s:s, s:o}", "kind", kind, "at",
		instant_text(at, instant), "author", author, "body", body);
	must(envelope != NULL);
	if (!*author)
		json_object_del(envelope, "author");
	enum result result =
		ledger_append(story->ledger, &story->session, envelope, &answer, error);
	json_decref(envelope);
	if (result != OK)
		return result;
	if (answer.status == NOT_TAKEN) {
		*error = answer.error;
		error_place(error, "%s %s", kind, instant);
		return error->result;
	}
	story->entries += answer.status == APPENDED;
	if (id)
		memcpy(id, answer.id, ID_TEXT);
	return OK;
}

void story_later(struct story *story, int day, const char *kind, const char *author, int64_t at,
	json_t *body)
{
	if (story->later_count == story->later_allocated) {
		story->later_allocated = story->later_allocated ? story->later_allocated * 2 : 1024;
		story->later = realloc(
			story->later, (size_t)story->later_allocated * sizeof(*story->later));
		must(story->later != NULL);
	}
	story->later[story->later_count++] = (struct demo_later){ day, at, kind, author, body };
}

int64_t story_instant(struct story *story, int day)
{
	return day_start(day) + 9 * HOUR_MS + dice_below(&story->dice, 8 * HOUR_MS);
}

bool story_workday(struct story *story, int day)
{
	return calendar_is_workday(ledger_calendar(story->ledger), day);
}

int story_next_workday(struct story *story, int day)
{
	while (!story_workday(story, day))
		day++;
	return day;
}

static enum result first_day(struct story *story, enum demo_size size, struct error *error)
{
	int issued;

	if (pack_issue(story->ledger, &story->session, "telecom", &issued, error) != OK)
		return error->result;
	if (ledger_begin(story->ledger, error) != OK)
		return error->result;
	if (demo_organise(story, size, error) != OK)
		goto out;
	demo_customers_plan(story, size);
	for (int i = 0; i < story->customer_count; i++) {
		if (story->customers[i].joined == story->first_day &&
			demo_customer_open(story, i, story->first_day, error) != OK)
			goto out;
	}
out:
	if (error->result == OK)
		return ledger_commit(story->ledger, error);
	ledger_rollback(story->ledger);
	return error->result;
}

/* One day is one batch: what the clock brought at midnight, then the work. The last day has
 * only got as far as the story's present. */
static enum result one_day(struct story *story, int day, bool last, struct error *error)
{
	int appended;

	if (ledger_begin(story->ledger, error) != OK)
		return error->result;
	int64_t midnight = day_start(day) + MINUTE_MS;
	story->session.now = midnight > story->session.now ? midnight : story->session.now;
	if (ledger_tick(story->ledger, &story->session, &appended, error) == OK && !last)
		demo_work_day(story, day, error);
	if (last && error->result == OK) {
		story->session.now = story->as_of;
		ledger_tick(story->ledger, &story->session, &appended, error);
	}
	if (error->result == OK)
		return ledger_commit(story->ledger, error);
	ledger_rollback(story->ledger);
	return error->result;
}

static void story_free(struct story *story)
{
	for (int i = 0; i < story->later_count; i++)
		json_decref(story->later[i].body);
	free(story->later);
	free(story->customers);
	free(story->people);
}

enum result demo_make(struct ledger *ledger, enum demo_size size, int64_t as_of,
	void (*progress)(void *context, int day, int64_t entries), void *context,
	struct error *error)
{
	uint8_t head[DIGEST_BYTES];
	struct story story = {
		.ledger = ledger, .as_of = as_of, .dice.state = 20250101, .salts.state = 4754
	};
	int last = instant_day(as_of);

	story.first_day = day_from_civil((struct civil){ 2025, 1, 2 });
	if (ledger_head(ledger, head))
		return error_refuse(error, "refused.not_empty", "db", NULL);
	if (last < story.first_day + 58)
		return error_refuse(error, "refused.as_of", "as_of", NULL);
	story.session = (struct session){ .staff = "",
		.login = "demo",
		.origin = ORIGIN_LIVE,
		.now = day_start(story.first_day) + 8 * HOUR_MS,
		.chance = dice_bytes,
		.chance_state = &story.salts };
	enum result result = first_day(&story, size, error);
	for (int day = story.first_day + 1; result == OK && day <= last; day++) {
		result = one_day(&story, day, day == last, error);
		if (progress && result == OK)
			progress(context, day, ledger_head(ledger, head));
	}
	story_free(&story);
	return result;
}

/* Cases that are not over: whose each is now, and since when it is open. */
#include "http/route.h"
#include "http/seen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PLACE_BYTES = 40, KEY_BYTES = 160 };

/* "case.need", "state.need.open": what the catalogue calls it, else its bare name. */
static const char *called(
	const struct request *request, const char *prefix, const char *name, const char *otherwise)
{
	const struct labels labels = seen_reader(request).labels;
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "%s.%s", prefix, name);
	const char *text = message_find(labels.messages, labels.language, key);
	return text ? text : otherwise;
}

static bool write_case(void *context, const struct case_seen *one)
{
	const struct listing *cases = context;
	const struct request *request = cases->request;
	struct writer *json = cases->json;
	const char *state = arena_print(request->arena, "%s.%s", one->type, one->state);
	bool hidden = one->customer && strcmp(one->customer, SIGHT_HIDDEN) == 0;

	write_object(json);
	write_text_at(json, "id", one->id);
	write_text_at(json, "type", one->type);
	write_text_at(json, "title", called(request, "case", one->type, one->type));
	write_text_at(json, "state", one->state);
	write_text_at(json, "state_label", called(request, "state", state, one->state));
	write_named(json, "owner", request, one->owner);
	write_named_id(json, "customer", request, "customer", hidden ? NULL : one->customer);
	write_instant_at(json, "opened_at", one->opened_at);
	write_object_end(json);
	return true;
}

enum result handle_cases_get(struct request *request, struct reply *reply, struct error *error)
{
	struct listing cases = { request, &reply->json };
	const char *after = request_text(request, "after");
	struct case_page page = { .limit = 0 };
	char place[PLACE_BYTES];
	struct sight *sight;

	if (after && !text_integer(after, &page.seq))
		return error_refuse(error, "refused.place", "after", NULL);
	if (seen_limit(request, PAGE_USUAL, PAGE_MOST, &page.limit, error) != OK ||
		seen_open(request, &sight, error) != OK)
		return error->result;
	list_open(&reply->json);
	sight_cases(request->ledger, sight, seen_for(request), &page, write_case, &cases, error);
	snprintf(place, sizeof(place), "%" PRId64, page.seq);
	list_close(&reply->json, page.more, place);
	sight_close(sight);
	return error->result;
}

/* How long a duty has, stretch by stretch: which of them counted, which did not, and why. */
#include "http/route.h"
#include "http/seen.h"
#include "calendar/explain.h"

#include <string.h>

enum { WORDS_BYTES = 16 * 1024 };

static void write_limit(
	struct writer *json, const struct request *request, const struct clock *clock)
{
	const struct labels labels = seen_reader(request).labels;
	struct buffer words;

	buffer_init(&words, WORDS_BYTES);
	if (clock)
		limit_write(labels.messages, labels.language, clock->limit, &words);
	else
		buffer_text(&words, message_get(labels.messages, labels.language, "clock.given"));
	write_text_at(json, "limit", words.bytes);
	buffer_release(&words);
}

/* By which document the limit holds. */
static void write_document(struct writer *json, const struct request *request, int64_t seq)
{
	const struct reader reader = seen_reader(request);
	struct buffer words;

	buffer_init(&words, WORDS_BYTES);
	sentence_document(&reader, seq, &words);
	if (words.length)
		write_text_at(json, "document", words.bytes);
	buffer_release(&words);
}

static void write_stretch(struct writer *json, const struct request *request,
	const struct clock *clock, const struct stretch *stretch)
{
	const struct labels labels = seen_reader(request).labels;
	struct buffer why;

	buffer_init(&why, WORDS_BYTES);
	stretch_why_write(labels.messages, labels.language, clock, stretch, &why);
	write_object(json);
	write_instant_at(json, "from", stretch->from);
	if (stretch->to != CLOCK_NEVER)
		write_instant_at(json, "to", stretch->to);
	write_bool_at(json, "counted", stretch->counts);
	write_text_at(json, "why", why.bytes);
	write_object_end(json);
	buffer_release(&why);
}

/* Where its day was given outright there is nothing to count: `clock` is NULL. */
static void write_clock(struct writer *json, const struct request *request, const struct duty *duty,
	const struct clock *clock, const struct stretch *stretches, int count)
{
	write_object(json);
	if (duty->due < CLOCK_NEVER)
		write_instant_at(json, "due", duty->due);
	if (duty->done_at)
		write_instant_at(json, "done", duty->done_at);
	write_text_at(json, "state", duty->state);
	write_bool_at(json, "provisional", duty->provisional);
	write_limit(json, request, clock);
	write_document(json, request, duty->norm_seq);
	write_key(json, "stretches");
	write_array(json);
	for (int i = 0; i < count; i++)
		write_stretch(json, request, clock, &stretches[i]);
	write_array_end(json);
	write_object_end(json);
}

static enum result clock_read(struct request *request, struct reply *reply, struct error *error)
{
	struct arena *arena = request->arena;
	struct error why = { 0 };
	struct stretch *stretches;
	struct clock clock;
	struct duty duty;
	int count = 0;

	if (ledger_duty(request->ledger, arena, request_text(request, "id"), &duty, &why) == OK &&
		ledger_duty_explain(request->ledger, arena, &duty,
			duty.done_at ? duty.done_at : request->now, &clock, &stretches, &count,
			&why) == OK)
		write_clock(&reply->json, request, &duty, &clock, stretches, count);
	else if (why.result == REFUSED && strcmp(why.key, "refused.no_clock") == 0)
		write_clock(&reply->json, request, &duty, NULL, NULL, 0);
	else if (why.result == REFUSED)
		error_refuse(error, "refused.not_found", "", NULL);
	else
		*error = why;
	return error->result;
}

enum result handle_clock_get(struct request *request, struct reply *reply, struct error *error)
{
	struct sight *sight;

	if (seen_look(request, &sight, error) != OK)
		return error->result;
	clock_read(request, reply, error);
	seen_end(request, sight);
	return error->result;
}

/* The one write: entries, each with an answer of its own. */
#include "http/route.h"
#include "http/services.h"
#include "http/unmask.h"
#include "base/panic.h"

#include <string.h>

enum { ENTRIES_MOST = 500 };

/* What only an import may say is refused, not overlooked. */
static bool origin_allowed(json_t *envelope)
{
	json_t *origin = json_object_get(envelope, "origin");
	const char *text = json_string_value(origin);

	return !origin || (text && (strcmp(text, "live") == 0 || strcmp(text, "offline") == 0));
}

static void write_answer(struct request *request, struct writer *json, json_t *envelope,
	const struct answer *answer, struct error *error)
{
	static const char *const words[] = {
		[APPENDED] = "appended", [ALREADY] = "already", [NOT_TAKEN] = "refused"
	};

	write_object(json);
	write_key(json, "id");
	answer->id[0] ? write_text(json, answer->id) : write_null(json);
	write_text_at(json, "status", words[answer->status]);
	if (answer->status != NOT_TAKEN) {
		write_integer_at(json, "seq", answer->seq);
		write_unmasked(request, json, envelope, error);
	} else {
		write_key(json, "problem");
		problem_write(json, request->services->messages, request->language, &answer->error);
	}
	write_object_end(json);
}

/* The lines that may go to the queue, in order; the others have their answer. */
static int take_lines(json_t *entries, json_t **lines, int *places, struct answer *answers)
{
	int count = 0;
	size_t index;
	json_t *envelope;

	json_array_foreach(entries, index, envelope)
	{
		if (origin_allowed(envelope)) {
			places[count] = (int)index;
			lines[count++] = envelope;
			continue;
		}
		const char *id = json_string_value(json_object_get(envelope, "id"));
		answers[index] = (struct answer){ .status = NOT_TAKEN };
		text_copy(answers[index].id, sizeof(answers[index].id), id ? id : "");
		error_refuse(&answers[index].error, "refused.origin_person", "origin", NULL);
	}
	return count;
}

enum result handle_entries_post(struct request *request, struct reply *reply, struct error *error)
{
	json_t *entries = json_object_get(request->body, "entries");
	size_t count = json_array_size(entries);
	const struct session session = { .staff = request->person.staff,
		.login = request->person.login,
		.origin = ORIGIN_LIVE };

	if (!count || count > ENTRIES_MOST)
		return error_refuse(error, "refused.entries", "entries", NULL);
	struct answer *answers = arena_array(request->arena, struct answer, count);
	struct answer *taken = arena_array(request->arena, struct answer, count);
	json_t **lines = arena_array(request->arena, json_t *, count);
	int *places = arena_array(request->arena, int, count);
	int lines_count = take_lines(entries, lines, places, answers);
	if (lines_count && queue_append(request->services->queue, &session, lines, lines_count,
				   taken, error) != OK)
		return error->result;
	for (int i = 0; i < lines_count; i++)
		answers[places[i]] = taken[i];
	write_object(&reply->json);
	write_key(&reply->json, "answers");
	write_array(&reply->json);
	for (size_t i = 0; i < count; i++)
		write_answer(request, &reply->json, json_array_get(entries, i), &answers[i], error);
	write_array_end(&reply->json);
	write_object_end(&reply->json);
	return error->result;
}

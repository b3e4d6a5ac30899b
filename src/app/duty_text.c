#include "app/duty_text.h"

#include <string.h>

enum { TEXT_BYTES = 4096 };

static bool is_overdue(const struct app *app, const struct duty *duty)
{
	return strcmp(duty->state, "missed") == 0 ||
	       (strcmp(duty->state, "open") == 0 && duty->due < app->session.now);
}

static void write_instant_at(struct writer *writer, const char *key, int64_t instant)
{
	char text[INSTANT_TEXT];

	write_key(writer, key);
	if (instant && instant != CLOCK_NEVER)
		write_text(writer, instant_text(instant, text));
	else
		write_null(writer);
}

void duty_json(const struct app *app, struct writer *writer, const struct duty *duty)
{
	struct reader reader = app_reader(app);

	write_object(writer);
	write_text_at(writer, "id", duty->id);
	write_text_at(writer, "what", duty->what);
	write_text_at(writer, "label", label_duty(&reader.labels, duty->what));
	write_text_at(writer, "holder", duty->holder);
	write_text_at(writer, "subject", duty->subject ? duty->subject : "");
	write_text_at(writer, "state", duty->state);
	write_bool_at(writer, "overdue", is_overdue(app, duty));
	write_instant_at(writer, "due", duty->due);
	write_bool_at(writer, "provisional", duty->provisional);
	write_instant_at(writer, "opened_at", duty->opened_at);
	write_integer_at(writer, "opened_seq", duty->opened_seq);
	write_instant_at(writer, "done_at", duty->done_at);
	if (duty->done_seq)
		write_integer_at(writer, "done_seq", duty->done_seq);
	if (duty->limit && *duty->limit)
		write_text_at(writer, "limit", duty->limit);
	if (duty->period)
		write_text_at(writer, "period", duty->period);
	if (duty->case_id)
		write_text_at(writer, "case", duty->case_id);
	write_object_end(writer);
}

const char *duty_due(const struct app *app, struct arena *arena, const struct duty *duty)
{
	int year = civil_from_day(instant_day(app->session.now)).year;
	char text[DUE_TEXT];

	due_text(duty->due, text);
	if (!*text)
		return app_text(app, "duties.stands_still");
	const char *shown = civil_from_day(due_day(duty->due)).year == year ? text + 5 : text;
	return arena_print(arena, "%s%s", shown,
		duty->provisional ? app_text(app, "stretch.provisional") : "");
}

static const char *reference_text(const struct app *app, struct arena *arena, const char *reference)
{
	struct reader reader = app_reader(app);
	struct buffer text;

	buffer_init(&text, TEXT_BYTES);
	if (reference && *reference)
		sentence_reference(&reader, reference, &text);
	const char *copy = arena_text(arena, text.bytes ? text.bytes : "");
	buffer_release(&text);
	return copy;
}

const char *duty_subject(const struct app *app, struct arena *arena, const struct duty *duty)
{
	return reference_text(app, arena, duty->subject);
}

const char *duty_holder(const struct app *app, struct arena *arena, const struct duty *duty)
{
	return reference_text(app, arena, duty->holder);
}

const char *duty_state(const struct app *app, const struct duty *duty)
{
	char key[48];

	snprintf(key, sizeof(key), "duties.state.%s",
		is_overdue(app, duty) ? "missed" : duty->state);
	return app_text(app, key);
}

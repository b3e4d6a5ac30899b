/* The sample organisation. */
#include "app/commands.h"
#include "app/demo.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* A day is given as people say it; the story then goes on until nine in the morning of it. */
static enum result as_of(struct app *app, int64_t *instant, struct error *error)
{
	int day;

	if (app_day(app, "--as-of", instant_day(app->session.now), &day, error) != OK)
		return error->result;
	*instant = day_start(day) + 9 * HOUR_MS;
	return OK;
}

static bool size_read(const char *text, enum demo_size *size)
{
	static const char *const names[] = { "S", "M", "L" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (!text || strcmp(names[i], text) != 0)
			continue;
		*size = (enum demo_size)i;
		return true;
	}
	return false;
}

/* Long work says how far it has come, where somebody is watching. */
static void progress(void *context, int day, int64_t entries)
{
	const struct app *app = context;
	char text[DAY_TEXT], count[24];

	if (!isatty(STDERR_FILENO) || civil_from_day(day).day != 1)
		return;
	snprintf(count, sizeof(count), "%" PRId64, entries);
	app_note(app, "demo.progress", "day", day_text(day, text), "count", count, NULL);
}

static void say_demo(const struct app *app, int64_t instant)
{
	uint8_t hash[DIGEST_BYTES];
	char head[DIGEST_TEXT], count[24], day[DAY_TEXT];
	int64_t seq = ledger_head(app->ledger, hash);

	digest_text(hash, head);
	snprintf(count, sizeof(count), "%" PRId64, seq);
	if (app->json)
		printf("{\"entries\":%s,\"head\":\"%s\"}\n", count, head);
	else
		app_say(app, "demo.done", "count", count, "day",
			day_text(instant_day(instant), day), "file", app->shown, NULL);
}

enum result command_demo(struct app *app, struct error *error)
{
	const char *named = argument(&app->arguments, "--size");
	enum demo_size size;
	int64_t instant = 0;

	if (!size_read(named, &size))
		return error_refuse(
			error, "refused.size", "size", "value", named ? named : "", NULL);
	if (as_of(app, &instant, error) != OK || app_open(app, true, error) != OK ||
		demo_make(app->ledger, size, instant, progress, app, error) != OK)
		return error->result;
	say_demo(app, instant);
	return OK;
}

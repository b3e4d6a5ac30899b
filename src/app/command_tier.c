/* Why something is as it is: what every module has to say of an object. */
#include "app/commands.h"
#include "derive/reason.h"

#include <string.h>

enum { TEXT_BYTES = 1024 * 1024 };

struct answering {
	struct app *app;
	struct reader reader;
	const struct module *module;
	struct buffer sentence, out;
	struct writer writer;
	int count;
};

static bool answer(void *context, const struct reason *reason)
{
	struct answering *answering = context;
	struct writer *writer = &answering->writer;

	buffer_clear(&answering->sentence);
	reason_write(&answering->reader, reason, &answering->sentence);
	answering->count++;
	if (!answering->app->json) {
		app_print(&answering->sentence);
		return true;
	}
	write_object(writer);
	write_text_at(writer, "module", answering->module->name);
	write_text_at(writer, "reason", reason->message);
	write_text_at(writer, "sentence", answering->sentence.bytes);
	write_key(writer, "entries");
	write_array(writer);
	for (int i = 0; i < REASON_SLOTS && reason->slots[i].name; i++) {
		if (reason->slots[i].type == SLOT_ENTRY)
			write_integer(writer, reason->slots[i].number);
	}
	write_array_end(writer);
	write_object_end(writer);
	return true;
}

enum result command_tier(struct app *app, struct error *error)
{
	const char *reference = argument(&app->arguments, "--explain");
	struct answering answering = { .app = app };
	int day;

	if (app_day(app, "--on", instant_day(app->session.now), &day, error) != OK ||
		app_open(app, false, error) != OK)
		return error->result;
	answering.reader = app_reader(app);
	buffer_init(&answering.sentence, TEXT_BYTES);
	buffer_init(&answering.out, OUTPUT_BYTES);
	write_start(&answering.writer, &answering.out);
	write_array(&answering.writer);
	for (const struct module *const *module = modules; *module; module++) {
		answering.module = *module;
		if (ledger_explain(
			    app->ledger, *module, reference, day, answer, &answering, error) != OK)
			break;
	}
	write_array_end(&answering.writer);
	if (error->result == OK && app->json)
		app_print(&answering.out);
	else if (error->result == OK && !answering.count)
		app_note(app, "tier.nothing", NULL);
	buffer_release(&answering.sentence);
	buffer_release(&answering.out);
	return error->result;
}

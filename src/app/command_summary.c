/* Work summaries: from a template to a document, or from an edited draft to its final form. */
#include "app/commands.h"
#include "base/file.h"
#include "base/text.h"
#include "derive/summary.h"

#include <string.h>

enum { NAMES_BYTES = 1024 };

struct asked {
	struct app *app;
	struct summary_request request;
	const char *out, *evidence;
	enum summary_form form;
	bool final;
	struct buffer text; /* of a template or draft read from a file */
	struct writer *writer;
};

static enum result take_file(struct asked *asked, const char *path, struct error *error)
{
	const char *slash = strrchr(path, '/');

	if (file_read(path, &asked->text, error) != OK)
		return error->result;
	asked->request.name = slash ? slash + 1 : path;
	asked->request.text = asked->text.bytes;
	asked->request.length = asked->text.length;
	return OK;
}

/* A template is one of ours by name, or a Markdown file. */
static enum result take_template(struct asked *asked, const char *name, struct error *error)
{
	char names[NAMES_BYTES];
	size_t length = strlen(name);

	if (length > 3 && text_equal(name + length - 3, ".md"))
		return take_file(asked, name, error);
	asked->request.name = name;
	asked->request.text = summary_template(name, &asked->request.length);
	if (asked->request.text)
		return OK;
	summary_templates(names, sizeof(names));
	return error_refuse(
		error, "refused.summary_template", "", "value", name, "names", names, NULL);
}

static enum result take_source(struct asked *asked, struct error *error)
{
	const struct arguments *arguments = &asked->app->arguments;
	const char *draft = argument(arguments, "--edit"), *name = argument(arguments, "TEMPLATE");
	const char *from = argument(arguments, "--from"), *to = argument(arguments, "--to");

	asked->request.reference = argument(arguments, "--for");
	if (draft) {
		asked->request.edited = true;
		if (name || asked->request.reference || from || to)
			return error_refuse(error, "refused.summary_edit_alone", "", NULL);
		return take_file(asked, draft, error);
	}
	if (!name || !asked->request.reference || !from || !to)
		return error_refuse(error, "refused.summary_needs", "", NULL);
	if (app_day(asked->app, "--from", 0, &asked->request.from, error) != OK ||
		app_day(asked->app, "--to", 0, &asked->request.to, error) != OK)
		return error->result;
	return take_template(asked, name, error);
}

static enum result take(struct asked *asked, struct error *error)
{
	const struct arguments *arguments = &asked->app->arguments;
	enum summary_form ignored;

	asked->out = argument(arguments, "--out");
	asked->evidence = argument(arguments, "--evidence");
	asked->final = argument(arguments, "--final") != NULL;
	if (!summary_form(asked->out, &asked->form))
		return error_refuse(error, "refused.summary_out", "", "file", asked->out, NULL);
	if (asked->evidence) {
		const char *slash = strrchr(asked->evidence, '/'),
			   *ending = strrchr(asked->evidence, '.');
		if (!ending || !text_equal(ending, ".xlsx") ||
			summary_form(asked->evidence, &ignored))
			return error_refuse(error, "refused.summary_evidence", "", "file",
				asked->evidence, NULL);
		asked->request.evidence = slash ? slash + 1 : asked->evidence;
	}
	asked->request.purpose = argument(arguments, "--purpose");
	asked->request.now = asked->app->session.now;
	asked->request.messages = asked->app->messages;
	asked->request.language = asked->app->language;
	return take_source(asked, error);
}

/* ------------------------------------------------------------------ what is said about it */

static void note_line(void *context, const char *line)
{
	const struct asked *asked = context;

	if (asked->writer)
		write_text(asked->writer, line);
	else
		fprintf(stderr, "%s\n", line);
}

static void note_claim(void *context, const char *sentence)
{
	const struct asked *asked = context;

	app_note(asked->app, "summary.claim", "sentence", sentence, NULL);
}

static void say_done(struct asked *asked, struct summary *summary)
{
	const char *nothing = summary_nothing(summary);
	struct buffer out;
	struct writer writer;

	if (!asked->app->json) {
		if (nothing)
			note_line(asked, nothing);
		if (asked->final || asked->request.edited)
			summary_notes(summary, note_line, asked);
		app_say(asked->app, "summary.written", "file", asked->out, NULL);
		if (asked->evidence)
			app_say(asked->app, "summary.written", "file", asked->evidence, NULL);
		return;
	}
	buffer_init(&out, OUTPUT_BYTES);
	write_start(&writer, &out);
	write_object(&writer);
	write_text_at(&writer, "out", asked->out);
	if (asked->evidence)
		write_text_at(&writer, "evidence", asked->evidence);
	if (nothing)
		write_text_at(&writer, "nothing", nothing);
	write_key(&writer, "left_out");
	write_array(&writer);
	asked->writer = &writer;
	summary_notes(summary, note_line, asked);
	asked->writer = NULL;
	write_array_end(&writer);
	write_object_end(&writer);
	app_print(&out);
	buffer_release(&out);
}

static enum result write_files(struct asked *asked, struct summary *summary, struct error *error)
{
	struct buffer out;

	if (asked->final && summary_final(summary, note_claim, asked, error) != OK)
		return error->result;
	buffer_init(&out, SUMMARY_BYTES);
	if (summary_write(summary, asked->form, &out, error) == OK &&
		(!asked->evidence || summary_evidence(summary, asked->evidence, error) == OK))
		file_write(asked->out, out.bytes, out.length, error);
	buffer_release(&out);
	if (error->result == OK)
		say_done(asked, summary);
	return error->result;
}

enum result command_summary(struct app *app, struct error *error)
{
	struct asked asked = { .app = app };
	struct summary *summary = NULL;

	buffer_init(&asked.text, SUMMARY_TEMPLATE_BYTES + 1);
	if (take(&asked, error) == OK && app_open(app, false, error) == OK &&
		summary_make(&summary, app->ledger, &asked.request, error) == OK)
		write_files(&asked, summary, error);
	summary_free(summary);
	buffer_release(&asked.text);
	return error->result;
}

/* Files out: what is in the book, and templates for what shall come in. */
#include "app/commands.h"
#include "derive/export.h"

enum { PATH_BYTES = 4096, ANSWER_BYTES = 64 * 1024 };

static void answer_file(const char *kind, const char *path, int64_t rows)
{
	struct buffer out;
	struct writer writer;

	buffer_init(&out, ANSWER_BYTES);
	write_start(&writer, &out);
	write_object(&writer);
	write_text_at(&writer, "kind", kind);
	write_text_at(&writer, "file", path);
	if (rows >= 0)
		write_integer_at(&writer, "rows", rows);
	write_object_end(&writer);
	app_print(&out);
	buffer_release(&out);
}

enum result command_export(struct app *app, struct error *error)
{
	const char *kind = argument(&app->arguments, "KIND");
	const char *path = argument(&app->arguments, "--out");
	struct labels labels = { app->messages, app->language };
	char count[INTEGER_TEXT];
	int64_t rows;

	if (app_open(app, false, error) != OK ||
		export_run(app->ledger, &labels, kind, path, &rows, error) != OK)
		return error->result;
	integer_text(rows, count);
	if (app->json)
		answer_file(kind, path, rows);
	else
		app_say(app, "export.done", "rows", count, "file", path, NULL);
	return OK;
}

enum result command_template(struct app *app, struct error *error)
{
	const char *kind = argument(&app->arguments, "KIND");
	const char *path = argument(&app->arguments, "--out");
	struct labels labels = { app->messages, app->language };
	char own[PATH_BYTES];

	snprintf(own, sizeof(own), "%s.xlsx", kind);
	if (!path)
		path = own;
	if (app_open(app, false, error) != OK ||
		template_write(app->ledger, &labels, kind, path, error) != OK)
		return error->result;
	if (app->json)
		answer_file(kind, path, -1);
	else
		app_say(app, "template.done", "file", path, "kind", kind, NULL);
	return OK;
}

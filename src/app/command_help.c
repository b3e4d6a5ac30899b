/* What the program itself knows: commands, kinds and modules. */
#include "app/commands.h"
#include "app/page.h"

#include <string.h>

#define VERSION "0.1.0"

enum { TEXT_BYTES = 16 * 1024 };

/* ------------------------------------------------------------------ help */

/* Does the synopsis begin with the words asked for? */
static bool asked_for(const struct app *app, const char *synopsis)
{
	const char *word, *rest = synopsis;
	int at = 0;

	while ((word = argument_next(&app->arguments, "COMMAND", &at))) {
		size_t length = strlen(word);
		if (strncmp(rest, word, length) != 0 || (rest[length] && rest[length] != ' '))
			return false;
		rest += length;
		rest += strspn(rest, " ");
	}
	return true;
}

static int help_text(const struct app *app)
{
	int shown = 0;

	for (const struct command *command = commands; command->synopsis; command++) {
		if (!asked_for(app, command->synopsis))
			continue;
		printf("yiben %s\n        %s\n", command->synopsis, app_text(app, command->help));
		shown++;
	}
	return shown;
}

static void help_json(const struct app *app)
{
	struct buffer out;
	struct writer writer;

	buffer_init(&out, OUTPUT_BYTES);
	write_start(&writer, &out);
	write_array(&writer);
	for (const struct command *command = commands; command->synopsis; command++) {
		if (!asked_for(app, command->synopsis))
			continue;
		write_object(&writer);
		write_text_at(&writer, "synopsis", command->synopsis);
		write_text_at(&writer, "help", app_text(app, command->help));
		write_object_end(&writer);
	}
	write_array_end(&writer);
	app_print(&out);
	buffer_release(&out);
}

enum result command_help(struct app *app, struct error *error)
{
	const char *word = argument(&app->arguments, "COMMAND");

	if (app->json) {
		help_json(app);
		return OK;
	}
	if (!word) {
		app_say(app, "help.title", NULL);
		printf("\nyiben %s COMMAND ...\n\n", common_options);
	}
	if (!help_text(app))
		return error_refuse(error, "refused.unknown_command", "", "value", word, NULL);
	if (!word) {
		printf("\n");
		app_say(app, "help.end", NULL);
	}
	return OK;
}

enum result command_version(struct app *app, struct error *error)
{
	(void)error;
	printf(app->json ? "{\"version\":\"%s\"}\n" : "yiben %s\n", VERSION);
	return OK;
}

/* ------------------------------------------------------------------ modules */

static int count_kinds(const struct module *module)
{
	int count = 0;

	for (const struct kind *kind = module->kinds; kind && kind->name; kind++)
		count++;
	return count;
}

static int count_measures(const struct module *module)
{
	int count = 0;

	for (const struct measure *one = module->measures; one && one->name; one++)
		count++;
	return count;
}

static void module_json(struct writer *writer, const struct module *module)
{
	write_object(writer);
	write_text_at(writer, "name", module->name);
	write_integer_at(writer, "version", module->version);
	write_integer_at(writer, "kinds", count_kinds(module));
	write_integer_at(writer, "measures", count_measures(module));
	write_object_end(writer);
}

/* The declarations of the core are behind a ledger; this one is in memory and empty. */
static enum result open_declarations(struct app *app, struct error *error)
{
	return ledger_open(&app->ledger, ":memory:", app->book, true, modules, error);
}

enum result command_modules(struct app *app, struct error *error)
{
	struct buffer out;
	struct writer writer;
	struct page page;

	if (open_declarations(app, error) != OK)
		return error->result;
	buffer_init(&out, OUTPUT_BYTES);
	write_start(&writer, &out);
	write_array(&writer);
	page_start(&page, &app->arena, 4);
	page.right[1] = page.right[2] = page.right[3] = true;
	page_cell(&page, app_text(app, "modules.name"));
	page_cell(&page, app_text(app, "modules.version"));
	page_cell(&page, app_text(app, "modules.kinds"));
	page_cell(&page, app_text(app, "modules.measures"));
	for (const struct module *const *module = ledger_modules(app->ledger); *module; module++) {
		module_json(&writer, *module);
		page_cell(&page, (*module)->name);
		page_cell(&page, arena_print(&app->arena, "%d", (*module)->version));
		page_cell(&page, arena_print(&app->arena, "%d", count_kinds(*module)));
		page_cell(&page, arena_print(&app->arena, "%d", count_measures(*module)));
	}
	write_array_end(&writer);
	if (app->json)
		app_print(&out);
	else
		page_print(&page, stdout);
	page_release(&page);
	buffer_release(&out);
	return OK;
}

/* ------------------------------------------------------------------ kinds */

static void field_json(const struct app *app, struct writer *writer, const struct kind *kind,
	const struct field *field)
{
	struct reader reader = app_reader(app);

	write_object(writer);
	write_text_at(writer, "name", field->name);
	write_text_at(writer, "label", label_field(&reader.labels, kind->name, field->name));
	write_text_at(writer, "type", field_type_name(field->type));
	write_bool_at(writer, "required", field->flags & REQUIRED);
	write_bool_at(writer, "list", field->flags & LIST);
	write_bool_at(writer, "personal", field->flags & PERSONAL);
	write_bool_at(writer, "key", field->flags & KEY);
	if (field->choices) {
		write_key(writer, "choices");
		write_array(writer);
		for (const char *const *choice = field->choices; *choice; choice++)
			write_text(writer, *choice);
		write_array_end(writer);
	}
	write_object_end(writer);
}

static void fields_json(const struct app *app, struct writer *writer, const char *key,
	const struct kind *kind, const struct field *fields)
{
	write_key(writer, key);
	write_array(writer);
	for (const struct field *field = fields; field && field->name; field++)
		field_json(app, writer, kind, field);
	write_array_end(writer);
}

static void kind_json(const struct app *app, struct writer *writer, const struct kind *kind)
{
	struct reader reader = app_reader(app);

	write_object(writer);
	write_text_at(writer, "name", kind->name);
	write_text_at(writer, "label", label_kind(&reader.labels, kind->name));
	write_integer_at(writer, "version", kind->version);
	write_text_at(writer, "class", kind->class == FACT ? "fact" : "move");
	write_bool_at(writer, "imports", kind->imports);
	fields_json(app, writer, "fields", kind, kind->fields);
	if (kind->row)
		fields_json(app, writer, "row", kind, kind->row);
	write_object_end(writer);
}

/* What may stand in the field, and how it must: "必填", "多个", its choices. */
static const char *field_notes(const struct app *app, struct arena *arena, const struct kind *kind,
	const struct field *field)
{
	static const struct {
		unsigned flag;
		const char *key;
	} words[] = { { REQUIRED, "kinds.required" }, { LIST, "kinds.list" }, { KEY, "kinds.key" },
		{ PERSONAL, "kinds.personal" } };
	struct reader reader = app_reader(app);
	struct buffer text;

	buffer_init(&text, TEXT_BYTES);
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (field->flags & words[i].flag)
			buffer_print(
				&text, "%s%s", text.length ? " " : "", app_text(app, words[i].key));
	}
	for (const char *const *choice = field->choices; choice && *choice; choice++)
		buffer_print(&text, "%s%s=%s", text.length ? " " : "", *choice,
			label_choice(&reader.labels, kind->name, field->name, *choice));
	const char *copy = arena_text(arena, text.bytes ? text.bytes : "");
	buffer_release(&text);
	return copy;
}

static void fields_page(struct app *app, const struct kind *kind, const struct field *fields)
{
	struct reader reader = app_reader(app);
	struct page page;
	char key[40];

	page_start(&page, &app->arena, 4);
	for (const struct field *field = fields; field && field->name; field++) {
		snprintf(key, sizeof(key), "type.%s", field_type_name(field->type));
		page_cell(&page, field->name);
		page_cell(&page, label_field(&reader.labels, kind->name, field->name));
		page_cell(&page, app_text(app, key));
		page_cell(&page, field_notes(app, &app->arena, kind, field));
	}
	page_print(&page, stdout);
}

static void kind_words(struct app *app, const struct kind *kind)
{
	struct reader reader = app_reader(app);

	printf("%s  %s\n", kind->name, label_kind(&reader.labels, kind->name));
	app_say(app, kind->class == FACT ? "kinds.fact" : "kinds.move", NULL);
	fields_page(app, kind, kind->fields);
	if (kind->row) {
		app_say(app, "kinds.row", NULL);
		fields_page(app, kind, kind->row);
	}
}

static void all_kinds(struct app *app, struct writer *writer)
{
	struct reader reader = app_reader(app);
	struct page page;

	page_start(&page, &app->arena, 3);
	write_array(writer);
	for (const struct module *const *module = ledger_modules(app->ledger); *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			kind_json(app, writer, kind);
			page_cell(&page, kind->name);
			page_cell(&page, label_kind(&reader.labels, kind->name));
			page_cell(
				&page, app_text(app, kind->needs ? kind->imports ? "kinds.imported"
										 : "kinds.written"
								 : "kinds.system"));
		}
	}
	write_array_end(writer);
	if (!app->json)
		page_print(&page, stdout);
	page_release(&page);
}

enum result command_kinds(struct app *app, struct error *error)
{
	const char *name = argument(&app->arguments, "NAME");
	struct buffer out;
	struct writer writer;

	if (open_declarations(app, error) != OK)
		return error->result;
	const struct kind *kind = name ? ledger_kind(app->ledger, name) : NULL;
	if (name && !kind)
		return error_refuse(error, "refused.unknown_kind", "kind", "value", name, NULL);
	buffer_init(&out, OUTPUT_BYTES);
	write_start(&writer, &out);
	if (!kind)
		all_kinds(app, &writer);
	else if (app->json)
		kind_json(app, &writer, kind);
	else
		kind_words(app, kind);
	if (app->json)
		app_print(&out);
	buffer_release(&out);
	return OK;
}

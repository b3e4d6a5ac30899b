/* Moving the book to another database. */
#include "app/commands.h"
#include "ledger/move.h"
#include "store/store.h"

enum { ANSWER_BYTES = 4096, SHOWN_BYTES = 160 };

static void say_json(const struct app *app, const struct moved *moved)
{
	char head[DIGEST_TEXT], derived[DIGEST_TEXT];
	struct buffer out;
	struct writer writer;

	buffer_init(&out, ANSWER_BYTES);
	write_start(&writer, &out);
	write_object(&writer);
	write_text_at(&writer, "book", app->book);
	write_integer_at(&writer, "entries", moved->entries);
	write_text_at(&writer, "head", digest_text(moved->head, head));
	write_text_at(&writer, "derived", digest_text(moved->derived, derived));
	write_bool_at(&writer, "compared", moved->compared);
	write_integer_at(&writer, "later", moved->later);
	write_object_end(&writer);
	app_print(&out);
	buffer_release(&out);
}

static void say_moved(
	const struct app *app, const struct move_request *move, const struct moved *moved)
{
	char from[SHOWN_BYTES], to[SHOWN_BYTES], entries[INTEGER_TEXT], later[INTEGER_TEXT];
	char head[DIGEST_TEXT], derived[DIGEST_TEXT];

	store_shown(move->from, from, sizeof(from));
	store_shown(move->to, to, sizeof(to));
	if (app->json) {
		say_json(app, moved);
	} else {
		app_say(app, "move.done", "book", app->book, "from", from, "to", to, "entries",
			integer_text(moved->entries, entries), "head",
			digest_text(moved->head, head), NULL);
		app_say(app, moved->compared ? "move.equal" : "move.older", "derived",
			digest_text(moved->derived, derived), NULL);
		app_say(app, "move.after", "from", from, "to", to, NULL);
	}
	if (moved->later)
		app_note(app, "move.later", "from", from, "to", to, "count",
			integer_text(moved->later, later), NULL);
}

enum result command_move(struct app *app, struct error *error)
{
	struct moved moved;
	struct move_request move = { .from = argument(&app->arguments, "--from"),
		.to = argument(&app->arguments, "--to"),
		.book = app->book,
		.modules = modules,
		.progress = show_deriving,
		.context = app };

	if (!*move.from || !*move.to)
		return error_refuse(error, "refused.empty", "db", NULL);
	if (app_check_file(move.from, false, error) != OK ||
		app_check_file(move.to, true, error) != OK ||
		ledger_move(&move, &moved, error) != OK)
		return error->result;
	say_moved(app, &move, &moved);
	return OK;
}

/* Backing up the file of the book, and bringing it back. */
#include "app/commands.h"
#include "ledger/backup.h"

#include <inttypes.h>
#include <sys/stat.h>

enum { ANSWER_BYTES = 16 * 1024 * 1024 };

/* The answer, printed only when all is done. */
struct answering {
	struct app *app;
	struct buffer out;
	struct writer writer;
};

static void answer_start(struct answering *answering, struct app *app, const char *file)
{
	*answering = (struct answering){ .app = app };
	buffer_init(&answering->out, ANSWER_BYTES);
	if (!app->json)
		return;
	write_start(&answering->writer, &answering->out);
	write_object(&answering->writer);
	write_text_at(&answering->writer, "file", file);
	write_key(&answering->writer, "books");
	write_array(&answering->writer);
}

static void answer_book(void *context, const struct backed_up *book)
{
	struct answering *answering = context;
	char head[DIGEST_TEXT], entries[24];

	digest_text(book->head, head);
	snprintf(entries, sizeof(entries), "%" PRId64, book->entries);
	if (answering->app->json) {
		write_object(&answering->writer);
		write_text_at(&answering->writer, "book", book->book);
		write_integer_at(&answering->writer, "entries", book->entries);
		write_text_at(&answering->writer, "head", head);
		write_object_end(&answering->writer);
		return;
	}
	buffer_char(&answering->out, '\n');
	app_fill(answering->app, &answering->out, "backup.book", "book", book->book, "entries",
		entries, "head", head, NULL);
}

static enum result answer_end(
	struct answering *answering, const char *key, const char *file, enum result result)
{
	if (result == OK && answering->app->json) {
		write_array_end(&answering->writer);
		write_object_end(&answering->writer);
		app_print(&answering->out);
	} else if (result == OK) {
		app_say(answering->app, key, "file", file, "db", answering->app->db, "books",
			answering->out.bytes, NULL);
	}
	buffer_release(&answering->out);
	return result;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

enum result command_backup(struct app *app, struct error *error)
{
	const char *file = argument(&app->arguments, "FILE");
	struct answering answering;

	answer_start(&answering, app, file);
	return answer_end(&answering, "backup.done", file,
		ledger_backup(app->db, file, answer_book, &answering, error));
}

enum result command_restore(struct app *app, struct error *error)
{
	const char *file = argument(&app->arguments, "FILE");
	struct answering answering;

	if (is_folder(app->db))
		return error_refuse(error, "refused.folder", "db", "file", app->db, NULL);
	answer_start(&answering, app, app->db);
	return answer_end(&answering, "restore.done", file,
		ledger_restore(file, app->db, answer_book, &answering, error));
}

#include "ledger/backup.h"
#include "ledger/book.h"
#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NEXT_BOOK };

const struct statement backup_sql[] = {
	[NEXT_BOOK] = { "SELECT name, format FROM book WHERE name > $after ORDER BY name LIMIT 1" },
	{ 0 },
};

static const struct module *const no_modules[] = { NULL };

/* What one run works on. */
struct backup {
	const char *from, *to; /* as messages name them */
	struct file_beside file;
	struct store *source, *copy;
	void (*each)(void *context, const struct backed_up *book);
	void *context;
};

/* ------------------------------------------------------------------ the books of a file */

/* The book behind `name` by name, as a ledger that only reads its chain; NULL after the last.
 * Give it back with book_close. */
static enum result book_next(struct store *store, const char *file, const char *name,
	struct ledger **book, struct error *error)
{
	struct query *query;
	struct error fault = { 0 };
	bool row;

	*book = NULL;
	if (store_query(store, &backup_sql[NEXT_BOOK], &query, &fault) != OK) {
		/* A database without our tables. */
		if (strcmp(fault.key, "trouble.statement") == 0)
			return error_refuse(
				error, "refused.backup_no_book", "file", "file", file, NULL);
		*error = fault;
		return error->result;
	}
	query_bind_text(query, "after", name);
	if (query_next(query, &row, error) == OK && row) {
		if (query_integer(query, 1) > BOOK_FORMAT)
			error_refuse(error, "refused.newer_book", "db", NULL);
		else
			*book = ledger_new(query_text(query, 0), no_modules);
	}
	query_end(query);
	if (*book) {
		(*book)->store = store;
		return chain_head_load(*book, error);
	}
	return error->result;
}

static void book_close(struct ledger *book)
{
	if (book)
		book->store = NULL; /* it is the caller's */
	ledger_close(book);
}

/* Do something with every book of a file. */
static enum result books_each(struct store *store, const char *file,
	enum result (*each)(struct ledger *book, void *context, struct error *error), void *context,
	struct error *error)
{
	struct ledger *book, *before = NULL;
	enum result result;
	bool any = false;

	do {
		result = book_next(store, file, before ? before->book_name : "", &book, error);
		book_close(before);
		before = book;
		if (result == OK && book)
			result = each(book, context, error);
		any = any || book;
	} while (result == OK && book);
	book_close(before);
	if (result == OK && !any)
		return error_refuse(error, "refused.backup_no_book", "file", "file", file, NULL);
	return result;
}

/* ------------------------------------------------------------------ the copy, proved */

static enum result prove(struct ledger *book, void *context, struct error *error)
{
	struct backup *backup = context;
	struct error broken = { 0 };
	struct backed_up proved = { .book = book->book_name };

	if (ledger_verify(book, &proved.entries, &broken) == REFUSED)
		return error_trouble(error, "trouble.backup_broken", "file", backup->from, "book",
			book->book_name, "seq", error_argument(&broken, "seq"), NULL);
	if (broken.result != OK) {
		*error = broken;
		return error->result;
	}
	memcpy(proved.head, book->head, DIGEST_BYTES);
	backup->each(backup->context, &proved);
	return OK;
}

/* Copy what `source` is at this instant to the file beside, and prove the copy. */
static enum result copy(struct backup *backup, struct error *error)
{
	if (store_open_copy(&backup->copy, backup->file.beside, true, error) != OK ||
		store_copy(backup->source, backup->copy, error) != OK ||
		store_check(backup->copy, error) != OK)
		return error->result;
	/* Not before: right behind the snapshot the disk is the writer's, who carries over what
	 * has gathered in the WAL. */
	file_beside_write_out(&backup->file);
	return books_each(backup->copy, backup->from, prove, backup, error);
}

static void finish(struct backup *backup)
{
	store_close(backup->source);
	store_close(backup->copy);
	file_beside_drop(&backup->file);
}

/* The copy is complete: nobody has it open, and it comes to its place. */
static enum result keep(struct backup *backup, struct error *error)
{
	store_close(backup->copy);
	backup->copy = NULL;
	return file_beside_keep(&backup->file, error);
}

enum result ledger_backup(const char *url, const char *path,
	void (*each)(void *context, const struct backed_up *book), void *context,
	struct error *error)
{
	struct backup backup = { .from = url, .to = path, .each = each, .context = context };

	backup.file.file = -1;
	if (store_is_server(url))
		return error_refuse(error, "refused.backup_server", "db", NULL);
	if (store_open(&backup.source, url, false, error) == OK &&
		file_beside_start(&backup.file, path, error) == OK) {
		if (access(path, F_OK) == 0)
			error_refuse(error, "refused.backup_there", "file", "file", path, NULL);
		else if (copy(&backup, error) == OK)
			keep(&backup, error);
	}
	finish(&backup);
	return error->result;
}

/* ------------------------------------------------------------------ putting it in place */

/* Has the book the entry `seq` with this hash? Damage counts as no. */
static bool has_entry(struct ledger *book, int64_t seq, const uint8_t hash[DIGEST_BYTES])
{
	struct error ignored = { 0 };
	struct record record;

	arena_reset(&book->arena);
	return chain_read(book, &book->arena, seq, &record, &ignored) == OK && record.hash &&
	       memcmp(record.hash, hash, DIGEST_BYTES) == 0;
}

/* How many entries two chains begin with in common: once they part, they stay apart. */
static int64_t in_common(struct ledger *one, struct ledger *other)
{
	int64_t most = one->seq < other->seq ? one->seq : other->seq, least = 0;

	while (least < most) {
		int64_t middle = least + (most - least + 1) / 2;
		struct error ignored = { 0 };
		struct record record;
		arena_reset(&one->arena);
		bool same = chain_read(one, &one->arena, middle, &record, &ignored) == OK &&
			    record.hash && has_entry(other, middle, record.hash);
		least = same ? middle : least;
		most = same ? most : middle - 1;
	}
	return least;
}

/* Is every entry of this book, that of the present database, in the backup's book? */
static enum result nothing_lost(struct ledger *book, void *context, struct error *error)
{
	struct backup *backup = context;
	struct error missing = { 0 };
	char count[24];
	int64_t lost = book->seq;

	struct ledger *kept = ledger_new(book->book_name, no_modules);
	kept->store = backup->copy;
	if (chain_head_load(kept, &missing) == OK) {
		/* The head by what the book itself says, so that damage does not hide it. */
		if (!book->seq || has_entry(kept, book->seq, book->head))
			lost = 0;
		else
			lost -= in_common(book, kept);
	}
	book_close(kept);
	if (missing.result == TROUBLE) {
		*error = missing;
		return TROUBLE;
	}
	/* An entry that could not be read is not one that is missing. */
	if (store_trouble(backup->copy, error) != OK || store_trouble(book->store, error) != OK)
		return error->result;
	snprintf(count, sizeof(count), "%" PRId64, lost);
	if (!lost)
		return OK;
	return error_refuse(error, "refused.restore_loses", "db", "file", backup->to, "book",
		book->book_name, "count", count, NULL);
}

/* A file that cannot be read may hold what nobody else has. */
static enum result unread(const char *file, struct error *error)
{
	static const char *const keys[] = { "trouble.damaged", "trouble.not_a_book",
		"refused.backup_no_book", "trouble.statement" };

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (strcmp(error->key, keys[i]) != 0)
			continue;
		error_clear(error);
		return error_trouble(error, "trouble.restore_unread", "file", file, NULL);
	}
	return error->result;
}

/*
 * Into the file that is there, not in its place: a process that waits for it would go on with
 * the old file, which has no name any more, and lose what it acknowledges.
 */
static enum result restore_into(struct backup *backup, struct error *error)
{
	struct store *target = NULL;

	if (store_open(&target, backup->to, false, error) == OK &&
		store_alone(target, error) == OK &&
		books_each(target, backup->to, nothing_lost, backup, error) == OK) {
		enum result result = store_copy(backup->copy, target, error);
		store_close(target);
		return result;
	}
	store_close(target);
	return unread(backup->to, error);
}

/* What SQLite left beside a file that is gone would be taken for the new one's. */
static enum result restore_new(struct backup *backup, struct error *error)
{
	static const char *const leftovers[] = { "-wal", "-journal" };
	char beside[FILE_PATH];

	for (size_t i = 0; i < COUNT_OF(leftovers); i++) {
		snprintf(beside, sizeof(beside), "%s%s", backup->to, leftovers[i]);
		if (access(beside, F_OK) == 0)
			return error_refuse(error, "refused.restore_leftover", "db", "file",
				backup->to, "beside", beside, NULL);
	}
	return keep(backup, error);
}

enum result ledger_restore(const char *path, const char *url,
	void (*each)(void *context, const struct backed_up *book), void *context,
	struct error *error)
{
	struct backup backup = { .from = path, .to = url, .each = each, .context = context };

	backup.file.file = -1;
	if (store_is_server(url))
		return error_refuse(error, "refused.backup_server", "db", NULL);
	if (access(path, R_OK) != 0)
		return error_refuse(error, "refused.file_unreadable", "file", "file", path,
			"reason", error_reason(errno), NULL);
	if (file_beside_start(&backup.file, url, error) == OK &&
		store_open_copy(&backup.source, path, false, error) == OK &&
		copy(&backup, error) == OK) {
		if (access(url, F_OK) == 0)
			restore_into(&backup, error);
		else
			restore_new(&backup, error);
	}
	finish(&backup);
	return error->result;
}

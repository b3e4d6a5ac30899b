/*
 * Copying a database page by page while it is written to.
 *
 * The copy reads one snapshot from its first page to its last. In WAL mode a reader of a
 * snapshot holds up no writer, and no writer makes it begin again. What it does hold up is the
 * WAL, which grows until the snapshot is let go: so it is let go before anything is flushed or
 * proved, and the pages that have gathered are carried over here, not by the next writer.
 */
#include "store/sqlite_parts.h"
#include "base/panic.h"

#include <stdlib.h>
#include <string.h>

enum { ALONE_MS = 2000 };

/* One snapshot for all of it, which ends when the caller says so. */
static int copy_snapshot(sqlite3 *source, sqlite3 *target)
{
	sqlite3_backup *backup = NULL;

	int code =
		sqlite3_exec(source, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
	if (code == SQLITE_OK) {
		backup = sqlite3_backup_init(target, "main", source, "main");
		code = backup ? sqlite3_backup_step(backup, -1) : sqlite3_errcode(target);
	}
	sqlite3_backup_finish(backup);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

enum result sqlite_copy(struct store *from, struct store *to, struct error *error)
{
	struct sqlite_store *source = sqlite_whole(from), *target = sqlite_whole(to);

	int code = copy_snapshot(source->handle, target->handle);
	/* At once, before a writer's next commit would. */
	sqlite3_exec(source->handle, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_wal_checkpoint_v2(source->handle, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	/* The pages say that a WAL belongs to them. */
	if (code == SQLITE_OK && target->copy)
		code = sqlite3_exec(target->handle, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	if (code == SQLITE_OK)
		return OK;
	bool reading = code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_BUSY;
	return sqlite_failed(reading ? source : target, code, error);
}

/* In WAL mode whoever has the file open, be he idle, keeps a lock that excludes this one. */
enum result sqlite_alone(struct store *store, struct error *error)
{
	struct sqlite_store *sqlite = sqlite_whole(store);

	sqlite3_busy_timeout(sqlite->handle, ALONE_MS);
	int code = sqlite3_exec(sqlite->handle,
		"PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE; COMMIT", NULL, NULL, NULL);
	if ((code & 0xFF) == SQLITE_BUSY)
		return error_trouble(error, "trouble.in_use", "file",
			sqlite3_db_filename(sqlite->handle, "main"), NULL);
	return code == SQLITE_OK ? OK : sqlite_failed(sqlite, code, error);
}

/* The check says in words also that a page could not be read, which is no damage. */
static int found(const char *said)
{
	const char *code = strstr(said, "error code=");

	if (sqlite3_stricmp(said, "ok") == 0)
		return SQLITE_OK;
	return code && (strtol(code + strlen("error code="), NULL, 10) & 0xFF) == SQLITE_IOERR
		       ? SQLITE_IOERR
		       : SQLITE_CORRUPT;
}

enum result sqlite_check(struct store *store, struct error *error)
{
	struct sqlite_store *sqlite = sqlite_whole(store);
	sqlite3_stmt *prepared;

	int code = sqlite3_prepare_v2(
		sqlite->handle, "PRAGMA integrity_check(1)", -1, &prepared, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(prepared);
	if (code == SQLITE_ROW)
		code = found((const char *)sqlite3_column_text(prepared, 0));
	sqlite3_finalize(prepared);
	return code == SQLITE_OK ? OK : sqlite_failed(sqlite, code, error);
}

/*
 * Backups: the whole file with every book in it, copied, proved, put in its place.
 *
 * A backup is the file as it was at one instant, made while others go on writing: nobody waits
 * for it. Before it gets its name, the database checks its pages and every chain in it is
 * walked; an attempt that was cut off leaves "FILE.part", which the next one begins again.
 * Nothing is derived and nothing in the books is changed, so a backup can be made of a book
 * that an older program wrote, before a newer one opens it.
 *
 * No backup overwrites a file, and none is restored over entries that it lacks. Both are REFUSED
 * for a database on a server, which has means of its own.
 */
#ifndef LEDGER_BACKUP_H
#define LEDGER_BACKUP_H

#include "base/digest.h"
#include "base/error.h"

#include <stdint.h>

/* A book in the backup, proved. */
struct backed_up {
	const char *book;
	int64_t entries;
	uint8_t head[DIGEST_BYTES]; /* zeros in an empty book */
};

/* Back up the database at `url` to the file `path`. Each book goes to `each` when it has been
 * proved; all of it counts only when OK is returned. */
enum result ledger_backup(const char *url, const char *path,
	void (*each)(void *context, const struct backed_up *book), void *context,
	struct error *error);

/* Make the database at `url` what the backup `path` holds. Where there is one already, nobody
 * else may have it open (TROUBLE), each of its books must stand in the backup with the same
 * entries and perhaps more (REFUSED with their "count" where some would be lost), and it
 * changes in one transaction: cut off at any moment, it is the one or the other. */
enum result ledger_restore(const char *path, const char *url,
	void (*each)(void *context, const struct backed_up *book), void *context,
	struct error *error);

#endif

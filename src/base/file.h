/* Whole files, read under a ceiling and written so that a reader never sees half of one. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buffer.h"
#include "base/error.h"

/* Read all of `path` ("-" is standard input) into `into`, whose ceiling holds. A missing or
 * unreadable file and a file past the ceiling are REFUSED with the path; a failing disk is
 * TROUBLE. */
enum result file_read(const char *path, struct buffer *into, struct error *error);
/* Write beside `path`, flush to the disk, rename over it. */
enum result file_write(const char *path, const void *bytes, size_t length, struct error *error);

/*
 * A file that somebody else fills (a database) beside its place, "PATH.part", and that comes to
 * its place when it is complete. Whatever an earlier attempt left there is begun again, and
 * only one process at a time is at it.
 */
enum { FILE_PATH = 4096 };
struct file_beside {
	char path[FILE_PATH], beside[FILE_PATH];
	int file; /* open, and locked, until kept or dropped; −1 then */
};
/* Make it, empty. REFUSED where another process is at it, or it cannot be made. */
enum result file_beside_start(struct file_beside *file, const char *path, struct error *error);
/* Bring what is in it to the disk a piece at a time: who flushes another file meanwhile waits
 * for a piece at most, and keeping it has little left to flush. */
void file_beside_write_out(const struct file_beside *file);
/* Put it in its place: it is on the disk under its name when this returns OK. */
enum result file_beside_keep(struct file_beside *file, struct error *error);
/* Delete it, if it was not kept. */
void file_beside_drop(struct file_beside *file);

#endif

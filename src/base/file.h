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

#endif

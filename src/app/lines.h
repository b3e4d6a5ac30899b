/*
 * Lines from a file or a pipe, as they come: a reader that knows when the next one would have
 * to be waited for, so that what is at hand can be finished first.
 */
#ifndef APP_LINES_H
#define APP_LINES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { LINE_MOST = 4 * 1024 * 1024 };

enum line {
	LINE_READ,   /* a line, without its end */
	LINE_LONG,   /* a line past the ceiling, passed over */
	LINE_WAIT,   /* none is at hand, and reading would wait */
	LINE_END,    /* no more */
	LINE_FAILED, /* the error says why */
};

struct lines {
	const char *path;
	int file;
	char *bytes;
	size_t start, end, allocated;
	bool over, passing;
};

/* Open `path`, "-" for standard input. */
enum result lines_open(struct lines *lines, const char *path, struct error *error);
void lines_close(struct lines *lines);
/* The next line, in memory that the next call changes. Without `wait` it answers LINE_WAIT
 * rather than wait. */
enum line lines_next(
	struct lines *lines, bool wait, char **line, size_t *length, struct error *error);

#endif

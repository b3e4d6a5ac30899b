#include "app/lines.h"
#include "base/panic.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

enum result lines_open(struct lines *lines, const char *path, struct error *error)
{
	*lines = (struct lines){ .path = path, .file = STDIN_FILENO };
	if (strcmp(path, "-") == 0)
		return OK;
	lines->file = open(path, O_RDONLY | O_CLOEXEC);
	if (lines->file >= 0)
		return OK;
	return error_refuse(error, "refused.file_unreadable", "file", "file", path, "reason",
		error_reason(errno), NULL);
}

void lines_close(struct lines *lines)
{
	if (lines->file > STDIN_FILENO)
		close(lines->file);
	free(lines->bytes);
	lines->bytes = NULL;
}

/* Make room for a piece more: first by moving what is left to the front. */
static void make_room(struct lines *lines)
{
	if (lines->start) {
		memmove(lines->bytes, lines->bytes + lines->start, lines->end - lines->start);
		lines->end -= lines->start;
		lines->start = 0;
	}
	if (lines->allocated - lines->end < PIECE) {
		lines->allocated = lines->allocated * 2 + PIECE;
		lines->bytes = realloc(lines->bytes, lines->allocated);
		must(lines->bytes != NULL);
	}
}

static bool at_hand(const struct lines *lines)
{
	struct pollfd ready = { .fd = lines->file, .events = POLLIN };

	return poll(&ready, 1, 0) != 0;
}

/* Read a piece; false where that failed. */
static bool fill(struct lines *lines, struct error *error)
{
	ssize_t got;

	make_room(lines);
	do {
		got = read(lines->file, lines->bytes + lines->end, PIECE);
	} while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EISDIR)
		error_refuse(error, "refused.file_unreadable", "file", "file", lines->path,
			"reason", error_reason(errno), NULL);
	else if (got < 0)
		error_trouble(error, "trouble.read", "file", lines->path, "reason",
			error_reason(errno), NULL);
	lines->over = got == 0;
	lines->end += got > 0 ? (size_t)got : 0;
	return got >= 0;
}

/* Take what lies before `end`, and the line end behind it. */
static enum line take(struct lines *lines, size_t end, char **line, size_t *length)
{
	bool was_passing = lines->passing;

	*line = lines->bytes + lines->start;
	*length = end - lines->start;
	lines->start = end < lines->end ? end + 1 : end;
	lines->passing = false;
	return was_passing || *length > LINE_MOST ? LINE_LONG : LINE_READ;
}

enum line lines_next(
	struct lines *lines, bool wait, char **line, size_t *length, struct error *error)
{
	size_t seen = lines->start;

	for (;;) {
		char *end = seen < lines->end ? memchr(lines->bytes + seen, '\n', lines->end - seen)
					      : NULL;
		if (end)
			return take(lines, (size_t)(end - lines->bytes), line, length);
		if (lines->over && lines->start == lines->end && !lines->passing)
			return LINE_END;
		if (lines->over)
			return take(lines, lines->end, line, length);
		if (lines->end - lines->start > LINE_MOST) {
			lines->passing = true;
			lines->start = lines->end;
		}
		if (!wait && !at_hand(lines))
			return LINE_WAIT;
		size_t kept = lines->end - lines->start;
		if (!fill(lines, error))
			return LINE_FAILED;
		seen = lines->start + kept;
	}
}

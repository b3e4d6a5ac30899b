#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum result unreadable(const char *path, struct error *error)
{
	if (errno == EIO)
		return error_trouble(
			error, "trouble.read", "file", path, "reason", strerror(errno), NULL);
	return error_refuse(error, "refused.file_unreadable", "file", "file", path, "reason",
		strerror(errno), NULL);
}

enum result file_read(const char *path, struct buffer *into, struct error *error)
{
	char block[65536], most[24];
	enum result result = OK;
	int file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return unreadable(path, error);
	for (ssize_t size; (size = read(file, block, sizeof(block))) != 0;) {
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0) {
			result = unreadable(path, error);
			break;
		}
		buffer_add(into, block, (size_t)size);
		if (into->full) {
			snprintf(most, sizeof(most), "%zu", into->ceiling / 1048576);
			result = error_refuse(error, "refused.file_too_large", "file", "file", path,
				"max", most, NULL);
			break;
		}
	}
	if (file != STDIN_FILENO)
		close(file);
	return result;
}

static int write_all(int file, const char *at, size_t length)
{
	while (length) {
		ssize_t size = write(file, at, length);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return -1;
		at += size;
		length -= (size_t)size;
	}
	return fsync(file);
}

enum result file_write(const char *path, const void *bytes, size_t length, struct error *error)
{
	char beside[4096];

	if (snprintf(beside, sizeof(beside), "%s.part", path) >= (int)sizeof(beside))
		return error_refuse(error, "refused.file_unwritable", "out", "file", path, "reason",
			strerror(ENAMETOOLONG), NULL);
	int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file < 0)
		return error_refuse(error, "refused.file_unwritable", "out", "file", path, "reason",
			strerror(errno), NULL);
	int failed = write_all(file, bytes, length) ? errno : 0;
	if (close(file) && !failed)
		failed = errno;
	if (!failed && rename(beside, path))
		failed = errno;
	if (!failed)
		return OK;
	unlink(beside);
	return error_trouble(
		error, "trouble.write", "file", path, "reason", strerror(failed), NULL);
}

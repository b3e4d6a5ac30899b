#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1024 * 1024 };

static enum result unreadable(const char *path, struct error *error)
{
	if (errno == EIO)
		return error_trouble(
			error, "trouble.read", "file", path, "reason", error_reason(errno), NULL);
	return error_refuse(error, "refused.file_unreadable", "file", "file", path, "reason",
		error_reason(errno), NULL);
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
			error_reason(ENAMETOOLONG), NULL);
	int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file < 0)
		return error_refuse(error, "refused.file_unwritable", "out", "file", path, "reason",
			error_reason(errno), NULL);
	int failed = write_all(file, bytes, length) ? errno : 0;
	if (close(file) && !failed)
		failed = errno;
	if (!failed && rename(beside, path))
		failed = errno;
	if (!failed)
		return OK;
	unlink(beside);
	return error_trouble(
		error, "trouble.write", "file", path, "reason", error_reason(failed), NULL);
}

static enum result unwritable(const char *path, int failure, struct error *error)
{
	return error_refuse(error, "refused.file_unwritable", "out", "file", path, "reason",
		error_reason(failure), NULL);
}

/* Whoever had the lock may have put the file in its place meanwhile: then it is not ours. */
static bool lock_beside(const struct file_beside *file)
{
	struct stat opened, named;

	return flock(file->file, LOCK_EX | LOCK_NB) == 0 && fstat(file->file, &opened) == 0 &&
	       stat(file->beside, &named) == 0 && opened.st_ino == named.st_ino;
}

enum result file_beside_start(struct file_beside *file, const char *path, struct error *error)
{
	file->file = -1;
	if (snprintf(file->path, FILE_PATH, "%s", path) >= FILE_PATH ||
		snprintf(file->beside, FILE_PATH, "%s.part", path) >= FILE_PATH)
		return unwritable(path, ENAMETOOLONG, error);
	file->file = open(file->beside, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (file->file < 0)
		return unwritable(path, errno, error);
	if (lock_beside(file) && ftruncate(file->file, 0) == 0)
		return OK;
	close(file->file);
	file->file = -1;
	return error_refuse(error, "refused.file_at_work", "out", "file", file->beside, NULL);
}

/* A name is on the disk when its folder is. */
static int sync_folder(const char *path)
{
	char folder[FILE_PATH];
	const char *slash = strrchr(path, '/');

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		slash ? path : ".");
	int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file < 0)
		return -1;
	int failed = fsync(file);
	close(file);
	return failed;
}

void file_beside_write_out(const struct file_beside *file)
{
	struct stat status;

	for (off_t at = 0; fstat(file->file, &status) == 0 && at < status.st_size; at += PIECE)
		sync_file_range(file->file, at, PIECE,
			SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
				SYNC_FILE_RANGE_WAIT_AFTER);
}

enum result file_beside_keep(struct file_beside *file, struct error *error)
{
	if (fsync(file->file) != 0 || rename(file->beside, file->path) != 0 ||
		sync_folder(file->path) != 0)
		return error_trouble(error, "trouble.write", "file", file->path, "reason",
			error_reason(errno), NULL);
	close(file->file);
	file->file = -1;
	return OK;
}

void file_beside_drop(struct file_beside *file)
{
	if (file->file < 0)
		return;
	unlink(file->beside);
	close(file->file);
	file->file = -1;
}

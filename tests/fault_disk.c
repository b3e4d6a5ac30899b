#include "fault_disk.h"

#include "base/panic.h"
#include "base/text.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES = 4, PATH_BYTES = 512, SECTOR = 512 };

/* Bytes written since the last flush; or the file cut to `offset`, where bytes is NULL. */
struct written {
	uint8_t *bytes;
	size_t length, offset;
	bool dropped; /* a failed flush may have forgotten it for good */
};

/* One file of the book, as the disk is sure to hold it, and what hangs in the air. */
struct image {
	const char *ending;
	uint8_t *bytes;
	size_t length;
	struct written *written;
	size_t count, room;
	bool there, was_there; /* now; and surely, as its folder was last flushed */
};

struct fault_file {
	sqlite3_file base; /* first */
	struct image *image;
	sqlite3_file *real;
};

struct disk disk;
static struct image images[FILES] = { { "" }, { "-wal" }, { "-journal" } };
static char followed[PATH_BYTES];
static sqlite3_vfs *real_vfs, fault_vfs;
static sqlite3_io_methods fault_methods;
static uint64_t dice;

static uint64_t chance(uint64_t below)
{
	dice = dice * 6364136223846793005U + 1442695040888963407U;
	return (dice >> 33) % below;
}

/* ------------------------------------------------------------------ failing */

/* One thing more is done to the disk: SQLITE_OK, or what it fails with. */
static int deed(int failure)
{
	bool reading = disk.trouble == DISK_READS, reads = failure == SQLITE_IOERR_READ;

	if (reading != reads)
		return SQLITE_OK;
	disk.deeds++;
	if (disk.deed)
		disk.deed(disk.deeds);
	if (!disk.at || (disk.deeds != disk.at && !(disk.sticky && disk.met)))
		return SQLITE_OK;
	disk.met = true;
	return disk.trouble == DISK_FAILS || reads ? failure : SQLITE_FULL;
}

/* ------------------------------------------------------------------ images */

static void written_forget(struct image *image)
{
	for (size_t i = 0; i < image->count; i++)
		free(image->written[i].bytes);
	image->count = 0;
}

static void image_forget(struct image *image)
{
	written_forget(image);
	free(image->bytes);
	image->bytes = NULL;
	image->length = 0;
}

static void image_resize(struct image *image, size_t length)
{
	image->bytes = realloc(image->bytes, length + 1);
	must(image->bytes != NULL);
	if (length > image->length)
		memset(image->bytes + image->length, 0, length - image->length);
	image->length = length;
}

static void image_put(struct image *image, size_t offset, const uint8_t *bytes, size_t length)
{
	if (!length)
		return;
	if (offset + length > image->length)
		image_resize(image, offset + length);
	memcpy(image->bytes + offset, bytes, length);
}

static void note_written(struct image *image, const void *bytes, size_t length, size_t offset)
{
	if (image->count == image->room) {
		image->room = image->room ? image->room * 2 : 64;
		image->written = realloc(image->written, image->room * sizeof(*image->written));
		must(image->written != NULL);
	}
	struct written *written = &image->written[image->count++];
	*written = (struct written){ .length = length, .offset = offset };
	if (bytes) {
		written->bytes = malloc(length + 1);
		must(written->bytes != NULL);
		memcpy(written->bytes, bytes, length);
	}
}

static void written_put(struct image *image, const struct written *written)
{
	if (written->bytes)
		image_put(image, written->offset, written->bytes, written->length);
	else
		image_resize(image, written->offset);
}

/* The first flush of a journal or a log flushes its folder too. */
static void folder_flush(void)
{
	for (size_t i = 0; i < FILES && images[i].ending; i++)
		images[i].was_there = images[i].there;
}

/* Flushed: what was written is there, but for what an earlier flush that failed has dropped. */
static void image_flush(struct image *image)
{
	for (size_t i = 0; i < image->count; i++) {
		if (!image->written[i].dropped)
			written_put(image, &image->written[i]);
	}
	written_forget(image);
	if (*image->ending && !image->was_there)
		folder_flush();
	image->was_there = image->there;
}

/* After a flush that failed, the system may take pages for clean that never were written. */
static void image_drop(struct image *image)
{
	for (size_t i = 0; i < image->count; i++)
		image->written[i].dropped = image->written[i].dropped || chance(2);
}

static void image_load(struct image *image, const char *path)
{
	FILE *file = fopen(path, "rb");

	image_forget(image);
	image->there = image->was_there = file != NULL;
	if (!file)
		return;
	must(fseek(file, 0, SEEK_END) == 0);
	image_resize(image, (size_t)ftell(file));
	rewind(file);
	must(fread(image->bytes, 1, image->length, file) == image->length);
	must(fclose(file) == 0);
}

static struct image *image_of(const char *name)
{
	size_t length = strlen(followed);
	const char *found = name && length ? strstr(name, followed) : NULL;

	for (size_t i = 0; found && i < FILES && images[i].ending; i++) {
		if (text_equal(found + length, images[i].ending))
			return &images[i];
	}
	return NULL;
}

/* ------------------------------------------------------------------ the power goes */

/* What of one write reached the disk: all, nothing, a part, or a part and then garbage. */
static void cut_written(struct image *image, const struct written *written)
{
	uint64_t luck = chance(4);
	size_t part = written->length ? chance(written->length) : 0;

	if (luck == 0 || written->dropped)
		return;
	if (luck == 1 || !written->bytes || !written->length) {
		written_put(image, written);
		return;
	}
	image_put(image, written->offset, written->bytes, part);
	size_t torn = written->length - part < SECTOR ? written->length - part : SECTOR;
	for (size_t i = 0; luck == 2 && i < torn; i++)
		image_put(image, written->offset + part + i, &(uint8_t){ (uint8_t)chance(256) }, 1);
}

static void cut_file(const struct image *image, const char *to)
{
	struct image left = { .ending = image->ending };
	char path[PATH_BYTES];
	/* Mostly all of it, or nothing, or the first so many: rarely each by itself. */
	uint64_t luck = chance(4);
	size_t first = image->count ? chance(image->count + 1) : 0;

	snprintf(path, sizeof(path), "%s%s", to, image->ending);
	bool there = image->there == image->was_there ? image->there : chance(2);
	if (!there)
		return;
	image_put(&left, 0, image->bytes, image->length);
	for (size_t i = 0; i < image->count; i++) {
		const struct written *written = &image->written[i];
		if (luck == 0 || (luck == 1 && i == first))
			cut_written(&left, written);
		else if (!written->dropped && (luck == 3 || i < first))
			written_put(&left, written);
	}
	FILE *file = fopen(path, "wb");
	must(file != NULL);
	must(fwrite(left.bytes ? left.bytes : (const uint8_t *)"", 1, left.length, file) ==
		left.length);
	must(fclose(file) == 0);
	free(left.bytes);
}

void disk_power_cut(const char *to, uint64_t seed)
{
	dice = seed;
	for (size_t i = 0; i < FILES && images[i].ending; i++)
		cut_file(&images[i], to);
}

/* ------------------------------------------------------------------ one file */

static sqlite3_file *real_file(sqlite3_file *file)
{
	return ((struct fault_file *)file)->real;
}

static struct image *file_image(sqlite3_file *file)
{
	return ((struct fault_file *)file)->image;
}

static int file_close(sqlite3_file *file)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xClose(real);
}

static int file_read(sqlite3_file *file, void *into, int length, sqlite3_int64 offset)
{
	sqlite3_file *real = real_file(file);
	int code = file_image(file) ? deed(SQLITE_IOERR_READ) : SQLITE_OK;

	return code == SQLITE_OK ? real->pMethods->xRead(real, into, length, offset) : code;
}

static int file_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
	sqlite3_file *real = real_file(file);
	struct image *image = file_image(file);

	if (!image)
		return real->pMethods->xWrite(real, bytes, length, offset);
	note_written(image, bytes, (size_t)length, (size_t)offset);
	int code = deed(SQLITE_IOERR_WRITE);
	if (code == SQLITE_OK)
		return real->pMethods->xWrite(real, bytes, length, offset);
	struct written *last = &image->written[image->count - 1];
	last->length = disk.trouble == DISK_SHORT ? last->length / 2 : 0;
	if (last->length)
		must(real->pMethods->xWrite(real, bytes, (int)last->length, offset) == SQLITE_OK);
	return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	sqlite3_file *real = real_file(file);
	struct image *image = file_image(file);

	if (image) {
		int code = deed(SQLITE_IOERR_TRUNCATE);
		if (code != SQLITE_OK)
			return code;
		note_written(image, NULL, 0, (size_t)size);
	}
	return real->pMethods->xTruncate(real, size);
}

static int file_sync(sqlite3_file *file, int flags)
{
	sqlite3_file *real = real_file(file);
	struct image *image = file_image(file);
	int code = image ? deed(SQLITE_IOERR_FSYNC) : SQLITE_OK;

	if (image && code == SQLITE_OK)
		image_flush(image);
	else if (image)
		image_drop(image);
	/* The real flush is left out: nobody pulls the plug of this machine. */
	(void)flags;
	(void)real;
	return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xFileSize(real, size);
}

static int file_lock(sqlite3_file *file, int lock)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xLock(real, lock);
}

static int file_unlock(sqlite3_file *file, int lock)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xUnlock(real, lock);
}

static int file_locked(sqlite3_file *file, int *locked)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xCheckReservedLock(real, locked);
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xFileControl(real, what, argument);
}

static int file_sector(sqlite3_file *file)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xSectorSize(real);
}

static int file_characteristics(sqlite3_file *file)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xDeviceCharacteristics(real);
}

/* The index of the log stands on the same disk, and grows by whole blocks. */
static int file_index(sqlite3_file *file, int block, int size, int extend, void volatile **mapped)
{
	sqlite3_file *real = real_file(file);
	int code = real->pMethods->xShmMap(real, block, size, 0, mapped);

	if (code != SQLITE_OK || *mapped || !extend)
		return code;
	code = deed(SQLITE_IOERR_SHMSIZE);
	return code == SQLITE_OK ? real->pMethods->xShmMap(real, block, size, extend, mapped)
				 : code;
}

static int file_index_lock(sqlite3_file *file, int offset, int count, int flags)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xShmLock(real, offset, count, flags);
}

static void file_index_barrier(sqlite3_file *file)
{
	sqlite3_file *real = real_file(file);

	real->pMethods->xShmBarrier(real);
}

static int file_index_unmap(sqlite3_file *file, int delete)
{
	sqlite3_file *real = real_file(file);

	return real->pMethods->xShmUnmap(real, delete);
}

/* ------------------------------------------------------------------ the VFS */

static int disk_open(
	sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct fault_file *wrapped = (struct fault_file *)file;

	(void)vfs;
	memset(wrapped, 0, sizeof(*wrapped));
	wrapped->real = (sqlite3_file *)(wrapped + 1);
	if (image_of(name) && deed(SQLITE_CANTOPEN) != SQLITE_OK)
		return SQLITE_CANTOPEN;
	int code = real_vfs->xOpen(real_vfs, name, wrapped->real, flags, out_flags);
	if (!wrapped->real->pMethods)
		return code;
	wrapped->base.pMethods = &fault_methods;
	wrapped->image = code == SQLITE_OK ? image_of(name) : NULL;
	if (wrapped->image && !wrapped->image->there) {
		image_forget(wrapped->image);
		wrapped->image->there = true;
	}
	return code;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int flush)
{
	struct image *image = image_of(name);

	(void)vfs;
	if (image) {
		int code = deed(SQLITE_IOERR_DELETE);
		if (code != SQLITE_OK)
			return code;
	}
	int code = real_vfs->xDelete(real_vfs, name, flush);
	if (image && code == SQLITE_OK) {
		image->there = false;
		if (flush)
			folder_flush();
	}
	return code;
}

static void methods_set(void)
{
	fault_methods = (sqlite3_io_methods){ .iVersion = 2,
		.xClose = file_close,
		.xRead = file_read,
		.xWrite = file_write,
		.xTruncate = file_truncate,
		.xSync = file_sync,
		.xFileSize = file_size,
		.xLock = file_lock,
		.xUnlock = file_unlock,
		.xCheckReservedLock = file_locked,
		.xFileControl = file_control,
		.xSectorSize = file_sector,
		.xDeviceCharacteristics = file_characteristics,
		.xShmMap = file_index,
		.xShmLock = file_index_lock,
		.xShmBarrier = file_index_barrier,
		.xShmUnmap = file_index_unmap };
}

void disk_install(void)
{
	/* As the store does it; after the next line it would not be heard. */
	sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
	real_vfs = sqlite3_vfs_find(NULL);
	must(real_vfs != NULL);
	methods_set();
	fault_vfs = *real_vfs;
	fault_vfs.zName = "fault";
	fault_vfs.pNext = NULL;
	fault_vfs.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
	fault_vfs.xOpen = disk_open;
	fault_vfs.xDelete = disk_delete;
	must(sqlite3_vfs_register(&fault_vfs, 1) == SQLITE_OK);
}

void disk_follow(const char *path)
{
	for (size_t i = 0; i < FILES && images[i].ending; i++) {
		char name[PATH_BYTES];
		snprintf(name, sizeof(name), "%s%s", path, images[i].ending);
		image_load(&images[i], name);
	}
	text_copy(followed, sizeof(followed), path);
	disk = (struct disk){ .at = 0 };
}

void disk_fail(int64_t at, enum disk_trouble trouble, bool sticky)
{
	dice = (uint64_t)at;
	disk = (struct disk){ .at = at, .trouble = trouble, .sticky = sticky, .deed = disk.deed };
}

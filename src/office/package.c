#include "office/package.h"
#include "base/panic.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct package {
	char *name;
	zip_t *zip;
	zip_int64_t entries;
};

struct inflating {
	struct package *package;
	zip_file_t *file;
	char path[PACKAGE_PATH];
	uint64_t packed, inflated, most;
};

enum { TAIL_BYTES = 65536 + 22 };

/* The end record may announce millions of entries, each of which the library would hold in
 * memory; a workbook has some dozens. Looks at every place where such a record could begin. */
static bool too_many_entries(const unsigned char *tail, size_t length)
{
	for (size_t i = 0; i + 12 <= length; i++) {
		if (memcmp(tail + i, "PK\5\6", 4) == 0 &&
			(tail[i + 10] | tail[i + 11] << 8) > PACKAGE_PARTS)
			return true;
	}
	return false;
}

static bool plausible(const struct source *source)
{
	if (!source->file) {
		size_t length = source->length < TAIL_BYTES ? source->length : TAIL_BYTES;
		return !too_many_entries(
			(const unsigned char *)source->bytes + source->length - length, length);
	}
	unsigned char *tail = malloc(TAIL_BYTES);
	must(tail != NULL);
	if (fseeko(source->file, -(off_t)TAIL_BYTES, SEEK_END))
		rewind(source->file);
	size_t length = fread(tail, 1, TAIL_BYTES, source->file);
	bool few = !too_many_entries(tail, length);
	free(tail);
	rewind(source->file);
	return few;
}

/* The library's source over ours; it owns source->file from here on. */
static zip_source_t *library_source(struct source *source, zip_error_t *error)
{
	FILE *file = source->file;

	if (!file)
		return zip_source_buffer_create(source->bytes, source->length, 0, error);
	source->file = NULL;
	zip_source_t *made = zip_source_filep_create(file, 0, -1, error);
	if (!made)
		fclose(file);
	return made;
}

enum result package_open(struct source *source, struct package **package, struct error *error)
{
	zip_error_t failure;
	zip_t *zip = NULL;

	*package = NULL;
	if (!plausible(source)) {
		if (source->file)
			fclose(source->file);
		source->file = NULL;
		return error_refuse(
			error, "refused.sheet_too_complex", "file", "file", source->name, NULL);
	}
	zip_error_init(&failure);
	zip_source_t *bytes = library_source(source, &failure);
	if (bytes)
		zip = zip_open_from_source(bytes, ZIP_RDONLY, &failure);
	if (bytes && !zip)
		zip_source_free(bytes);
	if (!zip && zip_error_code_zip(&failure) == ZIP_ER_READ)
		error_trouble(error, "trouble.read", "file", source->name, "reason",
			zip_error_strerror(&failure), NULL);
	else if (!zip)
		error_refuse(error, "refused.sheet_incomplete", "file", "file", source->name, NULL);
	zip_error_fini(&failure);
	if (!zip)
		return error->result;
	*package = calloc(1, sizeof(**package));
	must(*package != NULL);
	(*package)->name = strdup(source->name);
	must((*package)->name != NULL);
	(*package)->zip = zip;
	(*package)->entries = zip_get_num_entries(zip, 0);
	return OK;
}

void package_close(struct package *package)
{
	if (!package)
		return;
	zip_discard(package->zip);
	free(package->name);
	free(package);
}

const char *package_name(const struct package *package)
{
	return package->name;
}

static char path_character(char c)
{
	if (c == '\\')
		return '/';
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool same_path(const char *a, const char *b)
{
	a += *a == '/' || *a == '\\';
	b += *b == '/' || *b == '\\';
	while (*a && path_character(*a) == path_character(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

/* The entry called `path`, −1 without one; *twice when there are several. */
static zip_int64_t find(struct package *package, const char *path, bool *twice)
{
	zip_int64_t found = -1;

	*twice = false;
	for (zip_int64_t i = 0; i < package->entries; i++) {
		const char *name = zip_get_name(package->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
		if (!name || !same_path(name, path))
			continue;
		*twice = found >= 0;
		found = i;
	}
	return found;
}

bool package_has(struct package *package, const char *path)
{
	bool twice;

	return find(package, path, &twice) >= 0;
}

static enum result refuse(const struct inflating *inflating, const char *key, struct error *error)
{
	return error_refuse(error, key, "file", "file", inflating->package->name, "part",
		inflating->path, NULL);
}

static bool bomb(const struct inflating *inflating, uint64_t bytes)
{
	return bytes > inflating->most ||
	       (bytes > PACKAGE_ALLOWANCE && bytes / PACKAGE_RATIO > inflating->packed);
}

static enum result begin(struct inflating *inflating, struct error *error)
{
	zip_t *zip = inflating->package->zip;
	zip_stat_t stat;
	bool twice;
	zip_int64_t index = find(inflating->package, inflating->path, &twice);

	if (index < 0)
		return refuse(inflating, "refused.sheet_part_missing", error);
	if (twice)
		return refuse(inflating, "refused.sheet_part_twice", error);
	if (zip_stat_index(zip, (zip_uint64_t)index, 0, &stat) < 0)
		return refuse(inflating, "refused.sheet_damaged", error);
	if (stat.encryption_method != ZIP_EM_NONE)
		return refuse(inflating, "refused.sheet_encrypted", error);
	inflating->packed = stat.comp_size;
	if (bomb(inflating, stat.size))
		return refuse(inflating, "refused.sheet_bomb", error);
	inflating->file = zip_fopen_index(zip, (zip_uint64_t)index, 0);
	return inflating->file ? OK : refuse(inflating, "refused.sheet_damaged", error);
}

enum result inflating_open(struct package *package, const char *path, uint64_t most,
	struct inflating **inflating, struct error *error)
{
	struct inflating *made = calloc(1, sizeof(*made));

	must(made != NULL);
	made->package = package;
	made->most = most;
	snprintf(made->path, sizeof(made->path), "%s", path);
	enum result result = begin(made, error);
	if (result != OK) {
		inflating_close(made);
		made = NULL;
	}
	*inflating = made;
	return result;
}

enum result inflating_read(
	struct inflating *inflating, void *bytes, size_t size, size_t *got, struct error *error)
{
	zip_int64_t length = zip_fread(inflating->file, bytes, size);

	*got = 0;
	if (length < 0) {
		zip_error_t *failure = zip_file_get_error(inflating->file);
		if (zip_error_code_zip(failure) == ZIP_ER_READ)
			return error_trouble(error, "trouble.read", "file",
				inflating->package->name, "reason", zip_error_strerror(failure),
				NULL);
		return refuse(inflating, "refused.sheet_damaged", error);
	}
	inflating->inflated += (uint64_t)length;
	if (bomb(inflating, inflating->inflated))
		return refuse(inflating, "refused.sheet_bomb", error);
	*got = (size_t)length;
	return OK;
}

void inflating_close(struct inflating *inflating)
{
	if (inflating && inflating->file)
		zip_fclose(inflating->file);
	free(inflating);
}

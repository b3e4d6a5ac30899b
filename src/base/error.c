#include "base/error.h"
#include "base/panic.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(
	struct error *error, enum result result, const char *key, const char *field, va_list pairs)
{
	if (error->result != OK)
		return;
	memset(error, 0, sizeof(*error));
	error->result = result;
	text_copy(error->key, sizeof(error->key), key);
	text_copy(error->field, sizeof(error->field), field ? field : "");
	for (const char *name;
		error->arguments < ERROR_ARGUMENTS && (name = va_arg(pairs, char *));) {
		const char *value = va_arg(pairs, char *);
		int i = error->arguments++;
		text_copy(error->argument[i].name, sizeof(error->argument[i].name), name);
		text_copy(error->argument[i].text, sizeof(error->argument[i].text),
			value ? value : "");
	}
}

enum result error_refuse(struct error *error, const char *key, const char *field, ...)
{
	va_list pairs;

	va_start(pairs, field);
	fill(error, REFUSED, key, field, pairs);
	va_end(pairs);
	return error->result;
}

enum result error_trouble(struct error *error, const char *key, ...)
{
	va_list pairs;

	va_start(pairs, key);
	fill(error, TROUBLE, key, NULL, pairs);
	va_end(pairs);
	return error->result;
}

void error_place(struct error *error, const char *format, ...)
{
	char place[sizeof(error->place) * 2];
	va_list arguments;

	if (error->result == OK || error->place[0])
		return;
	va_start(arguments, format);
	vsnprintf(place, sizeof(place), format, arguments);
	va_end(arguments);
	text_copy(error->place, sizeof(error->place), place);
}

void error_clear(struct error *error)
{
	memset(error, 0, sizeof(*error));
}

const char *error_reason(int code)
{
	static const struct {
		int code;
		const char *key;
	} common[] = { { ENOENT, "reason.no_such_file" }, { ENOTDIR, "reason.no_folder" },
		{ EACCES, "reason.not_allowed" }, { EPERM, "reason.not_allowed" },
		{ EISDIR, "reason.folder" }, { EEXIST, "reason.exists" },
		{ ENOSPC, "reason.disk_full" }, { EDQUOT, "reason.disk_full" },
		{ EFBIG, "reason.too_large" }, { EROFS, "reason.read_only" },
		{ ENAMETOOLONG, "reason.name_too_long" }, { EMFILE, "reason.too_many_files" },
		{ ENFILE, "reason.too_many_files" }, { EIO, "reason.disk" },
		{ EPIPE, "reason.nobody_reads" } };

	for (size_t i = 0; i < COUNT_OF(common); i++) {
		if (common[i].code == code)
			return common[i].key;
	}
	return strerror(code);
}

const char *error_argument(const struct error *error, const char *name)
{
	for (int i = 0; i < error->arguments; i++) {
		if (strcmp(error->argument[i].name, name) == 0)
			return error->argument[i].text;
	}
	return NULL;
}

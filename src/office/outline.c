#include "office/outline.h"
#include "base/panic.h"
#include "office/part.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { RELATIONS = 4096 };

struct relation {
	char *id, *kind, *target;
};

/* The relationships of one part: what it refers to, under an id, by kind. */
struct relations {
	struct relation *item;
	int count;
	struct part *part;
	const char *file;
};

static char *copy(const char *text)
{
	char *made = strdup(text ? text : "");

	must(made != NULL);
	return made;
}

static void on_relation(void *context, const char *name, const char *const *attributes)
{
	struct relations *relations = context;

	if (strcmp(name, "Relationship") != 0)
		return;
	if (relations->count == RELATIONS) {
		error_refuse(part_fail(relations->part), "refused.sheet_too_complex", "file",
			"file", relations->file, NULL);
		return;
	}
	const char *mode = part_attribute(attributes, "TargetMode");
	if (mode && strcmp(mode, "External") == 0)
		return;
	if (!relations->item)
		relations->item = calloc(RELATIONS, sizeof(*relations->item));
	must(relations->item != NULL);
	relations->item[relations->count++] = (struct relation){
		.id = copy(part_attribute(attributes, "Id")),
		.kind = copy(part_attribute(attributes, "Type")),
		.target = copy(part_attribute(attributes, "Target")),
	};
}

static void relations_release(struct relations *relations)
{
	for (int i = 0; i < relations->count; i++) {
		free(relations->item[i].id);
		free(relations->item[i].kind);
		free(relations->item[i].target);
	}
	free(relations->item);
}

/* Does the kind, a URL that differs between the two OOXML namespaces, end in "/word"? */
static bool is_kind(const struct relation *relation, const char *word)
{
	const char *slash = strrchr(relation->kind, '/');

	return slash && strcmp(slash + 1, word) == 0;
}

static const struct relation *by_kind(const struct relations *relations, const char *word)
{
	for (int i = 0; i < relations->count; i++) {
		if (is_kind(&relations->item[i], word))
			return &relations->item[i];
	}
	return NULL;
}

/* The target as a path from the root of the package: relative to the folder of `from` unless
 * it begins with a slash, "." and ".." resolved. False when it is too long. */
static bool resolve(const char *from, const char *target, char path[PACKAGE_PATH])
{
	char joined[PACKAGE_PATH * 2], *rest = joined, *piece;
	const char *slash = strrchr(from, '/');
	int folder = slash ? (int)(slash - from) : 0;
	bool rooted = *target == '/' || *target == '\\';
	size_t length = 0;

	if (snprintf(joined, sizeof(joined), "%.*s/%s", rooted ? 0 : folder, from, target) >=
		(int)sizeof(joined))
		return false;
	path[0] = '\0';
	while ((piece = strsep(&rest, "/\\"))) {
		size_t size = strlen(piece);
		if (!size || strcmp(piece, ".") == 0)
			continue;
		if (strcmp(piece, "..") == 0) {
			char *last = strrchr(path, '/');
			length = last ? (size_t)(last - path) : 0;
			path[length] = '\0';
			continue;
		}
		if (length + size + 2 > PACKAGE_PATH)
			return false;
		length += (size_t)snprintf(
			path + length, PACKAGE_PATH - length, "%s%s", length ? "/" : "", piece);
	}
	return length > 0;
}

/* Read the relationships of `path` ("" for the package itself); none is no fault. */
static enum result relations_read(
	struct package *package, const char *path, struct relations *relations, struct error *error)
{
	static const struct part_events events = { on_relation, NULL, NULL };
	char rels[PACKAGE_PATH + 16];
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash - path) + 1 : 0;

	*relations = (struct relations){ .file = package_name(package) };
	snprintf(rels, sizeof(rels), "%.*s_rels/%s.rels", folder, path, path + folder);
	if (!package_has(package, rels))
		return OK;
	return part_read_all(
		package, rels, PART_SMALL, &events, relations, &relations->part, error);
}

struct reading {
	struct outline *outline;
	struct relations relations;
	const char *workbook; /* path of the workbook's part */
	struct part *part;
	const char *file;
};

static bool yes(const char *text)
{
	return text && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

/* The part that the sheet's r:id names; NULL where it holds no cells. */
static const struct relation *sheet_relation(
	const struct reading *reading, const char *const *attributes)
{
	const char *id = part_attribute(attributes, "id");

	for (int i = 0; id && i < reading->relations.count; i++) {
		const struct relation *relation = &reading->relations.item[i];
		if (strcmp(relation->id, id) == 0)
			return is_kind(relation, "worksheet") ? relation : NULL;
	}
	return NULL;
}

static void on_sheet(struct reading *reading, const char *const *attributes)
{
	struct outline *outline = reading->outline;
	const struct relation *relation = sheet_relation(reading, attributes);
	const char *state = part_attribute(attributes, "state");
	char path[PACKAGE_PATH];

	if (!relation || !resolve(reading->workbook, relation->target, path))
		return;
	if (outline->sheets == OUTLINE_SHEETS) {
		error_refuse(part_fail(reading->part), "refused.sheet_too_complex", "file", "file",
			reading->file, NULL);
		return;
	}
	if (!outline->sheet)
		outline->sheet = calloc(OUTLINE_SHEETS, sizeof(*outline->sheet));
	must(outline->sheet != NULL);
	outline->sheet[outline->sheets++] = (struct outline_sheet){
		.name = copy(part_attribute(attributes, "name")),
		.path = copy(path),
		.hidden = state && strcmp(state, "visible") != 0,
	};
}

static void on_start(void *context, const char *name, const char *const *attributes)
{
	struct reading *reading = context;

	if (strcmp(name, "sheet") == 0)
		on_sheet(reading, attributes);
	else if (strcmp(name, "workbookPr") == 0 && yes(part_attribute(attributes, "date1904")))
		reading->outline->since_1904 = true;
}

/* Where the workbook's own part is. */
static enum result find_workbook(
	struct package *package, char path[PACKAGE_PATH], struct error *error)
{
	struct relations relations;
	enum result result = relations_read(package, "", &relations, error);

	if (result == OK) {
		const struct relation *relation = by_kind(&relations, "officeDocument");
		if (!relation || !resolve("", relation->target, path))
			snprintf(path, PACKAGE_PATH, "xl/workbook.xml");
	}
	relations_release(&relations);
	if (result != OK)
		return result;
	size_t length = strlen(path);
	if (length > 4 && strcasecmp(path + length - 4, ".bin") == 0)
		return error_refuse(
			error, "refused.sheet_xlsb", "file", "file", package_name(package), NULL);
	if (!package_has(package, path) || strncasecmp(path, "word/", 5) == 0 ||
		strncasecmp(path, "ppt/", 4) == 0)
		return error_refuse(error, "refused.sheet_not_workbook", "file", "file",
			package_name(package), NULL);
	return OK;
}

static void find_part(const struct reading *reading, struct package *package, const char *kind,
	char path[PACKAGE_PATH])
{
	const struct relation *relation = by_kind(&reading->relations, kind);

	if (!relation || !resolve(reading->workbook, relation->target, path) ||
		!package_has(package, path))
		path[0] = '\0';
}

enum result outline_read(struct package *package, struct outline *outline, struct error *error)
{
	static const struct part_events events = { on_start, NULL, NULL };
	char path[PACKAGE_PATH] = "";
	struct reading reading = {
		.outline = outline, .workbook = path, .file = package_name(package)
	};

	memset(outline, 0, sizeof(*outline));
	enum result result = find_workbook(package, path, error);
	if (result == OK)
		result = relations_read(package, path, &reading.relations, error);
	if (result == OK)
		result = part_read_all(
			package, path, PART_SMALL, &events, &reading, &reading.part, error);
	if (result == OK) {
		find_part(&reading, package, "sharedStrings", outline->strings);
		find_part(&reading, package, "styles", outline->styles);
	}
	if (result == OK && !outline->sheets)
		result = error_refuse(
			error, "refused.sheet_not_workbook", "file", "file", reading.file, NULL);
	relations_release(&reading.relations);
	if (result != OK)
		outline_release(outline);
	return result;
}

void outline_release(struct outline *outline)
{
	for (int i = 0; i < outline->sheets; i++) {
		free(outline->sheet[i].name);
		free(outline->sheet[i].path);
	}
	free(outline->sheet);
	memset(outline, 0, sizeof(*outline));
}

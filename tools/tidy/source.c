/* Rules about C itself: who includes whom, what is not called, how headers begin. */
#include "tidy.h"

#include "base/panic.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

/* ------------------------------------------------------------------ includes */

/* A folder and what its files may include; the first row that fits decides. A module is
 * a row of its own kind, see module_may_include(). */
static const struct direction {
	const char *folder;
	const char *may[8];
} directions[] = {
	{ "src/base/", { "base/" } },
	{ "src/store/", { "store/", "base/" } },
	{ "src/calendar/", { "calendar/", "base/" } },
	{ "src/office/", { "office/", "base/" } },
	{ "src/module.h", { "base/" } },
	{ "src/ledger/", { "ledger/", "module.h", "store/", "calendar/", "base/" } },
	{ "src/derive/", { "derive/", "ledger/", "module.h", "office/", "base/" } },
	/* store: for its own tables, s_… */
	{ "src/http/",
		{ "http/", "derive/", "ledger/", "module.h", "store/", "calendar/", "base/" } },
};

/* module.h, and files of its own folder, named without a folder. */
static bool module_may_include(struct tree *tree, const struct source *source, const char *name)
{
	const char *own =
		arena_print(&tree->arena, "%s/%s", path_folder(&tree->arena, source), name);

	return text_equal(name, "module.h") || (!strchr(name, '/') && tree_find(tree, own));
}

static bool may_include(struct tree *tree, const struct source *source, const char *name)
{
	if (path_within(source, "src/modules/"))
		return module_may_include(tree, source, name);
	for (size_t i = 0; i < COUNT_OF(directions); i++) {
		if (!path_within(source, directions[i].folder))
			continue;
		for (int j = 0; j < 8 && directions[i].may[j]; j++)
			if (text_starts(name, directions[i].may[j]))
				return true;
		return false;
	}
	return true;
}

/* The name between the quotes or angles of an include line, or NULL. */
static const char *included(struct tree *tree, const char *line, char open, char close)
{
	const char *from = line + strspn(line, " \t#"), *to;

	if (line[strspn(line, " \t")] != '#' || !text_starts(from, "include"))
		return NULL;
	from = strchr(from, open);
	to = from ? strchr(from + 1, close) : NULL;
	return to ? arena_bytes(&tree->arena, from + 1, (size_t)(to - from) - 1) : NULL;
}

void check_include_direction(struct tidy *tidy)
{
	struct tree *tree = tidy->tree;

	for (size_t i = 0; i < tree->count; i++) {
		const struct source *source = &tree->sources[i];
		struct stretch line;
		for (size_t at = 0; source->code && next_line(source, &at, &line);) {
			const char *text = stretch_text(&tree->arena, source, line);
			const char *name = included(tree, text, '"', '"');
			if (name && !may_include(tree, source, name))
				report(tidy, source, line.start, "\"%s\" may not be seen from here",
					name);
		}
	}
}

static const char *const store_libraries[] = { "sqlite3.h", "libpq-fe.h" };

void check_library_direction(struct tidy *tidy)
{
	struct tree *tree = tidy->tree;

	for (size_t i = 0; i < tree->count; i++) {
		const struct source *source = &tree->sources[i];
		struct stretch line;
		if (!source->code || !path_within(source, "src/") ||
			path_within(source, "src/store/"))
			continue;
		for (size_t at = 0; next_line(source, &at, &line);) {
			const char *text = stretch_text(&tree->arena, source, line);
			const char *name = included(tree, text, '<', '>');
			for (size_t j = 0; name && j < COUNT_OF(store_libraries); j++)
				if (text_equal(name, store_libraries[j]))
					report(tidy, source, line.start,
						"<%s> belongs to src/store/", name);
		}
	}
}

/* ------------------------------------------------------------------ calls */

enum where { EVERYWHERE, IN_SRC, IN_SRC_NOT_APP };

static const struct banned {
	const char *name;
	enum where where;
	const char *instead;
} banned[] = {
	{ "strcpy", EVERYWHERE, "text_copy" },
	{ "strncpy", EVERYWHERE, "text_copy" },
	{ "stpcpy", EVERYWHERE, "text_copy" },
	{ "strcat", EVERYWHERE, "buffer_text or arena_print" },
	{ "strncat", EVERYWHERE, "buffer_text or arena_print" },
	{ "sprintf", EVERYWHERE, "snprintf, buffer_print or arena_print" },
	{ "vsprintf", EVERYWHERE, "vsnprintf" },
	{ "strtok", EVERYWHERE, "strcspn" },
	{ "gets", EVERYWHERE, "file_read" },
	{ "atoi", EVERYWHERE, "text_integer" },
	{ "atol", EVERYWHERE, "text_integer" },
	{ "atoll", EVERYWHERE, "text_integer" },
	{ "atof", EVERYWHERE, "money_parse or text_integer" },
	{ "alloca", EVERYWHERE, "arena_alloc" },
	{ "system", EVERYWHERE, "the library, or execv" },
	{ "popen", EVERYWHERE, "the library, or execv" },
	{ "tmpnam", EVERYWHERE, "mkstemp" },
	{ "mktemp", EVERYWHERE, "mkstemp" },
	{ "localtime", IN_SRC, "instant_day and civil_from_day" },
	{ "localtime_r", IN_SRC, "instant_day and civil_from_day" },
	{ "gmtime", IN_SRC, "civil_from_day" },
	{ "gmtime_r", IN_SRC, "civil_from_day" },
	{ "mktime", IN_SRC, "day_from_civil and day_start" },
	{ "strftime", IN_SRC, "day_text or instant_text" },
	{ "rand", IN_SRC, "chance that is passed in" },
	{ "srand", IN_SRC, "chance that is passed in" },
	{ "random", IN_SRC, "chance that is passed in" },
	{ "drand48", IN_SRC, "chance that is passed in" },
	{ "getrandom", IN_SRC_NOT_APP, "chance that is passed in" },
	{ "time", IN_SRC_NOT_APP, "an instant that is passed in" },
	{ "gettimeofday", IN_SRC_NOT_APP, "an instant that is passed in" },
	{ "clock_gettime", IN_SRC_NOT_APP, "an instant that is passed in" },
	{ "getenv", IN_SRC_NOT_APP, "a value that is passed in" },
	{ "exit", IN_SRC_NOT_APP, "error_refuse or error_trouble, and return" },
	{ "abort", IN_SRC_NOT_APP, "must or impossible" },
	{ "assert", IN_SRC, "must" },
};

static bool applies(const struct banned *call, const struct source *source)
{
	bool src = path_within(source, "src/"), app = path_within(source, "src/app/");

	if (text_equal(source->path, "src/base/panic.c") && text_equal(call->name, "abort"))
		return false;
	return call->where == EVERYWHERE || (src && (call->where == IN_SRC || !app));
}

/* A word before a bracket calls it, unless it is a member of something. */
static bool is_call(const struct source *source, size_t place, size_t behind)
{
	const char *code = source->code;
	size_t open = behind + strspn(code + behind, " \t\n");

	return code[open] == '(' &&
	       (place == 0 || (code[place - 1] != '.' && code[place - 1] != '>'));
}

void check_banned_calls(struct tidy *tidy)
{
	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		for (size_t j = 0; source->code && j < COUNT_OF(banned); j++) {
			size_t place;
			if (!applies(&banned[j], source))
				continue;
			for (size_t at = 0; next_word(source, banned[j].name, &at, &place);)
				if (is_call(source, place, at))
					report(tidy, source, place, "%s() is banned: %s",
						banned[j].name, banned[j].instead);
		}
	}
}

/* ------------------------------------------------------------------ form */

void check_typedef(struct tidy *tidy)
{
	static const char *const hidden[] = { "struct", "enum", "union" };

	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		size_t place;
		for (size_t at = 0; source->code && next_word(source, "typedef", &at, &place);) {
			const char *what = source->code + at + strspn(source->code + at, " \t\n");
			for (size_t j = 0; j < COUNT_OF(hidden); j++)
				if (text_starts(what, hidden[j]))
					report(tidy, source, place, "a hidden %s", hidden[j]);
		}
	}
}

void check_line_comment(struct tidy *tidy)
{
	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		const char *at = source->code ? strstr(source->code, "//") : NULL;
		for (; at; at = strstr(at + 2, "//"))
			report(tidy, source, (size_t)(at - source->code), "a // comment");
	}
}

/* The guard of a header: the word after its first #ifndef, where #define says it again. */
static const char *guard(struct arena *arena, const struct source *source)
{
	const char *first = strstr(source->code, "#ifndef ");
	const char *second = first ? strstr(first, "\n#define ") : NULL;

	if (!second || strchr(source->code, '#') != first)
		return NULL;
	first += strlen("#ifndef ");
	second += strlen("\n#define ");
	size_t length = strcspn(first, " \n");
	if (length != strcspn(second, " \n") || memcmp(first, second, length) != 0)
		return NULL;
	return arena_bytes(arena, first, length);
}

/* "ARENA_H" for "src/base/arena.h". */
static const char *guard_end(struct arena *arena, const struct source *source)
{
	char *end = arena_text(arena, path_name(source));

	for (char *c = end; *c; c++)
		*c = (char)(isalnum((unsigned char)*c) ? toupper((unsigned char)*c) : '_');
	return end;
}

static bool guard_taken(struct tree *tree, size_t before, const char *name)
{
	for (size_t i = 0; i < before; i++) {
		const struct source *other = &tree->sources[i];
		if (!path_ends(other, ".h"))
			continue;
		const char *its = guard(&tree->arena, other);
		if (its && text_equal(its, name))
			return true;
	}
	return false;
}

void check_header_guard(struct tidy *tidy)
{
	struct tree *tree = tidy->tree;

	for (size_t i = 0; i < tree->count; i++) {
		const struct source *source = &tree->sources[i];
		if (!path_ends(source, ".h"))
			continue;
		struct source name = { .path = guard(&tree->arena, source) };
		if (!name.path)
			report(tidy, source, 0, "no guard");
		else if (!path_ends(&name, guard_end(&tree->arena, source)))
			report(tidy, source, 0, "the guard %s is not named after the file",
				name.path);
		else if (guard_taken(tree, i, name.path))
			report(tidy, source, 0, "the guard %s is another header's", name.path);
	}
}

void check_header_comment(struct tidy *tidy)
{
	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		if (path_ends(source, ".h") && !text_starts(source->text, "/*"))
			report(tidy, source, 0, "nothing says what the header is for");
	}
}

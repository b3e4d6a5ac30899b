/* Rules about files: how long, how they end, and which must stand beside which. */
#include "tidy.h"

#include "base/panic.h"
#include "base/text.h"

#include <string.h>

enum { COLUMNS = 100, TAB = 8, FUNCTION_LINES = 70, FILE_LINES = 700 };

/* Columns of a line as an editor shows it: wide characters take two, tabs go to the next
 * multiple of eight. */
static size_t columns(char *line)
{
	size_t columns = 0;

	for (char *tab; (tab = strchr(line, '\t')); line = tab + 1) {
		*tab = '\0';
		columns += text_columns(line);
		columns += TAB - columns % TAB;
	}
	return columns + text_columns(line);
}

void check_line_length(struct tidy *tidy)
{
	struct arena *arena = &tidy->tree->arena;

	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		struct stretch line;
		for (size_t at = 0; source->code && next_line(source, &at, &line);) {
			if (line.length <= COLUMNS / TAB)
				continue;
			if (!text_valid(source->text + line.start, line.length)) {
				report(tidy, source, line.start, "not UTF-8");
				continue;
			}
			size_t wide =
				columns(arena_bytes(arena, source->text + line.start, line.length));
			if (wide > COLUMNS)
				report(tidy, source, line.start, "%zu columns", wide);
		}
	}
}

/* A function's body stands between braces at the beginning of their lines; so does nothing
 * else in our layout. */
void check_function_length(struct tidy *tidy)
{
	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		struct stretch line;
		size_t open = 0;
		int lines = 0;
		for (size_t at = 0; source->code && next_line(source, &at, &line);) {
			char first = source->code[line.start];
			lines = first == '{' ? 0 : lines;
			open = first == '{' ? line.start + 1 : open;
			lines++;
			if (first == '}' && open && lines > FUNCTION_LINES)
				report(tidy, source, open, "%d lines", lines);
			open = first == '}' ? 0 : open;
		}
	}
}

void check_file_length(struct tidy *tidy)
{
	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		struct stretch line;
		int lines = 0;
		for (size_t at = 0; source->code && next_line(source, &at, &line);)
			lines++;
		if (lines > FILE_LINES)
			report(tidy, source, 0, "%d lines", lines);
	}
}

void check_white_space(struct tidy *tidy)
{
	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		struct stretch line = { 0 };
		for (size_t at = 0; next_line(source, &at, &line);) {
			char last = line.length ? source->text[line.start + line.length - 1] : 'x';
			if (last == ' ' || last == '\t' || last == '\r')
				report(tidy, source, line.start, "white space at the end");
		}
		if (source->length && source->text[source->length - 1] != '\n')
			report(tidy, source, line.start, "the last line does not end");
		else if (source->length > 1 && source->text[source->length - 2] == '\n')
			report(tidy, source, line.start, "a blank line at the end of the file");
	}
}

static void find_leftover(struct tidy *tidy, const struct source *source, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = source->text; (at = strstr(at, word)); at += length) {
		size_t place = (size_t)(at - source->text);
		bool whole = !word_byte(at[length]) && (place == 0 || !word_byte(at[-1]));
		/* In C only a comment is a remark; the rule book has to name the words. */
		if (whole && (!source->parts || source->parts[place] == PART_COMMENT))
			report(tidy, source, place, "%s", word);
	}
}

void check_leftover(struct tidy *tidy)
{
	static const char *const words[] = { "TODO", "FIXME", "XXX", "HACK" };

	for (size_t i = 0; i < tidy->tree->count; i++)
		for (size_t j = 0; j < COUNT_OF(words); j++)
			find_leftover(tidy, &tidy->tree->sources[i], words[j]);
}

/* ------------------------------------------------------------------ which files stand together */

static bool has_file(struct tree *tree, const char *folder, const char *name)
{
	return tree_find(tree, arena_print(&tree->arena, "%s/%s", folder, name)) != NULL;
}

static bool has_transcript(struct tree *tree, const char *folder)
{
	for (size_t i = 0; i < tree->count; i++)
		if (path_ends(&tree->sources[i], ".test") &&
			text_equal(path_folder(&tree->arena, &tree->sources[i]), folder))
			return true;
	return false;
}

/* Is 'name' said, in quotes, in the meson.build at `path`? */
static bool listed(struct tree *tree, const char *path, const char *name)
{
	const struct source *list = tree_find(tree, path);

	return list && strstr(list->text, arena_print(&tree->arena, "'%s'", name));
}

static void check_module(struct tidy *tidy, const struct source *first, const char *folder)
{
	static const char *const parts[] = { "zh.txt", "en.txt", "why.md", "sample.jsonl" };
	struct tree *tree = tidy->tree;
	const char *name = folder + strlen("src/modules/");

	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (!has_file(tree, folder, parts[i]))
			report(tidy, first, 0, "the module '%s' has no %s", name, parts[i]);
	if (!has_file(tree, folder, arena_print(&tree->arena, "%s.c", name)))
		report(tidy, first, 0, "the module '%s' has no %s.c", name, name);
	if (!has_transcript(tree, folder))
		report(tidy, first, 0, "the module '%s' has no transcript, *.test", name);
	if (!listed(tree, "src/modules/meson.build", name))
		report(tidy, first, 0, "the module '%s' is not in src/modules/meson.build", name);
}

/* Files come sorted by folder, so that a folder's first file stands for it. */
void check_module_files(struct tidy *tidy)
{
	const char *seen = "";

	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		const char *folder = path_folder(&tidy->tree->arena, source);
		if (!text_starts(folder, "src/modules/") || text_equal(folder, seen))
			continue;
		if (!strchr(folder + strlen("src/modules/"), '/'))
			check_module(tidy, source, folder);
		seen = folder;
	}
}

/* A test that no meson.build names is never run. */
void check_test_listed(struct tidy *tidy)
{
	struct tree *tree = tidy->tree;

	for (size_t i = 0; i < tree->count; i++) {
		const struct source *source = &tree->sources[i];
		const char *name = path_name(source);
		bool test = path_within(source, "tests/") && path_ends(source, "_test.c");
		bool fuzz = path_within(source, "fuzz/") && path_ends(source, "_fuzz.c");
		if (fuzz)
			name = arena_bytes(&tree->arena, name, strlen(name) - strlen("_fuzz.c"));
		if (test && !listed(tree, "tests/meson.build", name))
			report(tidy, source, 0, "not in tests/meson.build");
		if (fuzz && !listed(tree, "fuzz/meson.build", name))
			report(tidy, source, 0, "not in fuzz/meson.build");
	}
}

/* The files under the rules, from the disk or from a test, and where their parts lie. */
#include "tidy.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/panic.h"
#include "base/text.h"

#include <ctype.h>
#include <fts.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES = 16 << 20 };

/* Folders that hold nothing of ours, and files that are data, not text we keep tidy. */
static const char *const skipped_folders[] = { "build*", ".git", "out", "node_modules", "seeds",
	"finds", "data" };
static const char *const endings[] = { ".c", ".h", ".txt", ".md", ".yaml", ".sh", ".build", ".test",
	".transcript", ".jsonl", ".awk" };
static const char *const scripts[] = { "check", "run", ".ci/run" };

void tree_init(struct tree *tree)
{
	*tree = (struct tree){ 0 };
	arena_init(&tree->arena, TIDY_BYTES);
}

void tree_release(struct tree *tree)
{
	free(tree->sources);
	arena_release(&tree->arena);
}

/* The end of the comment or literal that begins at `at`, and what its bytes are. */
static size_t part_end(const struct source *source, size_t at, enum part *part)
{
	const char *text = source->text;
	size_t end = at + 1;

	if (text[at] == '/' && text[at + 1] == '*') {
		const char *close = strstr(text + at + 2, "*/");
		*part = PART_COMMENT;
		return close ? (size_t)(close - text) + 2 : source->length;
	}
	if (text[at] == '/' && text[at + 1] == '/') {
		*part = PART_COMMENT;
		return at + strcspn(text + at, "\n");
	}
	if (text[at] != '"' && text[at] != '\'') {
		*part = PART_CODE;
		return end;
	}
	*part = PART_LITERAL;
	while (end < source->length && text[end] != text[at] && text[end] != '\n')
		end += text[end] == '\\' && end + 1 < source->length ? 2 : 1;
	return end < source->length ? end + 1 : end;
}

static void find_parts(struct arena *arena, struct source *source)
{
	source->code = arena_bytes(arena, source->text, source->length);
	source->parts = arena_alloc(arena, source->length + 1);
	for (size_t at = 0, end; at < source->length; at = end) {
		enum part part;
		end = part_end(source, at, &part);
		if (part == PART_CODE)
			continue;
		/* Quotes stay, and so do the two slashes, so that rules can find them. */
		bool line_comment = part == PART_COMMENT && source->text[at + 1] == '/';
		size_t from = at + (part == PART_LITERAL ? 1 : line_comment ? 2 : 0);
		size_t to = part == PART_LITERAL ? end - 1 : end;
		for (size_t i = from; i < to; i++) {
			source->parts[i] = (unsigned char)part;
			if (source->code[i] != '\n')
				source->code[i] = ' ';
		}
	}
}

void tree_add(struct tree *tree, const char *path, const char *text, size_t length)
{
	if (tree->count == tree->allocated) {
		tree->allocated = tree->allocated ? tree->allocated * 2 : 256;
		tree->sources = realloc(tree->sources, tree->allocated * sizeof(*tree->sources));
		must(tree->sources != NULL);
	}
	struct source *source = &tree->sources[tree->count++];
	*source = (struct source){
		.path = arena_text(&tree->arena, path),
		.text = arena_bytes(&tree->arena, text, length),
		.length = length,
	};
	if (path_ends(source, ".c") || path_ends(source, ".h"))
		find_parts(&tree->arena, source);
}

const struct source *tree_find(const struct tree *tree, const char *path)
{
	for (size_t i = 0; i < tree->count; i++)
		if (text_equal(tree->sources[i].path, path))
			return &tree->sources[i];
	return NULL;
}

static bool skipped_folder(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(skipped_folders); i++) {
		size_t length = strlen(skipped_folders[i]);
		bool open = skipped_folders[i][length - 1] == '*';
		if (open ? strncmp(name, skipped_folders[i], length - 1) == 0
			 : text_equal(name, skipped_folders[i]))
			return true;
	}
	return false;
}

static bool ours(const char *path)
{
	struct source source = { .path = path };

	for (size_t i = 0; i < COUNT_OF(scripts); i++)
		if (text_equal(path, scripts[i]))
			return true;
	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (path_ends(&source, endings[i]))
			return true;
	return false;
}

static bool load_file(struct tree *tree, const char *path, const char *below)
{
	struct error error = { 0 };
	struct buffer text;
	bool good;

	buffer_init(&text, FILE_BYTES);
	good = file_read(path, &text, &error) == OK;
	if (good)
		tree_add(tree, below, text.bytes, text.length);
	else
		fprintf(stderr, "tidy: %s cannot be read\n", path);
	buffer_release(&text);
	return good;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

bool tree_load(struct tree *tree, const char *root)
{
	char *top = arena_text(&tree->arena, root);
	char *paths[] = { top, NULL };
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	bool good = walk != NULL;

	for (FTSENT *entry; good && (entry = fts_read(walk));) {
		const char *below = entry->fts_path + strlen(root);
		below += *below == '/';
		if (entry->fts_info == FTS_D && entry->fts_level && skipped_folder(entry->fts_name))
			fts_set(walk, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_F && ours(below))
			good = load_file(tree, entry->fts_path, below);
	}
	if (walk)
		fts_close(walk);
	if (good && tree->count == 0)
		fprintf(stderr, "tidy: nothing of ours below %s\n", root);
	return good && tree->count > 0;
}

int rule_run(const struct rule *rule, struct tree *tree, FILE *out)
{
	struct tidy tidy = { .tree = tree, .rule = rule, .out = out };

	rule->check(&tidy);
	return tidy.found;
}

void report(struct tidy *tidy, const struct source *source, size_t offset, const char *format, ...)
{
	int line = 1;
	va_list arguments;

	tidy->found++;
	if (!tidy->out)
		return;
	for (size_t i = 0; i < offset && i < source->length; i++)
		line += source->text[i] == '\n';
	fprintf(tidy->out, "%s:%d: %s: ", source->path, line, tidy->rule->name);
	va_start(arguments, format);
	vfprintf(tidy->out, format, arguments);
	va_end(arguments);
	fprintf(tidy->out, "; %s\n", tidy->rule->remedy);
}

bool path_within(const struct source *source, const char *folder)
{
	return text_starts(source->path, folder);
}

bool path_ends(const struct source *source, const char *suffix)
{
	size_t length = strlen(source->path), tail = strlen(suffix);

	return length >= tail && text_equal(source->path + length - tail, suffix);
}

const char *path_name(const struct source *source)
{
	const char *slash = strrchr(source->path, '/');

	return slash ? slash + 1 : source->path;
}

const char *path_folder(struct arena *arena, const struct source *source)
{
	const char *name = path_name(source);

	if (name == source->path)
		return "";
	return arena_bytes(arena, source->path, (size_t)(name - source->path) - 1);
}

bool next_line(const struct source *source, size_t *at, struct stretch *line)
{
	if (*at >= source->length)
		return false;
	line->start = *at;
	line->length = strcspn(source->text + *at, "\n");
	*at += line->length + 1;
	return true;
}

bool next_literal(const struct source *source, size_t *at, struct stretch *literal)
{
	const char *open = *at < source->length ? strchr(source->code + *at, '"') : NULL;

	if (!open)
		return false;
	literal->start = (size_t)(open - source->code) + 1;
	literal->length = strcspn(source->code + literal->start, "\"\n");
	*at = literal->start + literal->length + 1;
	return true;
}

bool word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

bool next_word(const struct source *source, const char *word, size_t *at, size_t *place)
{
	size_t length = strlen(word);

	while (*at < source->length) {
		const char *found = strstr(source->code + *at, word);
		if (!found)
			return false;
		*place = (size_t)(found - source->code);
		*at = *place + length;
		if ((*place == 0 || !word_byte(found[-1])) && !word_byte(found[length]))
			return true;
	}
	return false;
}

size_t matching_end(const struct source *source, size_t open)
{
	int depth = 0;

	for (size_t at = open; at < source->length; at++) {
		char c = source->code[at];
		depth += c == '{' || c == '(' || c == '[';
		depth -= c == '}' || c == ')' || c == ']';
		if (depth == 0)
			return at + 1;
	}
	return source->length;
}

const char *stretch_text(struct arena *arena, const struct source *source, struct stretch stretch)
{
	return arena_bytes(arena, source->text + stretch.start, stretch.length);
}

/*
 * Run transcripts: what a person would type at the terminal and what he would see. The form
 * of a transcript is described in docs/transcripts.md.
 *
 *     transcript [--program PATH] FILE|PATTERN...
 *
 * The folder of --program comes first on PATH; where YIBEN_TEST_SERVER names a PostgreSQL
 * server, that of tests/on_server, which puts the books there, before it. A transcript with a
 * line "# About files." is about SQLite's and then left out. Prints a difference for every block
 * that did not go as written, then "N passed, N failed", counting blocks.
 */
#include "transcript_shell.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/panic.h"
#include "base/text.h"

#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_BYTES = 1 << 20, OUTPUT_BYTES = 4 << 20, MEMORY_BYTES = 64 << 20, LIMIT_S = 120 };

struct lines {
	char **line;
	int count;
};

/* One command with what is expected of it, or a setting for all that follow. */
struct block {
	int line; /* of the '$' */
	char *setting;
	char *command;
	char **expected;
	int count;
	int exit;
};

struct transcript {
	struct block *blocks;
	int count;
};

struct tally {
	int passed;
	int failed;
};

/* Split in place; a last line without its end counts too. */
static struct lines split(struct arena *arena, char *text)
{
	struct lines lines = { 0 };
	int most = 1;

	for (const char *at = text; *at; at++)
		most += *at == '\n';
	lines.line = arena_array(arena, char *, most);
	while (text && *text) {
		char *end = strchr(text, '\n');
		if (end)
			*end++ = '\0';
		lines.line[lines.count++] = text;
		text = end;
	}
	return lines;
}

static void trim_blank_end(char **line, int *count)
{
	while (*count > 0 && line[*count - 1][0] == '\0')
		--*count;
}

/* The command at `*at` with its continuation lines, joined by line ends. */
static char *read_command(struct arena *arena, struct lines lines, int *at)
{
	char *command = lines.line[*at] + 2;

	for (++*at; *at < lines.count; ++*at) {
		const char *line = lines.line[*at];
		if (!text_equal(line, ">") && !text_starts(line, "> "))
			break;
		command = arena_print(arena, "%s\n%s", command, line[1] ? line + 2 : "");
	}
	return command;
}

static void read_expected(struct lines lines, int *at, struct block *block)
{
	for (; *at < lines.count; ++*at) {
		char *line = lines.line[*at];
		if (text_starts(line, "$ ") || text_starts(line, "@ "))
			break;
		if (text_starts(line, ">>> exit "))
			block->exit = (int)strtol(line + 9, NULL, 10);
		else if (!text_starts(line, "# ") && !text_equal(line, "#"))
			block->expected[block->count++] = line;
	}
	trim_blank_end(block->expected, &block->count);
}

/* False, with a word to the reader, where the file is not a transcript. */
static bool parse(
	struct arena *arena, const char *path, struct lines lines, struct transcript *transcript)
{
	transcript->blocks = arena_array(arena, struct block, lines.count + 1);
	for (int at = 0; at < lines.count;) {
		struct block *block = &transcript->blocks[transcript->count];
		char *line = lines.line[at];
		block->line = at + 1;
		if (!*line || line[0] == '#') {
			at++;
		} else if (text_starts(line, "@ ") && strchr(line, '=')) {
			block->setting = line + 2;
			transcript->count++;
			at++;
		} else if (text_starts(line, "$ ")) {
			block->command = read_command(arena, lines, &at);
			block->expected = arena_array(arena, char *, lines.count + 1);
			read_expected(lines, &at, block);
			transcript->count++;
		} else {
			printf("%s:%d: expected a line with '$ ', '@ NAME=' or '#': %s\n", path,
				at + 1, line);
			return false;
		}
	}
	return true;
}

static bool pattern_matches(const char *expected, const char *actual)
{
	char pattern[4096];
	regex_t compiled;
	size_t length = strlen(expected);

	if (snprintf(pattern, sizeof(pattern), "^(%.*s)$", (int)length - 2, expected + 1) >=
		(int)sizeof(pattern))
		return false;
	if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
		printf("not a regular expression: %s\n", expected);
		return false;
	}
	bool same = regexec(&compiled, actual, 0, NULL, 0) == 0;
	regfree(&compiled);
	return same;
}

static bool line_matches(const char *expected, const char *actual)
{
	size_t length = strlen(expected);

	if (length >= 2 && expected[0] == '/' && expected[length - 1] == '/')
		return pattern_matches(expected, actual);
	return text_equal(expected[0] == '\\' ? expected + 1 : expected, actual);
}

static bool any_lines(const char *expected)
{
	return text_equal(expected, "...");
}

/* As a shell's wildcard, with "..." for the star: on a mismatch the last "..." takes one
 * line more. */
static bool output_matches(const struct block *block, struct lines actual)
{
	int e = 0, a = 0, star = -1, taken = 0;

	while (a < actual.count) {
		if (e < block->count && any_lines(block->expected[e])) {
			star = e++;
			taken = a;
		} else if (e < block->count && line_matches(block->expected[e], actual.line[a])) {
			e++;
			a++;
		} else if (star >= 0) {
			e = star + 1;
			a = ++taken;
		} else {
			return false;
		}
	}
	while (e < block->count && any_lines(block->expected[e]))
		e++;
	return e == block->count;
}

static void print_difference(const struct block *block, struct lines actual)
{
	int first = 0, e = block->count, a = actual.count;

	while (first < e && first < a && line_matches(block->expected[first], actual.line[first]))
		first++;
	while (e > first && a > first && line_matches(block->expected[e - 1], actual.line[a - 1])) {
		e--;
		a--;
	}
	for (int i = 0; i < first; i++)
		printf("  %s\n", actual.line[i]);
	for (int i = first; i < e; i++)
		printf("- %s\n", block->expected[i]);
	for (int i = first; i < a; i++)
		printf("+ %s\n", actual.line[i]);
	for (int i = a; i < actual.count; i++)
		printf("  %s\n", actual.line[i]);
}

/* What a server's book is called in a message, "postgresql://NAME.db/postgres", is shown as the
 * file it stands for. */
static void name_files(char *text)
{
	static const char before[] = "postgresql://", after[] = "/postgres";

	for (char *at = strstr(text, before); at; at = strstr(at, before)) {
		char *end = strstr(at, after);
		if (end)
			memmove(end, end + strlen(after), strlen(end + strlen(after)) + 1);
		memmove(at, at + strlen(before), strlen(at + strlen(before)) + 1);
	}
}

static bool run_block(
	struct arena *arena, const char *path, const struct block *block, const char *folder)
{
	struct buffer out;

	buffer_init(&out, OUTPUT_BYTES);
	int code = shell_run(block->command, folder, LIMIT_S, &out);
	if (getenv("YIBEN_TEST_SERVER"))
		name_files(out.bytes);
	struct lines actual = split(arena, arena_text(arena, out.bytes));
	trim_blank_end(actual.line, &actual.count);
	bool good = code == block->exit && !out.full && output_matches(block, actual);
	if (!good) {
		printf("%s:%d: $ %s\n", path, block->line, block->command);
		print_difference(block, actual);
		if (code == SHELL_TOO_LONG)
			printf("stopped after %d seconds\n", LIMIT_S);
		else if (code != block->exit)
			printf("- >>> exit %d\n+ >>> exit %d\n", block->exit, code);
		if (out.full)
			printf("more than %d bytes of output\n", OUTPUT_BYTES);
		fflush(stdout);
	}
	buffer_release(&out);
	return good;
}

/* What every transcript may rely on, whatever machine it runs on and whatever the transcript
 * before it has set. */
static void set_environment(char **inherited, const char *path)
{
	clearenv();
	for (char **setting = inherited; *setting; setting++)
		putenv(*setting);
	setenv("PATH", path, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	setenv("YIBEN_NOW", "2026-11-24T09:00:00+08:00", 1);
}

static void apply(struct arena *arena, const char *setting)
{
	char *name = arena_text(arena, setting), *value = strchr(name, '=');

	*value++ = '\0';
	if (*value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void run_blocks(struct arena *arena, const char *path, const struct transcript *transcript,
	struct tally *tally)
{
	char folder[64];

	folder_make(folder);
	setenv("HOME", folder, 1);
	for (int i = 0; i < transcript->count; i++) {
		const struct block *block = &transcript->blocks[i];
		if (block->setting)
			apply(arena, block->setting);
		else if (run_block(arena, path, block, folder))
			tally->passed++;
		else
			tally->failed++;
	}
	folder_delete(folder);
}

static void run_file(const char *path, struct tally *tally)
{
	struct transcript transcript = { 0 };
	struct error error = { 0 };
	struct buffer text;
	struct arena arena;

	arena_init(&arena, MEMORY_BYTES);
	buffer_init(&text, FILE_BYTES);
	if (file_read(path, &text, &error) != OK) {
		printf("%s: cannot be read\n", path);
		tally->failed++;
	} else if (getenv("YIBEN_TEST_SERVER") && strstr(text.bytes, "# About files.\n")) {
		printf("%s: left out, it is about files\n", path);
	} else if (!parse(&arena, path, split(&arena, text.bytes), &transcript) ||
		   transcript.count == 0) {
		printf("%s: holds no transcript\n", path);
		tally->failed++;
	} else {
		run_blocks(&arena, path, &transcript, tally);
	}
	buffer_release(&text);
	arena_release(&arena);
}

/* The folders of the program under test and of this one, then the system's. */
static char *search_path(const char *program)
{
	const char *source = getenv("YIBEN_TEST_SERVER") ? getenv("YIBEN_SOURCE") : NULL;
	char own[PATH_MAX] = "", its[PATH_MAX] = "", *path;

	must(readlink("/proc/self/exe", own, sizeof(own) - 1) > 0);
	if (program && !realpath(program, its)) {
		fprintf(stderr, "transcript: no such program: %s\n", program);
		exit(2);
	}
	if (source)
		setenv("YIBEN_PROGRAM", its, 1);
	must(asprintf(&path, "%s%s%s%s%s:/usr/local/bin:/usr/bin:/bin", source ? source : "",
		     source ? "/tests/on_server:" : "", program ? dirname(its) : "",
		     program ? ":" : "", dirname(own)) > 0);
	return path;
}

static char **copy_environment(void)
{
	int count = 0;
	char **copy;

	while (environ[count])
		count++;
	copy = calloc((size_t)count + 1, sizeof(*copy));
	must(copy != NULL);
	for (int i = 0; i < count; i++)
		must((copy[i] = strdup(environ[i])) != NULL);
	return copy;
}

static void run_matching(
	const char *pattern, char **inherited, const char *path, struct tally *tally)
{
	glob_t found;

	if (glob(pattern, GLOB_NOCHECK, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		set_environment(inherited, path);
		run_file(found.gl_pathv[i], tally);
	}
	globfree(&found);
}

int main(int count, char **words)
{
	struct tally tally = { 0 };
	const char *program = NULL;
	int first = 1;

	if (count > 2 && text_equal(words[1], "--program")) {
		program = words[2];
		first = 3;
	}
	char *path = search_path(program);
	char **inherited = copy_environment();
	for (int i = first; i < count; i++)
		run_matching(words[i], inherited, path, &tally);
	for (int i = 0; inherited[i]; i++)
		free(inherited[i]);
	clearenv();
	free(inherited);
	free(path);
	printf("%d passed, %d failed\n", tally.passed, tally.failed);
	return tally.failed || !tally.passed;
}

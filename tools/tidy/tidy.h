/*
 * The rule book that a machine can check. Each rule is a row of `rules`: a name, what to do
 * when it is broken, and a function that walks a tree of files and reports what it finds.
 *
 * A tree is loaded from the disk by the program and written by hand in its tests.
 */
#ifndef TIDY_H
#define TIDY_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { TIDY_BYTES = 256 << 20 };

/* What a byte of a C file belongs to. */
enum part { PART_CODE, PART_LITERAL, PART_COMMENT };

struct source {
	const char *path; /* below the root: "src/base/arena.h" */
	const char *text;
	size_t length;
	/* Of C files only: the text with comments and the inside of literals made blank, byte
	 * for byte at the same place, and the part each byte belongs to. The two slashes that
	 * begin a comment to the end of the line stay. */
	char *code;
	unsigned char *parts; /* enum part */
};

struct tree {
	struct arena arena;
	struct source *sources;
	size_t count;
	size_t allocated;
};

struct rule;

/* One run of one rule. */
struct tidy {
	struct tree *tree;
	const struct rule *rule;
	FILE *out; /* where findings go, or NULL */
	int found;
};

struct rule {
	const char *name;
	void (*check)(struct tidy *tidy);
	const char *remedy;
};

extern const struct rule rules[];
extern const size_t rule_count;

/* ------------------------------------------------------------------ the tree */

void tree_init(struct tree *tree);
void tree_release(struct tree *tree);
/* Both texts are copied. */
void tree_add(struct tree *tree, const char *path, const char *text, size_t length);
/* Add every file of ours below `root`; false, after a word on standard error, where one
 * cannot be read. */
bool tree_load(struct tree *tree, const char *root);
const struct source *tree_find(const struct tree *tree, const char *path);

/* ------------------------------------------------------------------ for rules */

/* `about` (may be NULL) says what was found there: "src/a.c:12: rule: about; remedy". */
void report(struct tidy *tidy, const struct source *source, size_t offset, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Run one rule over the tree; the number of its findings. */
int rule_run(const struct rule *rule, struct tree *tree, FILE *out);

bool path_within(const struct source *source, const char *folder);
bool path_ends(const struct source *source, const char *suffix);
/* The last part of the path. */
const char *path_name(const struct source *source);
/* A copy of the path without its last part, "" at the top. */
const char *path_folder(struct arena *arena, const struct source *source);

/* A run of bytes of a source. */
struct stretch {
	size_t start;
	size_t length;
};

/* The next line from *at, without its end; *at moves behind it. */
bool next_line(const struct source *source, size_t *at, struct stretch *line);
/* The next string literal of a C file from *at, without its quotes. */
bool next_literal(const struct source *source, size_t *at, struct stretch *literal);
/* The next place from *at where `word` stands in the code as a whole word. */
bool next_word(const struct source *source, const char *word, size_t *at, size_t *place);
/* The offset behind the bracket that closes the one at `open`, or the end of the file. */
size_t matching_end(const struct source *source, size_t open);
const char *stretch_text(struct arena *arena, const struct source *source, struct stretch stretch);
bool word_byte(char c);

/* ------------------------------------------------------------------ the rules */

void check_include_direction(struct tidy *tidy);
void check_library_direction(struct tidy *tidy);
void check_banned_calls(struct tidy *tidy);
void check_typedef(struct tidy *tidy);
void check_line_comment(struct tidy *tidy);
void check_header_guard(struct tidy *tidy);
void check_header_comment(struct tidy *tidy);

void check_line_length(struct tidy *tidy);
void check_function_length(struct tidy *tidy);
void check_file_length(struct tidy *tidy);
void check_white_space(struct tidy *tidy);
void check_leftover(struct tidy *tidy);
void check_module_files(struct tidy *tidy);
void check_test_listed(struct tidy *tidy);

void check_sql_place(struct tidy *tidy);
void check_sql_book(struct tidy *tidy);

void check_catalogue_form(struct tidy *tidy);
void check_catalogue_languages(struct tidy *tidy);
void check_catalogue_slots(struct tidy *tidy);
void check_catalogue_once(struct tidy *tidy);
void check_message_known(struct tidy *tidy);
void check_message_arguments(struct tidy *tidy);

#endif

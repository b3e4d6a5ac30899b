/*
 * The command line, read by the very synopsis that help prints.
 *
 *     measure [NAME] --for REF --from D --to D [--evidence]
 *     import KIND FILE [--map COLUMN=FIELD]... [--dry-run]
 *     import undo ID
 *
 * The lower-case words at its beginning are the command's name; where several fit, the longest
 * is meant. A word in capitals is an argument, "--word" an option, "--word WHAT" an option
 * with a value, also written --word=value. Brackets make it optional, "..." lets it come
 * again. A '|' separates what may stand there, for people only. Options may stand anywhere;
 * after "--" nothing is an option. "-" alone is an argument.
 */
#ifndef APP_ARGUMENTS_H
#define APP_ARGUMENTS_H

#include "base/error.h"

#include <stdbool.h>

enum { ARGUMENTS = 256, ARGUMENT_NAME = 24 };

struct command;

struct arguments {
	const struct command *command;
	int count;
	struct {
		char name[ARGUMENT_NAME]; /* "--for", or "FILE" for "FILE|-" */
		const char *value;        /* "" for an option without one */
	} given[ARGUMENTS];
};

/* Options that every command takes. */
extern const char common_options[];

/* Read the words behind the program's name. On REFUSED, what was read so far stands. */
enum result arguments_read(struct arguments *arguments, char **words, struct error *error);
/* The value given for "--for" or "FILE"; NULL where it was not given. */
const char *argument(const struct arguments *arguments, const char *name);
/* The next value after the index `at`, which begins at 0 and is moved; NULL at the end. */
const char *argument_next(const struct arguments *arguments, const char *name, int *at);

#endif

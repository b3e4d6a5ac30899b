/*
 * The program: what every command gets, and the table of commands.
 *
 * This folder is the edge. It alone reads the clock, chance and the environment, turns errors
 * into sentences, and writes to the terminal: answers on standard output, everything else on
 * standard error.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "app/arguments.h"
#include "derive/sentence.h"
#include "ledger/ledger.h"

#include <stdio.h>

enum { OUTPUT_BYTES = 1024 * 1024 * 1024 };

struct app {
	struct messages *messages;
	enum language language;
	struct arguments arguments;
	bool json;         /* one JSON document on standard output */
	const char *db;    /* file or URL of the database */
	const char *shown; /* the same, as it may be printed: without a password */
	const char *book;
	struct session session; /* the instant is that of the program's start */
	struct ledger *ledger;  /* NULL until app_open */
	struct sight *sight;    /* of the person given by --as; NULL: the operator */
	struct arena arena;     /* lives as long as the command */
};

/*
 * A command. It answers OK (exit 0), REFUSED (exit 2) or TROUBLE (exit 1). Where it fills
 * `error`, main prints the sentence; a command that has said itself what is wrong leaves
 * `error` empty.
 */
struct command {
	const char *synopsis; /* its name, then its grammar; see arguments.h */
	enum result (*run)(struct app *app, struct error *error);
	const char *help; /* message key: what it does, in a line */
};

/* Every command, in the order in which help shows them; ends with a zero. */
extern const struct command commands[];
/* The features of this program; ends with NULL. */
extern const struct module *const modules[];

/* Open the book of --db and --book, and look at it as the person whom --as names. Without
 * `create` a book that is not there is refused. */
enum result app_open(struct app *app, bool create, struct error *error);
/* What a database would only call unable to open, told apart beforehand. */
enum result app_check_file(const char *db, bool create, struct error *error);
/* For sentences about the open book. */
struct reader app_reader(const struct app *app);

/* The text of a message key, and the same with its {slots} filled from pairs of texts, name
 * then value, closed by NULL; appended to `out`. */
const char *app_text(const struct app *app, const char *key);
void app_fill(const struct app *app, struct buffer *out, const char *key, ...)
	__attribute__((sentinel));
/* A filled message as a line on standard output, or on standard error. */
void app_say(const struct app *app, const char *key, ...) __attribute__((sentinel));
void app_note(const struct app *app, const char *key, ...) __attribute__((sentinel));
/* Write a buffer to standard output, with a line end; it must not be full. */
void app_print(const struct buffer *buffer);

/* The day given by the option; `otherwise` where it was not given. */
enum result app_day(
	const struct app *app, const char *option, int otherwise, int *day, struct error *error);

#endif

#include "app/arguments.h"
#include "app/app.h"
#include "base/panic.h"
#include "base/text.h"

#include <string.h>

const char common_options[] = "[--db FILE] [--book B] [--as staff:ID] [--json] [--lang zh|en]";

/* ------------------------------------------------------------------ the grammar */

/* One part of a synopsis: an argument, or an option with or without a value. */
struct part {
	char name[ARGUMENT_NAME];
	bool option, value, optional, repeats;
};

/* The next word from *at without its brackets; false at the end. */
static bool next_word(
	const char **at, char word[ARGUMENT_NAME], bool *opens, bool *closes, bool *repeats)
{
	*at += strspn(*at, " ");
	size_t length = strcspn(*at, " ");
	const char *from = *at, *end = from + length;

	if (!length)
		return false;
	*at = end;
	*opens = *from == '[';
	from += *opens;
	*repeats = end - from > 3 && strncmp(end - 3, "...", 3) == 0;
	end -= *repeats ? 3 : 0;
	*closes = end > from && end[-1] == ']';
	end -= *closes;
	must(end - from < ARGUMENT_NAME);
	text_copy(word, (size_t)(end - from) + 1, from);
	word[strcspn(word, "|")] = '\0';
	return true;
}

/* The next part of a grammar; false at the end. */
static bool next_part(const char **at, struct part *part)
{
	char value[ARGUMENT_NAME];
	bool opens, closes;

	*part = (struct part){ 0 };
	if (!next_word(at, part->name, &part->optional, &closes, &part->repeats))
		return false;
	part->option = text_starts(part->name, "--");
	const char *behind = *at + strspn(*at, " ");
	if (part->option && !closes && *behind && !strchr("[-", *behind)) {
		part->value = true;
		next_word(at, value, &opens, &closes, &part->repeats);
	}
	return true;
}

/* The words of a command's name, and where its grammar begins. */
static const char *name_end(const char *synopsis)
{
	const char *at = synopsis;

	while (*at >= 'a' && *at <= 'z') {
		at += strspn(at, "abcdefghijklmnopqrstuvwxyz-");
		at += strspn(at, " ");
	}
	return at;
}

/* ------------------------------------------------------------------ near misses */

enum { NEAR_BYTES = 40 };

/* Letters to put in, take out or change until `a` is `b`. */
static int distance(const char *a, const char *b)
{
	int row[NEAR_BYTES + 1], length = (int)strlen(b);

	if (strlen(a) > NEAR_BYTES || length > NEAR_BYTES)
		return NEAR_BYTES;
	for (int j = 0; j <= length; j++)
		row[j] = j;
	for (int i = 1; a[i - 1]; i++) {
		int diagonal = row[0];
		row[0] = i;
		for (int j = 1; j <= length; j++) {
			int change = diagonal + (a[i - 1] != b[j - 1]);
			int least = row[j - 1] < row[j] ? row[j - 1] + 1 : row[j] + 1;
			diagonal = row[j];
			row[j] = change < least ? change : least;
		}
	}
	return row[length];
}

/* Keep `candidate` in `nearest` where it is nearer to `word` and not too far. */
static void nearer(const char *word, const char *candidate, int *least, char nearest[NEAR_BYTES])
{
	int far = distance(word, candidate);

	if (far < *least && far <= (int)(strlen(word) + 2) / 3) {
		*least = far;
		text_copy(nearest, NEAR_BYTES, candidate);
	}
}

static enum result unknown_command(const char *word, struct error *error)
{
	char nearest[NEAR_BYTES] = "", name[NEAR_BYTES];
	int least = NEAR_BYTES;

	for (const struct command *command = commands; command->synopsis; command++) {
		text_copy(name, sizeof(name), command->synopsis);
		name[strcspn(name, " ")] = '\0';
		nearer(word, name, &least, nearest);
	}
	if (!*nearest)
		return error_refuse(error, "refused.unknown_command", "", "value", word, NULL);
	return error_refuse(
		error, "refused.unknown_command_near", "", "value", word, "nearest", nearest, NULL);
}

static enum result unknown_option(
	const struct command *command, const char *word, struct error *error)
{
	const char *grammars[] = { common_options, command ? name_end(command->synopsis) : "" };
	char nearest[NEAR_BYTES] = "";
	int least = NEAR_BYTES;
	struct part part;

	for (size_t i = 0; i < COUNT_OF(grammars); i++) {
		for (const char *at = grammars[i]; next_part(&at, &part);) {
			if (part.option)
				nearer(word, part.name, &least, nearest);
		}
	}
	if (!*nearest)
		return error_refuse(error, "refused.unknown_option", "", "value", word, NULL);
	return error_refuse(
		error, "refused.unknown_option_near", "", "value", word, "nearest", nearest, NULL);
}

/* ------------------------------------------------------------------ reading */

const char *argument_next(const struct arguments *arguments, const char *name, int *at)
{
	while (*at < arguments->count) {
		int i = (*at)++;
		if (strcmp(arguments->given[i].name, name) == 0)
			return arguments->given[i].value;
	}
	return NULL;
}

const char *argument(const struct arguments *arguments, const char *name)
{
	int at = 0;

	return argument_next(arguments, name, &at);
}

static enum result give(
	struct arguments *arguments, const char *name, const char *value, struct error *error)
{
	if (arguments->count == ARGUMENTS)
		return error_refuse(error, "refused.argument_extra", "", "value", value, NULL);
	text_copy(arguments->given[arguments->count].name, ARGUMENT_NAME, name);
	arguments->given[arguments->count++].value = value;
	return OK;
}

static bool find_option(const struct command *command, const char *name, struct part *part)
{
	const char *grammars[] = { command ? name_end(command->synopsis) : "", common_options };

	for (size_t i = 0; i < COUNT_OF(grammars); i++) {
		for (const char *at = grammars[i]; next_part(&at, part);) {
			if (part->option && strcmp(part->name, name) == 0)
				return true;
		}
	}
	return false;
}

/* The option at **words, and its value, which is behind it or behind a '='. */
static enum result take_option(struct arguments *arguments, char ***words, struct error *error)
{
	const char *word = *(*words)++, *equals = strchr(word, '=');
	char name[64];
	struct part part;

	text_copy(name, sizeof(name), word);
	name[strcspn(name, "=")] = '\0';
	if (!find_option(arguments->command, name, &part))
		return unknown_option(arguments->command, name, error);
	if (argument(arguments, name) && !part.repeats)
		return error_refuse(error, "refused.option_twice", "", "option", name, NULL);
	if (!part.value)
		return equals ? error_refuse(
					error, "refused.option_plain", "", "option", name, NULL)
			      : give(arguments, name, "", error);
	if (equals)
		return give(arguments, name, equals + 1, error);
	if (!**words || text_starts(**words, "--"))
		return error_refuse(error, "refused.option_value", "", "option", name, NULL);
	return give(arguments, name, *(*words)++, error);
}

/* How many of the words are the name of the command; 0 where it is another. */
static int name_fits(const struct command *command, char **words)
{
	const char *at = command->synopsis, *end = name_end(at);
	int fits = 0;

	while (at < end) {
		size_t length = strcspn(at, " ");
		if (!words[fits] || strlen(words[fits]) != length ||
			strncmp(words[fits], at, length) != 0)
			return 0;
		fits++;
		at += length;
		at += strspn(at, " ");
	}
	return fits;
}

static enum result take_command(struct arguments *arguments, char ***words, struct error *error)
{
	int most = 0;

	for (const struct command *command = commands; command->synopsis; command++) {
		int fits = name_fits(command, *words);
		if (fits > most) {
			most = fits;
			arguments->command = command;
		}
	}
	if (!most)
		return **words ? unknown_command(**words, error)
			       : error_refuse(error, "refused.no_command", "", NULL);
	*words += most;
	return OK;
}

/* The argument of the grammar that is next to be given; false where none is left. */
static bool next_argument(const struct arguments *arguments, struct part *part)
{
	for (const char *at = name_end(arguments->command->synopsis); next_part(&at, part);) {
		if (!part->option && (part->repeats || !argument(arguments, part->name)))
			return true;
	}
	return false;
}

static enum result check_complete(const struct arguments *arguments, struct error *error)
{
	const char *synopsis = arguments->command->synopsis;
	struct part part;

	for (const char *at = name_end(synopsis); next_part(&at, &part);) {
		if (!part.optional && !argument(arguments, part.name))
			return error_refuse(error, "refused.argument_missing", "", "name",
				part.name, "synopsis", synopsis, NULL);
	}
	return OK;
}

enum result arguments_read(struct arguments *arguments, char **words, struct error *error)
{
	bool options = true;
	struct part part;

	*arguments = (struct arguments){ 0 };
	while (*words && text_starts(*words, "--")) {
		if (take_option(arguments, &words, error) != OK)
			return error->result;
	}
	if (take_command(arguments, &words, error) != OK)
		return error->result;
	while (*words) {
		if (options && strcmp(*words, "--") == 0) {
			options = false;
			words++;
		} else if (options && **words == '-' && (*words)[1]) {
			if (take_option(arguments, &words, error) != OK)
				return error->result;
		} else if (!next_argument(arguments, &part)) {
			return error_refuse(error, "refused.argument_extra", "", "value", *words,
				"synopsis", arguments->command->synopsis, NULL);
		} else if (give(arguments, part.name, *words++, error) != OK) {
			return error->result;
		}
	}
	return check_complete(arguments, error);
}

/* Rules about words: both languages say the same keys, with the same slots, and every
 * message that the code names can be said. */
#include "tidy.h"

#include "base/panic.h"
#include "base/text.h"

#include <string.h>

struct message {
	const char *key;
	const char *text;
	const struct source *source;
	size_t place;
};

static bool is_catalogue(const struct source *source)
{
	return path_within(source, "src/") &&
	       (text_equal(path_name(source), "zh.txt") || text_equal(path_name(source), "en.txt"));
}

/* The next message of a catalogue from *at. A line that is no message is reported where
 * `tidy` is given, and passed over. */
static bool next_message(struct tidy *tidy, struct arena *arena, const struct source *source,
	size_t *at, struct message *message)
{
	struct stretch line;

	while (next_line(source, at, &line)) {
		char *text = arena_bytes(arena, source->text + line.start, line.length);
		char *equals = strstr(text, " = ");
		if (!*text || *text == '#')
			continue;
		if (equals && equals != text && equals[3] && !strpbrk(text, "\r\t")) {
			*equals = '\0';
			*message = (struct message){ text, equals + 3, source, line.start };
			if (!strchr(text, ' '))
				return true;
		}
		if (tidy)
			report(tidy, source, line.start, "not a message");
	}
	return false;
}

void check_catalogue_form(struct tidy *tidy)
{
	struct tree *tree = tidy->tree;
	struct message message;

	for (size_t i = 0; i < tree->count; i++) {
		const struct source *source = &tree->sources[i];
		if (!is_catalogue(source))
			continue;
		for (size_t at = 0; next_message(tidy, &tree->arena, source, &at, &message);) {
			size_t open = 0, close = 0;
			for (const char *c = message.text; *c; c++) {
				open += *c == '{';
				close += *c == '}';
			}
			if (open != close)
				report(tidy, source, message.place, "a brace without its other");
		}
	}
}

/* Every message of every catalogue, in the order of the tree. */
struct catalogues {
	struct message *messages;
	size_t count;
};

static struct catalogues collect(struct tree *tree)
{
	struct catalogues all = { 0 };
	struct message message;
	size_t most = 0;

	for (size_t i = 0; i < tree->count; i++)
		for (size_t at = 0;
			is_catalogue(&tree->sources[i]) && at < tree->sources[i].length;)
			most += tree->sources[i].text[at++] == '\n';
	all.messages = arena_array(&tree->arena, struct message, most + tree->count);
	for (size_t i = 0; i < tree->count; i++) {
		const struct source *source = &tree->sources[i];
		size_t at = 0;
		while (is_catalogue(source) &&
			next_message(NULL, &tree->arena, source, &at, &message))
			all.messages[all.count++] = message;
	}
	return all;
}

static const struct message *find_message(
	const struct catalogues *all, const struct source *source, const char *key)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->messages[i].source == source && text_equal(all->messages[i].key, key))
			return &all->messages[i];
	return NULL;
}

static const struct source *other_language(struct tree *tree, const struct source *source)
{
	const char *other = text_equal(path_name(source), "zh.txt") ? "en.txt" : "zh.txt";

	return tree_find(
		tree, arena_print(&tree->arena, "%s/%s", path_folder(&tree->arena, source), other));
}

void check_catalogue_languages(struct tidy *tidy)
{
	struct tree *tree = tidy->tree;
	struct catalogues all = collect(tree);

	for (size_t i = 0; i < tree->count; i++)
		if (is_catalogue(&tree->sources[i]) && !other_language(tree, &tree->sources[i]))
			report(tidy, &tree->sources[i], 0, "the other language is missing");
	for (size_t i = 0; i < all.count; i++) {
		const struct message *message = &all.messages[i];
		const struct source *other = other_language(tree, message->source);
		if (other && !find_message(&all, other, message->key))
			report(tidy, message->source, message->place, "'%s' is not in %s",
				message->key, other->path);
	}
}

/* The slot from *at, without its braces; NULL after the last. */
static const char *next_slot(struct arena *arena, const char **at)
{
	const char *open = strchr(*at, '{'), *close = open ? strchr(open, '}') : NULL;

	if (!close)
		return NULL;
	*at = close + 1;
	return arena_bytes(arena, open + 1, (size_t)(close - open) - 1);
}

static bool has_slot(struct arena *arena, const char *text, const char *slot)
{
	for (const char *its; (its = next_slot(arena, &text));)
		if (text_equal(its, slot))
			return true;
	return false;
}

void check_catalogue_slots(struct tidy *tidy)
{
	struct tree *tree = tidy->tree;
	struct catalogues all = collect(tree);

	for (size_t i = 0; i < all.count; i++) {
		const struct message *message = &all.messages[i];
		const struct source *other = other_language(tree, message->source);
		const struct message *twin = find_message(&all, other, message->key);
		const char *text = message->text;
		for (const char *slot; twin && (slot = next_slot(&tree->arena, &text));)
			if (!has_slot(&tree->arena, twin->text, slot))
				report(tidy, message->source, message->place, "{%s} is not in %s",
					slot, other->path);
	}
}

void check_catalogue_once(struct tidy *tidy)
{
	struct catalogues all = collect(tidy->tree);

	for (size_t i = 0; i < all.count; i++) {
		const struct message *message = &all.messages[i];
		for (size_t j = 0; j < i; j++) {
			const struct message *before = &all.messages[j];
			if (!text_equal(path_name(before->source), path_name(message->source)) ||
				!text_equal(before->key, message->key))
				continue;
			report(tidy, message->source, message->place, "'%s' is said in %s already",
				message->key, before->source->path);
			break;
		}
	}
}

/* ------------------------------------------------------------------ messages named by the code */

enum { ARGUMENTS = 20 };

/* A call of error_refuse or error_trouble: its arguments as they are written. */
struct call {
	size_t place;
	int first_name; /* index of the first argument's name */
	int count;
	struct stretch arguments[ARGUMENTS];
};

static struct stretch trimmed(const struct source *source, size_t from, size_t to)
{
	while (from < to && strchr(" \t\n", source->text[from]))
		from++;
	while (to > from && strchr(" \t\n", source->text[to - 1]))
		to--;
	return (struct stretch){ from, to - from };
}

static void split_arguments(const struct source *source, size_t open, struct call *call)
{
	size_t end = matching_end(source, open) - 1, from = open + 1;

	call->count = 0;
	for (size_t at = open + 1; at <= end && call->count < ARGUMENTS; at++) {
		if (at < end && strchr("([{", source->code[at]))
			at = matching_end(source, at);
		if (at >= end || source->code[at] == ',') {
			call->arguments[call->count++] = trimmed(source, from, at);
			from = at + 1;
		}
	}
}

static bool next_call(const struct source *source, const char *function, int first_name, size_t *at,
	struct call *call)
{
	while (next_word(source, function, at, &call->place)) {
		if (source->code[*at] != '(')
			continue;
		call->first_name = first_name;
		split_arguments(source, *at, call);
		return true;
	}
	return false;
}

/* The text of an argument that is one literal; NULL for anything else. */
static const char *literal_argument(
	struct arena *arena, const struct source *source, const struct call *call, int index)
{
	if (index >= call->count)
		return NULL;
	struct stretch it = call->arguments[index];
	if (it.length < 2 || source->text[it.start] != '"' ||
		strcspn(source->code + it.start + 1, "\"") != it.length - 2)
		return NULL;
	return stretch_text(arena, source, (struct stretch){ it.start + 1, it.length - 2 });
}

static const struct message *find_anywhere(const struct catalogues *all, const char *key)
{
	for (size_t i = 0; i < all->count; i++)
		if (text_equal(path_name(all->messages[i].source), "zh.txt") &&
			text_equal(all->messages[i].key, key))
			return &all->messages[i];
	return NULL;
}

static void check_known(struct tidy *tidy, const struct catalogues *all,
	const struct source *source, const struct call *call)
{
	const char *key = literal_argument(&tidy->tree->arena, source, call, 1);

	if (key && !find_anywhere(all, key))
		report(tidy, source, call->place, "no catalogue says '%s'", key);
}

static bool passes(
	struct arena *arena, const struct source *source, const struct call *call, const char *slot)
{
	for (int i = call->first_name; i + 1 < call->count; i += 2) {
		const char *name = literal_argument(arena, source, call, i);
		/* A name that is worked out may be any. */
		if (!name || text_equal(name, slot))
			return true;
	}
	return false;
}

static void check_arguments(struct tidy *tidy, const struct catalogues *all,
	const struct source *source, const struct call *call)
{
	struct arena *arena = &tidy->tree->arena;
	const char *key = literal_argument(arena, source, call, 1);
	const struct message *message = key ? find_anywhere(all, key) : NULL;
	const char *text = message ? message->text : "";

	for (const char *slot; (slot = next_slot(arena, &text));)
		if (!text_equal(slot, "field") && !passes(arena, source, call, slot))
			report(tidy, source, call->place, "'%s' needs {%s}", key, slot);
}

static void each_call(
	struct tidy *tidy, void (*check)(struct tidy *tidy, const struct catalogues *all,
				   const struct source *source, const struct call *call))
{
	struct catalogues all = collect(tidy->tree);

	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		struct call call;
		if (!source->code || !path_within(source, "src/"))
			continue;
		for (size_t at = 0; next_call(source, "error_refuse", 3, &at, &call);)
			check(tidy, &all, source, &call);
		for (size_t at = 0; next_call(source, "error_trouble", 2, &at, &call);)
			check(tidy, &all, source, &call);
	}
}

void check_message_known(struct tidy *tidy)
{
	each_call(tidy, check_known);
}

void check_message_arguments(struct tidy *tidy)
{
	each_call(tidy, check_arguments);
}

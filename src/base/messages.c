#include "base/messages.h"
#include "base/arena.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct message {
	const char *key;
	const char *text;
};

struct catalogue {
	struct message *items; /* sorted by key */
	size_t count;
	size_t allocated;
};

struct messages {
	struct arena arena;
	struct catalogue catalogue[LANGUAGES];
};

enum { CATALOGUE_BYTES = 8 * 1024 * 1024 };

struct messages *messages_new(void)
{
	struct messages *messages = calloc(1, sizeof(*messages));

	must(messages != NULL);
	arena_init(&messages->arena, CATALOGUE_BYTES);
	return messages;
}

void messages_free(struct messages *messages)
{
	if (!messages)
		return;
	for (int language = 0; language < LANGUAGES; language++)
		free(messages->catalogue[language].items);
	arena_release(&messages->arena);
	free(messages);
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct message *)a)->key, ((const struct message *)b)->key);
}

static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] == 'n') {
			*to++ = '\n';
			text++;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static void add_line(struct messages *messages, struct catalogue *catalogue, char *line)
{
	char *equals = strstr(line, " = ");

	must(equals != NULL);
	*equals = '\0';
	char *text = equals + 3;
	unescape(text);
	if (catalogue->count == catalogue->allocated) {
		catalogue->allocated = catalogue->allocated ? catalogue->allocated * 2 : 256;
		catalogue->items =
			realloc(catalogue->items, catalogue->allocated * sizeof(*catalogue->items));
		must(catalogue->items != NULL);
	}
	catalogue->items[catalogue->count++] = (struct message){
		.key = arena_text(&messages->arena, line),
		.text = arena_text(&messages->arena, text),
	};
}

void messages_add(
	struct messages *messages, enum language language, const char *text, size_t length)
{
	struct catalogue *catalogue = &messages->catalogue[language];
	char *copy = arena_bytes(&messages->arena, text, length), *rest = copy, *line;

	while ((line = strsep(&rest, "\n"))) {
		if (*line && *line != '#')
			add_line(messages, catalogue, line);
	}
	qsort(catalogue->items, catalogue->count, sizeof(*catalogue->items), by_key);
	for (size_t i = 1; i < catalogue->count; i++) {
		if (strcmp(catalogue->items[i - 1].key, catalogue->items[i].key) == 0)
			panic("messages", (int)i, catalogue->items[i].key);
	}
}

const char *message_find(const struct messages *messages, enum language language, const char *key)
{
	const struct catalogue *catalogue = &messages->catalogue[language];
	struct message wanted = { .key = key };
	const struct message *found = catalogue->count
					      ? bsearch(&wanted, catalogue->items, catalogue->count,
							sizeof(wanted), by_key)
					      : NULL;

	return found ? found->text : NULL;
}

const char *message_get(const struct messages *messages, enum language language, const char *key)
{
	const char *text = message_find(messages, language, key);

	if (!text)
		panic("messages: no text for this key", language, key);
	return text;
}

const char *message_next(const struct messages *messages, enum language language, const char *key)
{
	const struct catalogue *catalogue = &messages->catalogue[language];
	size_t i = 0;

	while (key && i < catalogue->count && strcmp(catalogue->items[i].key, key) <= 0)
		i++;
	return i < catalogue->count ? catalogue->items[i].key : NULL;
}

void message_fill(struct buffer *out, const char *sentence,
	const char *(*value)(void *context, const char *name), void *context)
{
	char name[64];

	while (*sentence) {
		const char *end = *sentence == '{' ? strchr(sentence, '}') : NULL;
		if (!end || (size_t)(end - sentence) > sizeof(name)) {
			buffer_char(out, *sentence++);
			continue;
		}
		size_t length = (size_t)(end - sentence) - 1;
		memcpy(name, sentence + 1, length);
		name[length] = '\0';
		const char *text = value(context, name);
		if (text)
			buffer_text(out, text);
		sentence = end + 1;
	}
}

struct sentence {
	const struct messages *messages;
	enum language language;
	const struct error *error;
};

/* A field's own label, "field.name", or where its kinds say it each for themselves, the first of
 * theirs, "field.KIND.name"; the bare name where nobody says it. */
static const char *field_label(const struct sentence *sentence, const char *field)
{
	const struct catalogue *catalogue = &sentence->messages->catalogue[sentence->language];
	char key[80] = "field.", last[80] = ".";

	text_copy(key + 6, sizeof(key) - 6, field);
	const char *label = message_find(sentence->messages, sentence->language, key);
	text_copy(last + 1, sizeof(last) - 1, field);
	for (size_t i = 0; !label && i < catalogue->count; i++) {
		const struct message *message = &catalogue->items[i];
		size_t length = strlen(message->key);
		if (text_starts(message->key, "field.") && length > strlen(last) &&
			strcmp(message->key + length - strlen(last), last) == 0)
			label = message->text;
	}
	return label ? label : field;
}

static const char *error_value(void *context, const char *name)
{
	const struct sentence *sentence = context;
	const char *text = error_argument(sentence->error, name);

	if (strcmp(name, "field") == 0)
		return field_label(sentence, sentence->error->field);
	bool keyed = text && ((strcmp(name, "reason") == 0 && text_starts(text, "reason.")) ||
				     (strcmp(name, "state") == 0 && text_starts(text, "state.")));
	if (keyed) {
		const char *said = message_find(sentence->messages, sentence->language, text);
		return said ? said : text;
	}
	return text;
}

void message_error(const struct messages *messages, enum language language,
	const struct error *error, struct buffer *out)
{
	struct sentence sentence = { messages, language, error };

	if (error->place[0]) {
		buffer_text(out, error->place);
		buffer_text(out, language == CHINESE ? "：" : ": ");
	}
	message_fill(out, message_get(messages, language, error->key), error_value, &sentence);
}

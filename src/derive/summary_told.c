/* The sentences of a paragraph: where each ends, and what it is called while its figures move. */
#include "derive/summary_parts.h"

#include "base/text.h"

#include <string.h>

struct splitting {
	struct summary *summary;
	struct told *told, **last;
	struct phrases phrases;
	struct buffer was;
};

/* How many bytes at `text` end a sentence; 0 for none. */
static size_t end_at(const char *text)
{
	static const char *const ends[] = { "。", "！", "？", ". ", "! ", "? " };

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		if (text_starts(text, ends[i]))
			return strlen(ends[i]);
	}
	return 0;
}

static void end_sentence(struct splitting *splitting)
{
	if (!splitting->phrases.first)
		return;
	struct told *told = arena_new(&splitting->summary->arena, struct told);
	*told = (struct told){ .was = arena_text(&splitting->summary->arena, splitting->was.bytes),
		.phrases = splitting->phrases };
	if (told->phrases.last == &splitting->phrases.first)
		phrases_init(&told->phrases);
	*splitting->last = told;
	splitting->last = &told->next;
	phrases_init(&splitting->phrases);
	buffer_clear(&splitting->was);
}

static void take_text(
	struct splitting *splitting, const struct phrase *phrase, const char *text, size_t length)
{
	struct summary *summary = splitting->summary;

	phrases_add(summary, &splitting->phrases, phrase->kind,
		arena_bytes(&summary->arena, text, length));
	buffer_add(&splitting->was, text, length);
}

static void take_phrase(struct splitting *splitting, const struct phrase *phrase)
{
	const char *start = phrase->text, *at = phrase->text;

	if (phrase->kind == PHRASE_FIGURE) {
		phrases_copy(splitting->summary, &splitting->phrases, phrase);
		buffer_print(&splitting->was, "{%s}", phrase->key);
		return;
	}
	while (*at) {
		size_t end = end_at(at);
		if (!end) {
			text_next(&at);
			continue;
		}
		at += end;
		take_text(splitting, phrase, start, (size_t)(at - start));
		end_sentence(splitting);
		start = at;
	}
	take_text(splitting, phrase, start, (size_t)(at - start));
}

void told_split(struct summary *summary)
{
	struct splitting splitting = { .summary = summary };

	buffer_init(&splitting.was, SUMMARY_TEMPLATE_BYTES);
	for (struct item *item = summary->items; item; item = item->next) {
		if (item->kind != ITEM_PARAGRAPH)
			continue;
		splitting.last = &item->told;
		phrases_init(&splitting.phrases);
		buffer_clear(&splitting.was);
		for (const struct phrase *phrase = item->phrases.first; phrase;
			phrase = phrase->next)
			take_phrase(&splitting, phrase);
		end_sentence(&splitting);
	}
	buffer_release(&splitting.was);
}

void told_join(struct summary *summary)
{
	for (struct item *item = summary->items; item; item = item->next) {
		if (item->kind != ITEM_PARAGRAPH)
			continue;
		phrases_init(&item->phrases);
		for (struct told *told = item->told; told; told = told->next) {
			for (const struct phrase *phrase = told->phrases.first; phrase;
				phrase = phrase->next)
				phrases_copy(summary, &item->phrases, phrase);
		}
	}
}

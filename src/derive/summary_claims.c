/*
 * Claims: words of praise and progress that want a figure. The list is summaries/claims.txt:
 * a word a line, followed by the words that contain it and claim nothing (及时 及时率).
 */
#include "derive/summary_parts.h"

#include "base/asset.h"
#include "base/text.h"

#include <string.h>

enum { LIST_BYTES = 64 * 1024 };

/* How many bytes at `text` claim something by this line of the list: 0 for none. */
static size_t claims_by(char *line, const char *text)
{
	char *rest = line, *word = strsep(&rest, " "), *other;

	if (!*word || *word == '#' || !text_starts(text, word))
		return 0;
	while ((other = strsep(&rest, " "))) {
		if (*other && text_starts(text, other))
			return 0;
	}
	return strlen(word);
}

static size_t claim_at(const char *list, const char *text)
{
	size_t longest = 0;
	char line[512];

	while (*list) {
		size_t length = strcspn(list, "\n");
		if (length < sizeof(line)) {
			memcpy(line, list, length);
			line[length] = '\0';
			size_t found = claims_by(line, text);
			longest = found > longest ? found : longest;
		}
		list += length + (list[length] == '\n');
	}
	return longest;
}

static bool marked_personal(const struct phrases *sentence)
{
	for (const struct phrase *phrase = sentence->first; phrase; phrase = phrase->next) {
		if (strstr(phrase->text, "个人体会"))
			return true;
	}
	return false;
}

/* Split a phrase at its claims. */
static bool mark_phrase(
	struct summary *summary, struct phrases *out, const struct phrase *phrase, const char *list)
{
	const char *start = phrase->text, *at = phrase->text;
	bool found = false;

	while (*at) {
		size_t length = claim_at(list, at);
		if (!length) {
			text_next(&at);
			continue;
		}
		phrases_add(summary, out, phrase->kind,
			arena_bytes(&summary->arena, start, (size_t)(at - start)));
		phrases_add(summary, out, PHRASE_CLAIM, arena_bytes(&summary->arena, at, length));
		start = at += length;
		found = true;
	}
	phrases_add(summary, out, phrase->kind, start);
	return found;
}

void claims_mark(struct summary *summary, struct phrases *sentence)
{
	const struct asset *list = asset_find("summaries/claims.txt");
	struct phrases marked;
	struct buffer text;
	bool found = false;

	must(list != NULL && list->size < LIST_BYTES);
	if (marked_personal(sentence))
		return;
	phrases_init(&marked);
	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	for (const struct phrase *phrase = sentence->first; phrase; phrase = phrase->next) {
		found = mark_phrase(summary, &marked, phrase, list->bytes) || found;
		buffer_text(&text, phrase->text);
	}
	if (found) {
		*sentence = marked;
		if (!marked.first)
			phrases_init(sentence);
		note_add(summary, &summary->last_claim, arena_text(&summary->arena, text.bytes));
	}
	buffer_release(&text);
}

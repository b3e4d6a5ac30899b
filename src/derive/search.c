#include "derive/search.h"

#include "derive/search_names.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What a word's place is worth; the least of a name's is the best, and words add up. */
enum {
	SCORE_CODE = 0,
	SCORE_NAME = 1,    /* + 2 for every character before it; pinyin: and 1 */
	SCORE_TEXT = 1000, /* the beginning of another field; within it one more */
	SCORE_NONE = 1000000,
};

struct search {
	pthread_rwlock_t lock;
	struct readings *readings;
	struct search_names names;
};

struct word {
	char text[SEARCH_BYTES];
	bool typed;      /* letters and digits alone: may be pinyin */
	uint32_t letter; /* its first as a bit, where that is a letter; or 0 */
	uint64_t pair;   /* its first two, where both are letters; or 0 */
};

struct hit {
	uint32_t score, characters;
	uint64_t order[2];
	const struct item *item;
};

struct asking {
	const struct search_names *names;
	const struct question *question;
	struct word words[SEARCH_WORDS];
	int word_count;
	struct hit *hits; /* a heap, the best on top, while they are handed out */
	size_t hit_count;
	const char *given[SEARCH_MOST]; /* references of objects, each given once */
	int given_count, left;
};

struct search *search_new(void)
{
	struct search *search = calloc(1, sizeof(*search));
	pthread_rwlockattr_t kind;

	must(search != NULL);
	/* Who looks through the names must not keep out the one that brings them up to date. */
	must(pthread_rwlockattr_init(&kind) == 0 &&
		pthread_rwlockattr_setkind_np(
			&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) == 0 &&
		pthread_rwlock_init(&search->lock, &kind) == 0);
	pthread_rwlockattr_destroy(&kind);
	search->readings = readings_new();
	search_names_init(&search->names, search->readings);
	return search;
}

void search_free(struct search *search)
{
	if (!search)
		return;
	search_names_release(&search->names);
	readings_free(search->readings);
	pthread_rwlock_destroy(&search->lock);
	free(search);
}

bool search_has_type(const struct ledger *ledger, const char *type)
{
	for (const struct module *const *module = ledger_modules(ledger); *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			const char *named = search_names_type(kind);
			if (named && text_equal(named, type))
				return true;
		}
	}
	return false;
}

/* ------------------------------------------------------------------ the words */

static bool letter_or_digit(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

static void take_word(struct asking *asking, const char *text)
{
	struct word *word = &asking->words[asking->word_count++];

	text_fold(word->text, sizeof(word->text), text);
	word->typed = true;
	for (const char *at = word->text; *at; at++)
		word->typed = word->typed && letter_or_digit(*at);
	if (word->typed && *word->text >= 'a')
		word->letter = UINT32_C(1) << (*word->text - 'a');
	if (word->letter && word->text[1] >= 'a')
		word->pair = search_names_pair(
			(unsigned char)word->text[0], (unsigned char)word->text[1]);
}

static enum result take_words(struct asking *asking, struct error *error)
{
	const char *at = asking->question->text, *before;
	char word[SEARCH_BYTES];
	size_t length = 0;
	uint32_t point;

	if (strlen(at) >= SEARCH_BYTES)
		return error_refuse(error, "refused.search_long", "text", NULL);
	do {
		before = at;
		point = text_next(&at);
		if (point && !text_blank(point)) {
			memcpy(word + length, before, (size_t)(at - before));
			length += (size_t)(at - before);
			continue;
		}
		word[length] = '\0';
		if (length && asking->word_count == SEARCH_WORDS)
			return error_refuse(error, "refused.search_long", "text", NULL);
		if (length)
			take_word(asking, word);
		length = 0;
	} while (point);
	return OK;
}

/* ------------------------------------------------------------------ looking through */

static uint32_t characters_before(const char *text, const char *end)
{
	uint32_t characters = 0;

	for (; text < end; text++)
		characters += ((unsigned char)*text & 0xC0) != 0x80;
	return characters;
}

/* Where in the name pinyin stands, before the character `most`; `most` where it does not. */
static uint32_t reading_place(const struct readings *readings, const struct word *word,
	const struct item *item, uint32_t most)
{
	if (!word->typed || (word->letter && !(word->letter & item->letters)) ||
		(word->pair && !(word->pair & item->pairs)))
		return most;
	return readings_place(readings, word->text, item->folded, most);
}

static uint32_t word_score(
	const struct readings *readings, const struct word *word, const struct item *item)
{
	const char *at;

	if (*item->code == *word->text && text_starts(item->code, word->text))
		return text_equal(item->code, word->text) ? SCORE_CODE : SCORE_NAME;
	at = strstr(item->folded, word->text);
	uint32_t place = at ? characters_before(item->folded, at) : item->characters;
	uint32_t read = reading_place(readings, word, item, place);
	if (read < place)
		return SCORE_NAME + 2 * read + 1;
	if (at)
		return SCORE_NAME + 2 * place;
	at = *item->folded_texts ? strstr(item->folded_texts, word->text) : NULL;
	if (!at)
		return SCORE_NONE;
	return SCORE_TEXT + (at > item->folded_texts && at[-1] != '\n');
}

static void look(struct asking *asking, const struct readings *readings, const struct item *item)
{
	uint32_t score = 0;

	if (asking->question->type && !text_equal(asking->question->type, item->type))
		return;
	for (int i = 0; i < asking->word_count && score < SCORE_NONE; i++)
		score += word_score(readings, &asking->words[i], item);
	if (score < SCORE_NONE)
		asking->hits[asking->hit_count++] = (struct hit){ score, item->characters,
			{ item->order[0], item->order[1] }, item };
}

/* ------------------------------------------------------------------ the best first */

static bool better(const struct hit *a, const struct hit *b)
{
	if (a->score != b->score)
		return a->score < b->score;
	if (a->characters != b->characters)
		return a->characters < b->characters;
	for (int i = 0; i < 2; i++) {
		if (a->order[i] != b->order[i])
			return a->order[i] < b->order[i];
	}
	int order = strcmp(strchr(a->item->ref, ':'), strchr(b->item->ref, ':'));
	if (order == 0)
		order = strcmp(a->item->ref, b->item->ref);
	if (order == 0)
		order = strcmp(a->item->key, b->item->key);
	return order < 0;
}

static void sink(struct hit *hits, size_t count, size_t at)
{
	for (;;) {
		size_t best = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
			if (better(&hits[child], &hits[best]))
				best = child;
		}
		if (best == at)
			return;
		struct hit moved = hits[at];
		hits[at] = hits[best];
		hits[best] = moved;
		at = best;
	}
}

static const struct item *next_best(struct asking *asking)
{
	const struct item *item = asking->hits[0].item;

	asking->hits[0] = asking->hits[--asking->hit_count];
	sink(asking->hits, asking->hit_count, 0);
	return item;
}

/* ------------------------------------------------------------------ handing out */

/* The other field in which the first word stands that the name and the code do not hold. */
static const char *found_text(
	const struct asking *asking, const struct item *item, struct arena *arena)
{
	for (int i = 0; i < asking->word_count; i++) {
		const struct word *word = &asking->words[i];
		if (word_score(asking->names->readings, word, item) < SCORE_TEXT)
			continue;
		const char *at = strstr(item->folded_texts, word->text), *line = item->texts;
		for (const char *before = item->folded_texts; before < at; before++) {
			if (*before == '\n')
				line += strcspn(line, "\n") + 1;
		}
		return arena_bytes(arena, line, strcspn(line, "\n"));
	}
	return NULL;
}

static bool given_before(struct asking *asking, const char *ref)
{
	for (int i = 0; i < asking->given_count; i++) {
		if (text_equal(asking->given[i], ref))
			return true;
	}
	asking->given[asking->given_count++] = ref;
	return false;
}

static void give(struct asking *asking, const struct item *item, struct arena *arena,
	void (*each)(void *context, const struct found *found), void *context)
{
	const struct question *question = asking->question;
	struct found found = { .type = item->type, .ref = item->ref, .name = item->name };
	const char *id = strchr(item->ref, ':') + 1;

	if (text_starts(item->ref, "customer:")) {
		const char *survivor = search_names_survivor(asking->names, id);
		if (!text_equal(survivor, id)) {
			found.merged = item->ref;
			found.ref = arena_print(arena, "customer:%s", survivor);
			id = survivor;
		}
	}
	if (question->may && !question->may(question->context, item->type, id))
		return;
	if (*item->code && given_before(asking, found.ref))
		return;
	found.text = found_text(asking, item, arena);
	asking->left--;
	each(context, &found);
}

static void find(struct asking *asking, void (*each)(void *context, const struct found *found),
	void *context)
{
	const struct search_names *names = asking->names;
	struct arena arena;

	arena_init(&arena, 1024 * 1024);
	asking->hits = calloc(names->count + 1, sizeof(*asking->hits));
	must(asking->hits != NULL);
	for (size_t i = 1; i <= names->count; i++) {
		if (!names->items[i].gone)
			look(asking, names->readings, &names->items[i]);
	}
	for (size_t i = asking->hit_count / 2; i-- > 0;)
		sink(asking->hits, asking->hit_count, i);
	while (asking->hit_count && asking->left > 0)
		give(asking, next_best(asking), &arena, each, context);
	free(asking->hits);
	arena_release(&arena);
}

/* Bring the names up to date, while nobody looks through them. */
static enum result follow(struct search *search, struct ledger *ledger, struct error *error)
{
	must(pthread_rwlock_wrlock(&search->lock) == 0);
	enum result result = search_names_follow(&search->names, ledger, error);
	must(pthread_rwlock_unlock(&search->lock) == 0);
	return result;
}

enum result search_find(struct search *search, struct ledger *ledger,
	const struct question *question, void (*each)(void *context, const struct found *found),
	void *context, struct error *error)
{
	struct asking asking = {
		.names = &search->names, .question = question, .left = question->limit
	};

	must(question->limit >= 1 && question->limit <= SEARCH_MOST);
	if (take_words(&asking, error) != OK || !asking.word_count)
		return error->result;
	if (follow(search, ledger, error) != OK)
		return error->result;
	must(pthread_rwlock_rdlock(&search->lock) == 0);
	find(&asking, each, context);
	must(pthread_rwlock_unlock(&search->lock) == 0);
	return OK;
}

enum result search_each(struct search *search, struct ledger *ledger,
	void (*each)(void *context, const struct named *named), void *context, struct error *error)
{
	const struct search_names *names = &search->names;

	if (follow(search, ledger, error) != OK)
		return error->result;
	must(pthread_rwlock_rdlock(&search->lock) == 0);
	for (size_t i = 1; i <= names->count; i++) {
		const struct item *item = &names->items[i];
		const struct named named = { item->type, item->ref, item->name };
		if (!item->gone)
			each(context, &named);
	}
	must(pthread_rwlock_unlock(&search->lock) == 0);
	return OK;
}

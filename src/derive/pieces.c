#include "derive/pieces.h"

#include "base/text.h"

#include <string.h>

enum { FULL_WIDTH = 0xFEE0, DIGITS_MOST = 4 };

static const uint64_t hash_start = 14695981039346656037U, hash_times = 1099511628211U;

/* ------------------------------------------------------------------ cutting */

/* A letter or digit of ASCII, small and of half width; 0 for any other. */
static uint32_t plain(uint32_t point)
{
	if (point >= 0xFF01 && point <= 0xFF5E)
		point -= FULL_WIDTH;
	if (point >= 'A' && point <= 'Z')
		return point | 0x20;
	return (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9') ? point : 0;
}

/* Marks and blanks: of Latin, general and Chinese punctuation, of full width. */
static bool is_mark(uint32_t point)
{
	return point < 0xC0 || (point >= 0x2000 && point < 0x2070) ||
	       (point >= 0x3000 && point < 0x3040) || (point >= 0xFF00 && point < 0xFFF0);
}

/* The next point of *at, which is moved behind it; 0 at `end`. */
static uint32_t next_point(const char **at, const char *end)
{
	return *at < end ? text_next(at) : 0;
}

static void take_letters(struct piece *piece, uint32_t point, const char **at, const char *end)
{
	const char *behind = *at;

	piece->key = hash_start;
	for (piece->weight = 0; plain(point); piece->weight++) {
		piece->key = (piece->key ^ plain(point)) * hash_times;
		behind = *at;
		point = next_point(at, end);
	}
	*at = behind;
}

/* The next piece of *at, which is moved behind it; false at the end. */
static bool next_piece(const char *text, const char **at, const char *end, struct piece *piece)
{
	const char *before = *at;
	uint32_t point = next_point(at, end);

	while (point && !plain(point) && is_mark(point)) {
		before = *at;
		point = next_point(at, end);
	}
	if (!point)
		return false;
	*piece = (struct piece){ .key = point, .at = (uint32_t)(before - text), .weight = 1 };
	if (plain(point))
		take_letters(piece, point, at, end);
	piece->end = (uint32_t)(*at - text);
	return true;
}

void pieces_cut(struct pieces *pieces, const char *text, size_t length)
{
	const char *at = text, *end = text + length;

	pieces->text = text;
	pieces->count = 0;
	while (pieces->count < PIECES_MOST &&
		next_piece(text, &at, end, &pieces->items[pieces->count]))
		pieces->count++;
}

/* ------------------------------------------------------------------ finding */

bool pieces_stand_at(const struct pieces *pieces, const struct pieces *wanted, int at)
{
	if (!wanted->count || at + wanted->count > pieces->count)
		return false;
	for (int i = 0; i < wanted->count; i++) {
		const struct piece *piece = &pieces->items[at + i];
		if (piece->used || piece->key != wanted->items[i].key)
			return false;
	}
	return true;
}

int pieces_find(const struct pieces *pieces, const struct pieces *wanted, int from)
{
	for (int at = from; at < pieces->count; at++) {
		if (pieces_stand_at(pieces, wanted, at))
			return at;
	}
	return -1;
}

void pieces_use(struct pieces *pieces, int from, int count)
{
	for (int i = 0; i < count; i++)
		pieces->items[from + i].used = true;
}

bool pieces_touch(const struct pieces *pieces, int first)
{
	return first >= 0 && first + 1 < pieces->count &&
	       pieces->items[first].end == pieces->items[first + 1].at;
}

int pieces_number(const struct pieces *pieces, int at)
{
	int number = 0;

	if (at >= pieces->count || pieces->items[at].weight > DIGITS_MOST)
		return -1;
	for (uint32_t i = pieces->items[at].at; i < pieces->items[at].end; i++) {
		char digit = pieces->text[i];
		if (digit < '0' || digit > '9')
			return -1;
		number = number * 10 + (digit - '0');
	}
	return number;
}

/* ------------------------------------------------------------------ words */

bool pieces_word(const char **words, struct pieces *word)
{
	size_t length = strcspn(*words, "|");

	if (!**words)
		return false;
	pieces_cut(word, *words, length);
	*words += length + ((*words)[length] == '|');
	return true;
}

int pieces_word_at(const struct pieces *pieces, const char *words, int at)
{
	struct pieces word;
	int most = 0;

	while (pieces_word(&words, &word)) {
		if (word.count > most && pieces_stand_at(pieces, &word, at))
			most = word.count;
	}
	return most;
}

void pieces_use_words(struct pieces *pieces, const char *words)
{
	struct pieces word;

	while (pieces_word(&words, &word)) {
		for (int at = 0; (at = pieces_find(pieces, &word, at)) >= 0;)
			pieces_use(pieces, at, word.count);
	}
}

/* ------------------------------------------------------------------ what two texts share */

static struct run run_from(
	const struct pieces *pieces, int at, const struct pieces *other, int other_at)
{
	struct run run = { 0, at, other_at, 0 };

	while (at + run.count < pieces->count && other_at + run.count < other->count) {
		const struct piece *piece = &pieces->items[at + run.count];
		const struct piece *same = &other->items[other_at + run.count];
		if (piece->used || same->used || piece->key != same->key)
			break;
		run.weight += piece->weight;
		run.count++;
	}
	return run;
}

struct run pieces_common(const struct pieces *pieces, const struct pieces *other)
{
	struct run best = { 0 };

	for (int at = 0; at < pieces->count; at++) {
		for (int i = 0; i < other->count; i++) {
			struct run run = run_from(pieces, at, other, i);
			if (run.weight > best.weight)
				best = run;
		}
	}
	return best;
}

/* ------------------------------------------------------------------ the sieve */

static unsigned place_of(uint64_t key)
{
	return (unsigned)(key * UINT64_C(0x9E3779B97F4A7C15) >> 52);
}

void sieve_fill(struct sieve *sieve, const struct pieces *pieces)
{
	*sieve = (struct sieve){ 0 };
	for (int i = 0; i < pieces->count; i++) {
		unsigned place = place_of(pieces->items[i].key);
		if (!pieces->items[i].used)
			sieve->bits[place / 64] |= UINT64_C(1) << place % 64;
	}
}

int sieve_most(const struct sieve *sieve, const char *text)
{
	const char *at = text, *end = text + strlen(text);
	int weight = 0, most = 0;
	struct piece piece;

	while (next_piece(text, &at, end, &piece)) {
		unsigned place = place_of(piece.key);
		bool held = sieve->bits[place / 64] >> place % 64 & 1;
		weight = held ? weight + piece.weight : 0;
		most = weight > most ? weight : most;
	}
	return most;
}

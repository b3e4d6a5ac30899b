/*
 * A sentence in pieces, so that names and words are found in it whole: each character of
 * Chinese is a piece, each run of letters and digits is one; blanks and marks are none. Case and
 * width do not matter.
 */
#ifndef DERIVE_PIECES_H
#define DERIVE_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PIECES_MOST = 600 };

struct piece {
	uint64_t key;     /* the same for the same piece */
	uint32_t at, end; /* bytes of the text */
	uint16_t weight;  /* characters */
	bool used;        /* it has said what it means already, and is found no more */
};

struct pieces {
	const char *text; /* valid UTF-8 */
	int count;        /* what is beyond PIECES_MOST is left out */
	struct piece items[PIECES_MOST];
};

/* Of the first `length` bytes of the text. */
void pieces_cut(struct pieces *pieces, const char *text, size_t length);
/* Where `wanted` stands, from piece `from` on; −1 where it does not, or has no piece. */
int pieces_find(const struct pieces *pieces, const struct pieces *wanted, int from);
bool pieces_stand_at(const struct pieces *pieces, const struct pieces *wanted, int at);
void pieces_use(struct pieces *pieces, int from, int count);
/* Do two pieces, one after the other, touch in the text? */
bool pieces_touch(const struct pieces *pieces, int first);
/* The number that a piece of at most four digits is; −1 for any other. */
int pieces_number(const struct pieces *pieces, int at);

/* The next of the words "one|two|three", which is moved behind it; false at the end. */
bool pieces_word(const char **words, struct pieces *word);
/* The first of the words that stands there, the longest first; its pieces, 0 where none does. */
int pieces_word_at(const struct pieces *pieces, const char *words, int at);
/* Use each of the words wherever it stands, in their order. */
void pieces_use_words(struct pieces *pieces, const char *words);

/* The longest run that both have, of pieces that are not used: its weight, and where it stands. */
struct run {
	int weight, at, other_at, count;
};
struct run pieces_common(const struct pieces *pieces, const struct pieces *other);

/* Which pieces a text may have: what `sieve_most` answers is at least the weight of the longest
 * run, and is told without cutting the other text up. */
struct sieve {
	uint64_t bits[64];
};
void sieve_fill(struct sieve *sieve, const struct pieces *pieces);
int sieve_most(const struct sieve *sieve, const char *text);

#endif

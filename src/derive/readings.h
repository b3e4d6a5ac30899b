/*
 * How characters are read: a name by its pinyin, while it is being typed.
 *
 * A character may be read in several ways, and every one counts: 长沙 is cs and zs, 银行 is yh
 * and yx. Tones are left out, ü is typed v. The readings travel inside the program
 * (readings.txt, from the Unicode Han Database); a table of phrases, which would know that 长沙
 * is never zhang sha, is not there: whoever types zs finds it too.
 */
#ifndef DERIVE_READINGS_H
#define DERIVE_READINGS_H

#include <stdbool.h>
#include <stdint.h>

struct readings;

enum { READ_LETTERS = 63 };

struct readings *readings_new(void);
void readings_free(struct readings *readings); /* NULL does nothing */
/* The first letters of its readings, bit 0 for 'a'; 0 where none is known. */
uint32_t readings_letters(const struct readings *readings, uint32_t point);
/* Its readings one by one, from 0; NULL after the last. */
const char *readings_syllable(const struct readings *readings, uint32_t point, int index);
/* Does `typed` read the beginning of `name`? Each character in turn takes one or more letters
 * of `typed`, the beginning of one of its readings: qb, qingbo, qbo and qingb all read 清波. A
 * letter or digit in the name reads as itself. Both are folded (text_fold); more than
 * READ_LETTERS read nothing. */
bool readings_begin(const struct readings *readings, const char *typed, const char *name);
/* The first character of `name`, by its number, from which on `typed` reads it; of the first `most`
 * only, and `most` where it reads none. */
uint32_t readings_place(
	const struct readings *readings, const char *typed, const char *name, uint32_t most);

#endif

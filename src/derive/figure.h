/*
 * Figures in words: what a value is counted in, how it reads, and what span a span is compared
 * with. Labels speak the reader's language; the words of spans are those of Chinese documents.
 */
#ifndef DERIVE_FIGURE_H
#define DERIVE_FIGURE_H

#include "base/arena.h"
#include "derive/sentence.h"

/* "次", "家"; of a share "%". */
const char *measure_unit(const struct labels *labels, const struct measure *measure);
/* How a value of this measure reads, with its unit: "1,481次", "12.34万元", "96.4%". */
const char *measure_value(const struct labels *labels, struct arena *arena,
	const struct measure *measure, int64_t value);
/* The whole figure: of a share with its parts, "96.4%（1,481/1,536）". */
const char *measure_figure(
	const struct labels *labels, struct arena *arena, const struct figure *figure);
/* "1,234" */
const char *figure_grouped(struct arena *arena, int64_t number);

/* The span that one is compared with: of at most a week the week before, within a month the month
 * before, else a year before. `key` names it: "summary.before.year". */
struct earlier {
	int from, to;
	const char *key;
};
struct earlier figure_before(int from, int to);
/* The same, of a span that may not be over: as much of the one before as has passed of it. */
struct earlier figure_before_now(int from, int to, int today);

/* "2026年11月24日"; "2026年", "2026年1—11月" and the like. */
const char *day_words(struct arena *arena, int day);
const char *period_words(struct arena *arena, int from, int to);

#endif

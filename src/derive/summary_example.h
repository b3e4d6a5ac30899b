/* The one row that shows best what a figure means: a typical case, or what was missed. */
#ifndef DERIVE_SUMMARY_EXAMPLE_H
#define DERIVE_SUMMARY_EXAMPLE_H

#include "derive/summary_parts.h"

/* A row with a date and somebody named: the largest of a sum, else the newest; of a share one
 * that was not met where it is bad news, else one that was. NULL where no row names anybody. */
const struct kept *example_row(const struct evidence_set *set, bool bad);
/* The row in words, "如11月3日，上门走访澜州精铸有限公司：…". */
const char *example_words(
	struct summary *summary, const struct evidence_set *set, const struct kept *row);

#endif

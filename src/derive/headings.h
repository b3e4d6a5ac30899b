/* What stands above a column: "月收入（万元）*" is the field monthly, in 万元, required. */
#ifndef DERIVE_HEADINGS_H
#define DERIVE_HEADINGS_H

#include "derive/typed.h"

/* Fold a heading for comparison: without marks that it must be filled in, and without the unit
 * in brackets at its end, which is answered; UNIT_YUAN where none is named. */
enum money_unit heading_fold(const char *heading, char folded[LABEL_TEXT]);
/* The field of `fields` that a folded heading means best, or NULL. */
const struct field *heading_field(const struct labels *labels, const char *kind,
	const struct field *fields, const char *folded, int *surety);

#endif

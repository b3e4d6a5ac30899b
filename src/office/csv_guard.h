/* The apostrophe that keeps a spreadsheet from taking a csv field for a formula: one rule for
 * writing and for reading, so that what was exported is read back as it was. Private to this
 * folder. */
#ifndef OFFICE_CSV_GUARD_H
#define OFFICE_CSV_GUARD_H

#include <stdbool.h>

/* Does the text, after any apostrophes it begins with, begin like a formula (= + - @ tab
 * return) without being a plain number? Writing adds an apostrophe to such a text; reading
 * takes one from it where it has one. */
bool csv_guarded(const char *text);

#endif

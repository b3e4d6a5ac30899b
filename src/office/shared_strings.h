/* A workbook's shared strings, held under a ceiling. Private to this folder. */
#ifndef OFFICE_SHARED_STRINGS_H
#define OFFICE_SHARED_STRINGS_H

#include "office/package.h"

struct strings;

/* Read the part; rich text gives its plain text, phonetic readings are left out. */
enum result strings_read(
	struct package *package, const char *path, struct strings **strings, struct error *error);
void strings_free(struct strings *strings);
/* The string, or NULL for a number past the last; lives as long as `strings`. */
const char *strings_get(const struct strings *strings, size_t index);

/* Undo "_x000D_" for characters that XML cannot hold, in place. What would be U+0000 or half a
 * character stays as written. Returns the new length. */
size_t escapes_undo(char *text, size_t length);

#endif

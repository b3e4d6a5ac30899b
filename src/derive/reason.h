/*
 * Reasons in words: why something that a module derives is as it is.
 *
 * A reason names a message of the module's catalogue and the values of its {slots}. Money, days
 * and months are written as people write them, an entry as another sentence calls it.
 */
#ifndef DERIVE_REASON_H
#define DERIVE_REASON_H

#include "derive/sentence.h"

/* Append the sentence of a reason. */
void reason_write(const struct reader *reader, const struct reason *reason, struct buffer *out);

#endif

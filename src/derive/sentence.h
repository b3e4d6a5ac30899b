/*
 * Entries in words: how one reads on the timeline, and what its fields are called.
 *
 * Everything comes from the catalogues of the core and the modules:
 *
 *     kind.visit.made = 走访
 *     sentence.visit.made = 走访{customer}，{observation}[，答应{promise}[（{promise_due}前）]]
 *     name.visit.made = 走访{customer}
 *     field.visit.made.observation = 看到的情况     before   field.observation
 *     choice.visit.made.way.phone = 电话           before   choice.way.phone
 *
 * A slot is a field of the kind; or {author}, {at} (the day it happened), {rows} (how many
 * rows its table has) where the kind has no field of that name. What stands in square
 * brackets is left out where one of its own slots is empty; brackets nest.
 *
 * References are shown by name, choices by label, money and days as people write them, the
 * digits of personal numbers masked. A kind without a sentence is told by its label and its
 * fields, a kind whose module is gone by its name and its raw body.
 */
#ifndef DERIVE_SENTENCE_H
#define DERIVE_SENTENCE_H

#include "base/buffer.h"
#include "derive/labels.h"
#include "ledger/ledger.h"
#include "ledger/sight.h"

/* Who reads: language and catalogue, and the book that knows the names. */
struct reader {
	struct labels labels;
	struct ledger *ledger;
};

/* Append the sentence of an entry. */
void sentence_write(const struct reader *reader, const struct entry *entry, struct buffer *out);
/* Append how another sentence calls this entry: "name.KIND", else its label and day. */
void sentence_name(const struct reader *reader, const struct entry *entry, struct buffer *out);
/* Append one value of a field as people write it; a list joined. Nothing for NULL. */
void sentence_value(const struct reader *reader, const char *kind, const struct field *field,
	json_t *value, struct buffer *out);
/* Append the name of "customer:C1"; the reference itself where it has none. */
void sentence_reference(const struct reader *reader, const char *reference, struct buffer *out);
/* Append what the row says at which the entry stands:
 * "清波精铸，账期 2026年10月，收入 12.34 万元". */
void sentence_row(const struct reader *reader, const struct entry *entry, struct buffer *out);
/* Append the document that the norm entry `seq` stands in; nothing where it names none, or is not
 * the reader's to see. */
void sentence_document(const struct reader *reader, int64_t seq, struct buffer *out);
/* Append a day as people write it: 2026年11月24日. */
void sentence_day(const struct reader *reader, int day, struct buffer *out);

/* What a measure and a duty are called, from "measure.NAME" and "duty.WHAT"; the name itself
 * where no catalogue knows it. */
const char *label_measure(const struct labels *labels, const char *measure);
const char *label_duty(const struct labels *labels, const char *what);

#endif

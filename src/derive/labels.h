/*
 * What declared things are called, from the catalogues: kinds, fields, choices, norms.
 *
 *     kind.KIND   field.KIND.FIELD, else field.FIELD   choice.KIND.FIELD.VALUE, else
 *     choice.FIELD.VALUE   norm.NORM   synonym.KIND.FIELD (several, separated by |)
 *
 * A norm's columns are looked up like a kind's fields, with the norm's name for KIND.
 */
#ifndef DERIVE_LABELS_H
#define DERIVE_LABELS_H

#include "base/messages.h"
#include "module.h"

enum { LABEL_TEXT = 256 };

struct labels {
	const struct messages *messages;
	enum language language;
};

/* Each answers in the reader's language, and with the bare name where no catalogue knows it. */
const char *label_kind(const struct labels *labels, const char *kind);
const char *label_field(const struct labels *labels, const char *kind, const char *field);
const char *label_choice(
	const struct labels *labels, const char *kind, const char *field, const char *choice);
const char *label_norm(const struct labels *labels, const char *norm);

/* Does `text` (folded by text_fold) mean this field, by its name, its label in any language or
 * a synonym? The surer, the higher: 3 name or label, 2 synonym, 0 no. */
int label_means_field(
	const struct labels *labels, const char *kind, const char *field, const char *folded);
/* The choice that `folded` means, by its name or its label in any language; NULL for none. */
const char *label_means_choice(const struct labels *labels, const char *kind,
	const struct field *field, const char *folded);
/* Does `folded` mean this norm, by its name or its label in any language? */
bool label_means_norm(const struct labels *labels, const char *norm, const char *folded);

/* What the type of a field is called where programs read it, the same in every language. */
const char *field_type_name(enum field_type type);

#endif

/*
 * From a cell, as people type it, to a field's value in its canonical form.
 *
 * Days come as 2026-11-24, 2026/11/24, 2026.11.24, 2026年11月24日, 20261124, as date cells and
 * as a spreadsheet's serial; months likewise; amounts with thousands separators and units,
 * or in the unit that their heading names; digits also full-width; yes and no in several
 * spellings; choices by name or label; references by id or by a name that only one has.
 */
#ifndef DERIVE_TYPED_H
#define DERIVE_TYPED_H

#include "derive/labels.h"
#include "derive/name_index.h"
#include "ledger/ledger.h"
#include "office/sheet.h"

/* The unit in which the amounts of a column are given. */
enum money_unit { UNIT_YUAN, UNIT_FEN, UNIT_THOUSAND, UNIT_WAN, UNIT_YI };

/* The choice that a text meant last, by field: a column says few things many times. */
enum { TYPED_CHOICES = 16, TYPED_CHOICE_TEXT = 64 };
struct typed_choice {
	const struct field *field;
	char text[TYPED_CHOICE_TEXT];
	const char *choice;
};

struct typed {
	struct ledger *ledger;
	const struct labels *labels;
	struct name_index *names;     /* NULL: references by id only */
	const char *kind;             /* of the field, or its norm: for labels */
	struct typed_choice *choices; /* room for TYPED_CHOICES, zero at first; NULL: forget */
};

/* The value of `cell` for `field`; *value is NULL where the cell is empty, else the caller's
 * reference. REFUSED with the field and what was expected. */
enum result typed_read(const struct typed *typed, const struct field *field, enum money_unit unit,
	const struct cell *cell, json_t **value, struct error *error);
/* An instant from a cell of the column `at`: with a zone, or as local time. */
enum result typed_instant(const struct cell *cell, int64_t *instant, struct error *error);
/* "customer", "staff" or "unit" where the field names one, for its name may stand in the cell; NULL
 * for any other. */
const char *typed_reference(const struct field *field);

#endif

/*
 * Import: a workbook or csv file becomes entries of one kind.
 *
 * Headings are matched by the kind's labels, names and synonyms, or as told. Every row is
 * accounted for: taken, unchanged, or refused with its reason, the cell it concerns, and a
 * place in the workbook of refused rows. Importing the same file again changes nothing, so an
 * import that was cut off is repaired by importing again.
 *
 * A kind with a natural key gets whole new versions: a column that the file has not keeps what
 * the latest version says, an empty cell takes it away. Rows of a kind with a table inside are
 * gathered into entries of up to IMPORT_TABLE_ROWS rows; what stands outside the table comes
 * from columns or is set for the whole file.
 *
 * A file is read once through before anything is written, so that one that is damaged in the
 * middle leaves no half of it behind.
 */
#ifndef DERIVE_IMPORT_H
#define DERIVE_IMPORT_H

#include "derive/labels.h"
#include "ledger/sight.h"

enum { IMPORT_TABLE_ROWS = 2000, IMPORT_COLUMNS = 400 };

struct import_request {
	const char *kind, *path;
	const void *bytes; /* what is in it, where it is no file: `path` is then only its name */
	size_t length;
	const char *sheet;       /* its name; NULL: the one whose headings match best */
	const char *const *maps; /* "COLUMN=FIELD"; FIELD "-": take no notice of it */
	int map_count;
	const char *const *sets; /* "FIELD=VALUE": where a column or cell says nothing */
	int set_count;
	bool dry_run;        /* count only, write nothing */
	const char *refused; /* path of the workbook of refused rows, or NULL */
	struct labels labels;
	const struct session *session;
	/* What he sees who imports: names of others mean nothing, and rows about them are refused
	 * as rows about what does not exist. NULL: the operator. */
	struct sight *sight;
	/* What the caller tells people on the way; each may be NULL. */
	void *context;
	void (*ignored)(void *context, const char *heading); /* a column that means nothing */
	/* A choice that the file did not say and its rows told: its label, the value's, its name.
	 */
	void (*guessed)(void *context, const char *field, const char *value, const char *name);
	void (*example)(void *context, const char *place); /* a template's example, left out */
	void (*refusal)(void *context, const char *place, const char *reason);
	void (*progress)(void *context, int64_t done, int64_t all);
	/* Between two batches, when nothing is locked: let others write. */
	void (*between)(void *context);
};

struct import_result {
	char id[ID_TEXT];
	int64_t rows, taken, unchanged, refused; /* rows is the sum of the other three */
	bool keyed;                              /* the kind has a natural key: */
	int64_t updated; /* of those taken, how many are versions of what was there */
};

/* The kind whose fields the headings of the file mean best; NULL where none could take it. Of the
 * request, kind and session's rights do not matter. */
enum result import_guess(struct ledger *ledger, const struct import_request *request,
	const struct kind **kind, struct error *error);
/* REFUSED where the file as a whole cannot be taken; refused rows are no failure. What was
 * committed before TROUBLE in the middle stays, and counts as unchanged when repeated. */
enum result import_run(struct ledger *ledger, const struct import_request *request,
	struct import_result *result, struct error *error);

struct undo_result {
	int64_t restored;  /* entries and rows taken back */
	int64_t remaining; /* those that cannot be, or that something newer has replaced */
};

/* Take an import back: one entry, import.undone. `replaced` (may be NULL) gets the newer
 * entries that stay in place of what the import had brought. */
enum result import_undo(struct ledger *ledger, const struct session *session, const char *id,
	void (*replaced)(void *context, const struct entry *entry), void *context,
	struct undo_result *result, struct error *error);

struct import_made {
	const char *id, *kind, *file;
	int64_t at, rows, taken, unchanged, refused;
	bool undone;
};

/* Every import, oldest first. */
enum result import_list(struct ledger *ledger,
	void (*each)(void *context, const struct import_made *made), void *context,
	struct error *error);

#endif

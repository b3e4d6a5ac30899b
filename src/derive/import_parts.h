/* The inside of an import: what its files share. */
#ifndef DERIVE_IMPORT_PARTS_H
#define DERIVE_IMPORT_PARTS_H

#include "derive/import.h"
#include "derive/typed.h"

#include "base/digest.h"

#include <stdio.h>

enum {
	IMPORT_COMMIT_ROWS = 1000,
	/* So many are tried at once, that nobody waits for a whole file; what a row says is rarely
	 * needed by one so far behind. */
	IMPORT_DRY_ROWS = 10000,
	IMPORT_BODY_BYTES = 4 * 1024 * 1024,
	IMPORT_ROW_MEMORY = 256 * 1024 * 1024,
	IMPORT_WINDOW_BYTES = 32 * 1024 * 1024,
	REASON_BYTES = 4096
};

enum part_of { PART_NONE, PART_AT, PART_AUTHOR, PART_BODY, PART_ROW };

/* A column of the file, or (column −1) a value set for all of it. */
struct import_column {
	int column;
	const char *heading;
	enum part_of part;
	const struct field *field;
	enum money_unit unit;
	json_t *value;      /* what is set where the cell says nothing; NULL for none */
	int surety;         /* 4: told, not guessed; see label_means_field */
	bool faulty;        /* some cell of it was refused */
	int tried, fitting; /* values looked at, and those that the field could hold */
};

/* A row that waits for its table entry, as it was in the file. */
struct waiting {
	int64_t number, line;
	const char **texts; /* by the file's columns, "" for none */
	json_t *cells;      /* NULL: refused or unchanged */
	bool refused;
	struct error error;
};

/* Content that came before: how often; or a key, and the row it came in. */
struct seen {
	uint64_t hash;
	uint32_t count;
};

struct refused_rows;
struct import_example;

struct import {
	struct ledger *ledger;
	const struct import_request *request;
	const struct kind *kind;
	struct session session;
	struct import_result *result;
	struct sheet *sheet;
	int sheet_index;
	int64_t heading_row;
	enum money_unit unit; /* said above the table: 单位：万元 */
	int64_t all_rows, done_rows, since_commit, dry_from;
	struct name_index *names;
	struct typed typed;
	struct typed_choice choices[TYPED_CHOICES];
	uint8_t digest[DIGEST_BYTES];
	struct arena arena; /* as long as the import */
	struct arena row_arena;
	struct import_column *columns;
	int column_count; /* of the file; those that are set only stand behind them */
	int all_count;
	bool keyed;
	const struct field *guess; /* a choice outside the table that the rows themselves tell */
	struct buffer text;
	struct refused_rows *refused;
	struct import_example *example; /* of a template; NULL where the headings are not its own */
	struct digest *hash;
	/* tables */
	struct arena window_arena;
	struct waiting *window;
	int window_count;
	json_t *window_header;
	int64_t window_at;
	const char *window_author;
	char window_id[ID_TEXT];
	struct seen *seen; /* an open table, by hash */
	size_t seen_count, seen_allocated;
};

/* What one row says. */
struct said {
	json_t *body;  /* a field that is null was empty in the file */
	json_t *cells; /* by the declared columns of the table, or NULL */
	int64_t at;    /* −1: not said */
	const char *author;
};

/* import.c: what an import of `kind` holds; the file, from where the request has it. */
void import_open(struct import *import);
void import_close(struct import *import);
enum result import_sheet(
	const struct import_request *request, struct sheet **sheet, struct error *error);

/* import_plan.c: find sheet, heading row and columns. Leaves the sheet behind its headings. */
enum result import_plan(struct import *import, struct error *error);
/* Look at the values of a row before anything is taken; then give up the columns that only
 * look like a field: not one of their values is such. */
void import_plan_look(struct import *import, const struct row *row);
void import_plan_settle(struct import *import);
void import_plan_release(struct import *import);
/* The column of a field; NULL for none. */
struct import_column *import_column_of(struct import *import, enum part_of part, const char *name);
/* What to say of a required field that nothing says. */
enum result import_refuse_missing(struct import *import, const char *names, struct error *error);
/* The column that an error's field is about; NULL for none. */
struct import_column *import_column_at_fault(struct import *import, const char *field);

/* import_row.c: read a row, and take it as an entry of its own. */
/* Does the cell say nothing? */
bool import_blank(const struct cell *cell);
/* In a csv file, where order alone tells cells apart: the first one with something in it behind
 * the last heading. NULL where there is none. */
const struct cell *import_beyond(const struct import *import, const struct row *row);
enum result import_read_row(
	struct import *import, const struct row *row, struct said *said, struct error *error);
void said_release(struct said *said);
enum result import_take_row(struct import *import, const struct row *row, struct error *error);
/* An id that the same content at the same place of the same file has again. */
struct id import_id(const struct import *import, int64_t at, int64_t row, const char *content);
/* Append under this id; *taken false where it is there already. The entry's own refusal goes
 * to `refusal`. */
enum result import_append(struct import *import, const char *id, json_t *body, int64_t at,
	const char *author, bool *taken, struct error *refusal, struct error *error);

/* import_example.c: after the plan. */
void import_example_find(struct import *import);
void import_example_release(struct import *import);
/* Is this the template's example row, left in the file? */
bool import_is_example(struct import *import, const struct row *row);

/* import_table.c */
enum result import_wait_row(struct import *import, const struct row *row, struct error *error);
enum result import_window_end(struct import *import, struct error *error);

/* import_refused.c: refused rows, kept aside until their workbook is written. */
enum result refused_open(struct import *import, struct error *error);
void refused_release(struct refused_rows *refused);
/* `texts` by the file's columns. */
void refused_add(struct import *import, int64_t number, int64_t line, const char *const *texts,
	const struct error *reason);
enum result refused_write(struct import *import, struct error *error);
/* The cells of a row as texts by the file's columns, in `arena`. */
const char **row_texts(struct import *import, const struct row *row, struct arena *arena);

#endif

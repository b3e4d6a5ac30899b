/*
 * What the database holds, as const data: tables and statements. Modules declare them, the
 * store runs them. No other code contains SQL.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column_type { COLUMN_INTEGER = 1, COLUMN_TEXT, COLUMN_BYTES };

struct column {
	const char *name;
	enum column_type type;
	bool personal; /* copies a personal value: erasure sets it to NULL */
};

enum { TABLE_INDEXES = 6 };

/*
 * A table. Every table has the column `book`, first in its key; it is not declared.
 *
 * A derived table (name "d_…") may name the reference its rows belong to: `scope` is the
 * column, `scope_type` the type of reference ("customer", "staff", "unit", "case"). When a
 * fact is corrected, the rows of that reference are dropped and folded again. A derived
 * table without a scope is kept right by its module's own refold.
 *
 * Where every row of it follows from one entry and nothing else, and holds that entry's `seq`,
 * the table says `each`: if all tables of its module and scope type do, only the entry that was
 * corrected is folded again, however long the history around it is.
 */
struct table {
	const char *name;
	const struct column *columns; /* ends with a zero */
	const char *key;              /* "customer, from_day" */
	const char *indexes[TABLE_INDEXES];
	const char *scope;
	const char *scope_type;
	bool wide; /* rows of many kilobytes: kept apart from the key */
	bool each; /* a row follows from one entry */
};

/*
 * A statement: static text with named parameters ($name). Where the two databases differ,
 * `postgresql` is its twin; otherwise it is NULL and `sql` serves both.
 */
struct statement {
	const char *sql;
	const char *postgresql;
};

enum value_type { VALUE_NULL, VALUE_INTEGER, VALUE_TEXT, VALUE_BYTES };

/* A value that goes into or comes out of a statement; text and bytes are borrowed. */
struct value {
	enum value_type type;
	int64_t integer;
	const char *text;
	const void *bytes;
	size_t length;
};

#endif

/*
 * A kind as a table on paper: what export writes, what a template offers, and what import
 * takes back. Where a kind has a table inside, each of its rows is one, with what stands
 * outside it repeated. Work that has no key of its own begins with when and by whom.
 */
#ifndef DERIVE_PAPER_H
#define DERIVE_PAPER_H

#include "derive/labels.h"
#include "ledger/ledger.h"
#include "office/workbook.h"

enum { PAPER_COLUMNS = 200 };

enum paper_part { PAPER_MARK, PAPER_AT, PAPER_AUTHOR, PAPER_BODY, PAPER_ROW };

struct paper {
	const struct kind *kind;
	struct labels labels;
	struct arena *arena;
	bool keyed;       /* entries are versions of what has a key */
	const char *mark; /* said by every row in a last column, or NULL */
	int count;
	struct {
		enum paper_part part;
		const struct field *field;
	} columns[PAPER_COLUMNS];
	struct workbook_column headings[PAPER_COLUMNS];
};

/* Lay out a kind; headings and choices in the reader's language, in `arena`. `marked` marks
 * what must be filled in with a star. */
void paper_init(struct paper *paper, const struct kind *kind, const struct labels *labels,
	struct arena *arena, bool marked);
/* Let every row say `mark`, which import takes no notice of. */
void paper_mark(struct paper *paper, const char *mark);
/* What an entry, or the row it stands at, says in a column of its body; NULL for nothing. */
json_t *paper_value(const struct paper *paper, const struct entry *entry, int column);
/* Write an entry, or the row it stands at, as the next row of `sheet`. */
void paper_entry(
	const struct paper *paper, struct workbook *workbook, int sheet, const struct entry *entry);

#endif

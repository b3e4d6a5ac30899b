/*
 * Export: the entries of a kind as a file.
 *
 * .xlsx and .csv hold what is so now: withdrawn entries are left out, corrections are applied,
 * of what has a key only the latest version stands there, and tables inside are laid flat. The
 * headings are those that import matches. A workbook goes on in a further sheet after a
 * million rows. .jsonl holds whole envelopes in the order of the record, withdrawn ones and
 * corrections too: what `append` takes.
 */
#ifndef DERIVE_EXPORT_H
#define DERIVE_EXPORT_H

#include "derive/labels.h"
#include "ledger/ledger.h"

/* Write the entries of `kind` ("all": every kind, .jsonl only) to `path`, whose ending says the
 * form. The file appears whole or not at all. `rows` counts what was written. */
enum result export_run(struct ledger *ledger, const struct labels *labels, const char *kind,
	const char *path, int64_t *rows, struct error *error);

/* The same for a table, in which every row says `mark` in a last column: who took it out, when. */
enum result export_marked(struct ledger *ledger, const struct labels *labels, const char *kind,
	const char *path, const char *mark, int64_t *rows, struct error *error);

/* An Excel template for importing a kind: headings, the required ones starred, choices to pick
 * from, one row as an example from the module's samples, and a sheet that says what goes
 * where. */
enum result template_write(struct ledger *ledger, const struct labels *labels, const char *kind,
	const char *path, struct error *error);

#endif

/*
 * Work summaries: a Markdown template whose slots are filled with figures, names, tables,
 * charts and selected material, written as an office document (docs/summaries.md describes
 * the language of templates).
 *
 * Nothing is claimed without evidence. A sentence whose figures have no data is left out, a
 * heading without anything below it too; what was left out, and why, can be asked for. Every
 * figure opens the rows it was folded from, which stand in an appendix and, whole, in a
 * workbook. A word that claims (显著提高, 及时 …) in a sentence without a figure is underlined
 * and keeps the summary from being final.
 *
 * Written as Markdown a summary is a draft: its text may be changed by hand and read back
 * (`edited`). Figures are links there, [128家](evidence:roster.province "128家"); they are
 * computed again, and one whose text was changed is refused.
 */
#ifndef DERIVE_SUMMARY_H
#define DERIVE_SUMMARY_H

#include "base/buffer.h"
#include "base/messages.h"
#include "ledger/ledger.h"

struct summary;

/* The template of this name inside the program, of `length` bytes; NULL where there is none. */
const char *summary_template(const char *name, size_t *length);
/* Their names, "T1 T2 monthly weekly". */
void summary_templates(char *names, size_t size);

struct summary_request {
	const char *name; /* what messages call the template: "T1", "draft.md" */
	const char *text; /* the template, or the draft */
	size_t length;
	bool edited;           /* `text` is a draft: whose and when stand in its head */
	const char *reference; /* "unit:9901", "staff:zhou" */
	int from, to;          /* days, inclusive */
	const char *purpose;   /* instead of the template's; NULL: the template's */
	const char *evidence;  /* name of the workbook that the appendix points to, or NULL */
	const char *mark;      /* who takes it out and when: said below the text; or NULL */
	int64_t now;
	const struct messages *messages;
	enum language language; /* of labels; the templates are Chinese documents */
};

enum { SUMMARY_TEMPLATE_BYTES = 1 << 20, SUMMARY_BYTES = 64 << 20 };

/* Compute everything. REFUSED for a mistake in the template (with file and line), an unknown
 * unit or person, or a draft in which a figure was changed by hand. The ledger must outlive
 * the summary; `request` need not. */
enum result summary_make(struct summary **summary, struct ledger *ledger,
	const struct summary_request *request, struct error *error);
void summary_free(struct summary *summary); /* NULL does nothing */

/* May it be final? REFUSED while claims stand without a figure, or a breached threshold has
 * been taken out of the text; `each` gets every such sentence. */
enum result summary_final(const struct summary *summary,
	void (*each)(void *context, const char *sentence), void *context, struct error *error);
/* What was left out and why, and which figures of a draft have moved since: one line each. */
void summary_notes(const struct summary *summary, void (*each)(void *context, const char *line),
	void *context);

/* Where nothing at all was recorded in the span: a sentence that says so and what to look at;
 * else NULL. What merely holds on its last day is not found in it. */
const char *summary_nothing(struct summary *summary);

/* As JSON it is what a page shows: sections with their sentences, each figure with what it opens;
 * charts are left out. */
enum summary_form { SUMMARY_DOCX, SUMMARY_HTML, SUMMARY_DRAFT, SUMMARY_JSON };

/* What it is called. */
const char *summary_title(const struct summary *summary);
/* The form that a path's ending asks for; false for any other ending. */
bool summary_form(const char *path, enum summary_form *form);
/* Append the whole file to `out`. */
enum result summary_write(
	struct summary *summary, enum summary_form form, struct buffer *out, struct error *error);
/* Every figure's rows, whole: a workbook with a list of the figures and a sheet for each. */
enum result summary_evidence(struct summary *summary, const char *path, struct error *error);

#endif

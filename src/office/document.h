/*
 * An office document: title, headings, paragraphs, tables, pictures, signature and appendices
 * (附表), built once by calls and written as .docx, .html or .md.
 *
 * A document is built from top to bottom. What follows document_appendix() stands in that
 * appendix until the next one. Numbers are the document's work: headings are counted
 * 一、（一）1.（1） and restart under each higher heading and in each appendix; tables and
 * pictures are counted 表1, 图1 through the body and 附表2-1, 附图2-1 in the second appendix.
 * Appendices are announced by title before the signature, as GB/T 9704 asks of 附件.
 *
 * A figure is a text that opens its evidence. The evidence is marked by an anchor, a name of
 * the caller's: ASCII letters, digits and . _ : - only, at most 80, said once a document. An
 * anchor that a figure names and nothing carries is a bug of the caller and aborts when the
 * document is written, so that no figure ever leads nowhere.
 *
 * Every text is copied and cleaned: line breaks and tabs become a space; bytes that are not
 * UTF-8, control characters and those that turn the direction of writing become U+FFFD. So a
 * name out of somebody's spreadsheet can neither break a file nor disguise itself.
 *
 * A document that would hold more than its ceiling ignores what follows, and writing it is
 * REFUSED: check once, at the end.
 */
#ifndef OFFICE_DOCUMENT_H
#define OFFICE_DOCUMENT_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DOCUMENT_COLUMNS = 24, DOCUMENT_ANCHOR = 80 };

struct document;

struct document_about {
	const char *title;
	const char *author; /* who signs or made it, for the file's properties; "" where nobody */
	int64_t created;    /* instant; the only time that enters the file */
};

/* An empty document that holds at most `ceiling` bytes of text and pictures. */
struct document *document_new(const struct document_about *about, size_t ceiling);
void document_free(struct document *document);
/* The document has passed its ceiling; what came after is missing. */
bool document_full(const struct document *document);

/* A line under the title: 字号 「清屿移集〔2026〕12号」, or who and when. */
void document_subtitle(struct document *document, const char *text);
/* A heading of `level` 1 to 4, without its number. */
void document_heading(struct document *document, int level, const char *text);

enum document_paragraph {
	PARAGRAPH_BODY,  /* first line indented by two characters */
	PARAGRAPH_FLUSH, /* 主送机关 and forms of address: begins at the margin */
	PARAGRAPH_NOTE, /* small print: 「数据截至 2026年11月24日 09:00，账本头 ab12…」 */
};

enum document_run {
	RUN_PLAIN,
	RUN_BOLD,
	RUN_ITALIC,
	RUN_UNPROVEN, /* a claim without a figure, underlined as a warning */
};

/* Begin a paragraph; the runs that follow stand in it. */
void document_paragraph(struct document *document, enum document_paragraph kind);
void document_run(struct document *document, enum document_run style, const char *text);
/* A run that opens the evidence at `anchor`. */
void document_figure(struct document *document, const char *text, const char *anchor);

enum document_align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct document_column {
	const char *title;
	enum document_align align;
};

/* Begin a table of `count` columns, at most DOCUMENT_COLUMNS. `caption` may be NULL, which
 * leaves the table without a number. Its rows follow, each with its cells from left to right;
 * cells not given are empty. Widths follow from the contents. */
void document_table(struct document *document, const char *caption,
	const struct document_column *columns, size_t count);
void document_row(struct document *document);
void document_cell(struct document *document, const char *text);
/* A cell that opens the evidence at `anchor`. */
void document_cell_figure(struct document *document, const char *text, const char *anchor);

struct document_picture {
	const char *caption;     /* NULL for none, and no number */
	const char *description; /* what it shows, for those who cannot see it */
	const void *png;         /* required; 300 pixels an inch print well */
	size_t png_length;
	const void *svg; /* may be NULL; where given, .html and .md show it instead */
	size_t svg_length;
	int width_mm; /* as printed, at most the page's 156; 0 for full width */
};

void document_picture(struct document *document, const struct document_picture *picture);
void document_page_break(struct document *document);

/* Mark the next heading, paragraph, table, row, picture or appendix. Several anchors may mark
 * the same thing. */
void document_anchor(struct document *document, const char *anchor);
/* Begin the next appendix on a page of its own. */
void document_appendix(struct document *document, const char *title);
/* 落款: who signs, and the date as it shall read, "2026年11月24日". Once, before appendices. */
void document_signature(struct document *document, const char *who, const char *date);

/* Append the whole file to `out`. The same document gives the same bytes. REFUSED where the
 * document or `out` has passed its ceiling; TROUBLE where zip fails. */
enum result document_docx(const struct document *document, struct buffer *out, struct error *error);
/* One self-contained file without script; figures are links within it. */
enum result document_html(const struct document *document, struct buffer *out, struct error *error);
/* CommonMark; tables are the pipe tables of GFM, pictures are data links at the end. */
enum result document_markdown(
	const struct document *document, struct buffer *out, struct error *error);

#endif

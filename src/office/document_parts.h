/* How a document is kept: read by its writers, and by nobody else. */
#ifndef OFFICE_DOCUMENT_PARTS_H
#define OFFICE_DOCUMENT_PARTS_H

#include "base/arena.h"
#include "office/document.h"

struct anchor {
	const char *name;
	int number; /* position among the document's anchors, from 1 */
	struct anchor *next;
};

struct run {
	enum document_run style;
	const char *text;
	const char *target; /* anchor of the evidence, or NULL */
	struct run *next;
};

struct row {
	struct anchor *anchors;
	struct run **cells; /* one a column; NULL where empty */
	struct row *next;
};

enum part_kind {
	PART_HEADING,
	PART_PARAGRAPH,
	PART_TABLE,
	PART_PICTURE,
	PART_PAGE_BREAK,
	PART_SIGNATURE,
	PART_APPENDIX,
};

/* One thing on the page. `number` is what the document counts by: "一、", "表1", "附表2". */
struct part {
	enum part_kind kind;
	struct anchor *anchors;
	const char *number; /* "" where it has none */
	const char *text;   /* heading, caption, appendix's title, who signs */
	struct part *next;
	union {
		int level; /* heading */
		struct {
			enum document_paragraph kind;
			struct run *first, **last;
		} paragraph;
		struct {
			const struct document_column *columns;
			size_t count;
			struct row *first, **last, *now;
			size_t filled; /* cells of the row now being filled */
		} table;
		struct document_picture picture;
		const char *date; /* signature */
		int appendix;     /* its number, from 1 */
	} is;
};

struct document {
	struct arena arena;
	bool full;
	const char *title, *author;
	int64_t created;
	struct run *subtitles, **last_subtitle;
	struct part *first, **last, *now;
	struct anchor *waiting; /* anchors for the next part or row */
	void *anchors;          /* every anchor, a tsearch() tree by name */
	int anchors_used;
	int heading[4];
	int appendices, tables, pictures;
	bool signature;
};

/* The order of the tree of anchors. */
int document_anchor_compare(const void *a, const void *b);
/* The number of an anchor, which must exist. */
int document_anchor_number(const struct document *document, const char *name);
/* What every writer asks first: within the ceiling, every figure's evidence present. */
enum result document_ready(const struct document *document, struct error *error);
/* Closes a writer: REFUSED where `out` has passed its ceiling. */
enum result document_written(const struct buffer *out, struct error *error);
/* The next appendix at or after `part`, or NULL. */
const struct part *document_next_appendix(const struct part *part);
/* `part` is where the list of appendices stands: before the signature, or before the first
 * appendix where nobody signs. */
bool document_lists_appendices(const struct document *document, const struct part *part);
/* The half-width characters that column `i` needs, its padding included. */
int document_column_needs(const struct part *table, size_t i);
/* The half-width characters a row needs so that no number and no short cell of it breaks;
 * sentences in left-aligned columns may. */
int document_table_needs(const struct part *table);
/* Share `width` among the columns of a table so that contents break as seldom as possible;
 * `character` is what a half-width character takes, in the same unit. */
void document_column_widths(
	const struct part *table, int width, int character, int widths[DOCUMENT_COLUMNS]);
/* The picture's size in pixels, from the PNG's own header. */
void document_picture_size(const struct document_picture *picture, int *width, int *height);

/* Text for XML and HTML, in content and in double-quoted attributes. */
void document_escape(struct buffer *out, const char *text);
void document_base64(struct buffer *out, const void *bytes, size_t length);

#endif

/*
 * The parts of a .docx and the measures they share. Lengths are twips (1/20 pt), as the format
 * has them.
 *
 * The page is that of GB/T 9704-2012: A4, 37 mm above, 28 mm left, a text block of
 * 156 × 225 mm that takes 22 lines of 28 characters.
 */
#ifndef OFFICE_DOCX_PARTS_H
#define OFFICE_DOCX_PARTS_H

#include "office/document_parts.h"

enum {
	DOCX_PAGE_WIDTH = 11906,
	DOCX_PAGE_HEIGHT = 16838,
	DOCX_TOP = 2098,
	DOCX_LEFT = 1587,
	DOCX_TEXT_WIDTH = 8845,
	DOCX_TEXT_HEIGHT = 12756,
	DOCX_LINE = 579,      /* text height / 22 */
	DOCX_CHARACTER = 316, /* text width / 28 */
	DOCX_BODY_SIZE = 320, /* 三号, 16 pt */
	DOCX_TIGHTER = -5,    /* between characters, so that 28 of 三号 fit the line */
	DOCX_FOOTER = 1270,   /* leaves 7 mm between the text block and the page number */
	DOCX_EMU_PER_MM = 36000,
	DOCX_PAGE_WIDTH_MM = 156,
};

#define DOCX_XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define DOCX_MAIN "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define DOCX_RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

/* word/document.xml. The n-th picture is the relation "picture<n>", from 1. */
void docx_body(const struct document *document, struct buffer *out);
/* word/styles.xml and word/fontTable.xml. */
void docx_styles(struct buffer *out);
void docx_fonts(struct buffer *out);

#endif

#include "office/docx_parts.h"

#include "base/panic.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct body {
	const struct document *document;
	struct buffer *out;
	int pictures;
	bool appendix; /* the parts being written stand in one */
};

/* Type sizes a table may take, largest first: the first in which no cell breaks is used. */
static const struct {
	int half_points, line;
} table_sizes[] = { { 24, 360 }, { 21, 320 }, { 18, 280 } };

static void paragraph_open(struct body *body, const char *style, const char *properties)
{
	buffer_print(
		body->out, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>", style, properties);
}

static void paragraph_close(struct body *body)
{
	buffer_text(body->out, "</w:p>");
}

static void bookmarks(struct body *body, const struct anchor *anchor)
{
	for (; anchor; anchor = anchor->next)
		buffer_print(body->out,
			"<w:bookmarkStart w:id=\"%d\" w:name=\"evidence_%d\"/>"
			"<w:bookmarkEnd w:id=\"%d\"/>",
			anchor->number, anchor->number, anchor->number);
}

/* `properties` in w:rPr; the hint makes “ ” … — Chinese in every run. */
static void text_write(struct body *body, const char *before, const char *text, const char *after)
{
	buffer_print(body->out,
		"<w:r><w:rPr>%s<w:rFonts w:hint=\"eastAsia\"/>%s</w:rPr>"
		"<w:t xml:space=\"preserve\">",
		before, after);
	document_escape(body->out, text);
	buffer_text(body->out, "</w:t></w:r>");
}

static void runs_write(struct body *body, const struct run *run, const char *after)
{
	static const char *const before[] = { [RUN_UNPROVEN] = "<w:rStyle w:val=\"Unproven\"/>" };
	static const char *const styles[] = { "", "<w:b/><w:bCs/>", "<w:i/><w:iCs/>", "" };

	for (; run; run = run->next) {
		if (!run->target) {
			text_write(body, run->style == RUN_UNPROVEN ? before[RUN_UNPROVEN] : "",
				run->text, *after ? after : styles[run->style]);
			continue;
		}
		buffer_print(body->out, "<w:hyperlink w:anchor=\"evidence_%d\" w:history=\"1\">",
			document_anchor_number(body->document, run->target));
		text_write(body, "<w:rStyle w:val=\"Figure\"/>", run->text, after);
		buffer_text(body->out, "</w:hyperlink>");
	}
}

static void heading_write(struct body *body, const struct part *part)
{
	char style[] = "Heading0";

	style[strlen(style) - 1] = (char)('0' + part->is.level);
	paragraph_open(body, style, "");
	bookmarks(body, part->anchors);
	text_write(body, "", part->number, "");
	text_write(body, "", part->text, "");
	paragraph_close(body);
}

/* The signature follows, with nothing but small print between: it never stands on a page of its
 * own, without a line of text. */
static bool signature_follows(const struct part *part)
{
	do
		part = part->next;
	while (part && part->kind == PART_PARAGRAPH && part->is.paragraph.kind == PARAGRAPH_NOTE);
	return part && part->kind == PART_SIGNATURE;
}

static void paragraph_write(struct body *body, const struct part *part)
{
	static const char *const styles[] = { "BodyText", "Normal", "Note" };

	paragraph_open(body, styles[part->is.paragraph.kind],
		signature_follows(part) ? "<w:keepNext/>" : "");
	bookmarks(body, part->anchors);
	runs_write(body, part->is.paragraph.first, "");
	paragraph_close(body);
}

/* A caption, which also carries the anchors of what it names. */
static void caption_write(
	struct body *body, const struct part *part, bool keep_next, const struct anchor *anchors)
{
	paragraph_open(body, "Caption", keep_next ? "<w:keepNext/>" : "");
	bookmarks(body, anchors);
	text_write(body, "", part->number, "");
	text_write(body, "", "　", "");
	text_write(body, "", part->text, "");
	paragraph_close(body);
}

struct table_look {
	int widths[DOCUMENT_COLUMNS];
	char paragraph[96], run[64]; /* properties that make the type smaller, or "" */
};

/* Appendices are read up close and hold many rows: they begin at 五号. */
static void table_look_choose(const struct part *part, bool appendix, struct table_look *look)
{
	size_t size = appendix ? 1 : 0;
	int needs = document_table_needs(part);

	/* A half-width character is half the type size: half_points * 5 twips. */
	while (size + 1 < COUNT_OF(table_sizes) &&
		needs * table_sizes[size].half_points * 5 > DOCX_TEXT_WIDTH)
		size++;
	int half_points = table_sizes[size].half_points;
	document_column_widths(part, DOCX_TEXT_WIDTH, half_points * 5, look->widths);
	look->paragraph[0] = look->run[0] = '\0';
	if (size == 0)
		return;
	snprintf(look->paragraph, sizeof(look->paragraph),
		"<w:spacing w:before=\"20\" w:after=\"20\" w:line=\"%d\" w:lineRule=\"exact\"/>",
		table_sizes[size].line);
	snprintf(look->run, sizeof(look->run), "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/>",
		half_points, half_points);
}

static void cell_write(struct body *body, const struct table_look *look, size_t column,
	const char *style, const char *align, const struct anchor *anchors, const struct run *run)
{
	buffer_print(body->out,
		"<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>%s<w:vAlign w:val=\"center\"/>"
		"</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s<w:jc w:val=\"%s\"/></w:pPr>",
		look->widths[column],
		text_equal(style, "TableHead")
			? "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EDEDED\"/>"
			: "",
		style, look->paragraph, align);
	bookmarks(body, anchors);
	runs_write(body, run, look->run);
	buffer_text(body->out, "</w:p></w:tc>");
}

static void table_open(struct body *body, const struct part *part, const struct table_look *look)
{
	buffer_print(body->out,
		"<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"%d\" "
		"w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/>"
		"<w:tblLook w:val=\"0020\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" "
		"w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr><w:tblGrid>",
		DOCX_TEXT_WIDTH);
	for (size_t i = 0; i < part->is.table.count; i++)
		buffer_print(body->out, "<w:gridCol w:w=\"%d\"/>", look->widths[i]);
	buffer_text(body->out, "</w:tblGrid>");
}

static void table_write(struct body *body, const struct part *part)
{
	static const char *const aligns[] = { "left", "center", "right" };
	struct table_look look;

	table_look_choose(part, body->appendix, &look);
	if (*part->number)
		caption_write(body, part, true, part->anchors);
	table_open(body, part, &look);
	buffer_text(body->out, "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
	for (size_t i = 0; i < part->is.table.count; i++) {
		const struct run title = { .text = part->is.table.columns[i].title };
		cell_write(body, &look, i, "TableHead", "center",
			i == 0 && !*part->number ? part->anchors : NULL, &title);
	}
	buffer_text(body->out, "</w:tr>");
	for (const struct row *row = part->is.table.first; row; row = row->next) {
		buffer_text(body->out, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
		for (size_t i = 0; i < part->is.table.count; i++)
			cell_write(body, &look, i, "TableText",
				aligns[part->is.table.columns[i].align],
				i == 0 ? row->anchors : NULL, row->cells[i]);
		buffer_text(body->out, "</w:tr>");
	}
	buffer_text(body->out, "</w:tbl>");
	paragraph_open(body, "TableEnd", "");
	paragraph_close(body);
}

static void picture_write(struct body *body, const struct part *part)
{
	const struct document_picture *picture = &part->is.picture;
	int width, height, number = ++body->pictures;
	int width_mm = picture->width_mm > 0 && picture->width_mm < DOCX_PAGE_WIDTH_MM
			       ? picture->width_mm
			       : DOCX_PAGE_WIDTH_MM;

	document_picture_size(picture, &width, &height);
	long long wide = (long long)width_mm * DOCX_EMU_PER_MM, high = wide * height / width;
	paragraph_open(body, "Picture", *part->number ? "<w:keepNext/>" : "");
	bookmarks(body, part->anchors);
	buffer_print(body->out,
		"<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">"
		"<wp:extent cx=\"%lld\" cy=\"%lld\"/><wp:docPr id=\"%d\" name=\"picture%d\" "
		"descr=\"",
		wide, high, number, number);
	document_escape(body->out, picture->description);
	buffer_print(body->out,
		"\"/><a:graphic><a:graphicData "
		"uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>"
		"<pic:nvPicPr><pic:cNvPr id=\"%d\" name=\"picture%d.png\"/><pic:cNvPicPr/>"
		"</pic:nvPicPr><pic:blipFill><a:blip r:embed=\"picture%d\"/><a:stretch>"
		"<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>"
		"<a:ext cx=\"%lld\" cy=\"%lld\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/>"
		"</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>"
		"</w:drawing></w:r>",
		number, number, number, wide, high);
	paragraph_close(body);
	if (*part->number)
		caption_write(body, part, false, NULL);
}

/* 附表：1. … announced under the text, the names in one column. */
static void appendices_list(struct body *body, const struct part *part)
{
	bool single = body->document->appendices == 1;

	for (const struct part *at = document_next_appendix(part); at;
		at = document_next_appendix(at->next)) {
		bool first = at->is.appendix == 1;
		int left = single ? 5 : 6, hanging = single ? 3 : first ? 4 : 1;
		char properties[256], number[16] = "";
		snprintf(properties, sizeof(properties),
			"%s<w:ind w:leftChars=\"%d\" w:left=\"%d\" w:hangingChars=\"%d\" "
			"w:hanging=\"%d\"/><w:jc w:val=\"left\"/>",
			first ? "<w:spacing w:before=\"579\"/>" : "", left * 100,
			left * DOCX_CHARACTER, hanging * 100, hanging * DOCX_CHARACTER);
		if (!single)
			snprintf(number, sizeof(number), "%d.", at->is.appendix);
		paragraph_open(body, "AppendixList", properties);
		if (first)
			text_write(body, "", "附表：", "");
		buffer_print(body->out, "<w:hyperlink w:anchor=\"appendix_%d\" w:history=\"1\">",
			at->is.appendix);
		text_write(body, "", number, "");
		text_write(body, "", at->text, "");
		buffer_text(body->out, "</w:hyperlink>");
		paragraph_close(body);
	}
}

/* GB/T 9704 7.3.5: who signs stands two characters from the right and the date begins two
 * characters to the right of that; a longer date stands two from the right instead. */
static void signature_write(struct body *body, const struct part *part)
{
	int who = (int)text_columns(part->text), date = (int)text_columns(part->is.date);
	int who_right = 4, date_right = who - date; /* in half-width characters */
	char properties[160];

	if (date_right < 4) {
		date_right = 4;
		who_right = 8 + date - who;
	}
	if (who_right < 4)
		who_right = 4;
	snprintf(properties, sizeof(properties),
		"<w:spacing w:before=\"%d\"/><w:ind w:rightChars=\"%d\" w:right=\"%d\"/>",
		2 * DOCX_LINE, who_right * 50, who_right * DOCX_CHARACTER / 2);
	paragraph_open(body, "Signature", properties);
	bookmarks(body, part->anchors);
	text_write(body, "", part->text, "");
	paragraph_close(body);
	snprintf(properties, sizeof(properties),
		"<w:keepNext w:val=\"0\"/><w:ind w:rightChars=\"%d\" w:right=\"%d\"/>",
		date_right * 50, date_right * DOCX_CHARACTER / 2);
	paragraph_open(body, "Signature", properties);
	text_write(body, "", part->is.date, "");
	paragraph_close(body);
}

static void appendix_write(struct body *body, const struct part *part)
{
	int id = body->document->anchors_used + part->is.appendix;

	body->appendix = true;
	paragraph_open(body, "AppendixLabel", "");
	buffer_print(body->out,
		"<w:bookmarkStart w:id=\"%d\" w:name=\"appendix_%d\"/><w:bookmarkEnd w:id=\"%d\"/>",
		id, part->is.appendix, id);
	bookmarks(body, part->anchors);
	text_write(body, "", part->number, "");
	paragraph_close(body);
	paragraph_open(body, "AppendixTitle", "");
	text_write(body, "", part->text, "");
	paragraph_close(body);
}

static void part_write(struct body *body, const struct part *part)
{
	if (document_lists_appendices(body->document, part))
		appendices_list(body, part);
	switch (part->kind) {
	case PART_HEADING:
		heading_write(body, part);
		return;
	case PART_PARAGRAPH:
		paragraph_write(body, part);
		return;
	case PART_TABLE:
		table_write(body, part);
		return;
	case PART_PICTURE:
		picture_write(body, part);
		return;
	case PART_PAGE_BREAK:
		buffer_text(body->out, "<w:p>");
		bookmarks(body, part->anchors);
		buffer_text(body->out, "<w:r><w:br w:type=\"page\"/></w:r></w:p>");
		return;
	case PART_SIGNATURE:
		signature_write(body, part);
		return;
	case PART_APPENDIX:
		appendix_write(body, part);
		return;
	}
	impossible("a part of no kind");
}

static void title_write(struct body *body)
{
	static const char *const last = "<w:spacing w:after=\"579\"/>";
	const struct run *subtitle = body->document->subtitles;

	paragraph_open(body, "Title", subtitle ? "" : last);
	text_write(body, "", body->document->title, "");
	paragraph_close(body);
	for (; subtitle; subtitle = subtitle->next) {
		paragraph_open(body, "Subtitle", subtitle->next ? "" : last);
		text_write(body, "", subtitle->text, "");
		paragraph_close(body);
	}
}

void docx_body(const struct document *document, struct buffer *out)
{
	struct body body = { .document = document, .out = out };
	buffer_text(out, DOCX_XML
		"<w:document xmlns:w=\"" DOCX_MAIN "\" xmlns:r=\"" DOCX_RELATIONS "\" "
		"xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/"
		"wordprocessingDrawing\" "
		"xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
		"xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>");
	title_write(&body);
	for (const struct part *part = document->first; part; part = part->next)
		part_write(&body, part);
	buffer_print(out,
		"<w:sectPr><w:footerReference w:type=\"default\" r:id=\"footer1\"/>"
		"<w:footerReference w:type=\"even\" r:id=\"footer2\"/>"
		"<w:pgSz w:w=\"%d\" w:h=\"%d\"/><w:pgMar w:top=\"%d\" w:right=\"%d\" "
		"w:bottom=\"%d\" w:left=\"%d\" w:header=\"851\" w:footer=\"%d\" w:gutter=\"0\"/>"
		"<w:docGrid w:type=\"lines\" w:linePitch=\"%d\"/>"
		"</w:sectPr></w:body></w:document>",
		DOCX_PAGE_WIDTH, DOCX_PAGE_HEIGHT, DOCX_TOP,
		DOCX_PAGE_WIDTH - DOCX_LEFT - DOCX_TEXT_WIDTH,
		DOCX_PAGE_HEIGHT - DOCX_TOP - DOCX_TEXT_HEIGHT, DOCX_LEFT, DOCX_FOOTER, DOCX_LINE);
}

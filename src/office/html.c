#include "office/document_parts.h"

#include "base/panic.h"

/* A phone's column on screen; on paper the page of GB/T 9704. */
static const char style_sheet[] =
	":root{color-scheme:light}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:#eceef1;color:#16181c;font-family:FangSong,STFangsong,"
	"'Noto Serif CJK SC','Songti SC',serif;font-size:18px;line-height:1.85;"
	"-webkit-text-size-adjust:100%;overflow-wrap:break-word}"
	"main{max-width:780px;margin:0 auto;padding:28px 20px 64px;background:#fff}"
	"h1{margin:.6em 0 .3em;text-align:center;font:700 1.5em/1.45 STZhongsong,'Noto Serif CJK "
	"SC','Songti SC',SimSun,serif;text-wrap:balance}"
	".subtitle{margin:0;text-align:center;font-family:KaiTi,STKaiti,'Noto Serif CJK SC',serif}"
	".subtitle+:not(.subtitle){margin-top:1.2em}"
	"h2,h3,h4,h5{margin:1em 0 .2em;font-size:1em;font-weight:400;text-indent:2em;"
	"break-after:avoid}"
	"h2{font-family:SimHei,'Heiti SC','Noto Sans CJK SC','PingFang SC',sans-serif;"
	"font-weight:600}"
	"h3{font-family:KaiTi,STKaiti,'Noto Serif CJK SC',serif;font-weight:600}"
	"h4{font-weight:700}"
	"p{margin:.2em 0}"
	"p.body{text-indent:2em;text-align:justify}"
	"p.note{margin:1.2em 0;font-size:.8em;color:#555;line-height:1.6}"
	"a.figure{color:#1f3864;text-decoration:underline;text-decoration-color:#9fb0cc;"
	"text-decoration-thickness:1px;text-underline-offset:.22em}"
	"u.unproven{text-decoration:underline wavy #c00000;text-underline-offset:.2em}"
	"figure{margin:1.2em 0;break-inside:avoid}"
	"figure.table{break-inside:auto}"
	"figcaption{margin:.4em 0;text-align:center;font:600 .85em/1.6 SimHei,'Heiti SC',"
	"'Noto Sans CJK SC','PingFang SC',sans-serif}"
	"img{display:block;max-width:100%;height:auto;margin:0 auto}"
	".scroll{overflow-x:auto;-webkit-overflow-scrolling:touch}"
	"table{width:100%;border-collapse:collapse;font-size:.8em;line-height:1.5}"
	"th,td{padding:.35em .6em;border:1px solid #8a8f98;text-align:left;vertical-align:middle}"
	"th{background:#ededed;text-align:center;font-weight:600;word-break:keep-all;"
	"font-family:SimHei,'Heiti SC','Noto Sans CJK SC','PingFang SC',sans-serif}"
	".centre{text-align:center}"
	".right{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
	".centre,.short{white-space:nowrap}"
	":target{background:#fff3c4;scroll-margin-top:3em}"
	"tr:target td{background:#fff3c4}"
	"ol.appendices{margin:1.6em 0 0;padding:0 0 0 2em;list-style:none}"
	".appendices a{color:inherit}"
	".signature{margin:2.4em 0 1em;text-align:right;break-inside:avoid}"
	".signature p{margin:0}"
	"section{margin-top:3em;padding-top:1.5em;border-top:3px solid #16181c}"
	"section>p.label{margin:0;font:600 1em/1.6 SimHei,'Heiti SC','Noto Sans CJK SC',"
	"'PingFang SC',sans-serif}"
	"section>h2.title{margin:.3em 0 .8em;text-indent:0;text-align:center;font:700 1.25em/1.5 "
	"STZhongsong,'Noto Serif CJK SC','Songti SC',SimSun,serif}"
	".break{height:0;break-before:page}"
	"@media(max-width:520px){body{font-size:17px}main{padding:16px 16px 48px}"
	".wide td:not([class]){min-width:11em}"
	"figure .scroll img{width:620px!important;max-width:none}}"
	"@page{size:A4;margin:37mm 26mm 35mm 28mm}"
	"@media print{body{background:#fff;font-size:16pt;line-height:28.95pt}"
	"main{max-width:none;padding:0}h1{font-size:22pt;line-height:34pt}h2,h3,h4,h5,p{margin-top:"
	"0;margin-bottom:0}"
	"table{font-size:10.5pt;line-height:1.4}figcaption{font-size:12pt}"
	"section{margin:0;padding:0;border:0;break-before:page}"
	"a.figure{color:inherit;text-decoration:none}.scroll{overflow:visible}"
	"thead{display:table-header-group}tr{break-inside:avoid}}";

/* Short texts don't break in a narrow column; sentences do. */
enum { SHORT = 16, PHONE = 46 };

/* Anchors of one thing: the last said becomes its id, the others stand empty before it. */
static void anchors_inside(struct buffer *out, const struct anchor *anchor)
{
	for (; anchor; anchor = anchor->next)
		buffer_print(out, "<a id=\"%s\"></a>", anchor->name);
}

static void id_write(struct buffer *out, const struct anchor *anchor)
{
	if (anchor)
		buffer_print(out, " id=\"%s\"", anchor->name);
}

static void runs_write(struct buffer *out, const struct run *run)
{
	static const char *const open[] = { "", "<strong>", "<em>", "<u class=\"unproven\">" };
	static const char *const close[] = { "", "</strong>", "</em>", "</u>" };

	for (; run; run = run->next) {
		if (run->target)
			buffer_print(out, "<a class=\"figure\" href=\"#%s\">", run->target);
		buffer_text(out, open[run->style]);
		document_escape(out, run->text);
		buffer_text(out, close[run->style]);
		if (run->target)
			buffer_text(out, "</a>");
	}
}

static void caption_write(struct buffer *out, const struct part *part)
{
	if (!*part->number)
		return;
	buffer_print(out, "<figcaption>%s　", part->number);
	document_escape(out, part->text);
	buffer_text(out, "</figcaption>\n");
}

static void cell_open(struct buffer *out, bool is_short, enum document_align align)
{
	static const char *const classes[] = { "", " class=\"centre\"", " class=\"right\"" };

	buffer_print(out, "<td%s>",
		align == ALIGN_LEFT && is_short ? " class=\"short\"" : classes[align]);
}

static void rows_write(struct buffer *out, const struct part *part)
{
	bool shorts[DOCUMENT_COLUMNS];

	for (size_t i = 0; i < part->is.table.count; i++)
		shorts[i] = document_column_needs(part, i) <= SHORT;
	for (const struct row *row = part->is.table.first; row; row = row->next) {
		buffer_text(out, "<tr");
		id_write(out, row->anchors);
		buffer_text(out, ">");
		for (size_t i = 0; i < part->is.table.count; i++) {
			cell_open(out, shorts[i], part->is.table.columns[i].align);
			if (i == 0 && row->anchors)
				anchors_inside(out, row->anchors->next);
			runs_write(out, row->cells[i]);
			buffer_text(out, "</td>");
		}
		buffer_text(out, "</tr>\n");
	}
}

static void table_write(struct buffer *out, const struct part *part)
{
	/* A table too wide for a phone is scrolled sideways instead of crushed. */
	bool wide = document_table_needs(part) > PHONE;

	buffer_text(out, "<figure class=\"table\"");
	id_write(out, part->anchors);
	buffer_text(out, ">\n");
	if (part->anchors)
		anchors_inside(out, part->anchors->next);
	caption_write(out, part);
	buffer_print(out, "<div class=\"scroll%s\"><table>\n<thead><tr>", wide ? " wide" : "");
	for (size_t i = 0; i < part->is.table.count; i++) {
		buffer_text(out, "<th scope=\"col\">");
		document_escape(out, part->is.table.columns[i].title);
		buffer_text(out, "</th>");
	}
	buffer_text(out, "</tr></thead>\n<tbody>\n");
	rows_write(out, part);
	buffer_text(out, "</tbody>\n</table></div>\n</figure>\n");
}

static void picture_write(struct buffer *out, const struct part *part)
{
	const struct document_picture *picture = &part->is.picture;
	int width, height;

	document_picture_size(picture, &width, &height);
	buffer_text(out, "<figure");
	id_write(out, part->anchors);
	buffer_text(out, ">");
	if (part->anchors)
		anchors_inside(out, part->anchors->next);
	buffer_print(out, "<div class=\"scroll\"><img width=\"%d\" height=\"%d\"", width, height);
	if (picture->width_mm)
		buffer_print(out, " style=\"width:%dmm\"", picture->width_mm);
	buffer_text(out, " alt=\"");
	document_escape(out, picture->description);
	buffer_print(out, "\" src=\"data:image/%s;base64,", picture->svg ? "svg+xml" : "png");
	if (picture->svg)
		document_base64(out, picture->svg, picture->svg_length);
	else
		document_base64(out, picture->png, picture->png_length);
	buffer_text(out, "\"></div>\n");
	caption_write(out, part);
	buffer_text(out, "</figure>\n");
}

static void appendices_list(
	struct buffer *out, const struct document *document, const struct part *part)
{
	buffer_text(out, "<ol class=\"appendices\">\n");
	for (const struct part *at = document_next_appendix(part); at;
		at = document_next_appendix(at->next)) {
		buffer_print(out, "<li><a href=\"#appendix-%d\">附表", at->is.appendix);
		if (document->appendices > 1)
			buffer_print(out, "%d", at->is.appendix);
		buffer_text(out, "：");
		document_escape(out, at->text);
		buffer_text(out, "</a></li>\n");
	}
	buffer_text(out, "</ol>\n");
}

static void element_write(struct buffer *out, const struct part *part, const char *open)
{
	buffer_print(out, "<%s", open);
	id_write(out, part->anchors);
	buffer_text(out, ">");
	if (part->anchors)
		anchors_inside(out, part->anchors->next);
}

static void paragraph_write(struct buffer *out, const struct part *part)
{
	static const char *const opens[] = { "p class=\"body\"", "p", "p class=\"note\"" };

	element_write(out, part, opens[part->is.paragraph.kind]);
	runs_write(out, part->is.paragraph.first);
	buffer_text(out, "</p>\n");
}

static void heading_write(struct buffer *out, const struct part *part)
{
	char open[] = "h0";

	open[1] = (char)('1' + part->is.level);
	element_write(out, part, open);
	buffer_text(out, part->number);
	document_escape(out, part->text);
	buffer_print(out, "</%s>\n", open);
}

static void signature_write(struct buffer *out, const struct part *part)
{
	element_write(out, part, "div class=\"signature\"");
	buffer_text(out, "<p>");
	document_escape(out, part->text);
	buffer_text(out, "</p><p>");
	document_escape(out, part->is.date);
	buffer_text(out, "</p></div>\n");
}

static void appendix_write(struct buffer *out, const struct part *part)
{
	if (part->is.appendix > 1)
		buffer_text(out, "</section>\n");
	buffer_print(out, "<section id=\"appendix-%d\">", part->is.appendix);
	anchors_inside(out, part->anchors);
	buffer_print(out, "<p class=\"label\">%s</p>\n<h2 class=\"title\">", part->number);
	document_escape(out, part->text);
	buffer_text(out, "</h2>\n");
}

static void part_write(struct buffer *out, const struct document *document, const struct part *part)
{
	if (document_lists_appendices(document, part))
		appendices_list(out, document, part);
	switch (part->kind) {
	case PART_HEADING:
		heading_write(out, part);
		return;
	case PART_PARAGRAPH:
		paragraph_write(out, part);
		return;
	case PART_TABLE:
		table_write(out, part);
		return;
	case PART_PICTURE:
		picture_write(out, part);
		return;
	case PART_PAGE_BREAK:
		element_write(out, part, "div class=\"break\"");
		buffer_text(out, "</div>\n");
		return;
	case PART_SIGNATURE:
		signature_write(out, part);
		return;
	case PART_APPENDIX:
		appendix_write(out, part);
		return;
	}
	impossible("a part of no kind");
}

static void head_write(struct buffer *out, const struct document *document)
{
	buffer_text(out,
		"<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; img-src data:\">\n<meta name=\"author\" content=\"");
	document_escape(out, document->author);
	buffer_text(out, "\">\n<title>");
	document_escape(out, document->title);
	buffer_print(
		out, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1>", style_sheet);
	document_escape(out, document->title);
	buffer_text(out, "</h1>\n");
	for (const struct run *run = document->subtitles; run; run = run->next) {
		buffer_text(out, "<p class=\"subtitle\">");
		document_escape(out, run->text);
		buffer_text(out, "</p>\n");
	}
}

enum result document_html(const struct document *document, struct buffer *out, struct error *error)
{
	enum result result = document_ready(document, error);

	if (result)
		return result;
	head_write(out, document);
	for (const struct part *part = document->first; part; part = part->next)
		part_write(out, document, part);
	if (document->appendices)
		buffer_text(out, "</section>\n");
	buffer_text(out, "</main>\n</body>\n</html>\n");
	return document_written(out, error);
}

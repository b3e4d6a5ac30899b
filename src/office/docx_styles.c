#include "office/docx_parts.h"

#include "base/panic.h"

/* Fonts of GB/T 9704 by the names Windows gives them, each with what stands in for it where
 * it is not installed. */
static const struct {
	const char *name, *instead, *family;
} fonts[] = {
	{ "仿宋", "仿宋_GB2312", "modern" },
	{ "楷体", "楷体_GB2312", "modern" },
	{ "黑体", "SimHei", "modern" },
	{ "宋体", "SimSun", "auto" },
	{ "方正小标宋简体", "宋体", "script" },
};

struct style {
	const char *id, *name, *based, *next;
	const char *font; /* NULL: as the style it is based on */
	int half_points;  /* 0: likewise */
	bool bold;
	const char *paragraph; /* what stands in w:pPr */
};

#define INDENT "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/>"
#define NO_INDENT "<w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/>"
#define EXACT(line, before, after)                                                                 \
	"<w:spacing w:before=\"" before "\" w:after=\"" after "\" w:line=\"" line                  \
	"\" w:lineRule=\"exact\"/>"

static const struct style styles[] = {
	{ "BodyText", "Body Text", "Normal", "BodyText", .paragraph = INDENT },
	{ "Title", "Title", "Normal", "BodyText", "方正小标宋简体", 44,
		.paragraph = "<w:keepNext/><w:snapToGrid w:val=\"0\"/>" EXACT(
			"680", "0", "0") "<w:jc w:val=\"center\"/>" },
	{ "Subtitle", "Subtitle", "Normal", "BodyText", "楷体",
		.paragraph = "<w:keepNext/>" EXACT("579", "120", "0") "<w:jc w:val=\"center\"/>" },
	{ "Heading1", "heading 1", "Normal", "BodyText", "黑体",
		.paragraph = "<w:keepNext/><w:keepLines/>" INDENT "<w:outlineLvl w:val=\"0\"/>" },
	{ "Heading2", "heading 2", "Normal", "BodyText", "楷体",
		.paragraph = "<w:keepNext/><w:keepLines/>" INDENT "<w:outlineLvl w:val=\"1\"/>" },
	{ "Heading3", "heading 3", "Normal", "BodyText", .bold = true,
		.paragraph = "<w:keepNext/><w:keepLines/>" INDENT "<w:outlineLvl w:val=\"2\"/>" },
	{ "Heading4", "heading 4", "Normal", "BodyText",
		.paragraph = "<w:keepNext/><w:keepLines/>" INDENT "<w:outlineLvl w:val=\"3\"/>" },
	{ "Caption", "caption", "Normal", "BodyText", "黑体", 24,
		.paragraph = "<w:keepLines/><w:snapToGrid w:val=\"0\"/>" EXACT(
			"400", "160", "80") "<w:jc w:val=\"center\"/>" },
	{ "Picture", "图片", "Normal", "BodyText",
		.paragraph = "<w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"160\" w:after=\"0\" "
			     "w:line=\"240\" w:lineRule=\"auto\"/><w:jc w:val=\"center\"/>" },
	{ "TableText", "表格文字", "Normal", "TableText", .half_points = 24,
		.paragraph = "<w:snapToGrid w:val=\"0\"/>" EXACT(
			"360", "20", "20") "<w:jc w:val=\"left\"/>" },
	{ "TableHead", "表格标题行", "TableText", "TableText", "黑体",
		.paragraph = "<w:keepNext/><w:jc w:val=\"center\"/>" },
	{ "TableEnd", "表格之后", "Normal", "BodyText", .half_points = 2,
		.paragraph = "<w:snapToGrid w:val=\"0\"/>" EXACT("200", "0", "0") },
	{ "Note", "小字说明", "Normal", "BodyText", "楷体", 21,
		.paragraph = "<w:snapToGrid w:val=\"0\"/>" EXACT("320", "80", "80") },
	{ "AppendixList", "附表说明", "Normal", "AppendixList",
		.paragraph = "<w:keepNext/><w:keepLines/>" },
	{ "Signature", "Signature", "Normal", "Signature",
		.paragraph = "<w:keepNext/><w:keepLines/><w:jc w:val=\"right\"/>" },
	{ "AppendixLabel", "附表序号", "Normal", "AppendixTitle", "黑体",
		.paragraph = "<w:keepNext/><w:pageBreakBefore/>" },
	{ "AppendixTitle", "附表标题", "Title", "BodyText", .half_points = 36,
		.paragraph = "<w:keepNext/><w:snapToGrid w:val=\"0\"/>" EXACT("600", "120",
			"240") "<w:jc w:val=\"center\"/><w:outlineLvl w:val=\"0\"/>" },
	{ "Footer", "footer", "Normal", "Footer", "宋体", 28,
		.paragraph = "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"240\" "
			     "w:lineRule=\"auto\"/>" },
};

static void style_write(const struct style *style, struct buffer *out)
{
	buffer_print(out,
		"<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/>"
		"<w:basedOn w:val=\"%s\"/><w:next w:val=\"%s\"/><w:qFormat/><w:pPr>%s</w:pPr>"
		"<w:rPr>",
		style->id, style->name, style->based, style->next, style->paragraph);
	if (style->font)
		buffer_print(out, "<w:rFonts w:ascii=\"%s\" w:hAnsi=\"%s\" w:eastAsia=\"%s\"/>",
			style->font, style->font, style->font);
	if (style->bold)
		buffer_text(out, "<w:b/><w:bCs/>");
	if (style->half_points)
		buffer_print(out,
			"<w:spacing w:val=\"0\"/><w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/>",
			style->half_points, style->half_points);
	buffer_text(out, "</w:rPr></w:style>");
}

void docx_styles(struct buffer *out)
{
	buffer_print(out,
		DOCX_XML
		"<w:styles xmlns:w=\"" DOCX_MAIN "\"><w:docDefaults><w:rPrDefault><w:rPr>"
		"<w:rFonts w:ascii=\"仿宋\" w:hAnsi=\"仿宋\" w:eastAsia=\"仿宋\" "
		"w:cs=\"Times New Roman\"/><w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/>"
		"<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr>"
		"</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
		"<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">"
		"<w:name w:val=\"Normal\"/><w:qFormat/><w:pPr><w:widowControl w:val=\"0\"/>"
		"<w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/>"
		"<w:spacing w:line=\"%d\" w:lineRule=\"exact\"/><w:jc w:val=\"both\"/></w:pPr>"
		"<w:rPr><w:spacing w:val=\"%d\"/></w:rPr></w:style>",
		DOCX_BODY_SIZE / 10, DOCX_BODY_SIZE / 10, DOCX_LINE, DOCX_TIGHTER);
	for (size_t i = 0; i < COUNT_OF(styles); i++)
		style_write(&styles[i], out);
	buffer_text(out,
		"<w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultFont\">"
		"<w:name w:val=\"Default Paragraph Font\"/></w:style>"
		"<w:style w:type=\"character\" w:styleId=\"Figure\"><w:name w:val=\"数据\"/>"
		"<w:basedOn w:val=\"DefaultFont\"/><w:rPr><w:color w:val=\"1F3864\"/></w:rPr>"
		"</w:style><w:style w:type=\"character\" w:styleId=\"Unproven\">"
		"<w:name w:val=\"待证用语\"/><w:basedOn w:val=\"DefaultFont\"/><w:rPr>"
		"<w:u w:val=\"wave\" w:color=\"C00000\"/></w:rPr></w:style>"
		"<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\">"
		"<w:name w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/>"
		"<w:tblCellMar><w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"80\" "
		"w:type=\"dxa\"/><w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"80\" "
		"w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>"
		"<w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/>"
		"<w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders>");
	static const char *const edges[] = { "top", "left", "bottom", "right", "insideH",
		"insideV" };
	for (size_t i = 0; i < COUNT_OF(edges); i++)
		buffer_print(out,
			"<w:%s w:val=\"single\" w:sz=\"%d\" w:space=\"0\" w:color=\"000000\"/>",
			edges[i], i < 4 ? 8 : 4);
	buffer_text(out, "</w:tblBorders></w:tblPr></w:style></w:styles>");
}

void docx_fonts(struct buffer *out)
{
	buffer_text(out, DOCX_XML "<w:fonts xmlns:w=\"" DOCX_MAIN "\">");
	for (size_t i = 0; i < COUNT_OF(fonts); i++)
		buffer_print(out,
			"<w:font w:name=\"%s\"><w:altName w:val=\"%s\"/><w:charset w:val=\"86\"/>"
			"<w:family w:val=\"%s\"/></w:font>",
			fonts[i].name, fonts[i].instead, fonts[i].family);
	buffer_text(out, "</w:fonts>");
}

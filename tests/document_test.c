/* Office documents and charts: parts, numbering, escaping, determinism. */
#include "document_sample.h"

#include "base/date.h"
#include "base/file.h"
#include "base/text.h"

#include <cmark.h>
#include <expat.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

#include <cmocka.h>

/* Any of the three writers. */
#define WRITER(name) enum result (*name)(const struct document *, struct buffer *, struct error *)

extern char **environ;

static void written(WRITER(write), const struct document *document, struct buffer *out)
{
	struct error error = { 0 };

	buffer_init(out, SAMPLE_CEILING);
	assert_int_equal(write(document, out, &error), OK);
}

/* One file of a .docx. */
static void part_read(const struct buffer *docx, const char *name, struct buffer *out)
{
	zip_error_t reason;
	zip_source_t *source = zip_source_buffer_create(docx->bytes, docx->length, 0, &reason);
	zip_t *archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &reason);
	zip_stat_t stat;

	assert_non_null(archive);
	assert_int_equal(zip_stat(archive, name, 0, &stat), 0);
	zip_file_t *file = zip_fopen(archive, name, 0);
	char *bytes = malloc(stat.size + 1);
	assert_true(zip_fread(file, bytes, stat.size) == (zip_int64_t)stat.size);
	buffer_init(out, SAMPLE_CEILING);
	buffer_add(out, bytes, stat.size);
	free(bytes);
	zip_fclose(file);
	zip_discard(archive);
}

static void well_formed(const char *bytes, size_t length)
{
	XML_Parser parser = XML_ParserCreate("UTF-8");

	if (XML_Parse(parser, bytes, (int)length, 1) != XML_STATUS_OK)
		fail_msg("line %lu: %s", XML_GetCurrentLineNumber(parser),
			XML_ErrorString(XML_GetErrorCode(parser)));
	XML_ParserFree(parser);
}

/* What a reader sees: the texts of w:t, a line break after each paragraph. */
struct seen {
	struct buffer text;
	bool inside;
};

static void seen_start(void *context, const char *name, const char **attributes)
{
	struct seen *seen = context;

	(void)attributes;
	seen->inside = text_equal(name, "w:t");
}

static void seen_end(void *context, const char *name)
{
	struct seen *seen = context;

	seen->inside = false;
	if (text_equal(name, "w:p"))
		buffer_char(&seen->text, '\n');
}

static void seen_text(void *context, const char *text, int length)
{
	struct seen *seen = context;

	if (seen->inside)
		buffer_add(&seen->text, text, (size_t)length);
}

static void docx_text(const struct document *document, struct seen *seen)
{
	struct buffer docx, body;
	XML_Parser parser = XML_ParserCreate("UTF-8");

	written(document_docx, document, &docx);
	part_read(&docx, "word/document.xml", &body);
	buffer_init(&seen->text, SAMPLE_CEILING);
	seen->inside = false;
	XML_SetUserData(parser, seen);
	XML_SetElementHandler(parser, seen_start, seen_end);
	XML_SetCharacterDataHandler(parser, seen_text);
	assert_int_equal(XML_Parse(parser, body.bytes, (int)body.length, 1), XML_STATUS_OK);
	XML_ParserFree(parser);
	buffer_release(&docx);
	buffer_release(&body);
}

static void contains(const struct buffer *buffer, const char *text)
{
	if (!strstr(buffer->bytes, text))
		fail_msg("missing: %s", text);
}

static void lacks(const struct buffer *buffer, const char *text)
{
	if (strstr(buffer->bytes, text))
		fail_msg("should not be there: %s", text);
}

static void parts_are_well_formed(void **state)
{
	static const char *const names[] = { "[Content_Types].xml", "_rels/.rels",
		"docProps/core.xml", "word/document.xml", "word/_rels/document.xml.rels",
		"word/styles.xml", "word/settings.xml", "word/fontTable.xml", "word/footer1.xml",
		"word/footer2.xml" };
	struct document *document = sample_document();
	struct buffer docx, part;

	(void)state;
	written(document_docx, document, &docx);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		part_read(&docx, names[i], &part);
		well_formed(part.bytes, part.length);
		buffer_release(&part);
	}
	part_read(&docx, "word/media/picture2.png", &part);
	assert_memory_equal(part.bytes, "\x89PNG", 4);
	buffer_release(&part);
	buffer_release(&docx);
	document_free(document);
}

static void page_and_styles_follow_the_standard(void **state)
{
	static const char *const in_body[] = {
		"<w:pgSz w:w=\"11906\" w:h=\"16838\"/>",
		"<w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1587\"",
		"w:linePitch=\"579\"",
		"<w:pStyle w:val=\"Title\"/>",
		"<w:pStyle w:val=\"Heading1\"/>",
		"<w:pStyle w:val=\"Heading4\"/>",
		"<w:tblHeader/>",
		"<w:pStyle w:val=\"BodyText\"/><w:keepNext/>",
		"<w:rStyle w:val=\"Unproven\"/>",
	};
	static const char *const in_styles[] = {
		"w:eastAsia=\"方正小标宋简体\"/><w:spacing w:val=\"0\"/><w:sz w:val=\"44\"/>",
		"w:eastAsia=\"仿宋\" w:cs=\"Times New Roman\"/><w:sz w:val=\"32\"/>",
		"<w:name w:val=\"heading 1\"/>",
		"<w:outlineLvl w:val=\"3\"/>",
		"w:firstLineChars=\"200\"",
	};
	struct document *document = sample_document();
	struct buffer docx, part;

	(void)state;
	written(document_docx, document, &docx);
	part_read(&docx, "word/document.xml", &part);
	for (size_t i = 0; i < sizeof(in_body) / sizeof(in_body[0]); i++)
		contains(&part, in_body[i]);
	buffer_release(&part);
	part_read(&docx, "word/styles.xml", &part);
	for (size_t i = 0; i < sizeof(in_styles) / sizeof(in_styles[0]); i++)
		contains(&part, in_styles[i]);
	buffer_release(&part);
	part_read(&docx, "word/settings.xml", &part);
	contains(&part, "<w:evenAndOddHeaders/>");
	buffer_release(&part);
	part_read(&docx, "docProps/core.xml", &part);
	contains(&part, ">2026-11-24T01:00:00Z<");
	contains(&part, "<dc:creator>清屿省分公司政企客户部</dc:creator>");
	buffer_release(&part);
	buffer_release(&docx);
	document_free(document);
}

/* Every hyperlink of the body must lead to a bookmark that is there. */
static void figures_lead_to_bookmarks(void **state)
{
	struct document *document = sample_document();
	struct buffer docx, body;
	char wanted[96];
	int links = 0;

	(void)state;
	written(document_docx, document, &docx);
	part_read(&docx, "word/document.xml", &body);
	static const char mark[] = "<w:hyperlink w:anchor=\"";
	for (const char *at = body.bytes; (at = strstr(at, mark)); links++) {
		at += strlen(mark);
		snprintf(wanted, sizeof(wanted), " w:name=\"%.*s\"/>", (int)strcspn(at, "\""), at);
		contains(&body, wanted);
	}
	assert_int_equal(links, 9);
	buffer_release(&body);
	buffer_release(&docx);
	written(document_html, document, &body);
	contains(&body, "href=\"#visit.count\"");
	contains(&body, "<tr id=\"visit.count\">");
	contains(&body, "<a id=\"roster.province\"></a>");
	lacks(&body, "<script");
	buffer_release(&body);
	written(document_markdown, document, &body);
	contains(&body, "对[128家](#roster.province)省级");
	contains(&body, "| <a id=\"visit.count\"></a>走访次数 | 1,536次 |");
	contains(&body, "## 二、深化集团客户分层分级管理");
	contains(&body, "\n[picture-2]: data:image/svg+xml;base64,");
	buffer_release(&body);
	document_free(document);
}

static struct document *empty_document(const char *title)
{
	const struct document_about about = { title, "", 0 };

	return document_new(&about, SAMPLE_CEILING);
}

static void headings_are_numbered_and_restart(void **state)
{
	static const int levels[] = { 1, 2, 2, 3, 3, 4, 4, 3, 4, 2, 3, 1, 2, 3 };
	static const char expected[] =
		"题\n一、x\n（一）x\n（二）x\n1.x\n2.x\n（1）x\n（2）x\n3.x\n"
		"（1）x\n（三）x\n1.x\n二、x\n（一）x\n1.x\n";
	struct document *document = empty_document("题");
	struct seen seen;

	(void)state;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		document_heading(document, levels[i], "x");
	docx_text(document, &seen);
	assert_string_equal(seen.text.bytes, expected);
	buffer_release(&seen.text);
	for (int i = 3; i <= 121; i++)
		document_heading(document, 1, "y");
	document_appendix(document, "附");
	document_heading(document, 1, "z");
	docx_text(document, &seen);
	static const char *const numbers[] = { "\n十、y\n", "\n十一、y\n", "\n二十、y\n",
		"\n九十九、y\n", "\n一百、y\n", "\n一百零一、y\n", "\n一百一十、y\n",
		"\n一百二十一、y\n", "\n附表1\n附\n一、z\n" };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		contains(&seen.text, numbers[i]);
	buffer_release(&seen.text);
	document_free(document);
}

static void captions_are_numbered(void **state)
{
	struct document *document = sample_document();
	struct seen seen;

	(void)state;
	docx_text(document, &seen);
	contains(&seen.text, "\n表1　2026年分级走访完成情况\n");
	contains(&seen.text, "\n图2　各市分公司1—11月收入\n");
	contains(&seen.text, "\n附表2-1　名单明细\n");
	contains(&seen.text,
		"\n附表：1.指标口径和数值\n2.省级集团客户名单\n清屿省分公司政企客户部\n"
		"2026年11月24日\n附表1\n指标口径和数值\n");
	buffer_release(&seen.text);
	document_free(document);
}

static void same_document_same_bytes(void **state)
{
	static WRITER(const writers[]) = { document_docx, document_html, document_markdown };

	(void)state;
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
		struct document *one = sample_document();
		struct buffer first, second;
		written(writers[i], one, &first);
		setenv("TZ", i % 2 ? "America/New_York" : "Asia/Tokyo", 1);
		struct document *two = sample_document();
		written(writers[i], two, &second);
		assert_int_equal(first.length, second.length);
		assert_memory_equal(first.bytes, second.bytes, first.length);
		buffer_release(&first);
		buffer_release(&second);
		document_free(one);
		document_free(two);
	}
	unsetenv("TZ");
}

static const char hostile[] = "<b>&\"'\x01\x1F]]>\xFF\xC0\x80\xED\xA0\x80\n\t\xE2\x80\xAE"
			      "*_`[x](http://x)|~<script>alert(1)</script>$ # - 1. !";
static const char harmless[] = "<b>&\"'��]]>������  �*_`[x](http://x)|~<script>alert(1)</script>"
			       "$ # - 1. !";

static struct document *hostile_document(void)
{
	const struct document_about about = { hostile, hostile, 0 };
	const struct document_column column = { hostile, ALIGN_LEFT };
	struct document *document = document_new(&about, SAMPLE_CEILING);

	document_subtitle(document, hostile);
	document_heading(document, 1, hostile);
	for (int style = RUN_PLAIN; style <= RUN_UNPROVEN; style++) {
		document_paragraph(document, style % 3);
		document_run(document, style, hostile);
	}
	document_figure(document, hostile, "a");
	document_anchor(document, "a");
	document_table(document, hostile, &column, 1);
	document_row(document);
	document_cell(document, hostile);
	document_page_break(document);
	document_signature(document, hostile, hostile);
	document_appendix(document, hostile);
	return document;
}

static void hostile_text_stays_text(void **state)
{
	struct document *document = hostile_document();
	struct buffer out, part;
	struct seen seen;
	size_t count = 0;

	(void)state;
	docx_text(document, &seen);
	for (const char *at = seen.text.bytes; (at = strstr(at, harmless)); at++)
		count++;
	assert_int_equal(count, 15);
	buffer_release(&seen.text);
	written(document_docx, document, &out);
	part_read(&out, "word/document.xml", &part);
	contains(&part, "<w:br w:type=\"page\"/>");
	buffer_release(&part);
	part_read(&out, "docProps/core.xml", &part);
	well_formed(part.bytes, part.length);
	buffer_release(&part);
	buffer_release(&out);
	written(document_html, document, &out);
	lacks(&out, "<script");
	lacks(&out, "<b>");
	assert_true(text_valid(out.bytes, out.length));
	buffer_release(&out);
	document_free(document);
}

/* Markdown is read back by cmark: the paragraph must say what was written, and nothing else. */
static void markdown_reads_back(void **state)
{
	static const char *const texts[] = { hostile, "1. 一", "2) 二", "- 三", "+ 四", "# 五",
		"> 六", "    缩进", "* 七", "===", "---", "~~~", "a|b", "![图](x)", "&amp;", "\\*",
		"|-|" };
	struct document *document = empty_document("题");
	struct buffer out;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		document_paragraph(document, PARAGRAPH_BODY);
		document_run(document, RUN_PLAIN, texts[i]);
	}
	document_paragraph(document, PARAGRAPH_BODY);
	document_run(document, RUN_BOLD, "重点。");
	document_run(document, RUN_BOLD, "两段");
	document_run(document, RUN_PLAIN, "其中");
	written(document_markdown, document, &out);
	cmark_node *root = cmark_parse_document(out.bytes, out.length, CMARK_OPT_DEFAULT);
	cmark_node *node = cmark_node_first_child(root);
	assert_int_equal(cmark_node_get_type(node), CMARK_NODE_HEADING);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		node = cmark_node_next(node);
		assert_int_equal(cmark_node_get_type(node), CMARK_NODE_PARAGRAPH);
		struct buffer said;
		buffer_init(&said, 4096);
		for (cmark_node *at = cmark_node_first_child(node); at; at = cmark_node_next(at)) {
			assert_int_equal(cmark_node_get_type(at), CMARK_NODE_TEXT);
			buffer_text(&said, cmark_node_get_literal(at));
		}
		assert_string_equal(
			said.bytes, i == 0 ? harmless : texts[i] + strspn(texts[i], " "));
		buffer_release(&said);
	}
	contains(&out, "<strong>重点。</strong><strong>两段</strong>其中");
	cmark_node_free(root);
	buffer_release(&out);
	document_free(document);
}

static void a_ceiling_refuses(void **state)
{
	const struct document_about about = { "题", "", 0 };
	struct document *document = document_new(&about, 4096);
	struct error error = { 0 };
	struct buffer out;

	(void)state;
	for (int i = 0; i < 200; i++) {
		document_paragraph(document, PARAGRAPH_BODY);
		document_run(document, RUN_PLAIN, "一段不长的话。");
	}
	assert_true(document_full(document));
	buffer_init(&out, SAMPLE_CEILING);
	assert_int_equal(document_docx(document, &out, &error), REFUSED);
	assert_string_equal(error.key, "refused.document_too_large");
	document_free(document);
	document = sample_document();
	out.ceiling = 2000;
	error_clear(&error);
	assert_int_equal(document_html(document, &out, &error), REFUSED);
	buffer_clear(&out);
	error_clear(&error);
	assert_int_equal(document_docx(document, &out, &error), REFUSED);
	buffer_release(&out);
	document_free(document);
}

static void charts_show_gaps_not_zeros(void **state)
{
	static const int64_t values[] = { 100, 0, 300 };
	static const bool missing[] = { false, true, false };
	static const char *const labels[] = { "1月", "2月", "3月" };
	struct chart_series series = { "甲", CHART_COLUMN, values, missing };
	struct chart chart = { CHART_MONTHS, NULL, "无数据", labels, 3, &series, 1, sample_show,
		NULL };
	struct buffer gap, zero, again;
	struct error error = { 0 };

	(void)state;
	buffer_init(&gap, SAMPLE_CEILING);
	buffer_init(&zero, SAMPLE_CEILING);
	buffer_init(&again, SAMPLE_CEILING);
	assert_int_equal(chart_svg(&chart, &gap, &error), OK);
	assert_int_equal(chart_svg(&chart, &again, &error), OK);
	assert_int_equal(gap.length, again.length);
	assert_memory_equal(gap.bytes, again.bytes, gap.length);
	well_formed(gap.bytes, gap.length);
	series.missing = NULL;
	assert_int_equal(chart_svg(&chart, &zero, &error), OK);
	assert_string_not_equal(gap.bytes, zero.bytes);
	buffer_clear(&again);
	assert_int_equal(chart_png(&chart, 640, &again, &error), OK);
	assert_memory_equal(again.bytes, "\x89PNG", 4);
	/* The width stands in the header, big endian. */
	assert_memory_equal(again.bytes + 16, "\x00\x00\x02\x80", 4);
	buffer_release(&gap);
	buffer_release(&zero);
	buffer_release(&again);
}

/* Charts of any values: the axis must be found, and the picture drawn. */
static void charts_bear_any_values(void **state)
{
	static const int64_t edge = INT64_C(1) << 53;
	const int64_t values[][2] = { { 0, 0 }, { edge, -edge }, { -edge, -edge + 1 }, { 1, 1 },
		{ -7, 3 }, { 999999999999, 1 } };
	static const bool missing[2] = { true, true };
	static const char *const labels[] = { hostile, "" };
	static const enum chart_look looks[] = { CHART_COLUMN, CHART_LINE, CHART_TARGET };
	struct error error = { 0 };
	struct buffer out;

	(void)state;
	buffer_init(&out, SAMPLE_CEILING);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]) * 12; i++) {
		struct chart_series series = { hostile, looks[i % 3], values[i / 12],
			i / 3 % 2 ? missing : NULL };
		enum chart_kind kind = i / 6 % 2 ? CHART_BARS : CHART_MONTHS;
		if (kind == CHART_BARS && series.look == CHART_TARGET)
			continue;
		const struct chart chart = { kind, NULL, NULL, labels, 2, &series, 1, sample_show,
			NULL };
		buffer_clear(&out);
		assert_int_equal(chart_svg(&chart, &out, &error), OK);
		well_formed(out.bytes, out.length);
	}
	buffer_release(&out);
}

/* The page count of a PDF as LibreOffice writes it. */
static int pages_count(const struct buffer *pdf)
{
	static const char mark[] = "/Type/Page/";
	int pages = 0;

	for (size_t i = 0; i + strlen(mark) <= pdf->length; i++)
		pages += memcmp(pdf->bytes + i, mark, strlen(mark)) == 0;
	return pages;
}

static void libreoffice_opens_it(void **state)
{
	char folder[] = P_tmpdir "/document-XXXXXX", profile[128], docx[64], pdf[64];
	struct document *document = sample_document();
	struct error error = { 0 };
	struct buffer out;
	pid_t child;
	int status;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(docx, sizeof(docx), "%s/sample.docx", folder);
	snprintf(pdf, sizeof(pdf), "%s/sample.pdf", folder);
	snprintf(profile, sizeof(profile), "-env:UserInstallation=file://%s/profile", folder);
	written(document_docx, document, &out);
	assert_int_equal(file_write(docx, out.bytes, out.length, &error), OK);
	buffer_clear(&out);
	char *arguments[] = { (char[]){ "soffice" }, profile, (char[]){ "--headless" },
		(char[]){ "--convert-to" }, (char[]){ "pdf" }, (char[]){ "--outdir" }, folder, docx,
		NULL };
	if (posix_spawnp(&child, "soffice", NULL, NULL, arguments, environ)) {
		print_message("skipped: LibreOffice is not installed\n");
	} else {
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		assert_int_equal(file_read(pdf, &out, &error), OK);
		assert_true(pages_count(&out) >= 5);
	}
	char *remove_arguments[] = { (char[]){ "rm" }, (char[]){ "-rf" }, folder, NULL };
	assert_int_equal(posix_spawnp(&child, "rm", NULL, NULL, remove_arguments, environ), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	buffer_release(&out);
	document_free(document);
}

/* With a folder as argument, leave the sample there to be looked at. */
static int sample_leave(const char *folder)
{
	static const struct {
		const char *name;
		WRITER(write);
	} files[] = { { "sample.docx", document_docx }, { "sample.html", document_html },
		{ "sample.md", document_markdown } };
	struct document *document = sample_document();
	struct error error = { 0 };
	char path[512];
	enum result result = OK;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !result; i++) {
		struct buffer out;
		buffer_init(&out, SAMPLE_CEILING);
		snprintf(path, sizeof(path), "%s/%s", folder, files[i].name);
		result = files[i].write(document, &out, &error);
		if (!result)
			result = file_write(path, out.bytes, out.length, &error);
		buffer_release(&out);
	}
	document_free(document);
	return (int)result;
}

int main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_well_formed),
		cmocka_unit_test(page_and_styles_follow_the_standard),
		cmocka_unit_test(figures_lead_to_bookmarks),
		cmocka_unit_test(headings_are_numbered_and_restart),
		cmocka_unit_test(captions_are_numbered),
		cmocka_unit_test(same_document_same_bytes),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(markdown_reads_back),
		cmocka_unit_test(a_ceiling_refuses),
		cmocka_unit_test(charts_show_gaps_not_zeros),
		cmocka_unit_test(charts_bear_any_values),
		cmocka_unit_test(libreoffice_opens_it),
	};
	if (count > 1)
		return sample_leave(arguments[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

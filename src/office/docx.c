#include "office/docx_parts.h"

#include "base/date.h"
#include "base/panic.h"

#include <stdio.h>
#include <string.h>
#include <zip.h>

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."

enum { PART_CEILING = 64 << 20, ZIP_DAY_1980 = 0x21 };

static void content_types(const struct document *document, struct buffer *out)
{
	(void)document;
	buffer_text(out, DOCX_XML
		"<Types xmlns=\"" PACKAGE "content-types\">"
		"<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
		"relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
		"<Default Extension=\"png\" ContentType=\"image/png\"/>"
		"<Override PartName=\"/docProps/core.xml\" ContentType=\"application/"
		"vnd.openxmlformats-package.core-properties+xml\"/>"
		"<Override PartName=\"/word/document.xml\" ContentType=\"" WORD_TYPE
		"document.main+xml\"/>"
		"<Override PartName=\"/word/styles.xml\" ContentType=\"" WORD_TYPE "styles+xml\"/>"
		"<Override PartName=\"/word/settings.xml\" ContentType=\"" WORD_TYPE
		"settings+xml\"/>"
		"<Override PartName=\"/word/fontTable.xml\" ContentType=\"" WORD_TYPE
		"fontTable+xml\"/>"
		"<Override PartName=\"/word/footer1.xml\" ContentType=\"" WORD_TYPE "footer+xml\"/>"
		"<Override PartName=\"/word/footer2.xml\" ContentType=\"" WORD_TYPE "footer+xml\"/>"
		"</Types>");
}

static void package_relations(const struct document *document, struct buffer *out)
{
	(void)document;
	buffer_text(out,
		DOCX_XML "<Relationships xmlns=\"" PACKAGE "relationships\">"
			 "<Relationship Id=\"document\" Type=\"" OFFICE
			 "/officeDocument\" Target=\"word/document.xml\"/>"
			 "<Relationship Id=\"core\" Type=\"" PACKAGE
			 "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
			 "</Relationships>");
}

static void core_properties(const struct document *document, struct buffer *out)
{
	int day = instant_day(document->created - 8 * (int64_t)HOUR_MS); /* the day in UTC */
	struct civil civil = civil_from_day(day);
	int second = (int)((document->created - (int64_t)day * DAY_MS) / SECOND_MS);
	char created[40];

	snprintf(created, sizeof(created), "%04d-%02d-%02dT%02d:%02d:%02dZ", civil.year,
		civil.month, civil.day, second / 3600, second / 60 % 60, second % 60);
	buffer_text(out,
		DOCX_XML "<cp:coreProperties xmlns:cp=\"" PACKAGE "metadata/core-properties\" "
			 "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
			 "xmlns:dcterms=\"http://purl.org/dc/terms/\" "
			 "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>");
	document_escape(out, document->title);
	buffer_text(out, "</dc:title><dc:creator>");
	document_escape(out, document->author);
	buffer_text(out, "</dc:creator><cp:lastModifiedBy>");
	document_escape(out, document->author);
	buffer_print(out,
		"</cp:lastModifiedBy><dcterms:created xsi:type=\"dcterms:W3CDTF\">%s"
		"</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">%s"
		"</dcterms:modified><dc:language>zh-CN</dc:language></cp:coreProperties>",
		created, created);
}

static void settings(const struct document *document, struct buffer *out)
{
	(void)document;
	buffer_text(out, DOCX_XML
		"<w:settings xmlns:w=\"" DOCX_MAIN "\"><w:zoom w:percent=\"100\"/>"
		"<w:defaultTabStop w:val=\"420\"/><w:evenAndOddHeaders/>"
		"<w:drawingGridVerticalSpacing w:val=\"579\"/>"
		"<w:characterSpacingControl w:val=\"doNotCompress\"/><w:compat>"
		"<w:compatSetting w:name=\"compatibilityMode\" "
		"w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
		"<w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/>"
		"<w:decimalSymbol w:val=\".\"/><w:listSeparator w:val=\",\"/></w:settings>");
}

static void footer(struct buffer *out, const char *properties)
{
	buffer_print(out,
		DOCX_XML "<w:ftr xmlns:w=\"" DOCX_MAIN
			 "\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/>%s</w:pPr>"
			 "<w:r><w:t xml:space=\"preserve\">— </w:t></w:r>"
			 "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
			 "<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
			 "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>"
			 "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
			 "<w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>",
		properties);
}

static void footer_odd(const struct document *document, struct buffer *out)
{
	(void)document;
	footer(out, "<w:ind w:rightChars=\"100\" w:right=\"280\"/><w:jc w:val=\"right\"/>");
}

static void footer_even(const struct document *document, struct buffer *out)
{
	(void)document;
	footer(out, "<w:ind w:leftChars=\"100\" w:left=\"280\"/><w:jc w:val=\"left\"/>");
}

static void styles(const struct document *document, struct buffer *out)
{
	(void)document;
	docx_styles(out);
}

static void fonts(const struct document *document, struct buffer *out)
{
	(void)document;
	docx_fonts(out);
}

static void document_relations(const struct document *document, struct buffer *out)
{
	static const char *const parts[][2] = { { "styles", "styles.xml" },
		{ "settings", "settings.xml" }, { "fontTable", "fontTable.xml" } };
	int pictures = 0;

	buffer_text(out, DOCX_XML "<Relationships xmlns=\"" PACKAGE "relationships\">");
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		buffer_print(out, "<Relationship Id=\"%s\" Type=\"" OFFICE "/%s\" Target=\"%s\"/>",
			parts[i][0], parts[i][0], parts[i][1]);
	for (int i = 1; i <= 2; i++)
		buffer_print(out,
			"<Relationship Id=\"footer%d\" Type=\"" OFFICE
			"/footer\" Target=\"footer%d.xml\"/>",
			i, i);
	for (const struct part *part = document->first; part; part = part->next) {
		if (part->kind != PART_PICTURE)
			continue;
		pictures++;
		buffer_print(out,
			"<Relationship Id=\"picture%d\" Type=\"" OFFICE
			"/image\" Target=\"media/picture%d.png\"/>",
			pictures, pictures);
	}
	buffer_text(out, "</Relationships>");
}

static const struct {
	const char *name;
	void (*write)(const struct document *document, struct buffer *out);
} parts[] = {
	{ "[Content_Types].xml", content_types },
	{ "_rels/.rels", package_relations },
	{ "docProps/core.xml", core_properties },
	{ "word/document.xml", docx_body },
	{ "word/_rels/document.xml.rels", document_relations },
	{ "word/styles.xml", styles },
	{ "word/settings.xml", settings },
	{ "word/fontTable.xml", fonts },
	{ "word/footer1.xml", footer_odd },
	{ "word/footer2.xml", footer_even },
};

/* Add one file with a fixed time, so that bytes depend on the document alone. `bytes` must
 * outlive the archive. */
static bool archive_add(zip_t *archive, const char *name, const void *bytes, size_t length)
{
	zip_source_t *source = zip_source_buffer(archive, bytes, length, 0);

	if (!source)
		return false;
	zip_int64_t index = zip_file_add(archive, name, source, ZIP_FL_ENC_UTF_8);
	if (index < 0) {
		zip_source_free(source);
		return false;
	}
	return zip_file_set_dostime(archive, (zip_uint64_t)index, 0, ZIP_DAY_1980, 0) == 0;
}

static bool pictures_add(zip_t *archive, const struct document *document)
{
	int pictures = 0;
	char name[48];

	for (const struct part *part = document->first; part; part = part->next) {
		if (part->kind != PART_PICTURE)
			continue;
		snprintf(name, sizeof(name), "word/media/picture%d.png", ++pictures);
		if (!archive_add(archive, name, part->is.picture.png, part->is.picture.png_length))
			return false;
	}
	return true;
}

/* Append what the closed archive left in `source`. */
static bool source_append(zip_source_t *source, struct buffer *out)
{
	char block[65536];
	zip_int64_t size;

	if (zip_source_open(source))
		return false;
	while ((size = zip_source_read(source, block, sizeof(block))) > 0)
		buffer_add(out, block, (size_t)size);
	zip_source_close(source);
	return size == 0;
}

static enum result zip_trouble(zip_error_t *reason, struct error *error)
{
	return error_trouble(
		error, "trouble.document_zip", "reason", zip_error_strerror(reason), NULL);
}

enum result document_docx(const struct document *document, struct buffer *out, struct error *error)
{
	struct buffer texts[COUNT_OF(parts)];
	zip_error_t reason;
	zip_source_t *source = NULL;
	zip_t *archive = NULL;
	enum result result = document_ready(document, error);

	zip_error_init(&reason);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		buffer_init(&texts[i], PART_CEILING);
	if (result)
		goto out;
	result = TROUBLE;
	source = zip_source_buffer_create(NULL, 0, 0, &reason);
	archive = source ? zip_open_from_source(source, ZIP_TRUNCATE, &reason) : NULL;
	if (!archive) {
		zip_trouble(&reason, error);
		goto out;
	}
	zip_source_keep(source);
	bool added = true;
	for (size_t i = 0; i < COUNT_OF(parts) && added; i++) {
		parts[i].write(document, &texts[i]);
		result = document_written(&texts[i], error);
		if (result)
			goto out;
		added = archive_add(archive, parts[i].name, texts[i].bytes, texts[i].length);
	}
	if (!added || !pictures_add(archive, document) || zip_close(archive)) {
		result = zip_trouble(zip_get_error(archive), error);
		goto out;
	}
	archive = NULL;
	if (source_append(source, out))
		result = document_written(out, error);
	else
		result = zip_trouble(zip_source_error(source), error);
out:
	if (archive) {
		zip_discard(archive);
	}
	zip_source_free(source);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		buffer_release(&texts[i]);
	zip_error_fini(&reason);
	return result;
}

#include "office/document_parts.h"

#include "base/panic.h"
#include "base/text.h"

#include <string.h>

/* A mark at the start of a line that would make it a list, a rule or a heading. */
static size_t line_mark(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (digits && digits < 10 && (text[digits] == '.' || text[digits] == ')'))
		return digits + 1;
	return *text && strchr("-+=:", *text) ? 1 : 0;
}

/* Text so that CommonMark shows exactly it. `start` says that it begins a line. */
static void text_write(struct buffer *out, const char *text, bool start)
{
	if (start) {
		text += strspn(text, " ");
		size_t mark = line_mark(text);
		if (mark) {
			buffer_add(out, text, mark - 1);
			buffer_char(out, '\\');
			buffer_char(out, text[mark - 1]);
			text += mark;
		}
	}
	for (; *text; text++) {
		if (strchr("\\`*_[]<>&|~#$!", *text))
			buffer_char(out, '\\');
		buffer_char(out, *text);
	}
}

static bool letter(uint32_t point)
{
	return (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') ||
	       (point >= 'a' && point <= 'z') || (point >= 0x4E00 && point <= 0x9FFF);
}

/* `**` next to punctuation does not close before a Chinese character (CommonMark's flanking
 * rule), so only runs that begin and end in a letter may use it. */
static bool flanks(const char *text)
{
	uint32_t first = 0, last = 0;

	for (uint32_t point; (point = text_next(&text));) {
		if (!first)
			first = point;
		last = point;
	}
	return letter(first) && letter(last);
}

static void run_write(struct buffer *out, const struct run *run, bool start, bool marked)
{
	static const struct {
		const char *open, *close, *mark;
	} looks[] = {
		{ "", "", "" },
		{ "<strong>", "</strong>", "**" },
		{ "<em>", "</em>", "*" },
		{ "<u>", "</u>", "" },
	};
	/* Two marked runs side by side would read as one mark of double length. */
	bool mark = *looks[run->style].mark && !marked && flanks(run->text);

	if (run->target)
		buffer_char(out, '[');
	buffer_text(out, mark ? looks[run->style].mark : looks[run->style].open);
	text_write(out, run->text, start && run->style == RUN_PLAIN && !run->target);
	buffer_text(out, mark ? looks[run->style].mark : looks[run->style].close);
	if (run->target)
		buffer_print(out, "](#%s)", run->target);
}

static void runs_write(struct buffer *out, const struct run *run, bool start)
{
	bool marked = false;

	for (; run; run = run->next) {
		run_write(out, run, start, marked);
		marked = run->style == RUN_BOLD || run->style == RUN_ITALIC;
		start = start && !*run->text;
	}
}

static void anchors_write(struct buffer *out, const struct anchor *anchor)
{
	for (; anchor; anchor = anchor->next)
		buffer_print(out, "<a id=\"%s\"></a>", anchor->name);
}

static void caption_write(struct buffer *out, const struct part *part)
{
	if (!*part->number)
		return;
	buffer_print(out, "**%s**　", part->number);
	text_write(out, part->text, false);
	buffer_text(out, "\n\n");
}

static void table_write(struct buffer *out, const struct part *part)
{
	static const char *const rules[] = { " --- |", " :---: |", " ---: |" };

	anchors_write(out, part->anchors);
	if (part->anchors && !*part->number)
		buffer_text(out, "\n\n");
	caption_write(out, part);
	buffer_char(out, '|');
	for (size_t i = 0; i < part->is.table.count; i++) {
		buffer_char(out, ' ');
		text_write(out, part->is.table.columns[i].title, false);
		buffer_text(out, " |");
	}
	buffer_text(out, "\n|");
	for (size_t i = 0; i < part->is.table.count; i++)
		buffer_text(out, rules[part->is.table.columns[i].align]);
	buffer_char(out, '\n');
	for (const struct row *row = part->is.table.first; row; row = row->next) {
		buffer_char(out, '|');
		for (size_t i = 0; i < part->is.table.count; i++) {
			buffer_char(out, ' ');
			if (i == 0)
				anchors_write(out, row->anchors);
			runs_write(out, row->cells[i], false);
			buffer_text(out, " |");
		}
		buffer_char(out, '\n');
	}
	buffer_char(out, '\n');
}

static void picture_write(struct buffer *out, const struct part *part, int number)
{
	anchors_write(out, part->anchors);
	buffer_text(out, "![");
	text_write(out, part->is.picture.description, false);
	buffer_print(out, "][picture-%d]\n\n", number);
	caption_write(out, part);
}

static void appendices_list(
	struct buffer *out, const struct document *document, const struct part *part)
{
	for (const struct part *at = document_next_appendix(part); at;
		at = document_next_appendix(at->next)) {
		buffer_text(out, "- 附表");
		if (document->appendices > 1)
			buffer_print(out, "%d", at->is.appendix);
		buffer_text(out, "：[");
		text_write(out, at->text, false);
		buffer_print(out, "](#appendix-%d)\n", at->is.appendix);
	}
	buffer_char(out, '\n');
}

static void paragraph_write(struct buffer *out, const struct part *part)
{
	bool note = part->is.paragraph.kind == PARAGRAPH_NOTE;

	anchors_write(out, part->anchors);
	buffer_text(out, note ? "<small>" : "");
	runs_write(out, part->is.paragraph.first, !note && !part->anchors);
	buffer_text(out, note ? "</small>\n\n" : "\n\n");
}

static void heading_write(struct buffer *out, const struct part *part)
{
	buffer_print(out, "%.*s ", part->is.level + 1, "#####");
	anchors_write(out, part->anchors);
	text_write(out, part->number, true);
	text_write(out, part->text, false);
	buffer_text(out, "\n\n");
}

static void signature_write(struct buffer *out, const struct part *part)
{
	anchors_write(out, part->anchors);
	text_write(out, part->text, !part->anchors);
	buffer_text(out, "\\\n");
	text_write(out, part->is.date, true);
	buffer_text(out, "\n\n");
}

static void part_write(
	struct buffer *out, const struct document *document, const struct part *part, int *pictures)
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
		picture_write(out, part, ++*pictures);
		return;
	case PART_PAGE_BREAK:
		anchors_write(out, part->anchors);
		buffer_text(out, part->anchors ? "\n\n---\n\n" : "---\n\n");
		return;
	case PART_SIGNATURE:
		signature_write(out, part);
		return;
	case PART_APPENDIX:
		buffer_print(out, "---\n\n## <a id=\"appendix-%d\"></a>", part->is.appendix);
		anchors_write(out, part->anchors);
		buffer_print(out, "%s　", part->number);
		text_write(out, part->text, false);
		buffer_text(out, "\n\n");
		return;
	}
	impossible("a part of no kind");
}

/* The pictures themselves, at the end, where they don't stand in the way of reading. */
static void pictures_write(struct buffer *out, const struct document *document)
{
	int number = 0;

	for (const struct part *part = document->first; part; part = part->next) {
		if (part->kind != PART_PICTURE)
			continue;
		const struct document_picture *picture = &part->is.picture;
		buffer_print(out, "[picture-%d]: data:image/%s;base64,", ++number,
			picture->svg ? "svg+xml" : "png");
		if (picture->svg)
			document_base64(out, picture->svg, picture->svg_length);
		else
			document_base64(out, picture->png, picture->png_length);
		buffer_char(out, '\n');
	}
}

enum result document_markdown(
	const struct document *document, struct buffer *out, struct error *error)
{
	int pictures = 0;
	enum result result = document_ready(document, error);

	if (result)
		return result;
	buffer_text(out, "# ");
	text_write(out, document->title, false);
	buffer_text(out, "\n\n");
	for (const struct run *run = document->subtitles; run; run = run->next) {
		text_write(out, run->text, true);
		buffer_text(out, "\n\n");
	}
	for (const struct part *part = document->first; part; part = part->next)
		part_write(out, document, part, &pictures);
	pictures_write(out, document);
	return document_written(out, error);
}

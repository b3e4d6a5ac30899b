#include "office/document_parts.h"

#include "base/panic.h"
#include "base/text.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* Room for `bytes` more under the ceiling; without it the document is full for good. */
static bool room(struct document *document, size_t bytes)
{
	if (!document->full && bytes > document->arena.ceiling - document->arena.used)
		document->full = true;
	return !document->full;
}

static void *take(struct document *document, size_t size)
{
	/* The arena rounds up for alignment. */
	return room(document, size + 64) ? arena_alloc(&document->arena, size) : NULL;
}

/* What a code point becomes in a document: itself, a space, or U+FFFD where it could break a
 * file or turn what the reader sees. */
static uint32_t cleaned(uint32_t point)
{
	if (point == '\t' || point == '\n' || point == '\r' || point == 0x2028 || point == 0x2029)
		return ' ';
	if (point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0x200E ||
		point == 0x200F || (point >= 0x202A && point <= 0x202E) ||
		(point >= 0x2066 && point <= 0x2069) || point == 0xFEFF || point == 0x061C ||
		(point >= 0xFDD0 && point <= 0xFDEF) || (point & 0xFFFE) == 0xFFFE)
		return 0xFFFD;
	return point;
}

/* A cleaned copy of `text`, or "" where there is no room for it. */
static const char *copy(struct document *document, const char *text)
{
	size_t length = strlen(text), used = 0;
	/* A bad byte grows to the three bytes of U+FFFD. */
	char *to = take(document, length * 3 + 1);

	if (!to)
		return "";
	while (*text) {
		size_t size = 1;
		while (size <= 4 && !text_valid(text, size))
			size++;
		const char *next = text;
		uint32_t point = size <= 4 ? text_next(&next) : 0;
		uint32_t clean = point ? cleaned(point) : 0xFFFD;
		if (!point)
			next = text + 1;
		if (clean == ' ') {
			to[used++] = ' ';
		} else if (clean != point) {
			memcpy(to + used, "\xEF\xBF\xBD", 3);
			used += 3;
		} else {
			memcpy(to + used, text, (size_t)(next - text));
			used += (size_t)(next - text);
		}
		text = next;
	}
	to[used] = '\0';
	return to;
}

struct document *document_new(const struct document_about *about, size_t ceiling)
{
	struct document *document = calloc(1, sizeof(*document));

	must(document != NULL);
	arena_init(&document->arena, ceiling);
	document->last = &document->first;
	document->last_subtitle = &document->subtitles;
	document->title = copy(document, about->title);
	document->author = copy(document, about->author);
	document->created = about->created;
	return document;
}

static void keep(void *anchor)
{
	(void)anchor; /* the arena's */
}

void document_free(struct document *document)
{
	if (!document)
		return;
	tdestroy(document->anchors, keep);
	arena_release(&document->arena);
	free(document);
}

bool document_full(const struct document *document)
{
	return document->full;
}

/* A new part at the end, carrying the anchors that wait; NULL where the document is full. */
static struct part *part_new(struct document *document, enum part_kind kind)
{
	struct part *part = take(document, sizeof(*part));

	document->now = part;
	if (!part)
		return NULL;
	part->kind = kind;
	part->number = part->text = "";
	part->anchors = document->waiting;
	document->waiting = NULL;
	*document->last = part;
	document->last = &part->next;
	return part;
}

/* A run at `*last`, which is moved past it. */
static struct run **run_add(struct document *document, struct run **last, enum document_run style,
	const char *text, const char *target)
{
	struct run *run = take(document, sizeof(*run));

	if (!run)
		return last;
	*run = (struct run){ .style = style, .text = copy(document, text) };
	if (target)
		run->target = copy(document, target);
	*last = run;
	return &run->next;
}

void document_subtitle(struct document *document, const char *text)
{
	document->last_subtitle = run_add(document, document->last_subtitle, RUN_PLAIN, text, NULL);
}

/* 1..999 as 一, 十, 十一, 二十一, 一百零一. */
static const char *chinese_number(struct document *document, int number)
{
	static const char *const digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八",
		"九" };
	int hundreds = number / 100, tens = number / 10 % 10, ones = number % 10;

	must(number > 0 && number < 1000);
	if (!room(document, 64))
		return "";
	return arena_print(&document->arena, "%s%s%s%s%s", hundreds ? digits[hundreds] : "",
		hundreds ? "百" : "",
		tens > 1 || (tens && hundreds)  ? digits[tens]
		: hundreds && ones && tens == 0 ? "零"
						: "",
		tens ? "十" : "", ones ? digits[ones] : "");
}

void document_heading(struct document *document, int level, const char *text)
{
	static const char *const forms[] = { "%s、", "（%s）", "%s.", "（%s）" };

	must(level >= 1 && level <= 4);
	struct part *part = part_new(document, PART_HEADING);
	if (!part)
		return;
	int count = ++document->heading[level - 1];
	for (int deeper = level; deeper < 4; deeper++)
		document->heading[deeper] = 0;
	part->is.level = level;
	part->text = copy(document, text);
	if (!room(document, 64))
		return;
	const char *number = level <= 2 ? chinese_number(document, count)
					: arena_print(&document->arena, "%d", count);
	const char *form = forms[level - 1], *slot = strstr(form, "%s");
	if (room(document, 64))
		part->number = arena_print(
			&document->arena, "%.*s%s%s", (int)(slot - form), form, number, slot + 2);
}

void document_paragraph(struct document *document, enum document_paragraph kind)
{
	struct part *part = part_new(document, PART_PARAGRAPH);

	if (!part)
		return;
	part->is.paragraph.kind = kind;
	part->is.paragraph.last = &part->is.paragraph.first;
}

static void paragraph_run(
	struct document *document, enum document_run style, const char *text, const char *target)
{
	if (document->full)
		return;
	must(document->now && document->now->kind == PART_PARAGRAPH);
	struct part *part = document->now;
	part->is.paragraph.last = run_add(document, part->is.paragraph.last, style, text, target);
}

void document_run(struct document *document, enum document_run style, const char *text)
{
	paragraph_run(document, style, text, NULL);
}

void document_figure(struct document *document, const char *text, const char *anchor)
{
	paragraph_run(document, RUN_PLAIN, text, anchor);
}

/* 表3 in the body, 附表2-3 in the second appendix; no number without a caption. */
static void caption(struct document *document, struct part *part, const char *text,
	const char *label, int *count)
{
	if (!text)
		return;
	part->text = copy(document, text);
	if (!room(document, 64))
		return;
	++*count;
	part->number = document->appendices ? arena_print(&document->arena, "附%s%d-%d", label,
						      document->appendices, *count)
					    : arena_print(&document->arena, "%s%d", label, *count);
}

void document_table(struct document *document, const char *caption_text,
	const struct document_column *columns, size_t count)
{
	must(count > 0 && count <= DOCUMENT_COLUMNS);
	struct part *part = part_new(document, PART_TABLE);
	struct document_column *kept = take(document, count * sizeof(*kept));

	if (!kept)
		return;
	for (size_t i = 0; i < count; i++) {
		must(columns[i].align <= ALIGN_RIGHT);
		kept[i].title = copy(document, columns[i].title);
		kept[i].align = columns[i].align;
	}
	part->is.table.columns = kept;
	part->is.table.count = count;
	part->is.table.last = &part->is.table.first;
	caption(document, part, caption_text, "表", &document->tables);
}

void document_row(struct document *document)
{
	if (document->full)
		return;
	must(document->now && document->now->kind == PART_TABLE);
	struct part *part = document->now;
	struct row *row = take(document, sizeof(*row));
	struct run **cells = take(document, part->is.table.count * sizeof(struct run *));
	if (!cells)
		return;
	row->cells = cells;
	row->anchors = document->waiting;
	document->waiting = NULL;
	*part->is.table.last = part->is.table.now = row;
	part->is.table.last = &row->next;
	part->is.table.filled = 0;
}

void document_cell_figure(struct document *document, const char *text, const char *anchor)
{
	if (document->full)
		return;
	must(document->now && document->now->kind == PART_TABLE && document->now->is.table.now);
	struct part *part = document->now;
	must(part->is.table.filled < part->is.table.count);
	run_add(document, &part->is.table.now->cells[part->is.table.filled++], RUN_PLAIN, text,
		anchor);
}

void document_cell(struct document *document, const char *text)
{
	document_cell_figure(document, text, NULL);
}

void document_picture(struct document *document, const struct document_picture *picture)
{
	struct part *part = part_new(document, PART_PICTURE);
	char *png = take(document, picture->png_length);
	char *svg = picture->svg ? take(document, picture->svg_length) : NULL;
	int width, height;

	document_picture_size(picture, &width, &height);
	if (document->full)
		return;
	memcpy(png, picture->png, picture->png_length);
	if (svg)
		memcpy(svg, picture->svg, picture->svg_length);
	part->is.picture = *picture;
	part->is.picture.png = png;
	part->is.picture.svg = svg;
	part->is.picture.description = copy(document, picture->description);
	caption(document, part, picture->caption, "图", &document->pictures);
}

void document_page_break(struct document *document)
{
	part_new(document, PART_PAGE_BREAK);
}

void document_anchor(struct document *document, const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789._:-");

	must(length > 0 && length <= DOCUMENT_ANCHOR && !name[length]);
	struct anchor *anchor = take(document, sizeof(*anchor));
	if (!anchor)
		return;
	anchor->name = copy(document, name);
	if (document->full)
		return;
	anchor->number = ++document->anchors_used;
	struct anchor **found = tsearch(anchor, &document->anchors, document_anchor_compare);
	must(found && *found == anchor); /* an anchor is said once */
	anchor->next = document->waiting;
	document->waiting = anchor;
}

void document_appendix(struct document *document, const char *title)
{
	struct part *part = part_new(document, PART_APPENDIX);

	if (!part)
		return;
	document->tables = document->pictures = 0;
	memset(document->heading, 0, sizeof(document->heading));
	part->is.appendix = ++document->appendices;
	part->text = copy(document, title);
	if (room(document, 64))
		part->number = arena_print(&document->arena, "附表%d", part->is.appendix);
}

void document_signature(struct document *document, const char *who, const char *date)
{
	must(!document->appendices && !document->signature);
	document->signature = true;
	struct part *part = part_new(document, PART_SIGNATURE);
	if (!part)
		return;
	part->text = copy(document, who);
	part->is.date = copy(document, date);
}

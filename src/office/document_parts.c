#include "office/document_parts.h"

#include "base/panic.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <search.h>
#include <stdio.h>
#include <string.h>

int document_anchor_compare(const void *a, const void *b)
{
	const struct anchor *left = a, *right = b;

	return strcmp(left->name, right->name);
}

int document_anchor_number(const struct document *document, const char *name)
{
	const struct anchor wanted = { .name = name };
	void *const *found = tfind(&wanted, &document->anchors, document_anchor_compare);

	must(found != NULL);
	return ((const struct anchor *)*found)->number;
}

static void runs_check(const struct document *document, const struct run *run)
{
	for (; run; run = run->next) {
		if (run->target)
			document_anchor_number(document, run->target);
	}
}

enum result document_ready(const struct document *document, struct error *error)
{
	char most[24];

	if (document->full) {
		snprintf(most, sizeof(most), "%zu", document->arena.ceiling / 1048576);
		return error_refuse(error, "refused.document_too_large", "", "max", most, NULL);
	}
	must(!document->waiting); /* an anchor that marks nothing */
	for (const struct part *part = document->first; part; part = part->next) {
		if (part->kind == PART_PARAGRAPH)
			runs_check(document, part->is.paragraph.first);
		if (part->kind != PART_TABLE)
			continue;
		for (const struct row *row = part->is.table.first; row; row = row->next) {
			for (size_t i = 0; i < part->is.table.count; i++)
				runs_check(document, row->cells[i]);
		}
	}
	return OK;
}

enum result document_written(const struct buffer *out, struct error *error)
{
	char most[24];

	if (!out->full)
		return OK;
	snprintf(most, sizeof(most), "%zu", out->ceiling / 1048576);
	return error_refuse(error, "refused.document_too_large", "", "max", most, NULL);
}

const struct part *document_next_appendix(const struct part *part)
{
	while (part && part->kind != PART_APPENDIX)
		part = part->next;
	return part;
}

bool document_lists_appendices(const struct document *document, const struct part *part)
{
	if (part->kind == PART_SIGNATURE)
		return document_next_appendix(part) != NULL;
	return part->kind == PART_APPENDIX && part->is.appendix == 1 && !document->signature;
}

/* A title may break before its unit: 客户数 / （家）. */
static size_t title_needs(const char *title)
{
	const char *unit = strstr(title, "（");
	size_t all = text_columns(title), after = unit ? text_columns(unit) : 0;

	return after > all - after ? after : all - after;
}

/* More than the
 * count, because the digits of many fonts are wider than half a character, and a number or a
 * date must not break. */
int document_column_needs(const struct part *table, size_t i)
{
	size_t needs = title_needs(table->is.table.columns[i].title);

	for (const struct row *row = table->is.table.first; row; row = row->next) {
		size_t columns = row->cells[i] ? text_columns(row->cells[i]->text) : 0;
		if (columns > needs)
			needs = columns;
	}
	if (needs > 400)
		needs = 400;
	size_t slack = table->is.table.columns[i].align == ALIGN_LEFT ? needs / 8 : needs / 4;
	return (int)(needs + slack) + 2;
}

int document_table_needs(const struct part *table)
{
	enum { SENTENCE = 20 };
	int total = 0;

	for (size_t i = 0; i < table->is.table.count; i++) {
		int needs = document_column_needs(table, i);
		bool breaks = table->is.table.columns[i].align == ALIGN_LEFT && needs > SENTENCE;
		total += breaks ? SENTENCE : needs;
	}
	return total;
}

/* Columns that need no more than an even share get what they need; the others share
 * what is left evenly, so that one long column does not crush another. */
static void widths_share(int needs[], size_t count, int width, int widths[])
{
	bool settled[DOCUMENT_COLUMNS] = { false };
	int left = width, open = (int)count;

	for (bool moved = true; moved && open;) {
		moved = false;
		int share = left / open;
		for (size_t i = 0; i < count; i++) {
			if (settled[i] || needs[i] > share)
				continue;
			widths[i] = needs[i];
			settled[i] = moved = true;
			left -= needs[i];
			open--;
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (!settled[i])
			widths[i] = left / open;
	}
}

void document_column_widths(
	const struct part *table, int width, int character, int widths[DOCUMENT_COLUMNS])
{
	size_t count = table->is.table.count;
	int needs[DOCUMENT_COLUMNS], total = 0, used = 0;

	for (size_t i = 0; i < count; i++) {
		needs[i] = document_column_needs(table, i) * character;
		total += needs[i];
	}
	if (total > width) {
		widths_share(needs, count, width, widths);
	} else {
		for (size_t i = 0; i < count; i++)
			widths[i] = (int)((int64_t)needs[i] * width / total);
	}
	for (size_t i = 0; i < count; i++)
		used += widths[i];
	widths[count - 1] += width - used;
}

void document_picture_size(const struct document_picture *picture, int *width, int *height)
{
	static const unsigned char signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n' };
	const unsigned char *byte = picture->png;

	must(picture->png_length > 24 && memcmp(byte, signature, sizeof(signature)) == 0);
	must(!byte[16] && !byte[17] && !byte[20] && !byte[21]); /* under 65,536 a side */
	*width = byte[18] << 8 | byte[19];
	*height = byte[22] << 8 | byte[23];
	must(*width > 0 && *height > 0);
}

void document_escape(struct buffer *out, const char *text)
{
	while (*text) {
		size_t plain = strcspn(text, "&<>\"'");
		buffer_add(out, text, plain);
		text += plain;
		if (*text == '&')
			buffer_text(out, "&amp;");
		else if (*text == '<')
			buffer_text(out, "&lt;");
		else if (*text == '>')
			buffer_text(out, "&gt;");
		else if (*text == '"')
			buffer_text(out, "&quot;");
		else if (*text == '\'')
			buffer_text(out, "&#39;");
		if (*text)
			text++;
	}
}

void document_base64(struct buffer *out, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	unsigned char text[4 * 1024 + 1];

	while (length) {
		size_t size = length < 3 * 1024 ? length : 3 * 1024;
		int written = EVP_EncodeBlock(text, at, (int)size);
		buffer_add(out, text, (size_t)written);
		at += size;
		length -= size;
	}
}

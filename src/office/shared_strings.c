#include "office/shared_strings.h"
#include "base/buffer.h"
#include "base/panic.h"
#include "office/part.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 1048576, PAGE_ITEMS = 65536, PAGES = 512 };

struct block {
	struct block *next;
	size_t used;
	char bytes[BLOCK_BYTES];
};

struct strings {
	struct block *block;
	const char **page[PAGES];
	size_t count;
	size_t memory;
	/* while reading */
	struct part *part;
	struct buffer text;
	const char *file;
	bool in_string, in_text;
	int phonetic; /* depth inside rPh */
};

static bool take_memory(struct strings *strings, size_t size)
{
	enum { MOST = SHEET_STRINGS_MB * 1048576 };
	char most[16];

	if (size <= MOST - strings->memory) {
		strings->memory += size;
		return true;
	}
	snprintf(most, sizeof(most), "%d", SHEET_STRINGS_MB);
	error_refuse(part_fail(strings->part), "refused.sheet_strings_too_large", "file", "file",
		strings->file, "max", most, NULL);
	return false;
}

/* A copy of the text in the blocks; NULL when the ceiling is met. */
static const char *keep(struct strings *strings, const char *text, size_t length)
{
	struct block *block = strings->block;

	if (!block || BLOCK_BYTES - block->used < length + 1) {
		if (!take_memory(strings, sizeof(*block)))
			return NULL;
		block = malloc(sizeof(*block));
		must(block != NULL);
		block->next = strings->block;
		block->used = 0;
		strings->block = block;
	}
	char *copy = block->bytes + block->used;
	memcpy(copy, text, length + 1);
	block->used += length + 1;
	return copy;
}

static void add(struct strings *strings)
{
	size_t page = strings->count / PAGE_ITEMS;
	size_t length = escapes_undo(strings->text.bytes, strings->text.length);
	const char *text = length ? keep(strings, strings->text.bytes, length) : "";

	if (!text)
		return;
	if (strings->count % PAGE_ITEMS == 0) {
		if (page == PAGES || !take_memory(strings, PAGE_ITEMS * sizeof(char *))) {
			if (page == PAGES)
				take_memory(strings, SIZE_MAX);
			return;
		}
		strings->page[page] = calloc(PAGE_ITEMS, sizeof(char *));
		must(strings->page[page] != NULL);
	}
	strings->page[page][strings->count++ % PAGE_ITEMS] = text;
}

static void on_start(void *context, const char *name, const char *const *attributes)
{
	struct strings *strings = context;

	(void)attributes;
	if (strcmp(name, "si") == 0) {
		strings->in_string = true;
		strings->phonetic = 0;
		buffer_clear(&strings->text);
	} else if (strcmp(name, "rPh") == 0) {
		strings->phonetic++;
	} else if (strcmp(name, "t") == 0) {
		strings->in_text = strings->in_string && !strings->phonetic;
	}
}

static void on_end(void *context, const char *name)
{
	struct strings *strings = context;

	if (strcmp(name, "t") == 0) {
		strings->in_text = false;
	} else if (strcmp(name, "rPh") == 0) {
		strings->phonetic--;
	} else if (strcmp(name, "si") == 0 && strings->in_string) {
		strings->in_string = false;
		add(strings);
	}
}

static void on_text(void *context, const char *bytes, size_t length)
{
	struct strings *strings = context;
	char most[16];

	if (!strings->in_text)
		return;
	buffer_add(&strings->text, bytes, length);
	if (!strings->text.full)
		return;
	snprintf(most, sizeof(most), "%d", SHEET_CELL_BYTES / 1024);
	error_refuse(
		part_fail(strings->part), "refused.sheet_cell_too_long", "file", "max", most, NULL);
}

enum result strings_read(
	struct package *package, const char *path, struct strings **strings, struct error *error)
{
	static const struct part_events events = { on_start, on_end, on_text };
	enum { MOST_BYTES = 1073741824 };
	struct strings *made = calloc(1, sizeof(*made));

	must(made != NULL);
	buffer_init(&made->text, SHEET_CELL_BYTES);
	made->file = package_name(package);
	enum result result =
		part_read_all(package, path, MOST_BYTES, &events, made, &made->part, error);
	buffer_release(&made->text);
	if (result != OK) {
		strings_free(made);
		made = NULL;
	}
	*strings = made;
	return result;
}

void strings_free(struct strings *strings)
{
	if (!strings)
		return;
	for (struct block *block = strings->block, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	for (int i = 0; i < PAGES; i++)
		free(strings->page[i]);
	free(strings);
}

const char *strings_get(const struct strings *strings, size_t index)
{
	if (!strings || index >= strings->count)
		return NULL;
	return strings->page[index / PAGE_ITEMS][index % PAGE_ITEMS];
}

/* The code unit written at `at` as _xHHHH_, or −1. */
static int escaped_unit(const char *at, size_t left)
{
	char hex[5];

	if (left < 7 || at[0] != '_' || at[1] != 'x' || at[6] != '_')
		return -1;
	for (int i = 0; i < 4; i++) {
		hex[i] = at[2 + i];
		if (!isxdigit((unsigned char)hex[i]))
			return -1;
	}
	hex[4] = '\0';
	return (int)strtol(hex, NULL, 16);
}

static size_t put_point(char *to, unsigned point)
{
	if (point < 0x80) {
		to[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		to[0] = (char)(0xC0 | point >> 6);
		to[1] = (char)(0x80 | (point & 0x3F));
		return 2;
	}
	if (point < 0x10000) {
		to[0] = (char)(0xE0 | point >> 12);
		to[1] = (char)(0x80 | (point >> 6 & 0x3F));
		to[2] = (char)(0x80 | (point & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | point >> 18);
	to[1] = (char)(0x80 | (point >> 12 & 0x3F));
	to[2] = (char)(0x80 | (point >> 6 & 0x3F));
	to[3] = (char)(0x80 | (point & 0x3F));
	return 4;
}

size_t escapes_undo(char *text, size_t length)
{
	size_t to = 0;

	for (size_t at = 0; at < length;) {
		int unit = escaped_unit(text + at, length - at);
		size_t used = 7;
		if (unit >= 0xD800 && unit <= 0xDBFF) {
			int low =
				length - at > 7 ? escaped_unit(text + at + 7, length - at - 7) : -1;
			bool pair = low >= 0xDC00 && low <= 0xDFFF;
			unit = pair ? 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00) : -1;
			used = 14;
		}
		if (unit <= 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) {
			text[to++] = text[at++];
			continue;
		}
		to += put_point(text + to, (unsigned)unit);
		at += used;
	}
	text[to] = '\0';
	return to;
}

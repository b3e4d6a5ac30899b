#include "base/arena.h"
#include "base/panic.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	max_align_t bytes[];
};

enum { BLOCK_BYTES = 32 * 1024 };

void arena_init(struct arena *arena, size_t ceiling)
{
	*arena = (struct arena){ .ceiling = ceiling };
}

static void free_from(struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;
		free(block);
		block = next;
	}
}

void arena_release(struct arena *arena)
{
	free_from(arena->first);
	arena->first = NULL;
	arena->used = 0;
}

void arena_reset(struct arena *arena)
{
	if (arena->first) {
		free_from(arena->first->next);
		arena->first->next = NULL;
		arena->first->used = 0;
	}
	arena->used = 0;
}

struct arena_mark arena_mark(const struct arena *arena)
{
	struct arena_block *block = arena->first;

	return (struct arena_mark){ block, block ? block->used : 0, arena->used };
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	while (arena->first != mark.block) {
		struct arena_block *newest = arena->first;
		must(newest != NULL);
		arena->first = newest->next;
		free(newest);
	}
	if (mark.block)
		mark.block->used = mark.block_used;
	arena->used = mark.used;
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
	size_t bytes = size > BLOCK_BYTES ? size : BLOCK_BYTES;
	struct arena_block *block = malloc(sizeof(*block) + bytes);

	must(block != NULL);
	*block = (struct arena_block){ .next = arena->first, .size = bytes };
	arena->first = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t rounded = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	struct arena_block *block = arena->first;

	must(rounded >= size && arena->used <= arena->ceiling);
	must(rounded <= arena->ceiling - arena->used);
	if (!block || block->size - block->used < rounded)
		block = block_new(arena, rounded);
	void *memory = (char *)block->bytes + block->used;
	block->used += rounded;
	arena->used += rounded;
	memset(memory, 0, size);
	return memory;
}

char *arena_bytes(struct arena *arena, const void *bytes, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
	return arena_bytes(arena, text, strlen(text));
}

char *arena_print(struct arena *arena, const char *format, ...)
{
	va_list arguments;

	must(format != NULL); /* or a sanitized build warns that it might be */
	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	must(length >= 0);

	char *text = arena_alloc(arena, (size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

/*
 * Memory that belongs to one piece of work (a request, an entry, a file's row) and goes
 * with it. Nothing allocated here is freed alone; arena_reset() forgets all of it and
 * keeps the blocks for the next piece of work.
 *
 * Running out of memory, or past the ceiling, aborts: inputs are bounded before they
 * reach an arena, so a stranger cannot cause it.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena {
	struct arena_block *first; /* newest block */
	size_t used;               /* bytes handed out since the last reset */
	size_t ceiling;            /* most bytes that may be handed out */
};

/* An empty arena that hands out at most `ceiling` bytes. */
void arena_init(struct arena *arena, size_t ceiling);
/* Free every block; the arena may be initialised again. */
void arena_release(struct arena *arena);
/* Forget what was handed out, keep one block for reuse. */
void arena_reset(struct arena *arena);

/* Where an arena stands; rewinding forgets what was handed out since, and frees its blocks. */
struct arena_mark {
	struct arena_block *block;
	size_t block_used, used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* `size` zeroed bytes, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
/* A copy of `text`, or of its first `length` bytes, with a final NUL. */
char *arena_text(struct arena *arena, const char *text);
char *arena_bytes(struct arena *arena, const void *bytes, size_t length);
/* A formatted text. */
char *arena_print(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count)                                                            \
	((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))

#endif

/*
 * A map from bytes to a pointer, in memory of its own. It only grows, until it is emptied as a
 * whole.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

#include <stdbool.h>

struct map {
	struct map_slot *slots; /* NULL while there is nothing */
	size_t count, room;
	struct arena arena; /* of the keys, and of what the owner keeps beside them */
};

/* Keys, and what else is put into its arena, take at most `ceiling` bytes. */
void map_init(struct map *map, size_t ceiling);
void map_release(struct map *map);
/* Forget everything. */
void map_clear(struct map *map);
/* Is there such a key? Its value; `value` may be NULL. */
bool map_find(const struct map *map, const void *key, size_t length, const void **value);
/* Put a key that is not there; the key is copied, the value is not. */
void map_add(struct map *map, const void *key, size_t length, const void *value);

#endif

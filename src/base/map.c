#include "base/map.h"

#include "base/panic.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 64 }; /* slots, a power of two */

struct map_slot {
	const char *key; /* NULL: free */
	size_t length;
	uint64_t hash;
	const void *value;
};

void map_init(struct map *map, size_t ceiling)
{
	*map = (struct map){ 0 };
	arena_init(&map->arena, ceiling);
}

void map_release(struct map *map)
{
	free(map->slots);
	arena_release(&map->arena);
	*map = (struct map){ 0 };
}

void map_clear(struct map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->count = map->room = 0;
	arena_reset(&map->arena);
}

/* FNV-1a, its halves folded: the low bits name the slot. */
static uint64_t hash_of(const void *key, size_t length)
{
	const unsigned char *bytes = key;
	uint64_t hash = 0xCBF29CE484222325;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 0x100000001B3;
	return hash ^ hash >> 32;
}

/* The slot of this key, or the free one where it belongs. */
static struct map_slot *slot_of(
	const struct map *map, const void *key, size_t length, uint64_t hash)
{
	for (size_t i = hash;; i++) {
		struct map_slot *slot = &map->slots[i & (map->room - 1)];
		if (!slot->key || (slot->hash == hash && slot->length == length &&
					  memcmp(slot->key, key, length) == 0))
			return slot;
	}
}

bool map_find(const struct map *map, const void *key, size_t length, const void **value)
{
	if (!map->count)
		return false;
	const struct map_slot *slot = slot_of(map, key, length, hash_of(key, length));
	if (slot->key && value)
		*value = slot->value;
	return slot->key != NULL;
}

static void grow(struct map *map)
{
	const struct map before = *map;

	map->room = map->room ? map->room * 2 : LEAST;
	map->slots = calloc(map->room, sizeof(*map->slots));
	must(map->slots != NULL);
	for (size_t i = 0; i < before.room; i++) {
		const struct map_slot *old = &before.slots[i];
		if (old->key)
			*slot_of(map, old->key, old->length, old->hash) = *old;
	}
	free(before.slots);
}

void map_add(struct map *map, const void *key, size_t length, const void *value)
{
	uint64_t hash = hash_of(key, length);

	if (map->count * 2 >= map->room)
		grow(map);
	struct map_slot *slot = slot_of(map, key, length, hash);
	must(!slot->key);
	*slot = (struct map_slot){ arena_bytes(&map->arena, key, length), length, hash, value };
	map->count++;
}

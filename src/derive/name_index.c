#include "derive/name_index.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_TYPES = 4, NAME_MEMORY = 1024 * 1024 * 1024, NAME_BYTES = 512, SHOWN = 5 };

struct named {
	const char *id, *name;
	size_t next; /* in its chain; 0 ends it */
};

struct type_names {
	char type[16];
	struct named *items; /* from 1 */
	size_t count, allocated;
	size_t *heads;
	size_t head_count; /* a power of two */
};

struct name_index {
	struct ledger *ledger;
	struct sight *sight;
	struct arena arena;
	struct type_names types[NAME_TYPES];
	int type_count;
};

struct name_index *name_index_new(struct ledger *ledger, struct sight *sight)
{
	struct name_index *index = calloc(1, sizeof(*index));

	must(index != NULL);
	index->ledger = ledger;
	index->sight = sight;
	arena_init(&index->arena, NAME_MEMORY);
	return index;
}

void name_index_free(struct name_index *index)
{
	if (!index)
		return;
	for (int i = 0; i < index->type_count; i++) {
		free(index->types[i].items);
		free(index->types[i].heads);
	}
	arena_release(&index->arena);
	free(index);
}

static size_t bucket(const struct type_names *names, const char *folded)
{
	uint64_t hash = 14695981039346656037U; /* FNV-1a */

	for (const char *at = folded; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211U;
	return (size_t)hash & (names->head_count - 1);
}

static void rehash(struct type_names *names)
{
	names->head_count = names->head_count ? names->head_count * 4 : 1024;
	free(names->heads);
	names->heads = calloc(names->head_count, sizeof(*names->heads));
	must(names->heads != NULL);
	for (size_t i = 1; i <= names->count; i++) {
		size_t head = bucket(names, names->items[i].name);
		names->items[i].next = names->heads[head];
		names->heads[head] = i;
	}
}

static void put(
	struct name_index *index, struct type_names *names, const char *id, const char *name)
{
	char folded[NAME_BYTES];

	text_fold(folded, sizeof(folded), name);
	if (names->count + 1 >= names->allocated) {
		names->allocated = names->allocated ? names->allocated * 2 : 1024;
		names->items = realloc(names->items, names->allocated * sizeof(*names->items));
		must(names->items != NULL);
	}
	if (names->count + 1 > names->head_count)
		rehash(names);
	size_t head = bucket(names, folded);
	for (size_t i = names->heads[head]; i; i = names->items[i].next) {
		if (text_equal(names->items[i].id, id) && text_equal(names->items[i].name, folded))
			return;
	}
	names->items[++names->count] = (struct named){ arena_text(&index->arena, id),
		arena_text(&index->arena, folded), names->heads[head] };
	names->heads[head] = names->count;
}

struct loading {
	struct name_index *index;
	struct type_names *names;
};

static bool load_one(void *context, const char *id, const char *name)
{
	struct loading *loading = context;

	if (sight_may(loading->index->sight, loading->names->type, id))
		put(loading->index, loading->names, id, name);
	return true;
}

static struct type_names *find_type(struct name_index *index, const char *type)
{
	for (int i = 0; i < index->type_count; i++) {
		if (text_equal(index->types[i].type, type))
			return &index->types[i];
	}
	return NULL;
}

void name_index_add(struct name_index *index, const char *type, const char *id, const char *name)
{
	struct type_names *names = find_type(index, type);

	if (names)
		put(index, names, id, name);
}

enum result name_index_find(struct name_index *index, const char *type, const char *field,
	const char *name, const char **id, struct error *error)
{
	char folded[NAME_BYTES], candidates[150] = "";
	struct type_names *names = find_type(index, type);
	int found = 0;

	*id = NULL;
	if (!names) {
		must(index->type_count < NAME_TYPES);
		names = &index->types[index->type_count++];
		text_copy(names->type, sizeof(names->type), type);
		rehash(names);
		struct loading loading = { index, names };
		if (ledger_objects(index->ledger, type, load_one, &loading, error) != OK)
			return error->result;
	}
	text_fold(folded, sizeof(folded), name);
	for (size_t i = names->heads[bucket(names, folded)]; i; i = names->items[i].next) {
		if (!text_equal(names->items[i].name, folded))
			continue;
		size_t used = strlen(candidates);
		if (found++ < SHOWN)
			text_copy(candidates + used, sizeof(candidates) - used,
				arena_print(&index->arena, "%s%s", used ? ", " : "",
					names->items[i].id));
		*id = names->items[i].id;
	}
	if (found < 2)
		return OK;
	*id = NULL;
	return error_refuse(
		error, "refused.cell_name", field, "value", name, "candidates", candidates, NULL);
}

#include "derive/search_names.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST = 1024, LINE_BYTES = 8192 };
#define MEMORY_BYTES ((size_t)4 * 1024 * 1024 * 1024)

void search_names_init(struct search_names *names, const struct readings *readings)
{
	*names = (struct search_names){ .readings = readings };
	arena_init(&names->arena, MEMORY_BYTES);
	arena_init(&names->merge_arena, MEMORY_BYTES);
}

void search_names_release(struct search_names *names)
{
	free(names->items);
	free(names->heads);
	free(names->merges);
	arena_release(&names->arena);
	arena_release(&names->merge_arena);
}

const char *search_names_type(const struct kind *kind)
{
	const char *last = strrchr(kind->name, '.');

	for (const struct field *field = kind->fields; field->name; field++) {
		if (field->flags & NAME)
			return kind->defines ? kind->defines : last ? last + 1 : kind->name;
	}
	return NULL;
}

/* ------------------------------------------------------------------ by type and key */

static size_t bucket(const struct search_names *names, const char *type, const char *key)
{
	uint64_t hash = 14695981039346656037U; /* FNV-1a */

	for (const char *at = type; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211U;
	for (const char *at = key; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211U;
	return (size_t)(hash ^ hash >> 32) & (names->head_count - 1);
}

static void chain(struct search_names *names, size_t item)
{
	size_t head = bucket(names, names->items[item].type, names->items[item].key);

	names->items[item].next = names->heads[head];
	names->heads[head] = item;
}

static void grow(struct search_names *names)
{
	names->room = names->room ? names->room * 2 : LEAST;
	names->items = realloc(names->items, names->room * sizeof(*names->items));
	free(names->heads);
	names->head_count = names->room;
	names->heads = calloc(names->head_count, sizeof(*names->heads));
	must(names->items != NULL && names->heads != NULL);
	for (size_t i = 1; i <= names->count; i++) {
		if (!names->items[i].gone)
			chain(names, i);
	}
}

static size_t *link_to(struct search_names *names, const char *type, const char *key)
{
	size_t *link = &names->heads[bucket(names, type, key)];

	while (*link && !(text_equal(names->items[*link].type, type) &&
				text_equal(names->items[*link].key, key)))
		link = &names->items[*link].next;
	return link;
}

/* ------------------------------------------------------------------ one name */

/* Fold every line of `texts` by itself. `folded` has room for as much. */
static void fold_lines(char *folded, const char *texts)
{
	size_t size = strlen(texts) + 1, used = 0;
	char line[LINE_BYTES];

	*folded = '\0';
	for (const char *at = texts; *at;) {
		size_t length = strcspn(at, "\n");
		text_copy(line, length + 1 < sizeof(line) ? length + 1 : sizeof(line), at);
		if (used)
			folded[used++] = '\n';
		text_fold(folded + used, size - used, line);
		used += strlen(folded + used);
		at += length + (at[length] == '\n');
	}
}

static void fold_all(struct item *item, const char *code, struct arena *arena)
{
	size_t code_size = strlen(code) + 1, name_size = strlen(item->name) + 1;

	item->code = arena_alloc(arena, code_size + name_size + strlen(item->texts) + 1);
	text_fold(item->code, code_size, code);
	item->folded = item->code + strlen(item->code) + 1;
	text_fold(item->folded, name_size, item->name);
	item->folded_texts = item->folded + strlen(item->folded) + 1;
	fold_lines(item->folded_texts, item->texts);
}

uint64_t search_names_pair(uint32_t first, uint32_t second)
{
	return UINT64_C(1) << ((first * 29 + second) * UINT32_C(2654435769) >> 26);
}

/* Note by which letters a character is begun, and by which two. */
static void note_letters(
	struct item *item, const struct readings *readings, uint32_t point, uint32_t next_letters)
{
	const char *syllable;

	if (point < 0x80) {
		for (uint32_t left = next_letters; left; left &= left - 1)
			item->pairs |=
				search_names_pair(point, 'a' + (uint32_t)__builtin_ctz(left));
		return;
	}
	for (int i = 0; (syllable = readings_syllable(readings, point, i)); i++) {
		uint32_t first = (unsigned char)*syllable;
		item->pairs |= search_names_pair(first, (unsigned char)syllable[1]);
		for (uint32_t left = next_letters; left; left &= left - 1)
			item->pairs |=
				search_names_pair(first, 'a' + (uint32_t)__builtin_ctz(left));
	}
}

static uint32_t letters_of(const struct readings *readings, uint32_t point)
{
	if (point >= 'a' && point <= 'z')
		return UINT32_C(1) << (point - 'a');
	return readings_letters(readings, point);
}

static void note_readings(struct item *item, const struct readings *readings)
{
	const char *at = item->folded;
	uint32_t point, next;

	for (point = text_next(&at); point; point = next) {
		next = text_next(&at);
		uint32_t next_letters = letters_of(readings, next);
		item->letters |= letters_of(readings, point);
		note_letters(item, readings, point, next_letters);
	}
}

static void note_order(struct item *item, const char *id)
{
	for (size_t i = 0; i < sizeof(item->order) && id[i]; i++)
		item->order[i / 8] |= (uint64_t)(unsigned char)id[i] << (56 - i % 8 * 8);
}

static void add(struct search_names *names, const struct kind *kind, const char *type,
	const struct called *called)
{
	struct arena *arena = &names->arena;
	const char *colon = strchr(called->ref, ':');

	if (names->count + 1 >= names->room)
		grow(names);
	struct item *item = &names->items[++names->count];
	*item = (struct item){ .type = type,
		.key = arena_text(arena, called->key),
		.ref = arena_text(arena, called->ref),
		.name = arena_text(arena, called->name),
		.texts = arena_text(arena, called->texts ? called->texts : "") };
	const char *id = colon ? colon + 1 : "";
	fold_all(item, kind->defines ? id : "", arena);
	note_order(item, id);
	note_readings(item, names->readings);
	item->characters = (uint32_t)text_characters(item->folded);
	chain(names, names->count);
}

/* What nobody says any more may have been erased: it does not stay in memory either. */
static void drop(struct search_names *names, struct item *item)
{
	char *const texts[] = { item->name, item->texts, item->folded, item->folded_texts };

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		explicit_bzero(texts[i], strlen(texts[i]));
	item->gone = true;
	names->gone++;
}

static void hear(void *context, const struct called *called)
{
	struct search_names *names = context;
	const struct kind *kind = ledger_kind(names->ledger, called->kind);
	const char *type = kind ? search_names_type(kind) : NULL;

	if (!type)
		return;
	if (!names->room)
		grow(names);
	size_t *link = link_to(names, type, called->key);
	if (*link) {
		struct item *item = &names->items[*link];
		*link = item->next;
		drop(names, item);
	}
	if (called->name && called->ref)
		add(names, kind, type, called);
}

/* ------------------------------------------------------------------ merges */

static int by_customer(const void *a, const void *b)
{
	return strcmp(((const struct merge *)a)->customer, ((const struct merge *)b)->customer);
}

static void hear_merge(void *context, const char *customer, const char *survivor)
{
	struct search_names *names = context;

	if (names->merge_count == names->merge_room) {
		names->merge_room = names->merge_room ? names->merge_room * 2 : LEAST;
		names->merges = realloc(names->merges, names->merge_room * sizeof(*names->merges));
		must(names->merges != NULL);
	}
	names->merges[names->merge_count++] =
		(struct merge){ arena_text(&names->merge_arena, customer),
			arena_text(&names->merge_arena, survivor) };
}

const char *search_names_survivor(const struct search_names *names, const char *customer)
{
	struct merge wanted = { .customer = customer };

	/* The directory answers with the last of a chain, or only with the next. */
	for (size_t i = 0; i < names->merge_count; i++) {
		const struct merge *merge = bsearch(
			&wanted, names->merges, names->merge_count, sizeof(wanted), by_customer);
		if (!merge)
			break;
		wanted.customer = merge->survivor;
	}
	return wanted.customer;
}

static enum result follow_merges(
	struct search_names *names, struct ledger *ledger, struct error *error)
{
	arena_reset(&names->merge_arena);
	names->merge_count = 0;
	enum result result = ledger_merged(ledger, hear_merge, names, error);
	if (names->merge_count)
		qsort(names->merges, names->merge_count, sizeof(*names->merges), by_customer);
	return result;
}

/* ------------------------------------------------------------------ following */

/* Begin again, where most of the memory holds what is gone. */
static void forget(struct search_names *names)
{
	const struct readings *readings = names->readings;

	search_names_release(names);
	search_names_init(names, readings);
}

enum result search_names_follow(
	struct search_names *names, struct ledger *ledger, struct error *error)
{
	if (names->gone > names->count / 2 + LEAST)
		forget(names);
	int64_t before = names->through, through = before;
	names->ledger = ledger;
	enum result result = ledger_names(ledger, &through, hear, names, error);
	if (result == OK && through > before)
		result = follow_merges(names, ledger, error);
	if (result == OK)
		names->through = through;
	return result;
}

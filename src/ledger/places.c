#include "ledger/scope.h"

#include <stdlib.h>
#include <string.h>

enum {
	PLACES_LEAST = 1024,              /* slots, a power of two */
	PLACES_MOST = 1 << 20,            /* answers; past that all are forgotten … */
	PLACES_BYTES = 128 * 1024 * 1024, /* … or past so much text */
};

struct answered {
	const char *id; /* NULL: a free slot */
	const char *answer;
	int day;
	enum place place;
};

struct places {
	int64_t seq; /* of the book they were asked in, −1 for none to be trusted */
	struct answered *slots;
	size_t count, room;
	struct arena arena;
};

static void forget(struct places *places)
{
	free(places->slots);
	places->room = PLACES_LEAST;
	places->count = 0;
	places->slots = calloc(places->room, sizeof(*places->slots));
	must(places->slots != NULL);
	arena_reset(&places->arena);
}

void places_begin(struct ledger *ledger)
{
	struct places *places = ledger->places;

	if (!places) {
		places = ledger->places = calloc(1, sizeof(*places));
		must(places != NULL);
		arena_init(&places->arena, WORK_BYTES);
		forget(places);
	} else if (places->seq != ledger->seq || ledger->in_batch) {
		forget(places);
	}
	/* What a batch sees may never come to be, under a number that another entry gets then. */
	places->seq = ledger->in_batch ? -1 : ledger->seq;
}

void places_release(struct ledger *ledger)
{
	if (!ledger->places)
		return;
	free(ledger->places->slots);
	arena_release(&ledger->places->arena);
	free(ledger->places);
	ledger->places = NULL;
}

/* The slot of this question, or the free one where it belongs. */
static struct answered *slot_of(
	const struct places *places, enum place place, const char *id, int day)
{
	size_t hash = (size_t)place * 31 + (size_t)day * 0x9E3779B1;

	for (const char *at = id; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 0x100000001B3;
	for (size_t i = hash ^ hash >> 32;; i++) {
		struct answered *slot = &places->slots[i & (places->room - 1)];
		if (!slot->id ||
			(slot->day == day && slot->place == place && strcmp(slot->id, id) == 0))
			return slot;
	}
}

static void grow(struct places *places)
{
	struct places before = *places;

	places->room *= 2;
	places->slots = calloc(places->room, sizeof(*places->slots));
	must(places->slots != NULL);
	for (size_t i = 0; i < before.room; i++) {
		const struct answered *old = &before.slots[i];
		if (old->id)
			*slot_of(places, old->place, old->id, old->day) = *old;
	}
	free(before.slots);
}

static const char *asked(struct view *view, enum place place, const char *id, int day)
{
	switch (place) {
	case PLACE_MANAGER:
		return view_manager(view, id, day_start(day + 1) - 1);
	case PLACE_CUSTOMER_UNIT:
		return view_customer_unit(view, id);
	case PLACE_STAFF_UNIT:
		return view_staff_unit(view, id, day);
	case PLACE_SURVIVOR:
		return view_survivor(view, id);
	}
	impossible("a place of no kind");
}

const char *places_get(struct ledger *ledger, enum place place, const char *id, int day)
{
	struct places *places = ledger->places;
	struct view *view = &ledger->view;
	struct arena *before = view->arena;
	struct answered *slot;

	slot = slot_of(places, place, id, day);
	if (slot->id)
		return slot->answer;
	if (places->count >= PLACES_MOST || places->arena.used > PLACES_BYTES)
		forget(places);
	else if (places->count * 2 >= places->room)
		grow(places);
	slot = slot_of(places, place, id, day);
	/* An answer may be the id asked about: it is that of the copy. */
	const char *kept = arena_text(&places->arena, id);
	view->arena = &places->arena;
	*slot = (struct answered){ kept, asked(view, place, kept, day), day, place };
	view->arena = before;
	places->count++;
	return slot->answer;
}

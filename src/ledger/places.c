#include "ledger/scope.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

enum {
	PLACES_MOST = 1 << 20,            /* answers; past that all are forgotten … */
	PLACES_BYTES = 128 * 1024 * 1024, /* … or past so much text */
	QUESTION_BYTES = 8 + REFERENCE_TEXT,
};

struct places {
	int64_t seq; /* of the book they were asked in, −1 for none to be trusted */
	struct map answers;
};

void places_begin(struct ledger *ledger)
{
	struct places *places = ledger->places;

	if (!places) {
		places = ledger->places = calloc(1, sizeof(*places));
		must(places != NULL);
		map_init(&places->answers, WORK_BYTES);
	} else if (places->seq != ledger->seq || ledger->in_batch) {
		map_clear(&places->answers);
	}
	/* What a batch sees may never come to be, under a number that another entry gets then. */
	places->seq = ledger->in_batch ? -1 : ledger->seq;
}

void places_release(struct ledger *ledger)
{
	if (!ledger->places)
		return;
	map_release(&ledger->places->answers);
	free(ledger->places);
	ledger->places = NULL;
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

/* What was asked, as the key under which the answer is remembered. */
static size_t question(char key[QUESTION_BYTES], enum place place, const char *id, int day)
{
	size_t length = strlen(id);

	must(length < REFERENCE_TEXT);
	key[0] = (char)place;
	memcpy(key + 1, &day, sizeof(day));
	memcpy(key + 1 + sizeof(day), id, length);
	return 1 + sizeof(day) + length;
}

const char *places_get(struct ledger *ledger, enum place place, const char *id, int day)
{
	struct map *answers = &ledger->places->answers;
	struct view *view = &ledger->view;
	struct arena *before = view->arena;
	char key[QUESTION_BYTES];
	size_t length = question(key, place, id, day);
	const void *answer;

	if (map_find(answers, key, length, &answer))
		return answer;
	if (answers->count >= PLACES_MOST || answers->arena.used > PLACES_BYTES)
		map_clear(answers);
	/* An answer may be the id asked about: it is that of the copy. */
	view->arena = &answers->arena;
	answer = asked(view, place, arena_text(view->arena, id), day);
	view->arena = before;
	map_add(answers, key, length, answer);
	return answer;
}

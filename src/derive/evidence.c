#include "derive/evidence.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A row that may be on the page; its texts are one allocation. */
struct found {
	struct evidence evidence;
	int64_t number; /* in the order of the scan: what else is the same keeps it */
	char *texts;
};

struct reading {
	const struct measure *measure;
	const struct evidence_page *page;
	struct found *rows;
	size_t count, room;
	int64_t scanned;
	int passed; /* rows that are the same as the place to go on from */
};

/* ------------------------------------------------------------------ the order */

static int by_number(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

/* Of amounts the largest is looked at first, of a share what was not as it should be. */
static int by_value(const struct measure *measure, int64_t x, int64_t y)
{
	bool small_first = measure->how == RATIO && !measure->lower_is_better;

	if (measure->how == COUNT || measure->how == DISTINCT)
		return 0;
	return small_first ? by_number(x, y) : by_number(y, x);
}

static int by_place(const struct measure *measure, const struct evidence_place *x,
	const struct evidence_place *y)
{
	int order = by_value(measure, x->value, y->value);

	if (!order)
		order = by_number(y->day, x->day);
	if (!order)
		order = by_number(y->seq, x->seq);
	return order ? order : by_number(x->row, y->row);
}

static struct evidence_place place_of(const struct evidence *evidence)
{
	return (struct evidence_place){ .value = evidence->value,
		.seq = evidence->seq,
		.day = evidence->day,
		.row = evidence->row };
}

static int by_found(const void *a, const void *b, void *measure)
{
	const struct found *x = a, *y = b;
	const struct evidence_place one = place_of(&x->evidence), other = place_of(&y->evidence);
	int order = by_place(measure, &one, &other);

	return order ? order : by_number(x->number, y->number);
}

/* ------------------------------------------------------------------ the scan */

/* Leave a page and one more, which says that there is more. */
static void cut(struct reading *reading)
{
	union {
		const struct measure *constant;
		void *context;
	} measure = { reading->measure };

	qsort_r(reading->rows, reading->count, sizeof(*reading->rows), by_found, measure.context);
	while (reading->count > (size_t)reading->page->limit + 1)
		free(reading->rows[--reading->count].texts);
}

static const char *copied(char **to, const char *text)
{
	const char *copy = *to;

	if (!text)
		return NULL;
	size_t size = strlen(text) + 1;
	memcpy(*to, text, size);
	*to += size;
	return copy;
}

static size_t room_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static void keep(struct reading *reading, const struct evidence *evidence)
{
	struct found *found = &reading->rows[reading->count++];
	char *to = malloc(room_of(evidence->customer) + room_of(evidence->staff) +
			  room_of(evidence->unit) + room_of(evidence->item) +
			  room_of(evidence->duty) + 1);

	must(to != NULL);
	*found = (struct found){ *evidence, reading->scanned, to };
	found->evidence.customer = copied(&to, evidence->customer);
	found->evidence.staff = copied(&to, evidence->staff);
	found->evidence.unit = copied(&to, evidence->unit);
	found->evidence.item = copied(&to, evidence->item);
	found->evidence.duty = copied(&to, evidence->duty);
	if (reading->count == reading->room)
		cut(reading);
}

static bool take(void *context, const struct evidence *evidence)
{
	struct reading *reading = context;
	const struct evidence_place *after = &reading->page->after;
	const struct evidence_place place = place_of(evidence);

	reading->scanned++;
	if (after->nth) {
		int order = by_place(reading->measure, &place, after);
		if (order < 0 || (order == 0 && ++reading->passed <= after->nth))
			return true;
	}
	keep(reading, evidence);
	return true;
}

/* ------------------------------------------------------------------ the page */

static void hand_out(struct reading *reading, struct evidence_page *page,
	void (*each)(void *context, const struct evidence *evidence), void *context)
{
	struct evidence_place last = page->after;

	cut(reading);
	page->more = reading->count > (size_t)page->limit;
	for (size_t i = 0; i < reading->count && i < (size_t)page->limit; i++) {
		const struct evidence *evidence = &reading->rows[i].evidence;
		struct evidence_place place = place_of(evidence);
		bool same = last.nth && by_place(reading->measure, &place, &last) == 0;
		place.nth = same ? last.nth + 1 : 1;
		last = place;
		each(context, evidence);
	}
	page->after = last;
}

enum result evidence_read(struct ledger *ledger, const struct measure *measure,
	const char *reference, int from, int to, struct evidence_page *page,
	void (*each)(void *context, const struct evidence *evidence), void *context,
	struct error *error)
{
	struct reading reading = {
		.measure = measure, .page = page, .room = 2 * ((size_t)page->limit + 1)
	};
	struct figure figure;

	reading.rows = calloc(reading.room, sizeof(*reading.rows));
	must(reading.rows != NULL);
	if (ledger_figure(ledger, measure, reference, from, to, &figure, take, &reading, error) ==
		OK)
		hand_out(&reading, page, each, context);
	for (size_t i = 0; i < reading.count; i++)
		free(reading.rows[i].texts);
	free(reading.rows);
	return error->result;
}

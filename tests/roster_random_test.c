/*
 * Random histories of a roster, held against a reading of them that shares no code with it:
 * who is principal is found day by day, from the newest entry that says something of that day.
 */
#include "stand_in.h"

#include "ledger/book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const struct module org_module, roster_module;

static const struct module *const modules_used[] = { &org_module, &stand_in_module, &roster_module,
	NULL };

enum { CUSTOMERS = 6, PEOPLE = 4, ACTS = 70, SPAN = 120, HISTORIES = 24 };

enum act_kind { ASSIGN, HAND_OVER, SET_FREE, ENLIST };

/* What one entry says now. Days count from 1 January 2026; −1 as `until` is for ever. */
struct act {
	enum act_kind kind;
	char id[ID_TEXT];
	bool gone;
	unsigned customers; /* a bit each */
	int staff, from, until;
	int version, lists; /* which list, ENLIST */
};

struct history {
	struct test_book book;
	struct act acts[ACTS];
	int count;
	int first_day, today;
	int versions;
};

/* ------------------------------------------------------------------ the other reading */

static bool covers(const struct act *act, int customer, int day)
{
	return !act->gone && act->kind != ENLIST && (act->customers >> customer & 1) &&
	       act->from <= day && (act->until < 0 || act->until >= day);
}

/* A later assignment of the customer from the same day has taken its place. */
static bool taken(const struct history *history, int at, int customer)
{
	const struct act *act = &history->acts[at];

	for (int i = at + 1; i < history->count; i++) {
		const struct act *later = &history->acts[i];
		if (act->kind == ASSIGN && later->kind == ASSIGN && !later->gone &&
			later->customers == act->customers && (act->customers >> customer & 1) &&
			later->from == act->from)
			return true;
	}
	return false;
}

static int principal_on(const struct history *history, int customer, int day)
{
	for (int i = history->count - 1; i >= 0; i--) {
		if (covers(&history->acts[i], customer, day) && !taken(history, i, customer))
			return history->acts[i].kind == SET_FREE ? -1 : history->acts[i].staff;
	}
	return -1;
}

static bool listed_on(const struct history *history, int customer, int day)
{
	for (int list = 0; list < 2; list++) {
		const struct act *newest = NULL;
		for (int i = 0; i < history->count; i++) {
			const struct act *act = &history->acts[i];
			if (act->kind != ENLIST || act->gone || act->lists != list ||
				act->from > day)
				continue;
			if (!newest || act->from > newest->from ||
				(act->from == newest->from && act->version > newest->version))
				newest = act;
		}
		if (newest && (newest->customers >> customer & 1))
			return true;
	}
	return false;
}

/* ------------------------------------------------------------------ acting */

static bool overlaps(const struct history *history, int customer, int staff, int from, int until)
{
	for (int day = from; day <= (until < 0 ? 3 * SPAN : until); day++) {
		int principal = principal_on(history, customer, day);
		if (principal >= 0 && principal != staff)
			return true;
	}
	return false;
}

static void keep(struct history *history, struct act act, const char *id)
{
	text_copy(act.id, sizeof(act.id), id);
	history->acts[history->count++] = act;
}

static void assign(struct history *history)
{
	int customer = test_below(&history->book, CUSTOMERS);
	struct act act = { .kind = ASSIGN,
		.customers = 1u << customer,
		.staff = test_below(&history->book, PEOPLE),
		.from = test_below(&history->book, SPAN),
		.until = -1 };
	char until[40] = "";

	if (test_below(&history->book, 2)) {
		act.until = act.from + test_below(&history->book, 30);
		snprintf(until, sizeof(until), ",\"until\":\"%s\"",
			test_day(history->first_day + act.until));
	}
	const char *id = test_try(&history->book,
		"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C%d\",\"staff\":\"z%d\","
		"\"role\":\"principal\",\"from\":\"%s\"%s}}",
		customer + 1, act.staff + 1, test_day(history->first_day + act.from), until);
	assert_int_equal(id == NULL, overlaps(history, customer, act.staff, act.from, act.until));
	if (id)
		keep(history, act, id);
}

static void hand_over(struct history *history)
{
	int customer = test_below(&history->book, CUSTOMERS),
	    other = test_below(&history->book, CUSTOMERS);
	struct act act = { .kind = HAND_OVER,
		.staff = test_below(&history->book, PEOPLE),
		.from = test_below(&history->book, SPAN),
		.until = -1 };
	int from = principal_on(history, customer, act.from);
	const char *id;

	act.customers = 1u << customer;
	if (test_below(&history->book, 2)) {
		id = test_try(&history->book,
			"{\"kind\":\"roster.handed_over\",\"body\":{\"customer\":\"C%d\",\"to\":"
			"\"z%d\",\"day\":\"%s\"}}",
			customer + 1, act.staff + 1, test_day(history->first_day + act.from));
		assert_int_equal(
			id != NULL, from >= 0 && from != act.staff &&
					    !overlaps(history, customer, from, act.from, -1));
	} else {
		bool both = principal_on(history, other, act.from) == from &&
			    !overlaps(history, customer, from, act.from, -1) &&
			    !overlaps(history, other, from, act.from, -1);
		act.customers |= 1u << other;
		id = test_try(&history->book,
			"{\"kind\":\"roster.batch_handed_over\",\"body\":{\"staff\":\"z%d\",\"to\":"
			"\"z%d\",\"day\":\"%s\",\"customers\":[\"C%d\",\"C%d\"]}}",
			from >= 0 ? from + 1 : 1, act.staff + 1,
			test_day(history->first_day + act.from), customer + 1, other + 1);
		assert_int_equal(id != NULL, from >= 0 && from != act.staff && both);
	}
	if (id)
		keep(history, act, id);
}

static void release(struct history *history)
{
	int customer = test_below(&history->book, CUSTOMERS);
	struct act act = { .kind = SET_FREE,
		.customers = 1u << customer,
		.from = test_below(&history->book, SPAN),
		.until = -1 };
	const char *id = test_try(&history->book,
		"{\"kind\":\"roster.released\",\"body\":{\"customer\":\"C%d\",\"day\":\"%s\","
		"\"reason\":\"调整\"}}",
		customer + 1, test_day(history->first_day + act.from));

	assert_int_equal(id != NULL, principal_on(history, customer, act.from) >= 0);
	if (id)
		keep(history, act, id);
}

static void list(struct history *history)
{
	struct act act = { .kind = ENLIST,
		.customers = 1u + (unsigned)test_below(&history->book, (1 << CUSTOMERS) - 1),
		.from = test_below(&history->book, SPAN),
		.version = ++history->versions,
		.lists = test_below(&history->book, 2) };
	char rows[200] = "";

	for (int i = 0; i < CUSTOMERS; i++) {
		size_t length = strlen(rows);
		if (act.customers >> i & 1)
			snprintf(rows + length, sizeof(rows) - length, "%s[\"C%d\"]",
				length ? "," : "", i + 1);
	}
	keep(history, act,
		test_put(&history->book,
			"{\"kind\":\"roster.listed\",\"body\":{\"list\":\"%s\",\"name\":\"名单\","
			"\"level\":\"%s\",\"grade\":\"major\",\"version\":%d,\"effective\":\"%s\","
			"\"columns\":[\"customer\"],\"rows\":[%s]}}",
			act.lists ? "p" : "c", act.lists ? "province" : "city", act.version,
			test_day(history->first_day + act.from), rows));
}

/* Take a fact back, or put an assignment right. */
static void put_right(struct history *history)
{
	struct act *act =
		history->count ? &history->acts[test_below(&history->book, history->count)] : NULL;

	if (!act || act->gone || act->kind == HAND_OVER || act->kind == SET_FREE)
		return;
	if (act->kind == ENLIST || test_below(&history->book, 2)) {
		act->gone = true;
		test_withdraw(&history->book, act->id);
		return;
	}
	int customer = test_below(&history->book, CUSTOMERS);
	act->customers = 1u << customer;
	act->staff = test_below(&history->book, PEOPLE);
	act->from = test_below(&history->book, SPAN);
	act->until = -1;
	test_put(&history->book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"误\","
		"\"body\":"
		"{\"customer\":\"C%d\",\"staff\":\"z%d\",\"role\":\"principal\",\"from\":\"%s\"}}}",
		act->id, customer + 1, act->staff + 1, test_day(history->first_day + act->from));
}

static void pass_time(struct history *history)
{
	history->today += test_below(&history->book, 4);
	history->book.session.now = day_start(history->first_day + history->today) + 9 * HOUR_MS;
	test_tick(&history->book);
}

/* ------------------------------------------------------------------ holding one against the other
 */

/* All at once is what each alone is. */
static void managers_agree(struct history *history, int64_t instant)
{
	struct ledger *ledger = history->book.ledger;
	struct view *view = ledger_view(ledger);
	int wanted = 0, count = 0;
	struct error error = { 0 };
	enum result result;
	struct query *rows;

	for (int customer = 0; customer < CUSTOMERS; customer++)
		wanted += view_manager(view, (char[]){ 'C', (char)('1' + customer), 0 }, instant) !=
			  NULL;
	view_set_integer(view, "instant", instant);
	assert_int_equal(view_run(view, &roster_module.sql[ledger->directory.managers - 1], NULL,
				 &rows, &error),
		OK);
	for (; rows_next(rows, &result, &error); count++) {
		const char *customer = arena_text(view_arena(view), rows_text(rows, 0));
		assert_string_equal(rows_text(rows, 1), view_manager(view, customer, instant));
	}
	rows_end(rows);
	assert_int_equal(count, wanted);
}

static void lists_agree(struct history *history, int day)
{
	struct ledger *ledger = history->book.ledger;
	struct view *view = ledger_view(ledger);
	struct error error = { 0 };
	enum result result;
	struct query *rows;
	char text[DAY_TEXT];

	view_set_text(view, "day", day_text(history->first_day + day, text));
	assert_int_equal(view_run(view, &roster_module.sql[ledger->directory.on_lists - 1], NULL,
				 &rows, &error),
		OK);
	for (int customer = 0; customer < CUSTOMERS; customer++) {
		if (!listed_on(history, customer, day))
			continue;
		assert_true(rows_next(rows, &result, &error));
		assert_int_equal(rows_text(rows, 0)[1] - '1', customer);
	}
	assert_false(rows_next(rows, &result, &error));
	rows_end(rows);
}

static void principals_agree(struct history *history)
{
	struct view *view = ledger_view(history->book.ledger);

	for (int day = 0; day < SPAN + 40; day++) {
		int64_t noon = day_start(history->first_day + day) + 12 * HOUR_MS;
		int managed[PEOPLE] = { 0 };
		for (int customer = 0; customer < CUSTOMERS; customer++) {
			char id[8];
			snprintf(id, sizeof(id), "C%d", customer + 1);
			const char *found = view_manager(view, id, noon);
			int wanted = principal_on(history, customer, day);
			assert_int_equal(found ? found[1] - '1' : -1, wanted);
			if (wanted >= 0)
				managed[wanted]++;
			assert_int_equal(view_listed(view, id, history->first_day + day),
				listed_on(history, customer, day));
		}
		for (int i = 0; i < PEOPLE; i++) {
			char id[8];
			snprintf(id, sizeof(id), "z%d", i + 1);
			assert_int_equal(view_manages(view, id, noon), managed[i]);
		}
		managers_agree(history, noon);
		lists_agree(history, day);
	}
	ledger_view_reset(history->book.ledger);
}

static void figures_agree(struct history *history)
{
	int from = test_below(&history->book, SPAN), to = from + test_below(&history->book, 40);
	int listed = 0, covered = 0, uncovered = 0;

	for (int customer = 0; customer < CUSTOMERS; customer++) {
		bool without = false;
		for (int day = from; day <= to; day++)
			without = without || (listed_on(history, customer, day) &&
						     principal_on(history, customer, day) < 0);
		uncovered += without;
		listed += listed_on(history, customer, to);
		covered += listed_on(history, customer, to) &&
			   principal_on(history, customer, to) >= 0;
	}
	const char *first = test_day(history->first_day + from),
		   *last = test_day(history->first_day + to);
	assert_int_equal(
		test_figure(&history->book, "roster.listed", "unit:9900", first, last), listed);
	assert_int_equal(
		test_figure(&history->book, "roster.uncovered_days", "unit:9900", first, last),
		uncovered);
	int64_t share = listed ? (covered * 2000 + listed) / (listed * 2) : -1;
	assert_int_equal(
		test_figure(&history->book, "roster.covered", "unit:9900", first, last), share);
}

/* Who waits today has one duty; who does not has none that is open. */
static void duties_agree(struct history *history)
{
	for (int customer = 0; customer < CUSTOMERS; customer++) {
		char subject[24];
		snprintf(subject, sizeof(subject), "customer:C%d", customer + 1);
		bool waits = listed_on(history, customer, history->today) &&
			     principal_on(history, customer, history->today) < 0;
		int open = stand_in_duties(&history->book, "roster.assign", subject, "open");
		int missed = stand_in_duties(&history->book, "roster.assign", subject, "missed");
		if (waits)
			assert_int_equal(open + missed, 1);
		else
			assert_int_equal(open, 0);
	}
}

static void run(struct history *history, uint64_t seed)
{
	static void (*const acts[])(struct history *) = { assign, assign, assign, hand_over,
		release, list, put_right, put_right, pass_time, pass_time };

	*history = (struct history){ 0 };
	stand_in_open(&history->book, modules_used);
	history->book.chance = seed;
	history->first_day = instant_day(history->book.session.now);
	stand_in_norm(&history->book, "duty.limits", "2026-01-01", "\"what\",\"amount\",\"limit\"",
		"[\"roster.assign\",3,\"natural_days\"]");
	for (int i = 0; i < ACTS; i++)
		acts[test_below(&history->book, COUNT_OF(acts))](history);
	pass_time(history);
	principals_agree(history);
	for (int i = 0; i < 4; i++)
		figures_agree(history);
	duties_agree(history);
	test_book_holds(&history->book);
	principals_agree(history);
	test_book_close(&history->book);
}

static void one_principal_at_every_instant(void **state)
{
	static struct history history;

	(void)state;
	for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
		print_message("history %d\n", (int)seed);
		run(&history, seed * 7919);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_principal_at_every_instant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Random histories of visits: made, put right, taken back, erased, while months pass. What the
 * duties say of them is held against counting: of the visits a norm asks for in a period, as
 * many were made in time as there are visits in it, and no more.
 */
#include "stand_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const struct module org_module, roster_module, visit_module;

static const struct module *const modules_used[] = { &org_module, &stand_in_module, &roster_module,
	&visit_module, NULL };

enum { CUSTOMERS = 6, ACTS = 120, HISTORIES = 16, MONTHS = 6 };

static const struct {
	const char *name, *period;
	int times, months;
} classes[] = { { "gold", "month", 1, 1 }, { "twice", "month", 2, 1 },
	{ "silver", "quarter", 1, 3 } };

struct made {
	char id[ID_TEXT];
	int customer, day;
	bool gone, promised, kept;
	int due; /* of the promise */
	int kept_day;
	char kept_id[ID_TEXT];
};

struct history {
	struct test_book book;
	struct made visits[ACTS];
	int count;
	int class_of[CUSTOMERS];
	int first_day, today;
};

static int month_of(const struct history *history, int day)
{
	return day_month(history->first_day + day) - day_month(history->first_day);
}

/* ------------------------------------------------------------------ acting */

static void visit(struct history *history)
{
	struct made *made = &history->visits[history->count++];
	char promise[120] = "";

	*made = (struct made){ .customer = test_below(&history->book, CUSTOMERS),
		.day = history->today,
		.promised = test_below(&history->book, 2),
		.due = history->today + test_below(&history->book, 20) };
	if (made->promised)
		snprintf(promise, sizeof(promise), ",\"promise\":\"办\",\"promise_due\":\"%s\"",
			test_day(history->first_day + made->due));
	text_copy(made->id, sizeof(made->id),
		test_put(&history->book,
			"{\"kind\":\"visit.made\",\"author\":\"z1\",\"body\":{\"customer\":\"C%d\","
			"\"with\":\"许知远\",\"observation\":\"情况\"%s}}",
			made->customer + 1, promise));
}

static struct made *chosen(struct history *history)
{
	struct made *made = history->count
				    ? &history->visits[test_below(&history->book, history->count)]
				    : NULL;

	return made && !made->gone ? made : NULL;
}

static void keep(struct history *history)
{
	struct made *made = chosen(history);

	if (!made || !made->promised || made->kept)
		return;
	made->kept = true;
	made->kept_day = history->today;
	text_copy(made->kept_id, sizeof(made->kept_id),
		test_put(&history->book,
			"{\"kind\":\"visit.kept\",\"author\":\"z1\",\"body\":{\"customer\":\"C%d\","
			"\"promise\":\"%s\",\"result\":\"办了\"}}",
			made->customer + 1, made->id));
}

static void take_back(struct history *history)
{
	struct made *made = chosen(history);

	if (!made)
		return;
	bool keeping = made->kept && test_below(&history->book, 2);
	test_withdraw(&history->book, keeping ? made->kept_id : made->id);
	if (keeping)
		made->kept = false;
	else
		made->gone = true;
}

/* Another customer, the promise as it was. */
static void put_right(struct history *history)
{
	struct made *made = chosen(history);
	char promise[120] = "";

	if (!made)
		return;
	if (!made->kept)
		made->customer = test_below(&history->book, CUSTOMERS);
	if (made->promised)
		snprintf(promise, sizeof(promise), ",\"promise\":\"办\",\"promise_due\":\"%s\"",
			test_day(history->first_day + made->due));
	test_put(&history->book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"误\","
		"\"body\":"
		"{\"customer\":\"C%d\",\"with\":\"许远\",\"observation\":\"情况属实\"%s}}}",
		made->id, made->customer + 1, promise);
}

static void erase(struct history *history)
{
	struct made *made = chosen(history);

	if (made)
		test_erase(&history->book, made->id);
}

static void pass_time(struct history *history)
{
	history->today += 1 + test_below(&history->book, 6);
	history->book.session.now = day_start(history->first_day + history->today) + 9 * HOUR_MS;
	test_tick(&history->book);
}

/* ------------------------------------------------------------------ counting */

static void visits_agree(struct history *history, int last)
{
	int count = 0, customers = 0;

	for (int customer = 0; customer < CUSTOMERS; customer++) {
		int own = 0;
		for (int i = 0; i < history->count; i++)
			own += !history->visits[i].gone &&
			       history->visits[i].customer == customer &&
			       history->visits[i].day <= last;
		count += own;
		customers += own > 0;
	}
	assert_int_equal(test_figure(&history->book, "visit.count", "unit:9900", "2026-01-01",
				 test_day(history->first_day + last)),
		count);
	assert_int_equal(test_figure(&history->book, "visit.customers", "unit:9900", "2026-01-01",
				 test_day(history->first_day + last)),
		customers);
}

static int made_in(const struct history *history, int customer, int from_month, int months)
{
	int count = 0;

	for (int i = 0; i < history->count; i++) {
		const struct made *made = &history->visits[i];
		int month = month_of(history, made->day);
		count += !made->gone && made->customer == customer && month >= from_month &&
			 month < from_month + months;
	}
	return count;
}

static int64_t share(int part, int whole)
{
	return whole ? (part * 2000 + whole) / (whole * 2) : -1;
}

/* Half a year that is over: what was due, and how much of it was done in its own period. */
static void cadences_agree(struct history *history)
{
	int due = 0, done = 0;

	for (int customer = 0; customer < CUSTOMERS; customer++) {
		int times = classes[history->class_of[customer]].times;
		int months = classes[history->class_of[customer]].months;
		for (int month = 0; month < MONTHS; month += months) {
			int made = made_in(history, customer, month, months);
			due += times;
			done += made < times ? made : times;
		}
	}
	assert_int_equal(test_figure(&history->book, "visit.on_time", "unit:9900", "2026-01-01",
				 "2026-06-30"),
		share(done, due));
}

static void promises_agree(struct history *history)
{
	int due = 0, kept = 0;

	for (int i = 0; i < history->count; i++) {
		const struct made *made = &history->visits[i];
		if (made->gone || !made->promised)
			continue;
		due++;
		kept += made->kept && made->kept_day <= made->due;
	}
	assert_int_equal(test_figure(&history->book, "visit.promises_kept", "staff:z1",
				 "2026-01-01", "2026-12-31"),
		share(kept, due));
}

static void set_up(struct history *history, uint64_t seed)
{
	struct test_book *book = &history->book;

	*history = (struct history){ 0 };
	stand_in_open(book, modules_used);
	book->chance = seed;
	history->first_day = instant_day(book->session.now);
	stand_in_norm(book, "duty.cadence", "2026-01-01", "\"what\",\"class\",\"times\",\"period\"",
		"[\"visit.cadence\",\"gold\",1,\"month\"],[\"visit.cadence\",\"twice\",2,\"month\"]"
		","
		"[\"visit.cadence\",\"silver\",1,\"quarter\"]");
	for (int i = 0; i < CUSTOMERS; i++) {
		history->class_of[i] = test_below(&history->book, COUNT_OF(classes));
		test_put(book,
			"{\"kind\":\"class\",\"body\":{\"customer\":\"C%d\",\"class\":\"%s\"}}",
			i + 1, classes[history->class_of[i]].name);
		test_put(book,
			"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C%d\",\"staff\":"
			"\"z1\",\"role\":\"principal\",\"from\":\"2026-01-01\"}}",
			i + 1);
	}
	test_tick(book);
}

static void run(struct history *history, uint64_t seed)
{
	static void (*const acts[])(struct history *) = { visit, visit, visit, keep, keep,
		take_back, put_right, put_right, erase, pass_time, pass_time, pass_time,
		pass_time };

	set_up(history, seed);
	for (int i = 0; i < ACTS; i++)
		acts[test_below(&history->book, COUNT_OF(acts))](history);
	visits_agree(history, test_below(&history->book, history->today + 1));
	while (month_of(history, history->today) < MONTHS + 2)
		pass_time(history);
	for (int i = 0; i < 12; i++)
		(i % 2 ? put_right : take_back)(history);
	pass_time(history);
	visits_agree(history, history->today);
	cadences_agree(history);
	promises_agree(history);
	test_book_holds(&history->book);
	cadences_agree(history);
	test_book_close(&history->book);
}

static void duties_count_what_was_done(void **state)
{
	static struct history history;

	(void)state;
	for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
		print_message("history %d\n", (int)seed);
		run(&history, seed * 104729);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(duties_count_what_was_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

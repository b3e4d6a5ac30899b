/*
 * Lines handed over together are answered as if each had come alone: the same history, line by line
 * into one book and by many at a time into another, has the same answers and the same figures.
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

enum { ROUNDS = 16, MOST = 40, LINES = ROUNDS * MOST, HISTORIES = 8, LINE = 600, RECENT = 12 };

/* What came at one instant, up to a line; and the entries that time had brought before it. */
struct batch {
	int64_t now;
	int end, ticked;
};

struct history {
	struct test_book book;
	char text[LINES][LINE];
	char id[LINES][ID_TEXT];
	struct answer answers[LINES];
	int customer[LINES], due[LINES]; /* of visits; a promise's day, or 0 */
	int count, customers;
	struct batch batches[ROUNDS];
	int batch_count;
	uint8_t derived[DIGEST_BYTES];
};

/* ------------------------------------------------------------------ lines */

static const char *an_id(struct history *history)
{
	uint8_t chance[ID_CHANCE];

	for (int i = 0; i < ID_CHANCE; i++)
		chance[i] = (uint8_t)test_below(&history->book, 256);
	id_text(id_make(history->book.session.now, chance), history->id[history->count]);
	return history->id[history->count];
}

static int a_customer(struct history *history)
{
	return 1 + test_below(&history->book, history->customers);
}

/* One of the last visits, so that many are named in the batch they stand in; −1 for none. */
static int a_visit(struct history *history, bool promised)
{
	int number = history->count - 1 - test_below(&history->book, RECENT);

	while (number >= 0 && (!history->customer[number] || (promised && !history->due[number])))
		number--;
	return number;
}

static void line(struct history *history, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void line(struct history *history, const char *format, ...)
{
	char text[LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	memcpy(history->text[history->count], text, LINE);
}

static void visit(struct history *history)
{
	int due = instant_day(history->book.session.now) + test_below(&history->book, 20);
	int customer = a_customer(history);
	char promise[80] = "";

	if (test_below(&history->book, 4) == 0)
		snprintf(promise, sizeof(promise), ",\"promise\":\"办\",\"promise_due\":\"%s\"",
			test_day(due));
	history->customer[history->count] = customer;
	history->due[history->count] = *promise ? due : 0;
	line(history,
		"{\"id\":\"%s\",\"kind\":\"visit.made\",\"author\":\"z1\",\"body\":{\"customer\":"
		"\"C%d\",\"with\":\"许\",\"observation\":\"情况\"%s}}",
		an_id(history), customer, promise);
}

static void keep(struct history *history)
{
	int number = a_visit(history, true);

	if (number < 0)
		visit(history);
	else
		line(history,
			"{\"id\":\"%s\",\"kind\":\"visit.kept\",\"author\":\"z1\",\"body\":{"
			"\"customer\":\"C%d\",\"promise\":\"%s\",\"result\":\"办了\"}}",
			an_id(history), history->customer[number], history->id[number]);
}

static void put_right(struct history *history)
{
	int number = a_visit(history, false);

	if (number < 0)
		visit(history);
	else
		line(history,
			"{\"id\":\"%s\",\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\","
			"\"reason\":\"误\",\"body\":{\"customer\":\"C%d\",\"observation\":"
			"\"属实\"}}}",
			an_id(history), history->id[number], a_customer(history));
}

static void take_back(struct history *history)
{
	int number = a_visit(history, false);

	if (number < 0)
		visit(history);
	else
		line(history,
			"{\"id\":\"%s\",\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\","
			"\"reason\":\"没有\"}}",
			an_id(history), history->id[number]);
}

static void again(struct history *history)
{
	int number = a_visit(history, false);

	if (number < 0) {
		visit(history);
		return;
	}
	memcpy(history->text[history->count], history->text[number], LINE);
	memcpy(history->id[history->count], history->id[number], ID_TEXT);
}

/* Some are for a customer that is there no sooner than the line before says so. */
static void new_customer(struct history *history)
{
	history->customers++;
	line(history,
		"{\"id\":\"%s\",\"kind\":\"customer\",\"body\":{\"code\":\"C%d\",\"name\":\"新\","
		"\"unit\":\"9901\"}}",
		an_id(history), history->customers);
}

static void unknown_customer(struct history *history)
{
	line(history,
		"{\"id\":\"%s\",\"kind\":\"visit.made\",\"author\":\"z1\",\"body\":{\"customer\":"
		"\"C%d\",\"observation\":\"情况\"}}",
		an_id(history), history->customers + 1);
}

static void class(struct history *history)
{
	static const char *const classes[] = { "gold", "twice", "silver" };

	line(history,
		"{\"id\":\"%s\",\"kind\":\"class\",\"body\":{\"customer\":\"C%d\",\"class\":"
		"\"%s\"}}",
		an_id(history), a_customer(history), classes[test_below(&history->book, 3)]);
}

/* Refused when it is written already. */
static void late(struct history *history)
{
	line(history,
		"{\"id\":\"%s\",\"kind\":\"class\",\"body\":{\"customer\":\"C1\",\"class\":"
		"\"" STAND_IN_LATE "\"}}",
		an_id(history));
}

static void assign(struct history *history)
{
	line(history,
		"{\"id\":\"%s\",\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C%d\","
		"\"staff\":\"z%d\",\"role\":\"principal\",\"from\":\"2026-01-01\"}}",
		an_id(history), a_customer(history), 1 + test_below(&history->book, 2));
}

/* ------------------------------------------------------------------ two books */

static void set_up(struct history *history)
{
	stand_in_open(&history->book, modules_used);
	stand_in_norm(&history->book, "duty.cadence", "2026-01-01",
		"\"what\",\"class\",\"times\",\"period\"",
		"[\"visit.cadence\",\"gold\",1,\"month\"],[\"visit.cadence\",\"twice\",2,\"month\"]"
		",[\"visit.cadence\",\"silver\",1,\"quarter\"]");
}

static json_t *envelope_of(const struct history *history, int number)
{
	json_t *envelope = json_loads(history->text[number], 0, NULL);

	assert_non_null(envelope);
	return envelope;
}

/* What was written since the last batch, line by line; then time passes. */
static void append_alone(struct history *history)
{
	int from = history->batch_count ? history->batches[history->batch_count - 1].end : 0;
	struct test_book *book = &history->book;
	struct error error = { 0 };

	struct batch batch = { .now = book->session.now, .end = history->count };
	batch.ticked = test_tick(book);
	for (int i = from; i < history->count; i++) {
		json_t *envelope = envelope_of(history, i);
		assert_int_equal(ledger_begin(book->ledger, &error), OK);
		assert_int_equal(ledger_append(book->ledger, &book->session, envelope,
					 &history->answers[i], &error),
			OK);
		assert_int_equal(ledger_commit(book->ledger, &error), OK);
		json_decref(envelope);
	}
	history->batches[history->batch_count++] = batch;
	book->session.now += (1 + test_below(book, 25)) * DAY_MS;
}

static void same_answer(const struct answer *answer, const struct answer *alone)
{
	assert_int_equal(answer->status, alone->status);
	assert_int_equal(answer->seq, alone->seq);
	assert_string_equal(answer->id, alone->id);
	assert_string_equal(answer->error.key, alone->error.key);
	assert_string_equal(answer->error.field, alone->error.field);
}

static void append_together(struct history *history, int from, int count)
{
	struct test_book *book = &history->book;
	struct answer answers[MOST];
	struct offer offers[MOST];
	struct error error = { 0 };

	for (int i = 0; i < count; i++)
		offers[i] = (struct offer){ &book->session, envelope_of(history, from + i),
			&answers[i] };
	assert_int_equal(ledger_begin(book->ledger, &error), OK);
	assert_int_equal(ledger_append_all(book->ledger, offers, count, &error), OK);
	assert_int_equal(ledger_commit(book->ledger, &error), OK);
	for (int i = 0; i < count; i++) {
		same_answer(&answers[i], &history->answers[from + i]);
		json_decref(offers[i].envelope);
	}
}

/* The book of single lines is closed; the same lines make another. */
static void again_together(struct history *history)
{
	struct error error = { 0 };
	uint8_t derived[DIGEST_BYTES];

	assert_int_equal(ledger_derived(history->book.ledger, history->derived, &error), OK);
	test_book_close(&history->book);
	set_up(history);
	for (int i = 0, from = 0; i < history->batch_count; from = history->batches[i++].end) {
		history->book.session.now = history->batches[i].now;
		assert_int_equal(test_tick(&history->book), history->batches[i].ticked);
		append_together(history, from, history->batches[i].end - from);
	}
	assert_int_equal(ledger_derived(history->book.ledger, derived, &error), OK);
	assert_memory_equal(derived, history->derived, DIGEST_BYTES);
	test_book_holds(&history->book);
}

/* How many lines were answered so. */
static int answered(const struct history *history, enum status status)
{
	int count = 0;

	for (int i = 0; i < history->count; i++)
		count += history->answers[i].status == status;
	return count;
}

static void run(struct history *history, uint64_t seed)
{
	static void (*const acts[])(struct history *) = { visit, visit, visit, visit, visit, visit,
		visit, keep, keep, put_right, put_right, take_back, take_back, again, again,
		new_customer, unknown_customer, class, class, assign, assign };

	*history = (struct history){ .customers = 2 };
	set_up(history);
	history->book.chance = seed;
	for (int round = 0; round < ROUNDS; round++) {
		int count = 1 + test_below(&history->book, MOST);
		bool undone = test_below(&history->book, 4) == 0;
		for (int i = 0; i < count; i++, history->count++)
			(undone && i == count / 2
					? late
					: acts[test_below(&history->book, COUNT_OF(acts))])(
				history);
		append_alone(history);
	}
	again_together(history);
	test_book_close(&history->book);
}

static void lines_together_are_lines_alone(void **state)
{
	static struct history history;

	(void)state;
	for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
		run(&history, seed * 7919);
		int appended = answered(&history, APPENDED), known = answered(&history, ALREADY);
		int refused = answered(&history, NOT_TAKEN);
		print_message("history %d: %d appended, %d known, %d refused\n", (int)seed,
			appended, known, refused);
		assert_true(appended > 50 && known && refused);
	}
}

/* What an entry takes back is to be done again, by one that stands behind it in the same batch. */
static void what_is_taken_back_is_done_again(void **state)
{
	static void (*const first[])(struct history *) = { class, assign, visit };
	static struct history history;

	(void)state;
	history = (struct history){ .customers = 1 };
	set_up(&history);
	for (size_t i = 0; i < COUNT_OF(first); i++, history.count++)
		first[i](&history);
	append_alone(&history);
	history.book.session.now = history.batches[0].now;
	take_back(&history);
	history.count++;
	visit(&history);
	history.count++;
	append_alone(&history);
	again_together(&history);
	assert_int_equal(answered(&history, APPENDED), 5);
	assert_int_equal(stand_in_duties(&history.book, "visit.cadence", "customer:C1", "done"), 1);
	test_book_close(&history.book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_taken_back_is_done_again),
		cmocka_unit_test(lines_together_are_lines_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

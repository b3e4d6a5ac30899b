#include "ledger_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LINE_BYTES = 8192 };

uint64_t test_chance(struct test_book *book)
{
	uint64_t z = book->chance += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

int test_below(struct test_book *book, int below)
{
	return (int)(test_chance(book) % (uint64_t)below);
}

const char *test_day(int day)
{
	static char text[4][DAY_TEXT];
	static int next;

	next = (next + 1) % 4;
	return day_text(day, text[next]);
}

static void chance(void *state, uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)test_chance(state);
}

static void no_error(const struct error *error)
{
	if (error->result != OK)
		fail_msg("%s (%s)", error->key, error->arguments ? error->argument[0].text : "");
}

void test_book_open(struct test_book *book, const struct module *const *modules)
{
	struct error error = { 0 };

	*book = (struct test_book){ .chance = 1 };
	database_make(book->path, "ledger_test");
	book->session = (struct session){ .staff = "",
		.login = "test",
		.origin = ORIGIN_LIVE,
		.chance = chance,
		.chance_state = book };
	test_clock(book, "2026-03-02T09:00:00+08:00");
	ledger_open(&book->ledger, book->path, "main", true, modules, &error);
	no_error(&error);
	database_divide(book->path);
}

void test_book_close(struct test_book *book)
{
	ledger_close(book->ledger);
	database_delete(book->path);
}

const char *test_ask(struct test_book *book, const char *question)
{
	return database_ask(book->path, question);
}

int64_t test_count(struct test_book *book, const char *question)
{
	int64_t count;

	assert_true(text_integer(test_ask(book, question), &count));
	return count;
}

void test_clock(struct test_book *book, const char *instant)
{
	assert_true(instant_parse(instant, &book->session.now));
}

/* Append what `format` says, and leave it in `text` to tell of. */
static struct answer put(
	struct test_book *book, char text[LINE_BYTES], const char *format, va_list arguments)
{
	struct error error = { 0 };
	struct answer answer;
	json_error_t position;

	vsnprintf(text, LINE_BYTES, format, arguments);
	json_t *envelope = json_loads(text, 0, &position);

	if (!envelope)
		fail_msg("%s: %s", position.text, text);
	assert_int_equal(ledger_begin(book->ledger, &error), OK);
	ledger_append(book->ledger, &book->session, envelope, &answer, &error);
	no_error(&error);
	ledger_commit(book->ledger, &error);
	no_error(&error);
	json_decref(envelope);
	return answer;
}

const char *test_put(struct test_book *book, const char *format, ...)
{
	static char id[ID_TEXT];
	char text[LINE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	struct answer answer = put(book, text, format, arguments);
	va_end(arguments);
	if (answer.status != APPENDED)
		fail_msg("%s %s %s: %s", answer.error.key, answer.error.field,
			answer.error.arguments ? answer.error.argument[0].text : "", text);
	memcpy(id, answer.id, sizeof(id));
	return id;
}

const char *test_try(struct test_book *book, const char *format, ...)
{
	static char id[ID_TEXT];
	char text[LINE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	struct answer answer = put(book, text, format, arguments);
	va_end(arguments);
	if (answer.error.result == TROUBLE)
		fail_msg("%s %s", answer.error.key, text);
	memcpy(id, answer.id, sizeof(id));
	return answer.status == APPENDED ? id : NULL;
}

const char *test_correct(struct test_book *book, const char *entry, const char *body)
{
	return test_put(book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"写错\","
		"\"body\":%s}}",
		entry, body);
}

const char *test_withdraw(struct test_book *book, const char *entry)
{
	return test_put(book,
		"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"reason\":\"没有\"}}",
		entry);
}

const char *test_erase(struct test_book *book, const char *entry)
{
	return test_put(book,
		"{\"kind\":\"entry.erased\",\"body\":{\"entry\":\"%s\",\"reason\":\"要求\"}}",
		entry);
}

void test_refused(struct test_book *book, const char *key, const char *format, ...)
{
	char text[LINE_BYTES];
	int64_t head = ledger_head(book->ledger, (uint8_t[DIGEST_BYTES]){ 0 });
	va_list arguments;

	va_start(arguments, format);
	struct answer answer = put(book, text, format, arguments);
	va_end(arguments);
	assert_int_equal(answer.status, NOT_TAKEN);
	assert_string_equal(answer.error.key, key);
	assert_int_equal(ledger_head(book->ledger, (uint8_t[DIGEST_BYTES]){ 0 }), head);
}

int test_tick(struct test_book *book)
{
	struct error error = { 0 };
	int appended = 0;

	assert_int_equal(ledger_begin(book->ledger, &error), OK);
	ledger_tick(book->ledger, &book->session, &appended, &error);
	no_error(&error);
	ledger_commit(book->ledger, &error);
	no_error(&error);
	return appended;
}

struct tally {
	int64_t sum, met, n;
};

static bool tally(void *context, const struct evidence *evidence)
{
	struct tally *total = context;

	total->sum += evidence->value;
	total->met += evidence->value != 0;
	total->n++;
	return true;
}

int64_t test_figure(struct test_book *book, const char *name, const char *reference,
	const char *from_text, const char *to_text)
{
	const struct measure *measure = ledger_measure(book->ledger, name);
	struct error error = { 0 };
	struct figure figure;
	struct tally total = { 0 };
	int from, to;

	assert_non_null(measure);
	assert_true(day_parse(from_text, &from) && day_parse(to_text, &to));
	ledger_figure(book->ledger, measure, reference, from, to, &figure, tally, &total, &error);
	no_error(&error);
	if (measure->how == SUM && figure.known)
		assert_int_equal(figure.value, total.sum);
	if (measure->how == COUNT)
		assert_int_equal(figure.value, total.n);
	if (measure->how == RATIO)
		assert_int_equal(figure.numerator, total.met);
	return figure.known ? figure.value : -1;
}

void test_book_holds(struct test_book *book)
{
	uint8_t before[DIGEST_BYTES], after[DIGEST_BYTES];
	struct error error = { 0 };
	int64_t entries = 0;

	ledger_verify(book->ledger, &entries, &error);
	no_error(&error);
	assert_int_equal(entries, ledger_head(book->ledger, after));
	ledger_derived(book->ledger, before, &error);
	no_error(&error);
	ledger_rebuild(book->ledger, NULL, NULL, &error);
	no_error(&error);
	ledger_derived(book->ledger, after, &error);
	no_error(&error);
	assert_memory_equal(before, after, DIGEST_BYTES);
}

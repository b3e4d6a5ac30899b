#include "queue_book.h"
#include "little_module.h"

#include "base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static const struct module *const modules[] = { &little_module, NULL };

/* ------------------------------------------------------------------ what a queue is given */

static int64_t pinned(void *state)
{
	return *(int64_t *)state;
}

static int64_t steady_ms(void *state)
{
	struct timespec now;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t now_ms(void)
{
	return steady_ms(NULL);
}

void sleep_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

static void chance(void *state, uint8_t *bytes, size_t length)
{
	(void)state;
	must(getrandom(bytes, length, 0) == (ssize_t)length);
}

int64_t queue_present;
const struct session queue_session = { .staff = "", .login = "test", .origin = ORIGIN_LIVE };

struct queue_settings queue_settings_of(const char *url)
{
	must(instant_parse("2026-03-02T10:00:00+08:00", &queue_present));
	return (struct queue_settings){ .url = url,
		.book = "main",
		.modules = modules,
		.now = pinned,
		.steady_ms = steady_ms,
		.clock_state = &queue_present,
		.chance = chance };
}

struct queue *queue_made(const struct queue_settings *settings)
{
	struct error error = { 0 };
	struct queue *queue = NULL;

	if (queue_open(&queue, settings, &error) != OK)
		fail_msg("%s", error.key);
	return queue;
}

json_t *visit(int process, int thread, int number)
{
	uint8_t bytes[ID_CHANCE] = { 0, 0, 0, 0, (uint8_t)process, 0, (uint8_t)thread, 0,
		(uint8_t)(number >> 8), (uint8_t)number };
	char id[ID_TEXT], note[40];

	snprintf(note, sizeof(note), "%d-%d-%d", process, thread, number);
	return json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "id", id_text(id_make(1, bytes), id),
		"kind", "little.visit", "author", "zhou", "body", "customer", "C1", "note", note);
}

static int64_t visits(const char *url)
{
	int64_t count;

	must(text_integer(
		database_ask(url, "SELECT count(*) FROM entry WHERE kind = 'little.visit'"),
		&count));
	return count;
}

void assert_queue_book(struct test_book *book, int64_t expected)
{
	assert_int_equal(visits(book->path), expected);
	assert_string_equal(
		database_ask(book->path, "SELECT count(*) - count(DISTINCT id) FROM entry"), "0");
	struct test_book again = *book;
	struct error error = { 0 };
	assert_int_equal(
		ledger_open(&again.ledger, book->path, "main", false, modules, &error), OK);
	test_book_holds(&again);
	ledger_close(again.ledger);
}

void *single_call(void *context)
{
	struct single *single = context;
	json_t *line = visit(0, single->thread, 0);
	int64_t start = now_ms();

	single->result = queue_append(
		single->queue, &queue_session, &line, 1, &single->answer, &single->error);
	single->took_ms = now_ms() - start;
	json_decref(line);
	return NULL;
}

pthread_t single_start(struct single *single, struct queue *queue, int thread)
{
	pthread_t started;

	*single = (struct single){ .queue = queue, .thread = thread };
	must(pthread_create(&started, NULL, single_call, single) == 0);
	return started;
}

void queue_named_url(const struct test_book *book, char url[DATABASE_URL * 2])
{
	snprintf(url, DATABASE_URL * 2, "%s&application_name=queue_%d", book->path, (int)getpid());
}

void queue_on_ours(const struct test_book *book, const char *act)
{
	char sql[200];

	snprintf(sql, sizeof(sql),
		"SELECT count(%s(pid)) FROM pg_stat_activity WHERE application_name = 'queue_%d'",
		act, (int)getpid());
	database_ask(book->path, sql);
}

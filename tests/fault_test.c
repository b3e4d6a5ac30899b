/*
 * Every call to the store fails once: for each thing that people do with a book, and for N from
 * 1 until none fails any more, call N is answered with the world's trouble. Whoever asked hears
 * of that trouble, and of nothing else; the book stands where it stood or where it should; and
 * what is answered as whole is the whole answer.
 *
 * On a server the connection is also cut before each call.
 *
 * Without an argument some of the N are tried, always the same; with "all", all of them.
 */
#include "fault_acts.h"
#include "fault_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* On a file; a copy on a server takes its time. */
enum { FIRST = 3, LAST = 4, SOME = 4, FIRST_ON_SERVER = 1, LAST_ON_SERVER = 1 };

static bool all;
static struct trial trial;

struct fate {
	int64_t at;
	bool after, sticky;
	bool cut;   /* the connection, of a server */
	bool again; /* the same is done once more, when nothing fails any more */
};

/* What failed may succeed later, and then as if nothing had been: but for a store that could
 * not even roll back, which stays lost. */
static enum result once_more(const struct act *act, struct error *error)
{
	struct error first = *error;

	fault.at = 0;
	assert_int_equal(ledger_trouble(trial.ledger, error), TROUBLE);
	error_clear(error);
	trial_rewind(&trial);
	if (act->run(&trial, error) != OK)
		assert_string_equal(error->key, first.key);
	return error->result;
}

static enum result run(const struct act *act, const struct fate *fate, struct error *error)
{
	bool early = act_opens(act);
	enum fault_trouble trouble =
		fate->cut ? FAULT_CUT : (enum fault_trouble)(fate->at % FAULT_TROUBLES);

	act_start(&trial, act);
	fault_set(early ? fate->at : 0, trouble, fate->after, fate->sticky);
	enum result result = act_copies(act) ? OK : trial_open(&trial, act->kind == MAKES, error);
	if (result == OK && !early)
		fault_set(fate->at, trouble, fate->after, fate->sticky);
	if (result == OK)
		result = act->run(&trial, error);
	if (fate->again && result != OK && trial.ledger)
		result = once_more(act, error);
	trial_end(&trial);
	return result;
}

static void fate_fail(
	const struct act *act, const struct fate *fate, const struct error *error, const char *why)
{
	char text[300];

	snprintf(text, sizeof(text), "%s: %s: %s (%s %s)", act->name, why,
		error->result == OK ? "success" : error->key, error->field,
		error->arguments ? error->argument[0].text : "");
	fail_msg("%s; call %lld%s%s", text, (long long)fate->at,
		fate->after ? ", its answer lost" : "", fate->sticky ? ", and all later ones" : "");
}

static void try_fate(const struct act *act, const struct fate *fate, const struct standing *before,
	const struct standing *whole, const char *said)
{
	struct error error = { 0 };
	enum result result = run(act, fate, &error);
	bool met = fault.met;
	bool named = result == OK || fault_said(error.key);

	fault_clear();
	struct standing stands = trial_standing(trial.path, false);
	if (standing_equal(&stands, before))
		trial_untouched(&trial);
	if (result != error.result)
		fate_fail(act, fate, &error, "one thing was answered, another said");
	if (!met && result != OK)
		fate_fail(act, fate, &error, "failed without need");
	if (result == OK && strcmp(trial.out.bytes ? trial.out.bytes : "", said) != 0)
		fate_fail(act, fate, &error, "half an answer");
	if (result == OK && !standing_equal(&stands, whole))
		fate_fail(act, fate, &error, "acknowledged, but not there");
	if (!named)
		fate_fail(act, fate, &error, "the world's trouble is called something else");
	if (result != OK && !standing_equal(&stands, before) && !standing_equal(&stands, whole))
		fate_fail(act, fate, &error, "half of it is there");
	if (result != OK && act_left_a_file(&trial))
		fate_fail(act, fate, &error, "a file is left");
}

/* Which calls to fail: the first and last ones, and some between. */
static bool chosen(int64_t at, int64_t calls, uint64_t *dice)
{
	*dice = *dice * 6364136223846793005U + 1442695040888963407U;
	bool server = store_is_server(trial.path);
	int64_t some = (int64_t)((*dice >> 33) % (uint64_t)calls);
	return all || at <= (server ? FIRST_ON_SERVER : FIRST) ||
	       at > calls - (server ? LAST_ON_SERVER : LAST) || some < (server ? 1 : SOME);
}

static void every_call_fails(const struct act *act)
{
	static const struct fate fates[] = { { .again = false }, { .after = true },
		{ .sticky = true }, { .after = true, .sticky = true }, { .again = true },
		{ .cut = true } };
	struct error error = { 0 };
	uint64_t dice = 7;
	int64_t tried = 0;

	act_start(&trial, act);
	struct standing before = trial_standing(trial.path, false);
	if (run(act, &fates[0], &error) != OK)
		fate_fail(act, &fates[0], &error, "failed without any fault");
	int64_t calls = fault.calls;
	fault_clear();
	struct standing whole = trial_standing(trial.path, true);
	char *said = strdup(trial.out.bytes ? trial.out.bytes : "");
	assert_non_null(said);
	for (size_t i = 0; i < COUNT_OF(fates); i++) {
		if (fates[i].cut && !store_is_server(trial.path))
			continue;
		for (int64_t at = 1; at <= calls + 1; at++) {
			struct fate fate = fates[i];
			fate.at = at;
			if (!chosen(at, calls, &dice))
				continue;
			try_fate(act, &fate, &before, &whole, said);
			tried++;
		}
	}
	print_message(
		"%s: %lld calls, %lld failures\n", act->name, (long long)calls, (long long)tried);
	free(said);
}

static void the_world_fails(void **state)
{
	every_call_fails(&acts[*(const size_t *)*state]);
}

static void troubles_have_words(void **state)
{
	(void)state;
	for (int trouble = 0; trouble < FAULT_TROUBLES; trouble++) {
		const char *key = fault_key((enum fault_trouble)trouble);
		assert_non_null(message_find(trial.messages, CHINESE, key));
		assert_non_null(message_find(trial.messages, ENGLISH, key));
	}
}

int main(int count, char **words)
{
	static size_t numbers[ACTS];
	size_t count_of_tests = 1;
	struct CMUnitTest tests[ACTS + 1] = { cmocka_unit_test(troubles_have_words) };

	all = count > 1 && strcmp(words[1], "all") == 0;
	for (size_t i = 0; i < ACTS; i++) {
		if (act_of_files(&acts[i]))
			continue;
		numbers[i] = i;
		tests[count_of_tests++] = (struct CMUnitTest){ .name = acts[i].name,
			.test_func = the_world_fails,
			.initial_state = &numbers[i] };
	}
	trial_prepare(&trial);
	int failed = _cmocka_run_group_tests("fault", tests, count_of_tests, NULL, NULL);
	trial_clean(&trial);
	return failed;
}

/*
 * The disk fails under the database: for each thing that changes a book, and for N from 1 until
 * none fails any more, deed N is answered by a full or a failing disk, or the power goes at it.
 * What was acknowledged is there, what was not is there whole or not at all; in the files as
 * they are left, and in what the disk holds for sure, with what was not flushed lost or torn.
 *
 * Without an argument some of the N are tried, always the same; with "all", all of them.
 */
#include "fault_acts.h"
#include "fault_disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST = 2, LAST = 4, SOME = 3 };

struct fate {
	const char *name;
	enum disk_trouble trouble;
	bool sticky;
	bool again; /* the same is done once more, when nothing fails any more */
	bool cut;   /* nothing fails, but the power goes */
	int64_t at;
};

static const struct fate fates[] = {
	{ "the power goes", .cut = true },
	{ "the power goes otherwise", .cut = true },
	{ "full", DISK_FULL },
	{ "full from now on", DISK_FULL, .sticky = true },
	{ "failing", DISK_FAILS },
	{ "failing from now on", DISK_FAILS, .sticky = true },
	{ "full in the middle of a write", DISK_SHORT, .sticky = true },
	{ "full, then with room", DISK_FULL, .again = true },
	{ "failing, then not", DISK_FAILS, .again = true },
	{ "cannot be read", DISK_READS },
	{ "cannot be read from now on", DISK_READS, .sticky = true },
};

static bool all;
static struct trial trial;
static int64_t cut_at;
static uint64_t cut_chance;
static bool acknowledged, cut_done, acknowledged_before_cut;

static void cut_power(int64_t number)
{
	if (number != cut_at || cut_done)
		return;
	acknowledged_before_cut = acknowledged;
	cut_done = true;
	disk_power_cut(trial.left_path, cut_chance);
}

static enum result once_more(const struct act *act, struct error *error)
{
	struct error first = *error;

	disk.at = 0;
	ledger_trouble(trial.ledger, error);
	error_clear(error);
	trial_rewind(&trial);
	if (act->run(&trial, error) != OK)
		assert_string_equal(error->key, first.key);
	return error->result;
}

/* The files that fail; a backup is written beside its place. */
static void follow(const struct act *act)
{
	char path[DATABASE_URL + 8];

	snprintf(path, sizeof(path), "%s%s", trial.path, act_beside(act) ? ".part" : "");
	disk_follow(path);
}

static void threaten(const struct fate *fate)
{
	disk_fail(fate->cut ? 0 : fate->at, fate->trouble, fate->sticky);
	disk.deed = fate->cut ? cut_power : NULL;
}

/* Until the act has been answered; the book is still open. */
static enum result run(const struct act *act, const struct fate *fate, struct error *error)
{
	bool early = act_opens(act);

	act_start(&trial, act);
	follow(act);
	acknowledged = cut_done = false;
	cut_at = fate->cut ? fate->at : 0;
	if (early)
		threaten(fate);
	if (!act_copies(act) && trial_open(&trial, act->kind == MAKES, error) != OK)
		return error->result;
	if (!early)
		threaten(fate);
	enum result result = act->run(&trial, error);
	if (fate->again && result != OK && trial.ledger)
		result = once_more(act, error);
	acknowledged = result == OK;
	return result;
}

static void fate_fail(
	const struct act *act, const struct fate *fate, const struct error *error, const char *why)
{
	fail_msg("%s: %s: %s: %s %s; deed %lld", act->name, fate->name, why,
		error->result == OK ? "success" : error->key,
		error->arguments ? error->argument[0].text : "", (long long)fate->at);
}

/* Does a book stand where it may? */
static void holds(const struct act *act, const struct fate *fate, const struct error *error,
	const char *path, bool whole_needed, const struct standing *before,
	const struct standing *whole)
{
	struct standing stands = trial_standing(path, false);

	if (standing_equal(&stands, whole))
		return;
	if (whole_needed)
		fate_fail(act, fate, error, "acknowledged, but not there");
	if (!standing_equal(&stands, before))
		fate_fail(act, fate, error, "half of it is there");
}

static bool of_the_disk(const char *key)
{
	return strcmp(key, "trouble.disk") == 0 || strcmp(key, "trouble.disk_full") == 0 ||
	       strcmp(key, "trouble.cannot_open") == 0;
}

static void try_fate(const struct act *act, const struct fate *fate, const struct standing *before,
	const struct standing *whole)
{
	struct error error = { 0 };
	enum result result = run(act, fate, &error);
	bool met = disk.met;

	if (!fate->cut && !act_beside(act))
		disk_power_cut(trial.left_path, (uint64_t)fate->at);
	trial_end(&trial);
	disk_fail(0, DISK_NONE, false);
	disk.deed = NULL;
	if (result != OK && (fate->cut || !met))
		fate_fail(act, fate, &error, "failed without need");
	if (result != OK && !of_the_disk(error.key))
		fate_fail(act, fate, &error, "the disk's trouble is called something else");
	holds(act, fate, &error, trial.path, result == OK, before, whole);
	if (!act_beside(act) && (!fate->cut || cut_done))
		holds(act, fate, &error, trial.left_path,
			fate->cut ? acknowledged_before_cut : result == OK, before, whole);
}

/* Which deeds to fail: the first and last ones, and some between. */
static bool chosen(int64_t at, int64_t deeds, uint64_t *dice)
{
	*dice = *dice * 6364136223846793005U + 1442695040888963407U;
	return all || at <= FIRST || at > deeds - LAST ||
	       (int64_t)((*dice >> 33) % (uint64_t)deeds) < SOME;
}

static int64_t deeds_of(const struct act *act, enum disk_trouble trouble)
{
	const struct fate none = { "nothing fails", trouble };
	struct error error = { 0 };

	if (run(act, &none, &error) != OK)
		fate_fail(act, &none, &error, "failed without any fault");
	trial_end(&trial);
	return disk.deeds;
}

static void every_deed_fails(const struct act *act)
{
	uint64_t dice = 7;
	int64_t tried = 0;

	act_start(&trial, act);
	struct standing before = trial_standing(trial.path, false);
	int64_t deeds = deeds_of(act, DISK_NONE);
	struct standing whole = trial_standing(trial.path, true);
	int64_t reads = deeds_of(act, DISK_READS);
	for (size_t i = 0; i < COUNT_OF(fates); i++) {
		int64_t count = fates[i].trouble == DISK_READS ? reads : deeds;
		/* A backup is flushed as a file, which the disk here does not see. */
		if (act_beside(act) && fates[i].cut)
			continue;
		for (int64_t at = 1; at <= count + 1; at++) {
			struct fate fate = fates[i];
			fate.at = at;
			cut_chance = (uint64_t)at * COUNT_OF(fates) + i;
			if (!chosen(at, count, &dice))
				continue;
			try_fate(act, &fate, &before, &whole);
			tried++;
		}
	}
	print_message("%s: %lld deeds, %lld reads, %lld failures\n", act->name, (long long)deeds,
		(long long)reads, (long long)tried);
}

static void the_disk_fails(void **state)
{
	every_deed_fails(&acts[*(const size_t *)*state]);
}

int main(int count, char **words)
{
	static size_t numbers[ACTS];
	struct CMUnitTest tests[ACTS] = { 0 };
	size_t chosen_acts = 0;

	all = count > 1 && strcmp(words[1], "all") == 0;
	for (size_t i = 0; i < ACTS; i++) {
		if (acts[i].kind == ASKS)
			continue;
		numbers[i] = i;
		tests[chosen_acts++] = (struct CMUnitTest){ .name = acts[i].name,
			.test_func = the_disk_fails,
			.initial_state = &numbers[i] };
	}
	disk_install();
	trial_prepare(&trial);
	int failed = _cmocka_run_group_tests("fault disk", tests, chosen_acts, NULL, NULL);
	trial_clean(&trial);
	return failed;
}

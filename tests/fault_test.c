/*
 * Every call to the store fails once: for each thing that people do with a book, and for N from
 * 1 until none fails any more, call N is answered with the world's trouble. Whoever asked hears
 * of that trouble, and of nothing else; the book stands where it stood or where it should; and
 * what is answered as whole is the whole answer.
 *
 * Without an argument some of the N are tried, always the same; with "all", all of them.
 */
#include "fault_book.h"
#include "fault_store.h"

#include "base/asset.h"
#include "base/file.h"
#include "derive/export.h"
#include "derive/import.h"
#include "derive/pack.h"
#include "derive/reason.h"
#include "derive/summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum { FIRST = 6, LAST = 8, SOME = 10, OUT_BYTES = 16 << 20 };

static bool all;
static const char *const out_path = "fault_trial.out.jsonl";
static const char *const evidence_path = "fault_trial.out.xlsx";

/* ------------------------------------------------------------------ what people do */

static enum result act_open(struct trial *trial, struct error *error)
{
	(void)trial;
	return error->result;
}

/* One of each: a fact, a table, moves, what puts right, a refusal, and one sent twice. */
static enum result act_append(struct trial *trial, struct error *error)
{
	static const char *const lines[] = {
		"{'kind':'visit.made','author':'zhou','body':{'customer':'C1','with':'许知远',"
		"'observation':'看机房','promise':'送合同','promise_due':'2026-03-09'}}",
		"{'kind':'revenue.posted','body':{'basis':'month','columns':['customer','month',"
		"'amount','users'],'rows':[['C1','2026-03',100000,600],['C2','2026-02',650000,"
		"100]]}}",
		"{'kind':'roster.handed_over','body':{'customer':'C1','from_staff':'zhou','to':"
		"'lin','day':'2026-03-03','contacts':true,'promises':true}}",
		"{'kind':'visit.made','author':'zhou','body':{'customer':'C9','with':'无',"
		"'observation':'无'}}",
		"{'kind':'entry.corrected','body':{'entry':'01KE38VMJ0S14TCGE7NJA94KP2','reason':"
		"'误','body':{'customer':'C1','with':'周望舒','observation':'新码头'}}}",
		"{'kind':'entry.erased','body':{'entry':'01KE38VMJ0S14TCGE7NJA94KP2','reason':"
		"'本人要求'}}",
		"{'kind':'entry.withdrawn','body':{'entry':'01KE38VMJ0S14TCGE7NJA94KP1','reason':"
		"'误'}}",
		"{'id':'01KE38VMJ0S14TCGE7NJA94KP3','kind':'visit.need','author':'zhou','body':{"
		"'customer':'C1','product':'专线','need':'扩到1000M','by':'许知远'}}",
		"{'kind':'customer.merged','body':{'customer':'C3','into':'C2','reason':'同一家'}}",
		NULL,
	};

	if (ledger_begin(trial->ledger, error) != OK)
		return error->result;
	for (const char *const *line = lines; *line; line++) {
		if (trial_append(trial, *line, error) != OK) {
			ledger_rollback(trial->ledger);
			return error->result;
		}
	}
	return ledger_commit(trial->ledger, error);
}

/* As a person, whose rights are asked of the book. */
static enum result act_append_as(struct trial *trial, struct error *error)
{
	struct session operator= trial->session;

	trial->session.staff = "zhou";
	enum result result = ledger_begin(trial->ledger, error);
	if (result == OK)
		result = trial_append(trial,
			"{'kind':'visit.planned','body':{'customer':'C1','day':'2026-03-05',"
			"'purpose':'谈扩容'}}",
			error);
	trial->session = operator;
	if (result == OK)
		return ledger_commit(trial->ledger, error);
	ledger_close(trial->ledger); /* with the batch under way */
	trial->ledger = NULL;
	return result;
}

static enum result act_tick(struct trial *trial, struct error *error)
{
	int appended;

	assert_true(instant_parse("2026-03-10T09:00:00+08:00", &trial->session.now));
	if (ledger_begin(trial->ledger, error) != OK)
		return error->result;
	if (ledger_tick(trial->ledger, &trial->session, &appended, error) != OK) {
		ledger_rollback(trial->ledger);
		return error->result;
	}
	buffer_print(&trial->out, "%d", appended);
	return ledger_commit(trial->ledger, error);
}

static enum result act_rebuild(struct trial *trial, struct error *error)
{
	return ledger_rebuild(trial->ledger, NULL, NULL, error);
}

static void hear_refusal(void *context, const char *place, const char *reason)
{
	struct trial *trial = context;

	buffer_print(&trial->out, "%s %s\n", place, reason);
}

static enum result import(struct trial *trial, bool dry_run, struct error *error)
{
	struct import_result result;
	struct import_request request = { .kind = "customer",
		.path = trial_import,
		.labels = { trial->messages, CHINESE },
		.session = &trial->session,
		.dry_run = dry_run,
		.context = trial,
		.refusal = hear_refusal };

	if (import_run(trial->ledger, &request, &result, error) != OK)
		return error->result;
	buffer_print(&trial->out, "%lld %lld %lld", (long long)result.taken,
		(long long)result.unchanged, (long long)result.refused);
	return OK;
}

static enum result act_import(struct trial *trial, struct error *error)
{
	return import(trial, false, error);
}

static enum result act_dry_run(struct trial *trial, struct error *error)
{
	return import(trial, true, error);
}

static enum result act_undo(struct trial *trial, struct error *error)
{
	struct undo_result result;

	if (import_undo(trial->ledger, &trial->session, trial_imported(), NULL, NULL, &result,
		    error) != OK)
		return error->result;
	buffer_print(
		&trial->out, "%lld %lld", (long long)result.restored, (long long)result.remaining);
	return OK;
}

static enum result act_norms(struct trial *trial, struct error *error)
{
	int issued = 0;

	if (pack_issue(trial->ledger, &trial->session, trial_norms, &issued, error) != OK)
		return error->result;
	buffer_print(&trial->out, "%d", issued);
	return OK;
}

static void hear_line(void *context, const char *line)
{
	struct trial *trial = context;

	buffer_print(&trial->out, "%s\n", line);
}

static enum result act_summary(struct trial *trial, struct error *error)
{
	const struct asset *asset = asset_find("summaries/monthly.md");
	struct summary *summary = NULL;
	struct summary_request request = { .name = "monthly",
		.text = asset->bytes,
		.length = asset->size,
		.reference = "unit:00",
		.evidence = evidence_path,
		.now = trial->session.now,
		.messages = trial->messages,
		.language = CHINESE };

	assert_true(day_parse("2026-01-01", &request.from) && day_parse("2026-03-31", &request.to));
	if (summary_make(&summary, trial->ledger, &request, error) == OK &&
		summary_write(summary, SUMMARY_HTML, &trial->out, error) == OK)
		summary_evidence(summary, evidence_path, error);
	if (error->result == OK)
		summary_notes(summary, hear_line, trial);
	summary_free(summary);
	return error->result;
}

static enum result act_export(struct trial *trial, struct error *error)
{
	struct labels labels = { trial->messages, CHINESE };
	int64_t rows;

	if (export_run(trial->ledger, &labels, "all", out_path, &rows, error) != OK)
		return error->result;
	return file_read(out_path, &trial->out, error);
}

static enum result act_prove(struct trial *trial, struct error *error)
{
	uint8_t derived[DIGEST_BYTES];
	char text[DIGEST_TEXT];
	int64_t entries;

	if (ledger_verify(trial->ledger, &entries, error) != OK ||
		ledger_derived(trial->ledger, derived, error) != OK)
		return error->result;
	buffer_print(&trial->out, "%s", digest_text(derived, text));
	return OK;
}

/* ------------------------------------------------------------------ what people ask */

static bool hear_entry(void *context, const struct entry *entry, bool withdrawn)
{
	struct trial *trial = context;
	struct reader reader = trial_reader(trial);

	sentence_write(&reader, entry, &trial->out);
	buffer_print(&trial->out, " %d\n", withdrawn);
	return true;
}

static enum result act_timeline(struct trial *trial, struct error *error)
{
	return ledger_timeline(trial->ledger, "unit:00", 1000, hear_entry, trial, error);
}

static bool hear_duty(void *context, const struct duty *duty)
{
	struct trial *trial = context;
	struct reader reader = trial_reader(trial);

	buffer_print(&trial->out, "%s %s %lld ", duty->what, duty->state, (long long)duty->due);
	sentence_reference(&reader, duty->holder, &trial->out);
	buffer_char(&trial->out, '\n');
	return true;
}

static enum result act_duties(struct trial *trial, struct error *error)
{
	return ledger_duties(
		trial->ledger, "unit:00", instant_day(trial->session.now), hear_duty, trial, error);
}

static enum result act_measures(struct trial *trial, struct error *error)
{
	int from, to;

	assert_true(day_parse("2026-01-01", &from) && day_parse("2026-03-31", &to));
	for (const struct module *const *module = ledger_modules(trial->ledger); *module;
		module++) {
		for (const struct measure *measure = (*module)->measures; measure && measure->name;
			measure++) {
			struct figure figure;
			if (ledger_figure(trial->ledger, measure, "unit:00", from, to, &figure,
				    NULL, NULL, error) != OK)
				return error->result;
			buffer_print(&trial->out, "%s %d %lld %lld\n", measure->name, figure.known,
				(long long)figure.value, (long long)figure.n);
		}
	}
	return OK;
}

static bool hear_reason(void *context, const struct reason *reason)
{
	struct trial *trial = context;
	struct reader reader = trial_reader(trial);

	reason_write(&reader, reason, &trial->out);
	return true;
}

static enum result act_explain(struct trial *trial, struct error *error)
{
	for (const struct module *const *module = ledger_modules(trial->ledger); *module;
		module++) {
		if (ledger_explain(trial->ledger, *module, "customer:C1",
			    instant_day(trial->session.now), hear_reason, trial, error) != OK)
			return error->result;
	}
	return OK;
}

static enum result act_clock(struct trial *trial, struct error *error)
{
	struct arena arena;
	struct duty duty;
	struct clock clock;
	struct stretch *stretches;
	char id[32];
	int count;

	arena_init(&arena, OUT_BYTES);
	int64_t seq = ledger_find(trial->ledger, "01KE38VMJ0S14TCGE7NJA94KP3");
	snprintf(id, sizeof(id), "%lld.0", (long long)seq);
	if (ledger_duty(trial->ledger, &arena, id, &duty, error) == OK &&
		ledger_duty_explain(trial->ledger, &arena, &duty, trial->session.now, &clock,
			&stretches, &count, error) == OK)
		buffer_print(&trial->out, "%d %lld", count, (long long)duty.due);
	arena_release(&arena);
	return error->result;
}

/* ------------------------------------------------------------------ making it fail */

enum act_kind { CHANGES, ASKS, OPENS, MAKES, DERIVES };

static const struct act {
	const char *name;
	enum act_kind kind;
	enum result (*run)(struct trial *trial, struct error *error);
} acts[] = {
	{ "open", OPENS, act_open },
	{ "create", MAKES, act_open },
	{ "open what an older program derived", DERIVES, act_open },
	{ "append", CHANGES, act_append },
	{ "append as a person", CHANGES, act_append_as },
	{ "tick", CHANGES, act_tick },
	{ "rebuild", CHANGES, act_rebuild },
	{ "import", CHANGES, act_import },
	{ "import on trial", CHANGES, act_dry_run },
	{ "undo", CHANGES, act_undo },
	{ "norms", CHANGES, act_norms },
	{ "summary", ASKS, act_summary },
	{ "export", ASKS, act_export },
	{ "prove", ASKS, act_prove },
	{ "timeline", ASKS, act_timeline },
	{ "duties", ASKS, act_duties },
	{ "measures", ASKS, act_measures },
	{ "explain", ASKS, act_explain },
	{ "clock", ASKS, act_clock },
};

struct fate {
	int64_t at;
	bool after, sticky;
	bool again; /* the same is done once more, when nothing fails any more */
};

static void pretend_older(void)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open(trial_path, &handle), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(handle, "UPDATE book SET derived = 'visit:0 '", NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(handle);
}

/* What failed may succeed later, and then as if nothing had been: but for a store that could
 * not even roll back, which stays lost. */
static enum result once_more(struct trial *trial, const struct act *act, struct error *error)
{
	struct error first = *error;

	fault.at = 0;
	assert_int_equal(ledger_trouble(trial->ledger, error), TROUBLE);
	error_clear(error);
	trial_rewind(trial);
	if (act->run(trial, error) != OK)
		assert_string_equal(error->key, first.key);
	return error->result;
}

static enum result run(
	struct trial *trial, const struct act *act, const struct fate *fate, struct error *error)
{
	bool early = act->kind == OPENS || act->kind == MAKES || act->kind == DERIVES;
	enum fault_trouble trouble = (enum fault_trouble)(fate->at % FAULT_TROUBLES);

	trial_start(trial, act->kind == MAKES);
	unlink(out_path);
	unlink(evidence_path);
	if (act->kind == DERIVES)
		pretend_older();
	fault_set(early ? fate->at : 0, trouble, fate->after, fate->sticky);
	enum result result = trial_open(trial, act->kind == MAKES, error);
	if (result == OK && !early)
		fault_set(fate->at, trouble, fate->after, fate->sticky);
	if (result == OK)
		result = act->run(trial, error);
	if (fate->again && result != OK && trial->ledger)
		result = once_more(trial, act, error);
	trial_end(trial);
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

static void try_fate(struct trial *trial, const struct act *act, const struct fate *fate,
	const struct standing *before, const struct standing *whole, const char *said)
{
	struct error error = { 0 };
	enum result result = run(trial, act, fate, &error);
	bool met = fault.met;
	const char *key = fault_key();
	bool left = access(out_path, F_OK) == 0 || access(evidence_path, F_OK) == 0;

	fault_clear();
	struct standing stands = trial_standing(false);
	if (result != error.result)
		fate_fail(act, fate, &error, "one thing was answered, another said");
	if (!met && result != OK)
		fate_fail(act, fate, &error, "failed without need");
	if (result == OK && strcmp(trial->out.bytes ? trial->out.bytes : "", said) != 0)
		fate_fail(act, fate, &error, "half an answer");
	if (result == OK && !standing_equal(&stands, whole))
		fate_fail(act, fate, &error, "acknowledged, but not there");
	if (result != OK && strcmp(error.key, key) != 0)
		fate_fail(act, fate, &error, "the world's trouble is called something else");
	if (result != OK && !standing_equal(&stands, before) && !standing_equal(&stands, whole))
		fate_fail(act, fate, &error, "half of it is there");
	if (result != OK && left)
		fate_fail(act, fate, &error, "a file is left");
}

/* Which calls to fail: the first and last ones, and some between. */
static bool chosen(int64_t at, int64_t calls, uint64_t *dice)
{
	*dice = *dice * 6364136223846793005U + 1442695040888963407U;
	return all || at <= FIRST || at > calls - LAST ||
	       (int64_t)((*dice >> 33) % (uint64_t)calls) < SOME;
}

static void every_call_fails(struct trial *trial, const struct act *act)
{
	static const struct fate fates[] = { { .again = false }, { .after = true },
		{ .sticky = true }, { .after = true, .sticky = true }, { .again = true } };
	struct error error = { 0 };
	uint64_t dice = 7;
	int64_t tried = 0;

	trial_start(trial, act->kind == MAKES);
	struct standing before = trial_standing(false);
	if (run(trial, act, &fates[0], &error) != OK)
		fate_fail(act, &fates[0], &error, "failed without any fault");
	int64_t calls = fault.calls;
	fault_clear();
	struct standing whole = trial_standing(true);
	char *said = strdup(trial->out.bytes ? trial->out.bytes : "");
	assert_non_null(said);
	for (size_t i = 0; i < COUNT_OF(fates); i++) {
		for (int64_t at = 1; at <= calls + 1; at++) {
			struct fate fate = fates[i];
			fate.at = at;
			if (!chosen(at, calls, &dice))
				continue;
			try_fate(trial, act, &fate, &before, &whole, said);
			tried++;
		}
	}
	print_message(
		"%s: %lld calls, %lld failures\n", act->name, (long long)calls, (long long)tried);
	free(said);
}

static struct trial trial;

static void the_world_fails(void **state)
{
	every_call_fails(&trial, &acts[*(const size_t *)*state]);
}

static void troubles_have_words(void **state)
{
	(void)state;
	for (int trouble = 0; trouble < FAULT_TROUBLES; trouble++) {
		fault_set(0, (enum fault_trouble)trouble, false, false);
		assert_non_null(message_find(trial.messages, CHINESE, fault_key()));
		assert_non_null(message_find(trial.messages, ENGLISH, fault_key()));
	}
	fault_clear();
}

int main(int count, char **words)
{
	static size_t numbers[COUNT_OF(acts)];
	struct CMUnitTest tests[COUNT_OF(acts) + 1] = { cmocka_unit_test(troubles_have_words) };

	all = count > 1 && strcmp(words[1], "all") == 0;
	for (size_t i = 0; i < COUNT_OF(acts); i++) {
		numbers[i] = i;
		tests[i + 1] = (struct CMUnitTest){ .name = acts[i].name,
			.test_func = the_world_fails,
			.initial_state = &numbers[i] };
	}
	trial_prepare(&trial);
	int failed = _cmocka_run_group_tests("fault", tests, COUNT_OF(tests), NULL, NULL);
	trial_clean(&trial);
	unlink(out_path);
	unlink(evidence_path);
	return failed;
}

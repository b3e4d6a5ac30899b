#include "fault_acts.h"

#include "base/asset.h"
#include "base/file.h"
#include "derive/export.h"
#include "derive/import.h"
#include "derive/pack.h"
#include "derive/reason.h"
#include "derive/summary.h"
#include "ledger/backup.h"
#include "ledger/move.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

extern const struct module *const modules[];

enum { ARENA_BYTES = 16 << 20 };

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
		.path = trial->import_path,
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

	if (import_undo(trial->ledger, &trial->session, trial->imported, NULL, NULL, &result,
		    error) != OK)
		return error->result;
	buffer_print(
		&trial->out, "%lld %lld", (long long)result.restored, (long long)result.remaining);
	return OK;
}

static enum result act_norms(struct trial *trial, struct error *error)
{
	int issued = 0;

	if (pack_issue(trial->ledger, &trial->session, trial->norms_path, &issued, error) != OK)
		return error->result;
	buffer_print(&trial->out, "%d", issued);
	return OK;
}

static void hear_book(void *context, const struct backed_up *book)
{
	struct trial *trial = context;

	buffer_print(&trial->out, "%s %lld", book->book, (long long)book->entries);
}

static enum result act_restore(struct trial *trial, struct error *error)
{
	return ledger_restore(trial->kept_path, trial->path, hear_book, trial, error);
}

static enum result act_back_up(struct trial *trial, struct error *error)
{
	return ledger_backup(trial->kept_path, trial->path, hear_book, trial, error);
}

/* From the book that is kept to an empty one. */
static enum result act_move(struct trial *trial, struct error *error)
{
	struct moved moved;
	struct move_request move = {
		.from = trial->kept_path, .to = trial->path, .book = "main", .modules = modules
	};

	if (ledger_move(&move, &moved, error) == OK)
		buffer_print(&trial->out, "%lld %d %lld", (long long)moved.entries, moved.compared,
			(long long)moved.later);
	return error->result;
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
		.evidence = trial->evidence_path,
		.now = trial->session.now,
		.messages = trial->messages,
		.language = CHINESE };

	assert_true(day_parse("2026-01-01", &request.from) && day_parse("2026-03-31", &request.to));
	if (summary_make(&summary, trial->ledger, &request, error) == OK &&
		summary_write(summary, SUMMARY_HTML, &trial->out, error) == OK)
		summary_evidence(summary, trial->evidence_path, error);
	if (error->result == OK)
		summary_notes(summary, hear_line, trial);
	summary_free(summary);
	return error->result;
}

static enum result act_export(struct trial *trial, struct error *error)
{
	struct labels labels = { trial->messages, CHINESE };
	int64_t rows;

	if (export_run(trial->ledger, &labels, "all", trial->out_path, &rows, error) != OK)
		return error->result;
	return file_read(trial->out_path, &trial->out, error);
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

	arena_init(&arena, ARENA_BYTES);
	int64_t seq = ledger_find(trial->ledger, "01KE38VMJ0S14TCGE7NJA94KP3");
	snprintf(id, sizeof(id), "%lld.0", (long long)seq);
	if (ledger_duty(trial->ledger, &arena, id, &duty, error) == OK &&
		ledger_duty_explain(trial->ledger, &arena, &duty, trial->session.now, &clock,
			&stretches, &count, error) == OK)
		buffer_print(&trial->out, "%d %lld", count, (long long)duty.due);
	arena_release(&arena);
	return error->result;
}

const struct act acts[ACTS] = {
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
	{ "restore", RESTORES, act_restore },
	{ "back up", BACKS_UP, act_back_up },
	{ "prove and restore", PROVES, act_restore },
	{ "move", MOVES, act_move },
	{ "summary", ASKS, act_summary },
	{ "export", ASKS, act_export },
	{ "prove", ASKS, act_prove },
	{ "timeline", ASKS, act_timeline },
	{ "duties", ASKS, act_duties },
	{ "measures", ASKS, act_measures },
	{ "explain", ASKS, act_explain },
	{ "clock", ASKS, act_clock },
};

bool act_opens(const struct act *act)
{
	return act->kind == OPENS || act->kind == MAKES || act->kind == DERIVES || act_copies(act);
}

bool act_copies(const struct act *act)
{
	return act->kind == MOVES || act_of_files(act);
}

bool act_of_files(const struct act *act)
{
	return act->kind == RESTORES || act_beside(act);
}

bool act_beside(const struct act *act)
{
	return act->kind == BACKS_UP || act->kind == PROVES;
}

static void pretend_older(const struct trial *trial)
{
	assert_true(database_run(trial->path, "UPDATE book SET derived = 'visit:0 '"));
}

static void make_empty(struct trial *trial)
{
	struct error error = { 0 };

	assert_int_equal(trial_open(trial, true, &error), OK);
	trial_end(trial);
}

void act_start(struct trial *trial, const struct act *act)
{
	const char *from = trial->kept_path;

	if (act->kind == MAKES || act->kind == BACKS_UP || act->kind == MOVES)
		from = NULL;
	if (act->kind == RESTORES || act->kind == PROVES)
		from = trial->older_path;
	trial_start(trial, from);
	if (act->kind == DERIVES)
		pretend_older(trial);
	if (act->kind == MOVES)
		make_empty(trial);
}

bool act_left_a_file(const struct trial *trial)
{
	return access(trial->out_path, F_OK) == 0 || access(trial->evidence_path, F_OK) == 0;
}

/* Discharging duties, and opening them again when what discharged them no longer counts. */
#include "ledger/ahead.h"

#include <stdio.h>
#include <string.h>

enum {
	FIND_CASE,
	FIND_OPENER,
	FIND_SUBJECT,
	LIVE_OF,
	SETTLE,
	OPENED_BY,
	DONE_BY,
	REOPEN,
	CANCEL,
	CANCEL_LIKE,
	ONE,
	CANDIDATES,
	LATE_CANDIDATES,
	RECORDED_BEFORE,
	OPENED_BEFORE,
	SINCE,
	USED
};

const struct statement discharge_sql[] = {
	[FIND_CASE] = { "SELECT id, due, holder, subject FROM d_duty WHERE book = $book AND what = "
			"$what "
			"AND case_id = $ref AND state IN " LIVE_STATES " ORDER BY due, id" },
	[FIND_OPENER] = { "SELECT id, due, holder, subject FROM d_duty WHERE book = $book AND what "
			  "= $what "
			  "AND opener = $ref AND state IN " LIVE_STATES " ORDER BY due, id" },
	[FIND_SUBJECT] = { "SELECT id, due, holder, subject FROM d_duty WHERE book = $book AND "
			   "what "
			   "= $what "
			   "AND subject = $ref AND state IN " LIVE_STATES " ORDER BY due, id" },
	[LIVE_OF] = { "SELECT what, id, due, holder, period, period_from FROM d_duty "
		      "WHERE book = $book AND subject = $ref AND state IN " LIVE_STATES
		      " ORDER BY due, id" },
	[SETTLE] = { "UPDATE d_duty SET state = $state, done_seq = $seq, done_at = $clock_at "
		     "WHERE book = $book AND id = $duty" },
	[OPENED_BY] = { "SELECT id FROM d_duty WHERE book = $book AND opener = $id "
			"AND period IS NULL AND state <> 'cancelled' ORDER BY id" },
	[DONE_BY] = { "SELECT id FROM d_duty WHERE book = $book AND done_seq = $seq "
		      "AND state <> 'cancelled' ORDER BY id" },
	[REOPEN] = { "UPDATE d_duty SET state = CASE WHEN missed_seq IS NOT NULL THEN 'missed' "
		     "WHEN EXISTS (SELECT 1 FROM d_pause p WHERE p.book = $book AND p.duty = $duty "
		     "AND p.to_at IS NULL) THEN 'paused' ELSE 'open' END, "
		     "done_seq = NULL, done_at = NULL WHERE book = $book AND id = $duty" },
	[CANCEL] = { "UPDATE d_duty SET state = 'cancelled', ended_seq = $ended_seq "
		     "WHERE book = $book AND id = $duty" },
	[CANCEL_LIKE] = { "UPDATE d_duty SET state = 'cancelled', ended_seq = $ended_seq "
			  "WHERE book = $book AND what = $what AND subject = $subject "
			  "AND state IN ('open', 'paused')" },
	[ONE] = { "SELECT what, subject, case_id, opener, opened_seq, due, period, period_from, "
		  "holder "
		  "FROM d_duty WHERE book = $book AND id = $duty" },
	[CANDIDATES] = { "SELECT seq FROM d_about WHERE book = $book AND ref = $ref "
			 "AND at >= $from AND at <= $due AND kind = $until AND live = 1 "
			 "ORDER BY at, seq" },
	[LATE_CANDIDATES] = { "SELECT seq FROM d_about WHERE book = $book AND ref = $ref "
			      "AND at < $from AND seq > $after AND kind = $until AND live = 1 "
			      "ORDER BY at, seq" },
	[RECORDED_BEFORE] = { "SELECT seq FROM entry WHERE book = $book AND seq = $before "
			      "AND recorded_at < $from" },
	[OPENED_BEFORE] = { "SELECT d.seq FROM d_day d JOIN entry e ON e.book = d.book "
			    "AND e.seq = d.seq WHERE d.book = $book AND d.day < $day "
			    "AND e.recorded_at < $from ORDER BY d.day DESC LIMIT 1" },
	/* Nothing happens after it was recorded, but it may be put right to a later instant. */
	[SINCE] = { "SELECT 1 FROM entry WHERE book = $book AND seq > $after AND seq < $before "
		    "AND kind = $until UNION ALL SELECT 1 FROM d_amended WHERE book = $book "
		    "AND at >= $from LIMIT 1" },
	/* Within one period: a duty of another period asks for the same work once more. */
	[USED] = { "SELECT count(*) FROM d_duty WHERE book = $book AND what = $what "
		   "AND subject = $subject AND done_seq = $candidate "
		   "AND coalesce(period, '') = $period AND state <> 'cancelled'" },
	{ 0 },
};

struct found_duty {
	const char *what, *subject, *case_id, *opener, *period, *holder;
	int64_t opened_seq, due, period_from;
};

/* Has this entry already discharged another duty of the same kind for the subject? */
static enum result used(struct ledger *ledger, const struct found_duty *duty, int64_t candidate,
	bool *yes, struct error *error)
{
	struct query *rows;
	enum result result;

	*yes = false;
	if (candidate == ledger->fold_seq && !ledger->settled)
		return OK; /* it is new */
	view_set_text(&ledger->view, "what", duty->what);
	view_set_text(&ledger->view, "subject", duty->subject);
	view_set_text(&ledger->view, "period", duty->period ? duty->period : "");
	view_set_integer(&ledger->view, "candidate", candidate);
	if (view_run(&ledger->view, &discharge_sql[USED], NULL, &rows, error) != OK)
		return error->result;
	*yes = rows_next(rows, &result, error) && rows_integer(rows, 0) > 0;
	query_end(rows);
	return result;
}

enum result duty_settle(struct ledger *ledger, const char *id, const char *subject, int64_t due,
	const struct entry *entry, struct error *error)
{
	ledger->settled = ledger->settled || entry->seq == ledger->fold_seq;
	ahead_done(ledger, subject, id);
	view_set_text(&ledger->view, "duty", id);
	view_set_text(&ledger->view, "state", entry->clock_at <= due ? "done" : "done_late");
	return view_run_all(&ledger->view, &discharge_sql[SETTLE], entry, error);
}

enum result duty_change(struct ledger *ledger, const struct statement *statement,
	const char *subject, const struct entry *entry, struct error *error)
{
	ahead_changed(ledger, subject);
	return view_run_all(&ledger->view, statement, entry, error);
}

/* The field by which an entry discharges: its type says which column of the duty it names. */
static int match_statement(const struct kind *kind, const char *by, const struct entry *entry,
	struct ledger *ledger, const char **ref)
{
	const struct field *field = by ? field_find(kind->fields, by) : NULL;
	const char *value = field ? entry_text(entry, by) : NULL;

	must(field != NULL);
	*ref = value;
	switch (field->type) {
	case FIELD_CASE:
		return FIND_CASE;
	case FIELD_ENTRY:
		return FIND_OPENER;
	case FIELD_OBJECT:
		return FIND_SUBJECT;
	default:
		*ref = value ? arena_print(
				       &ledger->arena, "%s:%s", field_reference(field->type), value)
			     : NULL;
		return FIND_SUBJECT;
	}
}

/* Settle every duty that a statement finds. */
static enum result settle_found(struct ledger *ledger, int number, const char *what,
	const char *ref, const char *holder, const struct entry *entry, struct error *error)
{
	struct query *rows;
	enum result result = OK;

	view_set_text(&ledger->view, "what", what);
	view_set_text(&ledger->view, "ref", ref);
	if (view_run(&ledger->view, &discharge_sql[number], entry, &rows, error) != OK)
		return error->result;
	while (result == OK && rows_next(rows, &result, error)) {
		if (holder && strcmp(holder, rows_text(rows, 2)) != 0)
			continue;
		const char *id = arena_text(&ledger->arena, rows_text(rows, 0));
		result = duty_settle(
			ledger, id, rows_text(rows, 3), rows_integer(rows, 1), entry, error);
	}
	query_end(rows);
	return error->result;
}

enum result duty_cancel(struct ledger *ledger, const char *what, const char *subject,
	const struct entry *entry, struct error *error)
{
	view_set_text(&ledger->view, "what", what);
	view_set_text(&ledger->view, "subject", subject);
	view_set_integer(&ledger->view, "ended_seq", ledger->fold_seq);
	return duty_change(ledger, &discharge_sql[CANCEL_LIKE], subject, entry, error);
}

enum result duty_done(struct ledger *ledger, const char *what, const char *subject,
	const struct entry *entry, struct error *error)
{
	return settle_found(ledger, FIND_SUBJECT, what, subject, NULL, entry, error);
}

/* The live duties of a subject, asked for once for all rules that look for one there. One piece
 * of work is done once: an entry that has already discharged such a duty of its subject discharges
 * no second. */
struct live_of {
	const char *ref;
	struct live *first;
};

static const char *kept(struct ledger *ledger, const struct query *rows, int column)
{
	const char *text = rows_text(rows, column);

	return text ? arena_text(&ledger->arena, text) : NULL;
}

static enum result live_read(
	struct ledger *ledger, const char *ref, struct live_of *live, struct error *error)
{
	struct live **end = &live->first;
	struct query *rows;
	enum result result;

	if (live->ref && strcmp(live->ref, ref) == 0)
		return OK;
	*live = (struct live_of){ .ref = ref };
	if (ahead_live(ledger, ref, &live->first))
		return OK;
	view_set_text(&ledger->view, "ref", ref);
	if (view_run(&ledger->view, &discharge_sql[LIVE_OF], NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		*end = arena_alloc(&ledger->arena, sizeof(**end));
		**end = (struct live){ kept(ledger, rows, 0), kept(ledger, rows, 1),
			kept(ledger, rows, 3), kept(ledger, rows, 4), rows_integer(rows, 2),
			rows_integer(rows, 5), NULL };
		end = &(*end)->next;
	}
	query_end(rows);
	return result;
}

/* Settle the most urgent that waits for this entry; one of a period where it happened in it. */
static enum result settle_live(struct ledger *ledger, const struct live_of *live, const char *what,
	const char *holder, bool in_period, const struct entry *entry, struct error *error)
{
	for (const struct live *one = live->first; one; one = one->next) {
		struct found_duty duty = {
			.what = what, .subject = live->ref, .period = one->period
		};
		bool taken = false;
		if (strcmp(one->what, what) != 0 || (holder && strcmp(holder, one->holder) != 0))
			continue;
		if (in_period && (!one->period || one->period_from > entry->clock_at ||
					 one->due < entry->clock_at))
			continue;
		if (used(ledger, &duty, entry->seq, &taken, error) != OK || taken)
			return error->result;
		return duty_settle(ledger, one->id, live->ref, one->due, entry, error);
	}
	return OK;
}

/* A field that names a subject, not a case or an entry. */
static int field_put(
	const struct kind *kind, const char *by, const struct field **fields, int count, int most)
{
	const struct field *field = field_find(kind->fields, by);

	must(field != NULL);
	if (field->type == FIELD_CASE || field->type == FIELD_ENTRY || count == most)
		return count;
	fields[count] = field;
	return count + 1;
}

int duty_ending_fields(
	const struct ledger *ledger, const struct kind *kind, const struct field **fields, int most)
{
	int count = 0;

	for (int i = 0; i < ledger->kind_count; i++) {
		const struct duty_rule *rule = ledger->kinds[i].kind->duties;
		for (; rule && rule->what; rule++) {
			if (strcmp(rule->until, kind->name) == 0)
				count = field_put(kind, rule->by, fields, count, most);
		}
	}
	for (const struct module **module = ledger->modules; *module; module++) {
		const struct cadence *cadence = (*module)->cadences;
		for (; cadence && cadence->what; cadence++) {
			if (strcmp(cadence->until, kind->name) == 0)
				count = field_put(kind, cadence->by, fields, count, most);
		}
	}
	return count;
}

static enum result discharge_rule(struct ledger *ledger, const struct duty_rule *rule,
	struct live_of *live, const struct entry *entry, struct error *error)
{
	const char *ref;
	int number = match_statement(entry->kind, rule->by, entry, ledger, &ref);
	const char *holder =
		rule->own ? arena_print(&ledger->arena, "staff:%s", entry->author) : NULL;

	if (!ref)
		return OK;
	if (number != FIND_SUBJECT)
		return settle_found(ledger, number, rule->what, ref, holder, entry, error);
	return live_read(ledger, ref, live, error) == OK
		       ? settle_live(ledger, live, rule->what, holder, false, entry, error)
		       : error->result;
}

static enum result discharge_cadences(
	struct ledger *ledger, struct live_of *live, const struct entry *entry, struct error *error)
{
	const char *ref;

	for (const struct module **module = ledger->modules; *module; module++) {
		const struct cadence *cadence = (*module)->cadences;
		for (; cadence && cadence->what; cadence++) {
			if (strcmp(cadence->until, entry->kind->name) != 0)
				continue;
			match_statement(entry->kind, cadence->by, entry, ledger, &ref);
			if (ref && (live_read(ledger, ref, live, error) != OK ||
					   settle_live(ledger, live, cadence->what, NULL, true,
						   entry, error) != OK))
				return error->result;
		}
	}
	return OK;
}

enum result duty_discharge(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	struct live_of live = { 0 };

	for (int i = 0; i < ledger->kind_count; i++) {
		const struct duty_rule *rule = ledger->kinds[i].kind->duties;
		for (; rule && rule->what; rule++) {
			if (strcmp(rule->until, entry->kind->name) == 0 &&
				discharge_rule(ledger, rule, &live, entry, error) != OK)
				return error->result;
		}
	}
	return discharge_cadences(ledger, &live, entry, error);
}

/* ------------------------------------------------------------------ undoing */

static enum result duty_find(
	struct ledger *ledger, const char *id, struct found_duty *duty, struct error *error)
{
	struct query *rows;
	enum result result;

	view_set_text(&ledger->view, "duty", id);
	if (view_run(&ledger->view, &discharge_sql[ONE], NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		*duty = (struct found_duty){ kept(ledger, rows, 0), kept(ledger, rows, 1),
			kept(ledger, rows, 2), kept(ledger, rows, 3), kept(ledger, rows, 6),
			kept(ledger, rows, 8), rows_integer(rows, 4), rows_integer(rows, 5),
			rows_integer(rows, 7) };
	query_end(rows);
	return result;
}

/* Could `entry` have discharged `duty`? The same rules as when it was appended. */
static bool fits(
	const struct found_duty *duty, const struct duty_rule *rule, const struct entry *entry)
{
	char own[REFERENCE_TEXT];

	if (duty->period)
		return entry->clock_at >= duty->period_from && entry->clock_at <= duty->due;
	if (entry->seq <= duty->opened_seq)
		return false;
	snprintf(own, sizeof(own), "staff:%.80s", entry->author);
	return !rule || !rule->own || strcmp(own, duty->holder) == 0;
}

/* What looks for an entry that has discharged a duty already. */
struct match {
	const struct found_duty *duty;
	const char *id, *until, *ref;
	int64_t from;  /* entries of an earlier instant count … */
	int64_t after; /* … where they were recorded behind this one */
};

static enum result try_candidates(struct ledger *ledger, const struct match *match, int number,
	bool *settled, struct error *error)
{
	const struct found_duty *duty = match->duty;
	const struct duty_rule *rule = duty_rule_find(ledger, duty->what);
	struct query *rows;
	enum result result;
	bool withdrawn, taken = false;
	struct entry entry;

	view_set_text(&ledger->view, "ref", match->ref);
	view_set_text(&ledger->view, "until", match->until);
	view_set_integer(&ledger->view, "from", match->from);
	view_set_integer(&ledger->view, "due", duty->due);
	view_set_integer(&ledger->view, "after", match->after);
	if (view_run(&ledger->view, &discharge_sql[number], NULL, &rows, error) != OK)
		return error->result;
	while (!*settled && rows_next(rows, &result, error)) {
		int64_t seq = rows_integer(rows, 0);
		struct arena_mark mark = arena_mark(&ledger->arena);
		if (used(ledger, duty, seq, &taken, error) != OK || taken)
			continue;
		if (load_entry(ledger, &ledger->arena, seq, &entry, &withdrawn, error) != OK)
			break;
		*settled = !withdrawn && fits(duty, rule, &entry) &&
			   !correct_awaits(ledger, seq, error);
		if (*settled)
			result = duty_settle(
				ledger, match->id, duty->subject, duty->due, &entry, error);
		entry_release(&entry);
		arena_rewind(&ledger->arena, mark);
	}
	query_end(rows);
	return error->result;
}

static enum result one_seq(struct ledger *ledger, int number, int64_t *seq, struct error *error)
{
	struct query *rows;
	enum result result;

	*seq = 0;
	if (view_run(&ledger->view, &discharge_sql[number], NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		*seq = rows_integer(rows, 0);
	query_end(rows);
	return result;
}

/* An entry before which everything was recorded before `instant`; as a rule the newest one, for
 * periods begin as their day opens. */
static enum result recorded_before(
	struct ledger *ledger, int64_t instant, int64_t *seq, struct error *error)
{
	char day[DAY_TEXT];

	view_set_integer(&ledger->view, "from", instant);
	view_set_integer(&ledger->view, "before", ledger->fold_seq - 1);
	if (one_seq(ledger, RECORDED_BEFORE, seq, error) != OK || *seq)
		return error->result;
	view_set_integer(&ledger->view, "from", instant);
	view_set_text(&ledger->view, "day", day_text(instant_day(instant), day));
	return one_seq(ledger, OPENED_BEFORE, seq, error);
}

/* An entry counts in a period by its own instant, or, where it came too late, by that at which it
 * was recorded. Elsewhere it must stand behind the entry that opened the duty. So a customer's
 * history is not read each time that a period begins. */
static enum result look_among(struct ledger *ledger, struct match *match, struct error *error)
{
	const struct found_duty *duty = match->duty;
	bool settled = false;

	match->from = duty->period ? duty->period_from : INT64_MAX;
	match->after = duty->opened_seq;
	if (duty->period && recorded_before(ledger, match->from, &match->after, error) != OK)
		return error->result;
	if (match->after + 1 < ledger->fold_seq &&
		try_candidates(ledger, match, LATE_CANDIDATES, &settled, error) != OK)
		return error->result;
	if (settled || !duty->period)
		return OK;
	return try_candidates(ledger, match, CANDIDATES, &settled, error);
}

/* The kind that ends such a duty, and by which of its fields; false where nothing does. */
static bool ended_by(
	const struct ledger *ledger, const char *what, const char **until, const char **by)
{
	const struct duty_rule *rule = duty_rule_find(ledger, what);
	const struct cadence *cadence = cadence_find(ledger, what);

	if (!rule && !cadence)
		return false;
	*until = rule ? rule->until : cadence->until;
	*by = rule ? rule->by : cadence->by;
	return true;
}

enum result duty_perhaps_done(
	struct ledger *ledger, const char *what, int64_t from, bool *perhaps, struct error *error)
{
	struct view *view = &ledger->view;
	const char *until, *by;
	int64_t after, found = 0;

	must(ended_by(ledger, what, &until, &by));
	if (recorded_before(ledger, from, &after, error) != OK)
		return error->result;
	view_set_integer(view, "after", after);
	view_set_integer(view, "before", ledger->fold_seq);
	view_set_integer(view, "from", from);
	view_set_text(view, "until", until);
	if (one_seq(ledger, SINCE, &found, error) == OK)
		*perhaps = found != 0;
	return error->result;
}

enum result duty_rematch(struct ledger *ledger, const char *id, struct error *error)
{
	struct found_duty duty = { 0 };
	const char *until, *by, *ref;

	if (duty_find(ledger, id, &duty, error) != OK || !duty.what)
		return error->result;
	if (!ended_by(ledger, duty.what, &until, &by))
		return OK;
	const struct field *field = field_find(ledger_kind(ledger, until)->fields, by);
	must(field != NULL);
	ref = duty.subject;
	if (field->type == FIELD_CASE)
		ref = arena_print(&ledger->arena, "case:%s", duty.case_id);
	else if (field->type == FIELD_ENTRY)
		ref = arena_print(&ledger->arena, "entry:%s", duty.opener);
	struct match match = { .duty = &duty, .id = id, .until = until, .ref = ref };
	return look_among(ledger, &match, error);
}

enum result duty_reopen(struct ledger *ledger, const char *id, struct error *error)
{
	view_set_text(&ledger->view, "duty", id);
	return duty_change(ledger, &discharge_sql[REOPEN], NULL, NULL, error);
}

/* Run `change` and, where asked, look for another discharge, for each id a statement finds. */
static enum result for_each_found(struct ledger *ledger, int find, int change, bool rematch,
	const struct entry *entry, struct error *error)
{
	struct collected found;
	enum result result = collect(ledger, &discharge_sql[find], entry, &found, error);

	for (size_t i = 0; result == OK && i < found.count; i++) {
		const char *id = found.items[i].text;
		view_set_text(&ledger->view, "duty", id);
		view_set_integer(&ledger->view, "ended_seq", ledger->fold_seq);
		result = duty_change(ledger, &discharge_sql[change], NULL, entry, error);
		if (result == OK && rematch)
			result = duty_rematch(ledger, id, error);
	}
	collected_release(&found);
	return result;
}

/* `entry` no longer counts: what it opened falls away, what it discharged is open again with
 * its first due instant, unless another entry discharges it. */
enum result duty_undo(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	if (for_each_found(ledger, OPENED_BY, CANCEL, false, entry, error) != OK)
		return error->result;
	return for_each_found(ledger, DONE_BY, REOPEN, true, entry, error);
}

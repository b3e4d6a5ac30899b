/* Duties: opened by an entry under a norm, discharged by an entry of a named kind. */
#include "ledger/book.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ADD, REVIVABLE, REVIVE, FOLLOW, FOLLOW_CASE, CANCEL_CASE, OPEN_LIKE, BLOCKING };

const struct statement duty_sql[] = {
	[ADD] = { "INSERT INTO d_duty (book, id, what, holder, rule, subject, case_id, opener, "
		  "opened_seq, opened_at, norm_seq, clock, due, provisional, state, done_seq, "
		  "done_at, "
		  "missed_seq, period, period_from, ended_seq, blocks) VALUES ($book, $duty, "
		  "$what, "
		  "$holder, $rule, $subject, $case_id, $opener, $opened_seq, $opened_at, "
		  "$norm_seq, "
		  "$clock, $due, $provisional, 'open', NULL, NULL, NULL, $period, $period_from, "
		  "NULL, "
		  "$blocks)" },
	[REVIVABLE] = { "SELECT id, opened_at, clock, due FROM d_duty WHERE book = $book "
			"AND opener = $opener AND what = $what AND state = 'cancelled' "
			"AND ended_seq = $ended_seq AND ($rule <> $each OR holder = $holder) "
			"ORDER BY id LIMIT 1" },
	[REVIVE] = { "UPDATE d_duty SET holder = $holder, subject = $subject, "
		     "case_id = $case_id, opened_at = $opened_at, norm_seq = $norm_seq, "
		     "clock = $clock, due = CASE WHEN $same = 1 THEN due ELSE $due END, "
		     "provisional = CASE WHEN $same = 1 THEN provisional ELSE $provisional END, "
		     "missed_seq = CASE WHEN $same = 1 THEN missed_seq END, ended_seq = NULL "
		     "WHERE book = $book AND id = $duty" },
	[FOLLOW] = { "UPDATE d_duty SET holder = $holder WHERE book = $book AND subject = $subject "
		     "AND rule = $rule AND state IN ('open', 'paused')" },
	[FOLLOW_CASE] = { "UPDATE d_duty SET holder = $holder WHERE book = $book "
			  "AND case_id = $case_id AND rule = $rule "
			  "AND state IN ('open', 'paused')" },
	[CANCEL_CASE] = { "UPDATE d_duty SET state = 'cancelled', ended_seq = $ended_seq "
			  "WHERE book = $book AND case_id = $case_id AND state IN " LIVE_STATES },
	[OPEN_LIKE] = { "SELECT count(*) FROM d_duty WHERE book = $book AND what = $what "
			"AND subject = $subject AND state IN " LIVE_STATES },
	[BLOCKING] = { "SELECT what FROM d_duty WHERE book = $book AND case_id = $case_id "
		       "AND blocks = 1 AND state IN " LIVE_STATES },
	{ 0 },
};

const struct duty_rule *duty_rule_find(const struct ledger *ledger, const char *what)
{
	for (int i = 0; i < ledger->kind_count; i++) {
		const struct duty_rule *rule = ledger->kinds[i].kind->duties;
		for (; rule && rule->what; rule++) {
			if (strcmp(rule->what, what) == 0)
				return rule;
		}
	}
	return NULL;
}

const struct cadence *cadence_find(const struct ledger *ledger, const char *what)
{
	for (const struct module **module = ledger->modules; *module; module++) {
		const struct cadence *cadence = (*module)->cadences;
		for (; cadence && cadence->what; cadence++) {
			if (strcmp(cadence->what, what) == 0)
				return cadence;
		}
	}
	return NULL;
}

static void set_duty(struct view *view, const struct new_duty *duty, const char *id)
{
	view_set_text(view, "duty", id);
	view_set_text(view, "what", duty->what);
	view_set_text(view, "holder", duty->holder);
	view_set_integer(view, "rule", duty->rule);
	view_set_text(view, "subject", duty->subject);
	view_set_text(view, "case_id", duty->case_id);
	view_set_text(view, "opener", duty->opener);
	view_set_integer(view, "opened_seq", duty->opened_seq);
	view_set_integer(view, "opened_at", duty->opened_at);
	view_set_integer(view, "norm_seq", duty->norm_seq);
	view_set_text(view, "clock", duty->clock);
	view_set_integer(view, "due", duty->due);
	view_set_integer(view, "provisional", duty->provisional);
	view_set_text(view, "period", duty->period);
	view_set_integer(view, "period_from", duty->period_from);
	view_set_integer(view, "blocks", duty->blocks);
}

enum result duty_insert(
	struct ledger *ledger, const struct new_duty *duty, const char **id, struct error *error)
{
	*id = arena_print(&ledger->arena, "%" PRId64 ".%d", ledger->fold_seq, ledger->duty_index++);
	set_duty(&ledger->view, duty, *id);
	return duty_change(ledger, &duty_sql[ADD], duty->subject, NULL, error);
}

/* ------------------------------------------------------------------ opening */

const char *duty_office(struct ledger *ledger, const char *subject, int day)
{
	char type[16];
	const char *id, *unit = NULL;

	if (subject && reference_split(subject, type, &id)) {
		if (strcmp(type, "customer") == 0)
			unit = view_customer_unit(&ledger->view, id);
		else if (strcmp(type, "staff") == 0)
			unit = view_staff_unit(&ledger->view, id, day);
		else if (strcmp(type, "unit") == 0)
			unit = id;
	}
	if (!unit)
		unit = directory_root(&ledger->view);
	return arena_print(&ledger->arena, "unit:%s", unit ? unit : "");
}

/* Who holds it, as a reference; the office of the subject's unit where nobody else does. */
static const char *holder_of(struct ledger *ledger, enum holder rule, const char *named,
	const char *subject, const struct entry *entry, struct error *error)
{
	int day = instant_day(entry->clock_at);
	const char *staff = NULL, *owner = NULL, *first = NULL, *customer;

	switch (rule) {
	case HOLDER_AUTHOR:
		staff = *entry->author ? entry->author : NULL;
		break;
	case HOLDER_FIELD:
	case HOLDER_EACH:
		staff = named;
		break;
	case HOLDER_MANAGER:
		if (subject && text_starts(subject, "customer:"))
			staff = view_manager(&ledger->view, subject + 9, ledger->recorded_at);
		break;
	case HOLDER_OFFICE:
		break;
	case HOLDER_CASE_OWNER:
	case HOLDER_FIRST_OWNER:
		if (entry->case_id &&
			case_owners(ledger, entry->case_id, &owner, &first, &customer, error) == OK)
			owner = rule == HOLDER_FIRST_OWNER ? first : owner;
		if (owner)
			return owner;
		break;
	}
	return staff ? arena_print(&ledger->arena, "staff:%s", staff)
		     : duty_office(ledger, subject, day);
}

/* What a duty is about: the customer, else the unit or person the entry names. */
static const char *subject_of(struct ledger *ledger, const struct entry *entry)
{
	static const enum field_type order[] = { FIELD_CUSTOMER, FIELD_UNIT, FIELD_STAFF };

	for (size_t i = 0; i < COUNT_OF(order); i++) {
		for (const struct field *field = entry->kind->fields; field->name; field++) {
			if (field->type != order[i] || field->flags & LIST ||
				!entry_has(entry, field->name))
				continue;
			return arena_print(&ledger->arena, "%s:%s", field_reference(order[i]),
				entry_text(entry, field->name));
		}
	}
	return "";
}

/* The duty that the corrected entry had opened before, where it still asks for one: it keeps
 * its id, its pauses, and its due and its miss where nothing they follow from has changed. */
static enum result revive(
	struct ledger *ledger, const struct new_duty *duty, const char **id, struct error *error)
{
	struct view *view = &ledger->view;
	struct query *rows;
	enum result result;
	bool same = false;

	*id = NULL;
	view_set_text(view, "opener", duty->opener);
	view_set_text(view, "what", duty->what);
	view_set_text(view, "holder", duty->holder);
	view_set_integer(view, "rule", duty->rule);
	view_set_integer(view, "each", HOLDER_EACH);
	view_set_integer(view, "ended_seq", ledger->fold_seq);
	if (view_run(view, &duty_sql[REVIVABLE], NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error)) {
		*id = arena_text(&ledger->arena, rows_text(rows, 0));
		same = rows_integer(rows, 1) == duty->opened_at &&
		       strcmp(rows_text(rows, 2), duty->clock) == 0 &&
		       (*duty->clock || rows_integer(rows, 3) == duty->due);
	}
	query_end(rows);
	if (!*id)
		return result;
	set_duty(view, duty, *id);
	view_set_integer(view, "same", same);
	if (duty_change(ledger, &duty_sql[REVIVE], NULL, NULL, error) != OK ||
		(!same && clocks_again(ledger, *id, error) != OK))
		return error->result;
	return duty_reopen(ledger, *id, error);
}

static enum result open_one(struct ledger *ledger, struct new_duty *duty, const struct entry *entry,
	struct error *error)
{
	struct due_for due = { 0 };
	char clock[40];
	const char *id;

	duty->opened_seq = entry->seq;
	duty->opened_at = entry->clock_at;
	duty->case_id = entry->case_id;
	if (!duty->due) {
		if (clocks_due(ledger, duty->what, entry->clock_at, instant_day(entry->clock_at),
			    entry->seq, &due, error) != OK ||
			!due.limited)
			return error->result;
		snprintf(clock, sizeof(clock), "%s:%d", limit_unit_text(due.limit.unit),
			due.limit.amount);
		duty->due = due.due;
		duty->norm_seq = due.norm_seq;
		duty->provisional = due.provisional;
		duty->clock = clock;
	}
	/* Work of the past that is imported opens nothing that is already over. */
	if (entry->origin == ORIGIN_IMPORT && duty->due < entry->recorded_at)
		return OK;
	if (ledger->fold_seq == entry->seq)
		return duty_insert(ledger, duty, &id, error);
	if (revive(ledger, duty, &id, error) != OK ||
		(!id && duty_insert(ledger, duty, &id, error) != OK))
		return error->result;
	return duty_rematch(ledger, id, error);
}

static enum result open_rule(struct ledger *ledger, const struct duty_rule *rule, const char *named,
	const struct entry *entry, struct error *error)
{
	const char *subject = subject_of(ledger, entry);
	struct new_duty duty = { .what = rule->what,
		.subject = subject,
		.opener = entry->id,
		.rule = rule->holder,
		.clock = "",
		.blocks = rule->blocks_closing };
	int day;

	duty.holder = holder_of(ledger, rule->holder, named, subject, entry, error);
	if (rule->due_field) {
		const char *text = entry_text(entry, rule->due_field);
		if (!text || !day_parse(text, &day))
			return error->result;
		duty.due = day_start(day + 1);
	}
	return error->result == OK ? open_one(ledger, &duty, entry, error) : error->result;
}

static enum result open_each(struct ledger *ledger, const struct duty_rule *rule,
	const struct entry *entry, struct error *error)
{
	size_t i;
	json_t *item, *list = json_object_get(entry->body, rule->field);

	json_array_foreach(list, i, item)
	{
		if (open_rule(ledger, rule, json_string_value(item), entry, error) != OK)
			return error->result;
	}
	return OK;
}

static bool wanted(const struct duty_rule *rule, const struct entry *entry)
{
	if (!rule->only_if)
		return true;
	return entry_text(entry, rule->only_if) || entry_integer(entry, rule->only_if, 0);
}

static enum result open_all(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	const struct duty_rule *rule = entry->kind->duties;
	enum result result = OK;

	for (; result == OK && rule && rule->what; rule++) {
		if (!wanted(rule, entry))
			continue;
		const char *named =
			rule->holder == HOLDER_FIELD ? entry_text(entry, rule->field) : NULL;
		result = rule->holder == HOLDER_EACH ? open_each(ledger, rule, entry, error)
						     : open_rule(ledger, rule, named, entry, error);
	}
	return result;
}

/* What a module opens has no opening entry that could take it back: the module itself ends
 * it. Where an older entry is folded again, the need begins with the entry that caused that. */
enum result duty_open(struct ledger *ledger, const char *what, enum holder holder,
	const char *named, const char *subject, int64_t due, const struct entry *entry,
	struct error *error)
{
	struct new_duty duty = { .what = what,
		.subject = subject,
		.opener = "",
		.rule = holder,
		.clock = "",
		.due = due };
	struct entry cause = *entry;
	struct query *rows;
	bool row, open = false;

	view_set_text(&ledger->view, "what", what);
	view_set_text(&ledger->view, "subject", subject);
	if (view_run(&ledger->view, &duty_sql[OPEN_LIKE], NULL, &rows, error) != OK)
		return error->result;
	if (query_next(rows, &row, error) == OK)
		open = query_integer(rows, 0) > 0;
	query_end(rows);
	if (open || error->result != OK)
		return error->result;
	if (cause.seq != ledger->fold_seq) {
		cause.seq = ledger->fold_seq;
		cause.clock_at = cause.recorded_at = ledger->recorded_at;
	}
	duty.holder = holder_of(ledger, holder, named, subject, &cause, error);
	return error->result == OK ? open_one(ledger, &duty, &cause, error) : error->result;
}

enum result duty_fold(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	if (duty_discharge(ledger, entry, error) != OK)
		return error->result;
	return open_all(ledger, entry, error);
}

/* ------------------------------------------------------------------ following */

enum result duty_follow(
	struct ledger *ledger, const char *customer, int64_t at, struct error *error)
{
	const char *subject = arena_print(&ledger->arena, "customer:%s", customer);
	const char *manager = view_manager(&ledger->view, customer, at);
	const char *holder = manager ? arena_print(&ledger->arena, "staff:%s", manager)
				     : duty_office(ledger, subject, instant_day(at));

	view_set_text(&ledger->view, "holder", holder);
	view_set_text(&ledger->view, "subject", subject);
	view_set_integer(&ledger->view, "rule", HOLDER_MANAGER);
	return duty_change(ledger, &duty_sql[FOLLOW], subject, NULL, error);
}

enum result duty_follow_case(
	struct ledger *ledger, const char *case_id, const char *owner, struct error *error)
{
	view_set_text(&ledger->view, "holder", owner);
	view_set_text(&ledger->view, "case_id", case_id);
	view_set_integer(&ledger->view, "rule", HOLDER_CASE_OWNER);
	return duty_change(ledger, &duty_sql[FOLLOW_CASE], NULL, NULL, error);
}

enum result duty_cancel_case(struct ledger *ledger, const char *case_id, struct error *error)
{
	view_set_text(&ledger->view, "case_id", case_id);
	view_set_integer(&ledger->view, "ended_seq", ledger->fold_seq);
	return duty_change(ledger, &duty_sql[CANCEL_CASE], NULL, NULL, error);
}

/* The duties that this kind of entry itself discharges do not stand in its way. */
enum result duty_blocks(struct ledger *ledger, const char *case_id, const struct kind *closing,
	bool *blocks, struct error *error)
{
	struct query *rows;
	enum result result;

	*blocks = false;
	view_set_text(&ledger->view, "case_id", case_id);
	if (view_run(&ledger->view, &duty_sql[BLOCKING], NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		const struct duty_rule *rule = duty_rule_find(ledger, rows_text(rows, 0));
		if (!rule || strcmp(rule->until, closing->name) != 0)
			*blocks = true;
	}
	query_end(rows);
	return result;
}

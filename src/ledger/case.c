/* Cases: a state, and exactly one owner at every instant. */
#include "ledger/book.h"

#include <stdio.h>
#include <string.h>

enum { OPEN, FIND, MOVE_TO, END, OWN, OWNER_ADD, OFFER, WITHDRAW, CORRECT, SINCE, ABOUT_CASE };

const struct statement case_sql[] = {
	[OPEN] = { "INSERT INTO d_case (book, id, type, state, owner, first_owner, offered_to, "
		   "customer, opened_seq, opened_at, ended_seq, ended_at) VALUES ($book, $case_id, "
		   "$type, $state, $owner, $owner, NULL, $customer, $seq, $at, NULL, NULL)" },
	[FIND] = { "SELECT type, state, owner, first_owner, offered_to, customer, ended_at "
		   "FROM d_case WHERE book = $book AND id = $case_id" },
	[MOVE_TO] = { "UPDATE d_case SET state = $state WHERE book = $book AND id = $case_id" },
	[END] = { "UPDATE d_case SET ended_seq = $seq, ended_at = $at "
		  "WHERE book = $book AND id = $case_id" },
	[OWN] = { "UPDATE d_case SET owner = $owner, offered_to = NULL "
		  "WHERE book = $book AND id = $case_id" },
	/* Whatever a clock that was behind says, an owner follows the one before him. */
	[OWNER_ADD] = { "INSERT INTO d_case_owner (book, id, seq, owner, since) "
			"SELECT $book, $case_id, $seq, $owner, CASE WHEN since > $at THEN since "
			"ELSE $at END FROM (SELECT max(since) AS since FROM d_case_owner "
			"WHERE book = $book AND id = $case_id) AS last" },
	[OFFER] = { "UPDATE d_case SET offered_to = $to WHERE book = $book AND id = $case_id" },
	[WITHDRAW] = { "UPDATE d_case SET state = 'withdrawn', ended_seq = $seq, ended_at = $at "
		       "WHERE book = $book AND id = $case_id" },
	[CORRECT] = { "UPDATE d_case SET customer = $customer, opened_at = $at "
		      "WHERE book = $book AND id = $case_id" },
	[SINCE] = { "UPDATE d_case_owner SET since = CASE WHEN $at > (SELECT min(since) "
		    "FROM d_case_owner o WHERE o.book = $book AND o.id = $case_id "
		    "AND o.seq > $seq) THEN since ELSE $at END "
		    "WHERE book = $book AND id = $case_id AND seq = $seq" },
	[ABOUT_CASE] = { "SELECT seq FROM d_about WHERE book = $book AND ref = $ref ORDER BY seq" },
	{ 0 },
};

struct case_now {
	const char *type, *state, *owner, *first_owner, *offered_to, *customer;
	bool ended;
};

static const char *kept(struct ledger *ledger, const struct query *rows, int column)
{
	const char *text = query_text(rows, column);

	return text ? arena_text(&ledger->arena, text) : NULL;
}

static enum result case_find(
	struct ledger *ledger, const char *id, struct case_now *now, struct error *error)
{
	struct query *rows;
	bool row;

	*now = (struct case_now){ 0 };
	if (store_query(ledger->store, &case_sql[FIND], &rows, error) != OK)
		return error->result;
	query_bind_integer(rows, "book", ledger->book);
	query_bind_text(rows, "case_id", id);
	enum result result = query_next(rows, &row, error);
	if (result == OK && row)
		*now = (struct case_now){ kept(ledger, rows, 0), kept(ledger, rows, 1),
			kept(ledger, rows, 2), kept(ledger, rows, 3), kept(ledger, rows, 4),
			kept(ledger, rows, 5), query_value(rows, 6).type != VALUE_NULL };
	query_end(rows);
	return result;
}

enum result case_owners(struct ledger *ledger, const char *case_id, const char **owner,
	const char **first_owner, const char **customer, struct error *error)
{
	struct case_now now;
	enum result result = case_find(ledger, case_id, &now, error);

	*owner = now.owner;
	*first_owner = now.first_owner;
	*customer = now.customer;
	return result;
}

enum result case_type_of(
	struct ledger *ledger, const char *case_id, const char **type, struct error *error)
{
	struct case_now now;
	enum result result = case_find(ledger, case_id, &now, error);

	*type = now.type;
	return result;
}

/* The case an entry speaks of. */
static const char *case_of(const struct entry *entry)
{
	for (const struct field *field = entry->kind->fields; field->name; field++) {
		if (field->type == FIELD_CASE)
			return entry_text(entry, field->name);
	}
	return NULL;
}

static bool applies(const struct move *move, const struct entry *entry, const char *state)
{
	if (strcmp(move->from, state) != 0 || strcmp(move->by, entry->kind->name) != 0)
		return false;
	if (!move->when)
		return true;
	bool negated = *move->when == '!';
	return (entry_integer(entry, move->when + negated, 0) != 0) != negated;
}

static const struct move *move_find(
	const struct case_type *type, const struct entry *entry, const char *state)
{
	for (const struct move *move = type->moves; move && move->from; move++) {
		if (applies(move, entry, state))
			return move;
	}
	return NULL;
}

static bool moves_by(const struct case_type *type, const struct entry *entry)
{
	for (const struct move *move = type->moves; move && move->from; move++) {
		if (strcmp(move->by, entry->kind->name) == 0)
			return true;
	}
	return false;
}

static enum result baton_check(const struct session *session, const struct entry *entry,
	const struct case_now *now, struct error *error)
{
	if (now->ended)
		return error_refuse(error, "refused.case_ended", "case", NULL);
	if (core_kind(entry->kind) == CASE_OFFERED)
		return OK;
	if (!now->offered_to)
		return error_refuse(error, "refused.not_offered", "case", NULL);
	const char *staff = *entry->author ? entry->author : session->staff;
	if (strcmp(now->offered_to, staff) != 0)
		return error_refuse(
			error, "refused.offered_to_other", "case", "staff", now->offered_to, NULL);
	return OK;
}

static enum result opening_check(
	const struct ledger *ledger, const struct entry *entry, struct error *error)
{
	const struct case_type *type = registry_case(ledger, entry->kind->opens_case);

	must(type != NULL);
	if (type->first_owner == HOLDER_AUTHOR && !*entry->author)
		return error_refuse(error, "refused.author_needed", "author", NULL);
	return OK;
}

enum result case_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error)
{
	const char *id = case_of(entry);
	struct case_now now;
	bool blocks = false;

	if (entry->kind->opens_case && opening_check(ledger, entry, error) != OK)
		return error->result;
	if (!id || case_find(ledger, id, &now, error) != OK)
		return error->result;
	enum core_kind kind = core_kind(entry->kind);
	if (kind == CASE_OFFERED || kind == CASE_ACCEPTED || kind == CASE_REFUSED)
		return baton_check(session, entry, &now, error);
	const struct case_type *type = registry_case(ledger, now.type);
	if (!type || entry->kind->class != MOVE || !moves_by(type, entry))
		return OK;
	const struct move *move = move_find(type, entry, now.state);
	if (!move)
		return error_refuse(error, "refused.case_state", "case", "state",
			arena_print(&ledger->arena, "state.%s.%s", now.type, now.state), NULL);
	if (strcmp(move->to, type->ends) != 0)
		return OK;
	if (duty_blocks(ledger, id, entry->kind, &blocks, error) != OK || !blocks)
		return error->result;
	return error_refuse(error, "refused.case_blocked", "case", NULL);
}

static enum result run(struct ledger *ledger, int number, const char *id, const struct entry *entry,
	struct error *error)
{
	view_set_text(&ledger->view, "case_id", id);
	return view_run_all(&ledger->view, &case_sql[number], entry, error);
}

static enum result own(struct ledger *ledger, const char *id, const char *owner,
	const struct entry *entry, struct error *error)
{
	view_set_text(&ledger->view, "owner", owner);
	if (run(ledger, OWN, id, entry, error) != OK)
		return error->result;
	view_set_text(&ledger->view, "owner", owner);
	if (run(ledger, OWNER_ADD, id, entry, error) != OK)
		return error->result;
	return duty_follow_case(ledger, id, owner, error);
}

static const char *customer_of(const struct entry *entry)
{
	for (const struct field *field = entry->kind->fields; field->name; field++) {
		if (field->type == FIELD_CUSTOMER)
			return entry_text(entry, field->name);
	}
	return NULL;
}

static const char *first_owner(
	struct ledger *ledger, const struct case_type *type, const struct entry *entry)
{
	const char *customer = customer_of(entry), *found = NULL;

	if (type->first_owner == HOLDER_AUTHOR && *entry->author)
		found = entry->author;
	if (type->first_owner == HOLDER_FIELD)
		found = entry_text(entry, type->owner_field);
	if (type->first_owner == HOLDER_MANAGER && customer)
		found = view_manager(&ledger->view, customer, entry->clock_at);
	if (found)
		return arena_print(&ledger->arena, "staff:%s", found);
	const char *unit = customer ? view_customer_unit(&ledger->view, customer) : NULL;
	return unit ? arena_print(&ledger->arena, "unit:%s", unit)
		    : duty_office(ledger, NULL, instant_day(entry->clock_at));
}

static enum result open_case(struct ledger *ledger, struct entry *entry, struct error *error)
{
	const struct case_type *type = registry_case(ledger, entry->kind->opens_case);
	const char *owner = first_owner(ledger, type, entry);

	entry->case_id = entry->id;
	view_set_text(&ledger->view, "type", type->name);
	view_set_text(&ledger->view, "state", type->moves ? type->moves[0].from : "open");
	view_set_text(&ledger->view, "owner", owner);
	view_set_text(&ledger->view, "customer", customer_of(entry));
	if (run(ledger, OPEN, entry->id, entry, error) != OK)
		return error->result;
	view_set_text(&ledger->view, "owner", owner);
	return run(ledger, OWNER_ADD, entry->id, entry, error);
}

static enum result move_case(struct ledger *ledger, const struct case_now *now,
	const struct entry *entry, struct error *error)
{
	const struct case_type *type = registry_case(ledger, now->type);
	const struct move *move = type ? move_find(type, entry, now->state) : NULL;

	if (!move)
		return OK;
	view_set_text(&ledger->view, "state", move->to);
	if (run(ledger, MOVE_TO, entry->case_id, entry, error) != OK)
		return error->result;
	return strcmp(move->to, type->ends) == 0 ? run(ledger, END, entry->case_id, entry, error)
						 : OK;
}

enum result case_fold(struct ledger *ledger, struct entry *entry, struct error *error)
{
	struct case_now now;

	if (entry->kind->opens_case)
		return open_case(ledger, entry, error);
	entry->case_id = case_of(entry);
	if (!entry->case_id || case_find(ledger, entry->case_id, &now, error) != OK || !now.type)
		return error->result;
	switch (core_kind(entry->kind)) {
	case CASE_OFFERED:
		view_set_text(&ledger->view, "to", entry_text(entry, "to"));
		return run(ledger, OFFER, entry->case_id, entry, error);
	case CASE_REFUSED:
		view_set_text(&ledger->view, "to", NULL);
		return run(ledger, OFFER, entry->case_id, entry, error);
	case CASE_ACCEPTED:
		if (!now.offered_to)
			return OK;
		return own(ledger, entry->case_id,
			arena_print(&ledger->arena, "staff:%s", now.offered_to), entry, error);
	default:
		return move_case(ledger, &now, entry, error);
	}
}

/* The entry that opened a case was withdrawn: the case was a mistake. */
enum result case_withdraw(struct ledger *ledger, const struct entry *entry, struct error *error)
{
	if (!entry->kind->opens_case)
		return OK;
	if (run(ledger, WITHDRAW, entry->id, entry, error) != OK)
		return error->result;
	return duty_cancel_case(ledger, entry->id, error);
}

/* Note the entries of a case about what they name, its customer among it, or no longer. */
static enum result moves_note(
	struct ledger *ledger, const struct collected *moves, bool noted, struct error *error)
{
	enum result result = OK;
	struct entry move;
	bool withdrawn;

	for (size_t i = 0; result == OK && i < moves->count; i++) {
		result = load_entry(
			ledger, &ledger->arena, moves->items[i].integer, &move, &withdrawn, error);
		if (result != OK)
			break;
		result = noted ? fold_about(ledger, &move, !withdrawn, error)
			       : fold_unabout(ledger, &move, error);
		entry_release(&move);
	}
	return result;
}

enum result case_correct(struct ledger *ledger, const struct entry *before,
	const struct entry *after, struct error *error)
{
	const char *was = customer_of(before), *is = customer_of(after);
	struct collected moves = { 0 };
	enum result result = OK;

	if (!after->kind->opens_case)
		return OK;
	if (!text_equal(was ? was : "", is ? is : "")) {
		view_set_text(
			&ledger->view, "ref", arena_print(&ledger->arena, "case:%s", after->id));
		result = collect(ledger, &case_sql[ABOUT_CASE], NULL, &moves, error);
	}
	if (result == OK)
		result = moves_note(ledger, &moves, false, error);
	if (result == OK) {
		view_set_text(&ledger->view, "customer", is);
		result = run(ledger, CORRECT, after->id, after, error);
	}
	if (result == OK)
		result = run(ledger, SINCE, after->id, after, error);
	if (result == OK)
		result = moves_note(ledger, &moves, true, error);
	collected_release(&moves);
	return result;
}

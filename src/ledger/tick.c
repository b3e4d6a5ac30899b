/*
 * Time that passes is recorded: day.opened at each local midnight, duty.missed as duties fall
 * due. Ids are made from the book, the subject and the instant, so that several tickers, or
 * one that catches up after a stop, write each once, with the true instants.
 */
#include "ledger/book.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LAST_DAY, NEXT_MISS, MISSES };

const struct statement tick_sql[] = {
	[LAST_DAY] = { "SELECT max(day) FROM d_day WHERE book = $book" },
	[NEXT_MISS] = { "SELECT min(due) FROM d_duty WHERE book = $book AND state = 'open' "
			"AND due < $before" },
	[MISSES] = { "SELECT id FROM d_duty WHERE book = $book AND state = 'open' AND due = $due "
		     "ORDER BY id LIMIT 5000" },
	{ 0 },
};

static enum result append_system(struct ledger *ledger, const struct session *session,
	const char *kind, int64_t at, const char *name, json_t *body, int *appended,
	struct error *error)
{
	struct session system = *session;
	struct answer answer;
	char id[ID_TEXT], instant[INSTANT_TEXT];

	system.staff = "";
	system.login = "system";
	system.origin = ORIGIN_SYSTEM;
	system.batch = NULL;
	json_t *envelope = json_pack("{s:s, s:s, s:s, s:o}", "id", id_text(id_derive(at, name), id),
		"kind", kind, "at", instant_text(at, instant), "body", body);
	must(envelope != NULL);
	enum result result = ledger_append(ledger, &system, envelope, &answer, error);
	json_decref(envelope);
	if (result == OK && answer.status == NOT_TAKEN) {
		*error = answer.error;
		return answer.error.result;
	}
	*appended += result == OK && answer.status == APPENDED;
	return result;
}

static enum result open_day(struct ledger *ledger, const struct session *session, int day,
	int *appended, struct error *error)
{
	char name[128], text[DAY_TEXT];

	snprintf(name, sizeof(name), "%s/day.opened/%s", ledger->book_name, day_text(day, text));
	return append_system(ledger, session, "day.opened", day_start(day), name,
		json_pack("{s:s}", "day", text), appended, error);
}

static enum result one_number(
	struct ledger *ledger, int number, bool *found, int64_t *value, struct error *error)
{
	struct query *rows;
	enum result result;

	*found = false;
	if (view_run(&ledger->view, &tick_sql[number], NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error) && !rows_null(rows, 0)) {
		*found = true;
		*value = rows_integer(rows, 0);
	}
	rows_end(rows);
	return result;
}

static enum result miss_at(struct ledger *ledger, const struct session *session, int64_t due,
	int *appended, struct error *error)
{
	char name[192], instant[INSTANT_TEXT], first[40] = "", id[ID_TEXT];
	json_t *table = json_array();
	struct query *rows;
	enum result result;

	view_set_integer(&ledger->view, "due", due);
	if (view_run(&ledger->view, &tick_sql[MISSES], NULL, &rows, error) != OK) {
		json_decref(table);
		return error->result;
	}
	while (rows_next(rows, &result, error)) {
		if (!*first)
			text_copy(first, sizeof(first), rows_text(rows, 0));
		json_array_append_new(
			table, json_pack("[s, s]", rows_text(rows, 0), instant_text(due, instant)));
	}
	rows_end(rows);
	if (result != OK || !*first) {
		json_decref(table);
		return result;
	}
	int length = snprintf(
		name, sizeof(name), "%s/duty.missed/%" PRId64 "/%s", ledger->book_name, due, first);
	/* A due that was corrected away and back is missed a second time. */
	for (int again = 1; ledger_find(ledger, id_text(id_derive(due + 1, name), id)); again++)
		snprintf(name + length, sizeof(name) - (size_t)length, "/%d", again);
	return append_system(ledger, session, "duty.missed", due + 1, name,
		json_pack("{s:[s, s], s:o}", "columns", "duty", "due", "rows", table), appended,
		error);
}

/* Every miss that fell before `before`, earliest first. */
static enum result misses(struct ledger *ledger, const struct session *session, int64_t before,
	int *appended, struct error *error)
{
	bool found = true;
	int64_t due = 0;

	while (found) {
		int count = *appended;
		view_set_integer(&ledger->view, "before", before);
		if (one_number(ledger, NEXT_MISS, &found, &due, error) != OK)
			return error->result;
		if (found && miss_at(ledger, session, due, appended, error) != OK)
			return error->result;
		/* An entry that was already there and left the duty open would go round for ever.
		 */
		if (found && count == *appended)
			return error_trouble(error, "trouble.tick", NULL);
	}
	return OK;
}

static enum result last_day(struct ledger *ledger, int otherwise, int *day, struct error *error)
{
	struct query *rows;
	enum result result;

	*day = otherwise;
	if (view_run(&ledger->view, &tick_sql[LAST_DAY], NULL, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error) && !rows_null(rows, 0))
		must(day_parse(rows_text(rows, 0), day));
	rows_end(rows);
	return result;
}

enum result ledger_tick(
	struct ledger *ledger, const struct session *session, int *appended, struct error *error)
{
	int today = instant_day(session->now), day;

	*appended = 0;
	must(ledger->in_batch);
	if (last_day(ledger, today - 1, &day, error) != OK)
		return error->result;
	for (day++; day <= today; day++) {
		if (misses(ledger, session, day_start(day), appended, error) != OK ||
			open_day(ledger, session, day, appended, error) != OK)
			return error->result;
	}
	return misses(ledger, session, session->now, appended, error);
}

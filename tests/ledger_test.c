/* The core through its own door: append, corrections, duties, cases, norms, replay. */
#include "little_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct found {
	struct duty duty;
	char id[32], state[16], holder[64];
	int count;
};

static bool keep_last(void *context, const struct duty *duty)
{
	struct found *found = context;

	found->duty = *duty;
	snprintf(found->id, sizeof(found->id), "%s", duty->id);
	snprintf(found->state, sizeof(found->state), "%s", duty->state);
	snprintf(found->holder, sizeof(found->holder), "%s", duty->holder);
	found->count++;
	return true;
}

static struct found duties_of(struct test_book *book, const char *holder, const char *day_of)
{
	struct found found = { .count = 0 };
	struct error error = { 0 };
	int day;

	assert_true(day_parse(day_of, &day));
	assert_int_equal(ledger_duties(book->ledger, holder, day, keep_last, &found, &error), OK);
	return found;
}

static void an_entry_is_appended_once(void **state)
{
	struct test_book book;
	struct error error = { 0 };
	struct answer answer;

	(void)state;
	little_book_open(&book);
	json_t *same = json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "id",
		"01J00000000000000000000001", "kind", "little.visit", "at",
		"2026-03-02T08:00:00+08:00", "body", "customer", "C1", "note", "看了机房");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ledger_begin(book.ledger, &error), OK);
		assert_int_equal(
			ledger_append(book.ledger, &book.session, same, &answer, &error), OK);
		assert_int_equal(answer.status, i ? ALREADY : APPENDED);
		assert_int_equal(ledger_commit(book.ledger, &error), OK);
	}
	json_decref(same);
	test_refused(&book, "refused.id_taken",
		"{\"id\":\"01J00000000000000000000001\",\"kind\":\"little.visit\","
		"\"at\":\"2026-03-02T08:00:00+08:00\","
		"\"body\":{\"customer\":\"C1\",\"note\":\"别的话\"}}");
	test_book_holds(&book);
	test_book_close(&book);
}

static void bad_entries_are_refused_by_name(void **state)
{
	static const struct {
		const char *key, *text;
	} bad[] = {
		{ "refused.unknown_kind", "{\"kind\":\"no.such\",\"body\":{}}" },
		{ "refused.required",
			"{\"kind\":\"little.visit\",\"body\":{\"customer\":\"C1\"}}" },
		{ "refused.unknown_customer", "{\"kind\":\"little.visit\",\"body\":{\"customer\":"
					      "\"C9\",\"note\":\"x\"}}" },
		{ "refused.unknown_field",
			"{\"kind\":\"little.visit\",\"body\":{\"customer\":\"C1\","
			"\"note\":\"x\",\"colour\":\"red\"}}" },
		{ "refused.range", "{\"kind\":\"little.visit\",\"body\":{\"customer\":\"C1\","
				   "\"note\":\"x\",\"minutes\":1001}}" },
		{ "refused.integer", "{\"kind\":\"little.visit\",\"body\":{\"customer\":\"C1\","
				     "\"note\":\"x\",\"minutes\":1.5}}" },
		{ "refused.day", "{\"kind\":\"little.visit\",\"body\":{\"customer\":\"C1\","
				 "\"note\":\"x\",\"promise_due\":\"2026-02-30\"}}" },
		{ "refused.future",
			"{\"kind\":\"little.visit\",\"at\":\"2026-03-02T09:05:01+08:00\","
			"\"body\":{\"customer\":\"C1\",\"note\":\"x\"}}" },
		{ "refused.id", "{\"id\":\"abc\",\"kind\":\"little.visit\","
				"\"body\":{\"customer\":\"C1\",\"note\":\"x\"}}" },
		{ "refused.rows", "{\"kind\":\"little.figures\",\"body\":{\"rows\":[]}}" },
		{ "refused.author_needed",
			"{\"kind\":\"little.problem\",\"body\":{\"customer\":\"C1\","
			"\"matter\":\"断网\"}}" },
		{ "refused.system_only",
			"{\"kind\":\"day.opened\",\"body\":{\"day\":\"2026-03-02\"}}" },
		{ "refused.unknown_norm",
			"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"no.norm\","
			"\"document\":\"01J00000000000000000000001\","
			"\"effective\":\"2026-01-01\",\"mark\":\"D\",\"rows\":[]}}" },
	};
	struct test_book book;

	(void)state;
	little_book_open(&book);
	test_put(&book, "{\"id\":\"01J00000000000000000000001\",\"kind\":\"document.issued\","
			"\"body\":{\"title\":\"t\",\"effective\":\"2026-01-01\"}}");
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		test_refused(&book, bad[i].key, "%s", bad[i].text);
	/* A clock a little ahead is now. */
	test_put(&book, "{\"kind\":\"little.visit\",\"at\":\"2026-03-02T09:04:59+08:00\","
			"\"body\":{\"customer\":\"C1\",\"note\":\"x\"}}");
	test_book_holds(&book);
	test_book_close(&book);
}

static void corrections_and_withdrawals_move_the_figures(void **state)
{
	struct test_book book;
	char visit[ID_TEXT], figures[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(visit, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
				"{\"customer\":\"C1\",\"note\":\"一\",\"minutes\":30,"
				"\"person\":\"王总\"}}"));
	test_put(&book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
			"{\"customer\":\"C2\",\"note\":\"二\",\"minutes\":20}}");
	assert_int_equal(
		test_figure(&book, "little.minutes", "unit:U", "2026-03-01", "2026-03-31"), 50);
	assert_int_equal(
		test_figure(&book, "little.long", "unit:V", "2026-03-01", "2026-03-31"), 500);
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"记错\","
		"\"at\":\"2026-03-01T10:00:00+08:00\",\"body\":{\"customer\":\"C3\","
		"\"note\":\"一\",\"minutes\":45,\"person\":\"李总\"}}}",
		visit);
	assert_int_equal(
		test_figure(&book, "little.minutes", "unit:U", "2026-03-01", "2026-03-01"), 45);
	assert_int_equal(
		test_figure(&book, "little.minutes", "unit:V", "2026-03-01", "2026-03-31"), 20);
	assert_int_equal(
		test_figure(&book, "little.minutes", "customer:C1", "2026-03-01", "2026-03-31"),
		-1);
	test_withdraw(&book, visit);
	assert_int_equal(
		test_figure(&book, "little.visits", "unit:U", "2026-03-01", "2026-03-31"), 1);
	test_refused(&book, "refused.already_withdrawn",
		"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"reason\":\"x\"}}",
		visit);

	text_copy(figures, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.figures\",\"body\":{\"rows\":["
				"{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":100},"
				"{\"customer\":\"C2\",\"month\":\"2026-01\",\"amount\":-30}]}}"));
	assert_int_equal(
		test_figure(&book, "little.amount", "unit:V", "2026-01-01", "2026-01-31"), 70);
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"row\":1,"
		"\"reason\":\"录错\",\"body\":{\"customer\":\"C2\",\"month\":\"2026-01\","
		"\"amount\":-40}}}",
		figures);
	assert_int_equal(
		test_figure(&book, "little.amount", "unit:V", "2026-01-01", "2026-01-31"), 60);
	test_put(&book,
		"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"row\":0,"
		"\"reason\":\"x\"}}",
		figures);
	assert_int_equal(
		test_figure(&book, "little.amount", "unit:V", "2026-01-01", "2026-01-31"), -40);
	/* A later correction of the whole entry wins over an earlier one of a row. */
	test_correct(&book, figures,
		"{\"rows\":[{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":7},{\"customer\":"
		"\"C2\",\"month\":\"2026-01\",\"amount\":8}]}");
	assert_int_equal(
		test_figure(&book, "little.amount", "unit:V", "2026-01-01", "2026-01-31"), 15);
	test_book_holds(&book);
	test_book_close(&book);
}

static int64_t amount_of(struct test_book *book, const char *reference)
{
	return test_figure(book, "little.amount", reference, "2026-01-01", "2026-01-31");
}

/* What a batch showed that never came to be is not shown afterwards, though the next entry gets
 * the same number. */
static void a_figure_follows_the_manager(void **state)
{
	struct test_book book;
	struct answer answer;
	struct error error = { 0 };

	(void)state;
	little_book_open(&book);
	test_put(&book, "{\"kind\":\"little.figures\",\"body\":{\"rows\":["
			"{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":100}]}}");
	test_put(&book, "{\"kind\":\"little.manager\",\"author\":\"zhou\",\"body\":"
			"{\"customer\":\"C1\",\"staff\":\"zhou\"}}");
	assert_int_equal(amount_of(&book, "staff:zhou"), 100);
	assert_int_equal(amount_of(&book, "staff:chen"), -1);

	json_t *envelope = json_pack("{s:s,s:s,s:{s:s,s:s}}", "kind", "little.manager", "author",
		"zhou", "body", "customer", "C1", "staff", "chen");
	assert_int_equal(ledger_begin(book.ledger, &error), OK);
	assert_int_equal(ledger_append(book.ledger, &book.session, envelope, &answer, &error), OK);
	assert_int_equal(answer.status, APPENDED);
	assert_int_equal(amount_of(&book, "staff:chen"), 100);
	ledger_rollback(book.ledger);
	json_decref(envelope);
	test_put(&book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
			"{\"customer\":\"C2\",\"note\":\"二\",\"minutes\":20}}");
	assert_int_equal(amount_of(&book, "staff:zhou"), 100);
	assert_int_equal(amount_of(&book, "staff:chen"), -1);

	test_put(&book, "{\"kind\":\"little.manager\",\"author\":\"zhou\",\"body\":"
			"{\"customer\":\"C1\",\"staff\":\"chen\"}}");
	assert_int_equal(amount_of(&book, "staff:zhou"), -1);
	assert_int_equal(amount_of(&book, "staff:chen"), 100);
	test_book_close(&book);
}

/* What existed in a batch that was undone, or until it was taken back, exists no more. */
static void a_customer_that_is_gone_is_unknown(void **state)
{
	static const char visit[] = "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
				    "{\"customer\":\"N1\",\"note\":\"一\",\"minutes\":1}}";
	static const char customer[] = "{\"kind\":\"little.customer\",\"body\":"
				       "{\"code\":\"N1\",\"name\":\"新\",\"unit\":\"V\"}}";
	struct test_book book;
	struct answer answer;
	struct error error = { 0 };
	char made[ID_TEXT];

	(void)state;
	little_book_open(&book);
	assert_int_equal(ledger_begin(book.ledger, &error), OK);
	for (int i = 0; i < 2; i++) {
		json_t *envelope = json_loads(i ? visit : customer, 0, NULL);
		assert_int_equal(
			ledger_append(book.ledger, &book.session, envelope, &answer, &error), OK);
		assert_int_equal(answer.status, APPENDED);
		json_decref(envelope);
	}
	ledger_rollback(book.ledger);
	test_refused(&book, "refused.unknown_customer", "%s", visit);
	text_copy(made, ID_TEXT, test_put(&book, "%s", customer));
	test_withdraw(&book, test_put(&book, "%s", visit));
	test_withdraw(&book, made);
	test_refused(&book, "refused.unknown_customer", "%s", visit);
	test_book_close(&book);
}

static void an_erasure_leaves_a_chain_that_verifies(void **state)
{
	struct test_book book;
	struct buffer out;
	struct error error = { 0 };
	char visit[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(visit, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
				"{\"customer\":\"C1\",\"note\":\"一\",\"person\":\"王总\"}}"));
	buffer_init(&out, 65536);
	assert_int_equal(
		ledger_envelope(book.ledger, ledger_find(book.ledger, visit), &out, &error), OK);
	assert_non_null(strstr(out.bytes, "王总"));
	test_correct(&book, visit, "{\"customer\":\"C1\",\"note\":\"一\",\"person\":\"王大总\"}");
	test_erase(&book, visit);
	buffer_clear(&out);
	assert_int_equal(
		ledger_envelope(book.ledger, ledger_find(book.ledger, visit), &out, &error), OK);
	assert_null(strstr(out.bytes, "王"));
	buffer_release(&out);
	test_book_holds(&book);
	/* Nothing of it is left anywhere in the tables. */
	assert_answer(&book, "SELECT count(*) FROM d_little_visit WHERE person IS NOT NULL", "0");
	test_book_close(&book);
}

static void a_promise_is_a_duty_until_it_is_kept(void **state)
{
	struct test_book book;
	char visit[ID_TEXT], kept[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(visit, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
				"{\"customer\":\"C1\",\"note\":\"一\","
				"\"promise_due\":\"2026-03-05\"}}"));
	struct found found = duties_of(&book, "staff:zhou", "2026-03-02");
	assert_int_equal(found.count, 1); /* the document came before the norm for signing */
	test_clock(&book, "2026-03-07T09:00:00+08:00");
	assert_true(test_tick(&book) > 0);
	found = duties_of(&book, "staff:zhou", "2026-03-07");
	assert_string_equal(found.state, "missed");
	/* Kept in time, recorded the day after: the miss becomes done, and both stay visible. */
	text_copy(kept, ID_TEXT,
		test_put(&book,
			"{\"kind\":\"little.kept\",\"author\":\"zhou\","
			"\"origin\":\"import\",\"at\":\"2026-03-05T17:00:00+08:00\","
			"\"body\":{\"promise\":\"%s\"}}",
			visit));
	found = duties_of(&book, "staff:zhou", "2026-03-05");
	assert_string_equal(found.state, "done");
	assert_true(found.duty.missed_seq > 0);
	test_withdraw(&book, kept);
	found = duties_of(&book, "staff:zhou", "2026-03-07");
	assert_string_equal(found.state, "missed");
	test_put(&book,
		"{\"kind\":\"little.kept\",\"author\":\"zhou\",\"body\":{\"promise\":\"%s\"}}",
		visit);
	found = duties_of(&book, "staff:zhou", "2026-03-07");
	assert_string_equal(found.state, "done_late");
	test_withdraw(&book, visit);
	found = duties_of(&book, "staff:zhou", "2026-03-07");
	assert_int_equal(found.count, 0); /* what it had opened fell with it */
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_working_clock_pauses_and_explains_itself(void **state)
{
	struct test_book book;
	struct error error = { 0 };
	struct arena arena;
	struct duty duty;
	struct clock clock;
	struct stretch *stretches;
	char problem[ID_TEXT], text[INSTANT_TEXT];
	int count;

	(void)state;
	little_book_open(&book);
	arena_init(&arena, 1 << 20);
	test_clock(&book, "2026-03-06T17:20:00+08:00"); /* a Friday */
	text_copy(problem, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.problem\",\"author\":\"zhou\",\"body\":"
				"{\"customer\":\"C1\",\"matter\":\"断网\"}}"));
	struct found found = duties_of(&book, "staff:zhou", "2026-03-06");
	assert_int_equal(found.count, 1);
	assert_int_equal(ledger_duty(book.ledger, &arena, "12.0", &duty, &error), OK);
	assert_string_equal(duty.what, "little.solve");
	/* 40 minutes on Friday, the rest on Monday: 09:00 + 3 h + lunch + 4 h 20. */
	assert_string_equal(instant_text(duty.due, text), "2026-03-09T17:50:00+08:00");
	assert_int_equal(ledger_duty_explain(book.ledger, &arena, &duty, duty.due, &clock,
				 &stretches, &count, &error),
		OK);
	int64_t counted = 0;
	for (int i = 0; i < count; i++)
		counted += stretches[i].counted;
	assert_int_equal(counted, 8 * HOUR_MS);
	test_clock(&book, "2026-03-09T09:30:00+08:00");
	test_put(&book, "{\"kind\":\"duty.paused\",\"author\":\"zhou\",\"body\":{\"duty\":\"12.0\","
			"\"reason\":\"等客户开门\"}}");
	test_clock(&book, "2026-03-09T11:30:00+08:00");
	test_put(&book,
		"{\"kind\":\"duty.resumed\",\"author\":\"zhou\",\"body\":{\"duty\":\"12.0\"}}");
	assert_int_equal(ledger_duty(book.ledger, &arena, "12.0", &duty, &error), OK);
	assert_string_equal(instant_text(duty.due, text), "2026-03-10T10:50:00+08:00");
	test_refused(&book, "refused.duty_not_paused",
		"{\"kind\":\"duty.resumed\",\"author\":\"zhou\",\"body\":{\"duty\":\"12.0\"}}");
	/* The duty that keeps the case from closing is discharged by what closes it. */
	test_put(&book,
		"{\"kind\":\"little.solved\",\"author\":\"zhou\",\"body\":{\"problem\":\"%s\","
		"\"satisfied\":true}}",
		problem);
	test_refused(&book, "refused.case_state",
		"{\"kind\":\"little.solved\",\"author\":\"zhou\",\"body\":{\"problem\":\"%s\","
		"\"satisfied\":true}}",
		problem);
	arena_release(&arena);
	test_book_holds(&book);
	test_book_close(&book);
}

static void an_offer_is_not_a_handover(void **state)
{
	struct test_book book;
	char problem[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(problem, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.problem\",\"author\":\"zhou\",\"body\":"
				"{\"customer\":\"C1\",\"matter\":\"断网\"}}"));
	test_refused(&book, "refused.not_offered",
		"{\"kind\":\"case.accepted\",\"author\":\"chen\",\"body\":{\"case\":\"%s\"}}",
		problem);
	for (int i = 0; i < 2; i++) {
		test_put(&book,
			"{\"kind\":\"case.offered\",\"author\":\"zhou\",\"body\":{\"case\":\"%s\","
			"\"to\":\"chen\"}}",
			problem);
		book.session.staff = "zhou";
		test_refused(&book, "refused.offered_to_other",
			"{\"kind\":\"case.accepted\",\"body\":{\"case\":\"%s\"}}", problem);
		book.session.staff = "chen";
		test_refused(&book, "refused.not_allowed",
			"{\"kind\":\"little.solved\",\"body\":{\"problem\":\"%s\",\"satisfied\":"
			"true}}",
			problem);
		if (i == 0)
			test_put(&book,
				"{\"kind\":\"case.refused\",\"body\":{\"case\":\"%s\","
				"\"reason\":\"不是我的片区\"}}",
				problem);
		else
			test_put(&book, "{\"kind\":\"case.accepted\",\"body\":{\"case\":\"%s\"}}",
				problem);
		book.session.staff = "";
		test_clock(&book, "2026-03-02T10:00:00+08:00");
	}
	book.session.staff = "chen";
	test_put(&book,
		"{\"kind\":\"little.solved\",\"body\":{\"problem\":\"%s\",\"satisfied\":true}}",
		problem);
	test_book_holds(&book);
	test_book_close(&book);
}

static void approval_is_by_another_person(void **state)
{
	struct test_book book;
	char listed[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(listed, ID_TEXT,
		test_put(&book, "{\"kind\":\"little.listed\",\"author\":\"zhou\","
				"\"body\":{\"customer\":\"C1\"}}"));
	test_refused(&book, "refused.own_approval",
		"{\"kind\":\"entry.approved\",\"author\":\"zhou\",\"body\":{\"entry\":\"%s\"}}",
		listed);
	test_put(&book,
		"{\"kind\":\"entry.approved\",\"author\":\"chen\",\"body\":{\"entry\":\"%s\"}}",
		listed);
	test_refused(&book, "refused.not_waiting",
		"{\"kind\":\"entry.rejected\",\"author\":\"chen\",\"body\":{\"entry\":\"%s\","
		"\"reason\":\"x\"}}",
		listed);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_target_looser_than_the_law_is_refused(void **state)
{
	struct test_book book;
	char document[ID_TEXT];

	(void)state;
	little_book_open(&book);
	text_copy(document, ID_TEXT,
		test_put(&book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"法\","
				"\"effective\":\"2020-01-01\"}}"));
	test_put(&book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"law.limits\","
		"\"document\":\"%s\",\"effective\":\"2020-01-01\",\"mark\":\"V\",\"rows\":["
		"{\"what\":\"little.solve\",\"amount\":48,\"limit\":\"hours\"}]}}",
		document);
	test_refused(&book, "refused.looser_than_law",
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"duty.limits\",\"document\":\"%s\","
		"\"effective\":\"2026-03-02\",\"mark\":\"D\",\"rows\":[{\"what\":\"little.solve\","
		"\"amount\":8,\"limit\":\"working_hours\"}]}}",
		document);
	test_put(&book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"duty.limits\","
		"\"document\":\"%s\",\"effective\":\"2026-03-02\",\"mark\":\"D\",\"rows\":["
		"{\"what\":\"little.solve\",\"amount\":24,\"limit\":\"hours\"}]}}",
		document);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_running_duty_keeps_its_norm(void **state)
{
	struct test_book book;
	struct error error = { 0 };
	struct arena arena;
	struct duty duty;
	char document[ID_TEXT], text[INSTANT_TEXT];

	(void)state;
	little_book_open(&book);
	arena_init(&arena, 1 << 20);
	test_put(&book, "{\"kind\":\"little.problem\",\"author\":\"zhou\",\"body\":"
			"{\"customer\":\"C1\",\"matter\":\"断网\"}}");
	text_copy(document, ID_TEXT,
		test_put(&book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"新\","
				"\"effective\":\"2026-03-02\"}}"));
	test_put(&book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"duty.limits\","
		"\"document\":\"%s\",\"effective\":\"2026-03-02\",\"mark\":\"D\",\"rows\":["
		"{\"what\":\"little.solve\",\"amount\":1,\"limit\":\"hours\"}]}}",
		document);
	test_put(&book, "{\"kind\":\"little.problem\",\"author\":\"chen\",\"body\":"
			"{\"customer\":\"C2\",\"matter\":\"断网\"}}");
	assert_int_equal(ledger_duty(book.ledger, &arena, "12.0", &duty, &error), OK);
	assert_string_equal(instant_text(duty.due, text), "2026-03-03T09:30:00+08:00");
	assert_int_equal(ledger_duty(book.ledger, &arena, "15.0", &duty, &error), OK);
	assert_string_equal(instant_text(duty.due, text), "2026-03-02T10:00:00+08:00");
	arena_release(&arena);
	test_book_holds(&book);
	test_book_close(&book);
}

static void duties_follow_the_manager_and_the_unsigned_are_named(void **state)
{
	struct test_book book;
	char document[ID_TEXT] = "";

	(void)state;
	little_book_open(&book);
	text_copy(document, ID_TEXT,
		test_put(&book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"新\","
				"\"effective\":\"2026-03-02\",\"recipients\":[\"zhou\"]}}"));
	test_put(&book,
		"{\"kind\":\"document.signed\",\"author\":\"chen\",\"body\":{\"document\":\"%s\"}}",
		document); /* not asked to: nothing happens */
	assert_string_equal(duties_of(&book, "staff:zhou", "2026-03-02").state, "open");
	test_put(&book,
		"{\"kind\":\"document.signed\",\"author\":\"zhou\",\"body\":{\"document\":\"%s\"}}",
		document);
	assert_string_equal(duties_of(&book, "staff:zhou", "2026-03-02").state, "done");
	test_book_holds(&book);
	test_book_close(&book);
}

static void flipping_a_byte_is_found(void **state)
{
	static const char *const changes[] = {
		"UPDATE entry SET body = replace(body, '客户2', '客户4') WHERE seq = 6",
		"UPDATE entry SET author = 'x' WHERE seq = 6",
		"UPDATE entry SET at = at + 1 WHERE seq = 6",
		"UPDATE entry SET recorded_at = recorded_at + 1 WHERE seq = 6",
		"UPDATE entry SET kind = 'x' WHERE seq = 6",
		"UPDATE entry SET id = substr(hash, 1, 16) WHERE seq = 6",
		"UPDATE entry SET hash = (SELECT hash FROM entry WHERE seq = 5) WHERE seq = 6",
		"UPDATE entry SET recorded_by = 'x' WHERE seq = 6",
		"UPDATE entry SET origin = 'import' WHERE seq = 6",
		"UPDATE entry SET v = 2 WHERE seq = 6",
		"UPDATE entry SET batch = id WHERE seq = 6",
		"UPDATE entry SET personal = '{}' WHERE seq = 6",
		"UPDATE entry SET seq = 600 WHERE seq = 6",
		"DELETE FROM entry WHERE seq = 6",
	};
	struct test_book book;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		struct error error = { 0 };
		int64_t entries;
		little_book_open(&book);
		test_ask(&book, changes[i]);
		assert_int_equal(ledger_verify(book.ledger, &entries, &error), REFUSED);
		assert_string_equal(error_argument(&error, "seq"), "6");
		test_book_close(&book);
	}
}

static void every_statement_prepares(void **state)
{
	struct test_book book;
	struct error error = { 0 };
	struct store *store;
	struct query *query;
	int count = 0;

	(void)state;
	little_book_open(&book);
	assert_int_equal(store_open(&store, book.path, false, &error), OK);
	for (const struct statement *const *table = ledger_statements; *table; table++) {
		for (const struct statement *one = *table; one->sql; one++, count++) {
			if (!database_names_book(one->sql))
				fail_msg("a table without its book: %s", one->sql);
			if (store_query(store, one, &query, &error) != OK)
				fail_msg("%s: %s", error_argument(&error, "reason"), one->sql);
			query_end(query);
		}
	}
	assert_true(count > 60);
	store_close(store);
	test_book_close(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_appended_once),
		cmocka_unit_test(bad_entries_are_refused_by_name),
		cmocka_unit_test(corrections_and_withdrawals_move_the_figures),
		cmocka_unit_test(a_figure_follows_the_manager),
		cmocka_unit_test(a_customer_that_is_gone_is_unknown),
		cmocka_unit_test(an_erasure_leaves_a_chain_that_verifies),
		cmocka_unit_test(a_promise_is_a_duty_until_it_is_kept),
		cmocka_unit_test(a_working_clock_pauses_and_explains_itself),
		cmocka_unit_test(an_offer_is_not_a_handover),
		cmocka_unit_test(approval_is_by_another_person),
		cmocka_unit_test(a_target_looser_than_the_law_is_refused),
		cmocka_unit_test(a_running_duty_keeps_its_norm),
		cmocka_unit_test(duties_follow_the_manager_and_the_unsigned_are_named),
		cmocka_unit_test(flipping_a_byte_is_found),
		cmocka_unit_test(every_statement_prepares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

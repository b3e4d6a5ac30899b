/* The laws over random histories: replay equals live, evidence adds up, the chain verifies. */
#include "little_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { VISITS = 200, PROBLEMS = 50, OTHERS = 60, IMPORTS = 7 };

/* What a history has written so far. */
struct history {
	struct test_book book;
	char visits[VISITS][ID_TEXT], problems[PROBLEMS][ID_TEXT];
	char listings[OTHERS][ID_TEXT], figures[OTHERS][ID_TEXT], imports[IMPORTS][ID_TEXT];
	int visit_count, problem_count, listing_count, figure_count, import_count;
	char document[ID_TEXT];
};

static unsigned below(struct history *history, unsigned most)
{
	return (unsigned)(test_chance(&history->book) % most);
}

static const char *someone(struct history *history)
{
	return below(history, 2) ? "zhou" : "chen";
}

static void visit(struct history *history, const char *at)
{
	if (history->visit_count == VISITS)
		return;
	text_copy(history->visits[history->visit_count++], ID_TEXT,
		test_put(&history->book,
			"{\"kind\":\"little.visit\",\"author\":\"%s\",\"at\":\"%s\",\"origin\":\"%"
			"s\","
			"\"body\":{\"customer\":\"C%u\",\"note\":\"n\",\"minutes\":%u,"
			"\"person\":\"王\"%s}}",
			someone(history), at, below(history, 2) ? "offline" : "live",
			below(history, 3) + 1, below(history, 90),
			below(history, 2) ? ",\"promise_due\":\"2026-03-20\"" : ""));
}

static void put_right(struct history *history, const char *target, const char *at)
{
	if (below(history, 3))
		test_try(&history->book,
			"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\","
			"\"at\":\"%s\",\"body\":{\"customer\":\"C%u\",\"note\":\"m\","
			"\"minutes\":%u,\"person\":\"李\"}}}",
			target, at, below(history, 3) + 1, below(history, 90));
	else
		test_try(&history->book,
			"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\","
			"\"reason\":\"r\"}}",
			target);
}

static void open_problem(struct history *history)
{
	if (history->problem_count == PROBLEMS)
		return;
	text_copy(history->problems[history->problem_count++], ID_TEXT,
		test_put(&history->book,
			"{\"kind\":\"little.problem\",\"author\":\"%s\",\"body\":"
			"{\"customer\":\"C%u\",\"matter\":\"m\"}}",
			someone(history), below(history, 3) + 1));
}

/* One act; every kind of putting right among them. */
static void act(struct history *history)
{
	struct test_book *book = &history->book;
	char at[INSTANT_TEXT];

	book->session.now += (int64_t)below(history, 9 * HOUR_MS);
	instant_text(book->session.now - (int64_t)below(history, 3 * DAY_MS), at);
	const char *target =
		history->visit_count
			? history->visits[below(history, (unsigned)history->visit_count)]
			: NULL;
	unsigned choice = below(history, 9);
	if (choice <= 2)
		visit(history, at);
	else if (choice == 3 && target)
		test_try(&history->book,
			"{\"kind\":\"little.kept\",\"author\":\"%s\",\"body\":{\"promise\":\"%s\"}"
			"}",
			someone(history), target);
	else if (choice <= 5 && target)
		put_right(history, target, at);
	else if (choice == 6 && target)
		test_try(&history->book,
			"{\"kind\":\"entry.erased\",\"body\":{\"entry\":\"%s\",\"reason\":\"r\"}}",
			target);
	else if (choice == 7)
		open_problem(history);
	else
		test_tick(book);
	if (below(history, 8) == 0)
		test_try(&history->book,
			"{\"kind\":\"little.manager\",\"body\":{\"customer\":\"C%u\","
			"\"staff\":\"%s\"}}",
			below(history, 3) + 1, someone(history));
}

static const char *any(struct history *history, char ids[][ID_TEXT], int count)
{
	return count ? ids[below(history, (unsigned)count)] : NULL;
}

/* Cases change hands, end, and turn out to be another customer's, or nobody's. */
static void act_on_case(struct history *history)
{
	const char *id = any(history, history->problems, history->problem_count);
	unsigned choice = below(history, 8);

	if (!id)
		return;
	if (choice <= 1)
		test_try(&history->book,
			"{\"kind\":\"case.offered\",\"author\":\"%s\",\"body\":{\"case\":\"%s\","
			"\"to\":\"%s\"}}",
			someone(history), id, someone(history));
	else if (choice <= 3)
		test_try(&history->book,
			"{\"kind\":\"case.accepted\",\"author\":\"%s\",\"body\":{\"case\":\"%s\"}}",
			someone(history), id);
	else if (choice == 4)
		test_try(&history->book,
			"{\"kind\":\"little.solved\",\"author\":\"%s\",\"body\":{\"problem\":"
			"\"%s\",\"satisfied\":%s%s}}",
			someone(history), id, below(history, 2) ? "true" : "false",
			below(history, 2) ? ",\"call_by\":\"2026-03-25\"" : "");
	else if (choice == 5)
		test_try(&history->book,
			"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":"
			"\"r\",\"body\":{\"customer\":\"C%u\",\"matter\":\"m\"}}}",
			id, below(history, 3) + 1);
	else if (choice == 6 && below(history, 3) == 0)
		test_try(&history->book,
			"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"reason\":"
			"\"r\"}}",
			id);
}

static void stop_or_start_a_clock(struct history *history)
{
	char duty[32];

	text_copy(duty, sizeof(duty),
		test_ask(&history->book,
			below(history, 2)
				? "SELECT id FROM d_duty WHERE state = 'open' AND clock <> '' "
				  "ORDER BY due DESC, id LIMIT 1"
				: "SELECT id FROM d_duty WHERE state = 'paused' ORDER BY id LIMIT "
				  "1"));
	if (!*duty)
		return;
	char at[INSTANT_TEXT];
	instant_text(history->book.session.now - (int64_t)below(history, 4 * HOUR_MS), at);
	test_try(&history->book,
		"{\"kind\":\"duty.paused\",\"at\":\"%s\",\"body\":{\"duty\":\"%s\",\"reason\":"
		"\"r\"}}",
		at, duty);
	if (below(history, 3) == 0)
		test_try(&history->book,
			"{\"kind\":\"duty.resumed\",\"at\":\"%s\",\"body\":{\"duty\":\"%s\"}}", at,
			duty);
}

static void act_on_listing(struct history *history)
{
	const char *id = any(history, history->listings, history->listing_count);
	static const char *const answers[] = { "approved", "rejected" };

	if (!id || (below(history, 3) == 0 && history->listing_count < OTHERS)) {
		text_copy(history->listings[history->listing_count++], ID_TEXT,
			test_put(&history->book,
				"{\"kind\":\"little.listed\",\"author\":\"zhou\",\"body\":"
				"{\"customer\":\"C%u\"}}",
				below(history, 3) + 1));
		return;
	}
	if (below(history, 2))
		test_try(&history->book,
			"{\"kind\":\"entry.%s\",\"author\":\"chen\",\"body\":{\"entry\":\"%s\"%s}}",
			answers[below(history, 2)], id,
			below(history, 2) ? "" : ",\"reason\":\"r\"");
	else
		test_try(&history->book,
			below(history, 2)
				? "{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\","
				  "\"reason\":\"r\",\"body\":{\"customer\":\"C3\"}}}"
				: "{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":"
				  "\"%s\",\"reason\":\"r\"}}",
			id);
}

static void act_on_figures(struct history *history)
{
	const char *id = any(history, history->figures, history->figure_count);

	if (!id || (below(history, 2) && history->figure_count < OTHERS)) {
		text_copy(history->figures[history->figure_count++], ID_TEXT,
			test_put(&history->book,
				"{\"kind\":\"little.figures\",\"body\":{\"rows\":["
				"{\"customer\":\"C1\",\"month\":\"2026-0%u\",\"amount\":%u0},"
				"{\"customer\":\"C%u\",\"month\":\"2026-02\",\"amount\":-%u0}]}}",
				below(history, 9) + 1, below(history, 999) + 1,
				below(history, 3) + 1, below(history, 999) + 1));
		return;
	}
	if (below(history, 3))
		test_try(&history->book,
			"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"row\":%u,"
			"\"reason\":\"r\",\"body\":{\"customer\":\"C%u\",\"month\":\"2026-0%u\","
			"\"amount\":%u0}}}",
			id, below(history, 2), below(history, 3) + 1, below(history, 9) + 1,
			below(history, 999) + 1);
	else
		test_try(&history->book,
			"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"reason\":"
			"\"r\"%s}}",
			id, below(history, 2) ? ",\"row\":1" : "");
}

/* Work of last month arrives as an import; some imports are taken back. */
static void act_on_import(struct history *history)
{
	struct session *session = &history->book.session;
	char at[INSTANT_TEXT];

	if (history->import_count && below(history, 3) == 0) {
		test_try(&history->book,
			"{\"kind\":\"import.undone\",\"body\":{\"import\":\"%s\"}}",
			any(history, history->imports, history->import_count));
		return;
	}
	if (history->import_count == IMPORTS)
		return;
	char *batch = history->imports[history->import_count++];
	text_copy(batch, ID_TEXT, "01J000000000000000000000AA");
	batch[25] = (char)('A' + history->import_count);
	session->origin = ORIGIN_IMPORT;
	session->batch = batch;
	for (unsigned i = below(history, 4) + 1; i--;) {
		instant_text(session->now - (int64_t)below(history, 20) * DAY_MS, at);
		test_try(&history->book,
			"{\"kind\":\"little.visit\",\"author\":\"%s\",\"at\":\"%s\",\"body\":"
			"{\"customer\":\"C%u\",\"note\":\"%u\",\"minutes\":%u}}",
			someone(history), at, below(history, 3) + 1, below(history, 1000),
			below(history, 90));
	}
	if (below(history, 2))
		test_try(&history->book,
			"{\"kind\":\"little.customer\",\"body\":{\"code\":\"C%u\",\"name\":\"%u\","
			"\"unit\":\"V\"}}",
			below(history, 3) + 1, below(history, 1000));
	session->origin = ORIGIN_LIVE;
	session->batch = NULL;
	test_try(&history->book,
		"{\"kind\":\"import.made\",\"body\":{\"import\":\"%s\",\"kind\":\"little.visit\","
		"\"file\":\"f\",\"digest\":\"d\",\"rows\":1,\"taken\":1,\"unchanged\":0,"
		"\"refused\":0}}",
		batch);
}

static void act_on_norms(struct history *history)
{
	static const char *const norms[] = {
		"\"duty.limits\",\"rows\":[{\"what\":\"little.solve\",\"amount\":2,\"limit\":"
		"\"workdays\",\"pauses\":true},{\"what\":\"document.sign\",\"amount\":1,"
		"\"limit\":\"workdays\"}]",
		"\"duty.limits\",\"rows\":[{\"what\":\"little.solve\",\"amount\":4,\"limit\":"
		"\"working_hours\",\"pauses\":true}]",
		"\"duty.cadence\",\"rows\":[{\"what\":\"little.care\",\"class\":\"gold\",\"times\":"
		"2,"
		"\"period\":\"week\"}]",
		"\"duty.cadence\",\"rows\":[{\"what\":\"little.care\",\"class\":\"gold\",\"times\":"
		"1,"
		"\"period\":\"month\"}]",
		"\"calendar.days\",\"rows\":[{\"day\":\"2026-03-05\",\"through\":\"2026-03-12\","
		"\"is\":\"holiday\",\"name\":\"x\"}]",
		"\"calendar.hours\",\"rows\":[{\"from\":\"08:00\",\"to\":\"11:00\"}]",
	};

	test_try(&history->book,
		"{\"kind\":\"norm.issued\",\"body\":{\"document\":\"%s\",\"effective\":"
		"\"2026-03-01\",\"mark\":\"D\",\"norm\":%s}}",
		history->document, norms[below(history, COUNT_OF(norms))]);
}

static void act_more(struct history *history)
{
	static void (*const acts[])(struct history *) = { act_on_case, act_on_case, act_on_case,
		stop_or_start_a_clock, act_on_listing, act_on_figures, act_on_import,
		act_on_norms };

	acts[below(history, COUNT_OF(acts))](history);
}

/* ------------------------------------------------------------------ the laws */

static int64_t sum_of(
	struct history *history, const char *name, const char *type, const char *const *ids)
{
	char reference[32];
	int64_t all = 0;

	for (; *ids; ids++) {
		snprintf(reference, sizeof(reference), "%s:%s", type, *ids);
		int64_t value =
			test_figure(&history->book, name, reference, "2026-01-01", "2026-12-31");
		all += value == -1 ? 0 : value;
	}
	return all;
}

static void evidence_adds_up(struct history *history)
{
	static const char *const measures[] = { "little.minutes", "little.visits",
		"little.amount" };
	static const char *const customers[] = { "C1", "C2", "C3", NULL };
	static const char *const people[] = { "zhou", "chen", NULL };
	static const char *const whole[] = { "U", NULL };
	char from[DAY_TEXT], to[DAY_TEXT];

	for (size_t i = 0; i < COUNT_OF(measures); i++) {
		int64_t unit = sum_of(history, measures[i], "unit", whole), months = 0;
		assert_int_equal(sum_of(history, measures[i], "customer", customers), unit);
		if (i < 2)
			assert_int_equal(sum_of(history, measures[i], "staff", people), unit);
		int first;
		assert_true(day_parse("2026-01-01", &first));
		for (int month = 0; month < 12; month++) {
			day_text(day_add_months(first, month), from);
			day_text(day_add_months(first, month + 1) - 1, to);
			int64_t value =
				test_figure(&history->book, measures[i], "unit:U", from, to);
			months += value == -1 ? 0 : value;
		}
		assert_int_equal(months, unit);
	}
}

/* Nothing that any of these finds may be. */
static const char *const impossible_rows[] = {
	"SELECT 'a case whose owner is not its last owner: ' || id FROM d_case c WHERE owner <> "
	"(SELECT owner FROM d_case_owner o WHERE o.id = c.id ORDER BY o.seq DESC LIMIT 1)",
	"SELECT 'two owners at once: ' || a.id FROM d_case_owner a JOIN d_case_owner b "
	"ON a.id = b.id WHERE a.seq < b.seq AND a.since > b.since",
	"SELECT 'no owner at first: ' || id FROM d_case c WHERE opened_at < "
	"(SELECT min(since) FROM d_case_owner o WHERE o.id = c.id)",
	"SELECT 'held by nobody: ' || id || ' ' || holder FROM d_duty d WHERE NOT EXISTS "
	"(SELECT 1 FROM d_object o WHERE o.type || ':' || o.id = d.holder)",
	"SELECT 'held by another than the owner: ' || d.id FROM d_duty d JOIN d_case c "
	"ON c.id = d.case_id WHERE d.rule = 4 AND d.state = 'open' AND d.holder <> c.owner",
	"SELECT 'done, but late: ' || id FROM d_duty WHERE state = 'done' AND done_at > due",
	"SELECT 'late, but in time: ' || id FROM d_duty WHERE state = 'done_late' AND done_at <= "
	"due",
	"SELECT 'done by nothing: ' || id FROM d_duty WHERE (state IN ('done', 'done_late')) <> "
	"(done_seq IS NOT NULL) AND state <> 'cancelled'",
	"SELECT 'done by what was taken back: ' || d.id FROM d_duty d JOIN d_amended a "
	"ON a.seq = d.done_seq WHERE a.row = -1 AND a.withdrawn = 1 AND d.state <> 'cancelled'",
	"SELECT 'missed and open: ' || id FROM d_duty WHERE (state = 'missed') <> "
	"(missed_seq IS NOT NULL) AND state IN ('open', 'missed', 'paused')",
	"SELECT 'standing still without a pause: ' || id FROM d_duty d WHERE (state = 'paused') <> "
	"EXISTS (SELECT 1 FROM d_pause p WHERE p.duty = d.id AND p.to_at IS NULL) "
	"AND state IN ('open', 'paused')",
	"SELECT 'a pause that ends before it begins: ' || duty FROM d_pause WHERE to_at < from_at",
	"SELECT 'open in a case that is none: ' || d.id FROM d_duty d JOIN d_case c "
	"ON c.id = d.case_id WHERE c.state = 'withdrawn' AND d.state IN ('open', 'paused')",
	"SELECT 'the same care twice over: ' || subject || period FROM d_duty WHERE what = "
	"'little.care' AND state <> 'cancelled' GROUP BY subject, period HAVING count(*) > 2",
	"SELECT 'a key of what was taken back: ' || k.key FROM d_key k JOIN d_amended a "
	"ON a.seq = k.seq WHERE a.row = -1 AND a.withdrawn = 1",
	"SELECT 'not to be erased any more: ' || e.seq FROM entry e JOIN d_about x "
	"ON x.seq = e.seq JOIN d_about r ON r.ref = x.ref AND r.kind = 'entry.erased' "
	"WHERE x.ref LIKE 'entry:%' AND e.kind = 'entry.corrected' AND e.seq < r.seq "
	"AND e.personal IS NOT NULL",
};

static void history_make(struct history *history, uint64_t seed)
{
	memset(history, 0, sizeof(*history));
	little_book_open(&history->book);
	text_copy(history->document, ID_TEXT,
		test_put(&history->book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"t\","
					 "\"effective\":\"2026-01-01\"}}"));
	history->book.chance = seed;
	for (int step = 0; step < 150; step++) {
		act(history);
		act_more(history);
	}
}

/* Where a history ends: the head of its chain, and what is derived of it. */
struct outcome {
	uint8_t head[DIGEST_BYTES], derived[DIGEST_BYTES];
};

static struct outcome outcome_of(struct history *history)
{
	struct error error = { 0 };
	struct outcome outcome;

	ledger_head(history->book.ledger, outcome.head);
	assert_int_equal(ledger_derived(history->book.ledger, outcome.derived, &error), OK);
	return outcome;
}

/* The same history in a file. */
static void assert_same_in_a_file(struct history *history, uint64_t seed)
{
	struct outcome here = outcome_of(history), there;
	char *server = getenv("YIBEN_TEST_SERVER");

	if (!server)
		return;
	server = strdup(server);
	assert_non_null(server);
	unsetenv("YIBEN_TEST_SERVER");
	struct history *other = malloc(sizeof(*other));
	assert_non_null(other);
	history_make(other, seed);
	there = outcome_of(other);
	assert_memory_equal(here.head, there.head, DIGEST_BYTES);
	assert_memory_equal(here.derived, there.derived, DIGEST_BYTES);
	test_book_close(&other->book);
	setenv("YIBEN_TEST_SERVER", server, 1);
	free(server);
	free(other);
}

static void random_histories_replay_and_add_up(void **state)
{
	struct history *history = malloc(sizeof(*history));

	(void)state;
	assert_non_null(history);
	for (uint64_t seed = 1; seed <= 10; seed++) {
		history_make(history, seed);
		evidence_adds_up(history);
		for (size_t i = 0; i < COUNT_OF(impossible_rows); i++) {
			const char *found = test_ask(&history->book, impossible_rows[i]);
			if (*found)
				fail_msg("seed %d: %s", (int)seed, found);
		}
		test_book_holds(&history->book);
		assert_same_in_a_file(history, seed);
		test_book_close(&history->book);
	}
	free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_histories_replay_and_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

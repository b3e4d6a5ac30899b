/*
 * What a person is shown is what the operator is shown, less what an independent rule keeps
 * from him: every role, every reader, over histories by chance; and nothing he is handed names
 * what is out of his sight.
 */
#include "sight_world.h"

#include "base/asset.h"
#include "base/messages.h"
#include "derive/sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct world world;
static struct messages *messages;

static struct sight *sight_for(int person)
{
	struct error error = { 0 };
	struct sight *sight;

	assert_int_equal(sight_open(&sight, world.book.ledger, world_people[person],
				 world.book.session.now, &error),
		OK);
	return sight;
}

static void no_error(const struct error *error)
{
	if (error->result != OK)
		fail_msg("%s %s", error->key, error->arguments ? error->argument[0].text : "");
}

/* ------------------------------------------------------------------ no name gets through */

static void check_clean(int person, const char *text, unsigned but, const char *what)
{
	unsigned named = world_named_in(text) & ~but;

	for (int i = 0; i < CUSTOMERS; i++) {
		if ((named >> i & 1) && !rule_customer(&world, person, i))
			fail_msg("%s sees %s in %s: %s", world_people[person], world_customer(i),
				what, text);
	}
	const char *digits = strstr(text, "13800");
	if (digits || strstr(text, "138 0000"))
		fail_msg("%s sees a number in %s: %s", world_people[person], what, text);
}

/* What he wrote himself he has in his own words, but only those; and so it is called. */
static unsigned own_words(int person, int64_t seq)
{
	const struct told *told = &world.told[seq], *target = &world.told[told->target];
	unsigned words = told->author == person && !told->rows ? told->first : 0;

	return words | (told->target && target->author == person ? target->first : 0);
}

static void check_words(int person, struct sight *sight, const struct entry *entry)
{
	struct reader reader = { { messages, CHINESE }, world.book.ledger };
	struct buffer text;
	char *body = json_dumps(entry->body, JSON_COMPACT);

	buffer_init(&text, 1024 * 1024);
	ledger_look(world.book.ledger, sight);
	sentence_write(&reader, entry, &text);
	ledger_look(world.book.ledger, NULL);
	check_clean(person, text.bytes, own_words(person, entry->seq), entry->kind->name);
	check_clean(person, body, own_words(person, entry->seq), entry->kind->name);
	free(body);
	buffer_clear(&text);
	struct error error = { 0 };
	sight_envelope(world.book.ledger, sight, entry->seq, &text, &error);
	no_error(&error);
	check_clean(person, text.bytes, own_words(person, entry->seq), "an envelope");
	buffer_release(&text);
}

/* A refusal is that of one nobody has heard of, to the byte but for what was asked for. */
static void same_refusal(const struct error *error, const struct error *missing, const char *asked)
{
	struct error expected = *missing;

	assert_int_equal(missing->result, REFUSED);
	memset(expected.argument[0].text, 0, sizeof(expected.argument[0].text));
	text_copy(expected.argument[0].text, sizeof(expected.argument[0].text), asked);
	assert_memory_equal(error, &expected, sizeof(expected));
}

/* ------------------------------------------------------------------ entry by entry */

static void rows_are_his(int person, const struct entry *entry)
{
	json_t *rows = json_object_get(entry->body, "rows"), *row;
	size_t nth;

	if (strcmp(entry->kind->name, "revenue.posted") != 0)
		return;
	unsigned left = 0;
	json_array_foreach(rows, nth, row)
	{
		left |= json_is_array(row)
				? world_named_in(json_string_value(json_array_get(row, 0)))
				: 0;
	}
	for (int i = 0; i < CUSTOMERS; i++) {
		bool put_in = world.told[entry->seq].customers >> i & 1;
		assert_int_equal(left >> i & 1, put_in && rule_customer(&world, person, i));
	}
}

static void every_entry(int person, struct sight *sight)
{
	int64_t last = ledger_head(world.book.ledger, (uint8_t[DIGEST_BYTES]){ 0 });
	struct arena arena;

	char number[INTEGER_TEXT];

	arena_init(&arena, 64 * 1024 * 1024);
	for (int64_t seq = 1; seq <= last; seq++) {
		struct error error = { 0 }, missing = { 0 };
		struct entry entry;
		bool seen = sight_entry_get(world.book.ledger, sight, &arena, seq, &entry, NULL,
				    &error) == OK;
		if (seen != rule_entry(&world, person, seq))
			fail_msg("%s %s entry %d %s", world_people[person],
				seen ? "sees" : "misses", (int)seq,
				seen ? json_dumps(entry.body, 0) : "");
		if (seen) {
			check_words(person, sight, &entry);
			rows_are_his(person, &entry);
			entry_release(&entry);
			continue;
		}
		/* As one that does not exist, to the byte but for the number asked for. */
		ledger_entry(world.book.ledger, &arena, last + 1, &entry, NULL, &missing);
		integer_text(seq, number);
		same_refusal(&error, &missing, number);
		arena_reset(&arena);
	}
	arena_release(&arena);
}

/* ------------------------------------------------------------------ lines */

struct seqs {
	int64_t items[TOLD];
	int count, person;
	struct sight *sight;
};

static bool keep_if_his(void *context, const struct entry *entry, bool withdrawn)
{
	struct seqs *seqs = context;

	(void)withdrawn;
	if (rule_entry(&world, seqs->person, entry->seq))
		seqs->items[seqs->count++] = entry->seq;
	return true;
}

static bool keep_given(void *context, const struct entry *entry, bool withdrawn)
{
	struct seqs *seqs = context;

	(void)withdrawn;
	assert_true(seqs->count < TOLD);
	seqs->items[seqs->count++] = entry->seq;
	check_words(seqs->person, seqs->sight, entry);
	return true;
}

static void read_line(struct seqs *seqs, struct sight *sight, const char *reference, bool upwards)
{
	struct line_page page = { .upwards = upwards, .more = true };

	seqs->count = 0;
	seqs->sight = sight;
	for (int pages = 0; page.more; pages++) {
		struct error error = { 0 };
		int before = seqs->count;
		page.limit = 1 + test_below(&world.book, 12);
		sight_timeline(
			world.book.ledger, sight, reference, &page, keep_given, seqs, &error);
		no_error(&error);
		assert_true(seqs->count - before <= page.limit);
		assert_true(pages < TOLD);
	}
}

static void same_line(
	const struct seqs *expected, const struct seqs *given, bool upwards, const char *reference)
{
	for (int i = 0; i < expected->count || i < given->count; i++) {
		int64_t want = i < expected->count ? expected->items[i] : -1;
		int at = upwards ? given->count - 1 - i : i;
		int64_t got = i < given->count ? given->items[at] : -1;
		if (want != got)
			fail_msg("%s, line of %s: entry %d instead of %d",
				world_people[expected->person], reference ? reference : "his own",
				(int)got, (int)want);
	}
}

static void line_of(int person, struct sight *sight, const char *reference)
{
	static struct seqs expected, given;
	struct error error = { 0 };

	expected = (struct seqs){ .person = person };
	given.person = person;
	ledger_timeline(world.book.ledger, reference, TOLD, keep_if_his, &expected, &error);
	no_error(&error);
	read_line(&given, sight, reference, false);
	same_line(&expected, &given, false, reference);
	read_line(&given, sight, reference, true);
	same_line(&expected, &given, true, reference);
}

static void line_refused(struct sight *sight, const char *reference, const char *unheard)
{
	const char *id = strchr(reference, ':') + 1;
	struct error errors[5] = { 0 };
	struct line_page page = { .limit = 10 };
	struct duty_page duties = { .limit = 10 };
	struct case_page cases = { .limit = 10 };
	struct ledger *ledger = world.book.ledger;

	sight_timeline(ledger, sight, unheard, &page, NULL, NULL, &errors[0]);
	sight_timeline(ledger, sight, reference, &page, NULL, NULL, &errors[1]);
	sight_duties(ledger, sight, reference, &duties, NULL, NULL, &errors[2]);
	sight_cases(ledger, sight, reference, &cases, NULL, NULL, &errors[3]);
	sight_figures(sight, reference, &errors[4]);
	for (int i = 1; i < 5; i++)
		same_refusal(&errors[i], &errors[0], id);
}

/* Only the unit itself, where it is in his line and not his. */
static void line_of_own_unit(int person, struct sight *sight, int unit, const char *reference)
{
	static struct seqs given;

	given.person = person;
	read_line(&given, sight, reference, false);
	for (int i = 0; i < given.count; i++) {
		const struct told *told = &world.told[given.items[i]];
		assert_true(rule_entry(&world, person, given.items[i]));
		assert_true(told->units >> unit & 1);
	}
}

static void every_line(int person, struct sight *sight)
{
	char reference[40];

	for (int i = 0; i < CUSTOMERS; i++) {
		snprintf(reference, sizeof(reference), "customer:%s", world_customer(i));
		if (rule_customer(&world, person, i))
			line_of(person, sight, reference);
		else
			line_refused(sight, reference, "customer:LO99");
	}
	for (int i = 0; i < PEOPLE; i++) {
		snprintf(reference, sizeof(reference), "staff:%s", world_people[i]);
		if (rule_person(&world, person, i))
			line_of(person, sight, reference);
		else
			line_refused(sight, reference, "staff:nemo");
	}
	for (int i = 0; i < UNITS; i++) {
		snprintf(reference, sizeof(reference), "unit:%s", world_units[i]);
		if (rule_unit_led(&world, person, i))
			line_of(person, sight, reference);
		else if (rule_unit_line(&world, person, i))
			line_of_own_unit(person, sight, i, reference);
		else
			line_refused(sight, reference, "unit:Z9");
	}
}

/* Everything about him, his people and units and those he looks after, and papers: what he sees
 * of it. */
static void own_line(int person, struct sight *sight)
{
	static struct seqs given;
	static bool in[TOLD];

	given.person = person;
	memset(in, 0, sizeof(in));
	read_line(&given, sight, NULL, false);
	for (int i = 0; i < given.count; i++) {
		assert_true(rule_entry(&world, person, given.items[i]));
		assert_false(in[given.items[i]]);
		in[given.items[i]] = true;
	}
	for (int64_t seq = 1; seq <= world.last; seq++) {
		const struct told *told = &world.told[seq];
		bool mine = told->author == person || told->document;
		for (int i = 0; told->known && i < CUSTOMERS && !told->apart; i++)
			mine |= (told->customers >> i & 1) && rule_looks_after(&world, person, i);
		for (int i = 0; i < PEOPLE; i++)
			mine |= (told->people >> i & 1) && rule_person(&world, person, i);
		if (told->known && mine && rule_entry(&world, person, seq) && !in[seq])
			fail_msg("%s misses entry %d in his line", world_people[person], (int)seq);
	}
}

/* ------------------------------------------------------------------ duties and cases */

struct ids {
	char items[TOLD][48];
	int count, person;
	int64_t due;
};

static bool is_live(const char *state)
{
	return strcmp(state, "open") == 0 || strcmp(state, "paused") == 0 ||
	       strcmp(state, "missed") == 0;
}

static bool duty_expected(void *context, const struct duty *duty)
{
	struct ids *ids = context;

	if (is_live(duty->state))
		text_copy(ids->items[ids->count++], sizeof(ids->items[0]), duty->id);
	return true;
}

static bool duty_given(void *context, const struct duty *duty)
{
	struct ids *ids = context;

	assert_true(duty->due >= ids->due);
	ids->due = duty->due;
	check_clean(ids->person, duty->subject, 0, "a duty");
	text_copy(ids->items[ids->count++], sizeof(ids->items[0]), duty->id);
	return true;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void duties_of(int person, struct sight *sight, const char *reference)
{
	static struct ids expected, given;
	struct error error = { 0 };
	struct duty_page page = { .more = true };

	expected.count = 0;
	given = (struct ids){ .person = person };
	ledger_duties(
		world.book.ledger, reference, world.today + 60, duty_expected, &expected, &error);
	while (page.more) {
		page.limit = 1 + test_below(&world.book, 7);
		sight_duties(
			world.book.ledger, sight, reference, &page, duty_given, &given, &error);
		no_error(&error);
	}
	qsort(expected.items, (size_t)expected.count, sizeof(expected.items[0]), by_id);
	qsort(given.items, (size_t)given.count, sizeof(given.items[0]), by_id);
	assert_int_equal(expected.count, given.count);
	for (int i = 0; i < given.count; i++)
		assert_string_equal(expected.items[i], given.items[i]);
}

static bool case_given(void *context, const struct case_seen *one)
{
	struct ids *ids = context;

	if (one->customer)
		check_clean(ids->person, one->customer, 0, "a case");
	text_copy(ids->items[ids->count++], sizeof(ids->items[0]), one->id);
	return true;
}

static void cases_of_customer(int person, struct sight *sight, int customer)
{
	static struct ids given;
	struct case_page page = { .more = true };
	char reference[40], question[200];

	given = (struct ids){ .person = person };
	snprintf(reference, sizeof(reference), "customer:%s", world_customer(customer));
	while (page.more) {
		struct error error = { 0 };
		page.limit = 1 + test_below(&world.book, 4);
		sight_cases(world.book.ledger, sight, reference, &page, case_given, &given, &error);
		no_error(&error);
	}
	snprintf(question, sizeof(question),
		"SELECT count(*) FROM d_case WHERE customer = '%s' AND ended_at IS NULL",
		world_customer(customer));
	assert_int_equal(given.count, test_count(&world.book, question));
}

static void own_cases(int person, struct sight *sight)
{
	static struct ids given;
	struct case_page page = { .limit = 5, .more = true };
	char question[200];

	given = (struct ids){ .person = person };
	while (page.more) {
		struct error error = { 0 };
		sight_cases(world.book.ledger, sight, NULL, &page, case_given, &given, &error);
		no_error(&error);
	}
	snprintf(question, sizeof(question),
		"SELECT count(*) FROM d_case WHERE owner = 'staff:%s' AND ended_at IS NULL",
		world_people[person]);
	assert_true(given.count >= test_count(&world.book, question));
}

static void every_duty_and_case(int person, struct sight *sight)
{
	char reference[40];

	for (int i = 0; i < PEOPLE; i++) {
		snprintf(reference, sizeof(reference), "staff:%s", world_people[i]);
		if (rule_person(&world, person, i))
			duties_of(person, sight, reference);
	}
	for (int i = 0; i < UNITS; i++) {
		snprintf(reference, sizeof(reference), "unit:%s", world_units[i]);
		if (rule_unit_led(&world, person, i))
			duties_of(person, sight, reference);
	}
	for (int i = 0; i < CUSTOMERS; i++) {
		if (rule_customer(&world, person, i))
			cases_of_customer(person, sight, i);
	}
	own_cases(person, sight);
}

/* ------------------------------------------------------------------ customers */

static bool customer_given(void *context, const struct customer_seen *customer)
{
	struct ids *ids = context;

	snprintf(ids->items[ids->count++], sizeof(ids->items[0]), "%s", customer->id);
	assert_non_null(customer->name);
	return true;
}

/* By class, best first, those without one last; merged ones left out. */
static void every_customer(int person, struct sight *sight)
{
	struct customer_page page = { .more = true };
	static struct ids given;
	int expected = 0;

	given = (struct ids){ .person = person };
	while (page.more) {
		struct error error = { 0 };
		page.limit = 1 + test_below(&world.book, 4);
		sight_customers(world.book.ledger, sight, world.book.session.now, &page,
			customer_given, &given, &error);
		no_error(&error);
	}
	for (int class = 0; class <= 4; class ++) {
		for (int i = 0; i < CUSTOMERS; i++) {
			if (world.merged[i] != NOBODY || !rule_customer(&world, person, i) ||
				(world.class[i] == NOBODY ? 4 : world.class[i]) != class)
				continue;
			assert_true(expected < given.count);
			assert_string_equal(given.items[expected++], world_customer(i));
		}
	}
	assert_int_equal(expected, given.count);
}

/* ------------------------------------------------------------------ figures */

struct evidences {
	int person, rows;
	bool twins; /* the item is the archive that is looked like */
};

static bool evidence_given(void *context, const struct evidence *evidence)
{
	struct evidences *evidences = context;

	check_clean(evidences->person, evidence->customer ? evidence->customer : "", 0, "evidence");
	check_clean(evidences->person, evidence->item ? evidence->item : "", 0, "an item");
	assert_true(!evidences->twins || !evidence->customer || evidence->item);
	evidences->rows++;
	return true;
}

static void figures_of(int person, struct sight *sight, const char *type, const char *id, bool his)
{
	static const char *const names[] = { "customer.duplicates", "visit.count", "revenue.amount",
		"customer.count" };
	char reference[40];

	snprintf(reference, sizeof(reference), "%s:%s", type, id);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct measure *measure = ledger_measure(world.book.ledger, names[i]);
		struct evidences evidences = { person, 0, i == 0 };
		struct error error = { 0 };
		struct figure figure;
		assert_non_null(measure);
		sight_figure(world.book.ledger, sight, measure, reference, world.today - 400,
			world.today, &figure, evidence_given, &evidences, &error);
		assert_int_equal(error.result, his ? OK : REFUSED);
		assert_true(!his || figure.n == evidences.rows);
	}
}

static void every_figure(int person, struct sight *sight)
{
	for (int i = 0; i < UNITS; i++)
		figures_of(person, sight, "unit", world_units[i], rule_unit_led(&world, person, i));
	for (int i = 0; i < PEOPLE; i++)
		figures_of(person, sight, "staff", world_people[i], rule_person(&world, person, i));
}

/* ------------------------------------------------------------------ writing */

static struct error try_as(int person, const char *kind, const char *field, const char *customer)
{
	struct session session = world.book.session;
	struct error error = { 0 };
	struct answer answer;
	char text[400];

	snprintf(text, sizeof(text), "{\"kind\":\"%s\",\"body\":{\"%s\":\"%s\",%s}}", kind, field,
		customer,
		*field == 'c' && field[1] == 'o' ? "\"name\":\"改名\"" : "\"need\":\"扩容\"");
	json_t *envelope = json_loads(text, 0, NULL);
	assert_non_null(envelope);
	session.staff = world_people[person];
	assert_int_equal(ledger_begin(world.book.ledger, &error), OK);
	ledger_try(world.book.ledger, &session, envelope, &answer, &error);
	no_error(&error);
	ledger_rollback(world.book.ledger);
	json_decref(envelope);
	return answer.error;
}

/* A customer out of sight cannot be written about, by the answer for one that does not exist;
 * nor can its archive be taken over. */
static void every_writing(int person)
{
	struct error missing = try_as(person, "visit.need", "customer", "LO99");

	assert_string_equal(missing.key, "refused.unknown_customer");
	for (int i = 0; i < CUSTOMERS; i++) {
		struct error error = try_as(person, "visit.need", "customer", world_customer(i));
		bool seen = rule_customer(&world, person, i);
		if (seen)
			no_error(&error);
		else
			same_refusal(&error, &missing, world_customer(i));
		error = try_as(person, "customer", "code", world_customer(i));
		assert_string_equal(error.key, seen ? "" : "refused.code_taken");
	}
}

/* ------------------------------------------------------------------ while he looks */

static bool keep_seq(void *context, const struct entry *entry)
{
	struct seqs *seqs = context;

	seqs->items[seqs->count++] = entry->seq;
	return true;
}

static bool object_is_his(void *context, const char *id, const char *name)
{
	struct seqs *seqs = context;

	(void)name;
	for (int i = 0; i < CUSTOMERS; i++) {
		if (strcmp(id, world_customer(i)) == 0)
			assert_true(rule_customer(&world, seqs->person, i));
	}
	seqs->count++;
	return true;
}

static void every_question(int person, struct sight *sight)
{
	struct ledger *ledger = world.book.ledger;
	static struct seqs given;
	static bool expected[TOLD];
	struct error error = { 0 };
	int64_t last = ledger_head(ledger, (uint8_t[DIGEST_BYTES]){ 0 });
	int customers = 0;

	for (int64_t seq = 1; seq <= last; seq++)
		expected[seq] = rule_entry(&world, person, seq);
	for (int i = 0; i < CUSTOMERS; i++)
		customers += rule_customer(&world, person, i);
	ledger_look(ledger, sight);
	given = (struct seqs){ .person = person };
	ledger_each(ledger, NULL, keep_seq, &given, &error);
	for (int i = 0; i < given.count; i++)
		assert_true(expected[given.items[i]]);
	given.count = 0;
	ledger_objects(ledger, "customer", object_is_his, &given, &error);
	no_error(&error);
	assert_int_equal(given.count, customers);
	ledger_look(ledger, NULL);
}

/* ------------------------------------------------------------------ tests */

static void every_role(void)
{
	for (int person = 0; person < PEOPLE; person++) {
		struct sight *sight = sight_for(person);
		assert_int_equal(sight_whole(sight), rule_whole(&world, person));
		every_entry(person, sight);
		every_line(person, sight);
		own_line(person, sight);
		every_duty_and_case(person, sight);
		every_customer(person, sight);
		every_figure(person, sight);
		every_writing(person);
		every_question(person, sight);
		sight_close(sight);
	}
}

static void run(bool two_roots, uint64_t seed, int steps)
{
	world_open(&world, two_roots, seed);
	for (int i = 1; i <= steps; i++) {
		world_step(&world);
		if (i % (steps / 2) == 0)
			every_role();
	}
	world_close(&world);
}

/* Every question is asked thousands of times: on a server of fewer histories. */
static void run_some(bool two_roots, uint64_t seed)
{
	const char *server = getenv("YIBEN_TEST_SERVER");
	bool few = server && *server;

	for (uint64_t i = 0; i < (few ? 1 : 3); i++)
		run(two_roots, seed + i, few ? 70 : 120);
}

static void one_tree(void **state)
{
	(void)state;
	run_some(false, 1);
}

static void two_trees(void **state)
{
	(void)state;
	run_some(true, 11);
}

static int set_up(void **state)
{
	(void)state;
	messages = asset_messages();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	messages_free(messages);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_tree),
		cmocka_unit_test(two_trees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

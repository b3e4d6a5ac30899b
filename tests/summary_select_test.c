/* Which facts a summary tells: the rules of selection, on facts made up for it. */
#include "derive/summary_select.h"

#include "base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MINOR = 100 };

static struct fact strong(const char *name, int section)
{
	return (struct fact){ .name = name,
		.section = section,
		.distinct = 900,
		.common = 800,
		.fit = 1000,
		.concrete = true };
}

static void select_all(struct fact *facts, size_t count)
{
	struct fact **all = calloc(count, sizeof(*all));

	must(all != NULL);
	for (size_t i = 0; i < count; i++)
		all[i] = &facts[i];
	facts_select(all, count);
	free(all);
}

static int placed(const struct fact *facts, size_t count, enum fact_place place)
{
	int found = 0;

	for (size_t i = 0; i < count; i++)
		found += facts[i].place == place;
	return found;
}

static void an_anecdote_never_outranks_what_is_common(void **state)
{
	struct fact facts[] = {
		{ .name = "anecdote",
			.distinct = 1000,
			.common = fact_common(1, 2400, 1),
			.fit = 1000,
			.concrete = true },
		{ .name = "common", .distinct = 500, .common = 500, .fit = 500, .concrete = true },
	};

	(void)state;
	select_all(facts, 2);
	assert_true(facts[1].rank < facts[0].rank);
	assert_int_equal(facts[0].place, PLACE_APPENDIX);
	assert_int_equal(facts[1].place, PLACE_KEY);
}

static void minor_facts_do_not_lengthen_the_text(void **state)
{
	struct fact facts[3 + MINOR];

	(void)state;
	for (int i = 0; i < 3; i++)
		facts[i] = strong("strong", i % 2);
	select_all(facts, 3);
	int keys = placed(facts, 3, PLACE_KEY), lines = placed(facts, 3, PLACE_LINE);
	for (int i = 3; i < 3 + MINOR; i++)
		facts[i] = (struct fact){ .name = "minor",
			.section = i % 2,
			.distinct = 100 + i,
			.common = 150,
			.fit = 1000,
			.concrete = true };
	select_all(facts, 3 + MINOR);
	assert_int_equal(placed(facts, 3 + MINOR, PLACE_KEY), keys);
	assert_int_equal(placed(facts, 3 + MINOR, PLACE_LINE), lines);
	assert_int_equal(placed(facts, 3 + MINOR, PLACE_APPENDIX), MINOR);
}

static void three_a_section_and_seven_in_all(void **state)
{
	struct fact facts[40];

	(void)state;
	for (int i = 0; i < 40; i++)
		facts[i] = strong("strong", i % 4);
	select_all(facts, 40);
	assert_int_equal(placed(facts, 40, PLACE_KEY), KEY_FACTS_ALL);
	assert_int_equal(placed(facts, 40, PLACE_LINE), 4 * LINE_FACTS_SECTION);
	for (int section = 0; section < 4; section++) {
		int keys = 0;
		for (int i = section; i < 40; i += 4)
			keys += facts[i].place == PLACE_KEY;
		assert_true(keys <= KEY_FACTS_SECTION);
	}
}

static void a_breach_is_always_told(void **state)
{
	struct fact facts[21];

	(void)state;
	for (int i = 0; i < 20; i++)
		facts[i] = strong("strong", 0);
	facts[20] = (struct fact){ .name = "breach",
		.section = 0,
		.distinct = 1,
		.common = 1,
		.fit = 1,
		.concrete = true,
		.breach = true,
		.pin = PIN_OUT };
	select_all(facts, 21);
	assert_int_equal(facts[20].place, PLACE_KEY);
	assert_int_equal(placed(facts, 21, PLACE_KEY), KEY_FACTS_SECTION);
	facts[20].concrete = false;
	select_all(facts, 21);
	assert_int_equal(facts[20].place, PLACE_LINE);
}

static void what_is_not_concrete_has_a_line_at_most(void **state)
{
	struct fact fact = strong("vague", 0);

	(void)state;
	fact.concrete = false;
	select_all(&fact, 1);
	assert_int_equal(fact.place, PLACE_LINE);
}

static void a_writer_pins_and_leaves_out(void **state)
{
	struct fact facts[5];

	(void)state;
	for (int i = 0; i < 5; i++)
		facts[i] = strong("strong", 0);
	facts[4] = (struct fact){ .name = "weak", .section = 0, .concrete = true, .pin = PIN_IN };
	facts[0].pin = PIN_OUT;
	select_all(facts, 5);
	assert_int_equal(facts[4].place, PLACE_KEY);
	assert_int_equal(facts[4].rank, 1);
	assert_int_equal(facts[0].place, PLACE_APPENDIX);
	assert_int_equal(placed(facts, 5, PLACE_KEY), KEY_FACTS_SECTION);
}

static void one_case_is_told_once(void **state)
{
	struct fact facts[] = { strong("a", 0), strong("b", 0), strong("c", 1) };

	(void)state;
	for (int i = 0; i < 3; i++)
		facts[i].example = 7;
	select_all(facts, 3);
	assert_int_equal(facts[0].place, PLACE_KEY);
	assert_int_equal(facts[1].place, PLACE_LINE);
	assert_int_equal(facts[2].place, PLACE_KEY);
}

static void peers_make_a_robust_distance(void **state)
{
	const int64_t peers[] = { 100, 102, 98, 101, 5000 };
	int64_t median;

	(void)state;
	assert_int_equal(fact_distinct_peers(101, peers, 5, &median), 0);
	assert_int_equal(median, 101);
	assert_int_equal(fact_distinct_peers(200, peers, 5, &median), 1000);
	const int64_t spread[] = { 100, 120, 140, 160, 180 };
	assert_in_range(fact_distinct_peers(160, spread, 5, &median), 200, 300);
	const int64_t same[] = { 7, 7, 7, 7 };
	assert_int_equal(fact_distinct_peers(7, same, 4, &median), 0);
	assert_int_equal(fact_distinct_peers(8, same, 4, &median), 1000);
}

static void the_period_before_makes_a_distance(void **state)
{
	(void)state;
	assert_int_equal(fact_distinct_before(150, 100, false), 1000);
	assert_int_equal(fact_distinct_before(110, 100, false), 200);
	assert_int_equal(fact_distinct_before(100, 100, false), 0);
	assert_int_equal(fact_distinct_before(5, 0, false), 1000);
	assert_int_equal(fact_distinct_before(964, 914, true), 500);
	assert_int_equal(fact_distinct_before(INT64_MAX / 2, INT64_MAX / 4, false), 1000);
}

static void one_entry_is_nothing_common(void **state)
{
	(void)state;
	assert_int_equal(fact_common(0, 0, 1), 0);
	assert_int_equal(fact_common(0, 100, 21), 500);
	assert_int_equal(fact_common(80, 100, 1), 800);
	assert_int_equal(fact_common(200, 100, 1), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_anecdote_never_outranks_what_is_common),
		cmocka_unit_test(minor_facts_do_not_lengthen_the_text),
		cmocka_unit_test(three_a_section_and_seven_in_all),
		cmocka_unit_test(a_breach_is_always_told),
		cmocka_unit_test(what_is_not_concrete_has_a_line_at_most),
		cmocka_unit_test(a_writer_pins_and_leaves_out),
		cmocka_unit_test(one_case_is_told_once),
		cmocka_unit_test(peers_make_a_robust_distance),
		cmocka_unit_test(the_period_before_makes_a_distance),
		cmocka_unit_test(one_entry_is_nothing_common),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

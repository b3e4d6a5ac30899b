/*
 * The server, asked over the network as people and strangers ask it. Every answer is held against
 * the OpenAPI document; at the end no route and no kind may be left that nobody asked for.
 */
#include "http_tests.h"

#include "base/panic.h"
#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

char test_url[DATABASE_URL];
struct server *test_server;
struct browser office, zhou, lin;

static void make_book(void)
{
	struct error error = { 0 };
	struct ledger *ledger;

	database_make(test_url, "http_test");
	assert_int_equal(ledger_open(&ledger, test_url, "main", true, modules, &error), OK);
	ledger_close(ledger);
}

static int set_up(void **state)
{
	(void)state;
	must(curl_global_init(CURL_GLOBAL_ALL) == 0);
	clock_set("2026-11-24T09:00:00+08:00");
	make_book();
	test_server = serve(test_url, NULL);
	browser_open(&office, test_server);
	browser_open(&zhou, test_server);
	browser_open(&lin, test_server);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	browser_close(&office);
	browser_close(&zhou);
	browser_close(&lin);
	server_stop(test_server);
	database_delete(test_url);
	return 0;
}

static void every_route_and_kind_was_touched(void **state)
{
	(void)state;
	assert_int_equal(ask(&zhou, "GET", "/api/openapi.json", NULL), 200);
	assert_int_equal(untouched(modules), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_person_comes_in_by_the_link),
		cmocka_unit_test(every_kind_can_be_written),
		cmocka_unit_test(an_entry_is_written_once),
		cmocka_unit_test(the_cores_own_kinds_can_be_written),
		cmocka_unit_test(each_entry_has_an_answer_of_its_own),
		cmocka_unit_test(pages_lead_into_one_another),
		cmocka_unit_test(the_line_tells_who_did_what_about_whom),
		cmocka_unit_test(a_duty_says_what_does_it),
		cmocka_unit_test(a_customer_is_shown_with_what_is_due),
		cmocka_unit_test(a_name_is_found_by_whoever_may_see_it),
		cmocka_unit_test(what_is_anothers_is_not_there),
		cmocka_unit_test(a_sentence_becomes_a_form),
		cmocka_unit_test(kinds_tell_what_a_form_needs),
		cmocka_unit_test(a_duty_shows_its_clock),
		cmocka_unit_test(a_workbook_is_recognised_and_taken),
		cmocka_unit_test(what_is_no_table_is_not_taken),
		cmocka_unit_test(an_export_is_marked_and_noted),
		cmocka_unit_test(an_export_can_be_put_in_again),
		cmocka_unit_test(a_number_is_shown_for_a_reason),
		cmocka_unit_test(a_case_says_whose_it_is),
		cmocka_unit_test(others_read_and_write_while_a_file_is_taken),
		cmocka_unit_test(a_figure_opens_what_it_is_made_of),
		cmocka_unit_test(what_was_late_comes_first),
		cmocka_unit_test(figures_of_others_are_not_there),
		cmocka_unit_test(a_summary_is_read_and_every_number_opens),
		cmocka_unit_test(a_summary_is_edited_sentence_by_sentence),
		cmocka_unit_test(a_summary_leaves_as_a_document),
		cmocka_unit_test(a_customer_is_seen_at_a_glance),
		cmocka_unit_test(a_list_says_what_sort_and_what_is_due),
		cmocka_unit_test(an_entry_shows_its_rows_and_that_it_was_put_right),
		cmocka_unit_test(strangers_see_nothing),
		cmocka_unit_test(only_the_office_invites),
		cmocka_unit_test(another_sites_page_cannot_write),
		cmocka_unit_test(whoever_left_is_out),
		cmocka_unit_test(sessions_are_listed_and_ended),
		cmocka_unit_test(an_idle_session_ends),
		cmocka_unit_test(a_restart_keeps_sessions),
		cmocka_unit_test(a_password_is_changed),
		cmocka_unit_test(wrong_passwords_lock_a_login_and_tell_nothing),
		cmocka_unit_test(many_logins_from_one_address_lock_it),
		cmocka_unit_test(codes_are_asked_for_once_they_are_on),
		cmocka_unit_test(the_database_holds_no_secret),
		cmocka_unit_test(every_statement_prepares),
		cmocka_unit_test(what_is_not_there_says_so),
		cmocka_unit_test(a_body_has_a_limit),
		cmocka_unit_test(the_app_is_served_packed),
		cmocka_unit_test(slow_clients_are_cut),
		cmocka_unit_test(an_address_has_so_many_connections),
		cmocka_unit_test(whoever_asks_too_often_waits),
		cmocka_unit_test(hashing_has_a_short_line),
		cmocka_unit_test(two_servers_serve_one_book),
		cmocka_unit_test(a_stream_ends_with_the_server),
		cmocka_unit_test(what_is_the_others_is_nothing_on_every_route),
		cmocka_unit_test(a_crowd_comes_and_goes),
		cmocka_unit_test(hostile_texts_pass_through_unharmed),
		cmocka_unit_test(json_is_read_as_its_suite_says),
		cmocka_unit_test(no_request_makes_the_server_fail),
		cmocka_unit_test(every_route_and_kind_was_touched),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* What the files of the server's tests share: one server on one book, and three people. */
#ifndef TESTS_HTTP_TESTS_H
#define TESTS_HTTP_TESTS_H

#include "database.h"
#include "http_client.h"

extern const struct module *const modules[];

extern char test_url[DATABASE_URL];
extern struct server *test_server;
/* The one who keeps the lists, a manager, and one who came later. */
extern struct browser office, zhou, lin;

/* http_people.c: the token of the first link, "" where there is none any more. */
const char *first_token(void);
void invite(struct browser *browser, const char *staff);
int sign_in(struct browser *browser, const char *login, const char *password);
/* http_entries.c: was this one entry appended? */
bool taken(struct browser *browser, const char *line);
/* Append as the operator at the terminal does. */
void put_as_operator(json_t *envelope);

/* The tests, in the order in which they are run. */
void the_first_person_comes_in_by_the_link(void **state);
void every_kind_can_be_written(void **state);
void an_entry_is_written_once(void **state);
void the_cores_own_kinds_can_be_written(void **state);
void each_entry_has_an_answer_of_its_own(void **state);
void kinds_tell_what_a_form_needs(void **state);
void strangers_see_nothing(void **state);
void only_the_office_invites(void **state);
void another_sites_page_cannot_write(void **state);
void whoever_left_is_out(void **state);
void sessions_are_listed_and_ended(void **state);
void an_idle_session_ends(void **state);
void a_restart_keeps_sessions(void **state);
void a_password_is_changed(void **state);
void wrong_passwords_lock_a_login_and_tell_nothing(void **state);
void many_logins_from_one_address_lock_it(void **state);
void codes_are_asked_for_once_they_are_on(void **state);
void the_database_holds_no_secret(void **state);
void every_statement_prepares(void **state);
void what_is_not_there_says_so(void **state);
void a_body_has_a_limit(void **state);
void the_app_is_served_packed(void **state);
void slow_clients_are_cut(void **state);
void an_address_has_so_many_connections(void **state);
void whoever_asks_too_often_waits(void **state);
void hashing_has_a_short_line(void **state);
void two_servers_serve_one_book(void **state);
void a_stream_ends_with_the_server(void **state);
/* http_reading.c */
void pages_lead_into_one_another(void **state);
void the_line_tells_who_did_what_about_whom(void **state);
void a_duty_says_what_does_it(void **state);
void a_customer_is_shown_with_what_is_due(void **state);
void a_name_is_found_by_whoever_may_see_it(void **state);
void what_is_anothers_is_not_there(void **state);
void a_sentence_becomes_a_form(void **state);
/* http_figures.c */
void a_duty_shows_its_clock(void **state);
/* http_doors.c */
void a_workbook_is_recognised_and_taken(void **state);
void what_is_no_table_is_not_taken(void **state);
void an_export_is_marked_and_noted(void **state);
void an_export_can_be_put_in_again(void **state);
void a_number_is_shown_for_a_reason(void **state);
void a_case_says_whose_it_is(void **state);
void others_read_and_write_while_a_file_is_taken(void **state);
void a_figure_opens_what_it_is_made_of(void **state);
void what_was_late_comes_first(void **state);
void figures_of_others_are_not_there(void **state);
/* http_crowd.c */
void a_crowd_comes_and_goes(void **state);
void a_summary_is_read_and_every_number_opens(void **state);
void a_summary_is_edited_sentence_by_sentence(void **state);
void a_summary_leaves_as_a_document(void **state);
void a_customer_is_seen_at_a_glance(void **state);
void a_list_says_what_sort_and_what_is_due(void **state);
void an_entry_shows_its_rows_and_that_it_was_put_right(void **state);
/* http_walk.c */
void what_is_the_others_is_nothing_on_every_route(void **state);
/* http_suites.c */
void hostile_texts_pass_through_unharmed(void **state);
void json_is_read_as_its_suite_says(void **state);
void no_request_makes_the_server_fail(void **state);

#endif

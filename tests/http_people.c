/* Who comes in, who may, sessions and passwords. */
#include "http_tests.h"

#include "base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/identity.h"
#include "http/route.h"

#include <liboath/oath.h>

/* ------------------------------------------------------------------ coming in */

const char *first_token(void)
{
	static char path[128];
	struct error error = { 0 };

	assert_int_equal(server_first_link(test_server, path, &error), OK);
	return *path ? path + strlen("/#/invite/") : path;
}

void the_first_person_comes_in_by_the_link(void **state)
{
	char old[TOKEN_TEXT], path[200];

	(void)state;
	snprintf(old, sizeof(old), "%s", first_token());
	assert_int_equal(strlen(old), TOKEN_TEXT - 1);
	const char *token = first_token();
	snprintf(path, sizeof(path), "/api/invitations/%s", old);
	assert_int_equal(ask(&office, "GET", path, NULL), 404);
	snprintf(path, sizeof(path), "/api/invitations/%s", token);
	assert_int_equal(ask(&office, "GET", path, NULL), 200);
	assert_true(json_is_true(json_object_get(office.json, "first")));
	assert_int_equal(ask(&office, "POST", "/api/invitations/accept",
				 "{\"token\":\"%s\",\"login\":\"office\",\"password\":\"short\","
				 "\"name\":\"许\\\"静\\\\\",\"organisation\":\"清屿通信\"}",
				 token),
		422);
	assert_string_equal(said(&office, "field"), "password");
	assert_int_equal(
		ask(&office, "POST", "/api/invitations/accept",
			"{\"token\":\"%s\",\"login\":\"office\",\"password\":\"eins-zwei-3\","
			"\"name\":\"许\\\"静\\\\\",\"organisation\":\"清屿通信\"}",
			token),
		200);
	assert_string_equal(said(&office, "name"), "许\"静\\");
	assert_string_equal(said(&office, "unit.name"), "清屿通信");
	assert_string_equal(said(&office, "roles.0"), "office");
	assert_non_null(strstr(said_header(&office, "Set-Cookie"), "HttpOnly; SameSite=Strict"));
	assert_int_equal(ask(&office, "GET", path, NULL), 404);
	assert_string_equal(first_token(), "");
	assert_int_equal(ask(&office, "GET", "/api/session", NULL), 200);
	assert_string_equal(said(&office, "today"), "2026-11-24");
	assert_string_equal(said(&office, "language"), "en");
}

void invite(struct browser *browser, const char *staff)
{
	char token[TOKEN_TEXT];

	assert_int_equal(
		ask(&office, "POST", "/api/invitations", "{\"staff\":\"%s\"}", staff), 201);
	snprintf(token, sizeof(token), "%s", said(&office, "token"));
	assert_int_equal(
		ask(browser, "POST", "/api/invitations/accept",
			"{\"token\":\"%s\",\"login\":\"%s@x\",\"password\":\"%s-password\"}", token,
			staff, staff),
		200);
	assert_string_equal(said(browser, "staff"), staff);
}

int sign_in(struct browser *browser, const char *login, const char *password)
{
	return ask(browser, "POST", "/api/session", "{\"login\":\"%s\",\"password\":\"%s\"}", login,
		password);
}

/* ------------------------------------------------------------------ who may */

void strangers_see_nothing(void **state)
{
	struct browser stranger;

	(void)state;
	browser_open(&stranger, test_server);
	for (const struct route *route = routes; route->path; route++) {
		if (route->who == WHO_ANYBODY)
			continue;
		const char *method = method_name(route->method);
		int status = ask(&stranger, method, route->path, route->takes ? "{}" : NULL);
		if (status != 401)
			fail_msg("%s %s: %d to a stranger", method, route->path, status);
	}
	stranger.header = "Cookie: yiben=0000000000000000000000000000000000000000000000000000000000"
			  "000000";
	assert_int_equal(ask(&stranger, "GET", "/api/session", NULL), 401);
	browser_close(&stranger);
}

void only_the_office_invites(void **state)
{
	(void)state;
	assert_int_equal(ask(&zhou, "POST", "/api/invitations", "{\"staff\":\"lin\"}"), 403);
	assert_int_equal(ask(&office, "POST", "/api/invitations", "{\"staff\":\"nobody\"}"), 422);
	assert_string_equal(said(&office, "field"), "staff");
}

void another_sites_page_cannot_write(void **state)
{
	static const char line[] =
		"{\"entries\":[{\"kind\":\"visit.made\",\"body\":{\"customer\":"
		"\"C1\",\"way\":\"phone\",\"observation\":\"from elsewhere\"}}]}";

	(void)state;
	zhou.plain = true;
	for (const struct route *route = routes; route->path; route++) {
		if (route->method == METHOD_GET)
			continue;
		assert_int_equal(ask(&zhou, method_name(route->method), route->path,
					 route->takes ? "{}" : NULL),
			403);
	}
	zhou.plain = false;
	zhou.header = "Sec-Fetch-Site: cross-site";
	assert_int_equal(ask(&zhou, "POST", "/api/entries", "%s", line), 403);
	zhou.header = "Sec-Fetch-Site: same-origin";
	assert_int_equal(ask(&zhou, "POST", "/api/entries", "%s", line), 200);
	zhou.header = "Content-Type: text/plain";
	assert_int_equal(ask(&zhou, "POST", "/api/entries", "%s", line), 415);
	zhou.header = NULL;
}

void whoever_left_is_out(void **state)
{
	struct browser gone;

	(void)state;
	assert_true(taken(&office, "{\"kind\":\"org.staff\",\"body\":{\"staff\":\"gone\","
				   "\"name\":\"顾行\"}}"));
	browser_open(&gone, test_server);
	invite(&gone, "gone");
	assert_true(taken(&office, "{\"kind\":\"org.left\",\"body\":{\"staff\":\"gone\","
				   "\"day\":\"2026-11-24\",\"reason\":\"-\"}}"));
	assert_int_equal(ask(&gone, "GET", "/api/session", NULL), 200); /* his last day */
	clock_forward(DAY_MS);
	assert_int_equal(ask(&gone, "GET", "/api/session", NULL), 401);
	assert_int_equal(ask(&gone, "POST", "/api/entries",
				 "{\"entries\":[{\"kind\":\"visit.made\",\"body\":{}}]}"),
		401);
	assert_string_equal(said(&gone, "type"), "urn:yiben:refused.left");
	assert_int_equal(sign_in(&gone, "gone@x", "gone-password"), 401);
	assert_int_equal(ask(&office, "POST", "/api/invitations", "{\"staff\":\"gone\"}"), 422);
	browser_close(&gone);
}

/* ------------------------------------------------------------------ sessions */

void sessions_are_listed_and_ended(void **state)
{
	struct browser phone;
	char path[120];

	(void)state;
	browser_open(&phone, test_server);
	assert_int_equal(sign_in(&phone, "zhou@x", "zhou-password"), 200);
	assert_int_equal(ask(&zhou, "GET", "/api/sessions", NULL), 200);
	json_t *items = json_object_get(zhou.json, "items");
	assert_int_equal(json_array_size(items), 2);
	for (size_t i = 0; i < 2; i++) {
		json_t *item = json_array_get(items, i);
		if (json_is_false(json_object_get(item, "current")))
			snprintf(path, sizeof(path), "/api/sessions/%s",
				json_string_value(json_object_get(item, "id")));
	}
	assert_int_equal(ask(&lin, "DELETE", path, NULL), 404); /* another's */
	assert_int_equal(ask(&phone, "GET", "/api/session", NULL), 200);
	assert_int_equal(ask(&zhou, "DELETE", path, NULL), 204);
	assert_int_equal(ask(&phone, "GET", "/api/session", NULL), 401);
	assert_int_equal(sign_in(&phone, "zhou@x", "zhou-password"), 200);
	assert_int_equal(ask(&phone, "DELETE", "/api/session", NULL), 204);
	assert_int_equal(ask(&phone, "GET", "/api/session", NULL), 401);
	browser_close(&phone);
}

void an_idle_session_ends(void **state)
{
	struct browser phone;

	(void)state;
	browser_open(&phone, test_server);
	assert_int_equal(sign_in(&phone, "zhou@x", "zhou-password"), 200);
	for (int i = 0; i < 3; i++) {
		clock_forward(SESSION_IDLE_MS - MINUTE_MS);
		assert_int_equal(ask(&phone, "GET", "/api/session", NULL), 200);
		assert_int_equal(ask(&zhou, "GET", "/api/session", NULL), 200);
		assert_int_equal(ask(&lin, "GET", "/api/session", NULL), 200);
		assert_int_equal(ask(&office, "GET", "/api/session", NULL), 200);
	}
	clock_forward(SESSION_IDLE_MS - MINUTE_MS);
	assert_int_equal(ask(&zhou, "GET", "/api/session", NULL), 200);
	assert_int_equal(ask(&lin, "GET", "/api/session", NULL), 200);
	assert_int_equal(ask(&office, "GET", "/api/session", NULL), 200);
	clock_forward(MINUTE_MS);
	assert_int_equal(ask(&phone, "GET", "/api/session", NULL), 401);
	browser_close(&phone);
}

void a_restart_keeps_sessions(void **state)
{
	(void)state;
	server_stop(test_server);
	test_server = serve(test_url, NULL);
	browser_move(&office, test_server);
	browser_move(&zhou, test_server);
	browser_move(&lin, test_server);
	assert_int_equal(ask(&zhou, "GET", "/api/session", NULL), 200);
	assert_string_equal(said(&zhou, "staff"), "zhou");
	assert_string_equal(first_token(), "");
}

void a_password_is_changed(void **state)
{
	struct browser phone;

	(void)state;
	browser_open(&phone, test_server);
	assert_int_equal(sign_in(&phone, "lin@x", "lin-password"), 200);
	assert_int_equal(ask(&lin, "PUT", "/api/password",
				 "{\"password\":\"wrong-one\",\"new_password\":\"another-one\"}"),
		401);
	assert_int_equal(
		ask(&lin, "PUT", "/api/password",
			"{\"password\":\"lin-password\",\"new_password\":\"another-one\"}"),
		204);
	assert_int_equal(ask(&lin, "GET", "/api/session", NULL), 200);
	assert_int_equal(ask(&phone, "GET", "/api/session", NULL), 401);
	assert_int_equal(sign_in(&phone, "lin@x", "lin-password"), 401);
	assert_int_equal(sign_in(&phone, "lin@x", "another-one"), 200);
	browser_close(&phone);
}

void wrong_passwords_lock_a_login_and_tell_nothing(void **state)
{
	static const char *const logins[] = { "zhou@x", "nobody-has-this" };
	char told[2][2000];
	struct browser thief;

	(void)state;
	browser_open(&thief, test_server);
	for (size_t i = 0; i < COUNT_OF(logins); i++) {
		for (int attempt = 0; attempt < LOGIN_FAILURES; attempt++)
			assert_int_equal(sign_in(&thief, logins[i], "not-the-password"), 401);
		snprintf(told[i], sizeof(told[i]), "%s", thief.body.bytes);
		assert_int_equal(sign_in(&thief, logins[i], "zhou-password"), 429);
		assert_true(*said_header(&thief, "Retry-After") != '\0');
	}
	assert_string_equal(told[0], told[1]);
	assert_int_equal(ask(&zhou, "GET", "/api/session", NULL), 200); /* who is in stays in */
	clock_forward(LOCKOUT_MS);
	assert_int_equal(sign_in(&thief, "zhou@x", "zhou-password"), 200);
	browser_close(&thief);
}

void many_logins_from_one_address_lock_it(void **state)
{
	struct browser thief;
	char login[40];
	int status = 401;

	(void)state;
	browser_open(&thief, test_server);
	int attempt = 0;
	for (; status == 401 && attempt <= ADDRESS_FAILURES; attempt++) {
		snprintf(login, sizeof(login), "guess%d", attempt);
		status = sign_in(&thief, login, "not-the-password");
	}
	assert_int_equal(status, 429);
	assert_int_equal(attempt, ADDRESS_FAILURES + 1);
	assert_int_equal(sign_in(&thief, "zhou@x", "zhou-password"), 429);
	clock_forward(LOCKOUT_MS);
	browser_close(&thief);
}

static void code_now(const char *secret, char code[8])
{
	char *bytes;
	size_t length;

	assert_int_equal(oath_base32_decode(secret, strlen(secret), &bytes, &length), OATH_OK);
	assert_int_equal(length, TOTP_SECRET_BYTES);
	assert_int_equal(oath_totp_generate(
				 bytes, length, (time_t)(clock_now() / SECOND_MS), 30, 0, 6, code),
		OATH_OK);
	free(bytes);
}

static int sign_in_with(struct browser *browser, const char *code)
{
	return ask(browser, "POST", "/api/session",
		"{\"login\":\"zhou@x\",\"password\":\"zhou-password\",\"totp\":\"%s\"}", code);
}

void codes_are_asked_for_once_they_are_on(void **state)
{
	char secret[80], code[8];
	struct browser phone;

	(void)state;
	browser_open(&phone, test_server);
	assert_int_equal(ask(&zhou, "PUT", "/api/totp", "{\"totp\":\"123456\"}"), 409);
	assert_int_equal(ask(&zhou, "POST", "/api/totp", NULL), 200);
	snprintf(secret, sizeof(secret), "%s", said(&zhou, "secret"));
	assert_int_equal(sign_in(&phone, "zhou@x", "zhou-password"), 200); /* not yet on */
	assert_int_equal(ask(&zhou, "PUT", "/api/totp", "{\"totp\":\"000000\"}"), 401);
	code_now(secret, code);
	assert_int_equal(ask(&zhou, "PUT", "/api/totp", "{\"totp\":\"%s\"}", code), 204);
	assert_int_equal(sign_in(&phone, "zhou@x", "zhou-password"), 401);
	assert_string_equal(said(&phone, "field"), "totp");
	assert_int_equal(sign_in_with(&phone, code), 401); /* it was used */
	clock_forward(30 * SECOND_MS);
	code_now(secret, code);
	assert_int_equal(sign_in_with(&phone, code), 200);
	assert_int_equal(ask(&zhou, "POST", "/api/totp", NULL), 409);
	clock_forward(30 * SECOND_MS);
	code_now(secret, code);
	assert_int_equal(ask(&zhou, "DELETE", "/api/totp", "{\"totp\":\"%s\"}", code), 204);
	assert_int_equal(sign_in(&phone, "zhou@x", "zhou-password"), 200);
	browser_close(&phone);
}

/* What a thief would want of the database: nothing there is a password, a token or an address. */
void the_database_holds_no_secret(void **state)
{
	char question[200];

	(void)state;
	assert_int_equal(sign_in(&zhou, "zhou@x", "zhou-password"), 200);
	const char *cookie = strstr(said_header(&zhou, "Set-Cookie"), "yiben=");
	snprintf(question, sizeof(question), "SELECT count(*) FROM s_session WHERE token = '%.64s'",
		cookie + 6);
	assert_string_equal(database_ask(test_url, question), "0");
	assert_string_equal(database_ask(test_url, "SELECT count(*) FROM s_login WHERE password "
						   "NOT LIKE '$argon2id$v=19$m=65536,t=2,p=1$%'"),
		"0");
	assert_string_not_equal(database_ask(test_url, "SELECT count(*) FROM s_login"), "0");
	assert_string_equal(
		database_ask(test_url, "SELECT count(*) FROM entry WHERE body LIKE '%password%'"),
		"0");
}

void every_statement_prepares(void **state)
{
	struct error error = { 0 };
	struct store *store;
	struct query *query;

	(void)state;
	assert_int_equal(store_open(&store, test_url, false, &error), OK);
	for (const struct statement *one = identity_sql; one->sql; one++) {
		if (store_query(store, one, &query, &error) != OK)
			fail_msg("%s: %s", error_argument(&error, "reason"), one->sql);
		query_end(query);
		assert_true(database_names_book(one->sql));
	}
	store_close(store);
}

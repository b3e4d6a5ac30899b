/* What strangers may not use up, and what they may not break. */
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

#include <pthread.h>
#include <unistd.h>

/* ------------------------------------------------------------------ limits */

void what_is_not_there_says_so(void **state)
{
	(void)state;
	assert_int_equal(ask(&zhou, "GET", "/api/nothing", NULL), 404);
	assert_int_equal(ask(&zhou, "PUT", "/api/session", "{}"), 405);
	assert_string_equal(said_header(&zhou, "Allow"), "GET, POST, DELETE");
	assert_int_equal(ask(&zhou, "BREW", "/api/session", NULL), 405);
	assert_int_equal(ask(&zhou, "GET", "/api/kinds?x=%%ff", NULL), 400);
	assert_int_equal(ask(&zhou, "GET", "/api/kinds/%%00", NULL), 400);
	assert_int_equal(
		ask(&zhou, "POST", "/api/session", "{\"login\":1,\"password\":\"x\"}"), 422);
	assert_int_equal(ask(&zhou, "POST", "/api/session", "{\"login\":"), 400);
	assert_int_equal(ask(&zhou, "POST", "/api/session", "[]"), 400);
}

void a_body_has_a_limit(void **state)
{
	enum { LARGE = 9 * 1024 * 1024 };
	char *bytes = malloc(LARGE + 1);

	(void)state;
	memset(bytes, 'x', LARGE);
	bytes[LARGE] = '\0';
	assert_int_equal(ask_raw(&zhou, "POST", "/api/entries", bytes, LARGE), 413);
	zhou.header = "Transfer-Encoding: chunked";
	assert_int_equal(ask_raw(&zhou, "POST", "/api/session", bytes, 6000), 413);
	zhou.header = NULL;
	assert_int_equal(ask(&zhou, "GET", "/api/session", NULL), 200);
	free(bytes);
}

void the_app_is_served_packed(void **state)
{
	struct browser phone;

	(void)state;
	browser_open(&phone, test_server);
	assert_int_equal(ask(&phone, "GET", "/", NULL), 200);
	assert_non_null(strstr(phone.body.bytes, "<!doctype html>"));
	assert_non_null(
		strstr(said_header(&phone, "Content-Security-Policy"), "default-src 'none'"));
	assert_string_equal(said_header(&phone, "X-Content-Type-Options"), "nosniff");
	size_t plain = phone.body.length;
	phone.header = "Accept-Encoding: gzip, br";
	assert_int_equal(ask(&phone, "GET", "/anything/the/app/knows", NULL), 200);
	assert_string_equal(said_header(&phone, "Content-Encoding"), "br");
	assert_true(phone.body.length < plain);
	phone.header = "Accept-Encoding: gzip, br;q=0";
	assert_int_equal(ask(&phone, "GET", "/", NULL), 200);
	assert_string_equal(said_header(&phone, "Content-Encoding"), "gzip");
	assert_int_equal(ask(&phone, "GET", "/no.js", NULL), 404);
	assert_int_equal(ask(&phone, "GET", "/../../etc/passwd.txt", NULL), 404);
	browser_close(&phone);
}

static void make_small(struct server_settings *settings)
{
	settings->header_ms = 600;
	settings->body_ms = 600;
	settings->connections_per_address = 6;
	settings->rate_times = 1;
}

struct drip {
	struct server *server;
	const char *start;
	int bytes_written;
};

/* A byte at a time, a twentieth of a second apart: never silent, never done. */
static void drip(struct drip *slow)
{
	struct browser none;
	char host[64];
	int port = server_port(slow->server);
	int file, written = 0;

	(void)none;
	snprintf(host, sizeof(host), "http://127.0.0.1:%d", port);
	CURL *curl = curl_easy_init();
	curl_socket_t socket_of;
	curl_easy_setopt(curl, CURLOPT_URL, host);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	assert_int_equal(curl_easy_perform(curl), CURLE_OK);
	curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &socket_of);
	file = (int)socket_of;
	assert_true(write(file, slow->start, strlen(slow->start)) > 0);
	while (written < 200) {
		size_t sent = 0, got = 0;
		char answer[200];
		if (curl_easy_send(curl, "a", 1, &sent) != CURLE_OK)
			break;
		CURLcode heard = curl_easy_recv(curl, answer, sizeof(answer), &got);
		if (heard != CURLE_AGAIN)
			break;
		written++;
		usleep(50000);
	}
	curl_easy_cleanup(curl);
	slow->bytes_written = written;
}

void slow_clients_are_cut(void **state)
{
	struct server *small = serve(test_url, make_small);
	struct drip heads = { small, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", 0 };
	struct drip bodies = { small,
		"POST /api/session HTTP/1.1\r\nHost: x\r\nX-Yiben: 1\r\n"
		"Content-Type: application/json\r\nContent-Length: 3000\r\n\r\n",
		0 };

	(void)state;
	drip(&heads);
	assert_in_range(heads.bytes_written, 5, 60);
	drip(&bodies);
	assert_in_range(bodies.bytes_written, 5, 60);
	server_stop(small);
}

void an_address_has_so_many_connections(void **state)
{
	struct server *small = serve(test_url, make_small);
	struct browser many[8];
	int answered = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(many); i++) {
		browser_open(&many[i], small);
		answered += ask(&many[i], "GET", "/", NULL) == 200;
	}
	assert_int_equal(answered, 6);
	for (size_t i = 0; i < COUNT_OF(many); i++)
		browser_close(&many[i]);
	server_stop(small);
}

void whoever_asks_too_often_waits(void **state)
{
	struct server *small = serve(test_url, make_small);
	int asked = 0, status = 0;

	(void)state;
	browser_move(&zhou, small);
	for (; asked < 100 && status != 429; asked++)
		status = ask(&zhou, "PUT", "/api/totp", "{\"totp\":\"x\"}");
	assert_int_equal(status, 429);
	assert_in_range(asked, 20, 60);
	assert_true(*said_header(&zhou, "Retry-After") != '\0');
	assert_int_equal(ask(&zhou, "GET", "/api/session", NULL), 200); /* counted apart */
	browser_move(&zhou, test_server);
	server_stop(small);
}

static void *hash_once(void *context)
{
	struct browser *browser = context;

	sign_in(browser, "somebody", "not-the-password");
	return NULL;
}

void hashing_has_a_short_line(void **state)
{
	enum { PEOPLE = 16 };
	struct browser people[PEOPLE];
	pthread_t threads[PEOPLE];
	int busy = 0, answered = 0;

	(void)state;
	for (int i = 0; i < PEOPLE; i++) {
		browser_open(&people[i], test_server);
		must(pthread_create(&threads[i], NULL, hash_once, &people[i]) == 0);
	}
	for (int i = 0; i < PEOPLE; i++) {
		must(pthread_join(threads[i], NULL) == 0);
		busy += people[i].status == 503 && *said_header(&people[i], "Retry-After");
		answered += people[i].status == 401 || people[i].status == 429;
		browser_close(&people[i]);
	}
	assert_int_equal(busy + answered, PEOPLE);
	assert_true(busy > 0 && answered > 0);
	problems_said(); /* each of them is one */
	clock_forward(LOCKOUT_MS);
}

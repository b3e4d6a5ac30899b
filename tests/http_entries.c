/* Entries of every kind, forms, and the live line of several servers. */
#include "http_tests.h"

#include "base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/asset.h"
#include "ledger/ledger.h"

#include <pthread.h>
#include <unistd.h>

/* ------------------------------------------------------------------ entries of every kind */

bool taken(struct browser *browser, const char *line)
{
	assert_int_equal(ask(browser, "POST", "/api/entries", "{\"entries\":[%s]}", line), 200);
	return strcmp(said(browser, "answers.0.status"), "appended") == 0;
}

void put_as_operator(json_t *envelope)
{
	const struct session session = { .staff = "", .login = "cli", .now = clock_now() };
	struct error error = { 0 };
	struct ledger *ledger;
	struct answer answer;

	assert_int_equal(ledger_open(&ledger, test_url, "main", false, modules, &error), OK);
	assert_int_equal(ledger_begin(ledger, &error), OK);
	ledger_append(ledger, &session, envelope, &answer, &error);
	assert_int_equal(ledger_commit(ledger, &error), OK);
	assert_int_equal(answer.status, APPENDED);
	ledger_close(ledger);
}

/* Whoever the sample says wrote it writes it; anybody who may, where it says nobody. */
static void send_sample(const char *line)
{
	json_t *envelope = json_loads(line, 0, NULL);
	const char *author = json_string_value(json_object_get(envelope, "author"));
	const char *kind = json_string_value(json_object_get(envelope, "kind"));
	bool first = !author, second = !author || strcmp(author, "zhou") == 0,
	     third = !author || strcmp(author, "lin") == 0;

	if (strcmp(kind, "norm.issued") == 0 || strcmp(kind, "document.issued") == 0)
		put_as_operator(envelope);
	else if (!(first && taken(&office, line)) && !(second && taken(&zhou, line)) &&
		 !(third && taken(&lin, line)))
		fail_msg("%s: %s", line, zhou.body.bytes);
	json_decref(envelope);
}

static void send_samples(const char *module)
{
	char name[120];

	snprintf(name, sizeof(name), "modules/%s/sample.jsonl", module);
	const struct asset *asset = asset_find(name);
	char *lines = strndup(asset->bytes, asset->size), *rest = lines, *line;
	while ((line = strsep(&rest, "\n"))) {
		if (*line)
			send_sample(line);
	}
	free(lines);
}

void every_kind_can_be_written(void **state)
{
	(void)state;
	for (const struct module *const *module = modules; *module; module++) {
		send_samples((*module)->name);
		if (strcmp((*module)->name, "org") == 0) {
			invite(&zhou, "zhou");
			invite(&lin, "lin");
		}
		/* In the samples of this one C1 ends up with nobody. */
		if (strcmp((*module)->name, "roster") == 0)
			assert_true(taken(&office,
				"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C1\","
				"\"staff\":\"zhou\",\"role\":\"principal\","
				"\"from\":\"2026-08-05\"}}"));
	}
	assert_int_equal(problems_said(), 0);
}

void an_entry_is_written_once(void **state)
{
	static const char line[] = "{\"id\":\"01KGPF64Z0S7TR9PDH2AD044KV\",\"kind\":\"visit.made\","
				   "\"at\":\"2026-11-24T08:00:00+08:00\",\"origin\":\"offline\","
				   "\"body\":{\"customer\":\"C1\",\"way\":\"visit\","
				   "\"observation\":\"%s\"}}";
	char text[400], other[400];

	(void)state;
	snprintf(text, sizeof(text), line, "一切都好");
	snprintf(other, sizeof(other), line, "不一样");
	assert_true(taken(&zhou, text));
	int64_t seq = said_integer(&zhou, "answers.0.seq");
	assert_false(taken(&zhou, text));
	assert_string_equal(said(&zhou, "answers.0.status"), "already");
	assert_int_equal(said_integer(&zhou, "answers.0.seq"), seq);
	assert_false(taken(&zhou, other));
	assert_string_equal(said(&zhou, "answers.0.problem.type"), "urn:yiben:refused.id_taken");
}

/* Those of the core, of which no module has samples. */
void the_cores_own_kinds_can_be_written(void **state)
{
	char visit[ID_TEXT];

	(void)state;
	assert_true(taken(&zhou, "{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\","
				 "\"way\":\"phone\",\"observation\":\"first\"}}"));
	snprintf(visit, sizeof(visit), "%s", said(&zhou, "answers.0.id"));
	assert_int_equal(
		ask(&zhou, "POST", "/api/entries",
			"{\"entries\":[{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\","
			"\"body\":{\"customer\":\"C1\",\"way\":\"phone\","
			"\"observation\":\"second\"},\"reason\":\"typo\"}},"
			"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\","
			"\"reason\":\"twice\"}}]}",
			visit, visit),
		200);
	assert_string_equal(said(&zhou, "answers.0.status"), "appended");
	assert_string_equal(said(&zhou, "answers.1.status"), "appended");
}

void each_entry_has_an_answer_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(
		ask(&zhou, "POST", "/api/entries",
			"{\"entries\":["
			"{\"kind\":\"visit.made\",\"origin\":\"import\",\"body\":{}},"
			"{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\","
			"\"way\":\"phone\",\"observation\":\"x\"}},"
			"{\"kind\":\"visit.made\",\"body\":{\"customer\":\"nobody\","
			"\"way\":\"phone\",\"observation\":\"x\"}},"
			"{\"kind\":\"visit.made\",\"author\":\"lin\",\"body\":{}},"
			"{\"kind\":\"org.staff\",\"body\":{\"staff\":\"x\",\"name\":\"X\"}},"
			"{\"kind\":\"day.opened\",\"body\":{\"day\":\"2026-11-24\"}},"
			"7]}"),
		200);
	assert_string_equal(
		said(&zhou, "answers.0.problem.type"), "urn:yiben:refused.origin_person");
	assert_string_equal(said(&zhou, "answers.1.status"), "appended");
	assert_string_equal(
		said(&zhou, "answers.2.problem.type"), "urn:yiben:refused.unknown_customer");
	assert_string_equal(said(&zhou, "answers.2.problem.field"), "customer");
	assert_string_equal(said(&zhou, "answers.3.problem.type"), "urn:yiben:refused.author");
	assert_string_equal(said(&zhou, "answers.4.problem.type"), "urn:yiben:refused.not_allowed");
	assert_string_equal(said(&zhou, "answers.5.problem.type"), "urn:yiben:refused.not_allowed");
	assert_string_equal(said(&zhou, "answers.6.problem.type"), "urn:yiben:refused.envelope");
	assert_int_equal(ask(&zhou, "POST", "/api/entries", "{\"entries\":[]}"), 422);
	assert_int_equal(ask(&zhou, "POST", "/api/entries", "{}"), 422);
}

void kinds_tell_what_a_form_needs(void **state)
{
	bool found = false;
	size_t index;
	json_t *kind;

	(void)state;
	zhou.language = "zh-CN,zh;q=0.9,en;q=0.8";
	assert_int_equal(ask(&zhou, "GET", "/api/kinds", NULL), 200);
	zhou.language = NULL;
	json_array_foreach(json_object_get(zhou.json, "kinds"), index, kind)
	{
		const char *name = json_string_value(json_object_get(kind, "name"));
		if (strcmp(name, "visit.made") == 0) {
			found = true;
			assert_string_equal(
				json_string_value(json_object_get(kind, "label")), "走访");
		}
		bool common = json_is_true(json_object_get(kind, "common"));
		assert_false(common && strncmp(name, "entry.", strlen("entry.")) == 0);
		assert_true(common || strcmp(name, "visit.made") != 0);
		/* Nobody but the system writes it. */
		assert_string_not_equal(name, "day.opened");
	}
	assert_true(found);
	char tag[40], header[80];
	snprintf(tag, sizeof(tag), "%s", said_header(&zhou, "ETag"));
	snprintf(header, sizeof(header), "If-None-Match: %s", tag);
	zhou.header = header;
	zhou.language = "zh";
	assert_int_equal(ask(&zhou, "GET", "/api/kinds", NULL), 304);
	assert_int_equal(zhou.body.length, 0);
	zhou.header = zhou.language = NULL;
}

/* ------------------------------------------------------------------ several servers, events */

struct listener {
	struct browser *browser;
	char heard[4000];
	CURLcode code;
};

static size_t hear(char *bytes, size_t size, size_t count, void *context)
{
	struct listener *listener = context;
	size_t have = strlen(listener->heard);

	snprintf(listener->heard + have, sizeof(listener->heard) - have, "%.*s",
		(int)(size * count), bytes);
	/* Enough is heard: the client goes away. */
	const char *event = strstr(listener->heard, "event: ");
	return event && strstr(event, "\n\n") ? 0 : size * count;
}

static void *listen_for(void *context)
{
	struct listener *listener = context;
	CURL *curl = listener->browser->curl;
	char address[CLIENT_NAME + 40];

	snprintf(address, sizeof(address), "%s/api/events", listener->browser->server);
	curl_easy_setopt(curl, CURLOPT_URL, address);
	curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "GET");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, listener);
	listener->code = curl_easy_perform(curl);
	return NULL;
}

void two_servers_serve_one_book(void **state)
{
	struct server *second = serve(test_url, NULL);
	struct browser phone;
	struct listener listener = { .browser = &phone };
	pthread_t thread;

	(void)state;
	browser_open(&phone, second);
	assert_int_equal(sign_in(&phone, "lin@x", "another-one"), 200);
	must(pthread_create(&thread, NULL, listen_for, &listener) == 0);
	usleep(300000);
	assert_true(taken(&zhou, "{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\","
				 "\"way\":\"phone\",\"observation\":\"listen\"}}"));
	int64_t seq = said_integer(&zhou, "answers.0.seq");
	must(pthread_join(thread, NULL) == 0);
	char wanted[80];
	snprintf(wanted, sizeof(wanted), "event: seq\ndata: {\"seq\":%lld}", (long long)seq);
	assert_non_null(strstr(listener.heard, wanted));
	touch("get", "/api/events");
	browser_close(&phone);
	/* Out on one is out on the other. */
	browser_open(&phone, second);
	assert_int_equal(sign_in(&phone, "lin@x", "another-one"), 200);
	browser_move(&phone, test_server);
	assert_int_equal(ask(&phone, "DELETE", "/api/session", NULL), 204);
	browser_close(&phone);
	server_stop(second);
}

void a_stream_ends_with_the_server(void **state)
{
	struct server *second = serve(test_url, NULL);
	struct browser phone;
	struct listener listener = { .browser = &phone };
	pthread_t thread;

	(void)state;
	browser_open(&phone, second);
	assert_int_equal(sign_in(&phone, "lin@x", "another-one"), 200);
	assert_int_equal(ask(&phone, "GET", "/api/events?after=x", NULL), 422);
	must(pthread_create(&thread, NULL, listen_for, &listener) == 0);
	usleep(300000);
	server_stop(second);
	must(pthread_join(thread, NULL) == 0);
	assert_string_equal(listener.heard, ": \n\n");
	assert_int_equal(listener.code, CURLE_OK);
	browser_close(&phone);
}

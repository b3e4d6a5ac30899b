#include "http_client.h"

#include "openapi_check.h"

#include "base/panic.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { ANSWER_BYTES = 64 * 1024 * 1024, TOUCHED = 400, ASK_MS = 20000 };

extern const struct module *const modules[];

/* ------------------------------------------------------------------ clock, chance, servers */

static _Atomic int64_t now_ms;
static _Atomic int problem_count;

void clock_set(const char *instant)
{
	int64_t at;

	must(instant_parse(instant, &at));
	atomic_store(&now_ms, at);
}

void clock_forward(int64_t ms)
{
	atomic_fetch_add(&now_ms, ms);
}

int64_t clock_now(void)
{
	return atomic_load(&now_ms);
}

static int64_t now(void *state)
{
	(void)state;
	return clock_now();
}

static int64_t steady_ms(void *state)
{
	struct timespec clock;

	(void)state;
	must(clock_gettime(CLOCK_MONOTONIC, &clock) == 0);
	return (int64_t)clock.tv_sec * SECOND_MS + clock.tv_nsec / 1000000;
}

static void chance(void *state, uint8_t *bytes, size_t length)
{
	(void)state;
	must(getrandom(bytes, length, 0) == (ssize_t)length);
}

static void problem(void *state, const char *line)
{
	(void)state;
	fprintf(stderr, "# %s\n", line);
	atomic_fetch_add(&problem_count, 1);
}

int problems_said(void)
{
	return atomic_exchange(&problem_count, 0);
}

static const char first_entries[] =
	"{\"kind\":\"org.unit\",\"body\":{\"unit\":\"0\",\"name\":\"{organisation}\","
	"\"level\":\"group\"}}\n"
	"{\"kind\":\"org.staff\",\"body\":{\"staff\":\"{staff}\",\"name\":\"{name}\"}}\n"
	"{\"kind\":\"org.post\",\"body\":{\"staff\":\"{staff}\",\"unit\":\"0\",\"role\":\"office\","
	"\"from\":\"{day}\"}}\n";

struct server *serve(const char *url, void (*change)(struct server_settings *settings))
{
	struct server_settings settings = { .address = "127.0.0.1",
		.url = url,
		.book = "main",
		.modules = modules,
		.first_entries = first_entries,
		.now = now,
		.steady_ms = steady_ms,
		.chance = chance,
		.problem = problem,
		.rate_times = 1000 };
	struct error error = { 0 };
	struct server *server;

	if (change)
		change(&settings);
	if (server_start(&server, &settings, &error) != OK)
		fail_msg("%s %s", error.key, error_argument(&error, "reason"));
	return server;
}

/* ------------------------------------------------------------------ what was touched */

static json_t *document; /* of whichever server was asked first */
static char touched[TOUCHED][CLIENT_NAME];
static int touched_count;

static bool was_touched(const char *what)
{
	for (int i = 0; i < touched_count; i++) {
		if (strcmp(touched[i], what) == 0)
			return true;
	}
	return false;
}

void touch(const char *first, const char *second)
{
	char what[CLIENT_NAME];

	snprintf(what, sizeof(what), "%s %s", first, second);
	if (was_touched(what))
		return;
	must(touched_count < TOUCHED);
	snprintf(touched[touched_count++], CLIENT_NAME, "%s", what);
}

static int missed(const char *first, const char *second)
{
	char what[CLIENT_NAME];

	snprintf(what, sizeof(what), "%s %s", first, second);
	if (was_touched(what))
		return 0;
	print_error("no test touches %s\n", what);
	return 1;
}

int untouched(const struct module *const *all)
{
	static const char *const verbs[] = { "get", "post", "put", "delete" };
	const char *path;
	json_t *item;
	int count = 0;

	json_object_foreach(json_object_get(document, "paths"), path, item)
	{
		for (size_t i = 0; i < COUNT_OF(verbs); i++) {
			if (json_object_get(item, verbs[i]))
				count += missed(verbs[i], path);
		}
	}
	for (; *all; all++) {
		for (const struct kind *kind = (*all)->kinds; kind && kind->name; kind++)
			count += kind->needs ? missed("kind", kind->name) : 0;
	}
	return count;
}

/* ------------------------------------------------------------------ browsers */

static size_t keep(char *bytes, size_t size, size_t count, void *context)
{
	buffer_add(context, bytes, size * count);
	return size * count;
}

void browser_move(struct browser *browser, struct server *server)
{
	snprintf(browser->server, sizeof(browser->server), "http://127.0.0.1:%d",
		server_port(server));
}

void browser_open(struct browser *browser, struct server *server)
{
	*browser = (struct browser){ .curl = curl_easy_init() };
	assert_non_null(browser->curl);
	buffer_init(&browser->body, ANSWER_BYTES);
	buffer_init(&browser->headers, ANSWER_BYTES);
	browser_move(browser, server);
	curl_easy_setopt(browser->curl, CURLOPT_COOKIEFILE, "");
	curl_easy_setopt(browser->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(browser->curl, CURLOPT_TIMEOUT_MS, (long)ASK_MS);
	curl_easy_setopt(browser->curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(browser->curl, CURLOPT_WRITEDATA, &browser->body);
	curl_easy_setopt(browser->curl, CURLOPT_HEADERFUNCTION, keep);
	curl_easy_setopt(browser->curl, CURLOPT_HEADERDATA, &browser->headers);
	curl_easy_setopt(browser->curl, CURLOPT_USERAGENT, "test");
}

void browser_close(struct browser *browser)
{
	curl_easy_cleanup(browser->curl);
	json_decref(browser->json);
	buffer_release(&browser->body);
	buffer_release(&browser->headers);
}

const char *said_header(const struct browser *browser, const char *name)
{
	static _Thread_local char value[2000];
	char wanted[100];

	*value = '\0';
	snprintf(wanted, sizeof(wanted), "\r\n%s: ", name);
	const char *at = browser->headers.bytes ? strcasestr(browser->headers.bytes, wanted) : NULL;
	if (at)
		snprintf(value, sizeof(value), "%.*s", (int)strcspn(at + strlen(wanted), "\r"),
			at + strlen(wanted));
	return value;
}

static json_t *found(const struct browser *browser, const char *path)
{
	json_t *at = browser->json;
	char part[80];
	int64_t index;

	for (; at && *path; path += strcspn(path, ".") + (path[strcspn(path, ".")] == '.')) {
		snprintf(part, sizeof(part), "%.*s", (int)strcspn(path, "."), path);
		at = text_integer(part, &index) ? json_array_get(at, (size_t)index)
						: json_object_get(at, part);
	}
	return at;
}

const char *said(const struct browser *browser, const char *path)
{
	const char *text = json_string_value(found(browser, path));

	return text ? text : "";
}

int64_t said_integer(const struct browser *browser, const char *path)
{
	return json_integer_value(found(browser, path));
}

/* ------------------------------------------------------------------ asking */

static json_t *schema_of(json_t *operation, int status, const char *type)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", status);
	json_t *responses = json_object_get(operation, "responses");
	json_t *response = json_object_get(responses, number);
	if (!response)
		response = json_object_get(responses, "default");
	json_t *content = json_object_get(response, "content");
	json_t *media = json_object_get(content, type);
	return json_object_get(media ? media : json_object_get(content, "*/*"), "schema");
}

/* The answer must be one that the document names. */
static void check_answer(struct browser *browser, const char *method, const char *path)
{
	const char *type = said_header(browser, "Content-Type"), *pattern;
	char wrong[400] = "";

	if (!document || browser->status == 304 || strncmp(path, "/api/", 5) != 0)
		return;
	json_t *operation = operation_find(document, method, path, &pattern);
	bool asked_well = operation && browser->status < 400;
	if (asked_well) {
		char verb[16] = "";
		for (size_t i = 0; method[i]; i++)
			verb[i] = (char)(method[i] | 0x20);
		touch(verb, pattern);
	}
	if (browser->status == 204) {
		assert_int_equal(browser->body.length, 0);
		return;
	}
	json_t *schema =
		operation ? schema_of(operation, browser->status, type)
			  : json_object_get(json_object_get(json_object_get(document, "components"),
						    "schemas"),
				    "Problem");
	if (!schema)
		fail_msg("%s %s: %d with %s is not foreseen", method, path, browser->status, type);
	/* A file: that it is foreseen is all there is to check. */
	if (asked_well && !strstr(type, "json"))
		return;
	if (!browser->json)
		fail_msg("%s %s: %d is no JSON: %s", method, path, browser->status,
			browser->body.bytes);
	if (!schema_fits(document, schema, browser->json, wrong, sizeof(wrong)))
		fail_msg("%s %s: %d: %s\n%s", method, path, browser->status, wrong,
			browser->body.bytes);
}

/* Kinds of which an entry was taken. */
static void touch_kinds(const struct browser *browser, const char *sent)
{
	json_t *asked = json_loads(sent, 0, NULL), *entry;
	size_t index;

	json_array_foreach(json_object_get(asked, "entries"), index, entry)
	{
		json_t *answer = json_array_get(json_object_get(browser->json, "answers"), index);
		const char *status = json_string_value(json_object_get(answer, "status"));
		const char *kind = json_string_value(json_object_get(entry, "kind"));
		if (kind && status && strcmp(status, "appended") == 0)
			touch("kind", kind);
	}
	json_decref(asked);
}

static void fetch_document(const struct browser *browser);

int ask_raw(struct browser *browser, const char *method, const char *path, const char *bytes,
	size_t length)
{
	struct curl_slist *headers = NULL;
	char url[2000], language[100];
	long status = 0;

	fetch_document(browser);
	snprintf(url, sizeof(url), "%s%s", browser->server, path);
	snprintf(language, sizeof(language), "Accept-Language: %s",
		browser->language ? browser->language : "en");
	headers = curl_slist_append(headers, language);
	headers = browser->plain ? headers : curl_slist_append(headers, "X-Yiben: 1");
	bool typed = browser->header && text_starts(browser->header, "Content-Type");
	if (bytes && !typed)
		headers = curl_slist_append(headers, "Content-Type: application/json");
	headers = browser->header ? curl_slist_append(headers, browser->header) : headers;
	curl_easy_setopt(browser->curl, CURLOPT_URL, url);
	curl_easy_setopt(browser->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(browser->curl, CURLOPT_HTTPGET, 1L);
	if (bytes) {
		curl_easy_setopt(browser->curl, CURLOPT_POSTFIELDS, bytes);
		curl_easy_setopt(browser->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
	}
	curl_easy_setopt(browser->curl, CURLOPT_CUSTOMREQUEST, method);
	buffer_clear(&browser->body);
	buffer_clear(&browser->headers);
	curl_easy_perform(browser->curl);
	curl_easy_getinfo(browser->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	browser->status = (int)status;
	json_decref(browser->json);
	browser->json = browser->body.length ? json_loadb(browser->body.bytes, browser->body.length,
						       JSON_DECODE_ANY, NULL)
					     : NULL;
	if (status)
		check_answer(browser, method, path);
	return browser->status;
}

/* Once, from the server that is asked first. */
static void fetch_document(const struct browser *browser)
{
	static bool fetching;
	struct browser other = { .curl = curl_easy_init() };

	if (document || fetching) {
		curl_easy_cleanup(other.curl);
		return;
	}
	fetching = true;
	snprintf(other.server, sizeof(other.server), "%s", browser->server);
	buffer_init(&other.body, ANSWER_BYTES);
	buffer_init(&other.headers, ANSWER_BYTES);
	curl_easy_setopt(other.curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(other.curl, CURLOPT_WRITEDATA, &other.body);
	curl_easy_setopt(other.curl, CURLOPT_HEADERFUNCTION, keep);
	curl_easy_setopt(other.curl, CURLOPT_HEADERDATA, &other.headers);
	assert_int_equal(ask_raw(&other, "GET", "/api/openapi.json", NULL, 0), 200);
	document = json_incref(other.json);
	assert_non_null(document);
	touch("get", "/api/openapi.json");
	browser_close(&other);
}

int ask(struct browser *browser, const char *method, const char *path, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	int length = 0;

	if (format) {
		va_start(arguments, format);
		length = vasprintf(&text, format, arguments);
		va_end(arguments);
		assert_true(length >= 0);
	}
	ask_raw(browser, method, path, text, (size_t)length);
	if (text && strcmp(path, "/api/entries") == 0 && browser->status == 200)
		touch_kinds(browser, text);
	free(text);
	return browser->status;
}

int ask_bytes(const struct server *server, const char *bytes, size_t length, int wait_ms)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)server_port(server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char answer[64] = "";
	size_t have = 0;
	int status = 0;

	int file = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(file, (void *)&address, sizeof(address)), 0);
	(void)!send(file, bytes, length, MSG_NOSIGNAL);
	struct pollfd ready = { .fd = file, .events = POLLIN };
	while (have < 15 && poll(&ready, 1, wait_ms) > 0) {
		ssize_t got = recv(file, answer + have, sizeof(answer) - 1 - have, 0);
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	close(file);
	sscanf(answer, "HTTP/1.%*d %d", &status);
	return status;
}

/* What is read: pages that lead into one another, and nothing that is another's. */
#include "http_tests.h"

#include "base/id.h"
#include "base/panic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 400 };

/* Follow "next" to the end, `limit` a page; the member `id` of each, in order. */
static int walk(
	struct browser *browser, const char *path, const char *id, int limit, char seen[MOST][80])
{
	char at[400], next[200] = "";
	int count = 0;

	do {
		int length = snprintf(
			at, sizeof(at), "%s%climit=%d", path, strchr(path, '?') ? '&' : '?', limit);
		if (*next)
			snprintf(at + length, sizeof(at) - (size_t)length, "&after=%s", next);
		assert_int_equal(ask(browser, "GET", at, NULL), 200);
		json_t *items = json_object_get(browser->json, "items");
		assert_true(json_array_size(items) <= (size_t)limit);
		for (size_t i = 0; i < json_array_size(items); i++) {
			must(count < MOST);
			snprintf(seen[count++], 80, "%s",
				json_string_value(json_object_get(json_array_get(items, i), id)));
		}
		snprintf(next, sizeof(next), "%s", said(browser, "next"));
	} while (*next);
	return count;
}

static void pages_agree(struct browser *browser, const char *path, const char *id)
{
	static char whole[MOST][80], pieces[MOST][80];
	int count = walk(browser, path, id, 200, whole);

	assert_true(count > 0);
	assert_int_equal(walk(browser, path, id, 1, pieces), count);
	for (int i = 0; i < count; i++)
		assert_string_equal(whole[i], pieces[i]);
}

void pages_lead_into_one_another(void **state)
{
	(void)state;
	pages_agree(&zhou, "/api/timeline", "id");
	pages_agree(&zhou, "/api/timeline?for=customer:C1", "id");
	pages_agree(&zhou, "/api/timeline?for=me", "id");
	pages_agree(&zhou, "/api/duties", "id");
	pages_agree(&office, "/api/customers", "ref");
	assert_int_equal(ask(&zhou, "GET", "/api/timeline?after=x", NULL), 422);
	assert_int_equal(ask(&zhou, "GET", "/api/duties?after=x", NULL), 422);
	assert_int_equal(ask(&zhou, "GET", "/api/customers?after=x", NULL), 422);
	assert_int_equal(ask(&zhou, "GET", "/api/customers?limit=201", NULL), 422);
	assert_int_equal(ask(&zhou, "GET", "/api/timeline?limit=0", NULL), 422);
}

void the_line_tells_who_did_what_about_whom(void **state)
{
	char path[120];

	(void)state;
	assert_true(taken(&zhou, "{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\","
				 "\"way\":\"phone\",\"observation\":\"the line\"}}"));
	snprintf(path, sizeof(path), "/api/entries/%s", said(&zhou, "answers.0.id"));
	assert_int_equal(ask(&zhou, "GET", "/api/timeline?for=customer:C1&limit=1", NULL), 200);
	assert_string_equal(said(&zhou, "items.0.kind"), "visit.made");
	assert_string_equal(said(&zhou, "items.0.author.ref"), "staff:zhou");
	assert_string_equal(said(&zhou, "items.0.author.name"), "周望舒");
	assert_string_equal(said(&zhou, "items.0.about.0.ref"), "customer:C1");
	assert_non_null(strstr(said(&zhou, "items.0.sentence"), "the line"));
	json_t *item = json_array_get(json_object_get(zhou.json, "items"), 0);
	assert_true(json_is_true(json_object_get(item, "mine")));
	assert_true(json_is_true(json_object_get(item, "undo")));
	assert_int_equal(ask(&zhou, "GET", path, NULL), 200);
	assert_true(json_array_size(json_object_get(zhou.json, "fields")) >= 3);
	assert_int_equal(ask(&office, "GET", path, NULL), 200);
	assert_true(json_is_false(json_object_get(office.json, "mine")));
	assert_int_equal(ask(&zhou, "GET", "/api/entries/01KGPF64Z0S7TR9PDH2AD0ZZZZ", NULL), 404);
	assert_int_equal(ask(&zhou, "GET", "/api/entries/x", NULL), 404);
}

void a_duty_says_what_does_it(void **state)
{
	(void)state;
	assert_true(taken(&zhou, "{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\","
				 "\"way\":\"phone\",\"observation\":\"x\",\"promise\":\"y\","
				 "\"promise_due\":\"2027-06-01\"}}"));
	char visit[ID_TEXT];
	snprintf(visit, sizeof(visit), "%s", said(&zhou, "answers.0.id"));
	assert_int_equal(ask(&zhou, "GET", "/api/duties?for=customer:C1&limit=200", NULL), 200);
	json_t *items = json_object_get(zhou.json, "items"), *one, *found = NULL;
	size_t index;
	json_array_foreach(items, index, one)
	{
		json_t *act = json_object_get(one, "act");
		const char *promise = json_string_value(
			json_object_get(json_object_get(act, "prefill"), "promise"));
		if (promise && strcmp(promise, visit) == 0)
			found = one;
	}
	assert_non_null(found);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(found, "act"), "kind")),
		"visit.kept");
	assert_true(json_integer_value(json_object_get(found, "left_ms")) > 0);
}

void a_customer_is_shown_with_what_is_due(void **state)
{
	(void)state;
	assert_int_equal(ask(&zhou, "GET", "/api/customers/C1", NULL), 200);
	assert_string_equal(said(&zhou, "name"), "清屿第一医院");
	assert_string_equal(said(&zhou, "manager.ref"), "staff:zhou");
	assert_true(json_array_size(json_object_get(zhou.json, "facts")) > 0);
	assert_true(json_array_size(json_object_get(zhou.json, "duties")) > 0);
	assert_int_equal(ask(&office, "GET", "/api/customers/nobody", NULL), 404);
}

void a_name_is_found_by_whoever_may_see_it(void **state)
{
	static const char *const ways[] = { "%E5%8C%BB%E9%99%A2", "qydyyy", "C1" };
	char path[120];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		snprintf(path, sizeof(path), "/api/search?q=%s", ways[i]);
		assert_int_equal(ask(&zhou, "GET", path, NULL), 200);
		assert_string_equal(said(&zhou, "items.0.ref"), "customer:C1");
		assert_string_equal(said(&zhou, "items.0.name"), "清屿第一医院");
	}
	assert_int_equal(ask(&zhou, "GET", "/api/search", NULL), 422);
	assert_int_equal(ask(&zhou, "GET", "/api/search?q=C1&limit=51", NULL), 422);
	assert_int_equal(ask(&zhou, "GET", "/api/search?q=+", NULL), 200);
	assert_int_equal(json_array_size(json_object_get(zhou.json, "items")), 0);
}

/* What he planned for a customer that is his no more stays his, with nothing that names it. */
static void handed_over_is_not_prefilled(struct browser *stranger)
{
	assert_true(taken(&office,
		"{\"kind\":\"customer\",\"body\":{\"code\":\"C7\",\"name\":\"远山物流\"}}"));
	assert_true(taken(&office,
		"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"C7\","
		"\"staff\":\"aside\",\"role\":\"principal\",\"from\":\"2026-01-01\"}}"));
	assert_true(taken(stranger, "{\"kind\":\"visit.planned\",\"body\":{\"customer\":\"C7\","
				    "\"day\":\"2027-06-01\",\"purpose\":\"x\"}}"));
	assert_int_equal(ask(stranger, "GET", "/api/duties", NULL), 200);
	assert_string_equal(said(stranger, "items.0.act.prefill.customer"), "C7");
	assert_true(taken(&office, "{\"kind\":\"roster.handed_over\",\"body\":{\"customer\":"
				   "\"C7\",\"to\":\"zhou\",\"day\":\"2026-11-24\"}}"));
	assert_int_equal(ask(stranger, "GET", "/api/duties", NULL), 200);
	json_t *duty = json_array_get(json_object_get(stranger->json, "items"), 0);
	assert_string_equal(json_string_value(json_object_get(duty, "what")), "visit.plan");
	assert_true(json_is_null(json_object_get(duty, "act")));
}

/* A customer that is not his answers him exactly as one that does not exist. */
void what_is_anothers_is_not_there(void **state)
{
	static const char *const paths[] = { "/api/customers/",
		"/api/timeline?for=customer:", "/api/duties?for=customer:" };
	struct browser stranger;
	char there[400], missing[400], path[200];

	(void)state;
	assert_true(taken(&office, "{\"kind\":\"org.unit\",\"body\":{\"unit\":\"aside\","
				   "\"name\":\"旁\",\"level\":\"team\",\"parent\":\"0\"}}"));
	assert_true(taken(&office, "{\"kind\":\"org.staff\",\"body\":{\"staff\":\"aside\","
				   "\"name\":\"邻\"}}"));
	assert_true(taken(&office, "{\"kind\":\"org.post\",\"body\":{\"staff\":\"aside\","
				   "\"unit\":\"aside\",\"role\":\"manager\","
				   "\"from\":\"2026-01-01\"}}"));
	browser_open(&stranger, test_server);
	invite(&stranger, "aside");
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		snprintf(path, sizeof(path), "%s%s", paths[i], "C1");
		assert_in_range(ask(&stranger, "GET", path, NULL), 404, 422);
		snprintf(there, sizeof(there), "%d %s", stranger.status, said(&stranger, "type"));
		snprintf(path, sizeof(path), "%s%s", paths[i], "C0");
		ask(&stranger, "GET", path, NULL);
		snprintf(missing, sizeof(missing), "%d %s", stranger.status,
			said(&stranger, "type"));
		assert_string_equal(there, missing);
	}
	assert_int_equal(ask(&stranger, "GET", "/api/search?q=qydyyy", NULL), 200);
	assert_int_equal(json_array_size(json_object_get(stranger.json, "items")), 0);
	assert_int_equal(ask(&stranger, "GET", "/api/customers", NULL), 200);
	assert_int_equal(json_array_size(json_object_get(stranger.json, "items")), 0);
	handed_over_is_not_prefilled(&stranger);
	browser_close(&stranger);
}

/* What is said of a field of the form; "" where it is not there. */
static const char *shown(const struct browser *browser, const char *name)
{
	json_t *field;
	size_t i;

	json_array_foreach(json_object_get(browser->json, "fields"), i, field)
	{
		if (strcmp(json_string_value(json_object_get(field, "name")), name) == 0)
			return json_string_value(json_object_get(field, "shown"));
	}
	return "";
}

void a_sentence_becomes_a_form(void **state)
{
	static const char path[] = "/api/recognise?text=";
	char *sentence = curl_easy_escape(NULL, "昨天拜访清屿第一医院 谈专线续约 王总", 0);
	char whole[600];

	(void)state;
	snprintf(whole, sizeof(whole), "%s%s", path, sentence);
	curl_free(sentence);
	zhou.language = "zh";
	assert_int_equal(ask(&zhou, "GET", whole, NULL), 200);
	zhou.language = NULL;
	assert_string_equal(said(&zhou, "kind"), "visit.made");
	assert_string_equal(said(&zhou, "label"), "走访");
	assert_string_equal(said(&zhou, "body.customer"), "C1");
	assert_string_equal(shown(&zhou, "customer"), "清屿第一医院");
	assert_string_equal(shown(&zhou, "with"), "王总");
	assert_string_equal(said(&zhou, "day"), "2026-11-23");
	assert_true(json_is_true(json_object_get(zhou.json, "sure")));
	/* As it is, it can be written. */
	char *body = json_dumps(json_object_get(zhou.json, "body"), JSON_ENSURE_ASCII);
	assert_int_equal(ask(&zhou, "POST", "/api/entries",
				 "{\"entries\":[{\"kind\":\"visit.made\",\"body\":%s}]}", body),
		200);
	assert_string_equal(said(&zhou, "answers.0.status"), "appended");
	free(body);
	assert_int_equal(ask(&zhou, "GET", "/api/recognise", NULL), 422);
	assert_int_equal(ask(&zhou, "GET", "/api/recognise?text=", NULL), 200);
	assert_true(json_is_null(json_object_get(zhou.json, "kind")));
}

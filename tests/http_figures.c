/* Clocks, figures and summaries: what is counted, and what each number opens. */
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

static json_t *items_of(const struct browser *browser)
{
	return json_object_get(browser->json, "items");
}

/* The text of a member; "" where there is none. */
static const char *text_of(json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "";
}

/* ------------------------------------------------------------------ clocks */

static void put_line(const char *line)
{
	json_t *envelope = json_loads(line, 0, NULL);

	must(envelope != NULL);
	put_as_operator(envelope);
	json_decref(envelope);
}

/* Office hours, and four of them for an answer. */
static void norms_put(void)
{
	put_line("{\"id\":\"01KGPF64Z0S7TR9PDH2AD0D0C1\",\"kind\":\"document.issued\","
		 "\"body\":{\"title\":\"需求答复办法\",\"issuer\":\"市公司\","
		 "\"effective\":\"2026-01-01\"}}");
	put_line("{\"id\":\"01KGPF64Z0S7TR9PDH2AD0D0C2\",\"kind\":\"norm.issued\",\"body\":{"
		 "\"norm\":\"calendar.hours\","
		 "\"document\":\"01KGPF64Z0S7TR9PDH2AD0D0C1\",\"effective\":\"2026-01-01\","
		 "\"mark\":\"D\",\"columns\":[\"from\",\"to\"],"
		 "\"rows\":[[\"08:30\",\"12:00\"],[\"14:00\",\"17:30\"]]}}");
	put_line("{\"id\":\"01KGPF64Z0S7TR9PDH2AD0D0C3\",\"kind\":\"norm.issued\",\"body\":{"
		 "\"norm\":\"duty.limits\","
		 "\"document\":\"01KGPF64Z0S7TR9PDH2AD0D0C1\",\"effective\":\"2026-01-01\","
		 "\"mark\":\"D\",\"columns\":[\"what\",\"amount\",\"limit\"],"
		 "\"rows\":[[\"visit.need_answer\",4,\"working_hours\"]]}}");
}

/* The id of zhou's duty `what` that opened last. */
static void duty_of(const char *what, char id[80])
{
	size_t index;
	json_t *one;

	assert_int_equal(ask(&zhou, "GET", "/api/duties?for=customer:C1&limit=200", NULL), 200);
	*id = '\0';
	json_array_foreach(items_of(&zhou), index, one)
	{
		if (strcmp(text_of(one, "what"), what) == 0)
			snprintf(id, 80, "%s", text_of(one, "id"));
	}
	assert_string_not_equal(id, "");
}

void a_duty_shows_its_clock(void **state)
{
	char duty[80], path[160];

	(void)state;
	norms_put();
	assert_true(taken(&zhou, "{\"kind\":\"visit.need\",\"at\":\"2026-11-23T17:20:00+08:00\","
				 "\"body\":{\"customer\":\"C1\",\"need\":\"扩容\"}}"));
	duty_of("visit.need_answer", duty);
	snprintf(path, sizeof(path), "/api/duties/%s/clock", duty);
	zhou.language = "zh";
	assert_int_equal(ask(&zhou, "GET", path, NULL), 200);
	assert_string_equal(said(&zhou, "due"), "2026-11-24T14:20:00+08:00");
	assert_string_equal(said(&zhou, "limit"), "4个工作小时");
	assert_string_equal(said(&zhou, "document"), "《需求答复办法》");
	assert_string_equal(said(&zhou, "state"), "open");
	assert_string_equal(
		said(&zhou, "stretches.0.why"), "计时，10分，累计10分（暂定，待放假通知）");
	assert_string_equal(said(&zhou, "stretches.1.from"), "2026-11-23T17:30:00+08:00");
	assert_string_equal(said(&zhou, "stretches.1.why"), "非工作时间（暂定，待放假通知）");
	assert_string_equal(said(&zhou, "stretches.2.to"), "2026-11-24T09:00:00+08:00");
	assert_string_equal(
		said(&zhou, "stretches.2.why"), "计时，30分，累计40分（暂定，待放假通知）");
	zhou.language = NULL;
	assert_int_equal(ask(&zhou, "GET", path, NULL), 200);
	assert_string_equal(said(&zhou, "limit"), "4 working hours");
	assert_int_equal(ask(&lin, "GET", path, NULL), 200);
	/* A day that was given: nothing was counted. */
	duty_of("visit.promise", duty);
	snprintf(path, sizeof(path), "/api/duties/%s/clock", duty);
	assert_int_equal(ask(&zhou, "GET", path, NULL), 200);
	assert_int_equal(json_array_size(json_object_get(zhou.json, "stretches")), 0);
	assert_int_equal(ask(&zhou, "GET", "/api/duties/0.0/clock", NULL), 404);
}

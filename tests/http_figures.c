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
#include <unistd.h>

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

/* The item whose member says this; NULL where there is none. */
static json_t *item_with(const struct browser *browser, const char *member, const char *text)
{
	size_t index;
	json_t *one;

	json_array_foreach(items_of(browser), index, one)
	{
		if (strcmp(text_of(one, member), text) == 0)
			return one;
	}
	return NULL;
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

/* ------------------------------------------------------------------ figures */

enum { ROWS_MOST = 2000 };

#define SPAN "from=2026-01-01&to=2026-11-24"

/* Every row behind a figure, `limit` a page: what tells them apart, in order. */
static int rows_walk(struct browser *browser, const char *measure, const char *whose, int limit,
	char rows[ROWS_MOST][120])
{
	char path[400], next[120] = "";
	int count = 0;
	size_t index;
	json_t *one;

	do {
		snprintf(path, sizeof(path),
			"/api/measures/%s/evidence?for=%s&" SPAN "&limit=%d%s%s", measure, whose,
			limit, *next ? "&after=" : "", next);
		assert_int_equal(ask(browser, "GET", path, NULL), 200);
		json_array_foreach(items_of(browser), index, one)
		{
			must(count < ROWS_MOST);
			snprintf(rows[count++], 120, "%lld/%lld/%s",
				json_integer_value(json_object_get(one, "seq")),
				json_integer_value(json_object_get(one, "row")),
				text_of(json_object_get(one, "customer"), "ref"));
		}
		snprintf(next, sizeof(next), "%s", said(browser, "next"));
	} while (*next);
	return count;
}

/* There are as many rows behind a figure as it says, whatever the pages' size. */
static void figure_opens_its_rows(struct browser *browser, const char *whose, const char *measure)
{
	static char whole[ROWS_MOST][120], pieces[ROWS_MOST][120];
	char path[200];

	snprintf(path, sizeof(path), "/api/measures?for=%s&" SPAN, whose);
	assert_int_equal(ask(browser, "GET", path, NULL), 200);
	json_t *figure = item_with(browser, "name", measure);
	assert_non_null(figure);
	int64_t n = json_integer_value(json_object_get(figure, "n"));
	int count = rows_walk(browser, measure, whose, 200, whole);
	assert_int_equal(count, n);
	assert_int_equal(rows_walk(browser, measure, whose, 1, pieces), count);
	assert_int_equal(rows_walk(browser, measure, whose, 3, pieces), count);
	for (int i = 0; i < count; i++)
		assert_string_equal(whole[i], pieces[i]);
}

void a_figure_opens_what_it_is_made_of(void **state)
{
	static const char *const measures[] = { "visit.count", "visit.needs", "plan.done" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(measures); i++)
		figure_opens_its_rows(&zhou, "me", measures[i]);
	figure_opens_its_rows(&office, "unit:0", "visit.count");
	figure_opens_its_rows(&zhou, "customer:C1", "visit.count");
	/* The entries behind it open too. */
	assert_int_equal(ask(&zhou, "GET", "/api/measures/visit.count/evidence?" SPAN, NULL), 200);
	char path[80];
	snprintf(path, sizeof(path), "/api/entries/%s", said(&zhou, "items.0.entry"));
	assert_int_equal(ask(&zhou, "GET", path, NULL), 200);
	assert_string_equal(said(&zhou, "kind"), "visit.made");
}

static void ticks_fast(struct server_settings *settings)
{
	settings->tick_ms = 50;
}

/* What was missed comes first, with its duty, and says what was due. */
void what_was_late_comes_first(void **state)
{
	static const char path[] = "/api/measures/visit.promises_kept/evidence?from=2026-11-24&"
				   "to=2026-11-30&limit=1";
	char kept[600];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_true(taken(&zhou, "{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\","
					 "\"way\":\"phone\",\"observation\":\"x\",\"promise\":"
					 "\"two of them\",\"promise_due\":\"2026-11-24\"}}"));
	snprintf(kept, sizeof(kept),
		"{\"kind\":\"visit.kept\",\"body\":{\"customer\":\"C1\",\"promise\":\"%s\","
		"\"result\":\"z\"}}",
		said(&zhou, "answers.0.id"));
	assert_true(taken(&zhou, kept));
	/* A day later the other was missed; the ticker says so. */
	struct server *ticking = serve(test_url, ticks_fast);
	clock_forward(INT64_C(24) * 3600 * 1000);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(ask(&zhou, "GET", path, NULL), 200);
		if (*said(&zhou, "next") && said_integer(&zhou, "items.0.value") == 0)
			break;
		usleep(100000);
	}
	server_stop(ticking);
	clock_forward(INT64_C(-24) * 3600 * 1000);
	assert_int_equal(said_integer(&zhou, "items.0.value"), 0);
	assert_non_null(strstr(said(&zhou, "items.0.sentence"), "not done"));
	assert_string_not_equal(said(&zhou, "items.0.duty"), "");
}

/* What is not his whole has no figures for him, and answers as what is not there. */
void figures_of_others_are_not_there(void **state)
{
	static const char *const paths[] = { "/api/measures",
		"/api/measures/visit.count/evidence" };
	static const char *const twins[][2] = { { "unit:0", "unit:none" },
		{ "staff:none", "staff:lin" }, { "customer:C2", "customer:none" } };
	char path[200], answers[2][300];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(paths) * COUNT_OF(twins); i++) {
		for (int twin = 0; twin < 2; twin++) {
			const char *whose = twins[i / 2][twin], *id = strchr(whose, ':') + 1;
			snprintf(path, sizeof(path), "%s?" SPAN "&for=%s", paths[i % 2], whose);
			assert_int_equal(ask(&zhou, "GET", path, NULL), 422);
			const char *detail = said(&zhou, "detail"), *at = strstr(detail, id);
			assert_non_null(at);
			snprintf(answers[twin], 300, "%.*s%s %s", (int)(at - detail), detail,
				at + strlen(id), said(&zhou, "type"));
		}
		assert_string_equal(answers[0], answers[1]);
	}
	assert_int_equal(ask(&zhou, "GET", "/api/measures/none/evidence?" SPAN, NULL), 404);
	assert_int_equal(ask(&zhou, "GET", "/api/measures?from=2026-01-01", NULL), 422);
	assert_int_equal(
		ask(&zhou, "GET", "/api/measures?from=2026-01-02&to=2026-01-01", NULL), 422);
	assert_int_equal(
		ask(&zhou, "GET", "/api/measures/visit.count/evidence?" SPAN "&after=x", NULL),
		422);
}

/* ------------------------------------------------------------------ summaries */

/* Every figure of a summary's sentences opens the evidence it names; their number. */
static int figures_open(struct browser *browser)
{
	json_t *summary = json_incref(browser->json), *section, *paragraph, *sentence, *piece;
	json_t *evidence = json_object_get(summary, "evidence");
	size_t i, j, k, l;
	int count = 0;
	char path[300];

	json_array_foreach(json_object_get(summary, "sections"), i, section)
		json_array_foreach(json_object_get(section, "paragraphs"), j, paragraph)
			json_array_foreach(json_object_get(paragraph, "sentences"), k, sentence)
				json_array_foreach(json_object_get(sentence, "pieces"), l, piece)
	{
		const char *figure = json_string_value(json_object_get(piece, "figure"));
		json_t *opens = figure ? json_object_get(evidence, figure) : NULL;
		if (!figure)
			continue;
		snprintf(path, sizeof(path), "/api/measures/%s/evidence?for=%s&from=%s&to=%s",
			text_of(opens, "measure"), text_of(opens, "for"), text_of(opens, "from"),
			text_of(opens, "to"));
		assert_int_equal(ask(browser, "GET", path, NULL), 200);
		assert_true(json_array_size(items_of(browser)) > 0);
		count++;
	}
	json_decref(summary);
	return count;
}

void a_summary_is_read_and_every_number_opens(void **state)
{
	(void)state;
	zhou.language = "zh";
	assert_int_equal(ask(&zhou, "GET", "/api/summaries/T2?" SPAN, NULL), 200);
	zhou.language = NULL;
	assert_string_equal(said(&zhou, "title"), "2026年个人工作总结");
	assert_true(figures_open(&zhou) > 3);
	assert_int_equal(ask(&office, "GET", "/api/summaries/T1?for=unit:0&" SPAN, NULL), 200);
	assert_true(figures_open(&office) > 3);
	/* A leader's own unit is his to read, another's is not there. */
	assert_int_equal(ask(&zhou, "GET", "/api/summaries/T1?for=unit:0&" SPAN, NULL), 422);
	assert_int_equal(ask(&zhou, "GET", "/api/summaries/T9?" SPAN, NULL), 404);
	assert_int_equal(ask(&zhou, "GET", "/api/summaries/T2?" SPAN "&format=pdf", NULL), 422);
}

static json_t *sentence_at(const struct browser *browser, const char *was)
{
	json_t *section, *paragraph, *sentence;
	size_t i, j, k;

	json_array_foreach(json_object_get(browser->json, "sections"), i, section)
		json_array_foreach(json_object_get(section, "paragraphs"), j, paragraph)
			json_array_foreach(json_object_get(paragraph, "sentences"), k, sentence)
	{
		if (strcmp(text_of(sentence, "was"), was) == 0)
			return sentence;
	}
	return NULL;
}

/* His own words stand, with figures that go on moving; what he takes out is gone, and comes back.
 */
void a_summary_is_edited_sentence_by_sentence(void **state)
{
	char changed[400], gone[400];

	(void)state;
	assert_int_equal(ask(&zhou, "GET", "/api/summaries/T2?" SPAN, NULL), 200);
	snprintf(changed, sizeof(changed), "%s",
		said(&zhou, "sections.0.paragraphs.0.sentences.0.was"));
	snprintf(gone, sizeof(gone), "%s", said(&zhou, "sections.1.paragraphs.0.sentences.0.was"));
	assert_non_null(strstr(changed, "{roster.managed}"));
	assert_string_not_equal(gone, "");
	assert_int_equal(
		ask(&zhou, "POST", "/api/entries",
			"{\"entries\":[{\"kind\":\"summary.edited\",\"body\":{\"template\":\"T2\","
			"\"for\":\"staff:zhou\",\"from\":\"2026-01-01\",\"rows\":["
			"{\"edit\":\"sentence\",\"was\":\"%s\",\"now\":\"我管着{roster.managed}"
			"，都熟。\"},"
			"{\"edit\":\"sentence\",\"was\":\"%s\"}]}}]}",
			changed, gone),
		200);
	assert_string_equal(said(&zhou, "answers.0.status"), "appended");
	char id[ID_TEXT];
	snprintf(id, sizeof(id), "%s", said(&zhou, "answers.0.id"));
	assert_int_equal(ask(&zhou, "GET", "/api/summaries/T2?" SPAN, NULL), 200);
	json_t *sentence = sentence_at(&zhou, changed);
	assert_true(json_is_true(json_object_get(sentence, "edited")));
	json_t *figure = json_array_get(json_object_get(sentence, "pieces"), 1);
	assert_string_equal(text_of(figure, "key"), "roster.managed");
	assert_string_not_equal(text_of(figure, "figure"), "");
	assert_null(sentence_at(&zhou, gone));
	assert_string_equal(said(&zhou, "removed.0.was"), gone);
	assert_string_equal(said(&zhou, "edits.entry"), id);
	/* Only whom it is of writes it, or who leads the unit it is of. */
	assert_false(
		taken(&zhou, "{\"kind\":\"summary.edited\",\"body\":{\"template\":\"T2\",\"for\":"
			     "\"unit:0\",\"from\":\"2026-01-01\",\"rows\":[{\"edit\":"
			     "\"sentence\",\"was\":\"x\"}]}}"));
	assert_int_equal(
		ask(&zhou, "POST", "/api/entries",
			"{\"entries\":[{\"kind\":"
			"\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"reason\":\"no\"}}]}",
			id),
		200);
	assert_int_equal(ask(&zhou, "GET", "/api/summaries/T2?" SPAN, NULL), 200);
	assert_non_null(sentence_at(&zhou, gone));
	assert_false(json_is_true(json_object_get(sentence_at(&zhou, changed), "edited")));
}

/* Sent on, it says who took it out, and the book says so too. */
void a_summary_leaves_as_a_document(void **state)
{
	(void)state;
	assert_int_equal(ask(&zhou, "GET", "/api/timeline?for=me&limit=1", NULL), 200);
	int64_t before = said_integer(&zhou, "items.0.seq");
	assert_int_equal(
		ask(&zhou, "GET", "/api/summaries/monthly?" SPAN "&format=docx", NULL), 200);
	assert_non_null(strstr(said_header(&zhou, "Content-Type"), "wordprocessingml.document"));
	assert_non_null(strstr(said_header(&zhou, "Content-Disposition"), "monthly.docx"));
	assert_memory_equal(zhou.body.bytes, "PK", 2);
	assert_int_equal(ask(&zhou, "GET", "/api/timeline?for=me&limit=1", NULL), 200);
	assert_string_equal(said(&zhou, "items.0.kind"), "export.made");
	assert_true(said_integer(&zhou, "items.0.seq") > before);
}

/* ------------------------------------------------------------------ a customer at a glance */

void a_customer_is_seen_at_a_glance(void **state)
{
	(void)state;
	assert_true(taken(&zhou, "{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\",\"way\":"
				 "\"visit\",\"observation\":\"the last\",\"promise\":\"a plan\","
				 "\"promise_due\":\"2026-12-01\"}}"));
	char visit[ID_TEXT], kept[400];
	snprintf(visit, sizeof(visit), "%s", said(&zhou, "answers.0.id"));
	assert_int_equal(ask(&zhou, "GET", "/api/customers/C1", NULL), 200);
	assert_string_equal(said(&zhou, "glance.persons.0.name"), "许知远");
	assert_string_equal(said(&zhou, "glance.persons.0.post"), "信息科主任");
	assert_string_equal(said(&zhou, "glance.last.entry"), visit);
	assert_string_equal(said(&zhou, "glance.promise.text"), "a plan");
	json_t *glance = json_object_get(zhou.json, "glance");
	assert_true(json_is_null(json_object_get(json_object_get(glance, "promise"), "kept")));
	assert_string_equal(said(&zhou, "glance.expires.0.day"), "2026-12-31");
	/* Nothing is known of eleven of the months, and 0 of none. */
	json_t *revenue = json_object_get(glance, "revenue");
	assert_int_equal(json_array_size(revenue), 12);
	assert_true(json_is_null(json_array_get(revenue, 0)));
	assert_true(json_array_size(json_object_get(glance, "cases")) > 0);
	snprintf(kept, sizeof(kept),
		"{\"kind\":\"visit.kept\",\"body\":{\"customer\":\"C1\",\"promise\":\"%s\","
		"\"result\":\"given\"}}",
		visit);
	assert_true(taken(&zhou, kept));
	assert_int_equal(ask(&zhou, "GET", "/api/customers/C1", NULL), 200);
	glance = json_object_get(zhou.json, "glance");
	assert_true(json_is_true(json_object_get(json_object_get(glance, "promise"), "kept")));
}

void a_list_says_what_sort_and_what_is_due(void **state)
{
	(void)state;
	assert_int_equal(ask(&zhou, "GET", "/api/customers", NULL), 200);
	json_t *customer = item_with(&zhou, "code", "C1");
	assert_string_equal(text_of(customer, "category"), "industry customer");
	assert_string_not_equal(text_of(json_object_get(customer, "due"), "what"), "");
}

/* A table is read row by row, as far as it is the reader's; what was put right says so. */
void an_entry_shows_its_rows_and_that_it_was_put_right(void **state)
{
	char path[120], again[400];
	int64_t row;

	(void)state;
	assert_int_equal(ask(&office, "GET",
				 "/api/measures/revenue.amount/evidence?for=unit:0&"
				 "from=2025-01-01&to=2025-12-31",
				 NULL),
		200);
	row = said_integer(&office, "items.0.row");
	snprintf(path, sizeof(path), "/api/entries/%s?row=%lld", said(&office, "items.0.entry"),
		(long long)row);
	assert_int_equal(ask(&office, "GET", path, NULL), 200);
	assert_int_equal(said_integer(&office, "rows.0.row"), row);
	assert_true(
		json_array_size(json_object_get(
			json_array_get(json_object_get(office.json, "rows"), 0), "fields")) >= 3);
	assert_int_equal(ask(&office, "GET", "/api/entries/x?row=-1", NULL), 422);
	assert_true(taken(&zhou, "{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\",\"way\":"
				 "\"phone\",\"observation\":\"first\"}}"));
	snprintf(path, sizeof(path), "/api/entries/%s", said(&zhou, "answers.0.id"));
	snprintf(again, sizeof(again),
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"reason\":\"typo\","
		"\"body\":{\"customer\":\"C1\",\"way\":\"phone\",\"observation\":\"second\"}}}",
		said(&zhou, "answers.0.id"));
	assert_int_equal(ask(&zhou, "GET", path, NULL), 200);
	assert_true(json_is_false(json_object_get(zhou.json, "corrected")));
	assert_true(taken(&zhou, again));
	assert_int_equal(ask(&zhou, "GET", path, NULL), 200);
	assert_true(json_is_true(json_object_get(zhou.json, "corrected")));
	assert_non_null(strstr(said(&zhou, "sentence"), "second"));
}

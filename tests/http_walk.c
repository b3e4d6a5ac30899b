/*
 * Every route, asked as every role of two organisations: of what is the other's each answer is,
 * to the byte, the answer for what does not exist, and nothing in any list changes when the other
 * has more. A route that no line here walks fails the test.
 */
#include "http_tests.h"

#include "base/id.h"
#include "base/panic.h"
#include "http/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SIDES = 2, ROLES = 3, TEXT = 2000, BODY = 4 * 1024 * 1024, NEW_DIGITS = 6 };

/* What a line may name: of the other's, and of nothing. */
struct things {
	char customer[24], name[40], entry[40], duty[80];
};

static struct side {
	const char *unit;
	struct browser roles[ROLES];
	struct things own;
} sides[SIDES] = { { .unit = "north" }, { .unit = "south" } };

static const struct things nothing = { "NONE1", "乌有电子", "01KGPF64Z0S7TR9PDH2AD0ZZZZ",
	"01KGPF64Z0S7TR9PDH2AD0ZZZY" };

/* ------------------------------------------------------------------ the lines */

static const struct line {
	const char *method, *path, *body;
	const char *file; /* it is put in under this name */
	bool apart; /* of this route there is nothing to ask here: it tells of the asker alone */
} lines[] = {
	{ "GET", "/api/session", .apart = true },
	{ "POST", "/api/session", .apart = true },
	{ "DELETE", "/api/session", .apart = true },
	{ "GET", "/api/sessions", .apart = true },
	{ "DELETE", "/api/sessions/x", .apart = true },
	{ "PUT", "/api/password", .apart = true },
	{ "POST", "/api/totp", .apart = true },
	{ "PUT", "/api/totp", .apart = true },
	{ "DELETE", "/api/totp", .apart = true },
	{ "POST", "/api/invitations", .apart = true },
	{ "GET", "/api/invitations/x", .apart = true },
	{ "POST", "/api/invitations/accept", .apart = true },
	{ "GET", "/api/events", .apart = true },
	{ "GET", "/api/kinds" },
	{ "GET", "/api/openapi.json" },
	{ "GET", "/api/timeline" },
	{ "GET", "/api/timeline?for=customer:{customer}" },
	{ "GET", "/api/entries/{entry}" },
	{ "GET", "/api/duties" },
	{ "GET", "/api/duties?for=customer:{customer}" },
	{ "GET", "/api/duties/{duty}/clock" },
	{ "GET", "/api/cases" },
	{ "GET", "/api/cases?for=customer:{customer}" },
	{ "GET", "/api/customers" },
	{ "GET", "/api/customers?limit=1" },
	{ "GET", "/api/customers/{customer}" },
	{ "GET", "/api/search?q={customer}" },
	{ "GET", "/api/search?q={name}" },
	{ "GET", "/api/recognise?text=visited+{customer}" },
	{ "GET", "/api/recognise?text=visited+{name}" },
	{ "GET", "/api/measures?from=2026-01-01&to=2026-11-30" },
	{ "GET", "/api/measures?for=customer:{customer}&from=2026-01-01&to=2026-11-30" },
	{ "GET", "/api/measures/visit.count/evidence?from=2026-01-01&to=2026-11-30" },
	{ "GET", "/api/measures/visit.count/evidence?for=customer:{customer}&from=2026-01-01"
		 "&to=2026-11-30" },
	{ "GET", "/api/summaries/weekly?from=2026-11-01&to=2026-11-30" },
	{ "GET", "/api/summaries/weekly?for=customer:{customer}&from=2026-11-01&to=2026-11-30" },
	{ "POST", "/api/exports", "{\"kind\":\"customer\",\"form\":\"csv\"}" },
	{ "POST", "/api/exports", "{\"kind\":\"visit.made\",\"form\":\"csv\"}" },
	{ "POST", "/api/import?dry=1", "客户编号,走访情况,日期\n{customer},看了看,2026-11-20\n",
		.file = "a.csv" },
	{ "POST", "/api/import?dry=1", "客户编号,走访情况,日期\n{name},看了看,2026-11-20\n",
		.file = "a.csv" },
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"visit.made\",\"body\":{\"customer\":\"{customer}\","
		"\"way\":\"phone\",\"observation\":\"x\"}}]}" },
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"visit.need\",\"body\":{\"customer\":\"{customer}\","
		"\"need\":\"x\"}}]}" },
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"customer.unmasked\",\"body\":{\"customer\":"
		"\"{customer}\",\"person\":\"p1\",\"reason\":\"x\"}}]}" },
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"{entry}\","
		"\"reason\":\"x\"}}]}" },
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"visit.kept\",\"body\":{\"customer\":\"{own}\","
		"\"promise\":\"{entry}\",\"result\":\"x\"}}]}" },
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"{entry}\","
		"\"body\":{\"customer\":\"{own}\",\"observation\":\"x\"},"
		"\"reason\":\"x\"}}]}" },
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"entry.erased\",\"body\":{\"entry\":\"{entry}\","
		"\"reason\":\"x\"}}]}" },
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"duty.paused\",\"body\":{\"duty\":\"{duty}\","
		"\"reason\":\"x\"}}]}" },
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"customer.merged\",\"body\":{\"customer\":"
		"\"{customer}\",\"into\":\"{own}\",\"reason\":\"x\"}}]}" },
	/* An archive that looks like the other's is as good as any. */
	{ "POST", "/api/entries",
		"{\"entries\":[{\"kind\":\"customer\",\"body\":{\"code\":\"{new}\","
		"\"name\":\"{name}\",\"unit\":\"{unit}\"}}]}" },
};

/* ------------------------------------------------------------------ two organisations */

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
	char line[TEXT];
	va_list values;

	va_start(values, format);
	vsnprintf(line, sizeof(line), format, values);
	va_end(values);
	if (!taken(&office, line))
		fail_msg("%s: %s", line, office.body.bytes);
}

static void need(struct side *side)
{
	char line[TEXT];

	snprintf(line, sizeof(line),
		"{\"kind\":\"visit.need\",\"body\":{\"customer\":\"%s\",\"need\":\"机密\"}}",
		side->own.customer);
	assert_true(taken(&side->roles[0], line));
}

static void visit(struct side *side, const char *observation)
{
	char line[TEXT];

	snprintf(line, sizeof(line),
		"{\"kind\":\"visit.made\",\"body\":{\"customer\":\"%s\",\"way\":\"visit\","
		"\"observation\":\"%s\",\"promise\":\"y\",\"promise_due\":\"2027-06-01\"}}",
		side->own.customer, observation);
	assert_true(taken(&side->roles[0], line));
}

static void people_of(struct side *side)
{
	static const char *const roles[ROLES] = { "manager", "leader", "office" };
	char staff[40];

	put("{\"kind\":\"org.unit\",\"body\":{\"unit\":\"%s\",\"name\":\"%s\","
	    "\"level\":\"team\",\"parent\":\"0\"}}",
		side->unit, side->unit);
	for (int i = 0; i < ROLES; i++) {
		snprintf(staff, sizeof(staff), "%s-%s", side->unit, roles[i]);
		put("{\"kind\":\"org.staff\",\"body\":{\"staff\":\"%s\",\"name\":\"%s\"}}", staff,
			staff);
		put("{\"kind\":\"org.post\",\"body\":{\"staff\":\"%s\",\"unit\":\"%s\","
		    "\"role\":\"%s\",\"from\":\"2026-01-01\"}}",
			staff, side->unit, roles[i]);
		browser_open(&side->roles[i], test_server);
		invite(&side->roles[i], staff);
	}
}

static void customer_of(struct side *side, int number)
{
	struct things *own = &side->own;

	snprintf(own->customer, sizeof(own->customer), "SIDE%d", number);
	snprintf(own->name, sizeof(own->name), number ? "南岸电子" : "隐山电子");
	put("{\"kind\":\"customer\",\"body\":{\"code\":\"%s\",\"name\":\"%s\","
	    "\"unit\":\"%s\"}}",
		own->customer, own->name, side->unit);
	put("{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"%s\",\"staff\":"
	    "\"%s-manager\",\"role\":\"principal\",\"from\":\"2026-01-01\"}}",
		own->customer, side->unit);
	put("{\"kind\":\"customer.person\",\"body\":{\"customer\":\"%s\",\"person\":\"p1\","
	    "\"name\":\"隐者\",\"phone\":\"13900005678\"}}",
		own->customer);
	visit(side, "机密");
	snprintf(own->entry, sizeof(own->entry), "%s", said(&side->roles[0], "answers.0.id"));
	assert_int_equal(ask(&side->roles[0], "GET", "/api/duties?limit=1", NULL), 200);
	snprintf(own->duty, sizeof(own->duty), "%s", said(&side->roles[0], "items.0.id"));
	assert_true(*own->duty);
}

/* ------------------------------------------------------------------ asking */

static void replace(struct buffer *text, const char *from, const char *to)
{
	struct buffer made;
	const char *at = text->bytes ? text->bytes : "", *found;

	buffer_init(&made, BODY);
	for (; *from && (found = strstr(at, from)); at = found + strlen(from)) {
		buffer_add(&made, at, (size_t)(found - at));
		buffer_text(&made, to);
	}
	buffer_text(&made, at);
	buffer_release(text);
	*text = made;
}

static void fill(struct buffer *text, const char *pattern, const struct side *side,
	const struct things *things, int number, bool in_path)
{
	char new[24];
	char *name = curl_easy_escape(NULL, things->name, 0);

	snprintf(new, sizeof(new), "NEW-%0*d", NEW_DIGITS, number);
	buffer_clear(text);
	buffer_text(text, pattern);
	replace(text, "{customer}", things->customer);
	replace(text, "{name}", in_path ? name : things->name);
	replace(text, "{entry}", things->entry);
	replace(text, "{duty}", things->duty);
	replace(text, "{own}", side->own.customer);
	replace(text, "{unit}", side->unit);
	replace(text, "{new}", new);
	curl_free(name);
}

static void ask_line(struct browser *browser, const struct line *line, const struct side *side,
	const struct things *things, int number)
{
	struct buffer path, body;
	char header[60];

	buffer_init(&path, TEXT);
	buffer_init(&body, BODY);
	fill(&path, line->path, side, things, number, true);
	if (line->body)
		fill(&body, line->body, side, things, number, false);
	snprintf(header, sizeof(header), "X-File-Name: %s", line->file ? line->file : "");
	browser->header = line->file ? header : NULL;
	ask_raw(browser, line->method, path.bytes, line->body ? body.bytes : NULL, body.length);
	browser->header = NULL;
	buffer_release(&path);
	buffer_release(&body);
}

/* What differs although it tells nothing: the thing's own name as it was asked for, ids,
 * codes and numbers of what was written, and a file that says when it was made. */
static void even_out(struct buffer *answer, const struct things *things)
{
	replace(answer, things->customer, "@customer");
	replace(answer, things->name, "@name");
	replace(answer, things->entry, "@entry");
	replace(answer, things->duty, "@duty");
	for (char *at = answer->bytes; at && (at = strstr(at, "\"seq\":")); at++)
		memset(at + 6, '0', strspn(at + 6, "0123456789"));
	for (char *at = answer->bytes; at && (at = strstr(at, "\"id\":\"01")); at++)
		memset(at + 6, '0', ID_TEXT - 1);
	for (char *at = answer->bytes; at && (at = strstr(at, "NEW-")); at++)
		memset(at + 4, '#', NEW_DIGITS);
	char *file = answer->bytes ? strstr(answer->bytes, "\"refused_file\":\"") : NULL;
	if (file)
		memmove(file, strchr(file + 16, '"'), strlen(strchr(file + 16, '"')) + 1);
}

static void take_answer(const struct browser *browser, struct buffer *answer)
{
	buffer_clear(answer);
	buffer_print(answer, "%d ", browser->status);
	buffer_add(answer, browser->body.bytes ? browser->body.bytes : "", browser->body.length);
}

static bool names(const struct line *line)
{
	return strchr(line->path, '{') || (line->body && strstr(line->body, "{customer}")) ||
	       (line->body && strstr(line->body, "{name}")) ||
	       (line->body && strstr(line->body, "{entry}")) ||
	       (line->body && strstr(line->body, "{duty}"));
}

static void ask_evenly(struct browser *browser, const struct line *line, const struct side *side,
	const struct things *things, int number, struct buffer *answer)
{
	ask_line(browser, line, side, things, number);
	take_answer(browser, answer);
	even_out(answer, things);
}

/* Ask of the other's and of nothing; what names neither holds nothing of the other's. */
static void same_as_nothing(struct browser *browser, const struct line *line,
	const struct side *side, const struct things *others, int *number)
{
	static const char *const secrets[] = { "机密", "隐者", "13900005678" };
	struct buffer there, missing;

	buffer_init(&there, BODY);
	buffer_init(&missing, BODY);
	ask_evenly(browser, line, side, others, ++*number, &there);
	if (names(line)) {
		ask_evenly(browser, line, side, &nothing, ++*number, &missing);
		if (strcmp(there.bytes, missing.bytes) != 0)
			fail_msg("%s %s tells of the other's:\n%s\n%s", line->method, line->path,
				there.bytes, missing.bytes);
	} else if (strstr(there.bytes, "@customer")) {
		fail_msg("%s %s tells of the other's: %s", line->method, line->path, there.bytes);
	}
	for (size_t i = 0; i < COUNT_OF(secrets) && names(line); i++) {
		if (strstr(there.bytes, secrets[i]))
			fail_msg("%s %s: %s", line->method, line->path, there.bytes);
	}
	buffer_release(&there);
	buffer_release(&missing);
}

static bool is_list(const struct line *line)
{
	return !line->apart && !line->body && !strchr(line->path, '{');
}

/* All lists, one behind the other. */
static void read_lists(struct side *side, int role, struct buffer *all)
{
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		if (!is_list(&lines[i]))
			continue;
		ask_line(&side->roles[role], &lines[i], side, &nothing, 0);
		buffer_print(all, "%s: %d %s\n", lines[i].path, side->roles[role].status,
			side->roles[role].body.bytes);
	}
}

/* What the other gains is seen nowhere. */
static void lists_stand_still(struct side *side, struct side *other, int role)
{
	struct buffer before, after;

	buffer_init(&before, BODY);
	buffer_init(&after, BODY);
	read_lists(side, role, &before);
	visit(other, "机密又一次");
	need(other);
	read_lists(side, role, &after);
	if (strcmp(before.bytes, after.bytes) != 0) {
		size_t at = 0;
		while (before.bytes[at] == after.bytes[at])
			at++;
		fail_msg("a list changed: %.300s\n%.300s", before.bytes + (at < 100 ? 0 : at - 100),
			after.bytes + (at < 100 ? 0 : at - 100));
	}
	assert_null(strstr(after.bytes, other->own.customer));
	buffer_release(&before);
	buffer_release(&after);
}

static const struct route *route_of(const struct line *line)
{
	const char *parts[REQUEST_PARTS];
	char path[TEXT], *rest = path, *part;
	enum method method = METHOD_GET;
	unsigned allowed;
	int count = 0;

	while (strcmp(method_name(method), line->method) != 0)
		method++;
	snprintf(path, sizeof(path), "%s", line->path + 1);
	path[strcspn(path, "?")] = '\0';
	while ((part = strsep(&rest, "/")))
		parts[count++] = part;
	return route_find(method, parts, count, &allowed);
}

static void every_route_is_walked(void)
{
	for (const struct route *route = routes; route->path; route++) {
		bool walked = false;
		for (size_t i = 0; i < COUNT_OF(lines); i++)
			walked = walked || route_of(&lines[i]) == route;
		if (!walked)
			fail_msg("no line walks %s %s", method_name(route->method), route->path);
	}
}

void what_is_the_others_is_nothing_on_every_route(void **state)
{
	int number = 0;

	(void)state;
	every_route_is_walked();
	for (int i = 0; i < SIDES; i++)
		people_of(&sides[i]);
	for (int i = 0; i < SIDES; i++)
		customer_of(&sides[i], i);
	for (int i = 0; i < SIDES; i++) {
		struct side *side = &sides[i], *other = &sides[!i];
		for (int role = 0; role < ROLES; role++) {
			lists_stand_still(side, other, role);
			for (size_t k = 0; k < COUNT_OF(lines); k++) {
				if (!lines[k].apart)
					same_as_nothing(&side->roles[role], &lines[k], side,
						&other->own, &number);
			}
		}
	}
	for (int i = 0; i < SIDES * ROLES; i++)
		browser_close(&sides[i / ROLES].roles[i % ROLES]);
}

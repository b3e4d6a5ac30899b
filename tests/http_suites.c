/*
 * Public collections of hostile input (YIBEN_DATA, default ../shared/data beside the source):
 * texts pass through a write unharmed, JSON is taken or refused as its suite says, and no
 * request, however broken, makes the server fail. Skipped where they are absent.
 */
#include "http_tests.h"

#include "base/file.h"
#include "base/panic.h"
#include "ledger/ledger.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PATH_BYTES = 1000, FILE_BYTES = 4 * 1024 * 1024, WAIT_MS = 300 };

static const char *data_path(const char *below)
{
	static char path[PATH_BYTES];
	const char *data = getenv("YIBEN_DATA"), *source = getenv("YIBEN_SOURCE");

	if (data)
		snprintf(path, sizeof(path), "%s/%s", data, below);
	else
		snprintf(path, sizeof(path), "%s/../shared/data/%s", source ? source : ".", below);
	return path;
}

static void each_file(
	const char *pattern, void (*each)(const char *path, const struct buffer *bytes))
{
	struct error error = { 0 };
	glob_t found;

	if (glob(data_path(pattern), 0, NULL, &found) != 0) {
		print_message("skipped: no %s in YIBEN_DATA\n", pattern);
		skip();
	}
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct buffer bytes;
		buffer_init(&bytes, FILE_BYTES);
		assert_int_equal(file_read(found.gl_pathv[i], &bytes, &error), OK);
		each(strrchr(found.gl_pathv[i], '/') + 1, &bytes);
		buffer_release(&bytes);
	}
	globfree(&found);
}

/* ------------------------------------------------------------------ texts */

/* What was written, as it stands in the book. */
static void observation_of(int64_t seq, struct buffer *line)
{
	struct error error = { 0 };
	struct ledger *ledger;

	assert_int_equal(ledger_open(&ledger, test_url, "main", false, modules, &error), OK);
	buffer_clear(line);
	assert_int_equal(ledger_envelope(ledger, seq, line, &error), OK);
	ledger_close(ledger);
}

static bool only_blank(const char *text)
{
	char trimmed[1000];

	text_trim(trimmed, sizeof(trimmed), text);
	return !*trimmed;
}

static void send_text(const char *text, struct buffer *line)
{
	json_t *sent = json_pack("{s:[{s:s,s:{s:s,s:s,s:s}}]}", "entries", "kind", "visit.made",
		"body", "customer", "C1", "way", "phone", "observation", text);
	char *bytes = json_dumps(sent, JSON_ENSURE_ASCII);

	assert_int_equal(ask(&zhou, "POST", "/api/entries", "%s", bytes), 200);
	const char *status = said(&zhou, "answers.0.status");
	/* Nothing but blanks says nothing, and is refused for that. */
	if (strcmp(status, "appended") != 0 && !only_blank(text))
		fail_msg("%s: %s", text, zhou.body.bytes);
	if (strcmp(status, "appended") == 0) {
		observation_of(said_integer(&zhou, "answers.0.seq"), line);
		json_t *kept = json_loads(line->bytes, 0, NULL);
		assert_string_equal(json_string_value(json_object_get(
					    json_object_get(kept, "body"), "observation")),
			text);
		json_decref(kept);
	}
	free(bytes);
	json_decref(sent);
}

static void send_texts(const char *path, const struct buffer *bytes)
{
	json_t *texts = json_loadb(bytes->bytes, bytes->length, 0, NULL), *text;
	struct buffer line;
	size_t index;

	(void)path;
	assert_true(json_array_size(texts) > 400);
	buffer_init(&line, FILE_BYTES);
	json_array_foreach(texts, index, text)
	{
		if (json_string_length(text) && json_string_length(text) < 900)
			send_text(json_string_value(text), &line);
	}
	buffer_release(&line);
	json_decref(texts);
}

void hostile_texts_pass_through_unharmed(void **state)
{
	(void)state;
	each_file("naughty_strings/blns.json", send_texts);
	assert_int_equal(problems_said(), 0);
}

/* ------------------------------------------------------------------ JSON */

/* y_ must be read, n_ must not, i_ may; what is read is no request, and refused for that. */
static void send_json(const char *path, const struct buffer *bytes)
{
	int status = ask_raw(
		&zhou, "POST", "/api/session", bytes->bytes ? bytes->bytes : "", bytes->length);
	bool object = json_is_object(zhou.json) && bytes->bytes && strchr(bytes->bytes, '{');

	if (bytes->length > 4096)
		assert_int_equal(status, 413);
	else if (*path == 'n')
		assert_int_equal(status, 400);
	else if (*path == 'y' && object && bytes->bytes[0] == '{' && !strstr(path, "duplicated") &&
		 !strstr(path, "null") && !strstr(path, "u0000"))
		assert_int_equal(status, 422);
	else
		assert_true(status == 400 || status == 422);
}

void json_is_read_as_its_suite_says(void **state)
{
	(void)state;
	each_file("json_suite/test_parsing/*.json", send_json);
	assert_int_equal(problems_said(), 0);
}

/* ------------------------------------------------------------------ requests */

/* "\r\n" stands for itself in these files; the ends of their lines stand for nothing. */
static size_t raw_request(const struct buffer *bytes, char *raw)
{
	static const char letters[] = "rnt0\\\"", meant[] = "\r\n\t\0\\\"";
	size_t length = 0;

	for (size_t i = 0; i < bytes->length; i++) {
		char c = bytes->bytes[i];
		const char *letter = c == '\\' && i + 1 < bytes->length
					     ? strchr(letters, bytes->bytes[i + 1])
					     : NULL;
		unsigned hex;
		if (c == '\\' && sscanf(bytes->bytes + i, "\\x%2x", &hex) == 1) {
			raw[length++] = (char)hex;
			i += 3;
		} else if (letter) {
			raw[length++] = meant[letter - letters];
			i++;
		} else if (c != '\n') {
			raw[length++] = c;
		}
	}
	return length;
}

static void send_request(const char *path, const struct buffer *bytes)
{
	char *raw = malloc(bytes->length + 1);
	int status = ask_bytes(test_server, raw, raw_request(bytes, raw), WAIT_MS);

	if (status >= 500 && status != 501 && status != 505)
		fail_msg("%s: %d", path, status);
	free(raw);
}

static void send_bad_request(const char *path, const struct buffer *bytes)
{
	send_request(path, bytes);
	assert_int_equal(ask(&zhou, "GET", "/api/session", NULL), 200);
}

void no_request_makes_the_server_fail(void **state)
{
	(void)state;
	each_file("http_suite/tests/requests/valid/*.http", send_request);
	each_file("http_suite/tests/requests/invalid/*.http", send_bad_request);
	assert_int_equal(ask(&zhou, "GET", "/api/session", NULL), 200);
	assert_int_equal(problems_said(), 0);
}

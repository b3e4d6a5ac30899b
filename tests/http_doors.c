/* What comes in and goes out otherwise than as entries: files of many
 * rows, and numbers that are masked. */
#include "http_tests.h"

#include "base/panic.h"
#include "ledger/ledger.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_BYTES = 1024 * 1024, MANY = 2500 };

static int put_in(struct browser *browser, const char *name, const char *bytes, size_t length,
	const char *query)
{
	char header[200], path[100];

	snprintf(header, sizeof(header), "X-File-Name: %s", name);
	snprintf(path, sizeof(path), "/api/import%s", query);
	browser->header = header;
	int status = ask_raw(browser, "POST", path, bytes, length);
	browser->header = NULL;
	return status;
}

static void assert_counts(
	const struct browser *browser, const char *kind, int taken, int refused, int same)
{
	assert_string_equal(said(browser, "recognised.kind"), kind);
	assert_int_equal(said_integer(browser, "taken"), taken);
	assert_int_equal(said_integer(browser, "refused"), refused);
	assert_int_equal(said_integer(browser, "same"), same);
}

void a_workbook_is_recognised_and_taken(void **state)
{
	static const char rows[] = "客户编号,客户名称,客户类别\n"
				   "I1,听潮酒店,商企客户\nI2,云栖纸业,行业客户\nI3,,行业客户\n";
	static const char name[] = "%E5%90%8D%E5%8D%95.csv"; /* 名单.csv */
	char batch[ID_TEXT], line[200];

	(void)state;
	assert_int_equal(put_in(&office, name, rows, strlen(rows), "?dry=1"), 200);
	assert_counts(&office, "customer", 2, 1, 0);
	assert_string_equal(said(&office, "batch"), "");
	assert_int_equal(ask(&office, "GET", "/api/customers/I1", NULL), 404);
	assert_int_equal(put_in(&office, name, rows, strlen(rows), ""), 200);
	assert_counts(&office, "customer", 2, 1, 0);
	snprintf(batch, sizeof(batch), "%s", said(&office, "batch"));
	/* The refused rows come back as a workbook. */
	assert_non_null(strstr(said(&office, "refused_file"), ".sheet;base64,UEsD"));
	assert_int_equal(put_in(&office, name, rows, strlen(rows), ""), 200);
	assert_counts(&office, "customer", 0, 1, 2);
	assert_int_equal(ask(&office, "GET", "/api/customers/I1", NULL), 200);
	assert_true(strlen(batch) == ID_TEXT - 1);
	snprintf(line, sizeof(line), "{\"kind\":\"import.undone\",\"body\":{\"import\":\"%s\"}}",
		batch);
	assert_true(taken(&office, line));
	assert_int_equal(ask(&office, "GET", "/api/customers/I1", NULL), 404);
}

void what_is_no_table_is_not_taken(void **state)
{
	static const char letter[] = "您好，请尽快回电\n谢谢\n";
	static const char rows[] = "客户编号,客户名称\nI9,听潮\n";

	(void)state;
	assert_int_equal(put_in(&office, "a.csv", letter, strlen(letter), "?dry=1"), 200);
	assert_true(json_is_null(json_object_get(office.json, "recognised")));
	assert_int_equal(put_in(&office, "a.xlsx", "PK\3\4rubbish", 11, "?dry=1"), 422);
	assert_int_equal(put_in(&office, "a.csv", rows, strlen(rows), "?kind=entry.erased"), 422);
	assert_int_equal(put_in(&office, "a.csv", rows, strlen(rows), "?kind=customer&dry=1"), 200);
	assert_int_equal(ask_raw(&office, "POST", "/api/import", rows, strlen(rows)), 422);
	/* Only who keeps the lists. */
	assert_int_equal(put_in(&zhou, "a.csv", rows, strlen(rows), "?dry=1"), 403);
}

/* ------------------------------------------------------------------ out again */

void an_export_is_marked_and_noted(void **state)
{
	(void)state;
	assert_int_equal(
		ask(&zhou, "POST", "/api/exports", "{\"kind\":\"customer\",\"form\":\"csv\"}"),
		200);
	assert_non_null(strstr(zhou.body.bytes, "清屿第一医院"));
	assert_non_null(strstr(zhou.body.bytes, "周望舒（zhou）2026-11-24 09:"));
	assert_non_null(strstr(said_header(&zhou, "Content-Disposition"), "customer.csv"));
	/* What he does not see does not leave with him. */
	assert_null(strstr(zhou.body.bytes, "听潮酒店"));
	assert_int_equal(ask(&zhou, "GET", "/api/timeline?limit=1", NULL), 200);
	assert_string_equal(said(&zhou, "items.0.kind"), "export.made");
	assert_string_equal(said(&zhou, "items.0.author.ref"), "staff:zhou");
	assert_int_equal(
		ask(&office, "POST", "/api/exports", "{\"kind\":\"customer\",\"form\":\"xlsx\"}"),
		200);
	assert_memory_equal(office.body.bytes, "PK", 2);
	assert_int_equal(
		ask(&office, "POST", "/api/exports", "{\"kind\":\"customer\",\"form\":\"pdf\"}"),
		422);
	assert_int_equal(
		ask(&office, "POST", "/api/exports", "{\"kind\":\"nothing\",\"form\":\"csv\"}"),
		422);
}

/* What was taken out can be put in again: the mark means nothing there. */
void an_export_can_be_put_in_again(void **state)
{
	struct buffer file;

	(void)state;
	buffer_init(&file, ROWS_BYTES);
	assert_int_equal(
		ask(&office, "POST", "/api/exports", "{\"kind\":\"customer\",\"form\":\"xlsx\"}"),
		200);
	buffer_add(&file, office.body.bytes, office.body.length);
	assert_int_equal(put_in(&office, "c.xlsx", file.bytes, file.length, "?dry=1"), 200);
	assert_string_equal(said(&office, "recognised.kind"), "customer");
	assert_int_equal(said_integer(&office, "taken"), 0);
	assert_int_equal(said_integer(&office, "refused"), 0);
	assert_true(said_integer(&office, "same") > 0);
	buffer_release(&file);
}

void a_number_is_shown_for_a_reason(void **state)
{
	static const char number[] = "13800001234";
	static const char look[] = "{\"kind\":\"customer.unmasked\",\"body\":{\"customer\":"
				   "\"%s\",\"person\":\"door\"%s}}";
	char line[300];

	(void)state;
	assert_true(taken(&zhou, "{\"kind\":\"customer.person\",\"body\":{\"customer\":\"C1\","
				 "\"person\":\"door\",\"name\":\"沈知远\","
				 "\"phone\":\"13800001234\"}}"));
	assert_int_equal(ask(&zhou, "GET", "/api/timeline?for=customer:C1&limit=1", NULL), 200);
	assert_null(strstr(zhou.body.bytes, number));
	snprintf(line, sizeof(line), look, "C1", "");
	assert_false(taken(&zhou, line));
	assert_null(strstr(zhou.body.bytes, number));
	snprintf(line, sizeof(line), look, "C1", ",\"reason\":\"约定走访时间\"");
	assert_true(taken(&zhou, line));
	assert_non_null(strstr(zhou.body.bytes, number));
	/* The office reads that it was looked at, and not what was seen. */
	assert_int_equal(ask(&office, "GET", "/api/timeline?for=customer:C1&limit=2", NULL), 200);
	assert_string_equal(said(&office, "items.0.kind"), "customer.unmasked");
	assert_null(strstr(office.body.bytes, number));
	snprintf(line, sizeof(line), look, "C0", ",\"reason\":\"x\"");
	assert_false(taken(&zhou, line));
	assert_null(strstr(zhou.body.bytes, number));
}

void a_case_says_whose_it_is(void **state)
{
	(void)state;
	assert_true(taken(&zhou, "{\"kind\":\"visit.need\",\"body\":{\"customer\":\"C1\","
				 "\"need\":\"再加一条线\"}}"));
	char need[ID_TEXT], line[200];
	snprintf(need, sizeof(need), "%s", said(&zhou, "answers.0.id"));
	zhou.language = "zh";
	assert_int_equal(ask(&zhou, "GET", "/api/cases?for=customer:C1&limit=200", NULL), 200);
	zhou.language = NULL;
	json_t *items = json_object_get(zhou.json, "items"), *one, *found = NULL;
	size_t i;
	json_array_foreach(items, i, one)
	{
		if (strcmp(json_string_value(json_object_get(one, "id")), need) == 0)
			found = one;
	}
	assert_non_null(found);
	assert_string_equal(json_string_value(json_object_get(found, "state_label")), "待答复");
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(found, "owner"), "ref")),
		"staff:zhou");
	/* Once it is answered it is over. */
	snprintf(line, sizeof(line),
		"{\"kind\":\"visit.answered\",\"body\":{\"need\":\"%s\",\"answer\":\"x\"}}", need);
	assert_true(taken(&zhou, line));
	assert_int_equal(ask(&zhou, "GET", "/api/cases?for=customer:C1&limit=200", NULL), 200);
	assert_null(strstr(zhou.body.bytes, need));
	assert_int_equal(ask(&zhou, "GET", "/api/cases?after=x", NULL), 422);
}

/* ------------------------------------------------------------------ beside other work */

static void *import_many(void *context)
{
	struct browser *browser = context;
	struct buffer rows;

	buffer_init(&rows, ROWS_BYTES);
	buffer_text(&rows, "客户编号,客户名称\n");
	for (int i = 0; i < MANY; i++)
		buffer_print(&rows, "B%05d,批量%05d\n", i, i);
	put_in(browser, "many.csv", rows.bytes, rows.length, "");
	buffer_release(&rows);
	return NULL;
}

void others_read_and_write_while_a_file_is_taken(void **state)
{
	int written = 0, read = 0;
	pthread_t thread;

	(void)state;
	must(pthread_create(&thread, NULL, import_many, &office) == 0);
	while (pthread_tryjoin_np(thread, NULL) != 0) {
		written += taken(&zhou, "{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\","
					"\"way\":\"phone\",\"observation\":\"meanwhile\"}}");
		read += ask(&zhou, "GET", "/api/customers/C1", NULL) == 200;
	}
	assert_counts(&office, "customer", MANY, 0, 0);
	assert_true(written >= 2 && read >= 2);
	assert_int_equal(problems_said(), 0);
}

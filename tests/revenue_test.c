/* Revenue: figures that are restated, put right and taken back, against a plain model. */
#include "ledger_book.h"
#include "ledger/book.h"
#include "little_module.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const struct module revenue_module;

static const struct module *const with_revenue[] = { &little_module, &revenue_module, NULL };

enum { CUSTOMERS = 6, MONTHS = 5, POSTS = 60, ROWS = 3 };

static void open_book(struct test_book *book)
{
	char document[ID_TEXT];

	test_book_open(book, with_revenue);
	test_put(book, "{\"kind\":\"little.unit\",\"body\":{\"unit\":\"U\",\"name\":\"省公司\"}}");
	for (int i = 0; i < CUSTOMERS; i++)
		test_put(book,
			"{\"kind\":\"little.customer\",\"body\":{\"code\":\"C%d\","
			"\"name\":\"客户\",\"unit\":\"U\"}}",
			i);
	text_copy(document, sizeof(document),
		test_put(book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"标准\","
			       "\"effective\":\"2020-01-01\"}}"));
	test_put(book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"revenue.movement\","
		"\"document\":\"%s\",\"effective\":\"2020-01-01\",\"mark\":\"D\","
		"\"rows\":[{\"percent\":30,\"floor\":10000}]}}",
		document);
	test_put(book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"duty.limits\","
		"\"document\":\"%s\",\"effective\":\"2020-01-01\",\"mark\":\"D\",\"rows\":["
		"{\"what\":\"revenue.movement\",\"amount\":5,\"limit\":\"natural_days\"}]}}",
		document);
}

#define POST(basis, rows)                                                                          \
	"{\"kind\":\"revenue.posted\",\"body\":{\"basis\":\"" basis "\",\"rows\":[" rows "]}}"

static int64_t amount_of(struct test_book *book, const char *reference, const char *month)
{
	char from[DAY_TEXT], to[DAY_TEXT];
	int number;

	assert_true(month_parse(month, &number));
	return test_figure(book, "revenue.amount", reference,
		day_text(month_first_day(number), from), day_text(month_last_day(number), to));
}

static void a_later_posting_restates_the_month(void **state)
{
	struct test_book book;
	char second[ID_TEXT];

	(void)state;
	open_book(&book);
	test_put(&book, POST("month", "{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":100,"
				      "\"users\":7},{\"customer\":\"C2\",\"month\":\"2026-01\","
				      "\"amount\":5}"));
	text_copy(second, sizeof(second),
		test_put(&book, POST("month", "{\"customer\":\"C1\",\"month\":\"2026-01\","
					      "\"amount\":130}")));
	assert_int_equal(amount_of(&book, "customer:C1", "2026-01"), 130);
	assert_int_equal(amount_of(&book, "unit:U", "2026-01"), 135);
	assert_int_equal(amount_of(&book, "unit:U", "2026-02"), -1);
	assert_int_equal(
		test_figure(&book, "revenue.users", "unit:U", "2026-01-01", "2026-01-31"), 7);
	/* A month that is only half in the period has no figure in it. */
	assert_int_equal(
		test_figure(&book, "revenue.amount", "unit:U", "2026-01-01", "2026-01-30"), -1);
	assert_int_equal(
		test_figure(&book, "revenue.customers", "unit:U", "2026-01-01", "2026-02-28"), 2);
	test_withdraw(&book, second);
	assert_int_equal(amount_of(&book, "customer:C1", "2026-01"), 100);
	test_book_holds(&book);
	test_book_close(&book);
}

static void lines_add_up_until_the_month_has_a_figure(void **state)
{
	struct test_book book;
	char month[ID_TEXT];

	(void)state;
	open_book(&book);
	test_put(&book, POST("line", "{\"customer\":\"C1\",\"day\":\"2026-01-05\",\"amount\":10},"
				     "{\"customer\":\"C1\",\"day\":\"2026-01-20\",\"amount\":20,"
				     "\"reference\":\"A\"}"));
	test_put(&book, POST("line", "{\"customer\":\"C1\",\"day\":\"2026-01-20\",\"amount\":25,"
				     "\"reference\":\"A\"},{\"customer\":\"C1\",\"day\":"
				     "\"2026-01-21\",\"amount\":-3,\"reference\":\"A\"}"));
	assert_int_equal(amount_of(&book, "customer:C1", "2026-01"), 52);
	assert_int_equal(
		test_figure(&book, "revenue.amount", "unit:U", "2026-01-01", "2026-01-20"), 55);
	text_copy(month, sizeof(month),
		test_put(&book, POST("month", "{\"customer\":\"C1\",\"month\":\"2026-01\","
					      "\"amount\":50}")));
	assert_int_equal(amount_of(&book, "customer:C1", "2026-01"), 50);
	test_put(&book,
		"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"row\":0,"
		"\"reason\":\"x\"}}",
		month);
	assert_int_equal(amount_of(&book, "customer:C1", "2026-01"), 52);
	test_book_holds(&book);
	test_book_close(&book);
}

/* What stands in a page is as wide as its widest number: each end of each width, beside a small
 * number, a zero and an unknown one. */
static void every_width_of_number_is_kept(void **state)
{
	static const int64_t amounts[] = { 127, 128, -127, -128, -129, 32767, 32768, -32767, -32768,
		-32769, 2147483647, 2147483648, -2147483647, -2147483648, -2147483649,
		9999999999999, -9999999999999, 126 };
	struct test_book book;

	(void)state;
	open_book(&book);
	test_put(&book, POST("month", "{\"customer\":\"C0\",\"month\":\"2026-01\",\"amount\":-3},"
				      "{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":0},"
				      "{\"customer\":\"C2\",\"month\":\"2025-12\",\"amount\":9}"));
	for (size_t i = 0; i < COUNT_OF(amounts); i++) {
		test_put(&book,
			POST("month",
				"{\"customer\":\"C3\",\"month\":\"2026-01\",\"amount\":%lld}"),
			(long long)amounts[i]);
		assert_int_equal(amount_of(&book, "customer:C0", "2026-01"), -3);
		assert_int_equal(amount_of(&book, "customer:C1", "2026-01"), 0);
		assert_int_equal(amount_of(&book, "customer:C2", "2026-01"), -1);
		assert_int_equal(amount_of(&book, "customer:C3", "2026-01"), amounts[i]);
		test_book_holds(&book);
	}
	test_book_close(&book);
}

static void what_is_wrong_in_itself_is_refused(void **state)
{
	struct test_book book;

	(void)state;
	open_book(&book);
	test_refused(&book, "refused.required", "%s",
		POST("month", "{\"customer\":\"C1\",\"amount\":1}"));
	test_refused(&book, "refused.required", "%s",
		POST("line", "{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":1}"));
	test_refused(&book, "refused.revenue_day", "%s",
		POST("month", "{\"customer\":\"C1\",\"month\":\"2026-01\",\"day\":\"2026-01-01\","
			      "\"amount\":1}"));
	test_refused(&book, "refused.revenue_line_month", "%s",
		POST("line", "{\"customer\":\"C1\",\"month\":\"2026-01\",\"day\":\"2026-02-01\","
			     "\"amount\":1}"));
	test_refused(&book, "refused.revenue_future", "%s",
		POST("month", "{\"customer\":\"C1\",\"month\":\"2026-04\",\"amount\":1}"));
	test_refused(&book, "refused.revenue_twice", "%s",
		POST("month", "{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":1},"
			      "{\"customer\":\"C2\",\"month\":\"2026-01\",\"amount\":1},"
			      "{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":1}"));
	test_book_close(&book);
}

static void what_is_imported_again_is_unchanged(void **state)
{
	static const struct {
		const char *basis, *cells;
		bool same;
	} rows[] = {
		{ "month", "[\"C1\",\"2026-01\",\"\",100,7,\"\"]", true },
		{ "month", "[\"C1\",\"2026-01\",\"\",100,\"\",\"\"]", true },
		{ "month", "[\"C1\",\"2026-01\",\"\",100,8,\"\"]", false },
		{ "month", "[\"C1\",\"2026-01\",\"\",101,7,\"\"]", false },
		{ "month", "[\"C1\",\"2025-12\",\"\",100,7,\"\"]", false },
		{ "month", "[\"C2\",\"2026-01\",\"\",100,7,\"\"]", false },
		{ "line", "[\"C1\",\"\",\"2026-02-03\",9,\"\",\"A\"]", false },
		{ "line", "[\"C1\",\"\",\"2026-02-03\",8,\"\",\"A\"]", false },
		{ "line", "[\"C1\",\"\",\"2026-02-03\",9,\"\",\"\"]", false },
	};
	struct test_book book;

	(void)state;
	open_book(&book);
	test_put(&book, POST("month", "{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":100,"
				      "\"users\":7}"));
	test_put(&book, POST("line", "{\"customer\":\"C1\",\"day\":\"2026-02-03\",\"amount\":9,"
				     "\"reference\":\"A\"}"));
	/* All rows of one basis stand in one table, as an import asks. */
	for (size_t first = 0, last; first < COUNT_OF(rows); first = last) {
		bool same[COUNT_OF(rows)] = { false };
		struct error error = { 0 };
		json_t *cells = json_array();
		for (last = first;
			last < COUNT_OF(rows) && !strcmp(rows[last].basis, rows[first].basis);
			last++)
			json_array_append_new(cells, json_loads(rows[last].cells, 0, NULL));
		json_t *body = json_pack("{s:s, s:o}", "basis", rows[first].basis, "rows", cells);
		assert_int_equal(
			ledger_unchanged(book.ledger, ledger_kind(book.ledger, "revenue.posted"),
				body, same, &error),
			OK);
		for (size_t i = first; i < last; i++)
			assert_int_equal(same[i - first], rows[i].same);
		json_decref(body);
	}
	test_book_close(&book);
}

/* ------------------------------------------------------------------ unusual movement */

static const char *duty_state(struct test_book *book, const char *customer)
{
	static char state[16];
	struct error error = { 0 };
	struct query *rows;
	enum result result;
	static const struct statement sql[] = {
		{ "SELECT state FROM d_duty WHERE book = $book AND what = 'revenue.movement' "
		  "AND subject = $subject AND state <> 'cancelled' ORDER BY opened_seq DESC" },
	};

	text_copy(state, sizeof(state), "none");
	view_set_text(ledger_view(book->ledger), "subject", customer);
	assert_int_equal(view_run(ledger_view(book->ledger), &sql[0], NULL, &rows, &error), OK);
	if (rows_next(rows, &result, &error))
		text_copy(state, sizeof(state), rows_text(rows, 0));
	rows_end(rows);
	return state;
}

static void post_three_months(struct test_book *book)
{
	for (int month = 11; month <= 13; month++)
		test_put(book,
			"{\"kind\":\"revenue.posted\",\"body\":{\"basis\":\"month\",\"rows\":["
			"{\"customer\":\"C1\",\"month\":\"%d-%02d\",\"amount\":100000},"
			"{\"customer\":\"C2\",\"month\":\"%d-%02d\",\"amount\":100000}]}}",
			month > 12 ? 2026 : 2025, month > 12 ? 1 : month, month > 12 ? 2026 : 2025,
			month > 12 ? 1 : month);
}

static void an_unusual_month_is_explained_by_its_manager(void **state)
{
	struct test_book book;
	char post[ID_TEXT], why[ID_TEXT];

	(void)state;
	open_book(&book);
	post_three_months(&book);
	/* Two thirds of the usual, and a third more: the second is just allowed. */
	text_copy(post, sizeof(post),
		test_put(&book, POST("month", "{\"customer\":\"C1\",\"month\":\"2026-02\","
					      "\"amount\":66000},{\"customer\":\"C2\","
					      "\"month\":\"2026-02\",\"amount\":130000}")));
	assert_string_equal(duty_state(&book, "customer:C1"), "open");
	assert_string_equal(duty_state(&book, "customer:C2"), "none");
	assert_int_equal(
		test_figure(&book, "revenue.unusual", "unit:U", "2026-02-01", "2026-02-28"), 1);
	/* Another month explains nothing. */
	test_put(&book, "{\"kind\":\"revenue.explained\",\"body\":{\"customer\":\"C1\","
			"\"month\":\"2026-01\",\"reason\":\"x\"}}");
	assert_string_equal(duty_state(&book, "customer:C1"), "open");
	text_copy(why, sizeof(why),
		test_put(&book, "{\"kind\":\"revenue.explained\",\"body\":{\"customer\":\"C1\","
				"\"month\":\"2026-02\",\"reason\":\"专线拆机\"}}"));
	assert_string_equal(duty_state(&book, "customer:C1"), "done");
	/* The posting is put right and still unusual: the reason given holds. */
	test_put(&book,
		"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"row\":0,"
		"\"reason\":\"x\",\"body\":{\"customer\":\"C1\",\"month\":\"2026-02\","
		"\"amount\":60000}}}",
		post);
	assert_string_equal(duty_state(&book, "customer:C1"), "done");
	test_correct(
		&book, why, "{\"customer\":\"C1\",\"month\":\"2026-02\",\"reason\":\"两条专线\"}");
	assert_string_equal(duty_state(&book, "customer:C1"), "done");
	test_withdraw(&book, why);
	assert_string_equal(duty_state(&book, "customer:C1"), "open");
	/* A restatement makes the month an ordinary one. */
	test_put(&book,
		POST("month", "{\"customer\":\"C1\",\"month\":\"2026-02\",\"amount\":99000}"));
	assert_string_equal(duty_state(&book, "customer:C1"), "none");
	assert_int_equal(
		test_figure(&book, "revenue.unusual", "unit:U", "2026-02-01", "2026-02-28"), 0);
	test_book_holds(&book);
	test_book_close(&book);
}

static void history_asks_nobody_anything(void **state)
{
	struct test_book book;

	(void)state;
	open_book(&book);
	post_three_months(&book);
	test_clock(&book, "2026-04-01T09:00:00+08:00");
	test_put(&book, POST("month", "{\"customer\":\"C1\",\"month\":\"2026-02\",\"amount\":1}"));
	assert_string_equal(duty_state(&book, "customer:C1"), "none");
	test_put(&book, POST("month", "{\"customer\":\"C1\",\"month\":\"2026-03\",\"amount\":1}"));
	assert_string_equal(duty_state(&book, "customer:C1"), "open");
	test_book_holds(&book);
	test_book_close(&book);
}

/* ------------------------------------------------------------------ a plain model */

struct row {
	int customer, month, day, reference; /* reference 0: none */
	int64_t amount, users;               /* users −1: not said */
	bool gone;
};

struct post {
	char id[ID_TEXT];
	bool line, gone, amended;
	int count;
	struct row rows[ROWS];
};

struct model {
	struct test_book book;
	struct post posts[POSTS];
	int count;
};

/* Months run from 2025-10; 2026-02 is the last. */
static const char *month_of(const struct row *row)
{
	static char text[MONTH_TEXT];

	return month_text(2025 * 12 + 9 + row->month, text);
}

static struct row random_row(struct model *model, bool line)
{
	return (struct row){ .customer = test_below(&model->book, CUSTOMERS),
		.month = test_below(&model->book, MONTHS),
		.day = 1 + test_below(&model->book, 3),
		.reference = line ? test_below(&model->book, 3) : 0,
		.amount = test_below(&model->book, 200) * 1000 - 20000,
		.users = test_below(&model->book, 3) ? -1 : test_below(&model->book, 50) };
}

/* One row in JSON, in a ring of buffers. */
static const char *row_text(const struct row *row, bool line)
{
	static char texts[8][256];
	static int turn;
	char *text = texts[turn++ % 8], more[80] = "";

	if (row->users >= 0)
		snprintf(more, sizeof(more), ",\"users\":%d", (int)row->users);
	if (row->reference)
		snprintf(more + strlen(more), 30, ",\"reference\":\"R%d\"", row->reference);
	if (line)
		snprintf(text, 256, "{\"customer\":\"C%d\",\"day\":\"%s-%02d\",\"amount\":%d%s}",
			row->customer, month_of(row), row->day, (int)row->amount, more);
	else
		snprintf(text, 256, "{\"customer\":\"C%d\",\"month\":\"%s\",\"amount\":%d%s}",
			row->customer, month_of(row), (int)row->amount, more);
	return text;
}

static const char *body_text(const struct post *post)
{
	static char text[1024];

	snprintf(text, sizeof(text), "{\"basis\":\"%s\",\"rows\":[", post->line ? "line" : "month");
	for (int i = 0; i < post->count; i++)
		snprintf(text + strlen(text), 260, "%s%s", i ? "," : "",
			row_text(&post->rows[i], post->line));
	snprintf(text + strlen(text), 3, "]}");
	return text;
}

/* Rows of one posting name different cells, as `check` asks of months. */
static struct post random_post(struct model *model, int count)
{
	struct post post = { .line = test_below(&model->book, 2), .count = count };

	for (int i = 0; i < post.count; i++) {
		post.rows[i] = random_row(model, post.line);
		if (!post.line)
			post.rows[i].customer = post.rows[i].customer / ROWS * ROWS + i;
	}
	return post;
}

static void change_something(struct model *model)
{
	struct post *post = &model->posts[test_below(&model->book, model->count)];
	int row = test_below(&model->book, post->count);

	if (post->gone)
		return;
	switch (test_below(&model->book, 4)) {
	case 0:
		test_withdraw(&model->book, post->id);
		post->gone = true;
		break;
	case 1:
		test_put(&model->book,
			"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"row\":%d,"
			"\"reason\":\"x\"}}",
			post->id, row);
		post->rows[row].gone = post->amended = true;
		break;
	case 2:
		post->rows[row] = random_row(model, post->line);
		test_put(&model->book,
			"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\",\"row\":%d,"
			"\"reason\":\"x\",\"body\":%s}}",
			post->id, row, row_text(&post->rows[row], post->line));
		post->amended = true;
		break;
	default:
		if (post->amended)
			return;
		struct post other = random_post(model, post->count);
		text_copy(other.id, sizeof(other.id), post->id);
		*post = other;
		test_put(&model->book,
			"{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\","
			"\"reason\":\"x\",\"body\":%s}}",
			post->id, body_text(post));
	}
}

static void cell_of(
	const struct model *model, int customer, int month, int64_t *amount, int64_t *users)
{
	int64_t figure = 0, lines = 0;
	bool has_figure = false, has_lines = false;

	*users = -1;
	for (int i = 0; i < model->count; i++) {
		const struct post *post = &model->posts[i];
		for (int j = 0; !post->gone && j < post->count; j++) {
			const struct row *row = &post->rows[j];
			if (row->gone || row->customer != customer || row->month != month)
				continue;
			*users = row->users >= 0 ? row->users : *users;
			if (!post->line) {
				figure = row->amount;
				has_figure = true;
			} else {
				lines += row->amount;
				has_lines = true;
			}
		}
	}
	*amount = has_figure ? figure : has_lines ? lines : FIGURE_NONE;
}

struct row_check {
	struct ledger *ledger;
	int64_t sum, n;
};

/* What evidence names is what stands there. */
static bool check_evidence(void *context, const struct evidence *evidence)
{
	struct row_check *check = context;
	struct error error = { 0 };
	struct entry entry;
	struct arena arena;
	bool withdrawn;

	arena_init(&arena, 1 << 20);
	assert_int_equal(
		ledger_entry(check->ledger, &arena, evidence->seq, &entry, &withdrawn, &error), OK);
	struct entry at = entry_at_row(&entry, evidence->row);
	assert_false(withdrawn);
	assert_non_null(at.cells);
	assert_string_equal(entry_text(&at, "customer"), evidence->customer);
	assert_int_equal(entry_integer(&at, "amount", -1), evidence->value);
	entry_release(&entry);
	arena_release(&arena);
	check->sum += evidence->value;
	check->n++;
	return true;
}

static void compare(struct model *model, int customer, int month)
{
	struct row row = { .month = month };
	struct row_check check = { .ledger = model->book.ledger };
	struct error error = { 0 };
	struct figure figure;
	int64_t amount, users;
	char reference[32], from[DAY_TEXT], to[DAY_TEXT];
	int number;

	assert_true(month_parse(month_of(&row), &number));
	snprintf(reference, sizeof(reference), "customer:C%d", customer);
	cell_of(model, customer, month, &amount, &users);
	ledger_figure(model->book.ledger, ledger_measure(model->book.ledger, "revenue.amount"),
		reference, month_first_day(number), month_last_day(number), &figure, check_evidence,
		&check, &error);
	assert_int_equal(error.result, OK);
	assert_int_equal(figure.known, amount != FIGURE_NONE);
	assert_int_equal(figure.value, check.sum);
	if (figure.known)
		assert_int_equal(figure.value, amount);
	assert_int_equal(test_figure(&model->book, "revenue.users", reference,
				 day_text(month_first_day(number), from),
				 day_text(month_last_day(number), to)),
		users);
}

static enum result compare_monthly(struct monthly_sink *sink, const char *customer,
	const int64_t *amounts, const int64_t *users, struct error *error)
{
	struct model *model = sink->context;
	int64_t amount, count;

	for (int month = 0; month < MONTHS; month++) {
		cell_of(model, customer[1] - '0', month, &amount, &count);
		assert_int_equal(amounts[month], amount);
		assert_int_equal(users[month], count < 0 ? FIGURE_NONE : count);
	}
	return error->result;
}

static void random_histories_come_out_as_the_model_says(void **state)
{
	struct model *model = calloc(1, sizeof(*model));

	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		memset(model, 0, sizeof(*model));
		open_book(&model->book);
		model->book.chance = seed * 7919;
		while (model->count < POSTS) {
			if (model->count && test_below(&model->book, 2)) {
				change_something(model);
				continue;
			}
			struct post post = random_post(model, 1 + test_below(&model->book, ROWS));
			text_copy(post.id, sizeof(post.id),
				test_put(&model->book, "{\"kind\":\"revenue.posted\",\"body\":%s}",
					body_text(&post)));
			model->posts[model->count++] = post;
		}
		for (int i = 0; i < CUSTOMERS * MONTHS; i++)
			compare(model, i / MONTHS, i % MONTHS);
		struct monthly_sink sink = { compare_monthly, model };
		struct error error = { 0 };
		assert_int_equal(view_monthly(ledger_view(model->book.ledger), 2025 * 12 + 9,
					 2025 * 12 + 9 + MONTHS - 1, &sink, &error),
			OK);
		test_book_holds(&model->book);
		test_book_close(&model->book);
	}
	free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_later_posting_restates_the_month),
		cmocka_unit_test(lines_add_up_until_the_month_has_a_figure),
		cmocka_unit_test(every_width_of_number_is_kept),
		cmocka_unit_test(what_is_wrong_in_itself_is_refused),
		cmocka_unit_test(what_is_imported_again_is_unchanged),
		cmocka_unit_test(an_unusual_month_is_explained_by_its_manager),
		cmocka_unit_test(history_asks_nobody_anything),
		cmocka_unit_test(random_histories_come_out_as_the_model_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tiers: what a close decides, what it leaves alone, and that it decides alike again. */
#include "ledger_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const struct module org_module, customer_module, revenue_module, tier_module;

static const struct module *const with_tiers[] = { &org_module, &customer_module, &revenue_module,
	&tier_module, NULL };

enum { CUSTOMERS = 6 };

#define THRESHOLDS                                                                                 \
	"{\"tier\":\"diamond\",\"revenue\":10000000,\"users\":2000},"                              \
	"{\"tier\":\"gold\",\"revenue\":3000000,\"users\":500},"                                   \
	"{\"tier\":\"silver\",\"revenue\":500000,\"users\":100}"

static void put_norm(struct test_book *book, const char *norm, const char *rows)
{
	char document[ID_TEXT];

	text_copy(document, sizeof(document),
		test_put(book, "{\"kind\":\"document.issued\",\"body\":{\"title\":\"标准\","
			       "\"effective\":\"2020-01-01\"}}"));
	test_put(book,
		"{\"kind\":\"norm.issued\",\"body\":{\"norm\":\"%s\",\"document\":\"%s\","
		"\"effective\":\"2020-01-01\",\"mark\":\"D\",\"rows\":[%s]}}",
		norm, document, rows);
}

static void open_book(struct test_book *book)
{
	test_book_open(book, with_tiers);
	test_clock(book, "2025-01-02T09:00:00+08:00");
	test_put(book, "{\"kind\":\"org.unit\",\"body\":{\"unit\":\"U\",\"name\":\"省公司\","
		       "\"level\":\"province\"}}");
	for (int i = 0; i < CUSTOMERS; i++)
		test_put(book,
			"{\"kind\":\"customer\",\"body\":{\"code\":\"C%d\",\"name\":\"客户%d\","
			"\"category\":\"%s\"}}",
			i, i, i % 2 ? "industry" : "business");
	put_norm(book, "tier.thresholds", THRESHOLDS);
	put_norm(book, "tier.rules", "{\"months_mean\":3,\"months_down\":3,\"close_day\":10}");
}

/* Months are counted from 2025-01, the first. */
static const char *month_name(int month)
{
	static char text[4][MONTH_TEXT];
	static int turn;

	return month_text(2025 * 12 + month, text[turn++ % 4]);
}

static void go_to(struct test_book *book, int month, int day)
{
	char text[DAY_TEXT], instant[40];

	snprintf(instant, sizeof(instant), "%sT09:00:00+08:00",
		day_text(month_first_day(2025 * 12 + month) + day - 1, text));
	test_clock(book, instant);
}

static void post(struct test_book *book, int customer, int month, int64_t amount, int users)
{
	char more[40] = "";

	if (users >= 0)
		snprintf(more, sizeof(more), ",\"users\":%d", users);
	test_put(book,
		"{\"kind\":\"revenue.posted\",\"body\":{\"basis\":\"month\",\"rows\":["
		"{\"customer\":\"C%d\",\"month\":\"%s\",\"amount\":%d%s}]}}",
		customer, month_name(month), (int)amount, more);
}

static void close_month(struct test_book *book, int month)
{
	test_put(book, "{\"kind\":\"tier.closed\",\"body\":{\"month\":\"%s\"}}", month_name(month));
}

static const char *class_of(struct test_book *book, int customer)
{
	char id[8];

	snprintf(id, sizeof(id), "C%d", customer);
	const char *class =
		view_customer_class(ledger_view(book->ledger), id, instant_day(book->session.now));
	return class ? class : "";
}

static int64_t count(struct test_book *book, const char *measure, int month)
{
	char from[DAY_TEXT], to[DAY_TEXT];

	return test_figure(book, measure, "unit:U",
		day_text(month_first_day(2025 * 12 + month), from),
		day_text(month_last_day(2025 * 12 + month), to));
}

static void up_at_once_and_down_after_three(void **state)
{
	static const struct {
		int amount;
		const char *class;
	} months[] = { { 2000000, "silver" }, { 30000000, "diamond" }, { 1000000, "diamond" },
		/* From here the mean of three months is below ten thousand yuan … */
		{ 100, "diamond" }, { 100, "diamond" }, { 100, "diamond" }, { 100, "bronze" },
		{ 100, "bronze" } };
	struct test_book book;

	(void)state;
	open_book(&book);
	/* Mean of known months: 200万, (200+3000)/2, (200+3000+100)/3 = 1100万 分, 1033万, 33万 …
	 */
	for (int i = 0; i < (int)COUNT_OF(months); i++) {
		go_to(&book, i + 1, 5);
		post(&book, 1, i, months[i].amount, -1);
		close_month(&book, i);
		assert_string_equal(class_of(&book, 1), months[i].class);
	}
	assert_int_equal(count(&book, "tier.up", 1), 1);
	assert_int_equal(count(&book, "tier.down", 6), 1);
	assert_int_equal(count(&book, "tier.diamond", 5), 1);
	assert_int_equal(count(&book, "tier.diamond", 6), 0);
	assert_int_equal(count(&book, "tier.bronze", 7), 1);
	assert_int_equal(count(&book, "tier.silver", 0), 1);
	test_book_holds(&book);
	test_book_close(&book);
}

static void users_alone_can_make_a_tier(void **state)
{
	struct test_book book;

	(void)state;
	open_book(&book);
	go_to(&book, 1, 5);
	post(&book, 0, 0, 1, 2000);
	post(&book, 1, 0, 1, 1999);
	post(&book, 2, 0, 499999, 99);
	post(&book, 3, 0, 500000, 0);
	close_month(&book, 0);
	assert_string_equal(class_of(&book, 0), "diamond");
	assert_string_equal(class_of(&book, 1), "gold");
	assert_string_equal(class_of(&book, 2), "bronze");
	assert_string_equal(class_of(&book, 3), "silver");
	assert_string_equal(class_of(&book, 4), "");
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_restatement_acts_at_the_next_close(void **state)
{
	struct test_book book;

	(void)state;
	open_book(&book);
	go_to(&book, 1, 5);
	post(&book, 1, 0, 600000, -1);
	close_month(&book, 0);
	post(&book, 1, 0, 20000000, -1);
	assert_string_equal(class_of(&book, 1), "silver");
	go_to(&book, 2, 5);
	post(&book, 1, 1, 600000, -1);
	close_month(&book, 1);
	assert_string_equal(class_of(&book, 1), "diamond");
	assert_int_equal(count(&book, "tier.silver", 0), 1);
	test_book_holds(&book);
	test_book_close(&book);
}

static void months_are_closed_in_order_with_figures(void **state)
{
	struct test_book book;

	(void)state;
	open_book(&book);
	go_to(&book, 2, 1);
	test_refused(&book, "refused.tier_no_figures",
		"{\"kind\":\"tier.closed\",\"body\":{\"month\":\"2025-02\"}}");
	post(&book, 1, 1, 1, -1);
	test_refused(&book, "refused.tier_month_open",
		"{\"kind\":\"tier.closed\",\"body\":{\"month\":\"2025-03\"}}");
	close_month(&book, 1);
	test_refused(&book, "refused.tier_closed",
		"{\"kind\":\"tier.closed\",\"body\":{\"month\":\"2025-02\"}}");
	test_refused(&book, "refused.tier_closed",
		"{\"kind\":\"tier.closed\",\"body\":{\"month\":\"2025-01\"}}");
	test_book_close(&book);
}

static void the_tenth_closes_the_month_before_once_it_has_figures(void **state)
{
	struct test_book book;

	(void)state;
	open_book(&book);
	test_tick(&book);
	go_to(&book, 1, 5);
	post(&book, 1, 0, 600000, -1);
	go_to(&book, 1, 9);
	test_tick(&book);
	assert_string_equal(class_of(&book, 1), "");
	go_to(&book, 1, 10);
	test_tick(&book);
	assert_string_equal(class_of(&book, 1), "silver");
	/* February's figures come on the fifteenth of March: the sixteenth closes it. */
	go_to(&book, 2, 15);
	test_tick(&book);
	post(&book, 1, 1, 20000000, -1);
	assert_string_equal(class_of(&book, 1), "silver");
	go_to(&book, 2, 16);
	test_tick(&book);
	assert_string_equal(class_of(&book, 1), "diamond");
	test_book_holds(&book);
	test_book_close(&book);
}

static void an_override_holds_until_it_ends(void **state)
{
	struct test_book book;
	char override[ID_TEXT];

	(void)state;
	open_book(&book);
	test_tick(&book);
	go_to(&book, 1, 5);
	post(&book, 1, 0, 600000, -1);
	close_month(&book, 0);
	test_refused(&book, "refused.tier_until",
		"{\"kind\":\"tier.override\",\"body\":{\"customer\":\"C1\",\"tier\":\"gold\","
		"\"until\":\"2025-02-04\",\"reason\":\"x\"}}");
	text_copy(override, sizeof(override),
		test_put(&book,
			"{\"kind\":\"tier.override\",\"body\":{\"customer\":\"C1\","
			"\"tier\":\"diamond\",\"until\":\"2025-03-31\",\"reason\":\"x\"}}"));
	assert_string_equal(class_of(&book, 1), "diamond");
	assert_int_equal(count(&book, "tier.diamond", 1), 1);
	assert_int_equal(count(&book, "tier.silver", 1), 0);
	assert_int_equal(count(&book, "tier.silver", 0), 1);
	test_correct(&book, override,
		"{\"customer\":\"C1\",\"tier\":\"gold\",\"until\":\"2025-03-31\",\"reason\":"
		"\"x\"}");
	assert_string_equal(class_of(&book, 1), "gold");
	go_to(&book, 3, 1);
	test_tick(&book);
	assert_string_equal(class_of(&book, 1), "silver");
	assert_int_equal(count(&book, "tier.gold", 2), 1);
	test_withdraw(&book, override);
	assert_int_equal(count(&book, "tier.gold", 2), 0);
	test_book_holds(&book);
	test_book_close(&book);
}

static void a_merged_customer_counts_with_its_survivor(void **state)
{
	struct test_book book;

	(void)state;
	open_book(&book);
	go_to(&book, 1, 5);
	post(&book, 1, 0, 300000, 60);
	post(&book, 2, 0, 300000, 60);
	close_month(&book, 0);
	assert_string_equal(class_of(&book, 1), "bronze");
	test_put(&book,
		"{\"kind\":\"customer.merged\",\"body\":{\"customer\":\"C2\",\"into\":\"C1\","
		"\"reason\":\"同一家\"}}");
	go_to(&book, 2, 5);
	post(&book, 1, 1, 600000, -1);
	close_month(&book, 1);
	assert_string_equal(class_of(&book, 1), "silver");
	assert_string_equal(class_of(&book, 2), "");
	assert_int_equal(count(&book, "tier.bronze", 0), 2);
	assert_int_equal(count(&book, "tier.bronze", 1), 0);
	assert_int_equal(count(&book, "tier.category.business", 1), CUSTOMERS / 2 - 1);
	test_book_holds(&book);
	test_book_close(&book);
}

static int64_t dimensions(struct test_book *book, int month)
{
	return count(book, "tier.mobile", month) + count(book, "tier.fixed", month) +
	       count(book, "tier.industry", month) + count(book, "tier.mixed", month) +
	       count(book, "tier.idle", month);
}

static void business_follows_from_products_in_use(void **state)
{
	struct test_book book;
	char product[ID_TEXT];

	(void)state;
	open_book(&book);
	assert_int_equal(count(&book, "tier.idle", 0), CUSTOMERS);
	test_put(&book,
		"{\"kind\":\"customer.product\",\"body\":{\"customer\":\"C1\",\"product\":\"P\","
		"\"line\":\"mobile\",\"from\":\"2025-01-01\"}}");
	assert_int_equal(count(&book, "tier.mobile", 0), 1);
	text_copy(product, sizeof(product),
		test_put(&book, "{\"kind\":\"customer.product\",\"body\":{\"customer\":\"C1\","
				"\"product\":\"Q\",\"line\":\"fixed\",\"from\":\"2025-01-01\","
				"\"until\":\"2025-02-15\"}}"));
	assert_int_equal(count(&book, "tier.mixed", 0), 1);
	assert_int_equal(count(&book, "tier.mixed", 1), 0);
	assert_int_equal(count(&book, "tier.mobile", 1), 1);
	test_withdraw(&book, product);
	assert_int_equal(count(&book, "tier.mobile", 0), 1);
	go_to(&book, 2, 1);
	test_put(&book, "{\"kind\":\"customer.product.ended\",\"body\":{\"customer\":\"C1\","
			"\"product\":\"P\",\"day\":\"2025-02-01\"}}");
	assert_int_equal(count(&book, "tier.idle", 1), CUSTOMERS);
	assert_int_equal(dimensions(&book, 0), CUSTOMERS);
	assert_int_equal(dimensions(&book, 1), CUSTOMERS);
	test_book_holds(&book);
	test_book_close(&book);
}

/* ------------------------------------------------------------------ why */

static bool note_reason(void *context, const struct reason *reason)
{
	char *said = context;

	snprintf(said + strlen(said), 512 - strlen(said), "%s", reason->message);
	for (int i = 0; i < REASON_SLOTS && reason->slots[i].name; i++) {
		const struct slot *slot = &reason->slots[i];
		if (text_equal(slot->name, "value") || text_equal(slot->name, "threshold") ||
			text_equal(slot->name, "closes"))
			snprintf(said + strlen(said), 512 - strlen(said), " %d", (int)slot->number);
		if (text_equal(slot->name, "tier") || text_equal(slot->name, "business"))
			snprintf(said + strlen(said), 512 - strlen(said), " %s", slot->text);
	}
	snprintf(said + strlen(said), 512 - strlen(said), "\n");
	return true;
}

static void a_tier_says_why(void **state)
{
	struct test_book book;
	struct error error = { 0 };
	char said[512] = "";

	(void)state;
	open_book(&book);
	for (int i = 0; i < 3; i++) {
		go_to(&book, i + 1, 5);
		post(&book, 1, i, i ? 100 : 12400000, -1);
		close_month(&book, i);
	}
	assert_int_equal(ledger_explain(book.ledger, &tier_module, "customer:C1",
				 instant_day(book.session.now), note_reason, said, &error),
		OK);
	assert_string_equal(said, "tier.reason.revenue choice.tier.diamond 12400000 10000000\n"
				  "tier.reason.protected 2\n"
				  "tier.reason.business tier.business.idle\n"
				  "tier.reason.category\n");
	test_book_close(&book);
}

/* ------------------------------------------------------------------ random histories */

struct model {
	int64_t amounts[CUSTOMERS][24];
	int users[CUSTOMERS][24];
	int tier[CUSTOMERS], below[CUSTOMERS]; /* tier −1: none yet; 0 diamond … 3 bronze */
};

static int raw_tier(const struct model *model, int customer, int month, bool *known)
{
	static const int64_t least[] = { 10000000, 3000000, 500000 };
	static const int heads[] = { 2000, 500, 100 };
	int64_t sum = 0;
	int months = 0, users = -1;

	for (int i = month - 2; i <= month; i++) {
		if (i < 0)
			continue;
		if (model->amounts[customer][i] != FIGURE_NONE) {
			sum += model->amounts[customer][i];
			months++;
		}
		users = model->users[customer][i] >= 0 ? model->users[customer][i] : users;
	}
	*known = months > 0 || users >= 0;
	for (int tier = 0; tier < 3; tier++) {
		if ((months && sum >= least[tier] * months) || users >= heads[tier])
			return tier;
	}
	*known = months > 0;
	return 3;
}

static void model_close(struct model *model, int month)
{
	for (int i = 0; i < CUSTOMERS; i++) {
		bool known;
		int raw = raw_tier(model, i, month, &known);
		if (model->tier[i] < 0) {
			model->tier[i] = known ? raw : -1;
			continue;
		}
		model->below[i] = raw > model->tier[i] ? model->below[i] + 1 : 0;
		if (raw < model->tier[i] || model->below[i] >= 3) {
			model->tier[i] = raw;
			model->below[i] = 0;
		}
	}
}

/* Something is posted, now and then of an earlier month; then what was posted may be taken back. */
static void random_postings(struct test_book *book, struct model *model, int month)
{
	static const int scale[] = { 100000, 600000, 4000000, 15000000 };

	for (int i = 0; i < CUSTOMERS * 2; i++) {
		int customer = (int)(test_chance(book) % CUSTOMERS);
		int of = month - (int)(test_chance(book) % 4 == 0);
		int users = test_chance(book) % 4 ? -1 : (int)(test_chance(book) % 2500);
		int64_t amount = scale[test_chance(book) % 4];
		if (of < 0)
			continue;
		post(book, customer, of, amount, users);
		model->amounts[customer][of] = amount;
		if (users >= 0)
			model->users[customer][of] = users;
	}
	int64_t kept = model->amounts[0][month];
	char id[ID_TEXT];
	text_copy(id, sizeof(id),
		test_put(book,
			"{\"kind\":\"revenue.posted\",\"body\":{\"basis\":\"month\",\"rows\":["
			"{\"customer\":\"C0\",\"month\":\"%s\",\"amount\":77},"
			"{\"customer\":\"C1\",\"month\":\"%s\",\"amount\":700000}]}}",
			month_name(month), month_name(month)));
	test_put(book,
		"{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":\"%s\",\"row\":0,"
		"\"reason\":\"x\"}}",
		id);
	model->amounts[0][month] = kept;
	model->amounts[1][month] = 700000;
}

static void random_histories_come_out_as_the_model_says(void **state)
{
	struct model *model = calloc(1, sizeof(*model));
	struct test_book book;

	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		for (int i = 0; i < CUSTOMERS * 24; i++) {
			model->amounts[i / 24][i % 24] = FIGURE_NONE;
			model->users[i / 24][i % 24] = -1;
			model->tier[i / 24] = -1;
			model->below[i / 24] = 0;
		}
		open_book(&book);
		book.chance = seed * 104729;
		for (int month = 0; month < 14; month++) {
			go_to(&book, month + 1, 5);
			random_postings(&book, model, month);
			close_month(&book, month);
			model_close(model, month);
			for (int i = 0; i < CUSTOMERS; i++)
				assert_string_equal(class_of(&book, i),
					model->tier[i] < 0
						? ""
						: ((const char *const[]){ "diamond", "gold",
							  "silver", "bronze" })[model->tier[i]]);
			int64_t rated = 0, expected = 0;
			rated += count(&book, "tier.diamond", month) +
				 count(&book, "tier.gold", month);
			rated += count(&book, "tier.silver", month) +
				 count(&book, "tier.bronze", month);
			for (int i = 0; i < CUSTOMERS; i++)
				expected += model->tier[i] >= 0;
			assert_int_equal(rated, expected);
		}
		test_book_holds(&book);
		test_book_close(&book);
	}
	free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(up_at_once_and_down_after_three),
		cmocka_unit_test(users_alone_can_make_a_tier),
		cmocka_unit_test(a_restatement_acts_at_the_next_close),
		cmocka_unit_test(months_are_closed_in_order_with_figures),
		cmocka_unit_test(the_tenth_closes_the_month_before_once_it_has_figures),
		cmocka_unit_test(an_override_holds_until_it_ends),
		cmocka_unit_test(a_merged_customer_counts_with_its_survivor),
		cmocka_unit_test(business_follows_from_products_in_use),
		cmocka_unit_test(a_tier_says_why),
		cmocka_unit_test(random_histories_come_out_as_the_model_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

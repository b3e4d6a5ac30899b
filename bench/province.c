#include "province.h"

#include "app/demo_names.h"

#include "derive/pack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FOUNDED = 2016, LINES = 20, TABLE_ROWS = 5000, KIND_TEXT = 32, BODY_TEXT = 2048 };

static const char *const seen[] = { "机房已扩容，新楼二月启用；专线带宽白天用满，客户问能否错峰。",
	"信息科换了负责人，约定下月再谈续约；现用两条专线运行正常。",
	"财务对上月账单有一笔不清楚，当场核对，是流量包重复订购，已退。",
	"客户在看云桌面方案，预算要等下半年；先送一份同行的做法。",
	"分厂搬迁推迟到明年，临时线路继续用；行政希望每季度来一次。" };
static const char *const promised[] = { "送扩容方案", "问清装机日期后答复", "补一份对账单",
	"请技术支撑一同上门" };

static int below(struct province *province, int limit)
{
	return (int)(bench_chance(&province->chance) % (uint64_t)limit);
}

static bool of_thousand(struct province *province, int number)
{
	return below(province, 1000) < number;
}

int province_customers(const struct province *province)
{
	return province->managers * OWN_CUSTOMERS;
}

const char *province_unit(char text[16], char letter, int number)
{
	snprintf(text, 16, "%c%03d", letter, number);
	return text;
}

/* ------------------------------------------------------------------ one entry */

static void new_id(struct province *province, struct bench_book *book, char id[ID_TEXT])
{
	uint8_t random[ID_CHANCE];

	for (int i = 0; i < ID_CHANCE; i++)
		random[i] = (uint8_t)bench_chance(&province->chance);
	id_text(id_make(book->session.now, random), id);
}

/* Written by a manager, or by the office where that is −1. */
static void put(struct province *province, struct bench_book *book, int manager, const char *id,
	const char *kind, const char *format, ...) __attribute__((format(printf, 6, 7)));

static void put(struct province *province, struct bench_book *book, int manager, const char *id,
	const char *kind, const char *format, ...)
{
	char made[ID_TEXT], staff[16] = "", body[BODY_TEXT];
	va_list arguments;

	if (!id) {
		new_id(province, book, made);
		id = made;
	}
	if (manager >= 0)
		snprintf(staff, sizeof(staff), "m%d", manager);
	va_start(arguments, format);
	int length = vsnprintf(body, sizeof(body), format, arguments);
	va_end(arguments);
	must(length > 0 && length < BODY_TEXT);
	book->session.staff = staff;
	book->session.login = *staff ? staff : "office";
	bench_put(book, "{\"id\":\"%s\",\"kind\":\"%s\",\"body\":{%s}}", id, kind, body);
	book->session.staff = "";
}

/* ------------------------------------------------------------------ a manager's work */

static void visit(struct province *province, struct bench_book *book, int number)
{
	static const char *const ways[] = { "visit", "visit", "visit", "phone", "online" };
	struct province_customer *customer = &province->customers[number];
	char id[ID_TEXT], promise[200] = "", due[DAY_TEXT];

	customer->plan_day = 0;
	new_id(province, book, id);
	if (!customer->promise_day && of_thousand(province, 250)) {
		int until = province->day + 3 + below(province, 11);
		customer->promise_day = of_thousand(province, 80)
						? until + 1 + below(province, 5)
						: province->day + 1 + below(province, 3);
		memcpy(customer->promise, id, ID_TEXT);
		snprintf(promise, sizeof(promise), ",\"promise\":\"%s\",\"promise_due\":\"%s\"",
			promised[below(province, COUNT_OF(promised))], day_text(until, due));
	} else {
		memcpy(customer->visit, id, ID_TEXT);
	}
	put(province, book, customer->manager, id, "visit.made",
		"\"customer\":\"C%06d\",\"way\":\"%s\",\"with\":\"联系人%d\",\"observation\":\"%"
		"s第%d次。"
		"\"%s",
		number, ways[below(province, COUNT_OF(ways))], number % 3,
		seen[below(province, COUNT_OF(seen))], province->done, promise);
}

static void plan(struct province *province, struct bench_book *book, int number)
{
	struct province_customer *customer = &province->customers[number];
	char day[DAY_TEXT];

	customer->plan_day = province->day + 1 + below(province, 6);
	put(province, book, customer->manager, NULL, "visit.planned",
		"\"customer\":\"C%06d\",\"day\":\"%s\",\"purpose\":\"谈续约和扩容\"", number,
		day_text(customer->plan_day + 3, day));
}

static void need(struct province *province, struct bench_book *book, int number)
{
	struct province_customer *customer = &province->customers[number];

	new_id(province, book, customer->need);
	customer->need_owner = customer->manager;
	customer->need_day =
		province->day + 1 + below(province, of_thousand(province, 900) ? 4 : 9);
	put(province, book, customer->manager, customer->need, "visit.need",
		"\"customer\":\"C%06d\",\"product\":\"数固专线\",\"need\":\"启用前扩到1000M\"",
		number);
}

static void contact(struct province *province, struct bench_book *book, int number)
{
	put(province, book, province->customers[number].manager, NULL, "customer.person",
		"\"customer\":\"C%06d\",\"person\":\"P%d\",\"name\":\"许知远\",\"phone\":\"1990000%"
		"04d\","
		"\"post\":\"信息科主任\",\"role\":\"decider\",\"consent\":true",
		number, below(province, 4), below(province, 10000));
}

static void contract(struct province *province, struct bench_book *book, int number, int index)
{
	static const char *const lines[CONTRACTS] = { "fixed", "mobile", "industry" };
	struct province_customer *customer = &province->customers[number];
	char until[DAY_TEXT];

	customer->until[index] = province->day + 365 + below(province, 730);
	put(province, book, customer->manager, NULL, "customer.product",
		"\"customer\":\"C%06d\",\"product\":\"L%d\",\"line\":\"%s\",\"contract\":\"QY-%d-%"
		"d\","
		"\"until\":\"%s\",\"monthly\":%d",
		number, index, lines[index], province->day, number,
		day_text(customer->until[index], until), 10000 + below(province, 800000));
}

void province_customer_name(int number, char name[PROVINCE_NAME])
{
	static const char *const cities[] = { "澜州", "砚城", "望溪", "松浦", "云岫", "霁川",
		"长沙", "厦门", "重阳", "乐清", "台山", "六合", "银川", "南浦", "青州", "石泉",
		"临江", "安平", "和县", "广陵" };
	char section[2];

	demo_firm(number, cities[number / 37 % (int)COUNT_OF(cities)], number % 11 == 0, name,
		section);
}

static void archive(struct province *province, struct bench_book *book, int number)
{
	const struct province_customer *customer = &province->customers[number];
	char unit[16], name[PROVINCE_NAME];

	province_customer_name(number, name);
	put(province, book, customer->manager, NULL, "customer",
		"\"code\":\"C%06d\",\"name\":\"%s\",\"category\":\"%s\","
		"\"section\":\"%c\","
		"\"unit\":\"%s\",\"address\":\"望溪市澄湖路%d号\"",
		number, name, number % 4 ? "business" : "industry", 'A' + number % 20,
		province_unit(unit, 'T', customer->manager / TEAM), below(province, 400));
}

/* Of a visit that promised nothing: it is written again, or taken back. */
static void put_right(struct province *province, struct bench_book *book, int number)
{
	struct province_customer *customer = &province->customers[number];

	if (of_thousand(province, 700))
		put(province, book, -1, NULL, "entry.corrected",
			"\"entry\":\"%s\",\"body\":{\"customer\":\"C%06d\",\"observation\":\"%s\"},"
			"\"reason\":\"记错了\"",
			customer->visit, number, seen[below(province, COUNT_OF(seen))]);
	else
		put(province, book, -1, NULL, "entry.withdrawn",
			"\"entry\":\"%s\",\"reason\":\"记在了别家名下\"", customer->visit);
	customer->visit[0] = '\0';
}

/* What falls to a customer's manager today, if anything does. */
static bool due(struct province *province, struct bench_book *book, int number)
{
	struct province_customer *customer = &province->customers[number];
	char month[MONTH_TEXT];

	if (customer->promise_day && customer->promise_day <= province->day) {
		put(province, book, customer->manager, NULL, "visit.kept",
			"\"customer\":\"C%06d\",\"promise\":\"%s\",\"result\":\"已办好，客户确认\"",
			number, customer->promise);
		customer->promise_day = 0;
	} else if (customer->need_day && customer->need_day <= province->day) {
		put(province, book, customer->need_owner, NULL, "visit.answered",
			"\"need\":\"%s\",\"answer\":\"可以，下月一日前开通\"", customer->need);
		customer->need_day = 0;
	} else if (customer->plan_day && customer->plan_day <= province->day) {
		visit(province, book, number);
	} else if (customer->explain_day && customer->explain_day <= province->day) {
		put(province, book, customer->manager, NULL, "revenue.explained",
			"\"customer\":\"C%06d\",\"month\":\"%s\",\"reason\":"
			"\"一次性开具上半年平台服务费\"",
			number, month_text(customer->explain_month, month));
		customer->explain_day = 0;
	} else {
		for (int i = 0; i < CONTRACTS; i++) {
			if (customer->until[i] - 20 > province->day)
				continue;
			contract(province, book, number, i);
			return true;
		}
		return false;
	}
	return true;
}

/* The first of a manager's customers is met twice as often as the second, and so on. */
static int chosen(struct province *province, int manager)
{
	static const double sum = 3.816; /* of 1/1 … 1/25 */
	double rest = (double)below(province, 1000000) / 1e6 * sum;
	int rank = 0;

	while (rank < OWN_CUSTOMERS - 1 && (rest -= 1.0 / (rank + 1)) > 0)
		rank++;
	return province->own[manager * OWN_CUSTOMERS + rank];
}

static void act(struct province *province, struct bench_book *book)
{
	int manager = province->done % province->managers, dice = below(province, 1000);

	for (int rank = 0; rank < OWN_CUSTOMERS; rank++) {
		if (due(province, book, province->own[manager * OWN_CUSTOMERS + rank]))
			return;
	}
	int number = chosen(province, manager);
	const struct province_customer *customer = &province->customers[number];
	if (dice < 150 && !customer->plan_day)
		plan(province, book, number);
	else if (dice < 250 && !customer->need_day)
		need(province, book, number);
	else if (dice < 310)
		contact(province, book, number);
	else if (dice < 320)
		archive(province, book, number);
	else if (dice < 330 && *customer->visit)
		put_right(province, book, number);
	else
		visit(province, book, number);
}

/* ------------------------------------------------------------------ the office */

/* The month before, of every customer: a few are out of the ordinary, and will be explained. */
static void revenue(struct province *province, struct bench_book *book)
{
	static const int tiers[] = { 15000000, 4000000, 4000000, 4000000, 900000, 900000, 900000,
		900000, 900000, 900000, 900000, 250000 };
	int month = day_month(province->day) - 1, count = province_customers(province);
	char text[MONTH_TEXT];
	struct buffer body;

	buffer_init(&body, 1 << 20);
	month_text(month, text);
	for (int i = 0; i < count; i++) {
		struct province_customer *customer = &province->customers[i];
		int rank = customer->rank < 11 ? customer->rank : 11;
		int64_t amount = (int64_t)tiers[rank] * (950 + below(province, 100)) / 1000;
		if (of_thousand(province, 3)) {
			amount = amount * 2 / 5;
			customer->explain_month = month;
			customer->explain_day = province->day + 1 + below(province, 4);
		}
		if (i % TABLE_ROWS == 0)
			buffer_print(&body,
				"{\"kind\":\"revenue.posted\",\"body\":{\"basis\":\"month\","
				"\"source\":\"出账汇总\",\"columns\":[\"customer\",\"month\","
				"\"amount\","
				"\"users\"],\"rows\":[");
		buffer_print(&body, "%s[\"C%06d\",\"%s\",%" PRId64 ",%d]",
			i % TABLE_ROWS ? "," : "", i, text, amount, 20 + i % 500);
		if ((i + 1) % TABLE_ROWS && i + 1 < count)
			continue;
		buffer_text(&body, "]}}");
		bench_append(book, body.bytes, body.length);
		buffer_clear(&body);
	}
	buffer_release(&body);
}

/* A day's invoices. */
static void invoices(struct province *province, struct bench_book *book)
{
	char day[DAY_TEXT];
	struct buffer body;

	buffer_init(&body, 1 << 16);
	day_text(province->day, day);
	buffer_text(&body, "{\"kind\":\"revenue.posted\",\"body\":{\"basis\":\"line\","
			   "\"source\":\"行业应用开票\",\"rows\":[");
	for (int i = 0; i < LINES; i++)
		buffer_print(&body,
			"%s{\"customer\":\"C%06d\",\"day\":\"%s\",\"amount\":%d,\"reference\":"
			"\"FP-%d-%02d\"}",
			i ? "," : "", below(province, province_customers(province)), day,
			100000 + below(province, 900000), province->day, i);
	buffer_text(&body, "]}}");
	bench_append(book, body.bytes, body.length);
	buffer_release(&body);
}

/* The best customer of each manager stands on the province's list, made anew each year. */
static void list(struct province *province, struct bench_book *book)
{
	int year = civil_from_day(province->day).year;
	struct buffer body;

	buffer_init(&body, 1 << 20);
	buffer_print(&body,
		"{\"kind\":\"roster.listed\",\"body\":{\"list\":\"province.major\",\"name\":"
		"\"%d年省级大客户名单\",\"level\":\"province\",\"grade\":\"major\",\"version\":%d,"
		"\"effective\":\"%d-01-01\",\"columns\":[\"customer\"],\"rows\":[",
		year, year - FOUNDED + 1, year);
	for (int i = 0; i < province->managers && i < TABLE_ROWS; i++)
		buffer_print(&body, "%s[\"C%06d\"]", i ? "," : "",
			province->own[(int64_t)i * OWN_CUSTOMERS]);
	buffer_text(&body, "]}}");
	bench_append(book, body.bytes, body.length);
	buffer_release(&body);
}

static void hand_over(struct province *province, struct bench_book *book, int number, int to)
{
	struct province_customer *customer = &province->customers[number];
	char day[DAY_TEXT];

	customer->manager = to;
	customer->visit[0] = '\0';
	province->own[to * OWN_CUSTOMERS + customer->rank] = number;
	put(province, book, -1, NULL, "roster.handed_over",
		"\"customer\":\"C%06d\",\"to\":\"m%d\",\"day\":\"%s\",\"contacts\":true,"
		"\"promises\":true,\"contracts\":true",
		number, to, day_text(province->day, day));
}

/* Two managers exchange customers of the same rank: each in about five years. */
static void exchange(struct province *province, struct bench_book *book)
{
	int one = below(province, province->managers), other = below(province, province->managers);
	int rank = below(province, OWN_CUSTOMERS);
	int first = province->own[one * OWN_CUSTOMERS + rank];
	int second = province->own[other * OWN_CUSTOMERS + rank];

	if (one == other)
		return;
	hand_over(province, book, first, other);
	hand_over(province, book, second, one);
}

static void office(struct province *province, struct bench_book *book)
{
	struct civil today = civil_from_day(province->day);

	if (today.month == 1 && today.day == 1)
		list(province, book);
	if (today.day == 6)
		revenue(province, book);
	if (!province->work)
		return;
	invoices(province, book);
	for (int i = 0; i < province->managers / 100 + 1; i++)
		exchange(province, book);
}

/* ------------------------------------------------------------------ days */

static int64_t now_ns(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void next_day(
	struct province *province, struct bench_book *book, struct midnights *midnights)
{
	struct error error = { 0 };
	int appended;

	province->day++;
	province->done = 0;
	province->work = calendar_is_workday(ledger_calendar(book->ledger), province->day)
				 ? province->managers * DAILY
				 : 0;
	book->session.now = day_start(province->day) + MINUTE_MS;
	int64_t took = -now_ns();
	bench_begin(book);
	ledger_tick(book->ledger, &book->session, &appended, &error);
	bench_must(&error);
	bench_commit(book);
	took += now_ns();
	midnights->count++;
	midnights->total_ns += took;
	if (took > midnights->longest_ns)
		midnights->longest_ns = took;
	book->session.now = day_start(province->day) + 8 * HOUR_MS;
	bench_begin(book);
	office(province, book);
	bench_commit(book);
}

void province_work(struct province *province, struct bench_book *book, int64_t entries, int batch,
	struct midnights *midnights)
{
	uint8_t head[DIGEST_BYTES];
	int64_t had = ledger_head(book->ledger, head);

	*midnights = (struct midnights){ 0 };
	while (had < entries) {
		if (province->done == province->work) {
			next_day(province, book, midnights);
			had = ledger_head(book->ledger, head);
			continue;
		}
		bench_begin(book);
		for (int i = 0; i < batch && had < entries && province->done < province->work;
			i++, had++, province->done++) {
			book->session.now = day_start(province->day) + 9 * HOUR_MS +
					    8 * HOUR_MS / province->work * province->done;
			act(province, book);
		}
		bench_commit(book);
	}
}

/* ------------------------------------------------------------------ founding */

static void organise(struct province *province, struct bench_book *book)
{
	int teams = (province->managers + TEAM - 1) / TEAM, cities = (teams + TEAMS - 1) / TEAMS;
	char unit[16], parent[16];

	put(province, book, -1, NULL, "org.unit",
		"\"unit\":\"P000\",\"name\":\"清屿省公司\",\"level\":\"province\"");
	for (int i = 0; i < cities; i++)
		put(province, book, -1, NULL, "org.unit",
			"\"unit\":\"%s\",\"name\":\"第%d市公司\",\"level\":\"city\",\"parent\":"
			"\"P000\"",
			province_unit(unit, 'U', i), i);
	for (int i = 0; i < teams; i++)
		put(province, book, -1, NULL, "org.unit",
			"\"unit\":\"%s\",\"name\":\"第%d组\",\"level\":\"team\",\"parent\":\"%s\"",
			province_unit(unit, 'T', i), i, province_unit(parent, 'U', i / TEAMS));
	for (int i = 0; i < province->managers; i++) {
		put(province, book, -1, NULL, "org.staff", "\"staff\":\"m%d\",\"name\":\"经理%d\"",
			i, i);
		put(province, book, -1, NULL, "org.post",
			"\"staff\":\"m%d\",\"unit\":\"%s\",\"role\":\"manager\",\"from\":\"%d-01-"
			"01\"",
			i, province_unit(unit, 'T', i / TEAM), FOUNDED - 1);
	}
}

static void customer_found(struct province *province, struct bench_book *book, int number)
{
	struct province_customer *customer = &province->customers[number];

	*customer = (struct province_customer){ .manager = number / OWN_CUSTOMERS,
		.rank = number % OWN_CUSTOMERS };
	province->own[number] = number;
	archive(province, book, number);
	put(province, book, -1, NULL, "roster.assigned",
		"\"customer\":\"C%06d\",\"staff\":\"m%d\",\"role\":\"principal\",\"from\":\"%d-01-"
		"01\"",
		number, customer->manager, FOUNDED);
	for (int i = 0; i < CONTRACTS; i++)
		contract(province, book, number, i);
}

static void arrays_make(struct province *province)
{
	size_t count = (size_t)province_customers(province);

	province->customers = calloc(count, sizeof(*province->customers));
	province->own = calloc(count, sizeof(*province->own));
	must(province->customers && province->own);
}

void province_found(struct province *province, struct bench_book *book, int managers)
{
	struct error error = { 0 };
	int issued;

	*province = (struct province){ .chance = 7, .managers = managers };
	province->day = day_from_civil((struct civil){ FOUNDED, 1, 1 });
	arrays_make(province);
	book->session.now = day_start(province->day) + 9 * HOUR_MS;
	pack_issue(book->ledger, &book->session, "telecom", &issued, &error);
	bench_must(&error);
	bench_begin(book);
	organise(province, book);
	bench_commit(book);
	for (int i = 0; i < province_customers(province); i++) {
		if (i % 200 == 0)
			bench_begin(book);
		customer_found(province, book, i);
		if (i % 200 == 199 || i + 1 == province_customers(province))
			bench_commit(book);
	}
	bench_begin(book);
	list(province, book);
	bench_commit(book);
}

/* ------------------------------------------------------------------ keeping */

void province_save(const struct province *province, const char *path)
{
	size_t count = (size_t)province_customers(province);
	FILE *file = fopen(path, "wb");

	must(file && fwrite(province, sizeof(*province), 1, file) == 1);
	must(fwrite(province->customers, sizeof(*province->customers), count, file) == count);
	must(fwrite(province->own, sizeof(*province->own), count, file) == count);
	must(fclose(file) == 0);
}

bool province_load(struct province *province, const char *path)
{
	FILE *file = fopen(path, "rb");

	if (!file)
		return false;
	must(fread(province, sizeof(*province), 1, file) == 1);
	arrays_make(province);
	size_t count = (size_t)province_customers(province);
	must(fread(province->customers, sizeof(*province->customers), count, file) == count);
	must(fread(province->own, sizeof(*province->own), count, file) == count);
	fclose(file);
	return true;
}

void province_release(struct province *province)
{
	free(province->customers);
	free(province->own);
}

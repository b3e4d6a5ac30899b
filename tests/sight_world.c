#include "sight_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const struct module *const modules[];

const char *const world_units[UNITS] = { "U0", "U1", "U2", "U11", "U21", "X0" };
static const int parents[UNITS] = { NOBODY, 0, 0, 1, 2, NOBODY };
const char *const world_people[PEOPLE] = { "boss", "desk", "lead1", "desk2", "man11", "man11b",
	"man21", "help1", "xlead", "xman" };
static const int posts[PEOPLE] = { 0, 0, 1, 2, 3, 3, 4, 1, 5, 5 };
static const char *const roles[PEOPLE] = { "leader", "office", "leader", "office", "manager",
	"manager", "manager", "support", "leader", "manager" };

const char *world_customer(int customer)
{
	static char text[8][8];
	static int next;

	next = (next + 1) % 8;
	snprintf(text[next], sizeof(text[next]), "LO%02d", customer);
	return text[next];
}

unsigned world_named_in(const char *text)
{
	unsigned mask = 0;

	for (int i = 0; i < CUSTOMERS; i++) {
		if (strstr(text, world_customer(i)))
			mask |= 1u << i;
	}
	return mask;
}

/* ------------------------------------------------------------------ the rule */

static int parent_of(const struct world *world, int unit)
{
	return unit == 5 && !world->two_roots ? 0 : parents[unit];
}

static bool leads(int person)
{
	return strcmp(roles[person], "leader") == 0 || strcmp(roles[person], "office") == 0;
}

bool rule_unit_led(const struct world *world, int person, int unit)
{
	if (!leads(person))
		return false;
	for (; unit != NOBODY; unit = parent_of(world, unit)) {
		if (unit == posts[person])
			return true;
	}
	return false;
}

bool rule_unit_line(const struct world *world, int person, int unit)
{
	for (int own = posts[person]; own != NOBODY; own = parent_of(world, own)) {
		if (own == unit)
			return true;
	}
	return false;
}

bool rule_whole(const struct world *world, int person)
{
	return leads(person) && posts[person] == 0 && !world->two_roots;
}

static int survivor(const struct world *world, int customer)
{
	while (world->merged[customer] != NOBODY)
		customer = world->merged[customer];
	return customer;
}

static bool manages(const struct world *world, int person, int customer)
{
	int manager = world->manager[customer];

	return manager != NOBODY && (manager == person || world->stands_for[person] == manager);
}

bool rule_looks_after(const struct world *world, int person, int customer)
{
	for (int now = customer;; now = world->merged[now]) {
		bool end = now == customer || world->merged[now] == NOBODY;
		if (end && (manages(world, person, now) || world->deputy[now] == person))
			return true;
		if (world->merged[now] == NOBODY)
			return false;
	}
}

bool rule_customer(const struct world *world, int person, int customer)
{
	int unit = world->unit_of[survivor(world, customer)];

	return rule_looks_after(world, person, customer) ||
	       rule_unit_led(world, person, unit == NOBODY ? 0 : unit);
}

bool rule_person(const struct world *world, int person, int other)
{
	return person == other || rule_unit_led(world, person, posts[other]);
}

static bool rule_system(struct world *world, int person, int64_t seq);

static bool rule_about(struct world *world, int person, const struct told *told)
{
	if (told->customers) {
		for (int i = 0; i < CUSTOMERS; i++) {
			if ((told->customers >> i & 1) && rule_customer(world, person, i))
				return true;
		}
		return false;
	}
	if (told->entry_target) {
		const struct told *target = &world->told[told->target];
		if (target->customers || target->people || target->units)
			return rule_about(world, person, target) ||
			       (!target->customers && target->author == person);
		return target->author == person;
	}
	if (!told->people && !told->units) {
		if (told->author == NOBODY)
			return told->paper;
		int unit = posts[told->author];
		return rule_unit_led(world, person, unit) ||
		       (told->paper && rule_unit_line(world, person, unit));
	}
	for (int i = 0; i < PEOPLE; i++) {
		if ((told->people >> i & 1) && rule_person(world, person, i))
			return true;
	}
	for (int i = 0; i < UNITS; i++) {
		if ((told->units >> i & 1) &&
			(rule_unit_led(world, person, i) || rule_unit_line(world, person, i)))
			return true;
	}
	return false;
}

bool rule_entry(struct world *world, int person, int64_t seq)
{
	const struct told *told = &world->told[seq];

	if (rule_whole(world, person))
		return true;
	if (!told->known)
		return rule_system(world, person, seq);
	if (told->author == person)
		return true;
	return rule_about(world, person, told);
}

static bool rule_holder(const struct world *world, int person, const char *holder)
{
	for (int i = 0; i < PEOPLE; i++) {
		if (text_starts(holder, "staff:") && strcmp(holder + 6, world_people[i]) == 0)
			return rule_person(world, person, i);
	}
	for (int i = 0; i < UNITS; i++) {
		if (text_starts(holder, "unit:") && strcmp(holder + 5, world_units[i]) == 0)
			return rule_unit_led(world, person, i);
	}
	return false;
}

/* day.opened is everybody's; missed duties are his who sees the holder or the customer. */
static bool rule_system(struct world *world, int person, int64_t seq)
{
	struct error error = { 0 };
	struct arena arena;
	struct entry entry;
	struct duty duty;
	bool seen = false;

	arena_init(&arena, 64 * 1024 * 1024);
	assert_int_equal(ledger_entry(world->book.ledger, &arena, seq, &entry, NULL, &error), OK);
	if (strcmp(entry.kind->name, "day.opened") == 0)
		seen = true;
	for (int row = 0; row < entry_rows(&entry); row++) {
		json_t *cells = json_array_get(json_object_get(entry.body, "rows"), (size_t)row);
		assert_int_equal(
			ledger_duty(world->book.ledger, &arena,
				json_string_value(json_array_get(cells, 0)), &duty, &error),
			OK);
		seen |= rule_holder(world, person, duty.holder);
		for (int i = 0; i < CUSTOMERS; i++) {
			if (text_starts(duty.subject, "customer:") &&
				strcmp(duty.subject + 9, world_customer(i)) == 0)
				seen |= rule_customer(world, person, i);
		}
	}
	entry_release(&entry);
	arena_release(&arena);
	return seen;
}

/* ------------------------------------------------------------------ putting in */

static int64_t head(struct world *world)
{
	return ledger_head(world->book.ledger, (uint8_t[DIGEST_BYTES]){ 0 });
}

/* Append by the import, which may name any author; the entry's mark in the world, or NULL where
 * it was refused. */
static struct told *put(struct world *world, int author, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static struct told *put(struct world *world, int author, const char *format, ...)
{
	struct test_book *book = &world->book;
	struct error error = { 0 };
	struct answer answer;
	char text[8192];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	json_t *envelope = json_loads(text, 0, NULL);
	assert_non_null(envelope);
	book->session.origin = ORIGIN_IMPORT;
	if (author != NOBODY)
		json_object_set_new(envelope, "author", json_string(world_people[author]));
	assert_int_equal(ledger_begin(book->ledger, &error), OK);
	ledger_append(book->ledger, &book->session, envelope, &answer, &error);
	assert_int_equal(error.result, OK);
	assert_int_equal(ledger_commit(book->ledger, &error), OK);
	json_decref(envelope);
	book->session.origin = ORIGIN_LIVE;
	if (answer.status != APPENDED)
		return NULL;
	world->last = answer.seq;
	assert_true(answer.seq < TOLD);
	world->told[answer.seq] = (struct told){ .known = true, .author = author };
	return &world->told[answer.seq];
}

static struct told *must_put(struct told *told)
{
	assert_non_null(told);
	return told;
}

static void put_customer(struct world *world, int customer, int unit)
{
	char where[32] = "";

	if (unit != NOBODY)
		snprintf(where, sizeof(where), ",\"unit\":\"%s\"", world_units[unit]);
	struct told *told = must_put(put(world, NOBODY,
		"{\"kind\":\"customer\",\"body\":{\"code\":\"%s\",\"name\":\"名称%s\","
		"\"address\":\"%s街\"%s%s}}",
		world_customer(customer), world_customer(customer), world_customer(customer),
		customer % 3 == 0 ? ",\"credit_code\":\"91990101MADM00019F\"" : "", where));
	told->customers = 1u << customer;
	told->units = unit == NOBODY ? 0 : 1u << unit;
	world->unit_of[customer] = unit;
}

static void set_clock(struct world *world, int hour)
{
	world->book.session.now = day_start(world->today) + hour * HOUR_MS;
}

static void put_tree(struct world *world)
{
	for (int i = 0; i < UNITS; i++) {
		int parent = parent_of(world, i);
		char up[32] = "";
		if (parent != NOBODY)
			snprintf(up, sizeof(up), ",\"parent\":\"%s\"", world_units[parent]);
		must_put(put(world, NOBODY,
				 "{\"kind\":\"org.unit\",\"body\":{\"unit\":\"%s\",\"name\":"
				 "\"单位%s\",\"level\":\"city\"%s}}",
				 world_units[i], world_units[i], up))
			->units = 1u << i;
	}
	for (int i = 0; i < PEOPLE; i++) {
		must_put(put(world, NOBODY,
				 "{\"kind\":\"org.staff\",\"body\":{\"staff\":\"%s\",\"name\":"
				 "\"%s\"}}",
				 world_people[i], world_people[i]))
			->people = 1u << i;
		struct told *told = must_put(put(world, NOBODY,
			"{\"kind\":\"org.post\",\"body\":{\"staff\":\"%s\",\"unit\":\"%s\","
			"\"role\":\"%s\",\"from\":\"2025-01-01\"}}",
			world_people[i], world_units[posts[i]], roles[i]));
		told->people = 1u << i;
		told->units = 1u << posts[i];
	}
}

void world_open(struct world *world, bool two_roots, uint64_t seed)
{
	*world = (struct world){ .two_roots = two_roots };
	test_book_open(&world->book, modules);
	world->book.chance = seed;
	assert_true(day_parse("2026-03-02", &world->today));
	set_clock(world, 8);
	for (int i = 0; i < PEOPLE; i++)
		world->stands_for[i] = NOBODY;
	put_tree(world);
	for (int i = 0; i < CUSTOMERS; i++) {
		world->manager[i] = world->next_manager[i] = world->deputy[i] = NOBODY;
		world->merged[i] = world->class[i] = NOBODY;
		put_customer(world, i, i % 7 == 6 ? NOBODY : 1 + i % 5);
	}
}

void world_close(struct world *world)
{
	test_book_close(&world->book);
}

/* ------------------------------------------------------------------ acts */

static int any(struct world *world, int below)
{
	return test_below(&world->book, below);
}

static void visit(struct world *world)
{
	int customer = any(world, CUSTOMERS), person = any(world, PEOPLE);
	struct told *told = must_put(put(world, person,
		"{\"kind\":\"visit.made\",\"body\":{\"customer\":\"%s\",\"observation\":"
		"\"看到%s新楼\",\"with\":\"王工13800001%03d\",\"promise\":\"给%s送方案\","
		"\"promise_due\":\"%s\"}}",
		world_customer(customer), world_customer(customer), any(world, 1000),
		world_customer(customer), test_day(world->today + any(world, 3))));

	told->customers = told->first = 1u << customer;
	told->people = 1u << person;
}

static void need(struct world *world)
{
	int customer = any(world, CUSTOMERS), person = any(world, PEOPLE);
	struct told *told = must_put(put(world, person,
		"{\"kind\":\"visit.need\",\"body\":{\"customer\":\"%s\",\"need\":\"%s扩容\"}}",
		world_customer(customer), world_customer(customer)));

	told->customers = told->first = 1u << customer;
}

static void assign(struct world *world)
{
	int customer = any(world, CUSTOMERS), person = any(world, PEOPLE);
	bool deputy = any(world, 3) == 0;
	struct told *told = put(world, NOBODY,
		"{\"kind\":\"roster.assigned\",\"body\":{\"customer\":\"%s\",\"staff\":\"%s\","
		"\"role\":\"%s\",\"from\":\"%s\"}}",
		world_customer(customer), world_people[person], deputy ? "deputy" : "principal",
		test_day(world->today));

	if (!told)
		return;
	told->customers = 1u << customer;
	told->people = 1u << person;
	if (deputy)
		world->deputy[customer] = person;
	else
		world->manager[customer] = world->next_manager[customer] = person;
}

/* Takes effect with the next midnight. */
static void hand_over(struct world *world)
{
	int customer = any(world, CUSTOMERS), to = any(world, PEOPLE);
	struct told *told = put(world, NOBODY,
		"{\"kind\":\"roster.handed_over\",\"body\":{\"customer\":\"%s\",\"to\":\"%s\","
		"\"day\":\"%s\",\"note\":\"%s交接\"}}",
		world_customer(customer), world_people[to], test_day(world->today + 1),
		world_customer(customer));

	if (!told)
		return;
	told->customers = 1u << customer;
	told->people = 1u << to;
	world->next_manager[customer] = to;
}

static void hand_over_many(struct world *world)
{
	int from = any(world, PEOPLE), to = any(world, PEOPLE), count = 0;
	char customers[200] = "";
	unsigned mask = 0;

	for (int i = 0; i < CUSTOMERS; i++) {
		if (world->manager[i] != from || world->next_manager[i] != from)
			continue;
		snprintf(customers + strlen(customers), sizeof(customers) - strlen(customers),
			"%s\"%s\"", count++ ? "," : "", world_customer(i));
		mask |= 1u << i;
	}
	struct told *told = !count ? NULL
				   : put(world, NOBODY,
					     "{\"kind\":\"roster.batch_handed_over\",\"body\":{"
					     "\"staff\":\"%s\",\"to\":\"%s\",\"day\":\"%s\","
					     "\"customers\":[%s]}}",
					     world_people[from], world_people[to],
					     test_day(world->today + 1), customers);
	if (!told)
		return;
	told->customers = mask;
	for (int i = 0; i < CUSTOMERS; i++) {
		if (mask >> i & 1)
			world->next_manager[i] = to;
	}
}

static void revenue(struct world *world)
{
	int author = any(world, 2) ? NOBODY : any(world, PEOPLE), count = 0;
	char rows[2000] = "", month[MONTH_TEXT];
	unsigned mask = 0;

	month_text(day_month(world->today) - 1, month);
	for (int i = 0; i < CUSTOMERS; i++) {
		if (any(world, 4))
			continue;
		snprintf(rows + strlen(rows), sizeof(rows) - strlen(rows),
			"%s{\"customer\":\"%s\",\"month\":\"%s\",\"amount\":%d}",
			count++ ? "," : "", world_customer(i), month, 100 + any(world, 1000));
		mask |= 1u << i;
	}
	if (!count)
		return;
	struct told *told = must_put(put(world, author,
		"{\"kind\":\"revenue.posted\",\"body\":{\"basis\":\"month\",\"rows\":[%s]}}",
		rows));
	told->customers = mask;
	told->rows = told->apart = true;
}

static void document(struct world *world)
{
	int author = any(world, 2) ? NOBODY : any(world, PEOPLE);
	bool named = any(world, 2);
	unsigned mask = 0;
	char recipients[120] = "";

	for (int i = 0; named && i < 2; i++) {
		int person = any(world, PEOPLE);
		if (mask >> person & 1)
			continue;
		snprintf(recipients + strlen(recipients), sizeof(recipients) - strlen(recipients),
			"%s\"%s\"", mask ? "," : ",\"recipients\":[", world_people[person]);
		mask |= 1u << person;
	}
	struct told *told = must_put(put(world, author,
		"{\"kind\":\"document.issued\",\"body\":{\"title\":\"通知\",\"effective\":"
		"\"%s\"%s%s}}",
		test_day(world->today), recipients, mask ? "]" : ""));
	told->people = mask;
	told->paper = told->document = true;
}

static void plan(struct world *world)
{
	int person = any(world, PEOPLE), unit = any(world, 2) ? any(world, UNITS) : NOBODY;
	char where[32] = "";

	if (unit != NOBODY)
		snprintf(where, sizeof(where), ",\"unit\":\"%s\"", world_units[unit]);
	struct told *told = must_put(put(world, person,
		"{\"kind\":\"plan.made\",\"body\":{\"staff\":\"%s\",\"period\":\"上半年\","
		"\"item\":\"多走访\",\"due\":\"%s\"%s}}",
		world_people[person], test_day(world->today + 30), where));
	told->people = 1u << person;
	told->units = unit == NOBODY ? 0 : 1u << unit;
}

/* An earlier visit, by chance; 0 where none was found. */
static int64_t earlier_visit(struct world *world)
{
	for (int tries = 0; tries < 20; tries++) {
		int64_t seq = 1 + any(world, (int)world->last);
		const struct told *told = &world->told[seq];
		if (told->known && told->author != NOBODY && told->customers && told->people &&
			!told->rows && !told->entry_target)
			return seq;
	}
	return 0;
}

static const char *id_of(struct world *world, int64_t seq)
{
	static char id[ID_TEXT];
	struct error error = { 0 };
	struct arena arena;
	struct entry entry;

	arena_init(&arena, 64 * 1024 * 1024);
	assert_int_equal(ledger_entry(world->book.ledger, &arena, seq, &entry, NULL, &error), OK);
	text_copy(id, sizeof(id), entry.id);
	entry_release(&entry);
	arena_release(&arena);
	return id;
}

/* The office finds that it was another customer. */
static void correct(struct world *world)
{
	int64_t seq = earlier_visit(world);
	int customer = any(world, CUSTOMERS);
	struct told *told =
		!seq ? NULL
		     : put(world, NOBODY,
			       "{\"kind\":\"entry.corrected\",\"body\":{\"entry\":\"%s\","
			       "\"reason\":\"写错\",\"body\":{\"customer\":\"%s\","
			       "\"with\":\"李工13800002000\",\"observation\":\"实为%s\"}}}",
			       id_of(world, seq), world_customer(customer),
			       world_customer(customer));

	if (!told)
		return;
	told->customers = told->first = world->told[seq].customers = 1u << customer;
	told->apart = true;
	told->target = seq;
}

static void withdraw(struct world *world)
{
	int64_t seq = earlier_visit(world);
	struct told *told = !seq ? NULL
				 : put(world, NOBODY,
					   "{\"kind\":\"entry.withdrawn\",\"body\":{\"entry\":"
					   "\"%s\",\"reason\":\"没有\"}}",
					   id_of(world, seq));

	if (!told)
		return;
	told->entry_target = true;
	told->target = seq;
	/* It says what it said first, and stays on the line where the correction put it. */
	world->told[seq].apart |= world->told[seq].customers != world->told[seq].first;
	world->told[seq].customers = world->told[seq].first;
}

static void move(struct world *world)
{
	put_customer(world, any(world, CUSTOMERS), any(world, 4) ? any(world, UNITS) : NOBODY);
}

static void merge(struct world *world)
{
	int customer = any(world, CUSTOMERS), into = any(world, CUSTOMERS);
	struct told *told = any(world, 4) ? NULL
					  : put(world, NOBODY,
						    "{\"kind\":\"customer.merged\",\"body\":{"
						    "\"customer\":\"%s\",\"into\":\"%s\","
						    "\"reason\":\"同一家\"}}",
						    world_customer(customer), world_customer(into));

	if (!told)
		return;
	told->customers = 1u << customer | 1u << into;
	world->merged[customer] = into;
}

static void contact(struct world *world)
{
	int customer = any(world, CUSTOMERS);
	struct told *told = must_put(put(world, NOBODY,
		"{\"kind\":\"customer.person\",\"body\":{\"customer\":\"%s\",\"person\":\"P%d\","
		"\"name\":\"王\",\"phone\":\"138 0000 1%03d\",\"post\":\"%s科长\"}}",
		world_customer(customer), any(world, 3), any(world, 1000),
		world_customer(customer)));

	told->customers = 1u << customer;
}

static void stand_in(struct world *world)
{
	int person = any(world, PEOPLE), deputy = any(world, PEOPLE);

	/* One at a time, so that the rule stays simple. */
	for (int i = 0; i < PEOPLE; i++) {
		if (world->stands_for[i] != NOBODY)
			return;
	}
	if (person == deputy)
		return;
	struct told *told = must_put(put(world, NOBODY,
		"{\"kind\":\"org.deputy\",\"body\":{\"staff\":\"%s\",\"deputy\":\"%s\","
		"\"from\":\"%s\",\"until\":\"%s\"}}",
		world_people[person], world_people[deputy], test_day(world->today),
		test_day(world->today)));
	told->people = 1u << person | 1u << deputy;
	world->stands_for[deputy] = person;
}

static void rate(struct world *world)
{
	static const char *const tiers[] = { "diamond", "gold", "silver", "bronze" };
	int customer = any(world, CUSTOMERS), tier = any(world, 4);
	struct told *told = must_put(put(world, NOBODY,
		"{\"kind\":\"tier.override\",\"body\":{\"customer\":\"%s\",\"tier\":\"%s\","
		"\"until\":\"2027-01-01\",\"reason\":\"%s\"}}",
		world_customer(customer), tiers[tier], world_customer(customer)));

	told->customers = 1u << customer;
	world->class[customer] = tier;
}

/* Terms change at midnight, and time is recorded. */
static void next_day(struct world *world)
{
	world->today++;
	set_clock(world, 8);
	test_tick(&world->book);
	world->last = head(world);
	assert_true(world->last < TOLD);
	for (int i = 0; i < CUSTOMERS; i++)
		world->manager[i] = world->next_manager[i];
	for (int i = 0; i < PEOPLE; i++)
		world->stands_for[i] = NOBODY;
}

void world_step(struct world *world)
{
	static void (*const acts[])(struct world *) = { visit, visit, visit, visit, need, assign,
		assign, hand_over, hand_over_many, revenue, document, plan, correct, withdraw, move,
		merge, contact, stand_in, rate, next_day };

	acts[any(world, COUNT_OF(acts))](world);
	world->book.session.now += 1000;
}

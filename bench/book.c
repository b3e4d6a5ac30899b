/* A book to measure with: opened, filled with an organisation, closed. */
#include "bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENVELOPE_ROOM = 4096, PEOPLE = 10 };

void bench_must(const struct error *error)
{
	if (error->result == OK)
		return;
	fprintf(stderr, "bench: %s %s %s\n", error->key, error->field,
		error->arguments ? error->argument[0].text : "");
	exit(1);
}

uint64_t bench_chance(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

void bench_chance_bytes(void *state, uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)bench_chance(state);
}

void bench_open(struct bench_book *book, const char *path)
{
	struct error error = { 0 };

	*book = (struct bench_book){ .chance = 1 };
	book->session = (struct session){ .staff = "",
		.login = "bench",
		.origin = ORIGIN_LIVE,
		.chance = bench_chance_bytes,
		.chance_state = &book->chance };
	must(instant_parse("2026-11-24T09:00:00+08:00", &book->session.now));
	ledger_open(&book->ledger, path, "main", true, modules, &error);
	bench_must(&error);
	/* What is opened again must not make the same ids again. */
	book->chance += (uint64_t)ledger_head(book->ledger, (uint8_t[DIGEST_BYTES]){ 0 });
}

void bench_close(struct bench_book *book)
{
	ledger_close(book->ledger);
}

void bench_begin(struct bench_book *book)
{
	struct error error = { 0 };

	ledger_begin(book->ledger, &error);
	bench_must(&error);
}

void bench_commit(struct bench_book *book)
{
	struct error error = { 0 };

	ledger_commit(book->ledger, &error);
	bench_must(&error);
}

void bench_append(struct bench_book *book, const char *text, size_t length)
{
	struct error error = { 0 };
	struct answer answer;
	json_t *envelope = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);

	must(envelope != NULL);
	ledger_append(book->ledger, &book->session, envelope, &answer, &error);
	json_decref(envelope);
	bench_must(&error);
	bench_must(&answer.error);
	must(answer.status == APPENDED);
}

void bench_put(struct bench_book *book, const char *format, ...)
{
	char text[ENVELOPE_ROOM];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	must(length > 0 && length < ENVELOPE_ROOM);
	bench_append(book, text, (size_t)length);
}

void bench_organisation(struct bench_book *book, int customers)
{
	bench_begin(book);
	bench_put(book, "{\"kind\":\"org.unit\",\"at\":\"2025-01-01T09:00:00+08:00\",\"body\":"
			"{\"unit\":\"9900\",\"name\":\"省公司\",\"level\":\"province\"}}");
	bench_put(book, "{\"kind\":\"org.unit\",\"at\":\"2025-01-01T09:00:00+08:00\",\"body\":"
			"{\"unit\":\"9901\",\"name\":\"市公司\",\"level\":\"city\","
			"\"parent\":\"9900\"}}");
	for (int i = 0; i < PEOPLE; i++)
		bench_put(book,
			"{\"kind\":\"org.staff\",\"at\":\"2025-01-01T09:00:00+08:00\","
			"\"body\":{\"staff\":\"m%d\",\"name\":\"经理%d\"}}",
			i, i);
	for (int i = 0; i < customers; i++)
		bench_put(book,
			"{\"kind\":\"customer\",\"at\":\"2025-01-02T09:00:00+08:00\","
			"\"body\":{\"code\":\"C%06d\",\"name\":\"清屿客户%06d有限公司\","
			"\"category\":\"industry\",\"section\":\"C\",\"unit\":\"9901\"}}",
			i, i);
	bench_commit(book);
}

static void put_norm(
	struct bench_book *book, const char *norm, const char *columns, const char *rows)
{
	bench_put(book,
		"{\"kind\":\"norm.issued\",\"at\":\"2025-01-01T09:00:00+08:00\",\"body\":{"
		"\"norm\":\"%s\",\"document\":\"01JX3M0000000000000000T1ER\","
		"\"effective\":\"2025-01-01\",\"mark\":\"D\",\"columns\":[%s],\"rows\":[%s]}}",
		norm, columns, rows);
}

void bench_norms(struct bench_book *book)
{
	bench_begin(book);
	bench_put(book, "{\"id\":\"01JX3M0000000000000000T1ER\",\"kind\":\"document.issued\","
			"\"at\":\"2025-01-01T09:00:00+08:00\",\"body\":{\"title\":\"标准\","
			"\"effective\":\"2025-01-01\"}}");
	put_norm(book, "tier.thresholds", "\"tier\",\"revenue\",\"users\"",
		"[\"diamond\",10000000,2000],[\"gold\",3000000,500],[\"silver\",500000,100]");
	put_norm(book, "tier.rules", "\"months_mean\",\"months_down\",\"close_day\"", "[12,3,10]");
	put_norm(book, "revenue.movement", "\"percent\",\"floor\"", "[30,500000]");
	bench_commit(book);
}

void bench_visit_of(
	uint64_t *chance, int64_t at, const char *author, int customer, char line[LINE_BYTES])
{
	char at_text[INSTANT_TEXT], id[ID_TEXT], by[64] = "";
	uint8_t random[ID_CHANCE];

	if (author)
		snprintf(by, sizeof(by), "\"author\":\"%s\",", author);
	bench_chance_bytes(chance, random, sizeof(random));
	snprintf(line, LINE_BYTES,
		"{\"id\":\"%s\",\"kind\":\"visit.made\",\"at\":\"%s\",%s\"body\":"
		"{\"customer\":\"C%06d\",\"way\":\"visit\",\"observation\":"
		"\"机房已扩容，新楼二月启用；专线带宽白天用满，客户问能否错峰。"
		"联系人换成信息科，约定下月再谈续约。\"}}",
		id_text(id_make(at, random), id), instant_text(at, at_text), by, customer);
}

void bench_visit(uint64_t *chance, int number, int customer, char line[LINE_BYTES])
{
	char author[16];
	int64_t at;

	must(instant_parse("2026-01-05T09:00:00+08:00", &at));
	snprintf(author, sizeof(author), "m%d", (int)(bench_chance(chance) % 10));
	bench_visit_of(chance, at + (int64_t)number * MINUTE_MS * 6, author, customer, line);
}

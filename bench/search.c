/* Search by name while typing: what one answer takes, in a book of a million entries. */
#include "province.h"

#include "derive/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	ENTRIES = 1000000,
	FEW = 100000,
	MANY = 1000000,
	BATCH = 1000,
	QUESTIONS = 1000,
	NEW = 200,
	TYPED = 200
};

struct task {
	char path[PATH_TEXT];
	int customers;
};

/* What was typed, and what the answer took of the processor. */
struct asked {
	char text[TYPED];
	int64_t work_ns;
};

/* ------------------------------------------------------------------ the book */

static void put_customers(struct bench_book *book, int from, int to)
{
	char name[PROVINCE_NAME];

	for (int i = from; i < to; i++) {
		if (i % BATCH == 0)
			bench_begin(book);
		province_customer_name(i, name);
		bench_put(book,
			"{\"kind\":\"customer\",\"at\":\"2025-01-02T09:00:00+08:00\","
			"\"body\":{\"code\":\"C%07d\",\"name\":\"%s\",\"category\":\"industry\"}}",
			i, name);
		if (i % BATCH == BATCH - 1)
			bench_commit(book);
	}
}

static void fill(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;

	bench_delete(task->path);
	bench_open(&book, task->path);
	bench_start(measured);
	bench_begin(&book);
	bench_put(&book, "{\"kind\":\"org.staff\",\"at\":\"2025-01-01T09:00:00+08:00\","
			 "\"body\":{\"staff\":\"m\",\"name\":\"经理\"}}");
	bench_commit(&book);
	put_customers(&book, 0, task->customers);
	for (int i = task->customers; i < ENTRIES; i++) {
		if (i % BATCH == 0)
			bench_begin(&book);
		bench_put(&book,
			"{\"kind\":\"visit.made\",\"at\":\"2026-01-02T09:00:00+08:00\","
			"\"author\":\"m\",\"body\":{"
			"\"customer\":\"C%07d\",\"way\":\"visit\",\"observation\":\"第%d次\"}}",
			i % task->customers, i);
		if (i % BATCH == BATCH - 1)
			bench_commit(&book);
	}
	bench_stop(measured, ENTRIES);
	bench_close(&book);
}

/* ------------------------------------------------------------------ what is typed */

/* `count` characters of a name by chance. */
static void fragment(uint64_t *chance, int customers, int count, char *text)
{
	char name[PROVINCE_NAME];
	const char *at = name, *end;

	province_customer_name((int)(bench_chance(chance) % (uint64_t)customers), name);
	int skip = (int)(bench_chance(chance) % (text_characters(name) - (size_t)count + 1));
	while (skip-- > 0)
		text_next(&at);
	for (end = at; count > 0; count--)
		text_next(&end);
	memcpy(text, at, (size_t)(end - at));
	text[end - at] = '\0';
}

static void letters(uint64_t *chance, int count, char *text)
{
	static const char first[] = "abcdfghjklmnpqrstwxyz";

	for (int i = 0; i < count; i++)
		text[i] = first[bench_chance(chance) % (sizeof(first) - 1)];
	text[count] = '\0';
}

static void typed(uint64_t *chance, int customers, int number, char *text)
{
	static const char *const common[] = { "公司", "有限", "有限公司", "限公", "gs", "yx",
		"yxgs", "youxian", "c", "司", "x", "公司 有限", "公司 中学", "gs cs", "c00" };
	char second[TYPED / 2];

	switch (number % 10) {
	case 0:
		text_copy(text, TYPED, common[number / 10 % (int)COUNT_OF(common)]);
		break;
	case 1:
	case 2:
		letters(chance, 2 + number / 10 % 3, text);
		break;
	case 3:
		text_copy(text, TYPED, number / 10 % 2 ? "qingbo" : "changsha");
		break;
	case 4:
		fragment(chance, customers, 2, text);
		fragment(chance, customers, 2, second);
		text_copy(text + strlen(text), TYPED / 2, " ");
		text_copy(text + strlen(text), TYPED / 2, second);
		break;
	case 5:
		snprintf(text, TYPED, "c%04d", (int)(bench_chance(chance) % 10000));
		break;
	default:
		fragment(chance, customers, 1 + number % 4, text);
	}
}

/* ------------------------------------------------------------------ asking */

static int64_t work_ns(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void heard(void *context, const struct found *found)
{
	(void)found;
	(*(int64_t *)context)++;
}

static int64_t ask(struct search *search, struct bench_book *book, const char *text, int64_t *found)
{
	struct question question = { .text = text, .limit = 20 };
	struct error error = { 0 };
	int64_t start = work_ns();

	search_find(search, book->ledger, &question, heard, found, &error);
	bench_must(&error);
	return work_ns() - start;
}

static int by_work(const void *a, const void *b)
{
	const struct asked *x = a, *y = b;

	return (x->work_ns > y->work_ns) - (x->work_ns < y->work_ns);
}

static void tell(const char *what, struct asked *asked, int count)
{
	qsort(asked, (size_t)count, sizeof(*asked), by_work);
	printf("%-40s p50 %7.3f ms  p99 %7.3f ms  most %7.3f ms (%s)\n", what,
		(double)asked[count / 2].work_ns / 1e6,
		(double)asked[count * 99 / 100].work_ns / 1e6,
		(double)asked[count - 1].work_ns / 1e6, asked[count - 1].text);
}

/* The names are read when the first question comes. */
static void load(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	struct search *search = search_new();
	int64_t found = 0;

	bench_open(&book, task->path);
	bench_start(measured);
	ask(search, &book, "没有的", &found);
	bench_stop(measured, task->customers);
	search_free(search);
	bench_close(&book);
}

static void answer(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	struct search *search = search_new();
	struct asked *asked = calloc(QUESTIONS, sizeof(*asked));
	uint64_t chance = 11;

	must(asked != NULL);
	bench_open(&book, task->path);
	ask(search, &book, "没有的", &measured->extra);
	bench_start(measured);
	for (int i = 0; i < QUESTIONS; i++) {
		typed(&chance, task->customers, i, asked[i].text);
		asked[i].work_ns = ask(search, &book, asked[i].text, &measured->extra);
	}
	bench_stop(measured, QUESTIONS);
	tell("answers", asked, QUESTIONS);
	for (int i = 0; i < NEW; i++) {
		bench_begin(&book);
		bench_put(&book,
			"{\"kind\":\"customer\",\"body\":{\"code\":\"N%d\",\"name\":\"新来的%d\"}}",
			i, i);
		bench_commit(&book);
		snprintf(asked[i].text, TYPED, "n%d", i);
		int64_t found = 0;
		asked[i].work_ns = ask(search, &book, asked[i].text, &found);
		must(found >= 1);
	}
	tell("a customer just recorded", asked, NEW);
	search_free(search);
	bench_close(&book);
	free(asked);
}

/* The ceiling: is the text anywhere in the names, one after the other in memory? */
static void loop_over_memory(void *context, struct measured *measured)
{
	struct task *task = context;
	char(*names)[PROVINCE_NAME] = calloc((size_t)task->customers, sizeof(*names));
	uint64_t chance = 11;
	char text[TYPED];

	must(names != NULL);
	for (int i = 0; i < task->customers; i++)
		province_customer_name(i, names[i]);
	bench_start(measured);
	for (int i = 0; i < QUESTIONS; i++) {
		typed(&chance, task->customers, i, text);
		for (int j = 0; j < task->customers; j++)
			measured->extra += strstr(names[j], text) != NULL;
	}
	bench_stop(measured, QUESTIONS);
	free(names);
}

static void measure(struct task *task, int customers, const char *title)
{
	struct measured filled, loaded, ours, bare;

	task->customers = customers;
	bench_title(title);
	filled = bench_phase(fill, task);
	bench_rate("filling the book", &filled, "entries");
	loaded = bench_phase(load, task);
	bench_rate("reading the names, once", &loaded, "names");
	ours = bench_phase(answer, task);
	bench_rate("answers", &ours, "answers");
	bare = bench_phase(loop_over_memory, task);
	bench_rate("  a loop over memory, strstr", &bare, "answers");
	bench_ratio(&ours, &bare, 0);
	bench_delete(task->path);
}

int main(int count, char **words)
{
	const char *folder = bench_folder(count, words);
	struct task task = { 0 };

	bench_path(folder, "search.db", task.path);
	bench_machine(folder);
	measure(&task, FEW, "search: 100,000 customers, 1,000,000 entries");
	printf("aim: 99 of 100 answers under 20 ms\n");
	measure(&task, MANY, "search: 1,000,000 customers");
	return 0;
}

/*
 * Proving: the chain walked, and everything derived again, for visits of a year. Ceilings: SHA-256
 * over the same bytes, and a plain walk over the table of entries.
 */
#include "bare.h"

#include "base/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMERS = 20000, VISITS = 100000, BATCH = 1000, ENVELOPE_BYTES = 230 };

struct task {
	char path[PATH_TEXT];
};

static void fill(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	char at_text[INSTANT_TEXT];
	uint64_t chance = 7;
	uint8_t head[DIGEST_BYTES];
	int64_t at;

	must(instant_parse("2025-01-05T09:00:00+08:00", &at));
	bench_delete(task->path);
	bench_open(&book, task->path);
	bench_organisation(&book, CUSTOMERS);
	for (int i = 0; i < VISITS; i++) {
		if (i % BATCH == 0)
			bench_begin(&book);
		bench_put(&book,
			"{\"kind\":\"visit.made\",\"at\":\"%s\",\"author\":\"m%d\",\"body\":"
			"{\"customer\":\"C%06d\",\"observation\":"
			"\"机房已扩容，新楼二月启用；专线带宽白天用满，客户问能否错峰。%d\"}}",
			instant_text(at + (int64_t)i * 5 * MINUTE_MS, at_text),
			(int)(bench_chance(&chance) % 10), (int)(bench_chance(&chance) % CUSTOMERS),
			i);
		if (i % BATCH == BATCH - 1)
			bench_commit(&book);
	}
	measured->count = ledger_head(book.ledger, head);
	bench_close(&book);
}

static void verify(void *context, struct measured *measured)
{
	struct task *task = context;
	struct error error = { 0 };
	struct bench_book book;
	int64_t entries;

	bench_open(&book, task->path);
	bench_start(measured);
	ledger_verify(book.ledger, &entries, &error);
	bench_stop(measured, entries);
	bench_must(&error);
	bench_close(&book);
}

/* Read every entry whole, as the table has it. */
static void walk(void *context, struct measured *measured)
{
	struct task *task = context;
	sqlite3 *handle = bare_open(task->path);
	int64_t entries = 0, bytes = 0;

	bench_start(measured);
	sqlite3_stmt *rows =
		bare_prepare(handle, "SELECT * FROM entry WHERE book = 1 ORDER BY seq");
	int columns = sqlite3_column_count(rows);
	for (; sqlite3_step(rows) == SQLITE_ROW; entries++) {
		for (int i = 0; i < columns; i++)
			bytes += sqlite3_column_bytes(rows, i);
	}
	sqlite3_finalize(rows);
	bench_stop(measured, entries);
	measured->extra = bytes;
	sqlite3_close(handle);
}

/* Two hashes an entry, of its body and of its envelope, over bytes in memory. */
static void hash(void *context, struct measured *measured)
{
	struct task *task = context;
	static const char envelope[ENVELOPE_BYTES];
	sqlite3 *handle = bare_open(task->path);
	struct digest *digest = digest_new();
	uint8_t body[DIGEST_BYTES], head[DIGEST_BYTES] = { 0 };
	struct arena arena;
	int64_t entries = 0;

	arena_init(&arena, MEMORY_BYTES);
	sqlite3_stmt *rows =
		bare_prepare(handle, "SELECT body FROM entry WHERE book = 1 ORDER BY seq");
	sqlite3_stmt *size = bare_prepare(handle, "SELECT count(*) FROM entry");
	must(sqlite3_step(size) == SQLITE_ROW);
	const char **bodies = calloc((size_t)sqlite3_column_int64(size, 0), sizeof(*bodies));
	must(bodies != NULL);
	while (sqlite3_step(rows) == SQLITE_ROW)
		bodies[entries++] = arena_text(&arena, (const char *)sqlite3_column_text(rows, 0));
	bench_start(measured);
	for (int64_t i = 0; i < entries; i++) {
		digest_start(digest);
		digest_add(digest, bodies[i], strlen(bodies[i]));
		digest_end(digest, body);
		digest_start(digest);
		digest_add(digest, head, DIGEST_BYTES);
		digest_add(digest, envelope, sizeof(envelope));
		digest_add(digest, body, DIGEST_BYTES);
		digest_end(digest, head);
	}
	bench_stop(measured, entries);
	sqlite3_finalize(rows);
	sqlite3_finalize(size);
	sqlite3_close(handle);
	digest_free(digest);
	arena_release(&arena);
	free(bodies);
}

static void rebuild(void *context, struct measured *measured)
{
	struct task *task = context;
	struct error error = { 0 };
	struct bench_book book;
	uint8_t head[DIGEST_BYTES];

	bench_open(&book, task->path);
	bench_start(measured);
	ledger_rebuild(book.ledger, NULL, NULL, &error);
	bench_must(&error);
	bench_stop(measured, ledger_head(book.ledger, head));
	bench_close(&book);
}

static void derived(void *context, struct measured *measured)
{
	struct task *task = context;
	struct error error = { 0 };
	struct bench_book book;
	uint8_t head[DIGEST_BYTES];

	bench_open(&book, task->path);
	bench_start(measured);
	ledger_derived(book.ledger, head, &error);
	bench_must(&error);
	bench_stop(measured, ledger_head(book.ledger, head));
	bench_close(&book);
}

int main(int count, char **words)
{
	const char *folder = bench_folder(count, words);
	struct measured ours, ceiling;
	struct task task;

	bench_path(folder, "proof.db", task.path);
	bench_machine(folder);
	bench_title("proof: 20,000 customers, 100,000 visits");
	bench_phase(fill, &task);
	bench_pair(verify, hash, &task, &ours, &ceiling);
	bench_rate("verify", &ours, "entries");
	bench_rate("  SHA-256 over the same bytes", &ceiling, "entries");
	bench_ratio(&ours, &ceiling, 0);
	ceiling = bench_phase(walk, &task);
	bench_rate("  a walk over the entries", &ceiling, "entries");
	bench_ratio(&ours, &ceiling, 0);
	ours = bench_phase(rebuild, &task);
	bench_rate("rebuild", &ours, "entries");
	bench_ratio(&ours, &ceiling, 0);
	ours = bench_phase(derived, &task);
	bench_rate("digest of the derived tables", &ours, "entries");
	bench_delete(task.path);
	return 0;
}

/*
 * What the benchmarks share: a machine that says what it is, work that is measured in a
 * process of its own, and a book to measure with.
 *
 * A benchmark prints a rate beside its ceiling, the same rows written or read by a plain loop
 * in the same run, and the ratio of the two. It asserts nothing about time.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "base/arena.h"
#include "base/buffer.h"
#include "ledger/ledger.h"

enum { ROUNDS = 3, PATH_TEXT = 400, MEMORY_BYTES = 1024 * 1024 * 1024, LINE_BYTES = 1024 };

/* Every feature of the program; ends with NULL. */
extern const struct module *const modules[];

/* What a piece of work did. */
struct measured {
	int64_t count;   /* things done, of whatever the benchmark counts */
	int64_t time_ns; /* in the measured part, by the clock on the wall */
	int64_t work_ns; /* of the processor: what others on the machine do matters less */
	int64_t peak_kb; /* most memory of its process, the kernel's word */
	int64_t extra;   /* for the benchmark's own use */
};

/* Do `work` in a process of its own, so that its peak of memory is its own and nothing it
 * cached helps the next. A process that fails ends the benchmark. */
struct measured bench_phase(void (*work)(void *context, struct measured *measured), void *context);
/* ROUNDS times one and the other by turns; the median of each by time. */
void bench_pair(void (*ours)(void *context, struct measured *measured),
	void (*ceiling)(void *context, struct measured *measured), void *context,
	struct measured *one, struct measured *other);
/* Begin and end the measured part. */
void bench_start(struct measured *measured);
void bench_stop(struct measured *measured, int64_t count);

/* Lines of the report. */
void bench_machine(const char *folder);
void bench_title(const char *title);
/* "name   12345 things/s   peak 12 MB" */
void bench_rate(const char *name, const struct measured *measured, const char *things);
/* How much of the ceiling is reached, and what was aimed at (percent; 0: nothing). */
void bench_ratio(const struct measured *ours, const struct measured *ceiling, int aim_percent);

/* The folder of the work files, from the command line; made where missing. */
const char *bench_folder(int count, char **words);
const char *bench_path(const char *folder, const char *name, char path[PATH_TEXT]);
void bench_copy(const char *from, const char *to);
/* Delete a database and what SQLite keeps beside it. */
void bench_delete(const char *path);

/* A book. Chance is reproducible, the clock stands at 2026-11-24T09:00:00+08:00. */
struct bench_book {
	struct ledger *ledger;
	struct session session;
	uint64_t chance;
};

uint64_t bench_chance(uint64_t *state);
void bench_chance_bytes(void *state, uint8_t *bytes, size_t length);
void bench_open(struct bench_book *book, const char *path);
void bench_close(struct bench_book *book);
void bench_begin(struct bench_book *book);
void bench_commit(struct bench_book *book);
/* Append one envelope of JSON, inside a batch. */
void bench_append(struct bench_book *book, const char *text, size_t length);
void bench_put(struct bench_book *book, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A province, a city, ten people (m0 … m9) and `customers` customers (C000000 …). */
void bench_organisation(struct bench_book *book, int customers);
/* A visit as a phone would send it: an id of its own, when, who (NULL: whoever
 * sends it), and two sentences. */
void bench_visit_of(
	uint64_t *chance, int64_t at, const char *author, int customer, char line[LINE_BYTES]);
/* The same of one of the ten, `number` times six minutes into 2026. */
void bench_visit(uint64_t *chance, int number, int customer, char line[LINE_BYTES]);
/* Norms of tiers and of unusual months, in force since 2025. */
void bench_norms(struct bench_book *book);
/* End the benchmark with a sentence where `error` holds one. */
void bench_must(const struct error *error);

#endif

#include "bench.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SYNCS = 500, SYNC_BYTES = 4096, COPY_BYTES = 1 << 20 };

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	must(clock_gettime(clock, &now) == 0);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void bench_start(struct measured *measured)
{
	measured->time_ns = -now_ns(CLOCK_MONOTONIC);
	measured->work_ns = -now_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void bench_stop(struct measured *measured, int64_t count)
{
	measured->time_ns += now_ns(CLOCK_MONOTONIC);
	measured->work_ns += now_ns(CLOCK_PROCESS_CPUTIME_ID);
	measured->count = count;
}

/* ------------------------------------------------------------------ phases */

struct measured bench_phase(void (*work)(void *context, struct measured *measured), void *context)
{
	struct measured measured = { 0 };
	struct rusage usage;
	int ends[2], status;

	fflush(stdout);
	must(pipe(ends) == 0);
	pid_t child = fork();
	must(child >= 0);
	if (!child) {
		work(context, &measured);
		fflush(stdout);
		must(write(ends[1], &measured, sizeof(measured)) == sizeof(measured));
		_exit(0);
	}
	close(ends[1]);
	bool whole = read(ends[0], &measured, sizeof(measured)) == sizeof(measured);
	close(ends[0]);
	must(wait4(child, &status, 0, &usage) == child);
	if (!whole || status != 0) {
		fputs("bench: a measured process failed\n", stderr);
		exit(1);
	}
	measured.peak_kb = usage.ru_maxrss;
	return measured;
}

static int by_time(const void *a, const void *b)
{
	const struct measured *x = a, *y = b;

	return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

void bench_pair(void (*ours)(void *context, struct measured *measured),
	void (*ceiling)(void *context, struct measured *measured), void *context,
	struct measured *one, struct measured *other)
{
	struct measured ones[ROUNDS], others[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		ones[i] = bench_phase(ours, context);
		others[i] = bench_phase(ceiling, context);
	}
	qsort(ones, ROUNDS, sizeof(*ones), by_time);
	qsort(others, ROUNDS, sizeof(*others), by_time);
	*one = ones[ROUNDS / 2];
	*other = others[ROUNDS / 2];
}

/* ------------------------------------------------------------------ the report */

/* The rest of the first line of `path` that begins with `key`, behind its colon or space. */
static void line_of(const char *path, const char *key, char *into, size_t room)
{
	FILE *file = fopen(path, "r");
	char line[512];

	text_copy(into, room, "?");
	while (file && fgets(line, sizeof(line), file)) {
		if (!text_starts(line, key))
			continue;
		const char *from = line + strlen(key);
		from += strspn(from, " \t:");
		line[strcspn(line, "\n")] = '\0';
		text_copy(into, room, from);
		break;
	}
	if (file)
		fclose(file);
}

/* Appends of 4 KB a second that reach the disk one by one: what bounds single entries. */
static int64_t syncs_per_second(const char *folder)
{
	static const char block[SYNC_BYTES];
	char path[PATH_TEXT];
	int file = open(bench_path(folder, "sync", path), O_CREAT | O_WRONLY | O_TRUNC, 0600);

	must(file >= 0);
	struct measured measured;
	bench_start(&measured);
	for (int i = 0; i < SYNCS; i++)
		must(write(file, block, sizeof(block)) == sizeof(block) && fdatasync(file) == 0);
	bench_stop(&measured, SYNCS);
	close(file);
	unlink(path);
	return (int64_t)SYNCS * 1000000000 / measured.time_ns;
}

void bench_machine(const char *folder)
{
	char processor[200], memory[80];
	struct utsname system_name;

	line_of("/proc/cpuinfo", "model name", processor, sizeof(processor));
	line_of("/proc/meminfo", "MemTotal", memory, sizeof(memory));
	must(uname(&system_name) == 0);
	printf("machine: %ld × %s, %s memory\n", sysconf(_SC_NPROCESSORS_ONLN), processor, memory);
	printf("disk: %lld appends of 4 KB a second, each with fdatasync\n",
		(long long)syncs_per_second(folder));
	printf("kernel: %s %s\n", system_name.sysname, system_name.release);
	printf("libraries: SQLite %s, %s\n", sqlite3_libversion(),
		OpenSSL_version(OPENSSL_VERSION));
}

void bench_title(const char *title)
{
	printf("\n== %s\n", title);
}

void bench_rate(const char *name, const struct measured *measured, const char *things)
{
	double seconds = (double)measured->time_ns / 1e9;

	printf("%-40s %10.0f %s/s  %8.3f s (processor %.3f s)  peak %lld MB\n", name,
		(double)measured->count / seconds, things, seconds, (double)measured->work_ns / 1e9,
		(long long)measured->peak_kb / 1024);
}

void bench_ratio(const struct measured *ours, const struct measured *ceiling, int aim_percent)
{
	double counts = 100 * (double)ours->count / (double)ceiling->count;

	printf("%-40s %10.1f %%", "  of the ceiling",
		counts * (double)ceiling->time_ns / (double)ours->time_ns);
	if (aim_percent)
		printf(", aim %d %%", aim_percent);
	printf("  (by processor time %.1f %%)\n",
		counts * (double)ceiling->work_ns / (double)ours->work_ns);
}

/* ------------------------------------------------------------------ files */

const char *bench_folder(int count, char **words)
{
	const char *folder = count > 1 ? words[1] : "bench-files";

	mkdir(folder, 0700);
	return folder;
}

const char *bench_path(const char *folder, const char *name, char path[PATH_TEXT])
{
	snprintf(path, PATH_TEXT, "%s/%s", folder, name);
	return path;
}

void bench_copy(const char *from, const char *to)
{
	char *block = malloc(COPY_BYTES);
	FILE *source = fopen(from, "rb"), *target = fopen(to, "wb");
	size_t length;

	must(block && source && target);
	while ((length = fread(block, 1, COPY_BYTES, source)))
		must(fwrite(block, 1, length, target) == length);
	must(!ferror(source) && fclose(target) == 0);
	fclose(source);
	free(block);
}

void bench_delete(const char *path)
{
	char beside[PATH_TEXT + 8];

	unlink(path);
	snprintf(beside, sizeof(beside), "%s-wal", path);
	unlink(beside);
	snprintf(beside, sizeof(beside), "%s-shm", path);
	unlink(beside);
}

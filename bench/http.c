/*
 * The server under 64 connections: timelines, customers' pages, search while typing, durable
 * appends, in a book of 100,000 customers and a million entries. The ceilings: for reading, a bare
 * libmicrohttpd with as many threads that answers every request with "hello"; for appends, the
 * rows they made, written again by a bare loop of as many a commit as there were connections.
 * And the program itself: how long after its start it answers, and what memory it holds.
 *
 *     bench_http FOLDER PROGRAM [MANAGERS [ENTRIES]]      25 customers a manager
 */
#include "bare.h"
#include "load.h"
#include "province.h"

#include "app/demo_names.h"
#include "http/server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MANAGERS = 4000,
	ENTRIES = 1000000,
	PEOPLE = 16,
	COOKIE = 256,
	HELLO_THREADS = 2,
	WARM_MS = 1000,
	LOAD_MS = 8000,
	STARTS = 5,
	BATCH = 1000
};

struct task {
	struct again again; /* first */
	char program[PATH_TEXT];
	int managers;
	int64_t entries;
	int *own; /* customers of the managers, by rank; shared with the process that fills */
};

/* A server in a process of its own. */
struct other {
	pid_t process;
	int port;
	char link[128];
};

/* What the connections ask for, and who they are: the office, or managers by turns. */
struct asking {
	char cookies[PEOPLE][COOKIE]; /* [0]: the office */
	int managers;
	const int *own;
	uint64_t chance;
};

/* The day on which the book ends. */
static int64_t book_day;

/* ------------------------------------------------------------------ the book */

/* A month of the province behind its founding, and somebody of the office who invites the others.
 */
static void fill(void *context, struct measured *measured)
{
	struct task *task = context;
	struct bench_book book;
	struct province province;
	struct midnights midnights = { 0 };

	bench_delete(task->again.base);
	bench_open(&book, task->again.base);
	bench_start(measured);
	province_found(&province, &book, task->managers);
	bench_begin(&book);
	bench_put(&book, "{\"kind\":\"org.staff\",\"body\":{"
			 "\"staff\":\"office\",\"name\":\"内勤\"}}");
	bench_put(&book, "{\"kind\":\"org.post\",\"body\":{"
			 "\"staff\":\"office\",\"unit\":\"P000\",\"role\":\"office\",\"from\":"
			 "\"2016-01-01\"}}");
	bench_commit(&book);
	province_work(&province, &book, task->entries, BATCH, &midnights);
	uint8_t head[DIGEST_BYTES];
	bench_stop(measured, ledger_head(book.ledger, head));
	measured->extra = province.day;
	memcpy(task->own, province.own, (size_t)province_customers(&province) * sizeof(*task->own));
	province_release(&province);
	bench_close(&book);
}

/* ------------------------------------------------------------------ servers */

static int64_t steady_ms(void *state)
{
	struct timespec now;

	(void)state;
	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The book's own day, so that opening a year of days is not what is measured. */
static int64_t present(void *state)
{
	static int64_t first;

	if (!first)
		first = steady_ms(state);
	return day_start((int)book_day) + 12 * HOUR_MS + steady_ms(state) - first;
}

static void complain(void *state, const char *line)
{
	(void)state;
	fprintf(stderr, "server: %s\n", line);
}

static struct server *serve_ours(const char *path)
{
	static uint64_t chance = 5;
	struct server_settings settings = { .address = "127.0.0.1",
		.url = path,
		.book = "main",
		.modules = modules,
		.first_entries = "",
		.now = present,
		.steady_ms = steady_ms,
		.chance = bench_chance_bytes,
		.chance_state = &chance,
		.problem = complain,
		.rate_times = 1000000 };
	struct error error = { 0 };
	struct server *server;

	server_start(&server, &settings, &error);
	bench_must(&error);
	return server;
}

static enum MHD_Result hello(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *bytes, size_t *length, void **state)
{
	(void)url, (void)method, (void)version, (void)bytes, (void)length;
	/* Answered at the first call already, the connection would be closed behind it. */
	if (!*state) {
		*state = context;
		return MHD_YES;
	}
	return MHD_queue_response(connection, MHD_HTTP_OK, context);
}

static int serve_hello(void)
{
	static char body[] = "hello\n";
	struct MHD_Response *response =
		MHD_create_response_from_buffer(sizeof(body) - 1, body, MHD_RESPMEM_PERSISTENT);
	struct MHD_Daemon *daemon =
		MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, hello, response,
			MHD_OPTION_THREAD_POOL_SIZE, (unsigned)HELLO_THREADS, MHD_OPTION_END);

	must(daemon != NULL);
	return MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static _Noreturn void be_server(const char *path, int out)
{
	struct other self = { .process = getpid() };
	struct server *server = NULL;
	struct error error = { 0 };
	sigset_t ending;
	int number;

	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigprocmask(SIG_BLOCK, &ending, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (path) {
		server = serve_ours(path);
		self.port = server_port(server);
		server_first_link(server, self.link, &error);
		bench_must(&error);
	} else {
		self.port = serve_hello();
	}
	must(write(out, &self, sizeof(self)) == sizeof(self));
	sigwait(&ending, &number);
	if (server)
		server_stop(server);
	_exit(0);
}

/* Ours on the book at `path`; the one that says hello where it is NULL. */
static struct other other_start(const char *path)
{
	struct other other;
	int ends[2];

	fflush(stdout);
	must(pipe2(ends, O_CLOEXEC) == 0);
	pid_t child = fork();
	must(child >= 0);
	if (!child)
		be_server(path, ends[1]);
	close(ends[1]);
	must(read(ends[0], &other, sizeof(other)) == sizeof(other));
	close(ends[0]);
	return other;
}

static void other_stop(const struct other *other)
{
	int status;

	must(kill(other->process, SIGTERM) == 0 && waitpid(other->process, &status, 0) > 0);
}

/* The kernel's word on the memory of a process, in MB. */
static int64_t resident_mb(pid_t process)
{
	char path[64], line[256];
	int64_t kb = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", process);
	FILE *file = fopen(path, "r");
	must(file != NULL);
	while (fgets(line, sizeof(line), file)) {
		if (text_starts(line, "VmRSS:"))
			kb = strtoll(line + strlen("VmRSS:"), NULL, 10);
	}
	fclose(file);
	return kb / 1024;
}

/* ------------------------------------------------------------------ signing in */

static void post(const struct other *server, const char *path, const char *cookie, const char *body,
	char *answer, size_t room, char given[COOKIE])
{
	char request[REQUEST_BYTES];

	snprintf(request, sizeof(request),
		"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Yiben: 1\r\nCookie: %s\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		path, cookie, strlen(body), body);
	int status = load_ask(server->port, request, answer, room, given);
	if (status / 100 != 2) {
		fprintf(stderr, "bench: POST %s: %d %s\n", path, status, answer);
		exit(1);
	}
}

static void accept_link(
	const struct other *server, const char *path, const char *login, char cookie[COOKIE])
{
	char body[512], answer[1024];

	snprintf(body, sizeof(body),
		"{\"token\":\"%s\",\"login\":\"%s\",\"password\":\"a long password\"}",
		strrchr(path, '/') + 1, login);
	post(server, "/api/invitations/accept", "", body, answer, sizeof(answer), cookie);
}

static void sign_in(const struct other *server, struct asking *asking)
{
	char login[32], body[64], answer[1024];

	accept_link(server, server->link, "office", asking->cookies[0]);
	for (int i = 1; i < PEOPLE; i++) {
		snprintf(login, sizeof(login), "m%d", i);
		snprintf(body, sizeof(body), "{\"staff\":\"%s\"}", login);
		post(server, "/api/invitations", asking->cookies[0], body, answer, sizeof(answer),
			NULL);
		char *path = strstr(answer, "/#/invite/");
		must(path != NULL);
		path[strcspn(path, "\"")] = '\0';
		accept_link(server, path, login, asking->cookies[i]);
	}
}

/* ------------------------------------------------------------------ what is asked */

static size_t get(const char *cookie, const char *path, char text[REQUEST_BYTES])
{
	int length = snprintf(text, REQUEST_BYTES,
		"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\n"
		"Accept-Encoding: identity\r\n\r\n",
		path, cookie);

	must(length > 0 && length < REQUEST_BYTES);
	return (size_t)length;
}

static int manager_of(int connection)
{
	return 1 + connection % (PEOPLE - 1);
}

static int below(struct asking *asking, int most)
{
	return (int)(bench_chance(&asking->chance) % (uint64_t)most);
}

static size_t ask_hello(void *context, int connection, int number, char text[REQUEST_BYTES])
{
	(void)context, (void)connection, (void)number;
	return get("", "/", text);
}

static size_t ask_timeline(void *context, int connection, int number, char text[REQUEST_BYTES])
{
	struct asking *asking = context;

	(void)number;
	return get(asking->cookies[manager_of(connection)], "/api/timeline?for=me", text);
}

static size_t ask_customer(void *context, int connection, int number, char text[REQUEST_BYTES])
{
	struct asking *asking = context;
	int manager = manager_of(connection);
	char path[80];

	snprintf(path, sizeof(path), "/api/customers/C%06d",
		asking->own[manager * OWN_CUSTOMERS + number % OWN_CUSTOMERS]);
	return get(asking->cookies[manager], path, text);
}

static void escape(const char *from, size_t length, char *into)
{
	for (size_t i = 0; i < length; i++)
		into += snprintf(into, 4, "%%%02X", (unsigned char)from[i]);
}

/* Two characters of a name that is there. */
static size_t ask_fragment(void *context, int connection, int number, char text[REQUEST_BYTES])
{
	struct asking *asking = context;
	char name[PROVINCE_NAME], path[128] = "/api/search?q=";
	const char *from = name, *end;

	(void)connection, (void)number;
	province_customer_name(below(asking, asking->managers * OWN_CUSTOMERS), name);
	for (int skip = below(asking, (int)text_characters(name) - 1); skip > 0; skip--)
		text_next(&from);
	end = from;
	text_next(&end);
	text_next(&end);
	escape(from, (size_t)(end - from), path + strlen(path));
	return get(asking->cookies[0], path, text);
}

static size_t ask_initials(void *context, int connection, int number, char text[REQUEST_BYTES])
{
	static const char first[] = "abcdfghjklmnpqrstwxyz";
	struct asking *asking = context;
	char path[64];

	(void)connection, (void)number;
	snprintf(path, sizeof(path), "/api/search?q=%c%c%c",
		first[below(asking, sizeof(first) - 1)], first[below(asking, sizeof(first) - 1)],
		first[below(asking, sizeof(first) - 1)]);
	return get(asking->cookies[0], path, text);
}

static size_t ask_append(void *context, int connection, int number, char text[REQUEST_BYTES])
{
	struct asking *asking = context;
	int manager = manager_of(connection);
	char line[LINE_BYTES], body[LINE_BYTES + 32];

	bench_visit_of(&asking->chance, day_start((int)book_day) + 9 * HOUR_MS, NULL,
		asking->own[manager * OWN_CUSTOMERS + number % OWN_CUSTOMERS], line);
	snprintf(body, sizeof(body), "{\"entries\":[%s]}", line);
	int length = snprintf(text, REQUEST_BYTES,
		"POST /api/entries HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Yiben: 1\r\nCookie: %s\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		asking->cookies[manager], strlen(body), body);
	must(length < REQUEST_BYTES);
	return (size_t)length;
}

/* ------------------------------------------------------------------ measuring */

static void percent(const char *name, double ours, double ceiling, int aim)
{
	printf("%-44s %8.1f %%, aim %d %%\n", name, 100 * ours / ceiling, aim);
}

static double each_second(const struct loaded *loaded)
{
	return (double)loaded->count * 1e9 / (double)loaded->time_ns;
}

static struct loaded measure(
	int port, load_request *request, const char *expected, struct asking *asking, int time_ms)
{
	struct load load = { .port = port,
		.connections = CONNECTIONS_MOST,
		.time_ns = (int64_t)time_ms * 1000000,
		.request = request,
		.expected = expected,
		.context = asking };
	struct loaded loaded;

	load_run(&load, &loaded);
	return loaded;
}

static void measure_reads(const struct other *server, struct asking *asking)
{
	static const struct {
		const char *name;
		load_request *request;
		const char *expected;
	} reads[] = { { "a manager's timeline, 50 entries", ask_timeline, "sentence" },
		{ "a customer's page", ask_customer, "customer:" },
		{ "search by two characters", ask_fragment, "items" },
		{ "search by three initials", ask_initials, "items" } };
	struct other bare = other_start(NULL);

	for (size_t i = 0; i < COUNT_OF(reads); i++) {
		struct loaded ceiling = measure(bare.port, ask_hello, "hello", asking, LOAD_MS);
		measure(server->port, reads[i].request, reads[i].expected, asking, WARM_MS);
		struct loaded ours =
			measure(server->port, reads[i].request, reads[i].expected, asking, LOAD_MS);
		load_tell(reads[i].name, &ours);
		load_tell("  a bare server's hello", &ceiling);
		percent("  of the ceiling", each_second(&ours), each_second(&ceiling), 40);
	}
	other_stop(&bare);
}

static void measure_appends(const struct other *server, struct asking *asking, struct task *task)
{
	struct loaded ours = measure(server->port, ask_append, "appended", asking, LOAD_MS);
	struct measured bare;

	task->again.batch = CONNECTIONS_MOST;
	bare = bench_phase(again_write, task);
	load_tell("durable appends, one entry a request", &ours);
	bench_rate("  a bare loop, 64 a commit", &bare, "entries");
	percent("  of the ceiling", each_second(&ours),
		(double)bare.count * 1e9 / (double)bare.time_ns, 60);
}

static int by_number(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* From the start of the program to its first answer, the middle one of some. */
static double start_ms(const struct task *task, int64_t *resident)
{
	double took[STARTS];
	char answer[1024], day[DAY_TEXT], noon[DAY_TEXT + 20];

	day_text((int)book_day, day);
	snprintf(noon, sizeof(noon), "%sT12:00:00+08:00", day);

	for (int i = 0; i < STARTS; i++) {
		int64_t began = -steady_ms(NULL);
		fflush(stdout);
		pid_t child = fork();
		must(child >= 0);
		if (!child) {
			setenv("YIBEN_NOW", noon, 1);
			must(freopen("/dev/null", "w", stdout) != NULL);
			execl(task->program, "yiben", "--db", task->again.ours, "serve", "--listen",
				"127.0.0.1:18420", (char *)NULL);
			_exit(127);
		}
		while (load_ask(18420, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", answer,
			       sizeof(answer), NULL) != 200)
			must(waitpid(child, NULL, WNOHANG) == 0);
		took[i] = (double)(began + steady_ms(NULL));
		sleep(1);
		*resident = resident_mb(child);
		must(kill(child, SIGTERM) == 0 && waitpid(child, NULL, 0) == child);
	}
	qsort(took, STARTS, sizeof(*took), by_number);
	return took[STARTS / 2];
}

int main(int count, char **words)
{
	static struct asking asking = { .chance = 23 };
	const char *folder = bench_folder(count, words);
	struct task task = { .managers = MANAGERS, .entries = ENTRIES };
	int64_t resident;

	must(count > 2);
	text_copy(task.program, sizeof(task.program), words[2]);
	if (count > 3)
		task.managers = (int)strtol(words[3], NULL, 10);
	if (count > 4)
		task.entries = strtoll(words[4], NULL, 10);
	must(task.managers >= PEOPLE);
	asking.managers = task.managers;
	asking.own = task.own =
		mmap(NULL, (size_t)task.managers * OWN_CUSTOMERS * sizeof(*task.own),
			PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(task.own != MAP_FAILED);
	bench_path(folder, "http-base.db", task.again.base);
	bench_path(folder, "http.db", task.again.ours);
	bench_path(folder, "http-bare.db", task.again.bare);
	bench_machine(folder);
	struct measured filled = bench_phase(fill, &task);
	book_day = filled.extra;
	task.again.from = filled.count;
	bench_delete(task.again.ours);
	bench_copy(task.again.base, task.again.ours);
	printf("\n== http: %d customers, %" PRId64 " entries, %d connections\n",
		task.managers * OWN_CUSTOMERS, filled.count, CONNECTIONS_MOST);
	double cold_ms = start_ms(&task, &resident);
	printf("%-44s %8.0f ms, aim 100 ms\n", "from its start to the first answer", cold_ms);
	printf("%-44s %8" PRId64 " MB, aim 64 MB\n", "resident at rest", resident);
	struct other server = other_start(task.again.ours);
	sign_in(&server, &asking);
	measure_reads(&server, &asking);
	measure_appends(&server, &asking, &task);
	printf("%-44s %8" PRId64 " MB\n", "resident behind all this", resident_mb(server.process));
	other_stop(&server);
	bench_delete(task.again.base);
	bench_delete(task.again.ours);
	bench_delete(task.again.bare);
	return 0;
}

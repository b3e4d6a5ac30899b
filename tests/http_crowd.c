/*
 * A crowd of clients that do not behave: they ask, write, listen, send halves, go away at any
 * moment, and go on while the server ends. What the threads of the server do to one another is
 * looked at with the sanitizers: YIBEN_CROWD_S makes it last longer than a test needs.
 */
#include "http_tests.h"

#include "base/panic.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { CLIENTS = 12, REQUEST_BYTES = 2000, PORTION_MS = 1200 };

static char cookie[300];
static _Atomic int port;
static atomic_bool over;
static atomic_int answers;

/* What a client does once it has asked. */
enum manner { TO_THE_END, A_LITTLE, NOT_AT_ALL, WITH_A_BANG };

static const struct {
	const char *line, *body;
	int cut; /* so many bytes are not sent */
	enum manner manner;
} acts[] = {
	{ "GET /api/timeline", NULL, 0, TO_THE_END },
	{ "GET /api/customers/C1", NULL, 0, TO_THE_END },
	{ "GET /api/duties", NULL, 0, NOT_AT_ALL },
	{ "GET /api/search?q=qy", NULL, 0, WITH_A_BANG },
	{ "GET /api/events", NULL, 0, A_LITTLE },
	{ "GET /api/events?after=0", NULL, 0, WITH_A_BANG },
	{ "GET /api/events", NULL, 0, NOT_AT_ALL },
	{ "GET /api/kinds", NULL, 20, A_LITTLE },
	{ "GET /", NULL, 0, TO_THE_END },
	{ "GET /api/openapi.json", NULL, 0, A_LITTLE },
	{ "DELETE /api/nothing", NULL, 0, TO_THE_END },
	{ "POST /api/entries",
		"{\"entries\":[{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\","
		"\"way\":\"phone\",\"observation\":\"crowd\"}}]}",
		0, TO_THE_END },
	{ "POST /api/entries",
		"{\"entries\":[{\"kind\":\"visit.made\",\"body\":{\"customer\":\"C1\","
		"\"way\":\"phone\",\"observation\":\"gone\"}}]}",
		0, WITH_A_BANG },
	{ "POST /api/entries", "{\"entries\":[]}", 7, A_LITTLE },
	{ "POST /api/session", "{\"login\":\"nobody\",\"password\":\"x\"}", 0, NOT_AT_ALL },
	{ "POST /api/exports", "{\"kind\":\"customer\",\"form\":\"csv\"}", 0, A_LITTLE },
};

static size_t request_of(size_t act, char bytes[REQUEST_BYTES])
{
	const char *body = acts[act].body ? acts[act].body : "";
	int length = snprintf(bytes, REQUEST_BYTES,
		"%s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nX-Yiben: 1\r\n%s"
		"Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
		acts[act].line, cookie, *body ? "Content-Type: application/json\r\n" : "",
		strlen(body), body);

	return (size_t)(length - acts[act].cut);
}

static int connected(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int file = socket(AF_INET, SOCK_STREAM, 0);

	if (file >= 0 && connect(file, (void *)&address, sizeof(address)) == 0)
		return file;
	close(file);
	return -1;
}

static void read_some(int file, enum manner manner)
{
	struct pollfd ready = { .fd = file, .events = POLLIN };
	char bytes[4096];
	ssize_t got = 1;

	for (int i = 0; got > 0 && (manner == TO_THE_END || i < 2) &&
			poll(&ready, 1, manner == TO_THE_END ? PORTION_MS : 20) > 0;
		i++) {
		got = recv(file, bytes, sizeof(bytes), 0);
		if (i == 0 && got > 12 && memcmp(bytes, "HTTP/1.1 200", 12) == 0)
			answers++;
	}
}

static void act(unsigned *seed)
{
	size_t which = (size_t)rand_r(seed) % COUNT_OF(acts);
	const struct linger bang = { .l_onoff = 1, .l_linger = 0 };
	char bytes[REQUEST_BYTES];
	int file = connected();

	if (file < 0)
		return;
	(void)!send(file, bytes, request_of(which, bytes), MSG_NOSIGNAL);
	if (acts[which].manner == WITH_A_BANG) {
		usleep((useconds_t)(rand_r(seed) % 5000));
		setsockopt(file, SOL_SOCKET, SO_LINGER, &bang, sizeof(bang));
	} else if (acts[which].manner != NOT_AT_ALL) {
		read_some(file, acts[which].manner);
	}
	close(file);
}

static void *come_and_go(void *context)
{
	unsigned seed = *(unsigned *)context;

	while (!over)
		act(&seed);
	return NULL;
}

static void take_cookie(struct browser *browser)
{
	struct curl_slist *list = NULL;
	char name[60] = "", value[200] = "";

	curl_easy_getinfo(browser->curl, CURLINFO_COOKIELIST, &list);
	for (struct curl_slist *one = list; one; one = one->next)
		sscanf(one->data, "%*s %*s %*s %*s %*s %59s %199s", name, value);
	curl_slist_free_all(list);
	snprintf(cookie, sizeof(cookie), "%s=%s", name, value);
	assert_true(*value);
}

/* Servers come and go beneath the crowd. */
void a_crowd_comes_and_goes(void **state)
{
	const char *longer = getenv("YIBEN_CROWD_S");
	int64_t portions = 3, seconds;
	unsigned seeds[CLIENTS];
	pthread_t threads[CLIENTS];

	(void)state;
	if (longer && text_integer(longer, &seconds))
		portions = seconds * 1000 / PORTION_MS + 1;
	take_cookie(&zhou);
	over = false;
	port = server_port(test_server);
	for (unsigned i = 0; i < CLIENTS; i++) {
		seeds[i] = i + 1;
		must(pthread_create(&threads[i], NULL, come_and_go, &seeds[i]) == 0);
	}
	for (int64_t i = 0; i < portions; i++) {
		struct server *second = serve(test_url, NULL);
		port = server_port(second);
		usleep(PORTION_MS * 1000);
		server_stop(second);
		port = server_port(test_server);
	}
	over = true;
	for (int i = 0; i < CLIENTS; i++)
		must(pthread_join(threads[i], NULL) == 0);
	assert_true(answers > CLIENTS);
	/* Who went away took nothing with him. */
	assert_int_equal(ask(&zhou, "GET", "/api/timeline", NULL), 200);
	assert_int_equal(problems_said(), 0);
}

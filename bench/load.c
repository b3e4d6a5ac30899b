#include "load.h"

#include "base/panic.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_BYTES = 256 * 1024 };

struct connection {
	int file;
	int64_t asked_ns;
	size_t have, need; /* bytes of the answer; 0: its length is not known yet */
	int numbered;
	char *answer;
};

static int64_t now_ns(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int connect_to(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	must(file >= 0 && inet_pton(AF_INET, "127.0.0.1", &address.sin_addr) == 1);
	if (connect(file, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(file);
		return -1;
	}
	must(setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) == 0);
	return file;
}

static void send_all(int file, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(file, bytes, length, MSG_NOSIGNAL);
		must(sent > 0);
		bytes += sent;
		length -= (size_t)sent;
	}
}

/* The value of a header of the answer, NULL where it has none. */
static const char *header_of(const char *answer, const char *name)
{
	const char *found = strcasestr(answer, name);

	return found ? found + strlen(name) + strspn(found + strlen(name), ": ") : NULL;
}

/* How long the whole answer will be, 0 while its headers are not all here. */
static size_t whole_length(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");

	if (!end)
		return 0;
	const char *length = header_of(answer, "\r\nContent-Length");
	return (size_t)(end + 4 - answer) + (length ? strtoul(length, NULL, 10) : 0);
}

/* Take what has come; true when the answer is whole. */
static bool take(struct connection *connection)
{
	ssize_t got = recv(connection->file, connection->answer + connection->have,
		ANSWER_BYTES - 1 - connection->have, 0);

	if (got <= 0) {
		fprintf(stderr, "bench: the server closed behind %zu bytes\n", connection->have);
		exit(1);
	}
	connection->have += (size_t)got;
	connection->answer[connection->have] = '\0';
	if (!connection->need)
		connection->need = whole_length(connection->answer);
	must(connection->need < ANSWER_BYTES);
	return connection->need && connection->have >= connection->need;
}

static void next(const struct load *load, struct connection *connection, int number)
{
	char request[REQUEST_BYTES];
	size_t length = load->request(load->context, number, connection->numbered++, request);

	connection->have = connection->need = 0;
	connection->asked_ns = now_ns();
	send_all(connection->file, request, length);
}

static int by_time(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void judge(const struct load *load, const struct connection *connection)
{
	if (text_starts(connection->answer, "HTTP/1.1 2") &&
		strstr(connection->answer, load->expected))
		return;
	fprintf(stderr, "bench: %.*s\n", (int)connection->need, connection->answer);
	exit(1);
}

static void open_all(const struct load *load, struct connection *connections, int watch)
{
	for (int i = 0; i < load->connections; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.u32 = (uint32_t)i };
		connections[i] = (struct connection){ .file = connect_to(load->port),
			.answer = malloc(ANSWER_BYTES) };
		must(connections[i].file >= 0 && connections[i].answer);
		must(epoll_ctl(watch, EPOLL_CTL_ADD, connections[i].file, &event) == 0);
	}
}

/* One more answer is whole: how long it took, and the next question. */
static void account(const struct load *load, struct connection *connection, int number,
	int64_t until_ns, int64_t *took, struct loaded *loaded)
{
	int64_t now = now_ns();

	judge(load, connection);
	must(loaded->count < ANSWERS_MOST);
	took[loaded->count++] = now - connection->asked_ns;
	loaded->bytes += (int64_t)connection->have;
	connection->need = 0;
	if (now < until_ns)
		next(load, connection, number);
	else
		connection->asked_ns = 0;
}

static int still_asking(const struct connection *connections, int count)
{
	int asking = 0;

	for (int i = 0; i < count; i++)
		asking += connections[i].asked_ns != 0;
	return asking;
}

void load_run(const struct load *load, struct loaded *loaded)
{
	struct connection connections[CONNECTIONS_MOST];
	struct epoll_event ready[CONNECTIONS_MOST];
	int64_t *took = malloc(ANSWERS_MOST * sizeof(*took));
	int watch = epoll_create1(EPOLL_CLOEXEC);

	must(took && watch >= 0 && load->connections <= CONNECTIONS_MOST);
	*loaded = (struct loaded){ .count = 0 };
	open_all(load, connections, watch);
	int64_t began = now_ns();
	for (int i = 0; i < load->connections; i++)
		next(load, &connections[i], i);
	while (still_asking(connections, load->connections)) {
		int count = epoll_wait(watch, ready, load->connections, -1);
		must(count > 0 || errno == EINTR);
		for (int i = 0; i < count; i++) {
			int number = (int)ready[i].data.u32;
			if (take(&connections[number]))
				account(load, &connections[number], number, began + load->time_ns,
					took, loaded);
		}
	}
	loaded->time_ns = now_ns() - began;
	qsort(took, (size_t)loaded->count, sizeof(*took), by_time);
	loaded->p50_ms = (double)took[loaded->count / 2] / 1e6;
	loaded->p99_ms = (double)took[loaded->count * 99 / 100] / 1e6;
	for (int i = 0; i < load->connections; i++) {
		close(connections[i].file);
		free(connections[i].answer);
	}
	close(watch);
	free(took);
}

static void cookie_copy(const char *answer, char cookie[256])
{
	const char *given = header_of(answer, "\r\nSet-Cookie");
	size_t length = given ? strcspn(given, ";\r") : 0;

	must(length < 256);
	memcpy(cookie, given ? given : "", length);
	cookie[length] = '\0';
}

int load_ask(int port, const char *request, char *answer, size_t room, char cookie[256])
{
	struct connection connection = { .file = connect_to(port), .answer = malloc(ANSWER_BYTES) };
	int status = 0;

	must(connection.answer != NULL);
	if (connection.file >= 0) {
		send_all(connection.file, request, strlen(request));
		while (!take(&connection))
			;
		status = (int)strtol(connection.answer + strlen("HTTP/1.1 "), NULL, 10);
		text_copy(answer, room, strstr(connection.answer, "\r\n\r\n") + 4);
		if (cookie)
			cookie_copy(connection.answer, cookie);
		close(connection.file);
	}
	free(connection.answer);
	return status;
}

void load_tell(const char *name, const struct loaded *loaded)
{
	printf("%-44s %8.0f requests/s  p50 %7.2f ms  p99 %7.2f ms  %6.1f KB each\n", name,
		(double)loaded->count * 1e9 / (double)loaded->time_ns, loaded->p50_ms,
		loaded->p99_ms, (double)loaded->bytes / 1024 / (double)loaded->count);
}

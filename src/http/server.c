#include "http/server.h"
#include "http/exchange.h"
#include "base/asset.h"
#include "base/panic.h"
#include "base/text.h"

#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	IO_THREADS = 2,
	READERS = 4,
	WRITERS = 32, /* they only wait: the more, the more a commit is shared */
	HASHERS = 1,
	READ_ROOM = 512,
	WRITE_ROOM = 512,
	PASSWORD_ROOM = 8,
	IMPORTERS = 1,
	IMPORT_ROOM = 4,
	EXPORTERS = 1,
	EXPORT_ROOM = 8,
	CONNECTIONS = 2048,
	CONNECTIONS_PER_ADDRESS = 512,
	CONNECTION_BYTES = 12 * 1024, /* of which the headers must fit */
	SILENT_S = 60,
	HEADER_MS = 20 * SECOND_MS,
	BODY_MS = 15 * SECOND_MS,
	ANSWER_MS = 120 * SECOND_MS,
	TICK_MS = 20 * SECOND_MS,
	DRAIN_MS = 20,
};

struct server {
	struct services services;
	struct exchanges exchanges;
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock;
	pthread_cond_t ending;
	pthread_t ticker;
	bool ticking, closing;
};

static int or_else(int given, int otherwise)
{
	return given ? given : otherwise;
}

/* ------------------------------------------------------------------ time that passes */

static void *tick(void *context)
{
	struct server *server = context;
	struct services *services = &server->services;
	int pause_ms = or_else(services->settings.tick_ms, TICK_MS);

	must(pthread_mutex_lock(&server->lock) == 0);
	while (!server->closing) {
		struct error error = { 0 };
		int appended;
		must(pthread_mutex_unlock(&server->lock) == 0);
		if (queue_tick(services->queue, &appended, &error) != OK)
			services_problem(services, "tick", &error);
		int64_t until_ms =
			services->settings.steady_ms(services->settings.clock_state) + pause_ms;
		struct timespec until = { until_ms / 1000, until_ms % 1000 * 1000000 };
		must(pthread_mutex_lock(&server->lock) == 0);
		if (!server->closing)
			pthread_cond_timedwait(&server->ending, &server->lock, &until);
	}
	must(pthread_mutex_unlock(&server->lock) == 0);
	return NULL;
}

static void start_ticking(struct server *server)
{
	sigset_t all, before;

	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	must(pthread_create(&server->ticker, NULL, tick, server) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	server->ticking = true;
}

static void stop_ticking(struct server *server)
{
	if (!server->ticking)
		return;
	must(pthread_mutex_lock(&server->lock) == 0);
	server->closing = true;
	must(pthread_cond_signal(&server->ending) == 0);
	must(pthread_mutex_unlock(&server->lock) == 0);
	must(pthread_join(server->ticker, NULL) == 0);
}

/* ------------------------------------------------------------------ what it stands on */

static enum result open_book(struct services *services, struct error *error)
{
	const struct server_settings *settings = &services->settings;
	struct identity_settings identity = { settings->url, settings->book, services_chance,
		services };
	struct queue_settings queue = { .url = settings->url,
		.book = settings->book,
		.modules = settings->modules,
		.now = settings->now,
		.steady_ms = settings->steady_ms,
		.clock_state = settings->clock_state,
		.chance = services_chance,
		.chance_state = services };

	if (queue_open(&services->queue, &queue, error) != OK ||
		identity_open(&services->identity, &identity, error) != OK)
		return error->result;
	services->search = search_new();
	services->pool = pool_new(settings->url, settings->book, settings->modules, READERS);
	return events_open(&services->events, services, settings->url, settings->book, error);
}

static void open_lanes(struct exchanges *exchanges)
{
	exchanges->lanes[LANE_READ] = lane_new(READERS, READ_ROOM, exchange_work);
	exchanges->lanes[LANE_WRITE] = lane_new(WRITERS, WRITE_ROOM, exchange_work);
	exchanges->lanes[LANE_PASSWORD] = lane_new(HASHERS, PASSWORD_ROOM, exchange_work);
	exchanges->lanes[LANE_IMPORT] = lane_new(IMPORTERS, IMPORT_ROOM, exchange_work);
	exchanges->lanes[LANE_EXPORT] = lane_new(EXPORTERS, EXPORT_ROOM, exchange_work);
}

static void complain(void *context, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));
static void complain(void *context, const char *format, va_list arguments)
{
	/* It speaks of clients that went away, which is no problem of ours. */
	(void)context;
	(void)format;
	(void)arguments;
}

/* ------------------------------------------------------------------ listening */

static enum result find_address(
	const struct server_settings *settings, struct addrinfo **found, struct error *error)
{
	const struct addrinfo wanted = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM };
	char port[16];

	snprintf(port, sizeof(port), "%d", settings->port);
	if (getaddrinfo(settings->address, port, &wanted, found) == 0)
		return OK;
	return error_refuse(error, "refused.listen", "", "address", settings->address, NULL);
}

static enum result listen_at(
	struct server *server, const struct sockaddr *address, struct error *error)
{
	const struct server_settings *settings = &server->services.settings;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_USE_ERROR_LOG | (address->sa_family == AF_INET6 ? MHD_USE_IPv6 : 0) |
			 (settings->certificate ? MHD_USE_TLS : 0);
	/* The library writes to nothing of these. */
	union {
		const char *constant;
		void *text;
	} certificate = { settings->certificate }, key = { settings->key };
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, certificate.text },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, key.text },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct exchanges *exchanges = &server->exchanges;
	int per_address = or_else(settings->connections_per_address, CONNECTIONS_PER_ADDRESS);

	server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, exchange_more, exchanges,
		MHD_OPTION_EXTERNAL_LOGGER, complain, NULL, MHD_OPTION_SOCK_ADDR, address,
		MHD_OPTION_THREAD_POOL_SIZE, (unsigned)IO_THREADS, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)or_else(settings->connections, CONNECTIONS),
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings->proxied ? 0u : (unsigned)per_address,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENT_S, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_URI_LOG_CALLBACK, exchange_start,
		exchanges, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, exchanges,
		MHD_OPTION_NOTIFY_CONNECTION, exchange_connection, exchanges, MHD_OPTION_ARRAY,
		settings->certificate ? tls : &tls[2], MHD_OPTION_END);
	if (server->daemon)
		return OK;
	return error_refuse(error, "refused.listen", "", "address", settings->address, NULL);
}

static enum result listen_for(struct server *server, struct error *error)
{
	struct addrinfo *found;

	if (find_address(&server->services.settings, &found, error) != OK)
		return error->result;
	listen_at(server, found->ai_addr, error);
	freeaddrinfo(found);
	return error->result;
}

int server_port(const struct server *server)
{
	return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/* ------------------------------------------------------------------ start and stop */

static struct server *server_new(const struct server_settings *settings)
{
	struct server *server = calloc(1, sizeof(*server));
	pthread_condattr_t steady;

	must(server != NULL);
	server->services.settings = *settings;
	server->services.messages = asset_messages();
	must(pthread_mutex_init(&server->services.chance_lock, NULL) == 0);
	must(pthread_mutex_init(&server->lock, NULL) == 0);
	must(pthread_condattr_init(&steady) == 0);
	must(pthread_condattr_setclock(&steady, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&server->ending, &steady) == 0);
	pthread_condattr_destroy(&steady);
	server->services.guard =
		guard_new(settings->steady_ms, settings->clock_state, settings->rate_times);
	server->exchanges = (struct exchanges){ .services = &server->services,
		.limits = { or_else(settings->header_ms, HEADER_MS),
			or_else(settings->body_ms, BODY_MS), ANSWER_MS } };
	return server;
}

enum result server_start(
	struct server **started, const struct server_settings *settings, struct error *error)
{
	struct server *server = server_new(settings);

	if (open_book(&server->services, error) == OK) {
		open_lanes(&server->exchanges);
		listen_for(server, error);
	}
	if (error->result != OK) {
		server_stop(server);
		return error->result;
	}
	start_ticking(server);
	*started = server;
	return OK;
}

/* Lanes end before the daemon does, for whoever sleeps in it waits for them; and they are there for
 * as long as it is, for a connection that was taken before may still bring a request. */
static void stop_serving(struct server *server)
{
	struct services *services = &server->services;

	if (server->daemon) {
		MHD_socket listening = MHD_quiesce_daemon(server->daemon);
		if (listening != MHD_INVALID_SOCKET)
			close(listening);
	}
	if (services->events)
		events_quiet(services->events);
	for (int i = LANE_READ; i < LANES; i++)
		lane_end(server->exchanges.lanes[i]);
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	for (int i = LANE_READ; i < LANES; i++)
		lane_free(server->exchanges.lanes[i]);
}

void server_stop(struct server *server)
{
	struct services *services = &server->services;

	stop_ticking(server);
	stop_serving(server);
	events_close(services->events);
	if (services->queue)
		queue_close(services->queue);
	pool_free(services->pool);
	search_free(services->search);
	identity_close(services->identity);
	guard_free(services->guard);
	pthread_cond_destroy(&server->ending);
	pthread_mutex_destroy(&server->lock);
	pthread_mutex_destroy(&services->chance_lock);
	messages_free(services->messages);
	free(server);
}

/* ------------------------------------------------------------------ the first person */

enum result server_first_link(struct server *server, char path[128], struct error *error)
{
	struct services *services = &server->services;
	int64_t now = services_now(services);
	char token[TOKEN_TEXT], staff[96] = "";
	struct ledger *ledger;
	bool any = false;

	*path = '\0';
	if (identity_any(services->identity, &any, error) != OK || any ||
		pool_take(services->pool, &ledger, error) != OK)
		return error->result;
	const char *office = ledger_office(ledger, instant_day(now));
	text_copy(staff, sizeof(staff), office ? office : "");
	ledger_trouble(ledger, error);
	pool_give(services->pool, ledger, error->result != OK);
	if (error->result == OK &&
		identity_invite(services->identity, staff, "system", true, now, token, error) == OK)
		snprintf(path, 128, "/#/invite/%s", token);
	return error->result;
}

/* The server, until a signal ends it. */
#include "app/commands.h"
#include "app/world.h"
#include "base/file.h"
#include "http/server.h"
#include "store/store.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PEM_BYTES = 1024 * 1024, ADDRESS_BYTES = 80, LINK_BYTES = 256, PORT_MOST = 65535 };

/* An organisation of one unit, and its first person, who keeps its lists. */
static const char first_entries[] =
	"{\"kind\":\"org.unit\",\"body\":{\"unit\":\"0\",\"name\":\"{organisation}\","
	"\"level\":\"group\"}}\n"
	"{\"kind\":\"org.staff\",\"body\":{\"staff\":\"{staff}\",\"name\":\"{name}\"}}\n"
	"{\"kind\":\"org.post\",\"body\":{\"staff\":\"{staff}\",\"unit\":\"0\",\"role\":\"office\","
	"\"from\":\"{day}\"}}\n";

struct listening {
	char address[ADDRESS_BYTES];
	int port;
	struct buffer certificate, key;
};

/* "127.0.0.1:8420", "[::1]:8420" */
static enum result take_listen(const char *given, struct listening *listening, struct error *error)
{
	const char *colon = strrchr(given, ':');
	const char *end = colon;
	int64_t port = -1;

	if (*given == '[' && colon && colon[-1] == ']') {
		given++;
		end--;
	}
	if (!colon || !text_integer(colon + 1, &port) || port < 0 || port > PORT_MOST ||
		end <= given || end - given >= ADDRESS_BYTES)
		return error_refuse(error, "refused.listen_form", "", "value", given, NULL);
	memcpy(listening->address, given, (size_t)(end - given));
	listening->address[end - given] = '\0';
	listening->port = (int)port;
	return OK;
}

static enum result take_options(
	const struct app *app, struct listening *listening, struct error *error)
{
	const char *listen = argument(&app->arguments, "--listen");
	const char *certificate = argument(&app->arguments, "--cert");
	const char *key = argument(&app->arguments, "--key");

	if (!certificate != !key)
		return error_refuse(error, "refused.cert_and_key", "", NULL);
	if (take_listen(listen ? listen : "127.0.0.1:8420", listening, error) != OK)
		return error->result;
	if (certificate && (file_read(certificate, &listening->certificate, error) != OK ||
				   file_read(key, &listening->key, error) != OK))
		return error->result;
	return OK;
}

static void print_problem(void *state, const char *line)
{
	(void)state;
	fprintf(stderr, "%s\n", line);
}

static struct server_settings settings_of(const struct app *app, const struct listening *listening)
{
	bool tls = listening->certificate.length > 0;

	return (struct server_settings){ .address = listening->address,
		.port = listening->port,
		.certificate = tls ? listening->certificate.bytes : NULL,
		.key = tls ? listening->key.bytes : NULL,
		.proxied = argument(&app->arguments, "--proxied") != NULL,
		.url = app->db,
		.book = app->book,
		.modules = modules,
		.first_entries = first_entries,
		.now = world_now_again,
		.steady_ms = world_steady_ms,
		.chance = app->session.chance,
		.chance_state = app->session.chance_state,
		.problem = print_problem };
}

/* Where there is a desktop, its own program opens the link; whether it does is its business. */
static void open_link(const char *link)
{
	char *const words[] = { (char[]){ "xdg-open" }, strdup(link), NULL };

	if (!words[1])
		return;
	if ((getenv("DISPLAY") || getenv("WAYLAND_DISPLAY")) && isatty(STDOUT_FILENO) &&
		fork() == 0) {
		execvp(words[0], words);
		_exit(1);
	}
	free(words[1]);
}

static void say_address(const struct app *app, const struct server *server,
	const struct listening *listening, const char *first)
{
	bool six = strchr(listening->address, ':') != NULL;
	char link[LINK_BYTES];

	snprintf(link, sizeof(link), "%s://%s%s%s:%d%s",
		listening->certificate.length ? "https" : "http", six ? "[" : "",
		listening->address, six ? "]" : "", server_port(server), *first ? first : "/");
	app_say(app, *first ? "serve.first" : "serve.ready", "link", link, NULL);
	fflush(stdout);
	if (*first)
		open_link(link);
}

static enum result serve(struct app *app, const struct listening *listening, struct error *error)
{
	const struct server_settings settings = settings_of(app, listening);
	struct server *server = NULL;
	char first[128];
	sigset_t ending;
	int signal_number;

	/* Before there is a thread that could be chosen to take them. */
	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigprocmask(SIG_BLOCK, &ending, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (server_start(&server, &settings, error) != OK)
		return error->result;
	if (server_first_link(server, first, error) == OK) {
		say_address(app, server, listening, first);
		sigwait(&ending, &signal_number);
	}
	server_stop(server);
	return error->result;
}

/* The book is made where it is missing: whoever starts a server for the first time has none. */
enum result command_serve(struct app *app, struct error *error)
{
	struct listening listening = { .port = 0 };

	buffer_init(&listening.certificate, PEM_BYTES);
	buffer_init(&listening.key, PEM_BYTES);
	if (take_options(app, &listening, error) == OK && app_open(app, true, error) == OK) {
		/* The server has connections of its own. */
		ledger_close(app->ledger);
		app->ledger = NULL;
		serve(app, &listening, error);
	}
	buffer_release(&listening.certificate);
	buffer_release(&listening.key);
	return error->result;
}

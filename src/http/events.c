#include "http/events.h"
#include "http/services.h"
#include "ledger/follow.h"
#include "base/panic.h"

#include <inttypes.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOK_MS = 1000, RETRY_MS = 200, EVENT_BYTES = 1024 };

struct stream {
	struct events *events;
	struct MHD_Connection *connection; /* NULL until it is answered on one */
	char *staff, *token;
	int64_t told;       /* the seq it was told last */
	int64_t heard_ms;   /* when it was told anything */
	int64_t checked_ms; /* when its session was looked at */
	bool waiting;       /* its connection is suspended */
	bool over;          /* its session has ended, or the server does */
	struct stream *next, **link;
};

struct events {
	struct services *services;
	struct follow *follow;
	pthread_mutex_t lock;
	pthread_t thread;
	bool closing;
	int64_t seq; /* the newest known */
	struct stream *streams;
};

static int64_t steady_ms(const struct events *events)
{
	return events->services->settings.steady_ms(events->services->settings.clock_state);
}

static void lock(struct events *events)
{
	must(pthread_mutex_lock(&events->lock) == 0);
}

static void unlock(struct events *events)
{
	must(pthread_mutex_unlock(&events->lock) == 0);
}

/* ------------------------------------------------------------------ following */

static bool has_to_say(const struct events *events, const struct stream *stream, int64_t now_ms)
{
	return stream->over || stream->told < events->seq ||
	       now_ms - stream->heard_ms >= HEARTBEAT_MS;
}

/* Under the lock: let those go on that have something to say. */
static void wake(struct events *events)
{
	int64_t now_ms = steady_ms(events);

	for (struct stream *one = events->streams; one; one = one->next) {
		if (one->waiting && has_to_say(events, one, now_ms)) {
			one->waiting = false;
			MHD_resume_connection(one->connection);
		}
	}
}

/* The token of a stream whose session was not looked at for a heartbeat, or NULL. */
static char *token_to_check(struct events *events)
{
	int64_t now_ms = steady_ms(events);
	char *token = NULL;

	lock(events);
	for (struct stream *one = events->streams; one && !token; one = one->next) {
		if (one->over || now_ms - one->checked_ms < HEARTBEAT_MS)
			continue;
		one->checked_ms = now_ms;
		token = strdup(one->token);
		must(token != NULL);
	}
	unlock(events);
	return token;
}

static bool session_over(struct events *events, const char *token)
{
	struct services *services = events->services;
	struct error error = { 0 };
	struct person person;
	struct arena arena;

	arena_init(&arena, 64 * 1024);
	identity_look(services->identity, &arena, token, services_now(services), &person, &error);
	arena_release(&arena);
	return error.result == REFUSED;
}

static void check_sessions(struct events *events)
{
	for (char *token; (token = token_to_check(events)); free(token)) {
		if (!session_over(events, token))
			continue;
		lock(events);
		for (struct stream *one = events->streams; one; one = one->next)
			one->over = one->over || strcmp(one->token, token) == 0;
		unlock(events);
	}
}

static void *follow(void *context)
{
	struct events *events = context;
	const struct timespec pause = { 0, RETRY_MS * 1000000L };
	bool closing = false;
	int64_t seq = 0;

	while (!closing) {
		struct error error = { 0 };
		int64_t known = seq;
		if (follow_wait(events->follow, known, LOOK_MS, &seq, &error) != OK) {
			services_problem(events->services, "events", &error);
			nanosleep(&pause, NULL);
			seq = known;
		}
		check_sessions(events);
		lock(events);
		events->seq = seq > events->seq ? seq : events->seq;
		closing = events->closing;
		wake(events);
		unlock(events);
	}
	return NULL;
}

enum result events_open(struct events **opened, struct services *services, const char *url,
	const char *book, struct error *error)
{
	struct events *events = calloc(1, sizeof(*events));
	sigset_t all, before;

	must(events != NULL);
	events->services = services;
	if (follow_open(&events->follow, url, book, error) != OK) {
		free(events);
		return error->result;
	}
	must(pthread_mutex_init(&events->lock, NULL) == 0);
	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	must(pthread_create(&events->thread, NULL, follow, events) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	*opened = events;
	return OK;
}

void events_quiet(struct events *events)
{
	lock(events);
	events->closing = true;
	for (struct stream *one = events->streams; one; one = one->next)
		one->over = true;
	wake(events);
	unlock(events);
}

void events_close(struct events *events)
{
	if (!events)
		return;
	lock(events);
	events->closing = true;
	unlock(events);
	must(pthread_join(events->thread, NULL) == 0);
	must(!events->streams);
	follow_close(events->follow);
	pthread_mutex_destroy(&events->lock);
	free(events);
}

/* ------------------------------------------------------------------ streams */

static int streams_of(const struct events *events, const char *staff)
{
	int count = 0;

	for (const struct stream *one = events->streams; one; one = one->next)
		count += strcmp(one->staff, staff) == 0;
	return count;
}

enum result stream_open(struct events *events, const struct request *request, int64_t seq,
	struct stream **opened, struct error *error)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	must(stream != NULL);
	stream->events = events;
	stream->staff = strdup(request->person.staff);
	stream->token = strdup(request->token);
	must(stream->staff && stream->token);
	stream->told = seq;
	stream->checked_ms = steady_ms(events);
	lock(events);
	bool room = streams_of(events, stream->staff) < STREAMS_PER_PERSON && !events->closing;
	if (room) {
		stream->next = events->streams;
		stream->link = &events->streams;
		if (stream->next)
			stream->next->link = &stream->next;
		events->streams = stream;
	}
	unlock(events);
	*opened = room ? stream : NULL;
	if (room)
		return OK;
	free(stream->staff);
	free(stream->token);
	free(stream);
	return error_refuse(error, "refused.streams", "", NULL);
}

void stream_close(struct stream *stream)
{
	struct events *events = stream->events;

	lock(events);
	*stream->link = stream->next;
	if (stream->next)
		stream->next->link = stream->link;
	unlock(events);
	free(stream->staff);
	free(stream->token);
	free(stream);
}

static void end(void *context)
{
	stream_close(context);
}

/* The next piece. Where there is none, the connection sleeps until `wake`. */
static ssize_t say(void *context, uint64_t position, char *bytes, size_t size)
{
	struct stream *stream = context;
	struct events *events = stream->events;
	int64_t now_ms = steady_ms(events);
	int length = 0;

	(void)position;
	lock(events);
	if (stream->over) {
		unlock(events);
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	if (!has_to_say(events, stream, now_ms)) {
		stream->waiting = true;
		MHD_suspend_connection(stream->connection);
		unlock(events);
		return 0;
	}
	if (stream->told < events->seq)
		length = snprintf(bytes, size,
			"id: %" PRId64 "\nevent: seq\ndata: {\"seq\":%" PRId64 "}\n\n", events->seq,
			events->seq);
	else
		length = snprintf(bytes, size, ": \n\n");
	stream->told = events->seq > stream->told ? events->seq : stream->told;
	stream->heard_ms = now_ms;
	unlock(events);
	must(length > 0 && (size_t)length < size);
	return length;
}

struct MHD_Response *stream_response(struct stream *stream, struct MHD_Connection *connection)
{
	stream->connection = connection;
	struct MHD_Response *response =
		MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, EVENT_BYTES, say, stream, end);

	must(response != NULL);
	return response;
}

enum result handle_events_get(struct request *request, struct reply *reply, struct error *error)
{
	const char *after = request_text(request, "after");
	uint8_t head[DIGEST_BYTES];
	int64_t seq = ledger_head(request->ledger, head);

	if (!after)
		after = request->last_event;
	if (after && !text_integer(after, &seq))
		return error_refuse(error, "refused.integer", "after", NULL);
	return stream_open(request->services->events, request, seq, &reply->stream, error);
}

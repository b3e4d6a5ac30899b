/*
 * The live line: a stream of "the book has grown to seq …" to whoever listens.
 *
 * One thread follows the book, whoever writes to it, and wakes the streams. What they are told
 * is a hint: it names the newest seq and nothing else, and a reader asks for what he may see.
 * Every HEARTBEAT the stream says that it lives, and ends where its session has.
 */
#ifndef HTTP_EVENTS_H
#define HTTP_EVENTS_H

#include "http/request.h"

struct events;
struct stream;
struct MHD_Connection;
struct MHD_Response;

enum { STREAMS_PER_PERSON = 8, HEARTBEAT_MS = 15000 };

enum result events_open(struct events **events, struct services *services, const char *url,
	const char *book, struct error *error);
/* End every stream, so that the connections can be closed. */
void events_quiet(struct events *events);
void events_close(struct events *events);
/* A stream for the request's person, that has seen everything up to `seq`. */
enum result stream_open(struct events *events, const struct request *request, int64_t seq,
	struct stream **stream, struct error *error);
/* Where it will not be answered after all. */
void stream_close(struct stream *stream);
/* Its answer, on this connection; the stream ends with the answer. */
struct MHD_Response *stream_response(struct stream *stream, struct MHD_Connection *connection);

#endif

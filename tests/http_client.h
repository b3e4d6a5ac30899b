/*
 * A client for tests of the server: a server in this process on a free port, people with their
 * cookies, and every answer of the API held against the server's own OpenAPI document.
 */
#ifndef TESTS_HTTP_CLIENT_H
#define TESTS_HTTP_CLIENT_H

#include "http/server.h"

#include "base/buffer.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdbool.h>

enum { CLIENT_NAME = 128 };

/* The clock of every server of this process, moved by hand. */
void clock_set(const char *instant);
void clock_forward(int64_t ms);
int64_t clock_now(void);

/* A server with the settings of tests: `change` (may be NULL) makes others of them. */
struct server *serve(const char *url, void (*change)(struct server_settings *settings));
/* Lines of problems that servers have said, since the last call. */
int problems_said(void);

/* Somebody with a browser of his own: a connection and cookies. */
struct browser {
	CURL *curl;
	char server[CLIENT_NAME]; /* "http://127.0.0.1:8420" */
	const char *language;     /* Accept-Language, or NULL */
	bool plain;               /* without the header that other sites cannot send */
	const char *header;       /* one more, or NULL */
	/* The last answer. */
	int status;
	struct buffer body, headers;
	json_t *json; /* of the body, or NULL */
};

void browser_open(struct browser *browser, struct server *server);
void browser_move(struct browser *browser, struct server *server);
void browser_close(struct browser *browser);
/* Ask; the body is JSON, printf-like, NULL for none. The answer is checked and its status
 * returned; 0 where none came. */
int ask(struct browser *browser, const char *method, const char *path, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same with a body that is sent as it is. */
int ask_raw(struct browser *browser, const char *method, const char *path, const char *bytes,
	size_t length);
/* A text of the last answer, by "answers.0.problem.detail"; "" where it is none. */
const char *said(const struct browser *browser, const char *path);
int64_t said_integer(const struct browser *browser, const char *path);
/* The value of a header of the last answer; "" where there is none. */
const char *said_header(const struct browser *browser, const char *name);

/* Write these bytes to the server and read what comes until it closes or `wait_ms` pass; the
 * status, 0 where it closed without a word. */
int ask_bytes(const struct server *server, const char *bytes, size_t length, int wait_ms);

/* Note that a route ("get", "/api/events") or a kind ("kind", NAME) was asked for otherwise than by
 * ask(). */
void touch(const char *first, const char *second);
/* Routes and kinds that no answer of this process was about; each is said. */
int untouched(const struct module *const *modules);

#endif

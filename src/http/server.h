/*
 * The server: one book over HTTP, from this one binary.
 *
 * Threads of libmicrohttpd only move bytes. A whole request goes into the lane of its route
 * (route.h), is answered there by a thread of ours, and its answer goes back the same way; so a
 * slow question holds up no other connection, and what waits is bounded lane by lane. Reading
 * has a ledger from the pool, in a snapshot; writing goes only through the append queue.
 *
 * Several servers may serve one book of one database: who is signed in stands in the database,
 * and what another wrote is followed.
 *
 * The server reads no clock, no chance and no environment of its own; only the salts of
 * passwords are taken from the system, by the library that hashes them.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/messages.h"
#include "module.h"

struct server;

/* Entries by which the first person comes to be in a book that has nobody: envelopes in which
 * {staff}, {name}, {organisation} and {day} are filled in, one a line. */
struct server_settings {
	const char *address;           /* "127.0.0.1", "::1", "0.0.0.0" */
	int port;                      /* 0: any that is free; server_port tells it */
	const char *certificate, *key; /* PEM, both or neither (NULL) */
	bool proxied; /* a proxy stands before it: believe its X-Forwarded-For and -Proto */
	const char *url, *book; /* of a book that is there */
	const struct module *const *modules;
	const char *first_entries;
	/* The present instant, CLOCK_MONOTONIC in milliseconds, and chance: any thread may ask for
	 * the first two, one at a time for the last. */
	int64_t (*now)(void *state);
	int64_t (*steady_ms)(void *state);
	void *clock_state;
	void (*chance)(void *state, uint8_t *bytes, size_t length);
	void *chance_state;
	/* One line for whoever looks after the server; any thread may say it. No personal data. */
	void (*problem)(void *state, const char *line);
	void *problem_state;
	/* 0: as they stand in server.c and guard.c. A test makes them small. */
	int header_ms;   /* from a connection's start, or its last answer, to whole headers */
	int body_ms;     /* from there to a whole body, and a second more per 32 KB allowed */
	int connections; /* in all */
	int connections_per_address;
	int rate_times; /* so many times what guard.c allows a person and an address */
	int tick_ms;    /* between two looks at what time has brought */
};

enum result server_start(
	struct server **server, const struct server_settings *settings, struct error *error);
/* Take no more requests, answer those that are here, write what waits, and close. */
void server_stop(struct server *server);
int server_port(const struct server *server);
/* The path of the link ("/#/invite/…") by which the first person comes in, for a book where
 * nobody can sign in yet; "" where somebody can. Whatever link was given before ends. */
enum result server_first_link(struct server *server, char path[128], struct error *error);

#endif

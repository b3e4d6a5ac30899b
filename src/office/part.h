/*
 * One XML part of a workbook, parsed as it is inflated.
 *
 * Names are given without their namespace prefix: workbooks in the transitional and the strict
 * namespaces, under any prefix, read alike. A document type declaration is REFUSED (the
 * package format forbids it, and it is what entity bombs and external entities are made of);
 * so are a nest too deep, a single tag too long, and names beyond a ceiling of memory.
 */
#ifndef OFFICE_PART_H
#define OFFICE_PART_H

#include "office/package.h"

enum {
	PART_DEPTH = 64,
	PART_TAG_BYTES = 1048576, /* longest tag or comment */
	PART_MEMORY = 33554432,   /* most memory the parser may hold */
	PART_SMALL = 16777216     /* ceiling for parts that describe, rather than hold data */
};

struct part;

struct part_events {
	void (*start)(void *context, const char *name, const char *const *attributes);
	void (*end)(void *context, const char *name);
	void (*text)(void *context, const char *bytes, size_t length);
};

/* `most` inflated bytes. `events` and `context` must outlive the part. */
enum result part_open(struct package *package, const char *path, uint64_t most,
	const struct part_events *events, void *context, struct part **part, struct error *error);
void part_close(struct part *part);

/* Parse until a handler pauses (then *ended is false) or the part has ended. */
enum result part_read(struct part *part, bool *ended, struct error *error);
/* Open, parse to the end, close. *self, when not NULL, is the part while handlers run. */
enum result part_read_all(struct package *package, const char *path, uint64_t most,
	const struct part_events *events, void *context, struct part **self, struct error *error);

/* For handlers: stop after this event, to be continued by the next part_read. */
void part_pause(struct part *part);
/* For handlers: give up; the handler fills what is returned, and part_read returns it. */
struct error *part_fail(struct part *part);

/* The value of the attribute called `name` (without prefix), or NULL. */
const char *part_attribute(const char *const *attributes, const char *name);

#endif

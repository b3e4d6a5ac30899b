/* What the reading routes share: who sees, where a page begins, and how things are named. */
#ifndef HTTP_SEEN_H
#define HTTP_SEEN_H

#include "http/reply.h"
#include "http/request.h"
#include "derive/sentence.h"
#include "ledger/sight.h"

enum { PAGE_USUAL = 50 };

/* What the request's person sees, in the request's snapshot; close it. */
enum result seen_open(const struct request *request, struct sight **sight, struct error *error);
/* The same, and until seen_end every question of ledger.h is answered as to him. */
enum result seen_look(const struct request *request, struct sight **sight, struct error *error);
void seen_end(const struct request *request, struct sight *sight);
struct reader seen_reader(const struct request *request);

/* The reference of "for": NULL for "me" and where it is not given. */
const char *seen_for(const struct request *request);
/* The number of "limit", `otherwise` where it is not given. */
enum result seen_limit(
	const struct request *request, int otherwise, int most, int *limit, struct error *error);

/* What is handed to a reader of the ledger that gives one thing after another. */
struct listing {
	const struct request *request;
	struct writer *json;
};
/* {"items":[ …; then ], "next": the place to go on from, or null where nothing lies beyond }. */
void list_open(struct writer *json);
void list_close(struct writer *json, bool more, const char *place);

/* {"ref","name"} of a reference; the same as `key`, or null where it is NULL or "". */
void write_reference(struct writer *json, const struct request *request, const char *reference);
void write_named(
	struct writer *json, const char *key, const struct request *request, const char *reference);
void write_named_id(struct writer *json, const char *key, const struct request *request,
	const char *type, const char *id);
/* "label" and "value" of every field that says something, as `key`, but for fields with one of the
 * flags `but`. */
void write_fields(struct writer *json, const char *key, const struct request *request,
	const struct entry *entry, unsigned but);

/* line_routes.c: an entry as the line shows it, into an object that is open. */
void write_entry(struct writer *json, const struct request *request, const struct entry *entry,
	bool withdrawn);
/* duty_routes.c: a duty, as an object. */
void write_duty(struct writer *json, const struct request *request, const struct duty *duty);

/* Is its period over, so that nothing can be done in it any more? */
bool duty_over(const struct request *request, const struct duty *duty);

#endif

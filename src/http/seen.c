#include "http/seen.h"
#include "http/services.h"

#include <string.h>

enum { LIMIT = 50, NAME_BYTES = 4096 };

enum result seen_open(const struct request *request, struct sight **sight, struct error *error)
{
	return sight_open(sight, request->ledger, request->person.staff, request->now, error);
}

struct reader seen_reader(const struct request *request)
{
	return (struct reader){ { request->services->messages, request->language },
		request->ledger };
}

const char *seen_for(const struct request *request)
{
	const char *reference = request_text(request, "for");

	return reference && strcmp(reference, "me") != 0 ? reference : NULL;
}

enum result seen_limit(const struct request *request, int *limit, struct error *error)
{
	const char *given = request_text(request, "limit");
	int64_t number = LIMIT;

	if (given && (!text_integer(given, &number) || number < 1 || number > PAGE_MOST))
		return error_refuse(error, "refused.page_limit", "limit", NULL);
	*limit = (int)number;
	return OK;
}

void write_named(
	struct writer *json, const char *key, const struct request *request, const char *reference)
{
	const struct reader reader = seen_reader(request);
	struct buffer name;

	write_key(json, key);
	if (!reference || !*reference) {
		write_null(json);
		return;
	}
	buffer_init(&name, NAME_BYTES);
	sentence_reference(&reader, reference, &name);
	write_object(json);
	write_text_at(json, "ref", reference);
	write_text_at(json, "name", name.bytes);
	write_object_end(json);
	buffer_release(&name);
}

void write_named_id(struct writer *json, const char *key, const struct request *request,
	const char *type, const char *id)
{
	write_named(json, key, request,
		id && *id ? arena_print(request->arena, "%s:%s", type, id) : NULL);
}

void write_next(struct writer *json, bool more, const char *place)
{
	write_key(json, "next");
	more ? write_text(json, place) : write_null(json);
}

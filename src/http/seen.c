#include "http/seen.h"
#include "http/services.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_BYTES = 256 * 1024 };

enum result seen_open(const struct request *request, struct sight **sight, struct error *error)
{
	return sight_open(sight, request->ledger, request->person.staff, request->now, error);
}

enum result seen_look(const struct request *request, struct sight **sight, struct error *error)
{
	if (seen_open(request, sight, error) == OK)
		ledger_look(request->ledger, *sight);
	return error->result;
}

void seen_end(const struct request *request, struct sight *sight)
{
	ledger_look(request->ledger, NULL);
	sight_close(sight);
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

enum result seen_limit(
	const struct request *request, int otherwise, int most, int *limit, struct error *error)
{
	char largest[24], usual[24];
	const char *given = request_text(request, "limit");
	int64_t number = otherwise;

	if (given && (!text_integer(given, &number) || number < 1 || number > most)) {
		snprintf(largest, sizeof(largest), "%d", most);
		snprintf(usual, sizeof(usual), "%d", otherwise);
		return error_refuse(
			error, "refused.limit", "limit", "most", largest, "usual", usual, NULL);
	}
	*limit = (int)number;
	return OK;
}

void write_reference(struct writer *json, const struct request *request, const char *reference)
{
	const struct reader reader = seen_reader(request);
	struct buffer name;

	buffer_init(&name, WORDS_BYTES);
	sentence_reference(&reader, reference, &name);
	write_object(json);
	write_text_at(json, "ref", reference);
	write_text_at(json, "name", name.bytes);
	write_object_end(json);
	buffer_release(&name);
}

void write_named(
	struct writer *json, const char *key, const struct request *request, const char *reference)
{
	write_key(json, key);
	if (reference && *reference)
		write_reference(json, request, reference);
	else
		write_null(json);
}

void write_named_id(struct writer *json, const char *key, const struct request *request,
	const char *type, const char *id)
{
	write_named(json, key, request,
		id && *id ? arena_print(request->arena, "%s:%s", type, id) : NULL);
}

void write_fields(struct writer *json, const char *key, const struct request *request,
	const struct entry *entry, unsigned but)
{
	const struct reader reader = seen_reader(request);
	const char *kind = entry->kind->name;
	const struct field *field = entry->kind->fields;
	struct buffer value;

	buffer_init(&value, WORDS_BYTES);
	write_key(json, key);
	write_array(json);
	for (; field && field->name; field++) {
		buffer_clear(&value);
		sentence_value(
			&reader, kind, field, json_object_get(entry->body, field->name), &value);
		if (!value.length || field->flags & but)
			continue;
		write_object(json);
		write_text_at(json, "label", label_field(&reader.labels, kind, field->name));
		write_text_at(json, "value", value.bytes);
		write_object_end(json);
	}
	write_array_end(json);
	buffer_release(&value);
}

void list_open(struct writer *json)
{
	write_object(json);
	write_key(json, "items");
	write_array(json);
}

void list_close(struct writer *json, bool more, const char *place)
{
	write_array_end(json);
	write_key(json, "next");
	more ? write_text(json, place) : write_null(json);
	write_object_end(json);
}

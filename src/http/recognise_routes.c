/* 记一笔: one sentence, and the form it fills. */
#include "http/route.h"
#include "http/seen.h"
#include "http/services.h"
#include "derive/recognise.h"

enum { SHOWN_BYTES = 16 * 1024 };

static void write_field(struct writer *json, const struct request *request, const struct kind *kind,
	const struct field *field, json_t *value)
{
	const struct reader reader = seen_reader(request);
	struct buffer shown;

	buffer_init(&shown, SHOWN_BYTES);
	sentence_value(&reader, kind->name, field, value, &shown);
	write_object(json);
	write_text_at(json, "name", field->name);
	write_text_at(json, "label", label_field(&reader.labels, kind->name, field->name));
	write_text_at(json, "value", json_string_value(value));
	write_text_at(json, "shown", shown.length ? shown.bytes : "");
	write_object_end(json);
	buffer_release(&shown);
}

static void write_form(
	struct writer *json, const struct request *request, const struct recognised *recognised)
{
	const struct labels labels = seen_reader(request).labels;
	const struct kind *kind = recognised->kind;
	const struct field *field = kind ? kind->fields : NULL;
	const char *name;
	json_t *value;

	write_key(json, "kind");
	kind ? write_text(json, kind->name) : write_null(json);
	write_text_at(json, "label", kind ? label_kind(&labels, kind->name) : "");
	write_key(json, "body");
	write_object(json);
	json_object_foreach(recognised->body, name, value)
		write_text_at(json, name, json_string_value(value));
	write_object_end(json);
	write_key(json, "fields");
	write_array(json);
	for (; field && field->name; field++) {
		value = json_object_get(recognised->body, field->name);
		if (value)
			write_field(json, request, kind, field, value);
	}
	write_array_end(json);
}

enum result handle_recognise_get(struct request *request, struct reply *reply, struct error *error)
{
	struct recognised recognised;
	struct sight *sight;
	char day[DAY_TEXT];

	if (seen_open(request, &sight, error) != OK)
		return error->result;
	const struct recognising recognising = { .search = request->services->search,
		.ledger = request->ledger,
		.messages = request->services->messages,
		.text = request_text(request, "text"),
		.today = instant_day(request->now),
		.may = sight_may,
		.context = sight };
	if (!recognising.text)
		error_refuse(error, "refused.required", "text", NULL);
	else if (recognise(&recognising, &recognised, error) == OK) {
		write_object(&reply->json);
		write_form(&reply->json, request, &recognised);
		if (recognised.day)
			write_text_at(&reply->json, "day", day_text(recognised.day, day));
		write_bool_at(&reply->json, "sure", recognised.sure);
		write_object_end(&reply->json);
		recognised_release(&recognised);
	}
	sight_close(sight);
	return error->result;
}

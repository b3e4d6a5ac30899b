/* The kinds of entry a person may write, with all that a form needs. */
#include "http/route.h"
#include "http/services.h"
#include "derive/labels.h"

#include <string.h>

static void write_choices(struct writer *json, const struct labels *labels, const char *kind,
	const struct field *field)
{
	write_key(json, "choices");
	write_array(json);
	for (const char *const *choice = field->choices; *choice; choice++) {
		write_object(json);
		write_text_at(json, "value", *choice);
		write_text_at(json, "label", label_choice(labels, kind, field->name, *choice));
		write_object_end(json);
	}
	write_array_end(json);
}

static void write_field(struct writer *json, const struct labels *labels, const char *kind,
	const struct field *field)
{
	write_object(json);
	write_text_at(json, "name", field->name);
	write_text_at(json, "label", label_field(labels, kind, field->name));
	write_text_at(json, "type", field_type_name(field->type));
	write_bool_at(json, "required", field->flags & REQUIRED);
	write_bool_at(json, "list", field->flags & LIST);
	write_bool_at(json, "personal", field->flags & PERSONAL);
	if (field->of)
		write_text_at(json, "of", field->of);
	if (field->type == FIELD_TEXT)
		write_integer_at(json, "max_bytes", field->max_bytes ? field->max_bytes : 200);
	if (field->min || field->max) {
		write_integer_at(json, "min", field->min);
		write_integer_at(json, "max", field->max);
	}
	if (field->choices)
		write_choices(json, labels, kind, field);
	write_object_end(json);
}

static void write_fields(struct writer *json, const char *key, const struct labels *labels,
	const char *kind, const struct field *fields)
{
	write_key(json, key);
	write_array(json);
	for (const struct field *field = fields; field && field->name; field++)
		write_field(json, labels, kind, field);
	write_array_end(json);
}

static void write_kind(
	struct writer *json, const struct labels *labels, const struct kind *kind, bool core)
{
	/* What people write from day to day: not the core's acts upon what is there already, nor
	 * what only those write who keep the lists. */
	bool common = !core && kind->needs & (NEED_STAFF | NEED_MANAGER | NEED_OWNER);

	write_object(json);
	write_text_at(json, "name", kind->name);
	write_integer_at(json, "v", kind->version);
	write_text_at(json, "label", label_kind(labels, kind->name));
	write_bool_at(json, "fact", kind->class == FACT);
	write_fields(json, "fields", labels, kind->name, kind->fields);
	if (kind->row)
		write_fields(json, "row", labels, kind->name, kind->row);
	write_bool_at(json, "common", common);
	write_object_end(json);
}

enum result handle_kinds_get(struct request *request, struct reply *reply, struct error *error)
{
	const struct labels labels = { request->services->messages, request->language };
	const struct module *const *module = ledger_modules(request->ledger);

	(void)error;
	write_object(&reply->json);
	write_key(&reply->json, "kinds");
	write_array(&reply->json);
	for (; *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			if (kind->needs)
				write_kind(&reply->json, &labels, kind,
					module == ledger_modules(request->ledger));
		}
	}
	write_array_end(&reply->json);
	write_object_end(&reply->json);
	return OK;
}

/* Whoever writes an entry of a kind that unmasks is shown what it was written for. */
#include "http/unmask.h"
#include "http/services.h"
#include "derive/labels.h"
#include "base/panic.h"

#include <string.h>

enum { KEY_BYTES = 4096 };

static const struct kind *find_kind(const struct module *const *modules, const char *name)
{
	for (; name && *modules; modules++) {
		for (const struct kind *kind = (*modules)->kinds; kind && kind->name; kind++) {
			if (strcmp(kind->name, name) == 0)
				return kind;
		}
	}
	return NULL;
}

static void write_personal(
	struct writer *json, const struct labels *labels, const struct entry *entry)
{
	const struct field *field = entry->kind->fields;

	for (; field->name; field++) {
		const char *text = entry_text(entry, field->name);
		if (!(field->flags & PERSONAL) || !text)
			continue;
		write_object(json);
		write_text_at(json, "label", label_field(labels, entry->kind->name, field->name));
		write_text_at(json, "value", text);
		write_object_end(json);
	}
}

/* The newest entry of the kind whose key is what the body says of it. */
static enum result show(struct request *request, struct writer *json, const struct kind *shown,
	json_t *body, struct error *error)
{
	const struct labels labels = { request->services->messages, request->language };
	struct entry entry;
	struct buffer key;

	buffer_init(&key, KEY_BYTES);
	entry_key(shown, body, &key);
	int64_t seq = ledger_key(request->ledger, shown->name, key.bytes ? key.bytes : "");
	buffer_release(&key);
	if (!seq || ledger_entry(request->ledger, request->arena, seq, &entry, NULL, error) != OK)
		return error->result;
	write_personal(json, &labels, &entry);
	entry_release(&entry);
	return OK;
}

enum result write_unmasked(
	struct request *request, struct writer *json, json_t *envelope, struct error *error)
{
	const struct module *const *modules = request->services->settings.modules;
	const char *name = json_string_value(json_object_get(envelope, "kind"));
	const struct kind *kind = find_kind(modules, name);

	if (!kind || !kind->unmasks)
		return OK;
	if (request_ledger(request, error) != OK)
		return error->result;
	write_key(json, "shown");
	write_array(json);
	show(request, json, find_kind(modules, kind->unmasks), json_object_get(envelope, "body"),
		error);
	write_array_end(json);
	request_ledger_end(request, error);
	return error->result;
}

/*
 * The OpenAPI 3.1 document, written from what is declared anyway: the routes, the shapes of
 * what they take and give, and the kinds of entry with their fields.
 */
#include "http/route.h"
#include "http/services.h"
#include "http/shapes.h"
#include "derive/labels.h"

#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 200 };

static void write_type(struct writer *json, const char *type, bool null)
{
	write_key(json, "type");
	if (!null) {
		write_text(json, type);
		return;
	}
	write_array(json);
	write_text(json, type);
	write_text(json, "null");
	write_array_end(json);
}

static void write_reference(struct writer *json, const char *name)
{
	char path[NAME_BYTES + 32];

	snprintf(path, sizeof(path), "#/components/schemas/%s", name);
	write_text_at(json, "$ref", path);
}

static void write_texts(struct writer *json, const char *key, const char *const *texts)
{
	write_key(json, key);
	write_array(json);
	for (; *texts; texts++)
		write_text(json, *texts);
	write_array_end(json);
}

/* How texts of a certain form look. */
static const char day_pattern[] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
static const char month_pattern[] = "^[0-9]{4}-[0-9]{2}$";
static const char time_pattern[] = "^[0-9]{2}:[0-9]{2}$";
static const char instant_pattern[] =
	"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,3})?)?"
	"(Z|[+-][0-9]{2}:[0-9]{2})$";
static const char reference_pattern[] = "^[a-z]+:.+$";

/* The inside of a schema object for one value. */
static void write_value(
	struct writer *json, enum shape_type type, bool null, const struct member *member)
{
	static const char *const patterns[] = { [SHAPE_DAY] = day_pattern,
		[SHAPE_INSTANT] = instant_pattern,
		[SHAPE_REFERENCE] = reference_pattern };

	switch (type) {
	case SHAPE_INTEGER:
		write_type(json, "integer", null);
		break;
	case SHAPE_BOOL:
		write_type(json, "boolean", null);
		break;
	case SHAPE_ANY:
		write_type(json, "object", null);
		break;
	case SHAPE_ENTRY:
		write_reference(json, "Entry");
		break;
	case SHAPE_OBJECT:
		if (!null) {
			write_reference(json, member->of->name);
			break;
		}
		write_key(json, "oneOf");
		write_array(json);
		write_object(json);
		write_reference(json, member->of->name);
		write_object_end(json);
		write_object(json);
		write_type(json, "null", false);
		write_object_end(json);
		write_array_end(json);
		break;
	default:
		write_type(json, "string", null);
		if (type != SHAPE_TEXT)
			write_text_at(json, "pattern", patterns[type]);
		if (member && member->choices)
			write_texts(json, "enum", member->choices);
	}
}

static void write_member(struct writer *json, const struct member *member)
{
	bool list = member->flags & SHAPE_LIST, null = member->flags & SHAPE_NULL;

	write_key(json, member->name);
	write_object(json);
	if (list) {
		write_type(json, "array", false);
		write_key(json, "items");
		write_object(json);
	}
	write_value(json, member->type, null, member);
	if (list)
		write_object_end(json);
	write_object_end(json);
}

static void write_shape(struct writer *json, const struct shape *shape)
{
	write_key(json, shape->name);
	write_object(json);
	write_type(json, "object", false);
	write_key(json, "properties");
	write_object(json);
	for (const struct member *member = shape->members; member->name; member++)
		write_member(json, member);
	write_object_end(json);
	write_key(json, "required");
	write_array(json);
	for (const struct member *member = shape->members; member->name; member++) {
		if (!(member->flags & SHAPE_OPTIONAL))
			write_text(json, member->name);
	}
	write_array_end(json);
	write_bool_at(json, "additionalProperties", false);
	write_object_end(json);
}

/* ------------------------------------------------------------------ kinds */

static void write_field_value(struct writer *json, const struct field *field)
{
	static const char *const patterns[] = { [FIELD_DAY] = day_pattern,
		[FIELD_MONTH] = month_pattern,
		[FIELD_INSTANT] = instant_pattern,
		[FIELD_TIME] = time_pattern,
		[FIELD_OBJECT] = reference_pattern,
		[FIELD_ENTRY] = NULL };

	switch (field->type) {
	case FIELD_INTEGER:
	case FIELD_MONEY:
		write_type(json, "integer", false);
		if (field->min || field->max) {
			write_integer_at(json, "minimum", field->min);
			write_integer_at(json, "maximum", field->max);
		}
		break;
	case FIELD_BOOL:
		write_type(json, "boolean", false);
		break;
	default:
		write_type(json, "string", false);
		if (patterns[field->type])
			write_text_at(json, "pattern", patterns[field->type]);
		if (field->choices)
			write_texts(json, "enum", field->choices);
	}
}

static void write_field(struct writer *json, const struct labels *labels, const char *kind,
	const struct field *field)
{
	bool list = field->flags & LIST;

	write_key(json, field->name);
	write_object(json);
	write_text_at(json, "description", label_field(labels, kind, field->name));
	if (list) {
		write_type(json, "array", false);
		write_key(json, "items");
		write_object(json);
	}
	write_field_value(json, field);
	if (list)
		write_object_end(json);
	write_object_end(json);
}

/* Rows are arrays of cells, or objects; what they hold says the kind's list (/api/kinds). */
static void write_body(struct writer *json, const struct labels *labels, const struct kind *kind)
{
	write_object(json);
	write_type(json, "object", false);
	write_key(json, "properties");
	write_object(json);
	for (const struct field *field = kind->fields; field && field->name; field++)
		write_field(json, labels, kind->name, field);
	if (kind->row) {
		write_key(json, "rows");
		write_object(json);
		write_type(json, "array", false);
		write_object_end(json);
	}
	write_object_end(json);
	write_key(json, "required");
	write_array(json);
	for (const struct field *field = kind->fields; field && field->name; field++) {
		if (field->flags & REQUIRED)
			write_text(json, field->name);
	}
	write_array_end(json);
	write_object_end(json);
}

static void write_property(
	struct writer *json, const char *name, const char *key, const char *value)
{
	write_key(json, name);
	write_object(json);
	write_text_at(json, key, value);
	write_object_end(json);
}

static void write_kind(struct writer *json, const struct labels *labels, const struct kind *kind)
{
	static const char *const origins[] = { "live", "offline", NULL };
	static const char *const required[] = { "kind", "body", NULL };
	char name[NAME_BYTES];

	snprintf(name, sizeof(name), "Entry.%s", kind->name);
	write_key(json, name);
	write_object(json);
	write_type(json, "object", false);
	write_text_at(json, "title", label_kind(labels, kind->name));
	write_key(json, "properties");
	write_object(json);
	write_property(json, "id", "type", "string");
	write_property(json, "kind", "const", kind->name);
	write_property(json, "v", "type", "integer");
	write_property(json, "at", "pattern", instant_pattern);
	write_property(json, "author", "type", "string");
	write_key(json, "origin");
	write_object(json);
	write_texts(json, "enum", origins);
	write_object_end(json);
	write_key(json, "body");
	write_body(json, labels, kind);
	write_object_end(json);
	write_texts(json, "required", required);
	write_object_end(json);
}

static void each_kind(struct ledger *ledger, struct writer *json, const struct labels *labels,
	void (*write)(struct writer *json, const struct labels *labels, const struct kind *kind))
{
	for (const struct module *const *module = ledger_modules(ledger); *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			if (kind->needs)
				write(json, labels, kind);
		}
	}
}

static void write_kind_reference(
	struct writer *json, const struct labels *labels, const struct kind *kind)
{
	char name[NAME_BYTES];

	(void)labels;
	snprintf(name, sizeof(name), "Entry.%s", kind->name);
	write_object(json);
	write_reference(json, name);
	write_object_end(json);
}

static void write_components(
	struct ledger *ledger, struct writer *json, const struct labels *labels)
{
	write_key(json, "components");
	write_object(json);
	write_key(json, "schemas");
	write_object(json);
	for (const struct shape *const *shape = shapes; *shape; shape++)
		write_shape(json, *shape);
	write_key(json, "Entry");
	write_object(json);
	write_key(json, "oneOf");
	write_array(json);
	each_kind(ledger, json, labels, write_kind_reference);
	write_array_end(json);
	write_object_end(json);
	each_kind(ledger, json, labels, write_kind);
	write_object_end(json);
	write_key(json, "securitySchemes");
	write_object(json);
	write_key(json, "session");
	write_object(json);
	write_text_at(json, "type", "apiKey");
	write_text_at(json, "in", "cookie");
	write_text_at(json, "name", "yiben");
	write_object_end(json);
	write_object_end(json);
	write_object_end(json);
}

/* ------------------------------------------------------------------ routes */

static void write_parameter(struct writer *json, const char *name, const char *place,
	enum shape_type type, bool required)
{
	write_object(json);
	write_text_at(json, "name", name);
	write_text_at(json, "in", place);
	write_bool_at(json, "required", required);
	write_key(json, "schema");
	write_object(json);
	write_value(json, type, false, NULL);
	write_object_end(json);
	write_object_end(json);
}

static void write_parameters(struct writer *json, const struct route *route)
{
	const struct parameter *parameter = route->parameters;

	write_key(json, "parameters");
	write_array(json);
	for (; parameter && parameter->name; parameter++)
		write_parameter(json, parameter->name,
			parameter->place == PLACE_PATH ? "path" : "query", parameter->type,
			parameter->required);
	if (route->method != METHOD_GET)
		write_parameter(json, "X-Yiben", "header", SHAPE_TEXT, true);
	write_array_end(json);
}

static void write_media(struct writer *json, const char *type, const char *schema)
{
	write_key(json, type);
	write_object(json);
	write_key(json, "schema");
	write_object(json);
	if (schema)
		write_reference(json, schema);
	write_object_end(json);
	write_object_end(json);
}

static void write_content(struct writer *json, const char *type, const char *schema)
{
	write_key(json, "content");
	write_object(json);
	write_media(json, type, schema);
	write_object_end(json);
}

/* JSON, or a file, or whichever of them is asked for. */
static void write_answer(struct writer *json, const struct route *route)
{
	if (!route->gives && !route->type)
		return;
	write_key(json, "content");
	write_object(json);
	if (route->gives)
		write_media(json, "application/json",
			route->gives == &shape_any ? NULL : route->gives->name);
	if (route->type)
		write_media(json, route->type, NULL);
	write_object_end(json);
}

static void write_responses(
	struct writer *json, const struct labels *labels, const struct route *route)
{
	char status[16], key[32];

	snprintf(status, sizeof(status), "%d", route->status);
	snprintf(key, sizeof(key), "problem.%d", route->status);
	write_key(json, "responses");
	write_object(json);
	write_key(json, status);
	write_object(json);
	write_text_at(json, "description", message_get(labels->messages, labels->language, key));
	write_answer(json, route);
	write_object_end(json);
	write_key(json, "default");
	write_object(json);
	write_text_at(json, "description",
		message_get(labels->messages, labels->language, "problem.422"));
	write_content(json, "application/problem+json", shape_problem.name);
	write_object_end(json);
	write_object_end(json);
}

static void write_route(struct writer *json, const struct labels *labels, const struct route *route)
{
	static const char *const verbs[METHODS] = { "get", "post", "put", "delete" };

	write_key(json, verbs[route->method]);
	write_object(json);
	write_parameters(json, route);
	if (route->takes) {
		write_key(json, "requestBody");
		write_object(json);
		write_bool_at(json, "required", true);
		write_content(json, "application/json", route->takes->name);
		write_object_end(json);
	}
	if (route->takes_type) {
		write_key(json, "requestBody");
		write_object(json);
		write_bool_at(json, "required", true);
		write_content(json, route->takes_type, NULL);
		write_object_end(json);
	}
	write_key(json, "security");
	write_array(json);
	if (route->who != WHO_ANYBODY) {
		write_object(json);
		write_key(json, "session");
		write_array(json);
		write_array_end(json);
		write_object_end(json);
	}
	write_array_end(json);
	write_responses(json, labels, route);
	write_object_end(json);
}

static bool said_before(const struct route *route)
{
	for (const struct route *before = routes; before < route; before++) {
		if (strcmp(before->path, route->path) == 0)
			return true;
	}
	return false;
}

static void write_paths(struct writer *json, const struct labels *labels)
{
	write_key(json, "paths");
	write_object(json);
	for (const struct route *route = routes; route->path; route++) {
		if (said_before(route))
			continue;
		write_key(json, route->path);
		write_object(json);
		for (const struct route *same = route; same->path; same++) {
			if (strcmp(same->path, route->path) == 0)
				write_route(json, labels, same);
		}
		write_object_end(json);
	}
	write_object_end(json);
}

enum result handle_openapi_get(struct request *request, struct reply *reply, struct error *error)
{
	const struct labels labels = { request->services->messages, request->language };
	struct writer *json = &reply->json;

	(void)error;
	write_object(json);
	write_text_at(json, "openapi", "3.1.0");
	write_key(json, "info");
	write_object(json);
	write_text_at(json, "title", "Yiben");
	write_text_at(json, "version", "1");
	write_object_end(json);
	write_paths(json, &labels);
	write_components(request->ledger, json, &labels);
	write_object_end(json);
	return OK;
}

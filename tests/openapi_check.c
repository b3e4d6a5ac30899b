#include "openapi_check.h"

#include "base/panic.h"

#include <ctype.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct check {
	json_t *document;
	char *wrong;
	size_t size;
};

static bool no(const struct check *check, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static bool no(const struct check *check, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(check->wrong, check->size, format, arguments);
	va_end(arguments);
	return false;
}

static bool fits(const struct check *check, json_t *schema, json_t *value);

static const char *type_of(json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "object";
	case JSON_ARRAY:
		return "array";
	case JSON_STRING:
		return "string";
	case JSON_INTEGER:
		return "integer";
	case JSON_TRUE:
	case JSON_FALSE:
		return "boolean";
	case JSON_NULL:
		return "null";
	default:
		return "number";
	}
}

static bool fits_type(const struct check *check, json_t *wanted, json_t *value)
{
	const char *type = type_of(value);
	size_t index;
	json_t *one;

	if (json_is_string(wanted))
		return strcmp(json_string_value(wanted), type) == 0 ||
		       no(check, "a %s for a %s", type, json_string_value(wanted));
	json_array_foreach(wanted, index, one)
	{
		if (strcmp(json_string_value(one), type) == 0)
			return true;
	}
	return no(check, "no %s is wanted", type);
}

static bool fits_reference(const struct check *check, json_t *reference, json_t *value)
{
	static const char prefix[] = "#/components/schemas/";
	const char *path = json_string_value(reference);
	json_t *schemas =
		json_object_get(json_object_get(check->document, "components"), "schemas");
	json_t *schema = strncmp(path, prefix, strlen(prefix)) == 0
				 ? json_object_get(schemas, path + strlen(prefix))
				 : NULL;

	return schema ? fits(check, schema, value) : no(check, "no schema %s", path);
}

static bool fits_one(const struct check *check, json_t *schemas, json_t *value)
{
	size_t index;
	json_t *one;
	int count = 0;

	json_array_foreach(schemas, index, one) count += fits(check, one, value);
	return count == 1 || no(check, "fits %d of oneOf", count);
}

static bool fits_pattern(const struct check *check, const char *pattern, json_t *value)
{
	regex_t expression;

	if (!json_is_string(value))
		return true;
	must(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB) == 0);
	bool matches = regexec(&expression, json_string_value(value), 0, NULL, 0) == 0;
	regfree(&expression);
	return matches || no(check, "\"%s\" is not like %s", json_string_value(value), pattern);
}

static bool fits_enum(const struct check *check, json_t *values, json_t *value)
{
	size_t index;
	json_t *one;

	json_array_foreach(values, index, one)
	{
		if (json_equal(one, value))
			return true;
	}
	return json_is_null(value) || no(check, "none of the choices");
}

static bool fits_properties(const struct check *check, json_t *schema, json_t *value)
{
	json_t *properties = json_object_get(schema, "properties"), *one;
	bool others = !json_is_false(json_object_get(schema, "additionalProperties"));
	const char *name;

	json_object_foreach(value, name, one)
	{
		json_t *property = json_object_get(properties, name);
		if (!property && !others)
			return no(check, "nobody knows %s", name);
		if (property && !fits(check, property, one)) {
			char deeper[200];
			snprintf(deeper, sizeof(deeper), "%s", check->wrong);
			return no(check, "%s: %s", name, deeper);
		}
	}
	return true;
}

static bool fits_required(const struct check *check, json_t *required, json_t *value)
{
	size_t index;
	json_t *one;

	json_array_foreach(required, index, one)
	{
		if (json_is_object(value) && !json_object_get(value, json_string_value(one)))
			return no(check, "without %s", json_string_value(one));
	}
	return true;
}

static bool fits_items(const struct check *check, json_t *schema, json_t *value)
{
	size_t index;
	json_t *one;

	json_array_foreach(value, index, one)
	{
		if (!fits(check, schema, one))
			return false;
	}
	return true;
}

static bool fits_keyword(
	const struct check *check, json_t *schema, const char *name, json_t *with, json_t *value)
{
	if (strcmp(name, "type") == 0)
		return fits_type(check, with, value);
	if (strcmp(name, "$ref") == 0)
		return fits_reference(check, with, value);
	if (strcmp(name, "oneOf") == 0)
		return fits_one(check, with, value);
	if (strcmp(name, "pattern") == 0)
		return fits_pattern(check, json_string_value(with), value);
	if (strcmp(name, "enum") == 0)
		return fits_enum(check, with, value);
	if (strcmp(name, "const") == 0)
		return json_equal(with, value) || no(check, "another constant");
	if (strcmp(name, "properties") == 0)
		return fits_properties(check, schema, value);
	if (strcmp(name, "required") == 0)
		return fits_required(check, with, value);
	if (strcmp(name, "items") == 0)
		return fits_items(check, with, value);
	if (strcmp(name, "minimum") == 0)
		return json_integer_value(value) >= json_integer_value(with) || no(check, "less");
	if (strcmp(name, "maximum") == 0)
		return json_integer_value(value) <= json_integer_value(with) || no(check, "more");
	return strcmp(name, "additionalProperties") == 0 || strcmp(name, "title") == 0 ||
	       strcmp(name, "description") == 0 || no(check, "an unknown keyword %s", name);
}

static bool fits(const struct check *check, json_t *schema, json_t *value)
{
	const char *name;
	json_t *with;

	json_object_foreach(schema, name, with)
	{
		if (!fits_keyword(check, schema, name, with, value))
			return false;
	}
	return true;
}

bool schema_fits(json_t *document, json_t *schema, json_t *value, char *wrong, size_t wrong_size)
{
	const struct check check = { document, wrong, wrong_size };

	return fits(&check, schema, value);
}

/* How many bytes of the pattern stand for themselves; 0 where the path does not fit. */
static int path_fits(const char *pattern, const char *path)
{
	int plain = 1;

	while (*pattern && *path && *path != '?') {
		if (*pattern == '{') {
			pattern = strchr(pattern, '}') + 1;
			path += strcspn(path, "/?");
			continue;
		}
		if (*pattern++ != *path++)
			return 0;
		plain++;
	}
	return *pattern || (*path && *path != '?') ? 0 : plain;
}

json_t *operation_find(json_t *document, const char *method, const char *path, const char **pattern)
{
	json_t *item, *found = NULL;
	char verb[16] = "";
	const char *name;
	int best = 0;

	for (size_t i = 0; method[i] && i + 1 < sizeof(verb); i++)
		verb[i] = (char)tolower((unsigned char)method[i]);
	json_object_foreach(json_object_get(document, "paths"), name, item)
	{
		int plain = path_fits(name, path);
		if (plain > best && json_object_get(item, verb)) {
			best = plain;
			found = json_object_get(item, verb);
			*pattern = name;
		}
	}
	return found;
}

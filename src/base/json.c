#include "base/json.h"
#include "base/panic.h"

#include <stdlib.h>
#include <string.h>

static const int64_t integer_most = 9007199254740991; /* 2^53 − 1 */

void write_start(struct writer *writer, struct buffer *out)
{
	*writer = (struct writer){ .out = out };
}

static void before(struct writer *writer)
{
	if (writer->comma[writer->depth])
		buffer_char(writer->out, ',');
	writer->comma[writer->depth] = true;
}

static void open(struct writer *writer, char bracket)
{
	before(writer);
	must(writer->depth < JSON_DEPTH);
	buffer_char(writer->out, bracket);
	writer->comma[++writer->depth] = false;
}

static void close(struct writer *writer, char bracket)
{
	must(writer->depth > 0);
	writer->depth--;
	buffer_char(writer->out, bracket);
}

void write_object(struct writer *writer)
{
	open(writer, '{');
}

void write_object_end(struct writer *writer)
{
	close(writer, '}');
}

void write_array(struct writer *writer)
{
	open(writer, '[');
}

void write_array_end(struct writer *writer)
{
	close(writer, ']');
}

void write_key(struct writer *writer, const char *key)
{
	before(writer);
	json_escape(writer->out, key);
	buffer_char(writer->out, ':');
	writer->comma[writer->depth] = false;
}

void write_text(struct writer *writer, const char *text)
{
	before(writer);
	json_escape(writer->out, text);
}

void write_integer(struct writer *writer, int64_t number)
{
	before(writer);
	buffer_integer(writer->out, number);
}

void write_bool(struct writer *writer, bool value)
{
	write_raw(writer, value ? "true" : "false");
}

void write_null(struct writer *writer)
{
	write_raw(writer, "null");
}

void write_raw(struct writer *writer, const char *text)
{
	before(writer);
	buffer_text(writer->out, text);
}

void write_text_at(struct writer *writer, const char *key, const char *text)
{
	write_key(writer, key);
	if (text)
		write_text(writer, text);
	else
		write_null(writer);
}

void write_integer_at(struct writer *writer, const char *key, int64_t number)
{
	write_key(writer, key);
	write_integer(writer, number);
}

void write_bool_at(struct writer *writer, const char *key, bool value)
{
	write_key(writer, key);
	write_bool(writer, value);
}

void json_escape(struct buffer *out, const char *text)
{
	static const char *const short_forms[] = { ['\b'] = "\\b",
		['\t'] = "\\t",
		['\n'] = "\\n",
		['\f'] = "\\f",
		['\r'] = "\\r",
		['"'] = "\\\"",
		['\\'] = "\\\\" };

	buffer_char(out, '"');
	for (const char *run = text;;) {
		const unsigned char *at = (const unsigned char *)run;
		while (*at >= 0x20 && *at != '"' && *at != '\\')
			at++;
		buffer_add(out, run, (size_t)((const char *)at - run));
		if (!*at)
			break;
		if (*at < COUNT_OF(short_forms) && short_forms[*at])
			buffer_text(out, short_forms[*at]);
		else
			buffer_print(out, "\\u%04x", *at);
		run = (const char *)at + 1;
	}
	buffer_char(out, '"');
}

static bool canonical(struct buffer *out, json_t *value, int depth);

static int by_code_unit(const void *a, const void *b)
{
	/* Keys are checked to be ASCII, where bytes, code points and code units agree. */
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ascii(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

static bool canonical_object(struct buffer *out, json_t *object, int depth)
{
	size_t count = json_object_size(object), n = 0;
	const char **keys = calloc(count ? count : 1, sizeof(*keys));
	bool valid = true;
	const char *key;
	json_t *value;

	must(keys != NULL);
	json_object_foreach(object, key, value)
	{
		valid = valid && ascii(key);
		keys[n++] = key;
	}
	qsort(keys, n, sizeof(*keys), by_code_unit);
	buffer_char(out, '{');
	for (size_t i = 0; valid && i < n; i++) {
		if (i)
			buffer_char(out, ',');
		json_escape(out, keys[i]);
		buffer_char(out, ':');
		valid = canonical(out, json_object_get(object, keys[i]), depth + 1);
	}
	buffer_char(out, '}');
	free(keys);
	return valid;
}

static bool canonical_array(struct buffer *out, json_t *array, int depth)
{
	size_t i;
	json_t *value;

	buffer_char(out, '[');
	json_array_foreach(array, i, value)
	{
		if (i)
			buffer_char(out, ',');
		if (!canonical(out, value, depth + 1))
			return false;
	}
	buffer_char(out, ']');
	return true;
}

static bool canonical(struct buffer *out, json_t *value, int depth)
{
	if (depth > JSON_DEPTH)
		return false;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return canonical_object(out, value, depth);
	case JSON_ARRAY:
		return canonical_array(out, value, depth);
	case JSON_STRING:
		json_escape(out, json_string_value(value));
		return true;
	case JSON_INTEGER: {
		int64_t number = json_integer_value(value);
		buffer_integer(out, number);
		return number >= -integer_most && number <= integer_most;
	}
	case JSON_TRUE:
		buffer_text(out, "true");
		return true;
	case JSON_FALSE:
		buffer_text(out, "false");
		return true;
	case JSON_REAL:
	case JSON_NULL:
		return false;
	}
	return false;
}

bool json_canonical(struct buffer *out, json_t *value)
{
	return canonical(out, value, 0);
}

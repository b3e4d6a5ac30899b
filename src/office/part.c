#include "office/part.h"
#include "base/panic.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

struct part {
	struct inflating *inflating;
	XML_Parser parser;
	const struct part_events *events;
	void *context;
	struct error *error; /* the caller's, while part_read runs */
	const char *file;
	char path[PACKAGE_PATH];
	size_t memory; /* held by the parser */
	uint64_t given;
	int depth;
	bool failed, suspended, last, ended;
};

enum { CHUNK_BYTES = 65536 };

/* The parser's allocations are counted, so that names made up without end are refused instead
 * of filling the machine. Its interface passes no context, hence the variable. */
static _Thread_local size_t *parser_memory;

union block {
	size_t size;
	max_align_t align;
};

static void *counted_realloc(void *at, size_t size)
{
	union block *block = at ? (union block *)at - 1 : NULL;
	size_t before = block ? block->size : 0;

	if (size > PART_MEMORY || *parser_memory - before + size > PART_MEMORY)
		return NULL;
	block = realloc(block, sizeof(*block) + size);
	if (!block)
		return NULL;
	block->size = size;
	*parser_memory += size - before;
	return block + 1;
}

static void *counted_malloc(size_t size)
{
	return counted_realloc(NULL, size);
}

static void counted_free(void *at)
{
	if (!at)
		return;
	union block *block = (union block *)at - 1;
	*parser_memory -= block->size;
	free(block);
}

static const char *local_name(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *part_attribute(const char *const *attributes, const char *name)
{
	for (int i = 0; attributes[i]; i += 2) {
		if (strcmp(local_name(attributes[i]), name) == 0)
			return attributes[i + 1];
	}
	return NULL;
}

static void refuse(struct part *part, const char *key)
{
	error_refuse(part_fail(part), key, "file", "file", part->file, "part", part->path, NULL);
}

static void on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct part *part = context;

	if (part->failed)
		return;
	if (++part->depth > PART_DEPTH)
		refuse(part, "refused.sheet_too_complex");
	else
		part->events->start(
			part->context, local_name(name), (const char *const *)attributes);
}

static void on_end(void *context, const XML_Char *name)
{
	struct part *part = context;

	if (part->failed)
		return;
	part->depth--;
	if (part->events->end)
		part->events->end(part->context, local_name(name));
}

static void on_text(void *context, const XML_Char *bytes, int length)
{
	struct part *part = context;

	if (!part->failed && part->events->text)
		part->events->text(part->context, bytes, (size_t)length);
}

static void on_doctype(void *context, const XML_Char *name, const XML_Char *system,
	const XML_Char *public, int internal)
{
	(void)name, (void)system, (void)public, (void)internal;
	refuse(context, "refused.sheet_doctype");
}

enum result part_open(struct package *package, const char *path, uint64_t most,
	const struct part_events *events, void *context, struct part **part, struct error *error)
{
	static const XML_Memory_Handling_Suite counted = { counted_malloc, counted_realloc,
		counted_free };
	struct inflating *inflating;
	enum result result = inflating_open(package, path, most, &inflating, error);

	*part = NULL;
	if (result != OK)
		return result;
	struct part *made = calloc(1, sizeof(*made));
	must(made != NULL);
	made->inflating = inflating;
	made->events = events;
	made->context = context;
	made->file = package_name(package);
	snprintf(made->path, sizeof(made->path), "%s", path);
	size_t *outer = parser_memory;
	parser_memory = &made->memory;
	made->parser = XML_ParserCreate_MM(NULL, &counted, NULL);
	must(made->parser != NULL);
	parser_memory = outer;
	XML_SetUserData(made->parser, made);
	XML_SetElementHandler(made->parser, on_start, on_end);
	XML_SetCharacterDataHandler(made->parser, on_text);
	XML_SetStartDoctypeDeclHandler(made->parser, on_doctype);
	*part = made;
	return OK;
}

void part_close(struct part *part)
{
	if (!part)
		return;
	size_t *outer = parser_memory;
	parser_memory = &part->memory;
	XML_ParserFree(part->parser);
	parser_memory = outer;
	inflating_close(part->inflating);
	free(part);
}

void part_pause(struct part *part)
{
	if (part->failed || part->suspended)
		return;
	part->suspended = true;
	XML_StopParser(part->parser, XML_TRUE);
}

struct error *part_fail(struct part *part)
{
	part->failed = true;
	XML_StopParser(part->parser, XML_FALSE);
	return part->error;
}

static void parser_failed(struct part *part)
{
	enum XML_Error code = XML_GetErrorCode(part->parser);

	if (part->failed)
		return;
	if (code == XML_ERROR_NO_MEMORY)
		refuse(part, "refused.sheet_too_complex");
	else
		refuse(part, "refused.sheet_damaged");
}

/* Give the parser the next chunk. */
static enum XML_Status feed(struct part *part)
{
	void *chunk = XML_GetBuffer(part->parser, CHUNK_BYTES);
	size_t got;

	if (!chunk)
		return XML_STATUS_ERROR;
	if (inflating_read(part->inflating, chunk, CHUNK_BYTES, &got, part->error) != OK) {
		part->failed = true;
		return XML_STATUS_ERROR;
	}
	part->given += got;
	part->last = got == 0;
	return XML_ParseBuffer(part->parser, (int)got, part->last);
}

/* The parser holds an unfinished tag and starts it over with every chunk: a tag without end
 * would cost memory and a time that grows with its square. */
static bool tag_too_long(struct part *part)
{
	XML_Index at = XML_GetCurrentByteIndex(part->parser);

	return at >= 0 && part->given - (uint64_t)at > PART_TAG_BYTES + CHUNK_BYTES;
}

enum result part_read(struct part *part, bool *ended, struct error *error)
{
	size_t *outer = parser_memory;
	enum XML_Status status = XML_STATUS_OK;

	parser_memory = &part->memory;
	part->error = error;
	if (part->suspended) {
		part->suspended = false;
		status = XML_ResumeParser(part->parser);
	}
	while (status == XML_STATUS_OK && !part->last) {
		status = feed(part);
		if (status == XML_STATUS_OK && !part->last && tag_too_long(part)) {
			refuse(part, "refused.sheet_too_complex");
			break;
		}
	}
	if (status == XML_STATUS_ERROR)
		parser_failed(part);
	parser_memory = outer;
	part->error = NULL;
	*ended = !part->failed && status == XML_STATUS_OK;
	return part->failed ? error->result : OK;
}

enum result part_read_all(struct package *package, const char *path, uint64_t most,
	const struct part_events *events, void *context, struct part **self, struct error *error)
{
	struct part *part;
	bool ended = false;
	enum result result = part_open(package, path, most, events, context, &part, error);

	if (self)
		*self = part;
	while (result == OK && !ended)
		result = part_read(part, &ended, error);
	part_close(part);
	if (self)
		*self = NULL;
	return result;
}

#include "base/buffer.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char nothing[1] = "";

void buffer_init(struct buffer *buffer, size_t ceiling)
{
	*buffer = (struct buffer){ .bytes = nothing, .ceiling = ceiling };
}

void buffer_release(struct buffer *buffer)
{
	if (buffer->allocated)
		free(buffer->bytes);
	buffer_init(buffer, buffer->ceiling);
}

void buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	buffer->full = false;
	if (buffer->allocated)
		buffer->bytes[0] = '\0';
}

static bool room(struct buffer *buffer, size_t length)
{
	if (buffer->full || length > buffer->ceiling - buffer->length) {
		buffer->full = true;
		return false;
	}
	size_t needed = buffer->length + length + 1;
	if (needed <= buffer->allocated)
		return true;
	size_t size = buffer->allocated ? buffer->allocated : 256;
	while (size < needed)
		size *= 2;
	char *bytes = realloc(buffer->allocated ? buffer->bytes : NULL, size);
	must(bytes != NULL);
	buffer->bytes = bytes;
	buffer->allocated = size;
	return true;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	if (!length || !room(buffer, length))
		return;
	memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_char(struct buffer *buffer, char c)
{
	if (!room(buffer, 1))
		return;
	buffer->bytes[buffer->length++] = c;
	buffer->bytes[buffer->length] = '\0';
}

void buffer_integer(struct buffer *buffer, int64_t number)
{
	char text[INTEGER_TEXT];

	buffer_text(buffer, integer_text(number, text));
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	must(length >= 0);
	if (!room(buffer, (size_t)length))
		return;
	va_start(arguments, format);
	vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	buffer->length += (size_t)length;
}

#include "base/text.h"
#include "base/buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the character that begins with `lead`; 0 where none can. */
static size_t character_bytes(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xC2 && lead <= 0xDF)
		return 2;
	if (lead >= 0xE0 && lead <= 0xEF)
		return 3;
	return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

void text_copy(char *to, size_t size, const char *from)
{
	size_t length = strlen(from);

	if (length >= size) {
		length = size - 1;
		while (length && ((unsigned char)from[length] & 0xC0) == 0x80)
			length--;
	}
	memmove(to, from, length);
	to[length] = '\0';
}

bool text_valid(const char *bytes, size_t length)
{
	const unsigned char *at = (const unsigned char *)bytes;
	const unsigned char *end = at + length;

	while (at < end) {
		size_t size = character_bytes(*at);
		if (!size || (size_t)(end - at) < size)
			return false;
		for (size_t i = 1; i < size; i++) {
			if ((at[i] & 0xC0) != 0x80)
				return false;
		}
		if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) ||
			(at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F))
			return false;
		at += size;
	}
	return true;
}

uint32_t text_next(const char **at)
{
	static const unsigned char mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	const unsigned char *byte = (const unsigned char *)*at;
	size_t size = character_bytes(*byte);

	if (!*byte || !size)
		return 0;
	uint32_t point = *byte & mask[size];
	for (size_t i = 1; i < size && byte[i]; i++)
		point = point << 6 | (byte[i] & 0x3F);
	*at += size;
	return point;
}

size_t text_characters(const char *text)
{
	size_t count = 0;

	while (text_next(&text))
		count++;
	return count;
}

static bool wide(uint32_t point)
{
	return (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
	       (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
	       (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
	       (point >= 0xFFE0 && point <= 0xFFE6) || (point >= 0x20000 && point <= 0x3FFFD);
}

size_t text_columns(const char *text)
{
	size_t columns = 0;

	for (uint32_t point; (point = text_next(&text));)
		columns += wide(point) ? 2 : 1;
	return columns;
}

bool text_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
	size_t length = strlen(text), last = strlen(suffix);

	return length >= last && strcmp(text + length - last, suffix) == 0;
}

bool text_blank(uint32_t point)
{
	return point == ' ' || (point >= '\t' && point <= '\r') || point == 0xA0 ||
	       point == 0x3000 || point == 0xFEFF || (point >= 0x2000 && point <= 0x200B);
}

void text_trim(char *to, size_t size, const char *from)
{
	const char *start = NULL, *end = from;

	for (const char *at = from; *at;) {
		const char *before = at;
		uint32_t point = text_next(&at);
		if (!point)
			break;
		if (text_blank(point))
			continue;
		if (!start)
			start = before;
		end = at;
	}
	size_t length = start ? (size_t)(end - start) : 0;
	if (length >= size) {
		text_copy(to, size, start);
		return;
	}
	if (length)
		memmove(to, start, length);
	to[length] = '\0';
}

void text_fold(char *to, size_t size, const char *from)
{
	size_t length = 0;

	while (*from) {
		const char *before = from;
		uint32_t point = text_next(&from);
		if (!point)
			break;
		if (text_blank(point))
			continue;
		if (point >= 0xFF01 && point <= 0xFF5E)
			point = point - 0xFF01 + '!';
		if (point < 0x80) {
			if (length + 1 >= size)
				break;
			to[length++] = (char)(point >= 'A' && point <= 'Z' ? point + 32 : point);
			continue;
		}
		size_t bytes = (size_t)(from - before);
		if (length + bytes >= size)
			break;
		memcpy(to + length, before, bytes);
		length += bytes;
	}
	to[length] = '\0';
}

/* The bytes of a digit, half or full width; 0 where there is none. */
static size_t digit_at(const char *at)
{
	if (*at >= '0' && *at <= '9')
		return 1;
	if (text_starts(at, "\xEF\xBC") && (unsigned char)at[2] >= 0x90 &&
		(unsigned char)at[2] <= 0x99)
		return 3;
	return 0;
}

/* The bytes of a number at its first digit, up to its last; how many digits it has. */
static size_t number_at(const char *text, size_t *digits)
{
	size_t at = 0, end = 0;

	*digits = 0;
	while (text[at]) {
		size_t digit = digit_at(text + at);
		if (!digit && !strchr(" -.()", text[at]))
			break;
		at += digit ? digit : 1;
		*digits += digit != 0;
		end = digit ? at : end;
	}
	return end;
}

enum { MASK_DIGITS = 7, MOBILE_DIGITS = 11 };

void text_mask(struct buffer *out, const char *text)
{
	while (*text) {
		size_t digits, nth = 0;
		size_t length = digit_at(text) ? number_at(text, &digits) : 0;
		if (!length) {
			buffer_char(out, *text++);
			continue;
		}
		size_t last = digits - (digits >= MOBILE_DIGITS ? 4 : 2);
		for (const char *end = text + length; text < end;) {
			size_t digit = digit_at(text), bytes = digit ? digit : 1;
			if (digit && digits >= MASK_DIGITS && nth >= 3 && nth < last)
				buffer_char(out, '*');
			else
				buffer_add(out, text, bytes);
			nth += digit != 0;
			text += bytes;
		}
	}
}

bool text_integer(const char *text, int64_t *number)
{
	char *end;
	const char *digit = *text == '-' ? text + 1 : text;

	if (*digit < '0' || *digit > '9')
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return !errno && !*end;
}

const char *integer_text(int64_t number, char text[INTEGER_TEXT])
{
	/* Of the least integer there is no opposite: digits are taken from the unsigned one. */
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char digits[INTEGER_TEXT], *at = digits + INTEGER_TEXT - 1;

	*at = '\0';
	do {
		*--at = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (number < 0)
		*--at = '-';
	memcpy(text, at, (size_t)(digits + INTEGER_TEXT - at));
	return text;
}

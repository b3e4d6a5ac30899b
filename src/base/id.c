#include "base/id.h"
#include "base/digest.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct id id_make(int64_t instant, const uint8_t chance[ID_CHANCE])
{
	struct id id;

	for (int i = 0; i < 6; i++)
		id.bytes[i] = (uint8_t)((uint64_t)instant >> (40 - 8 * i));
	memcpy(id.bytes + 6, chance, ID_CHANCE);
	return id;
}

struct id id_derive(int64_t instant, const char *name)
{
	uint8_t hash[DIGEST_BYTES];
	struct digest *digest = digest_new();

	digest_start(digest);
	digest_add(digest, name, strlen(name));
	digest_end(digest, hash);
	digest_free(digest);
	return id_make(instant, hash);
}

static int digit_value(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	const char *at = c ? strchr(alphabet, c) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

bool id_parse(const char *text, struct id *id)
{
	if (strlen(text) != ID_TEXT - 1 || text[0] > '7')
		return false;
	/* 26 digits of 5 bits are 130 bits: the first digit carries only three. */
	unsigned carry = 0;
	int bits = -2, byte = 0;
	for (int i = 0; i < ID_TEXT - 1; i++) {
		int value = digit_value(text[i]);
		if (value < 0)
			return false;
		carry = carry << 5 | (unsigned)value;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			id->bytes[byte++] = (uint8_t)(carry >> bits);
			carry &= (1u << bits) - 1;
		}
	}
	return true;
}

const char *id_text(struct id id, char text[ID_TEXT])
{
	unsigned carry = 0;
	int bits = 2, at = 0;

	for (int i = 0; i < ID_BYTES; i++) {
		carry = carry << 8 | id.bytes[i];
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text[at++] = alphabet[carry >> bits & 31];
			carry &= (1u << bits) - 1;
		}
	}
	text[at] = '\0';
	return text;
}

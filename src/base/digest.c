#include "base/digest.h"
#include "base/panic.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct digest {
	EVP_MD_CTX *context;
	EVP_MD *algorithm;
};

struct digest *digest_new(void)
{
	struct digest *digest = calloc(1, sizeof(*digest));

	must(digest != NULL);
	digest->context = EVP_MD_CTX_new();
	digest->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
	must(digest->context && digest->algorithm);
	return digest;
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->context);
	EVP_MD_free(digest->algorithm);
	free(digest);
}

void digest_start(struct digest *digest)
{
	must(EVP_DigestInit_ex2(digest->context, digest->algorithm, NULL) == 1);
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
	must(EVP_DigestUpdate(digest->context, bytes, length) == 1);
}

void digest_end(struct digest *digest, uint8_t hash[DIGEST_BYTES])
{
	unsigned length = 0;

	must(EVP_DigestFinal_ex(digest->context, hash, &length) == 1 && length == DIGEST_BYTES);
}

const char *digest_text(const uint8_t hash[DIGEST_BYTES], char text[DIGEST_TEXT])
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < DIGEST_BYTES; i++) {
		text[2 * i] = hex[hash[i] >> 4];
		text[2 * i + 1] = hex[hash[i] & 15];
	}
	text[2 * DIGEST_BYTES] = '\0';
	return text;
}

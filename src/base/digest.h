/* SHA-256, by OpenSSL's EVP with one context reused. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32, DIGEST_TEXT = 65 };

struct digest; /* one running hash; not shared between threads */

struct digest *digest_new(void);
void digest_free(struct digest *digest);
/* start, any number of add, then end, which leaves it ready to start again. */
void digest_start(struct digest *digest);
void digest_add(struct digest *digest, const void *bytes, size_t length);
void digest_end(struct digest *digest, uint8_t hash[DIGEST_BYTES]);

const char *digest_text(const uint8_t hash[DIGEST_BYTES], char text[DIGEST_TEXT]);

#endif

#include "http/identity_parts.h"
#include "base/panic.h"

#include <sodium.h>
#include <string.h>

/* Twice over 64 MB: what guessing costs, and a tenth of a second of ours. */
enum { HASH_PASSES = 2, HASH_BYTES = 64 * 1024 * 1024 };

_Static_assert(crypto_pwhash_STRBYTES <= 128, "a hash fits where it is kept");

enum result password_hash(const char *password, char hash[128], struct error *error)
{
	must(sodium_init() >= 0);
	if (crypto_pwhash_str_alg(hash, password, strlen(password), HASH_PASSES, HASH_BYTES,
		    crypto_pwhash_ALG_ARGON2ID13) != 0)
		return error_trouble(error, "trouble.password_memory", NULL);
	return OK;
}

bool password_fits(const char *hash, const char *password)
{
	must(sodium_init() >= 0);
	return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

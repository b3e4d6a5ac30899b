/* One-time codes by time (RFC 6238): six digits, thirty seconds, one step to either side. */
#include "http/identity_parts.h"
#include "base/panic.h"

#include <liboath/oath.h>
#include <string.h>

enum { CODE_DIGITS = 6, STEP_S = 30, STEPS_AROUND = 1 };

int64_t totp_step(const uint8_t *secret, size_t length, const char *code, int64_t now)
{
	uint64_t counter = 0;
	char bytes[64];
	int around;

	if (strlen(code) != CODE_DIGITS || strspn(code, "0123456789") != CODE_DIGITS)
		return 0;
	must(oath_init() == OATH_OK && length <= sizeof(bytes));
	memcpy(bytes, secret, length);
	int code_found = oath_totp_validate3(bytes, length, (time_t)(now / SECOND_MS), STEP_S, 0,
		STEPS_AROUND, &around, &counter, code);
	return code_found >= 0 ? (int64_t)counter : 0;
}

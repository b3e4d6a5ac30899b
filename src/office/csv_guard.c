#include "office/csv_guard.h"

#include <string.h>

/* [+-]digits[.digits]: what a spreadsheet reads as a number and nothing else. */
static bool plain_number(const char *text)
{
	text += *text == '-' || *text == '+';
	size_t digits = strspn(text, "0123456789");
	text += digits;
	if (digits && *text == '.') {
		digits = strspn(text + 1, "0123456789");
		text += 1 + digits;
	}
	return digits && !*text;
}

bool csv_guarded(const char *text)
{
	text += strspn(text, "'");
	return *text && strchr("=+-@\t\r", *text) && !plain_number(text);
}

#include "office/serial.h"
#include "base/date.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What the letters of a format code ask for. */
struct letters {
	bool day, year, month, hour, second, elapsed, milliseconds, digits;
};

/* Move past what only decorates at `code`: quoted text, escapes, fill and width characters. */
static const char *skip_literal(const char *code)
{
	if (*code == '"') {
		const char *end = strchr(code + 1, '"');
		return end ? end + 1 : code + strlen(code);
	}
	if (*code == '\\' || *code == '_' || *code == '*')
		return code[1] ? code + 2 : code + 1;
	return code;
}

/* Move past a bracket: [Red], [$-804], [>=100], [DBNum1], or an elapsed time as [h]. */
static const char *read_bracket(const char *code, struct letters *letters)
{
	const char *end = strchr(code, ']');
	bool elapsed = end && end > code + 1;

	if (!end)
		return code + strlen(code);
	for (const char *at = code + 1; at < end; at++)
		elapsed = elapsed && strchr("hHmMsS", *at) && tolower(*at) == tolower(code[1]);
	if (elapsed) {
		letters->elapsed = true;
		letters->hour = true;
	}
	return end + 1;
}

static const char *read_letter(const char *code, struct letters *letters)
{
	switch (tolower((unsigned char)*code)) {
	case 'g':
		if (strncasecmp(code, "general", 7) == 0)
			return code + 7;
		break;
	case 'y':
	case 'b':
		letters->year = true;
		break;
	case 'e': /* an era's year, unless it is the exponent of 0.00E+00 */
		if (code[1] != '+' && code[1] != '-')
			letters->year = true;
		break;
	case 'd':
		letters->day = true;
		break;
	case 'm':
		letters->month = true;
		break;
	case 'h':
		letters->hour = true;
		break;
	case 's':
		letters->second = true;
		if (code[1] == '.' && code[2] == '0')
			letters->milliseconds = true;
		break;
	case 'a':
		if (strncasecmp(code, "am/pm", 5) == 0)
			return code + 5;
		if (strncasecmp(code, "a/p", 3) == 0)
			return code + 3;
		if (strncasecmp(code, "aaa", 3) == 0)
			letters->day = true;
		break;
	case '#':
	case '0':
	case '?':
		letters->digits = true;
		break;
	}
	return code + 1;
}

struct number_format format_read(const char *code)
{
	struct letters letters = { 0 };

	while (*code && *code != ';') {
		const char *after = skip_literal(code);
		if (after == code && *code == '[')
			after = read_bracket(code, &letters);
		else if (after == code)
			after = read_letter(code, &letters);
		code = after;
	}
	bool time = letters.hour || letters.second;
	bool date = letters.year || letters.day || (letters.month && !time);
	enum format_kind kind = date && time      ? FORMAT_DATETIME
				: date            ? FORMAT_DATE
				: !time           ? FORMAT_NUMBER
				: letters.elapsed ? FORMAT_ELAPSED
						  : FORMAT_TIME;
	if (kind == FORMAT_DATE && letters.digits)
		kind = FORMAT_NUMBER;
	return (struct number_format){ (unsigned char)kind, letters.milliseconds };
}

struct number_format format_builtin(int id)
{
	static const struct {
		int first, last;
		enum format_kind kind;
	} builtin[] = {
		{ 14, 17, FORMAT_DATE },
		{ 18, 21, FORMAT_TIME },
		{ 22, 22, FORMAT_DATETIME },
		{ 27, 31, FORMAT_DATE },
		{ 32, 33, FORMAT_TIME },
		{ 34, 35, FORMAT_EITHER },
		{ 36, 36, FORMAT_DATE },
		{ 45, 45, FORMAT_TIME },
		{ 46, 46, FORMAT_ELAPSED },
		{ 47, 47, FORMAT_TIME },
		{ 50, 54, FORMAT_DATE },
		{ 55, 56, FORMAT_EITHER },
		{ 57, 58, FORMAT_DATE },
	};
	struct number_format format = { FORMAT_NUMBER, id == 47 };

	for (size_t i = 0; i < sizeof(builtin) / sizeof(builtin[0]); i++) {
		if (id >= builtin[i].first && id <= builtin[i].last)
			format.kind = (unsigned char)builtin[i].kind;
	}
	return format;
}

/* "1.5e+17" written out: at most 21 digits before the point, 10 zeros after it. */
static void write_out(const char *shortest, char text[NUMBER_TEXT])
{
	const char *exponent = strchr(shortest, 'e');
	long power = exponent ? strtol(exponent + 1, NULL, 10) : 0;
	char digits[24];
	int count = 0, length = 0;
	bool negative = *shortest == '-';

	if (!exponent) {
		snprintf(text, NUMBER_TEXT, "%s", strcmp(shortest, "-0") ? shortest : "0");
		return;
	}
	for (const char *at = shortest + negative; at < exponent; at++) {
		if (*at != '.')
			digits[count++] = *at;
	}
	if (power > 20 || power < -10) {
		snprintf(text, NUMBER_TEXT, "%.*sE%+03ld", (int)(exponent - shortest), shortest,
			power);
		return;
	}
	if (negative)
		text[length++] = '-';
	if (power < 0)
		length += snprintf(
			text + length, NUMBER_TEXT - (size_t)length, "0.%0*d", (int)-power - 1, 0);
	if (power == -1)
		length--; /* %0*d writes one digit at least */
	for (int i = 0; i < count || i <= power; i++) {
		if (power >= 0 && i == power + 1)
			text[length++] = '.';
		text[length++] = i < count ? digits[i] : '0';
	}
	text[length] = '\0';
}

static bool whole(const char *raw, size_t length)
{
	size_t sign = *raw == '-';

	return length > sign && length - sign <= 20 &&
	       strspn(raw + sign, "0123456789") >= length - sign &&
	       (raw[sign] != '0' || length == 1);
}

bool number_read(const char *raw, double *value, char text[NUMBER_TEXT])
{
	char shortest[32], *end;

	raw += strspn(raw, " \t\r\n");
	size_t length = strspn(raw, "0123456789+-.eE");
	if (!length || raw[length + strspn(raw + length, " \t\r\n")])
		return false;
	*value = strtod(raw, &end);
	if (end != raw + length || !isfinite(*value))
		return false;
	if (whole(raw, length)) {
		snprintf(text, NUMBER_TEXT, "%.*s", (int)length, raw);
		return true;
	}
	snprintf(shortest, sizeof(shortest), "%.15g", *value);
	write_out(shortest, text);
	return true;
}

static int clock_text(int64_t ms, bool milliseconds, char *text, size_t size)
{
	int length = snprintf(text, size, "%02lld:%02d:%02d", (long long)(ms / HOUR_MS),
		(int)(ms / MINUTE_MS % 60), (int)(ms / SECOND_MS % 60));

	if (milliseconds && ms % SECOND_MS)
		length += snprintf(
			text + length, size - (size_t)length, ".%03d", (int)(ms % SECOND_MS));
	return length;
}

static int date_text(int64_t day, bool since_1904, char *text, size_t size)
{
	static const struct civil first_1900 = { 1899, 12, 31 }, first_1904 = { 1904, 1, 1 };

	if (!since_1904 && day == 60)
		return snprintf(text, size, "1900-02-29");
	int base = day_from_civil(since_1904 ? first_1904 : first_1900);
	struct civil civil = civil_from_day(base + (int)day - (!since_1904 && day > 60));
	return snprintf(text, size, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

enum cell_type serial_text(
	double serial, struct number_format format, bool since_1904, char text[SERIAL_TEXT])
{
	enum { LAST_1900 = 2958465, LAST_1904 = 2957003 };
	int step = format.milliseconds ? 1 : SECOND_MS;
	enum format_kind kind = format.kind;

	if (serial < 0 || serial >= (since_1904 ? LAST_1904 : LAST_1900) + 1.0)
		return CELL_NUMBER;
	if (kind == FORMAT_EITHER)
		kind = serial < 1 ? FORMAT_TIME : FORMAT_DATE;
	int64_t ms = (int64_t)floor(serial * DAY_MS / step + 0.5) * step;
	if (kind == FORMAT_ELAPSED || (kind == FORMAT_DATETIME && !since_1904 && ms < DAY_MS)) {
		clock_text(ms, format.milliseconds, text, SERIAL_TEXT);
		return CELL_TIME;
	}
	if (kind == FORMAT_TIME) {
		clock_text(ms % DAY_MS, format.milliseconds, text, SERIAL_TEXT);
		return CELL_TIME;
	}
	int64_t day = kind == FORMAT_DATE ? (int64_t)floor(serial) : ms / DAY_MS;
	if (!since_1904 && day == 0)
		return CELL_NUMBER;
	int length = date_text(day, since_1904, text, SERIAL_TEXT);
	if (kind == FORMAT_DATE)
		return CELL_DATE;
	text[length++] = 'T';
	clock_text(ms % DAY_MS, format.milliseconds, text + length, SERIAL_TEXT - (size_t)length);
	return CELL_DATETIME;
}

/* Does `raw` begin with the shape, in which 9 stands for a digit? */
static bool shaped(const char *raw, const char *shape)
{
	for (; *shape; shape++, raw++) {
		if (*shape == '9' ? !isdigit((unsigned char)*raw) : *raw != *shape)
			return false;
	}
	return true;
}

static int two_digits(const char *raw)
{
	return (raw[0] - '0') * 10 + raw[1] - '0';
}

/* "10:10", "10:10:10", "10:10:10.250", "10:10:10Z": the canonical clock, or false. */
static bool iso_clock(const char *raw, char *text, size_t size)
{
	int seconds = shaped(raw, "99:99:99");

	if (!seconds && !shaped(raw, "99:99"))
		return false;
	const char *rest = raw + (seconds ? 8 : 5);
	int hour = two_digits(raw), minute = two_digits(raw + 3);
	int second = seconds ? two_digits(raw + 6) : 0;
	int fraction = 0;
	if (seconds && *rest == '.') {
		int weight = 100;
		for (rest++; isdigit((unsigned char)*rest); rest++, weight /= 10)
			fraction += (*rest - '0') * weight;
	}
	rest += *rest == 'Z';
	if (*rest || hour > 23 || minute > 59 || second > 59)
		return false;
	clock_text(((hour * 60 + minute) * 60 + second) * (int64_t)SECOND_MS + fraction, true, text,
		size);
	return true;
}

enum cell_type iso_text(const char *raw, char text[SERIAL_TEXT])
{
	char day_part[DAY_TEXT];
	int day;

	if (iso_clock(raw, text, SERIAL_TEXT))
		return CELL_TIME;
	if (!shaped(raw, "9999-99-99"))
		return CELL_TEXT;
	snprintf(day_part, sizeof(day_part), "%.10s", raw);
	if (!day_parse(day_part, &day))
		return CELL_TEXT;
	snprintf(text, SERIAL_TEXT, "%s", day_part);
	if (!raw[10])
		return CELL_DATE;
	text[10] = 'T';
	return raw[10] == 'T' && iso_clock(raw + 11, text + 11, SERIAL_TEXT - 11) ? CELL_DATETIME
										  : CELL_TEXT;
}

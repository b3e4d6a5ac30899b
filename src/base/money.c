#include "base/money.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t wan_fen = 1000000;       /* 1 万元 */
static const int64_t yi_fen = 10000000000;    /* 1 亿元 */
static const int64_t most = 9007199254740991; /* 2^53 − 1, what an entry can hold */

/* The unit at `text`, as 分 per unit; 0 where it is no unit. */
static int64_t unit_read(const char *text)
{
	static const struct {
		const char *name;
		int64_t fen;
	} units[] = { { "", 100 }, { "元", 100 }, { "圆", 100 }, { "万元", 1000000 },
		{ "万", 1000000 }, { "亿元", 10000000000 }, { "亿", 10000000000 }, { "分", 1 },
		{ "角", 10 }, { "yuan", 100 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i].name, text) == 0)
			return units[i].fen;
	}
	return 0;
}

/* Digits with thousands separators and decimals into a whole part and up to nine decimals. */
static bool number_read(const char **at, int64_t *whole, int64_t *billionths)
{
	int digits = 0;

	*whole = *billionths = 0;
	for (; (**at >= '0' && **at <= '9') || (**at == ',' && digits); (*at)++) {
		if (**at == ',')
			continue;
		if (*whole > most / 10)
			return false;
		*whole = *whole * 10 + (**at - '0');
		digits++;
	}
	if (**at == '.') {
		(*at)++;
		for (int64_t scale = 100000000; **at >= '0' && **at <= '9'; (*at)++, digits++) {
			*billionths += (**at - '0') * scale;
			scale /= 10;
		}
	}
	return digits > 0;
}

bool money_parse(const char *text, int64_t *fen)
{
	char folded[64];
	int64_t whole, billionths;
	bool negative = false;

	if (strlen(text) >= sizeof(folded))
		return false;
	text_fold(folded, sizeof(folded), text);
	const char *at = folded;
	if (*at == '-' || *at == '+')
		negative = *at++ == '-';
	if (text_starts(at, "¥") || text_starts(at, "￥"))
		text_next(&at);
	if (!negative && *at == '-' && at != folded)
		negative = *at++ == '-';
	if (!number_read(&at, &whole, &billionths))
		return false;
	int64_t unit = unit_read(at);
	if (!unit || whole > most / unit)
		return false;
	uint64_t exact = (uint64_t)billionths * (uint64_t)unit; /* below 10^19 */
	int64_t total = whole * unit + (int64_t)((exact + 500000000u) / 1000000000u);
	if (total > most)
		return false;
	*fen = negative ? -total : total;
	return true;
}

const char *money_plain(int64_t fen, char text[MONEY_TEXT])
{
	uint64_t size = fen < 0 ? (uint64_t)-fen : (uint64_t)fen;

	snprintf(text, MONEY_TEXT, "%s%" PRIu64 ".%02u", fen < 0 ? "-" : "", size / 100,
		(unsigned)(size % 100));
	return text;
}

static void grouped(
	uint64_t whole, unsigned cents, const char *sign, const char *unit, char text[MONEY_TEXT])
{
	char digits[24], spaced[MONEY_TEXT];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, whole), to = 0;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			spaced[to++] = ',';
		spaced[to++] = digits[i];
	}
	spaced[to] = '\0';
	snprintf(text, MONEY_TEXT, "%s%.20s.%02u %s", sign, spaced, cents % 100, unit);
}

const char *money_show(int64_t fen, bool english, char text[MONEY_TEXT])
{
	const char *sign = fen < 0 ? "-" : "";
	uint64_t size = fen < 0 ? (uint64_t)-fen : (uint64_t)fen;
	uint64_t scale = size >= (uint64_t)yi_fen ? (uint64_t)yi_fen : (uint64_t)wan_fen;

	if (english || size < (uint64_t)wan_fen) {
		grouped(size / 100, (unsigned)(size % 100), sign, english ? "yuan" : "元", text);
		return text;
	}
	uint64_t hundredths = (size + scale / 200) / (scale / 100);
	grouped(hundredths / 100, (unsigned)(hundredths % 100), sign,
		scale == (uint64_t)yi_fen ? "亿元" : "万元", text);
	return text;
}

/* When two customers may be one: names and credit codes in a comparable form. */
#include "customer.h"

#include <string.h>

/* Longest first: what is left of a longer form must not hide it. */
static const char *const forms[] = { "有限责任公司", "股份有限公司", "有限公司", "股份公司",
	"总公司", "公司", "股份" };
static const char *const latin_forms[] = { "companylimited", "coltd", "limited", "ltd", "inc",
	"corp", "llc" };

static bool is_mark(char c)
{
	return strchr("()[]<>.,-_'\"&/", c) != NULL && c;
}

/* The wide marks begin with these bytes, and few other characters of a name do. */
static bool may_be_wide(char c)
{
	return strchr("\xC2\xE2\xE3", c) != NULL && c;
}

static void remove_marks(char *text)
{
	static const char *const wide[] = { "【", "】", "〔", "〕", "《", "》", "“", "”", "·", "、",
		"。" };
	char *to = text;

	while (*text) {
		size_t skip = is_mark(*text) ? 1 : 0;
		for (size_t i = 0; !skip && may_be_wide(*text) && i < COUNT_OF(wide); i++)
			skip = text_starts(text, wide[i]) ? strlen(wide[i]) : 0;
		if (skip)
			text += skip;
		else
			*to++ = *text++;
	}
	*to = '\0';
}

static void remove_all(char *text, const char *word)
{
	size_t length = strlen(word);

	for (char *at = strstr(text, word); at; at = strstr(at, word))
		memmove(at, at + length, strlen(at + length) + 1);
}

/* Latin forms only at the end: "inc" also begins Incheon. */
static void remove_ending(char *text)
{
	for (size_t i = 0; i < COUNT_OF(latin_forms); i++) {
		size_t length = strlen(latin_forms[i]), all = strlen(text);
		if (all > length && strcmp(text + all - length, latin_forms[i]) == 0)
			text[all - length] = '\0';
	}
}

void identity_name(char *to, size_t size, const char *name)
{
	char folded[IDENTITY_TEXT];

	text_fold(folded, sizeof(folded), name);
	text_copy(to, size, folded);
	remove_marks(to);
	for (size_t i = 0; i < COUNT_OF(forms); i++)
		remove_all(to, forms[i]);
	remove_ending(to);
	if (!*to)
		text_copy(to, size, folded);
}

void identity_code(char *to, size_t size, const char *code)
{
	text_fold(to, size, code);
	for (; *to; to++) {
		if (*to >= 'a' && *to <= 'z')
			*to = (char)(*to - 'a' + 'A');
	}
}

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* Weights 3^i mod 31 over the first 17 characters. */
static bool check_holds(const char *code)
{
	int sum = 0, weight = 1;

	for (int i = 0; i < 17; i++) {
		sum += weight * (int)(strchr(alphabet, code[i]) - alphabet);
		weight = weight * 3 % 31;
	}
	return code[17] == alphabet[(31 - sum % 31) % 31];
}

static bool organisation_holds(const char *code)
{
	static const int weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	for (int i = 0; i < 8; i++) {
		int value = code[i] <= '9' ? code[i] - '0' : code[i] - 'A' + 10;
		sum += weights[i] * value;
	}
	return code[8] == "0X987654321"[sum % 11];
}

const char *identity_doubt(const char *code)
{
	if (text_characters(code) != 18)
		return "length";
	for (const char *at = code; *at; at++) {
		if (!strchr(alphabet, *at))
			return "characters";
	}
	if (!check_holds(code))
		return "check";
	return organisation_holds(code + 8) ? NULL : "organisation";
}

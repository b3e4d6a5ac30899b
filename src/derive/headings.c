#include "derive/headings.h"

#include <string.h>

/* Take `tail` off the end of `text`. */
static bool cut(char *text, const char *tail)
{
	size_t length = strlen(text), cut_length = strlen(tail);

	if (length <= cut_length || strcmp(text + length - cut_length, tail) != 0)
		return false;
	text[length - cut_length] = '\0';
	return true;
}

enum money_unit heading_fold(const char *heading, char folded[LABEL_TEXT])
{
	static const struct {
		const char *text;
		enum money_unit unit;
	} units[] = { { "(元)", UNIT_YUAN }, { "(分)", UNIT_FEN }, { "(千元)", UNIT_THOUSAND },
		{ "(万元)", UNIT_WAN }, { "(万)", UNIT_WAN }, { "(亿元)", UNIT_YI },
		{ "[元]", UNIT_YUAN }, { "[万元]", UNIT_WAN }, { "(yuan)", UNIT_YUAN },
		{ "(单位:元)", UNIT_YUAN }, { "(单位:万元)", UNIT_WAN }, { "/万元", UNIT_WAN },
		{ "/元", UNIT_YUAN } };
	static const char *const marks[] = { "*", "(必填)", "(required)", ":" };
	enum money_unit unit = UNIT_YUAN;
	char text[LABEL_TEXT];
	bool again = true;

	text_fold(text, sizeof(text), heading);
	const char *start = text + strspn(text, "*");
	text_copy(folded, LABEL_TEXT, start);
	while (again) {
		again = false;
		for (size_t i = 0; i < COUNT_OF(marks); i++)
			again = cut(folded, marks[i]) || again;
		for (size_t i = 0; i < COUNT_OF(units); i++) {
			if (!cut(folded, units[i].text))
				continue;
			unit = units[i].unit;
			again = true;
		}
	}
	return unit;
}

const struct field *heading_field(const struct labels *labels, const char *kind,
	const struct field *fields, const char *folded, int *surety)
{
	const struct field *best = NULL;
	int most = 0;

	if (!*folded)
		fields = NULL;
	for (const struct field *field = fields; field && field->name; field++) {
		int sure = label_means_field(labels, kind, field->name, folded);
		if (sure > most) {
			most = sure;
			best = field;
		}
	}
	if (surety)
		*surety = most;
	return best;
}

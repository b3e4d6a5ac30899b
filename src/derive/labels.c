#include "derive/labels.h"

#include <stdio.h>
#include <string.h>

enum { KEY_TEXT = 160 };

static const char *find(
	const struct labels *labels, enum language language, const char *prefix, const char *name)
{
	char key[KEY_TEXT + 16];

	snprintf(key, sizeof(key), "%s.%s", prefix, name);
	return message_find(labels->messages, language, key);
}

static const char *field_in(
	const struct labels *labels, enum language language, const char *kind, const char *field)
{
	char own[KEY_TEXT];

	snprintf(own, sizeof(own), "%s.%s", kind, field);
	const char *label = find(labels, language, "field", own);
	return label ? label : find(labels, language, "field", field);
}

static const char *choice_in(const struct labels *labels, enum language language, const char *kind,
	const char *field, const char *choice)
{
	char name[KEY_TEXT];

	snprintf(name, sizeof(name), "%s.%s.%s", kind, field, choice);
	const char *label = find(labels, language, "choice", name);
	if (label)
		return label;
	snprintf(name, sizeof(name), "%s.%s", field, choice);
	return find(labels, language, "choice", name);
}

const char *label_kind(const struct labels *labels, const char *kind)
{
	const char *label = find(labels, labels->language, "kind", kind);

	return label ? label : kind;
}

const char *label_field(const struct labels *labels, const char *kind, const char *field)
{
	const char *label = field_in(labels, labels->language, kind, field);

	return label ? label : field;
}

const char *label_choice(
	const struct labels *labels, const char *kind, const char *field, const char *choice)
{
	const char *label = choice_in(labels, labels->language, kind, field, choice);

	return label ? label : choice;
}

const char *label_norm(const struct labels *labels, const char *norm)
{
	const char *label = find(labels, labels->language, "norm", norm);

	return label ? label : norm;
}

static bool same(const char *label, const char *folded)
{
	char own[LABEL_TEXT];

	if (!label)
		return false;
	text_fold(own, sizeof(own), label);
	return strcmp(own, folded) == 0;
}

static bool among(const char *synonyms, const char *folded)
{
	char one[LABEL_TEXT];

	while (synonyms && *synonyms) {
		size_t length = strcspn(synonyms, "|");
		snprintf(one, sizeof(one), "%.*s", (int)length, synonyms);
		if (same(one, folded))
			return true;
		synonyms += length + (synonyms[length] == '|');
	}
	return false;
}

int label_means_field(
	const struct labels *labels, const char *kind, const char *field, const char *folded)
{
	char own[KEY_TEXT];

	if (same(field, folded))
		return 3;
	snprintf(own, sizeof(own), "%s.%s", kind, field);
	for (enum language language = CHINESE; language < LANGUAGES; language++) {
		if (same(field_in(labels, language, kind, field), folded))
			return 3;
	}
	for (enum language language = CHINESE; language < LANGUAGES; language++) {
		if (among(find(labels, language, "synonym", own), folded))
			return 2;
	}
	return 0;
}

const char *label_means_choice(const struct labels *labels, const char *kind,
	const struct field *field, const char *folded)
{
	for (const char *const *choice = field->choices; choice && *choice; choice++) {
		if (same(*choice, folded))
			return *choice;
		for (enum language language = CHINESE; language < LANGUAGES; language++) {
			if (same(choice_in(labels, language, kind, field->name, *choice), folded))
				return *choice;
		}
	}
	return NULL;
}

bool label_means_norm(const struct labels *labels, const char *norm, const char *folded)
{
	for (enum language language = CHINESE; language < LANGUAGES; language++) {
		if (same(find(labels, language, "norm", norm), folded))
			return true;
	}
	return same(norm, folded);
}

const char *field_type_name(enum field_type type)
{
	static const char *const words[] = { [FIELD_TEXT] = "text",
		[FIELD_INTEGER] = "integer",
		[FIELD_MONEY] = "money",
		[FIELD_BOOL] = "bool",
		[FIELD_DAY] = "day",
		[FIELD_MONTH] = "month",
		[FIELD_INSTANT] = "instant",
		[FIELD_TIME] = "time",
		[FIELD_CHOICE] = "choice",
		[FIELD_CODE] = "code",
		[FIELD_CUSTOMER] = "customer",
		[FIELD_STAFF] = "staff",
		[FIELD_UNIT] = "unit",
		[FIELD_OBJECT] = "object",
		[FIELD_CASE] = "case",
		[FIELD_ENTRY] = "entry" };

	return words[type];
}

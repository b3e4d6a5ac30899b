/*
 * Conditions of template lines: terms joined by `and`, each one of
 *     NAME             the measure has data
 *     not NAME         it has none
 *     NAME = 100%      its value compares: = != < <= > >=
 *     NAME change > 0  its change against the span before
 *     NAME unmet > 0   how many rows of a share are not met (also met, all)
 *     moved            the person changed units within the span
 */
#include "derive/summary_parts.h"

#include "base/money.h"
#include "base/text.h"

#include <string.h>

enum { WORDS = 40 };

struct term {
	struct summary *summary;
	const char *condition;
	int line;
	struct error *error;
};

static enum result refuse(const struct term *term)
{
	return template_refuse(&term->summary->template, term->line, "refused.summary_condition",
		term->condition, term->error);
}

static bool compares(const char *operator, int64_t a, int64_t b, bool *known)
{
	*known = true;
	if (text_equal(operator, "="))
		return a == b;
	if (text_equal(operator, "!="))
		return a != b;
	if (text_equal(operator, "<"))
		return a < b;
	if (text_equal(operator, "<="))
		return a <= b;
	if (text_equal(operator, ">"))
		return a > b;
	if (text_equal(operator, ">="))
		return a >= b;
	*known = false;
	return false;
}

bool threshold_parse(const struct measure *measure, const char *text, int64_t *value)
{
	char number[40];
	size_t length = strlen(text);

	if (measure->quantity == MONEY && measure->how != RATIO)
		return money_parse(text, value);
	if (measure->how != RATIO)
		return text_integer(text, value);
	if (length < 2 || length >= sizeof(number) || text[length - 1] != '%')
		return text_equal(text, "0") && text_integer(text, value);
	/* A percentage with at most one decimal, kept in tenths. */
	text_copy(number, sizeof(number), text);
	number[length - 1] = '\0';
	char *point = strchr(number, '.');
	int64_t tenth = 0;
	if (point) {
		*point++ = '\0';
		if (!text_integer(point, &tenth) || tenth < 0 || tenth > 9 || strlen(point) != 1)
			return false;
	}
	if (!text_integer(number, value) || *value < -100000 || *value > 100000)
		return false;
	*value = *value * 10 + (*value < 0 ? -tenth : tenth);
	return true;
}

/* The number that a term speaks of; *known is false where there is none. */
static enum result term_value(
	const struct term *term, const char *name, const char *what, int64_t *value, bool *known)
{
	struct evidence_set *set, *before = NULL;
	enum result result = figure_named(term->summary, name, false, &set, term->error);

	*known = false;
	if (result != OK || !set)
		return result;
	if (text_equal(what, "change"))
		result = figure_named(term->summary, name, true, &before, term->error);
	if (result != OK)
		return result;
	*known = set->figure.known;
	*value = set->figure.value;
	if (text_equal(what, "met"))
		*value = set->figure.numerator;
	else if (text_equal(what, "unmet"))
		*value = set->figure.n - set->figure.numerator;
	else if (text_equal(what, "all"))
		*value = set->figure.n;
	else if (text_equal(what, "change")) {
		*known = set->data && before->data;
		*value = set->figure.value - before->figure.value;
	} else if (*what)
		return refuse(term);
	return OK;
}

static bool counts_rows(const char *what)
{
	return text_equal(what, "met") || text_equal(what, "unmet") || text_equal(what, "all");
}

static enum result compare_term(const struct term *term, const char **words, int count, bool *holds)
{
	const struct measure *measure = ledger_measure(term->summary->ledger, words[0]);
	const char *what = count == 4 ? words[1] : "";
	int64_t value = 0, wanted;
	bool known;

	*holds = false;
	if (term_value(term, words[0], what, &value, &known) != OK)
		return term->error->result;
	if (!measure)
		return OK;
	if (counts_rows(what) ? !text_integer(words[count - 1], &wanted)
			      : !threshold_parse(measure, words[count - 1], &wanted))
		return refuse(term);
	bool operator_known;
	bool answer = compares(words[count - 2], value, wanted, &operator_known);
	if (!operator_known)
		return refuse(term);
	*holds = known && answer;
	return OK;
}

static enum result has_data(const struct term *term, const char *name, bool *holds)
{
	struct evidence_set *set;

	if (figure_named(term->summary, name, false, &set, term->error) != OK)
		return term->error->result;
	*holds = set && set->data;
	return OK;
}

static enum result term_holds(const struct term *term, const char **words, int count, bool *holds)
{
	if (count == 1 && text_equal(words[0], "moved")) {
		*holds = person_moved(term->summary);
		return OK;
	}
	if (count == 1)
		return has_data(term, words[0], holds);
	if (count == 2 && text_equal(words[0], "not")) {
		enum result result = has_data(term, words[1], holds);
		*holds = !*holds;
		return result;
	}
	return count == 3 || count == 4 ? compare_term(term, words, count, holds) : refuse(term);
}

enum result condition_holds(
	struct summary *summary, const char *condition, int line, bool *holds, struct error *error)
{
	const struct term term = { summary, condition, line, error };
	const char *words[WORDS];
	int count = template_words(&summary->arena, condition, words, WORDS), start = 0;

	*holds = true;
	for (int i = 0; i <= count && *holds; i++) {
		if (i < count && !text_equal(words[i], "and"))
			continue;
		if (term_holds(&term, words + start, i - start, holds) != OK)
			return error->result;
		start = i + 1;
	}
	return OK;
}

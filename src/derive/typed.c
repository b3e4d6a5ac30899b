#include "derive/typed.h"

#include "base/buffer.h"
#include "base/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES = 512, LIST_BYTES = 65536, DAYS_BEFORE_1970 = 25569 };

/* Half-width copy without space around it, for everything but running text. */
static void narrow(char *to, size_t size, const char *from)
{
	char trimmed[WORD_BYTES];
	size_t length = 0;

	text_trim(trimmed, sizeof(trimmed), from);
	for (const char *at = trimmed; *at && length + 4 < size;) {
		const char *before = at;
		uint32_t point = text_next(&at);
		if (point >= 0xFF01 && point <= 0xFF5E) {
			to[length++] = (char)(point - 0xFF01 + '!');
			continue;
		}
		memcpy(to + length, before, (size_t)(at - before));
		length += (size_t)(at - before);
	}
	to[length] = '\0';
}

/* ------------------------------------------------------------------ days and times */

/* Digits at *at, at most `most` of them; −1 for none. */
static int digits(const char **at, int most)
{
	int number = 0, count = 0;

	for (; count < most && **at >= '0' && **at <= '9'; (*at)++, count++)
		number = number * 10 + (**at - '0');
	return count ? number : -1;
}

static bool skip(const char **at, const char *text)
{
	size_t length = strlen(text);

	if (strncmp(*at, text, length) != 0)
		return false;
	*at += length;
	return true;
}

static void skip_space(const char **at)
{
	while (**at == ' ')
		(*at)++;
}

static bool separator(const char **at, char *used)
{
	if (**at != '-' && **at != '/' && **at != '.')
		return false;
	if (*used && *used != **at)
		return false;
	*used = *(*at)++;
	return true;
}

/* Year and month in any of the written forms; *at moves past them, `used` is the separator
 * ('\0' for digits alone, 'y' for 年). */
static bool year_month(const char **at, struct civil *civil, char *used)
{
	const char *start = *at;

	*used = '\0';
	civil->year = digits(at, 4);
	if (*at - start != 4)
		return false;
	skip_space(at);
	if (skip(at, "年")) {
		*used = 'y';
		skip_space(at);
		civil->month = digits(at, 2);
		skip_space(at);
		return skip(at, "月");
	}
	if (!separator(at, used)) {
		start = *at;
		civil->month = digits(at, 2);
		return *at - start == 2;
	}
	civil->month = digits(at, 2);
	return civil->month >= 0;
}

/* A day as people write it; *at moves past it. */
static bool day_written(const char **at, int *day)
{
	struct civil civil;
	char used;

	if (!year_month(at, &civil, &used))
		return false;
	if (used == 'y') {
		skip_space(at);
		civil.day = digits(at, 2);
		skip_space(at);
		if (!skip(at, "日"))
			skip(at, "号");
	} else if (used) {
		if (!separator(at, &used))
			return false;
		civil.day = digits(at, 2);
	} else {
		const char *start = *at;
		civil.day = digits(at, 2);
		if (*at - start != 2)
			return false;
	}
	if (!civil_valid(civil))
		return false;
	*day = day_from_civil(civil);
	return true;
}

/* hh:mm[:ss[.…]], 时 and 分 allowed; milliseconds since midnight. */
static bool time_written(const char **at, int64_t *ms)
{
	int hour = digits(at, 2), minute, second = 0;

	if (hour < 0 || hour > 24 || (!skip(at, ":") && !skip(at, "时") && !skip(at, "点")))
		return false;
	minute = digits(at, 2);
	if (minute < 0 || minute > 59)
		return false;
	skip(at, "分");
	if (skip(at, ":")) {
		second = digits(at, 2);
		if (second < 0 || second > 59)
			return false;
		if (skip(at, "."))
			digits(at, 9);
	}
	*ms = (int64_t)hour * HOUR_MS + (int64_t)minute * MINUTE_MS + (int64_t)second * SECOND_MS;
	return *ms <= DAY_MS;
}

/* 1955 … 2118 as a spreadsheet's serial: no other number of five digits is a day. */
static bool day_serial(const char *text, int *day)
{
	int64_t number;

	if (!text_integer(text, &number) || number < 20000 || number > 80000)
		return false;
	*day = (int)number - DAYS_BEFORE_1970;
	return true;
}

/* Day and, where one is given, time of day of a cell; `ms` −1 for none. */
static bool moment(const struct cell *cell, int *day, int64_t *ms)
{
	char text[WORD_BYTES];
	const char *at = text;

	*ms = -1;
	narrow(text, sizeof(text), cell->text);
	if (day_serial(text, day))
		return true;
	if (!day_written(&at, day))
		return false;
	if (!skip(&at, "T"))
		skip_space(&at);
	if (!*at)
		return true;
	return time_written(&at, ms) && !*at;
}

static bool month_of_cell(const struct cell *cell, int *month)
{
	char text[WORD_BYTES];
	const char *at = text;
	struct civil civil;
	int64_t ms;
	int day;
	char used;

	narrow(text, sizeof(text), cell->text);
	if (moment(cell, &day, &ms)) {
		*month = day_month(day);
		return true;
	}
	if (!year_month(&at, &civil, &used) || *at)
		return false;
	civil.day = 1;
	if (!civil_valid(civil))
		return false;
	*month = day_month(day_from_civil(civil));
	return true;
}

/* "11月24日": which year is meant, nobody can know later. */
static bool without_year(const char *text)
{
	char word[WORD_BYTES];
	const char *at = word;
	int first;

	narrow(word, sizeof(word), text);
	first = digits(&at, 2);
	if (first < 0 || first > 12)
		return false;
	return skip(&at, "月") ||
	       ((skip(&at, "/") || skip(&at, "-")) && digits(&at, 2) >= 0 && !*at);
}

static enum result refuse_day(
	const char *key, const struct field *field, const struct cell *cell, struct error *error)
{
	if (without_year(cell->text))
		return error_refuse(
			error, "refused.cell_year", field->name, "value", cell->text, NULL);
	return error_refuse(error, key, field->name, "value", cell->text, NULL);
}

enum result typed_instant(const struct cell *cell, int64_t *instant, struct error *error)
{
	static const struct field at = { "at", FIELD_INSTANT };
	char text[WORD_BYTES];
	int64_t ms;
	int day;

	narrow(text, sizeof(text), cell->text);
	if (instant_parse(text, instant))
		return OK;
	if (!moment(cell, &day, &ms))
		return refuse_day("refused.cell_instant", &at, cell, error);
	*instant = day_start(day) + (ms > 0 ? ms : 0);
	return OK;
}

/* ------------------------------------------------------------------ numbers */

/* "12.40" in the unit of the heading, unless the cell names its own. */
static bool money_cell(const char *typed, enum money_unit unit, int64_t *fen)
{
	static const char *const names[] = { "元", "分", "万元", "万元", "亿元" };
	char text[WORD_BYTES], own[WORD_BYTES];

	narrow(text, sizeof(text), typed);
	size_t length = strlen(text);
	bool bare = length && (text[length - 1] == '.' ||
				      (text[length - 1] >= '0' && text[length - 1] <= '9'));
	bool bracketed = length > 2 && text[0] == '(' && text[length - 1] == ')';
	if (bracketed) { /* bookkeepers write −80 as (80) */
		text[length - 1] = '\0';
		memmove(text, text + 1, length - 1);
	}
	snprintf(own, sizeof(own), "%s%s", text, bare || bracketed ? names[unit] : "");
	if (!money_parse(own, fen))
		return false;
	if (unit == UNIT_THOUSAND && (bare || bracketed))
		*fen = *fen >= 0 ? (*fen + 5) / 10 : -((-*fen + 5) / 10);
	if (bracketed)
		*fen = -*fen;
	return true;
}

/* 1,234 and 12.00 are whole; so is 85% of a whole column of percents. */
static bool integer_cell(const char *typed, int64_t *number)
{
	char text[WORD_BYTES], plain[WORD_BYTES];
	size_t length = 0;

	narrow(text, sizeof(text), typed);
	const char *at = text;
	if (*at == '+')
		at++;
	for (; *at && *at != '.' && *at != '%'; at++) {
		if (*at != ',')
			plain[length++] = *at;
	}
	plain[length] = '\0';
	if (*at == '.')
		at += 1 + strspn(at + 1, "0");
	if (*at == '%')
		at++;
	return !*at && text_integer(plain, number);
}

static bool bool_cell(const char *typed, bool *value)
{
	static const char *const yes[] = { "是", "√", "✓", "✔", "y", "yes", "1", "true", "有", "对",
		"t", "已", NULL };
	static const char *const no[] = { "否", "×", "✗", "x", "n", "no", "0", "false", "无", "错",
		"f", "未", NULL };
	char text[WORD_BYTES];

	text_fold(text, sizeof(text), typed);
	for (int i = 0; yes[i]; i++) {
		if (text_equal(text, yes[i])) {
			*value = true;
			return true;
		}
	}
	for (int i = 0; no[i]; i++) {
		if (text_equal(text, no[i])) {
			*value = false;
			return true;
		}
	}
	return false;
}

static bool time_cell(const char *typed, char text[8])
{
	char word[WORD_BYTES];
	const char *at = word;
	int64_t ms;

	narrow(word, sizeof(word), typed);
	if (!time_written(&at, &ms) || *at)
		return false;
	int minutes = (int)(ms / MINUTE_MS);
	snprintf(text, 8, "%02d:%02d", minutes / 60 % 100, minutes % 60);
	return true;
}

/* ------------------------------------------------------------------ choices and references */

static const char *choice_meant(
	const struct typed *typed, const struct field *field, const char *text)
{
	char folded[WORD_BYTES];
	struct typed_choice *last = NULL;

	if (typed->choices)
		last = &typed->choices[(uintptr_t)field / sizeof(*field) % TYPED_CHOICES];
	if (last && last->field == field && strcmp(last->text, text) == 0)
		return last->choice;
	text_fold(folded, sizeof(folded), text);
	const char *choice = label_means_choice(typed->labels, typed->kind, field, folded);
	if (last && choice && strlen(text) < sizeof(last->text)) {
		*last = (struct typed_choice){ .field = field, .choice = choice };
		text_copy(last->text, sizeof(last->text), text);
	}
	return choice;
}

static enum result choice_cell(const struct typed *typed, const struct field *field,
	const char *text, json_t **value, struct error *error)
{
	struct buffer all;

	const char *choice = choice_meant(typed, field, text);
	if (choice) {
		*value = json_string(choice);
		return OK;
	}
	buffer_init(&all, WORD_BYTES);
	for (const char *const *one = field->choices; *one; one++) {
		if (all.length)
			buffer_text(&all, "、");
		buffer_text(&all, label_choice(typed->labels, typed->kind, field->name, *one));
	}
	error_refuse(
		error, "refused.choice", field->name, "value", text, "choices", all.bytes, NULL);
	buffer_release(&all);
	return REFUSED;
}

const char *typed_reference(const struct field *field)
{
	switch (field->type) {
	case FIELD_CUSTOMER:
		return "customer";
	case FIELD_STAFF:
		return "staff";
	case FIELD_UNIT:
		return "unit";
	default:
		return NULL;
	}
}

static enum result reference_cell(const struct typed *typed, const struct field *field,
	const char *text, json_t **value, struct error *error)
{
	const char *type = typed_reference(field), *id = NULL;
	struct view *view = ledger_view(typed->ledger);
	size_t length = strlen(text);
	char whole[WORD_BYTES], key[64];

	if (view_exists(view, type, text)) {
		*value = json_string(text);
		return OK;
	}
	/* Programs that read ids as numbers write 17850 as 17850.0. */
	text_copy(whole, sizeof(whole), text);
	if (length > 2 && text_equal(text + length - 2, ".0"))
		whole[length - 2] = '\0';
	if (!text_equal(whole, text) && view_exists(view, type, whole)) {
		*value = json_string(whole);
		return OK;
	}
	if (typed->names &&
		name_index_find(typed->names, type, field->name, text, &id, error) != OK)
		return error->result;
	if (id) {
		*value = json_string(id);
		return OK;
	}
	snprintf(key, sizeof(key), "refused.unknown_%s", type);
	return error_refuse(error, key, field->name, "value", text, NULL);
}

/* ------------------------------------------------------------------ a cell */

static enum result read_date(
	const struct field *field, const struct cell *cell, json_t **value, struct error *error)
{
	char text[INSTANT_TEXT];
	int64_t ms;
	int number;

	switch (field->type) {
	case FIELD_DAY:
		if (!moment(cell, &number, &ms))
			return refuse_day("refused.cell_day", field, cell, error);
		*value = json_string(day_text(number, text));
		return OK;
	case FIELD_MONTH:
		if (!month_of_cell(cell, &number))
			return refuse_day("refused.cell_month", field, cell, error);
		*value = json_string(month_text(number, text));
		return OK;
	default:
		if (typed_instant(cell, &ms, error) != OK) {
			text_copy(error->field, sizeof(error->field), field->name);
			return REFUSED;
		}
		*value = json_string(instant_text(ms, text));
		return OK;
	}
}

static enum result read_plain(const struct typed *typed, const struct field *field,
	const char *text, json_t **value, struct error *error)
{
	char word[WORD_BYTES];

	if (strlen(text) >= WORD_BYTES)
		return error_refuse(error, "refused.too_long", field->name, "max", "60", NULL);
	narrow(word, sizeof(word), text);
	if (field->type == FIELD_CHOICE)
		return choice_cell(typed, field, word, value, error);
	if (typed_reference(field))
		return reference_cell(typed, field, word, value, error);
	*value = json_string(word);
	return OK;
}

static enum result read_one(const struct typed *typed, const struct field *field,
	enum money_unit unit, const struct cell *cell, json_t **value, struct error *error)
{
	int64_t number;
	char text[8];
	bool yes;

	switch (field->type) {
	case FIELD_DAY:
	case FIELD_MONTH:
	case FIELD_INSTANT:
		return read_date(field, cell, value, error);
	case FIELD_MONEY:
		if (!money_cell(cell->text, unit, &number))
			break;
		*value = json_integer(number);
		return OK;
	case FIELD_INTEGER:
		if (!integer_cell(cell->text, &number))
			break;
		*value = json_integer(number);
		return OK;
	case FIELD_BOOL:
		if (!bool_cell(cell->text, &yes))
			break;
		*value = json_boolean(yes);
		return OK;
	case FIELD_TIME:
		if (!time_cell(cell->text, text))
			return error_refuse(error, "refused.time", field->name, NULL);
		*value = json_string(text);
		return OK;
	case FIELD_TEXT:
		*value = json_string(cell->text);
		return OK;
	default:
		return read_plain(typed, field, cell->text, value, error);
	}
	const char *key = field->type == FIELD_MONEY     ? "refused.cell_money"
			  : field->type == FIELD_INTEGER ? "refused.cell_integer"
							 : "refused.cell_bool";
	return error_refuse(error, key, field->name, "value", cell->text, NULL);
}

/* Several values in one cell, separated by 、 , ; or a line end. */
static enum result read_list(const struct typed *typed, const struct field *field,
	enum money_unit unit, const char *text, json_t **value, struct error *error)
{
	static const char *const separators[] = { "、", "，", "；", ",", ";", "|", "\n" };
	struct buffer item;
	enum result result = OK;
	json_t *list = json_array();

	buffer_init(&item, LIST_BYTES);
	for (const char *at = text; result == OK;) {
		size_t cut = 0;
		for (size_t i = 0; *at && !cut && i < COUNT_OF(separators); i++)
			cut = text_starts(at, separators[i]) ? strlen(separators[i]) : 0;
		if (*at && !cut) {
			buffer_char(&item, *at++);
			continue;
		}
		struct buffer trimmed;
		buffer_init(&trimmed, LIST_BYTES);
		buffer_text(&trimmed, item.bytes ? item.bytes : "");
		if (trimmed.length)
			text_trim(trimmed.bytes, trimmed.length + 1, item.bytes);
		struct cell cell = { .type = CELL_TEXT,
			.text = trimmed.length ? trimmed.bytes : "" };
		json_t *one = NULL;
		if (*cell.text)
			result = read_one(typed, field, unit, &cell, &one, error);
		if (one)
			json_array_append_new(list, one);
		buffer_release(&trimmed);
		buffer_clear(&item);
		if (!*at)
			break;
		at += cut;
	}
	buffer_release(&item);
	if (result == OK && json_array_size(list))
		*value = json_incref(list);
	json_decref(list);
	return result;
}

enum result typed_read(const struct typed *typed, const struct field *field, enum money_unit unit,
	const struct cell *cell, json_t **value, struct error *error)
{
	struct cell trimmed = *cell;
	struct buffer text;
	enum result result = OK;

	*value = NULL;
	if (cell->type == CELL_EMPTY)
		return OK;
	if (cell->type == CELL_ERROR)
		return error_refuse(
			error, "refused.cell_error", field->name, "value", cell->text, NULL);
	buffer_init(&text, SHEET_CELL_BYTES + 1);
	buffer_text(&text, cell->text);
	if (text.length)
		text_trim(text.bytes, text.length + 1, cell->text);
	trimmed.text = text.length ? text.bytes : "";
	if (*trimmed.text)
		result = field->flags & LIST
				 ? read_list(typed, field, unit, trimmed.text, value, error)
				 : read_one(typed, field, unit, &trimmed, value, error);
	buffer_release(&text);
	return result;
}

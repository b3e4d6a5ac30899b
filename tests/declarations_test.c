/*
 * The declarations of every module, held against what they promise: labels in both languages,
 * samples that are taken, fields that are used, names that exist, statements that prepare.
 */
#include "base/asset.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/messages.h"
#include "ledger_book.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern const struct module *const modules[];

static struct test_book book;
static struct messages *messages;
static int wrong;

static void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprint_error(format, arguments);
	va_end(arguments);
	print_error("\n");
	wrong++;
}

static int set_up(void **state)
{
	(void)state;
	messages = asset_messages();
	test_book_open(&book, modules);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	test_book_close(&book);
	messages_free(messages);
	return 0;
}

static bool said(const char *format, ...) __attribute__((format(printf, 1, 2)));
static bool said(const char *format, ...)
{
	char key[200];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(key, sizeof(key), format, arguments);
	va_end(arguments);
	return message_find(messages, CHINESE, key) && message_find(messages, ENGLISH, key);
}

static void field_labels(const struct kind *kind, const struct field *field)
{
	for (; field && field->name; field++) {
		if (!said("field.%s.%s", kind->name, field->name) && !said("field.%s", field->name))
			complain("%s: the field %s has no label", kind->name, field->name);
		for (const char *const *choice = field->choices; choice && *choice; choice++) {
			if (!said("choice.%s.%s.%s", kind->name, field->name, *choice) &&
				!said("choice.%s.%s", field->name, *choice))
				complain("%s: the choice %s of %s has no label", kind->name,
					*choice, field->name);
		}
	}
}

static void everything_has_a_label_in_both_languages(void **state)
{
	(void)state;
	wrong = 0;
	for (const struct module *const *module = ledger_modules(book.ledger); *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			if (!said("kind.%s", kind->name) || !said("sentence.%s", kind->name))
				complain("%s: no label or no sentence", kind->name);
			field_labels(kind, kind->fields);
			field_labels(kind, kind->row);
			for (const struct duty_rule *rule = kind->duties; rule && rule->what;
				rule++) {
				if (!said("duty.%s", rule->what))
					complain("%s: the duty has no label", rule->what);
			}
		}
		for (const struct measure *one = (*module)->measures; one && one->name; one++) {
			if (!said("measure.%s", one->name) || !said("measure.%s.unit", one->name) ||
				!said("measure.%s.definition", one->name))
				complain("%s: no label, unit or definition", one->name);
		}
		for (const struct cadence *one = (*module)->cadences; one && one->what; one++) {
			if (!said("duty.%s", one->what))
				complain("%s: the duty has no label", one->what);
		}
		for (const struct case_type *type = (*module)->cases; type && type->name; type++) {
			if (!said("case.%s", type->name))
				complain("%s: the case has no label", type->name);
			for (const struct move *move = type->moves; move && move->from; move++) {
				if (!said("state.%s.%s", type->name, move->from) ||
					!said("state.%s.%s", type->name, move->to))
					complain("%s: a state has no label", type->name);
			}
		}
		for (const struct norm *norm = (*module)->norms; norm && norm->name; norm++) {
			if (!said("norm.%s", norm->name))
				complain("%s: the norm has no label", norm->name);
		}
	}
	assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------ names that must exist */

static void check_rule(const struct kind *kind, const struct duty_rule *rule)
{
	const struct kind *until = ledger_kind(book.ledger, rule->until);
	const char *const own[] = { rule->field, rule->due_field, rule->only_if };
	const struct field *field;

	if (!until) {
		complain("%s: no kind %s discharges it", rule->what, rule->until);
		return;
	}
	for (field = until->fields; field->name && strcmp(field->name, rule->by); field++)
		;
	if (!field->name)
		complain("%s: %s has no field %s", rule->what, rule->until, rule->by);
	for (size_t i = 0; i < COUNT_OF(own); i++) {
		for (field = kind->fields; own[i] && field->name && strcmp(field->name, own[i]);
			field++)
			;
		if (own[i] && !field->name)
			complain("%s: %s has no field %s", rule->what, kind->name, own[i]);
	}
}

static bool has_column(const struct table *table, const char *name, size_t length)
{
	for (const struct column *column = table->columns; column->name; column++) {
		if (strlen(column->name) == length && strncmp(column->name, name, length) == 0)
			return true;
	}
	return false;
}

static void check_columns(const struct table *table, const char *list)
{
	while (list && *list) {
		size_t length = strcspn(list, ", ");
		if (!has_column(table, list, length))
			complain("%s: no column %.*s", table->name, (int)length, list);
		list += length;
		list += strspn(list, ", ");
	}
}

static void declarations_name_what_exists(void **state)
{
	(void)state;
	wrong = 0;
	for (const struct module *const *module = ledger_modules(book.ledger); *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			for (const struct duty_rule *rule = kind->duties; rule && rule->what;
				rule++)
				check_rule(kind, rule);
		}
		for (const struct table *table = (*module)->tables; table && table->name; table++) {
			if (!text_starts(table->name, "d_"))
				complain("%s: a derived table is called d_…", table->name);
			check_columns(table, table->key);
			check_columns(table, table->scope);
			for (int i = 0; i < TABLE_INDEXES; i++)
				check_columns(table, table->indexes[i]);
		}
		for (const struct case_type *type = (*module)->cases; type && type->name; type++) {
			bool ends = false;
			for (const struct move *move = type->moves; move && move->from; move++) {
				ends = ends || text_equal(move->to, type->ends);
				if (!ledger_kind(book.ledger, move->by))
					complain("%s: no kind %s", type->name, move->by);
			}
			if (!ends)
				complain("%s: no move leads to its end", type->name);
		}
		for (const char *const *name = (*module)->watches; name && *name; name++) {
			if (!ledger_kind(book.ledger, *name))
				complain("%s watches %s, which no module declares", (*module)->name,
					*name);
		}
	}
	assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------ fields that are used */

/* All sources of a module as one text, to see what its C says of a field. */
static void module_source(const char *name, struct buffer *source)
{
	const char *root = getenv("YIBEN_SOURCE");
	char folder[2048], path[4096];
	struct error error = { 0 };

	snprintf(folder, sizeof(folder), "%s/src/modules/%s", root ? root : ".", name);
	DIR *dir = opendir(folder);
	for (struct dirent *file; dir && (file = readdir(dir));) {
		size_t length = strlen(file->d_name);
		if (length < 3 || strcmp(file->d_name + length - 2, ".c"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, file->d_name);
		assert_int_equal(file_read(path, source, &error), OK);
	}
	if (dir)
		closedir(dir);
}

static int occurrences(const char *text, const char *wanted)
{
	int count = 0;

	for (const char *at = text; (at = strstr(at, wanted)); at += strlen(wanted))
		count++;
	return count;
}

static bool used_in_statements(const struct module *module, const char *name)
{
	char wanted[80];

	snprintf(wanted, sizeof(wanted), "$%s", name);
	for (const struct statement *one = module->sql; one && one->sql; one++) {
		for (const char *at = one->sql; (at = strstr(at, wanted)); at++) {
			char after = at[strlen(wanted)];
			if (!(after >= 'a' && after <= 'z') && after != '_')
				return true;
		}
	}
	return false;
}

static bool field_used(const struct module *module, const struct kind *kind,
	const struct field *field, const char *source)
{
	char quoted[80], slot[80], key[120];

	if (field->flags & (KEY | ABOUT | SCOPE | DEFINES | NAME | SEARCH))
		return true;
	snprintf(slot, sizeof(slot), "{%s}", field->name);
	snprintf(key, sizeof(key), "sentence.%s", kind->name);
	const char *sentence = message_find(messages, CHINESE, key);
	if (sentence && strstr(sentence, slot))
		return true;
	for (const struct module *const *other = ledger_modules(book.ledger); *other; other++) {
		if (used_in_statements(*other, field->name))
			return true;
	}
	(void)module;
	snprintf(quoted, sizeof(quoted), "\"%s\"", field->name);
	return occurrences(source, quoted) > 1;
}

static void every_field_is_used(void **state)
{
	const struct module *const *module = ledger_modules(book.ledger) + 1; /* not the core */
	struct buffer source;

	(void)state;
	wrong = 0;
	buffer_init(&source, 4 * 1024 * 1024);
	for (; *module; module++) {
		buffer_clear(&source);
		module_source((*module)->name, &source);
		assert_true(source.length > 0);
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			const struct field *const tables[] = { kind->fields, kind->row };
			for (size_t i = 0; i < COUNT_OF(tables); i++) {
				const struct field *field = tables[i];
				for (; field && field->name; field++) {
					if (!field_used(*module, kind, field, source.bytes))
						complain("%s: nothing uses the field %s",
							kind->name, field->name);
				}
			}
		}
	}
	buffer_release(&source);
	assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------ statements */

static void every_statement_of_a_module_prepares(void **state)
{
	struct error error = { 0 };
	struct store *store;
	struct query *query;

	(void)state;
	wrong = 0;
	assert_int_equal(store_open(&store, book.path, false, &error), OK);
	for (const struct module *const *module = ledger_modules(book.ledger); *module; module++) {
		for (const struct statement *one = (*module)->sql; one && one->sql; one++) {
			if (!database_names_book(one->sql))
				complain("%s: a table without its book: %s", (*module)->name,
					one->sql);
			if (store_query(store, one, &query, &error) == OK)
				query_end(query);
			else
				complain("%s: %s: %s", (*module)->name,
					error_argument(&error, "reason"), one->sql);
			error_clear(&error);
		}
	}
	store_close(store);
	assert_int_equal(wrong, 0);
}

/* ------------------------------------------------------------------ samples */

static void append_sample(const char *module, char *line)
{
	struct error error = { 0 };
	struct answer answer;
	json_t *envelope = json_loads(line, 0, NULL);
	struct buffer reason;

	if (!envelope) {
		complain("%s: a sample is not JSON: %s", module, line);
		return;
	}
	assert_int_equal(ledger_begin(book.ledger, &error), OK);
	ledger_append(book.ledger, &book.session, envelope, &answer, &error);
	assert_int_equal(error.result, OK);
	assert_int_equal(ledger_commit(book.ledger, &error), OK);
	json_decref(envelope);
	if (answer.status == APPENDED)
		return;
	buffer_init(&reason, 4096);
	if (answer.status == NOT_TAKEN)
		message_error(messages, ENGLISH, &answer.error, &reason);
	complain("%s: a sample was not taken: %s %s: %s", module, answer.error.key, reason.bytes,
		line);
	buffer_release(&reason);
}

/* The samples of all modules, in the order of the list, are one book that can be written. */
static void every_kind_has_a_sample_that_is_taken(void **state)
{
	(void)state;
	wrong = 0;
	test_clock(&book, "2026-11-24T09:00:00+08:00");
	for (const struct module *const *module = modules; *module; module++) {
		char name[120];
		snprintf(name, sizeof(name), "modules/%s/sample.jsonl", (*module)->name);
		const struct asset *asset = asset_find(name);
		assert_non_null(asset);
		char *lines = strndup(asset->bytes, asset->size), *rest = lines, *line;
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			char wanted[120];
			snprintf(wanted, sizeof(wanted), "\"kind\":\"%s\"", kind->name);
			if (!strstr(lines, wanted) && kind->needs)
				complain("%s has no sample", kind->name);
		}
		while ((line = strsep(&rest, "\n"))) {
			if (*line)
				append_sample((*module)->name, line);
		}
		free(lines);
	}
	assert_int_equal(wrong, 0);
	test_book_holds(&book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_has_a_label_in_both_languages),
		cmocka_unit_test(declarations_name_what_exists),
		cmocka_unit_test(every_field_is_used),
		cmocka_unit_test(every_statement_of_a_module_prepares),
		cmocka_unit_test(every_kind_has_a_sample_that_is_taken),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

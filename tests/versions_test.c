/*
 * Books of other versions: those of every released version (tests/books) are opened and derived
 * again where a module has changed since, and what a newer program wrote is refused.
 */
#include "ledger/backup.h"
#include "ledger/ledger.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

extern const struct module *const modules[];

enum { MODULES = 32, TEXT_BYTES = 1024 * 1024 };

/* Every released version, and what its program said of its book. */
static const struct released {
	const char *version;
	int64_t entries;
	const char *head;
} released[] = {
	{ "0.1.0", 55, "2fac98d4409df354ad78f84fe5d04f18f56d60f869137c2547a15b1df31dac07" },
};

static char path[64], other[72];

static void text_of(const char *name, struct buffer *text)
{
	const char *root = getenv("YIBEN_SOURCE");
	struct error error = { 0 };
	char file[1024];

	snprintf(file, sizeof(file), "%s/%s", root ? root : ".", name);
	buffer_init(text, TEXT_BYTES);
	if (file_read(file, text, &error) != OK)
		fail_msg("%s: %s", file, error.key);
}

/* Run SQL on the book's file, behind the program's back. */
static void run(const char *sql)
{
	sqlite3 *handle;
	char *reason = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, &reason) != SQLITE_OK)
		fail_msg("%s", reason);
	sqlite3_close(handle);
}

static void answer_of(const char *sql, char *answer, size_t size)
{
	sqlite3 *handle;
	sqlite3_stmt *prepared;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &prepared, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(prepared), SQLITE_ROW);
	snprintf(answer, size, "%s", (const char *)sqlite3_column_text(prepared, 0));
	sqlite3_finalize(prepared);
	sqlite3_close(handle);
}

static void remove_book(void)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	char beside[80];

	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		snprintf(beside, sizeof(beside), "%s%s", path, endings[i]);
		unlink(beside);
	}
}

/* The book of a released version, as its program left it. */
static void take(const struct released *one)
{
	struct buffer sql;
	char name[64];

	remove_book();
	snprintf(name, sizeof(name), "tests/books/%s.sql", one->version);
	text_of(name, &sql);
	run(sql.bytes);
	buffer_release(&sql);
}

static struct ledger *opened(const struct module *const *with)
{
	struct error error = { 0 };
	struct ledger *ledger = NULL;

	if (ledger_open(&ledger, path, "main", false, with, &error) != OK)
		fail_msg("%s %s", error.key, error.arguments ? error.argument[0].text : "");
	return ledger;
}

static void digest(struct ledger *ledger, char text[DIGEST_TEXT])
{
	struct error error = { 0 };
	uint8_t hash[DIGEST_BYTES];

	assert_int_equal(ledger_derived(ledger, hash, &error), OK);
	digest_text(hash, text);
}

/* Open, digest, close. */
static void digest_opened(const struct module *const *with, char text[DIGEST_TEXT])
{
	struct ledger *ledger = opened(with);

	digest(ledger, text);
	ledger_close(ledger);
}

static void refused(const char *key)
{
	struct error error = { 0 };
	struct ledger *ledger = NULL;

	assert_int_equal(ledger_open(&ledger, path, "main", false, modules, &error), REFUSED);
	assert_string_equal(error.key, key);
	assert_null(ledger);
}

/* The modules, with one of them at the next version. */
static const struct module *const *raised(const char *name)
{
	static const struct module *list[MODULES + 1];
	static struct module next;
	int count = 0;

	for (const struct module *const *module = modules; *module; module++) {
		assert_true(count < MODULES);
		list[count] = *module;
		if (strcmp((*module)->name, name) == 0) {
			next = **module;
			next.version++;
			list[count] = &next;
		}
		count++;
	}
	list[count] = NULL;
	return list;
}

/* ------------------------------------------------------------------ older books */

static void a_book_of_every_release_is_kept(void **state)
{
	struct buffer changes;
	char heading[64];

	(void)state;
	text_of("CHANGELOG.md", &changes);
	for (const char *at = changes.bytes; (at = strstr(at, "\n## ")); at++) {
		const char *version = at + 4;
		bool known = *version < '0' || *version > '9'; /* what is to come */
		for (size_t i = 0; i < COUNT_OF(released) && !known; i++) {
			snprintf(heading, sizeof(heading), "%s\n", released[i].version);
			known = text_starts(version, heading);
		}
		if (!known)
			fail_msg("no book in tests/books of %.10s", version);
	}
	buffer_release(&changes);
}

static void the_book_of_every_release_holds_today(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(released); i++) {
		struct error error = { 0 };
		uint8_t head[DIGEST_BYTES];
		char text[DIGEST_TEXT], before[DIGEST_TEXT], after[DIGEST_TEXT];
		int64_t entries;
		take(&released[i]);
		struct ledger *ledger = opened(modules);
		assert_int_equal(ledger_verify(ledger, &entries, &error), OK);
		assert_int_equal(entries, released[i].entries);
		assert_int_equal(ledger_head(ledger, head), released[i].entries);
		assert_string_equal(digest_text(head, text), released[i].head);
		digest(ledger, before);
		assert_int_equal(ledger_rebuild(ledger, NULL, NULL, &error), OK);
		digest(ledger, after);
		assert_string_equal(before, after);
		ledger_close(ledger);
	}
}

/* Rows taken away behind the program's back come again with the next version, and only then. */
static void a_module_at_its_next_version_is_derived_again(void **state)
{
	char right[DIGEST_TEXT], wrong[DIGEST_TEXT], again[DIGEST_TEXT];

	(void)state;
	take(&released[0]);
	digest_opened(modules, right);
	run("DELETE FROM d_visit");
	digest_opened(modules, wrong);
	assert_string_not_equal(wrong, right);
	digest_opened(raised("visit"), again);
	assert_string_equal(again, right);
	/* The program before that one is too old for the book now. */
	refused("refused.newer_book");
}

/* A table that lacks a column which is declared now is made again and filled. */
static void a_table_of_an_older_form_is_made_again(void **state)
{
	char right[DIGEST_TEXT], again[DIGEST_TEXT];

	(void)state;
	take(&released[0]);
	digest_opened(modules, right);
	run("DROP TABLE d_visit; CREATE TABLE d_visit (book INTEGER NOT NULL, seq INTEGER, "
	    "PRIMARY KEY (book, seq)) WITHOUT ROWID");
	digest_opened(raised("visit"), again);
	assert_string_equal(again, right);
}

/* Indexes become those that are declared: of other columns, or no longer declared at all. */
static void an_index_of_an_older_form_is_made_again(void **state)
{
	static const char indexes[] = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM "
				      "sqlite_schema WHERE type = 'index' ORDER BY name)";
	char right[TEXT_BYTES / 16], again[TEXT_BYTES / 16];
	struct error error = { 0 };
	struct ledger *ledger;

	(void)state;
	remove_book();
	assert_int_equal(ledger_open(&ledger, path, "main", true, modules, &error), OK);
	ledger_close(ledger);
	answer_of(indexes, right, sizeof(right));
	take(&released[0]);
	run("DROP INDEX d_duty_1; CREATE INDEX d_duty_1 ON d_duty (book, holder, due); "
	    "CREATE INDEX d_day_1 ON d_day (book, seq)");
	ledger_close(opened(modules));
	answer_of(indexes, again, sizeof(again));
	assert_string_equal(again, right);
}

/* What an unknown module derived is nobody's, and its entries stay in the chain. */
static void a_module_that_is_gone_leaves_a_book_that_opens(void **state)
{
	char right[DIGEST_TEXT], again[DIGEST_TEXT];

	(void)state;
	take(&released[0]);
	digest_opened(modules, right);
	run("UPDATE book SET derived = derived || 'gift:3 '");
	digest_opened(modules, again);
	assert_string_equal(again, right);
}

/* ------------------------------------------------------------------ newer books */

static void another_format_is_refused_whatever_else_it_holds(void **state)
{
	static const char *const futures[] = { "UPDATE book SET format = 2",
		"UPDATE book SET format = 2, head = zeroblob(64)",
		"UPDATE book SET format = 2; ALTER TABLE book RENAME COLUMN seq TO last; "
		"ALTER TABLE entry RENAME TO record" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(futures); i++) {
		take(&released[0]);
		run(futures[i]);
		refused("refused.newer_book");
	}
}

static void what_a_newer_module_derived_is_left_as_it_is(void **state)
{
	char before[400], after[400];

	(void)state;
	take(&released[0]);
	run("UPDATE book SET derived = replace(derived, 'visit:1 ', 'visit:99 ')");
	answer_of("SELECT derived FROM book", before, sizeof(before));
	assert_non_null(strstr(before, "visit:99 "));
	refused("refused.newer_book");
	answer_of("SELECT derived FROM book", after, sizeof(after));
	assert_string_equal(before, after);
}

static void count_book(void *context, const struct backed_up *book)
{
	*(int64_t *)context += book->entries;
}

/* An older program's book is backed up as it is: that is when one is made. */
static void a_backup_leaves_the_version_alone(void **state)
{
	struct error error = { 0 };
	char before[400], after[400];
	int64_t entries = 0;

	(void)state;
	take(&released[0]);
	unlink(other);
	answer_of("SELECT derived FROM book", before, sizeof(before));
	assert_int_equal(ledger_backup(path, other, count_book, &entries, &error), OK);
	assert_int_equal(entries, released[0].entries);
	run("UPDATE book SET derived = ''");
	assert_int_equal(ledger_restore(other, path, count_book, &entries, &error), OK);
	answer_of("SELECT derived FROM book", after, sizeof(after));
	assert_string_equal(before, after);
	unlink(other);
	run("UPDATE book SET format = 2");
	assert_int_equal(ledger_backup(path, other, count_book, &entries, &error), REFUSED);
	assert_string_equal(error.key, "refused.newer_book");
	assert_int_not_equal(access(other, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_book_of_every_release_is_kept),
		cmocka_unit_test(the_book_of_every_release_holds_today),
		cmocka_unit_test(a_module_at_its_next_version_is_derived_again),
		cmocka_unit_test(a_table_of_an_older_form_is_made_again),
		cmocka_unit_test(an_index_of_an_older_form_is_made_again),
		cmocka_unit_test(a_module_that_is_gone_leaves_a_book_that_opens),
		cmocka_unit_test(another_format_is_refused_whatever_else_it_holds),
		cmocka_unit_test(what_a_newer_module_derived_is_left_as_it_is),
		cmocka_unit_test(a_backup_leaves_the_version_alone),
	};

	snprintf(path, sizeof(path), "versions_test_%d.db", (int)getpid());
	snprintf(other, sizeof(other), "%s.copy", path);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	remove_book();
	return failed;
}

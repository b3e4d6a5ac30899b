/*
 * Flipping any one byte of any entry is found, and the entry named: every column of every
 * entry of a small book (personal parts, salts, an erasure, an import, tables and the book's
 * own row among them), at every few bytes.
 */
#include "little_book.h"
#include "little_module.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <cmocka.h>

static const char *const columns[] = { "book", "seq", "id", "kind", "v", "at", "recorded_at",
	"author", "recorded_by", "origin", "batch", "body", "personal", "salt", "personal_hash",
	"hash" };

struct flips {
	struct test_book book;
	sqlite3 *handle;
	int count;
};

static void small_book(struct flips *flips)
{
	struct test_book *book = &flips->book;
	char visit[ID_TEXT];

	little_book_open(book);
	text_copy(visit, ID_TEXT,
		test_put(book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
			       "{\"customer\":\"C1\",\"note\":\"一\",\"person\":\"王总\"}}"));
	test_erase(book, visit);
	book->session.batch = "01J00000000000000000000ABC";
	test_put(book, "{\"kind\":\"little.visit\",\"author\":\"zhou\",\"body\":"
		       "{\"customer\":\"C1\",\"note\":\"二\",\"person\":\"李总\"}}");
	book->session.batch = NULL;
	test_put(book, "{\"kind\":\"little.figures\",\"body\":{\"rows\":["
		       "{\"customer\":\"C1\",\"month\":\"2026-01\",\"amount\":100}]}}");
	assert_int_equal(sqlite3_open(book->path, &flips->handle), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(flips->handle, "PRAGMA synchronous=OFF", NULL, NULL, NULL), SQLITE_OK);
}

static sqlite3_stmt *prepared(
	struct flips *flips, const char *before, const char *column, const char *after)
{
	char text[200];
	sqlite3_stmt *statement;

	snprintf(text, sizeof(text), "%s %s %s", before, column, after);
	if (sqlite3_prepare_v2(flips->handle, text, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(flips->handle), text);
	return statement;
}

/* The same value with one bit, or the byte it stands in, another. */
static void bind_flipped(sqlite3_stmt *change, sqlite3_stmt *value, size_t position, uint8_t flip)
{
	int type = sqlite3_column_type(value, 0);
	size_t length = (size_t)sqlite3_column_bytes(value, 0);

	if (type == SQLITE_INTEGER) {
		int64_t number = sqlite3_column_int64(value, 0);
		sqlite3_bind_int64(change, 1, number ^ (int64_t)((uint64_t)flip << position * 8));
		return;
	}
	if (type == SQLITE_NULL) {
		sqlite3_bind_blob(change, 1, &flip, 1, SQLITE_TRANSIENT);
		return;
	}
	char *bytes = malloc(length + 1);
	assert_non_null(bytes);
	memcpy(bytes, sqlite3_column_blob(value, 0), length);
	bytes[length] = '\0';
	/* A byte that becomes NUL ends the text for whoever forgets its length. */
	bytes[position] = flip ? (char)(bytes[position] ^ flip) : '\0';
	if (type == SQLITE_TEXT)
		sqlite3_bind_text(change, 1, bytes, (int)length, SQLITE_TRANSIENT);
	else
		sqlite3_bind_blob(change, 1, bytes, (int)length, SQLITE_TRANSIENT);
	free(bytes);
}

static void assert_broken_at(struct flips *flips, int64_t seq, const char *column)
{
	struct error error = { 0 };
	int64_t entries;
	char number[24];

	snprintf(number, sizeof(number), "%lld", (long long)seq);
	if (ledger_verify(flips->book.ledger, &entries, &error) != REFUSED)
		fail_msg("a change of %s of entry %s goes unnoticed", column, number);
	if (strcmp(error_argument(&error, "seq"), number) != 0)
		fail_msg("a change of %s of entry %s is laid on entry %s", column, number,
			error_argument(&error, "seq"));
	flips->count++;
}

static void flip_column(struct flips *flips, int64_t seq, const char *column)
{
	static const uint8_t flipped[] = { 0x01, 0x40, 0x80, 0x00 };
	sqlite3_stmt *read = prepared(flips, "SELECT", column, "FROM entry WHERE seq = ?1");
	sqlite3_stmt *change = prepared(flips, "UPDATE entry SET", column, "= ?1 WHERE rowid = ?2");
	sqlite3_stmt *row = prepared(flips, "SELECT", "rowid", "FROM entry WHERE seq = ?1");

	sqlite3_bind_int64(read, 1, seq);
	sqlite3_bind_int64(row, 1, seq);
	assert_int_equal(sqlite3_step(read), SQLITE_ROW);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	int type = sqlite3_column_type(read, 0);
	int64_t rowid = sqlite3_column_int64(row, 0);
	size_t length = type == SQLITE_INTEGER ? 6
			: type == SQLITE_NULL  ? 1
					       : (size_t)sqlite3_column_bytes(read, 0);
	sqlite3_value *before = sqlite3_value_dup(sqlite3_column_value(read, 0));
	for (size_t at = 0; at<length; at += at> 40 ? 7 : 1) {
		for (size_t i = 0; i < COUNT_OF(flipped); i++) {
			if (!flipped[i] && type != SQLITE_TEXT && type != SQLITE_NULL)
				continue;
			bind_flipped(change, read, at, flipped[i]);
			sqlite3_bind_int64(change, 2, rowid);
			int done = sqlite3_step(change);
			sqlite3_reset(change);
			if (done == SQLITE_CONSTRAINT)
				continue; /* a seq that another entry has */
			assert_int_equal(done, SQLITE_DONE);
			assert_broken_at(flips, seq, column);
		}
	}
	sqlite3_bind_value(change, 1, before);
	sqlite3_bind_int64(change, 2, rowid);
	assert_int_equal(sqlite3_step(change), SQLITE_DONE);
	sqlite3_value_free(before);
	sqlite3_finalize(change);
	sqlite3_finalize(read);
	sqlite3_finalize(row);
}

static void every_byte_is_watched(void **state)
{
	struct flips flips = { .count = 0 };

	(void)state;
	small_book(&flips);
	int64_t head = ledger_head(flips.book.ledger, (uint8_t[DIGEST_BYTES]){ 0 });
	for (int64_t seq = 1; seq <= head; seq++) {
		for (size_t i = 0; i < COUNT_OF(columns); i++)
			flip_column(&flips, seq, columns[i]);
	}
	print_message("%d changes, each found\n", flips.count);
	assert_true(flips.count > 5000);
	sqlite3_close(flips.handle);
	test_book_holds(&flips.book);
	test_book_close(&flips.book);
}

/* What was added, taken away, or written into the book's own row. */
static void the_ends_of_the_chain_are_watched(void **state)
{
	static const struct {
		const char *change, *seq;
	} changes[] = {
		{ "DELETE FROM entry WHERE seq = 15", "15" },
		{ "DELETE FROM entry WHERE seq = 1", "1" },
		{ "INSERT INTO entry SELECT book, 16, zeroblob(16), kind, v, at, recorded_at, "
		  "author, recorded_by, origin, batch, body, personal, salt, personal_hash, hash "
		  "FROM entry WHERE seq = 15",
			"16" },
		{ "INSERT INTO entry SELECT book, 0, zeroblob(16), kind, v, at, recorded_at, "
		  "author, recorded_by, origin, batch, body, personal, salt, personal_hash, hash "
		  "FROM entry WHERE seq = 15",
			"0" },
		{ "UPDATE entry SET body = body || char(0) || 'more' WHERE seq = 14", "14" },
		{ "UPDATE entry SET body = CAST(body AS BLOB) WHERE seq = 14", "14" },
		{ "UPDATE entry SET salt = NULL, personal = NULL WHERE seq = 14", "14" },
		{ "UPDATE book SET seq = 14", "14" },
		{ "UPDATE book SET seq = 16", "16" },
		{ "UPDATE book SET recorded_at = recorded_at + 1", "15" },
		{ "UPDATE book SET head = zeroblob(32)", "15" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		struct flips flips = { .count = 0 };
		struct error error = { 0 };
		int64_t entries;
		small_book(&flips);
		assert_int_equal(
			sqlite3_exec(flips.handle, changes[i].change, NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(flips.handle);
		if (ledger_verify(flips.book.ledger, &entries, &error) != REFUSED)
			fail_msg("goes unnoticed: %s", changes[i].change);
		assert_string_equal(error_argument(&error, "seq"), changes[i].seq);
		test_book_close(&flips.book);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_watched),
		cmocka_unit_test(the_ends_of_the_chain_are_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

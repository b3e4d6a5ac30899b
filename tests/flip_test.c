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

#include <cmocka.h>

static const char *const columns[] = { "book", "seq", "id", "kind", "v", "at", "recorded_at",
	"author", "recorded_by", "origin", "batch", "body", "personal", "salt", "personal_hash",
	"hash" };

enum { SQL_TEXT = 120 };

/* Statements are told apart by their address: one of each kind for each column. */
static struct statement read_sql[COUNT_OF(columns)], change_sql[COUNT_OF(columns)];
static const struct statement hurry_sql = { "PRAGMA synchronous=OFF" };
static const struct statement names_sql = { "SELECT id, hash FROM entry WHERE seq = $seq" };

struct flips {
	struct test_book book;
	struct store *store; /* past the ledger */
	int count;
};

/* Where a value stands: the entry is told by what is not being changed. */
struct place {
	int column;
	int64_t seq;
	uint8_t id[ID_BYTES], hash[DIGEST_BYTES];
};

static void write_statements(void)
{
	static char text[COUNT_OF(columns)][2][SQL_TEXT];

	for (size_t i = 0; i < COUNT_OF(columns); i++) {
		snprintf(text[i][0], SQL_TEXT, "SELECT %s FROM entry WHERE seq = $seq", columns[i]);
		snprintf(text[i][1], SQL_TEXT, "UPDATE entry SET %s = $value WHERE %s", columns[i],
			strcmp(columns[i], "hash") == 0 ? "id = $id" : "hash = $hash");
		read_sql[i].sql = text[i][0];
		change_sql[i].sql = text[i][1];
	}
}

static struct query *query_of(struct flips *flips, const struct statement *statement)
{
	struct error error = { 0 };
	struct query *query;

	if (store_query(flips->store, statement, &query, &error) != OK)
		fail_msg("%s: %s", error_argument(&error, "reason"), statement->sql);
	return query;
}

static void small_book(struct flips *flips)
{
	struct test_book *book = &flips->book;
	struct error error = { 0 };
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
	assert_int_equal(store_open(&flips->store, book->path, false, &error), OK);
	if (!store_is_server(book->path))
		assert_int_equal(query_run(query_of(flips, &hurry_sql), &error), OK);
}

/* The first row of a statement about entry `seq`; the caller ends it. */
static struct query *row_of(struct flips *flips, const struct statement *statement, int64_t seq)
{
	struct error error = { 0 };
	struct query *query = query_of(flips, statement);
	bool row;

	query_bind_integer(query, "seq", seq);
	assert_int_equal(query_next(query, &row, &error), OK);
	assert_true(row);
	return query;
}

static struct place place_of(struct flips *flips, int64_t seq, int column)
{
	struct place place = { .seq = seq, .column = column };
	struct query *query = row_of(flips, &names_sql, seq);
	size_t length;

	memcpy(place.id, query_bytes(query, 0, &length), ID_BYTES);
	memcpy(place.hash, query_bytes(query, 1, &length), DIGEST_BYTES);
	query_end(query);
	return place;
}

/* False where another entry has this value, or the database would not hold it there. */
static bool put(struct flips *flips, const struct place *place, struct value value)
{
	struct error error = { 0 };
	struct query *query = query_of(flips, &change_sql[place->column]);

	query_bind(query, "value", value);
	query_bind_bytes(query, "id", place->id, ID_BYTES);
	query_bind_bytes(query, "hash", place->hash, DIGEST_BYTES);
	return query_run(query, &error) == OK;
}

/* The same value with one bit, or the byte it stands in, another; written into `bytes`. */
static struct value flipped_value(struct value value, size_t position, uint8_t flip, char *bytes)
{
	if (value.type == VALUE_INTEGER) {
		value.integer ^= (int64_t)((uint64_t)flip << position * 8);
		return value;
	}
	if (value.type == VALUE_NULL) {
		*bytes = (char)flip;
		return (struct value){ .type = VALUE_BYTES, .bytes = bytes, .length = 1 };
	}
	memcpy(bytes, value.type == VALUE_TEXT ? value.text : value.bytes, value.length);
	bytes[value.length] = '\0';
	/* A byte that becomes NUL ends the text for whoever forgets its length. */
	bytes[position] = flip ? (char)(bytes[position] ^ flip) : '\0';
	value.text = bytes;
	value.bytes = bytes;
	return value;
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

static void flip_column(struct flips *flips, int64_t seq, int column)
{
	static const uint8_t flips_of[] = { 0x01, 0x40, 0x80, 0x00 };
	struct place place = place_of(flips, seq, column);
	struct query *row = row_of(flips, &read_sql[column], seq);
	struct value before = query_value(row, 0);
	size_t length = before.type == VALUE_INTEGER ? 6
			: before.type == VALUE_NULL  ? 1
						     : before.length;
	char *kept = malloc(length + 1), *bytes = malloc(length + 1);

	assert_true(kept && bytes);
	if (before.type == VALUE_TEXT || before.type == VALUE_BYTES) {
		memcpy(kept, before.type == VALUE_TEXT ? before.text : before.bytes, length);
		kept[length] = '\0';
		before.text = kept;
		before.bytes = kept;
	}
	query_end(row);
	for (size_t at = 0; at<length; at += at> 40 ? 7 : 1) {
		for (size_t i = 0; i < COUNT_OF(flips_of); i++) {
			if (!flips_of[i] && before.type != VALUE_TEXT && before.type != VALUE_NULL)
				continue;
			if (put(flips, &place, flipped_value(before, at, flips_of[i], bytes)))
				assert_broken_at(flips, seq, columns[column]);
		}
	}
	assert_true(put(flips, &place, before));
	free(kept);
	free(bytes);
}

static void every_byte_is_watched(void **state)
{
	struct flips flips = { .count = 0 };

	(void)state;
	write_statements();
	small_book(&flips);
	int64_t head = ledger_head(flips.book.ledger, (uint8_t[DIGEST_BYTES]){ 0 });
	for (int64_t seq = 1; seq <= head; seq++) {
		for (int i = 0; i < (int)COUNT_OF(columns); i++)
			flip_column(&flips, seq, i);
	}
	print_message("%d changes, each found\n", flips.count);
	assert_true(flips.count > 5000);
	store_close(flips.store);
	test_book_holds(&flips.book);
	test_book_close(&flips.book);
}

/* What was added, taken away, or written into the book's own row. */
static void the_ends_of_the_chain_are_watched(void **state)
{
	static const struct {
		const char *change, *seq;
		bool in_file; /* a column of PostgreSQL holds nothing of that sort */
	} changes[] = {
		{ "DELETE FROM entry WHERE seq = 15", "15" },
		{ "DELETE FROM entry WHERE seq = 1", "1" },
		{ "INSERT INTO entry SELECT book, 16, substr(hash, 1, 16), kind, v, at, "
		  "recorded_at, "
		  "author, recorded_by, origin, batch, body, personal, salt, personal_hash, hash "
		  "FROM entry WHERE seq = 15",
			"16" },
		{ "INSERT INTO entry SELECT book, 0, substr(hash, 1, 16), kind, v, at, "
		  "recorded_at, "
		  "author, recorded_by, origin, batch, body, personal, salt, personal_hash, hash "
		  "FROM entry WHERE seq = 15",
			"0" },
		{ "UPDATE entry SET body = body || char(0) || 'more' WHERE seq = 14", "14", true },
		{ "UPDATE entry SET body = CAST(body AS BLOB) WHERE seq = 14", "14", true },
		{ "UPDATE entry SET salt = NULL, personal = NULL WHERE seq = 14", "14" },
		{ "UPDATE book SET seq = 14", "14" },
		{ "UPDATE book SET seq = 16", "16" },
		{ "UPDATE book SET recorded_at = recorded_at + 1", "15" },
		{ "UPDATE book SET head = (SELECT hash FROM entry WHERE seq = 3)", "15" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		struct flips flips = { .count = 0 };
		struct error error = { 0 };
		int64_t entries;
		small_book(&flips);
		store_close(flips.store);
		if (!store_is_server(flips.book.path) || !changes[i].in_file)
			test_ask(&flips.book, changes[i].change);
		enum result result = ledger_verify(flips.book.ledger, &entries, &error);
		if (store_is_server(flips.book.path) && changes[i].in_file)
			assert_int_equal(result, OK);
		else if (result != REFUSED)
			fail_msg("goes unnoticed: %s", changes[i].change);
		else
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

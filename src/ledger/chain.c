/*
 * The record: entries in a chain of hashes.
 *
 * hash = SHA-256(hash of the entry before ‖ canonical envelope ‖ SHA-256(body) ‖ hash of the
 * personal part). The personal part is hashed with a salt of 32 random bytes, so that after
 * erasing both, its hash neither hinders verification nor helps to guess what it was.
 */
#include "ledger/ahead.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CREATE_BOOK,
	CREATE_ENTRY,
	CREATE_BATCHES,
	FORMAT_FIND,
	BOOK_FIND,
	BOOK_LOCK,
	BOOK_MOST,
	BOOK_ADD,
	BOOK_HEAD,
	BOOK_DERIVED,
	INSERT,
	READ,
	WALK,
	FIND,
	ERASE
};

#define RECORD                                                                                     \
	"id, kind, v, at, recorded_at, author, recorded_by, origin, batch, body, personal, salt, " \
	"personal_hash, hash, seq"

const struct statement chain_sql[] = {
	[CREATE_BOOK] = { "CREATE TABLE IF NOT EXISTS book (book INTEGER PRIMARY KEY, "
			  "name TEXT NOT NULL UNIQUE, format INTEGER NOT NULL, seq INTEGER NOT "
			  "NULL, "
			  "recorded_at INTEGER NOT NULL, head BLOB NOT NULL, derived TEXT NOT "
			  "NULL)",
		"CREATE TABLE IF NOT EXISTS book (book BIGINT PRIMARY KEY, "
		"name TEXT COLLATE \"C\" NOT NULL UNIQUE, format BIGINT NOT NULL, seq BIGINT NOT "
		"NULL, "
		"recorded_at BIGINT NOT NULL, head BYTEA NOT NULL, derived TEXT NOT NULL)" },
	[CREATE_ENTRY] = { "CREATE TABLE IF NOT EXISTS entry (book INTEGER NOT NULL, "
			   "seq INTEGER NOT NULL, id BLOB NOT NULL, kind TEXT NOT NULL, "
			   "v INTEGER NOT NULL, at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, "
			   "author TEXT NOT NULL, recorded_by TEXT NOT NULL, origin TEXT NOT NULL, "
			   "batch BLOB, body TEXT NOT NULL, personal TEXT, salt BLOB, "
			   "personal_hash BLOB, hash BLOB NOT NULL, PRIMARY KEY (book, seq))",
		"CREATE TABLE IF NOT EXISTS entry (book BIGINT NOT NULL, seq BIGINT NOT NULL, "
		"id BYTEA NOT NULL, kind TEXT COLLATE \"C\" NOT NULL, v BIGINT NOT NULL, "
		"at BIGINT NOT NULL, recorded_at BIGINT NOT NULL, author TEXT NOT NULL, "
		"recorded_by TEXT NOT NULL, origin TEXT NOT NULL, batch BYTEA, body TEXT NOT NULL, "
		"personal TEXT, salt BYTEA, personal_hash BYTEA, hash BYTEA NOT NULL, "
		"PRIMARY KEY (book, seq))" },
	[CREATE_BATCHES] = { "CREATE UNIQUE INDEX IF NOT EXISTS entry_id ON entry (book, id)",
		"DO $$ BEGIN IF to_regclass('entry_id') IS NULL THEN "
		"CREATE UNIQUE INDEX entry_id ON entry (book, id); END IF; END $$" },
	/* name and format stand in the table book of every format, so that each program knows
	 * what it cannot read. */
	[FORMAT_FIND] = { "SELECT format FROM book WHERE name = $name" },
	[BOOK_FIND] = { "SELECT book, format, seq, recorded_at, head, derived FROM book "
			"WHERE name = $name" },
	/* Whoever appends waits here for whoever is appending. */
	[BOOK_LOCK] = { "SELECT book, format, seq, recorded_at, head, derived FROM book "
			"WHERE name = $name",
		"SELECT book, format, seq, recorded_at, head, derived FROM book "
		"WHERE name = $name FOR UPDATE" },
	[BOOK_MOST] = { "SELECT coalesce(max(book), 0) FROM book" },
	[BOOK_ADD] = { "INSERT INTO book (book, name, format, seq, recorded_at, head, derived) "
		       "VALUES ($book, $name, $format, 0, 0, $head, $derived)" },
	[BOOK_HEAD] = { "UPDATE book SET seq = $seq, recorded_at = $recorded_at, head = $head "
			"WHERE book = $book" },
	[BOOK_DERIVED] = { "UPDATE book SET derived = $derived WHERE book = $book" },
	[INSERT] = { "INSERT INTO entry (book, seq, id, kind, v, at, recorded_at, author, "
		     "recorded_by, origin, batch, body, personal, salt, personal_hash, hash) "
		     "VALUES ($book, $seq, $id, $kind, $v, $at, $recorded_at, $author, "
		     "$recorded_by, $origin, $batch, $body, $personal, $salt, $personal_hash, "
		     "$hash)" },
	[READ] = { "SELECT " RECORD " FROM entry WHERE book = $book AND seq = $seq" },
	[WALK] = { "SELECT " RECORD " FROM entry WHERE book = $book AND seq BETWEEN 1 AND $head "
		   "ORDER BY seq" },
	[FIND] = { "SELECT seq FROM entry WHERE book = $book AND id = $id" },
	[ERASE] = { "UPDATE entry SET personal = NULL, salt = NULL "
		    "WHERE book = $book AND seq = $seq" },
	{ 0 },
};

static const char *const origins[] = { [ORIGIN_LIVE] = "live",
	[ORIGIN_OFFLINE] = "offline",
	[ORIGIN_IMPORT] = "import",
	[ORIGIN_SYSTEM] = "system" };

const char *origin_name(enum origin origin)
{
	return origins[origin];
}

bool origin_parse(const char *name, enum origin *origin)
{
	for (size_t i = 0; i < COUNT_OF(origins); i++) {
		if (strcmp(origins[i], name) == 0) {
			*origin = (enum origin)i;
			return true;
		}
	}
	return false;
}

static enum result run(struct ledger *ledger, int number, struct error *error)
{
	struct query *query;

	if (store_query(ledger->store, &chain_sql[number], &query, error) != OK)
		return error->result;
	query_bind_integer(query, "book", ledger->book);
	return query_run(query, error);
}

static void derived_versions(const struct ledger *ledger, struct buffer *out)
{
	for (const struct module **module = ledger->modules; *module; module++)
		buffer_print(out, "%s:%d ", (*module)->name, (*module)->version);
}

/* Did a newer program derive this: a version above ours of a module we know? */
static bool derived_by_newer(const struct ledger *ledger, const char *derived)
{
	char wanted[80];

	for (const struct module **module = ledger->modules; *module; module++) {
		snprintf(wanted, sizeof(wanted), "%s:", (*module)->name);
		const char *at = strstr(derived, wanted);
		if (at && (at == derived || at[-1] == ' ') &&
			strtol(at + strlen(wanted), NULL, 10) > (*module)->version)
			return true;
	}
	return false;
}

static void head_take(struct ledger *ledger, const struct query *query)
{
	size_t length;

	ledger->book = query_integer(query, 0);
	ledger->seq = query_integer(query, 2);
	ledger->recorded_at = query_integer(query, 3);
	const void *head = query_bytes(query, 4, &length);
	must(head && length == DIGEST_BYTES);
	memcpy(ledger->head, head, DIGEST_BYTES);
}

static enum result head_load(struct ledger *ledger, int statement, struct error *error)
{
	struct query *query;
	bool row;
	int64_t before = ledger->seq;

	if (store_query(ledger->store, &chain_sql[statement], &query, error) != OK)
		return error->result;
	query_bind_text(query, "name", ledger->book_name);
	enum result result = query_next(query, &row, error);
	if (result == OK && !row)
		result = error_refuse(
			error, "refused.no_book", "book", "book", ledger->book_name, NULL);
	if (result == OK)
		head_take(ledger, query);
	query_end(query);
	if (result == OK && ledger->seq != before) {
		norm_forget(ledger);
		objects_forget(ledger);
	}
	return result;
}

enum result chain_head_load(struct ledger *ledger, struct error *error)
{
	return head_load(ledger, BOOK_FIND, error);
}

enum result chain_head_lock(struct ledger *ledger, struct error *error)
{
	return head_load(ledger, BOOK_LOCK, error);
}

void ledger_refresh(struct ledger *ledger)
{
	struct error ignored = { 0 };

	if (!ledger->in_batch && !ledger->in_snapshot)
		chain_head_load(ledger, &ignored);
}

static enum result book_add(struct ledger *ledger, struct error *error)
{
	static const uint8_t zeros[DIGEST_BYTES];
	struct query *query;
	struct buffer derived;
	bool row;

	if (store_query(ledger->store, &chain_sql[BOOK_MOST], &query, error) != OK)
		return error->result;
	enum result result = query_next(query, &row, error);
	ledger->book = result == OK ? query_integer(query, 0) + 1 : 0;
	query_end(query);
	if (result != OK || store_query(ledger->store, &chain_sql[BOOK_ADD], &query, error) != OK)
		return error->result;
	buffer_init(&derived, 4096);
	derived_versions(ledger, &derived);
	query_bind_integer(query, "book", ledger->book);
	query_bind_text(query, "name", ledger->book_name);
	query_bind_integer(query, "format", BOOK_FORMAT);
	query_bind_bytes(query, "head", zeros, sizeof(zeros));
	query_bind_text(query, "derived", derived.bytes);
	result = query_run(query, error);
	buffer_release(&derived);
	return result;
}

/* The derived ones first: the store lets one process at a time make those. */
static enum result tables_create(struct ledger *ledger, struct error *error)
{
	for (const struct module **module = ledger->modules; *module; module++) {
		for (const struct table *table = (*module)->tables; table && table->name; table++) {
			if (store_table_create(ledger->store, table, error) != OK)
				return error->result;
		}
	}
	for (int i = CREATE_BOOK; i <= CREATE_BATCHES; i++) {
		if (run(ledger, i, error) != OK)
			return error->result;
	}
	return OK;
}

/* Before anything else is read, which another format may hold otherwise. */
static enum result format_known(struct ledger *ledger, struct error *error)
{
	struct query *query;
	bool row;

	if (store_query(ledger->store, &chain_sql[FORMAT_FIND], &query, error) != OK)
		return error->result;
	query_bind_text(query, "name", ledger->book_name);
	if (query_next(query, &row, error) == OK && row && query_integer(query, 0) > BOOK_FORMAT)
		error_refuse(error, "refused.newer_book", "db", NULL);
	query_end(query);
	return error->result;
}

enum result chain_find(struct ledger *ledger, bool *found, bool *stale, struct error *error)
{
	struct query *query;
	struct buffer ours;

	if (format_known(ledger, error) != OK ||
		store_query(ledger->store, &chain_sql[BOOK_FIND], &query, error) != OK)
		return error->result;
	query_bind_text(query, "name", ledger->book_name);
	buffer_init(&ours, 4096);
	derived_versions(ledger, &ours);
	enum result result = query_next(query, found, error);
	if (result == OK && *found) {
		const char *derived = query_text(query, 5);
		head_take(ledger, query);
		*stale = strcmp(derived, ours.bytes) != 0;
		if (derived_by_newer(ledger, derived))
			result = error_refuse(error, "refused.newer_book", "db", NULL);
	}
	query_end(query);
	buffer_release(&ours);
	return result;
}

enum result chain_derived_save(struct ledger *ledger, struct error *error)
{
	struct query *query;
	struct buffer derived;

	if (store_query(ledger->store, &chain_sql[BOOK_DERIVED], &query, error) != OK)
		return error->result;
	buffer_init(&derived, 4096);
	derived_versions(ledger, &derived);
	query_bind_integer(query, "book", ledger->book);
	query_bind_text(query, "derived", derived.bytes);
	enum result result = query_run(query, error);
	buffer_release(&derived);
	return result;
}

/* Another process may have made the book while this one waited for its turn. */
static enum result book_make(struct ledger *ledger, bool *found, bool *stale, struct error *error)
{
	if (tables_create(ledger, error) != OK || chain_find(ledger, found, stale, error) != OK)
		return error->result;
	return *found ? OK : book_add(ledger, error);
}

static enum result missing_book(
	struct ledger *ledger, bool create, bool *found, bool *stale, struct error *error)
{
	if (!create)
		return error_refuse(
			error, "refused.no_book", "book", "book", ledger->book_name, NULL);
	size_t length = strlen(ledger->book_name);
	if (!length || length > BOOK_NAME || strpbrk(ledger->book_name, "\n\r\t"))
		return error_refuse(error, "refused.book_name", "book", NULL);
	if (store_begin(ledger->store, error) != OK)
		return error->result;
	if (book_make(ledger, found, stale, error) == OK &&
		store_commit(ledger->store, error) == OK)
		return OK;
	store_rollback(ledger->store);
	return error->result;
}

enum result chain_open(struct ledger *ledger, bool create, struct error *error)
{
	bool found = false, stale = false;
	struct error missing = { 0 };

	/* A database without our tables answers with a statement error: it holds no book. */
	enum result result = chain_find(ledger, &found, &stale, &missing);
	if (result != OK && strcmp(missing.key, "trouble.statement") != 0) {
		*error = missing;
		return result;
	}
	if (!found && missing_book(ledger, create, &found, &stale, error) != OK)
		return error->result;
	if (stale)
		return ledger_rebuild(ledger, NULL, NULL, error);
	return OK;
}

enum result chain_head_save(struct ledger *ledger, struct error *error)
{
	struct query *query;

	if (store_query(ledger->store, &chain_sql[BOOK_HEAD], &query, error) != OK)
		return error->result;
	query_bind_integer(query, "book", ledger->book);
	query_bind_integer(query, "seq", ledger->seq);
	query_bind_integer(query, "recorded_at", ledger->recorded_at);
	query_bind_bytes(query, "head", ledger->head, DIGEST_BYTES);
	return query_run(query, error);
}

/* Keys in RFC 8785 order; instants as integers. */
static void canonical_envelope(
	struct ledger *ledger, const struct record *record, struct buffer *out)
{
	struct writer writer;
	struct id batch;
	char text[ID_TEXT];

	buffer_clear(out);
	write_start(&writer, out);
	write_object(&writer);
	write_integer_at(&writer, "at", record->at);
	write_text_at(&writer, "author", record->author);
	if (record->batch) {
		memcpy(batch.bytes, record->batch, ID_BYTES);
		write_text_at(&writer, "batch", id_text(batch, text));
	}
	write_text_at(&writer, "book", ledger->book_name);
	write_text_at(&writer, "id", id_text(record->id, text));
	write_text_at(&writer, "kind", record->kind);
	write_text_at(&writer, "origin", record->origin);
	write_integer_at(&writer, "recorded_at", record->recorded_at);
	write_text_at(&writer, "recorded_by", record->recorded_by);
	write_integer_at(&writer, "seq", record->seq);
	write_integer_at(&writer, "v", record->version);
	write_object_end(&writer);
}

void chain_personal_hash(
	struct ledger *ledger, const struct record *record, uint8_t hash[DIGEST_BYTES])
{
	digest_start(ledger->digest);
	digest_add(ledger->digest, record->salt, DIGEST_BYTES);
	digest_add(ledger->digest, record->personal, strlen(record->personal));
	digest_end(ledger->digest, hash);
}

void chain_hash(struct ledger *ledger, const uint8_t before[DIGEST_BYTES],
	const struct record *record, uint8_t hash[DIGEST_BYTES])
{
	uint8_t body[DIGEST_BYTES];

	digest_start(ledger->digest);
	digest_add(ledger->digest, record->body, strlen(record->body));
	digest_end(ledger->digest, body);
	canonical_envelope(ledger, record, &ledger->envelope);
	digest_start(ledger->digest);
	digest_add(ledger->digest, before, DIGEST_BYTES);
	digest_add(ledger->digest, ledger->envelope.bytes, ledger->envelope.length);
	digest_add(ledger->digest, body, DIGEST_BYTES);
	if (record->personal_hash)
		digest_add(ledger->digest, record->personal_hash, DIGEST_BYTES);
	digest_end(ledger->digest, hash);
}

/* The record as it stands, at the end of the chain. */
static enum result insert(struct ledger *ledger, const struct record *record, struct error *error)
{
	struct query *query;

	if (store_query(ledger->store, &chain_sql[INSERT], &query, error) != OK)
		return error->result;
	query_bind_integer(query, "book", ledger->book);
	query_bind_integer(query, "seq", record->seq);
	query_bind_bytes(query, "id", record->id.bytes, ID_BYTES);
	query_bind_text(query, "kind", record->kind);
	query_bind_integer(query, "v", record->version);
	query_bind_integer(query, "at", record->at);
	query_bind_integer(query, "recorded_at", record->recorded_at);
	query_bind_text(query, "author", record->author);
	query_bind_text(query, "recorded_by", record->recorded_by);
	query_bind_text(query, "origin", record->origin);
	query_bind_bytes(query, "batch", record->batch, ID_BYTES);
	query_bind_text(query, "body", record->body);
	query_bind_text(query, "personal", record->personal);
	query_bind_bytes(query, "salt", record->salt, DIGEST_BYTES);
	query_bind_bytes(query, "personal_hash", record->personal_hash, DIGEST_BYTES);
	query_bind_bytes(query, "hash", record->hash, DIGEST_BYTES);
	if (query_run(query, error) != OK)
		return error->result;
	ahead_recorded(ledger, &record->id, record->seq);
	ledger->seq = record->seq;
	ledger->recorded_at = record->recorded_at;
	memcpy(ledger->head, record->hash, DIGEST_BYTES);
	return OK;
}

enum result chain_insert(struct ledger *ledger, struct record *record, struct error *error)
{
	uint8_t part[DIGEST_BYTES], hash[DIGEST_BYTES];

	record->seq = ledger->seq + 1;
	if (record->personal) {
		chain_personal_hash(ledger, record, part);
		record->personal_hash = part;
	}
	chain_hash(ledger, ledger->head, record, hash);
	record->hash = hash;
	if (insert(ledger, record, error) != OK)
		return error->result;
	record->personal_hash = record->hash = NULL; /* they were on this stack */
	return OK;
}

enum result chain_copy(struct ledger *ledger, const struct record *record, struct error *error)
{
	if (record->damaged || !record->hash)
		return verify_broken(record->seq, error);
	return insert(ledger, record, error);
}

/* Whatever else than what chain_insert wrote, of another type or length, is damage. */
static const char *text_at(
	struct arena *arena, const struct query *query, int column, struct record *record)
{
	struct value value = query_value(query, column);

	if (value.type == VALUE_TEXT && strlen(value.text) == value.length)
		return arena_text(arena, value.text);
	record->damaged = record->damaged || value.type != VALUE_NULL;
	return NULL;
}

static const void *bytes_at(struct arena *arena, const struct query *query, int column,
	size_t expected, struct record *record)
{
	struct value value = query_value(query, column);

	if (value.type == VALUE_BYTES && value.length == expected)
		return arena_bytes(arena, value.bytes, value.length);
	record->damaged = record->damaged || value.type != VALUE_NULL;
	return NULL;
}

static void record_take(struct arena *arena, const struct query *query, struct record *record)
{
	const char **texts[] = { &record->kind, &record->author, &record->recorded_by,
		&record->origin, &record->body };

	*record = (struct record){ .seq = query_integer(query, 14) };
	record->kind = text_at(arena, query, 1, record);
	record->version = query_integer(query, 2);
	record->at = query_integer(query, 3);
	record->recorded_at = query_integer(query, 4);
	record->author = text_at(arena, query, 5, record);
	record->recorded_by = text_at(arena, query, 6, record);
	record->origin = text_at(arena, query, 7, record);
	record->batch = bytes_at(arena, query, 8, ID_BYTES, record);
	record->body = text_at(arena, query, 9, record);
	record->personal = text_at(arena, query, 10, record);
	record->salt = bytes_at(arena, query, 11, DIGEST_BYTES, record);
	record->personal_hash = bytes_at(arena, query, 12, DIGEST_BYTES, record);
	record->hash = bytes_at(arena, query, 13, DIGEST_BYTES, record);
	const void *id = bytes_at(arena, query, 0, ID_BYTES, record);
	if (id)
		memcpy(record->id.bytes, id, ID_BYTES);
	/* A damaged record must be reported by verify, not crash it. */
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		*texts[i] = *texts[i] ? *texts[i] : "";
}

enum result chain_read(struct ledger *ledger, struct arena *arena, int64_t seq,
	struct record *record, struct error *error)
{
	struct query *query;
	bool row;
	char number[INTEGER_TEXT];

	if (store_query(ledger->store, &chain_sql[READ], &query, error) != OK)
		return error->result;
	query_bind_integer(query, "book", ledger->book);
	query_bind_integer(query, "seq", seq);
	enum result result = query_next(query, &row, error);
	if (result == OK && !row) {
		integer_text(seq, number);
		result = error_refuse(error, "refused.no_entry", "seq", "seq", number, NULL);
	}
	if (result == OK)
		record_take(arena, query, record);
	query_end(query);
	return result;
}

enum result chain_walk(struct ledger *ledger, struct query **walk, struct error *error)
{
	if (store_scan(ledger->store, &chain_sql[WALK], walk, error) != OK)
		return error->result;
	query_bind_integer(*walk, "book", ledger->book);
	query_bind_integer(*walk, "head", ledger->seq);
	return OK;
}

bool chain_next(struct query *walk, struct arena *arena, struct record *record, struct error *error)
{
	bool row = false;

	if (query_next(walk, &row, error) != OK || !row)
		return false;
	record_take(arena, walk, record);
	return true;
}

int64_t ledger_find(struct ledger *ledger, const char *text)
{
	struct error ignored = { 0 };
	struct query *query;
	struct id id;
	bool row;
	int64_t seq = 0;

	if (!text || !id_parse(text, &id))
		return 0;
	if (ahead_seq(ledger, &id, &seq))
		return seq;
	if (store_query(ledger->store, &chain_sql[FIND], &query, &ignored) != OK)
		return 0;
	query_bind_integer(query, "book", ledger->book);
	query_bind_bytes(query, "id", id.bytes, ID_BYTES);
	if (query_next(query, &row, &ignored) == OK && row)
		seq = query_integer(query, 0);
	query_end(query);
	return seq;
}

enum result chain_erase(struct ledger *ledger, int64_t seq, struct error *error)
{
	struct query *query;

	if (store_query(ledger->store, &chain_sql[ERASE], &query, error) != OK)
		return error->result;
	query_bind_integer(query, "book", ledger->book);
	query_bind_integer(query, "seq", seq);
	return query_run(query, error);
}

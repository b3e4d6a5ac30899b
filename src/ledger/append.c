/* One serial path for everything that is ever written: validate, check, hash, insert, fold. */
#include "ledger/ahead.h"
#include "ledger/sight_parts.h"

#include <stdlib.h>
#include <string.h>

enum { ENVELOPE_BYTES = 4096 };

struct ledger *ledger_new(const char *book, const struct module *const *modules)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));

	must(ledger != NULL);
	arena_init(&ledger->arena, WORK_BYTES);
	arena_init(&ledger->view_arena, WORK_BYTES);
	map_init(&ledger->objects, WORK_BYTES);
	buffer_init(&ledger->body, ENTRY_BYTES);
	buffer_init(&ledger->personal, ENTRY_BYTES);
	buffer_init(&ledger->envelope, ENVELOPE_BYTES);
	ledger->book_name = strdup(book);
	must(ledger->book_name != NULL);
	ledger->digest = digest_new();
	ledger->view = (struct view){ .ledger = ledger, .arena = &ledger->arena };
	registry_open(ledger, modules);
	ledger->view.module = ledger->modules[0];
	return ledger;
}

enum result ledger_open(struct ledger **opened, const char *url, const char *book, bool create,
	const struct module *const *modules, struct error *error)
{
	struct ledger *ledger = ledger_new(book, modules);

	if (store_open(&ledger->store, url, create, error) != OK ||
		chain_open(ledger, create, error) != OK) {
		ledger_close(ledger);
		return error->result;
	}
	*opened = ledger;
	return OK;
}

void ledger_close(struct ledger *ledger)
{
	if (!ledger)
		return;
	if (ledger->in_batch)
		ledger_rollback(ledger);
	sight_close(ledger->writer_sight);
	ahead_free(ledger);
	norm_forget(ledger);
	map_release(&ledger->objects);
	places_release(ledger);
	store_close(ledger->store);
	registry_close(ledger);
	digest_free(ledger->digest);
	buffer_release(&ledger->body);
	buffer_release(&ledger->personal);
	buffer_release(&ledger->envelope);
	arena_release(&ledger->arena);
	arena_release(&ledger->view_arena);
	free(ledger->book_name);
	free(ledger);
}

const char *ledger_book(const struct ledger *ledger)
{
	return ledger->book_name;
}

int64_t ledger_head(const struct ledger *ledger, uint8_t hash[DIGEST_BYTES])
{
	memcpy(hash, ledger->head, DIGEST_BYTES);
	return ledger->seq;
}

static struct head head_of(const struct ledger *ledger)
{
	struct head head = { ledger->seq, ledger->recorded_at, { 0 } };

	memcpy(head.hash, ledger->head, DIGEST_BYTES);
	return head;
}

static void head_back(struct ledger *ledger, const struct head *head)
{
	ledger->seq = head->seq;
	ledger->recorded_at = head->recorded_at;
	memcpy(ledger->head, head->hash, DIGEST_BYTES);
	ledger->last_batch[0] = '\0';
	norm_forget(ledger);
	objects_forget(ledger);
}

enum result ledger_heard(struct ledger *ledger, struct error *error)
{
	store_trouble(ledger->store, error);
	return error->result;
}

enum result ledger_trouble(struct ledger *ledger, struct error *error)
{
	if (store_trouble(ledger->store, error) != OK && !ledger->in_batch) {
		store_trouble_forget(ledger->store);
		norm_forget(ledger); /* what was read of them may be half */
	}
	return error->result;
}

enum result ledger_begin(struct ledger *ledger, struct error *error)
{
	must(!ledger->in_batch);
	error_clear(&ledger->fault);
	ledger->view.arena = &ledger->arena;
	if (ledger_heard(ledger, error) != OK || store_begin(ledger->store, error) != OK)
		return error->result;
	if (chain_head_lock(ledger, error) != OK) {
		store_rollback(ledger->store);
		return ledger_heard(ledger, error);
	}
	ledger->begun = head_of(ledger);
	ledger->in_batch = true;
	return OK;
}

enum result ledger_commit(struct ledger *ledger, struct error *error)
{
	must(ledger->in_batch);
	if (ledger->seq != ledger->begun.seq)
		store_tell(ledger->store, ledger->book);
	if (ledger->fault.result != OK)
		*error = ledger->fault;
	else if (chain_head_save(ledger, error) == OK && store_commit(ledger->store, error) == OK) {
		ledger->in_batch = false;
		return OK;
	}
	ledger_rollback(ledger);
	return error->result;
}

void ledger_rollback(struct ledger *ledger)
{
	struct error ignored = { 0 };

	if (!ledger->in_batch)
		return;
	store_rollback(ledger->store);
	ledger->in_batch = false;
	head_back(ledger, &ledger->begun);
	chain_head_load(ledger, &ignored);
	store_trouble_forget(ledger->store); /* it was of this batch, which is no more */
}

static const char *envelope_text(json_t *envelope, const char *key)
{
	return json_string_value(json_object_get(envelope, key));
}

/* A name that is no part of an envelope is a slip (`att`) that would change what is recorded. */
static enum result check_names(json_t *envelope, struct error *error)
{
	static const char *const known[] = { "id", "kind", "v", "at", "author", "body", "book",
		"seq", "recorded_at", "recorded_by", "origin", "batch", "hash" };
	const char *name;
	json_t *value;

	json_object_foreach(envelope, name, value)
	{
		size_t i = 0;
		while (i < COUNT_OF(known) && strcmp(name, known[i]) != 0)
			i++;
		if (i == COUNT_OF(known))
			return error_refuse(error, "refused.unknown_field", name, NULL);
	}
	return OK;
}

/* `at` is a value given by the client; the future is refused, a clock a little ahead is not. */
static enum result take_instants(struct ledger *ledger, const struct session *session,
	json_t *envelope, struct entry *entry, struct error *error)
{
	const char *at = envelope_text(envelope, "at");

	entry->recorded_at =
		session->now > ledger->recorded_at ? session->now : ledger->recorded_at;
	entry->at = entry->recorded_at;
	if (!at)
		return json_object_get(envelope, "at")
			       ? error_refuse(error, "refused.instant", "at", NULL)
			       : OK;
	if (!instant_parse(at, &entry->at))
		return error_refuse(error, "refused.instant", "at", NULL);
	if (entry->at > entry->recorded_at + FUTURE_MS && session->origin != ORIGIN_SYSTEM)
		return error_refuse(error, "refused.future", "at", "at", at, NULL);
	if (entry->at > entry->recorded_at)
		entry->at = entry->recorded_at;
	return OK;
}

/* A person writes as himself; only the operator may name another or another origin. */
static enum result take_author(struct ledger *ledger, const struct session *session,
	json_t *envelope, struct entry *entry, struct error *error)
{
	const char *author = envelope_text(envelope, "author");
	const char *origin = envelope_text(envelope, "origin");

	entry->origin = session->origin;
	entry->recorded_by = session->login;
	entry->batch = session->batch;
	if (origin && session->origin != ORIGIN_SYSTEM) {
		enum origin named;
		if (!origin_parse(origin, &named))
			return error_refuse(error, "refused.origin", "origin", NULL);
		/* A whole envelope from another book keeps its origin; a phone may say offline. */
		if (!*session->staff || named == ORIGIN_OFFLINE || named == ORIGIN_LIVE)
			entry->origin = named;
		/* … and the import it came by, so that undoing that is carried over too. */
		if (entry->origin == ORIGIN_IMPORT && !entry->batch)
			entry->batch = envelope_text(envelope, "batch");
	}
	if (author && text_starts(author, "staff:"))
		author += 6;
	if (*session->staff) {
		if (author && strcmp(author, session->staff) != 0)
			return error_refuse(error, "refused.author", "author", NULL);
		author = session->staff;
	}
	entry->author = author ? arena_text(&ledger->arena, author) : "";
	if (*entry->author && !ledger->known && !view_exists(&ledger->view, "staff", entry->author))
		return error_refuse(
			error, "refused.unknown_staff", "author", "value", entry->author, NULL);
	return OK;
}

static enum result take_kind(
	struct ledger *ledger, json_t *envelope, struct entry *entry, struct error *error)
{
	const char *name = envelope_text(envelope, "kind");
	json_t *version = json_object_get(envelope, "v");
	const struct kind_place *place = name ? registry_kind(ledger, name) : NULL;

	if (!place)
		return error_refuse(error, name ? "refused.unknown_kind" : "refused.required",
			"kind", "value", name ? name : "", NULL);
	entry->kind = place->kind;
	json_int_t number = version ? json_integer_value(version) : place->kind->version;
	if (number < 1 || number > place->kind->version)
		return error_refuse(error, "refused.version", "v", NULL);
	entry->version = (int)number;
	return OK;
}

/* Without an id of the client's, one is made from what the entry says, so that the same line
 * given twice is one entry; without an instant too, from chance. */
static enum result take_id(struct ledger *ledger, const struct session *session, json_t *envelope,
	const struct entry *entry, struct id *id, struct error *error)
{
	uint8_t chance[ID_CHANCE];
	const char *text = envelope_text(envelope, "id"), *given = envelope_text(envelope, "at");
	int64_t at;

	if (text)
		return id_parse(text, id) ? OK : error_refuse(error, "refused.id", "id", NULL);
	if (json_object_get(envelope, "id"))
		return error_refuse(error, "refused.id", "id", NULL);
	if (instant_parse(given ? given : "", &at)) {
		struct buffer name;
		buffer_init(&name, ENTRY_BYTES * 2);
		buffer_print(&name, "%s/%s/%s/%s/%s", ledger->book_name, entry->kind->name,
			entry->author, ledger->body.bytes, ledger->personal.bytes);
		*id = id_derive(at, name.bytes);
		buffer_release(&name);
		return OK;
	}
	session->chance(session->chance_state, chance, sizeof(chance));
	*id = id_make(entry->at, chance);
	return OK;
}

/* `already` means same id, kind, author and content; otherwise the id is taken. */
static enum result known_id(struct ledger *ledger, const struct entry *entry, int64_t seq,
	struct answer *answer, struct error *error)
{
	struct record record;

	if (chain_read(ledger, &ledger->arena, seq, &record, error) != OK)
		return error->result;
	bool erased = record.personal_hash && !record.personal;
	const char *personal = record.personal ? record.personal : "";
	if (strcmp(record.kind, entry->kind->name) == 0 &&
		strcmp(record.author, entry->author) == 0 &&
		strcmp(record.body, ledger->body.bytes) == 0 &&
		(erased || strcmp(personal, ledger->personal.bytes) == 0)) {
		answer->status = ALREADY;
		answer->seq = seq;
		return OK;
	}
	return error_refuse(error, "refused.id_taken", "id", NULL);
}

static enum result canonical_bodies(
	struct ledger *ledger, const struct valid *valid, struct error *error)
{
	buffer_clear(&ledger->body);
	buffer_clear(&ledger->personal);
	bool canonical = json_canonical(&ledger->body, valid->body) &&
			 (!valid->personal || json_canonical(&ledger->personal, valid->personal));
	if (!canonical)
		return error_refuse(error, "refused.body", "body", NULL);
	if (ledger->body.full || ledger->personal.full)
		return error_refuse(error, "refused.too_large", "body", NULL);
	return OK;
}

static enum result insert(struct ledger *ledger, const struct session *session, struct entry *entry,
	struct id id, struct error *error)
{
	uint8_t salt[DIGEST_BYTES];
	struct id batch;
	struct record record = { .version = entry->version,
		.at = entry->at,
		.recorded_at = entry->recorded_at,
		.id = id,
		.kind = entry->kind->name,
		.author = entry->author,
		.recorded_by = entry->recorded_by,
		.origin = origin_name(entry->origin),
		.body = ledger->body.bytes };

	if (ledger->personal.length) {
		session->chance(session->chance_state, salt, sizeof(salt));
		record.personal = ledger->personal.bytes;
		record.salt = salt;
	}
	bool imported = entry->batch && id_parse(entry->batch, &batch);
	entry->batch = NULL;
	if (imported) {
		record.batch = batch.bytes;
		entry->batch = arena_text(&ledger->arena, id_text(batch, (char[ID_TEXT]){ 0 }));
	}
	if (chain_insert(ledger, &record, error) != OK)
		return error->result;
	entry->seq = record.seq;
	return OK;
}

static enum result check(struct ledger *ledger, const struct session *session, struct entry *entry,
	struct error *error)
{
	const struct kind_place *place = registry_kind(ledger, entry->kind->name);

	entry->seq = ledger->seq + 1; /* what it will be: norms in force are those before it */
	entry->clock_at = load_clock(ledger, entry);
	if (access_check(ledger, session, entry, error) != OK ||
		correct_check(ledger, session, entry, error) != OK ||
		norm_check(ledger, session, entry, error) != OK ||
		duty_check(ledger, session, entry, error) != OK ||
		case_check(ledger, session, entry, error) != OK)
		return error->result;
	ledger->view.module = place->module;
	return place->module->check ? place->module->check(&ledger->view, entry, error) : OK;
}

/* Everything but the transaction. The body's JSON in `entry` is the caller's to release. */
static enum result append(struct ledger *ledger, const struct session *session, json_t *envelope,
	struct entry *entry, struct answer *answer, struct error *error)
{
	struct valid valid = { 0 };
	struct id id;

	*entry = (struct entry){ .row = -1, .author = "", .recorded_by = "" };
	if (!json_is_object(envelope))
		return error_refuse(error, "refused.envelope", "", NULL);
	const char *named = envelope_text(envelope, "id");
	int64_t taken = ledger_find(ledger, named);
	ledger->known = taken != 0;
	ledger->writer = *session->staff ? session : NULL;
	sight_close(ledger->writer_sight);
	ledger->writer_sight = NULL;
	if (check_names(envelope, error) != OK || take_kind(ledger, envelope, entry, error) != OK ||
		take_instants(ledger, session, envelope, entry, error) != OK ||
		take_author(ledger, session, envelope, entry, error) != OK)
		return error->result;
	enum result result = validate_body(ledger, entry->kind, entry->version,
		json_object_get(envelope, "body"), &valid, error);
	if (result == OK)
		result = canonical_bodies(ledger, &valid, error);
	if (result == OK)
		result = take_id(ledger, session, envelope, entry, &id, error);
	if (result == OK) {
		entry->id = arena_text(&ledger->arena, id_text(id, answer->id));
		bool same = named && strcmp(named, entry->id) == 0;
		int64_t seq = same ? taken : ledger_find(ledger, entry->id);
		if (seq)
			result = known_id(ledger, entry, seq, answer, error);
	}
	entry->body = valid.body;
	if (valid.personal)
		json_object_update_recursive(entry->body, valid.personal);
	json_decref(valid.personal);
	if (result != OK || answer->status == ALREADY)
		return result;
	if (check(ledger, session, entry, error) != OK ||
		insert(ledger, session, entry, id, error) != OK)
		return error->result;
	answer->status = APPENDED;
	answer->seq = entry->seq;
	return fold_entry(ledger, entry, error);
}

/* After trouble of the world the database may have undone the whole batch by itself: what was
 * appended from there on would be a transaction of its own, and the chain would have a hole. */
static enum result batch_lost(struct ledger *ledger, struct error *error)
{
	*error = ledger->fault;
	return ledger->fault.result;
}

/* Before a line: what the one before it used is used up. */
static void line_begin(struct ledger *ledger, json_t *envelope, struct answer *answer)
{
	const char *named = envelope_text(envelope, "id");

	must(ledger->in_batch);
	*answer = (struct answer){ .status = NOT_TAKEN };
	text_copy(answer->id, sizeof(answer->id), named ? named : "");
	arena_reset(&ledger->arena);
	ledger->view.set_count = 0;
}

static enum result append_or_undo(struct ledger *ledger, const struct session *session,
	json_t *envelope, bool keep, struct answer *answer, struct error *error)
{
	struct entry entry;
	struct head before = head_of(ledger);

	line_begin(ledger, envelope, answer);
	if (ledger->fault.result != OK || store_savepoint(ledger->store, &ledger->fault) != OK)
		return batch_lost(ledger, error);
	enum result result = append(ledger, session, envelope, &entry, answer, &answer->error);
	entry_release(&entry);
	if (result == OK)
		result = store_settle(ledger->store, &answer->error);
	store_trouble(ledger->store, &ledger->fault);
	if (result == OK && keep && answer->status == APPENDED && ledger->fault.result == OK)
		return store_release(ledger->store, &ledger->fault) == OK
			       ? OK
			       : batch_lost(ledger, error);
	store_rollback_to(ledger->store, &ledger->fault);
	if (answer->status == APPENDED || ledger->seq != before.seq)
		head_back(ledger, &before);
	/* A module's fault concerns this entry alone; the disk's concerns the batch. */
	if (result == TROUBLE && ledger->fault.result == OK &&
		strcmp(answer->error.key, "trouble.statement") != 0)
		ledger->fault = answer->error;
	if (result != OK || ledger->fault.result != OK) {
		answer->status = NOT_TAKEN;
		answer->seq = 0;
	}
	return ledger->fault.result == OK ? OK : batch_lost(ledger, error);
}

/* ------------------------------------------------------------------ several at once */

/* Append it where nothing has to be undone for that: true also where it was refused before
 * anything was written. False: what was written of it must go, and with it the others. */
static bool append_cleanly(struct ledger *ledger, const struct offer *offer)
{
	struct answer *answer = offer->answer;
	int64_t before = ledger->seq;
	struct entry entry;

	line_begin(ledger, offer->envelope, answer);
	enum result result =
		append(ledger, offer->session, offer->envelope, &entry, answer, &answer->error);
	entry_release(&entry);
	return result == OK || (result == REFUSED && ledger->seq == before);
}

/* All of them under one savepoint; `clean` is false where that was undone. */
static enum result append_together(struct ledger *ledger, const struct offer *offers, int count,
	bool *clean, struct error *error)
{
	struct head before = head_of(ledger);
	struct error failure = { 0 };

	if (store_savepoint(ledger->store, &ledger->fault) != OK)
		return batch_lost(ledger, error);
	*clean = !store_far(ledger->store) || ahead_ask(ledger, offers, count, &failure) == OK;
	for (int i = 0; i < count && *clean; i++)
		*clean = append_cleanly(ledger, &offers[i]);
	*clean = *clean && store_settle(ledger->store, &failure) == OK;
	ahead_forget(ledger);
	store_trouble(ledger->store, &ledger->fault);
	if (*clean && ledger->fault.result == OK) {
		store_release(ledger->store, &ledger->fault);
	} else {
		store_rollback_to(ledger->store, &ledger->fault);
		head_back(ledger, &before);
	}
	return ledger->fault.result == OK ? OK : batch_lost(ledger, error);
}

enum result ledger_append_all(
	struct ledger *ledger, const struct offer *offers, int count, struct error *error)
{
	bool clean = false;

	if (ledger->fault.result != OK)
		return batch_lost(ledger, error);
	if (append_together(ledger, offers, count, &clean, error) != OK)
		return error->result;
	for (int i = 0; i < count && !clean; i++) {
		if (append_or_undo(ledger, offers[i].session, offers[i].envelope, true,
			    offers[i].answer, error) != OK)
			return error->result;
	}
	return OK;
}

enum result ledger_append(struct ledger *ledger, const struct session *session, json_t *envelope,
	struct answer *answer, struct error *error)
{
	return append_or_undo(ledger, session, envelope, true, answer, error);
}

enum result ledger_try(struct ledger *ledger, const struct session *session, json_t *envelope,
	struct answer *answer, struct error *error)
{
	return append_or_undo(ledger, session, envelope, false, answer, error);
}

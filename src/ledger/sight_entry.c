/* One entry, duty or row of evidence: is it in sight, and what of it? */
#include "ledger/sight_parts.h"

#include <stdlib.h>
#include <string.h>

enum { TARGET_DEPTH = 4 }; /* entries about entries about entries */

/* Whom and what an entry is about. */
struct naming {
	bool customers, customer_seen, customer_hidden;
	bool named; /* a person or a unit … */
	bool seen;  /* … of his, … */
	bool line;  /* … or of his line */
	int depth;
};

static void name_customer(const struct sight *sight, struct naming *naming, const char *id)
{
	bool seen = sees_customer(sight, id);

	naming->customers = true;
	naming->customer_seen |= seen;
	naming->customer_hidden |= !seen;
}

static void name_other(
	const struct sight *sight, struct naming *naming, const char *type, const char *id)
{
	if (strcmp(type, "staff") == 0) {
		naming->named = true;
		naming->seen |= sees_staff(sight, id);
	} else if (strcmp(type, "unit") == 0) {
		naming->named = true;
		naming->seen |= sees_unit(sight, id);
		naming->line |= references_hold(&sight->line, "unit", id);
	}
}

static void name_reference(const struct sight *sight, struct naming *naming, const char *reference)
{
	char type[16];
	const char *id;

	if (!reference || !reference_split(reference, type, &id))
		return;
	if (strcmp(type, "customer") == 0)
		name_customer(sight, naming, id);
	else
		name_other(sight, naming, type, id);
}

/* A case is its customer's; without one, its owner's. */
static void name_case(const struct sight *sight, struct naming *naming, const char *id)
{
	struct arena_mark mark = arena_mark(&sight->ledger->arena);
	const char *owner, *first, *customer;
	struct error ignored = { 0 };

	if (case_owners(sight->ledger, id, &owner, &first, &customer, &ignored) == OK) {
		if (customer)
			name_customer(sight, naming, customer);
		else
			name_reference(sight, naming, owner);
	}
	arena_rewind(&sight->ledger->arena, mark);
}

static void name_duty(const struct sight *sight, struct naming *naming, const char *id)
{
	struct error ignored = { 0 };
	struct arena arena;
	struct duty duty;

	arena_init(&arena, WORK_BYTES);
	if (duty_find(sight->ledger, &arena, id, &duty, &ignored) == OK) {
		name_reference(sight, naming, duty.subject);
		name_reference(sight, naming, duty.holder);
	}
	arena_release(&arena);
}

static void name_entry(const struct sight *sight, struct naming *naming, const struct entry *entry);

/* What is about an entry is about what that is about. */
static void name_target(const struct sight *sight, struct naming *naming, const char *id)
{
	int64_t seq = naming->depth < TARGET_DEPTH ? ledger_find(sight->ledger, id) : 0;
	struct error ignored = { 0 };
	struct entry target;
	struct arena arena;
	bool withdrawn;

	arena_init(&arena, WORK_BYTES);
	if (seq && load_entry(sight->ledger, &arena, seq, &target, &withdrawn, &ignored) == OK) {
		naming->depth++;
		name_entry(sight, naming, &target);
		naming->depth--;
		naming->named |= *target.author != '\0';
		naming->seen |= *target.author && strcmp(target.author, sight->staff) == 0;
		entry_release(&target);
	}
	arena_release(&arena);
}

static void name_value(const struct sight *sight, struct naming *naming, const struct kind *kind,
	const struct field *field, const char *id)
{
	const char *type = field->flags & DEFINES ? kind->defines : field_reference(field->type);
	bool about = field->flags & (ABOUT | DEFINES);

	if (!id || !*id)
		return;
	if (field->type == FIELD_OBJECT)
		name_reference(sight, naming, id);
	else if (type && strcmp(type, "customer") == 0)
		name_customer(sight, naming, id);
	else if (field->type == FIELD_CASE)
		name_case(sight, naming, id);
	else if (field->type == FIELD_ENTRY && about)
		name_target(sight, naming, id);
	else if (type && about)
		name_other(sight, naming, type, id);
}

static void name_fields(
	const struct sight *sight, struct naming *naming, const struct kind *kind, json_t *body)
{
	size_t i;
	json_t *item;

	for (const struct field *field = kind->fields; field && field->name; field++) {
		json_t *value = json_object_get(body, field->name);
		if (!json_is_array(value))
			name_value(sight, naming, kind, field, json_string_value(value));
		else
			json_array_foreach(value, i, item)
				name_value(sight, naming, kind, field, json_string_value(item));
	}
}

/* ------------------------------------------------------------------ rows */

/* A row is his whose customers are all his; without customers, by its people and units. */
static bool row_seen(const struct sight *sight, const struct kind *kind,
	const struct field *columns, json_t *cells, struct naming *naming)
{
	struct naming row = { 0 };
	size_t i = 0;

	for (const struct field *field = columns; field && field->name; field++, i++) {
		struct field column = *field;
		const char *id = json_string_value(json_array_get(cells, i));
		column.flags |= ABOUT;
		if (core_kind(kind) == DUTY_MISSED && strcmp(field->name, "duty") == 0)
			name_duty(sight, &row, id);
		else
			name_value(sight, &row, kind, &column, id);
	}
	/* A missed duty is seen by whoever holds it, and by whoever sees its customer. */
	bool all = core_kind(kind) == DUTY_MISSED ? row.customer_seen || row.seen
						  : !row.customer_hidden;
	bool seen = row.customers ? all : !row.named || row.seen || row.line;
	naming->customers |= row.customers;
	naming->customer_seen |= row.customers && seen;
	naming->named |= row.named;
	naming->seen |= !row.customers && row.named && seen;
	return seen;
}

static void name_rows(const struct sight *sight, struct naming *naming, const struct entry *entry)
{
	const struct field *columns = registry_row(sight->ledger, entry->kind, entry->body);
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(entry->body, "rows"), i, row)
	{
		if (columns && json_is_array(row))
			row_seen(sight, entry->kind, columns, row, naming);
	}
}

static void trim_rows(const struct sight *sight, struct entry *entry)
{
	const struct field *columns = registry_row(sight->ledger, entry->kind, entry->body);
	json_t *rows = json_object_get(entry->body, "rows"), *row;
	struct naming ignored = { 0 };
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (columns && json_is_array(row) &&
			!row_seen(sight, entry->kind, columns, row, &ignored))
			json_array_set_new(rows, i, json_null());
	}
}

/* ------------------------------------------------------------------ corrections */

/* What a correction says is of the kind it corrects. NULL where that is not known. */
static const struct kind *corrected_kind(const struct sight *sight, json_t *body)
{
	const char *id = json_string_value(json_object_get(body, "entry"));
	int64_t seq = id ? ledger_find(sight->ledger, id) : 0;
	const struct kind *kind = NULL;
	struct error ignored = { 0 };
	struct record record;
	struct arena arena;

	arena_init(&arena, WORK_BYTES);
	if (seq && chain_read(sight->ledger, &arena, seq, &record, &ignored) == OK)
		kind = ledger_kind(sight->ledger, record.kind);
	arena_release(&arena);
	return kind;
}

/* It is judged by what it says; only where that names nobody, by the entry it is about. */
static void name_correction(
	const struct sight *sight, struct naming *naming, const struct entry *entry)
{
	const struct kind *kind = corrected_kind(sight, entry->body);
	json_t *cells = json_object_get(entry->body, "cells");

	if (kind && cells)
		row_seen(sight, kind, kind->row, cells, naming);
	else if (kind)
		name_fields(sight, naming, kind, json_object_get(entry->body, "body"));
	if (!naming->customers)
		name_fields(sight, naming, entry->kind, entry->body);
}

static void name_entry(const struct sight *sight, struct naming *naming, const struct entry *entry)
{
	enum core_kind kind = core_kind(entry->kind);
	const char *duty = entry_text(entry, "duty");

	/* A norm is everybody's whom its issuer can oblige, whoever was to sign its paper. */
	if (kind == NORM_ISSUED)
		return;
	if (kind == ENTRY_CORRECTED) {
		name_correction(sight, naming, entry);
		return;
	}
	name_fields(sight, naming, entry->kind, entry->body);
	name_rows(sight, naming, entry);
	if ((kind == DUTY_PAUSED || kind == DUTY_RESUMED) && duty)
		name_duty(sight, naming, duty);
}

/* ------------------------------------------------------------------ judging */

/* About nobody. Papers are for everybody below the unit they come from, the operator's for all;
 * the rest (imports, closes) is for those who answer for the unit it comes from. */
static bool from_line(const struct sight *sight, const struct entry *entry)
{
	enum core_kind kind = core_kind(entry->kind);
	bool paper = kind == DOCUMENT_ISSUED || kind == NORM_ISSUED || kind == DAY_OPENED;

	if (!*entry->author)
		return paper;
	const char *unit =
		places_get(sight->ledger, PLACE_STAFF_UNIT, entry->author, instant_day(entry->at));
	if (!unit)
		unit = places_get(sight->ledger, PLACE_CUSTOMER_UNIT, "", 0); /* the root */
	return unit &&
	       (sees_unit(sight, unit) || (paper && references_hold(&sight->line, "unit", unit)));
}

static bool judge(const struct sight *sight, const struct naming *naming, const struct entry *entry)
{
	if (naming->customers)
		return naming->customer_seen;
	if (naming->named)
		return naming->seen || naming->line;
	return from_line(sight, entry);
}

/* ------------------------------------------------------------------ trimming */

static bool hides(const struct sight *sight, const struct field *field, const char *id)
{
	if (!id)
		return false;
	if (field->type == FIELD_CUSTOMER)
		return !sees_customer(sight, id);
	return field->type == FIELD_OBJECT && text_starts(id, "customer:") &&
	       !sees_customer(sight, id + strlen("customer:"));
}

static json_t *hidden_value(const struct field *field)
{
	return json_string(field->type == FIELD_OBJECT ? "customer:" SIGHT_HIDDEN : SIGHT_HIDDEN);
}

static void trim_customers(const struct sight *sight, const struct kind *kind, json_t *body)
{
	for (const struct field *field = kind->fields; field && field->name; field++) {
		json_t *value = json_object_get(body, field->name);
		if (json_is_array(value)) {
			for (size_t i = json_array_size(value); i-- > 0;) {
				if (hides(sight, field,
					    json_string_value(json_array_get(value, i))))
					json_array_remove(value, i);
			}
		} else if (hides(sight, field, json_string_value(value))) {
			json_object_set_new(body, field->name, hidden_value(field));
		}
	}
}

static json_t *masked(json_t *value)
{
	struct buffer buffer;

	buffer_init(&buffer, ENTRY_BYTES * 2);
	text_mask(&buffer, json_string_value(value));
	json_t *text = json_string(buffer.bytes ? buffer.bytes : "");
	buffer_release(&buffer);
	return text;
}

static void mask(const struct kind *kind, json_t *body)
{
	for (const struct field *field = kind->fields; field && field->name; field++) {
		json_t *value = json_object_get(body, field->name);
		if (!(field->flags & PERSONAL))
			continue;
		for (size_t i = 0; i < json_array_size(value); i++)
			json_array_set_new(value, i, masked(json_array_get(value, i)));
		if (json_is_string(value))
			json_object_set_new(body, field->name, masked(value));
	}
}

/* He keeps what he wrote as he wrote it, and not what others have made of it since. */
static void restore(const struct sight *sight, struct entry *entry)
{
	struct error ignored = { 0 };
	struct record record;
	struct entry written;
	struct arena arena;

	arena_init(&arena, WORK_BYTES);
	if (chain_read(sight->ledger, &arena, entry->seq, &record, &ignored) == OK &&
		load_record(sight->ledger, &arena, &record, &written, &ignored) == OK) {
		json_decref(entry->body);
		entry->body = written.body;
		entry->at = written.at;
		entry->corrected = false;
	}
	arena_release(&arena);
}

static void trim(const struct sight *sight, struct entry *entry, bool own)
{
	const struct kind *kind = entry->kind;
	json_t *body = entry->body;

	if (core_kind(kind) == ENTRY_CORRECTED) {
		kind = corrected_kind(sight, entry->body);
		body = json_object_get(entry->body, "body");
	}
	if (kind)
		mask(kind, body);
	if (sight->whole)
		return;
	if (kind && !own)
		trim_customers(sight, kind, body);
	trim_rows(sight, entry);
}

bool sight_entry(struct sight *sight, struct entry *entry)
{
	struct naming naming = { 0 };

	if (!sight)
		return true;
	bool own = *entry->author && strcmp(entry->author, sight->staff) == 0;
	if (!sight->whole) {
		name_entry(sight, &naming, entry);
		if (!own && !judge(sight, &naming, entry))
			return false;
	}
	if (own && naming.customer_hidden)
		restore(sight, entry);
	trim(sight, entry, own);
	return true;
}

bool sight_reference(struct sight *sight, const char *reference)
{
	struct naming naming = { 0 };
	struct error ignored = { 0 };
	char type[16];
	const char *id;

	if (!sight)
		return true;
	if (!reference_split(reference, type, &id))
		return false;
	if (strcmp(type, "entry") == 0) {
		struct entry entry;
		struct arena arena;
		arena_init(&arena, WORK_BYTES);
		bool seen = sight_entry_get(sight->ledger, sight, &arena,
				    ledger_find(sight->ledger, id), &entry, NULL, &ignored) == OK;
		if (seen)
			entry_release(&entry);
		arena_release(&arena);
		return seen;
	}
	if (strcmp(type, "case") == 0) {
		name_case(sight, &naming, id);
		return sight->whole || (naming.customers ? naming.customer_seen : naming.seen);
	}
	return strcmp(type, "customer") == 0 ? sight_customer(sight, id)
	       : strcmp(type, "staff") == 0  ? sight_staff(sight, id)
	       : strcmp(type, "unit") == 0   ? sight_unit(sight, id)
					     : sight->whole;
}

bool sight_duty(struct sight *sight, struct duty *duty)
{
	struct naming subject = { 0 };

	if (!sight || sight->whole)
		return true;
	name_reference(sight, &subject, duty->subject);
	if (!sees_holder(sight, duty->holder) && !subject.customer_seen && !subject.seen)
		return false;
	if (subject.customer_hidden) {
		duty->subject = "customer:" SIGHT_HIDDEN;
		duty->case_id = NULL;
	}
	return true;
}

/* The item may be a customer: the first of two archives that look the same. */
static bool hidden_item(const struct sight *sight, const struct evidence *evidence)
{
	struct view *view = ledger_view(sight->ledger);

	return evidence->item && view_exists(view, "customer", evidence->item) &&
	       !sees_customer(sight, evidence->item);
}

bool sight_counts(struct sight *sight, const struct evidence *evidence)
{
	return !sight || sight->whole || !evidence->customer ||
	       !sees_customer(sight, evidence->customer) || !hidden_item(sight, evidence);
}

void sight_evidence(struct sight *sight, struct evidence *evidence)
{
	if (!sight || sight->whole)
		return;
	bool hidden = evidence->customer && !sees_customer(sight, evidence->customer);
	if (hidden || hidden_item(sight, evidence))
		evidence->item = NULL;
	if (hidden)
		evidence->customer = NULL;
}

/* ------------------------------------------------------------------ by number */

static enum result no_entry(int64_t seq, struct error *error)
{
	char number[INTEGER_TEXT];

	return error_refuse(
		error, "refused.no_entry", "seq", "seq", integer_text(seq, number), NULL);
}

enum result sight_entry_get(struct ledger *ledger, struct sight *sight, struct arena *arena,
	int64_t seq, struct entry *entry, bool *withdrawn, struct error *error)
{
	bool ignored;

	if (load_entry(ledger, arena, seq, entry, withdrawn ? withdrawn : &ignored, error) != OK)
		return ledger_heard(ledger, error);
	if (!sight_entry(sight, entry))
		no_entry(seq, error);
	if (ledger_heard(ledger, error) != OK)
		entry_release(entry);
	return error->result;
}

/* A table shows the rows that are left, and how many there were does not show. */
static void close_ranks(json_t *body)
{
	json_t *rows = json_object_get(body, "rows");

	for (size_t i = json_array_size(rows); i-- > 0;) {
		if (json_is_null(json_array_get(rows, i)))
			json_array_remove(rows, i);
	}
}

/* As it was recorded, where that is his too; else as it stands now. */
static enum result envelope_seen(struct sight *sight, struct arena *arena,
	const struct record *record, struct entry *now, struct buffer *out, struct error *error)
{
	struct entry first;

	if (load_record(sight->ledger, arena, record, &first, error) != OK)
		return error->result;
	json_t *before = json_deep_copy(first.body);
	bool seen = sight_entry(sight, &first);
	struct entry *shown = seen ? &first : now;
	close_ranks(shown->body);
	envelope_write(sight->ledger, record, shown->body, json_equal(before, shown->body), out);
	json_decref(before);
	entry_release(&first);
	return OK;
}

enum result sight_envelope(struct ledger *ledger, struct sight *sight, int64_t seq,
	struct buffer *out, struct error *error)
{
	struct record record;
	struct entry entry;
	struct arena arena;

	if (!sight)
		return ledger_envelope(ledger, seq, out, error);
	arena_init(&arena, WORK_BYTES);
	if (sight_entry_get(ledger, sight, &arena, seq, &entry, NULL, error) == OK) {
		if (chain_read(ledger, &arena, seq, &record, error) == OK)
			envelope_seen(sight, &arena, &record, &entry, out, error);
		entry_release(&entry);
	}
	arena_release(&arena);
	return ledger_heard(ledger, error);
}

enum result sight_duty_get(struct ledger *ledger, struct sight *sight, struct arena *arena,
	const char *id, struct duty *duty, struct error *error)
{
	if (duty_find(ledger, arena, id, duty, error) == OK && !sight_duty(sight, duty))
		error_refuse(error, "refused.unknown_duty", "duty", "duty", id, NULL);
	return ledger_heard(ledger, error);
}

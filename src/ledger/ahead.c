#include "ledger/ahead.h"

#include <stdlib.h>
#include <string.h>

enum { ASK, LIST_BYTES = 8 * 1024 * 1024, TYPES_MOST = 8, FIELDS_MOST = 16 };

/* What a row of the answer is about. */
enum { OF_ID = 1, OF_OBJECT, OF_DUTY };

/* The sum keeps SQLite from walking over all entries for the sake of their order. Lists are JSON;
 * ids stand one behind the other, and $places says at which bytes. The columns:
 * about, number, id, subject, what, duty, holder, period, period_from. */
const struct statement ahead_sql[] = {
	[ASK] = { "SELECT 1 AS about, seq + 0 AS number, id, NULL AS subject, NULL AS what, "
		  "NULL AS duty, NULL AS holder, NULL AS period, NULL AS period_from "
		  "FROM entry WHERE book = $book "
		  "AND id IN (SELECT substr($ids, value, 16) FROM json_each($places)) "
		  "UNION ALL SELECT 2, seq, NULL, type || ':' || id, NULL, NULL, NULL, NULL, NULL "
		  "FROM d_object WHERE book = $book "
		  "AND type IN (SELECT value FROM json_each($types)) "
		  "AND id IN (SELECT value FROM json_each($objects)) "
		  "UNION ALL SELECT 3, due, NULL, subject, what, id, holder, period, period_from "
		  "FROM d_duty WHERE book = $book AND state IN " LIVE_STATES
		  " AND subject IN (SELECT value FROM json_each($subjects)) "
		  "ORDER BY number, duty",
		"SELECT 1 AS about, seq + 0 AS number, id, CAST(NULL AS TEXT) AS subject, "
		"CAST(NULL AS TEXT) AS what, CAST(NULL AS TEXT) AS duty, "
		"CAST(NULL AS TEXT) AS holder, CAST(NULL AS TEXT) AS period, "
		"CAST(NULL AS BIGINT) AS period_from FROM entry WHERE book = $book "
		"AND id = ANY (ARRAY(SELECT substring(CAST($ids AS BYTEA) "
		"FROM CAST(value AS INTEGER) FOR 16) "
		"FROM json_array_elements_text(CAST($places AS JSON)))) "
		"UNION ALL SELECT 2, seq, CAST(NULL AS BYTEA), type || ':' || id, NULL, NULL, "
		"NULL, NULL, NULL FROM d_object WHERE book = $book "
		"AND type = ANY (ARRAY(SELECT json_array_elements_text(CAST($types AS JSON)))) "
		"AND id = ANY (ARRAY(SELECT json_array_elements_text(CAST($objects AS JSON)))) "
		"UNION ALL SELECT 3, due, NULL, subject, what, id, holder, period, period_from "
		"FROM d_duty WHERE book = $book AND state IN " LIVE_STATES
		" AND subject = ANY (ARRAY("
		"SELECT json_array_elements_text(CAST($subjects AS JSON)))) "
		"ORDER BY number, duty" },
	{ 0 },
};

struct known_id {
	int64_t seq;
};

struct known_duties {
	struct live *first;
	bool changed;
	struct known_duties *next;
};

struct ahead {
	struct map ids;      /* 16 bytes → struct known_id */
	struct map subjects; /* "customer:C1" → struct known_duties */
	struct known_duties *all;
	/* The lists of the question. */
	struct buffer bytes, texts[4];
	struct writer places, types, objects, about;
	const char *type[TYPES_MOST];
	int type_count;
	bool any;
};

/* ------------------------------------------------------------------ what is known */

/* A map keeps what its owner may change. */
static void *find(const struct map *map, const void *key, size_t length)
{
	const void *value;

	return map_find(map, key, length, &value) ? (void *)(uintptr_t)value : NULL;
}

static struct known_duties *duties_of(const struct ledger *ledger, const char *subject)
{
	return ledger->ahead ? find(&ledger->ahead->subjects, subject, strlen(subject)) : NULL;
}

bool ahead_seq(const struct ledger *ledger, const struct id *id, int64_t *seq)
{
	const struct known_id *known =
		ledger->ahead ? find(&ledger->ahead->ids, id->bytes, ID_BYTES) : NULL;

	if (known)
		*seq = known->seq;
	return known != NULL;
}

void ahead_recorded(struct ledger *ledger, const struct id *id, int64_t seq)
{
	struct known_id *known =
		ledger->ahead ? find(&ledger->ahead->ids, id->bytes, ID_BYTES) : NULL;

	if (known)
		known->seq = seq;
}

bool ahead_live(const struct ledger *ledger, const char *subject, struct live **first)
{
	const struct known_duties *duties = duties_of(ledger, subject);

	if (!duties || duties->changed)
		return false;
	*first = duties->first;
	return true;
}

void ahead_done(struct ledger *ledger, const char *subject, const char *duty)
{
	struct known_duties *duties = duties_of(ledger, subject);
	struct live **at = duties ? &duties->first : NULL;

	while (at && *at && strcmp((*at)->id, duty) != 0)
		at = &(*at)->next;
	if (at && *at)
		*at = (*at)->next;
}

void ahead_changed(struct ledger *ledger, const char *subject)
{
	struct known_duties *duties = subject ? duties_of(ledger, subject) : NULL;

	if (duties)
		duties->changed = true;
	for (duties = ledger->ahead && !subject ? ledger->ahead->all : NULL; duties;
		duties = duties->next)
		duties->changed = true;
}

/* ------------------------------------------------------------------ the question */

static struct ahead *ahead_new(void)
{
	struct ahead *ahead = calloc(1, sizeof(*ahead));

	must(ahead != NULL);
	map_init(&ahead->ids, WORK_BYTES);
	map_init(&ahead->subjects, WORK_BYTES);
	buffer_init(&ahead->bytes, LIST_BYTES);
	for (size_t i = 0; i < COUNT_OF(ahead->texts); i++)
		buffer_init(&ahead->texts[i], LIST_BYTES);
	return ahead;
}

void ahead_free(struct ledger *ledger)
{
	struct ahead *ahead = ledger->ahead;

	if (!ahead)
		return;
	map_release(&ahead->ids);
	map_release(&ahead->subjects);
	buffer_release(&ahead->bytes);
	for (size_t i = 0; i < COUNT_OF(ahead->texts); i++)
		buffer_release(&ahead->texts[i]);
	free(ahead);
	ledger->ahead = NULL;
}

void ahead_forget(struct ledger *ledger)
{
	if (!ledger->ahead)
		return;
	map_clear(&ledger->ahead->ids);
	map_clear(&ledger->ahead->subjects);
	ledger->ahead->all = NULL;
}

static void lists_begin(struct ahead *ahead)
{
	struct writer *const writers[] = { &ahead->places, &ahead->types, &ahead->objects,
		&ahead->about };

	buffer_clear(&ahead->bytes);
	for (size_t i = 0; i < COUNT_OF(writers); i++) {
		buffer_clear(&ahead->texts[i]);
		write_start(writers[i], &ahead->texts[i]);
		write_array(writers[i]);
	}
	ahead->type_count = 0;
	ahead->any = false;
}

static bool lists_end(struct ahead *ahead)
{
	struct writer *const writers[] = { &ahead->places, &ahead->types, &ahead->objects,
		&ahead->about };
	bool full = ahead->bytes.full;

	for (int i = 0; i < ahead->type_count; i++)
		write_text(&ahead->types, ahead->type[i]);
	for (size_t i = 0; i < COUNT_OF(writers); i++) {
		write_array_end(writers[i]);
		full = full || ahead->texts[i].full;
	}
	return !full;
}

static void want_id(struct ahead *ahead, const char *text)
{
	struct id id;

	if (!text || !id_parse(text, &id) || map_find(&ahead->ids, id.bytes, ID_BYTES, NULL))
		return;
	map_add(&ahead->ids, id.bytes, ID_BYTES, arena_new(&ahead->ids.arena, struct known_id));
	write_integer(&ahead->places, (int64_t)ahead->bytes.length + 1);
	buffer_add(&ahead->bytes, id.bytes, ID_BYTES);
	ahead->any = true;
}

/* Every type with every id: who is found that nobody named exists all the same. */
static void want_object(struct ledger *ledger, const char *type, const char *id)
{
	struct ahead *ahead = ledger->ahead;
	int i = 0;

	if (!id || !*id || objects_know(ledger, type, id))
		return;
	while (i < ahead->type_count && strcmp(ahead->type[i], type) != 0)
		i++;
	if (i == TYPES_MOST)
		return;
	if (i == ahead->type_count)
		ahead->type[ahead->type_count++] = type;
	write_text(&ahead->objects, id);
	ahead->any = true;
}

static void want_duties(struct ahead *ahead, const char *subject)
{
	if (map_find(&ahead->subjects, subject, strlen(subject), NULL))
		return;
	struct known_duties *duties = arena_new(&ahead->subjects.arena, struct known_duties);
	*duties = (struct known_duties){ .next = ahead->all };
	ahead->all = duties;
	map_add(&ahead->subjects, subject, strlen(subject), duties);
	write_text(&ahead->about, subject);
	ahead->any = true;
}

static void want_reference(struct ledger *ledger, const struct field *field, const char *text)
{
	char type[16];
	const char *id;

	if (field->type == FIELD_ENTRY)
		want_id(ledger->ahead, text);
	else if (field->type == FIELD_OBJECT && text && reference_split(text, type, &id))
		want_object(ledger, arena_text(&ledger->ahead->ids.arena, type), id);
	else if (field->type == FIELD_CUSTOMER || field->type == FIELD_STAFF ||
		 field->type == FIELD_UNIT)
		want_object(ledger, field_reference(field->type), text);
}

static void want_references(struct ledger *ledger, const struct kind *kind, json_t *body)
{
	json_t *item;
	size_t i;

	for (const struct field *field = kind->fields; field->name; field++) {
		json_t *value = json_object_get(body, field->name);
		if (field->flags & DEFINES)
			continue;
		if (!(field->flags & LIST))
			want_reference(ledger, field, json_string_value(value));
		else
			json_array_foreach(value, i, item)
				want_reference(ledger, field, json_string_value(item));
	}
}

/* Those whose duties the entry may discharge. */
static void want_subjects(struct ledger *ledger, const struct kind *kind, json_t *body)
{
	struct arena *arena = &ledger->ahead->subjects.arena;
	const struct field *fields[FIELDS_MOST];
	int count = duty_ending_fields(ledger, kind, fields, FIELDS_MOST);

	for (int i = 0; i < count; i++) {
		const char *value = json_string_value(json_object_get(body, fields[i]->name));
		const char *type = field_reference(fields[i]->type);
		if (value)
			want_duties(ledger->ahead,
				type ? arena_print(arena, "%s:%s", type, value) : value);
	}
}

static void want(struct ledger *ledger, const struct offer *offer)
{
	json_t *envelope = offer->envelope, *body = json_object_get(envelope, "body");
	const char *author = json_string_value(json_object_get(envelope, "author"));
	const char *name = json_string_value(json_object_get(envelope, "kind"));
	const struct kind_place *place = name ? registry_kind(ledger, name) : NULL;

	want_id(ledger->ahead, json_string_value(json_object_get(envelope, "id")));
	if (*offer->session->staff)
		author = offer->session->staff;
	else if (author && text_starts(author, "staff:"))
		author += strlen("staff:");
	want_object(ledger, "staff", author);
	if (!place)
		return;
	want_references(ledger, place->kind, body);
	want_subjects(ledger, place->kind, body);
}

/* ------------------------------------------------------------------ the answer */

static const char *kept(struct arena *arena, const struct query *rows, int column)
{
	const char *text = rows_text(rows, column);

	return text ? arena_text(arena, text) : NULL;
}

static void take_id(struct ledger *ledger, const struct query *rows)
{
	struct id id;
	size_t length;
	const void *bytes = rows_bytes(rows, 2, &length);

	if (!bytes || length != ID_BYTES)
		return;
	memcpy(id.bytes, bytes, ID_BYTES);
	ahead_recorded(ledger, &id, rows_integer(rows, 1));
}

/* They come the most urgent first. */
static void take_duty(struct ledger *ledger, const struct query *rows)
{
	struct arena *arena = &ledger->ahead->subjects.arena;
	struct known_duties *duties = duties_of(ledger, rows_text(rows, 3));

	if (!duties)
		return;
	struct live **end = &duties->first;
	while (*end)
		end = &(*end)->next;
	*end = arena_new(arena, struct live);
	**end = (struct live){ kept(arena, rows, 4), kept(arena, rows, 5), kept(arena, rows, 6),
		kept(arena, rows, 7), rows_integer(rows, 1), rows_integer(rows, 8), NULL };
}

static enum result take(struct ledger *ledger, struct query *rows, struct error *error)
{
	enum result result;

	while (rows_next(rows, &result, error)) {
		if (rows_integer(rows, 0) == OF_ID)
			take_id(ledger, rows);
		else if (rows_integer(rows, 0) == OF_OBJECT)
			objects_note(ledger, rows_text(rows, 3));
		else
			take_duty(ledger, rows);
	}
	return result;
}

static enum result ask(struct ledger *ledger, struct error *error)
{
	const struct ahead *ahead = ledger->ahead;
	struct view *view = &ledger->view;
	struct query *rows;

	view->set_count = 0;
	view_set_bytes(view, "ids", ahead->bytes.bytes, ahead->bytes.length);
	view_set_text(view, "places", ahead->texts[0].bytes);
	view_set_text(view, "types", ahead->texts[1].bytes);
	view_set_text(view, "objects", ahead->texts[2].bytes);
	view_set_text(view, "subjects", ahead->texts[3].bytes);
	if (view_run(view, &ahead_sql[ASK], NULL, &rows, error) != OK)
		return error->result;
	enum result result = take(ledger, rows, error);
	query_end(rows);
	return result;
}

enum result ahead_ask(
	struct ledger *ledger, const struct offer *offers, int count, struct error *error)
{
	if (!ledger->ahead)
		ledger->ahead = ahead_new();
	ahead_forget(ledger);
	lists_begin(ledger->ahead);
	for (int i = 0; i < count; i++)
		want(ledger, &offers[i]);
	/* Too much to be asked at one go is asked line by line. */
	if (!lists_end(ledger->ahead))
		ahead_forget(ledger);
	else if (ledger->ahead->any && ask(ledger, error) != OK)
		ahead_forget(ledger);
	return error->result;
}

#include "http/glance.h"
#include "http/seen.h"

#include <inttypes.h>
#include <string.h>

enum { GLANCES_MOST = 40, CASES_SHOWN = 5, WORDS_BYTES = 64 * 1024 };

struct glancing {
	const struct request *request;
	struct writer *json;
	struct glance items[GLANCES_MOST];
	int count;
};

static void keep(void *context, const struct glance *glance)
{
	struct glancing *glancing = context;

	if (glancing->count < GLANCES_MOST)
		glancing->items[glancing->count++] = *glance;
}

/* ------------------------------------------------------------------ what an entry says */

/* The entry of a glance, where it is the reader's to see; release it. */
static bool entry_of(
	const struct glancing *glancing, const struct glance *glance, struct entry *entry)
{
	const struct request *request = glancing->request;
	struct error ignored = { 0 };
	bool withdrawn;

	return ledger_entry(request->ledger, request->arena, glance->seq, entry, &withdrawn,
		       &ignored) == OK;
}

/* A field of an entry in words; NULL where it says nothing. */
static const char *field_words(
	const struct request *request, const struct entry *entry, const char *name)
{
	const struct reader reader = seen_reader(request);
	const struct field *field = entry->kind->fields;
	const char *words = NULL;
	struct buffer text;

	while (name && field->name && strcmp(field->name, name) != 0)
		field++;
	if (!name || !field->name)
		return NULL;
	buffer_init(&text, WORDS_BYTES);
	sentence_value(
		&reader, entry->kind->name, field, json_object_get(entry->body, name), &text);
	if (text.length)
		words = arena_text(request->arena, text.bytes);
	buffer_release(&text);
	return words;
}

static void write_text_or_null(struct writer *json, const char *key, const char *text)
{
	write_key(json, key);
	text ? write_text(json, text) : write_null(json);
}

/* ------------------------------------------------------------------ the parts */

static void write_person(
	struct glancing *glancing, const struct entry *entry, const struct glance *glance)
{
	const char *name = field_words(glancing->request, entry, glance->text);

	if (!name)
		return; /* erased */
	write_object(glancing->json);
	write_text_at(glancing->json, "name", name);
	write_text_or_null(
		glancing->json, "post", field_words(glancing->request, entry, glance->more));
	write_object_end(glancing->json);
}

static void write_last(
	struct glancing *glancing, const struct entry *entry, const struct glance *glance)
{
	const struct reader reader = seen_reader(glancing->request);
	struct buffer words;

	(void)glance;
	buffer_init(&words, WORDS_BYTES);
	sentence_write(&reader, entry, &words);
	write_object(glancing->json);
	write_text_at(glancing->json, "entry", entry->id);
	write_instant_at(glancing->json, "at", entry->at);
	write_text_at(glancing->json, "sentence", words.bytes ? words.bytes : "");
	write_object_end(glancing->json);
	buffer_release(&words);
}

/* Kept in time, not kept in time, or null: there is time left, or nobody waits for it. */
static void write_kept(struct glancing *glancing, const struct entry *entry)
{
	const struct request *request = glancing->request;
	struct error ignored = { 0 };
	struct duty duty;
	const char *id = arena_print(request->arena, "%" PRId64 ".0", entry->seq);

	write_key(glancing->json, "kept");
	if (ledger_duty(request->ledger, request->arena, id, &duty, &ignored) != OK ||
		strcmp(duty.state, "cancelled") == 0 || (!duty.done_at && duty.due >= request->now))
		write_null(glancing->json);
	else
		write_bool(glancing->json, strcmp(duty.state, "done") == 0);
}

static void write_promise(
	struct glancing *glancing, const struct entry *entry, const struct glance *glance)
{
	const char *text = field_words(glancing->request, entry, glance->text);

	write_object(glancing->json);
	write_text_at(glancing->json, "entry", entry->id);
	write_text_at(glancing->json, "text", text ? text : "");
	write_kept(glancing, entry);
	write_object_end(glancing->json);
}

static void write_expires(
	struct glancing *glancing, const struct entry *entry, const struct glance *glance)
{
	const char *what = field_words(glancing->request, entry, glance->text);
	const char *sort = field_words(glancing->request, entry, glance->more);
	char day[DAY_TEXT];

	write_object(glancing->json);
	write_text_at(glancing->json, "what",
		arena_print(glancing->request->arena, "%s%s%s", sort ? sort : "",
			sort && what ? " " : "", what ? what : ""));
	write_text_at(glancing->json, "day", day_text(glance->day, day));
	write_object_end(glancing->json);
}

/* The items of one sort as what `write` makes of them; their number. */
static int write_sort(struct glancing *glancing, enum glance_what what, int most,
	void (*write)(struct glancing *, const struct entry *, const struct glance *))
{
	struct entry entry;
	int written = 0;

	for (int i = 0; i < glancing->count && written < most; i++) {
		const struct glance *glance = &glancing->items[i];
		if (glance->what != what || !entry_of(glancing, glance, &entry))
			continue;
		write(glancing, &entry, glance);
		entry_release(&entry);
		written++;
	}
	return written;
}

static void write_list(struct glancing *glancing, const char *key, enum glance_what what,
	void (*write)(struct glancing *, const struct entry *, const struct glance *))
{
	write_key(glancing->json, key);
	write_array(glancing->json);
	write_sort(glancing, what, GLANCES_MOST, write);
	write_array_end(glancing->json);
}

static void write_one(struct glancing *glancing, const char *key, enum glance_what what,
	void (*write)(struct glancing *, const struct entry *, const struct glance *))
{
	write_key(glancing->json, key);
	if (!write_sort(glancing, what, 1, write))
		write_null(glancing->json);
}

/* A month of which nothing is known is null; where nothing ever was, it is left out. */
static void write_amounts(struct glancing *glancing)
{
	bool any = false;

	for (int i = 0; i < glancing->count; i++)
		any |= glancing->items[i].what == GLANCE_AMOUNT;
	if (!any)
		return;
	write_key(glancing->json, "revenue");
	write_array(glancing->json);
	for (int i = 0; i < glancing->count; i++) {
		const struct glance *glance = &glancing->items[i];
		if (glance->what != GLANCE_AMOUNT)
			continue;
		if (glance->amount == FIGURE_NONE)
			write_null(glancing->json);
		else
			write_integer(glancing->json, glance->amount);
	}
	write_array_end(glancing->json);
}

/* ------------------------------------------------------------------ open cases */

static bool write_case(void *context, const struct case_seen *one)
{
	struct glancing *glancing = context;
	const struct glance opened = { .seq = one->opened_seq };
	struct entry entry;

	if (!entry_of(glancing, &opened, &entry))
		return true;
	write_object(glancing->json);
	write_text_at(glancing->json, "id", one->id);
	const struct reader reader = seen_reader(glancing->request);
	struct buffer words;
	buffer_init(&words, WORDS_BYTES);
	sentence_name(&reader, &entry, &words);
	write_text_at(glancing->json, "title", words.bytes ? words.bytes : "");
	buffer_release(&words);
	write_object_end(glancing->json);
	entry_release(&entry);
	return true;
}

enum result glance_write(struct writer *json, const struct request *request, struct sight *sight,
	const char *customer, struct error *error)
{
	struct glancing glancing = { .request = request, .json = json };
	struct case_page page = { .limit = CASES_SHOWN };

	if (ledger_glance(request->ledger, customer, instant_day(request->now), keep, &glancing,
		    error) != OK)
		return error->result;
	write_key(json, "glance");
	write_object(json);
	write_list(&glancing, "persons", GLANCE_PERSON, write_person);
	write_one(&glancing, "last", GLANCE_LAST, write_last);
	write_one(&glancing, "promise", GLANCE_PROMISE, write_promise);
	write_list(&glancing, "expires", GLANCE_EXPIRES, write_expires);
	write_amounts(&glancing);
	write_key(json, "cases");
	write_array(json);
	sight_cases(request->ledger, sight, arena_print(request->arena, "customer:%s", customer),
		&page, write_case, &glancing, error);
	write_array_end(json);
	write_object_end(json);
	return error->result;
}

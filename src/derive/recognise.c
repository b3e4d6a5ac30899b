#include "derive/labels.h"
#include "derive/recognise_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 160, SHORT_TEXT = 200, ARENA_BYTES = 4 * 1024 * 1024 };

/* ------------------------------------------------------------------ the kind */

/* The kinds whose word stands first. */
struct chosen {
	int at, count;            /* count 0: none */
	const struct kind *plain; /* or NULL */
	const struct kind *dated; /* one that asks for a day, or NULL */
};

static const struct field *field_of(const struct kind *kind, enum field_type type, unsigned flags)
{
	for (const struct field *field = kind->fields; field && field->name; field++) {
		if (field->type == type && (field->flags & flags) == flags)
			return field;
	}
	return NULL;
}

static void choose(struct chosen *chosen, const struct kind *kind, int at, int count)
{
	if (chosen->count && (at > chosen->at || (at == chosen->at && count < chosen->count)))
		return;
	if (!chosen->count || at < chosen->at || count > chosen->count)
		*chosen = (struct chosen){ at, count, NULL, NULL };
	if (field_of(kind, FIELD_DAY, REQUIRED))
		chosen->dated = kind;
	else
		chosen->plain = kind;
}

static void look_words(const struct sentence *sentence, const struct kind *kind, const char *words,
	struct chosen *chosen)
{
	struct pieces word;

	while (words && pieces_word(&words, &word)) {
		int at = pieces_find(&sentence->pieces, &word, 0);
		if (at >= 0)
			choose(chosen, kind, at, word.count);
	}
}

static void choose_kind(const struct sentence *sentence, struct chosen *chosen)
{
	const struct recognising *asked = sentence->recognising;
	const struct module *const *module = ledger_modules(asked->ledger);
	char key[KEY_BYTES];

	for (; *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			snprintf(key, sizeof(key), "word.%s", kind->name);
			for (enum language i = CHINESE; kind->needs && i < LANGUAGES; i++)
				look_words(sentence, kind, message_find(asked->messages, i, key),
					chosen);
		}
	}
}

/* Does the word tell of what was done? "去了", "见了", "visited". */
static bool was_done(const struct sentence *sentence, const struct chosen *chosen)
{
	int last = chosen->at + chosen->count - 1;

	for (enum language i = CHINESE; chosen->count && i < LANGUAGES; i++) {
		const char *past =
			message_get(sentence->recognising->messages, i, "recognise.past");
		if (pieces_word_at(&sentence->pieces, past, last) ||
			(pieces_touch(&sentence->pieces, last) &&
				pieces_word_at(&sentence->pieces, past, last + 1)))
			return true;
	}
	return false;
}

/* What is due again and again, where a customer is all that is known. */
static const struct kind *usual_kind(const struct ledger *ledger)
{
	for (const struct module *const *module = ledger_modules(ledger); *module; module++) {
		if ((*module)->cadences && (*module)->cadences->what)
			return ledger_kind(ledger, (*module)->cadences->until);
	}
	return NULL;
}

static const struct kind *find_kind(struct sentence *sentence, bool *told)
{
	struct said_day *day = &sentence->day;
	int today = sentence->recognising->today;
	struct chosen chosen = { 0 };

	choose_kind(sentence, &chosen);
	*told = chosen.count > 0;
	if (was_done(sentence, &chosen))
		day->day = said_day_past(day, today);
	if (!*told)
		return sentence->customer.id ? usual_kind(sentence->recognising->ledger) : NULL;
	/* What is said of the time to come behind the word is what was talked of. */
	bool ahead = day->said ? day->day > today : day->soon && day->soon_at < chosen.at;
	return chosen.dated && (ahead || !chosen.plain) ? chosen.dated : chosen.plain;
}

/* ------------------------------------------------------------------ the form */

static int room_of(const struct field *field)
{
	return field->max_bytes ? field->max_bytes : SHORT_TEXT;
}

/* The field that takes the sentence: of those that must be there the one with the most room. */
static const struct field *sentence_field(const struct kind *kind)
{
	const struct field *best = NULL;

	for (const struct field *field = kind->fields; field && field->name; field++) {
		if (field->type == FIELD_TEXT && field->flags & REQUIRED &&
			!(field->flags & PERSONAL) && (!best || room_of(field) > room_of(best)))
			best = field;
	}
	return best;
}

static void put(json_t *body, const struct field *field, const char *text)
{
	if (field && text && *text &&
		(field->type != FIELD_TEXT || strlen(text) <= (size_t)room_of(field)))
		must(json_object_set_new(body, field->name, json_string(text)) == 0);
}

/* A choice whose label stands in the sentence. */
static const char *choice_said(
	const struct sentence *sentence, const struct kind *kind, const struct field *field)
{
	struct labels labels = { sentence->recognising->messages, CHINESE };
	struct pieces label;

	for (; labels.language < LANGUAGES; labels.language++) {
		for (const char *const *choice = field->choices; *choice; choice++) {
			const char *text = label_choice(&labels, kind->name, field->name, *choice);
			pieces_cut(&label, text, strlen(text));
			if (pieces_find(&sentence->pieces, &label, 0) >= 0)
				return *choice;
		}
	}
	return NULL;
}

static void fill(struct sentence *sentence, const struct kind *kind, json_t *body)
{
	const struct field *asks_day = field_of(kind, FIELD_DAY, REQUIRED);
	const struct said_day *day = &sentence->day;
	char text[DAY_TEXT];

	put(body, field_of(kind, FIELD_CUSTOMER, 0), sentence->customer.id);
	if (day->said && day->day >= sentence->recognising->today)
		put(body, asks_day, day_text(day->day, text));
	put(body, field_of(kind, FIELD_TEXT, PERSONAL), sentence_person(sentence));
	for (const struct field *field = kind->fields; field && field->name; field++) {
		if (field->type == FIELD_CHOICE && !(field->flags & LIST))
			put(body, field, choice_said(sentence, kind, field));
	}
	put(body, sentence_field(kind), sentence->words);
}

static bool all_there(const struct kind *kind, json_t *body)
{
	for (const struct field *field = kind->fields; field && field->name; field++) {
		if (field->flags & REQUIRED && !json_object_get(body, field->name))
			return false;
	}
	return true;
}

static void understand(struct sentence *sentence, struct recognised *recognised)
{
	const struct said_day *day = &sentence->day;
	bool told;

	recognised->kind = find_kind(sentence, &told);
	if (recognised->kind) {
		fill(sentence, recognised->kind, recognised->body);
		recognised->sure = told && all_there(recognised->kind, recognised->body) &&
				   (!field_of(recognised->kind, FIELD_CUSTOMER, 0) ||
					   sentence_customer_sure(sentence));
	}
	if (day->said && day->day < sentence->recognising->today &&
		!(recognised->kind && field_of(recognised->kind, FIELD_DAY, REQUIRED)))
		recognised->day = day->day;
}

enum result recognise(
	const struct recognising *recognising, struct recognised *recognised, struct error *error)
{
	struct sentence *sentence;

	if (strlen(recognising->text) >= RECOGNISE_BYTES)
		return error_refuse(error, "refused.sentence_long", "text", NULL);
	*recognised = (struct recognised){ .body = json_object() };
	sentence = calloc(1, sizeof(*sentence));
	must(sentence != NULL && recognised->body != NULL);
	arena_init(&sentence->arena, ARENA_BYTES);
	sentence->recognising = recognising;
	text_trim(sentence->words, sizeof(sentence->words), recognising->text);
	pieces_cut(&sentence->pieces, sentence->words, strlen(sentence->words));
	sentence->day = said_day_find(&sentence->pieces, recognising->today);
	if (sentence_names(sentence, error) == OK)
		understand(sentence, recognised);
	if (error->result != OK)
		recognised_release(recognised);
	arena_release(&sentence->arena);
	free(sentence);
	return error->result;
}

void recognised_release(struct recognised *recognised)
{
	json_decref(recognised->body);
	recognised->body = NULL;
}

/* Figures of a person, unit or customer; and the rows behind each of them. */
#include "http/route.h"
#include "http/seen.h"
#include "http/asked.h"
#include "derive/evidence.h"
#include "derive/figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PLACE_BYTES = 120, WORDS_BYTES = 256 * 1024 };

/* ------------------------------------------------------------------ figures */

static void write_value_at(struct writer *json, const char *key, const struct figure *figure)
{
	write_key(json, key);
	if (figure->known)
		write_integer(json, figure->value);
	else
		write_null(json);
}

static void write_shown_at(struct writer *json, const char *key, const struct request *request,
	const struct figure *figure)
{
	const struct labels labels = seen_reader(request).labels;

	write_text_at(json, key,
		figure->known ? measure_figure(&labels, request->arena, figure)
			      : message_get(labels.messages, labels.language, "figure.none"));
}

static void write_better(struct writer *json, const struct measure *measure)
{
	write_key(json, "better");
	if (measure->no_direction)
		write_null(json);
	else
		write_text(json, measure->lower_is_better ? "lower" : "higher");
}

static void write_figure(struct writer *json, const struct request *request,
	const struct figure *figure, const struct figure *before)
{
	const struct labels labels = seen_reader(request).labels;
	const struct measure *measure = figure->measure;
	bool money = measure->how != RATIO && measure->quantity == MONEY;

	write_object(json);
	write_text_at(json, "name", measure->name);
	write_text_at(json, "label", label_measure(&labels, measure->name));
	write_value_at(json, "value", figure);
	write_shown_at(json, "shown", request, figure);
	write_text_at(json, "unit", money ? "分" : measure_unit(&labels, measure));
	write_integer_at(json, "n", figure->n);
	write_better(json, measure);
	if (before->n) {
		write_key(json, "before");
		write_object(json);
		write_value_at(json, "value", before);
		write_shown_at(json, "shown", request, before);
		write_object_end(json);
	}
	write_object_end(json);
}

/* One that says nothing, now or before, is left out: there are many, and most concern few. */
static enum result figure_read(struct request *request, const struct asked *asked,
	const struct measure *measure, struct writer *json, struct error *error)
{
	const struct earlier earlier =
		figure_before_now(asked->from, asked->to, instant_day(request->now));
	struct figure now, before;

	if (ledger_figure(request->ledger, measure, asked->reference, asked->from, asked->to, &now,
		    NULL, NULL, error) != OK ||
		ledger_figure(request->ledger, measure, asked->reference, earlier.from, earlier.to,
			&before, NULL, NULL, error) != OK)
		return error->result;
	if (now.n || before.n)
		write_figure(json, request, &now, &before);
	return OK;
}

static enum result figures_of(struct request *request, const struct asked *asked, enum sense sense,
	bool directed, struct writer *json, struct error *error)
{
	const struct module *const *module = ledger_modules(request->ledger);

	for (; *module; module++) {
		const struct measure *measure = (*module)->measures;
		for (; measure && measure->name; measure++) {
			if (measure->sense == sense && measure->no_direction != directed &&
				figure_read(request, asked, measure, json, error) != OK)
				return error->result;
		}
	}
	return OK;
}

/* First what was done in those days and can be done better, then how things stand. */
static void figures_read(struct request *request, const struct asked *asked, struct writer *json,
	struct error *error)
{
	static const struct {
		enum sense sense;
		bool directed;
	} order[] = { { DURING, true }, { ON_LAST_DAY, true }, { DURING, false },
		{ ON_LAST_DAY, false } };

	list_open(json);
	for (size_t i = 0; i < COUNT_OF(order) && error->result == OK; i++)
		figures_of(request, asked, order[i].sense, order[i].directed, json, error);
	list_close(json, false, NULL);
}

enum result handle_measures_get(struct request *request, struct reply *reply, struct error *error)
{
	struct sight *sight;
	struct asked asked;

	if (asked_take(request, &asked, error) != OK || seen_look(request, &sight, error) != OK)
		return error->result;
	figures_read(request, &asked, &reply->json, error);
	seen_end(request, sight);
	return error->result;
}

/* ------------------------------------------------------------------ what a row says */

struct words {
	const char *what, *subject, *due, *done;
};

static const char *word(void *context, const char *name)
{
	const struct words *words = context;

	return strcmp(name, "what") == 0      ? words->what
	       : strcmp(name, "subject") == 0 ? words->subject
	       : strcmp(name, "due") == 0     ? words->due
					      : words->done;
}

static const char *day_of(const struct request *request, int64_t instant)
{
	const struct reader reader = seen_reader(request);
	struct buffer text;

	buffer_init(&text, WORDS_BYTES);
	sentence_day(&reader, instant_day(instant), &text);
	const char *day = arena_text(request->arena, text.bytes);
	buffer_release(&text);
	return day;
}

static const char *name_of(const struct request *request, const char *reference)
{
	const struct reader reader = seen_reader(request);
	struct buffer text;

	buffer_init(&text, WORDS_BYTES);
	buffer_text(&text, "");
	if (*reference)
		sentence_reference(&reader, reference, &text);
	const char *name = arena_text(request->arena, text.bytes);
	buffer_release(&text);
	return name;
}

/* The entry behind a duty that was missed is the system's, and that of one done too late would
 * mislead: what was due, when, and when it was done, says more. */
static void late_words(
	const struct request *request, const struct evidence *evidence, struct buffer *out)
{
	const struct labels labels = seen_reader(request).labels;
	struct error ignored = { 0 };
	struct duty duty;

	if (ledger_duty(request->ledger, request->arena, evidence->duty, &duty, &ignored) != OK)
		return;
	struct words words = { label_duty(&labels, duty.what), name_of(request, duty.subject),
		day_of(request, duty.due - 1), day_of(request, duty.done_at) };
	message_fill(out,
		message_get(labels.messages, labels.language,
			duty.done_at ? "evidence.late" : "evidence.missed"),
		word, &words);
}

static void entry_words(const struct request *request, const struct entry *entry,
	const struct evidence *evidence, struct buffer *out)
{
	const struct reader reader = seen_reader(request);

	if (evidence->row < 0) {
		sentence_write(&reader, entry, out);
	} else if (evidence->row < entry_rows(entry)) {
		const struct entry at = entry_at_row(entry, evidence->row);
		if (at.cells)
			sentence_row(&reader, &at, out);
	}
}

/* ------------------------------------------------------------------ rows */

static void write_origin(
	struct writer *json, const struct request *request, const struct evidence *evidence)
{
	struct error ignored = { 0 };
	struct buffer words;
	struct entry entry;
	bool seen = ledger_entry(request->ledger, request->arena, evidence->seq, &entry, NULL,
			    &ignored) == OK;

	buffer_init(&words, WORDS_BYTES);
	buffer_text(&words, "");
	if (evidence->duty && !evidence->value)
		late_words(request, evidence, &words);
	else if (seen)
		entry_words(request, &entry, evidence, &words);
	write_key(json, "entry");
	if (seen)
		write_text(json, entry.id);
	else
		write_null(json);
	write_text_at(json, "sentence", words.bytes);
	if (seen)
		entry_release(&entry);
	buffer_release(&words);
}

static void write_row(void *context, const struct evidence *evidence)
{
	const struct listing *rows = context;
	struct writer *json = rows->json;
	char day[DAY_TEXT];

	write_object(json);
	write_integer_at(json, "seq", evidence->seq);
	write_key(json, "row");
	if (evidence->row < 0)
		write_null(json);
	else
		write_integer(json, evidence->row);
	write_text_at(json, "day", day_text(evidence->day, day));
	write_named_id(json, "customer", rows->request, "customer", evidence->customer);
	write_named_id(json, "staff", rows->request, "staff", evidence->staff);
	write_named_id(json, "unit", rows->request, "unit", evidence->unit);
	write_integer_at(json, "value", evidence->value);
	if (evidence->duty)
		write_text_at(json, "duty", evidence->duty);
	write_origin(json, rows->request, evidence);
	write_object_end(json);
	ledger_view_reset(rows->request->ledger); /* names were copied */
}

/* "VALUE.DAY.SEQ.ROW.NTH", as place_text gave it. */
static enum result place_take(
	const struct request *request, struct evidence_place *place, struct error *error)
{
	const char *after = request_text(request, "after");
	char end;

	if (!after || (sscanf(after, "%" SCNd64 ".%d.%" SCNd64 ".%d.%d%c", &place->value,
			       &place->day, &place->seq, &place->row, &place->nth, &end) == 5 &&
			      place->nth > 0))
		return OK;
	return error_refuse(error, "refused.place", "after", NULL);
}

static void rows_read(struct request *request, const struct measure *measure,
	const struct asked *asked, struct evidence_page *page, struct writer *json,
	struct error *error)
{
	struct listing rows = { request, json };
	const struct evidence_place *last = &page->after;
	char place[PLACE_BYTES];

	list_open(json);
	evidence_read(request->ledger, measure, asked->reference, asked->from, asked->to, page,
		write_row, &rows, error);
	snprintf(place, sizeof(place), "%" PRId64 ".%d.%" PRId64 ".%d.%d", last->value, last->day,
		last->seq, last->row, last->nth);
	list_close(json, page->more, place);
}

enum result handle_evidence_get(struct request *request, struct reply *reply, struct error *error)
{
	const struct measure *measure =
		ledger_measure(request->ledger, request_text(request, "name"));
	struct evidence_page page = { .limit = 0 };
	struct sight *sight;
	struct asked asked;

	if (!measure)
		return error_refuse(error, "refused.not_found", "", NULL);
	if (asked_take(request, &asked, error) != OK ||
		place_take(request, &page.after, error) != OK ||
		seen_limit(request, PAGE_USUAL, PAGE_MOST, &page.limit, error) != OK ||
		seen_look(request, &sight, error) != OK)
		return error->result;
	rows_read(request, measure, &asked, &page, &reply->json, error);
	seen_end(request, sight);
	return error->result;
}

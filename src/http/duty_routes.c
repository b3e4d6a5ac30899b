/* What is to be done, most urgent first, and the one entry that does it. */
#include "http/route.h"
#include "http/seen.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACE_BYTES = 80 };

/* Which kind discharges the duty `what`, by which of its fields, and whether in a period only. */
struct until {
	const char *kind, *by;
	bool in_period;
};

static bool in_rules(const struct kind *kind, const char *what, struct until *until)
{
	for (const struct duty_rule *rule = kind->duties; rule && rule->what; rule++) {
		if (strcmp(rule->what, what) == 0) {
			*until = (struct until){ rule->until, rule->by, false };
			return true;
		}
	}
	return false;
}

static bool find_until(const struct ledger *ledger, const char *what, struct until *until)
{
	for (const struct module *const *module = ledger_modules(ledger); *module; module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			if (in_rules(kind, what, until))
				return true;
		}
		for (const struct cadence *one = (*module)->cadences; one && one->what; one++) {
			if (strcmp(one->what, what) == 0) {
				*until = (struct until){ one->until, one->by, true };
				return true;
			}
		}
	}
	return false;
}

/* What the field `by` must say: whom it is about, its case, or what opened it. */
static const char *prefilled(
	const struct request *request, const struct until *until, const struct duty *duty)
{
	const struct kind *kind = ledger_kind(request->ledger, until->kind);
	const struct field *field = kind ? kind->fields : NULL;
	const char *id = strchr(duty->subject, ':');
	struct error ignored = { 0 };
	struct entry entry;

	while (field && field->name && strcmp(field->name, until->by) != 0)
		field++;
	if (!field || !field->name)
		return NULL;
	if (field->type == FIELD_CASE)
		return duty->case_id;
	if (field->type != FIELD_ENTRY)
		return !id || *++id == *SIGHT_HIDDEN ? NULL
		       : field->type == FIELD_OBJECT ? duty->subject
						     : id;
	if (ledger_entry(request->ledger, request->arena, duty->opened_seq, &entry, NULL,
		    &ignored) != OK)
		return NULL;
	entry_release(&entry);
	return entry.id;
}

bool duty_over(const struct request *request, const struct duty *duty)
{
	struct until until;

	return strcmp(duty->state, "missed") == 0 &&
	       find_until(request->ledger, duty->what, &until) && until.in_period;
}

static void write_act(struct writer *json, const struct request *request, const struct duty *duty)
{
	struct until until;
	const char *value = NULL;

	write_key(json, "act");
	if (find_until(request->ledger, duty->what, &until) && !duty_over(request, duty))
		value = prefilled(request, &until, duty);
	if (!value) {
		write_null(json);
		return;
	}
	write_object(json);
	write_text_at(json, "kind", until.kind);
	write_key(json, "prefill");
	write_object(json);
	write_text_at(json, until.by, value);
	write_object_end(json);
	write_object_end(json);
}

/* The class of the customer it is about. */
static void write_tier(struct writer *json, const struct request *request, const struct duty *duty)
{
	const struct labels labels = seen_reader(request).labels;
	const char *id =
		text_starts(duty->subject, "customer:") ? strchr(duty->subject, ':') + 1 : NULL;
	const char *class = !id || *id == *SIGHT_HIDDEN
				    ? NULL
				    : view_customer_class(ledger_view(request->ledger), id,
					      instant_day(request->now));

	if (class)
		write_text_at(json, "tier", label_choice(&labels, "", "tier", class));
}

void write_duty(struct writer *json, const struct request *request, const struct duty *duty)
{
	const struct reader reader = seen_reader(request);
	bool done = duty->done_at != 0;

	write_object(json);
	write_text_at(json, "id", duty->id);
	write_text_at(json, "what", duty->what);
	write_text_at(json, "title", label_duty(&reader.labels, duty->what));
	write_named(json, "subject", request, duty->subject);
	write_named(json, "holder", request, duty->holder);
	/* Paused without an end: it has none. */
	if (duty->due < CLOCK_NEVER) {
		write_instant_at(json, "due", duty->due);
		write_integer_at(json, "left_ms", duty->due - request->now);
	}
	write_text_at(json, "state", duty->state);
	write_bool_at(json, "late", !done && duty->due < request->now);
	write_bool_at(json, "provisional", duty->provisional);
	if (duty->case_id)
		write_text_at(json, "case", duty->case_id);
	write_tier(json, request, duty);
	write_act(json, request, duty);
	write_object_end(json);
}

/* ------------------------------------------------------------------ the list */

static bool write_one(void *context, const struct duty *duty)
{
	const struct listing *duties = context;

	write_duty(duties->json, duties->request, duty);
	return true;
}

/* "DUE-ID", as write_next gave it. */
static enum result take_place(
	const struct request *request, struct duty_page *page, struct error *error)
{
	const char *after = request_text(request, "after");

	if (!after || sscanf(after, "%" SCNd64 "-%47s", &page->due, page->id) == 2)
		return OK;
	return error_refuse(error, "refused.place", "after", NULL);
}

enum result handle_duties_get(struct request *request, struct reply *reply, struct error *error)
{
	struct listing duties = { request, &reply->json };
	struct duty_page page = { .limit = 0 };
	char place[PLACE_BYTES];
	struct sight *sight;

	if (take_place(request, &page, error) != OK ||
		seen_limit(request, PAGE_USUAL, PAGE_MOST, &page.limit, error) != OK ||
		seen_open(request, &sight, error) != OK)
		return error->result;
	list_open(&reply->json);
	sight_duties(request->ledger, sight, seen_for(request), &page, write_one, &duties, error);
	snprintf(place, sizeof(place), "%" PRId64 "-%s", page.due, page.id);
	list_close(&reply->json, page.more, place);
	sight_close(sight);
	return error->result;
}

/* Customers, classified; and one of them with what is due. */
#include "http/glance.h"
#include "http/route.h"
#include "http/seen.h"
#include "derive/reason.h"

#include <stdio.h>
#include <string.h>

enum { PLACE_BYTES = 160, WHY_BYTES = 64 * 1024, DUTIES_SHOWN = 50 };

/* What classes are called: the field of whoever sets them is called "tier" (domain's word). */
static void write_tier(struct writer *json, const struct request *request, const char *class)
{
	const struct labels labels = seen_reader(request).labels;

	write_text_at(json, "class", class);
	write_text_at(json, "name", label_choice(&labels, "", "tier", class));
}

/* ------------------------------------------------------------------ the list */

struct customers {
	const struct request *request;
	struct writer *json;
	struct sight *sight;
	struct error *error;
};

/* The entry that says who this customer is: the newest of the kind that defines customers. */
static int64_t defining_seq(const struct request *request, const char *id)
{
	for (const struct module *const *module = ledger_modules(request->ledger); *module;
		module++) {
		for (const struct kind *kind = (*module)->kinds; kind && kind->name; kind++) {
			const struct field *field = kind->fields;
			if (!kind->defines || strcmp(kind->defines, "customer") != 0)
				continue;
			while (field->name && !(field->flags & DEFINES))
				field++;
			struct buffer key;
			buffer_init(&key, PLACE_BYTES * 4);
			json_t *body = json_pack("{s:s}", field->name, id);
			entry_key(kind, body, &key);
			int64_t seq = ledger_key(request->ledger, kind->name, key.bytes);
			json_decref(body);
			buffer_release(&key);
			return seq;
		}
	}
	return 0;
}

/* What sort of customer it is: the choice that its archive calls so. */
static void write_category(struct writer *json, const struct request *request, const char *id)
{
	const struct labels labels = seen_reader(request).labels;
	int64_t seq = defining_seq(request, id);
	struct error ignored = { 0 };
	const char *category = NULL;
	struct entry entry;

	if (seq &&
		ledger_entry(request->ledger, request->arena, seq, &entry, NULL, &ignored) == OK) {
		const char *choice = entry_text(&entry, "category");
		if (choice)
			category = arena_text(request->arena,
				label_choice(&labels, entry.kind->name, "category", choice));
		entry_release(&entry);
	}
	write_key(json, "category");
	category ? write_text(json, category) : write_null(json);
}

static bool write_first(void *context, const struct duty *duty)
{
	const struct customers *customers = context;
	const struct labels labels = seen_reader(customers->request).labels;
	struct writer *json = customers->json;

	if (duty_over(customers->request, duty))
		return true;
	write_object(json);
	write_text_at(json, "what", label_duty(&labels, duty->what));
	if (duty->due < CLOCK_NEVER)
		write_instant_at(json, "due", duty->due);
	write_object_end(json);
	return false;
}

/* What is to be done first for it; what can still be done stands within so many. */
enum { DUTIES_LOOKED_AT = 30 };

static void write_due(struct customers *customers, const char *reference)
{
	struct duty_page page = { .limit = DUTIES_LOOKED_AT };
	struct writer *json = customers->json;
	size_t before;

	write_key(json, "due");
	before = json->out->length;
	if (customers->error->result == OK)
		sight_duties(customers->request->ledger, customers->sight, reference, &page,
			write_first, customers, customers->error);
	if (json->out->length == before)
		write_null(json);
}

static bool write_customer(void *context, const struct customer_seen *customer)
{
	struct customers *customers = context;
	const struct request *request = customers->request;
	const char *reference = arena_print(request->arena, "customer:%s", customer->id);
	struct writer *json = customers->json;

	write_object(json);
	write_text_at(json, "ref", reference);
	write_text_at(json, "name", customer->name ? customer->name : customer->id);
	write_text_at(json, "code", customer->id);
	write_key(json, "tier");
	if (customer->class) {
		write_object(json);
		write_tier(json, request, customer->class);
		write_object_end(json);
	} else {
		write_null(json);
	}
	write_category(json, request, customer->id);
	write_named_id(json, "manager", request, "staff", customer->manager);
	write_due(customers, reference);
	write_object_end(json);
	return true;
}

/* "CLASS/ID", as write_next gave it; a class holds no stroke. */
static enum result take_place(
	const struct request *request, struct customer_page *page, struct error *error)
{
	const char *after = request_text(request, "after");
	const char *stroke = after ? strchr(after, '/') : NULL;

	if (!after)
		return OK;
	if (!stroke || stroke == after || !stroke[1] ||
		(size_t)(stroke - after) >= sizeof(page->class) ||
		strlen(stroke + 1) >= sizeof(page->id))
		return error_refuse(error, "refused.place", "after", NULL);
	snprintf(page->class, sizeof(page->class), "%.*s", (int)(stroke - after), after);
	text_copy(page->id, sizeof(page->id), stroke + 1);
	return OK;
}

enum result handle_customers_get(struct request *request, struct reply *reply, struct error *error)
{
	struct customers customers = { request, &reply->json, NULL, error };
	struct customer_page page = { .limit = 0 };
	char place[PLACE_BYTES];
	struct sight *sight;

	if (take_place(request, &page, error) != OK ||
		seen_limit(request, PAGE_USUAL, PAGE_MOST, &page.limit, error) != OK ||
		seen_open(request, &sight, error) != OK)
		return error->result;
	customers.sight = sight;
	list_open(&reply->json);
	sight_customers(
		request->ledger, sight, request->now, &page, write_customer, &customers, error);
	snprintf(place, sizeof(place), "%s/%s", page.class, page.id);
	list_close(&reply->json, page.more, place);
	sight_close(sight);
	return error->result;
}

/* ------------------------------------------------------------------ one customer */

static void write_facts(struct writer *json, const struct request *request, struct sight *sight,
	const char *id, struct error *error)
{
	int64_t seq = defining_seq(request, id);
	struct error hidden = { 0 };
	struct entry entry;

	if (seq && sight_entry_get(request->ledger, sight, request->arena, seq, &entry, NULL,
			   &hidden) == OK) {
		write_fields(json, "facts", request, &entry, DEFINES | NAME);
		entry_release(&entry);
		return;
	}
	write_key(json, "facts");
	write_array(json);
	write_array_end(json);
	if (hidden.result == TROUBLE)
		*error = hidden;
}

static bool write_reason(void *context, const struct reason *reason)
{
	const struct listing *reasons = context;
	const struct reader reader = seen_reader(reasons->request);
	struct buffer sentence;

	buffer_init(&sentence, WHY_BYTES);
	reason_write(&reader, reason, &sentence);
	write_text(reasons->json, sentence.bytes);
	buffer_release(&sentence);
	return true;
}

static void write_class(struct writer *json, const struct request *request, const char *id,
	const char *reference, struct error *error)
{
	int day = instant_day(request->now);
	struct listing reasons = { request, json };
	const char *class = view_customer_class(ledger_view(request->ledger), id, day);
	const struct module *const *module = ledger_modules(request->ledger);

	write_key(json, "tier");
	if (!class) {
		write_null(json);
		return;
	}
	write_object(json);
	write_tier(json, request, class);
	write_key(json, "why");
	write_array(json);
	for (; *module && error->result == OK; module++)
		ledger_explain(
			request->ledger, *module, reference, day, write_reason, &reasons, error);
	write_array_end(json);
	write_object_end(json);
}

static bool write_duty_of(void *context, const struct duty *duty)
{
	const struct listing *duties = context;

	write_duty(duties->json, duties->request, duty);
	return true;
}

static void write_one(struct request *request, struct sight *sight, struct writer *json,
	const char *id, const char *reference, struct error *error)
{
	struct view *view = ledger_view(request->ledger);
	struct listing duties = { request, json };
	struct duty_page page = { .limit = DUTIES_SHOWN };
	const char *name = view_name(view, "customer", id);

	write_object(json);
	write_text_at(json, "ref", reference);
	write_text_at(json, "name", name ? name : id);
	write_text_at(json, "code", id);
	write_facts(json, request, sight, id, error);
	write_class(json, request, id, reference, error);
	view = ledger_view(request->ledger);
	write_named_id(json, "manager", request, "staff", view_manager(view, id, request->now));
	write_named_id(json, "deputy", request, "staff", view_deputy(view, id, request->now));
	write_key(json, "duties");
	write_array(json);
	if (error->result == OK)
		sight_duties(
			request->ledger, sight, reference, &page, write_duty_of, &duties, error);
	write_array_end(json);
	if (error->result == OK)
		glance_write(json, request, sight, id, error);
	write_object_end(json);
}

enum result handle_customer_get(struct request *request, struct reply *reply, struct error *error)
{
	const char *id = request_text(request, "id");
	const char *reference = arena_print(request->arena, "customer:%s", id);
	struct sight *sight;

	if (seen_look(request, &sight, error) != OK)
		return error->result;
	if (sight_customer(sight, id))
		write_one(request, sight, &reply->json, id, reference, error);
	else
		error_refuse(error, "refused.not_found", "", NULL);
	seen_end(request, sight);
	return error->result;
}

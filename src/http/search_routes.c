/* Search by name, answering while one types. */
#include "http/route.h"
#include "http/seen.h"
#include "http/services.h"
#include "derive/search.h"

#include <string.h>

enum { FOUND = 20, NAME_BYTES = 4096 };

struct finding {
	const struct request *request;
	struct writer *json;
	struct sight *sight;
};

/* A person is seen with his customer; a type nobody knows by sight is not. */
static bool may_see(void *context, const char *type, const char *id)
{
	struct finding *finding = context;

	if (strcmp(type, "staff") == 0)
		return sight_staff(finding->sight, id);
	if (strcmp(type, "unit") == 0)
		return sight_unit(finding->sight, id);
	return sight_customer(finding->sight, id);
}

/* Why it was found, or whose it is; nothing where its name says it all. */
static void write_found(void *context, const struct found *found)
{
	struct finding *finding = context;
	const struct reader reader = seen_reader(finding->request);
	bool elsewhere = strncmp(found->ref, found->type, strlen(found->type)) != 0;
	struct buffer name, detail;

	buffer_init(&name, NAME_BYTES);
	buffer_init(&detail, NAME_BYTES);
	buffer_text(&detail, "");
	if (found->merged)
		sentence_reference(&reader, found->ref, &name);
	else
		buffer_text(&name, found->name);
	if (found->merged)
		buffer_text(&detail, found->name);
	else if (found->text)
		buffer_text(&detail, found->text);
	else if (elsewhere)
		sentence_reference(&reader, found->ref, &detail);
	write_object(finding->json);
	write_text_at(finding->json, "ref", found->ref);
	write_text_at(finding->json, "type", found->type);
	write_text_at(finding->json, "name", name.bytes);
	write_text_at(finding->json, "detail", detail.bytes);
	write_object_end(finding->json);
	buffer_release(&name);
	buffer_release(&detail);
}

enum result handle_search_get(struct request *request, struct reply *reply, struct error *error)
{
	struct finding finding = { request, &reply->json, NULL };
	struct question question = {
		.text = request_text(request, "q"), .may = may_see, .context = &finding
	};

	if (!question.text)
		return error_refuse(error, "refused.required", "q", NULL);
	if (seen_limit(request, FOUND, SEARCH_MOST, &question.limit, error) != OK ||
		seen_open(request, &finding.sight, error) != OK)
		return error->result;
	list_open(&reply->json);
	search_find(request->services->search, request->ledger, &question, write_found, &finding,
		error);
	list_close(&reply->json, false, NULL);
	sight_close(finding.sight);
	return error->result;
}

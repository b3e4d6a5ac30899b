/* The written summary of a period: to read, and as a document to send on. */
#include "http/asked.h"
#include "http/exports.h"
#include "http/route.h"
#include "http/seen.h"
#include "http/services.h"
#include "derive/summary.h"

#include <string.h>

enum { NAMES_BYTES = 1024 };

static enum result template_take(
	const struct request *request, struct summary_request *wanted, struct error *error)
{
	char names[NAMES_BYTES];

	wanted->name = request_text(request, "name");
	wanted->text = summary_template(wanted->name, &wanted->length);
	if (wanted->text)
		return OK;
	summary_templates(names, sizeof(names));
	return error_refuse(
		error, "refused.no_summary", "name", "value", wanted->name, "names", names, NULL);
}

/* Nothing goes out before it is noted; and nothing is noted that could not be made. */
static enum result document_give(const struct request *request, struct summary *summary,
	const char *name, struct reply *reply, struct error *error)
{
	if (summary_write(summary, SUMMARY_DOCX, &reply->body, error) == OK &&
		export_note(request, name, "docx", -1, error) == OK)
		export_answer(reply, "docx", name);
	return error->result;
}

static enum result summary_give(const struct request *request, struct summary_request *wanted,
	struct reply *reply, struct error *error)
{
	bool document = request_text(request, "format") != NULL;
	struct summary *summary;

	if (document)
		wanted->mark = export_mark(request, request->ledger);
	if (summary_make(&summary, request->ledger, wanted, error) != OK)
		return error->result;
	if (document)
		document_give(request, summary, wanted->name, reply, error);
	else
		summary_write(summary, SUMMARY_JSON, &reply->body, error);
	summary_free(summary);
	return error->result;
}

enum result handle_summary_get(struct request *request, struct reply *reply, struct error *error)
{
	const char *format = request_text(request, "format");
	struct summary_request wanted = { .now = request->now,
		.messages = request->services->messages,
		.language = request->language };
	struct sight *sight;
	struct asked asked;

	if (template_take(request, &wanted, error) != OK ||
		asked_take(request, &asked, error) != OK)
		return error->result;
	if (format && strcmp(format, "docx") != 0)
		return error_refuse(error, "refused.summary_format", "format", NULL);
	wanted.reference = asked.reference;
	wanted.from = asked.from;
	wanted.to = asked.to;
	if (seen_look(request, &sight, error) != OK)
		return error->result;
	if (sight_figures(sight, asked.reference, error) == OK)
		summary_give(request, &wanted, reply, error);
	seen_end(request, sight);
	return error->result;
}

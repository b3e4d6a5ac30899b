#include "http/exports.h"
#include "http/route.h"
#include "http/scratch.h"
#include "http/seen.h"
#include "http/services.h"
#include "derive/export.h"
#include "base/panic.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *form, *type;
} forms[] = {
	{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ "csv", "text/csv; charset=utf-8" },
	{ "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
};

const char *export_mark(const struct request *request, struct ledger *ledger)
{
	const char *name = view_name(ledger_view(ledger), "staff", request->person.staff);
	char instant[INSTANT_TEXT];

	instant_text(request->now, instant);
	instant[strlen("2026-11-24T09:00")] = '\0';
	instant[strlen("2026-11-24")] = ' ';
	return arena_print(request->arena, "%s（%s）%s", name ? name : request->person.staff,
		request->person.staff, instant);
}

enum result export_note(const struct request *request, const char *what, const char *form,
	int64_t rows, struct error *error)
{
	const struct session session = { .staff = request->person.staff,
		.login = request->person.login,
		.origin = ORIGIN_LIVE };
	struct answer answer;
	json_t *envelope = json_pack(
		"{s:s, s:{s:s, s:s}}", "kind", "export.made", "body", "kind", what, "form", form);

	must(envelope != NULL);
	if (rows >= 0)
		must(json_object_set_new(
			     json_object_get(envelope, "body"), "rows", json_integer(rows)) == 0);
	if (queue_append(request->services->queue, &session, &envelope, 1, &answer, error) == OK &&
		answer.status == NOT_TAKEN)
		*error = answer.error;
	json_decref(envelope);
	return error->result;
}

void export_answer(struct reply *reply, const char *form, const char *name)
{
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		if (strcmp(forms[i].form, form) == 0)
			reply->type = forms[i].type;
	}
	must(reply->type != NULL);
	reply->fresh = true;
	snprintf(reply->file, sizeof(reply->file), "%s.%s", name, form);
}

/* ------------------------------------------------------------------ a kind as a table */

static enum result write_table(struct request *request, struct ledger *ledger, const char *kind,
	const char *path, int64_t *rows, struct error *error)
{
	const struct labels labels = { request->services->messages, request->language };
	struct sight *sight;

	if (ledger_snapshot(ledger, error) != OK)
		return error->result;
	if (sight_open(&sight, ledger, request->person.staff, request->now, error) == OK) {
		ledger_look(ledger, sight);
		export_marked(
			ledger, &labels, kind, path, export_mark(request, ledger), rows, error);
		ledger_look(ledger, NULL);
		sight_close(sight);
	}
	ledger_snapshot_end(ledger);
	return error->result;
}

enum result handle_exports_post(struct request *request, struct reply *reply, struct error *error)
{
	const struct server_settings *settings = &request->services->settings;
	const char *kind, *form;
	struct scratch scratch;
	struct ledger *ledger;
	int64_t rows;

	if (request_field(request, "kind", &kind, error) != OK ||
		request_field(request, "form", &form, error) != OK)
		return error->result;
	if (strcmp(form, "xlsx") != 0 && strcmp(form, "csv") != 0)
		return error_refuse(error, "refused.export_form_of", "form", "value", form, NULL);
	if (ledger_open(&ledger, settings->url, settings->book, false, settings->modules, error) !=
		OK)
		return error->result;
	const char *name = arena_print(request->arena, "export.%s", form);
	if (scratch_make(&scratch, name, error) == OK) {
		if (write_table(request, ledger, kind, scratch.path, &rows, error) == OK &&
			scratch_read(&scratch, &reply->body, error) == OK &&
			export_note(request, kind, form, rows, error) == OK)
			export_answer(reply, form, kind);
		scratch_drop(&scratch);
	}
	ledger_close(ledger);
	return error->result;
}

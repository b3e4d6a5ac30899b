/* A workbook or csv file put in: what it is, what of it is taken, and the rows that are not. */
#include "http/route.h"
#include "http/scratch.h"
#include "http/seen.h"
#include "http/services.h"
#include "derive/import.h"
#include "base/panic.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REFUSED_BYTES = 4 * 1024 * 1024, PAUSE_MS = 5, PAUSES_MOST = 60 };

static const char workbook_type[] =
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/* Whoever waits to write writes first: the import has all the time there is. */
static void let_others_write(void *context)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };
	struct services *services = context;

	for (int i = 0; i < PAUSES_MOST; i++) {
		struct queue_counts counts = queue_counts(services->queue);
		if (!counts.waiting && !counts.writing)
			return;
		nanosleep(&pause, NULL);
	}
}

/* The refused rows as a link that holds them, so that no server has to keep them. */
static enum result write_refused(
	struct writer *json, const struct scratch *scratch, struct error *error)
{
	struct buffer file, link;

	buffer_init(&file, REFUSED_BYTES);
	buffer_init(&link, REFUSED_BYTES * 2);
	if (scratch_read(scratch, &file, error) == OK && file.length) {
		size_t room =
			sodium_base64_encoded_len(file.length, sodium_base64_VARIANT_ORIGINAL);
		char *text = malloc(room);
		must(text != NULL);
		sodium_bin2base64(text, room, (const unsigned char *)file.bytes, file.length,
			sodium_base64_VARIANT_ORIGINAL);
		buffer_print(&link, "data:%s;base64,", workbook_type);
		buffer_text(&link, text);
		write_text_at(json, "refused_file", link.bytes);
		free(text);
	}
	buffer_release(&link);
	buffer_release(&file);
	return error->result;
}

static void write_kind(struct writer *json, const struct labels *labels, const struct kind *kind)
{
	write_key(json, "recognised");
	if (!kind) {
		write_null(json);
		return;
	}
	write_object(json);
	write_text_at(json, "kind", kind->name);
	write_text_at(json, "label", label_kind(labels, kind->name));
	write_object_end(json);
}

static enum result write_result(struct writer *json, const struct import_request *asked,
	const struct kind *kind, const struct import_result *result, const struct scratch *scratch,
	struct error *error)
{
	write_object(json);
	write_kind(json, &asked->labels, kind);
	write_integer_at(json, "taken", result->taken);
	write_integer_at(json, "refused", result->refused);
	write_integer_at(json, "same", result->unchanged);
	if (kind && !asked->dry_run && result->taken)
		write_text_at(json, "batch", result->id);
	if (result->refused)
		write_refused(json, scratch, error);
	write_object_end(json);
	return error->result;
}

/* The kind that is asked for, or the one that the headings mean. */
static enum result find_kind(const struct request *request, struct ledger *ledger,
	struct import_request *asked, const struct kind **kind, struct error *error)
{
	asked->kind = request_text(request, "kind");
	if (!asked->kind) {
		if (import_guess(ledger, asked, kind, error) == OK && *kind)
			asked->kind = (*kind)->name;
		return error->result;
	}
	*kind = ledger_kind(ledger, asked->kind);
	if (*kind && (*kind)->imports)
		return OK;
	return error_refuse(error, "refused.import_kind", "kind", "value", asked->kind, NULL);
}

static enum result import(const struct request *request, struct ledger *ledger,
	struct import_request *asked, struct writer *json, struct error *error)
{
	struct import_result result = { .rows = 0 };
	const struct kind *kind = NULL;
	struct scratch scratch;

	if (scratch_make(&scratch, "refused.xlsx", error) != OK)
		return error->result;
	asked->refused = scratch.path;
	if (find_kind(request, ledger, asked, &kind, error) == OK &&
		(!kind || import_run(ledger, asked, &result, error) == OK))
		write_result(json, asked, kind, &result, &scratch, error);
	scratch_drop(&scratch);
	return error->result;
}

enum result handle_import_post(struct request *request, struct reply *reply, struct error *error)
{
	struct services *services = request->services;
	const struct server_settings *settings = &services->settings;
	const char *dry = request_text(request, "dry");
	const struct session session = { .staff = request->person.staff,
		.login = request->person.login,
		.now = request->now,
		.chance = services_chance,
		.chance_state = services };
	struct import_request asked = { .path = request->file_name,
		.bytes = request->bytes,
		.length = request->length,
		.dry_run = dry && strcmp(dry, "1") == 0,
		.labels = { services->messages, request->language },
		.session = &session,
		.context = services,
		.between = let_others_write };
	struct ledger *ledger;

	if (!request->length || !asked.path || !*asked.path)
		return error_refuse(error, "refused.required", "file", NULL);
	if (ledger_open(&ledger, settings->url, settings->book, false, settings->modules, error) !=
		OK)
		return error->result;
	if (sight_open(&asked.sight, ledger, session.staff, request->now, error) == OK)
		import(request, ledger, &asked, &reply->json, error);
	sight_close(asked.sight);
	ledger_close(ledger);
	return error->result;
}

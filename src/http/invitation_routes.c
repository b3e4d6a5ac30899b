/* Links by which people come in: made by the office, used once. */
#include "http/route.h"
#include "http/services.h"
#include "http/sessions.h"
#include "base/panic.h"
#include "base/text.h"

#include <string.h>

enum result handle_invitations_post(
	struct request *request, struct reply *reply, struct error *error)
{
	char token[TOKEN_TEXT];
	const char *staff;

	if (request_field(request, "staff", &staff, error) != OK ||
		request_ledger(request, error) != OK)
		return error->result;
	if (!view_exists(ledger_view(request->ledger), "staff", staff))
		error_refuse(error, "refused.unknown_staff", "staff", "value", staff, NULL);
	else
		session_staff_here(request->ledger, staff, instant_day(request->now), error);
	request_ledger_end(request, error);
	/* It is somebody else who has left. */
	if (strcmp(error->key, "refused.left") == 0) {
		error_clear(error);
		error_refuse(error, "refused.invite_left", "staff", "value", staff, NULL);
	}
	if (error->result != OK ||
		identity_invite(request->services->identity, staff, request->person.login, false,
			request->now, token, error) != OK)
		return error->result;
	write_object(&reply->json);
	write_text_at(&reply->json, "token", token);
	write_text_at(&reply->json, "path", arena_print(request->arena, "/#/invite/%s", token));
	write_instant_at(&reply->json, "until", request->now + INVITATION_MS);
	write_object_end(&reply->json);
	reply->fresh = true;
	return OK;
}

enum result handle_invitations_get(
	struct request *request, struct reply *reply, struct error *error)
{
	struct writer *json = &reply->json;
	struct invitation invitation;

	if (identity_invitation(request->services->identity, request->arena,
		    request_text(request, "token"), request->now, &invitation, error) != OK)
		return error->result;
	const char *name = *invitation.staff ? view_name(ledger_view(request->ledger), "staff",
						       invitation.staff)
					     : NULL;
	write_object(json);
	write_key(json, "staff");
	*invitation.staff ? write_text(json, invitation.staff) : write_null(json);
	write_key(json, "name");
	name ? write_text(json, name) : write_null(json);
	write_bool_at(json, "first", invitation.first);
	write_object_end(json);
	return OK;
}

/* ------------------------------------------------------------------ the first person */

struct filling {
	const char *staff, *name, *organisation, *day;
};

static const char *fill_slot(const struct filling *filling, const char *slot)
{
	const struct {
		const char *name, *text;
	} slots[] = { { "{staff}", filling->staff }, { "{name}", filling->name },
		{ "{organisation}", filling->organisation }, { "{day}", filling->day } };

	for (size_t i = 0; i < COUNT_OF(slots); i++) {
		if (strcmp(slots[i].name, slot) == 0)
			return slots[i].text;
	}
	return slot;
}

static void fill_body(json_t *body, const struct filling *filling)
{
	const char *name, *text;
	json_t *value;

	json_object_foreach(body, name, value)
	{
		text = json_string_value(value);
		if (text)
			must(json_string_set(value, fill_slot(filling, text)) == 0);
	}
}

static enum result append_first(struct request *request, const char *line,
	const struct filling *filling, struct error *error)
{
	const struct session as_operator = {
		.staff = "", .login = "system", .origin = ORIGIN_LIVE
	};
	json_t *envelope = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	struct answer answer;

	must(envelope);
	fill_body(json_object_get(envelope, "body"), filling);
	if (queue_append(request->services->queue, &as_operator, &envelope, 1, &answer, error) ==
			OK &&
		answer.status == NOT_TAKEN)
		*error = answer.error;
	json_decref(envelope);
	return error->result;
}

/* The book gets its organisation and its first person, who keeps its lists. The entries are of
 * modules, whose names only the program at the edge knows (server.h). */
static enum result make_first(struct request *request, const char *staff, struct error *error)
{
	const char *at = request->services->settings.first_entries;
	char day[DAY_TEXT];
	struct filling filling = { .staff = staff, .day = day };

	day_text(instant_day(request->now), day);
	if (request_field(request, "name", &filling.name, error) != OK ||
		request_field(request, "organisation", &filling.organisation, error) != OK)
		return error->result;
	while (error->result == OK && at && *at) {
		size_t length = strcspn(at, "\n");
		append_first(request, arena_bytes(request->arena, at, length), &filling, error);
		at += length + (at[length] == '\n');
	}
	return error->result;
}

/* An id for the first person from chance: a login may hold what an id may not. */
static const char *first_staff(struct request *request)
{
	uint8_t bytes[4];

	services_chance(request->services, bytes, sizeof(bytes));
	return arena_print(
		request->arena, "p%02x%02x%02x%02x", bytes[0], bytes[1], bytes[2], bytes[3]);
}

enum result handle_invitations_accept(
	struct request *request, struct reply *reply, struct error *error)
{
	struct identity *identity = request->services->identity;
	struct invitation invitation;
	const char *token, *login, *password;

	if (request_field(request, "token", &token, error) != OK ||
		request_field(request, "login", &login, error) != OK ||
		request_field(request, "password", &password, error) != OK ||
		identity_invitation(
			identity, request->arena, token, request->now, &invitation, error) != OK ||
		identity_try(identity, invitation.staff, login, password, error) != OK)
		return error->result;
	if (!*invitation.staff) {
		invitation.staff = first_staff(request);
		if (make_first(request, invitation.staff, error) != OK)
			return error->result;
	}
	if (identity_accept(
		    identity, token, invitation.staff, login, password, request->now, error) != OK)
		return error->result;
	request->person = (struct person){ .staff = invitation.staff, .login = login };
	return session_start(request, reply, error);
}

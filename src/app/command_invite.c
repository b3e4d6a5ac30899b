/* A link by which a person comes in. */
#include "app/commands.h"
#include "app/world.h"
#include "http/identity.h"

#include <string.h>

enum { ANSWER_BYTES = 4096 };

static enum result invite(
	struct app *app, const char *staff, char token[TOKEN_TEXT], struct error *error)
{
	const struct identity_settings settings = { app->db, app->book, app->session.chance,
		app->session.chance_state };
	struct identity *identity;

	if (identity_open(&identity, &settings, error) != OK)
		return error->result;
	identity_invite(identity, staff, "cli", false, app->session.now, token, error);
	identity_close(identity);
	return error->result;
}

static void say(const struct app *app, const char *staff, const char *token)
{
	char path[TOKEN_TEXT + 16], until[INSTANT_TEXT];
	struct writer writer;
	struct buffer out;

	snprintf(path, sizeof(path), "/#/invite/%s", token);
	instant_text(app->session.now + INVITATION_MS, until);
	if (!app->json) {
		app_say(app, "invite.made", "staff", staff, "path", path, "until", until, NULL);
		return;
	}
	buffer_init(&out, ANSWER_BYTES);
	write_start(&writer, &out);
	write_object(&writer);
	write_text_at(&writer, "staff", staff);
	write_text_at(&writer, "path", path);
	write_text_at(&writer, "until", until);
	write_object_end(&writer);
	app_print(&out);
	buffer_release(&out);
}

enum result command_invite(struct app *app, struct error *error)
{
	const char *reference = argument(&app->arguments, "REF");
	char token[TOKEN_TEXT];

	if (!text_starts(reference, "staff:") || !reference[6])
		return error_refuse(error, "refused.as", "", "value", reference, NULL);
	const char *staff = reference + strlen("staff:");
	if (app_open(app, false, error) != OK)
		return error->result;
	if (!view_exists(ledger_view(app->ledger), "staff", staff))
		return error_refuse(error, "refused.as_unknown", "", "value", staff, NULL);
	if (invite(app, staff, token, error) == OK)
		say(app, staff, token);
	return error->result;
}

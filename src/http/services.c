#include "http/services.h"
#include "base/panic.h"

int64_t services_now(struct services *services)
{
	return services->settings.now(services->settings.clock_state);
}

void services_chance(void *state, uint8_t *bytes, size_t length)
{
	struct services *services = state;

	must(pthread_mutex_lock(&services->chance_lock) == 0);
	services->settings.chance(services->settings.chance_state, bytes, length);
	must(pthread_mutex_unlock(&services->chance_lock) == 0);
}

/* The key and the database's own words; never the fields of what somebody sent. */
void services_problem(struct services *services, const char *where, const struct error *error)
{
	const char *reason = error->result == TROUBLE ? error_argument(error, "reason") : NULL;
	char instant[INSTANT_TEXT];
	struct buffer line;

	if (!services->settings.problem)
		return;
	buffer_init(&line, 1024);
	instant_text(services_now(services), instant);
	buffer_print(&line, "%s %s: %s%s%s", instant, where, error->key, reason ? ": " : "",
		reason ? reason : "");
	services->settings.problem(services->settings.problem_state, line.bytes);
	buffer_release(&line);
}

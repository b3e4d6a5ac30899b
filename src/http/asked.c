#include "http/asked.h"
#include "http/seen.h"

#include <string.h>

static enum result day_take(
	const struct request *request, const char *name, int *day, struct error *error)
{
	const char *text = request_text(request, name);

	if (text && day_parse(text, day))
		return OK;
	return error_refuse(error, "refused.days", name, NULL);
}

enum result asked_take(const struct request *request, struct asked *asked, struct error *error)
{
	asked->reference = seen_for(request);
	if (!asked->reference)
		asked->reference = arena_print(request->arena, "staff:%s", request->person.staff);
	if (day_take(request, "from", &asked->from, error) != OK ||
		day_take(request, "to", &asked->to, error) != OK)
		return error->result;
	if (asked->from > asked->to)
		return error_refuse(error, "refused.period", "from", NULL);
	return OK;
}

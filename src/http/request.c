#include "http/request.h"
#include "http/route.h"
#include "http/services.h"

#include <string.h>

const char *request_text(const struct request *request, const char *name)
{
	for (int i = 0; i < request->query_count; i++) {
		if (strcmp(request->query[i].name, name) == 0)
			return request->query[i].value;
	}
	return route_part(request->route, request->parts, name);
}

enum result request_field(
	const struct request *request, const char *name, const char **text, struct error *error)
{
	json_t *value = json_object_get(request->body, name);

	*text = json_string_value(value);
	if (*text && **text)
		return OK;
	return error_refuse(
		error, value && !*text ? "refused.text" : "refused.required", name, NULL);
}

enum result request_ledger(struct request *request, struct error *error)
{
	return pool_take(request->services->pool, &request->ledger, error);
}

void request_ledger_end(struct request *request, const struct error *error)
{
	pool_give(request->services->pool, request->ledger, error->result == TROUBLE);
	request->ledger = NULL;
}

/* The part of JSON Schema that the server's OpenAPI document uses. */
#ifndef TESTS_OPENAPI_CHECK_H
#define TESTS_OPENAPI_CHECK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Does `value` fit the schema, whose references lead into `document`? What does not is said in
 * `wrong`. A keyword that is not known here does not fit either. */
bool schema_fits(json_t *document, json_t *schema, json_t *value, char *wrong, size_t wrong_size);
/* The operation of a path without its query ("/api/sessions/X") and a method; NULL for none. The
 * pattern of the path is given back. */
json_t *operation_find(
	json_t *document, const char *method, const char *path, const char **pattern);

#endif

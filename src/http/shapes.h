/* The documents of the API, one beside the other. */
#ifndef HTTP_SHAPES_H
#define HTTP_SHAPES_H

#include "http/shape.h"

extern const struct shape shape_problem, shape_any;
extern const struct shape shape_session, shape_sign_in, shape_sessions, shape_new_password,
	shape_totp, shape_code;
extern const struct shape shape_invite, shape_invited, shape_invitation, shape_accept;
extern const struct shape shape_entries, shape_answers;
extern const struct shape shape_kinds;
extern const struct shape shape_line, shape_entry_whole, shape_duties, shape_clock;
extern const struct shape shape_figures, shape_rows, shape_summary;
extern const struct shape shape_customers, shape_customer, shape_found_all;
extern const struct shape shape_recognised, shape_imported, shape_export, shape_cases;

/* Every shape that has a name of its own in the OpenAPI document; ends with NULL. */
extern const struct shape *const shapes[];

#endif

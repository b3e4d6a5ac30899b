#include "http/shapes.h"

#include <stddef.h>

static const char *const languages[] = { "zh", "en", NULL };
static const char *const roles[] = { "manager", "leader", "office", "support", NULL };
static const char *const statuses[] = { "appended", "already", "refused", NULL };
static const struct member problem_members[] = { { "type", SHAPE_TEXT }, { "title", SHAPE_TEXT },
	{ "status", SHAPE_INTEGER }, { "detail", SHAPE_TEXT },
	{ "field", SHAPE_TEXT, SHAPE_OPTIONAL }, { "reason", SHAPE_TEXT, SHAPE_OPTIONAL },
	{ "remedy", SHAPE_TEXT, SHAPE_OPTIONAL }, { 0 } };
const struct shape shape_problem = { "Problem", problem_members };
const struct shape shape_any = { "Any", NULL };

/* ------------------------------------------------------------------ identity */

static const struct member unit_members[] = { { "id", SHAPE_TEXT }, { "name", SHAPE_TEXT }, { 0 } };
static const struct shape shape_unit = { "Unit", unit_members };

static const struct member session_members[] = { { "staff", SHAPE_TEXT }, { "name", SHAPE_TEXT },
	{ "unit", SHAPE_OBJECT, SHAPE_NULL, &shape_unit },
	{ "roles", SHAPE_TEXT, SHAPE_LIST, .choices = roles }, { "leads", SHAPE_TEXT, SHAPE_LIST },
	{ "language", SHAPE_TEXT, .choices = languages }, { "today", SHAPE_DAY },
	{ "now", SHAPE_INSTANT }, { "book", SHAPE_TEXT }, { "seq", SHAPE_INTEGER },
	{ "login", SHAPE_TEXT }, { 0 } };
const struct shape shape_session = { "Session", session_members };

static const struct member sign_in_members[] = { { "login", SHAPE_TEXT },
	{ "password", SHAPE_TEXT }, { "totp", SHAPE_TEXT, SHAPE_OPTIONAL }, { 0 } };
const struct shape shape_sign_in = { "SignIn", sign_in_members };

static const struct member session_seen_members[] = { { "id", SHAPE_TEXT },
	{ "device", SHAPE_TEXT }, { "created_at", SHAPE_INSTANT }, { "seen_at", SHAPE_INSTANT },
	{ "current", SHAPE_BOOL }, { 0 } };
static const struct shape shape_session_seen = { "SessionSeen", session_seen_members };
static const struct member sessions_members[] = { { "items", SHAPE_OBJECT, SHAPE_LIST,
							  &shape_session_seen },
	{ "next", SHAPE_TEXT, SHAPE_NULL }, { 0 } };
const struct shape shape_sessions = { "Sessions", sessions_members };

static const struct member new_password_members[] = { { "password", SHAPE_TEXT },
	{ "new_password", SHAPE_TEXT }, { "totp", SHAPE_TEXT, SHAPE_OPTIONAL }, { 0 } };
const struct shape shape_new_password = { "NewPassword", new_password_members };

static const struct member totp_members[] = { { "secret", SHAPE_TEXT }, { "uri", SHAPE_TEXT },
	{ 0 } };
const struct shape shape_totp = { "Totp", totp_members };
static const struct member code_members[] = { { "totp", SHAPE_TEXT }, { 0 } };
const struct shape shape_code = { "Code", code_members };

static const struct member invite_members[] = { { "staff", SHAPE_TEXT }, { 0 } };
const struct shape shape_invite = { "Invite", invite_members };
static const struct member invited_members[] = { { "token", SHAPE_TEXT }, { "path", SHAPE_TEXT },
	{ "until", SHAPE_INSTANT }, { 0 } };
const struct shape shape_invited = { "Invited", invited_members };
static const struct member invitation_members[] = { { "staff", SHAPE_TEXT, SHAPE_NULL },
	{ "name", SHAPE_TEXT, SHAPE_NULL }, { "first", SHAPE_BOOL }, { 0 } };
const struct shape shape_invitation = { "Invitation", invitation_members };
static const struct member accept_members[] = { { "token", SHAPE_TEXT }, { "login", SHAPE_TEXT },
	{ "password", SHAPE_TEXT }, { "name", SHAPE_TEXT, SHAPE_OPTIONAL },
	{ "organisation", SHAPE_TEXT, SHAPE_OPTIONAL }, { 0 } };
const struct shape shape_accept = { "Accept", accept_members };

/* ------------------------------------------------------------------ entries */

static const struct member entries_members[] = { { "entries", SHAPE_ENTRY, SHAPE_LIST }, { 0 } };
const struct shape shape_entries = { "Entries", entries_members };
static const struct member labelled_members[] = { { "label", SHAPE_TEXT }, { "value", SHAPE_TEXT },
	{ 0 } };
static const struct shape shape_labelled = { "Labelled", labelled_members };
static const struct member answer_members[] = { { "id", SHAPE_TEXT, SHAPE_NULL },
	{ "status", SHAPE_TEXT, .choices = statuses }, { "seq", SHAPE_INTEGER, SHAPE_OPTIONAL },
	{ "problem", SHAPE_OBJECT, SHAPE_OPTIONAL, &shape_problem },
	{ "shown", SHAPE_OBJECT, SHAPE_LIST | SHAPE_OPTIONAL, &shape_labelled }, { 0 } };
static const struct shape shape_answer = { "Answer", answer_members };
static const struct member answers_members[] = {
	{ "answers", SHAPE_OBJECT, SHAPE_LIST, &shape_answer }, { 0 }
};
const struct shape shape_answers = { "Answers", answers_members };

/* ------------------------------------------------------------------ kinds */

static const struct member choice_members[] = { { "value", SHAPE_TEXT }, { "label", SHAPE_TEXT },
	{ 0 } };
static const struct shape shape_choice = { "Choice", choice_members };
static const struct member field_members[] = { { "name", SHAPE_TEXT }, { "label", SHAPE_TEXT },
	{ "type", SHAPE_TEXT }, { "required", SHAPE_BOOL }, { "list", SHAPE_BOOL },
	{ "personal", SHAPE_BOOL }, { "of", SHAPE_TEXT, SHAPE_OPTIONAL },
	{ "max_bytes", SHAPE_INTEGER, SHAPE_OPTIONAL }, { "min", SHAPE_INTEGER, SHAPE_OPTIONAL },
	{ "max", SHAPE_INTEGER, SHAPE_OPTIONAL },
	{ "choices", SHAPE_OBJECT, SHAPE_LIST | SHAPE_OPTIONAL, &shape_choice }, { 0 } };
static const struct shape shape_field = { "Field", field_members };
static const struct member kind_members[] = { { "name", SHAPE_TEXT }, { "v", SHAPE_INTEGER },
	{ "label", SHAPE_TEXT }, { "fact", SHAPE_BOOL },
	{ "fields", SHAPE_OBJECT, SHAPE_LIST, &shape_field },
	{ "row", SHAPE_OBJECT, SHAPE_LIST | SHAPE_OPTIONAL, &shape_field },
	{ "common", SHAPE_BOOL }, { 0 } };
static const struct shape shape_kind = { "Kind", kind_members };
static const struct member kinds_members[] = { { "kinds", SHAPE_OBJECT, SHAPE_LIST, &shape_kind },
	{ 0 } };
const struct shape shape_kinds = { "Kinds", kinds_members };

/* ------------------------------------------------------------------ what is read */

static const struct member named_members[] = { { "ref", SHAPE_REFERENCE }, { "name", SHAPE_TEXT },
	{ 0 } };
static const struct shape shape_named = { "Named", named_members };

#define LINE_MEMBERS                                                                               \
	{ "seq", SHAPE_INTEGER }, { "id", SHAPE_TEXT }, { "kind", SHAPE_TEXT },                    \
		{ "title", SHAPE_TEXT }, { "sentence", SHAPE_TEXT }, { "at", SHAPE_INSTANT },      \
		{ "recorded_at", SHAPE_INSTANT },                                                  \
		{ "author", SHAPE_OBJECT, SHAPE_NULL, &shape_named },                              \
		{ "about", SHAPE_OBJECT, SHAPE_LIST, &shape_named }, { "origin", SHAPE_TEXT },     \
		{ "withdrawn", SHAPE_BOOL }, { "corrected", SHAPE_BOOL }, { "mine", SHAPE_BOOL },  \
	{                                                                                          \
		"undo", SHAPE_BOOL                                                                 \
	}

static const struct member line_entry_members[] = { LINE_MEMBERS, { 0 } };
static const struct shape shape_line_entry = { "LineEntry", line_entry_members };
static const struct member line_members[] = { { "items", SHAPE_OBJECT, SHAPE_LIST,
						      &shape_line_entry },
	{ "next", SHAPE_TEXT, SHAPE_NULL }, { 0 } };
const struct shape shape_line = { "Line", line_members };

static const struct member table_row_members[] = { { "row", SHAPE_INTEGER },
	{ "fields", SHAPE_OBJECT, SHAPE_LIST, &shape_labelled }, { 0 } };
static const struct shape shape_table_row = { "TableRow", table_row_members };
static const struct member entry_whole_members[] = { LINE_MEMBERS,
	{ "fields", SHAPE_OBJECT, SHAPE_LIST, &shape_labelled },
	/* Of its table those that are the reader's, from the row asked for on. */
	{ "rows", SHAPE_OBJECT, SHAPE_LIST | SHAPE_OPTIONAL, &shape_table_row },
	{ "next", SHAPE_INTEGER, SHAPE_NULL | SHAPE_OPTIONAL }, { 0 } };
const struct shape shape_entry_whole = { "EntryWhole", entry_whole_members };

static const struct member act_members[] = { { "kind", SHAPE_TEXT }, { "prefill", SHAPE_ANY },
	{ 0 } };
static const struct shape shape_act = { "Act", act_members };
static const struct member duty_members[] = { { "id", SHAPE_TEXT }, { "what", SHAPE_TEXT },
	{ "title", SHAPE_TEXT }, { "subject", SHAPE_OBJECT, SHAPE_NULL, &shape_named },
	{ "holder", SHAPE_OBJECT, 0, &shape_named }, { "due", SHAPE_INSTANT, SHAPE_OPTIONAL },
	{ "left_ms", SHAPE_INTEGER, SHAPE_OPTIONAL }, { "state", SHAPE_TEXT },
	{ "late", SHAPE_BOOL }, { "provisional", SHAPE_BOOL },
	{ "case", SHAPE_TEXT, SHAPE_OPTIONAL }, { "tier", SHAPE_TEXT, SHAPE_OPTIONAL },
	{ "act", SHAPE_OBJECT, SHAPE_NULL, &shape_act }, { 0 } };
static const struct shape shape_duty = { "Duty", duty_members };
static const struct member duties_members[] = { { "items", SHAPE_OBJECT, SHAPE_LIST, &shape_duty },
	{ "next", SHAPE_TEXT, SHAPE_NULL }, { 0 } };
const struct shape shape_duties = { "Duties", duties_members };

static const struct member stretch_members[] = { { "from", SHAPE_INSTANT },
	{ "to", SHAPE_INSTANT, SHAPE_OPTIONAL }, { "counted", SHAPE_BOOL }, { "why", SHAPE_TEXT },
	{ 0 } };
static const struct shape shape_stretch = { "Stretch", stretch_members };
static const struct member clock_members[] = { { "due", SHAPE_INSTANT, SHAPE_OPTIONAL },
	{ "done", SHAPE_INSTANT, SHAPE_OPTIONAL }, { "state", SHAPE_TEXT },
	{ "provisional", SHAPE_BOOL }, { "limit", SHAPE_TEXT },
	{ "document", SHAPE_TEXT, SHAPE_OPTIONAL },
	{ "stretches", SHAPE_OBJECT, SHAPE_LIST, &shape_stretch }, { 0 } };
const struct shape shape_clock = { "Clock", clock_members };

static const char *const betters[] = { "higher", "lower", NULL };
static const struct member value_members[] = { { "value", SHAPE_INTEGER, SHAPE_NULL },
	{ "shown", SHAPE_TEXT }, { 0 } };
static const struct shape shape_value = { "Value", value_members };
static const struct member figure_members[] = { { "name", SHAPE_TEXT }, { "label", SHAPE_TEXT },
	{ "value", SHAPE_INTEGER, SHAPE_NULL }, { "shown", SHAPE_TEXT }, { "unit", SHAPE_TEXT },
	{ "n", SHAPE_INTEGER }, { "better", SHAPE_TEXT, SHAPE_NULL, .choices = betters },
	{ "before", SHAPE_OBJECT, SHAPE_OPTIONAL, &shape_value }, { 0 } };
static const struct shape shape_figure = { "Figure", figure_members };
static const struct member figures_members[] = { { "items", SHAPE_OBJECT, SHAPE_LIST,
							 &shape_figure },
	{ "next", SHAPE_TEXT, SHAPE_NULL }, { 0 } };
const struct shape shape_figures = { "Figures", figures_members };

static const struct member row_members[] = { { "entry", SHAPE_TEXT, SHAPE_NULL },
	{ "seq", SHAPE_INTEGER }, { "row", SHAPE_INTEGER, SHAPE_NULL }, { "day", SHAPE_DAY },
	{ "customer", SHAPE_OBJECT, SHAPE_NULL, &shape_named },
	{ "staff", SHAPE_OBJECT, SHAPE_NULL, &shape_named },
	{ "unit", SHAPE_OBJECT, SHAPE_NULL, &shape_named }, { "sentence", SHAPE_TEXT },
	{ "value", SHAPE_INTEGER }, { "duty", SHAPE_TEXT, SHAPE_OPTIONAL }, { 0 } };
static const struct shape shape_row = { "Row", row_members };
static const struct member rows_members[] = { { "items", SHAPE_OBJECT, SHAPE_LIST, &shape_row },
	{ "next", SHAPE_TEXT, SHAPE_NULL }, { 0 } };
const struct shape shape_rows = { "Rows", rows_members };

static const struct member piece_members[] = { { "text", SHAPE_TEXT },
	{ "figure", SHAPE_TEXT, SHAPE_OPTIONAL }, { "key", SHAPE_TEXT, SHAPE_OPTIONAL },
	{ "claim", SHAPE_BOOL, SHAPE_OPTIONAL }, { 0 } };
static const struct shape shape_piece = { "Piece", piece_members };
static const struct member told_members[] = { { "was", SHAPE_TEXT }, { "edited", SHAPE_BOOL },
	{ "pieces", SHAPE_OBJECT, SHAPE_LIST, &shape_piece }, { 0 } };
static const struct shape shape_told = { "Sentence", told_members };
static const struct member paragraph_members[] = {
	{ "sentences", SHAPE_OBJECT, SHAPE_LIST, &shape_told }, { 0 }
};
static const struct shape shape_paragraph = { "Paragraph", paragraph_members };
static const struct member cells_members[] = { { "cells", SHAPE_OBJECT, SHAPE_LIST, &shape_piece },
	{ 0 } };
static const struct shape shape_cells = { "Cells", cells_members };
static const struct member table_members[] = { { "caption", SHAPE_TEXT },
	{ "columns", SHAPE_TEXT, SHAPE_LIST }, { "rows", SHAPE_OBJECT, SHAPE_LIST, &shape_cells },
	{ 0 } };
static const struct shape shape_table = { "Table", table_members };
static const struct member section_members[] = { { "heading", SHAPE_TEXT },
	{ "level", SHAPE_INTEGER }, { "paragraphs", SHAPE_OBJECT, SHAPE_LIST, &shape_paragraph },
	{ "tables", SHAPE_OBJECT, SHAPE_LIST, &shape_table }, { 0 } };
static const struct shape shape_section = { "Section", section_members };
static const char *const edit_choices[] = { "sentence", "in", "out", NULL };
static const char *const pin_choices[] = { "in", "out", NULL };
static const struct member edit_members[] = { { "edit", SHAPE_TEXT, .choices = edit_choices },
	{ "was", SHAPE_TEXT }, { "now", SHAPE_TEXT, SHAPE_OPTIONAL }, { 0 } };
static const struct shape shape_edit = { "Edit", edit_members };
static const struct member edits_members[] = { { "template", SHAPE_TEXT },
	{ "for", SHAPE_REFERENCE }, { "from", SHAPE_DAY }, { "entry", SHAPE_TEXT, SHAPE_OPTIONAL },
	{ "rows", SHAPE_OBJECT, SHAPE_LIST, &shape_edit }, { 0 } };
static const struct shape shape_edits = { "Edits", edits_members };
static const struct member removed_members[] = { { "was", SHAPE_TEXT }, { "text", SHAPE_TEXT },
	{ 0 } };
static const struct shape shape_removed = { "Removed", removed_members };
static const struct member material_members[] = { { "measure", SHAPE_TEXT },
	{ "label", SHAPE_TEXT }, { "shown", SHAPE_TEXT }, { "written", SHAPE_BOOL },
	{ "pin", SHAPE_TEXT, SHAPE_OPTIONAL, .choices = pin_choices }, { "breach", SHAPE_BOOL },
	{ 0 } };
static const struct shape shape_material = { "Material", material_members };
static const struct member summary_members[] = { { "title", SHAPE_TEXT },
	{ "subtitle", SHAPE_TEXT, SHAPE_OPTIONAL }, { "nothing", SHAPE_TEXT, SHAPE_OPTIONAL },
	{ "sections", SHAPE_OBJECT, SHAPE_LIST, &shape_section }, { "evidence", SHAPE_ANY },
	{ "notes", SHAPE_TEXT, SHAPE_LIST }, { "edits", SHAPE_OBJECT, 0, &shape_edits },
	{ "removed", SHAPE_OBJECT, SHAPE_LIST, &shape_removed },
	{ "material", SHAPE_OBJECT, SHAPE_LIST, &shape_material }, { 0 } };
const struct shape shape_summary = { "Summary", summary_members };

static const struct member tier_members[] = { { "class", SHAPE_TEXT }, { "name", SHAPE_TEXT },
	{ "why", SHAPE_TEXT, SHAPE_LIST | SHAPE_OPTIONAL }, { 0 } };
static const struct shape shape_tier = { "Tier", tier_members };
static const struct member row_due_members[] = { { "what", SHAPE_TEXT },
	{ "due", SHAPE_INSTANT, SHAPE_OPTIONAL }, { 0 } };
static const struct shape shape_row_due = { "RowDue", row_due_members };
static const struct member customer_row_members[] = { { "ref", SHAPE_REFERENCE },
	{ "name", SHAPE_TEXT }, { "code", SHAPE_TEXT },
	{ "tier", SHAPE_OBJECT, SHAPE_NULL, &shape_tier }, { "category", SHAPE_TEXT, SHAPE_NULL },
	{ "manager", SHAPE_OBJECT, SHAPE_NULL, &shape_named },
	{ "due", SHAPE_OBJECT, SHAPE_NULL, &shape_row_due }, { 0 } };
static const struct shape shape_customer_row = { "CustomerRow", customer_row_members };
static const struct member customers_members[] = { { "items", SHAPE_OBJECT, SHAPE_LIST,
							   &shape_customer_row },
	{ "next", SHAPE_TEXT, SHAPE_NULL }, { 0 } };
const struct shape shape_customers = { "Customers", customers_members };
static const struct member glanced_person_members[] = { { "name", SHAPE_TEXT },
	{ "post", SHAPE_TEXT, SHAPE_NULL }, { 0 } };
static const struct shape shape_glanced_person = { "GlancedPerson", glanced_person_members };
static const struct member glanced_last_members[] = { { "entry", SHAPE_TEXT },
	{ "at", SHAPE_INSTANT }, { "sentence", SHAPE_TEXT }, { 0 } };
static const struct shape shape_glanced_last = { "GlancedLast", glanced_last_members };
static const struct member glanced_promise_members[] = { { "entry", SHAPE_TEXT },
	{ "text", SHAPE_TEXT }, { "kept", SHAPE_BOOL, SHAPE_NULL }, { 0 } };
static const struct shape shape_glanced_promise = { "GlancedPromise", glanced_promise_members };
static const struct member glanced_end_members[] = { { "what", SHAPE_TEXT }, { "day", SHAPE_DAY },
	{ 0 } };
static const struct shape shape_glanced_end = { "GlancedEnd", glanced_end_members };
static const struct member glanced_case_members[] = { { "id", SHAPE_TEXT }, { "title", SHAPE_TEXT },
	{ 0 } };
static const struct shape shape_glanced_case = { "GlancedCase", glanced_case_members };
static const struct member glance_members[] = { { "persons", SHAPE_OBJECT, SHAPE_LIST,
							&shape_glanced_person },
	{ "last", SHAPE_OBJECT, SHAPE_NULL, &shape_glanced_last },
	{ "promise", SHAPE_OBJECT, SHAPE_NULL, &shape_glanced_promise },
	{ "expires", SHAPE_OBJECT, SHAPE_LIST, &shape_glanced_end },
	/* Of the last twelve months that are over; left out where nothing was ever known. */
	{ "revenue", SHAPE_INTEGER, SHAPE_LIST | SHAPE_NULL | SHAPE_OPTIONAL },
	{ "cases", SHAPE_OBJECT, SHAPE_LIST, &shape_glanced_case }, { 0 } };
static const struct shape shape_glance = { "Glance", glance_members };

static const struct member customer_members[] = { { "ref", SHAPE_REFERENCE },
	{ "name", SHAPE_TEXT }, { "code", SHAPE_TEXT },
	{ "facts", SHAPE_OBJECT, SHAPE_LIST, &shape_labelled },
	{ "tier", SHAPE_OBJECT, SHAPE_NULL, &shape_tier },
	{ "manager", SHAPE_OBJECT, SHAPE_NULL, &shape_named },
	{ "deputy", SHAPE_OBJECT, SHAPE_NULL, &shape_named },
	{ "duties", SHAPE_OBJECT, SHAPE_LIST, &shape_duty },
	{ "glance", SHAPE_OBJECT, 0, &shape_glance }, { 0 } };
const struct shape shape_customer = { "Customer", customer_members };

static const struct member found_members[] = { { "ref", SHAPE_REFERENCE }, { "type", SHAPE_TEXT },
	{ "name", SHAPE_TEXT }, { "detail", SHAPE_TEXT }, { 0 } };
static const struct shape shape_found = { "Found", found_members };
static const struct member found_all_members[] = { { "items", SHAPE_OBJECT, SHAPE_LIST,
							   &shape_found },
	{ "next", SHAPE_TEXT, SHAPE_NULL }, { 0 } };
const struct shape shape_found_all = { "FoundAll", found_all_members };

static const struct member filled_members[] = { { "name", SHAPE_TEXT }, { "label", SHAPE_TEXT },
	{ "value", SHAPE_TEXT }, { "shown", SHAPE_TEXT }, { 0 } };
static const struct shape shape_filled = { "Filled", filled_members };
static const struct member recognised_members[] = { { "kind", SHAPE_TEXT, SHAPE_NULL },
	{ "label", SHAPE_TEXT }, { "body", SHAPE_ANY },
	{ "fields", SHAPE_OBJECT, SHAPE_LIST, &shape_filled }, { "day", SHAPE_DAY, SHAPE_OPTIONAL },
	{ "sure", SHAPE_BOOL }, { 0 } };
const struct shape shape_recognised = { "Recognised", recognised_members };

static const struct member case_members[] = { { "id", SHAPE_TEXT }, { "type", SHAPE_TEXT },
	{ "title", SHAPE_TEXT }, { "state", SHAPE_TEXT }, { "state_label", SHAPE_TEXT },
	{ "owner", SHAPE_OBJECT, SHAPE_NULL, &shape_named },
	{ "customer", SHAPE_OBJECT, SHAPE_NULL, &shape_named }, { "opened_at", SHAPE_INSTANT },
	{ 0 } };
static const struct shape shape_case = { "Case", case_members };
static const struct member cases_members[] = { { "items", SHAPE_OBJECT, SHAPE_LIST, &shape_case },
	{ "next", SHAPE_TEXT, SHAPE_NULL }, { 0 } };
const struct shape shape_cases = { "Cases", cases_members };

static const struct member export_members[] = { { "kind", SHAPE_TEXT }, { "form", SHAPE_TEXT },
	{ 0 } };
const struct shape shape_export = { "Export", export_members };

static const struct member kind_named_members[] = { { "kind", SHAPE_TEXT }, { "label", SHAPE_TEXT },
	{ 0 } };
static const struct shape shape_kind_named = { "KindNamed", kind_named_members };
static const struct member imported_members[] = { { "recognised", SHAPE_OBJECT, SHAPE_NULL,
							  &shape_kind_named },
	{ "taken", SHAPE_INTEGER }, { "refused", SHAPE_INTEGER }, { "same", SHAPE_INTEGER },
	{ "batch", SHAPE_TEXT, SHAPE_OPTIONAL }, { "refused_file", SHAPE_TEXT, SHAPE_OPTIONAL },
	{ 0 } };
const struct shape shape_imported = { "Imported", imported_members };

const struct shape *const shapes[] = { &shape_edit, &shape_edits, &shape_removed, &shape_material,
	&shape_table_row, &shape_row_due, &shape_glanced_person, &shape_glanced_last,
	&shape_glanced_promise, &shape_glanced_end, &shape_glanced_case, &shape_glance,
	&shape_piece, &shape_told, &shape_paragraph, &shape_cells, &shape_table, &shape_section,
	&shape_summary, &shape_value, &shape_figure, &shape_figures, &shape_row, &shape_rows,
	&shape_stretch, &shape_clock, &shape_problem, &shape_unit, &shape_session, &shape_sign_in,
	&shape_session_seen, &shape_sessions, &shape_new_password, &shape_totp, &shape_code,
	&shape_invite, &shape_invited, &shape_invitation, &shape_accept, &shape_entries,
	&shape_answer, &shape_answers, &shape_choice, &shape_field, &shape_kind, &shape_kinds,
	&shape_named, &shape_line_entry, &shape_line, &shape_labelled, &shape_entry_whole,
	&shape_act, &shape_duty, &shape_duties, &shape_tier, &shape_customer_row, &shape_customers,
	&shape_customer, &shape_found, &shape_found_all, &shape_filled, &shape_recognised,
	&shape_kind_named, &shape_imported, &shape_export, &shape_case, &shape_cases, NULL };

/*
 * The core's own kinds, norms and derived tables. What they do is in the files beside this
 * one; that they are declared as a module declares its own gives them forms, sentences,
 * export and tests like any other.
 */
#include "ledger/book.h"

static const char *const marks[] = { "V", "S", "M", "D", NULL };
static const char *const limits[] = { "minutes", "hours", "working_minutes", "working_hours",
	"workdays", "natural_days", "months", NULL };
static const char *const periods[] = { "week", "month", "quarter", "half_year", "year", NULL };
static const char *const day_marks[] = { "holiday", "workday", NULL };

enum { LONG_TEXT = 12000, REASON_TEXT = 600 };

static const struct field document_issued[] = {
	{ "number", FIELD_TEXT, SEARCH, .max_bytes = 120 },
	{ "title", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = 300 },
	{ "issuer", FIELD_TEXT, SEARCH },
	{ "effective", FIELD_DAY, REQUIRED },
	{ "text", FIELD_TEXT, SEARCH, .max_bytes = LONG_TEXT },
	{ "recipients", FIELD_STAFF, LIST | ABOUT },
	{ 0 },
};
static const struct field document_signed[] = {
	{ "document", FIELD_ENTRY, REQUIRED | ABOUT, .of = "document.issued" },
	{ 0 },
};
static const struct field norm_issued[] = {
	{ "norm", FIELD_CODE, REQUIRED },
	{ "document", FIELD_ENTRY, REQUIRED | ABOUT, .of = "document.issued" },
	{ "effective", FIELD_DAY, REQUIRED },
	{ "source", FIELD_TEXT, .max_bytes = 300 },
	{ "mark", FIELD_CHOICE, REQUIRED, .choices = marks },
	{ 0 },
};
static const struct field entry_corrected[] = {
	{ "entry", FIELD_ENTRY, REQUIRED | ABOUT },
	{ "row", FIELD_INTEGER, .max = 100000 },
	{ "at", FIELD_INSTANT },
	{ "reason", FIELD_TEXT, REQUIRED, .max_bytes = REASON_TEXT },
	{ 0 },
};
static const struct field entry_withdrawn[] = {
	{ "entry", FIELD_ENTRY, REQUIRED | ABOUT },
	{ "row", FIELD_INTEGER, .max = 100000 },
	{ "reason", FIELD_TEXT, REQUIRED, .max_bytes = REASON_TEXT },
	{ 0 },
};
static const struct field entry_approved[] = {
	{ "entry", FIELD_ENTRY, REQUIRED | ABOUT },
	{ 0 },
};
static const struct field entry_rejected[] = {
	{ "entry", FIELD_ENTRY, REQUIRED | ABOUT },
	{ "reason", FIELD_TEXT, REQUIRED, .max_bytes = REASON_TEXT },
	{ 0 },
};
static const struct field entry_erased[] = {
	{ "entry", FIELD_ENTRY, REQUIRED | ABOUT },
	{ "reason", FIELD_TEXT, REQUIRED, .max_bytes = REASON_TEXT },
	{ 0 },
};
static const struct field day_opened[] = {
	{ "day", FIELD_DAY, REQUIRED },
	{ 0 },
};
static const struct field no_fields[] = { { 0 } };
static const struct field duty_missed_row[] = {
	{ "duty", FIELD_CODE, REQUIRED },
	{ "due", FIELD_INSTANT, REQUIRED },
	{ 0 },
};
static const struct field duty_paused[] = {
	{ "duty", FIELD_CODE, REQUIRED },
	{ "reason", FIELD_TEXT, REQUIRED, .max_bytes = REASON_TEXT },
	{ 0 },
};
static const struct field duty_resumed[] = {
	{ "duty", FIELD_CODE, REQUIRED },
	{ 0 },
};
static const struct field case_offered[] = {
	{ "case", FIELD_CASE, REQUIRED | ABOUT },
	{ "to", FIELD_STAFF, REQUIRED | ABOUT },
	{ "reason", FIELD_TEXT, .max_bytes = REASON_TEXT },
	{ 0 },
};
static const struct field case_accepted[] = {
	{ "case", FIELD_CASE, REQUIRED | ABOUT },
	{ 0 },
};
static const struct field case_refused[] = {
	{ "case", FIELD_CASE, REQUIRED | ABOUT },
	{ "reason", FIELD_TEXT, REQUIRED, .max_bytes = REASON_TEXT },
	{ 0 },
};
static const struct field import_made[] = {
	{ "import", FIELD_CODE, REQUIRED },
	{ "kind", FIELD_CODE, REQUIRED },
	{ "file", FIELD_TEXT, REQUIRED, .max_bytes = 300 },
	{ "digest", FIELD_CODE, REQUIRED },
	{ "rows", FIELD_INTEGER, REQUIRED },
	{ "taken", FIELD_INTEGER, REQUIRED },
	{ "unchanged", FIELD_INTEGER, REQUIRED },
	{ "refused", FIELD_INTEGER, REQUIRED },
	{ 0 },
};
static const struct field import_undone[] = {
	{ "import", FIELD_CODE, REQUIRED },
	{ "reason", FIELD_TEXT, .max_bytes = REASON_TEXT },
	{ 0 },
};

static const struct field export_made[] = {
	{ "kind", FIELD_CODE, REQUIRED },
	{ "form", FIELD_CODE, REQUIRED },
	{ "rows", FIELD_INTEGER },
	{ 0 },
};

/* What was changed by hand in a written summary, whole each time: the newest holds. `was` is a
 * sentence as the template says it, its figures as {key}, or the measure that is put in or left
 * out; a sentence without `now` is taken out. */
static const char *const edits[] = { "sentence", "in", "out", NULL };
static const struct field summary_edited[] = {
	{ "template", FIELD_CODE, REQUIRED | KEY },
	{ "for", FIELD_OBJECT, REQUIRED | KEY | ABOUT },
	{ "from", FIELD_DAY, REQUIRED | KEY },
	{ 0 },
};
static const struct field summary_edited_row[] = {
	{ "edit", FIELD_CHOICE, REQUIRED, .choices = edits },
	{ "was", FIELD_TEXT, REQUIRED, .max_bytes = LONG_TEXT },
	{ "now", FIELD_TEXT, .max_bytes = LONG_TEXT },
	{ 0 },
};

static const struct duty_rule on_document[] = {
	{ "document.sign", HOLDER_EACH, .field = "recipients", .until = "document.signed",
		.by = "document", .own = true },
	{ 0 },
};

enum { PUT_DOCUMENT, ROWS_DOCUMENTS };

static const struct statement sql[] = {
	[PUT_DOCUMENT] = { "INSERT INTO d_document (book, seq, day, title, effective) "
			   "VALUES ($book, $seq, $day, $title, $effective)" },
	[ROWS_DOCUMENTS] = { "SELECT seq, day, '《' || title || '》' AS item FROM d_document "
			     "WHERE book = $book AND day BETWEEN $from AND $to "
			     "AND effective >= day ORDER BY seq" },
	{ 0 },
};
static const int document_folds[] = { PUT_DOCUMENT, -1 };

/* A document is the whole organisation's: its evidence names no unit below. Papers that were
 * already in force when the book was set up were not issued then. */
static const struct measure measures[] = {
	{ "document.issued", DISTINCT, PIECES, DURING, ROWS_DOCUMENTS, .no_direction = true },
	{ "document.signed_on_time", RATIO, PIECES, DURING, .duty = "document.sign" },
	{ 0 },
};

static const struct kind kinds[] = {
	[DOCUMENT_ISSUED] = { "document.issued", 1, MOVE, NEED_OFFICE, document_issued,
		.duties = on_document, .folds = document_folds },
	[DOCUMENT_SIGNED] = { "document.signed", 1, MOVE, NEED_STAFF, document_signed },
	[NORM_ISSUED] = { "norm.issued", 1, MOVE, NEED_OFFICE, norm_issued },
	[ENTRY_CORRECTED] = { "entry.corrected", 1, MOVE, NEED_STAFF, entry_corrected },
	[ENTRY_WITHDRAWN] = { "entry.withdrawn", 1, MOVE, NEED_STAFF, entry_withdrawn },
	[ENTRY_APPROVED] = { "entry.approved", 1, MOVE, NEED_OFFICE | NEED_LEADER, entry_approved },
	[ENTRY_REJECTED] = { "entry.rejected", 1, MOVE, NEED_OFFICE | NEED_LEADER, entry_rejected },
	[ENTRY_ERASED] = { "entry.erased", 1, MOVE, NEED_OFFICE, entry_erased },
	[DAY_OPENED] = { "day.opened", 1, MOVE, 0, day_opened },
	[DUTY_MISSED] = { "duty.missed", 1, MOVE, 0, no_fields, .row = duty_missed_row },
	[DUTY_PAUSED] = { "duty.paused", 1, MOVE, NEED_STAFF, duty_paused },
	[DUTY_RESUMED] = { "duty.resumed", 1, MOVE, NEED_STAFF, duty_resumed },
	[CASE_OFFERED] = { "case.offered", 1, MOVE, NEED_OWNER, case_offered },
	[CASE_ACCEPTED] = { "case.accepted", 1, MOVE, NEED_STAFF, case_accepted },
	[CASE_REFUSED] = { "case.refused", 1, MOVE, NEED_STAFF, case_refused },
	[IMPORT_MADE] = { "import.made", 1, MOVE, NEED_OFFICE, import_made },
	[IMPORT_UNDONE] = { "import.undone", 1, MOVE, NEED_OFFICE, import_undone },
	[EXPORT_MADE] = { "export.made", 1, MOVE, NEED_STAFF, export_made },
	[SUMMARY_EDITED] = { "summary.edited", 1, FACT, NEED_STAFF, summary_edited,
		.row = summary_edited_row },
	[CORE_KINDS] = { 0 },
};

enum core_kind core_kind(const struct kind *kind)
{
	return kind >= kinds && kind < kinds + CORE_KINDS ? (enum core_kind)(kind - kinds)
							  : CORE_KINDS;
}

/* Norms. law.limits holds what the law allows at most; duty.limits is checked against it. */
static const struct field limit_columns[] = {
	{ "what", FIELD_CODE, REQUIRED },
	{ "amount", FIELD_INTEGER, REQUIRED, .min = 0, .max = 100000 },
	{ "limit", FIELD_CHOICE, REQUIRED, .choices = limits },
	{ "pauses", FIELD_BOOL, 0 },
	{ "note", FIELD_TEXT, 0, .max_bytes = 300 },
	{ 0 },
};
static const struct field cadence_columns[] = {
	{ "what", FIELD_CODE, REQUIRED },
	{ "class", FIELD_CODE, REQUIRED },
	{ "times", FIELD_INTEGER, REQUIRED, .min = 1, .max = 31 },
	{ "period", FIELD_CHOICE, REQUIRED, .choices = periods },
	{ 0 },
};
static const struct field grace_columns[] = {
	{ "hours", FIELD_INTEGER, REQUIRED, .min = 0, .max = 720 },
	{ 0 },
};
static const struct field day_columns[] = {
	{ "day", FIELD_DAY, REQUIRED },
	{ "through", FIELD_DAY, REQUIRED },
	{ "is", FIELD_CHOICE, REQUIRED, .choices = day_marks },
	{ "name", FIELD_TEXT, 0, .max_bytes = 60 },
	{ 0 },
};
static const struct field hour_columns[] = {
	{ "from", FIELD_TIME, REQUIRED },
	{ "to", FIELD_TIME, REQUIRED },
	{ 0 },
};
static const struct field known_columns[] = {
	{ "through", FIELD_DAY, REQUIRED },
	{ 0 },
};
static const struct norm norms[] = {
	{ "duty.limits", limit_columns, "what", NORM_REPLACES },
	{ "law.limits", limit_columns, "what", NORM_REPLACES },
	{ "duty.cadence", cadence_columns, NULL, NORM_REPLACES },
	{ "clock.grace", grace_columns, NULL, NORM_REPLACES },
	{ "calendar.days", day_columns, "day", NORM_ADDS },
	{ "calendar.hours", hour_columns, NULL, NORM_REPLACES },
	{ "calendar.known", known_columns, NULL, NORM_ADDS },
	{ 0 },
};

static const struct column about[] = { { "ref", COLUMN_TEXT }, { "at", COLUMN_INTEGER },
	{ "seq", COLUMN_INTEGER }, { "kind", COLUMN_TEXT }, { "live", COLUMN_INTEGER }, { 0 } };
static const struct column object[] = { { "type", COLUMN_TEXT }, { "id", COLUMN_TEXT },
	{ "name", COLUMN_TEXT }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column natural_key[] = { { "kind", COLUMN_TEXT }, { "key", COLUMN_TEXT },
	{ "seq", COLUMN_INTEGER }, { 0 } };
static const struct column names[] = { { "kind", COLUMN_TEXT }, { "key", COLUMN_TEXT },
	{ "ref", COLUMN_TEXT }, { "name", COLUMN_TEXT, .personal = true }, { "texts", COLUMN_TEXT },
	{ "seq", COLUMN_INTEGER }, { 0 } };
static const struct column amended[] = { { "seq", COLUMN_INTEGER }, { "row", COLUMN_INTEGER },
	{ "by_seq", COLUMN_INTEGER }, { "withdrawn", COLUMN_INTEGER }, { "at", COLUMN_INTEGER },
	{ 0 } };
static const struct column pending[] = { { "seq", COLUMN_INTEGER }, { "state", COLUMN_TEXT },
	{ "by_seq", COLUMN_INTEGER }, { 0 } };
static const struct column cases[] = { { "id", COLUMN_TEXT }, { "type", COLUMN_TEXT },
	{ "state", COLUMN_TEXT }, { "owner", COLUMN_TEXT }, { "first_owner", COLUMN_TEXT },
	{ "offered_to", COLUMN_TEXT }, { "customer", COLUMN_TEXT },
	{ "opened_seq", COLUMN_INTEGER }, { "opened_at", COLUMN_INTEGER },
	{ "ended_seq", COLUMN_INTEGER }, { "ended_at", COLUMN_INTEGER }, { 0 } };
static const struct column case_owner[] = { { "id", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ "owner", COLUMN_TEXT }, { "since", COLUMN_INTEGER }, { 0 } };
static const struct column duty[] = { { "id", COLUMN_TEXT }, { "what", COLUMN_TEXT },
	{ "holder", COLUMN_TEXT }, { "rule", COLUMN_INTEGER }, { "subject", COLUMN_TEXT },
	{ "case_id", COLUMN_TEXT }, { "opener", COLUMN_TEXT }, { "opened_seq", COLUMN_INTEGER },
	{ "opened_at", COLUMN_INTEGER }, { "norm_seq", COLUMN_INTEGER }, { "clock", COLUMN_TEXT },
	{ "due", COLUMN_INTEGER }, { "provisional", COLUMN_INTEGER }, { "state", COLUMN_TEXT },
	{ "done_seq", COLUMN_INTEGER }, { "done_at", COLUMN_INTEGER },
	{ "missed_seq", COLUMN_INTEGER }, { "period", COLUMN_TEXT },
	{ "period_from", COLUMN_INTEGER }, { "ended_seq", COLUMN_INTEGER },
	{ "blocks", COLUMN_INTEGER }, { 0 } };
static const struct column pause[] = { { "duty", COLUMN_TEXT }, { "from_at", COLUMN_INTEGER },
	{ "to_at", COLUMN_INTEGER }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column norm_issue[] = { { "norm", COLUMN_TEXT }, { "effective", COLUMN_TEXT },
	{ "seq", COLUMN_INTEGER }, { 0 } };
static const struct column document[] = { { "seq", COLUMN_INTEGER }, { "day", COLUMN_TEXT },
	{ "title", COLUMN_TEXT }, { "effective", COLUMN_TEXT }, { 0 } };
static const struct column day[] = { { "day", COLUMN_TEXT }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column batch[] = { { "batch", COLUMN_TEXT }, { "kind", COLUMN_TEXT },
	{ "first_seq", COLUMN_INTEGER }, { "last_seq", COLUMN_INTEGER },
	{ "undone_seq", COLUMN_INTEGER }, { 0 } };

static const struct table tables[] = {
	{ "d_about", about, "ref, at, seq" },
	{ "d_object", object, "type, id", { "type, name" } },
	{ "d_key", natural_key, "kind, key" },
	{ "d_name", names, "kind, key", { "seq" } },
	{ "d_amended", amended, "seq, row" },
	{ "d_pending", pending, "seq" },
	{ "d_case", cases, "id", { "owner, ended_at", "customer, type" } },
	{ "d_case_owner", case_owner, "id, seq" },
	{ "d_duty", duty, "id",
		{ "holder, state, done_at", "subject, state, what, due", "state, due", "opener",
			"case_id", "done_seq" } },
	{ "d_pause", pause, "duty, from_at" },
	{ "d_norm", norm_issue, "norm, effective, seq" },
	{ "d_document", document, "seq", { "day" } },
	{ "d_day", day, "day" },
	{ "d_batch", batch, "batch" },
	{ 0 },
};

const struct module core_module = {
	.name = "core",
	.version = 3,
	.kinds = kinds,
	.norms = norms,
	.tables = tables,
	.sql = sql,
	.measures = measures,
};

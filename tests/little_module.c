/*
 * A module small enough to read in one sitting, for tests of the core: people, customers,
 * visits with promises, problems as cases, and figures in tables.
 */
#include "little_module.h"

enum {
	PUT_UNIT,
	PUT_CUSTOMER,
	PUT_VISIT,
	PUT_FIGURE,
	UNITS,
	STAFF_UNIT,
	CUSTOMER_UNIT,
	MANAGER,
	ROWS_VISIT,
	ROWS_FIGURE,
	ROWS_KEPT,
	CLEAR_FIGURE,
	PUT_MANAGER,
	PUT_CONTACT,
	CLEAR_CONTACT,
	PUT_LISTED,
	ROLES,
	CLASS,
	CLASSES
};

static const struct field unit[] = {
	{ "unit", FIELD_CODE, REQUIRED | KEY | DEFINES | SCOPE },
	{ "name", FIELD_TEXT, REQUIRED | NAME },
	{ "parent", FIELD_UNIT, 0 },
	{ 0 },
};
static const struct field staff[] = {
	{ "staff", FIELD_CODE, REQUIRED | KEY | DEFINES | SCOPE },
	{ "name", FIELD_TEXT, REQUIRED | NAME },
	{ 0 },
};
static const struct field customer[] = {
	{ "code", FIELD_CODE, REQUIRED | KEY | DEFINES | SCOPE },
	{ "name", FIELD_TEXT, REQUIRED | NAME | SEARCH },
	{ "unit", FIELD_UNIT, 0 },
	{ 0 },
};
static const struct field manager[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | KEY | ABOUT | SCOPE },
	{ "staff", FIELD_STAFF, REQUIRED | ABOUT },
	{ 0 },
};
static const struct field visit[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "note", FIELD_TEXT, REQUIRED | SEARCH },
	{ "person", FIELD_TEXT, PERSONAL },
	{ "long", FIELD_TEXT, 0, .max_bytes = 6000 },
	{ "minutes", FIELD_INTEGER, 0, .min = 0, .max = 1000 },
	{ "promise_due", FIELD_DAY, 0 },
	{ 0 },
};
static const struct field kept[] = {
	{ "promise", FIELD_ENTRY, REQUIRED | ABOUT, .of = "little.visit" },
	{ 0 },
};
static const struct field problem[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "matter", FIELD_TEXT, REQUIRED },
	{ 0 },
};
static const struct field solved[] = {
	{ "problem", FIELD_CASE, REQUIRED | ABOUT, .of = "problem" },
	{ "satisfied", FIELD_BOOL, REQUIRED },
	{ "call_by", FIELD_DAY, 0 },
	{ 0 },
};
static const struct field wish[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT },
	{ 0 },
};
static const struct field contact[] = {
	{ "contact", FIELD_CODE, REQUIRED | KEY | DEFINES },
	{ "name", FIELD_TEXT, PERSONAL | NAME },
	{ 0 },
};
static const struct field figures[] = {
	{ "source", FIELD_TEXT, 0 },
	{ 0 },
};
static const struct field figure_row[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED },
	{ "month", FIELD_MONTH, REQUIRED },
	{ "amount", FIELD_MONEY, REQUIRED },
	{ 0 },
};
static const struct field listing[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ 0 },
};

static const struct duty_rule on_visit[] = {
	{ "little.promise", HOLDER_AUTHOR, .until = "little.kept", .by = "promise",
		.due_field = "promise_due", .only_if = "promise_due" },
	{ 0 },
};
static const struct duty_rule on_problem[] = {
	{ "little.solve", HOLDER_CASE_OWNER, .until = "little.solved", .by = "problem",
		.blocks_closing = true },
	{ 0 },
};

static const struct duty_rule on_solved[] = {
	{ "little.call", HOLDER_CASE_OWNER, .until = "little.kept", .by = "promise",
		.due_field = "call_by", .only_if = "call_by" },
	{ 0 },
};

static const int fold_unit[] = { PUT_UNIT, -1 };
static const int fold_customer[] = { PUT_CUSTOMER, -1 };
static const int fold_manager[] = { PUT_MANAGER, -1 };
static const int fold_visit[] = { PUT_VISIT, -1 };
static const int fold_contact[] = { PUT_CONTACT, -1 };
static const int fold_listed[] = { PUT_LISTED, -1 };
static const int fold_figure[] = { PUT_FIGURE, -1 };

static const struct kind kinds[] = {
	{ "little.unit", 1, FACT, NEED_OFFICE, unit, .defines = "unit", .folds = fold_unit },
	{ "little.staff", 1, FACT, NEED_OFFICE, staff, .defines = "staff" },
	{ "little.customer", 1, FACT, NEED_STAFF, customer, .defines = "customer",
		.folds = fold_customer },
	{ "little.manager", 1, FACT, NEED_STAFF, manager, .folds = fold_manager },
	{ "little.visit", 1, FACT, NEED_STAFF, visit, .duties = on_visit, .folds = fold_visit },
	{ "little.kept", 1, FACT, NEED_STAFF, kept },
	{ "little.problem", 1, FACT, NEED_STAFF, problem, .duties = on_problem,
		.opens_case = "problem" },
	{ "little.solved", 1, MOVE, NEED_OWNER, solved, .duties = on_solved },
	{ "little.wish", 1, FACT, NEED_STAFF, wish, .opens_case = "wish" },
	{ "little.contact", 1, FACT, NEED_STAFF, contact, .defines = "contact",
		.folds = fold_contact },
	{ "little.figures", 1, FACT, NEED_STAFF, figures, .row = figure_row, .folds = fold_figure },
	{ "little.listed", 1, FACT, NEED_STAFF, listing, .approval = true, .folds = fold_listed },
	{ 0 },
};

static const struct move moves[] = {
	{ "open", "little.solved", "satisfied", "closed" },
	{ "open", "little.solved", "!satisfied", "open" },
	{ 0 },
};
static const struct case_type cases[] = {
	{ "problem", HOLDER_AUTHOR, .moves = moves, .ends = "closed" },
	{ "wish", HOLDER_AUTHOR, .ends = "closed" },
	{ 0 },
};

static const struct column unit_columns[] = { { "unit", COLUMN_TEXT }, { "name", COLUMN_TEXT },
	{ "parent", COLUMN_TEXT }, { 0 } };
static const struct column customer_columns[] = { { "customer", COLUMN_TEXT },
	{ "unit", COLUMN_TEXT }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column manager_columns[] = { { "customer", COLUMN_TEXT },
	{ "staff", COLUMN_TEXT }, { 0 } };
static const struct column visit_columns[] = { { "seq", COLUMN_INTEGER },
	{ "customer", COLUMN_TEXT }, { "staff", COLUMN_TEXT }, { "day", COLUMN_TEXT },
	{ "minutes", COLUMN_INTEGER }, { "person", COLUMN_TEXT, true }, { 0 } };
static const struct column figure_columns[] = { { "month", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ "row", COLUMN_INTEGER }, { "customer", COLUMN_TEXT }, { "amount", COLUMN_INTEGER },
	{ 0 } };

static const struct column contact_columns[] = { { "contact", COLUMN_TEXT },
	{ "name", COLUMN_TEXT, true }, { 0 } };
static const struct column listed_columns[] = { { "seq", COLUMN_INTEGER },
	{ "customer", COLUMN_TEXT }, { 0 } };

static const struct table tables[] = {
	{ "d_little_unit", unit_columns, "unit", .scope = "unit", .scope_type = "unit" },
	{ "d_little_customer", customer_columns, "customer", .scope = "customer",
		.scope_type = "customer" },
	{ "d_little_manager", manager_columns, "customer", .scope = "customer",
		.scope_type = "customer" },
	{ "d_little_visit", visit_columns, "seq", { "customer", "day" }, "customer", "customer" },
	{ "d_little_figure", figure_columns, "month, seq, row" },
	{ "d_little_contact", contact_columns, "contact" },
	{ "d_little_listed", listed_columns, "seq", .scope = "customer", .scope_type = "customer" },
	{ 0 },
};

static const struct statement sql[] = {
	[PUT_UNIT] = { "INSERT INTO d_little_unit (book, unit, name, parent) "
		       "VALUES ($book, $unit, $name, $parent) ON CONFLICT (book, unit) "
		       "DO UPDATE SET name = excluded.name, parent = excluded.parent" },
	[PUT_CUSTOMER] = { "INSERT INTO d_little_customer (book, customer, unit, seq) "
			   "VALUES ($book, $code, $unit, $seq) ON CONFLICT (book, customer) "
			   "DO UPDATE SET unit = excluded.unit, seq = excluded.seq" },
	[PUT_VISIT] = { "INSERT INTO d_little_visit (book, seq, customer, staff, day, minutes, "
			"person) "
			"VALUES ($book, $seq, $customer, $author, $day, $minutes, $person)" },
	[PUT_FIGURE] = { "INSERT INTO d_little_figure (book, month, seq, row, customer, amount) "
			 "VALUES ($book, $month, $seq, $row, $customer, $amount)" },
	[UNITS] = { "SELECT unit, parent, name FROM d_little_unit WHERE book = $book ORDER BY "
		    "unit" },
	[STAFF_UNIT] = { "SELECT max(unit) FROM d_little_unit WHERE book = $book "
			 "AND $staff <> '' AND $day <> ''" },
	[CUSTOMER_UNIT] = { "SELECT unit FROM d_little_customer WHERE book = $book "
			    "AND customer = $customer" },
	[MANAGER] = { "SELECT staff FROM d_little_manager WHERE book = $book "
		      "AND customer = $customer AND $instant > 0" },
	[ROWS_VISIT] = { "SELECT seq, day, customer, staff, minutes AS value FROM d_little_visit "
			 "WHERE book = $book AND day BETWEEN $from AND $to ORDER BY seq" },
	[ROWS_FIGURE] = { "SELECT seq, row, month || '-01' AS day, customer, amount AS value "
			  "FROM d_little_figure WHERE book = $book AND month BETWEEN "
			  "substr($from, 1, 7) AND substr($to, 1, 7) ORDER BY month, seq, row" },
	[ROWS_KEPT] = { "SELECT seq, day, customer, staff, CASE WHEN minutes >= 30 THEN 1 ELSE 0 "
			"END "
			"AS value FROM d_little_visit WHERE book = $book AND day BETWEEN $from AND "
			"$to" },
	[CLEAR_FIGURE] = { "DELETE FROM d_little_figure WHERE book = $book AND seq = $gone" },
	[PUT_MANAGER] = { "INSERT INTO d_little_manager (book, customer, staff) "
			  "VALUES ($book, $customer, $staff) ON CONFLICT (book, customer) "
			  "DO UPDATE SET staff = excluded.staff" },
	[PUT_CONTACT] = { "INSERT INTO d_little_contact (book, contact, name) "
			  "VALUES ($book, $contact, $name) ON CONFLICT (book, contact) "
			  "DO UPDATE SET name = excluded.name" },
	[CLEAR_CONTACT] = { "DELETE FROM d_little_contact WHERE book = $book AND contact = "
			    "$contact" },
	[PUT_LISTED] = { "INSERT INTO d_little_listed (book, seq, customer) "
			 "VALUES ($book, $seq, $customer)" },
	[ROLES] = { "SELECT unit, 'leader' FROM d_little_unit WHERE book = $book "
		    "AND unit = 'V' AND $staff = 'lead' AND $day <> ''" },
	[CLASS] = { "SELECT 'gold' FROM d_little_customer WHERE book = $book "
		    "AND customer = $customer AND $day <> ''" },
	[CLASSES] = { "SELECT customer, 'gold' FROM d_little_customer WHERE book = $book "
		      "AND $day <> '' ORDER BY customer" },
	{ 0 },
};

static const struct measure measures[] = {
	{ "little.minutes", SUM, MINUTES, DURING, ROWS_VISIT },
	{ "little.visits", COUNT, PIECES, DURING, ROWS_VISIT },
	{ "little.visited", DISTINCT, PIECES, DURING, ROWS_VISIT },
	{ "little.long", RATIO, PIECES, DURING, ROWS_KEPT },
	{ "little.median", MEDIAN, MINUTES, DURING, ROWS_VISIT },
	{ "little.amount", SUM, MONEY, DURING, ROWS_FIGURE },
	{ 0 },
};

static enum result project(struct view *view, const struct entry *entry, struct error *error)
{
	const char *changed = entry_text(entry, "customer");

	if (!text_equal(entry->kind->name, "little.manager"))
		return OK;
	if (view_manager_changed(view, changed, error) != OK)
		return error->result;
	return view_cadence_changed(view, changed, entry, error);
}

static const struct cadence cadences[] = {
	{ "little.care", "little.visit", "customer" },
	{ 0 },
};

static enum result contact_again(struct view *view, const struct entry *before,
	const struct entry *after, struct error *error)
{
	if (view_exec(view, CLEAR_CONTACT, before, error) != OK)
		return error->result;
	return after->body ? view_exec(view, PUT_CONTACT, after, error) : OK;
}

/* Figures and contacts have no scope: the rows of the one entry are dropped and written
 * again. */
static enum result refold(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error)
{
	if (text_equal(before->kind->name, "little.contact"))
		return contact_again(view, before, after, error);
	if (!before->kind->row)
		return OK;
	view_set_integer(view, "gone", before->seq);
	if (view_exec(view, CLEAR_FIGURE, before, error) != OK)
		return error->result;
	int rows = after->body ? entry_rows(after) : 0;
	for (int row = 0; row < rows; row++) {
		struct entry at = entry_at_row(after, row);
		if (at.cells && view_exec(view, PUT_FIGURE, &at, error) != OK)
			return error->result;
	}
	return OK;
}

const struct module little_module = {
	.name = "little",
	.version = 1,
	.kinds = kinds,
	.cases = cases,
	.tables = tables,
	.sql = sql,
	.measures = measures,
	.cadences = cadences,
	.directory = { .units = ANSWERS(UNITS),
		.staff_unit = ANSWERS(STAFF_UNIT),
		.staff_roles = ANSWERS(ROLES),
		.customer_unit = ANSWERS(CUSTOMER_UNIT),
		.manager = ANSWERS(MANAGER),
		.customer_class = ANSWERS(CLASS),
		.classes = ANSWERS(CLASSES) },
	.project = project,
	.refold = refold,
};

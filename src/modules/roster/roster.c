/*
 * The roster 名单与客户经理: which customers are on a list, and who looks after each.
 *
 * A list is kept in versions; the one in force on a day is the newest that has taken effect,
 * so a report over March uses March's list. Who manages a customer follows from terms, each
 * from one midnight to another: at an instant the newest term that covers it speaks, which is
 * why there can never be two principals, whatever is corrected or taken back.
 *
 * A listed customer without a principal waits for assignment (待分配), a duty of its office.
 */
#include "roster.h"

#include <string.h>

enum { LISTED, ASSIGNED, HANDED_OVER, BATCH_HANDED_OVER, RELEASED };

static const char *const levels[] = { "province", "city", NULL };
static const char *const grades[] = { "major", "core", NULL };
static const char *const roles[] = { "principal", "deputy", NULL };

static const struct field listed[] = {
	{ "list", FIELD_CODE, REQUIRED },
	{ "name", FIELD_TEXT, REQUIRED | SEARCH },
	{ "level", FIELD_CHOICE, REQUIRED, .choices = levels },
	{ "grade", FIELD_CHOICE, REQUIRED, .choices = grades },
	{ "version", FIELD_INTEGER, REQUIRED, .min = 1, .max = 10000 },
	{ "effective", FIELD_DAY, REQUIRED },
	{ 0 },
};
static const struct field listed_row[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED },
	{ 0 },
};
static const struct field assigned[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | KEY | ABOUT | SCOPE },
	{ "staff", FIELD_STAFF, REQUIRED | ABOUT },
	{ "role", FIELD_CHOICE, REQUIRED | KEY, .choices = roles },
	{ "from", FIELD_DAY, REQUIRED | KEY },
	{ "until", FIELD_DAY },
	{ 0 },
};
static const struct field handed_over[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "from_staff", FIELD_STAFF, ABOUT },
	{ "to", FIELD_STAFF, REQUIRED | ABOUT },
	{ "day", FIELD_DAY, REQUIRED },
	{ "contacts", FIELD_BOOL },
	{ "promises", FIELD_BOOL },
	{ "contracts", FIELD_BOOL },
	{ "note", FIELD_TEXT, SEARCH, .max_bytes = 1200 },
	{ 0 },
};
/* A list of references and not a table, so that it stands on the timeline of each customer. */
static const struct field batch_handed_over[] = {
	{ "staff", FIELD_STAFF, REQUIRED | ABOUT },
	{ "to", FIELD_STAFF, REQUIRED | ABOUT },
	{ "day", FIELD_DAY, REQUIRED },
	{ "customers", FIELD_CUSTOMER, REQUIRED | ABOUT | LIST },
	{ "contacts", FIELD_BOOL },
	{ "promises", FIELD_BOOL },
	{ "contracts", FIELD_BOOL },
	{ "note", FIELD_TEXT, SEARCH, .max_bytes = 1200 },
	{ 0 },
};
static const struct field released[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "day", FIELD_DAY, REQUIRED },
	{ "reason", FIELD_TEXT, REQUIRED | SEARCH, .max_bytes = 600 },
	{ 0 },
};

static const struct kind kinds[] = {
	[LISTED] = { "roster.listed", 1, FACT, NEED_OFFICE, listed, .row = listed_row,
		.approval = true, .imports = true },
	[ASSIGNED] = { "roster.assigned", 1, FACT, NEED_OFFICE | NEED_LEADER, assigned,
		.imports = true },
	[HANDED_OVER] = { "roster.handed_over", 1, MOVE, NEED_OFFICE | NEED_LEADER, handed_over,
		.imports = true },
	[BATCH_HANDED_OVER] = { "roster.batch_handed_over", 1, MOVE, NEED_OFFICE | NEED_LEADER,
		batch_handed_over },
	[RELEASED] = { "roster.released", 1, MOVE, NEED_OFFICE | NEED_LEADER, released },
	{ 0 },
};

/* One entry is one part of a version; a long list comes in several. In force from from_day
 * until the day before until_day. */
static const struct column list_columns[] = { { "list", COLUMN_TEXT },
	{ "version", COLUMN_INTEGER }, { "seq", COLUMN_INTEGER }, { "level", COLUMN_TEXT },
	{ "grade", COLUMN_TEXT }, { "from_day", COLUMN_TEXT }, { "until_day", COLUMN_TEXT },
	{ 0 } };
static const struct column member_columns[] = { { "seq", COLUMN_INTEGER },
	{ "row", COLUMN_INTEGER }, { "customer", COLUMN_TEXT }, { 0 } };
/* Who (staff NULL: nobody) from from_at until before until_at, both midnights. `replaced` by a
 * later assignment of the same customer, role and first day. */
static const struct column term_columns[] = { { "customer", COLUMN_TEXT }, { "role", COLUMN_TEXT },
	{ "from_at", COLUMN_INTEGER }, { "seq", COLUMN_INTEGER }, { "part", COLUMN_INTEGER },
	{ "until_at", COLUMN_INTEGER }, { "staff", COLUMN_TEXT }, { "what", COLUMN_TEXT },
	{ "from_day", COLUMN_TEXT }, { "complete", COLUMN_INTEGER }, { "replaced", COLUMN_INTEGER },
	{ 0 } };

/* None has a scope: one entry may concern hundreds of customers. What a fact has put into them
 * is found by its seq. */
static const struct table tables[] = {
	{ "d_roster_list", list_columns, "list, version, seq", { "seq", "from_day", "until_day" } },
	{ "d_roster_member", member_columns, "seq, row", { "customer" } },
	{ "d_roster_term", term_columns, "customer, role, from_at, seq, part",
		{ "staff", "from_at", "until_at" } },
	{ 0 },
};

static const struct measure measures[] = {
	{ "roster.listed", DISTINCT, PIECES, ON_LAST_DAY, ROWS_LISTED, .no_direction = true },
	{ "roster.province", DISTINCT, PIECES, ON_LAST_DAY, ROWS_PROVINCE, .no_direction = true },
	{ "roster.city", DISTINCT, PIECES, ON_LAST_DAY, ROWS_CITY, .no_direction = true },
	{ "roster.major", DISTINCT, PIECES, ON_LAST_DAY, ROWS_MAJOR, .no_direction = true },
	{ "roster.core", DISTINCT, PIECES, ON_LAST_DAY, ROWS_CORE, .no_direction = true },
	{ "roster.entered", DISTINCT, PIECES, DURING, ROWS_ENTERED, .no_direction = true },
	{ "roster.left", DISTINCT, PIECES, DURING, ROWS_LEFT, .no_direction = true },
	{ "roster.managed", DISTINCT, PIECES, ON_LAST_DAY, ROWS_MANAGED, .no_direction = true },
	{ "roster.covered", RATIO, PIECES, ON_LAST_DAY, ROWS_COVERED },
	{ "roster.uncovered_days", COUNT, PIECES, DURING, .scan = roster_uncovered,
		.lower_is_better = true },
	{ "roster.handed_over", COUNT, PIECES, DURING, ROWS_HANDED_OVER, .no_direction = true },
	{ "roster.handover_complete", RATIO, PIECES, DURING, ROWS_HANDED_OVER },
	{ "roster.assigned_on_time", RATIO, PIECES, DURING, .duty = "roster.assign" },
	{ 0 },
};

/* ------------------------------------------------------------------ may it be written? */

static int64_t instant_of(const struct entry *entry, const char *field)
{
	int day;

	must(day_parse(entry_text(entry, field), &day));
	return day_start(day);
}

/* The first instant after a term whose last day is `until`. */
static int64_t end_of(const struct entry *entry)
{
	return entry_has(entry, "until") ? instant_of(entry, "until") + DAY_MS : FOR_EVER;
}

/* A person or customer as a message calls it: name and number. */
static const char *called(struct view *view, const char *type, const char *id)
{
	const char *name = view_name(view, type, id);

	return name ? arena_print(view_arena(view), "%s %s", name, id) : id;
}

/* Nobody looks after a customer once he has left: nobody would notice that nobody does. */
static enum result check_present(struct view *view, const struct entry *entry, const char *field,
	int64_t until, struct error *error)
{
	const char *staff = entry_text(entry, field), *left = view_staff_left(view, staff);
	int last;

	if (!left)
		return OK;
	must(day_parse(left, &last));
	if (until <= day_start(last + 1))
		return OK;
	return error_refuse(error, "refused.manager_left", field, "value",
		called(view, "staff", staff), "day", left, NULL);
}

/* A second principal is refused; whoever is there must hand over. */
static enum result check_assigned(struct view *view, const struct entry *entry, struct error *error)
{
	const char *staff = entry_text(entry, "staff"), *customer = entry_text(entry, "customer");
	int64_t from = instant_of(entry, "from"), until = end_of(entry), since;
	struct terms terms;
	char day[DAY_TEXT];

	if (until <= from)
		return error_refuse(error, "refused.assigned_until", "until", NULL);
	if (check_present(view, entry, "staff", until, error) != OK)
		return error->result;
	if (text_equal(entry_text(entry, "role"), "deputy")) {
		const char *manager = view_manager(view, customer, from);
		return manager && text_equal(manager, staff)
			       ? error_refuse(error, "refused.deputy_is_principal", "staff",
					 "value", called(view, "staff", staff), NULL)
			       : OK;
	}
	if (roster_terms(view, customer, &terms, error) != OK)
		return error->result;
	const char *other = roster_other(&terms, staff, from, until, &since);
	if (!other)
		return OK;
	return error_refuse(error, "refused.manager_present", "staff", "customer",
		called(view, "customer", customer), "value", called(view, "staff", other), "day",
		day_text(instant_day(since), day), NULL);
}

/* The customer's principal when `day` begins is somebody, `from` where that is given, and not
 * the one who takes over. */
static enum result check_handover(struct view *view, const struct entry *entry,
	const char *customer, const char *from, struct error *error)
{
	const char *to = entry_text(entry, "to");
	const char *manager = view_manager(view, customer, instant_of(entry, "day"));
	struct terms terms;
	char day[DAY_TEXT];
	int64_t since;

	if (!manager)
		return error_refuse(error, "refused.nobody_hands_over", "customer", "customer",
			called(view, "customer", customer), "day", entry_text(entry, "day"), NULL);
	if (from && !text_equal(from, manager))
		return error_refuse(error, "refused.other_manager",
			entry->kind == &kinds[HANDED_OVER] ? "from_staff" : "staff", "customer",
			called(view, "customer", customer), "value", called(view, "staff", manager),
			NULL);
	if (text_equal(to, manager))
		return error_refuse(error, "refused.manager_already", "to", "customer",
			called(view, "customer", customer), "value", called(view, "staff", manager),
			NULL);
	/* A handover already agreed for later must not be lost by an earlier one. */
	if (roster_terms(view, customer, &terms, error) != OK)
		return error->result;
	const char *next =
		roster_other(&terms, manager, instant_of(entry, "day"), FOR_EVER, &since);
	if (next)
		return error_refuse(error, "refused.manager_present", "day", "customer",
			called(view, "customer", customer), "value", called(view, "staff", next),
			"day", day_text(instant_day(since), day), NULL);
	return check_present(view, entry, "to", FOR_EVER, error);
}

static enum result check_batch(struct view *view, const struct entry *entry, struct error *error)
{
	const char *from = entry_text(entry, "staff");
	json_t *customer;
	size_t i;

	json_array_foreach(json_object_get(entry->body, "customers"), i, customer)
	{
		if (check_handover(view, entry, json_string_value(customer), from, error) != OK)
			return error->result;
	}
	return OK;
}

static enum result check(struct view *view, const struct entry *entry, struct error *error)
{
	const char *customer = entry_text(entry, "customer");

	switch (entry->kind - kinds) {
	case ASSIGNED:
		return check_assigned(view, entry, error);
	case HANDED_OVER:
		return check_handover(
			view, entry, customer, entry_text(entry, "from_staff"), error);
	case BATCH_HANDED_OVER:
		return check_batch(view, entry, error);
	case RELEASED:
		if (view_manager(view, customer, instant_of(entry, "day")))
			return OK;
		return error_refuse(error, "refused.nobody_to_release", "customer", "customer",
			called(view, "customer", customer), "day", entry_text(entry, "day"), NULL);
	default:
		return OK;
	}
}

/* ------------------------------------------------------------------ what follows */

/* A term begins; `staff` NULL: nobody from then on. */
static enum result term_put(struct view *view, const struct entry *entry, const char *customer,
	const char *role, const char *staff, const char *from, int64_t until, int part,
	struct error *error)
{
	bool complete = entry_integer(entry, "contacts", 0) &&
			entry_integer(entry, "promises", 0) && entry_integer(entry, "contracts", 0);

	view_set_text(view, "customer", customer);
	view_set_text(view, "role", role);
	view_set_integer(view, "from_at", instant_of(entry, from));
	view_set_integer(view, "part", part);
	view_set_integer(view, "until_at", until);
	view_set_text(view, "staff", staff);
	view_set_text(view, "what", strchr(entry->kind->name, '.') + 1);
	view_set_text(view, "from_day", entry_text(entry, from));
	view_set_integer(view, "complete", complete);
	return view_exec(view, PUT_TERM, entry, error);
}

static enum result replaced(struct view *view, const char *customer, struct error *error)
{
	view_set_text(view, "customer", customer);
	return view_exec(view, SET_REPLACED, NULL, error);
}

/* Bring what depends on the customer's list and manager in line with the present. `by` is the
 * entry that may have given it a manager; otherwise `entry` is only the cause. */
static enum result settle(struct view *view, const char *customer, const struct entry *entry,
	bool by, struct error *error)
{
	const char *subject = arena_print(view_arena(view), "customer:%s", customer);
	int64_t now = view_present(view);

	if (view_manager_changed(view, customer, error) != OK ||
		view_cadence_changed(view, customer, entry, error) != OK)
		return error->result;
	bool managed = view_manager(view, customer, now) != NULL;
	if (managed && by)
		return view_duty_done(view, "roster.assign", subject, entry, error);
	if (!managed && view_listed(view, customer, instant_day(now)))
		return view_duty_open(
			view, "roster.assign", HOLDER_OFFICE, subject, 0, entry, error);
	return view_duty_cancel(view, "roster.assign", subject, entry, error);
}

/* Settle every customer that a statement names. */
static enum result settle_found(
	struct view *view, int number, const struct entry *entry, bool by, struct error *error)
{
	struct query *rows;
	enum result result;

	if (view_query(view, number, entry, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		const char *customer = arena_text(view_arena(view), rows_text(rows, 0));
		if (settle(view, customer, entry, by, error) != OK)
			break;
	}
	rows_end(rows);
	return error->result;
}

static enum result list_put(struct view *view, const struct entry *entry, struct error *error)
{
	int rows = entry_rows(entry);

	if (view_exec(view, PUT_LIST, entry, error) != OK)
		return error->result;
	for (int row = 0; row < rows; row++) {
		struct entry at = entry_at_row(entry, row);
		if (at.cells && view_exec(view, PUT_MEMBER, &at, error) != OK)
			return error->result;
	}
	return OK;
}

/* Say again until when each version is in force, then settle who is or was on the list. */
static enum result list_changed(struct view *view, const struct entry *entry, struct error *error)
{
	if (view_exec(view, SET_UNTIL, entry, error) != OK)
		return error->result;
	return settle_found(view, OF_LIST, entry, false, error);
}

static enum result assigned_put(struct view *view, const struct entry *entry, struct error *error)
{
	const char *customer = entry_text(entry, "customer");

	if (term_put(view, entry, customer, entry_text(entry, "role"), entry_text(entry, "staff"),
		    "from", end_of(entry), 0, error) != OK ||
		replaced(view, customer, error) != OK)
		return error->result;
	return settle(view, customer, entry, true, error);
}

static enum result moved(struct view *view, const struct entry *entry, const char *customer,
	int part, struct error *error)
{
	const char *to = entry_text(entry, "to");

	if (term_put(view, entry, customer, "principal", to, "day", FOR_EVER, part, error) != OK)
		return error->result;
	return settle(view, customer, entry, to != NULL, error);
}

static enum result batch_moved(struct view *view, const struct entry *entry, struct error *error)
{
	json_t *customer;
	size_t i;

	json_array_foreach(json_object_get(entry->body, "customers"), i, customer)
	{
		if (moved(view, entry, json_string_value(customer), (int)i, error) != OK)
			return error->result;
	}
	return OK;
}

/* Terms and versions begin and end by date; and who still waits is asked for every day. */
static enum result day_opened(struct view *view, const struct entry *entry, struct error *error)
{
	view_set_integer(view, "midnight", instant_of(entry, "day"));
	if (settle_found(view, TERMS_OF_DAY, entry, true, error) != OK ||
		settle_found(view, LISTS_OF_DAY, entry, false, error) != OK)
		return error->result;
	view_set_integer(view, "midnight", instant_of(entry, "day"));
	return settle_found(view, WAITING, entry, false, error);
}

static enum result project(struct view *view, const struct entry *entry, struct error *error)
{
	if (text_equal(entry->kind->name, "day.opened"))
		return day_opened(view, entry, error);
	switch (entry->kind - kinds) {
	case LISTED:
		return list_put(view, entry, error) == OK ? list_changed(view, entry, error)
							  : error->result;
	case ASSIGNED:
		return assigned_put(view, entry, error);
	case HANDED_OVER:
	case RELEASED:
		return moved(view, entry, entry_text(entry, "customer"), 0, error);
	case BATCH_HANDED_OVER:
		return batch_moved(view, entry, error);
	default:
		return OK;
	}
}

/* ------------------------------------------------------------------ folding a fact again */

static enum result relist(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error)
{
	int rows = entry_rows(before);

	if (view_exec(view, DROP_LIST, before, error) != OK ||
		view_exec(view, DROP_MEMBERS, before, error) != OK ||
		(after->body && list_put(view, after, error) != OK))
		return error->result;
	if (list_changed(view, before, error) != OK ||
		(after->body && list_changed(view, after, error) != OK))
		return error->result;
	for (int row = 0; row < rows; row++) {
		struct entry at = entry_at_row(before, row);
		if (at.cells &&
			settle(view, entry_text(&at, "customer"), before, false, error) != OK)
			return error->result;
	}
	return OK;
}

static enum result reassign(struct view *view, const struct entry *before,
	const struct entry *after, struct error *error)
{
	const char *customer = entry_text(before, "customer");
	bool same = after->body && text_equal(customer, entry_text(after, "customer"));

	if (view_exec(view, DROP_TERM, before, error) != OK ||
		replaced(view, customer, error) != OK ||
		(!same && settle(view, customer, before, false, error) != OK))
		return error->result;
	return after->body ? assigned_put(view, after, error) : OK;
}

static enum result refold(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error)
{
	return before->kind == &kinds[LISTED] ? relist(view, before, after, error)
					      : reassign(view, before, after, error);
}

/* Is the customer on this version already? */
static enum result unchanged(
	struct view *view, const struct entry *entry, bool *same, struct error *error)
{
	enum result result = OK;
	struct query *rows;

	for (int row = 0; result == OK && row < entry_rows(entry); row++) {
		struct entry at = entry_at_row(entry, row);
		if (view_query(view, SAME_MEMBER, &at, &rows, error) != OK)
			return error->result;
		same[row] = rows_next(rows, &result, error);
		rows_end(rows);
	}
	return result;
}

static const char *const watches[] = { "day.opened", NULL };

const struct module roster_module = {
	.name = "roster",
	.version = 1,
	.kinds = kinds,
	.tables = tables,
	.sql = roster_sql,
	.measures = measures,
	.watches = watches,
	.directory = { .manager = ANSWERS(MANAGER),
		.managers = ANSWERS(MANAGERS),
		.deputy = ANSWERS(DEPUTY),
		.deputy_of = ANSWERS(DEPUTY_OF),
		.customers_of = ANSWERS(CUSTOMERS_OF),
		.customers_ever = ANSWERS(CUSTOMERS_EVER),
		.listed = ANSWERS(LISTED_ON),
		.on_lists = ANSWERS(ON_LISTS) },
	.check = check,
	.project = project,
	.refold = refold,
	.unchanged = unchanged,
};

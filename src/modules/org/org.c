/*
 * The organisation 组织: units, people, the posts they hold and since when, who stands in.
 *
 * A person's post on a day is the newest that has begun, is not over, and is not cut off by
 * his leaving; an older post comes back when a newer one with an end is over. Nothing of it
 * is recorded twice: a move to another unit is simply the next post.
 */
#include "module.h"

#include <string.h>

enum { UNIT, STAFF, POST, LEFT, RETURNED, DEPUTY };

enum {
	UNIT_PUT,
	POST_PUT,
	LEFT_PUT,
	RETURNED_PUT,
	DEPUTY_PUT,
	AWAY,
	UNITS,
	STAFF_UNIT,
	STAFF_ROLES,
	UNIT_OFFICE,
	DEPUTIES,
	STAFF_COUNT,
	MANAGER_COUNT,
	PEOPLE,
	POST_CHANGES,
	LEAVERS
};

static const char *const levels[] = { "group", "province", "city", "team", "branch", NULL };
static const char *const roles[] = { "manager", "leader", "office", "support", NULL };

static const struct field unit[] = {
	{ "unit", FIELD_CODE, REQUIRED | KEY | DEFINES | SCOPE },
	{ "name", FIELD_TEXT, REQUIRED | NAME | SEARCH },
	{ "level", FIELD_CHOICE, REQUIRED, .choices = levels },
	{ "parent", FIELD_UNIT },
	{ 0 },
};
static const struct field staff[] = {
	{ "staff", FIELD_CODE, REQUIRED | KEY | DEFINES | SCOPE },
	{ "name", FIELD_TEXT, REQUIRED | NAME | SEARCH },
	{ 0 },
};
static const struct field post[] = {
	{ "staff", FIELD_STAFF, REQUIRED | KEY | ABOUT | SCOPE },
	{ "unit", FIELD_UNIT, REQUIRED | ABOUT },
	{ "role", FIELD_CHOICE, REQUIRED, .choices = roles },
	{ "title", FIELD_TEXT },
	{ "from", FIELD_DAY, REQUIRED | KEY },
	{ "until", FIELD_DAY },
	{ 0 },
};
static const struct field left[] = {
	{ "staff", FIELD_STAFF, REQUIRED | ABOUT | SCOPE },
	{ "day", FIELD_DAY, REQUIRED },
	{ "reason", FIELD_TEXT, .max_bytes = 600 },
	{ 0 },
};
static const struct field deputy[] = {
	{ "staff", FIELD_STAFF, REQUIRED | KEY | ABOUT | SCOPE },
	{ "deputy", FIELD_STAFF, REQUIRED | ABOUT },
	{ "from", FIELD_DAY, REQUIRED | KEY },
	{ "until", FIELD_DAY, REQUIRED },
	{ 0 },
};

static const int unit_folds[] = { UNIT_PUT, -1 };
static const int post_folds[] = { POST_PUT, -1 };
static const int left_folds[] = { LEFT_PUT, -1 };
static const int returned_folds[] = { RETURNED_PUT, -1 };
static const int deputy_folds[] = { DEPUTY_PUT, -1 };

static const struct kind kinds[] = {
	[UNIT] = { "org.unit", 1, FACT, NEED_OFFICE, unit, .defines = "unit", .folds = unit_folds,
		.imports = true },
	[STAFF] = { "org.staff", 1, FACT, NEED_OFFICE, staff, .defines = "staff", .imports = true },
	[POST] = { "org.post", 1, FACT, NEED_OFFICE, post, .folds = post_folds, .imports = true },
	[LEFT] = { "org.left", 1, MOVE, NEED_OFFICE, left, .folds = left_folds },
	[RETURNED] = { "org.returned", 1, MOVE, NEED_OFFICE, left, .folds = returned_folds },
	[DEPUTY] = { "org.deputy", 1, FACT, NEED_OFFICE | NEED_LEADER, deputy,
		.folds = deputy_folds, .imports = true },
	{ 0 },
};

static const struct column unit_columns[] = { { "unit", COLUMN_TEXT }, { "name", COLUMN_TEXT },
	{ "level", COLUMN_TEXT }, { "parent", COLUMN_TEXT }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column post_columns[] = { { "staff", COLUMN_TEXT }, { "from_day", COLUMN_TEXT },
	{ "until_day", COLUMN_TEXT }, { "unit", COLUMN_TEXT }, { "role", COLUMN_TEXT },
	{ "title", COLUMN_TEXT }, { "seq", COLUMN_INTEGER }, { 0 } };
/* From the day after `day`, the last one, until `back_day`. */
static const struct column left_columns[] = { { "staff", COLUMN_TEXT }, { "day", COLUMN_TEXT },
	{ "back_day", COLUMN_TEXT }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column deputy_columns[] = { { "staff", COLUMN_TEXT },
	{ "from_day", COLUMN_TEXT }, { "until_day", COLUMN_TEXT }, { "deputy", COLUMN_TEXT },
	{ "seq", COLUMN_INTEGER }, { 0 } };

static const struct table tables[] = {
	{ "d_org_unit", unit_columns, "unit", .scope = "unit", .scope_type = "unit" },
	{ "d_org_post", post_columns, "staff, from_day", { "unit, role" }, "staff", "staff" },
	{ "d_org_left", left_columns, "staff, day", { 0 }, "staff", "staff" },
	{ "d_org_deputy", deputy_columns, "staff, from_day", { "deputy, until_day" }, "staff",
		"staff" },
	{ 0 },
};

/* The post p is the one its holder holds on `day`. */
#define HELD_ON(day)                                                                               \
	"p.from_day <= " day " AND (p.until_day IS NULL OR p.until_day >= " day ") "               \
	"AND NOT EXISTS (SELECT 1 FROM d_org_left l WHERE l.book = $book AND l.staff = p.staff "   \
	"AND l.day >= p.from_day AND l.day < " day " "                                             \
	"AND (l.back_day IS NULL OR l.back_day > " day ")) "                                       \
	"AND NOT EXISTS (SELECT 1 FROM d_org_post n WHERE n.book = $book AND n.staff = p.staff "   \
	"AND n.from_day > p.from_day AND n.from_day <= " day " "                                   \
	"AND (n.until_day IS NULL OR n.until_day >= " day "))"

static const struct statement sql[] = {
	[UNIT_PUT] = { "INSERT INTO d_org_unit (book, unit, name, level, parent, seq) "
		       "VALUES ($book, $unit, $name, $level, $parent, $seq) "
		       "ON CONFLICT (book, unit) DO UPDATE SET name = excluded.name, "
		       "level = excluded.level, parent = excluded.parent, seq = excluded.seq" },
	[POST_PUT] = { "INSERT INTO d_org_post (book, staff, from_day, until_day, unit, role, "
		       "title, seq) "
		       "VALUES ($book, $staff, $from, $until, $unit, $role, $title, $seq) "
		       "ON CONFLICT (book, staff, from_day) DO UPDATE "
		       "SET until_day = excluded.until_day, unit = excluded.unit, "
		       "role = excluded.role, title = excluded.title, seq = excluded.seq" },
	[LEFT_PUT] = { "INSERT INTO d_org_left (book, staff, day, back_day, seq) "
		       "VALUES ($book, $staff, $day, NULL, $seq) "
		       "ON CONFLICT (book, staff, day) DO UPDATE "
		       "SET back_day = NULL, seq = excluded.seq" },
	[RETURNED_PUT] = { "UPDATE d_org_left SET back_day = $day "
			   "WHERE book = $book AND staff = $staff AND back_day IS NULL" },
	[DEPUTY_PUT] = { "INSERT INTO d_org_deputy (book, staff, from_day, until_day, deputy, seq) "
			 "VALUES ($book, $staff, $from, $until, $deputy, $seq) "
			 "ON CONFLICT (book, staff, from_day) DO UPDATE "
			 "SET until_day = excluded.until_day, deputy = excluded.deputy, "
			 "seq = excluded.seq" },
	[AWAY] = { "SELECT day FROM d_org_left "
		   "WHERE book = $book AND staff = $staff AND back_day IS NULL" },
	[UNITS] = { "SELECT unit, parent, name FROM d_org_unit WHERE book = $book ORDER BY unit" },
	[STAFF_UNIT] = { "SELECT p.unit FROM d_org_post p "
			 "WHERE p.book = $book AND p.staff = $staff AND " HELD_ON("$day") },
	[STAFF_ROLES] = { "SELECT p.unit, p.role FROM d_org_post p "
			  "WHERE p.book = $book AND p.staff = $staff AND " HELD_ON("$day") },
	/* The nearest unit upwards that has somebody in its office. */
	[UNIT_OFFICE] = { "WITH RECURSIVE up (unit, depth) AS ("
			  "SELECT u.unit, 0 FROM d_org_unit u "
			  "WHERE u.book = $book AND u.unit = $unit "
			  "UNION ALL SELECT u.parent, up.depth + 1 FROM up "
			  "JOIN d_org_unit u ON u.book = $book AND u.unit = up.unit "
			  "WHERE u.parent IS NOT NULL AND up.depth < 16) "
			  "SELECT p.staff FROM up JOIN d_org_post p "
			  "ON p.book = $book AND p.unit = up.unit AND p.role = 'office' "
			  "WHERE " HELD_ON("$day") " ORDER BY up.depth, p.staff LIMIT 1" },
	[DEPUTIES] = { "SELECT staff FROM d_org_deputy WHERE book = $book AND deputy = $staff "
		       "AND from_day <= $day AND until_day >= $day ORDER BY staff" },
	[STAFF_COUNT] = { "SELECT p.seq AS seq, p.staff AS staff, p.unit AS unit "
			  "FROM d_org_post p "
			  "WHERE p.book = $book AND " HELD_ON("$to") " ORDER BY p.staff" },
	[MANAGER_COUNT] = { "SELECT p.seq AS seq, p.staff AS staff, p.unit AS unit "
			    "FROM d_org_post p WHERE p.book = $book AND p.role = 'manager' "
			    "AND " HELD_ON("$to") " ORDER BY p.staff" },
	[PEOPLE] = { "SELECT p.staff, p.unit FROM d_org_post p WHERE p.book = $book "
		     "AND " HELD_ON("$day") " ORDER BY p.staff" },
	/* A post after another one of the same person, elsewhere or as something else; the item
	 * is the unit he comes from. */
	[POST_CHANGES] = { "SELECT p.seq AS seq, p.from_day AS day, p.staff AS staff, "
			   "p.unit AS unit, b.unit AS item "
			   "FROM d_org_post p JOIN d_org_post b "
			   "ON b.book = $book AND b.staff = p.staff AND b.from_day = "
			   "(SELECT max(o.from_day) FROM d_org_post o WHERE o.book = $book "
			   "AND o.staff = p.staff AND o.from_day < p.from_day) "
			   "WHERE p.book = $book AND p.from_day >= $from AND p.from_day <= $to "
			   "AND (p.unit <> b.unit OR p.role <> b.role) "
			   "ORDER BY p.from_day, p.staff" },
	[LEAVERS] = { "SELECT seq, day, staff FROM d_org_left WHERE book = $book "
		      "AND day >= $from AND day <= $to "
		      "AND (back_day IS NULL OR back_day > $to) ORDER BY day, staff" },
	{ 0 },
};

static const struct measure measures[] = {
	{ "org.staff.count", COUNT, PIECES, ON_LAST_DAY, STAFF_COUNT, .no_direction = true },
	{ "org.managers", COUNT, PIECES, ON_LAST_DAY, MANAGER_COUNT, .no_direction = true },
	{ "org.post.changes", COUNT, PIECES, DURING, POST_CHANGES, .no_direction = true },
	{ "org.left.count", COUNT, PIECES, DURING, LEAVERS, .lower_is_better = true },
	{ 0 },
};

static enum result check_unit(struct view *view, const struct entry *entry, struct error *error)
{
	const char *name = entry_text(entry, "unit"), *parent = entry_text(entry, "parent");

	if (parent && view_unit_within(view, parent, name))
		return error_refuse(
			error, "refused.unit_cycle", "parent", "unit", name, "value", parent, NULL);
	return OK;
}

static enum result check_days(const struct entry *entry, struct error *error)
{
	const char *from = entry_text(entry, "from"), *until = entry_text(entry, "until");

	if (until && strcmp(until, from) < 0)
		return error_refuse(error, "refused.until_before_from", "until", "value", until,
			"from", from, NULL);
	return OK;
}

static enum result away(
	struct view *view, const struct entry *entry, const char **day, struct error *error)
{
	struct query *rows;
	enum result result;

	*day = NULL;
	if (view_query(view, AWAY, entry, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		*day = arena_text(view_arena(view), rows_text(rows, 0));
	rows_end(rows);
	return result;
}

/* Whoever leaves has handed over: at the end of his last day, or now where that is past. */
static enum result check_left(struct view *view, const struct entry *entry, struct error *error)
{
	const char *person = entry_text(entry, "staff"), *since;
	int day;

	if (away(view, entry, &since, error) != OK)
		return error->result;
	if (since)
		return error_refuse(error, "refused.left_already", "staff", "value", person, "day",
			since, NULL);
	must(day_parse(entry_text(entry, "day"), &day));
	int64_t after = day_start(day + 1);
	if (after < entry->recorded_at)
		after = entry->recorded_at;
	int count = view_manages(view, person, after);
	if (!count)
		return OK;
	return error_refuse(error, "refused.left_with_customers", "staff", "value", person, "count",
		arena_print(view_arena(view), "%d", count), NULL);
}

static enum result check_returned(struct view *view, const struct entry *entry, struct error *error)
{
	const char *since;

	if (away(view, entry, &since, error) != OK)
		return error->result;
	if (!since)
		return error_refuse(error, "refused.not_left", "staff", "value",
			entry_text(entry, "staff"), NULL);
	if (strcmp(entry_text(entry, "day"), since) <= 0)
		return error_refuse(
			error, "refused.returned_before_left", "day", "day", since, NULL);
	return OK;
}

static enum result check_deputy(const struct entry *entry, struct error *error)
{
	const char *person = entry_text(entry, "staff");

	if (strcmp(person, entry_text(entry, "deputy")) == 0)
		return error_refuse(error, "refused.own_deputy", "deputy", "value", person, NULL);
	return check_days(entry, error);
}

static enum result check(struct view *view, const struct entry *entry, struct error *error)
{
	switch (entry->kind - kinds) {
	case UNIT:
		return check_unit(view, entry, error);
	case POST:
		return check_days(entry, error);
	case LEFT:
		return check_left(view, entry, error);
	case RETURNED:
		return check_returned(view, entry, error);
	case DEPUTY:
		return check_deputy(entry, error);
	default:
		return OK;
	}
}

const struct module org_module = {
	.name = "org",
	.version = 1,
	.kinds = kinds,
	.tables = tables,
	.sql = sql,
	.measures = measures,
	.directory = { .units = ANSWERS(UNITS),
		.staff_unit = ANSWERS(STAFF_UNIT),
		.staff_left = ANSWERS(AWAY),
		.staff_roles = ANSWERS(STAFF_ROLES),
		.unit_office = ANSWERS(UNIT_OFFICE),
		.deputies = ANSWERS(DEPUTIES),
		.people = ANSWERS(PEOPLE) },
	.check = check,
};

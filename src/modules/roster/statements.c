/* The statements of the roster. */
#include "roster.h"

/* The parts of list versions with their members; those in force on a day. */
#define MEMBERS "FROM d_roster_list l JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
#define IN_FORCE_AT_END "l.from_day <= $to AND l.until_day > $to "
#define LISTED "m.seq AS seq, m.row AS row, m.customer AS customer " MEMBERS
#define IN_ORDER "ORDER BY m.customer, m.seq, m.row"

/* Does the term t speak at this instant? The newest that covers it does. */
#define COVERS(t, instant)                                                                         \
	t ".replaced = 0 AND " t ".from_at <= " instant " AND " t ".until_at > " instant
#define SPEAKS(instant)                                                                            \
	COVERS("t", instant)                                                                       \
	" AND NOT EXISTS (SELECT 1 FROM d_roster_term n WHERE n.book = t.book "                    \
	"AND n.customer = t.customer AND n.role = t.role AND " COVERS(                             \
		"n", instant) " AND (n.seq > t.seq OR (n.seq = t.seq AND n.part > t.part)))"

/* The newest term of a role at $instant speaks. */
#define NEWEST(role)                                                                               \
	"AND t.role = '" role                                                                      \
	"' AND " COVERS("t", "$instant") " ORDER BY t.seq DESC, t.part DESC LIMIT 1"

/* Has the customer m.customer a principal at this instant? */
#define MANAGED(instant)                                                                           \
	"EXISTS (SELECT 1 FROM d_roster_term t WHERE t.book = m.book "                             \
	"AND t.customer = m.customer AND t.role = 'principal' AND t.staff IS NOT NULL "            \
	"AND " SPEAKS(instant) ")"

#define MANAGED_AT_END MANAGED("($to_at - 1)")

/* A version and the one before it: the same list, one ends as the other begins. */
#define CHANGE_OF(other)                                                                           \
	"FROM d_roster_list o WHERE o.book = l.book AND o.list = l.list AND o.seq <> l.seq "       \
	"AND o.until_day > o.from_day AND " other
#define MEMBER_OF(other)                                                                           \
	"FROM d_roster_list o JOIN d_roster_member p ON p.book = o.book AND p.seq = o.seq "        \
	"WHERE o.book = l.book AND o.list = l.list AND o.until_day > o.from_day "                  \
	"AND p.customer = m.customer AND " other

const struct statement roster_sql[] = {
	[PUT_LIST] = { "INSERT INTO d_roster_list (book, list, version, seq, level, grade, "
		       "from_day, until_day) VALUES ($book, $list, $version, $seq, $level, "
		       "$grade, $effective, '2199-12-31')" },
	[PUT_MEMBER] = { "INSERT INTO d_roster_member (book, seq, row, customer) "
			 "VALUES ($book, $seq, $row, $customer)" },
	/* A version gives way to the earliest that takes effect after it; of two on one day
	 * the higher number speaks. Parts of one version stand together. */
	[SET_UNTIL] = { "UPDATE d_roster_list SET until_day = coalesce((SELECT "
			"min(n.from_day) "
			"FROM d_roster_list n WHERE n.book = d_roster_list.book "
			"AND n.list = d_roster_list.list AND n.version <> "
			"d_roster_list.version "
			"AND (n.from_day > d_roster_list.from_day "
			"OR (n.from_day = d_roster_list.from_day "
			"AND n.version > d_roster_list.version))), '2199-12-31') "
			"WHERE book = $book AND list = $list" },
	[DROP_LIST] = { "DELETE FROM d_roster_list WHERE book = $book AND seq = $seq" },
	[DROP_MEMBERS] = { "DELETE FROM d_roster_member WHERE book = $book AND seq = "
			   "$seq" },
	[OF_LIST] = { "SELECT DISTINCT m.customer FROM d_roster_list l "
		      "JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
		      "WHERE l.book = $book AND l.list = $list ORDER BY m.customer" },
	[LISTS_OF_DAY] = { "SELECT DISTINCT m.customer FROM d_roster_list l "
			   "JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
			   "WHERE l.book = $book AND (l.from_day = $day OR l.until_day = "
			   "$day) "
			   "ORDER BY m.customer" },
	[SAME_MEMBER] = { "SELECT m.row FROM d_roster_list l "
			  "JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
			  "WHERE l.book = $book AND l.list = $list AND l.version = "
			  "$version "
			  "AND l.level = $level AND l.grade = $grade AND l.from_day = "
			  "$effective "
			  "AND m.customer = $customer" },
	[LISTED_ON] = { "SELECT l.list FROM d_roster_list l "
			"JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
			"WHERE l.book = $book AND l.from_day <= $day AND l.until_day > "
			"$day "
			"AND m.customer = $customer ORDER BY l.list" },
	[ON_LISTS] = { "SELECT DISTINCT m.customer FROM d_roster_list l "
		       "JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
		       "WHERE l.book = $book AND l.from_day <= $day AND l.until_day > $day" },
	[PUT_TERM] = { "INSERT INTO d_roster_term (book, customer, role, from_at, seq, "
		       "part, "
		       "until_at, staff, what, from_day, complete, replaced) "
		       "VALUES ($book, $customer, $role, $from_at, $seq, $part, $until_at, "
		       "$staff, $what, $from_day, $complete, 0)" },
	[SET_REPLACED] = { "UPDATE d_roster_term SET replaced = CASE WHEN EXISTS (SELECT 1 "
			   "FROM d_roster_term n WHERE n.book = d_roster_term.book "
			   "AND n.customer = d_roster_term.customer "
			   "AND n.role = d_roster_term.role "
			   "AND n.from_at = d_roster_term.from_at AND n.what = 'assigned' "
			   "AND n.seq > d_roster_term.seq) THEN 1 ELSE 0 END "
			   "WHERE book = $book AND customer = $customer AND what = "
			   "'assigned'" },
	[DROP_TERM] = { "DELETE FROM d_roster_term WHERE book = $book "
			"AND customer = $customer AND role = $role AND seq = $seq" },
	[TERMS_OF] = { "SELECT from_at, until_at, staff FROM d_roster_term WHERE book = "
		       "$book "
		       "AND customer = $customer AND role = 'principal' AND replaced = 0 "
		       "ORDER BY seq DESC, part DESC" },
	[TERMS_OF_DAY] = { "SELECT DISTINCT customer FROM d_roster_term WHERE book = $book "
			   "AND (from_at = $midnight OR until_at = $midnight) ORDER BY "
			   "customer" },
	[WAITING] = { "SELECT DISTINCT m.customer FROM d_roster_list l "
		      "JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
		      "WHERE l.book = $book AND l.from_day <= $day AND l.until_day > $day "
		      "AND NOT " MANAGED("$midnight") " ORDER BY m.customer" },
	[MANAGER] = { "SELECT t.staff FROM d_roster_term t WHERE t.book = $book AND t.customer = "
		      "$customer " NEWEST("principal") },
	[MANAGERS] = { "SELECT t.customer, t.staff FROM d_roster_term t WHERE t.book = $book "
		       "AND t.role = 'principal' AND t.staff IS NOT NULL AND " SPEAKS("$instant") },
	[DEPUTY] = { "SELECT t.staff FROM d_roster_term t WHERE t.book = $book AND t.customer = "
		     "$customer " NEWEST("deputy") },
	[DEPUTY_OF] = { "SELECT t.customer FROM d_roster_term t WHERE t.book = $book "
			"AND t.staff = $staff AND t.role = 'deputy' "
			"AND " SPEAKS("$instant") " ORDER BY t.customer" },
	[CUSTOMERS_OF] = { "SELECT t.customer FROM d_roster_term t WHERE t.book = $book "
			   "AND t.staff = $staff AND t.role = 'principal' "
			   "AND " SPEAKS("$instant") " ORDER BY t.customer" },
	[CUSTOMERS_EVER] = { "SELECT DISTINCT customer FROM d_roster_term WHERE book = $book "
			     "AND staff = $staff AND role = 'principal' AND replaced = 0" },
	[ROWS_LISTED] = { "SELECT " LISTED "WHERE l.book = $book AND " IN_FORCE_AT_END IN_ORDER },
	[ROWS_PROVINCE] = { "SELECT " LISTED
			    "WHERE l.book = $book AND l.level = 'province' AND " IN_FORCE_AT_END
				    IN_ORDER },
	[ROWS_CITY] = { "SELECT " LISTED
			"WHERE l.book = $book AND l.level = 'city' AND " IN_FORCE_AT_END IN_ORDER },
	[ROWS_MAJOR] = { "SELECT " LISTED
			 "WHERE l.book = $book AND l.grade = 'major' AND " IN_FORCE_AT_END
				 IN_ORDER },
	[ROWS_CORE] = { "SELECT " LISTED
			"WHERE l.book = $book AND l.grade = 'core' AND " IN_FORCE_AT_END IN_ORDER },
	[ROWS_ENTERED] = { "SELECT m.seq AS seq, m.row AS row, l.from_day AS day, "
			   "m.customer AS customer FROM d_roster_list l "
			   "JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
			   "WHERE l.book = $book AND l.from_day >= $from AND l.from_day <= "
			   "$to "
			   "AND l.until_day > l.from_day "
			   "AND EXISTS (SELECT 1 " CHANGE_OF(
				   "o.until_day = l.from_day") ") "
							       "AND NOT EXISTS (SELECT "
							       "1 " MEMBER_OF("o.until_day = "
									      "l.from_day") ")"
											    " ORDE"
											    "R BY "
											    "l."
											    "from_"
											    "day, "
											    "m."
											    "custo"
											    "mer, "
											    "m."
											    "seq, "
											    "m."
											    "ro"
											    "w" },
	[ROWS_LEFT] = { "SELECT m.seq AS seq, m.row AS row, l.until_day AS day, "
			"m.customer AS customer FROM d_roster_list l "
			"JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
			"WHERE l.book = $book AND l.until_day >= $from AND l.until_day <= "
			"$to "
			"AND l.until_day > l.from_day "
			"AND EXISTS (SELECT 1 " CHANGE_OF(
				"o.from_day = l.until_day") ") "
							    "AND NOT EXISTS (SELECT "
							    "1 " MEMBER_OF("o.from_day = "
									   "l.until_day") ")"
											  " ORDER "
											  "BY "
											  "l."
											  "until_"
											  "day, "
											  "m."
											  "custome"
											  "r, "
											  "m.seq, "
											  "m."
											  "row" },
	[ROWS_MANAGED] = { "SELECT t.seq AS seq, t.customer AS customer, t.staff AS staff "
			   "FROM d_roster_term t WHERE t.book = $book AND t.role = "
			   "'principal' "
			   "AND t.staff IS NOT NULL AND " SPEAKS(
				   "($to_at - 1)") " ORDER BY t.customer" },
	/* A customer on two lists is one customer: its first row speaks for it. */
	[ROWS_COVERED] = { "SELECT f.seq AS seq, f.row AS row, f.customer AS customer, f.value AS "
			   "value "
			   "FROM (SELECT m.seq, m.row, m.customer, CASE WHEN " MANAGED_AT_END
			   " THEN 1 ELSE 0 END AS value, row_number() OVER "
			   "(PARTITION BY m.customer ORDER BY m.seq, m.row) AS nth " MEMBERS
			   "WHERE l.book = $book AND " IN_FORCE_AT_END
			   ") f WHERE f.nth = 1 ORDER BY f.customer" },
	[ROWS_HANDED_OVER] = { "SELECT seq, from_day AS day, customer, complete AS value "
			       "FROM d_roster_term WHERE book = $book "
			       "AND what IN ('handed_over', 'batch_handed_over') "
			       "AND from_day >= $from AND from_day <= $to "
			       "ORDER BY from_at, seq, part" },
	[LISTINGS] = { "SELECT m.seq, m.row, m.customer, l.from_day, l.until_day "
		       "FROM d_roster_list l "
		       "JOIN d_roster_member m ON m.book = l.book AND m.seq = l.seq "
		       "WHERE l.book = $book AND l.from_day <= $to AND l.until_day > $from "
		       "AND l.until_day > l.from_day "
		       "ORDER BY m.customer, l.from_day, m.seq, m.row" },
	{ 0 },
};

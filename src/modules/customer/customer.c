/*
 * Customers 集团客户: their archives, the people one talks to, what they use and until when.
 *
 * An archive is never refused for looking like another or for a doubtful credit code: both
 * are counted, named and left to people. Two archives of one customer are merged by an alias;
 * every row stays with the customer it was entered for.
 */
#include "customer.h"

#include <string.h>

static const char *const categories[] = { "industry", "business", NULL };
static const char *const sections[] = { "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L",
	"M", "N", "O", "P", "Q", "R", "S", "T", NULL };
static const char *const person_roles[] = { "decider", "contact", "technical", "finance", NULL };
static const char *const influences[] = { "high", "middle", "low", NULL };
static const char *const lines[] = { "mobile", "fixed", "industry", NULL };

static const struct field customer[] = {
	{ "code", FIELD_CODE, REQUIRED | KEY | DEFINES | SCOPE },
	{ "name", FIELD_TEXT, REQUIRED | NAME | SEARCH },
	{ "credit_code", FIELD_TEXT, SEARCH, .max_bytes = 60 },
	{ "category", FIELD_CHOICE, .choices = categories },
	{ "section", FIELD_CHOICE, .choices = sections },
	{ "unit", FIELD_UNIT, ABOUT },
	{ "address", FIELD_TEXT, SEARCH, .max_bytes = 300 },
	{ "since", FIELD_DAY },
	{ 0 },
};
static const struct field person[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | KEY | ABOUT | SCOPE },
	{ "person", FIELD_CODE, REQUIRED | KEY },
	{ "name", FIELD_TEXT, REQUIRED | PERSONAL | NAME, .max_bytes = 90 },
	{ "phone", FIELD_TEXT, PERSONAL, .max_bytes = 60 },
	{ "post", FIELD_TEXT },
	{ "role", FIELD_CHOICE, .choices = person_roles },
	{ "influence", FIELD_CHOICE, .choices = influences },
	{ "preferences", FIELD_TEXT, PERSONAL, .max_bytes = 600 },
	{ "consent", FIELD_BOOL },
	{ 0 },
};
static const struct field product[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | KEY | ABOUT | SCOPE },
	{ "product", FIELD_CODE, REQUIRED | KEY },
	{ "line", FIELD_CHOICE, REQUIRED, .choices = lines },
	{ "contract", FIELD_TEXT, SEARCH },
	{ "from", FIELD_DAY },
	{ "until", FIELD_DAY },
	{ "monthly", FIELD_MONEY },
	{ 0 },
};
static const struct field product_ended[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | KEY | ABOUT | SCOPE },
	{ "product", FIELD_CODE, REQUIRED | KEY },
	{ "day", FIELD_DAY, REQUIRED },
	{ "reason", FIELD_TEXT, .max_bytes = 600 },
	{ 0 },
};
static const struct field merged[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "into", FIELD_CUSTOMER, REQUIRED | ABOUT },
	{ "reason", FIELD_TEXT, REQUIRED, .max_bytes = 600 },
	{ 0 },
};
static const struct field unmerged[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT | SCOPE },
	{ "reason", FIELD_TEXT, REQUIRED, .max_bytes = 600 },
	{ 0 },
};
static const struct field unmasked[] = {
	{ "customer", FIELD_CUSTOMER, REQUIRED | ABOUT },
	{ "person", FIELD_CODE, REQUIRED },
	{ "reason", FIELD_TEXT, REQUIRED, .max_bytes = 600 },
	{ 0 },
};

static const int person_folds[] = { PERSON_PUT, -1 };
static const int product_folds[] = { PRODUCT_PUT, -1 };
static const int ended_folds[] = { PRODUCT_END, -1 };
static const int merged_folds[] = { MERGE_PUT, -1 };
static const int unmasked_folds[] = { UNMASKED_PUT, -1 };

enum { OURS = NEED_MANAGER | NEED_LEADER | NEED_OFFICE };

const struct kind customer_kinds[] = {
	[CUSTOMER] = { "customer", 1, FACT, NEED_STAFF, customer, .defines = "customer",
		.imports = true },
	[PERSON] = { "customer.person", 1, FACT, OURS, person, .folds = person_folds,
		.imports = true },
	[PRODUCT] = { "customer.product", 1, FACT, OURS, product, .folds = product_folds,
		.imports = true },
	[PRODUCT_ENDED] = { "customer.product.ended", 1, FACT, OURS, product_ended,
		.folds = ended_folds, .imports = true },
	[MERGED] = { "customer.merged", 1, MOVE, NEED_LEADER | NEED_OFFICE, merged,
		.folds = merged_folds },
	[UNMERGED] = { "customer.unmerged", 1, MOVE, NEED_LEADER | NEED_OFFICE, unmerged },
	[UNMASKED] = { "customer.unmasked", 1, MOVE, NEED_STAFF, unmasked,
		.unmasks = "customer.person", .folds = unmasked_folds },
	{ 0 },
};

static const struct field renewal_columns[] = {
	{ "days", FIELD_INTEGER, REQUIRED, .min = 1, .max = 366 },
	{ 0 },
};
static const struct norm norms[] = {
	{ "customer.renewal", renewal_columns, NULL, NORM_REPLACES },
	{ 0 },
};

/* `folded` and `credit_code` are in comparable form (identity.c); `since` is the day the
 * customer became one, first_seq the entry that first said so. */
static const struct column archive[] = { { "customer", COLUMN_TEXT }, { "folded", COLUMN_TEXT },
	{ "credit_code", COLUMN_TEXT }, { "doubt", COLUMN_TEXT }, { "category", COLUMN_TEXT },
	{ "section", COLUMN_TEXT }, { "unit", COLUMN_TEXT }, { "since", COLUMN_TEXT },
	{ "first_seq", COLUMN_INTEGER }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column persons[] = { { "customer", COLUMN_TEXT }, { "person", COLUMN_TEXT },
	{ "name", COLUMN_TEXT, .personal = true }, { "phone", COLUMN_TEXT, .personal = true },
	{ "post", COLUMN_TEXT }, { "role", COLUMN_TEXT }, { "influence", COLUMN_TEXT },
	{ "consent", COLUMN_INTEGER }, { "day", COLUMN_TEXT }, { "seq", COLUMN_INTEGER }, { 0 } };
static const struct column products[] = { { "customer", COLUMN_TEXT }, { "product", COLUMN_TEXT },
	{ "line", COLUMN_TEXT }, { "from_day", COLUMN_TEXT }, { "until_day", COLUMN_TEXT },
	{ "monthly", COLUMN_INTEGER }, { "ended_day", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ 0 } };
/* An alias holds from `day` until `until_day`. */
static const struct column merges[] = { { "customer", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ "target", COLUMN_TEXT }, { "day", COLUMN_TEXT }, { "until_day", COLUMN_TEXT }, { 0 } };
/* Contracts noted to end soon, the entry they were read from, and the one that answered. */
static const struct column renewals[] = { { "customer", COLUMN_TEXT }, { "product", COLUMN_TEXT },
	{ "until_day", COLUMN_TEXT }, { "noted_day", COLUMN_TEXT }, { "seq", COLUMN_INTEGER },
	{ "done_seq", COLUMN_INTEGER }, { 0 } };
static const struct column unmaskings[] = { { "seq", COLUMN_INTEGER }, { "customer", COLUMN_TEXT },
	{ "person", COLUMN_TEXT }, { "staff", COLUMN_TEXT }, { "day", COLUMN_TEXT }, { 0 } };

static const struct table tables[] = {
	{ "d_customer", archive, "customer", { 0 }, "customer", "customer" },
	{ "d_customer_person", persons, "customer, person", { 0 }, "customer", "customer" },
	{ "d_customer_product", products, "customer, product", { "until_day" }, "customer",
		"customer" },
	{ "d_customer_merge", merges, "customer, seq", { 0 }, "customer", "customer" },
	{ "d_customer_renewal", renewals, "customer, product, until_day", { "noted_day" } },
	{ "d_customer_unmasked", unmaskings, "seq" },
	{ 0 },
};

/* The customer c is one on the last day: known by then, and no alias of another. */
#define KNOWN                                                                                      \
	"c.since <= $to AND NOT EXISTS (SELECT 1 FROM d_customer_merge m WHERE m.book = $book "    \
	"AND m.customer = c.customer AND m.day <= $to "                                            \
	"AND (m.until_day IS NULL OR m.until_day > $to))"
/* The customer that `chain` ends at. */
#define CHAIN                                                                                      \
	"chain (customer) AS (SELECT m.target FROM d_customer_merge m "                            \
	"WHERE m.book = $book AND m.customer = $customer AND m.until_day IS NULL "                 \
	"UNION SELECT m.target FROM chain JOIN d_customer_merge m "                                \
	"ON m.book = $book AND m.customer = chain.customer AND m.until_day IS NULL) "
#define CHAIN_END                                                                                  \
	"NOT EXISTS (SELECT 1 FROM d_customer_merge e WHERE e.book = $book "                       \
	"AND e.customer = chain.customer AND e.until_day IS NULL)"
#define NOT_MERGED                                                                                 \
	"NOT EXISTS (SELECT 1 FROM d_customer_merge m WHERE m.book = $book "                       \
	"AND m.customer = $customer AND m.until_day IS NULL) "
#define IN_USE                                                                                     \
	"p.from_day <= $to AND (p.until_day IS NULL OR p.until_day >= $to) "                       \
	"AND (p.ended_day IS NULL OR p.ended_day > $to)"

static const struct statement sql[] = {
	[CUSTOMER_PUT] = { "INSERT INTO d_customer (book, customer, folded, credit_code, doubt, "
			   "category, section, unit, since, first_seq, seq) "
			   "VALUES ($book, $code, $folded, $compared, $doubt, "
			   "$category, $section, $unit, coalesce($since, $day), $seq, $seq) "
			   "ON CONFLICT (book, customer) DO UPDATE SET folded = excluded.folded, "
			   "credit_code = excluded.credit_code, doubt = excluded.doubt, "
			   "category = excluded.category, section = excluded.section, "
			   "unit = excluded.unit, since = coalesce($since, d_customer.since), "
			   "seq = excluded.seq" },
	[PERSON_PUT] = { "INSERT INTO d_customer_person (book, customer, person, name, phone, "
			 "post, role, influence, consent, day, seq) "
			 "VALUES ($book, $customer, $person, $name, $phone, "
			 "$post, $role, $influence, $consent, $day, $seq) "
			 "ON CONFLICT (book, customer, person) DO UPDATE SET name = excluded.name, "
			 "phone = excluded.phone, post = excluded.post, role = excluded.role, "
			 "influence = excluded.influence, consent = excluded.consent, "
			 "seq = excluded.seq" },
	[PRODUCT_PUT] = { "INSERT INTO d_customer_product (book, customer, product, line, "
			  "from_day, until_day, monthly, ended_day, seq) "
			  "VALUES ($book, $customer, $product, $line, coalesce($from, $day), "
			  "$until, $monthly, NULL, $seq) "
			  "ON CONFLICT (book, customer, product) DO UPDATE "
			  "SET line = excluded.line, "
			  "from_day = coalesce($from, d_customer_product.from_day), "
			  "until_day = excluded.until_day, monthly = excluded.monthly, "
			  "ended_day = NULL, seq = excluded.seq" },
	[PRODUCT_END] = { "UPDATE d_customer_product SET ended_day = $day "
			  "WHERE book = $book AND customer = $customer AND product = $product" },
	[MERGE_PUT] = { "INSERT INTO d_customer_merge (book, customer, seq, target, day, "
			"until_day) "
			"VALUES ($book, $customer, $seq, $into, $day, NULL)" },
	[MERGE_END] = { "UPDATE d_customer_merge SET until_day = $day "
			"WHERE book = $book AND customer = $customer AND until_day IS NULL" },
	[UNMASKED_PUT] = { "INSERT INTO d_customer_unmasked (book, seq, customer, person, staff, "
			   "day) VALUES ($book, $seq, $customer, $person, $author, $day)" },
	[MERGED_INTO] = { "SELECT target FROM d_customer_merge "
			  "WHERE book = $book AND customer = $customer AND until_day IS NULL" },
	[PERSON_KNOWN] = { "SELECT person FROM d_customer_person "
			   "WHERE book = $book AND customer = $customer AND person = $person" },
	[PRODUCT_KNOWN] = { "SELECT product FROM d_customer_product "
			    "WHERE book = $book AND customer = $customer AND product = $product" },
	[RENEWAL_NOTE] = { "INSERT INTO d_customer_renewal (book, customer, product, until_day, "
			   "noted_day, seq, done_seq) "
			   "SELECT p.book, p.customer, p.product, p.until_day, $day, p.seq, NULL "
			   "FROM d_customer_product p WHERE p.book = $book "
			   "AND p.until_day >= $day AND p.until_day <= $horizon "
			   "AND p.ended_day IS NULL "
			   "AND NOT EXISTS (SELECT 1 FROM d_customer_renewal r "
			   "WHERE r.book = p.book AND r.customer = p.customer "
			   "AND r.product = p.product AND r.until_day = p.until_day "
			   "AND r.done_seq IS NULL) "
			   "ON CONFLICT (book, customer, product, until_day) DO UPDATE "
			   "SET noted_day = excluded.noted_day, seq = excluded.seq, "
			   "done_seq = NULL" },
	[RENEWALS_NOTED] = { "SELECT customer, min(until_day) FROM d_customer_renewal "
			     "WHERE book = $book AND noted_day = $day AND done_seq IS NULL "
			     "GROUP BY customer ORDER BY customer" },
	[RENEWALS_OPEN] = { "SELECT product, until_day, seq FROM d_customer_renewal "
			    "WHERE book = $book AND customer = $customer AND done_seq IS NULL "
			    "ORDER BY until_day, product" },
	[RENEWAL_DONE] = { "UPDATE d_customer_renewal SET done_seq = $seq "
			   "WHERE book = $book AND customer = $customer AND product = $product "
			   "AND until_day = $until" },
	[RENEWAL_DROP] = { "DELETE FROM d_customer_renewal "
			   "WHERE book = $book AND customer = $customer AND product = $product "
			   "AND until_day = $until" },
	[RENEWAL_REOPEN] = { "UPDATE d_customer_renewal SET done_seq = NULL "
			     "WHERE book = $book AND customer = $customer AND done_seq = $seq" },
	/* Asked for every row of every figure: hardly any customer is merged, and only those walk
	 * the chain. */
	[CUSTOMER_UNIT] = { "SELECT CASE WHEN " NOT_MERGED
			    "THEN (SELECT c.unit FROM d_customer c WHERE c.book = $book "
			    "AND c.customer = $customer) ELSE (WITH RECURSIVE " CHAIN
			    "SELECT c.unit FROM chain JOIN d_customer c ON c.book = $book "
			    "AND c.customer = chain.customer WHERE " CHAIN_END ") END" },
	[SURVIVOR] = { "SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM d_customer_merge m "
		       "WHERE m.book = $book AND m.customer = $customer AND m.until_day IS NULL) "
		       "THEN CAST($customer AS TEXT) ELSE (WITH RECURSIVE " CHAIN
		       "SELECT customer FROM chain WHERE " CHAIN_END ") END" },
	[ALIASES] = { "WITH RECURSIVE chain (origin, customer) AS ("
		      "SELECT m.customer, m.target FROM d_customer_merge m "
		      "WHERE m.book = $book AND m.until_day IS NULL "
		      "UNION SELECT chain.origin, m.target FROM chain JOIN d_customer_merge m "
		      "ON m.book = $book AND m.customer = chain.customer "
		      "AND m.until_day IS NULL) "
		      "SELECT origin, customer FROM chain WHERE " CHAIN_END " ORDER BY origin" },
	[ALL] = { "SELECT c.seq AS seq, c.customer AS customer, c.unit AS unit "
		  "FROM d_customer c WHERE c.book = $book AND " KNOWN " ORDER BY c.seq" },
	[NEW] = { "SELECT c.seq AS seq, c.since AS day, c.customer AS customer, c.unit AS unit "
		  "FROM d_customer c WHERE c.book = $book AND c.since >= $from AND " KNOWN
		  " ORDER BY c.seq" },
	[INDUSTRY] = { "SELECT c.seq AS seq, c.customer AS customer, c.unit AS unit "
		       "FROM d_customer c WHERE c.book = $book AND c.category = 'industry' "
		       "AND " KNOWN " ORDER BY c.seq" },
	[BUSINESS] = { "SELECT c.seq AS seq, c.customer AS customer, c.unit AS unit "
		       "FROM d_customer c WHERE c.book = $book AND c.category = 'business' "
		       "AND " KNOWN " ORDER BY c.seq" },
	/* Every archive but the first of those that share a name or a credit code; the item is
	 * the first. */
	[DUPLICATES] = { "WITH k AS (SELECT c.customer AS customer, c.unit AS unit, "
			 "c.folded AS folded, c.credit_code AS credit_code, "
			 "c.first_seq AS first_seq, c.seq AS seq "
			 "FROM d_customer c WHERE c.book = $book AND " KNOWN "), "
			 "twin AS (SELECT b.customer AS customer, b.first_seq AS first_seq, "
			 "a.first_seq AS before_seq FROM k b JOIN (SELECT folded, "
			 "min(first_seq) AS first_seq FROM k GROUP BY folded HAVING count(*) > 1) "
			 "a "
			 "ON a.folded = b.folded "
			 "UNION SELECT b.customer, b.first_seq, a.first_seq FROM k b "
			 "JOIN (SELECT credit_code, min(first_seq) AS first_seq FROM k "
			 "WHERE credit_code IS NOT NULL GROUP BY credit_code HAVING count(*) > 1) "
			 "a "
			 "ON a.credit_code = b.credit_code), "
			 "pair AS (SELECT customer, min(before_seq) AS before_seq FROM twin "
			 "WHERE before_seq < first_seq GROUP BY customer) "
			 "SELECT k.seq AS seq, k.customer AS customer, k.unit AS unit, "
			 "f.customer AS item FROM pair JOIN k ON k.customer = pair.customer "
			 "JOIN k f ON f.first_seq = pair.before_seq ORDER BY k.seq" },
	[CODE_DOUBTFUL] = { "SELECT c.seq AS seq, c.customer AS customer, c.unit AS unit, "
			    "c.doubt AS item FROM d_customer c "
			    "WHERE c.book = $book AND c.doubt IS NOT NULL AND " KNOWN
			    " ORDER BY c.seq" },
	[PERSONS] = { "SELECT seq, customer, person AS item FROM d_customer_person "
		      "WHERE book = $book AND day <= $to ORDER BY seq" },
	[DECIDERS] = { "SELECT seq, customer, person AS item FROM d_customer_person "
		       "WHERE book = $book AND day <= $to AND role = 'decider' ORDER BY seq" },
	[CONSENT] = { "SELECT seq, customer, person AS item, coalesce(consent, 0) AS value "
		      "FROM d_customer_person WHERE book = $book AND day <= $to ORDER BY seq" },
	[PRODUCTS] = { "SELECT p.seq AS seq, p.customer AS customer, p.product AS item "
		       "FROM d_customer_product p WHERE p.book = $book AND " IN_USE
		       " ORDER BY p.seq" },
	[MONTHLY] = { "SELECT p.seq AS seq, p.customer AS customer, p.monthly AS value "
		      "FROM d_customer_product p WHERE p.book = $book "
		      "AND p.monthly IS NOT NULL AND " IN_USE " ORDER BY p.seq" },
	[CONTRACTS_ENDING] = { "SELECT seq, until_day AS day, customer, product AS item "
			       "FROM d_customer_product WHERE book = $book "
			       "AND until_day >= $from AND until_day <= $to "
			       "AND (ended_day IS NULL OR ended_day > until_day) "
			       "ORDER BY until_day, seq" },
	[UNMASKINGS] = { "SELECT seq, day, customer, staff, person AS item "
			 "FROM d_customer_unmasked "
			 "WHERE book = $book AND day >= $from AND day <= $to ORDER BY seq" },
	[WHOM_TO_SEE] = { "SELECT seq FROM d_customer_person WHERE book = $book "
			  "AND customer = $customer ORDER BY CASE role WHEN 'decider' THEN 0 "
			  "ELSE 1 END, CASE influence WHEN 'high' THEN 0 WHEN 'middle' THEN 1 "
			  "ELSE 2 END, seq LIMIT 3" },
	[WHAT_ENDS] = { "SELECT seq, until_day FROM d_customer_product WHERE book = $book "
			"AND customer = $customer AND until_day >= $from AND until_day <= $to "
			"AND (ended_day IS NULL OR ended_day > until_day) "
			"ORDER BY until_day, seq LIMIT 3" },
	{ 0 },
};

static const struct measure measures[] = {
	{ "customer.count", COUNT, PIECES, ON_LAST_DAY, ALL },
	{ "customer.new", COUNT, PIECES, DURING, NEW },
	{ "customer.industry", COUNT, PIECES, ON_LAST_DAY, INDUSTRY, .no_direction = true },
	{ "customer.business", COUNT, PIECES, ON_LAST_DAY, BUSINESS, .no_direction = true },
	{ "customer.duplicates", COUNT, PIECES, ON_LAST_DAY, DUPLICATES, .lower_is_better = true },
	{ "customer.code_doubtful", COUNT, PIECES, ON_LAST_DAY, CODE_DOUBTFUL,
		.lower_is_better = true },
	{ "customer.persons", COUNT, PIECES, ON_LAST_DAY, PERSONS },
	{ "customer.deciders", COUNT, PIECES, ON_LAST_DAY, DECIDERS },
	{ "customer.consent", RATIO, PIECES, ON_LAST_DAY, CONSENT },
	{ "customer.products", COUNT, PIECES, ON_LAST_DAY, PRODUCTS },
	{ "customer.monthly", SUM, MONEY, ON_LAST_DAY, MONTHLY },
	{ "customer.contracts_ending", COUNT, PIECES, DURING, CONTRACTS_ENDING,
		.no_direction = true },
	{ "customer.renewed", RATIO, PIECES, DURING, .duty = "customer.renewal" },
	{ "customer.unmaskings", COUNT, PIECES, DURING, UNMASKINGS, .no_direction = true },
	{ 0 },
};

/* ------------------------------------------------------------------ checking */

static enum result check_product(const struct entry *entry, struct error *error)
{
	const char *from = entry_text(entry, "from"), *until = entry_text(entry, "until");

	if (from && until && strcmp(until, from) < 0)
		return error_refuse(error, "refused.contract_days", "until", "value", until, "from",
			from, NULL);
	return OK;
}

/* The first column of what a statement finds for the entry, in the arena; NULL for nothing. */
static enum result found(struct view *view, int number, const struct entry *entry,
	const char **text, struct error *error)
{
	struct query *rows;
	enum result result;

	*text = NULL;
	if (view_query(view, number, entry, &rows, error) != OK)
		return error->result;
	if (rows_next(rows, &result, error))
		*text = arena_text(view_arena(view), rows_text(rows, 0));
	rows_end(rows);
	return result;
}

static enum result check_known(struct view *view, int number, const char *field,
	const struct entry *entry, struct error *error)
{
	const char *known;

	if (found(view, number, entry, &known, error) != OK || known)
		return error->result;
	return error_refuse(error,
		number == PERSON_KNOWN ? "refused.unknown_person" : "refused.unknown_product",
		field, "value", entry_text(entry, field), "customer", entry_text(entry, "customer"),
		NULL);
}

static enum result check_merged(struct view *view, const struct entry *entry, struct error *error)
{
	const char *id = entry_text(entry, "customer"), *into = entry_text(entry, "into");
	const char *already;

	if (strcmp(id, into) == 0)
		return error_refuse(error, "refused.merge_self", "into", "value", into, NULL);
	if (found(view, MERGED_INTO, entry, &already, error) != OK)
		return error->result;
	if (already)
		return error_refuse(error, "refused.merged_already", "customer", "value", id,
			"into", already, NULL);
	if (strcmp(view_survivor(view, into), id) == 0)
		return error_refuse(
			error, "refused.merge_cycle", "into", "value", into, "customer", id, NULL);
	return OK;
}

static enum result check_unmerged(struct view *view, const struct entry *entry, struct error *error)
{
	const char *already;

	if (found(view, MERGED_INTO, entry, &already, error) != OK || already)
		return error->result;
	return error_refuse(error, "refused.not_merged", "customer", "value",
		entry_text(entry, "customer"), NULL);
}

static enum result check(struct view *view, const struct entry *entry, struct error *error)
{
	switch (entry->kind - customer_kinds) {
	case PRODUCT:
		return check_product(entry, error);
	case PRODUCT_ENDED:
		return check_known(view, PRODUCT_KNOWN, "product", entry, error);
	case MERGED:
		return check_merged(view, entry, error);
	case UNMERGED:
		return check_unmerged(view, entry, error);
	case UNMASKED:
		return check_known(view, PERSON_KNOWN, "person", entry, error);
	default:
		return OK;
	}
}

/* ------------------------------------------------------------------ folding */

static enum result put_customer(struct view *view, const struct entry *entry, struct error *error)
{
	char folded[IDENTITY_TEXT], code[IDENTITY_TEXT] = "";
	const char *credit_code = entry_text(entry, "credit_code");

	identity_name(folded, sizeof(folded), entry_text(entry, "name"));
	if (credit_code)
		identity_code(code, sizeof(code), credit_code);
	view_set_text(view, "folded", folded);
	view_set_text(view, "compared", *code ? code : NULL);
	view_set_text(view, "doubt", *code ? identity_doubt(code) : NULL);
	return view_exec(view, CUSTOMER_PUT, entry, error);
}

/* Duties and cadences of both follow: the one's manager now answers for the other. */
static enum result follow(
	struct view *view, const struct entry *entry, const char *other, struct error *error)
{
	const char *both[] = { entry_text(entry, "customer"), other };

	for (size_t i = 0; i < COUNT_OF(both); i++) {
		if (view_manager_changed(view, both[i], error) != OK ||
			view_cadence_changed(view, both[i], entry, error) != OK)
			return error->result;
	}
	return OK;
}

static enum result unmerge(struct view *view, const struct entry *entry, struct error *error)
{
	const char *into;

	if (found(view, MERGED_INTO, entry, &into, error) != OK || !into ||
		view_exec(view, MERGE_END, entry, error) != OK)
		return error->result;
	return follow(view, entry, into, error);
}

static enum result project(struct view *view, const struct entry *entry, struct error *error)
{
	if (strcmp(entry->kind->name, "day.opened") == 0)
		return renewal_day(view, entry, error);
	switch (entry->kind - customer_kinds) {
	case CUSTOMER:
		return put_customer(view, entry, error);
	case PRODUCT:
	case PRODUCT_ENDED:
		return renewal_answer(view, entry, error);
	case MERGED:
		return follow(view, entry, entry_text(entry, "into"), error);
	case UNMERGED:
		return unmerge(view, entry, error);
	default:
		return OK;
	}
}

static enum result refold(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error)
{
	if (before->kind == &customer_kinds[PRODUCT] ||
		before->kind == &customer_kinds[PRODUCT_ENDED])
		return renewal_refold(view, before, after, error);
	return OK;
}

static enum result whom_to_see(
	struct view *view, const char *id, struct glance_sink *sink, struct error *error)
{
	struct query *rows;
	enum result result;

	view_set_text(view, "customer", id);
	if (view_query(view, WHOM_TO_SEE, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error))
		glance_add(sink, &(struct glance){ .what = GLANCE_PERSON,
					 .seq = rows_integer(rows, 0),
					 .text = "name",
					 .more = "post" });
	rows_end(rows);
	return result;
}

/* As far ahead as one would speak of it. */
enum { ENDS_WITHIN_DAYS = 180 };

static enum result what_ends(
	struct view *view, const char *id, int day, struct glance_sink *sink, struct error *error)
{
	char from[DAY_TEXT], to[DAY_TEXT];
	struct query *rows;
	enum result result;
	int until;

	view_set_text(view, "customer", id);
	view_set_text(view, "from", day_text(day, from));
	view_set_text(view, "to", day_text(day + ENDS_WITHIN_DAYS, to));
	if (view_query(view, WHAT_ENDS, NULL, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error)) {
		must(day_parse(rows_text(rows, 1), &until));
		glance_add(sink, &(struct glance){ .what = GLANCE_EXPIRES,
					 .seq = rows_integer(rows, 0),
					 .text = "product",
					 .more = "line",
					 .day = until });
	}
	rows_end(rows);
	return result;
}

static enum result glance(
	struct view *view, const char *id, int day, struct glance_sink *sink, struct error *error)
{
	if (whom_to_see(view, id, sink, error) != OK)
		return error->result;
	return what_ends(view, id, day, sink, error);
}

static const char *const watches[] = { "day.opened", NULL };

const struct module customer_module = {
	.name = "customer",
	.version = 2,
	.kinds = customer_kinds,
	.norms = norms,
	.tables = tables,
	.sql = sql,
	.measures = measures,
	.watches = watches,
	.directory = { .customer_unit = ANSWERS(CUSTOMER_UNIT),
		.survivor = ANSWERS(SURVIVOR),
		.merged = ANSWERS(ALIASES) },
	.check = check,
	.project = project,
	.refold = refold,
	.glance = glance,
};

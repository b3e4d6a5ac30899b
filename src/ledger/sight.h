/*
 * Who may see what 数据权限.
 *
 * A sight is what one person sees of the book at one instant. It follows from posts, terms and
 * the unit tree and from nothing else: there is no list of permissions to keep. The rules, with
 * where they come from, stand in docs/security.md; in short:
 *
 *   his units       those whose leader or office he is, and all below
 *   his line        the unit he works in, and those above it
 *   customers       those he looks after (principal or B角), those of a person he stands in for,
 *                   those of his units, and what was merged into one of these. One without a
 *                   unit belongs to the top of the tree
 *   people          himself and those of his units
 *   an entry        about customers: where one of them is his. Otherwise about a person or unit of
 *                   his, or (papers and plans) about or from a unit of his line. And what he wrote
 *                   himself, as he wrote it
 *   the rest        of an entry he sees: rows of a table only where they are his, further
 *                   customers without name, telephone numbers masked
 *
 * What is out of sight answers exactly as what does not exist. The operator at the terminal has
 * no sight (NULL) and sees all.
 *
 * A sight belongs to one ledger and one thread, and holds as long as the book stays as it is.
 * Where the world fails while it is asked, it answers "no", and ledger_trouble tells of it.
 */
#ifndef LEDGER_SIGHT_H
#define LEDGER_SIGHT_H

#include "ledger/ledger.h"

struct sight;

enum { SIGHT_PAGE = 200 };

/* In the place of a customer's id that is out of sight; no code may hold a colon. */
#define SIGHT_HIDDEN ":"

/* What `staff` sees at `instant`. A constant number of statements, and one for each person he
 * stands in for. */
enum result sight_open(struct sight **sight, struct ledger *ledger, const char *staff,
	int64_t instant, struct error *error);
void sight_close(struct sight *sight);
/* From now on every question of ledger.h is answered as to him, outside of batches: what is
 * appended is checked by what is there, not by who looks. NULL: as to the operator. */
void ledger_look(struct ledger *ledger, struct sight *sight);
/* Whose it is; "" for NULL. */
const char *sight_of(const struct sight *sight);
/* Does it take in the whole unit tree, and so every customer? */
bool sight_whole(const struct sight *sight);

/* ------------------------------------------------------------------ one thing */

/* Is it there, and in sight? NULL as sight: yes, whatever is asked. */
bool sight_customer(struct sight *sight, const char *id);
bool sight_staff(struct sight *sight, const char *id);
/* A unit of his, or of his line. */
bool sight_unit(struct sight *sight, const char *id);
/* Is an object of this type his to find? Of a "person" the id is his customer's; types whose
 * objects are nobody's are everybody's. `sight` is a struct sight, or NULL. */
bool sight_may(void *sight, const char *type, const char *id);
/* "customer:C1", "staff:zhou", "unit:9901", "case:…", "entry:…". */
bool sight_reference(struct sight *sight, const char *reference);
/* REFUSED, as for one that does not exist, where it is out of sight. */
enum result sight_require(struct sight *sight, const char *reference, struct error *error);
/* May he be told figures of this customer, person or unit? Only of what is his whole: a unit of
 * his line that he does not lead is not. Refuses as sight_require. */
enum result sight_figures(struct sight *sight, const char *reference, struct error *error);
/* ledger_figure for one who may be told; else refused. A row of evidence whose customer is out
 * of sight counts, and says no customer. What is counted because of another customer (an archive
 * that looks like an earlier one) counts only where that is in sight. */
enum result sight_figure(struct ledger *ledger, struct sight *sight, const struct measure *measure,
	const char *reference, int from, int to, struct figure *figure,
	bool (*each)(void *context, const struct evidence *evidence), void *context,
	struct error *error);

/* Does he see it? Then what it says beyond that is taken out of the body: rows become null,
 * further customers SIGHT_HIDDEN (left out of a list), digits of personal fields masked. */
bool sight_entry(struct sight *sight, struct entry *entry);
/* The same for a duty. */
bool sight_duty(struct sight *sight, struct duty *duty);

/* The entry `seq` and its envelope; REFUSED as if there were none. */
enum result sight_entry_get(struct ledger *ledger, struct sight *sight, struct arena *arena,
	int64_t seq, struct entry *entry, bool *withdrawn, struct error *error);
/* Where something was taken out it has no hash, and its table only the rows that are left. */
enum result sight_envelope(struct ledger *ledger, struct sight *sight, int64_t seq,
	struct buffer *out, struct error *error);
enum result sight_duty_get(struct ledger *ledger, struct sight *sight, struct arena *arena,
	const char *id, struct duty *duty, struct error *error);

/* ------------------------------------------------------------------ pages
 *
 * A page begins after a place, found by range scans: no page costs more than another (of duties
 * and cases, what one holder has open is read). What is
 * passed over because it is out of sight is bounded too: a page may be short, or empty, and yet
 * not be the last. `more` false: nothing lies beyond. `limit` is at most SIGHT_PAGE.
 *
 * `reference` NULL is the sight's own line: of himself, the customers he looks after, his units
 * and their people, and papers for everybody of his line. */

struct line_page {
	bool upwards;    /* towards the newer, oldest first; otherwise back, newest first */
	int64_t at, seq; /* the place, seq 0: the end one starts from; afterwards the last place */
	int limit;
	bool more;
};
enum result sight_timeline(struct ledger *ledger, struct sight *sight, const char *reference,
	struct line_page *page,
	bool (*each)(void *context, const struct entry *entry, bool withdrawn), void *context,
	struct error *error);

/* What can still be done, most urgent first: of a period, not what was missed in it. Own: his, of
 * those he stands in for, and what the units he leads or keeps the lists of hold themselves. */
struct duty_page {
	int64_t due; /* the place: due and id of the last one */
	char id[48]; /* "": the start */
	int limit;
	bool more;
};
enum result sight_duties(struct ledger *ledger, struct sight *sight, const char *reference,
	struct duty_page *page, bool (*each)(void *context, const struct duty *duty), void *context,
	struct error *error);

/* Customers by class, best first, those without one last; within a class by id. */
struct customer_seen {
	const char *id, *name;
	const char *class;          /* or NULL */
	const char *manager, *unit; /* or NULL */
};
struct customer_page {
	char class[64], id[64]; /* the place, both "": the start; class "-": those without one */
	int limit;
	bool more;
};
enum result sight_customers(struct ledger *ledger, struct sight *sight, int64_t instant,
	struct customer_page *page,
	bool (*each)(void *context, const struct customer_seen *customer), void *context,
	struct error *error);

/* Cases that are not over, the oldest first. */
struct case_seen {
	const char *id, *type, *state;
	const char *owner;    /* "staff:zhou", "unit:9901" */
	const char *customer; /* id, SIGHT_HIDDEN, or NULL */
	int64_t opened_seq, opened_at;
};
struct case_page {
	int64_t seq; /* the place: opened_seq of the last one */
	int limit;
	bool more;
};
enum result sight_cases(struct ledger *ledger, struct sight *sight, const char *reference,
	struct case_page *page, bool (*each)(void *context, const struct case_seen *one),
	void *context, struct error *error);

extern const struct statement sight_read_sql[], sight_list_sql[];

#endif

/*
 * The contract: all that a module may see.
 *
 * A module is one feature in one folder. It declares, as const tables, its kinds of entry,
 * the duties and cases they open, the norms it reads, its derived tables with their SQL, and
 * its measures; what cannot be said in a table it does in `check` and `project`. From the
 * declaration the core makes validation, the append API, forms, timeline sentences, import
 * and export, search and access.
 *
 * A module includes this header and nothing else of ours. It meets other modules through
 * entries (`watches`), through the directories, and through measures; never through another
 * module's tables.
 */
#ifndef MODULE_H
#define MODULE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"
#include "base/json.h"
#include "base/panic.h"
#include "base/table.h"
#include "base/text.h"

/* ------------------------------------------------------------------ fields and kinds */

/*
 * What a field holds, and how it stands in the canonical body:
 *   text       a string of at most max_bytes bytes
 *   integer    a whole number in min … max (both 0: any)
 *   money      分, a whole number
 *   bool       true or false
 *   day month instant time   "2026-11-24" "2026-11" "2026-11-24T09:00:00+08:00" "09:00"
 *   choice     one of `choices`, by its name
 *   code       a name this kind defines or a norm lists: letters, digits, . _ -; at most 64
 *   customer staff unit      the id of one that exists (staff "zhou", not "staff:zhou")
 *   object     a typed reference, "customer:C1", "unit:9901"
 *   case       the id of a case of type `of`
 *   entry      the id (ULID) of an entry of kind `of` (any kind where `of` is NULL)
 */
enum field_type {
	FIELD_TEXT = 1,
	FIELD_INTEGER,
	FIELD_MONEY,
	FIELD_BOOL,
	FIELD_DAY,
	FIELD_MONTH,
	FIELD_INSTANT,
	FIELD_TIME,
	FIELD_CHOICE,
	FIELD_CODE,
	FIELD_CUSTOMER,
	FIELD_STAFF,
	FIELD_UNIT,
	FIELD_OBJECT,
	FIELD_CASE,
	FIELD_ENTRY,
};

enum field_flag {
	REQUIRED = 1,
	ABOUT = 2,     /* a reference whose timeline shows this entry */
	PERSONAL = 4,  /* about a natural person: kept apart, erasable, masked; text only */
	SEARCH = 8,    /* found by search */
	KEY = 16,      /* part of the natural key: a later entry with the same key replaces */
	NAME = 32,     /* what the object or person with this key is called; found by search */
	LIST = 64,     /* an array of 1 … 200 of them */
	SCOPE = 128,   /* the reference whose derived rows this entry folds into */
	DEFINES = 256, /* the id of the object this kind defines */
};

struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	const char *const *choices; /* ends with NULL */
	int max_bytes;              /* text; 0 means 200 */
	int64_t min, max;
	const char *of;
};

enum kind_class {
	FACT, /* what happened: never refused for state; can be corrected and withdrawn */
	MOVE, /* a transition: refused when not allowed; only followed by an opposite move */
};

/* Who may write a kind; several may be allowed. Absent: nobody but the system. */
enum need {
	NEED_STAFF = 1,   /* any member of staff */
	NEED_MANAGER = 2, /* a customer's manager or his deputy, for a customer of his */
	NEED_OWNER = 4,   /* the owner of the case, or his deputy */
	NEED_LEADER = 8,  /* the leader of a unit the entry is within */
	NEED_OFFICE = 16, /* the office that keeps lists and norms */
};

enum holder {
	HOLDER_AUTHOR = 1,  /* who wrote the opening entry */
	HOLDER_MANAGER,     /* the subject customer's manager now; without one, its office */
	HOLDER_OFFICE,      /* the office of the subject's unit */
	HOLDER_CASE_OWNER,  /* the case's owner now */
	HOLDER_FIRST_OWNER, /* the case's first owner */
	HOLDER_FIELD,       /* the staff named by `field` of the opening entry */
	HOLDER_EACH,        /* one duty for each staff in the list `field` */
};

/*
 * A duty that an entry opens.
 *
 * When it is due follows from `due_field` (a day in the opening entry: due at its end), or
 * else from the norm "duty.limits" at the key `what`; without either no duty is opened.
 * It is discharged by the first entry of kind `until` that matches: the field `by` of that
 * entry names the duty's subject (a customer, staff or unit), its case, or its opening
 * entry, according to the field's type.
 */
struct duty_rule {
	const char *what;
	enum holder holder;
	const char *field;     /* for HOLDER_FIELD and HOLDER_EACH */
	const char *until;     /* kind */
	const char *by;        /* field of the discharging entry */
	const char *due_field; /* field of the opening entry */
	const char *only_if;   /* a boolean or optional field that must be true or present */
	bool own;              /* only the holder himself discharges it (签收) */
	bool blocks_closing;   /* the case cannot end while it is open */
};

struct kind {
	const char *name; /* "visit.made" */
	int version;
	enum kind_class class;
	unsigned needs;             /* enum need, or'ed */
	const struct field *fields; /* ends with a zero */
	const struct field *row;    /* the table inside, or NULL */
	const char *defines;        /* type of object: "customer", "staff", "unit" */
	const struct duty_rule *duties;
	const char *opens_case; /* case type */
	const int *folds;       /* statements run in order when folded; ends with −1 */
	bool approval;          /* has effect only when another person approves it */
	/* The kind whose personal fields its author is shown in full, by the same key fields; each
	 * look is this entry, with its reason. */
	const char *unmasks;
	bool imports;                    /* offered by import, export and template */
	const struct field *const *past; /* field tables of versions 1 … version−1 */
};

/* ------------------------------------------------------------------ cases */

struct move {
	const char *from;
	const char *by;   /* kind */
	const char *when; /* a boolean field that must be true, "!field" false, or NULL */
	const char *to;
};

struct case_type {
	const char *name;
	enum holder first_owner; /* HOLDER_AUTHOR, HOLDER_MANAGER, HOLDER_OFFICE, HOLDER_FIELD */
	const char *owner_field;
	const struct move *moves;
	const char *ends; /* state in which the case is over */
};

/* ------------------------------------------------------------------ norms */

enum norm_growth {
	NORM_REPLACES, /* a new issue replaces the table from its effective day */
	NORM_ADDS,     /* issues add up; a row with the same key replaces */
};

struct norm {
	const char *name; /* "tier.thresholds" */
	const struct field *columns;
	const char *key; /* column that names a row, or NULL */
	enum norm_growth growth;
};

struct norm_table; /* the rows of a norm in force on a day */

/* ------------------------------------------------------------------ entries, as seen when folded
 */

enum origin { ORIGIN_LIVE, ORIGIN_OFFLINE, ORIGIN_IMPORT, ORIGIN_SYSTEM };

struct entry {
	int64_t seq;
	const char *id;
	const struct kind *kind;
	int version;
	int64_t at;       /* when it happened, corrections included */
	int64_t clock_at; /* what counts for clocks: `at`, or recorded_at past the grace */
	int64_t recorded_at;
	const char *author; /* staff id, or "" for the system and the operator */
	const char *recorded_by;
	enum origin origin;
	const char *batch;   /* id of the import it came by, or NULL */
	json_t *body;        /* effective body, personal part included where not erased */
	bool corrected;      /* the body is no more what was first written */
	const char *case_id; /* of the case it opened or moves, or NULL */
	int row;             /* index of `cells`, −1 for none */
	json_t *cells;       /* the present row of the table inside, or NULL */
};

/* The field of the row if the entry stands at one, else of the body. NULL (otherwise) where
 * absent; a bool is 1 or 0, a money its 分. */
const char *entry_text(const struct entry *entry, const char *field);
int64_t entry_integer(const struct entry *entry, const char *field, int64_t otherwise);
bool entry_has(const struct entry *entry, const char *field);
/* Rows of the table inside, and the entry standing at one of them. */
int entry_rows(const struct entry *entry);
struct entry entry_at_row(const struct entry *entry, int row);
/* For `standing`: take a row out, or let it say another number. */
void entry_row_drop(const struct entry *entry, int row);
void entry_row_say(const struct entry *entry, int row, const char *column, int64_t number);

/* ------------------------------------------------------------------ the view */

/*
 * What check, project and a measure may see: the entry, derived tables, norms, directories.
 * No clock, no network, no chance: folding the same entries gives the same tables.
 */
struct view;
struct query;

/* Run statement `number` of this module. Its parameters are bound by name: $book; whatever
 * view_set_… has set since the last statement; of the entry $seq $id $kind $at $clock_at
 * $recorded_at $author $batch $case $row; the fields of its row and of its body; and, where no
 * field is called so, $day and $month of its instant. A parameter that nothing names is our bug
 * and aborts. */
enum result view_exec(
	struct view *view, int number, const struct entry *entry, struct error *error);
/* The same for a statement that yields rows; read with rows_…, always rows_end. */
enum result view_query(struct view *view, int number, const struct entry *entry,
	struct query **rows, struct error *error);
void view_set_text(struct view *view, const char *name, const char *text);
void view_set_integer(struct view *view, const char *name, int64_t integer);
void view_set_bytes(struct view *view, const char *name, const void *bytes, size_t length);
bool rows_next(struct query *rows, enum result *result, struct error *error);
int64_t rows_integer(const struct query *rows, int column);
const char *rows_text(const struct query *rows, int column);
const void *rows_bytes(const struct query *rows, int column, size_t *length);
bool rows_null(const struct query *rows, int column);
void rows_end(struct query *rows);
/* Memory for the work at hand. */
struct arena *view_arena(struct view *view);

/* The norm in force on `day` for an entry at `seq` (0: now); NULL where none is. */
const struct norm_table *view_norm(struct view *view, const char *norm, int day, int64_t seq);
int norm_rows(const struct norm_table *norm);
/* First row whose column holds `text`, from row `start` on; −1 for none. */
int norm_find(const struct norm_table *norm, const char *column, const char *text, int start);
const char *norm_text(const struct norm_table *norm, int row, const char *column);
int64_t norm_integer(const struct norm_table *norm, int row, const char *column, int64_t otherwise);
/* The entry that issued a row. */
int64_t norm_seq(const struct norm_table *norm, int row);

/* Does the object exist ("customer", "C1")? Its name, in the arena; NULL where unknown. */
bool view_exists(struct view *view, const char *type, const char *id);
const char *view_name(struct view *view, const char *type, const char *id);
/* Is there a measure of this name? */
bool view_has_measure(const struct view *view, const char *measure);

/* Directories. Answers are in the view's arena; NULL where there is none. */
const char *view_unit_parent(struct view *view, const char *unit);
bool view_unit_within(struct view *view, const char *unit, const char *ancestor);
const char *view_staff_unit(struct view *view, const char *staff, int day);
/* The last day at work of a person who left, or will, and is not back. */
const char *view_staff_left(struct view *view, const char *staff);
/* The root of the tree where the customer has no unit of his own. */
const char *view_customer_unit(struct view *view, const char *customer);
const char *view_manager(struct view *view, const char *customer, int64_t instant);
/* Who stands in for its manager. */
const char *view_deputy(struct view *view, const char *customer, int64_t instant);
/* Is the customer on a list on the day? */
bool view_listed(struct view *view, const char *customer, int day);
/* How many customers the person is principal manager of at this instant. */
int view_manages(struct view *view, const char *staff, int64_t instant);
/* The customer that stands for this one since a merge; itself where not merged. */
const char *view_survivor(struct view *view, const char *customer);
/* The class that services depend on (a tier, "diamond") on this day; NULL where nobody says. */
const char *view_customer_class(struct view *view, const char *customer, int day);

/* Amounts and users of every customer that ever had a figure, for the months from … to …,
 * handed to the sink in an order that depends on the entries alone. A merged customer's
 * figures are its survivor's. No call where no module keeps figures. */
struct monthly_sink;
enum result view_monthly(
	struct view *view, int from, int to, struct monthly_sink *sink, struct error *error);
/* Hand the entry `seq`, of a kind of this module, to `each` as it stands now, corrections
 * included; nothing where it has been withdrawn. It is gone when `each` returns. */
enum result view_entry(struct view *view, int64_t seq,
	enum result (*each)(
		struct view *view, const struct entry *entry, void *context, struct error *error),
	void *context, struct error *error);

/* Say that the manager of `customer` may have changed: open duties follow him. */
enum result view_manager_changed(struct view *view, const char *customer, struct error *error);
/* Open or cancel the customer's cadence duties of the present period, after something they
 * depend on (tier, list, manager) has changed. `entry` is the cause. */
enum result view_cadence_changed(
	struct view *view, const char *customer, const struct entry *entry, struct error *error);
/* When the newest entry was recorded, the one being folded included: the present, as far as
 * the tables know. In `refold` that is when the correction was recorded. */
int64_t view_present(const struct view *view);
/* Open a duty whose need only the module can see, "customer:C1" its subject. It ends when the
 * module says that an entry has done it, or that nothing needs doing any more; taking that
 * entry back opens it again. The same (what, subject) is opened once while open. `due` is an
 * instant, 0: from "duty.limits". */
enum result view_duty_open(struct view *view, const char *what, enum holder holder,
	const char *subject, int64_t due, const struct entry *entry, struct error *error);
enum result view_duty_done(struct view *view, const char *what, const char *subject,
	const struct entry *entry, struct error *error);
enum result view_duty_cancel(struct view *view, const char *what, const char *subject,
	const struct entry *entry, struct error *error);

/* ------------------------------------------------------------------ measures */

enum aggregation { COUNT = 1, SUM, DISTINCT, RATIO, MEAN, MEDIAN };
enum quantity { PIECES, MONEY, DAYS, MINUTES, POINTS };
enum sense { DURING, ON_LAST_DAY };

struct scope; /* whose and when: what a measure is asked for */

/* First and last day, inclusive; and bounds as instants, the last exclusive. */
int scope_from(const struct scope *scope);
int scope_to(const struct scope *scope);

/* One row of evidence. Who it belongs to: at least one of customer, staff, unit. */
struct evidence {
	int64_t seq; /* the entry */
	int row;     /* row of its table, −1 for none */
	int day;
	const char *customer, *staff, *unit; /* ids, or NULL */
	const char *item;                    /* what DISTINCT counts; NULL: the customer */
	int64_t value;    /* SUM MEAN MEDIAN: the amount; RATIO: 1 met, 0 not; COUNT: 1 */
	const char *duty; /* of a measure of duties: its id, set by the core */
};

struct evidence_sink;
void evidence_add(struct evidence_sink *sink, const struct evidence *evidence);

/*
 * A figure is the fold of its evidence: there is no second query. `rows` is a statement
 * that yields columns named seq, row, day, customer, staff, unit, item, value (only seq is
 * required; a missing value is 1), for parameters $from $to (days), $from_at $to_at
 * (instants, the last exclusive). Or `scan` yields them in C. The core keeps the rows that
 * are within the unit, person or customer asked for, and folds them.
 *
 * Or `duty` names a duty, and the core yields those of it that fell due in the period and have
 * ended: done, done late or missed. The entry is the one that discharged it, else the one that
 * missed it; the day is the last on which it was in time; it is his who held it; the value is
 * 1 where it was done in time. A duty cancelled is none. How: RATIO, or COUNT of all.
 */
struct measure {
	const char *name;
	enum aggregation how;
	enum quantity quantity;
	enum sense sense;
	int rows;
	enum result (*scan)(struct view *view, const struct scope *scope,
		struct evidence_sink *sink, struct error *error);
	bool lower_is_better;
	bool no_direction; /* neither more nor less is better: not a success and not a problem */
	const char *duty;  /* instead of rows and scan */
};

/* ------------------------------------------------------------------ cadences and directories */

/*
 * Work that is due again every period, about a customer. The norm "duty.cadence" says for
 * `what` and each class how often. It is asked for every customer that has a class (the
 * directory's `classes`) and that somebody manages or a list names (`manager`, `listed`).
 */
struct cadence {
	const char *what;
	const char *until; /* kind that discharges, by its `by` field */
	const char *by;
};

/* Which of its statements answer the core's questions; each question has one provider.
 * Numbers are statement + 1, so that 0 says "not mine": use ANSWERS(STATEMENT). */
#define ANSWERS(statement) ((statement) + 1)
struct directory {
	int units;         /* → unit, parent, name */
	int staff_unit;    /* $staff $day → unit */
	int staff_left;    /* $staff → the last day at work of one who left and is not back */
	int staff_roles;   /* $staff $day → unit, role ("leader", "office", "manager", …) */
	int unit_office;   /* $unit $day → staff, the first who keeps the unit's lists */
	int deputies;      /* $staff $day → staff for whom $staff stands in */
	int customer_unit; /* $customer → unit: a customer belongs where it is now */
	int manager;       /* $customer $instant → staff */
	/* $instant → customer, staff: what `manager` answers for all that have one */
	int managers;
	int customers_of; /* $staff $instant → customer */
	/* $staff → customer, each for which `manager` answers him at some instant, or more */
	int customers_ever;
	int survivor; /* $customer → customer */
	int merged;   /* → customer, survivor */
	/* The class by which cadences ask for a customer ("gold"): the one in force on the day.
	 * `classes` yields each customer that has one, once, with the same class as the other. */
	int customer_class; /* $customer $day → class; no row where it has none */
	int classes;        /* $day → customer, class */
	int listed;         /* $customer $day → list, one row or more if a list names it */
	int on_lists;       /* $day → customer: each that `listed` answers, once */
	int deputy;         /* $customer $instant → staff, who stands in for its manager (B角) */
	int deputy_of;      /* $staff $instant → customer, each for which `deputy` answers him */
	int people;         /* $day → staff, unit, everybody who has one */
	/* The classes there are, best first; and the customers of one, by id, after $after, at most
	 * $count of them. */
	int class_names; /* → class */
	int class_page;  /* $class $day $after $count → customer */
};

/* ------------------------------------------------------------------ figures by month */

/* Where nothing is known; 0 is a figure. */
#define FIGURE_NONE INT64_MIN

/* What a walk over all customers hands out: amounts[i] (分) and users[i] are of the month
 * from + i, FIGURE_NONE where nothing is known. They live until `each` returns. */
struct monthly_sink {
	enum result (*each)(struct monthly_sink *sink, const char *customer, const int64_t *amounts,
		const int64_t *users, struct error *error);
	void *context;
};

/* Answered in C by the one module that keeps monthly figures; each customer once, under the
 * id it was posted for. Others ask by view_monthly. */
struct figures {
	enum result (*monthly)(struct view *view, int from, int to, struct monthly_sink *sink,
		struct error *error);
};

/* ------------------------------------------------------------------ why it is so */

enum slot_type {
	SLOT_TEXT,    /* text as it is */
	SLOT_MESSAGE, /* text is a message key */
	SLOT_DAY,     /* text is a day */
	SLOT_MONTH,   /* text is a month */
	SLOT_NUMBER,
	SLOT_MONEY, /* number is 分 */
	SLOT_ENTRY, /* number is the seq of an entry */
};

struct slot {
	const char *name;
	enum slot_type type;
	const char *text;
	int64_t number;
};

enum { REASON_SLOTS = 8 };

/* One sentence that says why: a message of the module and what fills it. */
struct reason {
	const char *message;
	struct slot slots[REASON_SLOTS]; /* ends with a zero where not full */
};

struct reason_sink;
void reason_add(struct reason_sink *sink, const struct reason *reason);

/* ------------------------------------------------------------------ a glance */

/* What one looks at before going to see a customer. */
enum glance_what {
	GLANCE_PERSON = 1, /* whom to see: the fields `text` (name) and `more` (post) */
	GLANCE_LAST,       /* the last contact: the entry's sentence */
	GLANCE_PROMISE,    /* the last promise: the field `text`; the entry opened its duty */
	GLANCE_EXPIRES,    /* what ends on `day`: the field `text`, of the sort `more` */
	GLANCE_AMOUNT,     /* 分 of `month`, FIGURE_NONE where nothing is known; no entry */
};

struct glance {
	enum glance_what what;
	int64_t seq; /* the entry that says it */
	const char *text, *more;
	int day, month;
	int64_t amount;
};

struct glance_sink;
void glance_add(struct glance_sink *sink, const struct glance *glance);

/* ------------------------------------------------------------------ the module */

struct module {
	const char *name;
	int version; /* of what it derives; a change replays */
	const struct kind *kinds;
	const struct case_type *cases;
	const struct norm *norms;
	const struct table *tables;
	const struct statement *sql; /* ends with a zero */
	const struct measure *measures;
	const struct cadence *cadences;
	const char *const *watches; /* kinds of other modules it folds; ends with NULL */
	struct directory directory;
	struct figures figures;

	/* May this entry be written? Runs once, before it is in the chain, never on replay.
	 * Facts are refused only for what is wrong in themselves; moves also for state. */
	enum result (*check)(struct view *view, const struct entry *entry, struct error *error);
	/* Fold one entry, after the statements of its kind's `folds`. */
	enum result (*project)(struct view *view, const struct entry *entry, struct error *error);
	/* A fact of this module was corrected or withdrawn (entry->body NULL: withdrawn); fold
	 * again what the tables without a scope hold of `before`. */
	enum result (*refold)(struct view *view, const struct entry *before,
		const struct entry *after, struct error *error);
	/* Which rows of this table, as an import brings it, say what is so already? same[row] is
	 * false before and set for those. Only for kinds with a table inside. */
	enum result (*unchanged)(
		struct view *view, const struct entry *entry, bool *same, struct error *error);
	/* Leave of a table, as it was read, what still counts of it: rows that later entries have
	 * taken the place of are dropped, and the others say what they say now. */
	enum result (*standing)(struct view *view, const struct entry *entry, struct error *error);
	/* Why what this module derives of an object ("customer", "C1") is as it is on `day`, in
	 * sentences, the most telling first; none where it has nothing to say. */
	enum result (*explain)(struct view *view, const char *type, const char *id, int day,
		struct reason_sink *sink, struct error *error);
	/* What this module knows of a customer that is worth a glance on `day`, of each sort the
	 * most telling first, and few of them. */
	enum result (*glance)(struct view *view, const char *customer, int day,
		struct glance_sink *sink, struct error *error);
};

#endif

/* The inside of the ledger: what its files share. */
#ifndef LEDGER_BOOK_H
#define LEDGER_BOOK_H

#include "base/map.h"
#include "ledger/ledger.h"
#include "store/store.h"

enum {
	ENTRY_BYTES = 4 * 1024 * 1024,  /* one canonical body */
	WORK_BYTES = 512 * 1024 * 1024, /* memory for one entry or one question */
	FUTURE_MS = 5 * MINUTE_MS,      /* a clock ahead by less counts as now */
	GRACE_MS = 24 * HOUR_MS,        /* default of the norm clock.grace */
	VIEW_SETS = 24,
	REFERENCE_TEXT = 96, /* "customer:" and an id */
	BOOK_FORMAT = 1,     /* of the record tables */
	BOOK_NAME = 64,
};

struct set {
	const char *name;
	struct value value;
};

struct view {
	struct ledger *ledger;
	const struct module *module; /* whose statements are meant */
	struct arena *arena;
	struct set sets[VIEW_SETS];
	int set_count;
	bool refolding; /* following managers and cadences waits until the scope is whole */
};

struct kind_place {
	const struct kind *kind;
	const struct module *module;
};

/* The newest entry: where a chain ends. */
struct head {
	int64_t seq, recorded_at;
	uint8_t hash[DIGEST_BYTES];
};

struct ledger {
	struct store *store;
	const struct module **modules; /* the core's first; ends with NULL */
	struct kind_place *kinds;      /* sorted by name */
	int kind_count;
	struct directory directory;        /* merged: who answers what … */
	const struct module *provider[24]; /* … by the order of struct directory */
	char *book_name;
	int64_t book;
	int64_t seq;
	int64_t recorded_at;
	uint8_t head[DIGEST_BYTES];
	struct digest *digest;
	struct arena arena;      /* of the entry at hand */
	struct arena view_arena; /* of questions from outside */
	struct buffer body, personal, envelope;
	struct view view;
	struct norm_cache *norms;          /* newest first */
	struct map objects;                /* references known to exist, see directory.c */
	struct ahead *ahead;               /* see ahead.h; NULL before anything was asked ahead */
	struct sight *sight;               /* of whoever asks, see sight.h; NULL: the operator */
	struct places *places;             /* see scope.h; NULL before the first figure */
	struct office_calendar *calendars; /* by the norm of their hours */
	int64_t fold_seq; /* entry being folded: its number names the duties it opens */
	int duty_index;
	bool settled;          /* it has discharged a duty */
	struct refolds *later; /* scopes that wait to be folded again, or NULL */
	bool in_batch;
	bool in_snapshot;             /* the head is that of the snapshot */
	struct head begun;            /* where the batch under way began */
	const struct session *writer; /* of the entry at hand, NULL: the operator … */
	struct sight *writer_sight;   /* … and his sight, once it was needed */
	bool known;         /* the entry at hand is being sent again: what it names was there */
	struct error fault; /* of the world, in this batch: nothing more goes into it */
	char last_batch[ID_TEXT]; /* import whose first entry has been noted */
};

extern const struct module core_module;

/* append.c: a ledger without a store. */
struct ledger *ledger_new(const char *book, const struct module *const *modules);

/* Kinds of the core, in the order of its table. */
enum core_kind {
	DOCUMENT_ISSUED,
	DOCUMENT_SIGNED,
	NORM_ISSUED,
	ENTRY_CORRECTED,
	ENTRY_WITHDRAWN,
	ENTRY_APPROVED,
	ENTRY_REJECTED,
	ENTRY_ERASED,
	DAY_OPENED,
	DUTY_MISSED,
	DUTY_PAUSED,
	DUTY_RESUMED,
	CASE_OFFERED,
	CASE_ACCEPTED,
	CASE_REFUSED,
	IMPORT_MADE,
	IMPORT_UNDONE,
	EXPORT_MADE,
	SUMMARY_EDITED,
	CORE_KINDS,
};
/* The core's number of a kind; CORE_KINDS for a module's. */
enum core_kind core_kind(const struct kind *kind);

/* registry.c */
enum result registry_open(struct ledger *ledger, const struct module *const *modules);
void registry_close(struct ledger *ledger);
const struct kind_place *registry_kind(const struct ledger *ledger, const char *name);
const struct case_type *registry_case(const struct ledger *ledger, const char *name);
/* The fields of a body's table: the kind's own, or the columns of the norm it issues. */
const struct field *registry_row(
	const struct ledger *ledger, const struct kind *kind, json_t *body);
const struct field *field_find(const struct field *fields, const char *name);
/* "customer" for FIELD_CUSTOMER …; NULL for what is no reference. */
const char *field_reference(enum field_type type);

/* validate.c: from an untrusted body to two canonical ones. */
struct valid {
	json_t *body;     /* without personal fields */
	json_t *personal; /* NULL where the kind has none in it */
};
enum result validate_body(struct ledger *ledger, const struct kind *kind, int version, json_t *body,
	struct valid *valid, struct error *error);
enum result validate_row(struct ledger *ledger, const struct field *fields, json_t *row,
	json_t **cells, struct error *error);

/* chain.c: the record. */
struct record {
	int64_t seq, version, at, recorded_at;
	struct id id;
	const char *kind, *author, *recorded_by, *origin;
	const void *batch; /* 16 bytes or NULL */
	const char *body, *personal;
	const uint8_t *salt;          /* 32 bytes or NULL */
	const uint8_t *personal_hash; /* 32 bytes or NULL */
	const uint8_t *hash;
	bool damaged; /* as read: a column is of another type or length than it was written */
};
enum result chain_open(struct ledger *ledger, bool create, struct error *error);
/* Is the book there, readable by this program (REFUSED otherwise), and derived by an older one?
 * TROUBLE "trouble.statement" where the database has no books at all. */
enum result chain_find(struct ledger *ledger, bool *found, bool *stale, struct error *error);
enum result chain_insert(struct ledger *ledger, struct record *record, struct error *error);
/* The same of a record that another book of this name holds: nothing of it is made anew. */
enum result chain_copy(struct ledger *ledger, const struct record *record, struct error *error);
enum result chain_head_save(struct ledger *ledger, struct error *error);
/* Read the head again: another process may have moved it. */
enum result chain_head_load(struct ledger *ledger, struct error *error);
/* The same at the start of a batch: no other process moves it until the batch ends. */
enum result chain_head_lock(struct ledger *ledger, struct error *error);
/* At the end of a question from outside: what it met, or what was only heard of. */
enum result ledger_heard(struct ledger *ledger, struct error *error);
/* Note which versions of the modules derived what now stands in the tables. */
enum result chain_derived_save(struct ledger *ledger, struct error *error);
/* Before a question from outside: what another process has written counts too. */
void ledger_refresh(struct ledger *ledger);
/* The raw record of `seq`, pointers into `arena`; REFUSED where there is none. */
enum result chain_read(struct ledger *ledger, struct arena *arena, int64_t seq,
	struct record *record, struct error *error);
/* Every record from the first to the head, in order; end the walk with query_end. */
enum result chain_walk(struct ledger *ledger, struct query **walk, struct error *error);
/* The next one; false after the last and on an error. */
bool chain_next(
	struct query *walk, struct arena *arena, struct record *record, struct error *error);
enum result chain_erase(struct ledger *ledger, int64_t seq, struct error *error);
/* The hash of the personal part with its salt; the hash of the whole after `before`. */
void chain_personal_hash(
	struct ledger *ledger, const struct record *record, uint8_t hash[DIGEST_BYTES]);
void chain_hash(struct ledger *ledger, const uint8_t before[DIGEST_BYTES],
	const struct record *record, uint8_t hash[DIGEST_BYTES]);
const char *origin_name(enum origin origin);
bool origin_parse(const char *name, enum origin *origin);
extern const struct statement chain_sql[];
extern const struct statement verify_sql[];
extern const struct statement backup_sql[];

/* verify.c: ledger_verify in the transaction under way; and what it says of a broken chain. */
enum result verify_chain(struct ledger *ledger, int64_t *entries, struct error *error);
enum result verify_broken(int64_t seq, struct error *error);

/* rebuild.c: ledger_rebuild and ledger_derived in the transaction under way; the tables must be
 * empty. */
enum result derive_all(struct ledger *ledger,
	void (*progress)(void *context, int64_t done, int64_t all), void *context,
	struct error *error);
enum result derived_digest(struct ledger *ledger, uint8_t hash[DIGEST_BYTES], struct error *error);

/* load.c: from the record to an entry. The body's JSON is freed with entry_release. */
enum result load_record(struct ledger *ledger, struct arena *arena, const struct record *record,
	struct entry *entry, struct error *error);
enum result load_entry(struct ledger *ledger, struct arena *arena, int64_t seq, struct entry *entry,
	bool *withdrawn, struct error *error);
/* What counts for clocks: `at`, or recorded_at where it came too late. */
int64_t load_clock(struct ledger *ledger, const struct entry *entry);
extern const struct statement load_sql[];

/* fold.c: what an entry does. */
enum result fold_entry(struct ledger *ledger, struct entry *entry, struct error *error);
/* The effects of an entry that needed approval, or of any other. */
enum result fold_effects(struct ledger *ledger, struct entry *entry, struct error *error);
/* Statements and project of one module, for every row of the entry. */
enum result fold_module(struct ledger *ledger, const struct module *module,
	const struct entry *entry, struct error *error);
enum result fold_about(
	struct ledger *ledger, const struct entry *entry, bool live, struct error *error);
enum result fold_unabout(struct ledger *ledger, const struct entry *entry, struct error *error);
/* Walk the references an entry is about. */
enum result fold_references(struct ledger *ledger, const struct entry *entry,
	enum result (*each)(struct ledger *ledger, const struct entry *entry, const char *reference,
		void *context, struct error *error),
	void *context, struct error *error);
bool module_watches(const struct module *module, const struct kind *kind);
extern const struct statement fold_sql[];

/* names.c: what things are called. */
/* The object, the natural key and the texts for search, as this entry says them. */
enum result names_put(struct ledger *ledger, const struct entry *entry, struct error *error);
/* No live entry is left with this key. */
enum result names_drop(
	struct ledger *ledger, const struct entry *entry, const char *key, struct error *error);
/* What the key of an entry is about, "customer:C1", in the arena; NULL for nothing. */
const char *names_reference(struct ledger *ledger, const struct entry *entry);
extern const struct statement names_sql[];

/* collect.c: the first column of every row; texts in the ledger's arena. */
struct collected {
	struct value *items;
	size_t count, room;
};
/* Release what was collected even where this fails. */
enum result collect(struct ledger *ledger, const struct statement *statement,
	const struct entry *entry, struct collected *collected, struct error *error);
void collected_release(struct collected *collected);

/* refold.c: the scope of an entry, derived again. */
enum result refold_scope(struct ledger *ledger, const struct entry *of, const struct entry *cause,
	struct error *error);
/* Do two versions of an entry fold into the same scope? */
bool refold_same(const struct entry *one, const struct entry *other);
/* Until refold_now, scopes to be folded again are only remembered. */
struct refolds *refold_later(struct ledger *ledger);
enum result refold_now(struct ledger *ledger, struct refolds *later, const struct entry *cause,
	struct error *error);
extern const struct statement refold_sql[];

/* correct.c */
/* Has the entry no effect: it waits for approval, or was rejected? */
bool correct_awaits(struct ledger *ledger, int64_t seq, struct error *error);
enum result correct_fold(struct ledger *ledger, const struct entry *entry, struct error *error);
enum result correct_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error);
extern const struct statement correct_sql[];

/* case.c */
enum result case_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error);
enum result case_fold(struct ledger *ledger, struct entry *entry, struct error *error);
enum result case_withdraw(struct ledger *ledger, const struct entry *entry, struct error *error);
/* The entry that opened a case was corrected: its customer or instant may be another. */
enum result case_correct(struct ledger *ledger, const struct entry *before,
	const struct entry *after, struct error *error);
/* The type of a case, in the arena; NULL where there is no such case. */
enum result case_type_of(
	struct ledger *ledger, const char *case_id, const char **type, struct error *error);
/* Owner and first owner, in `arena`; NULL where there is no such case. */
enum result case_owners(struct ledger *ledger, const char *case_id, const char **owner,
	const char **first_owner, const char **customer, struct error *error);
extern const struct statement case_sql[];

/* duty.c, discharge.c */
/* States in which a duty can still be done. */
#define LIVE_STATES "('open', 'paused', 'missed')"
enum result duty_fold(struct ledger *ledger, const struct entry *entry, struct error *error);
enum result duty_undo(struct ledger *ledger, const struct entry *entry, struct error *error);
enum result duty_follow(
	struct ledger *ledger, const char *customer, int64_t at, struct error *error);
/* What is open in a case goes to its new owner, or ends with the case. */
enum result duty_follow_case(
	struct ledger *ledger, const char *case_id, const char *owner, struct error *error);
enum result duty_cancel_case(struct ledger *ledger, const char *case_id, struct error *error);
/* The office of a subject's unit as a holder; that of the whole book where it has none. */
const char *duty_office(struct ledger *ledger, const char *subject, int day);
enum result duty_open(struct ledger *ledger, const char *what, enum holder holder,
	const char *named, const char *subject, int64_t due, const struct entry *entry,
	struct error *error);
enum result duty_cancel(struct ledger *ledger, const char *what, const char *subject,
	const struct entry *entry, struct error *error);
enum result duty_done(struct ledger *ledger, const char *what, const char *subject,
	const struct entry *entry, struct error *error);
enum result duty_discharge(struct ledger *ledger, const struct entry *entry, struct error *error);
enum result duty_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error);
/* Is a duty open that keeps this case from closing by an entry of this kind? */
enum result duty_blocks(struct ledger *ledger, const char *case_id, const struct kind *closing,
	bool *blocks, struct error *error);
/* The rule of a duty, whoever declares it; NULL where there is none. */
const struct duty_rule *duty_rule_find(const struct ledger *ledger, const char *what);
const struct cadence *cadence_find(const struct ledger *ledger, const char *what);
/* A duty as it is inserted. */
struct new_duty {
	const char *what, *holder, *subject, *case_id, *opener, *clock, *period;
	enum holder rule;
	int64_t opened_seq, opened_at, norm_seq, due, period_from;
	bool provisional, blocks;
};
enum result duty_insert(
	struct ledger *ledger, const struct new_duty *duty, const char **id, struct error *error);
/* Look for the entry that discharges an open duty among those already there. */
enum result duty_rematch(struct ledger *ledger, const char *id, struct error *error);
/* May duty_rematch find one for anybody's duty of this cadence, in the period that begins at
 * `from`? It does not where nothing of the kind was recorded since, or moved to there. */
enum result duty_perhaps_done(
	struct ledger *ledger, const char *what, int64_t from, bool *perhaps, struct error *error);
/* `subject`: the duty's own. */
enum result duty_settle(struct ledger *ledger, const char *id, const char *subject, int64_t due,
	const struct entry *entry, struct error *error);
/* Every change of a duty but that goes through here: the subject whose duties it concerns, or
 * NULL where that is not known or there are several. */
enum result duty_change(struct ledger *ledger, const struct statement *statement,
	const char *subject, const struct entry *entry, struct error *error);
/* The fields of a kind that name the subject of a duty which such an entry may end; how many. */
int duty_ending_fields(const struct ledger *ledger, const struct kind *kind,
	const struct field **fields, int most);
/* Open, paused or missed again, as it was before it was done or cancelled. */
enum result duty_reopen(struct ledger *ledger, const char *id, struct error *error);
extern const struct statement duty_sql[];
extern const struct statement discharge_sql[];

/* clocks.c: limits, due instants and the core's own folding of clock entries. */
struct due_for {
	struct limit limit;
	bool limited; /* false: the norm says nothing for it */
	int64_t due, norm_seq;
	bool provisional;
};
enum result clocks_due(struct ledger *ledger, const char *what, int64_t start, int day, int64_t seq,
	struct due_for *due, struct error *error);
enum result clocks_fold(struct ledger *ledger, const struct entry *entry, struct error *error);
/* Recompute what was provisional, and what runs through days that the norm speaks of. */
enum result clocks_recompute(struct ledger *ledger, const struct entry *norm, struct error *error);
/* The due instant of a duty as it follows from its clock and its pauses. */
enum result clocks_again(struct ledger *ledger, const char *id, struct error *error);
/* Does the table of a calendar norm hold together? */
enum result clocks_check(const struct entry *norm, struct error *error);
/* The office hours in force for a clock that starts on `day` by an entry `seq` (0: now), and
 * every notice there is of holidays. */
const struct calendar *clocks_calendar(struct ledger *ledger, int day, int64_t seq);
void clocks_forget(struct ledger *ledger);
extern const struct statement clocks_sql[];

/* cadence.c */
enum result cadence_day(
	struct ledger *ledger, const struct entry *entry, int day, struct error *error);
enum result cadence_customer(struct ledger *ledger, const char *customer, const struct entry *entry,
	struct error *error);
extern const struct statement cadence_sql[];

/* norm.c */
enum result norm_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error);
enum result norm_fold(struct ledger *ledger, const struct entry *entry, struct error *error);
void norm_forget(struct ledger *ledger);
extern const struct statement norm_sql[];

/* directory.c: forget which objects exist: the book is another than it was, or one is dropped. */
void objects_forget(struct ledger *ledger);
/* Is it known already that it exists? And: it does, "customer:C1". */
bool objects_know(const struct ledger *ledger, const char *type, const char *id);
void objects_note(struct ledger *ledger, const char *reference);
/* The top of the unit tree, in the view's arena; NULL in a book without units. */
const char *directory_root(struct view *view);

/* access.c */
/* Does he see the customer, which exists? As sight.h has it, for one customer. */
bool access_sees(struct ledger *ledger, const struct session *session, const char *customer);
/* The same of an entry of the record, and of a duty. */
bool access_sees_entry(
	struct ledger *ledger, const struct session *session, const struct record *record);
bool access_sees_duty(struct ledger *ledger, const struct session *session, const char *id);
enum result access_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error);
/* May the session's person decide over what another wrote: the operator, the office, or a
 * leader of the unit it is within? */
bool access_over(struct ledger *ledger, const struct session *session, const struct entry *target);
/* Is the duty of `holder` his own, his whom he stands for, or of those he leads? */
bool access_holds(struct ledger *ledger, const struct session *session, const char *holder);

/* view.c */
enum result view_run(struct view *view, const struct statement *statement,
	const struct entry *entry, struct query **rows, struct error *error);
/* The same, for more rows than memory should hold. */
enum result view_scan(struct view *view, const struct statement *statement,
	const struct entry *entry, struct query **rows, struct error *error);
enum result view_run_all(struct view *view, const struct statement *statement,
	const struct entry *entry, struct error *error);
extern const struct statement read_sql[];
extern const struct statement reading_sql[];
extern const struct statement tick_sql[];
extern const struct statement follow_sql[];
extern const struct statement measure_sql[];

/* A reference "type:id" split; false where it is none. */
bool reference_split(const char *reference, char type[16], const char **id);

#endif

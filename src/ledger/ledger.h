/*
 * The ledger: one book, opened.
 *
 * A book is a chain of immutable entries and what follows from them. The only way to change
 * anything is to append an entry; duties, cases, lists, norms and figures are derived, and
 * `ledger_rebuild` derives them again from the entries alone.
 *
 * One ledger is used by one thread at a time. Several processes may have the same book open.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "module.h"
#include "base/id.h"
#include "base/digest.h"
#include "calendar/clock.h"

struct ledger;

/* ------------------------------------------------------------------ opening */

/* Open book `book` of the database at `url`, with these modules (ends with NULL). With
 * `create` the database and the book are made where missing. A book that an older program
 * wrote is derived again where a module's version changed; one that a newer program wrote
 * is refused. */
enum result ledger_open(struct ledger **ledger, const char *url, const char *book, bool create,
	const struct module *const *modules, struct error *error);
void ledger_close(struct ledger *ledger);
const char *ledger_book(const struct ledger *ledger);
/* Seq and hash of the newest entry; 0 and zeros in an empty book. */
int64_t ledger_head(const struct ledger *ledger, uint8_t hash[DIGEST_BYTES]);

/* ------------------------------------------------------------------ writing */

/* Who writes, when, and where chance comes from. */
struct session {
	const char *staff;  /* id of the member of staff, "" for the operator at the terminal */
	const char *login;  /* recorded_by: "cli", a login's name, "system" */
	int64_t now;        /* the present instant */
	enum origin origin; /* LIVE, or IMPORT for the privileged import */
	const char *batch;  /* id of the import under way, or NULL */
	void (*chance)(void *state, uint8_t *bytes, size_t length);
	void *chance_state;
};

enum status { APPENDED, ALREADY, NOT_TAKEN };

/* What became of one envelope. */
struct answer {
	enum status status;
	char id[ID_TEXT];
	int64_t seq;        /* APPENDED and ALREADY */
	struct error error; /* NOT_TAKEN: field, reason, remedy; OK otherwise */
};

/* Entries are appended inside a batch, which others see whole or not at all. Nothing is
 * acknowledged before ledger_commit returned OK: by then it is on the disk. */
enum result ledger_begin(struct ledger *ledger, struct error *error);
enum result ledger_commit(struct ledger *ledger, struct error *error);
void ledger_rollback(struct ledger *ledger);
/* Append one envelope: {"id","kind","v","at","author","body", …}; id, v and at may be left
 * out, what only the server knows (seq, recorded_at, hash …) is ignored. A refused envelope
 * leaves the batch as it was. Returns TROUBLE only where the batch cannot go on. */
enum result ledger_append(struct ledger *ledger, const struct session *session, json_t *envelope,
	struct answer *answer, struct error *error);
/* Append several, in their order, as if one by one: each has the answer it would have had alone.
 * Where nothing is wrong with them the database is asked and waited for once for all. */
struct offer {
	const struct session *session;
	json_t *envelope;
	struct answer *answer;
};
enum result ledger_append_all(
	struct ledger *ledger, const struct offer *offers, int count, struct error *error);
/* Validate and check only. */
enum result ledger_try(struct ledger *ledger, const struct session *session, json_t *envelope,
	struct answer *answer, struct error *error);
/* A question with no error of its own to give (ledger_find, view_name, view_norm …) answers "no"
 * where the world failed. It is not forgotten: the batch does not commit, and every function
 * here that can say so says that trouble, instead of whatever else it found, until the batch is
 * rolled back or this is asked. */
enum result ledger_trouble(struct ledger *ledger, struct error *error);
/* Append what time has brought until `session->now`: day.opened for every local midnight
 * since the last, duty.missed for what fell due. Counts what it appended. */
enum result ledger_tick(
	struct ledger *ledger, const struct session *session, int *appended, struct error *error);

/* ------------------------------------------------------------------ proving */

/* Walk the chain. OK and the number of entries, or REFUSED with the seq of the entry at
 * which it breaks as argument "seq". */
enum result ledger_verify(struct ledger *ledger, int64_t *entries, struct error *error);
/* Derive everything again, in one transaction. `progress` may be NULL. */
enum result ledger_rebuild(struct ledger *ledger,
	void (*progress)(void *context, int64_t done, int64_t all), void *context,
	struct error *error);
/* SHA-256 over the derived tables, by name, rows in key order. */
enum result ledger_derived(struct ledger *ledger, uint8_t hash[DIGEST_BYTES], struct error *error);

/* ------------------------------------------------------------------ declarations */

const struct module *const *ledger_modules(const struct ledger *ledger); /* the core's first */
const struct kind *ledger_kind(const struct ledger *ledger, const char *name);
const struct module *ledger_kind_module(const struct ledger *ledger, const char *name);
const struct norm *ledger_norm(const struct ledger *ledger, const char *name);
const struct measure *ledger_measure(const struct ledger *ledger, const char *name);
/* The core's numbered statements, table by table; each ends with a zero, the list with NULL. */
extern const struct statement *const ledger_statements[];

/* ------------------------------------------------------------------ reading */

/* A view for reading outside a module: directories, names, norms as of now. It lives as long
 * as the ledger; its arena is reset by ledger_view_reset. */
struct view *ledger_view(struct ledger *ledger);
void ledger_view_reset(struct ledger *ledger);

/* The entry `seq` with its effective body, in `arena`; `withdrawn` (may be NULL) says that
 * it has been taken back. REFUSED where there is none. Give it back with entry_release. */
enum result ledger_entry(struct ledger *ledger, struct arena *arena, int64_t seq,
	struct entry *entry, bool *withdrawn, struct error *error);
void entry_release(struct entry *entry); /* frees its body */
/* Seq of the entry with this id; 0 where there is none. */
int64_t ledger_find(struct ledger *ledger, const char *id);
/* The whole envelope of `seq` as one line of JSON, personal parts where not erased. */
enum result ledger_envelope(
	struct ledger *ledger, int64_t seq, struct buffer *out, struct error *error);
/* Newest seq of the live entry of `kind` with this natural key; 0 where there is none. */
int64_t ledger_key(struct ledger *ledger, const char *kind, const char *key);
/* Which rows of this body, their cells by the declared columns, say what is so already, as the
 * kind's module sees it? same[row] is false before and set for those. */
enum result ledger_unchanged(struct ledger *ledger, const struct kind *kind, json_t *body,
	bool *same, struct error *error);
/* Leave of the table inside an entry that was handed out what still counts of it: rows that later
 * entries have taken the place of become null. */
enum result ledger_standing(struct ledger *ledger, const struct entry *entry, struct error *error);
/* The natural key of a body: its KEY fields, canonical. */
void entry_key(const struct kind *kind, json_t *body, struct buffer *key);

/* Entries about a reference ("customer:C1", "staff:zhou", "unit:9901": the unit and all below
 * it), newest first, before (at, seq); each is handed to `each` until it answers false. */
enum result ledger_timeline(struct ledger *ledger, const char *reference, int limit,
	bool (*each)(void *context, const struct entry *entry, bool withdrawn), void *context,
	struct error *error);
/* Every entry of `kind` in seq order (all kinds where NULL), effective, withdrawn ones left
 * out. */
enum result ledger_each(struct ledger *ledger, const char *kind,
	bool (*each)(void *context, const struct entry *entry), void *context, struct error *error);

/* Between these two every question sees the book as it was at one instant, whatever others write
 * meanwhile. Not inside a batch, and nothing is appended in between. */
enum result ledger_snapshot(struct ledger *ledger, struct error *error);
void ledger_snapshot_end(struct ledger *ledger);

/* The posts a person holds on `day`: each unit and role ("office", "leader", "manager"), until
 * `each` answers false. */
enum result ledger_posts(struct ledger *ledger, const char *staff, int day,
	bool (*each)(void *context, const char *unit, const char *role), void *context,
	struct error *error);
/* The person who keeps the lists of the whole book on `day`, in the view's arena; NULL where
 * nobody does. */
const char *ledger_office(struct ledger *ledger, int day);

/* Every object of a type ("customer"), by id. */
enum result ledger_objects(struct ledger *ledger, const char *type,
	bool (*each)(void *context, const char *id, const char *name), void *context,
	struct error *error);

/* What a thing is found by: one for every natural key of a kind that names something. */
struct called {
	int64_t seq; /* of the entry that changed it last */
	const char *kind, *key;
	const char *ref;   /* what it is about: "customer:C1"; of a person, his customer */
	const char *name;  /* NULL: gone, or erased */
	const char *texts; /* its other fields marked SEARCH, a line each, or NULL */
};

/* Every name that an entry after `*through` has changed, in the order of change; `*through`
 * becomes the newest entry. Asked outside of a batch, for what a batch says may never come to
 * be. */
enum result ledger_names(struct ledger *ledger, int64_t *through,
	void (*each)(void *context, const struct called *called), void *context,
	struct error *error);
/* Every customer that has been merged into another, with the one that stands for it now. */
enum result ledger_merged(struct ledger *ledger,
	void (*each)(void *context, const char *customer, const char *survivor), void *context,
	struct error *error);

/* ------------------------------------------------------------------ duties */

struct duty {
	const char *id, *what;
	const char *holder;  /* "staff:zhou", "unit:9901" */
	const char *subject; /* "customer:C1", or "" */
	const char *case_id; /* or NULL */
	int64_t opened_seq, opened_at, due, done_seq, done_at, missed_seq, norm_seq;
	const char *state;  /* open paused done done_late missed cancelled */
	const char *period; /* "2026-11", or NULL */
	bool provisional;   /* 暂定: beyond the calendar known */
	const char *limit;  /* "working_hours:8", "" where the day was given */
};

/* Duties of a holder (staff:ID; unit:ID: of the unit, those below and their people) that are
 * open on `day` or were done on it or later, most urgent first. One missed is open until it is
 * done; one of a period only until that is over. */
enum result ledger_duties(struct ledger *ledger, const char *holder, int day,
	bool (*each)(void *context, const struct duty *duty), void *context, struct error *error);
enum result ledger_duty(struct ledger *ledger, struct arena *arena, const char *id,
	struct duty *duty, struct error *error);
/* The clock of a duty and its stretches until `now` (or its due), in `arena`. REFUSED where
 * its day was given outright, so that nothing was counted. */
enum result ledger_duty_explain(struct ledger *ledger, struct arena *arena, const struct duty *duty,
	int64_t now, struct clock *clock, struct stretch **stretches, int *count,
	struct error *error);
/* The calendar in force now. */
const struct calendar *ledger_calendar(struct ledger *ledger);

/* Why what a module derives of `reference` is as it is on `day`: its reasons, the most telling
 * first, until `each` answers false. None where the module has nothing to say. */
enum result ledger_explain(struct ledger *ledger, const struct module *module,
	const char *reference, int day, bool (*each)(void *context, const struct reason *reason),
	void *context, struct error *error);

/* What is worth a glance on `day`, before one goes to see this customer: what each module knows,
 * in their order. REFUSED where the customer is not there, or not the looker's to see. */
enum result ledger_glance(struct ledger *ledger, const char *customer, int day,
	void (*each)(void *context, const struct glance *glance), void *context,
	struct error *error);

/* ------------------------------------------------------------------ measures */

struct figure {
	const struct measure *measure;
	bool known;        /* false: no evidence, so no figure */
	int64_t value;     /* the quantity; RATIO: tenths of a percent, half up */
	int64_t numerator; /* RATIO: rows that meet it; MEAN: the sum */
	int64_t n;         /* rows behind it (DISTINCT: distinct items) */
};

/* The figure of `measure` for a reference and days from … to, inclusive; each row of its
 * evidence goes to `each` where that is not NULL, in the order of the scan. */
enum result ledger_figure(struct ledger *ledger, const struct measure *measure,
	const char *reference, int from, int to, struct figure *figure,
	bool (*each)(void *context, const struct evidence *evidence), void *context,
	struct error *error);

#endif

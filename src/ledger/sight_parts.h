/* The inside of a sight: what its files share. */
#ifndef LEDGER_SIGHT_PARTS_H
#define LEDGER_SIGHT_PARTS_H

#include "ledger/scope.h"
#include "ledger/sight.h"

/* All sorted. What is not in them is asked for when it is met. */
struct sight {
	struct ledger *ledger;
	const char *staff;
	int64_t instant;
	int day;
	bool whole;               /* every unit is his */
	struct references seats;  /* the units whose leader or office he is himself */
	struct references units;  /* those and all below */
	struct references line;   /* the unit he works in and those above */
	struct references people; /* of his units, and himself */
	struct references stands; /* people he stands in for */
	struct references own;    /* customers he looks after, and what was merged into them */
	struct arena arena;
};

/* Who asks: NULL for the operator, and inside a batch. */
struct sight *looking(const struct ledger *ledger);

/* sight.c: of ids that are known to exist. */
bool sees_customer(const struct sight *sight, const char *id);
bool sees_staff(const struct sight *sight, const char *id);
/* A unit of his, the line left out. */
bool sees_unit(const struct sight *sight, const char *id);
/* Of a type whose objects are somebody's; others are everybody's. True for NULL. */
bool sees_object(const struct sight *sight, const char *type, const char *id);
/* A holder or owner: he, one he stands in for, or what is in his units. */
bool sees_holder(const struct sight *sight, const char *reference);

/* sight_entry.c: does a row of evidence count, and what of it is shown? */
bool sight_counts(struct sight *sight, const struct evidence *evidence);
void sight_evidence(struct sight *sight, struct evidence *evidence);

/* sight_read.c: whose line it is: a reference with what belongs to it, or, for NULL, the sight's
 * own people, units and customers. */
enum result sight_sources(struct ledger *ledger, struct sight *sight, const char *reference,
	struct references *sources, struct error *error);
void references_add_all(struct references *to, const struct references *from);

/* read.c: duties as they stand in the database. */
#define DUTY_COLUMNS                                                                               \
	"id, what, holder, subject, case_id, opened_seq, opened_at, due, done_seq, done_at, "      \
	"missed_seq, norm_seq, state, period, provisional, clock"
struct duty duty_at(struct arena *arena, const struct query *rows);
enum result duty_find(struct ledger *ledger, struct arena *arena, const char *id, struct duty *duty,
	struct error *error);
/* Write an envelope: the record's own, its body as one. */
void envelope_write(struct ledger *ledger, const struct record *record, json_t *body, bool whole,
	struct buffer *out);

#endif

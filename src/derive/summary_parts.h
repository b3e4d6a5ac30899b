/* The inside of a summary: what its files share. */
#ifndef DERIVE_SUMMARY_PARTS_H
#define DERIVE_SUMMARY_PARTS_H

#include "base/arena.h"
#include "derive/figure.h"
#include "derive/summary.h"
#include "derive/summary_select.h"

/* ------------------------------------------------------------------ templates */

enum piece_kind {
	PIECE_TEXT,
	PIECE_BOLD,
	PIECE_ITALIC,
	PIECE_SLOT,   /* text: what stands between the braces */
	PIECE_FIGURE, /* of a draft: text, key and what it read when the draft was written */
	PIECE_OPEN,   /* [ … ]: a stretch that is left out alone where it has no data */
	PIECE_CLOSE,
};

struct piece {
	enum piece_kind kind;
	const char *text;
	const char *key, *drafted;
	struct piece *next;
};

enum line_kind {
	LINE_PLAIN,
	LINE_WHEN, /* `? condition | text`: the first variant of a group */
	LINE_ELSE, /* `: condition | text` or `: text` */
};

/* One line of a paragraph. */
struct line {
	enum line_kind kind;
	const char *condition; /* NULL for none */
	struct piece *pieces;
	struct line *next;
};

enum block_kind {
	BLOCK_HEADING,
	BLOCK_PARAGRAPH,
	BLOCK_SLOT,       /* a paragraph that is one slot: table, chart, material, plans */
	BLOCK_REGION,     /* of a draft: what a slot made begins here … */
	BLOCK_REGION_END, /* … and ends here */
	BLOCK_PIN,        /* of a draft: `pin NAME: reason` or `unpin NAME: reason` */
};

struct block {
	enum block_kind kind;
	int level, line;
	const char *text; /* slot or pin */
	struct line *lines;
	struct block *next;
};

struct head {
	const char *key, *value;
	int line;
	struct head *next;
};

struct template
{
	const char *name;
	struct head *heads;
	struct block *blocks;
};

/* Read a template or a draft into `arena`. */
enum result template_read(struct template *template, struct arena *arena,
	const struct summary_request *request, struct error *error);
/* The value of a head line, or NULL. */
const char *template_head(const struct template *template, const char *key);
/* A copy of a stretch of text without the blanks around it. */
const char *template_trimmed(struct arena *arena, const char *text, size_t length);
/* The words of a slot, at most `most`; returns their number. */
int template_words(struct arena *arena, const char *text, const char **words, int most);
/* REFUSED at a line of the template. */
enum result template_refuse(const struct template *template, int line, const char *key,
	const char *what, struct error *error);

/* ------------------------------------------------------------------ figures */

/* One row of evidence, kept. */
struct kept {
	int64_t seq, value;
	int row, day;
	const char *customer, *staff, *unit, *item;
};

/* A figure that has been computed, with its rows. Asked for once and remembered. */
struct evidence_set {
	const struct measure *measure;
	const char *reference;
	int from, to;
	struct figure figure;
	bool data;         /* there is a figure and something behind it */
	int64_t customers; /* distinct customers among the rows */
	int64_t entries;   /* distinct entries */
	struct kept *rows;
	size_t count, allocated;
	int number;          /* of its appendix, from 1; 0: not shown */
	const char *showing; /* what the text shows of it, "128家" */
	struct evidence_set *next;
};

enum { SUMMARY_ROWS = 4000000 };

enum result figure_get(struct summary *summary, const struct measure *measure,
	const char *reference, int from, int to, struct evidence_set **set, struct error *error);
/* The figure of `name` for the summary's own scope and span; *set is NULL where there is no
 * such measure, and set->data false where nothing is behind it. */
enum result figure_named(struct summary *summary, const char *name, bool before,
	struct evidence_set **set, struct error *error);
const char *figure_label(const struct summary *summary, const struct measure *measure);
const char *figure_unit(const struct summary *summary, const struct measure *measure);
/* How a value of this measure reads, with its unit: "1,481次", "12.34万元", "96.4%". */
const char *figure_value(struct summary *summary, const struct measure *measure, int64_t value);
/* The figure of a set: a ratio with its parts, "96.4%（1,481/1,536）". */
const char *figure_text(struct summary *summary, const struct evidence_set *set);
/* "增加12次（8.3%）", "提高1.2个百分点", "持平". */
const char *figure_change(
	struct summary *summary, const struct evidence_set *now, const struct evidence_set *before);
/* Mark it as shown, which gives it an appendix; returns the anchor of that appendix. */
const char *figure_show(struct summary *summary, struct evidence_set *set, const char *text);

/* ------------------------------------------------------------------ what a summary holds */

enum phrase_kind { PHRASE_TEXT, PHRASE_BOLD, PHRASE_ITALIC, PHRASE_CLAIM, PHRASE_FIGURE };

struct phrase {
	enum phrase_kind kind;
	const char *text;
	const char *key;    /* of a figure: "roster.province", "visit.made:change" */
	const char *anchor; /* of its evidence */
	struct phrase *next;
};

struct phrases {
	struct phrase *first, **last;
};

struct cell {
	const char *text, *anchor;
};

enum item_kind {
	ITEM_HEADING,
	ITEM_PARAGRAPH,
	ITEM_TABLE,
	ITEM_CHART,
	ITEM_REGION, /* begins what a slot made; text: the slot */
	ITEM_REGION_END,
	ITEM_PIN, /* text: the pin, kept in drafts */
};

enum { TABLE_COLUMNS = 12, TABLE_ROWS = 400, CHART_MOST = 12 };

/* What a paragraph says, one sentence after the other. */
struct told {
	const char *was; /* as the template said it, its figures as {key}: it stays the same while
			    they move */
	bool edited;
	struct phrases phrases;
	struct told *next;
};

struct item {
	enum item_kind kind;
	int level;
	const char *text; /* heading, caption, slot */
	struct phrases phrases;
	struct told *told; /* of a paragraph: the same phrases, by sentence */
	struct {
		const char *titles[TABLE_COLUMNS];
		bool right[TABLE_COLUMNS];
		int columns;
		struct cell *cells; /* rows × columns */
		int rows;
	} table;
	struct {
		const struct measure *measure;
		const char *labels[CHART_MOST], *now_name, *before_name, *description;
		int64_t now[CHART_MOST], before[CHART_MOST];
		bool now_missing[CHART_MOST], before_missing[CHART_MOST];
		int points;
		bool compared;
	} chart;
	struct item *next;
};

struct note {
	const char *text;
	struct note *next;
};

/* A candidate for the material of a section: what it says and what decides its place. */
struct candidate {
	struct fact fact;
	struct evidence_set *set, *before;
	int64_t peer_median;
	int peers; /* how many of them have data */
	bool bad;  /* worse than before or than the peers, or a breach */
	const char *threshold;
	const char *reason; /* of a pin */
	bool written;       /* of a draft: its figure stands in the text */
};

struct document;

struct summary {
	struct arena arena;
	struct ledger *ledger;
	const struct messages *messages;
	enum language language;
	bool edited;
	const char *reference, *name, *evidence_file, *mark;
	int from, to;
	int64_t now;
	struct earlier before;
	const char *purpose;
	struct template template;
	const char *title, *subtitle, *signature; /* the latter two NULL where there is none */
	struct item *items, **last;
	struct note *notes, **last_note; /* left out, moved */
	json_t *edits;                   /* rows of summary.edited, or NULL */
	const char *edits_id;            /* the entry that holds them */
	struct told *removed, **last_removed;
	struct note *claims, **last_claim; /* sentences that keep it from being final */
	struct evidence_set *sets, **last_set;
	int shown; /* appendices */
	struct candidate *candidates;
	size_t candidate_count, candidate_allocated;
	char head[DIGEST_TEXT];
	int64_t head_seq;
};

/* A sentence of the catalogue, filled with pairs name, value … NULL; in the arena. */
const char *say(const struct summary *summary, struct arena *arena, const char *key, ...)
	__attribute__((sentinel));
void note_add(struct summary *summary, struct note ***last, const char *text);
struct item *item_add(struct summary *summary, enum item_kind kind);
void phrases_init(struct phrases *phrases);
void phrases_add(
	struct summary *summary, struct phrases *phrases, enum phrase_kind kind, const char *text);
void phrases_copy(struct summary *summary, struct phrases *phrases, const struct phrase *phrase);
void phrases_figure(struct summary *summary, struct phrases *phrases, struct evidence_set *set,
	const char *key, const char *text);
/* The name of an object, its id where it has none; in the summary's arena. */
const char *name_of(struct summary *summary, const char *type, const char *id);

/* An edited sentence: text in which {key} is a figure. False where one of them is none, or has no
 * data any more. */
bool fill_edited(
	struct summary *summary, const char *text, struct phrases *phrases, struct error *error);
/* summary_fill.c: a line's sentences, into phrases. */
enum result fill_block(struct summary *summary, const struct block *block, struct phrases *phrases,
	struct error *error);
/* The text of a head line with its slots filled; NULL where one has nothing to say. */
const char *fill_head(struct summary *summary, const char *key, struct error *error);

/* Did the person it is for change units within the span? */
bool person_moved(struct summary *summary);

/* summary_condition.c */
/* A value as a condition or threshold writes it: "90%", "10万元", "3". */
bool threshold_parse(const struct measure *measure, const char *text, int64_t *value);
enum result condition_holds(
	struct summary *summary, const char *condition, int line, bool *holds, struct error *error);

/* summary_table.c */
enum result table_build(struct summary *summary, const struct block *block, struct error *error);
enum result chart_build(struct summary *summary, const struct block *block, struct error *error);

/* summary_material.c */
/* The candidates of every {material …} of the template, weighed and placed. */
enum result material_gather(struct summary *summary, struct error *error);
/* What was selected for one section, as paragraphs. */
enum result material_build(struct summary *summary, const struct block *block, struct error *error);
/* Note what the text of a draft binds, so that a breach taken out is found. */
void material_written(struct summary *summary, const char *key);
/* Is this paragraph of a draft's region about a fact that its writer has left out? */
bool material_removed(
	struct summary *summary, const struct block *region, const struct block *paragraph);
/* What the writer pinned and the region of the draft does not say yet. */
enum result material_pinned(
	struct summary *summary, const struct block *region, struct error *error);
/* What stands in no sentence: a table for the appendix. */
void material_rest(struct summary *summary, struct document *document);

/* summary_plans.c */
enum result plans_build(struct summary *summary, const struct block *block, struct error *error);

/* summary_claims.c: underline the claims of a sentence without a figure. */
void claims_mark(struct summary *summary, struct phrases *sentence);

/* summary_evidence.c: the appendices. */
enum result evidence_appendices(
	struct summary *summary, struct document *document, struct error *error);

/* summary_told.c: the sentences of every paragraph. */
void told_split(struct summary *summary);
/* Put the sentences of every paragraph together again. */
void told_join(struct summary *summary);
/* summary_edit.c: what was changed by hand, as the newest summary.edited keeps it. */
enum result edits_load(struct summary *summary, struct error *error);
/* What its writer put in or left out, before the material is weighed. */
void edits_pin(struct summary *summary);
/* His sentences, in the place of those they were made of. */
enum result edits_apply(struct summary *summary, struct error *error);
/* summary_json.c */
enum result json_write(struct summary *summary, struct buffer *out, struct error *error);
/* summary_draft.c */
enum result draft_write(struct summary *summary, struct buffer *out, struct error *error);

#endif

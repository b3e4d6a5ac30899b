/* Filling slots: from the pieces of a line to sentences, or to the reason why one is not said. */
#include "derive/summary_parts.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOT_WORDS = 12, NAMES_MOST = 10, EXCERPT = 24 };

/* A sentence under way. What stands between brackets is kept apart until it is whole. */
struct sentence {
	struct phrases phrases, stretch;
	bool in_stretch;
	bool missing, stretch_missing;
	bool bound; /* something of the ledger is in it */
	const char *why;
	struct buffer source;
};

struct filling {
	struct summary *summary;
	const struct block *block;
	struct phrases *out;
	struct sentence sentence;
	struct error *error;
	enum result result;
};

/* ------------------------------------------------------------------ phrases */

void phrases_init(struct phrases *phrases)
{
	phrases->first = NULL;
	phrases->last = &phrases->first;
}

static struct phrase *phrase_add(
	struct summary *summary, struct phrases *phrases, enum phrase_kind kind, const char *text)
{
	struct phrase *phrase = arena_new(&summary->arena, struct phrase);

	*phrase = (struct phrase){ .kind = kind, .text = text };
	*phrases->last = phrase;
	phrases->last = &phrase->next;
	return phrase;
}

void phrases_add(
	struct summary *summary, struct phrases *phrases, enum phrase_kind kind, const char *text)
{
	if (*text)
		phrase_add(summary, phrases, kind, arena_text(&summary->arena, text));
}

void phrases_figure(struct summary *summary, struct phrases *phrases, struct evidence_set *set,
	const char *key, const char *text)
{
	struct phrase *phrase = phrase_add(summary, phrases, PHRASE_FIGURE, text);

	phrase->key = arena_text(&summary->arena, key);
	phrase->anchor = figure_show(summary, set, text);
}

void phrases_copy(struct summary *summary, struct phrases *phrases, const struct phrase *phrase)
{
	struct phrase *copy = phrase_add(summary, phrases, phrase->kind, phrase->text);

	copy->key = phrase->key;
	copy->anchor = phrase->anchor;
}

static void phrases_move(struct phrases *to, struct phrases *from)
{
	if (from->first) {
		*to->last = from->first;
		to->last = from->last;
	}
	phrases_init(from);
}

/* ------------------------------------------------------------------ figures in sentences */

static struct phrases *open_phrases(struct sentence *sentence)
{
	return sentence->in_stretch ? &sentence->stretch : &sentence->phrases;
}

static void missing(struct filling *filling, const char *key, const char *what)
{
	struct sentence *sentence = &filling->sentence;
	struct summary *summary = filling->summary;
	const struct measure *measure = ledger_measure(summary->ledger, what);

	if (sentence->in_stretch)
		sentence->stretch_missing = true;
	else
		sentence->missing = true;
	if (!sentence->why)
		sentence->why = say(summary, &summary->arena, key, "measure",
			measure ? figure_label(summary, measure) : what, NULL);
}

static bool row_counts(const struct kept *row, const char *which)
{
	if (text_equal(which, "met"))
		return row->value != 0;
	if (text_equal(which, "unmet"))
		return row->value == 0;
	return true;
}

static const char *row_name(struct summary *summary, const struct kept *row)
{
	if (row->customer)
		return name_of(summary, "customer", row->customer);
	if (row->staff)
		return name_of(summary, "staff", row->staff);
	return row->unit ? name_of(summary, "unit", row->unit) : row->item;
}

/* The name of a row; for the list `dated` with its day, "望溪精铸（3月11日）". */
static const char *listed_name(struct summary *summary, const struct kept *row, const char *which)
{
	const char *name = row_counts(row, which) ? row_name(summary, row) : NULL;
	struct civil civil = civil_from_day(row->day);

	if (!name || !row->day || !text_equal(which, "dated"))
		return name;
	return say(summary, &summary->arena, "summary.name_dated", "name", name, "month",
		figure_grouped(&summary->arena, civil.month), "day",
		figure_grouped(&summary->arena, civil.day), NULL);
}

/* What names are counted by: 家, 人, or the unit of the measure. */
static const char *names_unit(const struct summary *summary, const struct evidence_set *set)
{
	const struct kept *row = &set->rows[0];
	const char *key = row->customer ? "summary.unit.customers"
			  : row->staff  ? "summary.unit.staff"
			  : row->unit   ? "summary.unit.units"
					: NULL;

	return key ? message_get(summary->messages, summary->language, key)
		   : figure_unit(summary, set->measure);
}

static const char *names_of(
	struct summary *summary, const struct evidence_set *set, const char *which, int most)
{
	const char **names = arena_array(&summary->arena, const char *, set->count + 1);
	struct buffer text;
	int count = 0;

	for (size_t i = 0; i < set->count; i++) {
		const char *name = listed_name(summary, &set->rows[i], which);
		bool known = !name;
		for (int j = 0; !known && j < count; j++)
			known = text_equal(names[j], name);
		if (!known)
			names[count++] = name;
	}
	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	for (int i = 0; i < count && i < most; i++)
		buffer_print(&text, "%s%s", i ? "、" : "", names[i]);
	const char *answer = arena_text(&summary->arena, text.bytes ? text.bytes : "");
	buffer_release(&text);
	if (count > most)
		answer = say(summary, &summary->arena, "summary.names_more", "names", answer,
			"count", figure_grouped(&summary->arena, count), "unit",
			names_unit(summary, set), NULL);
	return answer;
}

static const char *figure_option(struct filling *filling, struct evidence_set *set,
	struct evidence_set *before, const char *option)
{
	struct summary *summary = filling->summary;
	struct arena *arena = &summary->arena;
	const struct figure *figure = &set->figure;

	if (!*option)
		return figure_text(summary, set);
	if (text_equal(option, "bare"))
		return figure_value(summary, set->measure, figure->value);
	if (text_equal(option, "met") && set->measure->how == RATIO)
		return figure_grouped(arena, figure->numerator);
	if (text_equal(option, "unmet") && set->measure->how == RATIO)
		return figure_grouped(arena, figure->n - figure->numerator);
	if (text_equal(option, "all"))
		return figure_grouped(arena, figure->n);
	if (text_equal(option, "customers"))
		return figure_grouped(arena, set->customers);
	if (text_equal(option, "change"))
		return before && before->data ? figure_change(summary, set, before) : NULL;
	if (text_equal(option, "last"))
		return before && before->data ? figure_text(summary, before) : NULL;
	filling->result = template_refuse(&summary->template, filling->block->line,
		"refused.summary_option", option, filling->error);
	return NULL;
}

/* `list-unmet-5` and the like; NULL where nobody is to be named. */
static const char *list_option(
	struct filling *filling, const struct evidence_set *set, const char *option)
{
	const char *words[3] = { "all", "", "" };
	char copy[40], *rest = copy, *word;
	int64_t most = NAMES_MOST;

	text_copy(copy, sizeof(copy), option);
	for (int i = 0; i < 3 && (word = strsep(&rest, "-")); i++)
		words[i] = word;
	if (*words[2] && (!text_integer(words[2], &most) || most < 1 || most > 1000)) {
		filling->result = template_refuse(&filling->summary->template, filling->block->line,
			"refused.summary_option", option, filling->error);
		return NULL;
	}
	const char *names = names_of(filling->summary, set, words[1], (int)most);
	return *names ? names : NULL;
}

/* The figure that `key` names: "visit.made", "visit.made:change", "roster.coverage:list-unmet-5".
 * NULL where there is none to show. */
static const char *keyed_text(struct filling *filling, const char *key, struct evidence_set **set)
{
	struct summary *summary = filling->summary;
	struct evidence_set *before = NULL;
	char name[80], *option;

	text_copy(name, sizeof(name), key);
	option = strchr(name, ':');
	if (option)
		*option++ = '\0';
	else
		option = name + strlen(name);
	bool compares = text_equal(option, "change") || text_equal(option, "last");
	filling->result = figure_named(summary, name, false, set, filling->error);
	if (filling->result == OK && *set && compares)
		filling->result = figure_named(summary, name, true, &before, filling->error);
	if (filling->result != OK)
		return NULL;
	if (!*set || !(*set)->data) {
		missing(filling, *set ? "summary.why.no_data" : "summary.why.no_measure", name);
		return NULL;
	}
	const char *text = text_starts(option, "list-")
				   ? list_option(filling, *set, option)
				   : figure_option(filling, *set, before, option);
	if (!text && filling->result == OK)
		missing(filling, compares ? "summary.why.no_before" : "summary.why.no_names", name);
	if (text && compares)
		figure_show(summary, before, figure_text(summary, before));
	return text;
}

static void keyed_figure(struct filling *filling, const char *key)
{
	struct evidence_set *set;
	const char *text = keyed_text(filling, key, &set);

	if (!text)
		return;
	phrases_figure(filling->summary, open_phrases(&filling->sentence), set, key, text);
	if (!set->showing || !text_equal(set->showing, text))
		set->showing = figure_text(filling->summary, set);
	filling->sentence.bound = true;
	material_written(filling->summary, key);
}

/* A figure of a draft: computed again. Who changed its number is told how numbers change. */
static void drafted_figure(struct filling *filling, const struct piece *piece)
{
	struct summary *summary = filling->summary;
	struct evidence_set *set;
	const char *text;

	if (!text_equal(piece->text, piece->drafted)) {
		filling->result = error_refuse(filling->error, "refused.summary_figure_changed",
			"edit", "was", piece->drafted, "became", piece->text, "figure",
			arena_bytes(&summary->arena, piece->key, strcspn(piece->key, ":")), NULL);
		error_place(filling->error, "%s:%d", summary->template.name, filling->block->line);
		return;
	}
	text = keyed_text(filling, piece->key, &set);
	if (!text)
		return;
	if (!text_equal(text, piece->drafted))
		note_add(summary, &summary->last_note,
			say(summary, &summary->arena, "summary.note.moved", "figure", piece->key,
				"was", piece->drafted, "is", text, NULL));
	phrases_figure(summary, open_phrases(&filling->sentence), set, piece->key, text);
	set->showing = figure_text(summary, set);
	filling->sentence.bound = true;
	material_written(summary, piece->key);
}

/* ------------------------------------------------------------------ other slots */

struct post_change {
	int day;
	const char *from, *to;
};

/* The last change of unit within the span. */
static bool post_change(struct summary *summary, struct post_change *change)
{
	struct view *view = ledger_view(summary->ledger);
	const char *before = NULL;
	bool found = false;

	if (!text_starts(summary->reference, "staff:"))
		return false;
	for (int day = summary->from - 1; day <= summary->to; day++) {
		ledger_view_reset(summary->ledger);
		const char *unit = view_staff_unit(view, summary->reference + 6, day);
		if (before && unit && !text_equal(before, unit)) {
			*change = (struct post_change){ day, before,
				arena_text(&summary->arena, unit) };
			found = true;
		}
		before = unit ? arena_text(&summary->arena, unit) : NULL;
	}
	return found;
}

bool person_moved(struct summary *summary)
{
	struct post_change change;

	return post_change(summary, &change);
}

static const char *moved_text(struct summary *summary, const char *which)
{
	struct post_change change;

	if (!post_change(summary, &change))
		return NULL;
	if (text_equal(which, "from"))
		return name_of(summary, "unit", change.from);
	if (text_equal(which, "to"))
		return name_of(summary, "unit", change.to);
	return arena_print(&summary->arena, "%d月", civil_from_day(change.day).month);
}

/* The unit asked for, or the one where the person is at the end. */
static const char *unit_text(struct summary *summary)
{
	if (text_starts(summary->reference, "unit:"))
		return name_of(summary, "unit", summary->reference + 5);
	if (!text_starts(summary->reference, "staff:"))
		return NULL;
	ledger_view_reset(summary->ledger);
	const char *unit =
		view_staff_unit(ledger_view(summary->ledger), summary->reference + 6, summary->to);
	return unit ? name_of(summary, "unit", arena_text(&summary->arena, unit)) : NULL;
}

static const char *person_text(struct summary *summary)
{
	return text_starts(summary->reference, "staff:")
		       ? name_of(summary, "staff", summary->reference + 6)
		       : NULL;
}

/* What the next span of this length is called: "2027年", "12月", "下周". */
static const char *next_text(struct summary *summary)
{
	struct civil next = civil_from_day(summary->to + 1);
	int days = summary->to - summary->from + 1;

	if (days <= 7)
		return say(summary, &summary->arena, "summary.next.week", NULL);
	if (days <= 31)
		return arena_print(&summary->arena, "%d月", next.month);
	return arena_print(&summary->arena, "%d年", civil_from_day(summary->to).year + 1);
}

static const char *word_text(struct summary *summary, const char *word)
{
	struct arena *arena = &summary->arena;

	if (text_equal(word, "unit"))
		return unit_text(summary);
	if (text_equal(word, "person"))
		return person_text(summary);
	if (text_equal(word, "whose"))
		return person_text(summary) ? person_text(summary) : unit_text(summary);
	if (text_equal(word, "year"))
		return arena_print(arena, "%d", civil_from_day(summary->to).year);
	if (text_equal(word, "month"))
		return arena_print(arena, "%d", civil_from_day(summary->to).month);
	if (text_equal(word, "from"))
		return day_words(arena, summary->from);
	if (text_equal(word, "to"))
		return day_words(arena, summary->to);
	if (text_equal(word, "period"))
		return period_words(arena, summary->from, summary->to);
	if (text_equal(word, "date"))
		return day_words(arena, instant_day(summary->now));
	return text_equal(word, "next") ? next_text(summary) : "";
}

/* The key of a figure from the words of its slot. */
static const char *slot_key(struct summary *summary, const char **words, int count)
{
	const char *which = "all";
	int64_t most = NAMES_MOST, number;

	if (text_equal(words[0], "measure"))
		return count > 2 ? arena_print(&summary->arena, "%s:%s", words[1], words[2])
				 : words[1];
	for (int i = 2; i < count; i++) {
		if (text_integer(words[i], &number))
			most = number;
		else
			which = words[i];
	}
	return arena_print(&summary->arena, "%s:list-%s-%lld", words[1], which, (long long)most);
}

static void slot(struct filling *filling, const char *text)
{
	struct summary *summary = filling->summary;
	const char *words[SLOT_WORDS] = { NULL }, *answer = "";
	int count = template_words(&summary->arena, text, words, SLOT_WORDS);

	if (count >= 2 && (text_equal(words[0], "measure") || text_equal(words[0], "list"))) {
		keyed_figure(filling, slot_key(summary, words, count));
		return;
	}
	if (count == 2 && text_equal(words[0], "moved")) {
		answer = moved_text(summary, words[1]);
		filling->sentence.bound = true;
		if (!answer)
			missing(filling, "summary.why.not_moved", "moved");
	} else if (count == 1) {
		answer = word_text(summary, words[0]);
		if (!answer)
			missing(filling, "summary.why.not_named", words[0]);
	}
	if (answer && !*answer)
		filling->result = template_refuse(&summary->template, filling->block->line,
			"refused.summary_slot", text, filling->error);
	else if (answer)
		phrases_add(summary, open_phrases(&filling->sentence), PHRASE_TEXT, answer);
}

/* ------------------------------------------------------------------ sentences */

static void sentence_start(struct sentence *sentence)
{
	sentence->missing = sentence->stretch_missing = sentence->bound = false;
	sentence->in_stretch = false;
	sentence->why = NULL;
	phrases_init(&sentence->phrases);
	phrases_init(&sentence->stretch);
	buffer_clear(&sentence->source);
}

static bool says_something(const struct phrases *phrases)
{
	for (const struct phrase *phrase = phrases->first; phrase; phrase = phrase->next) {
		if (phrase->kind == PHRASE_FIGURE || phrase->text[strspn(phrase->text, " ")])
			return true;
	}
	return false;
}

/* The beginning of a sentence as it stands in the template, to tell it by. */
static const char *excerpt(struct summary *summary, const char *text)
{
	const char *at = text;
	int characters = 0;

	while (*at && characters++ < EXCERPT)
		text_next(&at);
	return arena_print(&summary->arena, "%.*s%s", (int)(at - text), text, *at ? "…" : "");
}

static void sentence_end(struct filling *filling)
{
	struct sentence *sentence = &filling->sentence;
	struct summary *summary = filling->summary;

	if (sentence->missing) {
		note_add(summary, &summary->last_note,
			say(summary, &summary->arena, "summary.note.sentence", "text",
				excerpt(summary, sentence->source.bytes), "why", sentence->why,
				NULL));
	} else if (says_something(&sentence->phrases)) {
		if (!sentence->bound && filling->block->kind == BLOCK_PARAGRAPH)
			claims_mark(summary, &sentence->phrases);
		phrases_move(filling->out, &sentence->phrases);
	}
	sentence_start(sentence);
}

static void stretch_end(struct filling *filling)
{
	struct sentence *sentence = &filling->sentence;

	sentence->in_stretch = false;
	if (sentence->stretch_missing)
		phrases_init(&sentence->stretch);
	else
		phrases_move(&sentence->phrases, &sentence->stretch);
	sentence->stretch_missing = false;
	sentence->why = sentence->missing ? sentence->why : NULL;
}

static bool ends_sentence(uint32_t c)
{
	return c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0xff1b; /* 。！？； */
}

static bool closes_quote(uint32_t c)
{
	return c == 0x201d || c == 0x300d || c == 0xff09; /* ” 」 ） */
}

/* Add text up to the ends of the sentences in it. */
static void text_run(struct filling *filling, enum phrase_kind kind, const char *text)
{
	struct sentence *sentence = &filling->sentence;
	struct summary *summary = filling->summary;
	const char *start = text, *at = text;

	while (*at) {
		uint32_t c = text_next(&at);
		if (!ends_sentence(c) || sentence->in_stretch)
			continue;
		const char *ahead = at;
		if (closes_quote(text_next(&ahead)))
			at = ahead;
		phrases_add(summary, open_phrases(sentence), kind,
			arena_bytes(&summary->arena, start, (size_t)(at - start)));
		buffer_add(&sentence->source, start, (size_t)(at - start));
		sentence_end(filling);
		start = at;
	}
	phrases_add(summary, open_phrases(sentence), kind, start);
	buffer_text(&sentence->source, start);
}

static void fill_line(struct filling *filling, const struct line *line)
{
	static const enum phrase_kind kinds[] = { [PIECE_TEXT] = PHRASE_TEXT,
		[PIECE_BOLD] = PHRASE_BOLD,
		[PIECE_ITALIC] = PHRASE_ITALIC };

	for (const struct piece *piece = line->pieces; piece && filling->result == OK;
		piece = piece->next) {
		switch (piece->kind) {
		case PIECE_TEXT:
		case PIECE_BOLD:
		case PIECE_ITALIC:
			text_run(filling, kinds[piece->kind], piece->text);
			break;
		case PIECE_SLOT:
			buffer_print(&filling->sentence.source, "{%s}", piece->text);
			slot(filling, piece->text);
			break;
		case PIECE_FIGURE:
			buffer_text(&filling->sentence.source, piece->text);
			drafted_figure(filling, piece);
			break;
		case PIECE_OPEN:
			filling->sentence.in_stretch = true;
			break;
		case PIECE_CLOSE:
			stretch_end(filling);
			break;
		}
	}
}

/* Of a group of variants the first that holds is said. */
static enum result line_holds(
	struct filling *filling, const struct line *line, bool *group_done, bool *holds)
{
	*holds = true;
	if (line->kind == LINE_PLAIN) {
		*group_done = false;
		return OK;
	}
	if (line->kind == LINE_WHEN)
		*group_done = false;
	if (*group_done)
		*holds = false;
	else if (line->condition)
		filling->result = condition_holds(filling->summary, line->condition,
			filling->block->line, holds, filling->error);
	*group_done = *group_done || *holds;
	return filling->result;
}

enum result fill_block(struct summary *summary, const struct block *block, struct phrases *phrases,
	struct error *error)
{
	struct filling filling = {
		.summary = summary, .block = block, .out = phrases, .error = error
	};
	bool group_done = false, holds;

	buffer_init(&filling.sentence.source, SUMMARY_TEMPLATE_BYTES);
	sentence_start(&filling.sentence);
	for (const struct line *line = block->lines; line && filling.result == OK;
		line = line->next) {
		if (line_holds(&filling, line, &group_done, &holds) != OK || !holds)
			continue;
		fill_line(&filling, line);
	}
	if (filling.result == OK)
		sentence_end(&filling);
	buffer_release(&filling.sentence.source);
	return filling.result;
}

const char *fill_head(struct summary *summary, const char *key, struct error *error)
{
	const char *value = template_head(&summary->template, key);
	struct buffer text;

	if (!value)
		return NULL;
	buffer_init(&text, 4096);
	for (const char *at = value; *at;) {
		const char *close = *at == '{' ? strchr(at, '}') : NULL;
		if (!close) {
			buffer_char(&text, *at++);
			continue;
		}
		const char *word = word_text(
			summary, arena_bytes(&summary->arena, at + 1, (size_t)(close - at) - 1));
		if (!word || !*word) {
			template_refuse(&summary->template, 1, "refused.summary_head", key, error);
			break;
		}
		buffer_text(&text, word);
		at = close + 1;
	}
	const char *answer = error->result == OK
				     ? arena_text(&summary->arena, text.bytes ? text.bytes : "")
				     : NULL;
	buffer_release(&text);
	return answer;
}

bool fill_edited(
	struct summary *summary, const char *text, struct phrases *phrases, struct error *error)
{
	const struct block block = { .kind = BLOCK_PARAGRAPH };
	struct filling filling = { .summary = summary, .block = &block, .error = error };

	phrases_init(phrases);
	buffer_init(&filling.sentence.source, SUMMARY_TEMPLATE_BYTES);
	sentence_start(&filling.sentence);
	while (*text && filling.result == OK) {
		size_t plain = strcspn(text, "{"), key = strcspn(text + plain, "}");
		phrases_add(summary, &filling.sentence.phrases, PHRASE_TEXT,
			arena_bytes(&summary->arena, text, plain));
		text += plain;
		if (!*text)
			break;
		keyed_figure(&filling, arena_bytes(&summary->arena, text + 1, key ? key - 1 : 0));
		text += key + (text[key] == '}');
	}
	bool whole = filling.result == OK && !filling.sentence.missing;
	if (whole && !filling.sentence.bound)
		claims_mark(summary, &filling.sentence.phrases);
	if (whole)
		phrases_move(phrases, &filling.sentence.phrases);
	buffer_release(&filling.sentence.source);
	return whole;
}

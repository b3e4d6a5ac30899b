/*
 * A summary as a page shows it:
 *
 *     {"title", "subtitle"?, "nothing"?,
 *      "sections": [{"heading", "level",
 *                    "paragraphs": [{"sentences": [{"was", "edited", "pieces": [PIECE]}]}],
 *                    "tables": [{"caption", "columns": [TEXT], "rows": [{"cells": [PIECE]}]}]}],
 *      "evidence": {"evidence.1": {"measure", "for", "from", "to"}}, "notes": [TEXT],
 *      "edits": {"template", "from", "entry"?, "rows": [{"edit", "was", "now"?}]},
 *      "removed": [{"was", "text"}],
 *      "material": [{"measure", "label", "shown", "written", "pin"?, "breach"}]}
 *
 * A PIECE is {"text", "figure"?, "key"?, "claim"?}: a figure opens the evidence of its name, and
 * its key is what it is called in "was".
 */
#include "derive/summary_parts.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static void write_phrase(struct writer *json, const struct phrase *phrase)
{
	write_object(json);
	write_text_at(json, "text", phrase->text);
	if (phrase->kind == PHRASE_FIGURE) {
		write_text_at(json, "figure", phrase->anchor);
		write_text_at(json, "key", phrase->key);
	}
	if (phrase->kind == PHRASE_CLAIM)
		write_bool_at(json, "claim", true);
	write_object_end(json);
}

static void write_told(struct writer *json, const struct told *told)
{
	write_object(json);
	write_text_at(json, "was", told->was);
	write_bool_at(json, "edited", told->edited);
	write_key(json, "pieces");
	write_array(json);
	for (const struct phrase *phrase = told->phrases.first; phrase; phrase = phrase->next)
		write_phrase(json, phrase);
	write_array_end(json);
	write_object_end(json);
}

static void write_paragraph(struct writer *json, const struct item *item)
{
	write_object(json);
	write_key(json, "sentences");
	write_array(json);
	for (const struct told *told = item->told; told; told = told->next)
		write_told(json, told);
	write_array_end(json);
	write_object_end(json);
}

static void write_cell(struct writer *json, const struct cell *cell)
{
	write_object(json);
	write_text_at(json, "text", cell->text ? cell->text : "");
	if (cell->anchor)
		write_text_at(json, "figure", cell->anchor);
	write_object_end(json);
}

static void write_table(struct writer *json, const struct item *item)
{
	int columns = item->table.columns;

	write_object(json);
	write_text_at(json, "caption", item->text ? item->text : "");
	write_key(json, "columns");
	write_array(json);
	for (int i = 0; i < columns; i++)
		write_text(json, item->table.titles[i] ? item->table.titles[i] : "");
	write_array_end(json);
	write_key(json, "rows");
	write_array(json);
	for (int row = 0; row < item->table.rows; row++) {
		write_object(json);
		write_key(json, "cells");
		write_array(json);
		for (int i = 0; i < columns; i++)
			write_cell(json, &item->table.cells[row * columns + i]);
		write_array_end(json);
		write_object_end(json);
	}
	write_array_end(json);
	write_object_end(json);
}

/* ------------------------------------------------------------------ sections */

/* The items of one kind up to the next heading. */
static void write_items(struct writer *json, const char *key, const struct item *item,
	enum item_kind kind, void (*each)(struct writer *json, const struct item *item))
{
	write_key(json, key);
	write_array(json);
	for (; item && item->kind != ITEM_HEADING; item = item->next) {
		if (item->kind == kind)
			each(json, item);
	}
	write_array_end(json);
}

static void write_section(struct writer *json, const struct item *heading, const struct item *first)
{
	struct buffer text;

	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	buffer_text(&text, "");
	for (const struct phrase *phrase = heading ? heading->phrases.first : NULL; phrase;
		phrase = phrase->next)
		buffer_text(&text, phrase->text);
	write_object(json);
	write_text_at(json, "heading", text.bytes);
	write_integer_at(json, "level", heading ? heading->level : 0);
	write_items(json, "paragraphs", first, ITEM_PARAGRAPH, write_paragraph);
	write_items(json, "tables", first, ITEM_TABLE, write_table);
	write_object_end(json);
	buffer_release(&text);
}

static void write_sections(struct summary *summary, struct writer *json)
{
	const struct item *item = summary->items;

	write_key(json, "sections");
	write_array(json);
	if (item && item->kind != ITEM_HEADING)
		write_section(json, NULL, item);
	for (; item; item = item->next) {
		if (item->kind == ITEM_HEADING)
			write_section(json, item, item->next);
	}
	write_array_end(json);
}

/* ------------------------------------------------------------------ the whole */

static void write_evidence(const struct summary *summary, struct writer *json)
{
	char name[32], from[DAY_TEXT], to[DAY_TEXT];

	write_key(json, "evidence");
	write_object(json);
	for (const struct evidence_set *set = summary->sets; set; set = set->next) {
		if (!set->number)
			continue;
		snprintf(name, sizeof(name), "evidence.%d", set->number);
		write_key(json, name);
		write_object(json);
		write_text_at(json, "measure", set->measure->name);
		write_text_at(json, "for", set->reference);
		write_text_at(json, "from", day_text(set->from, from));
		write_text_at(json, "to", day_text(set->to, to));
		write_object_end(json);
	}
	write_object_end(json);
}

/* ------------------------------------------------------------------ what can be changed */

static void write_edits(const struct summary *summary, struct writer *json)
{
	static const char *const columns[] = { "edit", "was", "now" };
	char from[DAY_TEXT];
	size_t index;
	json_t *row;

	write_key(json, "edits");
	write_object(json);
	write_text_at(json, "template", summary->name);
	write_text_at(json, "for", summary->reference);
	write_text_at(json, "from", day_text(summary->from, from));
	if (summary->edits)
		write_text_at(json, "entry", summary->edits_id);
	write_key(json, "rows");
	write_array(json);
	json_array_foreach(summary->edits, index, row)
	{
		write_object(json);
		for (size_t i = 0; i < COUNT_OF(columns); i++) {
			const char *cell = json_string_value(json_array_get(row, i));
			if (cell && *cell)
				write_text_at(json, columns[i], cell);
		}
		write_object_end(json);
	}
	write_array_end(json);
	write_object_end(json);
}

static void write_removed(const struct summary *summary, struct writer *json)
{
	struct buffer text;

	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	write_key(json, "removed");
	write_array(json);
	for (const struct told *told = summary->removed; told; told = told->next) {
		buffer_clear(&text);
		for (const struct phrase *phrase = told->phrases.first; phrase;
			phrase = phrase->next)
			buffer_text(&text, phrase->text);
		write_object(json);
		write_text_at(json, "was", told->was);
		write_text_at(json, "text", text.bytes);
		write_object_end(json);
	}
	write_array_end(json);
	buffer_release(&text);
}

static void write_material(struct summary *summary, struct writer *json)
{
	write_key(json, "material");
	write_array(json);
	for (size_t i = 0; i < summary->candidate_count; i++) {
		const struct candidate *candidate = &summary->candidates[i];
		enum fact_pin pin = candidate->fact.pin;
		write_object(json);
		write_text_at(json, "measure", candidate->fact.name);
		write_text_at(json, "label", figure_label(summary, candidate->set->measure));
		write_text_at(json, "shown", figure_text(summary, candidate->set));
		write_bool_at(json, "written", candidate->written);
		if (pin != PIN_NONE)
			write_text_at(json, "pin", pin == PIN_IN ? "in" : "out");
		write_bool_at(json, "breach", candidate->fact.breach);
		write_object_end(json);
	}
	write_array_end(json);
}

enum result json_write(struct summary *summary, struct buffer *out, struct error *error)
{
	const char *nothing = summary_nothing(summary);
	struct writer json;

	write_start(&json, out);
	write_object(&json);
	write_text_at(&json, "title", summary->title);
	if (summary->subtitle)
		write_text_at(&json, "subtitle", summary->subtitle);
	if (nothing)
		write_text_at(&json, "nothing", nothing);
	write_sections(summary, &json);
	write_evidence(summary, &json);
	write_key(&json, "notes");
	write_array(&json);
	for (const struct note *note = summary->notes; note; note = note->next)
		write_text(&json, note->text);
	write_array_end(&json);
	write_edits(summary, &json);
	write_removed(summary, &json);
	write_material(summary, &json);
	write_object_end(&json);
	if (out->full)
		return error_refuse(error, "refused.document_too_large", "", "max", "64", NULL);
	return OK;
}

/* From what a summary holds to an office document. */
#include "derive/summary_parts.h"

#include "base/money.h"
#include "base/text.h"
#include "office/chart.h"
#include "office/document.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CHART_PIXELS = 1840, CHART_BYTES = 8 << 20, HEAD_SHOWN = 16 };

bool summary_form(const char *path, enum summary_form *form)
{
	const char *ending = strrchr(path, '.');

	if (!ending)
		return false;
	if (text_equal(ending, ".docx"))
		*form = SUMMARY_DOCX;
	else if (text_equal(ending, ".html"))
		*form = SUMMARY_HTML;
	else if (text_equal(ending, ".md"))
		*form = SUMMARY_DRAFT;
	else
		return false;
	return true;
}

/* ------------------------------------------------------------------ charts */

/* Money is drawn in 万元 with one decimal, a share in percent, anything else as it is. */
static void show_money(void *context, int64_t value, char *text, size_t size)
{
	int64_t tenths = (value < 0 ? value - 50000 : value + 50000) / 100000;
	int64_t whole = tenths < 0 ? -tenths : tenths;

	(void)context;
	snprintf(text, size, "%s%" PRId64 ".%" PRId64, tenths < 0 ? "-" : "", whole / 10,
		whole % 10);
}

static void show_share(void *context, int64_t value, char *text, size_t size)
{
	(void)context;
	snprintf(text, size, "%" PRId64 ".%" PRId64 "%%", value / 10,
		value < 0 ? -(value % 10) : value % 10);
}

static void show_plain(void *context, int64_t value, char *text, size_t size)
{
	(void)context;
	snprintf(text, size, "%" PRId64, value);
}

static enum result chart_add(struct summary *summary, struct document *document,
	const struct item *item, struct error *error)
{
	const struct measure *measure = item->chart.measure;
	struct chart_series series[2] = {
		{ item->chart.now_name, CHART_COLUMN, item->chart.now, item->chart.now_missing },
		{ item->chart.before_name, CHART_LINE, item->chart.before,
			item->chart.before_missing },
	};
	bool share = measure->how == RATIO, money = !share && measure->quantity == MONEY;
	const char *unit = share   ? NULL
			   : money ? say(summary, &summary->arena, "summary.chart.money", NULL)
				   : figure_unit(summary, measure);
	struct chart chart = { CHART_MONTHS,
		unit ? say(summary, &summary->arena, "summary.chart.unit", "unit", unit, NULL)
		     : NULL,
		say(summary, &summary->arena, "summary.no_data", NULL), item->chart.labels,
		(size_t)item->chart.points, series, item->chart.compared ? 2 : 1,
		share   ? show_share
		: money ? show_money
			: show_plain,
		NULL };
	struct buffer png, svg;

	buffer_init(&png, CHART_BYTES);
	buffer_init(&svg, CHART_BYTES);
	if (chart_png(&chart, CHART_PIXELS, &png, error) == OK &&
		chart_svg(&chart, &svg, error) == OK) {
		const struct document_picture picture = { item->text, item->chart.description,
			png.bytes, png.length, svg.bytes, svg.length, 0 };
		document_picture(document, &picture);
	}
	buffer_release(&png);
	buffer_release(&svg);
	return error->result;
}

/* ------------------------------------------------------------------ text and tables */

static void phrases_write(struct document *document, const struct phrases *phrases)
{
	static const enum document_run styles[] = { [PHRASE_TEXT] = RUN_PLAIN,
		[PHRASE_BOLD] = RUN_BOLD,
		[PHRASE_ITALIC] = RUN_ITALIC,
		[PHRASE_CLAIM] = RUN_UNPROVEN };

	for (const struct phrase *phrase = phrases->first; phrase; phrase = phrase->next) {
		if (phrase->kind == PHRASE_FIGURE)
			document_figure(document, phrase->text, phrase->anchor);
		else
			document_run(document, styles[phrase->kind], phrase->text);
	}
}

static void heading_write(
	struct summary *summary, struct document *document, const struct item *item)
{
	struct buffer text;

	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	for (const struct phrase *phrase = item->phrases.first; phrase; phrase = phrase->next)
		buffer_text(&text, phrase->text);
	document_heading(
		document, item->level, arena_text(&summary->arena, text.bytes ? text.bytes : ""));
	buffer_release(&text);
}

static void table_write(struct document *document, const struct item *item)
{
	struct document_column columns[TABLE_COLUMNS];

	for (int i = 0; i < item->table.columns; i++)
		columns[i] = (struct document_column){ item->table.titles[i],
			item->table.right[i] ? ALIGN_RIGHT : ALIGN_LEFT };
	document_table(document, item->text, columns, (size_t)item->table.columns);
	for (int i = 0; i < item->table.rows; i++) {
		document_row(document);
		for (int j = 0; j < item->table.columns; j++) {
			const struct cell *cell = &item->table.cells[i * item->table.columns + j];
			if (cell->anchor)
				document_cell_figure(document, cell->text, cell->anchor);
			else
				document_cell(document, cell->text ? cell->text : "");
		}
	}
}

static enum result item_write(struct summary *summary, struct document *document,
	const struct item *item, struct error *error)
{
	switch (item->kind) {
	case ITEM_HEADING:
		heading_write(summary, document, item);
		break;
	case ITEM_PARAGRAPH:
		document_paragraph(document, PARAGRAPH_BODY);
		phrases_write(document, &item->phrases);
		break;
	case ITEM_TABLE:
		table_write(document, item);
		break;
	case ITEM_CHART:
		return chart_add(summary, document, item, error);
	case ITEM_REGION:
	case ITEM_REGION_END:
	case ITEM_PIN:
		break;
	}
	return OK;
}

/* When the figures were taken, and from which state of the book. */
static void closing_note(struct summary *summary, struct document *document)
{
	char instant[INSTANT_TEXT];

	instant_text(summary->now, instant);
	document_paragraph(document, PARAGRAPH_NOTE);
	document_run(document, RUN_PLAIN,
		say(summary, &summary->arena, "summary.closing", "as_of",
			arena_print(&summary->arena, "%s %.5s",
				day_words(&summary->arena, instant_day(summary->now)),
				instant + 11),
			"book", ledger_book(summary->ledger), "entries",
			figure_grouped(&summary->arena, summary->head_seq), "head",
			arena_bytes(&summary->arena, summary->head, HEAD_SHOWN), NULL));
	if (!summary->mark)
		return;
	document_paragraph(document, PARAGRAPH_NOTE);
	document_run(document, RUN_PLAIN,
		say(summary, &summary->arena, "summary.mark", "mark", summary->mark, NULL));
}

static enum result document_build(
	struct summary *summary, struct document *document, struct error *error)
{
	if (summary->subtitle)
		document_subtitle(document, summary->subtitle);
	for (const struct item *item = summary->items; item; item = item->next) {
		if (item_write(summary, document, item, error) != OK)
			return error->result;
	}
	closing_note(summary, document);
	if (summary->signature)
		document_signature(document, summary->signature,
			day_words(&summary->arena, instant_day(summary->now)));
	return evidence_appendices(summary, document, error);
}

enum result summary_write(
	struct summary *summary, enum summary_form form, struct buffer *out, struct error *error)
{
	const struct document_about about = { summary->title,
		summary->signature ? summary->signature : "", summary->now };
	struct document *document;

	if (form == SUMMARY_DRAFT || form == SUMMARY_JSON) {
		form == SUMMARY_DRAFT ? draft_write(summary, out, error)
				      : json_write(summary, out, error);
		return ledger_trouble(summary->ledger, error);
	}
	document = document_new(&about, SUMMARY_BYTES);
	if (document_build(summary, document, error) == OK && form == SUMMARY_DOCX)
		document_docx(document, out, error);
	else if (error->result == OK)
		document_html(document, out, error);
	document_free(document);
	return ledger_trouble(summary->ledger, error);
}

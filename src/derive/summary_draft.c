/*
 * A summary as Markdown that its writer may edit: the head keeps whose and when, figures are
 * links to their keys, and comments keep what made a table, a chart or the material. Made as
 * a tree of cmark's and written by cmark, so that no text can turn into markup.
 */
#include "derive/summary_parts.h"

#include "base/text.h"

#include <cmark.h>
#include <inttypes.h>
#include <string.h>

struct drafting {
	struct summary *summary;
	cmark_node *root;
};

static void append(cmark_node *parent, cmark_node *child)
{
	must(child != NULL && cmark_node_append_child(parent, child));
}

static void append_text(cmark_node *parent, const char *text)
{
	cmark_node *node = cmark_node_new(CMARK_NODE_TEXT);

	must(cmark_node_set_literal(node, text));
	append(parent, node);
}

static void append_comment(struct drafting *drafting, const char *text)
{
	cmark_node *node = cmark_node_new(CMARK_NODE_HTML_BLOCK);

	must(cmark_node_set_literal(
		node, arena_print(&drafting->summary->arena, "<!-- %s -->\n", text)));
	append(drafting->root, node);
}

static cmark_node *wrapped(cmark_node_type type, const char *text)
{
	cmark_node *node = cmark_node_new(type);

	append_text(node, text);
	return node;
}

static void append_figure(
	struct drafting *drafting, cmark_node *parent, const struct phrase *phrase)
{
	cmark_node *link = wrapped(CMARK_NODE_LINK, phrase->text);

	must(cmark_node_set_url(
		link, arena_print(&drafting->summary->arena, "evidence:%s", phrase->key)));
	must(cmark_node_set_title(link, phrase->text));
	append(parent, link);
}

static void append_phrases(
	struct drafting *drafting, cmark_node *parent, const struct phrases *phrases)
{
	for (const struct phrase *phrase = phrases->first; phrase; phrase = phrase->next) {
		switch (phrase->kind) {
		case PHRASE_TEXT:
		case PHRASE_CLAIM:
			append_text(parent, phrase->text);
			break;
		case PHRASE_BOLD:
			append(parent, wrapped(CMARK_NODE_STRONG, phrase->text));
			break;
		case PHRASE_ITALIC:
			append(parent, wrapped(CMARK_NODE_EMPH, phrase->text));
			break;
		case PHRASE_FIGURE:
			append_figure(drafting, parent, phrase);
			break;
		}
	}
}

/* ------------------------------------------------------------------ tables to read */

/* One cell of a pipe table: the bar is the one letter that would break it. */
static void cell_print(struct buffer *out, const char *text)
{
	buffer_text(out, " ");
	for (const char *at = text ? text : ""; *at; at++)
		buffer_text(out, *at == '|' ? "\\|" : *at == '\n' ? " " : (char[]){ *at, '\0' });
	buffer_text(out, " |");
}

static void append_pipes(struct drafting *drafting, struct buffer *text)
{
	cmark_node *node = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK);

	must(cmark_node_set_on_enter(node, text->bytes));
	append(drafting->root, node);
	buffer_release(text);
}

static void rule_print(struct buffer *out, int columns)
{
	buffer_text(out, "\n|");
	for (int i = 0; i < columns; i++)
		buffer_text(out, " --- |");
}

static void append_table(struct drafting *drafting, const struct item *item)
{
	struct buffer text;

	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	buffer_text(&text, "|");
	for (int i = 0; i < item->table.columns; i++)
		cell_print(&text, item->table.titles[i]);
	rule_print(&text, item->table.columns);
	for (int i = 0; i < item->table.rows; i++) {
		buffer_text(&text, "\n|");
		for (int j = 0; j < item->table.columns; j++)
			cell_print(&text, item->table.cells[i * item->table.columns + j].text);
	}
	append_pipes(drafting, &text);
}

static void append_chart(struct drafting *drafting, const struct item *item)
{
	struct summary *summary = drafting->summary;
	struct buffer text;

	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	buffer_text(&text, "|");
	cell_print(&text, item->text);
	for (int i = 0; i < item->chart.points; i++)
		cell_print(&text, item->chart.labels[i]);
	rule_print(&text, item->chart.points + 1);
	for (int year = 0; year <= item->chart.compared; year++) {
		const int64_t *values = year ? item->chart.before : item->chart.now;
		const bool *gone = year ? item->chart.before_missing : item->chart.now_missing;
		buffer_text(&text, "\n|");
		cell_print(&text, year ? item->chart.before_name : item->chart.now_name);
		for (int i = 0; i < item->chart.points; i++)
			cell_print(&text,
				gone[i] ? say(summary, &summary->arena, "summary.no_data", NULL)
					: figure_value(summary, item->chart.measure, values[i]));
	}
	append_pipes(drafting, &text);
}

/* ------------------------------------------------------------------ the whole */

static void append_item(struct drafting *drafting, const struct item *item)
{
	cmark_node *node;

	switch (item->kind) {
	case ITEM_HEADING:
		node = cmark_node_new(CMARK_NODE_HEADING);
		must(cmark_node_set_heading_level(node, item->level));
		append_phrases(drafting, node, &item->phrases);
		append(drafting->root, node);
		break;
	case ITEM_PARAGRAPH:
		node = cmark_node_new(CMARK_NODE_PARAGRAPH);
		append_phrases(drafting, node, &item->phrases);
		append(drafting->root, node);
		break;
	case ITEM_TABLE:
		append_table(drafting, item);
		break;
	case ITEM_CHART:
		append_chart(drafting, item);
		break;
	case ITEM_REGION:
		append_comment(
			drafting, arena_print(&drafting->summary->arena, "{%s}", item->text));
		break;
	case ITEM_REGION_END:
		append_comment(drafting, "end");
		break;
	case ITEM_PIN:
		append_comment(drafting, item->text);
		break;
	}
}

static bool of_the_draft(const char *key)
{
	static const char *const keys[] = { "for", "from", "to", "template", "as_of", "book_head",
		"purpose" };

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (text_equal(key, keys[i]))
			return true;
	}
	return false;
}

static void head_print(struct summary *summary, struct buffer *out)
{
	char from[DAY_TEXT], to[DAY_TEXT], now[INSTANT_TEXT];
	const char *made_by = template_head(&summary->template, "template");

	buffer_print(out, "template: %s\nfor: %s\nfrom: %s\nto: %s\npurpose: %s\n",
		made_by ? made_by : summary->name, summary->reference,
		day_text(summary->from, from), day_text(summary->to, to), summary->purpose);
	buffer_print(out, "as_of: %s\nbook_head: %" PRId64 " %s\n", instant_text(summary->now, now),
		summary->head_seq, summary->head);
	for (const struct head *head = summary->template.heads; head; head = head->next) {
		if (!of_the_draft(head->key))
			buffer_print(out, "%s: %s\n", head->key, head->value);
	}
	buffer_text(out, "\n");
}

enum result draft_write(struct summary *summary, struct buffer *out, struct error *error)
{
	struct drafting drafting = { summary, cmark_node_new(CMARK_NODE_DOCUMENT) };

	must(drafting.root != NULL);
	head_print(summary, out);
	append_comment(&drafting, say(summary, &summary->arena, "summary.draft.help", NULL));
	for (const struct item *item = summary->items; item; item = item->next)
		append_item(&drafting, item);
	char *text = cmark_render_commonmark(drafting.root, CMARK_OPT_UNSAFE, 0);
	must(text != NULL);
	buffer_text(out, text);
	if (out->length && out->bytes[out->length - 1] != '\n')
		buffer_char(out, '\n');
	cmark_get_default_mem_allocator()->free(text);
	cmark_node_free(drafting.root);
	if (out->full)
		return error_refuse(error, "refused.document_too_large", "", "max", "64", NULL);
	return OK;
}

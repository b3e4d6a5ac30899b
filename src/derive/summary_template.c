/* Templates and drafts: Markdown, read by cmark, taken apart into blocks, lines and pieces. */
#include "derive/summary_parts.h"

#include "base/text.h"

#include <cmark.h>
#include <stdio.h>
#include <string.h>

enum { SLOT_BYTES = 600, HEAD_LINES = 64 };

struct reading {
	struct template *template;
	struct arena *arena;
	bool edited;
	int first_line; /* lines of the head, before what cmark sees */
	struct block **last;
	struct line **last_line;
	struct piece **last_piece;
	int line;
	enum result result;
	struct error *error;
};

enum result template_refuse(const struct template *template, int line, const char *key,
	const char *what, struct error *error)
{
	error_refuse(error, key, "template", "what", what, NULL);
	if (line > 0)
		error_place(error, "%s:%d", template->name, line);
	return error->result;
}

const char *template_head(const struct template *template, const char *key)
{
	for (const struct head *head = template->heads; head; head = head->next) {
		if (text_equal(head->key, key))
			return head->value;
	}
	return NULL;
}

const char *template_trimmed(struct arena *arena, const char *text, size_t length)
{
	const char *whole = arena_bytes(arena, text, length);
	char *trimmed = arena_alloc(arena, length + 1);

	text_trim(trimmed, length + 1, whole);
	return trimmed;
}

int template_words(struct arena *arena, const char *text, const char **words, int most)
{
	char *rest = arena_text(arena, text), *word;
	int count = 0;

	while (count < most && (word = strsep(&rest, " \t"))) {
		if (*word)
			words[count++] = word;
	}
	return count;
}

/* ------------------------------------------------------------------ the head */

static bool head_key(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!((line[i] >= 'a' && line[i] <= 'z') || line[i] == '_'))
			return false;
	}
	return length > 0;
}

/* Read `key: value` lines; returns where the body begins. */
static size_t read_head(struct reading *reading, const char *text, size_t length)
{
	struct head **last = &reading->template->heads;
	size_t at = 0;

	while (at < length) {
		size_t line = strcspn(text + at, "\n"), key = strcspn(text + at, ":\n");
		bool blank = strspn(text + at, " \t\r") >= line;
		if (!blank && (key >= line || !head_key(text + at, key)))
			break;
		if (++reading->first_line > HEAD_LINES)
			break;
		if (!blank) {
			struct head *head = arena_new(reading->arena, struct head);
			const char *value = template_trimmed(
				reading->arena, text + at + key + 1, line - key - 1);
			*head = (struct head){ arena_bytes(reading->arena, text + at, key), value,
				reading->first_line, NULL };
			*last = head;
			last = &head->next;
		}
		at += line + (text[at + line] == '\n');
	}
	return at;
}

/* ------------------------------------------------------------------ pieces and lines */

static struct line *line_add(struct reading *reading)
{
	struct line *line = arena_new(reading->arena, struct line);

	*reading->last_line = line;
	reading->last_line = &line->next;
	reading->last_piece = &line->pieces;
	return line;
}

static struct piece *piece_add(
	struct reading *reading, enum piece_kind kind, const char *text, size_t length)
{
	struct piece *piece = arena_new(reading->arena, struct piece);

	*piece =
		(struct piece){ kind, arena_bytes(reading->arena, text, length), NULL, NULL, NULL };
	*reading->last_piece = piece;
	reading->last_piece = &piece->next;
	return piece;
}

/* Text with its slots and brackets; in a draft they are letters like any other. */
static void text_add(struct reading *reading, enum piece_kind kind, const char *text)
{
	while (*text) {
		size_t plain = reading->edited ? strlen(text) : strcspn(text, "{}[]");
		if (plain)
			piece_add(reading, kind, text, plain);
		text += plain;
		if (*text == '[' || *text == ']') {
			piece_add(reading, *text == '[' ? PIECE_OPEN : PIECE_CLOSE, "", 0);
			text++;
		} else if (*text) {
			const char *end = *text == '{' ? strchr(text, '}') : NULL;
			if (!end || end - text > SLOT_BYTES) {
				reading->result = template_refuse(reading->template, reading->line,
					"refused.summary_slot_open", text, reading->error);
				return;
			}
			piece_add(reading, PIECE_SLOT, text + 1, (size_t)(end - text) - 1);
			text = end + 1;
		}
	}
}

static const char *all_text(struct arena *arena, cmark_node *node)
{
	struct buffer text;

	buffer_init(&text, SUMMARY_TEMPLATE_BYTES);
	cmark_iter *walk = cmark_iter_new(node);
	for (cmark_event_type event; (event = cmark_iter_next(walk)) != CMARK_EVENT_DONE;) {
		const char *literal = cmark_node_get_literal(cmark_iter_get_node(walk));
		if (event == CMARK_EVENT_ENTER && literal)
			buffer_text(&text, literal);
	}
	cmark_iter_free(walk);
	const char *copy = arena_text(arena, text.bytes ? text.bytes : "");
	buffer_release(&text);
	return copy;
}

static void figure_add(struct reading *reading, cmark_node *link)
{
	const char *url = cmark_node_get_url(link), *title = cmark_node_get_title(link);
	const char *text = all_text(reading->arena, link);

	if (!reading->edited || !text_starts(url, "evidence:")) {
		piece_add(reading, PIECE_TEXT, text, strlen(text));
		return;
	}
	struct piece *piece = piece_add(reading, PIECE_FIGURE, text, strlen(text));
	piece->key = arena_text(reading->arena, url + 9);
	piece->drafted = title && *title ? arena_text(reading->arena, title) : piece->text;
}

static void inlines_add(struct reading *reading, cmark_node *parent, enum piece_kind kind)
{
	for (cmark_node *node = cmark_node_first_child(parent); node && reading->result == OK;
		node = cmark_node_next(node)) {
		switch (cmark_node_get_type(node)) {
		case CMARK_NODE_TEXT:
		case CMARK_NODE_CODE:
			text_add(reading, kind, cmark_node_get_literal(node));
			break;
		case CMARK_NODE_SOFTBREAK:
		case CMARK_NODE_LINEBREAK:
			reading->line++;
			line_add(reading);
			break;
		case CMARK_NODE_STRONG:
			inlines_add(reading, node, PIECE_BOLD);
			break;
		case CMARK_NODE_EMPH:
			inlines_add(reading, node, PIECE_ITALIC);
			break;
		case CMARK_NODE_LINK:
			figure_add(reading, node);
			break;
		default:
			break;
		}
	}
}

/* `? condition | text` and `: text`: the mark and the condition leave the first piece. A
 * condition never holds a slot, so it ends within that piece. */
static void line_condition(struct reading *reading, struct line *line)
{
	struct piece *first = line->pieces;
	const char *text = first ? first->text : "";

	if (!first || first->kind != PIECE_TEXT ||
		(!text_starts(text, "? ") && !text_starts(text, ": ")))
		return;
	line->kind = text[0] == '?' ? LINE_WHEN : LINE_ELSE;
	const char *bar = strchr(text, '|');
	if (bar) {
		line->condition =
			template_trimmed(reading->arena, text + 2, (size_t)(bar - text) - 2);
	} else if (line->kind == LINE_WHEN) {
		reading->result = template_refuse(reading->template, reading->line,
			"refused.summary_condition_open", text, reading->error);
	}
	text = bar ? bar + 1 : text + 2;
	first->text = text + strspn(text, " ");
}

/* ------------------------------------------------------------------ blocks */

static struct block *block_add(struct reading *reading, enum block_kind kind)
{
	struct block *block = arena_new(reading->arena, struct block);

	*block = (struct block){ .kind = kind, .line = reading->line };
	*reading->last = block;
	reading->last = &block->next;
	reading->last_line = &block->lines;
	return block;
}

static bool makes_block(const char *slot)
{
	static const char *const makers[] = { "table ", "chart ", "material ", "plans" };

	for (size_t i = 0; i < COUNT_OF(makers); i++) {
		if (text_starts(slot, makers[i]))
			return true;
	}
	return false;
}

static void paragraph_add(struct reading *reading, cmark_node *node, enum block_kind kind)
{
	struct block *block = block_add(reading, kind);

	if (kind == BLOCK_HEADING)
		block->level = cmark_node_get_heading_level(node);
	line_add(reading);
	inlines_add(reading, node, PIECE_TEXT);
	struct piece *only = block->lines->pieces;
	if (kind == BLOCK_PARAGRAPH && only && !only->next && !block->lines->next &&
		only->kind == PIECE_SLOT && makes_block(only->text)) {
		block->kind = BLOCK_SLOT;
		block->text = only->text;
	}
	reading->line = block->line;
	for (struct line *line = block->lines; line && reading->result == OK && !reading->edited;
		line = line->next, reading->line++)
		line_condition(reading, line);
}

/* Comments carry what a draft must remember; any other is a note to oneself. */
static void comment_add(struct reading *reading, const char *literal)
{
	const char *open = strstr(literal, "<!--"), *close = open ? strstr(open + 4, "-->") : NULL;

	if (!close)
		return;
	const char *text = template_trimmed(reading->arena, open + 4, (size_t)(close - open) - 4);
	size_t length = strlen(text);
	if (text[0] == '{' && length > 2 && text[length - 1] == '}') {
		block_add(reading, BLOCK_REGION)->text =
			arena_bytes(reading->arena, text + 1, length - 2);
	} else if (text_equal(text, "end")) {
		block_add(reading, BLOCK_REGION_END);
	} else if (text_starts(text, "pin ") || text_starts(text, "unpin ")) {
		block_add(reading, BLOCK_PIN)->text = text;
	}
}

static void block_read(struct reading *reading, cmark_node *node);

static void children_read(struct reading *reading, cmark_node *parent)
{
	for (cmark_node *node = cmark_node_first_child(parent); node && reading->result == OK;
		node = cmark_node_next(node))
		block_read(reading, node);
}

static void block_read(struct reading *reading, cmark_node *node)
{
	reading->line = reading->first_line + cmark_node_get_start_line(node);
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_HEADING:
		if (cmark_node_get_heading_level(node) > 4)
			reading->result = template_refuse(reading->template, reading->line,
				"refused.summary_heading", "#####", reading->error);
		else
			paragraph_add(reading, node, BLOCK_HEADING);
		break;
	case CMARK_NODE_PARAGRAPH:
		paragraph_add(reading, node, BLOCK_PARAGRAPH);
		break;
	case CMARK_NODE_HTML_BLOCK:
		comment_add(reading, cmark_node_get_literal(node));
		break;
	case CMARK_NODE_LIST:
	case CMARK_NODE_ITEM:
		children_read(reading, node);
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		break;
	default:
		reading->result = template_refuse(reading->template, reading->line,
			"refused.summary_block", cmark_node_get_type_string(node), reading->error);
	}
}

enum result template_read(struct template *template, struct arena *arena,
	const struct summary_request *request, struct error *error)
{
	struct reading reading = {
		.template = template,
		.arena = arena,
		.edited = request->edited,
		.last = &template->blocks,
		.error = error,
	};

	*template = (struct template){ .name = arena_text(arena, request->name) };
	reading.last = &template->blocks;
	if (request->length > SUMMARY_TEMPLATE_BYTES)
		return error_refuse(
			error, "refused.summary_too_large", "template", "max", "1", NULL);
	if (!text_valid(request->text, request->length) ||
		memchr(request->text, '\0', request->length))
		return error_refuse(error, "refused.summary_encoding", "template", NULL);
	const char *text = arena_bytes(arena, request->text, request->length);
	size_t body = read_head(&reading, text, request->length);
	cmark_node *root =
		cmark_parse_document(text + body, request->length - body, CMARK_OPT_DEFAULT);
	must(root != NULL);
	cmark_consolidate_text_nodes(root);
	children_read(&reading, root);
	cmark_node_free(root);
	return reading.result;
}

/* A pack written as YAML, read by libfyaml into bodies whose values know their place. */
#include "derive/pack_parts.h"

#include "base/money.h"

#include <libfyaml.h>
#include <string.h>

struct reading {
	struct pack *pack;
	struct error *error;
};

/* Only scalars carry a mark: a sequence or mapping stands where its first scalar does. */
static struct spot spot_of(struct fy_node *node)
{
	struct fy_node_pair *pair;
	void *first = NULL;

	for (int depth = 0; node && !fy_node_is_scalar(node) && depth < 8; depth++) {
		first = NULL;
		if (fy_node_is_sequence(node)) {
			node = fy_node_sequence_iterate(node, &first);
		} else {
			pair = fy_node_mapping_iterate(node, &first);
			node = pair ? fy_node_pair_key(pair) : NULL;
		}
	}
	struct fy_token *token = node ? fy_node_get_scalar_token(node) : NULL;
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	return mark ? (struct spot){ mark->line + 1, mark->column + 1 } : (struct spot){ 1, 1 };
}

static enum result refuse_at(struct reading *reading, struct fy_node *node, const char *key,
	const char *field, const char *value)
{
	error_refuse(reading->error, key, field, "value", value ? value : "", NULL);
	pack_place(reading->pack, NULL, spot_of(node), reading->error);
	return REFUSED;
}

static const char *scalar(struct reading *reading, struct fy_node *node)
{
	size_t length = 0;
	const char *text = node && fy_node_is_scalar(node) && !fy_node_is_alias(node)
				   ? fy_node_get_scalar(node, &length)
				   : NULL;

	if (!text || memchr(text, '\0', length) || !text_valid(text, length))
		return NULL;
	return arena_bytes(&reading->pack->arena, text, length);
}

static struct fy_node *member(struct fy_node *mapping, const char *key)
{
	return fy_node_mapping_lookup_by_string(mapping, key, FY_NT);
}

/* Every key of a mapping must be one of those known. */
static enum result known_keys(
	struct reading *reading, struct fy_node *mapping, const char *const *known)
{
	struct fy_node_pair *pair;

	for (void *i = NULL; (pair = fy_node_mapping_iterate(mapping, &i));) {
		struct fy_node *node = fy_node_pair_key(pair);
		const char *key = scalar(reading, node);
		const char *const *one = known;
		while (*one && key && !text_equal(*one, key))
			one++;
		if (!key || !*one)
			return refuse_at(
				reading, node ? node : mapping, "refused.pack_key", "", key);
	}
	return OK;
}

/* ------------------------------------------------------------------ cells */

/* What a plain scalar means for a column; what does not fit stays text, for the core to refuse
 * with the column's own message. */
static json_t *typed(const struct field *field, const char *text)
{
	int64_t number;

	if (field->type == FIELD_INTEGER && text_integer(text, &number))
		return json_integer(number);
	if (field->type == FIELD_MONEY && money_parse(text, &number))
		return json_integer(number);
	if (field->type == FIELD_BOOL && text_equal(text, "true"))
		return json_true();
	if (field->type == FIELD_BOOL && text_equal(text, "false"))
		return json_false();
	return json_string(text);
}

static enum result cell_read(
	struct reading *reading, const struct field *field, struct fy_node *node, json_t *row)
{
	const char *text = scalar(reading, node);
	struct fy_node *item;
	json_t *list;

	if (text && fy_node_get_style(node) == FYNS_PLAIN &&
		(text_equal(text, "null") || text_equal(text, "~")))
		text = "";
	if (text) {
		if (*text)
			json_object_set_new(row, field->name,
				field->flags & LIST ? json_pack("[o]", typed(field, text))
						    : typed(field, text));
		return OK;
	}
	if (!(field->flags & LIST) || !fy_node_is_sequence(node))
		return refuse_at(reading, node, "refused.pack_cell", field->name, NULL);
	list = json_array();
	json_object_set_new(row, field->name, list);
	for (void *i = NULL; (item = fy_node_sequence_iterate(node, &i));) {
		text = scalar(reading, item);
		if (!text)
			return refuse_at(reading, item, "refused.pack_cell", field->name, NULL);
		json_array_append_new(list, typed(field, text));
	}
	return OK;
}

static enum result row_read(struct reading *reading, struct pack_norm *table,
	const struct field **fields, struct fy_node *node, json_t *rows)
{
	struct spot *cells = pack_row_add(table, reading->error);
	json_t *row;

	if (!cells) {
		pack_place(reading->pack, NULL, spot_of(node), reading->error);
		return REFUSED;
	}
	row = json_object();
	json_array_append_new(rows, row);
	cells[0] = spot_of(node);
	if (!fy_node_is_sequence(node) || fy_node_sequence_item_count(node) != table->column_count)
		return refuse_at(reading, node, "refused.pack_row", "rows", NULL);
	for (int i = 0; i < table->column_count; i++) {
		struct fy_node *cell = fy_node_sequence_get_by_index(node, i);
		cells[i + 1] = spot_of(cell);
		if (cell_read(reading, fields[i], cell, row) != OK)
			return REFUSED;
	}
	return OK;
}

/* ------------------------------------------------------------------ tables and documents */

static enum result columns_read(struct reading *reading, struct pack_norm *table,
	struct fy_node *columns, const struct field **fields)
{
	for (int i = 0; i < table->column_count; i++) {
		struct fy_node *node = fy_node_sequence_get_by_index(columns, i);
		const char *name = scalar(reading, node);
		fields[i] = name ? pack_column(table->norm, name) : NULL;
		if (!fields[i])
			return refuse_at(
				reading, node, "refused.pack_column", table->norm->name, name);
		table->columns[i] = fields[i]->name;
	}
	return OK;
}

static enum result norm_read(
	struct reading *reading, const struct pack_document *document, struct fy_node *node)
{
	static const char *const keys[] = { "norm", "source", "mark", "columns", "rows", NULL };
	struct pack *pack = reading->pack;

	if (!fy_node_is_mapping(node))
		return refuse_at(reading, node, "refused.pack_shape", "norms", NULL);
	if (known_keys(reading, node, keys) != OK)
		return REFUSED;
	struct fy_node *columns = member(node, "columns"), *rows = member(node, "rows");
	const char *name = scalar(reading, member(node, "norm"));
	const struct norm *norm = name ? ledger_norm(pack->ledger, name) : NULL;
	if (!norm)
		return refuse_at(reading, name ? member(node, "norm") : node,
			"refused.unknown_norm", "norm", name);
	if (!fy_node_is_sequence(columns) || !fy_node_is_sequence(rows))
		return refuse_at(reading, node, "refused.pack_shape", "rows", NULL);
	int column_count = fy_node_sequence_item_count(columns);
	struct pack_norm *table =
		pack_norm_add(pack, norm, spot_of(node), column_count, reading->error);
	if (!table) {
		pack_place(pack, NULL, spot_of(node), reading->error);
		return REFUSED;
	}
	const struct field **fields =
		arena_array(&pack->arena, const struct field *, column_count + 1);
	json_object_set_new(table->body, "norm", json_string(name));
	json_object_set(table->body, "effective", json_object_get(document->body, "effective"));
	for (int i = 1; i <= 2; i++) {
		const char *text = scalar(reading, member(node, keys[i]));
		if (text)
			json_object_set_new(table->body, keys[i], json_string(text));
	}
	if (columns_read(reading, table, columns, fields) != OK)
		return REFUSED;
	json_t *into = json_array();
	json_object_set_new(table->body, "rows", into);
	for (void *i = NULL; (node = fy_node_sequence_iterate(rows, &i));) {
		if (row_read(reading, table, fields, node, into) != OK)
			return REFUSED;
	}
	return OK;
}

static enum result document_read(struct reading *reading, struct fy_node *node)
{
	static const char *const keys[] = { "title", "number", "issuer", "effective", "text",
		"norms", NULL };

	if (!fy_node_is_mapping(node))
		return refuse_at(reading, node, "refused.pack_shape", "documents", NULL);
	if (known_keys(reading, node, keys) != OK)
		return REFUSED;
	struct pack_document *document =
		pack_document_add(reading->pack, spot_of(node), reading->error);
	if (!document) {
		pack_place(reading->pack, NULL, spot_of(node), reading->error);
		return REFUSED;
	}
	for (int i = 0; i < 5; i++) {
		struct fy_node *value = member(node, keys[i]);
		const char *text = scalar(reading, value);
		if (!value)
			continue;
		if (!text)
			return refuse_at(reading, value, "refused.pack_cell", keys[i], NULL);
		pack_field_spot(document, keys[i], spot_of(value));
		json_object_set_new(document->body, keys[i], json_string(text));
	}
	struct fy_node *norms = member(node, "norms"), *norm;
	if (norms && !fy_node_is_sequence(norms))
		return refuse_at(reading, norms, "refused.pack_shape", "norms", NULL);
	for (void *i = NULL; norms && (norm = fy_node_sequence_iterate(norms, &i));) {
		if (norm_read(reading, document, norm) != OK)
			return REFUSED;
	}
	return OK;
}

static enum result root_read(struct reading *reading, struct fy_node *root)
{
	static const char *const keys[] = { "pack", "needs", "documents", NULL };
	struct pack *pack = reading->pack;
	struct fy_node *node;

	if (!fy_node_is_mapping(root) || !fy_node_is_sequence(member(root, "documents")))
		return refuse_at(reading, root, "refused.pack_shape", "documents", NULL);
	if (known_keys(reading, root, keys) != OK)
		return REFUSED;
	struct fy_node *needs = member(root, "needs");
	if (needs && !fy_node_is_sequence(needs))
		return refuse_at(reading, needs, "refused.pack_shape", "needs", NULL);
	for (void *i = NULL; needs && (node = fy_node_sequence_iterate(needs, &i));) {
		const char *name = scalar(reading, node);
		if (!name || strpbrk(name, "./") || pack->need_count == PACK_NEEDS)
			return refuse_at(reading, node, "refused.unknown_pack", "needs", name);
		pack->needs[pack->need_count++] = name;
	}
	for (void *i = NULL; (node = fy_node_sequence_iterate(member(root, "documents"), &i));) {
		if (document_read(reading, node) != OK)
			return REFUSED;
	}
	return OK;
}

/* ------------------------------------------------------------------ the file */

static enum result refuse_syntax(struct reading *reading, struct fy_diag *diag)
{
	void *first = NULL;
	struct fy_diag_error *found = fy_diag_errors_iterate(diag, &first);
	struct spot spot = { 1, 1 };

	if (found)
		spot = (struct spot){ found->line, found->column };
	error_refuse(reading->error, "refused.pack_syntax", "", "reason",
		found && found->msg ? found->msg : "YAML", NULL);
	pack_place(reading->pack, NULL, spot, reading->error);
	return REFUSED;
}

/* The line that begins with a directive ("%YAML 1.2"), or is no UTF-8; 0 where none does. A pack
 * needs no directive, and libfyaml 0.8 reads some for ever. */
static int unreadable_line(const char *bytes, size_t length)
{
	int line = 1;

	for (size_t start = 0; start < length; line++) {
		const char *end = memchr(bytes + start, '\n', length - start);
		size_t size = end ? (size_t)(end - bytes) - start : length - start;
		if (bytes[start] == '%' || !text_valid(bytes + start, size))
			return line;
		start += size + 1;
	}
	return 0;
}

enum result pack_read_yaml(struct pack *pack, const char *bytes, size_t length, struct error *error)
{
	struct reading reading = { pack, error };
	struct fy_diag_cfg quiet;
	enum result result;
	int line = unreadable_line(bytes, length);

	if (line) {
		error_refuse(error, "refused.pack_line", "", NULL);
		pack_place(pack, NULL, (struct spot){ line, 1 }, error);
		return REFUSED;
	}
	fy_diag_cfg_default(&quiet);
	quiet.fp = NULL;
	struct fy_diag *diag = fy_diag_create(&quiet);
	must(diag != NULL);
	fy_diag_set_collect_errors(diag, true);
	struct fy_parse_cfg parse = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag };
	struct fy_document *document = fy_document_build_from_string(&parse, bytes, length);
	if (document && fy_document_root(document))
		result = root_read(&reading, fy_document_root(document));
	else
		result = refuse_syntax(&reading, diag);
	fy_document_destroy(document);
	fy_diag_destroy(diag);
	return result;
}

#include "derive/example.h"

#include "base/asset.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* The first line of the module's samples that is of this kind. */
static json_t *find_sample(struct ledger *ledger, const char *kind)
{
	const struct module *module = ledger_kind_module(ledger, kind);
	char name[160];

	snprintf(name, sizeof(name), "modules/%s/sample.jsonl", module->name);
	const struct asset *samples = asset_find(name);
	const char *at = samples ? samples->bytes : "";
	while (*at) {
		size_t length = strcspn(at, "\n");
		json_t *line = json_loadb(at, length, 0, NULL);
		const char *own = json_string_value(json_object_get(line, "kind"));
		if (own && text_equal(own, kind) && json_object_get(line, "body"))
			return line;
		json_decref(line);
		at += length + (at[length] == '\n');
	}
	return NULL;
}

/* The first row of a sample's table, by the declared columns. */
static json_t *sample_cells(const struct kind *kind, json_t *body)
{
	json_t *row = json_array_get(json_object_get(body, "rows"), 0), *name;
	json_t *cells = json_array(), *columns = json_object_get(body, "columns");
	size_t i;

	for (const struct field *field = kind->row; field->name; field++) {
		json_t *value = json_object_get(row, field->name);
		json_array_foreach(columns, i, name)
		{
			if (text_equal(json_string_value(name), field->name))
				value = json_array_get(row, i);
		}
		json_array_append(cells, value);
		if (!value)
			json_array_append_new(cells, json_string(""));
	}
	return cells;
}

bool example_find(struct ledger *ledger, const struct kind *kind, struct example *example)
{
	json_t *line = find_sample(ledger, kind->name);
	const char *author = json_string_value(json_object_get(line, "author"));
	const char *at = json_string_value(json_object_get(line, "at"));

	if (!line)
		return false;
	*example = (struct example){ .line = line,
		.entry = { .kind = kind,
			.row = -1,
			.author = author ? author : "",
			.body = json_object_get(line, "body") } };
	if (at)
		instant_parse(at, &example->entry.at);
	if (kind->row)
		example->entry.cells = sample_cells(kind, example->entry.body);
	return true;
}

void example_release(struct example *example)
{
	json_decref(example->entry.cells);
	json_decref(example->line);
	*example = (struct example){ 0 };
}

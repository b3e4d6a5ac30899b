/* What a statement finds, all of it before anything it looks at is changed. */
#include "ledger/book.h"

#include <stdlib.h>

static void add(struct collected *collected, struct arena *arena, struct value value)
{
	if (collected->count == collected->room) {
		collected->room = collected->room ? collected->room * 2 : 16;
		collected->items =
			realloc(collected->items, collected->room * sizeof(*collected->items));
		must(collected->items != NULL);
	}
	if (value.type == VALUE_TEXT)
		value.text = arena_text(arena, value.text);
	collected->items[collected->count++] = value;
}

enum result collect(struct ledger *ledger, const struct statement *statement,
	const struct entry *entry, struct collected *collected, struct error *error)
{
	struct query *rows;
	enum result result;

	*collected = (struct collected){ 0 };
	if (view_run(&ledger->view, statement, entry, &rows, error) != OK)
		return error->result;
	while (rows_next(rows, &result, error))
		add(collected, &ledger->arena, query_value(rows, 0));
	rows_end(rows);
	return result;
}

void collected_release(struct collected *collected)
{
	free(collected->items);
	*collected = (struct collected){ 0 };
}

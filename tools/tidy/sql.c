/* Rules about SQL: where it stands and what every statement names. */
#include "tidy.h"

#include "base/buffer.h"
#include "base/panic.h"
#include "base/text.h"

#include <string.h>

enum { STATEMENT_BYTES = 64 << 10 };

static const char *const verbs[] = { "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ",
	"ALTER ", "DROP ", "WITH ", "REPLACE " };

static bool is_sql(const char *text)
{
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		if (text_starts(text, verbs[i]))
			return true;
	return false;
}

/* The next table of statements from *at: the braces after "struct statement NAME[] =". */
static bool next_table(const struct source *source, size_t *at, struct stretch *table)
{
	size_t place;

	while (next_word(source, "struct statement", at, &place)) {
		const char *code = source->code + *at;
		size_t name = strspn(code, " \t\n");
		while (word_byte(code[name]))
			name++;
		if (code[name] != '[')
			continue;
		name = matching_end(source, *at + name) - *at;
		name += strspn(code + name, " \t\n");
		if (code[name] != '=')
			continue;
		name += 1 + strspn(code + name + 1, " \t\n");
		if (code[name] != '{')
			continue;
		table->start = *at + name;
		*at = matching_end(source, table->start);
		table->length = *at - table->start;
		return true;
	}
	return false;
}

static bool in_table(const struct source *source, size_t place)
{
	struct stretch table;

	for (size_t at = 0; next_table(source, &at, &table);)
		if (place >= table.start && place < table.start + table.length)
			return true;
	return false;
}

/* The store is the database's own layer and makes its tables from their declarations; what
 * stands outside src/ may look into a database as it likes. */
static bool bound_by_tables(const struct source *source)
{
	return source->code && path_within(source, "src/") && !path_within(source, "src/store/");
}

void check_sql_place(struct tidy *tidy)
{
	struct arena *arena = &tidy->tree->arena;

	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		struct stretch literal;
		if (!bound_by_tables(source))
			continue;
		for (size_t at = 0; next_literal(source, &at, &literal);)
			if (is_sql(stretch_text(arena, source, literal)) &&
				!in_table(source, literal.start))
				report(tidy, source, literal.start, "SQL outside a table");
	}
}

static void check_statement(
	struct tidy *tidy, const struct source *source, size_t place, struct buffer *statement)
{
	if (is_sql(statement->bytes) && !strstr(statement->bytes, "book"))
		report(tidy, source, place, "%.40s", statement->bytes);
	buffer_clear(statement);
}

/* Literals that follow one another are one statement; a comma or a brace ends it. */
static void check_table(struct tidy *tidy, const struct source *source, struct stretch table)
{
	size_t end = table.start + table.length, place = table.start;
	struct buffer statement;

	buffer_init(&statement, STATEMENT_BYTES);
	buffer_text(&statement, "");
	for (size_t at = table.start; at < end; at++) {
		if (source->code[at] == '"') {
			struct stretch literal;
			next_literal(source, &at, &literal);
			place = statement.length ? place : literal.start;
			buffer_add(&statement, source->text + literal.start, literal.length);
			at--;
		} else if (strchr(",{}", source->code[at])) {
			check_statement(tidy, source, place, &statement);
		}
	}
	buffer_release(&statement);
}

void check_sql_book(struct tidy *tidy)
{
	for (size_t i = 0; i < tidy->tree->count; i++) {
		const struct source *source = &tidy->tree->sources[i];
		struct stretch table;
		if (!source->code || !path_within(source, "src/"))
			continue;
		for (size_t at = 0; next_table(source, &at, &table);)
			check_table(tidy, source, table);
	}
}

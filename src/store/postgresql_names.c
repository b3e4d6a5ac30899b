/* Named parameters made numbers: `$customer` is $1, and $1 again wherever it is named again. */
#include "store/postgresql.h"
#include "base/buffer.h"
#include "base/panic.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBERED_BYTES = 64 * 1024 };

static bool name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/* The length of what stands at `sql` in which a dollar is only a dollar: a literal, a quoted
 * name, a comment; 0 where there is none. */
static size_t opaque(const char *sql)
{
	const char *end = NULL;

	if (*sql == '\'' || *sql == '"')
		end = strchr(sql + 1, *sql); /* a doubled quote begins the next literal */
	else if (strncmp(sql, "--", 2) == 0)
		return strcspn(sql, "\n");
	else if (strncmp(sql, "/*", 2) == 0)
		end = strstr(sql + 2, "*/") ? strstr(sql + 2, "*/") + 1 : NULL;
	else
		return 0;
	must(end != NULL);
	return (size_t)(end - sql) + 1;
}

static int number_of(struct pg_names *names, const char *name, size_t length)
{
	for (int i = 0; i < names->count; i++) {
		if (strncmp(names->name[i], name, length) == 0 && !names->name[i][length])
			return i + 1;
	}
	names->name = realloc(names->name, ((size_t)names->count + 1) * sizeof(*names->name));
	must(names->name != NULL);
	names->name[names->count] = strndup(name, length);
	must(names->name[names->count] != NULL);
	return ++names->count;
}

char *pg_numbered(const char *sql, struct pg_names *names)
{
	struct buffer out;

	*names = (struct pg_names){ 0 };
	buffer_init(&out, NUMBERED_BYTES);
	while (*sql) {
		size_t length = opaque(sql);
		if (length) {
			buffer_add(&out, sql, length);
		} else if (*sql == '$' && name_byte(sql[1])) {
			while (name_byte(sql[++length]))
				;
			buffer_print(&out, "$%d", number_of(names, sql + 1, length - 1));
		} else {
			length = 1;
			buffer_char(&out, *sql);
		}
		sql += length;
	}
	must(!out.full);
	char *numbered = strdup(out.bytes);
	must(numbered != NULL);
	buffer_release(&out);
	return numbered;
}

void pg_names_release(struct pg_names *names)
{
	for (int i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct pg_names){ 0 };
}

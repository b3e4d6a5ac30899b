#include "office/styles.h"
#include "base/panic.h"
#include "base/text.h"
#include "office/part.h"

#include <stdlib.h>
#include <string.h>

enum { STYLES = 65536, IDS = 65536 };

struct styles {
	struct part *part;
	const char *file;
	bool in_cell_styles;
	size_t count;
	struct number_format *own; /* by id, for the ids that `defined` marks */
	bool *defined;
	unsigned short *id; /* number format of each style */
};

static int identity(const char *text)
{
	int64_t number;

	return text && text_integer(text, &number) && number >= 0 && number < IDS ? (int)number : 0;
}

static void add_style(struct styles *styles, const char *id)
{
	if (styles->count == STYLES) {
		error_refuse(part_fail(styles->part), "refused.sheet_too_complex", "file", "file",
			styles->file, NULL);
		return;
	}
	styles->id[styles->count++] = (unsigned short)identity(id);
}

static void on_start(void *context, const char *name, const char *const *attributes)
{
	struct styles *styles = context;

	if (strcmp(name, "cellXfs") == 0) {
		styles->in_cell_styles = true;
	} else if (strcmp(name, "xf") == 0 && styles->in_cell_styles) {
		add_style(styles, part_attribute(attributes, "numFmtId"));
	} else if (strcmp(name, "numFmt") == 0) {
		int id = identity(part_attribute(attributes, "numFmtId"));
		const char *code = part_attribute(attributes, "formatCode");
		if (!code || styles->defined[id])
			return;
		styles->own[id] = format_read(code);
		styles->defined[id] = true;
	}
}

static void on_end(void *context, const char *name)
{
	struct styles *styles = context;

	if (strcmp(name, "cellXfs") == 0)
		styles->in_cell_styles = false;
}

enum result styles_read(
	struct package *package, const char *path, struct styles **styles, struct error *error)
{
	static const struct part_events events = { on_start, on_end, NULL };
	struct styles *made = calloc(1, sizeof(*made));

	must(made != NULL);
	made->file = package_name(package);
	made->own = calloc(IDS, sizeof(*made->own));
	made->defined = calloc(IDS, sizeof(*made->defined));
	made->id = calloc(STYLES, sizeof(*made->id));
	must(made->own && made->defined && made->id);
	enum result result =
		part_read_all(package, path, PART_SMALL, &events, made, &made->part, error);
	if (result != OK) {
		styles_free(made);
		made = NULL;
	}
	*styles = made;
	return result;
}

void styles_free(struct styles *styles)
{
	if (!styles)
		return;
	free(styles->own);
	free(styles->defined);
	free(styles->id);
	free(styles);
}

struct number_format styles_format(const struct styles *styles, size_t style)
{
	if (!styles || style >= styles->count)
		return (struct number_format){ FORMAT_NUMBER, false };
	int id = styles->id[style];
	return styles->defined[id] ? styles->own[id] : format_builtin(id);
}

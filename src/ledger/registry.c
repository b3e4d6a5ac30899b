/* The declarations of all modules, found by name. A contradiction among them is our bug. */
#include "ledger/book.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct kind_place *)a)->kind->name,
		((const struct kind_place *)b)->kind->name);
}

static void add_kinds(struct ledger *ledger, const struct module *module)
{
	for (const struct kind *kind = module->kinds; kind && kind->name; kind++) {
		ledger->kinds = realloc(
			ledger->kinds, (size_t)(ledger->kind_count + 1) * sizeof(*ledger->kinds));
		must(ledger->kinds != NULL);
		ledger->kinds[ledger->kind_count++] =
			(struct kind_place){ .kind = kind, .module = module };
	}
}

/* struct directory is a row of ints; each may be answered by one module. */
static void add_directory(struct ledger *ledger, const struct module *module)
{
	enum { QUESTIONS = sizeof(struct directory) / sizeof(int) };
	_Static_assert(QUESTIONS <= COUNT_OF(((struct ledger *)0)->provider), "a provider each");
	int theirs[QUESTIONS], ours[QUESTIONS];

	memcpy(theirs, &module->directory, sizeof(theirs));
	memcpy(ours, &ledger->directory, sizeof(ours));
	for (size_t i = 0; i < QUESTIONS; i++) {
		if (!theirs[i])
			continue;
		must(!ours[i]);
		ours[i] = theirs[i];
		ledger->provider[i] = module;
	}
	memcpy(&ledger->directory, ours, sizeof(ours));
}

enum result registry_open(struct ledger *ledger, const struct module *const *modules)
{
	size_t count = 0;

	while (modules[count])
		count++;
	ledger->modules = calloc(count + 2, sizeof(struct module *));
	must(ledger->modules != NULL);
	ledger->modules[0] = &core_module;
	for (size_t i = 0; i < count; i++)
		ledger->modules[i + 1] = modules[i];
	for (const struct module **module = ledger->modules; *module; module++) {
		add_kinds(ledger, *module);
		add_directory(ledger, *module);
	}
	qsort(ledger->kinds, (size_t)ledger->kind_count, sizeof(*ledger->kinds), by_name);
	for (int i = 1; i < ledger->kind_count; i++)
		must(strcmp(ledger->kinds[i - 1].kind->name, ledger->kinds[i].kind->name) != 0);
	return OK;
}

void registry_close(struct ledger *ledger)
{
	free(ledger->kinds);
	free(ledger->modules);
}

const struct kind_place *registry_kind(const struct ledger *ledger, const char *name)
{
	struct kind wanted_kind = { .name = name };
	struct kind_place wanted = { .kind = &wanted_kind };

	return bsearch(&wanted, ledger->kinds, (size_t)ledger->kind_count, sizeof(wanted), by_name);
}

const struct kind *ledger_kind(const struct ledger *ledger, const char *name)
{
	const struct kind_place *place = registry_kind(ledger, name);

	return place ? place->kind : NULL;
}

const struct module *ledger_kind_module(const struct ledger *ledger, const char *name)
{
	const struct kind_place *place = registry_kind(ledger, name);

	return place ? place->module : NULL;
}

const struct module *const *ledger_modules(const struct ledger *ledger)
{
	return (const struct module *const *)ledger->modules;
}

const struct case_type *registry_case(const struct ledger *ledger, const char *name)
{
	for (const struct module **module = ledger->modules; *module; module++) {
		for (const struct case_type *type = (*module)->cases; type && type->name; type++) {
			if (strcmp(type->name, name) == 0)
				return type;
		}
	}
	return NULL;
}

const struct norm *ledger_norm(const struct ledger *ledger, const char *name)
{
	for (const struct module **module = ledger->modules; *module; module++) {
		for (const struct norm *norm = (*module)->norms; norm && norm->name; norm++) {
			if (strcmp(norm->name, name) == 0)
				return norm;
		}
	}
	return NULL;
}

const struct measure *ledger_measure(const struct ledger *ledger, const char *name)
{
	for (const struct module **module = ledger->modules; *module; module++) {
		for (const struct measure *measure = (*module)->measures; measure && measure->name;
			measure++) {
			if (strcmp(measure->name, name) == 0)
				return measure;
		}
	}
	return NULL;
}

const struct field *registry_row(const struct ledger *ledger, const struct kind *kind, json_t *body)
{
	if (core_kind(kind) != NORM_ISSUED)
		return kind->row;
	const char *name = json_string_value(json_object_get(body, "norm"));
	const struct norm *norm = name ? ledger_norm(ledger, name) : NULL;
	return norm ? norm->columns : NULL;
}

const struct field *field_find(const struct field *fields, const char *name)
{
	for (; fields && fields->name; fields++) {
		if (strcmp(fields->name, name) == 0)
			return fields;
	}
	return NULL;
}

const char *field_reference(enum field_type type)
{
	switch (type) {
	case FIELD_CUSTOMER:
		return "customer";
	case FIELD_STAFF:
		return "staff";
	case FIELD_UNIT:
		return "unit";
	case FIELD_CASE:
		return "case";
	case FIELD_ENTRY:
		return "entry";
	default:
		return NULL;
	}
}

bool module_watches(const struct module *module, const struct kind *kind)
{
	for (const char *const *name = module->watches; name && *name; name++) {
		if (strcmp(*name, kind->name) == 0)
			return true;
	}
	return false;
}

bool reference_split(const char *reference, char type[16], const char **id)
{
	const char *colon = strchr(reference, ':');
	size_t length = colon ? (size_t)(colon - reference) : 0;

	if (!colon || !length || length >= 16 || !colon[1])
		return false;
	memcpy(type, reference, length);
	type[length] = '\0';
	*id = colon + 1;
	return true;
}

/* The two kinds of file behind struct sheet; private to this folder. */
#ifndef OFFICE_SHEET_KIND_H
#define OFFICE_SHEET_KIND_H

#include "office/sheet.h"

#include <stdio.h>

/* Where a file's bytes come from: exactly one of the two. */
struct source {
	const char *name;  /* for messages */
	FILE *file;        /* seekable; owned by whoever holds the source */
	const void *bytes; /* or the whole content, owned by the caller */
	size_t length;
};

struct sheet_kind {
	int (*count)(const void *reader);
	const char *(*name)(const void *reader, int index);
	bool (*hidden)(const void *reader, int index);
	enum result (*choose)(void *reader, int index, struct error *error);
	enum result (*next)(void *reader, const struct row **row, struct error *error);
	void (*close)(void *reader);
};

extern const struct sheet_kind xlsx_kind, csv_kind;

/* Both take over source->file and close it, also when they fail. */
enum result xlsx_open(struct source *source, void **reader, struct error *error);
enum result csv_open(struct source *source, void **reader, struct error *error);

#endif

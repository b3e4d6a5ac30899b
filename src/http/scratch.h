/* A folder of one's own for the time of one answer, for what can only be written as a file. */
#ifndef HTTP_SCRATCH_H
#define HTTP_SCRATCH_H

#include "base/buffer.h"
#include "base/error.h"

enum { SCRATCH_PATH = 120 };

struct scratch {
	char folder[SCRATCH_PATH / 2], path[SCRATCH_PATH]; /* of the one file in it */
};

/* `name` is what the file will be called: "refused.xlsx". */
enum result scratch_make(struct scratch *scratch, const char *name, struct error *error);
/* What was written; nothing where nothing was. */
enum result scratch_read(const struct scratch *scratch, struct buffer *into, struct error *error);
/* The folder and the file are gone. */
void scratch_drop(struct scratch *scratch);

#endif

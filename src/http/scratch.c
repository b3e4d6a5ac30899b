#include "http/scratch.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum result scratch_make(struct scratch *scratch, const char *name, struct error *error)
{
	snprintf(scratch->folder, sizeof(scratch->folder), P_tmpdir "/yiben-XXXXXX");
	if (!mkdtemp(scratch->folder)) {
		scratch->folder[0] = '\0';
		return error_trouble(error, "trouble.write", "file", P_tmpdir, "reason",
			error_reason(errno), NULL);
	}
	snprintf(scratch->path, sizeof(scratch->path), "%s/%s", scratch->folder, name);
	return OK;
}

enum result scratch_read(const struct scratch *scratch, struct buffer *into, struct error *error)
{
	if (access(scratch->path, F_OK) != 0)
		return OK;
	return file_read(scratch->path, into, error);
}

void scratch_drop(struct scratch *scratch)
{
	if (!scratch->folder[0])
		return;
	unlink(scratch->path);
	rmdir(scratch->folder);
	scratch->folder[0] = '\0';
}

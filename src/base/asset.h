/*
 * Files that travel inside the program: the catalogues of every folder, the norm packs, the
 * summary templates, each module's samples. A name is the file's path in the source tree
 * without a leading "src/": "norms/telecom.yaml", "modules/visit/zh.txt". The build finds
 * the files (tools/embed.c); nothing is read from the machine's disk at run time.
 */
#ifndef BASE_ASSET_H
#define BASE_ASSET_H

#include "base/messages.h"

#include <stddef.h>

struct asset {
	const char *name;
	const char *bytes; /* a NUL follows that is not counted */
	size_t size;
};

/* Every asset in the order the build found them, closed by one without a name. */
extern const struct asset assets[];

/* The asset called `name`, or NULL. */
const struct asset *asset_find(const char *name);
/* Walk the assets whose name begins with `prefix` and ends with `suffix` ("" for any): NULL
 * first, the last one seen after that; NULL at the end. */
const struct asset *asset_next(const struct asset *after, const char *prefix, const char *suffix);
/* What every catalogue says, in all languages; free with messages_free. */
struct messages *asset_messages(void);

#endif

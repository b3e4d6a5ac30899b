/*
 * The app's files, inside the program, each also as gzip and brotli made it when it was built.
 * A path without a file is the app's own business and gets its first page.
 */
#ifndef HTTP_STATIC_H
#define HTTP_STATIC_H

#include "base/asset.h"

struct page {
	const struct asset *asset;
	const char *encoding; /* "br", "gzip", or NULL */
	const char *type;
	char tag[20];  /* of exactly these bytes, with its quotes */
	bool for_ever; /* its name changes with its content */
};

/* The page for a path ("/", "/assets/index-1a2b.js") and an Accept-Encoding (may be NULL);
 * false where there is none: a missing file of the app. */
bool static_find(const char *path, const char *encodings, struct page *page);

#endif

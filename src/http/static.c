#include "http/static.h"
#include "base/digest.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 300 };

/* Made when it was built, from src/http/page or from the app (tools/embed.c). */
extern const struct asset web_assets[];

static const struct {
	const char *end, *type;
} types[] = { { ".html", "text/html; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" }, { ".json", "application/json" },
	{ ".webmanifest", "application/manifest+json" }, { ".svg", "image/svg+xml" },
	{ ".png", "image/png" }, { ".ico", "image/x-icon" }, { ".woff2", "font/woff2" },
	{ ".txt", "text/plain; charset=utf-8" } };

static const struct {
	const char *name, *end;
} encodings[] = { { "br", ".br" }, { "gzip", ".gz" } };

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), wanted = strlen(end);

	return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

static const struct asset *asset_at(const char *name)
{
	for (const struct asset *asset = web_assets; asset->name; asset++) {
		if (strcmp(asset->name, name) == 0)
			return asset;
	}
	return NULL;
}

/* Is it named among those accepted, and not with the weight zero? */
static bool accepted(const char *accepts, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = accepts; at && (at = strstr(at, name)); at += length) {
		bool starts = at == accepts || strchr(" ,", at[-1]);
		const char *behind = at + length;
		if (!starts || !strchr(" ,;", *behind))
			continue;
		return strncmp(behind, ";q=0", 4) != 0 || behind[4] == '.';
	}
	return false;
}

static const char *type_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		if (ends_with(name, types[i].end))
			return types[i].type;
	}
	return "application/octet-stream";
}

static void tag_of(const struct asset *asset, char tag[20])
{
	struct digest *digest = digest_new();
	uint8_t hash[DIGEST_BYTES];
	char text[DIGEST_TEXT];

	digest_start(digest);
	digest_add(digest, asset->bytes, asset->size);
	digest_end(digest, hash);
	digest_free(digest);
	snprintf(tag, 20, "\"%.16s\"", digest_text(hash, text));
}

bool static_find(const char *path, const char *accepts, struct page *page)
{
	char name[PATH_BYTES], packed[PATH_BYTES + 8];
	const char *wanted = path[0] == '/' && path[1] ? path + 1 : "index.html";

	*page = (struct page){ 0 };
	if (strlen(wanted) >= sizeof(name))
		return false;
	text_copy(name, sizeof(name), wanted);
	page->asset = asset_at(name);
	/* A page of the app's own making; but what looks like a file is a file. */
	if (!page->asset && !strchr(name, '.')) {
		text_copy(name, sizeof(name), "index.html");
		page->asset = asset_at(name);
	}
	if (!page->asset)
		return false;
	page->type = type_of(name);
	page->for_ever = text_starts(name, "assets/");
	for (size_t i = 0; !page->encoding && i < COUNT_OF(encodings); i++) {
		snprintf(packed, sizeof(packed), "%s%s", name, encodings[i].end);
		const struct asset *asset = asset_at(packed);
		if (asset && accepted(accepts, encodings[i].name)) {
			page->asset = asset;
			page->encoding = encodings[i].name;
		}
	}
	tag_of(page->asset, page->tag);
	return true;
}

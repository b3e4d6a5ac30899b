#include "base/asset.h"

#include "base/text.h"

#include <string.h>

const struct asset *asset_find(const char *name)
{
	for (const struct asset *asset = assets; asset->name; asset++)
		if (text_equal(asset->name, name))
			return asset;
	return NULL;
}

const struct asset *asset_next(const struct asset *after, const char *prefix, const char *suffix)
{
	const struct asset *asset = after ? after + 1 : assets;

	for (; asset->name; asset++)
		if (text_starts(asset->name, prefix) && text_ends(asset->name, suffix))
			return asset;
	return NULL;
}

struct messages *asset_messages(void)
{
	static const char *const names[LANGUAGES] = {
		[CHINESE] = "/zh.txt", [ENGLISH] = "/en.txt"
	};
	struct messages *messages = messages_new();

	for (int language = 0; language < LANGUAGES; language++) {
		const struct asset *asset = NULL;
		while ((asset = asset_next(asset, "", names[language])))
			messages_add(messages, (enum language)language, asset->bytes, asset->size);
	}
	return messages;
}

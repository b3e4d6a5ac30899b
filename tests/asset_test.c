/* The files inside the program: what tools/embed.c wrote is what is on the disk. */
#include "base/asset.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_asset_equals_its_file(void **state)
{
	int seen = 0;

	(void)state;
	for (const struct asset *asset = NULL; (asset = asset_next(asset, "", "")); seen++) {
		const char *top[] = { "norms/", "summaries/" };
		bool outside = false;
		struct error error = { 0 };
		struct buffer file;
		char path[1024];

		for (int i = 0; i < 2; i++)
			outside |= strncmp(asset->name, top[i], strlen(top[i])) == 0;
		snprintf(path, sizeof(path), "%s/%s%s", getenv("YIBEN_SOURCE"),
			outside ? "" : "src/", asset->name);
		buffer_init(&file, 16 << 20);
		assert_int_equal(file_read(path, &file, &error), OK);
		assert_int_equal(file.length, asset->size);
		assert_memory_equal(file.bytes, asset->bytes, asset->size);
		assert_int_equal(asset->bytes[asset->size], 0);
		buffer_release(&file);
		assert_ptr_equal(asset_find(asset->name), asset);
	}
	assert_true(seen > 0);
}

static void a_walk_keeps_to_its_prefix_and_suffix(void **state)
{
	(void)state;
	assert_non_null(asset_next(NULL, "base/", "zh.txt"));
	assert_null(asset_next(NULL, "base/", ".yaml"));
	assert_null(asset_find("base/no-such-file"));
	for (const struct asset *asset = NULL; (asset = asset_next(asset, "", "zh.txt"));)
		assert_string_equal(asset->name + strlen(asset->name) - 6, "zh.txt");
}

/* What common failures of the system mean stands in both languages; of the rest, its own words. */
static void reasons_of_the_system_have_words(void **state)
{
	static const int common[] = { ENOENT, EACCES, EISDIR, ENOSPC, EROFS, EEXIST, ENAMETOOLONG,
		EMFILE, ENOTDIR, EIO, EPIPE };
	struct messages *messages = asset_messages();
	struct error error = { 0 };
	struct buffer said;

	(void)state;
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		const char *key = error_reason(common[i]);
		assert_int_equal(strncmp(key, "reason.", 7), 0);
		assert_non_null(message_find(messages, CHINESE, key));
		assert_non_null(message_find(messages, ENGLISH, key));
	}
	assert_string_equal(error_reason(EDOM), strerror(EDOM));
	buffer_init(&said, 4096);
	error_trouble(&error, "trouble.output", "reason", error_reason(EMFILE), NULL);
	message_error(messages, CHINESE, &error, &said);
	assert_non_null(strstr(said.bytes, "打开的文件太多"));
	buffer_release(&said);
	messages_free(messages);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons_of_the_system_have_words),
		cmocka_unit_test(every_asset_equals_its_file),
		cmocka_unit_test(a_walk_keeps_to_its_prefix_and_suffix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Take every file of the folders named once, as the fuzzer would: what once failed stays a
 * test in every build. A folder that does not exist holds nothing. One that crashes ends the
 * program, after its name was printed.
 */
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

enum { INPUT_BYTES = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int take(const char *path)
{
	struct error error = { 0 };
	struct buffer input;
	int failed = 0;

	printf("%s\n", path);
	fflush(stdout);
	buffer_init(&input, INPUT_BYTES);
	buffer_text(&input, "");
	if (file_read(path, &input, &error) == OK)
		LLVMFuzzerTestOneInput((const uint8_t *)input.bytes, input.length);
	else
		failed = 1;
	buffer_release(&input);
	return failed;
}

int main(int count, char **words)
{
	int taken = 1, failed = 0;

	/* The empty input is a seed of every target. */
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < count; i++) {
		DIR *folder = opendir(words[i]);
		for (struct dirent *entry; folder && (entry = readdir(folder));) {
			char path[4096];
			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "%s/%s", words[i], entry->d_name);
			failed += take(path);
			taken++;
		}
		if (folder)
			closedir(folder);
	}
	printf("%d passed, %d failed\n", taken - failed, failed);
	return failed != 0;
}

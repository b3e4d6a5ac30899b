/*
 * Turn the files that the program carries inside itself into one C file.
 *
 *     embed ROOT OUT.c OUT.d NAME PATTERN...
 *
 * NAME is what the table is called. A PATTERN is a path below ROOT, a shell wildcard allowed in
 * each part; one without a wildcard must exist. The asset's name is its path below ROOT, without a
 * leading "src/". OUT.d tells ninja what OUT.c was made from: every file, and every folder that a
 * wildcard looked into, so that adding or deleting a file makes OUT.c again without a list to keep.
 *
 * It is built for the machine that builds and uses nothing of ours. The bytes are written
 * as octal escapes: a C compiler reads a string a hundred times faster than a list of numbers.
 */
#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ASSETS = 4096, PATH = 1024, ASSET_BYTES = 8 << 20, BYTES_A_LINE = 64 };

struct output {
	const char *root;
	FILE *code;
	FILE *depends;
	char *names[ASSETS];
	int count;
};

static _Noreturn void stop(const char *what, const char *about)
{
	fprintf(stderr, "embed: %s: %s\n", about, what);
	exit(1);
}

static bool is_folder(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* The name readers ask for, which is the same wherever the sources lie. */
static const char *asset_name(const struct output *output, const char *path)
{
	const char *name = path + strlen(output->root) + 1;

	return strncmp(name, "src/", 4) == 0 ? name + 4 : name;
}

static void write_byte(FILE *code, int byte)
{
	/* Letters, digits and blanks stand for themselves; the rest is always three octal
	 * digits, so that no escape swallows the digit after it and no trigraph appears. */
	if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		(byte >= '0' && byte <= '9') || byte == ' ')
		fputc(byte, code);
	else
		fprintf(code, "\\%03o", (unsigned)byte);
}

static void write_bytes(struct output *output, const char *path)
{
	FILE *file = fopen(path, "rb");
	long size = 0;
	int byte;

	if (!file)
		stop(strerror(errno), path);
	fprintf(output->code, "static const char bytes_%d[] = \"", output->count);
	while ((byte = fgetc(file)) != EOF) {
		if (size > 0 && size % BYTES_A_LINE == 0)
			fputs("\"\n\t\"", output->code);
		write_byte(output->code, byte);
		if (++size > ASSET_BYTES)
			stop("too large to carry inside the program", path);
	}
	if (ferror(file))
		stop(strerror(errno), path);
	fclose(file);
	fputs("\";\n", output->code);
}

static void add_asset(struct output *output, const char *path)
{
	if (output->count == ASSETS)
		stop("too many assets", path);
	fprintf(output->depends, " \\\n %s", path);
	write_bytes(output, path);
	output->names[output->count] = strdup(asset_name(output, path));
	if (!output->names[output->count++])
		stop("out of memory", path);
}

/* Name the folders that `pattern` looks into, those of its first `length` bytes included. */
static void depend_on_folders(struct output *output, const char *pattern, size_t length)
{
	char part[PATH];
	glob_t found;

	snprintf(part, sizeof(part), "%.*s", (int)length, pattern);
	if (glob(part, GLOB_NOSORT, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (is_folder(found.gl_pathv[i]))
			fprintf(output->depends, " \\\n %s", found.gl_pathv[i]);
	globfree(&found);
}

static void add_pattern(struct output *output, const char *below)
{
	char pattern[PATH];
	size_t root = strlen(output->root);
	bool wild = strpbrk(below, "*?[") != NULL;
	glob_t found;

	if (snprintf(pattern, sizeof(pattern), "%s/%s", output->root, below) >= PATH)
		stop("path too long", below);
	for (size_t i = root + 1; wild && pattern[i]; i++)
		if (pattern[i] == '/')
			depend_on_folders(output, pattern, i);
	switch (glob(pattern, 0, NULL, &found)) {
	case 0:
		break;
	case GLOB_NOMATCH:
		if (!wild)
			stop("no such file", below);
		return;
	default:
		stop("cannot be searched", below);
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		add_asset(output, found.gl_pathv[i]);
	globfree(&found);
}

static FILE *open_output(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		stop(strerror(errno), path);
	return file;
}

static void close_output(FILE *file, const char *path)
{
	if (ferror(file) | fclose(file))
		stop("cannot be written", path);
}

int main(int count, char **words)
{
	static struct output output;

	if (count < 6)
		stop("usage: embed ROOT OUT.c OUT.d NAME PATTERN...", "arguments");
	output.root = words[1];
	output.code = open_output(words[2]);
	output.depends = open_output(words[3]);
	fprintf(output.depends, "%s:", words[2]);
	fputs("#include \"base/asset.h\"\n\n", output.code);
	for (int i = 5; i < count; i++)
		add_pattern(&output, words[i]);
	fprintf(output.code, "\nextern const struct asset %s[];\nconst struct asset %s[] = {\n",
		words[4], words[4]);
	for (int i = 0; i < output.count; i++)
		fprintf(output.code, "\t{ \"%s\", bytes_%d, sizeof(bytes_%d) - 1 },\n",
			output.names[i], i, i);
	fputs("\t{ 0 },\n};\n", output.code);
	fputc('\n', output.depends);
	for (int i = 0; i < output.count; i++)
		free(output.names[i]);
	close_output(output.code, words[2]);
	close_output(output.depends, words[3]);
	return 0;
}

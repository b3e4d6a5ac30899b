/*
 * Write the C file that lists the modules, from the names in src/modules/meson.build:
 *
 *     module_list OUT.c NAME...
 *
 * The list is the only place outside its folder that knows a module by name.
 */
#include <stdio.h>

int main(int count, char **words)
{
	FILE *code = count > 1 ? fopen(words[1], "w") : NULL;

	if (!code) {
		fputs("usage: module_list OUT.c NAME...; OUT.c must be writable\n", stderr);
		return 1;
	}
	fputs("struct module;\n\n", code);
	for (int i = 2; i < count; i++)
		fprintf(code, "extern const struct module %s_module;\n", words[i]);
	fputs("extern const struct module *const modules[];\n\n", code);
	fputs("const struct module *const modules[] = {\n", code);
	for (int i = 2; i < count; i++)
		fprintf(code, "\t&%s_module,\n", words[i]);
	fputs("\t0,\n};\n", code);
	return ferror(code) | fclose(code) ? 1 : 0;
}

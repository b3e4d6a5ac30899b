/*
 * tidy ROOT: check the tree below ROOT against the rule book. Prints a line for each finding
 * and closes with "N passed, N failed", counting rules.
 */
#include "tidy.h"

int main(int count, char **words)
{
	struct tree tree;
	int passed = 0, failed = 0;

	if (count != 2) {
		fputs("usage: tidy ROOT\n", stderr);
		return 2;
	}
	tree_init(&tree);
	if (!tree_load(&tree, words[1]))
		return 1;
	for (size_t i = 0; i < rule_count; i++) {
		if (rule_run(&rules[i], &tree, stdout))
			failed++;
		else
			passed++;
	}
	printf("%zu files\n%d passed, %d failed\n", tree.count, passed, failed);
	tree_release(&tree);
	return failed != 0;
}

#include "base/panic.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void panic(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: broken: %s\n", file, line, what);
	abort();
}

/* The whole program on a store that fails as YIBEN_FAULT says: "N", or "N on" for N and all
 * later ones. Where nothing failed, the file "unmet" says so. */
#include "fault_store.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void tell(void)
{
	FILE *file = fault.met ? NULL : fopen("unmet", "w");

	if (file)
		fclose(file);
}

__attribute__((constructor)) static void listen(void)
{
	const char *wish = getenv("YIBEN_FAULT");
	char number[24] = "";
	int64_t at = 0;

	if (!wish)
		return;
	text_copy(number, sizeof(number), wish);
	number[strcspn(number, " ")] = '\0';
	if (text_integer(number, &at))
		fault_set(at, FAULT_DISK, false, strstr(wish, " on") != NULL);
	atexit(tell);
}

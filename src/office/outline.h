/* What a workbook says of itself: its sheets and where its parts are. Private to this folder. */
#ifndef OFFICE_OUTLINE_H
#define OFFICE_OUTLINE_H

#include "office/package.h"

enum { OUTLINE_SHEETS = 1024 };

struct outline_sheet {
	char *name;
	char *path; /* of its part */
	bool hidden;
};

struct outline {
	struct outline_sheet *sheet;
	int sheets;
	bool since_1904;
	char strings[PACKAGE_PATH]; /* part paths; "" where the workbook has none */
	char styles[PACKAGE_PATH];
};

/* Read it; sheets that hold no cells (charts, macros) are left out. An archive that is no
 * workbook, or one in the binary .xlsb form, is REFUSED. */
enum result outline_read(struct package *package, struct outline *outline, struct error *error);
void outline_release(struct outline *outline);

#endif

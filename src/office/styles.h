/* Which cell styles of a workbook show days and times. Private to this folder. */
#ifndef OFFICE_STYLES_H
#define OFFICE_STYLES_H

#include "office/package.h"
#include "office/serial.h"

struct styles;

enum result styles_read(
	struct package *package, const char *path, struct styles **styles, struct error *error);
void styles_free(struct styles *styles);
/* A plain number for a style past the last one, or without styles. */
struct number_format styles_format(const struct styles *styles, size_t style);

#endif

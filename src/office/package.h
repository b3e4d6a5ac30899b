/* The zip side of a workbook: finding parts and inflating them under ceilings. */
#ifndef OFFICE_PACKAGE_H
#define OFFICE_PACKAGE_H

#include "office/sheet_kind.h"

enum {
	PACKAGE_PARTS = 10000,        /* most files inside one package */
	PACKAGE_RATIO = 200,          /* bytes inflated from one byte, past the allowance */
	PACKAGE_ALLOWANCE = 16777216, /* bytes inflated before the ratio is looked at */
	PACKAGE_PATH = 512
};

struct package;

/* Takes over source->file. A file that is not a whole zip archive, or has too many parts, is
 * REFUSED. */
enum result package_open(struct source *source, struct package **package, struct error *error);
void package_close(struct package *package);
const char *package_name(const struct package *package);

/* Part names are compared without regard to ASCII case, and backslashes count as slashes:
 * both occur in files that Excel opens. */
bool package_has(struct package *package, const char *path);

struct inflating;

/* Begin to inflate a part. A part that is missing, encrypted or there twice, or whose declared
 * size passes `most` bytes or the ratio, is REFUSED. */
enum result inflating_open(struct package *package, const char *path, uint64_t most,
	struct inflating **inflating, struct error *error);
/* At most `size` further bytes; *got is 0 at the end, where length and checksum have been
 * found right. The ceilings hold for what is really inflated, whatever was declared. */
enum result inflating_read(
	struct inflating *inflating, void *bytes, size_t size, size_t *got, struct error *error);
void inflating_close(struct inflating *inflating);

#endif

/* Turning a text file in whatever encoding Chinese offices send into UTF-8, a piece at a time.
 * Private to this folder. */
#ifndef OFFICE_DECODE_H
#define OFFICE_DECODE_H

#include "base/error.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum encoding { ENCODING_UTF8, ENCODING_UTF16LE, ENCODING_UTF16BE, ENCODING_GB18030 };

enum { DECODE_BLOCK = 65536 };

struct decoder {
	const char *name; /* of the file, for messages */
	FILE *file;       /* neither is owned */
	enum encoding encoding;
	iconv_t iconv;
	char in[DECODE_BLOCK];
	size_t held;  /* bytes of `in` not yet converted */
	bool at_end;  /* of the file */
	int64_t line; /* on which the next character stands */
	bool after_return;
	char out[DECODE_BLOCK * 3]; /* the piece; valid UTF-8 without NUL */
	size_t length;
};

/* Find the encoding: a byte order mark decides, otherwise UTF-16 where the NUL bytes of its
 * ASCII are found, otherwise the first of UTF-8 and GB18030 in which the whole file is valid
 * (both are read to the end to know). REFUSED with the line
 * where it is valid in neither, has NUL bytes, or is GB18030 by accident only. `file` is at
 * any place, and is afterwards too; *mark is the length of the byte order mark. */
enum result encoding_find(
	const char *name, FILE *file, enum encoding *encoding, int *mark, struct error *error);

/* Begin at the start of the file, behind the mark. */
void decoder_start(
	struct decoder *decoder, const char *name, FILE *file, enum encoding encoding, int mark);
void decoder_release(struct decoder *decoder);
/* The next piece in out and length; 0 at the end. REFUSED with the line for bytes that are no
 * character, a character cut off at the end, and U+0000. */
enum result decoder_read(struct decoder *decoder, struct error *error);

#endif

#include "office/decode.h"
#include "base/panic.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void decoder_start(
	struct decoder *decoder, const char *name, FILE *file, enum encoding encoding, int mark)
{
	static const char *const charset[] = { "UTF-8", "UTF-16LE", "UTF-16BE", "GB18030" };

	decoder->name = name;
	decoder->file = file;
	decoder->encoding = encoding;
	decoder->iconv = iconv_open("UTF-8", charset[encoding]);
	must(decoder->iconv != (iconv_t)-1);
	decoder->held = decoder->length = 0;
	decoder->at_end = decoder->after_return = false;
	decoder->line = 1;
	clearerr(file);
	fseeko(file, mark, SEEK_SET);
}

void decoder_release(struct decoder *decoder)
{
	iconv_close(decoder->iconv);
}

static void count_lines(struct decoder *decoder, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = decoder->out[i];
		decoder->line += c == '\r' || (c == '\n' && !decoder->after_return);
		decoder->after_return = c == '\r';
	}
}

static enum result refuse(struct decoder *decoder, const char *key, struct error *error)
{
	char line[24];

	snprintf(line, sizeof(line), "%lld", (long long)decoder->line);
	decoder->length = 0;
	return error_refuse(error, key, "file", "line", line, NULL);
}

/* What was converted must be text: the library lets NUL through, and encoded surrogates. */
static enum result check_piece(struct decoder *decoder, struct error *error)
{
	const char *nul = memchr(decoder->out, 0, decoder->length);

	if (nul) {
		count_lines(decoder, (size_t)(nul - decoder->out));
		return refuse(decoder, "refused.csv_nul", error);
	}
	if (text_valid(decoder->out, decoder->length)) {
		count_lines(decoder, decoder->length);
		return OK;
	}
	size_t good = 0;
	for (const char *at; (at = memchr(decoder->out + good, '\n', decoder->length - good));) {
		size_t next = (size_t)(at - decoder->out) + 1;
		if (!text_valid(decoder->out + good, next - good))
			break;
		good = next;
	}
	count_lines(decoder, good);
	return refuse(decoder, "refused.csv_encoding", error);
}

enum result decoder_read(struct decoder *decoder, struct error *error)
{
	char *in = decoder->in, *out = decoder->out;
	size_t room = sizeof(decoder->out);

	decoder->length = 0;
	if (!decoder->at_end) {
		size_t got = fread(decoder->in + decoder->held, 1,
			sizeof(decoder->in) - decoder->held, decoder->file);
		if (ferror(decoder->file))
			return error_trouble(error, "trouble.read", "file", decoder->name, "reason",
				error_reason(errno), NULL);
		decoder->held += got;
		decoder->at_end = got == 0;
	}
	if (!decoder->held)
		return OK;
	size_t converted = iconv(decoder->iconv, &in, &decoder->held, &out, &room);
	int failure = converted == (size_t)-1 ? errno : 0;
	memmove(decoder->in, in, decoder->held);
	decoder->length = sizeof(decoder->out) - room;
	enum result result = check_piece(decoder, error);
	if (result != OK)
		return result;
	if (failure == EILSEQ)
		return refuse(decoder, "refused.csv_encoding", error);
	if (failure == EINVAL && decoder->at_end)
		return refuse(decoder, "refused.csv_cut_character", error);
	return decoder->length || !decoder->held ? OK : decoder_read(decoder, error);
}

/* Is the whole file valid in this encoding? If not, `error` says where it first is not, and
 * *line tells the line. */
static enum result try(
	const char *name, FILE *file, enum encoding encoding, int64_t *line, struct error *error)
{
	struct decoder *decoder = malloc(sizeof(*decoder));
	enum result result;

	must(decoder != NULL);
	decoder_start(decoder, name, file, encoding, 0);
	do
		result = decoder_read(decoder, error);
	while (result == OK && decoder->length);
	*line = decoder->line;
	decoder_release(decoder);
	free(decoder);
	return result;
}

/* Chinese text lies almost wholly in the part of GB18030 where both bytes are high; letters of
 * Western encodings followed by ASCII letters pass for rare characters of the other part. */
static bool looks_chinese(FILE *file)
{
	unsigned char bytes[4096];
	size_t pairs = 0, common = 0;

	rewind(file);
	for (size_t length; (length = fread(bytes, 1, sizeof(bytes), file)) > 1;) {
		for (size_t i = 0; i + 1 < length; i++) {
			if (bytes[i] < 0x80)
				continue;
			if (bytes[i + 1] < 0x40) { /* a character of four bytes */
				i += 3;
				continue;
			}
			pairs++;
			common += bytes[i] >= 0xA1 && bytes[i + 1] >= 0xA1;
			i++;
		}
	}
	return common * 2 >= pairs;
}

static bool marked(const unsigned char *start, size_t length, enum encoding *encoding, int *mark)
{
	static const struct {
		const char *bytes;
		int length;
		enum encoding encoding;
	} marks[] = { { "\xEF\xBB\xBF", 3, ENCODING_UTF8 }, { "\xFF\xFE", 2, ENCODING_UTF16LE },
		{ "\xFE\xFF", 2, ENCODING_UTF16BE }, { "\x84\x31\x95\x33", 4, ENCODING_GB18030 } };

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		if (length < (size_t)marks[i].length ||
			memcmp(start, marks[i].bytes, (size_t)marks[i].length) != 0)
			continue;
		*encoding = marks[i].encoding;
		*mark = marks[i].length;
		return true;
	}
	return false;
}

/* UTF-16 without a mark shows by its ASCII: nearly every NUL byte is the other half of such a
 * character, all on the same side, and a line end is among them. */
static bool unmarked(FILE *file, enum encoding *encoding)
{
	unsigned char bytes[16384];
	size_t nuls = 0, plain[2] = { 0 }, ends[2] = { 0 };

	rewind(file);
	size_t length = fread(bytes, 1, sizeof(bytes), file);
	for (size_t i = 0; i + 1 < length; i += 2) {
		for (size_t low = 0; low < 2; low++) {
			unsigned char c = bytes[i + low];
			nuls += !c;
			if (bytes[i + 1 - low])
				continue;
			plain[low] += c != 0;
			ends[low] += c == '\n' || c == '\r';
		}
	}
	int side = plain[1] > plain[0];
	*encoding = side ? ENCODING_UTF16BE : ENCODING_UTF16LE;
	return ends[side] && plain[side] * 2 > nuls;
}

enum result encoding_find(
	const char *name, FILE *file, enum encoding *encoding, int *mark, struct error *error)
{
	unsigned char start[4];
	struct error as_utf8 = { 0 }, as_gb18030 = { 0 };
	int64_t utf8_line, gb18030_line;

	rewind(file);
	*mark = 0;
	size_t length = fread(start, 1, sizeof(start), file);
	if (marked(start, length, encoding, mark) || unmarked(file, encoding))
		return OK;
	*encoding = ENCODING_UTF8;
	if (try(name, file, ENCODING_UTF8, &utf8_line, &as_utf8) == OK)
		return OK;
	bool nul = strcmp(as_utf8.key, "refused.csv_nul") == 0;
	if (as_utf8.result == REFUSED && !nul && memchr(start, 0, length)) {
		error_clear(&as_utf8); /* UTF-16 without a mark, which UTF-8 may refuse first */
		error_refuse(&as_utf8, "refused.csv_nul", "file", "line", "1", NULL);
		nul = true;
	}
	if (as_utf8.result == REFUSED && !nul) {
		*encoding = ENCODING_GB18030;
		if (try(name, file, ENCODING_GB18030, &gb18030_line, &as_gb18030) == OK &&
			looks_chinese(file))
			return OK;
		/* Complain in the encoding that held out longer. */
		if (as_gb18030.result == REFUSED && gb18030_line > utf8_line)
			as_utf8 = as_gb18030;
	}
	*error = error->result == OK ? as_utf8 : *error;
	return error->result;
}

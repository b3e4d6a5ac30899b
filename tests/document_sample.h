/* A document with everything in it, as an office would sign it; its names are invented. */
#ifndef TESTS_DOCUMENT_SAMPLE_H
#define TESTS_DOCUMENT_SAMPLE_H

#include "office/chart.h"
#include "office/document.h"

enum { SAMPLE_CEILING = 16 << 20 };

/* Amounts of 分 in 万元 with one decimal. */
void sample_show(void *context, int64_t value, char *text, size_t size);
extern const struct chart sample_months, sample_bars;

struct document *sample_document(void);

#endif

/*
 * Quiet charts for documents: a year's months against last year's or a target, and horizontal
 * bars. Drawn by cairo, lettered by pango, readable when printed in black and white: series
 * differ by shape first and by grey second.
 *
 * A chart is 1000 units wide and printed 156 mm wide, so its letters are 9 pt beside body text.
 * The same chart gives the same bytes on a machine with the same fonts.
 */
#ifndef OFFICE_CHART_H
#define OFFICE_CHART_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHART_SERIES = 3, CHART_POINTS = 36 };

enum chart_kind {
	CHART_MONTHS, /* points from left to right */
	CHART_BARS,   /* points from top to bottom */
};

enum chart_look {
	CHART_COLUMN, /* what the chart is about; solid */
	CHART_LINE,   /* what it is compared with, last year say; grey with hollow marks, in
			 CHART_BARS a thin grey bar */
	CHART_TARGET, /* what was wanted; broken line, CHART_MONTHS only */
};

struct chart_series {
	const char *name; /* "2026年" */
	enum chart_look look;
	const int64_t *values;
	const bool *missing; /* NULL where every point has a value; a missing one is a gap, never
				zero: its value is not read */
};

struct chart {
	enum chart_kind kind;
	const char *unit;          /* beside the legend, "单位：万元"; NULL for none */
	const char *missing;       /* says that a column has no value, "无数据" */
	const char *const *labels; /* one a point: "1月", "电信业务" */
	size_t points;             /* at most CHART_POINTS */
	const struct chart_series *series;
	size_t series_count; /* at most CHART_SERIES */
	/* How a value reads, on the axis and beside a bar; at most 31 bytes. Values stay within
	 * ±2^53. */
	void (*show)(void *context, int64_t value, char *text, size_t size);
	void *context;
};

/* Append the picture to `out`. The PNG is `width_px` wide, 200 to 4000. REFUSED where `out` has
 * passed its ceiling; TROUBLE where cairo fails. */
enum result chart_png(
	const struct chart *chart, int width_px, struct buffer *out, struct error *error);
enum result chart_svg(const struct chart *chart, struct buffer *out, struct error *error);

#endif

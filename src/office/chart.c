#include "office/chart.h"

#include "base/panic.h"

#include <cairo-svg.h>
#include <cairo.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#define TAU 6.283185307179586
#define COLUMN_SHARE 0.7 /* of a slot, by its columns together */

/* Units: the chart is WIDTH wide. */
enum {
	WIDTH = 1000,
	MONTHS_HEIGHT = 430,
	LEGEND_HEIGHT = 58,
	FOOT = 42,
	EDGE = 8,
	ROW = 46,
	LETTERS = 20,
	SMALL_LETTERS = 16,
	TICKS = 6,
	VALUE_TEXT = 32,
};

static const int64_t greatest = INT64_C(1) << 53;

struct canvas {
	const struct chart *chart;
	cairo_t *cairo;
	PangoLayout *layout;
	int64_t low, high, step; /* the axis, in values */
};

enum ink { INK_TEXT, INK_COLUMN, INK_LINE, INK_TARGET, INK_GRID, INK_FAINT };

static void ink(struct canvas *canvas, enum ink colour)
{
	static const double inks[][3] = {
		[INK_TEXT] = { 0.13, 0.14, 0.16 },
		[INK_COLUMN] = { 0.56, 0.66, 0.81 },
		[INK_LINE] = { 0.27, 0.29, 0.33 },
		[INK_TARGET] = { 0.10, 0.10, 0.10 },
		[INK_GRID] = { 0.86, 0.87, 0.88 },
		[INK_FAINT] = { 0.45, 0.47, 0.50 },
	};
	cairo_set_source_rgb(canvas->cairo, inks[colour][0], inks[colour][1], inks[colour][2]);
}

static void letters(struct canvas *canvas, const char *text, int size, double most)
{
	PangoFontDescription *font = pango_font_description_new();
	char *valid = g_utf8_make_valid(text, -1);

	pango_font_description_set_family(
		font, "Noto Sans CJK SC,Source Han Sans SC,SimHei,sans-serif");
	pango_font_description_set_absolute_size(font, (double)size * PANGO_SCALE);
	pango_layout_set_font_description(canvas->layout, font);
	pango_layout_set_single_paragraph_mode(canvas->layout, TRUE);
	pango_layout_set_ellipsize(
		canvas->layout, most > 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
	pango_layout_set_width(canvas->layout, most > 0 ? (int)(most * PANGO_SCALE) : -1);
	pango_layout_set_text(canvas->layout, valid, -1);
	g_free(valid);
	pango_font_description_free(font);
}

static double letters_width(struct canvas *canvas, const char *text, int size)
{
	int width, height;

	letters(canvas, text, size, 0);
	pango_layout_get_size(canvas->layout, &width, &height);
	return (double)width / PANGO_SCALE;
}

/* `text` with its middle height at `y`; `align` 0 begins at x, 0.5 is centred, 1 ends there. */
static void text_draw(struct canvas *canvas, const char *text, int size, double x, double y,
	double align, double most)
{
	int width, height;

	letters(canvas, text, size, most);
	pango_layout_get_size(canvas->layout, &width, &height);
	cairo_move_to(canvas->cairo, x - align * width / PANGO_SCALE,
		y - (double)height / PANGO_SCALE / 2);
	pango_cairo_show_layout(canvas->cairo, canvas->layout);
}

static bool has(const struct chart_series *series, size_t point)
{
	return !series->missing || !series->missing[point];
}

static void shown(const struct canvas *canvas, int64_t value, char text[VALUE_TEXT])
{
	text[0] = '\0';
	canvas->chart->show(canvas->chart->context, value, text, VALUE_TEXT);
}

/* A tick of the axis: as shown, without the zeros after a decimal point. */
static void tick_shown(const struct canvas *canvas, int64_t value, char text[VALUE_TEXT])
{
	shown(canvas, value, text);
	char *point = strchr(text, '.');
	if (!point || point[1 + strspn(point + 1, "0123456789")])
		return;
	char *end = point + strlen(point);
	while (end > point && end[-1] == '0')
		end--;
	*(end - 1 == point ? point : end) = '\0';
}

/* The axis: from zero or below to the greatest value or above, in at most TICKS steps of 1, 2
 * or 5 times a power of ten. */
static void axis_choose(struct canvas *canvas)
{
	static const int64_t factors[] = { 1, 2, 5 };
	const struct chart *chart = canvas->chart;
	int64_t low = 0, high = 0;

	for (size_t i = 0; i < chart->series_count; i++) {
		for (size_t point = 0; point < chart->points; point++) {
			if (!has(&chart->series[i], point))
				continue;
			int64_t value = chart->series[i].values[point];
			must(value >= -greatest && value <= greatest);
			low = value < low ? value : low;
			high = value > high ? value : high;
		}
	}
	if (low == high)
		high = 1;
	canvas->low = low;
	canvas->high = high;
	if (chart->kind == CHART_BARS)
		return; /* has no axis: values stand beside the bars */
	int64_t power = 1, step = 0;
	for (size_t i = 0; !step; i++) {
		int64_t next = factors[i % 3] * power;
		int64_t above = (high + next - 1) / next, below = (-low + next - 1) / next;
		if (above + below <= TICKS)
			step = next;
		if (i % 3 == 2)
			power *= 10;
	}
	canvas->step = step;
	canvas->high = (high + step - 1) / step * step;
	canvas->low = -((-low + step - 1) / step * step);
}

static double share(const struct canvas *canvas, int64_t value)
{
	return (double)(value - canvas->low) / (double)(canvas->high - canvas->low);
}

static void mark_draw(struct canvas *canvas, enum chart_look look, double x, double y)
{
	if (look != CHART_LINE)
		return;
	cairo_arc(canvas->cairo, x, y, 5, 0, TAU);
	cairo_set_source_rgb(canvas->cairo, 1, 1, 1);
	cairo_fill_preserve(canvas->cairo);
	ink(canvas, INK_LINE);
	cairo_set_line_width(canvas->cairo, 2.5);
	cairo_stroke(canvas->cairo);
}

static void pen(struct canvas *canvas, enum chart_look look)
{
	static const double dashes[] = { 12, 7 };

	ink(canvas, look == CHART_TARGET ? INK_TARGET : INK_LINE);
	cairo_set_line_width(canvas->cairo, look == CHART_TARGET ? 2 : 2.5);
	cairo_set_dash(canvas->cairo, dashes, look == CHART_TARGET ? 2 : 0, 0);
}

/* Who is who, and the unit at the right. */
static void legend_draw(struct canvas *canvas)
{
	const struct chart *chart = canvas->chart;
	double x = EDGE, y = 22;

	for (size_t i = 0; i < chart->series_count; i++) {
		const struct chart_series *series = &chart->series[i];
		bool thin = chart->kind == CHART_BARS && series->look == CHART_LINE;
		if (series->look == CHART_COLUMN || thin) {
			ink(canvas, thin ? INK_FAINT : INK_COLUMN);
			cairo_rectangle(canvas->cairo, x, y - (thin ? 4 : 9), 36, thin ? 8 : 18);
			cairo_fill(canvas->cairo);
		} else {
			pen(canvas, series->look);
			cairo_move_to(canvas->cairo, x, y);
			cairo_line_to(canvas->cairo, x + 36, y);
			cairo_stroke(canvas->cairo);
			cairo_set_dash(canvas->cairo, NULL, 0, 0);
			mark_draw(canvas, series->look, x + 18, y);
		}
		ink(canvas, INK_TEXT);
		text_draw(canvas, series->name, LETTERS, x + 46, y, 0, 240);
		double width = letters_width(canvas, series->name, LETTERS);
		x += 46 + (width < 240 ? width : 240) + 34;
	}
	if (!chart->unit)
		return;
	ink(canvas, INK_FAINT);
	text_draw(canvas, chart->unit, LETTERS, WIDTH - EDGE, y, 1, 0);
}

struct frame {
	double left, right, top, bottom, slot;
};

static double frame_y(const struct canvas *canvas, const struct frame *frame, int64_t value)
{
	return frame->bottom - share(canvas, value) * (frame->bottom - frame->top);
}

static struct frame frame_draw(struct canvas *canvas)
{
	struct frame frame = { 0, WIDTH - EDGE, LEGEND_HEIGHT + 18, MONTHS_HEIGHT - FOOT, 0 };
	char text[VALUE_TEXT];

	for (int64_t tick = canvas->low; tick <= canvas->high; tick += canvas->step) {
		tick_shown(canvas, tick, text);
		double width = letters_width(canvas, text, LETTERS) + EDGE + 12;
		frame.left = width > frame.left ? width : frame.left;
	}
	frame.slot = (frame.right - frame.left) / (double)canvas->chart->points;
	for (int64_t tick = canvas->low; tick <= canvas->high; tick += canvas->step) {
		double y = frame_y(canvas, &frame, tick);
		ink(canvas, tick ? INK_GRID : INK_TEXT);
		cairo_set_line_width(canvas->cairo, tick ? 1 : 1.5);
		cairo_move_to(canvas->cairo, frame.left, y);
		cairo_line_to(canvas->cairo, frame.right, y);
		cairo_stroke(canvas->cairo);
		tick_shown(canvas, tick, text);
		ink(canvas, INK_FAINT);
		text_draw(canvas, text, LETTERS, frame.left - 12, y, 1, 0);
	}
	return frame;
}

static void columns_draw(struct canvas *canvas, const struct frame *frame,
	const struct chart_series *series, size_t place, size_t places)
{
	double wide = frame->slot * COLUMN_SHARE / (double)places, zero = frame_y(canvas, frame, 0);

	for (size_t point = 0; point < canvas->chart->points; point++) {
		double x = frame->left + frame->slot * ((double)point + (1 - COLUMN_SHARE) / 2) +
			   wide * (double)place;
		if (!has(series, point)) {
			ink(canvas, INK_FAINT);
			if (canvas->chart->missing && places == 1 &&
				frame->slot >= 3 * SMALL_LETTERS)
				text_draw(canvas, canvas->chart->missing, SMALL_LETTERS,
					x + wide / 2, zero - 14, 0.5, 0);
			continue;
		}
		double y = frame_y(canvas, frame, series->values[point]);
		ink(canvas, place ? INK_FAINT : INK_COLUMN);
		/* A zero is drawn, as a hair, so that it does not look like a gap. */
		if (series->values[point] == 0)
			cairo_rectangle(canvas->cairo, x, zero - 2, wide, 3);
		else
			cairo_rectangle(canvas->cairo, x, y, wide, zero - y);
		cairo_fill(canvas->cairo);
	}
}

/* Values at the foot of their columns, where no line crosses them, in one row that reads like a
 * table; above a column too low for it. Only where every one of them fits its
 * column. */
static void column_values_draw(
	struct canvas *canvas, const struct frame *frame, const struct chart_series *series)
{
	enum { LOW = 24, OFF = 14 };
	char text[VALUE_TEXT];

	for (size_t point = 0; point < canvas->chart->points; point++) {
		shown(canvas, has(series, point) ? series->values[point] : 0, text);
		if (letters_width(canvas, text, SMALL_LETTERS) > frame->slot * COLUMN_SHARE)
			return;
	}
	ink(canvas, INK_TEXT);
	for (size_t point = 0; point < canvas->chart->points; point++) {
		if (!has(series, point))
			continue;
		int64_t value = series->values[point];
		double zero = frame_y(canvas, frame, 0), end = frame_y(canvas, frame, value);
		double foot = fabs(zero - end) < LOW ? end : zero;
		/* Inside the column at its foot, or outside at its end: away from zero. */
		double y = value < 0 ? foot + OFF : foot - OFF;
		shown(canvas, value, text);
		text_draw(canvas, text, SMALL_LETTERS,
			frame->left + frame->slot * ((double)point + 0.5), y, 0.5, 0);
	}
}

static void line_draw(
	struct canvas *canvas, const struct frame *frame, const struct chart_series *series)
{
	bool joined = false;

	pen(canvas, series->look);
	cairo_new_path(canvas->cairo);
	for (size_t point = 0; point < canvas->chart->points; point++) {
		double x = frame->left + frame->slot * ((double)point + 0.5);
		if (!has(series, point)) {
			joined = false;
			continue;
		}
		double y = frame_y(canvas, frame, series->values[point]);
		if (joined)
			cairo_line_to(canvas->cairo, x, y);
		else
			cairo_move_to(canvas->cairo, x, y);
		joined = true;
	}
	cairo_stroke(canvas->cairo);
	cairo_set_dash(canvas->cairo, NULL, 0, 0);
	for (size_t point = 0; point < canvas->chart->points; point++) {
		if (has(series, point))
			mark_draw(canvas, series->look,
				frame->left + frame->slot * ((double)point + 0.5),
				frame_y(canvas, frame, series->values[point]));
	}
}

static void months_draw(struct canvas *canvas)
{
	const struct chart *chart = canvas->chart;
	struct frame frame = frame_draw(canvas);
	size_t places = 0, place = 0;

	for (size_t i = 0; i < chart->series_count; i++)
		places += chart->series[i].look == CHART_COLUMN;
	for (size_t i = 0; i < chart->series_count; i++) {
		if (chart->series[i].look == CHART_COLUMN)
			columns_draw(canvas, &frame, &chart->series[i], place++, places);
	}
	for (size_t i = 0; i < chart->series_count; i++) {
		if (chart->series[i].look != CHART_COLUMN)
			line_draw(canvas, &frame, &chart->series[i]);
	}
	for (size_t i = 0; i < chart->series_count && places == 1; i++) {
		if (chart->series[i].look == CHART_COLUMN)
			column_values_draw(canvas, &frame, &chart->series[i]);
	}
	ink(canvas, INK_TEXT);
	for (size_t point = 0; point < chart->points; point++)
		text_draw(canvas, chart->labels[point], LETTERS,
			frame.left + frame.slot * ((double)point + 0.5), MONTHS_HEIGHT - FOOT / 2,
			0.5, frame.slot);
}

static void bar_draw(struct canvas *canvas, const struct chart_series *series, size_t point,
	double left, double right, double y)
{
	bool thin = series->look == CHART_LINE;
	double zero = left + share(canvas, 0) * (right - left);
	char text[VALUE_TEXT];

	if (!has(series, point)) {
		ink(canvas, INK_FAINT);
		if (!thin && canvas->chart->missing)
			text_draw(canvas, canvas->chart->missing, SMALL_LETTERS, zero + 8, y, 0, 0);
		return;
	}
	double end = left + share(canvas, series->values[point]) * (right - left);
	double high = thin ? 7 : 20;
	ink(canvas, thin ? INK_FAINT : INK_COLUMN);
	cairo_rectangle(canvas->cairo, zero, thin ? y + 12 : y - high / 2, end - zero, high);
	cairo_fill(canvas->cairo);
	if (thin)
		return;
	shown(canvas, series->values[point], text);
	ink(canvas, INK_TEXT);
	text_draw(canvas, text, LETTERS, (end > zero ? end : zero) + 10, y, 0, 0);
}

static void bars_draw(struct canvas *canvas)
{
	const struct chart *chart = canvas->chart;
	double left = 0, room = 0;
	char text[VALUE_TEXT];

	for (size_t point = 0; point < chart->points; point++) {
		double width = letters_width(canvas, chart->labels[point], LETTERS);
		left = width > left ? width : left;
		for (size_t i = 0; i < chart->series_count; i++) {
			if (!has(&chart->series[i], point))
				continue;
			shown(canvas, chart->series[i].values[point], text);
			width = letters_width(canvas, text, LETTERS);
			room = width > room ? width : room;
		}
	}
	left = (left > 360 ? 360 : left) + EDGE + 14;
	double right = WIDTH - EDGE - room - 10;
	for (size_t point = 0; point < chart->points; point++) {
		double y = LEGEND_HEIGHT + ROW * ((double)point + 0.5);
		ink(canvas, INK_TEXT);
		text_draw(canvas, chart->labels[point], LETTERS, left - 14, y, 1, 360);
		for (size_t i = 0; i < chart->series_count; i++)
			bar_draw(canvas, &chart->series[i], point, left, right, y);
	}
	double zero = left + share(canvas, 0) * (right - left);
	ink(canvas, INK_TEXT);
	cairo_set_line_width(canvas->cairo, 1.5);
	cairo_move_to(canvas->cairo, zero, LEGEND_HEIGHT);
	cairo_line_to(canvas->cairo, zero, LEGEND_HEIGHT + (double)ROW * (double)chart->points);
	cairo_stroke(canvas->cairo);
}

static int chart_height(const struct chart *chart)
{
	return chart->kind == CHART_MONTHS ? MONTHS_HEIGHT
					   : LEGEND_HEIGHT + ROW * (int)chart->points + EDGE;
}

static void chart_check(const struct chart *chart)
{
	must(chart->points > 0 && chart->points <= CHART_POINTS);
	must(chart->series_count > 0 && chart->series_count <= CHART_SERIES);
	for (size_t i = 0; i < chart->series_count; i++)
		must(chart->kind == CHART_MONTHS || chart->series[i].look != CHART_TARGET);
}

/* Draw on `surface`, whose unit is 1/`scale` of a chart's. */
static void chart_draw(const struct chart *chart, cairo_surface_t *surface, double scale)
{
	struct canvas canvas = { .chart = chart, .cairo = cairo_create(surface) };
	cairo_font_options_t *options = cairo_font_options_create();

	/* Unhinted letters are the same at every size and on paper. */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_scale(canvas.cairo, scale, scale);
	PangoFontMap *fonts = pango_cairo_font_map_new();
	PangoContext *context = pango_font_map_create_context(fonts);
	canvas.layout = pango_layout_new(context);
	pango_cairo_context_set_font_options(context, options);
	pango_cairo_update_context(canvas.cairo, context);
	pango_context_set_language(context, pango_language_from_string("zh-CN"));
	cairo_set_source_rgb(canvas.cairo, 1, 1, 1);
	cairo_paint(canvas.cairo);
	axis_choose(&canvas);
	legend_draw(&canvas);
	if (chart->kind == CHART_MONTHS)
		months_draw(&canvas);
	else
		bars_draw(&canvas);
	g_object_unref(canvas.layout);
	g_object_unref(context);
	g_object_unref(fonts);
	cairo_font_options_destroy(options);
	cairo_destroy(canvas.cairo);
}

static cairo_status_t stream_write(void *closure, const unsigned char *bytes, unsigned int length)
{
	struct buffer *out = closure;

	buffer_add(out, bytes, length);
	return out->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static enum result chart_result(
	const struct buffer *out, cairo_status_t status, struct error *error)
{
	char most[24];

	if (out->full) {
		snprintf(most, sizeof(most), "%zu", out->ceiling / 1048576);
		return error_refuse(error, "refused.document_too_large", "", "max", most, NULL);
	}
	if (status != CAIRO_STATUS_SUCCESS)
		return error_trouble(
			error, "trouble.chart", "reason", cairo_status_to_string(status), NULL);
	return OK;
}

enum result chart_png(
	const struct chart *chart, int width_px, struct buffer *out, struct error *error)
{
	chart_check(chart);
	must(width_px >= 200 && width_px <= 4000);
	double scale = (double)width_px / WIDTH;
	cairo_surface_t *surface = cairo_image_surface_create(
		CAIRO_FORMAT_RGB24, width_px, (int)(chart_height(chart) * scale + 0.5));

	chart_draw(chart, surface, scale);
	cairo_status_t status = cairo_surface_status(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, stream_write, out);
	cairo_surface_destroy(surface);
	return chart_result(out, status, error);
}

/* Cairo numbers its surfaces through the life of the process; the number in id="surface7" is
 * taken out, so that a second drawing gives the same bytes. Nothing refers to it. */
static void svg_append(struct buffer *out, const struct buffer *drawn)
{
	static const char id[] = "id=\"surface";
	const char *at = drawn->bytes;

	for (const char *found; (found = strstr(at, id)); at = found) {
		found += strlen(id);
		buffer_add(out, at, (size_t)(found - at));
		found += strspn(found, "0123456789");
	}
	buffer_text(out, at);
}

enum result chart_svg(const struct chart *chart, struct buffer *out, struct error *error)
{
	struct buffer drawn;

	chart_check(chart);
	buffer_init(&drawn, out->ceiling);
	cairo_surface_t *surface = cairo_svg_surface_create_for_stream(
		stream_write, &drawn, WIDTH, chart_height(chart));
	cairo_svg_surface_restrict_to_version(surface, CAIRO_SVG_VERSION_1_2);
	chart_draw(chart, surface, 1);
	cairo_surface_finish(surface);
	cairo_status_t status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	enum result result = chart_result(&drawn, status, error);
	if (!result) {
		svg_append(out, &drawn);
		result = chart_result(out, CAIRO_STATUS_SUCCESS, error);
	}
	buffer_release(&drawn);
	return result;
}

#ifdef __SANITIZE_ADDRESS__
/* Fontconfig holds its configuration, which lives as long as the process, by offsets instead of
 * pointers: the leak checker cannot follow them and must be told. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so";
}
#endif

/*
 * A stretch of a clock as one line for people, in the words of src/calendar's catalogue:
 *
 *     02-13 周五 17:20 至 18:00　计时，40分，累计40分
 *     02-13 周五 18:00 至 02-14 周六 09:00　非工作时间
 *     02-14 周六 09:00 至 12:00　计时（春节调休上班），3小时，累计3小时40分
 *     11-24 周二 至 11-25 周三　计时，2天，累计2天
 *
 * The year is written where it is not that of the clock's start. Seconds and milliseconds are
 * written where there are any, so that what is read adds up exactly.
 */
#ifndef CALENDAR_EXPLAIN_H
#define CALENDAR_EXPLAIN_H

#include "base/buffer.h"
#include "base/messages.h"
#include "calendar/clock.h"

/* Append why it counted or did not, and how much: "计时（春节调休上班），3小时，累计3小时40分",
 * "午休". */
void stretch_why_write(const struct messages *messages, enum language language,
	const struct clock *clock, const struct stretch *stretch, struct buffer *out);
/* Append the line, without a line break. */
void stretch_write(const struct messages *messages, enum language language,
	const struct clock *clock, const struct stretch *stretch, struct buffer *out);
/* Append an amount as the clock counts it: "3小时40分", "2天", "5个工作日". */
void counted_write(const struct messages *messages, enum language language, enum limit_unit unit,
	int64_t counted, struct buffer *out);
/* Append the limit: "4个工作小时". */
void limit_write(const struct messages *messages, enum language language, struct limit limit,
	struct buffer *out);

#endif

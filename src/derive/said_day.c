#include "derive/said_day.h"

#include "base/date.h"
#include "base/panic.h"
#include "base/text.h"

#include <string.h>

enum { WEEK = 7, YEAR_DIGITS = 4 };

/* Days from today. */
static const struct {
	const char *words;
	int days;
} near[] = {
	{ "大前天", -3 },
	{ "前天|前日|day before yesterday", -2 },
	{ "昨天|昨日|昨晚|昨|yesterday", -1 },
	{ "今天|今日|今早|今晚|today", 0 },
	{ "明天|明日|明早|tomorrow", 1 },
	{ "后天|day after tomorrow", 2 },
	{ "大后天", 3 },
};

static const char soon_words[] = "下周|下星期|下礼拜|下个月|下月|next week|next month";

static const char *const weekdays[WEEK] = { "一", "二", "三", "四", "五", "六", "日|天" };
static const char *const weekday_names[WEEK] = { "monday", "tuesday", "wednesday", "thursday",
	"friday", "saturday", "sunday" };
static const char week_words[] = "周|星期|礼拜";

static const char *const months[] = { "january|jan", "february|feb", "march|mar", "april|apr",
	"may", "june|jun", "july|jul", "august|aug", "september|sep", "october|oct", "november|nov",
	"december|dec" };

/* What is read at a piece: how many pieces say it, 0 where it is no day. */

static int read_near(const struct pieces *pieces, int at, int today, struct said_day *said)
{
	for (size_t i = 0; i < COUNT_OF(near); i++) {
		int count = pieces_word_at(pieces, near[i].words, at);
		if (count) {
			*said = (struct said_day){ .said = true, .day = today + near[i].days };
			return count;
		}
	}
	return 0;
}

/* Weeks from this one: last, next; 0 and no pieces where nothing of the kind stands there. */
static int read_week(const struct pieces *pieces, int at, int *count)
{
	static const struct {
		const char *words;
		int weeks;
	} ways[] = { { "上个|上|last", -1 }, { "下个|下|next", 1 }, { "这个|这|本|this", 0 } };

	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		*count = pieces_word_at(pieces, ways[i].words, at);
		if (*count)
			return ways[i].weeks;
	}
	return 0;
}

static int weekday_at(const struct pieces *pieces, const char *const days[WEEK], int at, int *count)
{
	for (int i = 0; i < WEEK; i++) {
		*count = pieces_word_at(pieces, days[i], at);
		if (*count)
			return i;
	}
	return -1;
}

static int read_weekday(const struct pieces *pieces, int at, int today, struct said_day *said)
{
	int which, named, week;
	int weeks = read_week(pieces, at, &which);
	int monday = today - (day_weekday(today) - 1);

	int weekday = weekday_at(pieces, weekday_names, at + which, &named);
	week = 0;
	if (weekday < 0) {
		week = pieces_word_at(pieces, week_words, at + which);
		weekday = week ? weekday_at(pieces, weekdays, at + which + week, &named) : -1;
	}
	if (weekday < 0)
		return 0;
	*said = (struct said_day){ .said = true, .day = monday + weekday + WEEK * weeks };
	said->back = which ? 0 : WEEK;
	return which + week + named;
}

static bool take_date(struct said_day *said, struct civil civil, bool year)
{
	if (!civil_valid(civil))
		return false;
	*said = (struct said_day){ .said = true, .day = day_from_civil(civil), .year = !year };
	return true;
}

/* 2026年11月3日, 11月3号 */
static int read_chinese(const struct pieces *pieces, int at, int today, struct said_day *said)
{
	int year = 0;

	if (pieces_number(pieces, at) >= 0 && pieces_word_at(pieces, "年", at + 1))
		year = 2;
	int month = pieces_number(pieces, at + year), day = pieces_number(pieces, at + year + 2);
	if (month < 0 || day < 0 || !pieces_word_at(pieces, "月", at + year + 1) ||
		!pieces_word_at(pieces, "日|号", at + year + 3))
		return 0;
	int of = year ? pieces_number(pieces, at) : civil_from_day(today).year;
	return take_date(said, (struct civil){ of, month, day }, year) ? year + 4 : 0;
}

/* 2026-11-03, 2026/11/3 */
static int read_figures(const struct pieces *pieces, int at, int today, struct said_day *said)
{
	int year = pieces_number(pieces, at), month = pieces_number(pieces, at + 1);
	int day = pieces_number(pieces, at + 2);

	(void)today;
	if (month < 0 || day < 0 || year < 1000)
		return 0;
	for (int i = 0; i < 2; i++) {
		const struct piece *piece = &pieces->items[at + i];
		if (!strchr("-/.", pieces->text[piece->end]) || piece[1].at != piece->end + 1)
			return 0;
	}
	return take_date(said, (struct civil){ year, month, day }, true) ? 3 : 0;
}

/* Nov 3, 3 November */
static int read_english(const struct pieces *pieces, int at, int today, struct said_day *said)
{
	int first = pieces_number(pieces, at);

	for (size_t i = 0; i < COUNT_OF(months); i++) {
		int day = first >= 0 ? first : pieces_number(pieces, at + 1);
		if (!pieces_word_at(pieces, months[i], at + (first >= 0)) || day < 0)
			continue;
		struct civil civil = { civil_from_day(today).year, (int)i + 1, day };
		return take_date(said, civil, false) ? 2 : 0;
	}
	return 0;
}

struct said_day said_day_find(struct pieces *pieces, int today)
{
	static int (*const readers[])(const struct pieces *, int, int, struct said_day *) = {
		read_near, read_weekday, read_chinese, read_figures, read_english
	};
	struct said_day said = { 0 };

	for (int at = 0; at < pieces->count && !said.said; at++) {
		for (size_t i = 0; i < COUNT_OF(readers) && !said.said; i++)
			pieces_use(pieces, at, readers[i](pieces, at, today, &said));
	}
	for (int at = 0; at < pieces->count && !said.said && !said.soon; at++) {
		int count = pieces_word_at(pieces, soon_words, at);
		pieces_use(pieces, at, count);
		said.soon = count > 0;
		said.soon_at = at;
	}
	return said;
}

int said_day_past(const struct said_day *said, int today)
{
	if (said->day <= today)
		return said->day;
	return said->year ? day_add_months(said->day, -12) : said->day - said->back;
}

#include "calendar/clock.h"
#include "base/date.h"
#include "base/panic.h"
#include "base/text.h"
#include "calendar/limit.h"

#include <stdio.h>

/* A gap in the office hours that begins before this hour is lunch; a later one is not. */
enum { LUNCH_BEFORE_MS = 15 * HOUR_MS };

static const char *const stretch_keys[STRETCH_REASONS] = {
	[STRETCH_COUNTED] = "stretch.counted",
	[STRETCH_MAKE_UP] = "stretch.make_up",
	[STRETCH_START_DAY] = "stretch.start_day",
	[STRETCH_OFF_HOURS] = "stretch.off_hours",
	[STRETCH_LUNCH] = "stretch.lunch",
	[STRETCH_WEEKEND] = "stretch.weekend",
	[STRETCH_HOLIDAY] = "stretch.holiday",
	[STRETCH_PAUSED] = "stretch.paused",
	[STRETCH_UNFINISHED] = "stretch.unfinished",
};

const char *stretch_key(enum stretch_reason reason)
{
	return stretch_keys[reason];
}

int64_t clock_target(const struct clock *clock)
{
	int day = instant_day(clock->start);

	if (!limit_counts_days(clock->limit.unit))
		return limit_ms(clock->limit);
	if (clock->limit.unit == LIMIT_MONTHS)
		return day_add_months(day, clock->limit.amount) - day;
	return clock->limit.amount;
}

/*
 * The clock's hand. It moves from the start towards the due, one stretch at a time; the
 * stretches go to `out` where somebody wants them.
 */
struct walk {
	const struct calendar *calendar;
	const struct clock *clock;
	int64_t until;
	int64_t target;
	int64_t at;      /* reached */
	int64_t counted; /* up to there */
	bool finished;
	bool provisional;
	struct stretch
		last; /* grows while its neighbour is alike; none where last.to is 0 length */
	int count;    /* of stretches begun */
	struct stretch *out; /* NULL: only count them */
};

static bool stretches_alike(const struct stretch *a, const struct stretch *b)
{
	return a->reason == b->reason && a->counts == b->counts &&
	       a->provisional == b->provisional && a->norm == b->norm && a->pause == b->pause &&
	       text_equal(a->name, b->name);
}

/* Move the hand to `to`; `stretch` says why the time in between counted or not. */
static void walk_to(struct walk *walk, int64_t to, struct stretch stretch)
{
	stretch.from = walk->at;
	stretch.to = to;
	walk->counted += stretch.counted;
	stretch.so_far = walk->counted;
	walk->at = to;
	walk->provisional |= stretch.provisional;
	if (walk->count && stretches_alike(&walk->last, &stretch)) {
		walk->last.to = to;
		walk->last.counted += stretch.counted;
		walk->last.so_far = stretch.so_far;
	} else {
		walk->last = stretch;
		walk->count++;
	}
	if (walk->out)
		walk->out[walk->count - 1] = walk->last;
}

/* The pause that `at` lies in, or -1; in that case *next is when the next one begins. */
static int pause_at(const struct clock *clock, int64_t at, int64_t *next)
{
	*next = CLOCK_NEVER;
	for (int i = 0; i < clock->pause_count; i++) {
		const struct pause *pause = &clock->pauses[i];

		if (at >= pause->from && at < pause->to)
			return i;
		if (pause->from > at && pause->to > pause->from && pause->from < *next)
			*next = pause->from;
	}
	return -1;
}

static struct stretch stretch_of_day(const struct calendar *calendar, int day)
{
	struct calendar_day info = calendar_day(calendar, day);
	struct stretch stretch = { .name = "", .pause = -1, .provisional = info.provisional };

	switch (info.kind) {
	case DAY_WORKED:
		stretch.reason = STRETCH_COUNTED;
		break;
	case DAY_MAKE_UP:
		stretch.reason = STRETCH_MAKE_UP;
		break;
	case DAY_WEEKEND:
		stretch.reason = STRETCH_WEEKEND;
		break;
	case DAY_HOLIDAY:
		stretch.reason = STRETCH_HOLIDAY;
		break;
	}
	stretch.counts = info.kind == DAY_WORKED || info.kind == DAY_MAKE_UP;
	if (info.kind == DAY_MAKE_UP || info.kind == DAY_HOLIDAY) {
		stretch.name = info.name;
		stretch.norm = info.norm;
	}
	return stretch;
}

static struct stretch off_hours(enum stretch_reason reason, bool provisional)
{
	return (struct stretch){
		.reason = reason, .name = "", .pause = -1, .provisional = provisional
	};
}

/* Working time at `at`: what holds there, and to when. */
static struct stretch working_at(const struct calendar *calendar, int64_t at, int64_t *to)
{
	int day = instant_day(at), count, offset_ms = (int)(at - day_start(day));
	const struct span *spans = calendar_hours(calendar, &count);
	struct stretch stretch = stretch_of_day(calendar, day);

	*to = day_start(day + 1);
	if (!stretch.counts)
		return stretch;
	for (int i = 0; i < count; i++) {
		if (offset_ms >= spans[i].to_ms)
			continue;
		if (offset_ms >= spans[i].from_ms) {
			*to = day_start(day) + spans[i].to_ms;
			return stretch;
		}
		*to = day_start(day) + spans[i].from_ms;
		bool lunch = i > 0 && spans[i - 1].to_ms < LUNCH_BEFORE_MS;
		return off_hours(lunch ? STRETCH_LUNCH : STRETCH_OFF_HOURS, stretch.provisional);
	}
	return off_hours(STRETCH_OFF_HOURS, stretch.provisional);
}

static struct stretch continuous(int64_t *to)
{
	*to = CLOCK_NEVER;
	return (struct stretch){
		.reason = STRETCH_COUNTED, .counts = true, .name = "", .pause = -1
	};
}

static struct stretch paused(int pause)
{
	return (struct stretch){ .reason = STRETCH_PAUSED, .name = "", .pause = pause };
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A limit of time: cut at pauses to the millisecond. */
static void walk_time(struct walk *walk)
{
	bool working = limit_is_working(walk->clock->limit.unit);

	while (!walk->finished && walk->at < walk->until) {
		int64_t to, next;
		int pause = pause_at(walk->clock, walk->at, &next);
		struct stretch stretch;

		if (pause >= 0) {
			to = walk->clock->pauses[pause].to;
			walk_to(walk, earlier(to, walk->until), paused(pause));
			continue;
		}
		stretch = working ? working_at(walk->calendar, walk->at, &to) : continuous(&to);
		to = earlier(earlier(to, next), walk->until);
		if (stretch.counts) {
			int64_t left = walk->target - walk->counted;

			walk->finished = to - left >= walk->at;
			if (walk->finished)
				to = walk->at + left;
			stretch.counted = to - walk->at;
		}
		walk_to(walk, to, stretch);
	}
}

/* A day that has not ended when the walk does: what may be said of it already. */
static struct stretch unfinished(const struct walk *walk, struct stretch day)
{
	int64_t next;
	int pause = pause_at(walk->clock, walk->until - 1, &next);

	if (pause >= 0)
		return paused(pause);
	if (day.counts)
		day = (struct stretch){ .reason = STRETCH_UNFINISHED,
			.name = "",
			.pause = -1,
			.provisional = day.provisional };
	return day;
}

/* Where a pause that covers a midnight lets go: the start of the day in which it ends. */
static int64_t pause_last_midnight(struct pause pause)
{
	return pause.to == CLOCK_NEVER ? CLOCK_NEVER : day_start(instant_day(pause.to));
}

/* A limit of days: whole days, counted as they end. */
static void walk_days(struct walk *walk)
{
	bool workdays = walk->clock->limit.unit == LIMIT_WORKDAYS;
	int first_day = instant_day(walk->clock->start);

	while (!walk->finished && walk->at < walk->until) {
		int day = instant_day(walk->at), pause;
		int64_t to = day_start(day + 1), next;
		struct stretch stretch =
			workdays ? stretch_of_day(walk->calendar, day) : continuous(&next);

		if (walk->target && day == first_day) {
			stretch = off_hours(STRETCH_START_DAY, false);
			walk_to(walk, earlier(to, walk->until), stretch);
			continue;
		}
		if (to > walk->until) {
			walk_to(walk, walk->until, unfinished(walk, stretch));
			continue;
		}
		pause = pause_at(walk->clock, to - 1, &next);
		if (pause >= 0) {
			to = pause_last_midnight(walk->clock->pauses[pause]);
			walk_to(walk, earlier(to, walk->until), paused(pause));
			continue;
		}
		if (stretch.counts) {
			stretch.counted = walk->target > 0;
			walk->finished = walk->counted + stretch.counted == walk->target;
		}
		walk_to(walk, to, stretch);
	}
}

static void walk_clock(struct walk *walk)
{
	must(limit_allowed(walk->calendar, walk->clock->limit));
	walk->target = clock_target(walk->clock);
	walk->at = walk->clock->start;
	if (limit_counts_days(walk->clock->limit.unit))
		walk_days(walk);
	else
		walk_time(walk);
}

struct due clock_due(const struct calendar *calendar, const struct clock *clock)
{
	struct walk walk = { .calendar = calendar, .clock = clock, .until = CLOCK_NEVER };

	walk_clock(&walk);
	return (struct due){ .instant = walk.at, .provisional = walk.provisional };
}

int clock_explain(const struct calendar *calendar, const struct clock *clock, int64_t until,
	struct arena *arena, struct stretch **stretches)
{
	struct walk counting = { .calendar = calendar, .clock = clock, .until = until };
	struct walk walk = counting;

	walk_clock(&counting);
	walk.out = arena_array(arena, struct stretch, counting.count);
	walk_clock(&walk);
	*stretches = walk.out;
	return walk.count;
}

int due_day(int64_t due)
{
	return instant_day(due - 1);
}

const char *due_text(int64_t due, char text[DUE_TEXT])
{
	char day[DAY_TEXT];
	int64_t ms;
	int length;

	if (due == CLOCK_NEVER) {
		*text = '\0';
		return text;
	}
	ms = due - day_start(due_day(due));
	length = snprintf(text, DUE_TEXT, "%s %02d:%02d", day_text(due_day(due), day),
		(int)(ms / HOUR_MS), (int)(ms / MINUTE_MS % 60));
	if (ms % MINUTE_MS)
		snprintf(text + length, DUE_TEXT - (size_t)length, ":%02d",
			(int)(ms / SECOND_MS % 60));
	return text;
}

/*
 * Time in words. Days are those of Asia/Shanghai, wherever the phone is; now is passed in.
 */
import { language, say } from './words'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const OFFSET = 8 * HOUR

export interface Moment {
	year: number
	month: number
	day: number
	weekday: number
	hour: number
	minute: number
}

export function moment(instant_ms: number): Moment {
	const shifted = new Date(instant_ms + OFFSET)
	return {
		year: shifted.getUTCFullYear(),
		month: shifted.getUTCMonth() + 1,
		day: shifted.getUTCDate(),
		weekday: shifted.getUTCDay(),
		hour: shifted.getUTCHours(),
		minute: shifted.getUTCMinutes(),
	}
}

const two = (n: number) => String(n).padStart(2, '0')

/* "2026-11-24" */
export function day_of(instant_ms: number): string {
	return new Date(instant_ms + OFFSET).toISOString().slice(0, 10)
}

/* "2026-11-24T09:00:00.000+08:00" */
export function instant_of(instant_ms: number): string {
	return new Date(instant_ms + OFFSET).toISOString().replace('Z', '+08:00')
}

export function day_start(day: string): number {
	return Date.parse(`${day}T00:00:00+08:00`)
}

export function day_add(day: string, days: number): string {
	return day_of(day_start(day) + days * DAY)
}

export function weekday_word(weekday: number): string {
	return say('weekdays').split(' ')[weekday]
}

const month_word = (month: number) => say('months').split(' ')[month - 1]

/* "11月24日", with its year when it is another one. */
export function day_word(day: string, now_ms: number): string {
	const [y, m, d] = day.split('-').map(Number)
	return say(y === moment(now_ms).year ? 'text_day' : 'of_year', { y, m: month_word(m), d })
}

export function clock_word(instant_ms: number): string {
	const at = moment(instant_ms)
	return `${two(at.hour)}:${two(at.minute)}`
}

/* When it happened, as short as the reader needs: "09:30", "昨天 09:30", "11月3日". */
export function at_word(at: string, now_ms: number): string {
	const instant = Date.parse(at)
	const day = day_of(instant)
	const today = day_of(now_ms)
	if (day === today) return clock_word(instant)
	if (day === day_add(today, -1)) return `${say('yesterday')} ${clock_word(instant)}`
	return day_word(day, now_ms)
}

/* Is it late? A clock that stands still is not. */
export function is_late(due: string | undefined, now_ms: number): boolean {
	return due !== undefined && Date.parse(due) < now_ms
}

/* What is left, or by how much it is late; whole units, never more than is there. */
export function left_word(due: string | undefined, now_ms: number): string {
	if (due === undefined) return say('paused')
	const left = Date.parse(due) - now_ms
	const size = Math.abs(left)
	const way = left >= 0 ? 'left' : 'late'
	const unit = size < HOUR ? 'minutes' : size < DAY ? 'hours' : 'days'
	const n = Math.floor(size / { minutes: MINUTE, hours: HOUR, days: DAY }[unit])
	const text = say(`${way}_${unit}`, { n })
	return language.value === 'en' && n === 1 ? text.replace('days', 'day') : text
}

/* A due instant: the end of a day is that day's 24:00. */
export function due_word(at: string, now_ms: number): string {
	const instant = Date.parse(at)
	const midnight = clock_word(instant) === '00:00'
	const day = day_of(midnight ? instant - 1 : instant)
	return `${day_word(day, now_ms)} ${midnight ? '24:00' : clock_word(instant)}`
}

/* A stretch of time, "11月23日 周一 17:20–17:30"; without an end it lasts. */
export function span_word(from: string, to: string | undefined, now_ms: number): string {
	const start = Date.parse(from)
	const head = `${day_word(day_of(start), now_ms)} ${weekday_word(moment(start).weekday)}`
	if (!to) return `${head} ${clock_word(start)}–`
	const end = Date.parse(to)
	const tail =
		day_of(start) === day_of(end - 1)
			? clock_word(end) === '00:00'
				? '24:00'
				: clock_word(end)
			: `${day_word(day_of(end), now_ms)} ${clock_word(end)}`
	return `${head} ${clock_word(start)}–${tail}`
}

export type PeriodKind = 'week' | 'month' | 'year'
export interface Period {
	kind: PeriodKind
	from: string
	to: string
	title: string
}

/* The period `back` periods before the one that `today` is in; a running one ends today. */
export function period(kind: PeriodKind, today: string, back: number): Period {
	const now = day_start(today)
	const at = moment(now)
	let from: string
	let end: string
	if (kind === 'week') {
		from = day_add(today, -((at.weekday + 6) % 7) - 7 * back)
		end = day_add(from, 6)
	} else if (kind === 'month') {
		const index = at.year * 12 + at.month - 1 - back
		const first = (i: number) => `${Math.floor(i / 12)}-${two((i % 12) + 1)}-01`
		from = first(index)
		end = day_add(first(index + 1), -1)
	} else {
		from = `${at.year - back}-01-01`
		end = `${at.year - back}-12-31`
	}
	const [y, m] = from.split('-').map(Number)
	const title =
		kind === 'week'
			? say('text_week', { from: day_word(from, now), to: day_word(end, now) })
			: say(kind === 'month' ? 'text_month' : 'text_year', { y, m: month_word(m) })
	return { kind, from, to: end < today ? end : today, title }
}

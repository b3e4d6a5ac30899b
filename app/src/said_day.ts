/* The day that a sentence says, in words or figures, as the server reads it (said_day.h). */
import { type Piece, number_at, use, word_at } from './pieces'
import { day_add, day_start, moment } from './time'

const WEEK = 7
const near: [string, number][] = [
	['大前天', -3],
	['前天|前日|day before yesterday', -2],
	['昨天|昨日|昨晚|昨|yesterday', -1],
	['今天|今日|今早|今晚|today', 0],
	['明天|明日|明早|tomorrow', 1],
	['后天|day after tomorrow', 2],
	['大后天', 3],
]
const soon_words = '下周|下星期|下礼拜|下个月|下月|next week|next month'
const weeks: [string, number][] = [
	['上个|上|last', -1],
	['下个|下|next', 1],
	['这个|这|本|this', 0],
]
const weekdays = ['一', '二', '三', '四', '五', '六', '日|天']
const weekday_names = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ')
const months =
	'january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sep october|oct november|nov december|dec'.split(
		' ',
	)

export interface SaidDay {
	day: string | null
	/* What it is moved back by where it would lie ahead: days, or a year. */
	back: number
	year: boolean
	/* No day, but the time to come, from this piece on. */
	soon_at: number | null
}

interface Read extends Omit<SaidDay, 'soon_at'> {
	count: number
}

const two = (n: number) => String(n).padStart(2, '0')

function date(year: number, month: number, day: number): string | null {
	const text = `${year}-${two(month)}-${two(day)}`
	const start = day_start(text)
	const there = !Number.isNaN(start) && moment(start).month === month
	return there && year >= 1900 && year < 2200 ? text : null
}

function read_near(pieces: Piece[], at: number, today: string): Read | null {
	for (const [words, days] of near) {
		const count = word_at(pieces, words, at)
		if (count) return { count, day: day_add(today, days), back: 0, year: false }
	}
	return null
}

function read_weekday(pieces: Piece[], at: number, today: string): Read | null {
	const which = weeks.find(([words]) => word_at(pieces, words, at))
	let count = which ? word_at(pieces, which[0], at) : 0
	let weekday = weekday_names.findIndex(name => word_at(pieces, name, at + count))
	if (weekday < 0) {
		const week = word_at(pieces, '周|星期|礼拜', at + count)
		if (!week) return null
		weekday = weekdays.findIndex(name => word_at(pieces, name, at + count + week))
		count += week
	}
	if (weekday < 0) return null
	const monday = day_add(today, -((moment(day_start(today)).weekday + 6) % WEEK))
	const day = day_add(monday, weekday + WEEK * (which?.[1] ?? 0))
	return { count: count + 1, day, back: which ? 0 : WEEK, year: false }
}

function read_chinese(pieces: Piece[], at: number, today: string): Read | null {
	const year = number_at(pieces, at) >= 0 && word_at(pieces, '年', at + 1) ? 2 : 0
	const month = number_at(pieces, at + year)
	const day = number_at(pieces, at + year + 2)
	const named = word_at(pieces, '月', at + year + 1) && word_at(pieces, '日|号', at + year + 3)
	if (month < 0 || day < 0 || !named) return null
	const of = year ? number_at(pieces, at) : Number(today.slice(0, 4))
	const said = date(of, month, day)
	return said ? { count: year + 4, day: said, back: 0, year: !year } : null
}

function read_figures(pieces: Piece[], at: number, text: string): Read | null {
	const [year, month, day] = [0, 1, 2].map(i => number_at(pieces, at + i))
	if (month < 0 || day < 0 || year < 1000) return null
	for (const piece of [at, at + 1]) {
		const apart = pieces[piece + 1].at === pieces[piece].end + 1
		if (!apart || !'-/.'.includes(text[pieces[piece].end])) return null
	}
	const said = date(year, month, day)
	return said ? { count: 3, day: said, back: 0, year: false } : null
}

function read_english(pieces: Piece[], at: number, today: string): Read | null {
	const first = number_at(pieces, at)
	const month = months.findIndex(words => word_at(pieces, words, at + (first >= 0 ? 1 : 0)))
	const day = first >= 0 ? first : number_at(pieces, at + 1)
	const said = month >= 0 && day >= 0 ? date(Number(today.slice(0, 4)), month + 1, day) : null
	return said ? { count: 2, day: said, back: 0, year: true } : null
}

/* The first day that is said; the pieces that say it are used. */
export function day_said(pieces: Piece[], text: string, today: string): SaidDay {
	for (let at = 0; at < pieces.length; at++) {
		const read =
			read_near(pieces, at, today) ??
			read_weekday(pieces, at, today) ??
			read_chinese(pieces, at, today) ??
			read_figures(pieces, at, text) ??
			read_english(pieces, at, today)
		if (!read) continue
		use(pieces, at, read.count)
		return { day: read.day, back: read.back, year: read.year, soon_at: null }
	}
	for (let at = 0; at < pieces.length; at++) {
		const count = word_at(pieces, soon_words, at)
		if (!count) continue
		use(pieces, at, count)
		return { day: null, back: 0, year: false, soon_at: at }
	}
	return { day: null, back: 0, year: false, soon_at: null }
}

/* The day, of what was done. */
export function day_past(said: SaidDay, today: string): string | null {
	if (!said.day || said.day <= today) return said.day
	if (!said.year) return day_add(said.day, -said.back)
	return `${Number(said.day.slice(0, 4)) - 1}${said.day.slice(4)}`
}

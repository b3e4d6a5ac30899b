/*
 * What a typed sentence means, when the server cannot be asked: the customer by the names kept
 * on the phone, the day by its words, the kind by its verb. It never guesses between two
 * customers, and whatever it finds is shown before it is written.
 */
import type { KnownName } from './store/db'
import type { Body, Recognised } from './types'
import { day_add, day_start, moment } from './time'

interface Verb {
	kind: string
	/* The field that takes the sentence. */
	text: string
	words: RegExp
}

/* The first that matches: what is still to come stands before what was done. */
const verbs: Verb[] = [
	{ kind: 'plan.made', text: 'item', words: /打算|下步计划|i plan to|my plan/i },
	{ kind: 'visit.need', text: 'need', words: /需求|想要|提出|希望|asks? for|needs|wants/i },
	{
		kind: 'visit.made',
		text: 'observation',
		words: /拜访|走访|上门|去了|见了|见到|谈|回访|通话|打电话|visited|visit|met|called|saw/i,
	},
]

const soon = /明天|后天|下周|tomorrow|next week/i
const week = '日一二三四五六'

/* Ways of saying a day; each gives its distance in days from today, or a date. */
export function day_in(text: string, today: string): string | null {
	const words: [RegExp, number][] = [
		[/大前天/, -3],
		[/前天|day before yesterday/i, -2],
		[/昨天|昨日|yesterday/i, -1],
		[/今天|今日|today/i, 0],
		[/明天|明日|tomorrow/i, 1],
		[/后天/, 2],
	]
	for (const [word, days] of words) if (word.test(text)) return day_add(today, days)
	const date = /(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]/.exec(text)
	if (date) {
		const year = date[1] ?? today.slice(0, 4)
		const day = `${year}-${date[2].padStart(2, '0')}-${date[3].padStart(2, '0')}`
		return Number.isNaN(day_start(day)) ? null : day
	}
	const named = /(上|下|这|本)?(?:周|星期|礼拜)([一二三四五六日天])/.exec(text)
	if (!named) return null
	const want = (week.indexOf(named[2] === '天' ? '日' : named[2]) + 6) % 7
	const monday = day_add(today, -((moment(day_start(today)).weekday + 6) % 7))
	return day_add(monday, want + (named[1] === '上' ? -7 : named[1] === '下' ? 7 : 0))
}

/* Letters a name is not told apart by. */
const common = /有限责任公司|股份有限公司|有限公司|集团|公司|分公司/g
const SHORTEST = 2

/* How much of the name stands in the text, in one piece. */
export function likeness(text: string, name: string): number {
	const core = name.replace(common, '')
	for (let length = Math.min(core.length, text.length); length >= SHORTEST; length--)
		for (let at = 0; at + length <= core.length; at++)
			if (text.includes(core.slice(at, at + length))) return length
	return 0
}

/* The one customer meant; none when two are meant equally. */
export function customer_in(text: string, names: KnownName[]): KnownName | null {
	let best: KnownName | null = null
	let most = 0
	let tied = false
	for (const name of names) {
		if (name.type !== 'customer') continue
		const found = likeness(text, name.name)
		if (found > most) [best, most, tied] = [name, found, false]
		else if (found === most && found > 0) tied = true
	}
	return tied ? null : best
}

const person =
	/(?:见到|见了|见|和|跟|与)?\s*([\u4e00-\u9fa5]{1,2}(?:总|经理|主任|处长|科长|院长|书记|老师|工))(?![\u4e00-\u9fa5])/

export function recognise(text: string, names: KnownName[], today: string): Recognised {
	const verb = verbs.find(v => v.words.test(text))
	const customer = customer_in(text, names)
	const day = day_in(text, today)
	const body: Body = {}
	const fields: Recognised['fields'] = []
	const put = (name: string, value: unknown, shown: string) => {
		body[name] = value
		fields.push({ name, value, shown })
	}
	if (customer) put('customer', customer.ref.replace(/^customer:/, ''), customer.name)
	if (verb?.kind === 'visit.made' && ((day && day > today) || soon.test(text))) {
		put('day', day ?? day_add(today, 1), text)
		put('purpose', text, text)
		return { kind: 'visit.planned', body, fields, sure: customer !== null && day !== null }
	}
	const who = verb?.kind === 'visit.made' && person.exec(text)
	if (who) put('with', who[1], who[1])
	const kind = verb ?? (customer ? verbs[verbs.length - 1] : undefined)
	if (kind) put(kind.text, text, text)
	const past = day && day < today ? { day } : {}
	return { kind: kind?.kind ?? null, body, fields, sure: Boolean(verb && customer), ...past }
}

/*
 * What a typed sentence means, when the server cannot be asked: the customer by the names kept
 * on the phone, the day by its words, the kind by its verb. It never guesses between two
 * customers, and whatever it finds is shown before it is written. The server understands by the
 * same rules (src/derive/recognise.h); tests/recognise.json holds the two together.
 */
import {
	type Piece,
	type Run,
	common_run,
	cut,
	find,
	touch,
	use,
	use_words,
	word_at,
	words_of,
} from './pieces'
import { type SaidDay, day_past, day_said } from './said_day'
import type { KnownName } from './store/db'
import { day_word } from './time'
import type { Body, Recognised } from './types'

/* A kind by its words: which field takes the sentence, the customer, who was met, the day. */
interface Verb {
	kind: string
	words: string
	text: string
	customer?: string
	who?: string
	/* Asked for: so the kind is of what is yet to be done. */
	day?: string
	way?: Record<string, string>
	/* Something else must be there that no sentence tells. */
	more?: boolean
}

const visit =
	'拜访|走访|上门|去了|去见|见了|见到|谈|回访|通话|打电话|visited|visit|met|meet|called|call|saw|went'
const ways = { visit: '上门|on site', phone: '电话|by phone', online: '线上|online' }
const verbs: Verb[] = [
	{ kind: 'visit.planned', words: visit, text: 'purpose', customer: 'customer', day: 'day' },
	{
		kind: 'visit.made',
		words: visit,
		text: 'observation',
		customer: 'customer',
		who: 'with',
		way: ways,
	},
	{
		kind: 'visit.need',
		words: '需求|想要|提出|希望|要求|asks for|asked for|needs|need|wants|wanted',
		text: 'need',
		customer: 'customer',
		who: 'by',
	},
	{
		kind: 'plan.made',
		words: '打算|下步计划|i plan to|my plan',
		text: 'item',
		day: 'due',
		more: true,
	},
]
const usual = verbs[1]
const past_words = '了|过|visited|met|saw|called|went'

/* ------------------------------------------------------------------ whom */

const common_words =
	'有限责任公司|股份有限公司|有限公司|集团|分公司|公司|company|limited|ltd|corporation|corp|inc|co|group|the|of|and'
const SHORTEST = 2
const SURE = 3
const BY_CODE = 1_000_000

interface Meant {
	ref: string
	name: string
	rank: number
	tied: boolean
	run: Run
}

/* How surely the name is meant; null where too little of it stands in the sentence. */
function meant_by(pieces: Piece[], name: string): { rank: number; run: Run } | null {
	const parts = cut(name)
	use_words(parts, common_words)
	const left = parts.flatMap((piece, i) => (piece.used ? [] : [i]))
	const run = common_run(pieces, parts)
	const edge = run.other === left[0] || run.other + run.count - 1 === left[left.length - 1]
	if (run.weight < SHORTEST || (run.weight < SURE && !edge)) return null
	return { rank: 2 * run.weight + (run.count === left.length ? 1 : 0), run }
}

function code_of(pieces: Piece[], text: string, name: KnownName): Run | null {
	const code = name.ref.replace(/^customer:/, '')
	if (code.length < SHORTEST) return null
	for (const piece of pieces) {
		const whole = /^[\w.-]+/.exec(text.slice(piece.at))?.[0]
		const before = piece.at > 0 && /[\w.-]/.test(text[piece.at - 1])
		if (piece.used || before || whole !== code) continue
		const at = pieces.indexOf(piece)
		const count = pieces.filter(p => p.at >= piece.at && p.at < piece.at + code.length).length
		return { weight: BY_CODE, at, other: 0, count }
	}
	return null
}

function customer_meant(pieces: Piece[], text: string, names: KnownName[]): Meant | null {
	let best: Meant | null = null
	for (const name of names.filter(n => n.type === 'customer')) {
		const code = code_of(pieces, text, name)
		const found = code ? { rank: BY_CODE, run: code } : meant_by(pieces, name.name)
		if (!found || (best && found.rank < best.rank)) continue
		if (best && found.rank === best.rank) best.tied = true
		else best = { ref: name.ref, name: name.name, tied: false, ...found }
	}
	return best?.tied ? null : best
}

/* People whose whole name stands in the sentence, the longest first. */
function people_in(pieces: Piece[], names: KnownName[]): KnownName[] {
	const named = names.filter(n => n.type === 'person' && find(pieces, cut(n.name)) >= 0)
	return named.sort((a, b) => b.name.length - a.name.length)
}

const titles = '总经理|总|经理|主任|处长|科长|院长|校长|局长|行长|厂长|部长|主管|书记|老师|工'
const no_titles = '部|结|体|共|算|程|作|厂|人|业|会'
const surnames =
	'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤'
const GIVEN = 3

/* 王总, 张建国经理: the nearest surname before a title, 副 between them or not. */
function titled(pieces: Piece[], text: string, at: number): string | null {
	const count = word_at(pieces, titles, at)
	const behind = at + count - 1
	if (!count || (touch(pieces, behind) && word_at(pieces, no_titles, behind + 1))) return null
	let first = at
	if (touch(pieces, first - 1) && word_at(pieces, '副', first - 1)) first--
	for (let i = 1; i <= GIVEN && touch(pieces, first - i); i++) {
		const piece = pieces[first - i]
		if (piece.used) break
		if (surnames.includes(piece.key)) return text.slice(piece.at, pieces[behind].end)
	}
	return null
}

function addressed(pieces: Piece[], text: string, at: number): string | null {
	const named = word_at(pieces, 'mr|ms|mrs|miss|dr', at) && at + 1 < pieces.length
	if (!named || pieces[at + 1].used) return null
	return text.slice(pieces[at].at, pieces[at + 1].end)
}

function person_in(pieces: Piece[], text: string): string | null {
	for (let at = 0; at < pieces.length; at++) {
		const person = titled(pieces, text, at) ?? addressed(pieces, text, at)
		if (person) return person
	}
	return null
}

/* ------------------------------------------------------------------ what */

interface Chosen {
	at: number
	count: number
	verbs: Verb[]
}

/* The kinds whose word stands first, the longer of two. */
function choose(pieces: Piece[]): Chosen | null {
	let best: Chosen | null = null
	for (const verb of verbs)
		for (const word of words_of(verb.words)) {
			const at = find(pieces, word)
			const count = word.length
			if (at < 0) continue
			if (!best || at < best.at || (at === best.at && count > best.count))
				best = { at, count, verbs: [verb] }
			else if (at === best.at && count === best.count) best.verbs.push(verb)
		}
	return best
}

/* Does the word tell of what was done? */
function was_done(pieces: Piece[], { at, count }: Chosen): boolean {
	const last = at + count - 1
	const next = touch(pieces, last) && word_at(pieces, past_words, last + 1)
	return Boolean(word_at(pieces, past_words, last) || next)
}

function verb_of(chosen: Chosen, day: string | null, said: SaidDay, today: string): Verb {
	const soon = said.soon_at !== null && said.soon_at < chosen.at
	const ahead = day ? day > today : soon
	const dated = chosen.verbs.find(v => v.day)
	const plain = chosen.verbs.find(v => !v.day)
	return (ahead || !plain ? dated : plain) ?? chosen.verbs[0]
}

function way_said(pieces: Piece[], verb: Verb): string | undefined {
	const stands = (words: string) => words_of(words).some(word => find(pieces, word) >= 0)
	return Object.keys(verb.way ?? {}).find(way => stands(verb.way![way]))
}

export function recognise(typed: string, names: KnownName[], today: string): Recognised {
	const text = typed.trim()
	const pieces = cut(text)
	const said = day_said(pieces, text, today)
	use_words(pieces, common_words)
	const people = people_in(pieces, names)
	let customer = customer_meant(pieces, text, names)
	if (customer) use(pieces, customer.run.at, customer.run.count)
	else if (people.length && people.every(p => p.ref === people[0].ref)) {
		const name = names.find(n => n.type === 'customer' && n.ref === people[0].ref)?.name
		const run = { weight: 0, at: 0, other: 0, count: 0 }
		customer = { ref: people[0].ref, name: name ?? '', rank: BY_CODE, tied: false, run }
	}
	const chosen = choose(pieces)
	const day = chosen && was_done(pieces, chosen) ? day_past(said, today) : said.day
	const verb = chosen ? verb_of(chosen, day, said, today) : customer ? usual : null
	return form(verb, { text, pieces, day, today, customer, people, told: chosen !== null })
}

interface Understood {
	text: string
	pieces: Piece[]
	day: string | null
	today: string
	customer: Meant | null
	people: KnownName[]
	told: boolean
}

/* ------------------------------------------------------------------ the form */

function form(verb: Verb | null, got: Understood): Recognised {
	const { text, day, today, customer } = got
	const body: Body = {}
	const fields: Recognised['fields'] = []
	const put = (name: string | undefined, value: string | null | undefined, shown?: string) => {
		if (!name || !value) return
		body[name] = value
		fields.push({ name, value, shown: shown ?? value })
	}
	const ahead = day && day >= today ? day : null
	if (verb) {
		put(verb.customer, customer?.ref.replace(/^customer:/, ''), customer?.name)
		put(verb.day, ahead, ahead ? day_word(ahead, Date.parse(today)) : undefined)
		const known = got.people.find(p => p.ref === customer?.ref)
		put(verb.who, known?.name ?? person_in(got.pieces, text))
		put(verb.way && 'way', way_said(got.pieces, verb))
		put(verb.text, text)
	}
	const whom = !verb?.customer || (customer && (customer.rank >= 2 * SURE || customer.rank % 2))
	const there = verb && !verb.more && body[verb.text] && (!verb.day || body[verb.day])
	const past = day && day < today && !verb?.day ? { day } : {}
	return {
		kind: verb?.kind ?? null,
		body,
		fields,
		sure: Boolean(got.told && whom && there),
		...past,
	}
}

/* The shapes of the HTTP API, as the app reads them. */

export interface Named {
	ref: string
	name: string
}
export interface Page<T> {
	items: T[]
	next: string | null
}
export interface Problem {
	type?: string
	title: string
	status?: number
	detail?: string
	field?: string
	reason?: string
	remedy?: string
}
export interface Session {
	staff: string
	name: string
	unit: { id: string; name: string }
	roles: string[]
	leads: string[]
	language: string
	today: string
	now: string
	book: string
	seq: number
}
export interface Device {
	id: string
	device: string
	created_at: string
	seen_at: string
	current: boolean
}
export type Body = Record<string, unknown>
export interface Act {
	kind: string
	prefill: Body
}
export interface Duty {
	id: string
	what: string
	title: string
	subject: Named | null
	holder: Named
	/* Absent while the clock stands still. */
	due?: string
	left_ms?: number
	state: string
	late: boolean
	provisional: boolean
	act: Act | null
	tier?: string
}
export interface Stretch {
	from: string
	/* Absent of a pause that lasts. */
	to?: string
	counted: boolean
	why: string
}
export interface Clock {
	due?: string
	done?: string
	state: string
	/* In words; that the day was given outright, where nothing was counted. */
	limit: string
	document?: string
	stretches: Stretch[]
	provisional: boolean
}
export interface Entry {
	seq: number
	id: string
	kind: string
	title: string
	sentence: string
	at: string
	recorded_at: string
	author: Named | null
	about: Named[]
	origin: string
	withdrawn: boolean
	corrected: boolean
	mine: boolean
	undo: boolean
}
export interface Labelled {
	label: string
	value: string
}
export interface EntryDetail extends Entry {
	fields: Labelled[]
	/* Of its table, from the row asked for on. */
	rows?: { row: number; fields: Labelled[] }[]
	next?: number | null
}
export interface Tier {
	class: string
	name: string
	why?: string[]
}
export interface CustomerRow extends Named {
	code: string
	tier: Tier | null
	category?: string | null
	manager: Named | null
	due?: { what: string; due?: string } | null
}
export interface Glance {
	persons: { name: string; post: string | null }[]
	last: { at: string; sentence: string } | null
	promise: { text: string; kept: boolean | null } | null
	expires: { what: string; day: string }[]
	revenue?: (number | null)[]
	cases: { ref?: string; name?: string; title?: string }[]
}
export interface Customer extends Named {
	code: string
	facts: Labelled[]
	tier: Tier | null
	manager: Named | null
	deputy: Named | null
	duties: Duty[]
	glance?: Glance
}
export interface Found extends Named {
	type: string
	detail: string
}
export interface Field {
	name: string
	label: string
	type: string
	required: boolean
	list?: boolean
	choices?: { value: string; label: string }[]
	help?: string
}
export interface Kind {
	name: string
	v: number
	label: string
	fields: Field[]
	row?: Field[] | null
	common: boolean
}
export interface Recognised {
	kind: string | null
	label?: string
	body: Body
	fields: { name: string; label?: string; value: unknown; shown: string }[]
	/* When it happened, where the sentence says another day. */
	day?: string
	sure: boolean
}
export interface Measure {
	name: string
	label: string
	value: number | null
	shown: string
	unit: string
	n?: number
	better: 'higher' | 'lower' | null
	before?: { value: number | null; shown: string } | null
}
export interface Evidence {
	/* Null where the entry is not the reader's to see. */
	entry: string | null
	seq: number
	row: number | null
	day: string
	customer?: Named | null
	staff?: Named | null
	unit?: Named | null
	sentence: string
	value: number
	duty?: string
}
export interface Piece {
	text: string
	figure?: string
	/* What the figure is called in `was`. */
	key?: string
	/* A word of praise without a figure. */
	claim?: boolean
}
export interface Sentence {
	/* As the template said it, figures as {key}. */
	was: string
	edited: boolean
	pieces: Piece[]
}
export interface Section {
	heading: string
	level: number
	paragraphs: { sentences: Sentence[] }[]
	tables: { caption: string; columns: string[]; rows: { cells: Piece[] }[] }[]
}
export interface Written {
	title: string
	subtitle?: string
	/* Nothing at all was recorded, and what to look at. */
	nothing?: string
	sections: Section[]
	notes: string[]
	evidence: Record<string, { measure: string; from: string; to: string; for: string }>
}
export interface Envelope {
	id: string
	kind: string
	at: string
	body: Body
	origin?: 'offline'
}
export interface Answer {
	id: string
	status: 'appended' | 'already' | 'refused'
	seq?: number
	problem?: Problem
}
export interface Imported {
	recognised: { kind: string; label: string } | null
	taken: number
	refused: number
	same: number
	batch?: string
	refused_file?: string
}

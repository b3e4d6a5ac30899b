/*
 * The acts shaped by hand: which field is the sentence, which are asked beside it, and which
 * appear only once another is filled. Every other kind gets all its fields in their order.
 */
import type { Body, Field, Kind } from './types'

export interface Shape {
	/* The one sentence: a large field, first. */
	main: string
	/* Asked beside it, in this order. */
	ask: string[]
	/* Shown only once the field it names has a value. */
	after?: Record<string, string>
	/* Taken when nothing else is said. */
	preset?: (now: { today: string; staff: string }) => Body
}

export const shapes: Record<string, Shape> = {
	'visit.made': {
		main: 'observation',
		ask: ['customer', 'with', 'way', 'promise', 'promise_due'],
		after: { promise_due: 'promise' },
		preset: () => ({ way: 'visit' }),
	},
	'visit.kept': { main: 'result', ask: [] },
	'visit.need': { main: 'need', ask: ['customer', 'by'] },
	'visit.answered': { main: 'answer', ask: [] },
	'visit.planned': {
		main: 'purpose',
		ask: ['customer', 'day'],
		preset: ({ today }) => ({ day: today }),
	},
	'revenue.explained': { main: 'reason', ask: ['customer', 'month'] },
	'roster.handed_over': {
		main: 'note',
		ask: ['customer', 'to', 'day', 'contacts', 'promises', 'contracts'],
		preset: ({ today }) => ({ day: today }),
	},
	'plan.made': {
		main: 'item',
		ask: ['due'],
		preset: ({ today, staff }) => ({ staff, period: `${today.slice(0, 4)}年` }),
	},
	'plan.judged': { main: 'note', ask: ['done'] },
}

const long = (field: Field) => field.type === 'text' && field.required

export interface Asked {
	main: Field | undefined
	ask: Field[]
}

/* The fields to show for a body as it stands. */
export function asked(kind: Kind, body: Body, fixed: Body = {}): Asked {
	const shape = shapes[kind.name]
	const field = (name: string) => kind.fields.find(f => f.name === name)
	const open = (f: Field) => !(f.name in fixed)
	const shown = (f: Field) => !shape?.after?.[f.name] || Boolean(body[shape.after[f.name]])
	const main = shape ? field(shape.main) : kind.fields.find(long)
	if (!shape) return { main, ask: kind.fields.filter(f => f !== main && open(f)) }
	const named = shape.ask.map(field).filter((f): f is Field => f !== undefined)
	/* What the book has come to require is asked, whether the shape knows it or not. */
	const rest = kind.fields.filter(f => f.required && f !== main && !named.includes(f))
	const preset = (f: Field) => body[f.name] !== undefined && !shape.ask.includes(f.name)
	return { main, ask: [...named, ...rest].filter(f => open(f) && shown(f) && !preset(f)) }
}

/* The first required field without a value. */
export function missing(kind: Kind, body: Body): Field | undefined {
	const empty = (value: unknown) => value === undefined || value === '' || value === null
	return kind.fields.find(f => f.required && empty(body[f.name]))
}

/* The body as it is sent: what was left empty is left out. */
export function filled(kind: Kind, body: Body): Body {
	const whole: Body = {}
	for (const { name, type } of kind.fields) {
		const value = body[name]
		if (value === undefined || value === null || value === '') continue
		if (Array.isArray(value) && value.length === 0) continue
		whole[name] = type === 'text' && typeof value === 'string' ? value.trim() : value
	}
	return whole
}

/* Which duties stand in the line, and which of them are one card. */
import { moment } from './time'
import type { Act, Duty } from './types'

/* Somebody else's customer by now: nothing more is told than that there was one. */
const hidden = (duty: Duty) => duty.subject?.ref.endsWith(':') ?? false

/* The month before the one this instant lies in, where the day is told in Shanghai. */
const month_before = (instant: string) => {
	const { year, month } = moment(Date.parse(instant))
	return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`
}

/* Acts that no single field of their kind points out to the server. */
const deeds: Record<string, (duty: Duty, customer: string) => Act> = {
	'revenue.movement': ({ due }, customer) => ({
		kind: 'revenue.explained',
		prefill: { customer, ...(due && { month: month_before(due) }) },
	}),
}

function act_of(duty: Duty): Act | null {
	const [type, id] = duty.subject?.ref.split(':') ?? []
	return duty.act ?? (type === 'customer' && id ? deeds[duty.what]?.(duty, id) : null) ?? null
}

/*
 * A missed duty that can still be made good stays in the line. One that cannot does not: its
 * period is over, or its customer is another's. What it was remains in the figures.
 */
export function doable(duties: Duty[]): Duty[] {
	return duties
		.map(duty => ({ ...duty, act: act_of(duty) }))
		.filter(duty => duty.state !== 'missed' || (duty.act && !hidden(duty)))
}

export interface Due extends Duty {
	/* What the same act does as well. */
	also: string[]
}

const act_key = (act: Act | null) => act && JSON.stringify([act.kind, act.prefill])

/* Duties with the same act are one thing to do: the most urgent stands for them. `gone` are
 * those that something written on this phone does already. */
export function cards(duties: Duty[], gone: Set<string>): Due[] {
	const merged: Due[] = []
	for (const duty of doable(duties)) {
		if (gone.has(duty.id)) continue
		const key = act_key(duty.act)
		const same = key && merged.find(d => act_key(d.act) === key)
		if (same) same.also.push(duty.id)
		else merged.push({ ...duty, also: [] })
	}
	return merged
}

/* Which duties stand in the line, and which of them are one card. */
import type { Act, Duty } from './types'

/* Somebody else's customer by now: nothing more is told than that there was one. */
const hidden = (duty: Duty) => duty.subject?.ref.endsWith(':') ?? false

/*
 * A missed duty that can still be made good stays in the line. One that cannot does not: its
 * period is over and the next one's duty stands for it, or its customer is another's.
 */
function over(duty: Duty, all: Duty[]): boolean {
	if (duty.state !== 'missed') return false
	const next = (other: Duty) =>
		other.state !== 'missed' && other.what === duty.what && other.subject?.ref === duty.subject?.ref
	return hidden(duty) || all.some(next)
}

export function doable(duties: Duty[]): Duty[] {
	return duties.filter(duty => !over(duty, duties))
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

/*
 * Entries on their way. An entry is kept on the phone before anything is sent, under the id it
 * will have in the book; it is sent until the book answers for it, and the book takes an id
 * once. So it survives closing the app and arrives exactly once.
 *
 * A refused entry stays, with the reason in one sentence: what was seen and done is kept.
 */
import { Refusal, Unreachable, problem_sentence } from '../api'
import type { Answer, Envelope } from '../types'
import type { Phone, Waiting } from './db'

export interface Post {
	(entries: Envelope[]): Promise<{ answers: Answer[] }>
}
export interface Told {
	sent: Waiting[]
	refused: Waiting[]
	/* Could not be asked: try again later. */
	held: number
	/* The session has ended: sign in, nothing is lost. */
	signed_out: boolean
}

const BATCH = 20

const envelope = ({ id, kind, at, body, origin }: Waiting): Envelope => ({
	id,
	kind,
	at,
	body,
	...(origin && { origin }),
})

export async function outbox_add(phone: Phone, entry: Waiting): Promise<void> {
	await phone.outbox.put(entry)
}

export async function outbox_drop(phone: Phone, id: string): Promise<void> {
	await phone.outbox.delete(id)
}

export async function outbox_list(phone: Phone, staff: string): Promise<Waiting[]> {
	return phone.outbox.where('staff').equals(staff).sortBy('id')
}

/* Once the line shows the book's own row, the phone's is not needed any more. */
export async function outbox_settle(phone: Phone, ids: string[]): Promise<void> {
	await phone.outbox
		.where('id')
		.anyOf(ids)
		.and(e => e.state === 'sent')
		.delete()
}

async function note(phone: Phone, entry: Waiting, answer: Answer, told: Told): Promise<void> {
	const why = answer.problem && problem_sentence(answer.problem)
	if (answer.status === 'refused') {
		/* put, not update: it is not to be lost even when the row was dropped meanwhile */
		const refused: Waiting = { ...entry, state: 'refused', why: why ?? '' }
		await phone.outbox.put(refused)
		told.refused.push(refused)
	} else {
		const sent: Waiting = { ...entry, state: 'sent', why, seq: answer.seq }
		await phone.outbox.put(sent)
		told.sent.push(sent)
	}
}

/* A whole request was refused: alone, it is this entry's fault; together, find out whose. */
async function send_each(phone: Phone, some: Waiting[], post: Post, told: Told): Promise<boolean> {
	for (const entry of some) if (!(await send_some(phone, [entry], post, told))) return false
	return true
}

async function send_some(phone: Phone, some: Waiting[], post: Post, told: Told): Promise<boolean> {
	try {
		const { answers } = await post(some.map(envelope))
		for (const entry of some) {
			const answer = answers.find(a => a.id === entry.id)
			if (answer) await note(phone, entry, answer, told)
			else told.held++
		}
		return true
	} catch (error) {
		if (error instanceof Refusal && error.status === 401) told.signed_out = true
		else if (error instanceof Refusal && some.length > 1) return send_each(phone, some, post, told)
		else if (error instanceof Refusal) {
			const { id } = some[0]
			await note(phone, some[0], { id, status: 'refused', problem: error.problem }, told)
			return true
		} else if (!(error instanceof Unreachable)) throw error
		told.held += some.length
		return false
	}
}

/* Send everything that waits, oldest first. The caller sees to it that only one runs. */
export async function outbox_send(phone: Phone, staff: string, post: Post): Promise<Told> {
	const told: Told = { sent: [], refused: [], held: 0, signed_out: false }
	const waiting = (await outbox_list(phone, staff)).filter(e => e.state === 'waiting')
	for (let i = 0; i < waiting.length; i += BATCH)
		if (!(await send_some(phone, waiting.slice(i, i + BATCH), post, told))) break
	return told
}

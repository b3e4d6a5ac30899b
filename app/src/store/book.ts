/*
 * What the book declares: its kinds, and the names in it that the phone has seen. Kinds are
 * remembered, so that a form can be filled without signal.
 */
import { shallowRef } from 'vue'
import { get } from '../api'
import { recognise } from '../recognise'
import { day_of } from '../time'
import type { CustomerRow, Kind, Page, Recognised } from '../types'
import { phone, type KnownName } from './db'
import { remember, remembered } from './read'
import { now_ms } from './session'

export const kinds = shallowRef<Kind[]>([])

export function kind_of(name: string): Kind | undefined {
	return kinds.value.find(kind => kind.name === name)
}

export async function kinds_load(): Promise<void> {
	const kept = await remembered<{ kinds: Kind[] }>('/kinds').catch(() => undefined)
	if (kept) kinds.value = kept.data.kinds
	try {
		const fresh = await get<{ kinds: Kind[] }>('/kinds')
		kinds.value = fresh.kinds
		await remember('/kinds', fresh)
	} catch {
		/* the remembered ones do */
	}
}

export async function names_learn(names: KnownName[]): Promise<void> {
	await phone.names.bulkPut(names.map(({ ref, name, type }) => ({ ref, name, type })))
}

const PAGES = 10

/* One's own customers, so that their names are known without signal. */
export async function names_load(): Promise<void> {
	let after: string | null = null
	for (let page = 0; page < PAGES; page++) {
		const tail: string = after ? `&after=${encodeURIComponent(after)}` : ''
		const found: Page<CustomerRow> = await get<Page<CustomerRow>>(`/customers?limit=100${tail}`)
		await names_learn(found.items.map(c => ({ ref: c.ref, name: c.name, type: 'customer' })))
		after = found.next
		if (!after) return
	}
}

/* The server knows more; without it the phone's own names do. */
export async function understand(text: string, signal: AbortSignal): Promise<Recognised> {
	try {
		return await get<Recognised>(`/recognise?text=${encodeURIComponent(text)}`, signal)
	} catch (error) {
		if (signal.aborted) throw error
		return recognise(text, await phone.names.toArray(), day_of(now_ms()))
	}
}

/* Finding by any piece of a name; without signal among the names the phone knows. */
import { Refusal, get, query } from '../api'
import type { Found } from '../types'
import { names_learn } from './book'
import { phone } from './db'

export async function search(text: string, type: string): Promise<Found[]> {
	const q = text.trim()
	try {
		const { items } = await get<{ items: Found[] }>(query('/search', { q, type }))
		const fitting = items.filter(item => item.type === type)
		void names_learn(fitting)
		return fitting
	} catch (error) {
		if (error instanceof Refusal && error.status !== 404) return []
		const known = await phone.names.filter(n => n.type === type && n.name.includes(q)).limit(30)
		return (await known.toArray()).map(n => ({ ...n, detail: '' }))
	}
}

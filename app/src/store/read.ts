/*
 * Reading with memory: the last answer is shown at once, then the server's; without signal the
 * last answer stays, and says from when it is.
 */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { Refusal, get } from '../api'
import type { Page } from '../types'
import { phone } from './db'
import { seq } from './live'
import { signed_out } from './session'

export interface Read<T> {
	data: ShallowRef<T | undefined>
	/* When the answer shown was given; 0 while it is fresh. */
	stale_at: ShallowRef<number>
	/* Why there is none. */
	refusal: ShallowRef<string>
	refresh: () => Promise<void>
}

const KEEP = 400

export async function remembered<T>(path: string): Promise<{ data: T; at: number } | undefined> {
	return phone.kept.get(path) as Promise<{ data: T; at: number } | undefined>
}

export async function remember(path: string, data: unknown): Promise<void> {
	await phone.kept.put({ path, data, at: Date.now() })
	const count = await phone.kept.count()
	if (count > KEEP)
		await phone.kept
			.orderBy('at')
			.limit(count - KEEP)
			.delete()
}

/* `path` is asked again when it changes and when the book has grown. */
export function read<T>(path: () => string | null, live = true): Read<T> {
	const data = shallowRef<T>()
	const stale_at = shallowRef(0)
	const refusal = shallowRef('')
	let turn = 0

	async function refresh(): Promise<void> {
		const asked = path()
		if (!asked) return
		const mine = ++turn
		const current = () => mine === turn && asked === path()
		try {
			const fresh = await get<T>(asked)
			await remember(asked, fresh).catch(() => undefined)
			if (current()) {
				data.value = fresh
				stale_at.value = 0
				refusal.value = ''
			}
		} catch (error) {
			if (error instanceof Refusal && error.status === 401) signed_out()
			else if (error instanceof Refusal && current()) refusal.value = error.message
			else if (current())
				stale_at.value = (await remembered<T>(asked).catch(() => undefined))?.at ?? 0
		}
	}

	watch(
		path,
		async asked => {
			refusal.value = ''
			if (!asked) return
			const kept = await remembered<T>(asked).catch(() => undefined)
			if (asked === path()) data.value = kept?.data
			await refresh()
		},
		{ immediate: true },
	)
	if (live) watch(seq, refresh)
	const again = () => void refresh()
	window.addEventListener('online', again)
	onScopeDispose(() => window.removeEventListener('online', again))
	return { data, stale_at, refusal, refresh }
}

/* A list that grows downwards: its first page is remembered, the rest is asked for. */
export function read_list<T>(path: () => string | null, key: (item: T) => string | number) {
	const first = read<Page<T>>(path)
	const rest = shallowRef<T[]>([])
	const next = shallowRef<string | null>(null)
	const busy = shallowRef(false)

	watch(path, () => (rest.value = []))
	watch(first.data, page => {
		if (!rest.value.length) next.value = page?.next ?? null
	})

	function items(): T[] {
		const head = first.data.value?.items ?? []
		const seen = new Set(head.map(key))
		return [...head, ...rest.value.filter(item => !seen.has(key(item)))]
	}

	async function more(): Promise<void> {
		const asked = path()
		if (!asked || !next.value || busy.value) return
		busy.value = true
		try {
			const sign = asked.includes('?') ? '&' : '?'
			const after = encodeURIComponent(next.value)
			const page = await get<Page<T>>(`${asked}${sign}after=${after}`)
			if (asked === path()) {
				rest.value = [...rest.value, ...page.items]
				next.value = page.next
			}
		} catch {
			/* without signal the list ends here; the next touch of its end asks again */
		} finally {
			busy.value = false
		}
	}
	return { ...first, items, more, next, busy }
}

import 'fake-indexeddb/auto'
import { beforeEach, expect, test, vi } from 'vitest'
import { Refusal, Unreachable } from '../../src/api'
import { Phone, type Waiting } from '../../src/store/db'
import {
	outbox_add,
	outbox_list,
	outbox_send,
	outbox_settle,
	type Post,
} from '../../src/store/outbox'
import type { Envelope } from '../../src/types'

let phone: Phone
let number = 0

beforeEach(() => {
	phone = new Phone(`phone-${++number}`)
})

function entry(id: string, more: Partial<Waiting> = {}): Waiting {
	return {
		id,
		kind: 'visit.made',
		at: '2026-11-24T09:00:00.000+08:00',
		body: { customer: 'C1', observation: id },
		staff: 'zhou',
		title: '走访',
		sentence: '走访',
		about: [],
		duties: [],
		state: 'waiting',
		act: { kind: 'visit.made', prefill: {} },
		...more,
	}
}

/* A book that takes an id once, as the real one does. */
class Book {
	taken = new Map<string, Envelope>()
	lose = 0
	post: Post = async entries => {
		const answers = entries.map(e => {
			const status = this.taken.has(e.id) ? ('already' as const) : ('appended' as const)
			this.taken.set(e.id, e)
			return { id: e.id, status, seq: this.taken.size }
		})
		if (this.lose-- > 0) throw new Unreachable('answer lost')
		return { answers }
	}
}

test('oldest first, once each, and only what the book knows of', async () => {
	const book = new Book()
	await outbox_add(phone, entry('B'))
	await outbox_add(phone, entry('A', { origin: 'offline' }))
	const told = await outbox_send(phone, 'zhou', book.post)
	expect(told.sent.map(e => e.id)).toEqual(['A', 'B'])
	expect(Object.keys(book.taken.get('A')!).sort()).toEqual(['at', 'body', 'id', 'kind', 'origin'])
	expect(Object.keys(book.taken.get('B')!).sort()).toEqual(['at', 'body', 'id', 'kind'])
})

test('an answer that was lost on the way does not make a second entry', async () => {
	const book = new Book()
	book.lose = 1
	await outbox_add(phone, entry('A'))
	expect((await outbox_send(phone, 'zhou', book.post)).held).toBe(1)
	expect((await outbox_list(phone, 'zhou'))[0].state).toBe('waiting')
	expect((await outbox_send(phone, 'zhou', book.post)).sent).toHaveLength(1)
	expect(book.taken.size).toBe(1)
	expect((await outbox_send(phone, 'zhou', book.post)).sent).toHaveLength(0)
})

test('survives closing the app', async () => {
	await outbox_add(phone, entry('A'))
	phone.close()
	const opened = new Phone(`phone-${number}`)
	expect((await outbox_list(opened, 'zhou')).map(e => e.id)).toEqual(['A'])
})

test('the same form twice is one entry', async () => {
	await outbox_add(phone, entry('A'))
	await outbox_add(phone, entry('A'))
	expect(await outbox_list(phone, 'zhou')).toHaveLength(1)
})

test('another person’s entries are never sent under this name', async () => {
	const book = new Book()
	await outbox_add(phone, entry('A', { staff: 'chen' }))
	await outbox_send(phone, 'zhou', book.post)
	expect(book.taken.size).toBe(0)
	expect(await outbox_list(phone, 'chen')).toHaveLength(1)
})

test('a refused entry stays, with the reason and what was written', async () => {
	const post: Post = async entries => ({
		answers: entries.map(e => ({
			id: e.id,
			status: 'refused',
			problem: { title: '已由陈恕答复', remedy: '请看最新的记录' },
		})),
	})
	await outbox_add(phone, entry('A'))
	const told = await outbox_send(phone, 'zhou', post)
	expect(told.refused[0].why).toBe('已由陈恕答复 请看最新的记录')
	const [kept] = await outbox_list(phone, 'zhou')
	expect(kept).toMatchObject({ state: 'refused', body: { observation: 'A' } })
	const again = vi.fn(post)
	await outbox_send(phone, 'zhou', again)
	expect(again).not.toHaveBeenCalled()
})

test('one bad entry does not hold up the others', async () => {
	const book = new Book()
	const post: Post = async entries => {
		if (entries.some(e => e.id === 'B')) throw new Refusal(400, { title: '看不懂' })
		return book.post(entries)
	}
	for (const id of ['A', 'B', 'C']) await outbox_add(phone, entry(id))
	const told = await outbox_send(phone, 'zhou', post)
	expect(told.sent.map(e => e.id)).toEqual(['A', 'C'])
	expect(told.refused.map(e => e.id)).toEqual(['B'])
})

test('a session that ended loses nothing', async () => {
	const post: Post = async () => {
		throw new Refusal(401, { title: '请先进入' })
	}
	await outbox_add(phone, entry('A'))
	const told = await outbox_send(phone, 'zhou', post)
	expect(told).toMatchObject({ signed_out: true, held: 1, refused: [] })
	expect((await outbox_list(phone, 'zhou'))[0].state).toBe('waiting')
})

test('what was sent leaves the phone once the line shows it, and no sooner', async () => {
	const book = new Book()
	await outbox_add(phone, entry('A'))
	await outbox_settle(phone, ['A'])
	expect(await outbox_list(phone, 'zhou')).toHaveLength(1)
	await outbox_send(phone, 'zhou', book.post)
	await outbox_settle(phone, ['A'])
	expect(await outbox_list(phone, 'zhou')).toHaveLength(0)
})

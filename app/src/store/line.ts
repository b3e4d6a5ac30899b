/*
 * The line as one person sees it: what he has just written stands in it at once, and the duty
 * it discharges is gone, whether or not the book has heard of it yet.
 */
import { computed, reactive, ref, shallowRef } from 'vue'
import { send } from '../api'
import { instant_of } from '../time'
import { cards } from '../due'
import type { Answer, Body, Duty, Entry, Named } from '../types'
import { ulid } from '../ulid'
import { say } from '../words'
import { phone, type Waiting } from './db'
import { heard } from './live'
import { outbox_add, outbox_drop, outbox_list, outbox_send, outbox_settle } from './outbox'
import { now_ms, session, signed_out } from './session'

export const waiting = shallowRef<Waiting[]>([])
/* Could not be sent just now: only then is it worth saying that something waits. */
export const held = ref(!navigator.onLine)
/* Entries taken back here, before the book's line says so. */
export const taken_back = reactive(new Set<string>())

const gone = computed(() => new Set(waiting.value.flatMap(e => (e.why ? [] : e.duties))))

async function reload(): Promise<void> {
	waiting.value = session.value ? await outbox_list(phone, session.value.staff) : []
}

export interface Writing {
	id: string
	kind: string
	body: Body
	/* When it happened, if not now. */
	at_ms?: number
	title: string
	sentence: string
	about: Named[]
	duties: string[]
}

/* Kept on the phone first; then sent. The id is the form's, so that two taps are one entry. */
export async function write(writing: Writing): Promise<void> {
	const { id, kind, body, title, sentence, about, duties } = writing
	const entry: Waiting = {
		id,
		kind,
		body,
		title,
		sentence,
		duties,
		about: about.map(({ ref, name }) => ({ ref, name })),
		at: instant_of(writing.at_ms ?? now_ms()),
		staff: session.value!.staff,
		state: 'waiting',
		act: { kind, prefill: body },
		...(!navigator.onLine && { origin: 'offline' as const }),
	}
	await outbox_add(phone, JSON.parse(JSON.stringify(entry)) as Waiting)
	await reload()
	void flush()
}

const post = (entries: unknown[]) => send<{ answers: Answer[] }>('/entries', { entries })

const FIRST_RETRY_MS = 2_000
const LAST_RETRY_MS = 60_000
let retry_ms = FIRST_RETRY_MS
let timer: ReturnType<typeof setTimeout> | undefined
let again = false
let running: Promise<void> | undefined

async function send_all(): Promise<void> {
	const staff = session.value?.staff
	if (!staff) return
	const told = await outbox_send(phone, staff, post)
	await reload()
	if (told.signed_out) signed_out()
	for (const entry of told.sent) if (entry.seq) heard(entry.seq)
	clearTimeout(timer)
	held.value = told.held > 0
	if (!told.held) retry_ms = FIRST_RETRY_MS
	else if (!told.signed_out) {
		timer = setTimeout(flush, retry_ms)
		retry_ms = Math.min(retry_ms * 2, LAST_RETRY_MS)
	}
}

/* One sender at a time, over all windows of the app. */
export async function flush(): Promise<void> {
	again = true
	running ??= (async () => {
		try {
			await reload()
			while (again) {
				again = false
				if (navigator.locks) await navigator.locks.request('yiben.outbox', send_all)
				else await send_all()
			}
		} finally {
			running = undefined
		}
	})()
	await running
}

window.addEventListener('online', () => {
	retry_ms = FIRST_RETRY_MS
	void flush()
})

/* The book's line has come: what it holds need not be shown from the phone any more. */
export async function settle(entries: Entry[]): Promise<void> {
	const held = new Set(entries.map(e => e.id))
	const settled = waiting.value.filter(e => e.state === 'sent' && held.has(e.id)).map(e => e.id)
	if (!settled.length) return
	await outbox_settle(phone, settled)
	await reload()
}

export async function drop(id: string): Promise<void> {
	await outbox_drop(phone, id)
	await reload()
}

/* Taking back is a further entry; what has not left the phone is simply not sent. */
export async function undo(entry: { id: string; about: Named[] }): Promise<void> {
	const mine = waiting.value.find(e => e.id === entry.id)
	if (mine && mine.state !== 'sent' && !running) return drop(entry.id)
	taken_back.add(entry.id)
	await write({
		id: ulid(now_ms()),
		kind: 'entry.withdrawn',
		body: { entry: entry.id, reason: say('withdraw_reason') },
		title: '',
		sentence: '',
		about: entry.about,
		duties: [],
	})
}

export const dues = (duties: Duty[]) => cards(duties, gone.value)

/* What the phone shows of its own, newest first; a taking back shows on what it takes back. */
export function own_rows(entries: Entry[], about?: string): Waiting[] {
	const held = new Set(entries.map(e => e.id))
	return waiting.value
		.filter(e => !held.has(e.id) && (e.kind !== 'entry.withdrawn' || e.state === 'refused'))
		.filter(e => !about || e.about.some(a => a.ref === about))
		.reverse()
}

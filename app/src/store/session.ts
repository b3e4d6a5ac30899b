/*
 * Who uses the phone, and what time it is there. The clock is the server's: the phone keeps
 * the difference, so that "还剩2小时" is right on a phone that is wrong.
 */
import { ref, shallowRef } from 'vue'
import { Refusal, Unreachable, get, raw, send } from '../api'
import type { Session } from '../types'
import { speak } from '../words'
import { phone } from './db'

const SESSION = 'yiben.session'

export const session = shallowRef<Session | null>(null)
/* unknown: not asked yet; out: the server says so; in: as far as we know. */
export const state = ref<'unknown' | 'in' | 'out'>('unknown')
export const now = ref(Date.now())

let ahead_ms = 0
const tick = () => (now.value = Date.now() + ahead_ms)
setInterval(tick, 15_000)
document.addEventListener('visibilitychange', tick)

export function now_ms(): number {
	tick()
	return now.value
}

function set_clock(found: Session): void {
	ahead_ms = Date.parse(found.now) - Date.now()
	tick()
}

async function adopt(found: Session): Promise<void> {
	const before = localStorage.getItem(SESSION)
	const other = before && (JSON.parse(before) as Session)
	if (other && (other.staff !== found.staff || other.book !== found.book)) await forget()
	localStorage.setItem(SESSION, JSON.stringify(found))
	set_clock(found)
	if (found.language) speak(found.language)
	session.value = found
	state.value = 'in'
}

/* Another person's data is not left behind; what he did not send yet is his and stays. */
async function forget(): Promise<void> {
	await Promise.all([phone.kept.clear(), phone.names.clear()])
}

export function signed_out(): void {
	state.value = 'out'
}

/* The last known person may read on without signal; the server decides as soon as it can. */
export async function session_open(): Promise<void> {
	const kept = localStorage.getItem(SESSION)
	if (kept) {
		const known = JSON.parse(kept) as Session
		session.value = known
		state.value = 'in'
	}
	try {
		await adopt(await get<Session>('/session'))
	} catch (error) {
		if (error instanceof Refusal) state.value = 'out'
		else if (!(error instanceof Unreachable)) throw error
		else if (!kept) state.value = 'out'
	}
}

export async function sign_in(login: string, password: string, totp?: string): Promise<void> {
	await adopt(await send<Session>('/session', { login, password, ...(totp && { totp }) }))
}

/* What an invitation is answered with; the very first person also names the organisation. */
export interface Acceptance {
	token: string
	login: string
	password: string
	organisation?: string
	name?: string
}

export async function accept(acceptance: Acceptance): Promise<void> {
	await adopt(await send<Session>('/invitations/accept', acceptance))
}

export async function sign_out(): Promise<void> {
	await raw('/session', { method: 'DELETE' }).catch(error => {
		if (!(error instanceof Refusal)) throw error
	})
	localStorage.removeItem(SESSION)
	await forget()
	session.value = null
	state.value = 'out'
}

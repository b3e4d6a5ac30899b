/*
 * Asking the server. Three endings: an answer; a Refusal, which is a sentence for the user;
 * Unreachable, which means try again later and say nothing of what was written is lost.
 */
import type { Problem } from './types'
import { language } from './words'

export class Refusal extends Error {
	constructor(
		readonly status: number,
		readonly problem: Problem,
	) {
		super(problem_sentence(problem))
	}
}

export class Unreachable extends Error {}

/* What happened and what to do, in one sentence. */
export function problem_sentence(problem: Problem): string {
	const said = problem.detail || problem.reason || problem.title
	return problem.remedy && !said.includes(problem.remedy) ? `${said} ${problem.remedy}` : said
}

const TIMEOUT_MS = 20_000

export async function raw(path: string, init: RequestInit = {}): Promise<Response> {
	const headers = new Headers(init.headers)
	headers.set('Accept-Language', language.value)
	if (init.method && init.method !== 'GET') headers.set('X-Yiben', '1')
	let response: Response
	try {
		response = await fetch(`/api${path}`, {
			...init,
			headers,
			credentials: 'same-origin',
			signal: init.signal ?? AbortSignal.timeout(TIMEOUT_MS),
		})
	} catch (cause) {
		throw new Unreachable(String(cause))
	}
	if (response.ok) return response
	if (response.status >= 500 || response.status === 429 || response.status === 408)
		throw new Unreachable(String(response.status))
	const problem = await response.json().catch(() => ({ title: response.statusText }))
	throw new Refusal(response.status, problem)
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
	return (await raw(path, { signal })).json()
}

export async function send<T>(path: string, body: unknown, method = 'POST'): Promise<T> {
	const response = await raw(path, {
		method,
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	})
	return response.status === 204 ? (undefined as T) : response.json()
}

export function query(path: string, values: Record<string, string | number | null | undefined>) {
	const search = new URLSearchParams()
	for (const [name, value] of Object.entries(values))
		if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
	const text = search.toString()
	return text ? `${path}?${text}` : path
}

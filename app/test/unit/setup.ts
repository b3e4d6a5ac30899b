/* What a browser has and Node 18 keeps elsewhere or does not have yet. */
import { webcrypto } from 'node:crypto'

class Told extends Event {
	readonly detail: unknown
	constructor(type: string, { detail, ...rest }: CustomEventInit = {}) {
		super(type, rest)
		this.detail = detail
	}
}

const world = globalThis as Record<string, unknown>
world.crypto ??= webcrypto
world.CustomEvent ??= Told

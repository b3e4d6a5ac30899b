/*
 * The live line. An event is only a hint that the book has grown to `seq`: whoever reads asks
 * again, at most a few times a second however fast it grows.
 */
import { ref } from 'vue'

const QUIET_MS = 300

export const seq = ref(0)

let source: EventSource | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let newest = 0

export function heard(found: number): void {
	newest = Math.max(newest, found)
	timer ??= setTimeout(() => {
		timer = undefined
		seq.value = newest
	}, QUIET_MS)
}

export function live_open(): void {
	live_close()
	source = new EventSource('/api/events')
	source.addEventListener('seq', event => {
		const { seq: found } = JSON.parse((event as MessageEvent<string>).data) as { seq: number }
		heard(found)
	})
}

export function live_close(): void {
	source?.close()
	source = null
}

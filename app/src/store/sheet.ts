/* What is being written now: the one form, empty or already filled by a card. */
import { reactive } from 'vue'
import type { Act, Named } from '../types'
import { ulid } from '../ulid'
import { now_ms } from './session'

export interface Opening {
	act: Act | null
	subject: Named | null
	duties: string[]
	/* Write this one instead of the refused entry. */
	instead?: string
}

export const sheet = reactive({
	open: false,
	id: '',
	opening: { act: null, subject: null, duties: [] } as Opening,
})

export function sheet_open(opening: Partial<Opening> = {}): void {
	sheet.opening = { act: null, subject: null, duties: [], ...opening }
	sheet.id = ulid(now_ms())
	sheet.open = true
}

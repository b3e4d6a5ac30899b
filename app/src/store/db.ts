/*
 * What the phone keeps: the last answers, so that they can be read without signal; entries
 * not yet sent; and the names that the offline recogniser knows. All of it belongs to one
 * person at a time (see session.ts).
 */
import Dexie, { type EntityTable } from 'dexie'
import type { Act, Envelope } from '../types'

export interface Kept {
	path: string
	data: unknown
	at: number
}
export interface Waiting extends Envelope {
	staff: string
	/* What the line shows until the book's own sentence is there. */
	title: string
	sentence: string
	about: { ref: string; name: string }[]
	/* The duties it is to discharge: they leave the line at once. */
	duties: string[]
	state: 'waiting' | 'refused' | 'sent'
	why?: string
	seq?: number
	act: Act
}
export interface KnownName {
	ref: string
	name: string
	type: string
}

export class Phone extends Dexie {
	kept!: EntityTable<Kept, 'path'>
	outbox!: EntityTable<Waiting, 'id'>
	names!: EntityTable<KnownName, 'ref'>

	constructor(name = 'yiben') {
		super(name)
		this.version(1).stores({ kept: 'path, at', outbox: 'id, staff', names: 'ref' })
	}
}

export const phone = new Phone()

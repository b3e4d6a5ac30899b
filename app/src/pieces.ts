/*
 * A sentence in pieces: each character of Chinese is one, each run of letters and digits is
 * one; blanks and marks are none. As the server cuts it (src/derive/pieces.h).
 */
export interface Piece {
	key: string
	at: number
	end: number
	/* It has said what it means already, and is found no more. */
	used: boolean
}

const FULL_WIDTH = 0xfee0
const MARKS = '\\u0000-\\u00bf\\u2000-\\u206f\\u3000-\\u303f\\uff00-\\uffef'
const pattern = new RegExp(`[a-z0-9]+|[^${MARKS}]`, 'gu')

/* Small letters of half width; nothing changes its place. */
function plain(text: string): string {
	const half = text.replace(/[！-～]/g, c => String.fromCharCode(c.charCodeAt(0) - FULL_WIDTH))
	return half.replace(/[A-Z]/g, c => c.toLowerCase())
}

export function cut(text: string): Piece[] {
	return [...plain(text).matchAll(pattern)].map(found => ({
		key: found[0],
		at: found.index,
		end: found.index + found[0].length,
		used: false,
	}))
}

export const weight = (piece: Piece) => (/^[a-z0-9]/.test(piece.key) ? piece.key.length : 1)

export function stands_at(pieces: Piece[], wanted: Piece[], at: number): boolean {
	if (!wanted.length || at < 0 || at + wanted.length > pieces.length) return false
	return wanted.every((w, i) => !pieces[at + i].used && pieces[at + i].key === w.key)
}

/* −1 where it does not stand. */
export function find(pieces: Piece[], wanted: Piece[]): number {
	for (let at = 0; at < pieces.length; at++) if (stands_at(pieces, wanted, at)) return at
	return -1
}

export function use(pieces: Piece[], from: number, count: number): void {
	for (let i = from; i < from + count; i++) pieces[i].used = true
}

export const words_of = (words: string) => words.split('|').map(cut)

/* How many pieces the longest of the words takes there; 0 where none stands. */
export function word_at(pieces: Piece[], words: string, at: number): number {
	const standing = words_of(words).filter(word => stands_at(pieces, word, at))
	return Math.max(0, ...standing.map(word => word.length))
}

export function use_words(pieces: Piece[], words: string): void {
	for (const word of words_of(words))
		for (let at; (at = find(pieces, word)) >= 0;) use(pieces, at, word.length)
}

export const touch = (pieces: Piece[], first: number) =>
	first >= 0 && first + 1 < pieces.length && pieces[first].end === pieces[first + 1].at

/* The number that a piece of at most four digits is; −1 for any other. */
export function number_at(pieces: Piece[], at: number): number {
	const key = at < pieces.length ? pieces[at].key : ''
	return /^\d{1,4}$/.test(key) ? Number(key) : -1
}

export interface Run {
	weight: number
	at: number
	other: number
	count: number
}

/* The longest run that both have, of pieces that are not used. */
export function common_run(pieces: Piece[], other: Piece[]): Run {
	let best: Run = { weight: 0, at: 0, other: 0, count: 0 }
	for (let at = 0; at < pieces.length; at++)
		for (let i = 0; i < other.length; i++) {
			const run = { weight: 0, at, other: i, count: 0 }
			while (at + run.count < pieces.length && i + run.count < other.length) {
				const one = pieces[at + run.count]
				const same = other[i + run.count]
				if (one.used || same.used || one.key !== same.key) break
				run.weight += weight(one)
				run.count++
			}
			if (run.weight > best.weight) best = run
		}
	return best
}

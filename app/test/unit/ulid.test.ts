import { expect, test } from 'vitest'
import { ulid } from '../../src/ulid'

const zeros = (bytes: Uint8Array) => bytes.fill(0)
const ones = (bytes: Uint8Array) => bytes.fill(255)

test('time stands in front, chance behind', () => {
	expect(ulid(0, zeros)).toBe('0'.repeat(26))
	expect(ulid(0, ones)).toBe(`${'0'.repeat(10)}${'Z'.repeat(16)}`)
	/* The specification's own example: 1469918176385 is 01ARYZ6S41. */
	expect(ulid(1469918176385, zeros)).toBe(`01ARYZ6S41${'0'.repeat(16)}`)
})

test('a later one sorts later', () => {
	expect(ulid(1000, ones) < ulid(1001, zeros)).toBe(true)
})

test('the phone’s own chance does not repeat itself', () => {
	const made = new Set(Array.from({ length: 2000 }, () => ulid(5)))
	expect(made.size).toBe(2000)
})

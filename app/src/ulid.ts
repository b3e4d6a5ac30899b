/*
 * The id of an entry, made on the phone before anything is sent: 48 bits of time and 80 bits
 * of chance in Crockford's base 32. It is what makes sending twice harmless.
 */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export type Chance = (bytes: Uint8Array) => Uint8Array

const secure: Chance = bytes => crypto.getRandomValues(bytes)

export function ulid(now_ms: number, chance: Chance = secure): string {
	let number = BigInt(Math.floor(now_ms)) << 80n
	for (const [i, byte] of chance(new Uint8Array(10)).entries())
		number |= BigInt(byte) << BigInt(8 * (9 - i))
	let text = ''
	for (let i = 0; i < 26; i++, number >>= 5n) text = LETTERS[Number(number & 31n)] + text
	return text
}

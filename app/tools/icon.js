/*
 * The icon as the phone's home screen wants it, drawn from the same few shapes as icon.svg:
 * the line, a ring that is open, two dots that are done.
 */
import { deflateSync } from 'node:zlib'

const SIDE = 192
const INK = [11, 101, 88]

/* How much of the point lies in the white shapes; edges are one pixel soft. */
function white(x, y, soft) {
	const cover = distance => Math.min(1, Math.max(0, 0.5 - distance / soft))
	const from = (cx, cy) => Math.hypot(x - cx, y - cy)
	const bar = Math.max(Math.abs(x - 96) - 6, 76 - y, y - 156)
	const ring = Math.abs(from(96, 52) - 20) - 6
	return Math.max(cover(bar), cover(ring), cover(from(96, 108) - 13), cover(from(96, 150) - 13))
}

function crc32(bytes) {
	let crc = ~0
	for (const byte of bytes) {
		crc ^= byte
		for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
	}
	return ~crc >>> 0
}

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
	const whole = Buffer.alloc(body.length + 8)
	whole.writeUInt32BE(data.length, 0)
	body.copy(whole, 4)
	whole.writeUInt32BE(crc32(body), body.length + 4)
	return whole
}

export function icon(size) {
	const rows = Buffer.alloc(size * (size * 3 + 1))
	const step = SIDE / size
	for (let y = 0, at = 0; y < size; y++) {
		rows[at++] = 0
		for (let x = 0; x < size; x++) {
			const share = white((x + 0.5) * step, (y + 0.5) * step, step)
			for (const ink of INK) rows[at++] = Math.round(ink + (255 - ink) * share)
		}
	}
	const header = Buffer.alloc(13)
	header.writeUInt32BE(size, 0)
	header.writeUInt32BE(size, 4)
	header.set([8, 2], 8)
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(rows, { level: 9 })),
		chunk('IEND', Buffer.alloc(0)),
	])
}

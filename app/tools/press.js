/*
 * The last step of the build: the icons, and a look at the weight of the first load, which is
 * refused when it has grown too heavy. (Packing is done where the files go into the program.)
 *
 *     node tools/press.js FOLDER
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { icon } from './icon.js'

const folder = process.argv[2] ?? 'dist'
const FIRST_LOAD_BYTES = 250 * 1024
const counted = new Set(['.js', '.css', '.html'])

for (const size of [192, 512]) writeFileSync(join(folder, `icon-${size}.png`), icon(size))

const files = [folder, join(folder, 'assets')].flatMap(at => readdirSync(at).map(n => join(at, n)))
const first = files
	.filter(path => counted.has(extname(path)) && !path.endsWith('sw.js'))
	.reduce((sum, path) => sum + gzipSync(readFileSync(path), { level: 9 }).length, 0)
console.log(`first load: ${Math.ceil(first / 1024)} KB of at most ${FIRST_LOAD_BYTES / 1024}`)
if (first > FIRST_LOAD_BYTES) process.exit(1)

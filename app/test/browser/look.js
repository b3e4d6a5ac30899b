/* node test/browser/look.js FOLDER: the pictures, from the little server. */
import { chromium } from 'playwright-core'
import { Fake } from '../fake.js'
import { pictures } from './pictures.js'

const fake = await new Fake().start()
const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: ['--no-sandbox'],
})

async function open({ language, size }) {
	fake.signed_in = 'zhou'
	const context = await browser.newContext({
		locale: language,
		viewport: size,
		deviceScaleFactor: size.width < 1000 ? 2 : 1,
		hasTouch: size.width < 1000,
		timezoneId: 'Asia/Shanghai',
	})
	const page = await context.newPage()
	page.on('pageerror', error => console.error('page error:', error.message))
	page.on('console', m => m.type() === 'error' && console.error('console:', m.text()))
	await page.goto(fake.url)
	return page
}

await pictures(open, process.argv[2] ?? 'out/pictures')
await browser.close()
await fake.stop()

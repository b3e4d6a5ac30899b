/*
 * The few things a browser test needs: a list of named tests, a world to run them in (the
 * little server, or a real one), and pages of one size, language and person.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

export { assert }

export const phones = [
	{ width: 360, height: 640 },
	{ width: 390, height: 844 },
]

const tests = []

/* `once`: not for each size. `little`: needs the little server's obedience. */
export function test(name, run, { once = false, little = false } = {}) {
	tests.push({ name, run, once, little })
}

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export async function browser_start() {
	const executablePath = process.env.CHROMIUM ?? CHROMIUM.find(path => existsSync(path))
	if (!executablePath) throw new Error('there is no chromium; install the package chromium')
	return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
}

export class Visit {
	constructor(browser, world, size) {
		Object.assign(this, { browser, world, size, contexts: [], errors: [] })
	}

	/* The same book is used again: what a test writes carries the size it ran at. */
	words(text) {
		return `${text}${this.size.width}`
	}

	/* A phone of its own: nothing kept from another test. */
	async phone({ who = 'zhou', cookie, language = 'zh-CN', size = this.size, ...more } = {}) {
		const context = await this.browser.newContext({
			locale: language,
			viewport: size,
			deviceScaleFactor: size.width < 1000 ? 2 : 1,
			hasTouch: size.width < 1000,
			timezoneId: 'Asia/Shanghai',
			...more,
		})
		this.contexts.push(context)
		context.setDefaultTimeout(30_000)
		await this.world.enter(context, who, cookie)
		return context
	}

	async open(options = {}) {
		const context = await this.phone(options)
		const page = await context.newPage()
		page.on('pageerror', error => this.errors.push(error.message))
		await page.goto(this.world.url)
		await page.waitForSelector('.line .now')
		return page
	}

	async close() {
		/* What a test wrote last is sent first: the next one looks at the same book. */
		const waiting = '[data-state=waiting]'
		for (const page of this.contexts.flatMap(context => context.pages()))
			await page
				.waitForSelector(waiting, { state: 'detached', timeout: 3_000 })
				.catch(() => undefined)
		/* The browser may have died; the test has failed for that already. */
		for (const context of this.contexts) await context.close().catch(() => undefined)
	}
}

/* The places, and how one gets there by touching. */
export const places = {
	async today(page) {
		await go(page, 'today')
		await page.waitForSelector('.line article')
	},
	async customers(page) {
		await go(page, 'customers')
		await page.waitForSelector('.rows a')
	},
	async customer(page) {
		await places.customers(page)
		await page.locator('.rows a').first().click()
		await page.waitForSelector('.people')
		await page.waitForSelector('.line .now')
	},
	async summary(page) {
		await go(page, 'summary')
		await page.waitForSelector('.figures a, .page > .quiet')
		await page.waitForSelector('.written')
	},
	async figure(page) {
		await places.summary(page)
		if (!(await page.locator('.figures a').count())) return false
		await page.locator('.figures a').first().click()
		await page.waitForSelector('.tell')
		return true
	},
	async me(page) {
		await places.today(page)
		await page.locator('a.me').click()
		await page.waitForSelector('.page h1')
	},
	async sheet(page) {
		await places.today(page)
		await page.locator('.write').click()
		await page.waitForSelector('.sheet textarea')
		await page.waitForTimeout(260)
	},
}

export async function go(page, place) {
	const order = ['today', 'customers', 'summary']
	await page.locator('.trunk a').nth(order.indexOf(place)).click()
	await page.waitForURL(new RegExp(`#/${place}`))
}

/* Touch an element until what follows is there; the sheet's motion is waited for. */
export async function write_here(page, text) {
	await page.locator('.sheet textarea').fill(text)
	await page.locator('.sheet .press:not([disabled])').click()
}

export async function each_place(page, look) {
	for (const [name, goto] of Object.entries(places)) {
		if ((await goto(page)) === false) continue
		await look(name)
		if (name === 'sheet') await page.reload()
	}
}

async function run_one({ name, run }, browser, world, size) {
	const visit = new Visit(browser, world, size)
	const label = `${name}  (${size.width}×${size.height})`
	const start = Date.now()
	try {
		await world.fresh()
		await run(visit)
		assert.deepEqual(visit.errors, [])
		console.log(`ok      ${label}  ${Math.round((Date.now() - start) / 100) / 10} s`)
		return true
	} catch (error) {
		console.log(`FAILED  ${label}\n${String(error.stack ?? error).replace(/^/gm, '        ')}`)
		return false
	} finally {
		await visit.close()
	}
}

export async function run_all(world, wanted) {
	let browser = await browser_start()
	let passed = 0
	let failed = 0
	let skipped = 0
	for (const one of tests) {
		if (wanted && !one.name.includes(wanted)) continue
		if (one.little && !world.little) {
			skipped++
			continue
		}
		for (const size of one.once ? phones.slice(0, 1) : phones) {
			/* One that has died fails the test it died in, not all that follow. */
			if (!browser.isConnected()) browser = await browser_start()
			if (await run_one(one, browser, world, size)) passed++
			else failed++
		}
	}
	await browser.close()
	if (skipped) console.log(`(${skipped} skipped: they need the little server)`)
	console.log(`${passed} passed, ${failed} failed`)
	return failed === 0 && passed > 0
}

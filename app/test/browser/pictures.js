/* Pictures of every screen, to be looked at: phone small and large, and wide; both languages. */
import { mkdirSync } from 'node:fs'
import { Visit, browser_start, go, places } from './harness.js'

const sizes = [
	{ width: 360, height: 640 },
	{ width: 390, height: 844 },
	{ width: 1280, height: 800 },
]

/* Each screen: who looks, and how he gets there from his line. */
const screens = {
	'1-today': ['zhou', async () => undefined],
	'2-act': ['zhou', page => page.locator('article .press').first().click()],
	'3-write': [
		'zhou',
		async (page, world) => {
			await page.locator('.write').click()
			await page.locator('textarea').fill(world.sentence.text)
			await page.waitForSelector('.sheet .field')
		},
	],
	'4-entry': ['zhou', page => page.locator('.tell').nth(1).click()],
	'5-customers': ['zhou', places.customers],
	'6-search': [
		'zhou',
		async (page, world) => {
			await places.customers(page)
			await page.locator('input[type=search]').fill(world.sentence.customer.slice(0, 4))
			await page.waitForSelector('.card.rows, [role=status]')
		},
	],
	'7-customer': ['zhou', places.customer],
	'8-summary': ['zhou', places.summary],
	'9-figure': [
		'zhou',
		async page => {
			if (!(await places.figure(page))) return
			await page.locator('.tell').first().click()
			await page.waitForSelector('.detail *')
		},
	],
	'a-leader': ['song', async () => undefined],
	'b-leader-summary': [
		'song',
		async page => {
			await go(page, 'summary')
			await page.getByRole('radio').last().click()
			await page.waitForSelector('.written')
		},
	],
	'c-office': ['chen', async () => undefined],
	'd-me': ['zhou', places.me],
	'e-sign-in': [
		'zhou',
		async page => {
			await page.context().clearCookies()
			await page.reload()
			await page.waitForSelector('form.enter, form')
		},
	],
}

async function take(visit, language, name, who, get_there) {
	const page = await visit.open({ who, language })
	try {
		await page.waitForSelector('.line .done')
		await get_there(page, visit.world)
		await page.waitForTimeout(500)
	} catch (error) {
		console.log(`FAILED  ${name}: ${String(error).split('\n')[0]}`)
	}
	await page.screenshot({ path: name })
	await page.context().close()
}

export async function pictures(world, folder) {
	const browser = await browser_start()
	mkdirSync(folder, { recursive: true })
	await world.fresh()
	for (const language of ['zh-CN', 'en-GB'])
		for (const size of sizes) {
			const visit = new Visit(browser, world, size)
			for (const [what, [who, get_there]] of Object.entries(screens))
				await take(
					visit,
					language,
					`${folder}/${language.slice(0, 2)}-${size.width}-${what}.png`,
					who,
					get_there,
				)
			await visit.close()
		}
	await browser.close()
}

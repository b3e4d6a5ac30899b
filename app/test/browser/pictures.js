/* Pictures of every screen, to be looked at: phone small and large, and wide; both languages. */
import { mkdirSync } from 'node:fs'
import { Visit, browser_start } from './harness.js'

export const sizes = [
	{ width: 360, height: 640 },
	{ width: 390, height: 844 },
	{ width: 1280, height: 800 },
]

export async function pictures(world, folder) {
	const browser = await browser_start()
	mkdirSync(folder, { recursive: true })
	for (const language of ['zh-CN', 'en-GB'])
		for (const size of sizes) {
			const name = what => `${folder}/${language.slice(0, 2)}-${size.width}-${what}.png`
			await world.fresh()
			const visit = new Visit(browser, world, size)
			const page = await visit.open({ language })
			const take = async what => {
				await page.waitForTimeout(350)
				await page.screenshot({ path: name(what) })
			}
			await page.waitForSelector('article.card')
			await take('1-today')
			await page.locator('article .press').nth(1).click()
			await take('2-sheet-act')
			await page.reload()
			await page.waitForSelector('article.card')
			await page.locator('.write').click()
			await page.locator('textarea').fill('今天拜访清波精铸 谈专线续约 王总')
			await page.waitForSelector('.sheet .field')
			await take('3-sheet-write')
			await page.reload()
			await page.waitForSelector('article.card')
			await page.locator('.tell').first().click()
			await take('4-entry')
			await page.goto(new URL('/#/customers', page.url()).href)
			await page.waitForSelector('.rows a')
			await take('5-customers')
			await page.locator('input[type=search]').fill('清波')
			await take('6-search')
			await page.locator('.rows a').first().click()
			await page.waitForSelector('.facts')
			await take('7-customer')
			await page.goto(new URL('/#/summary', page.url()).href)
			await page.waitForSelector('.written')
			await take('8-summary')
			await page.locator('.figures a').nth(2).click()
			await page.waitForSelector('.tell')
			await page.locator('.tell').nth(1).click()
			await take('9-figure')
			await page.goto(new URL('/#/me', page.url()).href)
			await take('a-me')
			await page.locator('.text-button').last().click()
			await page.waitForSelector('form')
			await take('b-sign-in')
			await visit.close()
		}
	await browser.close()
}

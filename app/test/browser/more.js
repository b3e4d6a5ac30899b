/* What else is promised: screen readers, big text, both languages, conflicts, wide screens. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { assert, each_place, places, test } from './harness.js'
import { scroll } from './look.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function violations(page) {
	const script = await page.evaluate(source => {
		if (!window.axe) (0, eval)(source)
		return window.axe.run(document, {
			runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
		})
	}, axe)
	return script.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)
}

for (const language of ['zh-CN', 'en-GB'])
	test(`screen readers and contrast: no violation (${language})`, async visit => {
		const page = await visit.open({ language, bypassCSP: true, reducedMotion: 'reduce' })
		await each_place(page, async name => {
			assert.deepEqual([name, ...(await violations(page))], [name])
		})
	})

test('big text stays within the page', async visit => {
	const page = await visit.open()
	await page.addInitScript(() => {
		document.addEventListener('DOMContentLoaded', () => {
			document.documentElement.style.fontSize = '200%'
		})
	})
	await page.reload()
	await each_place(page, async name => {
		const { over } = await scroll(page)
		const wide = await page.evaluate(() =>
			[...document.querySelectorAll('main *')]
				.filter(e => e.getBoundingClientRect().right > innerWidth + 1)
				.map(e => `${e.tagName}.${e.className}`)
				.slice(0, 4),
		)
		assert.deepEqual([name, over, wide], [name, 0, []])
	})
})

test('wide: the same line in the middle', async visit => {
	const page = await visit.open({ size: { width: 1280, height: 800 } })
	await places.today(page)
	const box = await page.locator('main').boundingBox()
	assert.ok(box.width <= 640)
	assert.ok(Math.abs(box.x + box.width / 2 - 640) <= 8)
})

test('a sentence is understood and shown before it is written', async visit => {
	const page = await visit.open()
	const { text, customer, person } = visit.world.sentence
	await page.locator('.write').click()
	await page.locator('.sheet textarea').fill(text)
	await page.waitForSelector('.sheet .field')
	const inputs = await page.locator('.sheet .field input').evaluateAll(all => all.map(i => i.value))
	assert.ok(inputs.includes(customer), inputs.join())
	assert.ok(inputs.includes(person), inputs.join())
	assert.equal(await page.locator('.kinds [aria-checked=true]').innerText(), '走访')
	await page.locator('.sheet .press').click()
	await page.locator('.line li.done', { hasText: '谈专线续约' }).first().waitFor()
})

test('without signal the phone’s own names do', async visit => {
	const page = await visit.open()
	await places.customers(page)
	await page.waitForTimeout(500)
	await visit.world.stop()
	const { text, customer } = visit.world.sentence
	await places.today(page)
	await page.locator('.write').click()
	await page.locator('.sheet textarea').fill(text)
	await page.waitForSelector('.sheet .field')
	const inputs = await page.locator('.sheet .field input').evaluateAll(all => all.map(i => i.value))
	await visit.world.start()
	assert.ok(inputs.includes(customer), inputs.join())
})

test('a conflict is told in one sentence, and what was written is kept', async visit => {
	const { world } = visit
	const answer = visit.words('可以，月底前开通')
	const asked = { customer: world.customer.code, need: visit.words('二楼要加一条专线') }
	const need = await world.write('zhou', 'visit.need', asked)
	const page = await visit.open()
	await page
		.getByRole('button', { name: `答复需求 ${world.customer.name}` })
		.first()
		.click()
	await page.locator('.sheet textarea').fill(answer)
	await world.write('song', 'visit.answered', { need, answer: '省公司已经答复' })
	await page.locator('.sheet .press').click()
	await page.getByText('没有记上：这件事现在是“已答复”').waitFor()
	await page.reload()
	await page.getByText('没有记上：这件事现在是“已答复”').waitFor()
	assert.equal(await world.count(answer), 0)
	await page.getByRole('button', { name: '改一改' }).click()
	assert.equal(await page.locator('.sheet textarea').inputValue(), answer)
	await page.keyboard.press('Escape')
	await page.getByRole('button', { name: '不要了' }).click()
	await page.waitForSelector('[data-state=refused]', { state: 'detached' })
})

test('signing in again loses nothing', async visit => {
	const { world } = visit
	const written = visit.words('登录过期时写的')
	const cookie = await world.session('zhou')
	const page = await visit.open({ who: null, cookie })
	await page.locator('article.card .press').first().click()
	await page.locator('.sheet textarea').fill(written)
	await world.end_session(cookie)
	await page.locator('.sheet .press').click()
	await page.waitForSelector('input[type=password]')
	await page.locator('input[name=login]').fill('zhou')
	await page.locator('input[type=password]').fill('不是这个密码')
	await page.locator('form .press').click()
	await page.locator('[role=alert]', { hasText: '密码' }).waitFor()
	await page.locator('input[type=password]').fill(world.password)
	await page.locator('form .press').click()
	await page.getByText(written).first().waitFor()
	await world.until(async () => (await world.count(written)) === 1)
})

test('an invitation is a name and a password, once', async visit => {
	const { world } = visit
	const token = await world.invite('s003')
	const context = await visit.phone({ who: null })
	const page = await context.newPage()
	await page.goto(`${world.url}/#/invite/${token}`)
	await page.getByText('，您好').waitFor()
	await page.locator('input[name=login]').fill(visit.words('newcomer'))
	await page.locator('input[type=password]').fill(world.password)
	await page.locator('form .press').click()
	await page.waitForSelector('.line .now')
	await page.goto(`${world.url}/#/invite/${token}`)
	await page.reload()
	await page.getByText('请让发给您的人再发一个').waitFor()
})

test(
	'what nobody can do any more is not due',
	async ({ world }) => {
		const { items } = await world.read('song', '/duties?for=unit:9900&limit=200')
		assert.ok(items.length > 0)
		for (const { what, state } of items) assert.ok(state !== 'missed' || what !== 'visit.cadence')
	},
	{ once: true },
)

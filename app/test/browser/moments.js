/* Moments the app was made for, and a whole day of three people; each says what it took. */
import { assert, go, places, test, write_here } from './harness.js'

const figure = name => `.figures a[href*="/figure/${name}?"]`

const said = (what, start) =>
	console.log(`        ${what}: ${((Date.now() - start) / 1000).toFixed(1)} s`)

const number = text => Number(text.replace(/[^\d.]/g, ''))

/* A figure of this month, or of this year, as the page of figures shows it. */
async function shown(page, name, size = 1) {
	await go(page, 'summary')
	await page.getByRole('radio').nth(size).click()
	const found = page.locator(`${figure(name)} .shown`)
	await found.waitFor()
	return number(await found.innerText())
}

async function drop(page, { name, text }) {
	const data = await page.evaluateHandle(
		([name, text]) => {
			const data = new DataTransfer()
			data.items.add(new File([text], name, { type: 'text/csv' }))
			return data
		},
		[name, text],
	)
	await page.dispatchEvent('main', 'drop', { dataTransfer: data })
}

test('moment 3: asked by the leader, one touch opens the late one', async visit => {
	const page = await visit.open({ who: 'song' })
	await shown(page, 'visit.needs_on_time', 2)
	const start = Date.now()
	await page.locator(figure('visit.needs_on_time')).click()
	const late = page.locator('.tell', { has: page.locator('.late') }).first()
	for (let i = 0; i < 10 && !(await late.count()); i++) {
		await page.mouse.wheel(0, 20_000)
		await page.waitForTimeout(200)
	}
	await late.click()
	const stretches = page.locator('.detail li')
	await stretches.first().waitFor()
	said('from the figure to the clock of the late one', start)
	const told = (await stretches.allInnerTexts()).join(' | ')
	assert.match(told, /周. \d\d:\d\d–.*周末.*个工作日/s)
	assert.ok(await page.locator('.detail li.out').count(), told)
})

test(
	'a day of three people ends in a chain that holds and in the day’s figures',
	async visit => {
		const { world } = visit
		const start = Date.now()
		const director = await visit.open({ who: 'song' })
		const visits = await shown(director, 'visit.count')
		const needs = await shown(director, 'visit.needs')
		await places.today(director)

		/* The clerk takes a call for the manager's customer, and a sheet with a new one. */
		const clerk = await visit.open({ who: 'chen' })
		const need = visit.words('想再开一条专线')
		await clerk.locator('.write').click()
		await clerk.locator('.sheet textarea').fill(`${world.customer.name} ${need}`)
		await clerk.getByRole('radio', { name: '客户需求' }).click()
		await clerk.locator('.sheet .press').click()
		await clerk.locator('.line li.done', { hasText: need }).first().waitFor()
		await drop(clerk, {
			name: '新增客户.csv',
			text: '集团编号,集团客户名称,客户类别\r\nXZ0001,清屿新开张食品有限公司,商企客户',
		})
		await clerk.getByText('收下1行').waitFor()
		await clerk.getByRole('button', { name: '收下', exact: true }).click()
		await clerk.getByText('撤回这一批').waitFor()

		/* The manager sees it come, answers, and makes the visit that was planned. */
		const manager = await visit.open()
		await manager
			.getByRole('button', { name: `答复需求 ${world.customer.name}` })
			.first()
			.click()
		await write_here(manager, visit.words('月底前开通'))
		await manager.locator('.line li.done', { hasText: visit.words('月底前开通') }).waitFor()
		await manager
			.getByRole('button', { name: `走访 ${world.customer.name}` })
			.first()
			.click()
		await write_here(manager, visit.words('两路光缆都看过了'))
		await manager.locator('.line li.done', { hasText: visit.words('两路光缆都看过了') }).waitFor()
		await manager.waitForSelector('[data-state]', { state: 'detached' })

		/* The director's line has it by itself, and so have his figures. */
		await director.locator('.line .done .who', { hasText: '周岚' }).first().click()
		await director.getByText(visit.words('两路光缆都看过了')).first().waitFor()
		assert.equal(await shown(director, 'visit.count'), visits + 1)
		assert.equal(await shown(director, 'visit.needs'), needs + 1)
		said('the day', start)
		assert.match(world.verify(), /\d/)
	},
	{ once: true },
)

/* Three moments the app was made for, and a whole day of three people; each says what it took. */
import { assert, go, places, test, write_here } from './harness.js'

const figure = name => `.figures a[href*="/figure/${name}?"]`

const said = (what, start) =>
	console.log(`        ${what}: ${((Date.now() - start) / 1000).toFixed(1)} s`)

const number = text => Number(text.replace(/[^\d.]/g, ''))

/* A figure of this month, or of this year, as the page of figures shows it. */
async function shown(page, name, size = 1) {
	await go(page, 'summary')
	await page.getByRole('radio').nth(size).click()
	await page.waitForSelector('.written')
	const found = page.locator(`${figure(name)} .shown`)
	/* A figure nobody has anything in yet is not shown. */
	return (await found.count()) ? number(await found.innerText()) : 0
}

/* What was written reaches the figures with the next answer of the server, not with the touch. */
async function grows_to(page, name, wanted) {
	let found
	for (let i = 0; i < 50 && found !== wanted; i++) {
		if (i) await page.waitForTimeout(200)
		found = await shown(page, name)
	}
	assert.equal(found, wanted)
}

/* Two sheets as they lie about: in GB 18030's headings nobody planned, sums with commas. */
function sheets() {
	const kinds = ['行业客户', '商企客户']
	const customers = Array.from({ length: 128 }, (_, i) => ({
		code: `QY${String(i + 1).padStart(4, '0')}`,
		name: `清屿第${i + 1}精铸有限公司`,
		kind: kinds[i % 3 ? 1 : 0],
	}))
	const list = ['集团编号,集团客户名称,客户类别,所属单位']
	for (const { code, name, kind } of customers) list.push(`${code},${name},${kind},0`)
	list.push(',没有编号的公司,行业客户,0')
	const revenue = ['集团编号,集团客户名称,账期,出账收入（元）']
	const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear()
	for (const [i, { code, name }] of customers.entries())
		for (let month = 1; month <= 12; month++)
			revenue.push(`${code},${name},${year - 1}年${month}月,"${i + 1},${100 + month}.50"`)
	return [
		{ name: '集团客户名单（最终版）.csv', text: list.join('\r\n') },
		{ name: '去年收入表.csv', text: revenue.join('\r\n') },
	]
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

test(
	'moment 1: it has understood my sheets',
	async visit => {
		const book = await visit.world.empty_book()
		try {
			const context = await visit.phone({ who: null })
			const page = await context.newPage()
			await page.goto(book.link)
			await page.locator('input[name=organisation]').fill('清屿通信')
			await page.locator('input[name=name]').fill('闻知')
			await page.locator('input[name=login]').fill('wen')
			await page.locator('input[type=password]').fill(visit.world.password)
			await page.locator('form .press').click()
			await page.waitForSelector('.line .now')
			const start = Date.now()
			const [list, revenue] = sheets()
			await drop(page, list)
			await page.getByText('是“集团客户”').waitFor()
			await page.getByText('收下128行，退回1行').waitFor()
			assert.equal(await page.getByText('退回的行').count(), 1)
			await page.getByRole('button', { name: '收下', exact: true }).click()
			await page.getByText('撤回这一批').waitFor()
			await page.getByRole('button', { name: '收起' }).click()
			await drop(page, revenue)
			await page.getByText('收下1536行').waitFor()
			await page.getByRole('button', { name: '收下', exact: true }).click()
			await page.getByText('撤回这一批').waitFor()
			await page.getByRole('button', { name: '收起' }).click()
			await go(page, 'summary')
			await page.getByRole('radio', { name: '今年' }).click()
			const many = page.locator('.written .figure', { hasText: '128家' }).first()
			await many.waitFor()
			said('from the two sheets to the draft', start)
			assert.ok(Date.now() - start < 60_000)
			await many.click()
			const rows = page.locator('ol.card > li')
			await rows.first().waitFor()
			for (let i = 0; i < 20 && (await rows.count()) < 128; i++) {
				await page.mouse.wheel(0, 20_000)
				await page.waitForTimeout(200)
			}
			assert.equal(await rows.count(), 128)
		} finally {
			await book.close()
		}
	},
	{ once: true },
)

test('moment 2: thirty seconds at the door', async visit => {
	const promise = visit.words('下周三前给出光缆改造方案')
	const page = await visit.open()
	const before = await shown(page, 'visit.count')
	await places.today(page)
	const start = Date.now()
	const card = page.locator('article.card', { hasText: visit.world.customer.name }).first()
	await card.locator('.glance').waitFor()
	const glance = await card.locator('.glance dt').allInnerTexts()
	assert.ok(glance.includes('上次'), glance.join())
	await card.getByRole('button').click()
	await page.locator('.sheet textarea').fill(visit.words('机房在二楼，想要双路由'))
	await page.getByLabel('答应客户的事').fill(promise)
	const due = page.locator('.sheet input[type=date]')
	await due.fill(new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10))
	await page.locator('.sheet .press').click()
	const kept = page.locator('article.card', { hasText: '兑现承诺' })
	await kept.first().waitFor()
	said('from the card to the new promise', start)
	assert.ok(Date.now() - start < 30_000)
	/* A promise of an earlier test may stand there already: what was sent has not arrived by that. */
	await page.waitForSelector('[data-state]', { state: 'detached' })
	await grows_to(page, 'visit.count', before + 1)
})

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

	/* Last year's plans come back in what is still lacking, each with its end. */
	await go(page, 'summary')
	await page.getByRole('radio', { name: '今年' }).click()
	const plans = page.locator('.written p', { hasText: '上次提出的打算' })
	await plans.locator('.figure').first().click()
	const rows = page.locator('ol.card > li')
	await rows.first().waitFor()
	for (const row of await rows.allInnerTexts()) assert.match(row, /做到：[是否]|没有?做到|已做到/)
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
		await grows_to(director, 'visit.count', visits + 1)
		await grows_to(director, 'visit.needs', needs + 1)
		said('the day', start)
		assert.match(world.verify(), /\d/)
	},
	{ once: true },
)

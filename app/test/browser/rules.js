/* Every row of the fifteen rules, and 自然流, as something that can fail. */
import { readFileSync } from 'node:fs'
import { assert, each_place, go, places, test, write_here } from './harness.js'
import { controls, motions, own_text, scroll } from './look.js'

const own = 'article.card .press'

test('rule 1: one column of an app, and it works without signal', async visit => {
	const written = visit.words('没有信号时写的')
	const page = await visit.open()
	await each_place(page, async name => {
		const { over, wide } = await scroll(page)
		assert.deepEqual([name, over, wide], [name, 0, 0])
		for (const c of await controls(page))
			assert.equal(c.target, '', `${name}: ${c.name} opens a window`)
	})
	const manifest = await page.evaluate(async () => (await fetch('/manifest.webmanifest')).json())
	assert.equal(manifest.display, 'standalone')
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
	await page.reload()
	await places.today(page)
	const before = await page.locator('.line li.done').count()
	assert.ok(before > 0)

	await visit.world.stop()
	await page.reload()
	await page.waitForSelector('[role=status]')
	const kept = await page.locator('.line li.done').count()
	assert.ok(kept >= Math.min(before, 30), `the last line can be read: ${kept} of ${before}`)
	await page.locator(own).first().click()
	await write_here(page, written)
	await page.getByText(written).waitFor()
	await page.close()

	/* The app was closed; only then does the signal come back. */
	const later = await visit.contexts[0].newPage()
	await later.goto(visit.world.url)
	await later.getByText(written).waitFor()
	await visit.world.start()
	await later.reload()
	await later.waitForSelector('[data-state=waiting]', { state: 'detached' })
	await later.getByText(written).waitFor()
	await visit.world.until(async () => (await visit.world.count(written)) > 0)
	assert.equal(await visit.world.count(written), 1)
	assert.equal(await later.getByText(written).count(), 1)
})

test('rule 2: what was done is seen, and no motion holds anyone up', async visit => {
	const closed = visit.words('看见圆合上')
	const page = await visit.open()
	await places.today(page)
	const act = await page.locator(own).first().getAttribute('aria-label')
	await page.locator(own).first().click()
	await write_here(page, closed)
	await page.locator('.line li.done', { hasText: closed }).waitFor()
	await page.waitForSelector(`[aria-label="${act}"]`, { state: 'detached' })
	await each_place(page, async name => {
		for (const span of await motions(page))
			assert.ok(span <= 300, `${name}: a motion of ${span} ms`)
	})
})

test('rule 3: one list, three places', async visit => {
	const page = await visit.open()
	await places.today(page)
	assert.equal(await page.locator('main ol').count(), 1)
	assert.equal(await page.locator('.trunk a').count(), 3)
})

test('rule 4: one dimension: no drawer, no tabs in tabs, three steps deep', async visit => {
	const page = await visit.open()
	const routes = new Map()
	await each_place(page, async name => {
		assert.equal(
			await page.locator('[role=tablist], [role=tab], [role=menu], .van-swipe').count(),
			0,
		)
		const { boxes } = await scroll(page)
		if (name !== 'sheet') assert.equal(boxes, 0, `${name}: the page alone scrolls`)
		const kind = href => href.replace(/^#\/(\w+).*/, '$1')
		const links = await page
			.locator('a[href^="#/"]')
			.evaluateAll(all => all.map(a => a.getAttribute('href')))
		routes.set(name, new Set(links.map(kind)))
	})
	const depth = new Map(['today', 'customers', 'summary'].map(name => [name, 1]))
	for (let step = 1; step < 6; step++)
		for (const [name, at] of [...depth])
			if (at === step)
				for (const to of routes.get(name) ?? []) if (!depth.has(to)) depth.set(to, step + 1)
	for (const [name, at] of depth) assert.ok(at <= 3, `${name} lies ${at} deep`)
	assert.ok(depth.has('customer') && depth.has('me'))
})

test('rule 5: the trunk is the same for everybody', async visit => {
	for (const who of visit.world.people) {
		const page = await visit.open({ who })
		for (const place of ['today', 'customers', 'summary']) {
			await go(page, place)
			const trunk = await page.locator('.trunk a').allInnerTexts()
			assert.deepEqual([who, ...trunk.map(t => t.trim())], [who, '今天', '客户', '总结'])
		}
	}
})

test('rule 6: one way to do one thing', async visit => {
	const page = await visit.open()
	await each_place(page, async name => {
		const seen = new Set()
		for (const c of await controls(page)) {
			if (c.number) continue
			const key = [c.part, c.group, c.name, c.to].join(' | ')
			assert.ok(!seen.has(key), `${name}: twice ${key}`)
			seen.add(key)
		}
	})
})

const technical =
	/[0-9A-HJKMNP-TV-Z]{26}|customer:|staff:|unit:|undefined|NaN|\bnull\b|\[object|\b[45]\d\d\b(?!天|元|户|\.)|JSON|HTTP|API|\b\w+\.\w+_?\w*\b(?<!\d)/

test('rule 7: no technical word, also when something goes wrong', async visit => {
	const page = await visit.open()
	await each_place(page, async name => {
		const text = await own_text(page)
		const found = technical.exec(text)
		assert.equal(found, null, `${name}: ${found?.[0]}`)
	})
	await page.goto(`${visit.world.url}/#/customer/nobody`)
	await page.waitForSelector('[role=alert]')
	const said = await page.locator('main').innerText()
	assert.doesNotMatch(said, technical)
	assert.match(said, /[\u4e00-\u9fa5]{4}/)
})

test('rule 8: nothing to set', async visit => {
	const page = await visit.open()
	await places.me(page)
	const names = (await controls(page)).map(c => c.name)
	const expected = /^(返回|让它退出.*|退出|今天|客户|总结)$/
	for (const name of names) assert.match(name, expected)
})

test('rule 9: it ends: nothing more today', async visit => {
	const page = await visit.open()
	const end = page.getByText('今天没有了')
	await page.locator(own).first().waitFor()
	assert.equal(await end.count(), 0)
	for (let i = 0; i < 12 && !(await end.count()); i++) {
		const done = visit.words(`办了${i}-`)
		await page.locator(own).first().click()
		await write_here(page, done)
		await page.waitForSelector('.sheet', { state: 'hidden' })
		await page.locator('.line li.done', { hasText: done }).first().waitFor()
		await page.waitForSelector('[data-state]', { state: 'detached' })
	}
	await end.waitFor()
	assert.equal(await page.locator('.overdue').count(), 0)
})

test('rule 10: a leader reads the same facts on the same screens', async visit => {
	const sentences = async who => {
		const page = await visit.open({ who })
		await page.waitForSelector('.line li.done .tell, .line li.done .who')
		for (const folded of await page.locator('.line li.done .who').all()) await folded.click()
		return page.locator('.line li.done .sentence').allInnerTexts()
	}
	const [manager, leader] = [await sentences('zhou'), await sentences('song')]
	assert.ok(manager.some(sentence => leader.includes(sentence)))
})

test('rule 11: classified first, each customer in one class', async visit => {
	const page = await visit.open({ who: 'song' })
	await places.customers(page)
	await page.mouse.wheel(0, 20_000)
	await page.waitForTimeout(300)
	const groups = await page.locator('section h2').allInnerTexts()
	assert.ok(groups.length > 1)
	assert.equal(new Set(groups).size, groups.length)
	const links = await page
		.locator('.rows a')
		.evaluateAll(all => all.map(a => a.getAttribute('href')))
	assert.equal(new Set(links).size, links.length)
})

test(
	'rule 12: every control does something',
	async visit => {
		const page = await visit.open()
		for (const name of ['today', 'customers', 'customer', 'summary', 'figure']) {
			if ((await places[name](page)) === false) continue
			const buttons = page.locator('main button:visible:not([disabled]):not([aria-checked=true])')
			const count = Math.min(await buttons.count(), 12)
			for (let i = 0; i < count; i++) {
				await places[name](page)
				const button = buttons.nth(i)
				if (!(await button.count())) continue
				const label = await button.evaluate(e => e.getAttribute('aria-label') ?? e.innerText)
				let asked = 0
				const count_asked = () => asked++
				const chooser = page
					.waitForEvent('filechooser', { timeout: 700 })
					.then(count_asked, () => 0)
				page.on('request', count_asked)
				const before = await page.evaluate(() => document.body.innerHTML + location.href)
				await button.click()
				await page.waitForTimeout(120)
				const after = await page.evaluate(() => document.body.innerHTML + location.href)
				if (before === after && !asked) await chooser
				page.off('request', count_asked)
				assert.ok(before !== after || asked, `${name}: “${label}” does nothing`)
				await page.goto(`${visit.world.url}/#/today`)
				await page.reload()
				await page.waitForSelector('.line .now')
			}
		}
	},
	{ once: true },
)

test('rule 13: the core loop takes three touches and a moment', async visit => {
	const third = visit.words('三下办好')
	const page = await visit.open()
	await places.today(page)
	const start = Date.now()
	await page.locator(own).first().click() // one
	await page.locator('.sheet textarea').fill(third)
	await page.locator('.sheet .press').click() // two
	await page.locator('.line li.done', { hasText: third }).waitFor()
	assert.ok(Date.now() - start < 15_000)
})

test(
	'rule 14: every place answers to something that was asked for',
	async () => {
		const root = new URL('../../', import.meta.url)
		const routes = [
			...readFileSync(new URL('src/router.ts', root), 'utf8').matchAll(/path: '(\/\w[^']*)'/g),
		]
		const said = readFileSync(new URL('../docs/app.md', root), 'utf8')
		assert.ok(routes.length > 5)
		for (const [, path] of routes)
			assert.match(
				said,
				new RegExp(`\\| \`${path.replace(/[/:]/g, '\\$&')}\` .*\\b[A-H]\\d+`),
				`${path}`,
			)
	},
	{ once: true },
)

const managing =
	/管理|设置|维护|配置|分组|排序|筛选|新建|编辑|manage|settings|configure|sort|filter/i

test('rule 15: nobody manages anything', async visit => {
	const page = await visit.open()
	await each_place(page, async name => {
		for (const c of await controls(page))
			if (!c.tell && !c.row) assert.doesNotMatch(c.name, managing, `${name}: ${c.name}`)
		assert.equal(await page.locator('table').count(), 0)
	})
})

test('自然流 a: nothing explains itself', async visit => {
	const page = await visit.open()
	await each_place(page, async name => {
		assert.equal(
			await page.locator('[title]:not(svg title), [role=tooltip], .van-popover').count(),
			0,
		)
		const text = await page.locator('body').innerText()
		assert.doesNotMatch(text, /[?？]|提示|帮助|教程|点击|请输入|请选择/, name)
		for (const c of await controls(page)) {
			assert.doesNotMatch(c.placeholder, /请|点|…|输入/, `${name}: ${c.placeholder}`)
			const label = c.part === 'radio' || (c.part === 'button' && !c.tell && !c.name.includes(' '))
			if (label && !c.row)
				assert.ok([...c.name].length <= 7, `${name}: “${c.name}” is long for a label`)
		}
	})
})

/* The machine may be busy with others: the best of six tries tells what the app takes. */
async function best_of_six(measure) {
	let best = Infinity
	for (let i = 0; i < 6 && best >= 100; i++) best = Math.min(best, await measure(i))
	return best
}

test('自然流 b: a touch is answered within 100 ms, once, and can be undone', async visit => {
	const page = await visit.open()
	await places.today(page)
	const sheet_ms = await best_of_six(async () => {
		await page.keyboard.press('Escape')
		await page.waitForSelector('.sheet', { state: 'hidden' })
		return page.evaluate(async () => {
			const start = performance.now()
			document.querySelector('.write').click()
			await new Promise(done => requestAnimationFrame(() => setTimeout(done)))
			if (!document.querySelector('.sheet textarea')) return Infinity
			return performance.now() - start
		})
	})
	assert.ok(sheet_ms < 100, `the sheet took ${sheet_ms} ms`)
	await page.keyboard.press('Escape')

	let twice
	const line_ms = await best_of_six(async i => {
		twice = visit.words(`点两下只有一笔${i}-`)
		await page.waitForSelector('[data-state]', { state: 'detached' })
		if (i) await visit.world.fresh()
		await page.waitForSelector('.sheet', { state: 'hidden' })
		await page.locator('article.card .press').first().click()
		await page.locator('.sheet textarea').fill(twice)
		await page.waitForTimeout(300)
		return page.evaluate(async words => {
			const button = document.querySelector('.sheet .press')
			const start = performance.now()
			button.click()
			button.click()
			while (!document.querySelector('.line')?.textContent.includes(words))
				await new Promise(requestAnimationFrame)
			await new Promise(requestAnimationFrame)
			return performance.now() - start
		}, twice)
	})
	console.log(
		`        the sheet after ${Math.round(sheet_ms)} ms, the line ${Math.round(line_ms)} ms`,
	)
	assert.ok(line_ms < 100, `event to paint took ${line_ms} ms`)
	await page.waitForSelector('[data-state]', { state: 'detached' })
	await visit.world.until(async () => (await visit.world.count(twice)) > 0)
	assert.equal(await visit.world.count(twice), 1)

	const row = page.locator('.line li.done', { hasText: twice })
	await row.getByRole('button', { name: '撤销' }).click()
	await row.getByText('已作废').waitFor()
	assert.equal(await page.locator('[role=alertdialog], .van-dialog').count(), 0)
	await visit.world.until(async () => (await visit.world.withdrawn(twice)) === true)
})

/* The largest y of a cubic bezier with these two control points. */
function highest(y1, y2) {
	let top = 0
	for (let t = 0; t <= 1; t += 0.01)
		top = Math.max(top, 3 * (1 - t) ** 2 * t * y1 + 3 * (1 - t) * t * t * y2 + t ** 3)
	return top
}

test('自然流 c: motion comes to rest a little past its place, and not for who wants none', async visit => {
	const page = await visit.open()
	await places.today(page)
	const motion = await page.evaluate(() => {
		const probe = document.createElement('li')
		probe.className = 'line-enter-active line-enter-from'
		document.querySelector('.line').append(probe)
		const { transitionDuration, transitionTimingFunction, transform } = getComputedStyle(probe)
		probe.remove()
		return { transitionDuration, transitionTimingFunction, transform }
	})
	const [, , y1, , y2] = /cubic-bezier\(([\d.]+), ([\d.]+), ([\d.]+), ([\d.]+)\)/
		.exec(motion.transitionTimingFunction)
		.map(Number)
	const distance = Math.abs(Number(motion.transform.match(/matrix\((.*)\)/)[1].split(',')[5]))
	const over = (highest(y1, y2) - 1) * distance
	assert.ok(over > 0.1 && over <= 6, `${over} px past`)
	for (const part of motion.transitionDuration.split(',')) {
		const ms = parseFloat(part) * 1000
		assert.ok(ms >= 180 && ms <= 240, `${ms} ms`)
	}
	const still = await visit.open({ reducedMotion: 'reduce' })
	await each_place(still, async () => {
		for (const span of await motions(still))
			assert.ok(span <= 10, `${span} ms though none is wanted`)
	})
})

test('自然流 d: it does not speak of itself', async visit => {
	const page = await visit.open()
	await each_place(page, async name => {
		const text = await own_text(page)
		assert.doesNotMatch(text, /智能|AI|欢迎使用|为您|版本|v\d|powered|大数据|一本账/i, name)
	})
})

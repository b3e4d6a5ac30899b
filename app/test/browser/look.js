/*
 * What is on a page, for the rules that are about that: its controls, its own text, its
 * motion. Each function runs inside the page.
 */

/* Everything that can be touched: its part, its name, where it leads. */
export const controls = page =>
	page.evaluate(() => {
		const seen = element => element.offsetParent !== null || element.getClientRects().length > 0
		const all = 'a[href], button, input, textarea, [role=link], [role=radio], [role=button]'
		return [...document.querySelectorAll(all)]
			.filter(e => seen(e) && !e.closest('[inert], [aria-hidden=true]') && e.tabIndex >= 0)
			.map(e => ({
				part: e.getAttribute('role') ?? e.tagName.toLowerCase(),
				name: (
					e.getAttribute('aria-label') ??
					(e.labels?.[0]?.innerText || e.innerText || e.placeholder || '')
				)
					.replace(/\s+/g, ' ')
					.trim(),
				group: e.closest('[role=radiogroup]')?.getAttribute('aria-label') ?? '',
				to: e.getAttribute('href') ?? '',
				/* A number in the written text opens its entries, as often as it is said. */
				number: e.classList.contains('figure'),
				tell: e.classList.contains('tell') || e.classList.contains('who'),
				row: Boolean(e.closest('.rows, .figures, .found, .written')),
				target: e.getAttribute('target') ?? '',
				title: e.getAttribute('title') ?? '',
				placeholder: e.getAttribute('placeholder') ?? '',
			}))
	})

export const scroll = page =>
	page.evaluate(() => {
		const root = document.documentElement
		const wide = [...document.querySelectorAll('body *')].filter(
			e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'auto',
		).length
		const boxes = [...document.querySelectorAll('body *')].filter(e => {
			const flow = getComputedStyle(e).overflowY
			return (flow === 'auto' || flow === 'scroll') && e.scrollHeight > e.clientHeight + 1
		}).length
		return { over: root.scrollWidth - root.clientWidth, wide, boxes }
	})

/* Every span of motion on the page, in milliseconds. */
export const motions = page =>
	page.evaluate(() => {
		const ms = text => text.split(',').map(part => parseFloat(part) * (/ms/.test(part) ? 1 : 1000))
		const found = []
		for (const e of document.querySelectorAll('body *')) {
			const { transitionDuration, animationDuration, animationIterationCount } = getComputedStyle(e)
			found.push(...ms(transitionDuration))
			if (animationIterationCount !== 'infinite') found.push(...ms(animationDuration))
		}
		return found.filter(span => span > 0)
	})

/* What the app itself says; what entries say is the book's. */
export const own_text = page =>
	page.evaluate(() => {
		const copy = document.body.cloneNode(true)
		for (const e of copy.querySelectorAll('.sentence, dd, svg, script')) e.remove()
		return copy.textContent
	})

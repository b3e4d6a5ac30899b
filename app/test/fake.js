/*
 * A little server with the shapes of the real one, for working on the app without it and for
 * the tests that are about the app alone. It keeps entries by id, once, as the book does; it
 * can be stopped and started again with what it holds.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as data from './fake_data.js'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const types = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.webmanifest': 'application/manifest+json',
}
const policy =
	"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export class Fake {
	constructor() {
		this.entries = new Map()
		this.posts = 0
		this.signed_in = 'zhou'
		this.seq = 1600
		this.refuse = null
		this.streams = new Set()
	}

	async start(port = 0) {
		this.server = createServer((request, response) => {
			this.answer(request, response).catch(error => {
				response.writeHead(500).end(String(error))
			})
		})
		await new Promise(done => this.server.listen(port, '127.0.0.1', done))
		this.port = this.server.address().port
		this.url = `http://127.0.0.1:${this.port}`
		return this
	}

	async stop() {
		this.server.closeAllConnections()
		await new Promise(done => this.server.close(done))
	}

	async answer(request, response) {
		const url = new URL(request.url, 'http://here')
		const en = request.headers['accept-language']?.startsWith('en')
		if (!url.pathname.startsWith('/api/')) return this.file(url.pathname, response)
		const body = await read(request)
		const path = decodeURIComponent(url.pathname.slice(4))
		const [status, reply] = this.route(request, path, url.searchParams, body, en, response)
		if (status === 0) return
		const type = status >= 400 ? 'application/problem+json' : 'application/json'
		response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-cache' })
		response.end(status === 204 ? undefined : JSON.stringify(reply))
	}

	async file(path, response) {
		const name = normalize(path === '/' ? '/index.html' : path)
		try {
			const bytes = await readFile(join(DIST, name))
			response.writeHead(200, {
				'Content-Type': types[extname(name)] ?? 'application/octet-stream',
				'Content-Security-Policy': policy,
			})
			response.end(bytes)
		} catch {
			response.writeHead(404).end()
		}
	}

	route(request, path, query, body, en, response) {
		const list = items => [200, { items, next: null }]
		if (path === '/invitations/first') return [200, { staff: null, name: '', first: true }]
		if (path.startsWith('/invitations/') && request.method === 'GET')
			return path.endsWith('/gone') ? problem(404, 'x') : [200, { staff: 'zhou', name: '周岚' }]
		if (path === '/session' && request.method === 'POST') {
			const { login, password } = JSON.parse(body)
			if (password !== 'right')
				return problem(401, en ? 'That does not fit' : '账号或密码不对，请再试一次')
			this.signed_in = login
		}
		if (path === '/session' && request.method === 'DELETE') {
			this.signed_in = null
			return [204]
		}
		const person = data.people[this.signed_in]
		if (!person) return problem(401, en ? 'Please enter' : '请先进入')
		if (path === '/session') return [200, this.session(person)]
		if (path === '/events') return this.stream(response)
		if (path === '/entries' && request.method === 'POST')
			return this.take(JSON.parse(body).entries, en)
		const lists = {
			'/duties': () => list(this.duties(query.get('for'), en)),
			'/timeline': () => list(this.line(query.get('for'), en)),
			'/customers': () => list(this.customers(en)),
			'/kinds': () => [200, { kinds: data.kinds_in(en) }],
			'/search': () => list(this.search(query.get('q'), query.get('type'), en)),
			'/measures': () => list(data.measures_in(en)),
			'/sessions': () => list(devices(en)),
			'/recognise': () => this.recognise(query.get('text'), en),
		}
		if (lists[path]) return lists[path]()
		const [, what, id] = path.split('/')
		if (what === 'sessions') return [204]
		if (what === 'entries') return this.entry(id, en)
		if (what === 'customers') return this.customer(id, en)
		if (what === 'duties') return [200, data.clock_in(en)]
		if (what === 'measures') return list(data.evidence_in(en))
		if (what === 'summaries') return [200, data.summary_in(en, id)]
		if (what === 'import') return [200, this.import(query.get('dry'), en)]
		return problem(404, 'x')
	}

	session({ name, unit, roles, leads }) {
		const { NOW: now, TODAY: today } = data
		return {
			staff: this.signed_in,
			name,
			unit,
			roles,
			leads,
			language: '',
			today,
			now,
			book: 'demo',
			seq: this.seq,
		}
	}

	stream(response) {
		response.writeHead(200, { 'Content-Type': 'text/event-stream' })
		response.write(`event: seq\ndata: {"seq":${this.seq}}\n\n`)
		this.streams.add(response)
		response.on('close', () => this.streams.delete(response))
		return [0]
	}

	take(entries, en) {
		this.posts++
		const answers = entries.map(entry => {
			const held = this.entries.get(entry.id)
			if (held) return { id: entry.id, status: 'already', seq: held.seq }
			const why = this.refuse?.(entry, en)
			if (why) return { id: entry.id, status: 'refused', problem: why }
			this.entries.set(entry.id, { ...entry, seq: ++this.seq })
			return { id: entry.id, status: 'appended', seq: this.seq }
		})
		for (const stream of this.streams) stream.write(`event: seq\ndata: {"seq":${this.seq}}\n\n`)
		return [200, { answers }]
	}

	withdrawn() {
		return new Set(
			[...this.entries.values()].filter(e => e.kind === 'entry.withdrawn').map(e => e.body.entry),
		)
	}

	duties(whose, en) {
		const gone = this.withdrawn()
		const done = [...this.entries.values()].filter(e => !gone.has(e.id))
		const left = data
			.duties_in(en)
			.filter(
				d =>
					!done.some(
						e =>
							e.kind === d.act?.kind &&
							JSON.stringify(e.body).includes(d.act.prefill.customer ?? 'need-1'),
					),
			)
		const leading = data.people[this.signed_in].leads.length > 0
		if (whose === 'me') return this.signed_in === 'zhou' ? left : []
		return leading ? left : []
	}

	line(whose, en) {
		const gone = this.withdrawn()
		const kinds = data.kinds_in(en)
		const all = data.customers(en)
		const mine = [...this.entries.values()]
			.reverse()
			.filter(e => e.kind !== 'entry.withdrawn')
			.map(e => {
				const customer = all.find(c => c.code === e.body.customer)
				const label = kinds.find(k => k.name === e.kind)?.label ?? ''
				const said =
					e.body.observation ??
					e.body.result ??
					e.body.answer ??
					e.body.purpose ??
					e.body.need ??
					e.body.item ??
					''
				return {
					seq: e.seq,
					id: e.id,
					kind: e.kind,
					title: label,
					sentence: `${label} ${customer?.name ?? ''}：${said}`,
					at: e.at,
					recorded_at: data.NOW,
					author: { ref: 'staff:zhou', name: '周岚' },
					about: customer ? [{ ref: customer.ref, name: customer.name }] : [],
					origin: e.origin ?? 'live',
					withdrawn: gone.has(e.id),
					corrected: false,
					mine: true,
					undo: true,
				}
			})
		const old = data
			.entries_in(en)
			.map(e => ({ ...e, withdrawn: gone.has(e.id), mine: this.signed_in === 'zhou' }))
		const line = [...mine, ...old]
		return whose.startsWith('customer:')
			? line.filter(e => e.about.some(a => a.ref === whose))
			: line
	}

	customers(en) {
		const due = data.duties_in(en)
		return data.customers(en).map(c => {
			const first = due.find(d => d.subject.ref === c.ref)
			return { ...c, due: first ? { what: first.title, due: first.due } : null }
		})
	}

	customer(id, en) {
		const found = data.customers(en).find(c => c.code === id)
		if (!found) return problem(404, en ? 'There is no such customer' : '没有这个客户')
		const first = id === 'QY0001'
		const none = { persons: [], last: null, promise: null, expires: [], cases: [] }
		return [
			200,
			{
				...found,
				tier: {
					...found.tier,
					why: [en ? 'mean ¥124,000 ≥ ¥100,000' : '月均收入12.4万元 ≥ 10万元'],
				},
				facts: [
					{ label: en ? 'Class' : '类别', value: found.category },
					{ label: en ? 'Since' : '合作', value: en ? '1/3/2019' : '2019年3月起' },
				],
				deputy: { ref: 'staff:chen', name: '陈恕' },
				duties: this.duties('me', en).filter(d => d.subject.ref === found.ref),
				glance: first ? data.glance_in(en) : none,
			},
		]
	}

	search(q, type, en) {
		const found =
			(type ?? 'customer') === 'customer'
				? data.customers(en).filter(c => c.name.includes(q) || c.code.endsWith(q))
				: []
		return found.map(c => ({ ref: c.ref, type: 'customer', name: c.name, detail: c.tier.name }))
	}

	recognise(text, en) {
		const customer = data.customers(en).find(c => text.includes(c.name.replace('有限公司', '')))
		const kind = /打算|plan/.test(text) ? 'plan.made' : 'visit.made'
		const main = kind === 'plan.made' ? 'item' : 'observation'
		const fields = []
		if (customer) fields.push({ name: 'customer', value: customer.code, shown: customer.name })
		const met = /([\u4e00-\u9fa5]总)/.exec(text)
		if (met && kind === 'visit.made') fields.push({ name: 'with', value: met[1], shown: met[1] })
		fields.push({ name: main, value: text, shown: text })
		return [
			200,
			{
				kind,
				body: Object.fromEntries(fields.map(f => [f.name, f.value])),
				fields,
				sure: Boolean(customer),
			},
		]
	}

	entry(id, en) {
		const found = this.line('me', en).find(e => e.id === id)
		if (!found) return problem(404, 'x')
		const row = (zh, english, value) => ({ label: en ? english : zh, value })
		return [
			200,
			{
				...found,
				fields: [row('方式', 'How', en ? 'On site' : '上门'), row('见到的人', 'Met', '李青')],
			},
		]
	}

	import(dry, en) {
		return {
			recognised: { kind: 'revenue.posted', label: en ? 'Revenue' : '收入入账' },
			taken: 126,
			refused: 2,
			same: 0,
			batch: dry ? undefined : 'b1',
			refused_file: '/api/files/refused',
		}
	}
}

function devices(en) {
	const row = (id, device, current) => ({
		id,
		device,
		current,
		created_at: data.NOW,
		seen_at: '2026-11-23T20:10:00+08:00',
	})
	return [
		row('1', en ? 'Android phone' : '安卓手机', true),
		row('2', en ? 'Windows computer' : 'Windows 电脑', false),
	]
}

const problem = (status, detail) => [status, { type: 'about:blank', title: detail, status, detail }]

async function read(request) {
	const parts = []
	for await (const part of request) parts.push(part)
	return Buffer.concat(parts).toString()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const fake = await new Fake().start(Number(process.argv[2] ?? 8080))
	console.log(fake.url)
}

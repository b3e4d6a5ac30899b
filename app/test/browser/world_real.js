/*
 * The real program as a world for the tests: `yiben serve` with a sample book of its own
 * (--yiben), which can be killed and started; or a server that is there already (--server).
 */
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/* The people of the sample book: a manager, the leader of all, and the office. */
const staff = { zhou: 'zhou', song: 's001', chen: 's002' }
const PASSWORD = '清屿的石阶有九十九级'

async function free_port() {
	const probe = createServer().listen(0, '127.0.0.1')
	await new Promise(done => probe.once('listening', done))
	const { port } = probe.address()
	await new Promise(done => probe.close(done))
	return port
}

class Program {
	constructor(path, port, size) {
		Object.assign(this, { path, port })
		this.folder = mkdtempSync(join(tmpdir(), 'yiben-app-'))
		const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
		if (size) this.run('demo', '--size', size, '--as-of', today)
		else this.run('init', '--pack', 'telecom')
	}

	run(...words) {
		return execFileSync(this.path, ['--db', join(this.folder, 'book.db'), ...words], {
			encoding: 'utf8',
			maxBuffer: 64 << 20,
		})
	}

	async start() {
		const words = [
			'--db',
			join(this.folder, 'book.db'),
			'serve',
			'--listen',
			`127.0.0.1:${this.port}`,
		]
		this.child = spawn(this.path, words)
		this.said = ''
		process.once('exit', () => this.child.kill('SIGKILL'))
		const hear = part => (this.said += part)
		this.child.stdout.on('data', hear)
		this.child.stderr.on('data', hear)
		for (let i = 0; i < 100; i++) {
			/* It answers a moment before it says where it is. */
			const answers = await fetch(`http://127.0.0.1:${this.port}/`).catch(() => null)
			if (answers && this.said.includes('http')) return
			await new Promise(done => setTimeout(done, 100))
		}
		throw new Error(`it does not serve: ${this.said}`)
	}

	remove() {
		rmSync(this.folder, { recursive: true })
	}

	/* Killed, not asked to end: what was acknowledged must be there all the same. */
	async stop() {
		const ended = new Promise(done => this.child.once('exit', done))
		this.child.kill('SIGKILL')
		await ended
	}
}

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/* A ULID whose time is long ago: here only that there is one counts. */
const entry_id = () => `01${[...randomBytes(24)].map(b => LETTERS[b & 31]).join('')}`

const cookie_of = response => /yiben=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1]

async function ask(url, path, body, cookie) {
	const response = await fetch(`${url}/api${path}`, {
		method: body ? 'POST' : 'GET',
		headers: {
			'X-Yiben': '1',
			'Content-Type': 'application/json',
			...(cookie && { Cookie: `yiben=${cookie}` }),
		},
		body: body && JSON.stringify(body),
	})
	const told = await response.json()
	if (!response.ok) throw new Error(`${path}: ${JSON.stringify(told)}`)
	return { told, cookie: cookie_of(response) }
}

/* Everybody comes in by a link, as people do: the office by the first one. */
async function come_in(url, first) {
	const cookies = {}
	const accept = async (who, token) => {
		const body = { token, login: staff[who], password: PASSWORD }
		cookies[who] = (await ask(url, '/invitations/accept', body)).cookie
	}
	await accept('chen', first)
	for (const who of ['zhou', 'song']) {
		const { told } = await ask(url, '/invitations', { staff: staff[who] }, cookies.chen)
		await accept(who, told.token)
	}
	return cookies
}

export async function world_real({ yiben, server, size = 'S' }) {
	const program = yiben && new Program(yiben, await free_port(), size)
	const url = server?.replace(/\/$/, '') ?? `http://127.0.0.1:${program.port}`
	if (program) await program.start()
	const cookies = program
		? await come_in(url, /#\/invite\/(\w+)/.exec(program.said)[1])
		: await sign_in(url)
	const customers = (await ask(url, '/customers', null, cookies.zhou)).told.items
	const short = customers[0].name.replace(/有限公司$/, '')
	let up = true
	let planned = 0

	/* An entry that comes from elsewhere: another phone of his, or the office. */
	async function write(who, kind, body) {
		const id = entry_id()
		const entries = [{ id, kind, at: new Date(Date.now() - 1000).toISOString(), body }]
		const { told } = await ask(url, '/entries', { entries }, cookies[who])
		if (told.answers[0].status !== 'appended') throw new Error(JSON.stringify(told))
		return id
	}

	async function said(text) {
		const { told } = await ask(url, '/timeline?for=me&limit=100', null, cookies.zhou)
		return told.items.filter(e => e.sentence.includes(text))
	}
	return {
		little: false,
		url,
		people: Object.keys(cookies),
		sentence: {
			text: `今天拜访${short} 谈专线续约 王总`,
			customer: customers[0].name,
			person: '王总',
		},
		async enter(context, who, cookie = cookies[who]) {
			if (cookie) await context.addCookies([{ name: 'yiben', value: cookie, url }])
		},
		/* Each test finds something that is due. */
		async fresh() {
			await this.start()
			const { items } = (await ask(url, '/duties?for=me', null, cookies.zhou)).told
			if (items.some(duty => duty.what === 'visit.plan')) return
			const now = new Date(Date.now() + 8 * 3_600_000).toISOString()
			await write('zhou', 'visit.planned', {
				customer: customers[0].code,
				day: now.slice(0, 10),
				purpose: `看看第${++planned}条线路`,
			})
		},
		customer: customers[0],
		write,
		read: async (who, path) => (await ask(url, path, null, cookies[who])).told,
		password: PASSWORD,
		/* A session of its own, that can be ended while others go on. */
		async session(who) {
			const body = { login: staff[who], password: PASSWORD }
			return (await ask(url, '/session', body)).cookie
		},
		async end_session(cookie) {
			const headers = { 'X-Yiben': '1', Cookie: `yiben=${cookie}` }
			await fetch(`${url}/api/session`, { method: 'DELETE', headers })
		},
		async invite(who) {
			return (await ask(url, '/invitations', { staff: who }, cookies.chen)).told.token
		},
		verify: () => program.run('verify'),
		async stop() {
			if (!program) throw new Error('only a program of our own can be stopped: use --yiben')
			if (up) await program.stop()
			up = false
		},
		async start() {
			if (!up) await program.start()
			up = true
		},
		async count(text) {
			return (await said(text)).length
		},
		async withdrawn(text) {
			return (await said(text)).every(e => e.withdrawn)
		},
		async until(holds) {
			for (let i = 0; i < 100 && !(await holds()); i++)
				await new Promise(done => setTimeout(done, 100))
			if (!(await holds())) throw new Error('it never came to hold')
		},
		async close() {
			if (up) await program?.stop()
			program?.remove()
		},
		/* A book with nothing in it, and the link of its first person. */
		async empty_book() {
			const other = new Program(yiben, await free_port(), '')
			await other.start()
			return {
				link: /http:\S+/.exec(other.said)[0],
				async close() {
					await other.stop()
					other.remove()
				},
			}
		},
	}
}

async function sign_in(url) {
	const { YIBEN_LOGIN: login, YIBEN_PASSWORD: password } = process.env
	if (!login || !password) throw new Error('say YIBEN_LOGIN and YIBEN_PASSWORD')
	const { cookie } = await ask(url, '/session', { login, password })
	return { zhou: cookie }
}

/* The little server as a world for the tests. */
import { Fake } from '../fake.js'

export async function world_little() {
	let fake = await new Fake().start()
	const { port, url } = fake
	let up = true
	const said = text => [...fake.entries.values()].filter(e => JSON.stringify(e.body).includes(text))
	return {
		little: true,
		url,
		people: ['zhou', 'song', 'chen'],
		sentence: {
			text: '今天拜访清波精铸 谈专线续约 王总',
			customer: '清波精铸有限公司',
			person: '王总',
		},
		get fake() {
			return fake
		},
		async enter(_context, who) {
			fake.signed_in = who
		},
		async fresh() {
			if (up) await fake.stop()
			fake = await new Fake().start(port)
			up = true
		},
		async stop() {
			if (up) await fake.stop()
			up = false
		},
		async start() {
			if (!up) await fake.start(port)
			up = true
		},
		async count(text) {
			return said(text).length
		},
		async withdrawn(text) {
			return said(text).every(e => fake.withdrawn().has(e.id))
		},
		async until(holds) {
			for (let i = 0; i < 100 && !(await holds()); i++)
				await new Promise(done => setTimeout(done, 50))
			if (!(await holds())) throw new Error('it never came to hold')
		},
		async close() {
			await this.stop()
		},
	}
}

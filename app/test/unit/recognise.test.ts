import { expect, test } from 'vitest'
import table from '../../../tests/recognise.json'
import { cut } from '../../src/pieces'
import { recognise } from '../../src/recognise'
import { day_said } from '../../src/said_day'

const names = [
	...table.customers.map(c => ({ ref: `customer:${c.code}`, name: c.name, type: 'customer' })),
	...table.persons.map(p => ({ ref: `customer:${p.customer}`, name: p.name, type: 'person' })),
	{ ref: 'staff:zhou', name: '清波', type: 'staff' },
]

interface Row {
	text: string
	kind: string | null
	customer?: string
	who?: string
	due?: string
	way?: string
	day?: string
	sure: boolean
}

test.each(table.sentences as Row[])('$text', row => {
	const found = recognise(row.text, names, table.today)
	const { body } = found
	expect({
		text: row.text,
		kind: found.kind,
		customer: body.customer,
		who: body.with ?? body.by,
		due: body.day ?? body.due,
		way: body.way,
		day: found.day,
		sure: found.sure,
	}).toEqual({
		text: row.text,
		kind: row.kind,
		customer: row.customer,
		who: row.who,
		due: row.due,
		way: row.way,
		day: row.day,
		sure: row.sure,
	})
})

test('the sentence is what was seen, and what is found is shown', () => {
	const found = recognise(' 今天拜访清波精铸 谈专线续约 王总 ', names, table.today)
	expect(found.body.observation).toBe('今天拜访清波精铸 谈专线续约 王总')
	expect(found.fields[0]).toEqual({ name: 'customer', value: 'C1', shown: '清波精铸有限公司' })
})

test('ways of saying a day', () => {
	const day_in = (text: string) => day_said(cut(text), text, table.today).day
	expect(day_in('前天')).toBe('2026-11-22')
	expect(day_in('大后天')).toBe('2026-11-27')
	expect(day_in('11月3日')).toBe('2026-11-03')
	expect(day_in('2025年2月8号')).toBe('2025-02-08')
	expect(day_in('2025年2月30号')).toBeNull()
	expect(day_in('上周五')).toBe('2026-11-20')
	expect(day_in('周日')).toBe('2026-11-29')
	expect(day_in('tomorrow')).toBe('2026-11-25')
	expect(day_in('没说哪天')).toBeNull()
})

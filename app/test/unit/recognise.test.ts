import { expect, test } from 'vitest'
import { customer_in, day_in, recognise } from '../../src/recognise'

const TODAY = '2026-11-24'
const name = (code: string, text: string) => ({
	ref: `customer:${code}`,
	name: text,
	type: 'customer',
})
const names = [
	name('C1', '清波精铸有限公司'),
	name('C2', '清波医药有限公司'),
	name('C3', '望溪市霁川区交通运输局'),
	{ ref: 'staff:zhou', name: '清波', type: 'staff' },
]

test('a sentence becomes a visit', () => {
	const found = recognise('今天拜访清波精铸 谈专线续约 王总', names, TODAY)
	expect(found.kind).toBe('visit.made')
	expect(found.body).toEqual({
		customer: 'C1',
		with: '王总',
		observation: '今天拜访清波精铸 谈专线续约 王总',
	})
	expect(found.sure).toBe(true)
	expect(found.day).toBeUndefined()
})

test('what was yesterday says so; what is tomorrow is planned', () => {
	expect(recognise('昨天去了交通运输局', names, TODAY)).toMatchObject({
		kind: 'visit.made',
		body: { customer: 'C3' },
		day: '2026-11-23',
	})
	expect(recognise('明天拜访清波医药', names, TODAY)).toMatchObject({
		kind: 'visit.planned',
		body: { customer: 'C2', day: '2026-11-25' },
	})
})

test('between two customers it does not guess', () => {
	expect(customer_in('今天拜访清波', names)).toBeNull()
	expect(customer_in('今天拜访有限公司', names)).toBeNull()
	expect(recognise('今天拜访清波', names, TODAY).sure).toBe(false)
})

test('a need, a plan, and nothing at all', () => {
	expect(recognise('清波精铸提出加两条专线', names, TODAY).kind).toBe('visit.need')
	expect(recognise('打算年底前每家走一遍', names, TODAY).kind).toBe('plan.made')
	expect(recognise('你好', names, TODAY).kind).toBeNull()
})

test('ways of saying a day', () => {
	expect(day_in('前天', TODAY)).toBe('2026-11-22')
	expect(day_in('11月3日', TODAY)).toBe('2026-11-03')
	expect(day_in('2025年2月8号', TODAY)).toBe('2025-02-08')
	expect(day_in('上周五', TODAY)).toBe('2026-11-20')
	expect(day_in('周日', TODAY)).toBe('2026-11-29')
	expect(day_in('tomorrow', TODAY)).toBe('2026-11-25')
	expect(day_in('没说哪天', TODAY)).toBeNull()
})

import { expect, test } from 'vitest'
import { asked, filled, missing } from '../../src/shapes'
import type { Kind } from '../../src/types'
import { kinds_in } from '../fake_data.js'

const kind = (name: string) => (kinds_in(false) as Kind[]).find(k => k.name === name)!
const names = (fields: { name: string }[]) => fields.map(f => f.name)

test('a visit asks one sentence; the day of a promise only once there is one', () => {
	const visit = kind('visit.made')
	const empty = asked(visit, {}, { customer: 'C1' })
	expect(empty.main?.name).toBe('observation')
	expect(names(empty.ask)).toEqual(['with', 'way', 'promise'])
	const promised = asked(visit, { promise: '送方案' }, { customer: 'C1' })
	expect(names(promised.ask)).toContain('promise_due')
})

test('a kind nobody shaped shows its fields in their order', () => {
	const { main, ask } = asked(kind('customer.product'), {})
	expect(main).toBeUndefined()
	expect(names(ask)).toEqual(['customer', 'product', 'monthly', 'from'])
})

test('what the book has come to require is asked though the shape does not know it', () => {
	const visit = kind('visit.made')
	const field = { name: 'mood', label: '态度', type: 'text', required: true }
	const grown = { ...visit, fields: [...visit.fields, field] }
	expect(names(asked(grown, {}, { customer: 'C1' }).ask)).toContain('mood')
})

test('what is missing is named, what is empty is left out', () => {
	const visit = kind('visit.made')
	expect(missing(visit, { customer: 'C1' })?.name).toBe('observation')
	expect(missing(visit, { customer: 'C1', observation: '好' })).toBeUndefined()
	expect(filled(visit, { customer: 'C1', observation: ' 好 ', with: '', other: 1 })).toEqual({
		customer: 'C1',
		observation: '好',
	})
})

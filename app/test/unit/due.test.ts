import { expect, test } from 'vitest'
import { cards, doable } from '../../src/due'
import type { Duty } from '../../src/types'

function duty(id: string, state: string, subject = 'customer:C1', what = 'visit.cadence'): Duty {
	return {
		id,
		what,
		state,
		title: what,
		subject: { ref: subject, name: subject },
		holder: { ref: 'staff:zhou', name: '周岚' },
		due: '2026-11-24T09:00:00+08:00',
		late: state === 'missed',
		provisional: false,
		act: { kind: 'visit.made', prefill: { customer: subject } },
	}
}

const ids = (duties: Duty[]) => duties.map(d => d.id)

test('a missed period is not asked for any more, a missed promise is', () => {
	const missed = { ...duty('old', 'missed'), act: null }
	const promise = duty('promise', 'missed', 'customer:C1', 'visit.promise')
	expect(ids(doable([missed, promise, duty('now', 'open')]))).toEqual(['promise', 'now'])
	expect(ids(doable([{ ...missed, state: 'open' }]))).toEqual(['old'])
})

test('a movement of revenue is explained for the month that was closed', () => {
	const [told] = doable([{ ...duty('m', 'open', 'customer:C1', 'revenue.movement'), act: null }])
	expect(told.act).toEqual({
		kind: 'revenue.explained',
		prefill: { customer: 'C1', month: '2026-10' },
	})
})

test('nothing is asked about a customer who is another’s by now', () => {
	expect(ids(doable([duty('gone', 'missed', 'customer::')]))).toEqual([])
})

test('two duties that one act does are one card', () => {
	const two = [duty('a', 'open', 'customer:C1', 'visit.plan'), duty('b', 'open')]
	const [card, ...rest] = cards(two, new Set())
	expect([card.id, card.also, rest.length]).toEqual(['a', ['b'], 0])
})

test('what this phone has just done is gone at once', () => {
	expect(cards([duty('a', 'open')], new Set(['a']))).toEqual([])
})
